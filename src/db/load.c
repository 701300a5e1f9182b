/* SPDX-License-Identifier: MIT */
/*
 * load: objects, DIDs, usage and tallies in; changes, audit and metrics out.
 * The statements for objects are built from the rows of tbl_spec.h, whose
 * keys are the columns' names (quoted: one of them is "order").
 */
#include "db/load.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/spec.h"
#include "shared/util.h"

/* Contacts given to a campaign per transaction: some 50 ms. */
#define ATTACH_STEP "2000"

/* Statements are built once and kept, as db_send wants. */
static struct kind {
	const char *kind, *table, *key;
	char *select, *upsert; /* NULL until first used */
	char *select_name, *upsert_name;
} kinds[] = {
	{ "trunk", "trunk", "name", NULL, NULL, NULL, NULL },
	{ "profile", "performance_profile", "name", NULL, NULL, NULL, NULL },
	{ "amd_profile", "amd_profile", "name", NULL, NULL, NULL, NULL },
	{ "country", "country", "name", NULL, NULL, NULL, NULL },
	{ "context", "dtmf_context", "name", NULL, NULL, NULL, NULL },
	{ "campaign", "campaign", "name", NULL, NULL, NULL, NULL },
	{ "alert_rule", "alert_rule", "name", NULL, NULL, NULL, NULL },
	{ "did", "did", "number", NULL, NULL, NULL, NULL },
};

static struct kind *
kind_find(const char *word)
{
	for (size_t i = 0; i < nitems(kinds); i++)
		if (strcmp(kinds[i].kind, word) == 0)
			return &kinds[i];
	return NULL;
}

static void
refuse(db_cb *cb, void *arg, const char *why)
{
	struct db_answer a = { .status = DB_REFUSED, .err = why };

	str_copy(a.sqlstate, sizeof(a.sqlstate), "22023");
	if (cb != NULL)
		cb(arg, &a);
}

/* --- objects in --------------------------------------------------------- */

static void
build_select(struct kind *k)
{
	struct buf b = BUF_INIT;
	const char *more = "";

	/* No options: they are set by other ways. */
	if (strcmp(k->kind, "campaign") == 0)
		more = ", state";
	else if (strcmp(k->kind, "context") == 0)
		more = ", version";
	buf_fmt(&b,
	    "select coalesce(json_agg(x order by x.%s), '[]')"
	    " from (select id, %s%s",
	    k->key, k->key, more);
	for (size_t i = 0; i < spec_nrows; i++)
		if (strcmp(spec_rows[i].kind, k->kind) == 0)
			buf_fmt(&b, ", \"%s\"", spec_rows[i].key);
	buf_fmt(&b, " from %s where $1::text is null or %s = $1) x", k->table,
	    k->key);
	k->select = xstrdup(buf_cstr(&b));
	k->select_name = xasprintf("load_%s", k->kind);
	buf_clear(&b);
}

void
load_objects(
    struct db *db, const char *kind, const char *name, db_cb *cb, void *arg)
{
	struct kind *k = kind_find(kind);

	if (k == NULL || (strcmp(kind, "did") == 0 && name == NULL)) {
		refuse(cb, arg, "no such kind of object");
		return;
	}
	if (k->select == NULL)
		build_select(k);
	db_send(db, k->select_name, k->select, 1, &name, cb, arg);
}

/* --- objects out -------------------------------------------------------- */

/* The value that JSON object o holds for a row's key, as its column's type. */
static void
put_value(struct buf *b, const struct spec_row *r, const char *o)
{
	switch (r->type) {
	case SPEC_INT:
		buf_fmt(b, "(%s->>'%s')::int", o, r->key);
		break;
	case SPEC_NUM:
		buf_fmt(b, "(%s->>'%s')::double precision", o, r->key);
		break;
	case SPEC_BOOL:
		buf_fmt(b, "(%s->>'%s')::boolean", o, r->key);
		break;
	case SPEC_LIST:
	case SPEC_LINES:
		buf_fmt(b,
		    "array(select e.v from jsonb_array_elements_text("
		    "%s->'%s') with ordinality as e(v, n) order by e.n)",
		    o, r->key);
		break;
	case SPEC_MAP:
		buf_fmt(b, "(%s->'%s')", o, r->key);
		break;
	default:
		if (strcmp(r->key, "blocked_until") == 0)
			buf_fmt(
			    b, "nullif(%s->>'%s', '')::timestamptz", o, r->key);
		else
			buf_fmt(b, "(%s->>'%s')", o, r->key);
	}
}

