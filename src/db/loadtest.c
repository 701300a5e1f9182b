/* SPDX-License-Identifier: MIT */
/* loadtest: the statements.  Of the operator's database it changes nothing
 * but load_test. */
#include "db/loadtest.h"

#include <string.h>

#include "shared/util.h"

static void
one_line(struct buf *err, const char *message)
{
	buf_put(err, message, strcspn(message, "\n"));
}

/* The rows of one statement; NULL and err. */
static PGresult *
ask(PGconn **pg, const char *conninfo, const char *sql, int n,
    const char *const *params, struct buf *err)
{
	PGresult *r;

	*pg = PQconnectdb(conninfo);
	if (PQstatus(*pg) != CONNECTION_OK) {
		one_line(err, PQerrorMessage(*pg));
		return NULL;
	}
	PQclear(PQexec(*pg, "set search_path = discador"));
	r = PQexecParams(*pg, sql, n, NULL, params, NULL, NULL, 0);
	if (PQresultStatus(r) == PGRES_TUPLES_OK ||
	    PQresultStatus(r) == PGRES_COMMAND_OK)
		return r;
	one_line(err, PQresultErrorMessage(r));
	PQclear(r);
	return NULL;
}

static bool
each(const char *conninfo, const char *sql, loadtest_row *row, void *arg,
    struct buf *err)
{
	PGconn *pg;
	PGresult *r = ask(&pg, conninfo, sql, 0, NULL, err);
	bool good = r != NULL;

	for (int i = 0; good && i < PQntuples(r); i++)
		row(arg, r, i);
	PQclear(r);
	PQfinish(pg);
	return good;
}

bool
loadtest_calls(
    const char *conninfo, loadtest_row *row, void *arg, struct buf *err)
{
	return each(conninfo,
	    "select l.number, l.did_number, l.country, coalesce(c.name, ''),"
	    " l.trunk, l.disposition, coalesce(l.key_pressed, ''),"
	    " coalesce(l.amd, ''), l.cause, l.attempt, l.setup_ms,"
	    " ms_of_ts(l.sent_at), ms_of_ts(l.ringing_at),"
	    " ms_of_ts(l.answered_at), ms_of_ts(l.connected_at),"
	    " ms_of_ts(l.ended_at)"
	    " from call l left join campaign c on c.id = l.campaign_id"
	    " where l.sent_at is not null order by l.sent_at, l.id",
	    row, arg, err);
}

bool
loadtest_dids(
    const char *conninfo, loadtest_row *row, void *arg, struct buf *err)
{
	return each(conninfo,
	    "select d.number, d.country, coalesce(sum(u.uses), 0),"
	    " coalesce(max(u.cap), 0),"
	    " count(*) filter (where u.cap > 0 and u.uses > u.cap)"
	    " from did d left join did_usage u on u.did_id = d.id"
	    " group by d.id order by d.country, d.number",
	    row, arg, err);
}

bool
loadtest_begin(
    const char *conninfo, int64_t *id, const char *parameters, struct buf *err)
{
	char least[24];
	const char *params[] = { least, parameters };
	PGconn *pg;
	PGresult *r;
	bool good;

	str_format(least, sizeof(least), "%lld", (long long)*id);
	r = ask(&pg, conninfo,
	    "insert into load_test (id, parameters) select"
	    " setval(pg_get_serial_sequence('discador.load_test', 'id'),"
	    " greatest($1::bigint, nextval(pg_get_serial_sequence("
	    "'discador.load_test', 'id')))), $2::jsonb returning id",
	    2, params, err);
	good = r != NULL && PQntuples(r) == 1 &&
	       str_int64(PQgetvalue(r, 0, 0), 1, INT64_MAX, id);
	PQclear(r);
	PQfinish(pg);
	return good;
}

bool
loadtest_end(
    const char *conninfo, int64_t id, const char *result, struct buf *err)
{
	char text[24];
	const char *params[] = { text, result };
	PGconn *pg;
	PGresult *r;

	str_format(text, sizeof(text), "%lld", (long long)id);
	r = ask(&pg, conninfo,
	    "update load_test set ended_at = clock_timestamp(),"
	    " result = $2::jsonb where id = $1::bigint",
	    2, params, err);
	PQclear(r);
	PQfinish(pg);
	return r != NULL;
}

bool
loadtest_trunks(
    const char *conninfo, loadtest_row *row, void *arg, struct buf *err)
{
	return each(conninfo,
	    "select name, channel, switch_name from trunk order by name", row,
	    arg, err);
}
