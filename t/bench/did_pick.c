/* SPDX-License-Identifier: MIT */
/*
 * What the choice of a caller ID costs with a thousand, ten thousand, twenty
 * thousand and a million of them, in 51 states and 306 areas and all classes of
 * score: nanoseconds per did_pick, the least of some rounds.  One line per
 * rotation and nearness; then what one more ended call, a block and its end,
 * a reload and midnight cost with a million, and how many bytes each takes.
 */
#include <malloc.h>
#include <stdio.h>

#include "engine/did.h"
#include "shared/util.h"

#define PICKS  400000
#define ROUNDS 3
#define AREAS  306
#define STATES 51
#define MANY   1000000

static char area[AREAS][4], state[STATES][4];
static const int sizes[] = { 1000, 10000, 20000, MANY };

static void
load(struct did_book *b, int n)
{
	for (int i = 1; i <= n; i++) {
		char number[MODEL_E164];
		int a = i % AREAS;

		str_format(
		    number, sizeof(number), "+1%s%07d", area[a], i / AREAS);
		did_put(b, i, number, area[a], state[a % STATES], 1 + i % 11,
		    "nanp", 0, 0);
	}
}

static size_t
taken(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* The cap is out of reach: it is the choice that is measured, not its end. */
static double
cost(struct did_pool *p, enum did_rotation rotation, enum did_near near)
{
	double best = 1e9;
	struct rng r;

	rng_seed(&r, 2);
	did_pool_reset(p);
	for (int k = 0; k < ROUNDS; k++) {
		int64_t from = now_read().mono_ns;

		for (int i = 0; i < PICKS; i++) {
			int a = (int)rng_below(&r, AREAS);
			struct did_choice ch = { .cap = 1000000,
				.rotation = rotation,
				.near = near,
				.area = area[a],
				.state = state[a % STATES] };

			did_pick(p, &ch, NULL);
		}
		best =
		    MINIMUM(best, (double)(now_read().mono_ns - from) / PICKS);
	}
	return best;
}

static void
others(struct did_book *b, struct did_pool *p)
{
	int64_t t[5];
	struct rng r;
	char reason[96];

	rng_seed(&r, 3);
	t[0] = now_read().mono_ns;
	for (int i = 0; i < PICKS; i++)
		did_ended(did_find(b, 1 + (int64_t)rng_below(&r, MANY)),
		    rng_below(&r, 3) == 0, false, reason, sizeof(reason));
	t[1] = now_read().mono_ns;
	for (int i = 0; i < PICKS; i++)
		did_block(did_find(b, 1 + (int64_t)rng_below(&r, MANY)), 5);
	did_unblock_due(b, 5);
	t[2] = now_read().mono_ns;
	did_begin_load(b);
	load(b, MANY);
	did_end_load(b);
	t[3] = now_read().mono_ns;
	did_pool_reset(p);
	t[4] = now_read().mono_ns;
	printf(
	    "did, 10^6 caller IDs: %.0f ns per call ended, %.0f ns per block "
	    "and its end, %.0f ns each to load again, %.1f ms at midnight\n",
	    (double)(t[1] - t[0]) / PICKS, (double)(t[2] - t[1]) / PICKS,
	    (double)(t[3] - t[2]) / MANY, (double)(t[4] - t[3]) / 1e6);
}

int
main(void)
{
	static const char *const rotations[] = { "least_used", "weighted_score",
		"highest_score", "weighted_random" };
	static const char *const nears[] = { "none", "area" };
	struct did_book *book[nitems(sizes)];
	struct did_pool *pool[nitems(sizes)];
	struct rng r;
	double bytes = 0;

	rng_seed(&r, 1);
	for (int i = 0; i < AREAS; i++)
		str_format(area[i], sizeof(area[i]), "%d", 201 + i);
	for (int i = 0; i < STATES; i++)
		str_format(state[i], sizeof(state[i]), "S%d", i);
	for (size_t k = 0; k < nitems(sizes); k++) {
		size_t before = taken();

		book[k] = did_book_new(&r);
		load(book[k], sizes[k]);
		pool[k] = did_pool(book[k], "nanp");
		bytes = (double)(taken() - before) / sizes[k];
	}
	for (size_t n = 0; n < nitems(nears); n++)
		for (size_t i = 0; i < nitems(rotations); i++) {
			int rotation = did_rotation_parse(rotations[i]);
			int near = did_near_parse(nears[n]);
			double ns[nitems(sizes)];

			for (size_t k = 0; k < nitems(sizes); k++)
				ns[k] =
				    cost(pool[k], (enum did_rotation)rotation,
					(enum did_near)near);
			printf("did_pick: %.0f ns with 10^3 caller IDs, %.0f "
			       "ns with 10^4, %.0f ns with 2*10^4, %.0f ns "
			       "with 10^6: %s, near %s\n",
			    ns[0], ns[1], ns[2], ns[3], rotations[i], nears[n]);
		}
	others(book[nitems(sizes) - 1], pool[nitems(sizes) - 1]);
	printf("did: %.0f bytes for each of 10^6 caller IDs\n", bytes);
	for (size_t k = 0; k < nitems(sizes); k++)
		did_book_free(book[k]);
	return 0;
}
