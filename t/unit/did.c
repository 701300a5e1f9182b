/* SPDX-License-Identifier: MIT */
/*
 * Pools of caller IDs: the least used is chosen, ties at random and
 * reproducibly, never over the cap, and what the pool says of itself is what
 * a recount finds, whatever is blocked, given back, reloaded or reset.
 */
#include "engine/did.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define N     60
#define STEPS 4000
#define SEEDS 40

struct model {
	bool there, blocked;
	int group;
	uint32_t uses;
};
static const char *const groups[] = { "nanp", "mexico" };

struct world {
	struct rng r, mine;
	struct did_book *b;
	struct model m[N + 1];
	int64_t now;
	uint32_t cap;
	char err[120];
};

static void
put(struct world *w, int id, int group, bool blocked)
{
	char number[MODEL_E164];
	struct model *m = &w->m[id];

	str_format(number, sizeof(number), "+1305555%04d", id);
	did_put(w->b, id, number, "305", groups[group], blocked ? INT64_MAX : 0,
	    w->now);
	if (!m->there || m->group != group)
		m->uses = 0;
	m->there = true;
	m->group = group;
	m->blocked = blocked;
}

static uint32_t
least(const struct world *w, int group)
{
	uint32_t u = UINT32_MAX;

	for (int i = 1; i <= N; i++)
		if (w->m[i].there && !w->m[i].blocked && w->m[i].group == group)
			u = MINIMUM(u, w->m[i].uses);
	return u;
}

static void
pick(struct world *w, int group)
{
	uint32_t low = least(w, group);
	bool any = low != UINT32_MAX && (w->cap == 0 || low < w->cap);
	struct did *d;

	if (did_available(did_pool(w->b, groups[group]), w->cap) != any)
		str_copy(w->err, sizeof(w->err), "did_available is wrong");
	d = did_pick(did_pool(w->b, groups[group]), w->cap);
	if ((d != NULL) != any)
		str_format(w->err, sizeof(w->err), "picked %s, least used %u",
		    d != NULL ? d->number : "none", low);
	if (d == NULL)
		return;
	if (w->m[d->id].blocked || w->m[d->id].group != group)
		str_copy(w->err, sizeof(w->err), "picked a wrong one");
	if (w->m[d->id].uses != low)
		str_format(w->err, sizeof(w->err),
		    "picked one with %u uses, least %u", w->m[d->id].uses, low);
	w->m[d->id].uses++;
}

static void
reload(struct world *w)
{
	did_begin_load(w->b);
	for (int i = 1; i <= N; i++) {
		if (rng_below(&w->mine, 10) == 0) {
			w->m[i].there = false;
			continue;
		}
		put(w, i,
		    rng_below(&w->mine, 20) == 0 ? 1 - w->m[i].group
						 : w->m[i].group,
		    rng_below(&w->mine, 6) == 0);
	}
	did_end_load(w->b);
}

static void
step(struct world *w)
{
	int id = 1 + (int)rng_below(&w->mine, N), g = id & 1;
	struct model *m = &w->m[id];
	struct did *d = did_find(w->b, id);

	if ((d != NULL) != m->there) {
		str_copy(w->err, sizeof(w->err), "did_find is wrong");
		return;
	}
	switch (rng_below(&w->mine, 40)) {
	case 0:
		put(w, id, m->there ? m->group : g, true);
		break;
	case 1:
		put(w, id, m->there ? m->group : g, false);
		break;
	case 2:
		if (rng_below(&w->mine, 10) == 0)
			reload(w);
		break;
	case 3:
		if (rng_below(&w->mine, 10) == 0) {
			did_pool_reset(did_pool(w->b, groups[g]));
			for (int i = 1; i <= N; i++)
				if (w->m[i].group == g)
					w->m[i].uses = 0;
		}
		break;
	case 4:
		if (d != NULL) {
			m->uses = (uint32_t)rng_below(&w->mine, 30);
			did_uses(d, m->uses);
		}
		break;
	case 5:
	case 6:
	case 7:
		if (d != NULL) {
			did_unpick(d);
			m->uses -= m->uses > 0;
		}
		break;
	default:
		pick(w, g);
	}
}

