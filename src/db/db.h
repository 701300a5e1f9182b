/* SPDX-License-Identifier: MIT */
/*
 * db: one libpq connection in pipeline mode on a libevent loop.  It connects
 * and reconnects by itself (0.2 s doubling to 2 s, at once after a clean
 * close), keeps requests in order, and calls back exactly once for each.
 *
 * Each request is one statement and one transaction (its own Sync).  When the
 * link breaks, every request in flight is answered DB_AWAY: whether it was
 * carried out is not known; the caller must be able to ask again.  Requests
 * made while away are answered DB_AWAY at once: nothing is queued for later,
 * that is the spool's work.  A statement that failed for a reason that passes
 * (deadlock, time limit, disk full, shutdown) counts as a broken link, and
 * breaks it.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libpq-fe.h>

struct event_base;
struct db;

enum db_status {
	DB_OK, /* res holds the rows */
	DB_REFUSED, /* the server said no for good: err, sqlstate; link stays */
	DB_AWAY, /* no link, or it broke: outcome unknown */
};
struct db_answer {
	enum db_status status;
	const PGresult *res; /* DB_OK only; borrowed until return */
	const char *err; /* one line; "" if none */
	char sqlstate[6];
};
typedef void db_cb(void *arg, const struct db_answer *);

struct db_hooks {
	/* Link is up and the schema version is what this binary wants. */
	void (*up)(void *arg);
	/*
	 * It broke, or the first attempt since then (since the start) failed:
	 * once until it is up again.
	 */
	void (*down)(void *arg, const char *why);
	/* A NOTIFY on a channel listened to. */
	void (*notify)(void *arg, const char *channel);
};

/*
 * Starts connecting.  listen: channel to LISTEN on, or NULL.  NULL (logged) if
 * conninfo cannot be parsed.
 */
struct db *db_new(struct event_base *, const char *conninfo,
    const char *appname, const char *listen, const struct db_hooks *,
    void *arg);
/*
 * A link for questions that may be long, so that nothing else waits behind
 * them: a statement may take DB_READS_MS; one that takes longer is cut and
 * answered DB_REFUSED with sqlstate DB_CUT, and the link stays.
 */
#define DB_READS_MS 5000
#define DB_CUT      "57014"
struct db *db_new_reads(
    struct event_base *, const char *conninfo, const char *appname);
/* Outstanding requests are answered DB_AWAY first. */
void db_free(struct db *);
bool db_is_up(const struct db *);
/* How often the link came up: differs after a loss, however short. */
unsigned db_ups(const struct db *);
/* Requests in flight. */
size_t db_pending(const struct db *);
/* Round trip of the last answered request in ms; -1 before the first. */
double db_lag_ms(const struct db *);
/*
 * Send one named statement (prepared once per connection on first use) with
 * text parameters (NULL = SQL null).  cb may be NULL.  sql must be a string
 * constant or outlive the db.
 */
void db_send(struct db *, const char *name, const char *sql, int nparams,
    const char *const *params, db_cb *, void *arg);

#endif
