/* SPDX-License-Identifier: MIT */
/*
 * feed_state: what the files of the feed share (feed.c the board and the rows,
 * feed_docs.c answers of the engine).  Nobody else includes it.
 */
#ifndef UI_FEED_STATE_H
#define UI_FEED_STATE_H

#include "ui/feed.h"

#define FEED_DOCS 24

struct doc {
	struct feed *feed;
	char *key; /* the request as text; NULL: free */
	json_t *data; /* NULL: none yet */
	char *why; /* the last refusal; NULL */
	int64_t at_ns; /* of the last answer; 0: none */
	bool asking, old;
	unsigned unused;
	uint64_t used; /* f->uses when it was asked for last */
};

struct feed {
	bool fixed;
	char *run_dir;
	struct board_reader *reader;
	const struct board *b;
	struct board *own; /* feed_hold(): b is this; or NULL */
	enum board_state state;
	uint64_t seq;
	int64_t now_ns, age_ms, age_s;
	struct rows_reader *rows[ROWS_NKIND];
	const void *copy[ROWS_NKIND];
	size_t n[ROWS_NKIND];
	uint64_t seen[ROWS_NKIND], gen[ROWS_NKIND];
	int64_t synced_ns[ROWS_NKIND];
	bool used[ROWS_NKIND]; /* since the last frame */
	struct client *client;
	struct doc docs[FEED_DOCS];
	uint64_t uses;
	int64_t engine_ms; /* when the engine began that they are from */
	bool news; /* an answer has come */
	int wait_s; /* feed_waits() */
};

void feed_doc_clear(struct doc *);
/* What is asked for no more makes room; once per look. */
void feed_docs_age(struct feed *);

#endif
