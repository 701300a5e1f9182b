/* SPDX-License-Identifier: MIT */
/*
 * import: staging table, comparison, one transaction; do-not-call in several
 * short ones, because ends of calls wait for a number that is being put there.
 * Locks are taken in the order of sql/002: dnc, contact, campaign_tally, rows
 * by ascending key.
 */
#include "db/import.h"

#include <inttypes.h>
#include <signal.h>

#include <libpq-fe.h>

#include "db/conninfo.h"
#include "shared/util.h"

#define COPY_BATCH  (64 * 1024)
#define FETCH_LINES "5000"
#define DNC_STEP    "20000" /* numbers of one transaction */

struct import_db {
	PGconn *conn;
	PGcancel *cancel;
	volatile sig_atomic_t cancelled; /* also between two statements */
	struct import_country *countries;
	size_t ncountries;
	struct buf copy;

	enum import_kind kind;
	char campaign_id[24]; /* "" : none */
	char *list, *source;
};

static bool
refused(struct import_db *db, const PGresult *res, struct buf *err)
{
	const char *msg = res != NULL ? PQresultErrorMessage(res) : "";

	conninfo_error(err, *msg != '\0' ? msg : PQerrorMessage(db->conn));
	return false;
}

/* Run one statement; NULL and err unless it did what was expected. */
static PGresult *
query(struct import_db *db, const char *sql, int nparams,
    const char *const *params, struct buf *err)
{
	PGresult *res =
	    PQexecParams(db->conn, sql, nparams, NULL, params, NULL, NULL, 0);
	ExecStatusType st = PQresultStatus(res);

	if (st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK ||
	    st == PGRES_COPY_IN)
		return res;
	refused(db, res, err);
	PQclear(res);
	return NULL;
}

static bool
run(struct import_db *db, const char *sql, int nparams,
    const char *const *params, int64_t *rows, struct buf *err)
{
	PGresult *res = query(db, sql, nparams, params, err);

	if (res == NULL)
		return false;
	if (rows != NULL && !str_int64(PQcmdTuples(res), 0, INT64_MAX, rows))
		*rows = 0;
	PQclear(res);
	return true;
}

struct import_db *
import_db_open(const char *text, struct buf *err)
{
	struct conninfo *ci = conninfo_new(text, "discador-job", 0, err);
	struct import_db *db;
	PGconn *conn;

	if (ci == NULL)
		return NULL;
	conn = conninfo_connect(ci, err);
	conninfo_free(ci);
	if (conn == NULL)
		return NULL;
	db = xcalloc(1, sizeof(*db));
	db->conn = conn;
	db->cancel = PQgetCancel(conn);
	/*
	 * A rejects file on a slow pipe must not end the transaction; the end
	 * of this process must, also in the middle of a long statement.
	 */
	if (!run(db, "set client_connection_check_interval = '2s'", 0, NULL,
		NULL, err) ||
	    !run(db, "set idle_in_transaction_session_timeout = 0", 0, NULL,
		NULL, err) ||
	    !run(db, "set temp_buffers = '64MB'", 0, NULL, NULL, err) ||
	    !run(db, "set work_mem = '64MB'", 0, NULL, NULL, err)) {
		import_db_close(db);
		return NULL;
	}
	return db;
}

void
import_db_close(struct import_db *db)
{
	if (db == NULL)
		return;
	PQfreeCancel(db->cancel);
	PQfinish(db->conn);
	buf_clear(&db->copy);
	free(db->countries);
	free(db->list);
	free(db->source);
	free(db);
}

bool
import_db_away(const struct import_db *db)
{
	return PQstatus(db->conn) != CONNECTION_OK;
}

void
import_db_cancel(struct import_db *db)
{
	char err[128];

	db->cancelled = 1;
	if (db->cancel != NULL)
		PQcancel(db->cancel, err, sizeof(err));
}

static bool
read_country(
    struct import_country *c, const PGresult *res, int row, struct buf *err)
{
	const char *bad;

