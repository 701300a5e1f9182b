/* SPDX-License-Identifier: MIT */
/*
 * calls: the hot path's statements, each one function of
 * sql/002_functions.sql and 003_rules.sql, and their answers as structs.
 * Decides nothing.
 */
#include "db/calls.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define TYPED_MAGIC 0x64624361u

/* A callback of ours with the caller's behind it. */
struct typed {
	uint32_t magic;
	union {
		calls_claim_cb *claim;
		calls_arm_cb *arm;
		calls_open_cb *open;
	} cb;
	void *arg;
};

static struct typed *
typed_new(void *arg)
{
	struct typed *t = xcalloc(1, sizeof(*t));

	t->magic = TYPED_MAGIC;
	t->arg = arg;
	return t;
}

static int64_t
col_int(const PGresult *res, int row, int col)
{
	int64_t v = 0;

	str_int64(PQgetvalue(res, row, col), INT64_MIN, INT64_MAX, &v);
	return v;
}

#define col_text(dst, res, row, col)                                           \
	str_copy((dst), sizeof(dst), PQgetvalue((res), (row), (col)))

/* --- parameters --------------------------------------------------------- */

/* One more element of an array literal; "{" stands in b already. */
static void
array_add(struct buf *b, const char *s)
{
	buf_str(b, b->len > 1 ? ",\"" : "\"");
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_byte(b, '\\');
		buf_byte(b, *s);
	}
	buf_byte(b, '"');
}

static void
array_add_int(struct buf *b, int64_t v)
{
	buf_fmt(b, "%s%lld", b->len > 1 ? "," : "", (long long)v);
}

static const char *
array_end(struct buf *b)
{
	buf_byte(b, '}');
	return buf_cstr(b);
}

static void
key_name(struct buf *b, const char *key)
{
	buf_put(b, ",\"", 2);
	buf_str(b, key);
	buf_put(b, "\":", 2);
}

static void
key_str(struct buf *b, const char *key, const char *value)
{
	if (value == NULL)
		return;
	key_name(b, key);
	buf_json_str(b, value);
}

static void
key_int(struct buf *b, const char *key, int64_t v)
{
	key_name(b, key);
	buf_int(b, v);
}

/* --- one connection per node --------------------------------------------- */

void
calls_alone(struct db *db, const char *node, db_cb *cb, void *arg)
{
	/* 68: any number, the same everywhere.  The lock is the session's. */
	db_send(db, "alone",
	    "select x.n, pg_advisory_lock(68, hashtext($1)) from ("
	    "select count(pg_terminate_backend(l.pid)) as n from pg_locks l"
	    " join pg_database d on d.oid = l.database"
	    " where l.locktype = 'advisory' and l.objsubid = 2"
	    " and l.classid = 68 and l.objid ="
	    " (hashtext($1)::bigint & 4294967295)::oid"
	    " and d.datname = current_database()"
	    " and l.pid <> pg_backend_pid()) x",
	    1, (const char *[]){ node }, cb, arg);
}

/* --- claim and back ----------------------------------------------------- */

static void
claimed(void *arg, const struct db_answer *a)
{
	struct typed *t = arg;
	struct calls_contact *v = NULL;
	int n = 0;

	assert(t->magic == TYPED_MAGIC);
	if (a->status == DB_OK) {
		n = PQntuples(a->res);
		v = xcalloc((size_t)n, sizeof(*v));
	}
	for (int i = 0; i < n; i++) {
		v[i].id = col_int(a->res, i, 0);
		col_text(v[i].number, a->res, i, 1);
		col_text(v[i].country, a->res, i, 2);
		col_text(v[i].zone, a->res, i, 3);
		v[i].attempts = (int)col_int(a->res, i, 4);
		v[i].uncounted = (int)col_int(a->res, i, 5);
	}
	t->cb.claim(t->arg, a->status, a->err, v, (size_t)n);
	free(v);
	free(t);
}

