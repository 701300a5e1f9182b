/* SPDX-License-Identifier: MIT */
/*
 * import: the connection, the staging table, and what of a list is there
 * already.  Changes nothing that lasts: import_move.c does.
 */
#include "db/import.h"

#include "db/conninfo.h"
#include "db/import_state.h"
#include "shared/util.h"

#define COPY_BATCH  (64 * 1024)
#define FETCH_LINES "5000"

static bool
refused(struct import_db *db, const PGresult *res, struct buf *err)
{
	const char *msg = res != NULL ? PQresultErrorMessage(res) : "";

	conninfo_error(err, *msg != '\0' ? msg : PQerrorMessage(db->conn));
	return false;
}

/* Run one statement; NULL and err unless it did what was expected. */
PGresult *
import_db_query(struct import_db *db, const char *sql, int nparams,
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

bool
import_db_run(struct import_db *db, const char *sql, int nparams,
    const char *const *params, int64_t *rows, struct buf *err)
{
	PGresult *res = import_db_query(db, sql, nparams, params, err);

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
	if (!import_db_run(db, "set client_connection_check_interval = '2s'", 0,
		NULL, NULL, err) ||
	    !import_db_run(db, "set idle_in_transaction_session_timeout = 0", 0,
		NULL, NULL, err) ||
	    !import_db_run(
		db, "set temp_buffers = '64MB'", 0, NULL, NULL, err) ||
	    !import_db_run(db, "set work_mem = '64MB'", 0, NULL, NULL, err)) {
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
	PGresult *res = import_db_query(db,
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
	PGresult *res = import_db_query(
	    db, "select id from campaign where name = $1", 1, &name, err);
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
	return import_db_run(db, staging, 0, NULL, NULL, err) &&
	       import_db_run(
		   db, "copy import_row from stdin", 0, NULL, NULL, err);
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
	return import_db_run(db,
	    db->kind == IMPORT_DNC ? "select pg_advisory_lock" TARGET
				   : "select pg_advisory_xact_lock" TARGET,
	    3, p, NULL, err);
#undef TARGET
}

static bool
skip(struct import_db *db, enum import_skip why, const char *sql, int nparams,
    const char *param, struct import_counts *n, struct buf *err)
{
	return import_db_run(db, sql, nparams, &param, &n->skipped[why], err);
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
	    !import_db_run(db, "analyze import_row", 0, NULL, NULL, err) ||
	    !import_db_run(db, "begin", 0, NULL, NULL, err) ||
	    !lock_target(db, err) ||
	    !import_db_run(db,
		"create temp table import_skip (line bigint, why int)", 0, NULL,
		NULL, err) ||
	    !skip(db, IMPORT_TWICE, twice, 0, NULL, n, err))
		return false;
	switch (db->kind) {
	case IMPORT_CONTACTS:
		return import_db_run(
			   db, "analyze import_skip", 0, NULL, NULL, err) &&
		       skip(db, IMPORT_BARRED, barred, 0, NULL, n, err) &&
		       (*db->campaign_id != '\0'
			       ? skip(db, IMPORT_THERE, campaign, 1,
				     db->campaign_id, n, err)
			       : skip(db, IMPORT_THERE, list, 1, db->list, n,
				     err)) &&
		       import_db_run(
			   db, "analyze import_skip", 0, NULL, NULL, err);
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

	good = import_db_run(db,
	    "declare skipped cursor for select line, why"
	    " from import_skip order by line",
	    0, NULL, NULL, err);
	while (good && more) {
		PGresult *res = import_db_query(
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
	return good && import_db_run(db, "close skipped", 0, NULL, NULL, err);
}