	str_copy(c->name, sizeof(c->name), PQgetvalue(res, row, 0));
	str_copy(c->region, sizeof(c->region), PQgetvalue(res, row, 1));
	if (law_holidays(&c->holidays, PQgetvalue(res, row, 2), &bad) &&
	    law_states(&c->states, PQgetvalue(res, row, 3), &bad))
		return true;
	buf_fmt(err,
	    "country %s: its holidays or states cannot be read at "
	    "\"%s\": correct them with discador apply",
	    c->name, bad);
	return false;
}

bool
import_db_countries(struct import_db *db, const struct import_country **v,
    size_t *n, struct buf *err)
{
	PGresult *res = query(db,
	    "select name, region, holidays, states from country order by name",
	    0, NULL, err);
	bool good = true;

	if (res == NULL)
		return false;
	free(db->countries);
	db->ncountries = (size_t)PQntuples(res);
	db->countries = xcalloc(db->ncountries + 1, sizeof(*db->countries));
	for (size_t i = 0; i < db->ncountries && good; i++)
		good = read_country(&db->countries[i], res, (int)i, err);
	PQclear(res);
	*v = db->countries;
	*n = db->ncountries;
	return good;
}

static bool
find_campaign(struct import_db *db, const char *name, struct buf *err)
{
	PGresult *res =
	    query(db, "select id from campaign where name = $1", 1, &name, err);
	bool found;

	if (res == NULL)
		return false;
	found = PQntuples(res) == 1;
	if (found)
		str_copy(db->campaign_id, sizeof(db->campaign_id),
		    PQgetvalue(res, 0, 0));
	else
		buf_fmt(err, "no campaign \"%s\": make it with discador apply",
		    name);
	PQclear(res);
	return found;
}

bool
import_db_begin(
    struct import_db *db, const struct import_target *t, struct buf *err)
{
	static const char staging[] =
	    "create temp table import_row (line bigint, number text,"
	    " country text, zone text, area text, name text, reason text,"
	    " weight int, data jsonb, alternates jsonb, priority int,"
	    " call_at timestamptz)";

	db->kind = t->kind;
	db->list = xstrdup(t->list != NULL ? t->list : "");
	db->source = xstrdup(t->source != NULL ? t->source : "");
	if (t->campaign != NULL && !find_campaign(db, t->campaign, err))
		return false;
	return run(db, staging, 0, NULL, NULL, err) &&
	       run(db, "copy import_row from stdin", 0, NULL, NULL, err);
}

/* Text format of COPY. */
static void
put_text(struct buf *b, const char *s, char end)
{
	for (; *s != '\0'; s++) {
		size_t plain = strcspn(s, "\\\t\n\r");

		buf_put(b, s, plain);
		s += plain;
		if (*s == '\0')
			break;
		buf_byte(b, '\\');
		buf_byte(b, *s == '\t'   ? 't'
			    : *s == '\n' ? 'n'
			    : *s == '\r' ? 'r'
					 : '\\');
	}
	buf_byte(b, end);
}

static void
put_json(struct buf *b, const char *s)
{
	if (s != NULL)
		put_text(b, s, '\t');
	else
		buf_str(b, "\\N\t");
}

static bool
flush(struct import_db *db, struct buf *err)
{
	bool good = PQputCopyData(db->conn, db->copy.p, (int)db->copy.len) == 1;

	buf_reset(&db->copy);
	return good || refused(db, NULL, err);
}

bool
import_db_row(struct import_db *db, const struct import_row *r, struct buf *err)
{
	struct buf *b = &db->copy;
	char at[32] = "\\N";

	buf_int(b, r->line);
	buf_byte(b, '\t');
	put_text(b, r->number, '\t');
	put_text(b, r->country, '\t');
	put_text(b, r->zone, '\t');
	put_text(b, r->area, '\t');
	put_text(b, r->name, '\t');
	put_text(b, r->reason, '\t');
	buf_int(b, r->weight);
	buf_byte(b, '\t');
	put_json(b, r->data);
	put_json(b, r->alternates);
	buf_int(b, r->priority);
	if (r->call_at_ms != 0)
		time_iso(r->call_at_ms, at);
	buf_byte(b, '\t');
	buf_str(b, at);
	buf_byte(b, '\n');
	return b->len < COPY_BATCH || flush(db, err);
}