void
calls_claim(struct db *db, const char *node, int64_t campaign_id,
    const struct calls_pair *pair, size_t npairs, int limit, int lease_s,
    calls_claim_cb *cb, void *arg)
{
	struct typed *t = typed_new(arg);
	struct buf countries = BUF_INIT, zones = BUF_INIT;
	char campaign[24], lim[16], lease[16];

	t->cb.claim = cb;
	buf_byte(&countries, '{');
	buf_byte(&zones, '{');
	for (size_t i = 0; i < npairs; i++) {
		array_add(&countries, pair[i].country);
		array_add(&zones, pair[i].zone);
	}
	str_format(campaign, sizeof(campaign), "%lld", (long long)campaign_id);
	str_format(lim, sizeof(lim), "%d", limit);
	str_format(lease, sizeof(lease), "%d", lease_s);
	db_send(db, "claim",
	    "select id, number, country, zone, attempts, uncounted"
	    " from claim($1, $2, $3, $4, $5, $6)",
	    6,
	    (const char *[]){ node, campaign, array_end(&countries),
		array_end(&zones), lim, lease },
	    claimed, t);
	buf_clear(&countries);
	buf_clear(&zones);
}

void
calls_release(struct db *db, const char *node, const int64_t *ids, size_t n,
    db_cb *cb, void *arg)
{
	struct buf b = BUF_INIT;

	buf_byte(&b, '{');
	for (size_t i = 0; i < n; i++)
		array_add_int(&b, ids[i]);
	db_send(db, "release", "select release($1, $2)", 2,
	    (const char *[]){ node, array_end(&b) }, cb, arg);
	buf_clear(&b);
}

void
calls_defer(struct db *db, const char *node, const int64_t *ids, size_t n,
    int64_t due_ms, db_cb *cb, void *arg)
{
	struct buf b = BUF_INIT;
	char due[24];

	buf_byte(&b, '{');
	for (size_t i = 0; i < n; i++)
		array_add_int(&b, ids[i]);
	str_format(due, sizeof(due), "%lld", (long long)due_ms);
	db_send(db, "defer", "select defer($1, $2, ts_of_ms($3))", 3,
	    (const char *[]){ node, array_end(&b), due }, cb, arg);
	buf_clear(&b);
}

void
calls_release_all(struct db *db, const char *node, db_cb *cb, void *arg)
{
	db_send(db, "release_all", "select release_all($1)", 1,
	    (const char *[]){ node }, cb, arg);
}

/* --- arm and back ------------------------------------------------------- */

static void
arm_row(struct buf *b, const struct calls_arm *r, size_t ord)
{
	char id[UUID_LEN + 1];

	uuid_text(&r->id, id);
	buf_fmt(b, "%s{\"ord\":%zu", ord > 0 ? "," : "", ord);
	key_str(b, "id", id);
	key_int(b, "armed_ms", r->armed_ms);
	key_int(b, "contact_id", r->contact_id);
	key_int(b, "campaign_id", r->campaign_id);
	key_int(b, "did_id", r->did_id);
	key_str(b, "did_number", r->did_number);
	key_str(b, "cap_group", r->cap_group);
	key_str(b, "usage_date", r->usage_date);
	key_int(b, "cap", r->cap);
	key_str(b, "number", r->number);
	key_str(b, "country", r->country);
	key_str(b, "zone", r->zone);
	key_str(b, "trunk", r->trunk);
	if (r->number_cap > 0)
		key_int(b, "number_cap", r->number_cap);
	key_str(b, "did_why", r->did_why);
	buf_byte(b, '}');
}

static void
armed(void *arg, const struct db_answer *a)
{
	struct typed *t = arg;
	struct calls_armed *v = NULL;
	int n = 0;

	assert(t->magic == TYPED_MAGIC);
	if (a->status == DB_OK) {
		n = PQntuples(a->res);
		v = xcalloc((size_t)n, sizeof(*v));
	}
	for (int i = 0; i < n; i++) {
		uuid_parse(PQgetvalue(a->res, i, 0), &v[i].id);
		v[i].verdict = (enum arm_verdict)col_int(a->res, i, 1);
		v[i].attempt = (int)col_int(a->res, i, 2);
		v[i].uses = (int)col_int(a->res, i, 3);
		v[i].cap = (int)col_int(a->res, i, 4);
	}
	t->cb.arm(t->arg, a->status, a->err, v, (size_t)n);
	free(v);
	free(t);
}

void
calls_arm(struct db *db, const char *node, const struct calls_arm *rows,
    size_t n, calls_arm_cb *cb, void *arg)
{
	struct typed *t = typed_new(arg);
	struct buf b = BUF_INIT;

	t->cb.arm = cb;
	buf_byte(&b, '[');
	for (size_t i = 0; i < n; i++)
		arm_row(&b, &rows[i], i);
	buf_byte(&b, ']');
	db_send(db, "arm",
	    "select id, verdict, attempt, uses, cap from arm($1, $2)", 2,
	    (const char *[]){ node, buf_cstr(&b) }, armed, t);
	buf_clear(&b);
}

