/* SPDX-License-Identifier: MIT */
/*
 * flow_part: what the files of flow share while one is being made.  For
 * flow*.c alone.
 */
#ifndef SHARED_FLOW_PART_H
#define SHARED_FLOW_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/flow.h"

enum flow_cause {
	FLOW_BY_ITSELF,
	FLOW_BY_WRONG, /* i */
	FLOW_BY_CHOICE /* a key or a word */
};

/* An edge whose target is still a text. */
struct flow_link {
	signed char *slot;
	int from; /* state */
	enum flow_cause cause;
	char event[FLOW_NAME];
	char target[MODEL_NAME + 1];
};

struct flow_work {
	struct flow *f;
	struct buf *err; /* may be NULL */
	/* The context that is being read. */
	const char *context;
	bool simple;
	int first; /* of its states */
	/* Not resolved yet, of all contexts. */
	struct flow_link *link;
	size_t nlinks;
};

/*
 * Append `[context "c", ]state 3 "name": "what": why` to err; state -1: without
 * that part; what may be NULL.  False, so that it can be returned.
 */
bool flow_complain(struct flow_work *, int state, const char *what, size_t n,
    const char *, ...) __attribute__((format(printf, 5, 6)));

/* A state of which nothing is known yet: no edges, kind 0. */
void flow_state_clear(struct flow_state *);

/* flow_parse.c: all lines of a context behind the states that are there. */
bool flow_parse(struct flow_work *, const char *text);
/* Which edges a kind has: bits 1 << enum flow_edge; does it take keys? */
unsigned flow_kind_edges(enum flow_kind);
bool flow_kind_asks(enum flow_kind);
/* 2 to 15 of a-z 0-9. */
bool flow_word_valid(const char *, size_t n);

/* flow_check.c: of one state; of all, once nothing is left to resolve. */
bool flow_check_state(struct flow_work *, int state);
bool flow_check(struct flow_work *);

#endif
