/* SPDX-License-Identifier: MIT */
/*
 * db: the link to PostgreSQL.  One connection, pipeline mode, one Sync per
 * request; answers are delivered when the Sync comes back, because only then
 * is the transaction committed.  Refuses to queue anything while the link is
 * away and to repeat anything by itself.
 */
#include "db/db.h"

#include <sys/queue.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "db/conninfo.h"
#include "db/schema.h"
#include "shared/buf.h"
#include "shared/log.h"
#include "shared/util.h"

#define DB_MAGIC     0x64624c4bu
#define BACKOFF_MIN  200 /* ms */
#define BACKOFF_MAX  2000 /* ms: calls wait for it */
#define STATEMENT_MS 15000
/* No answer for so long: the server hangs; more than STATEMENT_MS. */
#define SILENCE_NS (20 * NS_PER_S)
/* Results taken per turn of the loop before others get theirs. */
#define READ_BUDGET 256
#define STATEMENTS  128 /* distinct names per connection */

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
	const char *prepared[STATEMENTS];
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

static void connect_begin(struct db *);
static void on_socket(evutil_socket_t, short, void *);

static void
timer_in(struct db *db, int ms)
{
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	evtimer_add(db->timer, &tv);
}

/* --- answers ------------------------------------------------------------ */

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

static void
answer_all_away(struct db *db, const char *why)
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

static void
link_close(struct db *db)
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

	link_close(db);
	if (db->last_why == NULL || strcmp(db->last_why, why) != 0) {
		log_warn("database: %s", why);
		free(db->last_why);
		db->last_why = xstrdup(why);
	}
	answer_all_away(db, why);
	if (!db->told_down && db->hooks.down != NULL) {
		db->told_down = true;
		db->depth++;
		db->hooks.down(db->arg, why);
		db->depth--;
	}
	free(why);
	timer_in(db, next_attempt_ms(db, was_up));
}

static void
link_down_libpq(struct db *db, const char *doing)
{
	struct buf b = BUF_INIT;

	buf_fmt(&b, "%s: ", doing);
	conninfo_error(&b, PQerrorMessage(db->conn));
	link_down(db, buf_cstr(&b));
	buf_clear(&b);
}

/* Inside a caller's stack nobody else may be called back: break later. */
static void
break_later(struct db *db, const char *why)
{
	struct buf b = BUF_INIT;

	if (db->broken == NULL) {
		conninfo_error(&b, why);
		db->broken = xstrdup(buf_cstr(&b));
		buf_clear(&b);
	}
	event_active(db->kick, 0, 0);
}

/* --- sending ------------------------------------------------------------ */

static bool
is_prepared(const struct db *db, const char *name)
{
	for (size_t i = 0; i < db->nprepared; i++)
		if (strcmp(db->prepared[i], name) == 0)
			return true;
	return false;
}

static void
forget_prepared(struct db *db, const char *name)
{
	for (size_t i = 0; i < db->nprepared; i++)
		if (strcmp(db->prepared[i], name) == 0) {
			db->prepared[i] = db->prepared[--db->nprepared];
			return;
		}
}

static void
flush(struct db *db)
{
	int left = PQflush(db->conn);

	if (left < 0)
		break_later(db, PQerrorMessage(db->conn));
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
		assert(db->nprepared < STATEMENTS);
		if (!PQsendPrepare(db->conn, name, sql, n, NULL))
			return false;
		r->preparing = true;
		db->prepared[db->nprepared++] = name;
	}
	return PQsendQueryPrepared(db->conn, name, n, params, NULL, NULL, 0) &&
	       PQpipelineSync(db->conn);
}

static void
send_request(struct db *db, const char *name, const char *sql, int n,
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
		break_later(db, PQerrorMessage(db->conn));
	else
		flush(db);
}

void
db_send(struct db *db, const char *name, const char *sql, int nparams,
    const char *const *params, db_cb *cb, void *arg)
{
	struct db_answer away = { .status = DB_AWAY };

	assert(db->magic == DB_MAGIC);
	if (db->link == LINK_UP && db->broken == NULL) {
		send_request(db, name, sql, nparams, params, cb, arg);
		return;
	}
	away.err = db->broken != NULL     ? db->broken
		   : db->last_why != NULL ? db->last_why
					  : "the database is not connected yet";
	if (cb != NULL)
		cb(arg, &away);
}

/* --- receiving ---------------------------------------------------------- */

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
		forget_prepared(db, r->name);
	if (is_temporary(r->sqlstate) &&
	    !(db->reads && strcmp(r->sqlstate, DB_CUT) == 0)) {
		break_later(db, r->err);
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

/* Take what has come; false if the link is gone (db is LINK_AWAY then). */
static bool
read_results(struct db *db)
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
			link_down_libpq(db, "link broken");
			return false;
		}
	}
	return true;
}

static void
read_notifies(struct db *db)
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
	if (db->link < LINK_SETUP || !read_results(db))
		return;
	read_notifies(db);
	if (db->link >= LINK_SETUP)
		flush(db);
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
	break_later(db, why);
}

static void
setup_begin(struct db *db)
{
	char *channel, *sql;

	if (!PQenterPipelineMode(db->conn)) {
		link_down_libpq(db, "pipeline mode");
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
		send_request(db, NULL, sql, 0, NULL, NULL, NULL);
		PQfreemem(channel);
		free(sql);
	}
	/* What is asked there is large for one name and small for another. */
	if (db->reads)
		send_request(db, NULL,
		    "set plan_cache_mode = force_custom_plan", 0, NULL, NULL,
		    NULL);
	send_request(db, NULL, "select max(version) from schema_version", 0,
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
		link_down_libpq(db, "cannot connect");
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
		link_down_libpq(db, "cannot connect");
		return;
	}
	PQsetNoticeReceiver(db->conn, no_notice, NULL);
	timer_in(db, conninfo_timeout_s(db->ci) * 1000);
	/* libpq: behave as if PQconnectPoll had asked to write. */
	connect_wait(db, EV_WRITE);
}

/* --- events ------------------------------------------------------------- */

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
		link_down_libpq(db, "link broken");
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
	db->backoff_ms = BACKOFF_MIN;
	TAILQ_INIT(&db->queue);
	db->timer = evtimer_new(base, on_timer, db);
	db->kick = event_new(base, -1, 0, on_kick, db);
	timer_in(db, 0);
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
	link_close(db);
	answer_all_away(db, "closed");
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
