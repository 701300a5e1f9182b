/* SPDX-License-Identifier: MIT */
/*
 * The pace: an even rhythm, nothing caught up, and whatever the loop does
 * (late turns, stalls, batches, writes that come later, rates that change) no
 * sliding second with more calls than the rate.
 */
#include "engine/pacer.h"

#include <stdlib.h>

#include "shared/util.h"
#include "tap.h"

#define T0     (1000 * NS_PER_S)
#define N_MAX  60000
#define SEEDS  1000
#define STALL  (200 * NS_PER_MS)
#define BATCH  64
#define CALLS  12000 /* per seed, at most */
#define SPAN_S 20 /* virtual seconds per seed, at most */

static int64_t at[N_MAX];
static double rate[N_MAX];

static unsigned
whole(double cps)
{
	return cps < 1 ? 1 : (unsigned)cps;
}

/* 0.2 .. 3000, each decade as likely as the other. */
static double
random_rate(struct rng *r)
{
	static const double round[] = { 1, 2.5, 5, 10, 30, 100, 1000 };
	double x = 0.2;

	if (rng_below(r, 3) == 0)
		return round[rng_below(r, nitems(round))];
	for (unsigned i = (unsigned)rng_below(r, 5); i > 0; i--)
		x *= 8;
	return MINIMUM(x * (1 + 7 * rng_unit(r)), 3000);
}

struct run {
	struct rng r;
	struct pacer p;
	int64_t now, late;
	double cps;
	size_t n;
	unsigned worst; /* as pacer_second() said */
};

/* One turn of a loop: what is due leaves, the write ends a little later. */
static void
turn(struct run *u)
{
	size_t first = u->n;

	while (u->n < CALLS && u->n - first < BATCH &&
	       pacer_due(&u->p) <= u->now) {
		pacer_sent(&u->p, u->now);
		rate[u->n++] = u->cps;
	}
	if (u->n == first)
		return;
	if (rng_below(&u->r, 2) == 0)
		u->now += (int64_t)rng_below(&u->r, 3 * NS_PER_MS);
	pacer_written(&u->p, u->now);
	for (size_t i = first; i < u->n; i++)
		at[i] = u->now;
	u->worst = MAXIMUM(u->worst, pacer_second(&u->p, u->now));
}

static void
wait_next(struct run *u)
{
	int64_t due = pacer_due(&u->p);

	u->now = MAXIMUM(u->now, MINIMUM(due, u->now + NS_PER_S));
	u->now += (int64_t)rng_below(&u->r, (uint64_t)u->late + 1);
	if (rng_below(&u->r, 300) == 0)
		u->now += (int64_t)rng_below(&u->r, STALL);
	if (rng_below(&u->r, 400) == 0) {
		u->cps = random_rate(&u->r);
		if (rng_below(&u->r, 4) == 0) { /* through 0 */
			pacer_rate(&u->p, 0);
			u->now += (int64_t)rng_below(&u->r, NS_PER_S);
		}
		pacer_rate(&u->p, u->cps);
	}
}

/* Seconds (t - 1 s, t] that end at call i: no more than its rate permits. */
static bool
windows_hold(const struct run *u, size_t *bad, unsigned *most)
{
	size_t tail = 0;

	*most = 0;
	for (size_t i = 0; i < u->n; i++) {
		while (at[tail] <= at[i] - NS_PER_S)
			tail++;
		/* Calls of one write share their instant: count to the last. */
		if (i + 1 < u->n && at[i + 1] == at[i])
			continue;
		*most = MAXIMUM(*most, (unsigned)(i - tail + 1));
		if (i - tail + 1 > whole(rate[i])) {
			*bad = i;
			return false;
		}
	}
	return true;
}

static bool
gaps_hold(const struct run *u)
{
	for (size_t i = 1; i < u->n; i++)
		if (rate[i] < 1 && rate[i - 1] == rate[i] &&
		    at[i] - at[i - 1] < (int64_t)(NS_PER_S / rate[i]))
			return false;
	return true;
}

static void
test_property(void)
{
	static const int64_t lateness[] = { 0, 100000, 2 * NS_PER_MS,
		20 * NS_PER_MS };
	uint64_t windows = 0, gaps = 0, counts = 0, calls = 0;

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct run u = { .now = T0 };
		unsigned most;
		size_t bad;

		rng_seed(&u.r, seed);
		u.late = lateness[rng_below(&u.r, nitems(lateness))];
		u.cps = random_rate(&u.r);
		pacer_init(&u.p);
		pacer_rate(&u.p, u.cps);
		while (u.n < CALLS && u.now < T0 + SPAN_S * NS_PER_S) {
			turn(&u);
			wait_next(&u);
		}
		if (!windows_hold(&u, &bad, &most) && windows++ == 0)
			printf("# seed %llu: call %zu at %.3f s, rate %g\n",
			    (unsigned long long)seed, bad,
			    (double)(at[bad] - T0) / 1e9, rate[bad]);
		if (!gaps_hold(&u) && gaps++ == 0)
			printf("# seed %llu: gap\n", (unsigned long long)seed);
		if (u.worst != most && counts++ == 0)
			printf("# seed %llu: counted %u, said %u\n",
			    (unsigned long long)seed, most, u.worst);
		calls += u.n;
		pacer_clear(&u.p);
	}
	ok(calls > 100000, "%llu calls in %d runs", (unsigned long long)calls,
	    SEEDS);
	ok(windows == 0, "no sliding second above the rate");
	ok(gaps == 0, "a rate below 1 keeps its gap");
	ok(counts == 0, "pacer_second is the count of the second");
}