static void
recount(struct world *w)
{
	for (int g = 0; g < 2; g++) {
		struct did_summary s, t = { .uses_min = UINT32_MAX };
		uint32_t cap = w->cap ? w->cap : 20, blocked = 0;

		for (int i = 1; i <= N; i++) {
			const struct model *m = &w->m[i];
			const struct did *d = did_find(w->b, i);

			if (!m->there || m->group != g)
				continue;
			if (d == NULL || d->uses != m->uses)
				str_copy(w->err, sizeof(w->err), "uses differ");
			t.total++;
			t.uses_sum += m->uses;
			if (m->blocked) {
				blocked++;
				continue;
			}
			t.uses_min = MINIMUM(t.uses_min, m->uses);
			t.uses_max = MAXIMUM(t.uses_max, m->uses);
			if (m->uses >= cap)
				t.capped_out++;
			else
				t.eligible++;
			t.hist[MINIMUM((uint64_t)m->uses * 10 / cap, 9)]++;
		}
		t.blocked = blocked;
		if (t.uses_min == UINT32_MAX)
			t.uses_min = 0;
		did_summarise(did_pool(w->b, groups[g]), cap, &s);
		if (memcmp(&s, &t, sizeof(s)) != 0)
			str_format(w->err, sizeof(w->err),
			    "summary of %s: total %u/%u eligible %u/%u blocked "
			    "%u/%u capped %u/%u",
			    groups[g], s.total, t.total, s.eligible, t.eligible,
			    s.blocked, t.blocked, s.capped_out, t.capped_out);
		if (did_pool_size(did_pool(w->b, groups[g])) != t.total)
			str_copy(w->err, sizeof(w->err), "size differs");
	}
}

static void
test_property(void)
{
	int bad = 0;

	for (uint64_t seed = 1; seed <= SEEDS && bad == 0; seed++) {
		struct world w = { .now = 1795215346123 };

		rng_seed(&w.r, seed);
		rng_seed(&w.mine, seed + 1000);
		w.cap = (uint32_t[]){ 0, 3, 20 }[rng_below(&w.mine, 3)];
		w.b = did_book_new(&w.r);
		for (int i = 1; i <= N; i++)
			put(&w, i, i & 1, false);
		for (int i = 0; i < STEPS && w.err[0] == '\0'; i++) {
			step(&w);
			if (i % 7 == 0)
				recount(&w);
		}
		if (w.err[0] != '\0') {
			printf("# seed %llu: %s\n", (unsigned long long)seed,
			    w.err);
			bad++;
		}
		did_book_free(w.b);
	}
	ok(bad == 0, "least used, within the cap, recount = summary");
}

static struct did_book *
book_of(struct rng *r, int n)
{
	struct did_book *b = did_book_new(r);

	for (int i = 1; i <= n; i++) {
		char number[MODEL_E164];

		str_format(number, sizeof(number), "+1305%07d", i);
		did_put(b, i, number, "305", "nanp", 0, 0);
	}
	return b;
}

