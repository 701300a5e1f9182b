/* SPDX-License-Identifier: MIT */
/*
 * db_link: the life of the connection: host after host, the schema's version,
 * silence, loss, back-off.  Refuses to come up on another version than this
 * program's, and to call anybody back inside a caller's stack.
 */
#include "db/db_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "db/conninfo.h"
#include "db/schema.h"
#include "shared/buf.h"
#include "shared/log.h"
#include "shared/util.h"

#define BACKOFF_MIN 200 /* ms */
#define BACKOFF_MAX 2000 /* ms: calls wait for it */
/* No answer for so long: the server hangs; more than a statement may take. */
#define SILENCE_NS (20 * NS_PER_S)

static void on_socket(evutil_socket_t, short, void *);

static void
timer_in(struct db *db, int ms)
{
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	evtimer_add(db->timer, &tv);
}

/* --- the link ----------------------------------------------------------- */

static void
socket_forget(struct db *db)
{
	if (db->ev_read != NULL)
		event_free(db->ev_read);
	if (db->ev_write != NULL)
		event_free(db->ev_write);
	db->ev_read = db->ev_write = NULL;
}

void
db_link_close(struct db *db)
{
	socket_forget(db);
	evtimer_del(db->timer);
	PQfinish(db->conn);
	db->conn = NULL;
	db->link = LINK_AWAY;
	db->nprepared = 0;
	free(db->broken);
	db->broken = NULL;
}

/* Wait before the next attempt: not at all where another host is untried. */
static int
next_attempt_ms(struct db *db, bool was_up)
{
	int ms;

	if (was_up && now_read().mono_ns - db->up_ns > NS_PER_S) {
		db->tried = 0;
		db->backoff_ms = BACKOFF_MIN;
		return 0;
	}
	db->host++;
	if (++db->tried < conninfo_hosts(db->ci))
		return 0;
	db->tried = 0;
	ms = db->backoff_ms;
	db->backoff_ms = MINIMUM(ms * 2, BACKOFF_MAX);
	return ms;
}

static void
link_down(struct db *db, const char *reason)
{
	bool was_up = db->link == LINK_UP;
	char *why = xstrdup(reason);

	db_link_close(db);
	if (db->last_why == NULL || strcmp(db->last_why, why) != 0) {
		log_warn("database: %s", why);
		free(db->last_why);
		db->last_why = xstrdup(why);
	}
	db_answer_all_away(db, why);
	if (!db->told_down && db->hooks.down != NULL) {
		db->told_down = true;
		db->depth++;
		db->hooks.down(db->arg, why);
		db->depth--;
	}
	free(why);
	timer_in(db, next_attempt_ms(db, was_up));
}

void
db_link_down_libpq(struct db *db, const char *doing)
{
	struct buf b = BUF_INIT;

	buf_fmt(&b, "%s: ", doing);
	conninfo_error(&b, PQerrorMessage(db->conn));
	link_down(db, buf_cstr(&b));
	buf_clear(&b);
}

void
db_break_later(struct db *db, const char *why)
{
	struct buf b = BUF_INIT;

	if (db->broken == NULL) {
		conninfo_error(&b, why);
		db->broken = xstrdup(buf_cstr(&b));
		buf_clear(&b);
	}
	event_active(db->kick, 0, 0);
}

/* --- connecting --------------------------------------------------------- */

static void
on_version(void *arg, const struct db_answer *a)
{
	struct db *db = arg;
	char why[160];
	int64_t v = 0;

	if (a->status == DB_AWAY)
		return;
	if (a->status == DB_OK && PQntuples(a->res) == 1)
		str_int64(PQgetvalue(a->res, 0, 0), 0, INT32_MAX, &v);
	if (a->status == DB_REFUSED && strcmp(a->sqlstate, "42P01") != 0)
		str_format(why, sizeof(why), "schema version: %s", a->err);
	else if (v < SCHEMA_VERSION)
		str_format(why, sizeof(why),
		    "the database has schema version %d, this program needs "
		    "%d: run discador db migrate",
		    (int)v, SCHEMA_VERSION);
	else if (v > SCHEMA_VERSION)
		str_format(why, sizeof(why),
		    "the database has schema version %d, this program knows "
		    "%d: install the newer discador",
		    (int)v, SCHEMA_VERSION);
	else {
		db->link = LINK_UP;
		db->up_ns = db->progress_ns = now_read().mono_ns;
		db->tried = 0;
		db->told_down = false;
		free(db->last_why);
		db->last_why = NULL;
		timer_in(db, 1000);
		log_info("database: connected to %s", PQhost(db->conn));
		db->ups++;
		if (db->hooks.up != NULL)
			db->hooks.up(db->arg);
		return;
	}
	db_break_later(db, why);
}

