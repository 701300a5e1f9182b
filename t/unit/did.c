/* SPDX-License-Identifier: MIT */
/*
 * Caller IDs case by case: each rotation and nearness, caps, blocks, moves.
 * did_score.c has what is learnt of a DID, prop_did.c random operations
 * against a model.
 */
#include "engine/did.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static struct rng rng;
static struct did_choice plain = { .cap = 100 };

static void
put(struct did_book *b, int64_t id, const char *area, const char *state,
    int weight)
{
	char number[MODEL_E164];

	str_format(number, sizeof(number), "+1305%07lld", (long long)id);
	did_put(b, id, number, area, state, weight, "nanp", 0, 0);
}

static struct did_book *
book_of(struct rng *r, uint64_t seed, int n)
{
	struct did_book *b;

	rng_seed(r, seed);
	b = did_book_new(r);
	for (int i = 1; i <= n; i++)
		put(b, i, "305", "FL", 1);
	return b;
}

static void
test_words(void)
{
	ok(did_rotation_parse("least_used") == DID_LEAST_USED &&
		did_rotation_parse("weighted_score") == DID_WEIGHTED_SCORE &&
		did_rotation_parse("highest_score") == DID_HIGHEST_SCORE &&
		did_rotation_parse("weighted_random") == DID_WEIGHTED_RANDOM &&
		did_rotation_parse("") == -1 && did_rotation_parse("x") == -1,
	    "words of the rotations");
	ok(did_near_parse("none") == DID_ANYWHERE &&
		did_near_parse("area") == DID_AREA &&
		did_near_parse("state") == DID_STATE &&
		did_near_parse("city") == -1,
	    "words of nearness");
}

static double
chi_square(const int *count, const double *want, int n)
{
	double chi = 0;

	for (int i = 0; i < n; i++) {
		double d = count[i] - want[i];

		chi += d * d / want[i];
	}
	return chi;
}

static void
test_random(void)
{
	enum { KIND = 10, ROUNDS = 20000 };
	/* Classes 8, 10, 12: values 1, 2 and 4. */
	static const int weight[KIND] = { 1, 1, 1, 1, 1, 2, 2, 2, 4, 4 };
	struct did_choice ch = { .cap = 100, .rotation = DID_WEIGHTED_RANDOM };
	int count[KIND] = { 0 };
	double want[KIND];
	struct did_book *b = book_of(&rng, 7, KIND);
	struct did_pool *p = did_pool(b, "nanp");

	for (int i = 0; i < ROUNDS; i++) {
		count[did_pick(p, &plain, NULL)->id - 1]++;
		did_pool_reset(p);
	}
	for (int i = 0; i < KIND; i++)
		want[i] = (double)ROUNDS / KIND;
	/* 9 degrees of freedom: 27.9 is passed once in a thousand. */
	ok(chi_square(count, want, KIND) < 27.9,
	    "ties are broken evenly (chi-square %.1f)",
	    chi_square(count, want, KIND));

	memset(count, 0, sizeof(count));
	for (int i = 0; i < KIND; i++) {
		put(b, i + 1, "305", "FL", weight[i]);
		want[i] = (double)ROUNDS * weight[i] / 19;
	}
	for (int i = 0; i < ROUNDS; i++) {
		count[did_pick(p, &ch, NULL)->id - 1]++;
		did_pool_reset(p);
	}
	ok(chi_square(count, want, KIND) < 27.9,
	    "weighted_random goes by the value (chi-square %.1f)",
	    chi_square(count, want, KIND));

	/* 1 and 10 are at their cap: 19 - 1 - 4 of the weight are left. */
	memset(count, 0, sizeof(count));
	for (int i = 0; i < ROUNDS; i++) {
		did_uses(did_find(b, 1), 100);
		did_uses(did_find(b, 10), 100);
		count[did_pick(p, &ch, NULL)->id - 1]++;
		did_pool_reset(p);
	}
	for (int i = 0; i < KIND; i++)
		want[i] = (double)ROUNDS * weight[i] / 14;
	/* 7 degrees of freedom: 24.3. */
	ok(count[0] == 0 && count[9] == 0 &&
		chi_square(count + 1, want + 1, KIND - 2) < 24.3,
	    "of those under the cap (chi-square %.1f)",
	    chi_square(count + 1, want + 1, KIND - 2));
	did_book_free(b);
}