static bool
end_copy(struct import_db *db, struct buf *err)
{
	PGresult *res;
	bool good = true;

	if (!flush(db, err))
		return false;
	if (PQputCopyEnd(db->conn, NULL) != 1)
		return refused(db, NULL, err);
	while ((res = PQgetResult(db->conn)) != NULL) {
		if (good && PQresultStatus(res) != PGRES_COMMAND_OK)
			good = refused(db, res, err);
		PQclear(res);
	}
	return good;
}

/*
 * Two imports of one target would both find a number missing.  Do-not-call:
 * for all its transactions, until the connection ends.
 */
static bool
lock_target(struct import_db *db, struct buf *err)
{
	const char *p[3] = { db->kind == IMPORT_CONTACTS ? "contacts"
			     : db->kind == IMPORT_DIDS   ? "dids"
							 : "dnc",
		db->campaign_id, db->list };

#define TARGET                                                                 \
	"(hashtextextended(concat_ws('/', 'discador import', $1::text,"        \
	" $2::text, $3::text), 0))"
	return run(db,
	    db->kind == IMPORT_DNC ? "select pg_advisory_lock" TARGET
				   : "select pg_advisory_xact_lock" TARGET,
	    3, p, NULL, err);
#undef TARGET
}

static bool
skip(struct import_db *db, enum import_skip why, const char *sql, int nparams,
    const char *param, struct import_counts *n, struct buf *err)
{
	return run(db, sql, nparams, &param, &n->skipped[why], err);
}

bool
import_db_compare(
    struct import_db *db, struct import_counts *n, struct buf *err)
{
	static const char twice[] =
	    "insert into import_skip select r.line, 1 from import_row r join"
	    " (select number, min(line) as line from import_row group by 1"
	    "  having count(*) > 1) d using (number) where r.line > d.line";
	static const char barred[] =
	    "insert into import_skip select r.line, 2 from import_row r"
	    " where exists (select from dnc d where d.number = r.number)"
	    " and not exists (select from import_skip s where s.line = r.line)";
#define THERE(condition)                                                       \
	"insert into import_skip select r.line, 3 from import_row r"           \
	" where exists (select from " condition ")"                            \
	" and not exists (select from import_skip s where s.line = r.line)"
	static const char campaign[] =
	    THERE("contact c where"
		  " c.number = r.number and c.campaign_id = $1::bigint");
	static const char list[] =
	    THERE("contact c where"
		  " c.number = r.number and c.list = $1");
	static const char did[] = THERE("did d where d.number = r.number");
	static const char dnc[] = THERE("dnc d where d.number = r.number"
					" and d.list = $1");
#undef THERE

	_Static_assert(
	    IMPORT_TWICE == 1 && IMPORT_BARRED == 2 && IMPORT_THERE == 3,
	    "numbers in the statements above");
	if (!end_copy(db, err) ||
	    !run(db, "analyze import_row", 0, NULL, NULL, err) ||
	    !run(db, "begin", 0, NULL, NULL, err) || !lock_target(db, err) ||
	    !run(db, "create temp table import_skip (line bigint, why int)", 0,
		NULL, NULL, err) ||
	    !skip(db, IMPORT_TWICE, twice, 0, NULL, n, err))
		return false;
	switch (db->kind) {
	case IMPORT_CONTACTS:
		return run(db, "analyze import_skip", 0, NULL, NULL, err) &&
		       skip(db, IMPORT_BARRED, barred, 0, NULL, n, err) &&
		       (*db->campaign_id != '\0'
			       ? skip(db, IMPORT_THERE, campaign, 1,
				     db->campaign_id, n, err)
			       : skip(db, IMPORT_THERE, list, 1, db->list, n,
				     err)) &&
		       run(db, "analyze import_skip", 0, NULL, NULL, err);
	case IMPORT_DIDS:
		return skip(db, IMPORT_THERE, did, 0, NULL, n, err);
	case IMPORT_DNC:
		return skip(db, IMPORT_THERE, dnc, 1, db->list, n, err);
	}
	return false;
}

