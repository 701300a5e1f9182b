/* SPDX-License-Identifier: MIT */
/*
 * db: the link to PostgreSQL.  One connection, pipeline mode, one Sync per
 * request; answers are delivered when the Sync comes back, because only then
 * is the transaction committed.  Refuses to queue anything while the link is
 * away and to repeat anything by itself.
 */
#include "db/db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "db/conninfo.h"
#include "db/db_state.h"
#include "shared/buf.h"
#include "shared/log.h"
#include "shared/util.h"

#define STATEMENT_MS 15000

/* --- sending ------------------------------------------------------------ */

static bool
is_prepared(const struct db *db, const char *name)
{
	for (size_t i = 0; i < db->nprepared; i++)
		if (strcmp(db->prepared[i], name) == 0)
			return true;
	return false;
}

void
db_forget_prepared(struct db *db, const char *name)
{
	for (size_t i = 0; i < db->nprepared; i++)
		if (strcmp(db->prepared[i], name) == 0) {
			db->prepared[i] = db->prepared[--db->nprepared];
			return;
		}
}

void
db_flush(struct db *db)
{
	int left = PQflush(db->conn);

	if (left < 0)
		db_break_later(db, PQerrorMessage(db->conn));
	else if (left > 0)
		event_add(db->ev_write, NULL);
}

/* name NULL: a statement of our own that is sent once per connection. */
static bool
put(struct db *db, struct request *r, const char *name, const char *sql, int n,
    const char *const *params)
{
	if (name == NULL)
		return PQsendQueryParams(
			   db->conn, sql, n, NULL, params, NULL, NULL, 0) &&
		       PQpipelineSync(db->conn);
	if (!is_prepared(db, name)) {
		assert(db->nprepared < DB_STATEMENTS);
		if (!PQsendPrepare(db->conn, name, sql, n, NULL))
			return false;
		r->preparing = true;
		db->prepared[db->nprepared++] = name;
	}
	return PQsendQueryPrepared(db->conn, name, n, params, NULL, NULL, 0) &&
	       PQpipelineSync(db->conn);
}

void
db_send_request(struct db *db, const char *name, const char *sql, int n,
    const char *const *params, db_cb *cb, void *arg)
{
	struct request *r = xcalloc(1, sizeof(*r));

	r->name = name;
	r->cb = cb;
	r->arg = arg;
	r->sent_ns = now_read().mono_ns;
	if (TAILQ_EMPTY(&db->queue))
		db->progress_ns = r->sent_ns;
	TAILQ_INSERT_TAIL(&db->queue, r, entry);
	db->pending++;
	if (!put(db, r, name, sql, n, params))
		db_break_later(db, PQerrorMessage(db->conn));
	else
		db_flush(db);
}

void
db_send(struct db *db, const char *name, const char *sql, int nparams,
    const char *const *params, db_cb *cb, void *arg)
{
	struct db_answer away = { .status = DB_AWAY };

	assert(db->magic == DB_MAGIC);
	if (db->link == LINK_UP && db->broken == NULL) {
		db_send_request(db, name, sql, nparams, params, cb, arg);
		return;
	}
	away.err = db->broken != NULL     ? db->broken
		   : db->last_why != NULL ? db->last_why
					  : "the database is not connected yet";
	if (cb != NULL)
		cb(arg, &away);
}

/* --- the rest of the interface ------------------------------------------ */

static struct db *
make(struct event_base *base, const char *conninfo, const char *appname,
    int statement_ms)
{
	struct db *db = xcalloc(1, sizeof(*db));
	struct buf err = BUF_INIT;

	db->ci = conninfo_new(conninfo, appname, statement_ms, &err);
	if (db->ci == NULL) {
		log_error("%s", buf_cstr(&err));
		buf_clear(&err);
		free(db);
		return NULL;
	}
	db->magic = DB_MAGIC;
	db->base = base;
	db->lag_ms = -1;
	TAILQ_INIT(&db->queue);
	db_link_begin(db);
	return db;
}

struct db *
db_new(struct event_base *base, const char *conninfo, const char *appname,
    const char *listen, const struct db_hooks *hooks, void *arg)
{
	struct db *db = make(base, conninfo, appname, STATEMENT_MS);

	if (db == NULL)
		return NULL;
	db->listen = listen != NULL ? xstrdup(listen) : NULL;
	if (hooks != NULL)
		db->hooks = *hooks;
	db->arg = arg;
	return db;
}

struct db *
db_new_reads(struct event_base *base, const char *conninfo, const char *appname)
{
	struct db *db = make(base, conninfo, appname, DB_READS_MS);

	if (db != NULL)
		db->reads = true;
	return db;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	assert(db->magic == DB_MAGIC);
	assert(db->depth == 0);
	db_link_close(db);
	db_answer_all_away(db, "closed");
	event_free(db->timer);
	event_free(db->kick);
	conninfo_free(db->ci);
	free(db->listen);
	free(db->last_why);
	explicit_bzero(&db->magic, sizeof(db->magic));
	free(db);
}

bool
db_is_up(const struct db *db)
{
	return db->link == LINK_UP && db->broken == NULL;
}

unsigned
db_ups(const struct db *db)
{
	return db->ups;
}

size_t
db_pending(const struct db *db)
{
	return db->pending;
}

double
db_lag_ms(const struct db *db)
{
	return db->lag_ms;
}