/* Picks of one rotation and nearness, as text; told: with why. */
static void
play(uint64_t seed, int rotation, int near, bool told, char *out, size_t size)
{
	static const char *const areas[] = { "305", "212", "718", "" };
	static const char *const states[] = { "FL", "NY", "NY", "" };
	struct rng r;
	struct did_book *b = book_of(&r, seed, 0);
	struct did_pool *p = did_pool(b, "nanp");
	size_t n = 0;

	for (int i = 0; i < 60; i++)
		put(b, i + 1, areas[i % 4], states[i % 4], 1 + i % 7);
	for (int i = 0; i < 500 && n + 4 < size; i++) {
		struct did_choice ch = { .cap = 20,
			.rotation = (enum did_rotation)rotation,
			.near = (enum did_near)near,
			.area = areas[i % 3],
			.state = states[i % 3] };
		char why[DID_WHY];

		out[n++] =
		    (char)(' ' + did_pick(p, &ch, told ? why : NULL)->id);
	}
	out[n] = '\0';
	did_book_free(b);
}

static void
test_same(void)
{
	bool same = true, untold = true, differs = true;

	for (int k = 0; k < 12; k++) {
		char a[512], b[512], c[512], d[512];

		play(11, k % 4, k / 4, true, a, sizeof(a));
		play(11, k % 4, k / 4, true, b, sizeof(b));
		play(11, k % 4, k / 4, false, c, sizeof(c));
		play(12, k % 4, k / 4, true, d, sizeof(d));
		same &= strcmp(a, b) == 0;
		untold &= strcmp(a, c) == 0;
		differs &= strcmp(a, d) != 0;
	}
	ok(same, "the same seed picks the same, whatever the rotation");
	ok(untold, "also when nobody asks why");
	ok(differs, "another seed picks others");
}

static void
test_caps(void)
{
	enum { KIND = 50, CAP = 7 };
	static const char *const areas[] = { "305", "212", "" };
	static const char *const states[] = { "FL", "NY", "" };
	bool exact = true, over = false, raised = true;

	for (int k = 0; k < 12; k++) {
		struct did_choice ch = { .cap = CAP,
			.rotation = (enum did_rotation)(k % 4),
			.near = (enum did_near)(k / 4),
			.area = "305",
			.state = "FL" };
		struct did_book *b = book_of(&rng, 5, 0);
		struct did_pool *p = did_pool(b, "nanp");
		struct did *d;
		int n = 0;

		for (int i = 0; i < KIND; i++)
			put(b, i + 1, areas[i % 3], states[i % 3], 1 + i % 20);
		while ((d = did_pick(p, &ch, NULL)) != NULL) {
			over |= d->uses > CAP;
			n++;
		}
		exact &= n == KIND * CAP && !did_available(p, CAP);
		ch.cap = CAP - 3;
		exact &= did_pick(p, &ch, NULL) == NULL;
		ch.cap = CAP + 1;
		raised &= did_available(p, ch.cap);
		for (n = 0; did_pick(p, &ch, NULL) != NULL;)
			n++;
		raised &= n == KIND;
		ch.cap = 0;
		raised &= did_pick(p, &ch, NULL) != NULL;
		did_book_free(b);
	}
	ok(exact && !over,
	    "each rotation and nearness picks to the cap and no further");
	ok(raised, "a lower cap lets none out, a higher one the difference");
}

