/* SPDX-License-Identifier: MIT */
/*
 * db_state: what the files of the link to PostgreSQL share (db.c the doors
 * and what is sent, db_link.c the connection's life, db_answer.c what comes
 * back).  Nobody else includes it.
 */
#ifndef DB_DB_STATE_H
#define DB_DB_STATE_H

#include <sys/queue.h>

#include "db/db.h"

#define DB_MAGIC      0x64624c4bu
#define DB_STATEMENTS 128 /* distinct names per connection */

struct request {
	TAILQ_ENTRY(request) entry;
	const char *name;
	db_cb *cb;
	void *arg;
	int64_t sent_ns;
	PGresult *res;
	char *err; /* refused: why */
	char sqlstate[6];
	bool preparing; /* the answer to Parse is still to come */
};
TAILQ_HEAD(requests, request);

enum link { LINK_AWAY, LINK_CONNECTING, LINK_SETUP, LINK_UP };

struct db {
	uint32_t magic;
	struct event_base *base;
	struct conninfo *ci;
	char *listen;
	struct db_hooks hooks;
	void *arg;
	PGconn *conn;
	enum link link;
	struct event *ev_read,
	    *ev_write; /* on the socket, while there is one */
	struct event *timer; /* back-off, connect limit, watch for silence */
	struct event *kick; /* the rest of the work, next turn */
	struct requests queue;
	size_t pending;
	const char *prepared[DB_STATEMENTS];
	size_t nprepared;
	size_t host, tried; /* of the conninfo's hosts, in this round */
	int backoff_ms;
	int64_t up_ns, progress_ns;
	double lag_ms;
	char *broken; /* noticed inside db_send: break in the next turn */
	char *last_why; /* logged last, not again */
	bool told_down; /* since the link was last up */
	bool reads; /* a statement that is cut is refused, the link stays */
	unsigned ups; /* how often it came up */
	int depth; /* of callbacks running */
};

/* From LINK_SETUP on.  name NULL: a statement that is sent once. */
void db_send_request(struct db *, const char *name, const char *sql, int n,
    const char *const *params, db_cb *, void *arg);
void db_forget_prepared(struct db *, const char *name);
/* Hand the socket what it takes; the rest when it can be written to. */
void db_flush(struct db *);

/* The timer and the kick; the first attempt is made in the next turn. */
void db_link_begin(struct db *);
/* Without a word to anybody. */
void db_link_close(struct db *);
/* All in flight are answered, the hook is told, the next attempt is set. */
void db_link_down_libpq(struct db *, const char *doing);
/* Inside a caller's stack nobody else may be called back: break later. */
void db_break_later(struct db *, const char *why);

void db_answer_all_away(struct db *, const char *why);
/* Take what has come; false if the link is gone (db is LINK_AWAY then). */
bool db_read_results(struct db *);
void db_read_notifies(struct db *);

#endif