bool
import_db_skipped(struct import_db *db,
    bool (*fn)(void *, int64_t, enum import_skip), void *arg, struct buf *err)
{
	bool good, more = true;

	good = run(db,
	    "declare skipped cursor for select line, why"
	    " from import_skip order by line",
	    0, NULL, NULL, err);
	while (good && more) {
		PGresult *res = query(
		    db, "fetch " FETCH_LINES " from skipped", 0, NULL, err);
		int rows = PQntuples(res);

		good = res != NULL;
		more = rows > 0;
		for (int i = 0; i < rows && good; i++) {
			int64_t line = 0, why = 0;

			good = str_int64(PQgetvalue(res, i, 0), 0, INT64_MAX,
				   &line) &&
			       str_int64(PQgetvalue(res, i, 1), 1,
				   IMPORT_NSKIP - 1, &why) &&
			       fn(arg, line, (enum import_skip)why);
		}
		PQclear(res);
	}
	return good && run(db, "close skipped", 0, NULL, NULL, err);
}

/* One row of counts into up to two integers. */
static bool
counted(struct import_db *db, const char *sql, int nparams,
    const char *const *params, int64_t *a, int64_t *b, struct buf *err)
{
	PGresult *res = query(db, sql, nparams, params, err);
	bool good;

	if (res == NULL)
		return false;
	good = PQntuples(res) == 1 &&
	       str_int64(PQgetvalue(res, 0, 0), 0, INT64_MAX, a) &&
	       (b == NULL || str_int64(PQgetvalue(res, 0, 1), 0, INT64_MAX, b));
	PQclear(res);
	if (!good)
		buf_str(err, "the server answered without counts");
	return good;
}

#define NOT_SKIPPED                                                            \
	" from import_row r where not exists"                                  \
	" (select from import_skip s where s.line = r.line)"

static bool
move_contacts(struct import_db *db, struct import_counts *n, struct buf *err)
{
	/* shift 1000: who asked to be called at a time goes first then. */
	static const char sql[] =
	    "with ins as (insert into contact (campaign_id, list, number,"
	    " country, zone, state, name, data, alternates, callback, shift,"
	    " priority, due_at)"
	    " select $1::bigint, $2, r.number, r.country, r.zone,"
	    " case r.zone when '' then 'held' else 'pending' end, r.name,"
	    " r.data, r.alternates, r.call_at is not null,"
	    " case when r.call_at is null then 0 else 1000 end,"
	    " r.priority + case when r.call_at is null then 0 else 1000 end,"
	    " coalesce(r.call_at, now())" NOT_SKIPPED " order by r.line"
	    " on conflict do nothing returning country, zone, state),"
	    " tally as (insert into campaign_tally as t"
	    " (campaign_id, country, zone, total)"
	    " select $1::bigint, i.country, i.zone, count(*) from ins i"
	    " where $1 is not null group by 2, 3 order by 2, 3"
	    " on conflict (campaign_id, country, zone)"
	    " do update set total = t.total + excluded.total)"
	    " select count(*), count(*) filter (where state = 'held') from ins";
	const char *p[2] = { *db->campaign_id != '\0' ? db->campaign_id : NULL,
		db->list };

	/* From here on nobody waits for a number that we have brought. */
	return (p[0] == NULL || run(db, "select campaign_lock($1::bigint)", 1,
				    p, NULL, err)) &&
	       counted(db, sql, 2, p, &n->imported, &n->held, err);
}