static void
test_sizes(void)
{
	static const int sizes[] = { 1, 20000, 1000000 };

	for (size_t k = 0; k < nitems(sizes); k++) {
		int n = sizes[k], picks = n + n / 2;
		struct did_book *b = book_of(&rng, 3, n);
		struct did_pool *p = did_pool(b, "nanp");
		struct did_choice ch = { .cap = 2 };
		struct did_summary s;
		bool all = true;

		for (int i = 0; i < picks; i++)
			all &= did_pick(p, &ch, NULL) != NULL;
		did_summarise(p, 2, &s);
		ok(all && s.uses_sum == (uint64_t)picks &&
			s.uses_max - s.uses_min <= 1,
		    "%d caller IDs: flat after %d picks", n, picks);
		for (int i = picks; i < 2 * n; i++)
			all &= did_pick(p, &ch, NULL) != NULL;
		ok(all && did_pick(p, &ch, NULL) == NULL &&
			!did_available(p, 2),
		    "%d caller IDs: exactly %d picks with a cap of 2", n,
		    2 * n);
		did_book_free(b);
	}
}

static bool
picks(struct did_pool *p, const struct did_choice *ch, int64_t id,
    const char *words)
{
	char why[DID_WHY] = "";
	struct did *d = did_pick(p, ch, why);

	if (d != NULL && (id == 0 || d->id == id) && strcmp(why, words) == 0)
		return true;
	printf("# %s: \"%s\"\n", d != NULL ? d->number : "none", why);
	return false;
}

static void
test_near(void)
{
	struct did_choice ch = {
		.cap = 2, .near = DID_AREA, .area = "305", .state = "FL"
	};
	struct did_book *b = book_of(&rng, 1, 0);
	struct did_pool *p = did_pool(b, "nanp");

	put(b, 1, "305", "FL", 1);
	put(b, 2, "407", "FL", 1);
	put(b, 3, "212", "NY", 1);
	put(b, 4, "", "", 1);
	ok(picks(p, &ch, 1, "area 305: least used, 1 of 2, one of 1") &&
		picks(p, &ch, 1, "area 305: least used, 2 of 2, one of 1"),
	    "the area first, though others are used less");
	ok(picks(p, &ch, 2, "state FL: least used, 1 of 2, one of 1") &&
		picks(p, &ch, 2, "state FL: least used, 2 of 2, one of 1"),
	    "then the state");
	ok(picks(p, &ch, 0, "all: least used, 1 of 2, one of 2"), "then any");
	did_pool_reset(p);
	did_block(did_find(b, 1), INT64_MAX);
	ok(picks(p, &ch, 2, "state FL: least used, 1 of 2, one of 1"),
	    "a blocked one is not near");
	ch.near = DID_STATE;
	ch.area = "212";
	ok(picks(p, &ch, 2, "state FL: least used, 2 of 2, one of 1"),
	    "near the state, the area does not count");
	ch.near = DID_ANYWHERE;
	ok(picks(p, &ch, 0, "all: least used, 1 of 2, one of 2"),
	    "near none, neither does");
	ch.near = DID_AREA;
	ch.area = ch.state = "";
	ok(picks(p, &ch, 0, "all: least used, 1 of 2, one of 1"),
	    "a number of no known place");
	ch.area = "999999999999999999999999999";
	ch.state = NULL;
	ch.cap = 0;
	ok(picks(p, &ch, 0, "all: least used, 2 today, one of 2"),
	    "a place nobody has heard of");
	did_put(b, 1, "+13050000001", "305", "FL", 1, "nanp", 0, 0);
	did_put(b, 3, "+13050000003", "305", "FL", 1, "nanp", 0, 0);
	ch.area = "212";
	ch.state = "NY";
	ok(picks(p, &ch, 1, "all: least used, 1 today, one of 1"),
	    "one that has moved leaves its old place");
	did_book_free(b);
}

