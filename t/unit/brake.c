/* SPDX-License-Identifier: MIT */
/* The brake: how many bad calls engage it, and that it always lets go. */
#include "engine/brake.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

static struct now
at(double s)
{
	return (struct now){ .mono_ns = (int64_t)((1000 + s) * NS_PER_S),
		.wall_ms = (int64_t)((5000 + s) * MS_PER_S) };
}

static void
make(struct brake *b, double threshold)
{
	struct now now = at(0);

	brake_init(b, 1);
	brake_tune(b, threshold, 30, &now);
}

/* Bad calls in a row until it engages. */
static int
until_engaged(struct brake *b)
{
	struct now now = at(0);
	int n = 0;

	while (b->state != BRAKE_ENGAGED && n < 1000) {
		brake_ended(b, false, now.mono_ns, &now);
		n++;
	}
	return n;
}

static void
test_engage(void)
{
	static const struct {
		double threshold;
		int fresh, after;
	} rows[] = { { 0.1, 59, 76 }, { 0.2, 24, 31 }, { 0.05, 128, 165 } };
	struct now now = at(0);
	struct brake b;
	int n;

	for (size_t i = 0; i < nitems(rows); i++) {
		make(&b, rows[i].threshold);
		n = until_engaged(&b);
		ok(n == rows[i].fresh, "threshold %g: %d bad calls engage it",
		    rows[i].threshold, n);
		make(&b, rows[i].threshold);
		for (int k = 0; k < 5000; k++)
			brake_ended(&b, k % 10 < 7, now.mono_ns, &now);
		for (int k = 0; k < 20; k++)
			brake_ended(&b, true, now.mono_ns, &now);
		ok(b.state == BRAKE_RELEASED, "and 70 %% good ones do not");
		n = until_engaged(&b);
		ok(n > rows[i].fresh / 2 && n <= rows[i].after,
		    "after good times %d, %d at most", n, rows[i].after);
	}
	make(&b, 0.1);
	until_engaged(&b);
	ok(strstr(b.reason, "0 of the last 59 calls") != NULL,
	    "the reason has the figures: %s", b.reason);
}

/* With quality at H0's edge it engages once in a thousand tests at most. */
static void
test_alarms(void)
{
	struct now now = at(0);
	struct rng r;
	struct brake b;
	int alarms = 0, found = 0;

	rng_seed(&r, 7);
	for (int i = 0; i < 200; i++) {
		make(&b, 0.1);
		for (int k = 0; k < 200; k++)
			brake_ended(
			    &b, rng_below(&r, 100) < 25, now.mono_ns, &now);
		alarms += b.state != BRAKE_RELEASED;
		make(&b, 0.1);
		for (int k = 0; k < 400; k++)
			brake_ended(
			    &b, rng_below(&r, 100) < 5, now.mono_ns, &now);
		found += b.state != BRAKE_RELEASED;
	}
	ok(alarms <= 2, "quality 25 %%: %d false alarms in 200 x 200 calls",
	    alarms);
	ok(found >= 190, "quality 5 %%: found in %d of 200", found);
}

/* One round of probes, all alike; returns how many it took. */
static int
probes(struct brake *b, double *t, bool good)
{
	struct now now = at(*t);
	int n = 0;

	while (b->state == BRAKE_ENGAGED && *t < 1e6) {
		*t += 1;
		now = at(*t);
		brake_tick(b, &now);
	}
	while (b->state == BRAKE_PROBING && n < 1000) {
		*t += 1;
		now = at(*t);
		if (!brake_may(b, 0, &now, NULL))
			continue;
		brake_left(b, &now);
		brake_ended(b, good, now.mono_ns, &now);
		n++;
	}
	return n;
}

static void
test_release(void)
{
	double t = 0, before;
	struct now now;
	struct brake b;
	int n, pause = 30;
	int64_t wake = INT64_MAX;
	bool doubled = true;

	make(&b, 0.1);
	until_engaged(&b);
	now = at(29.9);
	ok(!brake_tick(&b, &now) && !brake_may(&b, 0, &now, NULL),
	    "engaged: nothing leaves for 30 s");
	now = at(30);
	ok(brake_tick(&b, &now) && b.state == BRAKE_PROBING &&
		brake_may(&b, 0, &now, NULL),
	    "then it probes");
	brake_left(&b, &now);
	now = at(30.5);
	ok(!brake_may(&b, 1, &now, &wake) && wake == at(31).mono_ns,
	    "one probe a second");
	now = at(31);
	ok(brake_may(&b, 1, &now, NULL) &&
		!brake_may(&b, BRAKE_PROBES, &now, NULL),
	    "and no more alive than %d", BRAKE_PROBES);
	for (int i = 0; i < 100; i++)
		brake_ended(&b, true, at(29).mono_ns, &now);
	ok(b.state == BRAKE_PROBING && b.probe.n == 0,
	    "calls that left before the probing are no evidence");
	t = 31;
	for (int round = 0; round < 8; round++) {
		n = probes(&b, &t, false);
		ok(n == 20, "round %d: %d bad probes engage it again", round,
		    n);
		pause = MINIMUM(2 * pause, BRAKE_PAUSE_MAX_S);
		doubled &= b.pause_s == pause;
		before = t;
		while (b.state == BRAKE_ENGAGED) {
			now = at(t += 0.5);
			brake_tick(&b, &now);
		}
		doubled &= t - before >= pause && t - before < pause + 1;
	}
	ok(doubled, "the pause doubles up to ten minutes");
	n = probes(&b, &t, true);
	ok(b.state == BRAKE_RELEASED && n == 7,
	    "%d good probes release it, whatever was before: %s", n, b.reason);
	until_engaged(&b);
	ok(b.pause_s == 30, "and the next pause is the first again");
}

static void
test_hand(void)
{
	struct now now = at(3);
	struct brake b;
	char many[300];

	brake_init(&b, 1000);
	ok(b.state == BRAKE_RELEASED && b.since_ms == 1000 &&
		strcmp(brake_word(&b), "released") == 0,
	    "begins released");
	ok(!brake_set(&b, false, "again", &now) && b.since_ms == 1000,
	    "releasing what is released is no news");
	ok(brake_set(&b, true, "maria: too many complaints", &now) &&
		strcmp(brake_word(&b), "engaged") == 0 &&
		strcmp(b.reason, "maria: too many complaints") == 0,
	    "engaged by hand, with the reason");
	now = at(1e6);
	ok(!brake_tick(&b, &now) && b.state == BRAKE_ENGAGED,
	    "what a hand engaged only a hand releases");
	for (int i = 0; i < 100; i++)
		brake_ended(&b, true, now.mono_ns, &now);
	ok(b.state == BRAKE_ENGAGED, "good calls do not");
	ok(brake_set(&b, false, "maria", &now), "by hand it is");
	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = '\0';
	ok(brake_set(&b, true, many, &now) &&
		strlen(b.reason) == sizeof(b.reason) - 1,
	    "a long reason is cut");
}

int
main(void)
{
	test_engage();
	test_alarms();
	test_release();
	test_hand();
	return done_testing();
}
