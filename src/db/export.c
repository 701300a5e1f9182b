/* SPDX-License-Identifier: MIT */
/*
 * export: one select per kind, read in single-row mode: the memory it takes
 * does not grow with the list.  Nor does the server's disk: no sort is larger
 * than a day of calls, the rest comes by an index.  Passwords and keys are in
 * none of them.
 */
#include "db/export.h"

#include <string.h>

#include "shared/util.h"

/*
 * $1, $2: from and to, or null; $3: names of campaigns as an array, or null;
 * $4: where it goes by days, the day (UTC)
 */
#define TIMES(column)                                                          \
	"($1::timestamptz is null or " column " >= $1::timestamptz) and "      \
	"($2::timestamptz is null or " column " < $2::timestamptz)"
#define DAY(column)                                                            \
	column " >= $4::date::timestamp at time zone 'UTC' and " column        \
	       " < ($4::date + 1)::timestamp at time zone 'UTC'"
#define CAMPAIGNS "($3::text[] is null or c.name = any ($3::text[]))"
#define NONE      "$1::text is null and $2::text is null and $3::text is null"

static const struct {
	const char *what, *sql;
	bool times, campaigns;
	const char *days; /* on which there are any; NULL: all at once */
} kinds[] = {
	{ "calls",
	    "select l.id, c.name as campaign, l.contact_id, l.attempt, "
	    "l.number, l.country, l.zone, l.did_number as did, l.trunk, l.node,"
	    " l.state, l.disposition, l.cause, l.sip_code, l.armed_at, "
	    "l.sent_at, l.ringing_at, l.answered_at, l.connected_at, "
	    "l.ended_at, l.setup_ms, l.key_pressed, l.amd, l.amd_cause, "
	    "l.cps_at_call, l.uncounted, l.did_why, l.note, l.load_test_id, "
	    "l.context, l.context_version, l.amd_ms, l.key_ms, l.key_early, "
	    "l.keys_invalid "
	    "from discador.call l "
	    "left join discador.campaign c on c.id = l.campaign_id "
	    "where " TIMES("l.armed_at") " and " CAMPAIGNS " and " DAY(
		"l.armed_at") " order by l.armed_at, l.id",
	    true, true,
	    "select distinct (l.armed_at at time zone 'UTC')::date "
	    "from discador.call l where " TIMES("l.armed_at") " order by 1" },
	{ "answers",
	    "select a.call_id, a.at, c.name as campaign, a.number, a.country, "
	    "a.context, a.context_version, a.question, a.answer, a.score "
	    "from discador.answer a "
	    "left join discador.campaign c on c.id = a.campaign_id "
	    "where " TIMES("a.at") " and " CAMPAIGNS " order by a.at, "
				   "a.call_id, a.question",
	    true, true, NULL },
	{ "contacts",
	    "select t.id, c.name as campaign, t.list, t.number, t.name, "
	    "t.country, t.zone, t.state, t.attempts, t.last_attempt_at, "
	    "t.last_disposition, t.due_at, t.priority, t.data, t.created_at "
	    "from discador.contact t "
	    "left join discador.campaign c on c.id = t.campaign_id "
	    "where " TIMES("t.created_at") " and " CAMPAIGNS " order by t.id",
	    true, true, NULL },
	{ "dids",
	    "select d.id, d.number, d.country, d.area, d.state, "
	    "d.blocked_until, d.block_reason, d.weight, d.created_at, "
	    "u.usage_date as last_day, u.cap_group, u.uses, u.cap "
	    "from discador.did d left join lateral (select * from "
	    "discador.did_usage x where x.did_id = d.id order by "
	    "x.usage_date desc limit 1) u on true where " NONE " order by d.id",
	    false, false, NULL },
	{ "dnc",
	    "select number, list, source, added_at, reason "
	    "from discador.dnc where $3::text is null and " TIMES(
		"added_at") " order by id",
	    true, false, NULL },
	{ "metrics",
	    "select node, at, current_cps, target_cps, concurrent_calls, "
	    "initiated, answered, failed, success_rate, setup_ms, load, "
	    "queue_size, brake from discador.metric "
	    "where $3::text is null and " TIMES("at") " order by at, node",
	    true, false, NULL },
	{ "audit",
	    "select seq, id, at, node, actor, origin, action, object, result, "
	    "detail, encode(prev, 'hex') as prev, encode(hash, 'hex') as hash "
	    "from discador.event_log where $3::text is null and " TIMES(
		"at") " order by seq",
	    true, false, NULL },
};

bool
export_known(const char *what, bool *times, bool *campaigns)
{
	for (size_t i = 0; i < nitems(kinds); i++)
		if (strcmp(kinds[i].what, what) == 0) {
			*times = kinds[i].times;
			*campaigns = kinds[i].campaigns;
			return true;
		}
	return false;
}

struct run {
	PGconn *pg;
	bool (*row)(void *, const PGresult *, int);
	void *arg;
	struct buf *err;
	const char *values[4];
	bool named; /* the columns' names were given */
};