void
calls_unarm(struct db *db, const char *node, const struct uuid *ids,
    const int64_t *armed_ms, size_t n, db_cb *cb, void *arg)
{
	struct buf id = BUF_INIT, ms = BUF_INIT;
	char text[UUID_LEN + 1];

	buf_byte(&id, '{');
	buf_byte(&ms, '{');
	for (size_t i = 0; i < n; i++) {
		uuid_text(&ids[i], text);
		array_add(&id, text);
		array_add_int(&ms, armed_ms[i]);
	}
	db_send(db, "unarm", "select unarm($1, $2, $3)", 3,
	    (const char *[]){ node, array_end(&id), array_end(&ms) }, cb, arg);
	buf_clear(&id);
	buf_clear(&ms);
}

/* --- record ------------------------------------------------------------- */

static void
key_time(struct buf *b, const char *key, int64_t ms)
{
	if (ms != 0)
		key_int(b, key, ms);
}

static void
key_known(struct buf *b, const char *key, int v)
{
	if (v >= 0)
		key_int(b, key, v);
}

static void
put_answers(struct buf *b, const struct calls_record *r)
{
	if (r->nanswers == 0)
		return;
	key_name(b, "answers");
	for (size_t i = 0; i < r->nanswers; i++) {
		const struct call_answer *a = &r->answers[i];

		buf_str(b, i > 0 ? ",{\"q\":" : "[{\"q\":");
		buf_json_str(b, a->question);
		key_str(b, "a", a->answer);
		key_known(b, "score", a->score);
		key_known(b, "ms", a->ms);
		buf_byte(b, '}');
	}
	buf_byte(b, ']');
}

void
calls_record_json(struct buf *b, const struct calls_record *r)
{
	char id[UUID_LEN + 1];

	uuid_text(&r->id, id);
	buf_str(b, "{\"id\":\"");
	buf_put(b, id, UUID_LEN);
	buf_byte(b, '"');
	key_int(b, "armed_ms", r->armed_ms);
	key_int(b, "contact_id", r->contact_id);
	key_str(b, "state", call_state_word(r->state));
	if (r->disposition != DISP_NONE)
		key_str(b, "disposition", disposition_word(r->disposition));
	key_known(b, "cause", r->cause);
	key_known(b, "sip_code", r->sip_code);
	key_str(b, "trunk", r->trunk);
	key_time(b, "sent_ms", r->sent_ms);
	key_time(b, "ringing_ms", r->ringing_ms);
	key_time(b, "answered_ms", r->answered_ms);
	key_time(b, "connected_ms", r->connected_ms);
	key_time(b, "ended_ms", r->ended_ms);
	if (r->key != '\0')
		key_str(b, "key", (char[]){ r->key, '\0' });
	key_str(b, "amd", r->amd);
	key_str(b, "amd_cause", r->amd_cause);
	key_str(b, "note", r->note);
	key_known(b, "setup_ms", r->setup_ms);
	/* A column of 4 bytes; the locale must not choose the point. */
	if (r->cps_at_call > 0 && r->cps_at_call < 1e9) {
		int64_t milli = (int64_t)(r->cps_at_call * 1000 + 0.5);

		buf_fmt(b, ",\"cps\":%lld.%03lld", (long long)(milli / 1000),
		    (long long)(milli % 1000));
	}
	if (r->context != NULL && r->context[0] != '\0') {
		key_str(b, "context", r->context);
		if (r->context_version > 0)
			key_int(b, "context_version", r->context_version);
	}
	key_known(b, "amd_ms", r->amd_ms);
	key_known(b, "key_ms", r->key_ms);
	if (r->key_early)
		buf_str(b, ",\"key_early\":true");
	if (r->keys_invalid > 0)
		key_int(b, "keys_invalid", r->keys_invalid);
	put_answers(b, r);
	if (r->optout)
		buf_str(b, ",\"optout\":true");
	if (r->state == CALL_ENDED) {
		key_str(b, "contact_state", r->contact_state);
		key_time(b, "due_ms", r->due_ms);
		if (r->uncounted)
			buf_str(b, ",\"uncounted\":true");
		if (r->shift != 0)
			key_int(b, "shift", r->shift);
	}
	buf_str(b, "}\n");
}