/* The defaults of one kind as a JSON literal. */
static void
put_defaults(struct buf *b, const char *kind)
{
	bool first = true;

	buf_str(b, "'{");
	for (size_t i = 0; i < spec_nrows; i++) {
		const struct spec_row *r = &spec_rows[i];

		if (strcmp(r->kind, kind) != 0)
			continue;
		buf_fmt(b, "%s\"%s\":", first ? "" : ",", r->key);
		first = false;
		if (r->type == SPEC_LIST || r->type == SPEC_LINES)
			buf_str(b, "[]");
		else if (r->type == SPEC_MAP)
			buf_str(b, "{}");
		else if (r->type == SPEC_INT || r->type == SPEC_NUM ||
			 r->type == SPEC_BOOL)
			buf_str(b, r->def);
		else
			buf_json_str(b, r->def);
		assert(strchr(r->def, '\'') == NULL);
	}
	buf_str(b, "}'::jsonb");
}

/*
 * Insert with the defaults under the given keys; on conflict the given keys
 * alone, and only if one of them differs.  xmax tells an insert from an
 * update; where neither happened the row is there unchanged.
 */
static void
build_upsert(struct kind *k)
{
	struct buf b = BUF_INIT, set = BUF_INIT, differs = BUF_INIT;

	buf_fmt(&b, "with g as (select $2::jsonb as o), f as (select ");
	put_defaults(&b, k->kind);
	buf_fmt(&b, " || g.o as o from g), w as (insert into %s as t (%s",
	    k->table, k->key);
	for (size_t i = 0; i < spec_nrows; i++)
		if (strcmp(spec_rows[i].kind, k->kind) == 0)
			buf_fmt(&b, ", \"%s\"", spec_rows[i].key);
	buf_str(&b, ") select $1");
	for (size_t i = 0; i < spec_nrows; i++) {
		const struct spec_row *r = &spec_rows[i];

		if (strcmp(r->kind, k->kind) != 0)
			continue;
		buf_str(&b, ", ");
		put_value(&b, r, "f.o");
		buf_fmt(&set,
		    "%s\"%s\" = case when $2::jsonb ? '%s' then "
		    "excluded.\"%s\" else t.\"%s\" end",
		    set.len > 0 ? ", " : "", r->key, r->key, r->key, r->key);
		buf_fmt(&differs,
		    "%s$2::jsonb ? '%s' and t.\"%s\" is distinct "
		    "from excluded.\"%s\"",
		    differs.len > 0 ? " or " : "", r->key, r->key, r->key);
	}
	buf_fmt(&b,
	    " from f on conflict (%s) do update set %s where %s"
	    " returning t.id, case when t.xmax = 0 then 'created'"
	    " else 'updated' end as what)"
	    " select w.id, w.what from w union all"
	    " select t.id, 'unchanged' from %s t"
	    " where t.%s = $1 and not exists (select from w)",
	    k->key, buf_cstr(&set), buf_cstr(&differs), k->table, k->key);
	k->upsert = xstrdup(buf_cstr(&b));
	k->upsert_name = xasprintf("upsert_%s", k->kind);
	buf_clear(&b);
	buf_clear(&set);
	buf_clear(&differs);
}

void
load_upsert(struct db *db, const char *kind, const char *name, const char *json,
    db_cb *cb, void *arg)
{
	struct kind *k = kind_find(kind);

	if (k == NULL) {
		refuse(cb, arg, "no such kind of object");
		return;
	}
	if (k->upsert == NULL)
		build_upsert(k);
	db_send(db, k->upsert_name, k->upsert, 2,
	    (const char *[]){ name, json }, cb, arg);
}

void
load_campaign_state(
    struct db *db, const char *name, const char *state, db_cb *cb, void *arg)
{
	db_send(db, "campaign_state",
	    "update campaign set state = $2 where name = $1 returning name", 2,
	    (const char *[]){ name, state }, cb, arg);
}

void
load_did_block(struct db *db, int64_t did_id, int64_t until_ms,
    const char *reason, db_cb *cb, void *arg)
{
	char id[24], until[24];

	str_format(id, sizeof(id), "%lld", (long long)did_id);
	str_format(until, sizeof(until), "%lld", (long long)until_ms);
	db_send(db, "did_block",
	    "select id, what from did_block($1,"
	    " ts_of_ms(nullif($2::bigint, 0)), $3)",
	    3, (const char *[]){ id, until, reason }, cb, arg);
}