static void
setup_begin(struct db *db)
{
	char *channel, *sql;

	if (!PQenterPipelineMode(db->conn)) {
		db_link_down_libpq(db, "pipeline mode");
		return;
	}
	db->link = LINK_SETUP;
	socket_forget(db);
	db->ev_read = event_new(
	    db->base, PQsocket(db->conn), EV_READ | EV_PERSIST, on_socket, db);
	db->ev_write =
	    event_new(db->base, PQsocket(db->conn), EV_WRITE, on_socket, db);
	event_add(db->ev_read, NULL);
	if (db->listen != NULL) {
		channel = PQescapeIdentifier(
		    db->conn, db->listen, strlen(db->listen));
		sql = xasprintf("listen %s", channel);
		db_send_request(db, NULL, sql, 0, NULL, NULL, NULL);
		PQfreemem(channel);
		free(sql);
	}
	/* What is asked there is large for one name and small for another. */
	if (db->reads)
		db_send_request(db, NULL,
		    "set plan_cache_mode = force_custom_plan", 0, NULL, NULL,
		    NULL);
	db_send_request(db, NULL, "select max(version) from schema_version", 0,
	    NULL, on_version, db);
}

/* libpq may change its socket while connecting: a new event each time. */
static void
connect_wait(struct db *db, short what)
{
	socket_forget(db);
	db->ev_read =
	    event_new(db->base, PQsocket(db->conn), what, on_socket, db);
	event_add(db->ev_read, NULL);
}

static void
connect_poll(struct db *db)
{
	switch (PQconnectPoll(db->conn)) {
	case PGRES_POLLING_READING:
		connect_wait(db, EV_READ);
		break;
	case PGRES_POLLING_WRITING:
		connect_wait(db, EV_WRITE);
		break;
	case PGRES_POLLING_OK:
		PQsetnonblocking(db->conn, 1);
		setup_begin(db);
		break;
	default:
		db_link_down_libpq(db, "cannot connect");
		break;
	}
}

/* The server's notices are in its own log. */
static void
no_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

static void
connect_begin(struct db *db)
{
	db->conn = conninfo_start(db->ci, db->host);
	db->link = LINK_CONNECTING;
	if (PQstatus(db->conn) == CONNECTION_BAD) {
		db_link_down_libpq(db, "cannot connect");
		return;
	}
	PQsetNoticeReceiver(db->conn, no_notice, NULL);
	timer_in(db, conninfo_timeout_s(db->ci) * 1000);
	/* libpq: behave as if PQconnectPoll had asked to write. */
	connect_wait(db, EV_WRITE);
}

/* --- events ------------------------------------------------------------- */

static void
link_work(struct db *db)
{
	if (db->broken != NULL) {
		char *why = db->broken;

		db->broken = NULL;
		link_down(db, why);
		free(why);
		return;
	}
	if (db->link < LINK_SETUP || !db_read_results(db))
		return;
	db_read_notifies(db);
	if (db->link >= LINK_SETUP)
		db_flush(db);
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	assert(db->magic == DB_MAGIC);
	if (db->link == LINK_CONNECTING) {
		connect_poll(db);
		return;
	}
	if ((what & EV_READ) && !PQconsumeInput(db->conn)) {
		db_link_down_libpq(db, "link broken");
		return;
	}
	link_work(db);
}

static void
on_kick(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	(void)what;
	assert(db->magic == DB_MAGIC);
	link_work(db);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	(void)what;
	assert(db->magic == DB_MAGIC);
	switch (db->link) {
	case LINK_AWAY:
		connect_begin(db);
		break;
	case LINK_CONNECTING:
	case LINK_SETUP:
		link_down(db, "cannot connect: no answer in time");
		break;
	case LINK_UP:
		if (!TAILQ_EMPTY(&db->queue) &&
		    now_read().mono_ns - db->progress_ns > SILENCE_NS) {
			link_down(db, "the server does not answer");
			break;
		}
		/* A second of good service: next time begin with no delay. */
		db->backoff_ms = BACKOFF_MIN;
		timer_in(db, 1000);
		break;
	}
}

void
db_link_begin(struct db *db)
{
	db->backoff_ms = BACKOFF_MIN;
	db->timer = evtimer_new(db->base, on_timer, db);
	db->kick = event_new(db->base, -1, 0, on_kick, db);
	timer_in(db, 0);
}
