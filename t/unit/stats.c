/* SPDX-License-Identifier: MIT */
/*
 * Statistics against a plain list of what happened: rates over the calls that
 * ended in the last minute, quantiles, and the ring of seconds.
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
	bool answered, good, human, abandoned;
};

static void
test_rates(void)
{
	static struct end v[N];
	struct stats_rates r;
	struct rng g;
	int64_t now = T0;
	int bad = 0;

	memset(&s, 0, sizeof(s));
	stats_rates(&s, now, &r);
	ok(r.asr < 0 && r.ner < 0 && r.abandonment < 0 && r.ended == 0,
	    "nothing ended: no rate at all");
	rng_seed(&g, 1);
	for (int i = 0; i < N; i++) {
		struct end *e = &v[i];
		uint64_t ended = 0, good = 0, answered = 0, humans = 0,
			 abandoned = 0;

		/* sometimes nothing for minutes */
		now += (int64_t)rng_below(&g, 200 * NS_PER_MS);
		if (rng_below(&g, 2000) == 0)
			now += (int64_t)rng_below(&g, 300 * NS_PER_S);
		e->ns = now;
		e->answered = rng_below(&g, 10) < 4;
		e->good = e->answered || rng_below(&g, 2);
		e->human = e->answered && rng_below(&g, 3) > 0;
		e->abandoned = e->human && rng_below(&g, 50) == 0;
		stats_ended(
		    &s, now, e->answered, e->good, e->human, e->abandoned);
		if (i % 97 != 0)
			continue;
		/* whole seconds: this one and the 59 before */
		for (int k = i;
		     k >= 0 && v[k].ns / NS_PER_S > now / NS_PER_S - 60; k--) {
			ended++;
			good += v[k].good;
			answered += v[k].answered;
			humans += v[k].human;
			abandoned += v[k].abandoned;
		}
		stats_rates(&s, now, &r);
		bad += r.ended != ended || r.humans != humans ||
		       fabs(r.asr - (double)answered / (double)ended) > 1e-12 ||
		       fabs(r.ner - (double)good / (double)ended) > 1e-12 ||
		       (humans == 0 ? r.abandonment != -1
				    : fabs(r.abandonment -
					   (double)abandoned / (double)humans) >
					  1e-12);
	}
	ok(bad == 0, "rates are a recount of the last minute");
	stats_rates(&s, now + 60 * NS_PER_S, &r);
	ok(r.ended == 0 && r.asr < 0, "a minute later nothing is left");
	stats_rates(&s, now + 3 * 60 * NS_PER_S, &r);
	ok(r.ended == 0, "nor when the ring comes round");
}

static int
by_value(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
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
		memset(&s, 0, sizeof(s));
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

	memset(&s, 0, sizeof(s));
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
}

int
main(void)
{
	test_rates();
	test_quantiles();
	test_setup_window();
	test_seconds();
	return done_testing();
}