void
load_callback(struct db *db, const char *num, const char *campaign,
    int64_t due_ms, const char *who, db_cb *cb, void *arg)
{
	char due[24];

	str_format(due, sizeof(due), "%lld", (long long)due_ms);
	db_send(db, "callback",
	    "select campaign, what from callback($1, $2,"
	    " ts_of_ms(nullif($3::bigint, 0)), $4)",
	    4, (const char *[]){ num, campaign, due, who }, cb, arg);
}

/* --- what the engine knows ---------------------------------------------- */

void
load_dids(struct db *db, int64_t after, int limit, db_cb *cb, void *arg)
{
	char from[24], n[16];

	str_format(from, sizeof(from), "%lld", (long long)after);
	str_format(n, sizeof(n), "%d", limit);
	db_send(db, "load_dids",
	    "select id, number, country, area, state,"
	    " ms_of_ts(blocked_until) as blocked_until_ms, block_reason,"
	    " weight from did where id > $1 order by id limit $2",
	    2, (const char *[]){ from, n }, cb, arg);
}

void
load_usage(struct db *db, const char *from_date, db_cb *cb, void *arg)
{
	db_send(db, "load_usage",
	    "select did_id, cap_group, usage_date, uses, cap from did_usage"
	    " where usage_date >= $1",
	    1, &from_date, cb, arg);
}

void
load_tally(struct db *db, db_cb *cb, void *arg)
{
	db_send(db, "load_tally",
	    "select campaign_id, country, zone, total, finished"
	    " from campaign_tally order by campaign_id, country, zone",
	    0, NULL, cb, arg);
}

void
load_counts(struct db *db, int64_t from_ms, db_cb *cb, void *arg)
{
	char from[24];

	str_format(from, sizeof(from), "%lld", (long long)from_ms);
	/* Armed calls are sent within seconds: an hour finds the partition. */
	db_send(db, "load_counts",
	    "select campaign_id, country, count(*) as attempted,"
	    " count(answered_at) as answered,"
	    " count(*) filter (where disposition = 'connected') as connected,"
	    " count(*) filter (where disposition = 'opted_out')"
	    " as opted_out,"
	    " count(*) filter (where state = 'ended'"
	    " and answered_at is null) as failed,"
	    " count(*) filter (where disposition = 'machine') as machine,"
	    " count(*) filter (where disposition = 'abandoned') as abandoned,"
	    " count(*) filter (where state = 'ended') as ended,"
	    /* outcome_ner_good() */
	    " count(*) filter (where state = 'ended'"
	    " and (answered_at is not null or disposition in"
	    " ('busy', 'no_answer', 'rejected'))) as ner_good,"
	    " coalesce(disposition, '') as disposition,"
	    /*
	     * As engine/count.c has it, but by the profile as it is now; of a
	     * context with states the first one it names.
	     */
	    " coalesce(sum(case when disposition is distinct from 'machine'"
	    " then 0"
	    " when key_early then 1000 else (select 1000 * p.false_positive"
	    " from dtmf_context x join amd_profile p on p.name ="
	    " coalesce(substring(array_to_string(x.states, ' ')"
	    " from ' amd=([^ ]+)'), x.amd_profile)"
	    " where x.name = call.context and (x.states <> '{}'"
	    " or x.on_machine in ('hangup', 'message'))) end), 0)::bigint"
	    " as false_machines_milli"
	    " from call where sent_at >= ts_of_ms($1)"
	    " and armed_at >= ts_of_ms($1) - interval '1 hour'"
	    " group by campaign_id, country, disposition",
	    1, (const char *[]){ from }, cb, arg);
}

void
load_next_due(struct db *db, int64_t campaign_id, db_cb *cb, void *arg)
{
	char id[24];

	str_format(id, sizeof(id), "%lld", (long long)campaign_id);
	db_send(db, "next_due", "select ms_of_ts(next_due($1))", 1,
	    (const char *[]){ id }, cb, arg);
}

/* --- why not ------------------------------------------------------------ */

void
load_contact_why(struct db *db, const char *num, db_cb *cb, void *arg)
{
	db_send(db, "contact_why", "select * from contact_why($1)", 1, &num, cb,
	    arg);
}

void
load_did_why(struct db *db, const char *num, db_cb *cb, void *arg)
{
	db_send(db, "did_why", "select * from did_why($1)", 1, &num, cb, arg);
}

/* --- lists -------------------------------------------------------------- */

/* One long statement would hold up every call behind it: many short ones. */
#define ATTACH_MAGIC 0x64624174u
struct attach {
	uint32_t magic;
	struct db *db;
	char campaign[24];
	db_cb *cb;
	void *arg;
};
static void attach_step(
    struct attach *, const char *list, const char *number, const char *before);

