/* SPDX-License-Identifier: MIT */
/* details: the statements.  Changes nothing. */
#include "db/details.h"

#include "shared/util.h"

void
details_campaign(
    struct db *db, const char *name, int64_t from_ms, db_cb *cb, void *arg)
{
	char from[24];

	str_format(from, sizeof(from), "%lld", (long long)from_ms);
	db_send(db, "details_campaign",
	    "select details_campaign($1, ts_of_ms($2))", 2,
	    (const char *[]){ name, from }, cb, arg);
}

void
details_did(struct db *db, const char *number, db_cb *cb, void *arg)
{
	db_send(
	    db, "details_did", "select details_did($1)", 1, &number, cb, arg);
}

void
details_calls(struct db *db, const char *number, db_cb *cb, void *arg)
{
	db_send(db, "number_history", "select number_history($1)", 1, &number,
	    cb, arg);
}

/*
 * Nodes are averaged by themselves and then summed: each has a part of the
 * calls.  What is commanded explains bends; a command that asks leaves no
 * line.
 */
void
details_history(struct db *db, int64_t from_ms, int64_t to_ms, int64_t step_s,
    db_cb *cb, void *arg)
{
	char from[24], to[24], step[24];

	str_format(from, sizeof(from), "%lld", (long long)from_ms);
	str_format(to, sizeof(to), "%lld", (long long)to_ms);
	str_format(step, sizeof(step), "%lld", (long long)step_s);
	db_send(db, "history",
	    "with n as ("
	    " select floor(extract(epoch from m.at) / $3::int)::bigint"
	    " as bin, m.node, avg(m.current_cps) as cps,"
	    " avg(m.target_cps) as target,"
	    " avg(m.concurrent_calls) as concurrent,"
	    " sum(m.answered) as answered, sum(m.failed) as failed,"
	    " avg(m.success_rate) as success_rate,"
	    " avg(m.setup_ms) as setup_ms,"
	    " max(case m.brake when 'engaged' then 2 when 'probing' then 1"
	    " else 0 end) as brake"
	    " from metric m where m.at >= ts_of_ms($1) and m.at < ts_of_ms($2)"
	    " group by 1, 2"
	    "), p as ("
	    " select n.bin, sum(n.cps) as cps, sum(n.target) as target,"
	    " sum(n.concurrent) as concurrent, sum(n.answered) as answered,"
	    " sum(n.failed) as failed, avg(n.success_rate) as success_rate,"
	    " avg(n.setup_ms) as setup_ms, max(n.brake) as brake"
	    " from n group by 1 order by 1"
	    "), e as ("
	    " select l.id, l.at, l.actor, case"
	    " when l.action in ('cps', 'brake', 'campaign') then l.action"
	    " when l.action in ('start', 'stop') then 'start'"
	    " else 'config' end as kind,"
	    " concat_ws(': ', concat_ws(' ', l.action, nullif(l.object, '')),"
	    " nullif(nullif(l.result, ''), 'done')) as text"
	    " from event_log l"
	    " where l.at >= ts_of_ms($1) and l.at < ts_of_ms($2)"
	    " and l.action in ('cps', 'brake', 'campaign', 'start', 'stop',"
	    " 'apply', 'set', 'did', 'import')"
	    " order by l.at desc limit 500)"
	    " select json_build_object('step_s', $3::int, 'points',"
	    " (select coalesce(json_agg(json_build_object("
	    " 'at', iso_of_ts(to_timestamp(p.bin * $3::int)),"
	    " 'cps', round(p.cps::numeric, 2),"
	    " 'target', round(p.target::numeric, 2),"
	    " 'concurrent', round(p.concurrent::numeric, 1),"
	    " 'answered', p.answered, 'failed', p.failed,"
	    " 'success_rate', round(p.success_rate::numeric, 4),"
	    " 'setup_ms', round(p.setup_ms::numeric, 1),"
	    " 'brake', (array['released', 'probing', 'engaged'])[p.brake + 1])"
	    " order by p.bin), '[]') from p),"
	    " 'marks', (select coalesce(json_agg(json_build_object("
	    " 'at', iso_of_ts(e.at), 'kind', e.kind, 'who', e.actor,"
	    " 'text', e.text) order by e.at, e.id), '[]') from e))",
	    3, (const char *[]){ from, to, step }, cb, arg);
}

void
details_context(struct db *db, const char *name, db_cb *cb, void *arg)
{
	db_send(db, "context_versions",
	    "select coalesce(json_agg(json_build_object('version', v.version,"
	    " 'at', iso_of_ts(v.at), 'object', v.object)"
	    " order by v.version desc), '[]')"
	    " from (select version, at, object from dtmf_context_version"
	    " where name = $1 order by version desc limit 100) v",
	    1, &name, cb, arg);
}

void
details_audit(struct db *db, const char *word, const char *user, int limit,
    db_cb *cb, void *arg)
{
	char n[16];

	str_format(n, sizeof(n), "%d", limit);
	db_send(db, "audit_list",
	    "select ms_of_ts(at), node, actor, origin, action, object, result"
	    " from event_log where ($1 = '' or position(lower($1) in"
	    " lower(concat_ws(' ', node, actor, action, object, result))) > 0)"
	    " and ($2 = '' or position(lower($2) in lower(actor)) > 0)"
	    " order by id desc limit $3",
	    3, (const char *[]){ word, user, n }, cb, arg);
}

void
details_tests(struct db *db, db_cb *cb, void *arg)
{
	db_send(db, "load_tests",
	    "select id, ms_of_ts(started_at), ms_of_ts(ended_at), parameters,"
	    " result from load_test order by id desc limit 100",
	    0, NULL, cb, arg);
}
