/* SPDX-License-Identifier: MIT */
/*
 * What is learnt of a caller ID: score and class against its pool; how many
 * calls the sequential tests need to find a bad one, and how many good ones
 * they find bad, also when the whole pool answers less than it did.
 */
#include "engine/did.h"

#include <math.h>
#include <string.h>

#include "tap.h"

static struct rng rng;

static void
weigh(struct did_book *b, int64_t id, int weight)
{
	char number[MODEL_E164];

	str_format(number, sizeof(number), "+1305%07lld", (long long)id);
	did_put(b, id, number, "305", "FL", weight, "nanp", 0, 0);
}

static struct did_book *
book_of(uint64_t seed, int n)
{
	struct did_book *b;

	rng_seed(&rng, seed);
	b = did_book_new(&rng);
	for (int i = 1; i <= n; i++)
		weigh(b, i, 1);
	return b;
}

static void
test_scores(void)
{
	struct did_book *b = book_of(1, 2);

	did_health(did_find(b, 1), 100, 60, 0);
	ok(did_find(b, 1)->score == 1.0f, "100 calls say nothing of a pool");
	did_health(did_find(b, 2), 100, 20, 0);
	did_health(did_find(b, 1), 100, 60, 0);
	/* The pool: 0.4.  (60 + 20) / (100 + 50) / 0.4 = 1.333. */
	ok(fabs((double)did_find(b, 1)->score - 4.0 / 3) < 1e-6 &&
		did_find(b, 1)->class == 9,
	    "score 1.33, class 9: against its pool, with shrinkage");
	/* 1.17 and 1.09: the border is 1.19, a quarter beyond is 1.0905. */
	did_health(did_find(b, 1), 100, 34, 0);
	ok(did_find(b, 1)->class == 9, "a little beyond the border it stays");
	did_health(did_find(b, 1), 100, 26, 0);
	ok(did_find(b, 1)->class == 8, "clearly beyond it does not");
	did_health(did_find(b, 1), 100, 34, 0);
	ok(did_find(b, 1)->class == 8, "and does not come back at once");
	weigh(b, 1, 0);
	ok(did_find(b, 1)->class == 8, "a weight of 0 counts as 1");
	weigh(b, 2, 1000);
	ok(did_find(b, 2)->class == 15, "the highest class is 15");
	did_book_free(b);
}

/* Calls until a test finds DID 1 of 21; its pool answers 30 %. */
static int
found_after(double answers, double rejects, int most, char *reason, size_t size)
{
	struct did_book *b = book_of(21, 21);
	struct rng r;
	int n;

	rng_seed(&r, (uint64_t)(answers * 1000 + rejects * 7919) + 5);
	reason[0] = '\0';
	/* A hundred good calls first: they are not to delay it. */
	for (n = -100; n < most; n++) {
		for (int i = 2; i <= 21; i++) {
			char other[96];

			did_ended(did_find(b, i), rng_below(&r, 10) < 3,
			    rng_below(&r, 100) < 1, other, sizeof(other));
		}
		if (did_ended(did_find(b, 1),
			rng_unit(&r) < (n < 0 ? 0.3 : answers),
			n >= 0 && rng_unit(&r) < rejects, reason, size))
			break;
	}
	did_book_free(b);
	return n;
}

static void
test_found(void)
{
	char reason[96];
	int n = found_after(0.02, 0, 400, reason, sizeof(reason));
	struct did_book *b;

	ok(n > 20 && n < 120 && strncmp(reason, "answered ", 9) == 0 &&
		strstr(reason, " %: half or less") != NULL,
	    "answers nearly never: found after %d calls (%s)", n, reason);
	n = found_after(0.12, 0, 2000, reason, sizeof(reason));
	ok(n > 20 && n < 500 && strncmp(reason, "answered ", 9) == 0,
	    "answers 12 %%: found after %d calls (%s)", n, reason);
	n = found_after(0.30, 0.5, 200, reason, sizeof(reason));
	ok(n > 3 && n < 40 && strncmp(reason, "rejected ", 9) == 0 &&
		strstr(reason, " (603, 607, 608 or cause 21)") != NULL,
	    "half of its calls rejected: found after %d calls (%s)", n, reason);

	b = book_of(1, 1);
	for (n = 0; n < 3; n++)
		did_ended(did_find(b, 1), false, true, reason, sizeof(reason));
	ok(did_ended(did_find(b, 1), false, true, reason, sizeof(reason)) &&
		strcmp(reason, "rejected 4 of 4 (603, 607, 608 or cause 21)") ==
		    0,
	    "four rejected calls in a row are enough");
	ok(did_find(b, 1)->rejects.n == 0 && did_find(b, 1)->answers.n == 0 &&
		did_find(b, 1)->calls == 4 && did_find(b, 1)->rejected == 4,
	    "both tests begin anew, what was learnt stays");
	for (n = 0; n < 15; n++)
		did_ended(did_find(b, 1), true, false, reason, sizeof(reason));
	for (n = 1; n < 10; n++)
		if (did_ended(
			did_find(b, 1), false, true, reason, sizeof(reason)))
			break;
	ok(n == 5, "after any number of good calls five are (%d)", n);
	did_book_free(b);
}

/* Blocks asked for in 400 DIDs with 500 calls each; rate by the call. */
static int
false_alarms(double (*rate)(int call))
{
	enum { KIND = 400, CALLS = 500 };
	struct did_book *b = book_of(31, KIND);
	int alarms = 0;
	struct rng r;

	rng_seed(&r, 77);
	for (int i = 0; i < CALLS; i++)
		for (int k = 1; k <= KIND; k++) {
			char reason[96];

			alarms +=
			    did_ended(did_find(b, k), rng_unit(&r) < rate(i),
				rng_below(&r, 50) == 0, reason, sizeof(reason));
		}
	did_book_free(b);
	return alarms;
}

static double
steady(int call)
{
	(void)call;
	return 0.3;
}

/* Evening, an hour when nobody answers, and what a holiday does. */
static double
drifting(int call)
{
	return call < 200 ? 0.5 : call < 250 ? 0 : call < 400 ? 0.2 : 0.1;
}

static void
test_false(void)
{
	int n = false_alarms(steady);

	/* One in a thousand per beginning; some hundred calls are one. */
	ok(n <= 8, "400 equal DIDs, 200,000 calls: %d found bad", n);
	n = false_alarms(drifting);
	ok(n <= 12, "the whole pool answers less and less: %d found bad", n);
}

int
main(void)
{
	test_scores();
	test_found();
	test_false();
	return done_testing();
}
