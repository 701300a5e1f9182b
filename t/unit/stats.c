/* SPDX-License-Identifier: MIT */
/*
 * Statistics against a plain list of what happened: each window is a recount
 * of the calls that ended in it, with silences and jumps of the clock; a
 * window forgets; percentiles; the ring of seconds; the price of a look.
 */
#include "engine/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/util.h"
#include "tap.h"

#define T0 (100000 * NS_PER_S)
#define N  20000

static struct stats s;

struct end {
	int64_t ns;
	struct stats_call c;
};

static int
by_value(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static bool
near(float got, int want)
{
	return want < 0 ? got == -1.0f
			: fabs((double)got - want) <= MAXIMUM(0.1 * want, 0.5);
}

/* The window as it has to be, from the list alone. */
static void
recount(const struct end *v, int n, int day_from, int64_t now, int which,
    struct board_window *w, int *p50, int *p95)
{
	static int pdd[N];
	int64_t at = now / NS_PER_S;
	int k = 0;

	memset(w, 0, sizeof(*w));
	for (int i = n - 1; i >= 0; i--) {
		const struct stats_call *c = &v[i].c;
		int64_t t = v[i].ns / NS_PER_S;

		if (which == STATS_DAY ? i < day_from
		    : which == STATS_10MIN
			? t / 10 <= at / 10 - 60
			: t <= at - (which == STATS_10S ? 10 : 60))
			break;
		w->ended++;
		w->answered += c->answered;
		w->ner_good += c->ner_good;
		w->humans += c->human;
		w->connected += c->connected;
		w->abandoned += c->abandoned;
		w->opted_out += c->opted_out;
		w->machine += c->machine;
		w->short_calls += c->answered && c->talk_ms <= 6000;
		w->talk_ms += (uint64_t)c->talk_ms;
		w->false_machines_milli += c->false_machine_milli;
		w->cause[c->cause]++;
		if (c->setup_ms >= 0)
			pdd[k++] = c->setup_ms;
	}
	qsort(pdd, (size_t)k, sizeof(pdd[0]), by_value);
	*p50 = k > 0 ? pdd[(int)(0.50 * (k - 1))] : -1;
	*p95 = k > 0 ? pdd[(int)(0.95 * (k - 1))] : -1;
}

static bool
same(const struct board_window *a, const struct board_window *b)
{
	return memcmp(a, b, offsetof(struct board_window, pdd_p50_ms)) == 0;
}

static void
random_call(struct rng *g, struct stats_call *c)
{
	double x = rng_unit(g);

	memset(c, 0, sizeof(*c));
	c->answered = rng_below(g, 10) < 4;
	c->ner_good = c->answered || rng_below(g, 2);
	c->human = c->answered && rng_below(g, 3) > 0;
	c->machine = c->answered && !c->human;
	if (c->machine)
		c->false_machine_milli = (unsigned)rng_below(g, 1001);
	c->connected = c->human && rng_below(g, 4) == 0;
	c->abandoned = c->human && rng_below(g, 50) == 0;
	c->opted_out = c->human && rng_below(g, 9) == 0;
	c->cause = (enum cause_class)rng_below(g, BOARD_CAUSES);
	if (c->answered)
		c->talk_ms = 1 + (int64_t)rng_below(g, 14000);
	c->setup_ms = rng_below(g, 8) == 0 ? -1 : (int)(60000 * x * x * x * x);
}

/* Milliseconds, silences of minutes, now and then the clock jumps an hour. */
static int64_t
random_step(struct rng *g)
{
	switch (rng_below(g, 4000)) {
	case 0:
		return (int64_t)rng_below(g, 4000 * NS_PER_S);
	case 1:
		return (int64_t)rng_below(g, 700 * NS_PER_S);
	case 2:
	case 3:
		return (int64_t)rng_below(g, 90 * NS_PER_S);
	case 4:
		/* onto and around whole seconds */
		return 10 * NS_PER_S - 1 + (int64_t)rng_below(g, 3);
	default:
		return (int64_t)rng_below(g, 100 * NS_PER_MS);
	}
}

static void
test_windows(uint64_t seed)
{
	static const char *const names[] = { "10 s", "1 min", "10 min", "day" };
	static struct end v[N];
	struct stats_scope *sc = stats_scope_new();
	struct board_window w[BOARD_WINDOWS], one, want;
	int64_t now = T0;
	int bad[BOARD_WINDOWS] = { 0 }, far = 0, looks = 0, day_from = 0;
	struct rng g;

	rng_seed(&g, seed);
	for (int i = 0; i < N; i++) {
		now += random_step(&g);
		v[i].ns = now;
		random_call(&g, &v[i].c);
		stats_scope_ended(sc, now, &v[i].c);
		if (rng_below(&g, 5000) == 0) {
			stats_scope_new_day(sc);
			day_from = i + 1;
		}
		if (rng_below(&g, 50) != 0)
			continue;
		/* sometimes nobody ends for a while before the look */
		if (rng_below(&g, 3) == 0)
			now += random_step(&g);
		looks++;
		stats_scope_windows(sc, now, w);
		for (int k = 0; k < BOARD_WINDOWS; k++) {
			int p50, p95;

			recount(v, i + 1, day_from, now, k, &want, &p50, &p95);
			bad[k] += !same(&w[k], &want);
			far += !near(w[k].pdd_p50_ms, p50) ||
			       !near(w[k].pdd_p95_ms, p95);
			stats_scope_window(sc, now, k, &one);
			bad[k] += memcmp(&one, &w[k], sizeof(one)) != 0;
		}
	}
	for (int k = 0; k < BOARD_WINDOWS; k++)
		ok(bad[k] == 0, "%s is a recount, %d looks, seed %llu",
		    names[k], looks, (unsigned long long)seed);
	ok(far == 0, "percentiles within 10 %% of the sorted values, seed %llu",
	    (unsigned long long)seed);
	stats_scope_free(sc);
}

/*
 * An ASR that sums a counter which only grows stays good long after the
 * carrier has died.  Here it has to be 0 as soon as the window has passed.
 */
static void
test_forgets(void)
{
	struct stats_scope *sc = stats_scope_new();
	struct stats_call good = { .answered = true, .setup_ms = 900 };
	struct stats_call dead = { .cause = CAUSE_TRUNK, .setup_ms = -1 };
	static const int len[] = { 10, 60, 600 };
	struct board_window w[BOARD_WINDOWS];
	int64_t now = T0;

	for (int i = 0; i < 36000; i++) /* an hour at 10 CPS, all good */
		stats_scope_ended(sc, now += 100 * NS_PER_MS, &good);
	stats_scope_windows(sc, now, w);
	ok(w[STATS_10S].ended >= 90 && w[STATS_10S].ended <= 100 &&
		w[STATS_1MIN].ended >= 590 && w[STATS_1MIN].ended <= 600 &&
		w[STATS_10MIN].ended >= 5900 && w[STATS_10MIN].ended <= 6000 &&
		w[STATS_DAY].ended == 36000,
	    "10 calls per second are 10 per second in every window");
	for (int k = 0; k < 3; k++) {
		int64_t t = now;

		for (int i = 0; i < len[k] * 10; i++)
			stats_scope_ended(sc, t += 100 * NS_PER_MS, &dead);
		stats_scope_windows(sc, t, w);
		ok(w[k].answered == 0 &&
			w[k].cause[CAUSE_TRUNK] == w[k].ended &&
			w[k].ended > 0 && w[k].pdd_p50_ms == -1.0f,
		    "%d s after the carrier died its window knows no answer",
		    len[k]);
		now = t;
	}
	ok(w[STATS_DAY].answered == 36000, "the day does");
	stats_scope_windows(sc, now + 599 * NS_PER_S, w);
	ok(w[STATS_10S].ended == 0 && w[STATS_1MIN].ended == 0 &&
		w[STATS_10MIN].ended > 0,
	    "silence: the short ones are empty, ten minutes not yet");
	stats_scope_windows(sc, now + 600 * NS_PER_S, w);
	ok(w[STATS_10MIN].ended == 0 && w[STATS_DAY].ended == 36000 + 6700,
	    "ten minutes of silence: all but the day are empty");
	stats_scope_ended(sc, now + 90000 * NS_PER_S, &good);
	stats_scope_ended(sc, now, &dead);
	stats_scope_windows(sc, now, w);
	ok(w[STATS_10S].ended == 2 && w[STATS_10MIN].ended == 2,
	    "a day's jump forward; a time before it counts as it");
	stats_scope_new_day(sc);
	stats_scope_windows(sc, now, w);
	ok(w[STATS_DAY].ended == 0 && w[STATS_DAY].pdd_p95_ms == -1.0f &&
		w[STATS_1MIN].ended == 2,
	    "a new day empties the day alone");
	stats_scope_free(sc);
}

static void
test_rates(void)
{
	struct stats_call c = { .answered = true,
		.ner_good = true,
		.human = true,
		.abandoned = true };
	struct stats_rates r;

	stats_init(&s);
	stats_rates(&s, T0, &r);
	ok(r.asr < 0 && r.ner < 0 && r.abandonment < 0 && r.ended == 0,
	    "nothing ended: no rate at all");
	stats_scope_ended(s.all, T0, &c);
	c.abandoned = false;
	stats_scope_ended(s.all, T0, &c);
	c.answered = c.human = false;
	stats_scope_ended(s.all, T0, &c);
	c.ner_good = false;
	stats_scope_ended(s.all, T0 + 59 * NS_PER_S, &c);
	stats_rates(&s, T0 + 59 * NS_PER_S, &r);
	ok(r.ended == 4 && r.humans == 2 && r.asr == 0.5 && r.ner == 0.75 &&
		r.abandonment == 0.5,
	    "rates of the last minute, numerator over denominator");
	stats_rates(&s, T0 + 60 * NS_PER_S, &r);
	ok(r.ended == 1 && r.asr == 0 && r.ner == 0 && r.abandonment == -1,
	    "a minute later only the last call is left");
	stats_rates(&s, T0 + 119 * NS_PER_S, &r);
	ok(r.ended == 0 && r.asr < 0, "then nothing");
	stats_clear(&s);
}

/* 200 scopes, each with 20 calls a second between the looks. */
static void
test_price(void)
{
	enum { SCOPES = 200, TICKS = 300 };
	static struct stats_scope *sc[SCOPES];
	static struct board_window w[BOARD_WINDOWS];
	static double took[TICKS];
	int64_t now = T0;
	uint64_t seen = 0;
	struct rng g;
	int cheap = 0;

	rng_seed(&g, 3);
	for (int i = 0; i < SCOPES; i++)
		sc[i] = stats_scope_new();
	for (int t = 0; t < TICKS; t++) {
		struct stats_call c;
		int64_t begin;

		now += 100 * NS_PER_MS;
		for (int i = 0; i < SCOPES; i++)
			for (int k = 0; k < 2; k++) {
				random_call(&g, &c);
				stats_scope_ended(sc[i], now, &c);
			}
		now += NS_PER_MS;
		begin = now_read().mono_ns;
		for (int i = 0; i < SCOPES; i++) {
			stats_scope_windows(sc[i], now, w);
			seen += w[STATS_DAY].ended;
		}
		took[t] = (double)(now_read().mono_ns - begin) / 1e6;
		cheap += took[t] < 1.0;
	}
	for (int i = 0; i < SCOPES; i++)
		stats_scope_free(sc[i]);
	ok(seen > 0, "price of a look at %d scopes: %.3f ms in the last tick",
	    SCOPES, took[TICKS - 1]);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	ok(true, "no limit on it under a sanitizer");
#else
	/* A busy machine may stop us in some ticks, not in half of them. */
	ok(cheap > TICKS / 2, "below 1 ms in %d of %d ticks", cheap, TICKS);
#endif
}

static void
test_quantiles(void)
{
	static const double ps[] = { 0, 0.01, 0.25, 0.5, 0.95, 0.99, 1 };
	static const int least[] = { 0, 40, 5, 2000, 60 };
	static const int most[] = { 63, 400, 30000, 120000, 70 };
	static int v[N];
	struct rng g;

	rng_seed(&g, 2);
	for (size_t k = 0; k < nitems(least); k++) {
		memset(&s, 0, sizeof(s)); /* no scope is needed */
		for (int i = 0; i < N; i++) {
			double x = rng_unit(&g);

			v[i] = least[k] + (int)((most[k] - least[k]) * x * x);
			/* over ten minutes */
			stats_setup(&s, T0 + i * (9 * 60 * NS_PER_S / N), v[i]);
		}
		qsort(v, N, sizeof(v[0]), by_value);
		for (size_t q = 0; q < nitems(ps); q++) {
			double got = stats_setup_quantile(
				   &s, T0 + 9 * 60 * NS_PER_S, ps[q]),
			       want = v[(int)(ps[q] * (N - 1))];

			ok(fabs(got - want) <= MAXIMUM(0.04 * want, 0.5),
			    "p%g of %d..%d ms: %.1f, sorted %g", ps[q] * 100,
			    least[k], most[k], got, want);
		}
	}
}

static void
test_setup_window(void)
{
	memset(&s, 0, sizeof(s));
	ok(stats_setup_quantile(&s, T0, 0.5) == -1, "no values: -1");
	stats_setup(&s, T0, 500);
	ok(stats_setup_quantile(&s, T0 + 9 * 60 * NS_PER_S, 0.5) > 0,
	    "nine minutes later it counts");
	ok(stats_setup_quantile(&s, T0 + 10 * 60 * NS_PER_S, 0.5) == -1,
	    "ten minutes later it does not");
	stats_setup(&s, T0 + 20 * 60 * NS_PER_S, 10);
	ok(stats_setup_quantile(&s, T0 + 20 * 60 * NS_PER_S, 1) == 10,
	    "its place in the ring was cleaned");
	stats_setup(&s, T0 + 20 * 60 * NS_PER_S, -5);
	stats_setup(&s, T0 + 20 * 60 * NS_PER_S, INT32_MAX);
	ok(stats_setup_quantile(&s, T0 + 20 * 60 * NS_PER_S, 0) == 0 &&
		stats_setup_quantile(&s, T0 + 20 * 60 * NS_PER_S, 1) > 120000,
	    "the ends take what is beyond them");
}

static void
test_seconds(void)
{
	int64_t at = 1795215346;
	bool all = true;

	stats_init(&s);
	stats_second(&s, at, T0, 5, 1);
	ok(s.nhist == 0, "the first second is not over");
	s.sec.sent = 3;
	stats_second(&s, at, T0, 5, 1);
	ok(s.nhist == 0 && s.sec.sent == 3, "within it nothing moves");
	stats_second(&s, at + 1, T0 + NS_PER_S, 5, 7);
	ok(s.nhist == 1 && s.hist[s.hist_head].at_s == at &&
		s.hist[s.hist_head].sent == 3 &&
		s.hist[s.hist_head].target == 5 &&
		s.hist[s.hist_head].concurrent == 7 &&
		s.hist[s.hist_head].asr == -1 && s.sec.sent == 0,
	    "then it is in the ring");
	for (int i = 2; i < BOARD_HISTORY + 100; i++) {
		s.sec.sent = (uint32_t)i;
		stats_second(&s, at + i, T0 + i * NS_PER_S, 30, 0);
	}
	ok(s.nhist == BOARD_HISTORY, "the ring is full");
	for (unsigned i = 0; i < s.nhist; i++) {
		const struct board_second *h =
		    &s.hist[(s.hist_head + BOARD_HISTORY - i) % BOARD_HISTORY];
		int64_t want = at + BOARD_HISTORY + 98 - i;

		all &= h->at_s == want && h->sent == (uint32_t)(want - at + 1);
	}
	ok(all, "the newest at its head, none missing");
	stats_clear(&s);
}

int
main(void)
{
	const char *seed = getenv("SEED");
	int64_t first = 20261121;

	if (seed != NULL)
		str_int64(seed, 0, INT64_MAX, &first);
	for (int i = 0; i < 5; i++)
		test_windows((uint64_t)first + (uint64_t)i);
	test_forgets();
	test_rates();
	test_price();
	test_quantiles();
	test_setup_window();
	test_seconds();
	return done_testing();
}