/* {"a","b"} */
static void
array_text(struct buf *b, const char *const *v, size_t n)
{
	buf_str(b, "{");
	for (size_t i = 0; i < n; i++) {
		buf_str(b, i > 0 ? ",\"" : "\"");
		for (const char *p = v[i]; *p != '\0'; p++) {
			if (*p == '"' || *p == '\\')
				buf_put(b, "\\", 1);
			buf_put(b, p, 1);
		}
		buf_str(b, "\"");
	}
	buf_str(b, "}");
}

static void
one_line(struct buf *err, const char *message)
{
	size_t n = strcspn(message, "\n");

	buf_put(err, message, n);
}

/* A statement that was sent: its rows. */
static enum export_end
take(struct run *x)
{
	enum export_end end = EXPORT_DONE;
	PGresult *r;

	while ((r = PQgetResult(x->pg)) != NULL) {
		ExecStatusType s = PQresultStatus(r);

		if (end == EXPORT_DONE && s != PGRES_SINGLE_TUPLE &&
		    s != PGRES_TUPLES_OK) {
			one_line(x->err, PQresultErrorMessage(r));
			end = PQstatus(x->pg) == CONNECTION_OK ? EXPORT_FAILED
							       : EXPORT_AWAY;
		}
		if (end == EXPORT_DONE && !x->named && !x->row(x->arg, r, -1))
			end = EXPORT_FAILED;
		x->named = true;
		for (int i = 0; end == EXPORT_DONE && i < PQntuples(r); i++)
			if (!x->row(x->arg, r, i))
				end = EXPORT_FAILED;
		PQclear(r);
		if (end == EXPORT_FAILED && x->err->len == 0) {
			/* the rest is not wanted */
			PGcancel *c = PQgetCancel(x->pg);
			char why[128];

			if (c != NULL)
				PQcancel(c, why, sizeof(why));
			PQfreeCancel(c);
			break;
		}
	}
	return end;
}

static enum export_end
send(struct run *x, const char *sql, int n)
{
	if (PQsendQueryParams(x->pg, sql, n, NULL, x->values, NULL, NULL, 0) ==
		1 &&
	    PQsetSingleRowMode(x->pg) == 1)
		return take(x);
	one_line(x->err, PQerrorMessage(x->pg));
	return EXPORT_AWAY;
}

/* One statement for each day; of none where there is none: the heading. */
static enum export_end
by_days(struct run *x, const char *days, const char *sql)
{
	PGresult *r =
	    PQexecParams(x->pg, days, 2, NULL, x->values, NULL, NULL, 0);
	enum export_end end = EXPORT_DONE;
	int n = PQntuples(r);

	if (PQresultStatus(r) != PGRES_TUPLES_OK) {
		one_line(x->err, PQresultErrorMessage(r));
		end = PQstatus(x->pg) == CONNECTION_OK ? EXPORT_FAILED
						       : EXPORT_AWAY;
	}
	for (int i = 0; end == EXPORT_DONE && i < MAXIMUM(n, 1); i++) {
		x->values[3] = n > 0 ? PQgetvalue(r, i, 0) : "1970-01-01";
		end = send(x, sql, 4);
	}
	PQclear(r);
	return end;
}

/* A reader who has gone is noticed; all statements see one moment. */
static const char setup[] =
    "set application_name = 'discador export'; set jit = off; "
    "set client_encoding = utf8; set datestyle = iso; "
    "set client_connection_check_interval = '5s'; "
    "set enable_sort = off; set enable_hashjoin = off; "
    "set max_parallel_workers_per_gather = 0; "
    "begin isolation level repeatable read read only";

enum export_end
export_rows(const char *conninfo, const struct export_query *q,
    bool (*row)(void *arg, const PGresult *res, int nrow), void *arg,
    struct buf *err)
{
	struct buf sql = BUF_INIT, names = BUF_INIT;
	struct run x = {
		.row = row, .arg = arg, .err = err, .values = { q->from, q->to }
	};
	enum export_end end = EXPORT_AWAY;
	const char *days = NULL;
	PGresult *r;

	for (size_t i = 0; i < nitems(kinds); i++)
		if (strcmp(kinds[i].what, q->what) == 0) {
			buf_fmt(&sql,
			    q->as_json ? "select row_to_json(x) from (%s) x"
				       : "%s",
			    kinds[i].sql);
			days = kinds[i].days;
		}
	if (q->ncampaigns > 0) {
		array_text(&names, q->campaigns, q->ncampaigns);
		x.values[2] = buf_cstr(&names);
	}
	x.pg = PQconnectdb(conninfo);
	r = PQstatus(x.pg) == CONNECTION_OK ? PQexec(x.pg, setup) : NULL;
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		one_line(err, PQerrorMessage(x.pg));
	else if (days != NULL)
		end = by_days(&x, days, buf_cstr(&sql));
	else
		end = send(&x, buf_cstr(&sql), 3);
	PQclear(r);
	PQfinish(x.pg);
	buf_clear(&sql);
	buf_clear(&names);
	return end;
}