static void
attached(void *arg, const struct db_answer *a)
{
	struct attach *t = arg;

	assert(t->magic == ATTACH_MAGIC);
	if (a->status == DB_OK && *PQgetvalue(a->res, 0, 3) == 't') {
		attach_step(t, PQgetvalue(a->res, 0, 1),
		    PQgetvalue(a->res, 0, 2), PQgetvalue(a->res, 0, 0));
		return;
	}
	if (t->cb != NULL)
		t->cb(t->arg, a);
	free(t);
}

static void
attach_step(
    struct attach *t, const char *list, const char *number, const char *before)
{
	db_send(t->db, "attach_lists",
	    "select attached, list, number, more"
	    " from attach_lists($1, $2, $3, $4, $5)",
	    5,
	    (const char *[]){ t->campaign, list, number, ATTACH_STEP, before },
	    attached, t);
}

void
load_attach_lists(struct db *db, int64_t campaign_id, db_cb *cb, void *arg)
{
	struct attach *t = xcalloc(1, sizeof(*t));

	t->magic = ATTACH_MAGIC;
	t->db = db;
	t->cb = cb;
	t->arg = arg;
	str_format(
	    t->campaign, sizeof(t->campaign), "%lld", (long long)campaign_id);
	attach_step(t, NULL, NULL, "0");
}

/* --- records ------------------------------------------------------------ */

void
load_audit(struct db *db, int64_t at_ms, const char *node, const char *actor,
    const char *origin, const char *action, const char *object,
    const char *result, db_cb *cb, void *arg)
{
	char at[24];

	str_format(at, sizeof(at), "%lld", (long long)at_ms);
	db_send(db, "audit",
	    "select seq, encode(hash, 'hex')"
	    " from audit_append($1::bigint, $2, $3, $4, $5, $6, $7)",
	    7,
	    (const char *[]){ at, node, actor, origin, action, object, result },
	    cb, arg);
}

/* Not a number, not known: null. */
static const char *
number(char out[32], double v)
{
	int64_t tenth; /* of a thousandth */

	if (!isfinite(v) || v < 0 || v > 1e12)
		return NULL;
	/* printf would ask the locale for the point. */
	tenth = (int64_t)(v * 10000 + 0.5);
	str_format(out, 32, "%lld.%04lld", (long long)(tenth / 10000),
	    (long long)(tenth % 10000));
	return out;
}

void
load_metric(struct db *db, const struct load_metric *m, db_cb *cb, void *arg)
{
	char d[5][32], n[6][24];
	const char *cps = number(d[0], m->current_cps);
	const char *target = number(d[1], m->target_cps);

	str_format(n[0], sizeof(n[0]), "%lld", (long long)m->at_ms);
	str_format(n[1], sizeof(n[1]), "%d", m->concurrent_calls);
	str_format(n[2], sizeof(n[2]), "%d", m->initiated);
	str_format(n[3], sizeof(n[3]), "%d", m->answered);
	str_format(n[4], sizeof(n[4]), "%d", m->failed);
	str_format(n[5], sizeof(n[5]), "%d", m->queue_size);
	db_send(db, "metric",
	    "insert into metric (node, at, current_cps, target_cps,"
	    " concurrent_calls, initiated, answered, failed, success_rate,"
	    " setup_ms, load, queue_size, brake)"
	    " values ($1, ts_of_ms($2), $3, $4, $5, $6, $7, $8, $9, $10,"
	    " $11, $12, $13) on conflict do nothing",
	    13,
	    (const char *[]){ m->node, n[0], cps != NULL ? cps : "0",
		target != NULL ? target : "0", n[1], n[2], n[3], n[4],
		number(d[2], m->success_rate), number(d[3], m->setup_ms),
		number(d[4], m->load), n[5], m->brake },
	    cb, arg);
}

void
load_metric_trim(struct db *db, int days, db_cb *cb, void *arg)
{
	char n[16];

	str_format(n, sizeof(n), "%d", days);
	db_send(db, "metric_trim", "select metric_trim($1)", 1,
	    (const char *[]){ n }, cb, arg);
}

void
load_partitions(struct db *db, int days, db_cb *cb, void *arg)
{
	char n[16];

	str_format(n, sizeof(n), "%d", days);
	db_send(db, "partitions", "select ensure_partitions($1)", 1,
	    (const char *[]){ n }, cb, arg);
}