static void
test_random(void)
{
	enum { KIND = 10, ROUNDS = 10000 };
	int count[KIND + 1] = { 0 };
	struct rng r, r2;
	struct did_book *b, *b2;
	double chi = 0;
	bool same = true, differs = false;

	rng_seed(&r, 7);
	b = book_of(&r, KIND);
	for (int i = 0; i < ROUNDS; i++) {
		count[did_pick(did_pool(b, "nanp"), 100)->id]++;
		did_pool_reset(did_pool(b, "nanp"));
	}
	for (int i = 1; i <= KIND; i++) {
		double d = count[i] - (double)ROUNDS / KIND;

		chi += d * d / ((double)ROUNDS / KIND);
	}
	/* 9 degrees of freedom: 27.9 is passed once in a thousand. */
	ok(chi < 27.9, "ties are broken evenly (chi-square %.1f)", chi);
	did_book_free(b);

	rng_seed(&r, 11);
	rng_seed(&r2, 11);
	b = book_of(&r, 50);
	b2 = book_of(&r2, 50);
	for (int i = 0; i < 500; i++)
		same &= did_pick(did_pool(b, "nanp"), 100)->id ==
			did_pick(did_pool(b2, "nanp"), 100)->id;
	ok(same, "the same seed picks the same");
	did_book_free(b2);
	rng_seed(&r2, 12);
	b2 = book_of(&r2, 50);
	for (int i = 0; i < 500; i++)
		differs |= did_pick(did_pool(b, "nanp"), 100)->id !=
			   did_pick(did_pool(b2, "nanp"), 100)->id;
	ok(differs, "another seed picks others");
	did_book_free(b);
	did_book_free(b2);
}

static void
test_sizes(void)
{
	static const int sizes[] = { 1, 20000, 1000000 };

	for (size_t k = 0; k < nitems(sizes); k++) {
		struct rng r;
		struct did_book *b;
		struct did_pool *p;
		struct did_summary s;
		int n = sizes[k], picks = n + n / 2;
		bool all = true;

		rng_seed(&r, 3);
		b = book_of(&r, n);
		p = did_pool(b, "nanp");
		for (int i = 0; i < picks; i++)
			all &= did_pick(p, 2) != NULL;
		did_summarise(p, 2, &s);
		ok(all && s.uses_sum == (uint64_t)picks &&
			s.uses_max - s.uses_min <= 1,
		    "%d caller IDs: flat after %d picks", n, picks);
		for (int i = picks; i < 2 * n; i++)
			all &= did_pick(p, 2) != NULL;
		ok(all && did_pick(p, 2) == NULL && !did_available(p, 2),
		    "%d caller IDs: exactly %d picks with a cap of 2", n,
		    2 * n);
		did_book_free(b);
	}
}

static void
test_blocks(void)
{
	struct rng r;
	struct did_book *b;
	struct did_pool *p;
	struct did *d = NULL;

	rng_seed(&r, 1);
	b = did_book_new(&r);
	p = did_pool(b, "usa");
	ok(did_pick(p, 0) == NULL && did_pool_size(p) == 0, "an empty pool");
	did_put(b, 1, "+13055550001", "305", "usa", 5000, 1000);
	ok(did_pick(p, 0) == NULL, "blocked");
	ok(!did_unblock_due(b, 4999) && did_pick(p, 0) == NULL,
	    "still blocked");
	ok(did_unblock_due(b, 5000) && (d = did_pick(p, 0)) != NULL &&
		d->id == 1 && d->blocked_until_ms == 0,
	    "a block ends at its time");
	did_put(b, 1, "+13055550001", "305", "usa", INT64_MAX, 6000);
	ok(!did_unblock_due(b, INT64_MAX - 1) && did_pick(p, 0) == NULL,
	    "blocked for good");
	did_unpick(did_find(b, 1));
	did_unpick(did_find(b, 1));
	ok(did_find(b, 1)->uses == 0,
	    "a blocked one is given back, never below 0");
	did_put(b, 1, "+13055550001", "305", "mexico", 0, 6000);
	ok(did_pool_size(p) == 0 && did_pick(did_pool(b, "mexico"), 1) != NULL,
	    "it moves to another group");
	ok(strcmp(did_pool_group(did_pool_at(b, 1)), "mexico") == 0 &&
		did_pool_at(b, 2) == NULL,
	    "pools in order of making");
	did_begin_load(b);
	did_end_load(b);
	ok(did_find(b, 1) == NULL && did_pick(did_pool(b, "mexico"), 0) == NULL,
	    "what is not put again is forgotten");
	did_book_free(b);
}

int
main(void)
{
	test_property();
	test_random();
	test_sizes();
	test_blocks();
	return done_testing();
}
