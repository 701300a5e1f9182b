/* SPDX-License-Identifier: MIT */
/* A full trunk: cut once per round of calls, back in a minute, Retry-After. */
#include "engine/aimd.h"

#include "shared/util.h"
#include "tap.h"

#define S(x) ((int64_t)((1000 + (x)) * NS_PER_S))

static bool
full(struct aimd *a, int n, double sent, double used, double now)
{
	bool cut = false;

	for (int i = 0; i < n; i++)
		cut |= aimd_ended(a, true, S(sent), used, 0, S(now));
	return cut;
}

int
main(void)
{
	struct aimd a = { 0 };
	struct rng r;
	double t;
	int cuts = 0;

	aimd_limits(&a, 1, 30);
	ok(a.allowed == 30 && !aimd_at_floor(&a), "begins with all of it");
	ok(!full(&a, 5, 0, 30, 1) && full(&a, 1, 0, 30, 1) && a.allowed == 21,
	    "six full calls in a row: cut to 0.7");
	ok(!full(&a, 20, 0.5, 30, 1.2) && a.allowed == 21,
	    "once for all calls that left before the cut");
	ok(full(&a, 6, 1.1, 10, 2) && a.allowed == 7,
	    "from what it used, not from what it might have used");
	aimd_rise(&a, S(3.9));
	ok(a.allowed == 7, "two quiet seconds first");
	for (t = 4; t <= 14; t += 0.1)
		aimd_rise(&a, S(t));
	ok(a.allowed > 11.9 && a.allowed < 12.1,
	    "then half a call per second each second: %g", a.allowed);
	for (; t < 80; t += 0.1)
		aimd_rise(&a, S(t));
	ok(a.allowed == 30, "up to all of it");
	rng_seed(&r, 1);
	for (int i = 0; i < 20000; i++)
		cuts +=
		    aimd_ended(&a, rng_below(&r, 100) < 3, S(80), 30, 0, S(80));
	ok(cuts == 0, "3 %% of 20,000 full: no cut");
	for (int i = 0; i < 30; i++)
		full(&a, 6, 80.1 + i, a.allowed, 80.5 + i);
	ok(a.allowed == 1 && aimd_at_floor(&a), "never below its floor");
	aimd_ended(&a, true, S(111), 1, 30, S(112));
	ok(a.stop_ns == S(142), "Retry-After stops it, at the first word");
	aimd_ended(&a, true, S(111), 1, 1000000, S(112));
	ok(a.stop_ns == S(112 + AIMD_RETRY_MAX_S), "for ten minutes at most");
	aimd_limits(&a, 1, 10);
	ok(a.allowed == 1, "what is cut stays cut when the limits change");
	for (t = 120; t < 200; t += 1)
		aimd_rise(&a, S(t));
	ok(a.allowed == 10, "and rises to the new one");
	aimd_limits(&a, 1, 20);
	ok(a.allowed == 20, "what was whole stays whole");
	aimd_limits(&a, 5, 3);
	ok(a.allowed == 3, "a floor above the ceiling is the ceiling");
	return done_testing();
}