static void
test_scores(void)
{
	struct did_choice ch = { .cap = 4, .rotation = DID_HIGHEST_SCORE };
	struct did_book *b = book_of(&rng, 1, 0);
	struct did_pool *p = did_pool(b, "nanp");

	put(b, 1, "", "", 1);
	put(b, 2, "", "", 2);
	put(b, 3, "", "", 4);
	ok(picks(p, &ch, 3,
	       "all: highest score class 12 (4.00), 1 of 4, one of 1"),
	    "highest_score");
	ch.rotation = DID_WEIGHTED_SCORE;
	ok(picks(p, &ch, 3,
	       "all: weighted score class 12 (4.00), 2 of 4, one of 1"),
	    "weighted_score: 4 * 3/4 is more than 2");
	did_uses(did_find(b, 3), 3);
	ok(picks(p, &ch, 2,
	       "all: weighted score class 10 (2.00), 1 of 4, one of 1"),
	    "weighted_score: 4 * 1/4 is less than 2");
	ch.cap = 0;
	/* Mean 4/3: 4 / (1 + 3 / (4/3)) = 1.23; 2 / (1 + 1 / (4/3)) = 1.14. */
	ok(picks(p, &ch, 3,
	       "all: weighted score class 12 (4.00), 4 today, one of 1"),
	    "weighted_score without a cap: against the mean");
	/* Mean 5/3: 1.18 and 1.25. */
	ok(picks(p, &ch, 2,
	       "all: weighted score class 10 (2.00), 2 today, one of 1"),
	    "weighted_score without a cap: the next is another");
	did_book_free(b);
}

static void
test_blocks(void)
{
	struct did_book *b = book_of(&rng, 1, 0);
	struct did_pool *p = did_pool(b, "usa");
	struct did *d = NULL;

	ok(did_pick(p, &plain, NULL) == NULL && did_pool_size(p) == 0,
	    "an empty pool");
	did_put(b, 1, "+13055550001", "305", "FL", 1, "usa", 5000, 1000);
	ok(did_pick(p, &plain, NULL) == NULL, "blocked");
	ok(!did_unblock_due(b, 4999) && did_pick(p, &plain, NULL) == NULL,
	    "still blocked");
	ok(did_unblock_due(b, 5000) &&
		(d = did_pick(p, &plain, NULL)) != NULL && d->id == 1 &&
		d->blocked_until_ms == 0,
	    "a block ends at its time");
	did_block(d, 7000);
	did_block(d, 6000);
	ok(!did_unblock_due(b, 6999) && did_unblock_due(b, 7000),
	    "a block is not shortened by another");
	did_put(b, 1, "+13055550001", "305", "FL", 1, "usa", INT64_MAX, 6000);
	ok(!did_unblock_due(b, INT64_MAX - 1) &&
		did_pick(p, &plain, NULL) == NULL,
	    "blocked for good");
	did_unpick(d);
	did_unpick(d);
	ok(d->uses == 0, "a blocked one is given back, never below 0");
	did_put(b, 1, "+13055550001", "305", "FL", 1, "mexico", 0, 6000);
	ok(did_pool_size(p) == 0 &&
		did_pick(did_pool(b, "mexico"), &plain, NULL) != NULL,
	    "it moves to another group");
	did_put(b, 1, "+13055550009", "305", "FL", 1, "mexico", 0, 6000);
	ok(did_find_number(b, "+13055550009") == d &&
		did_find_number(b, "+13055550001") == NULL,
	    "it is found by its new number");
	did_put(b, 2, "+13055550009", "305", "FL", 1, "mexico", 0, 6000);
	ok(strcmp(did_pool_group(did_pool_at(b, 1)), "mexico") == 0 &&
		did_pool_at(b, 2) == NULL,
	    "pools in order of making");
	did_begin_load(b);
	did_put(b, 2, "+13055550009", "305", "FL", 1, "mexico", 0, 6000);
	did_end_load(b);
	ok(did_find(b, 1) == NULL &&
		did_find_number(b, "+13055550009") == did_find(b, 2),
	    "what is not put again is forgotten, its twin is not");
	did_uses(did_find(b, 2), UINT32_MAX);
	ok(did_pick(did_pool(b, "mexico"), &(struct did_choice){ .cap = 0 },
	       NULL) == NULL,
	    "a count does not wrap around");
	did_book_free(b);
}

int
main(void)
{
	test_words();
	test_random();
	test_same();
	test_caps();
	test_sizes();
	test_near();
	test_scores();
	test_blocks();
	return done_testing();
}