void
calls_record_send(
    struct db *db, const char *lines, size_t n, db_cb *cb, void *arg)
{
	struct buf b = BUF_INIT;

	while (n > 0 && lines[n - 1] == '\n')
		n--;
	buf_byte(&b, '[');
	for (size_t i = 0; i < n; i++)
		buf_byte(&b, lines[i] == '\n' ? ',' : lines[i]);
	buf_byte(&b, ']');
	db_send(db, "record", "select id from record($1)", 1,
	    (const char *[]){ buf_cstr(&b) }, cb, arg);
	buf_clear(&b);
}

/* --- questions ---------------------------------------------------------- */

static void
opened(void *arg, const struct db_answer *a)
{
	struct typed *t = arg;
	struct calls_open *v = NULL;
	int n = 0;

	assert(t->magic == TYPED_MAGIC);
	if (a->status == DB_OK) {
		n = PQntuples(a->res);
		v = xcalloc((size_t)n, sizeof(*v));
	}
	for (int i = 0; i < n; i++) {
		int state = call_state_parse(PQgetvalue(a->res, i, 14));

		uuid_parse(PQgetvalue(a->res, i, 0), &v[i].id);
		v[i].armed_ms = col_int(a->res, i, 1);
		v[i].sent_ms = col_int(a->res, i, 2);
		v[i].contact_id = col_int(a->res, i, 3);
		v[i].campaign_id = col_int(a->res, i, 4);
		v[i].did_id = col_int(a->res, i, 5);
		col_text(v[i].did_number, a->res, i, 6);
		col_text(v[i].number, a->res, i, 7);
		col_text(v[i].country, a->res, i, 8);
		col_text(v[i].zone, a->res, i, 9);
		col_text(v[i].trunk, a->res, i, 10);
		col_text(v[i].cap_group, a->res, i, 11);
		col_text(v[i].usage_date, a->res, i, 12);
		v[i].attempt = (int)col_int(a->res, i, 13);
		v[i].ringing_ms = col_int(a->res, i, 15);
		v[i].answered_ms = col_int(a->res, i, 16);
		v[i].connected_ms = col_int(a->res, i, 17);
		col_text(v[i].amd, a->res, i, 18);
		col_text(v[i].key, a->res, i, 19);
		v[i].uncounted = (int)col_int(a->res, i, 20);
		v[i].state = state < 0 ? CALL_UNKNOWN : (enum call_state)state;
	}
	t->cb.open(t->arg, a->status, a->err, v, (size_t)n);
	free(v);
	free(t);
}

void
calls_open(struct db *db, const char *node, calls_open_cb *cb, void *arg)
{
	struct typed *t = typed_new(arg);

	t->cb.open = cb;
	/* ended_at is null: the index call_open; the same as state. */
	db_send(db, "open",
	    "select c.id, ms_of_ts(c.armed_at),"
	    " coalesce(ms_of_ts(c.sent_at), 0),"
	    " c.contact_id, c.campaign_id, c.did_id, c.did_number, c.number,"
	    " c.country, c.zone, c.trunk, c.cap_group, c.usage_date,"
	    " c.attempt, c.state, coalesce(ms_of_ts(c.ringing_at), 0),"
	    " coalesce(ms_of_ts(c.answered_at), 0),"
	    " coalesce(ms_of_ts(c.connected_at), 0),"
	    " coalesce(c.amd, ''), coalesce(c.key_pressed, ''),"
	    " coalesce((select k.uncounted from contact k"
	    " where k.id = c.contact_id), 0)"
	    " from call c where c.node = $1 and c.ended_at is null"
	    " order by c.armed_at, c.id",
	    1, (const char *[]){ node }, opened, t);
}

void
calls_dnc_test(
    struct db *db, const char *const *numbers, size_t n, db_cb *cb, void *arg)
{
	struct buf b = BUF_INIT;

	buf_byte(&b, '{');
	for (size_t i = 0; i < n; i++)
		array_add(&b, numbers[i]);
	db_send(db, "dnc_test",
	    "select distinct number from dnc where number = any($1)", 1,
	    (const char *[]){ array_end(&b) }, cb, arg);
	buf_clear(&b);
}
