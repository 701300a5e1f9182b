/* SPDX-License-Identifier: MIT */
/*
 * import_move: what an import leaves behind: one transaction; do-not-call in
 * several short ones, because ends of calls wait for a number that is being
 * put there.  Refuses another order of locks than that of sql/002: dnc,
 * contact, campaign_tally, rows by ascending key.
 */
#include "db/import_state.h"

#include "shared/buf.h"
#include "shared/util.h"

#define DNC_STEP "20000" /* numbers of one transaction */

/* One row of counts into up to two integers. */
static bool
counted(struct import_db *db, const char *sql, int nparams,
    const char *const *params, int64_t *a, int64_t *b, struct buf *err)
{
	PGresult *res = import_db_query(db, sql, nparams, params, err);
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
	return (p[0] == NULL ||
		   import_db_run(db, "select campaign_lock($1::bigint)", 1, p,
		       NULL, err)) &&
	       counted(db, sql, 2, p, &n->imported, &n->held, err);
}

static bool
move_dids(struct import_db *db, struct import_counts *n, struct buf *err)
{
	static const char sql[] =
	    "insert into did (number, country, area, weight)"
	    " select r.number, r.country, r.area, r.weight" NOT_SKIPPED
	    " order by r.line on conflict do nothing";

	return import_db_run(db, sql, 0, NULL, &n->imported, err);
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
	if (!import_db_run(db, insert, 3, p, &imported, err) ||
	    !counted(db, mark, 1, p, &marked, NULL, err) ||
	    !import_db_run(db, "commit", 0, NULL, NULL, err))
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

	if (!import_db_run(db, steps, 0, NULL, NULL, err) ||
	    !import_db_run(
		db, "create index on import_dnc (step)", 0, NULL, NULL, err) ||
	    !import_db_run(db, "analyze import_dnc", 0, NULL, NULL, err) ||
	    !counted(db, "select coalesce(max(step), 0) from import_dnc", 0,
		NULL, &last, NULL, err))
		return false;
	for (int step = 0; step <= last; step++) {
		if (db->cancelled != 0) {
			buf_str(err, "cancelled");
			return false;
		}
		if (!move_dnc_step(db, step, n, err) ||
		    !import_db_run(db, "begin", 0, NULL, NULL, err))
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

	if (!good || !import_db_run(db, "commit", 0, NULL, NULL, err))
		return false;
	/* Fresh statistics for the claim; without them it still works. */
	if (db->kind == IMPORT_CONTACTS && n->imported >= 1000) {
		struct buf ignored = BUF_INIT;

		import_db_run(db, "analyze contact", 0, NULL, NULL, &ignored);
		buf_clear(&ignored);
	}
	return true;
}