static bool
move_dids(struct import_db *db, struct import_counts *n, struct buf *err)
{
	static const char sql[] =
	    "insert into did (number, country, area, weight)"
	    " select r.number, r.country, r.area, r.weight" NOT_SKIPPED
	    " order by r.line on conflict do nothing";

	return run(db, sql, 0, NULL, &n->imported, err);
}

/* One step of the list: what it lacks, and the marks of its contacts. */
static bool
move_dnc_step(
    struct import_db *db, int step, struct import_counts *n, struct buf *err)
{
	static const char insert[] =
	    "insert into dnc (number, list, source, reason)"
	    " select r.number, $2, $3, r.reason from import_dnc r"
	    " where r.step = $1::int and not r.skip"
	    " order by r.number on conflict do nothing";
	/* Also those whose number was on the list before: it costs nothing. */
	static const char mark[] =
	    "with l as (select c.id from contact c"
	    " where c.state in ('pending', 'held') and c.number in"
	    " (select r.number from import_dnc r where r.step = $1::int)"
	    " order by c.id for update),"
	    " u as (update contact c set state = 'dnc' from l"
	    " where c.id = l.id and c.state in ('pending', 'held')"
	    " returning c.campaign_id, c.country, c.zone),"
	    " tally as (insert into campaign_tally as t"
	    " (campaign_id, country, zone, finished)"
	    " select u.campaign_id, u.country, u.zone, count(*) from u"
	    " where u.campaign_id is not null group by 1, 2, 3 order by 1, 2, 3"
	    " on conflict (campaign_id, country, zone)"
	    " do update set finished = t.finished + excluded.finished)"
	    " select count(*) from u";
	char at[16];
	const char *p[3] = { at, db->list, db->source };
	int64_t imported = 0, marked = 0;

	str_format(at, sizeof(at), "%d", step);
	if (!run(db, insert, 3, p, &imported, err) ||
	    !counted(db, mark, 1, p, &marked, NULL, err) ||
	    !run(db, "commit", 0, NULL, NULL, err))
		return false;
	n->imported += imported;
	n->marked += marked;
	return true;
}

/* Leaves a transaction open for import_db_commit(). */
static bool
move_dnc(struct import_db *db, struct import_counts *n, struct buf *err)
{
	static const char steps[] =
	    "create temp table import_dnc as select r.number, r.reason,"
	    " exists (select from import_skip s where s.line = r.line) as skip,"
	    " ((row_number() over (order by r.number) - 1) / " DNC_STEP
	    ")::int as step from import_row r";
	int64_t last = 0;

	if (!run(db, steps, 0, NULL, NULL, err) ||
	    !run(db, "create index on import_dnc (step)", 0, NULL, NULL, err) ||
	    !run(db, "analyze import_dnc", 0, NULL, NULL, err) ||
	    !counted(db, "select coalesce(max(step), 0) from import_dnc", 0,
		NULL, &last, NULL, err))
		return false;
	for (int step = 0; step <= last; step++) {
		if (db->cancelled != 0) {
			buf_str(err, "cancelled");
			return false;
		}
		if (!move_dnc_step(db, step, n, err) ||
		    !run(db, "begin", 0, NULL, NULL, err))
			return false;
	}
	return true;
}

bool
import_db_commit(struct import_db *db, struct import_counts *n, struct buf *err)
{
	bool good = db->kind == IMPORT_CONTACTS ? move_contacts(db, n, err)
		    : db->kind == IMPORT_DIDS   ? move_dids(db, n, err)
						: move_dnc(db, n, err);

	if (!good || !run(db, "commit", 0, NULL, NULL, err))
		return false;
	/* Fresh statistics for the claim; without them it still works. */
	if (db->kind == IMPORT_CONTACTS && n->imported >= 1000) {
		struct buf ignored = BUF_INIT;

		run(db, "analyze contact", 0, NULL, NULL, &ignored);
		buf_clear(&ignored);
	}
	return true;
}
