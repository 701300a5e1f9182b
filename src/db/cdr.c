/* SPDX-License-Identifier: MIT */
/*
 * cdr: two statements on the switch's records and their answers as structs.
 * Decides nothing.
 */
#include "db/cdr.h"

#include <assert.h>
#include <stdlib.h>

#define ASK_MAGIC 0x43445251u

struct ask {
	uint32_t magic;
	cdr_lost_cb *cb;
	void *arg;
};

static int64_t
col_int(const PGresult *res, int row, int col)
{
	int64_t v = 0;

	str_int64(PQgetvalue(res, row, col), INT64_MIN, INT64_MAX, &v);
	return v;
}

static void
row_read(const PGresult *res, int i, struct cdr_lost *r)
{
	uuid_parse(PQgetvalue(res, i, 0), &r->id);
	r->armed_ms = col_int(res, i, 1);
	r->campaign_id = col_int(res, i, 2);
	r->contact_id = col_int(res, i, 3);
	r->attempt = (int)col_int(res, i, 4);
	str_copy(r->number, sizeof(r->number), PQgetvalue(res, i, 5));
	str_copy(r->disposition, sizeof(r->disposition), PQgetvalue(res, i, 6));
	r->answered = *PQgetvalue(res, i, 7) == 't';
	r->answered_ms = col_int(res, i, 8);
	r->ended_ms = col_int(res, i, 9);
	str_double(PQgetvalue(res, i, 10), 0, 1e9, &r->duration_s);
	r->facts = PQgetvalue(res, i, 11);
}

static void
answered(void *arg, const struct db_answer *a)
{
	struct ask *k = arg;
	struct cdr_lost *v = NULL;
	int n = 0;

	assert(k->magic == ASK_MAGIC);
	if (a->status == DB_OK) {
		n = PQntuples(a->res);
		v = xcalloc((size_t)n, sizeof(*v));
	}
	for (int i = 0; i < n; i++)
		row_read(a->res, i, &v[i]);
	k->cb(k->arg, a->status, a->err, v, (size_t)n);
	free(v);
	k->magic = 0;
	free(k);
}

void
cdr_lost(struct db *db, const char *node, cdr_lost_cb *cb, void *arg)
{
	struct ask *k = xcalloc(1, sizeof(*k));
	char limit[STR_INT];

	k->magic = ASK_MAGIC;
	k->cb = cb;
	k->arg = arg;
	str_from_int(limit, CDR_LOST_MAX);
	db_send(db, "cdr_lost",
	    "select id, armed_ms, campaign_id, contact_id, attempt, number,"
	    " disposition, answered, answered_ms, ended_ms, duration, facts"
	    " from cdr_lost($1, $2)",
	    2, (const char *[]){ node, limit }, answered, k);
}

void
cdr_trim(struct db *db, int days, db_cb *cb, void *arg)
{
	char text[STR_INT];

	str_from_int(text, days);
	db_send(db, "cdr_trim", "select cdr_trim($1, 100000)", 1,
	    (const char *[]){ text }, cb, arg);
}
