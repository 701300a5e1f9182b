/* SPDX-License-Identifier: MIT */
/* The ramp of the three shipped profiles, step by step, and its ways back. */
#include "engine/ramp.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

#define T0 (1000 * NS_PER_S)

static const struct m_profile profiles[] = {
	{ .name = "default",
	    .max_cps = 30,
	    .initial_cps = 5,
	    .ramp_up_step = 2,
	    .ramp_up_interval = 10,
	    .max_concurrent_calls = 500,
	    .emergency_brake_threshold = 0.10,
	    .quality_threshold = 0.8,
	    .quality_metric = "ner",
	    .auto_adjust_cps = true },
	{ .name = "high_performance",
	    .max_cps = 50,
	    .initial_cps = 10,
	    .ramp_up_step = 5,
	    .ramp_up_interval = 5,
	    .max_concurrent_calls = 1000,
	    .emergency_brake_threshold = 0.05,
	    .quality_threshold = 0.9,
	    .quality_metric = "ner",
	    .auto_adjust_cps = true },
	{ .name = "conservative",
	    .max_cps = 15,
	    .initial_cps = 2,
	    .ramp_up_step = 1,
	    .ramp_up_interval = 20,
	    .max_concurrent_calls = 200,
	    .emergency_brake_threshold = 0.2,
	    .quality_threshold = 0.7,
	    .quality_metric = "ner",
	    .auto_adjust_cps = true },
};

static void
ended(struct ramp *r, int n, int good, int answered)
{
	for (int i = 0; i < n; i++)
		ramp_ended(r, i < good, i < answered);
}

/* From the first turn up to max_cps with good quality and little load. */
static void
test_up(const struct m_profile *p)
{
	struct ramp r;
	char why[128];
	int64_t now = T0;
	double want = p->initial_cps;
	bool even = true, told = true, quiet = true;
	int steps = 0;

	ramp_start(&r, p);
	ok(ramp_step(&r, p, 0, now, why, sizeof(why)) == p->initial_cps &&
		why[0] == '\0',
	    "%s: begins with %g", p->name, p->initial_cps);
	while (want < p->max_cps && steps < 100) {
		now += p->ramp_up_interval * NS_PER_S - NS_PER_MS;
		quiet &= ramp_step(&r, p, 0.1, now, why, sizeof(why)) == want &&
			 why[0] == '\0';
		now += NS_PER_MS;
		ended(&r, 20, 18, 8);
		want = MINIMUM(want + p->ramp_up_step, p->max_cps);
		even &= ramp_step(&r, p, 0.1, now, why, sizeof(why)) == want;
		told &= why[0] != '\0';
		steps++;
	}
	ok(even && quiet && told, "%s: %d steps of %g every %d s, each told",
	    p->name, steps, p->ramp_up_step, (int)p->ramp_up_interval);
	now += p->ramp_up_interval * NS_PER_S;
	ended(&r, 20, 20, 20);
	ok(ramp_step(&r, p, 0, now, why, sizeof(why)) == p->max_cps &&
		why[0] == '\0',
	    "%s: and stays at %g", p->name, p->max_cps);
}

struct step {
	const char *what;
	double cps, load;
	int ended, good, answered;
	double want;
	const char *why_has; /* a word of it; NULL: nothing is said */
};
static const struct step steps[] = {
	{ "good", 11, 0.5, 100, 80, 0, 13, "load 50 %" },
	{ "at the threshold", 11, 0.5, 10, 8, 0, 13, "load 50 %" },
	{ "below it", 11, 0.5, 100, 79, 100, 9, "NER 0." },
	{ "too few to judge", 11, 0.5, 9, 0, 0, 13, "load 50 %" },
	{ "nothing ended", 11, 0.5, 0, 0, 0, 13, "load 50 %" },
	{ "load 79 %", 11, 0.79, 50, 50, 50, 13, "NER 1.00 (50 of 50" },
	{ "load 80 %", 11, 0.8, 50, 50, 50, 11, NULL },
	{ "load 90 %", 11, 0.9, 50, 50, 50, 11, NULL },
	{ "load above 90 %", 11, 0.91, 50, 50, 50, 9, "load" },
	{ "load 85 % and bad", 11, 0.85, 50, 0, 0, 9, "NER 0." },
	{ "never below 1", 2, 0.5, 50, 0, 0, 1, "NER 0." },
	{ "at 1 it stays", 1, 0.5, 50, 0, 0, 1, NULL },
	{ "the last step is cut", 29, 0.5, 50, 50, 50, 30, "load 50 %" },
	{ "at the top it stays", 30, 0.5, 50, 50, 50, 30, NULL },
};

static void
test_steps(void)
{
	const struct m_profile *p = &profiles[0];

	for (size_t i = 0; i < nitems(steps); i++) {
		const struct step *s = &steps[i];
		struct ramp r;
		char why[128];
		double cps;

		ramp_start(&r, p);
		ramp_step(&r, p, 0, T0, why, sizeof(why));
		r.cps = s->cps;
		ended(&r, s->ended, s->good, s->answered);
		cps = ramp_step(
		    &r, p, s->load, T0 + 10 * NS_PER_S, why, sizeof(why));
		ok(cps == s->want &&
			(s->why_has == NULL ? why[0] == '\0'
					    : strstr(why, s->why_has) != NULL),
		    "%s: %g -> %g (%s)", s->what, s->cps, cps, why);
		ok((int)r.ended == (s->ended < RAMP_MIN_ENDED ? s->ended : 0),
		    "%s: the next interval counts anew, but for what was too "
		    "little",
		    s->what);
	}
}

static void
test_more(void)
{
	struct m_profile p = profiles[0];
	struct ramp r;
	char why[128];

	str_copy(p.quality_metric, sizeof(p.quality_metric), "asr");
	ramp_start(&r, &p);
	ramp_step(&r, &p, 0, T0, why, sizeof(why));
	ended(&r, 100, 100, 79);
	ok(ramp_step(&r, &p, 0, T0 + 10 * NS_PER_S, why, sizeof(why)) == 3,
	    "quality by answers");
	p.auto_adjust_cps = false;
	ok(ramp_step(&r, &p, 1, T0 + 11 * NS_PER_S, why, sizeof(why)) == 30,
	    "without auto_adjust_cps: the highest rate at once");
	ramp_start(&r, &p);
	ok(ramp_step(&r, &p, 1, T0, why, sizeof(why)) == 30,
	    "and from the beginning");
	p = profiles[0];
	p.max_cps = 0.5;
	ramp_start(&r, &p);
	ok(ramp_step(&r, &p, 0, T0, why, sizeof(why)) == 0.5,
	    "a maximum below 1 holds");
	ended(&r, 20, 0, 0);
	ok(ramp_step(&r, &p, 0, T0 + 10 * NS_PER_S, why, sizeof(why)) == 0.5,
	    "also when quality is bad");
	p = profiles[0];
	ramp_start(&r, &p);
	ramp_step(&r, &p, 0, T0, why, sizeof(why));
	ok(ramp_step(&r, &p, 0, T0 + 95 * NS_PER_S, why, sizeof(why)) == 7 &&
		ramp_step(&r, &p, 0, T0 + 96 * NS_PER_S, why, sizeof(why)) == 7,
	    "a stall is one step, not nine");
}

int
main(void)
{
	for (size_t i = 0; i < nitems(profiles); i++)
		test_up(&profiles[i]);
	test_steps();
	test_more();
	return done_testing();
}
