/* SPDX-License-Identifier: MIT */
/*
 * health: one question per quarter of an hour, answers added up here.  One
 * question for all of three days would take seconds on a busy system, or run
 * into the time limit of a statement and break the link.
 */
#include "db/health.h"

#include <assert.h>
#include <stdlib.h>

#include "shared/util.h"

#define HEALTH_MAGIC 0x64624845u
#define STEP_MS      (15 * 60 * MS_PER_S)

struct health {
	uint32_t magic;
	struct db *db;
	int64_t at_ms, to_ms;
	/* Ordered by id up to n; what is behind waits to be merged. */
	struct health_did *v;
	size_t n, more, cap;
	health_cb *cb;
	void *arg;
};

static int
by_id(const void *pa, const void *pb)
{
	const struct health_did *a = pa, *b = pb;

	return (a->id > b->id) - (a->id < b->id);
}

static void
merge(struct health *h)
{
	size_t all = h->n + h->more, k = 0;

	if (h->more == 0)
		return;
	qsort(h->v, all, sizeof(*h->v), by_id);
	for (size_t i = 1; i < all; i++) {
		struct health_did *d = &h->v[k], *s = &h->v[i];

		if (d->id != s->id) {
			h->v[++k] = *s;
			continue;
		}
		d->calls += s->calls;
		d->answered += s->answered;
		d->rejected += s->rejected;
	}
	h->n = k + 1;
	h->more = 0;
}

static uint64_t
col(const PGresult *res, int row, int c)
{
	int64_t v = 0;

	str_int64(PQgetvalue(res, row, c), 0, INT64_MAX, &v);
	return (uint64_t)v;
}

static void
take(struct health *h, const PGresult *res)
{
	size_t n = (size_t)PQntuples(res), all = h->n + h->more;

	if (all + n > h->cap) {
		h->cap = MAXIMUM(all + n, 2 * h->cap);
		h->v = xreallocarray(h->v, h->cap, sizeof(*h->v));
	}
	for (size_t i = 0; i < n; i++)
		h->v[all + i] = (struct health_did){
			.id = (int64_t)col(res, (int)i, 0),
			.calls = col(res, (int)i, 1),
			.answered = col(res, (int)i, 2),
			.rejected = col(res, (int)i, 3),
		};
	h->more += n;
	/* So that sorting costs little against what has come. */
	if (h->more > h->n)
		merge(h);
}

static void
end(struct health *h, bool good)
{
	merge(h);
	h->cb(h->arg, good, h->v, h->n);
	h->magic = 0;
	free(h->v);
	free(h);
}

static void step(struct health *);

static void
answered(void *arg, const struct db_answer *a)
{
	struct health *h = arg;

	assert(h->magic == HEALTH_MAGIC);
	if (a->status != DB_OK) {
		end(h, false);
		return;
	}
	take(h, a->res);
	h->at_ms += STEP_MS;
	if (h->at_ms < h->to_ms)
		step(h);
	else
		end(h, true);
}

static void
step(struct health *h)
{
	char from[24], to[24];

	str_format(from, sizeof(from), "%lld", (long long)h->at_ms);
	str_format(to, sizeof(to), "%lld",
	    (long long)MINIMUM(h->at_ms + STEP_MS, h->to_ms));
	db_send(h->db, "did_health",
	    "select did_id, calls, answered, rejected"
	    " from did_health(ts_of_ms($1), ts_of_ms($2))",
	    2, (const char *[]){ from, to }, answered, h);
}

void
health_load(
    struct db *db, int64_t from_ms, int64_t to_ms, health_cb *cb, void *arg)
{
	struct health *h = xcalloc(1, sizeof(*h));

	h->magic = HEALTH_MAGIC;
	h->db = db;
	h->at_ms = from_ms;
	h->to_ms = to_ms;
	h->cb = cb;
	h->arg = arg;
	step(h);
}
