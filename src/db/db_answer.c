/* SPDX-License-Identifier: MIT */
/*
 * db_answer: what comes back.  A request is answered when its Sync is there,
 * once, in order.  Refuses to take what would pass for a refusal: that is a
 * broken link.
 */
#include "db/db_state.h"

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "db/conninfo.h"
#include "shared/buf.h"
#include "shared/util.h"

/* Results taken per turn of the loop before others get theirs. */
#define READ_BUDGET 256

static void
answer(struct db *db, struct request *r, enum db_status status, const char *err)
{
	struct db_answer a = { .status = status, .err = err };

	if (status == DB_OK)
		a.res = r->res;
	str_copy(a.sqlstate, sizeof(a.sqlstate), r->sqlstate);
	if (r->cb != NULL) {
		db->depth++;
		r->cb(r->arg, &a);
		db->depth--;
	}
	PQclear(r->res);
	free(r->err);
	free(r);
}

void
db_answer_all_away(struct db *db, const char *why)
{
	struct requests gone = TAILQ_HEAD_INITIALIZER(gone);
	struct request *r;

	TAILQ_CONCAT(&gone, &db->queue, entry);
	db->pending = 0;
	while ((r = TAILQ_FIRST(&gone)) != NULL) {
		TAILQ_REMOVE(&gone, r, entry);
		r->sqlstate[0] = '\0';
		answer(db, r, DB_AWAY, why);
	}
}

static void
take_error(struct request *r, const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *main = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL);
	struct buf b = BUF_INIT;

	if (r->err != NULL)
		return; /* the first one says why */
	conninfo_error(&b, main != NULL ? main : PQresultErrorMessage(res));
	if (detail != NULL) {
		buf_str(&b, " (");
		conninfo_error(&b, detail);
		buf_byte(&b, ')');
	}
	r->err = xstrdup(buf_cstr(&b));
	buf_clear(&b);
	str_copy(r->sqlstate, sizeof(r->sqlstate), state != NULL ? state : "");
}

/*
 * What the server would do if it were asked again later is no refusal:
 * deadlock, disk or memory full, lock or time limit, shutdown, I/O error, or
 * it has become a standby.  The caller's way to ask again is the broken link.
 */
static bool
is_temporary(const char *sqlstate)
{
	static const char *const prefix[] = { "40", "53", "55P03", "57", "58",
		"25006" };

	for (size_t i = 0; i < nitems(prefix); i++)
		if (strncmp(sqlstate, prefix[i], strlen(prefix[i])) == 0)
			return true;
	return false;
}

/* The Sync of the oldest request is back: it is committed or refused. */
static void
request_done(struct db *db)
{
	struct request *r = TAILQ_FIRST(&db->queue);
	int64_t t = now_read().mono_ns;

	TAILQ_REMOVE(&db->queue, r, entry);
	db->pending--;
	db->progress_ns = t;
	db->lag_ms = (double)(t - r->sent_ns) / NS_PER_MS;
	if (r->err == NULL && r->res == NULL)
		r->err = xstrdup("the server gave no result");
	if (r->err == NULL) {
		answer(db, r, DB_OK, "");
		return;
	}
	/* 26000: the statement's name is unknown there. */
	if (r->name != NULL &&
	    (r->preparing || strcmp(r->sqlstate, "26000") == 0))
		db_forget_prepared(db, r->name);
	if (is_temporary(r->sqlstate) &&
	    !(db->reads && strcmp(r->sqlstate, DB_CUT) == 0)) {
		db_break_later(db, r->err);
		answer(db, r, DB_AWAY, r->err);
		return;
	}
	answer(db, r, DB_REFUSED, r->err);
}

static void
take_result(struct db *db, PGresult *res)
{
	struct request *r = TAILQ_FIRST(&db->queue);

	switch (PQresultStatus(res)) {
	case PGRES_PIPELINE_SYNC:
		PQclear(res);
		request_done(db);
		return;
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		if (r->preparing) {
			r->preparing = false;
			break;
		}
		PQclear(r->res);
		r->res = res;
		return;
	case PGRES_PIPELINE_ABORTED:
		break;
	default:
		take_error(r, res);
		break;
	}
	PQclear(res);
}

bool
db_read_results(struct db *db)
{
	PGresult *res;
	int budget = READ_BUDGET;

	while (!TAILQ_EMPTY(&db->queue) && !PQisBusy(db->conn)) {
		if (budget-- == 0) {
			event_active(db->kick, 0, 0);
			break;
		}
		res = PQgetResult(db->conn);
		if (res != NULL)
			take_result(db, res);
		if (db->link == LINK_AWAY)
			return false;
		if (PQstatus(db->conn) == CONNECTION_BAD) {
			db_link_down_libpq(db, "link broken");
			return false;
		}
	}
	return true;
}

void
db_read_notifies(struct db *db)
{
	PGnotify *n;

	while (db->link == LINK_UP && (n = PQnotifies(db->conn)) != NULL) {
		if (db->hooks.notify != NULL) {
			db->depth++;
			db->hooks.notify(db->arg, n->relname);
			db->depth--;
		}
		PQfreemem(n);
	}
}