/* Calls of s seconds at cps with random lateness below late. */
static size_t
steady(double cps, int64_t late, int s, uint64_t seed)
{
	struct pacer p;
	struct rng r;
	int64_t now = T0;
	size_t n = 0;

	rng_seed(&r, seed);
	pacer_init(&p);
	pacer_rate(&p, cps);
	for (;;) {
		int64_t due = pacer_due(&p);

		now = MAXIMUM(now, due) +
		      (int64_t)rng_below(&r, (uint64_t)late + 1);
		if (now >= T0 + s * NS_PER_S)
			break;
		pacer_sent(&p, now);
		pacer_written(&p, now);
		at[n++] = now;
	}
	pacer_clear(&p);
	return n;
}

static void
test_mean(void)
{
	static const struct {
		double cps, want;
		int64_t late;
	} v[] = {
		{ 30, 30, 0 }, { 30, 30, 100000 }, { 30, 30, 2 * NS_PER_MS },
		{ 1, 1, 2 * NS_PER_MS }, { 300, 300, 100000 },
		{ 2.5, 2, 0 }, /* at most 2 in any second */
		{ 0.5, 0.5, 0 },
		{ 3.9999999999999996, 4, 0 }, /* ten steps of 0.4 */
		{ 28.999999999999993, 29, 0 }, /* ten of 2.9 */
	};

	for (size_t i = 0; i < nitems(v); i++)
		for (uint64_t seed = 1; seed <= 3; seed++) {
			double mean =
			    (double)steady(v[i].cps, v[i].late, 120, seed) /
			    120;

			ok(mean <= v[i].want + 1.0 / 120 &&
				mean >= 0.996 * v[i].want,
			    "%.17g/s late by up to %.1f ms: mean %.3f",
			    v[i].cps, (double)v[i].late / 1e6, mean);
		}
}

static void
test_stall(void)
{
	static const double rates[] = { 0.5, 1, 5, 30, 300, 1000 };

	for (size_t i = 0; i < nitems(rates); i++) {
		struct pacer p;
		int64_t now = T0, gap = (int64_t)(NS_PER_S / rates[i]), last,
			least = INT64_MAX;

		pacer_init(&p);
		pacer_rate(&p, rates[i]);
		for (int k = 0; k < 100; k++) {
			pacer_sent(&p, now);
			now = pacer_due(&p);
		}
		now += MAXIMUM(gap, PACER_SLACK_NS) + STALL;
		last = now;
		pacer_sent(&p, now);
		for (int k = 0; k < 50; k++) {
			now = pacer_due(&p);
			least = MINIMUM(least, now - last);
			pacer_sent(&p, now);
			last = now;
		}
		ok(least >= gap,
		    "%g/s: nothing is caught up after a stall "
		    "(least gap %.3f ms)",
		    rates[i], (double)least / 1e6);
		pacer_clear(&p);
	}
}

static void
test_rates(void)
{
	struct pacer p;
	int64_t now = T0;

	pacer_init(&p);
	ok(pacer_due(&p) == INT64_MAX, "no rate: never");
	pacer_rate(&p, 0.5);
	ok(pacer_due(&p) <= T0, "the first call leaves at once");
	pacer_sent(&p, now);
	ok(pacer_due(&p) == T0 + 2 * NS_PER_S, "then every two seconds");
	pacer_rate(&p, 10);
	ok(pacer_due(&p) == T0 + NS_PER_S / 10,
	    "a faster rate does not wait out the old gap");
	for (int i = 0; i < 10; i++) {
		pacer_sent(&p, now);
		now += NS_PER_S / 10;
	}
	pacer_rate(&p, 2);
	ok(pacer_due(&p) == T0 + NS_PER_S * 8 / 10 + NS_PER_S,
	    "a slower one waits until the last second is empty enough");
	pacer_rate(&p, 1e9);
	ok(p.cps == PACER_MAX_CPS, "cut at the highest rate");
	pacer_rate(&p, -1);
	ok(pacer_due(&p) == INT64_MAX, "a negative rate is none");
	pacer_clear(&p);
}

int
main(void)
{
	test_property();
	test_mean();
	test_stall();
	test_rates();
	return done_testing();
}
