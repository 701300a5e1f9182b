/* SPDX-License-Identifier: MIT */
/*
 * keys: one question over the calls of a day, as load_counts() has one; the
 * rows of its answer are struct row_key in parts, which the engine adds up.
 */
#include "db/keys.h"

#include <assert.h>
#include <stdlib.h>

#include "shared/util.h"

#define KEYS_MAGIC 0x64624b45u

struct keys_ask {
	uint32_t magic;
	keys_row_cb *row;
	keys_end_cb *end;
	void *arg;
};

enum { /* columns */
	C_COUNTRY,
	C_CONTEXT,
	C_VERSION,
	C_KEY,
	C_LEADS,
	C_SECOND, /* of the histogram, from 0; null: not asked */
	C_CALLS,
	C_MS,
	C_QUICK,
	C_EARLY, /* of them a key came before, and that is not the quick one */
	C_ON_MACHINE,
	C_SUSPECT,
	C_CONNECTED,
	C_SHORT,
	C_INVALID
};

/*
 * Twice: by the key that led on; and, key "?", the keys that led nowhere with
 * the early ones of calls without a key.
 */
static const char question[] =
    "with c as (select country, context, coalesce(context_version, 0) as v,"
    /* the last key, which may be one of those that led nowhere */
    " case when key_ms is not null or coalesce(keys_invalid, 0) = 0"
    " then nullif(key_pressed, '') end as key, key_ms,"
    " coalesce(key_early, false) as early, coalesce(keys_invalid, 0) as invalid,"
    " coalesce(amd = 'MACHINE', false) as machine, disposition,"
    " connected_at, ended_at,"
    " coalesce(key_early and key_ms < $3::int, false) as quick"
    " from call where sent_at >= ts_of_ms($1)"
    " and armed_at >= ts_of_ms($1) - interval '1 hour'"
    " and armed_at < ts_of_ms($2) and ended_at < ts_of_ms($2)"
    " and context is not null and context <> ''"
    " and (key_pressed is not null or key_early or keys_invalid > 0)),"
    " k as (select *, case"
    " when disposition = 'opted_out' then 'optout'"
    " when disposition in ('connected', 'abandoned') then 'connect'"
    " else 'go' end as leads from c where key is not null)"
    " select country, context, v, key, leads,"
    /* least() would make something of a null */
    " case when key_ms >= 0 then least(key_ms / 1000, $5::int) end as second,"
    " count(*) as calls, coalesce(sum(key_ms), 0) as ms,"
    " count(*) filter (where quick) as quick,"
    " count(*) filter (where early and not quick) as early,"
    " count(*) filter (where machine and not quick) as on_machine,"
    " count(*) filter (where machine or early) as suspect,"
    " count(*) filter (where disposition = 'connected') as connected,"
    " count(*) filter (where disposition = 'connected' and"
    " ended_at - connected_at <= $4::int * interval '1 ms') as short,"
    " 0::bigint as invalid"
    " from k group by country, context, v, key, leads, second"
    " union all select country, context, v, '?', 'invalid', null, 0, 0, 0,"
    " count(*) filter (where early and key is null), 0, 0, 0, 0, sum(invalid)"
    " from c where invalid > 0 or key is null"
    " group by country, context, v order by v";

static uint32_t
number(const PGresult *r, int row, int col)
{
	int64_t v = 0;

	if (!PQgetisnull(r, row, col))
		str_int64(PQgetvalue(r, row, col), 0, UINT32_MAX, &v);
	return (uint32_t)v;
}

static void
decode(const PGresult *a, int i, struct row_key *r)
{
	uint32_t calls = number(a, i, C_CALLS), early = number(a, i, C_EARLY);
	int64_t ms = 0;

	*r = (struct row_key){ .machine_low = -1 };
	str_copy(r->country, sizeof(r->country), PQgetvalue(a, i, C_COUNTRY));
	str_copy(r->context, sizeof(r->context), PQgetvalue(a, i, C_CONTEXT));
	r->key[0] = PQgetvalue(a, i, C_KEY)[0];
	str_copy(r->leads, sizeof(r->leads), PQgetvalue(a, i, C_LEADS));
	r->invalid = number(a, i, C_INVALID);
	r->presses = calls + early + r->invalid;
	r->early = early + number(a, i, C_QUICK);
	r->on_machine = number(a, i, C_ON_MACHINE);
	if (strcmp(r->leads, "connect") == 0) {
		r->connects = calls;
		r->connects_machine = number(a, i, C_SUSPECT);
		r->connected = number(a, i, C_CONNECTED);
		r->short_talks = number(a, i, C_SHORT);
	}
	if (PQgetisnull(a, i, C_SECOND))
		return;
	str_int64(PQgetvalue(a, i, C_MS), 0, INT64_MAX, &ms);
	r->ms = (uint64_t)ms;
	r->asked = calls;
	r->after[MINIMUM(number(a, i, C_SECOND), ROW_KEY_SECONDS - 1)] = calls;
}

static void
on_rows(void *arg, const struct db_answer *a)
{
	struct keys_ask *k = arg;
	struct row_key row;

	assert(k->magic == KEYS_MAGIC);
	for (int i = 0; a->status == DB_OK && i < PQntuples(a->res); i++) {
		decode(a->res, i, &row);
		k->row(k->arg, &row, (int)number(a->res, i, C_VERSION));
	}
	k->end(k->arg, a->status == DB_OK ? NULL : a->err);
	k->magic = 0;
	free(k);
}

void
keys_load(struct db *db, int64_t from_ms, int64_t to_ms, int quick_ms,
    int short_ms, keys_row_cb *row, keys_end_cb *end, void *arg)
{
	struct keys_ask *k = xcalloc(1, sizeof(*k));
	char from[24], to[24], quick[STR_INT], brief[STR_INT], last[STR_INT];

	k->magic = KEYS_MAGIC;
	k->row = row;
	k->end = end;
	k->arg = arg;
	str_format(from, sizeof(from), "%lld", (long long)from_ms);
	str_format(to, sizeof(to), "%lld", (long long)to_ms);
	str_format(quick, sizeof(quick), "%d", quick_ms);
	str_format(brief, sizeof(brief), "%d", short_ms);
	str_format(last, sizeof(last), "%d", ROW_KEY_SECONDS - 1);
	db_send(db, "keys", question, 5,
	    (const char *[]){ from, to, quick, brief, last }, on_rows, k);
}
