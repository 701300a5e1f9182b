/* SPDX-License-Identifier: MIT */
/*
 * Wald's test: the limits and steps are those of the book, the two kinds of
 * error stay within alpha and beta, and it needs as many calls as Wald's
 * formula says.  Simulated from one seed.
 */
#include "engine/sprt.h"

#include <math.h>

#include "shared/util.h"
#include "tap.h"

static bool
near(double a, double b, double by)
{
	return fabs(a - b) <= by;
}

static void
test_values(void)
{
	struct sprt s;
	int n = 0;

	sprt_init(&s, 0.4, 0.7, 0.001, 0.01);
	ok(near(s.up, 6.89770, 1e-5) && near(s.down, -4.60417, 1e-5),
	    "limits ln(0.99/0.001) and ln(0.01/0.999)");
	ok(near(s.add_good, -0.559616, 1e-6) &&
		near(s.add_bad, 0.693147, 1e-6) && s.llr == 0 && s.n == 0,
	    "steps ln(0.4/0.7) and ln(0.6/0.3)");
	while (sprt_add(&s, false) == SPRT_OPEN)
		n++;
	ok(n == 9 && s.n == 10 && s.good == 0,
	    "ten bad calls in a row are enough: 10 ln 2 > 6.9");
	sprt_reset(&s);
	ok(s.llr == 0 && s.n == 0 && s.good == 0 && near(s.up, 6.89770, 1e-5),
	    "begun anew, its limits kept");
	for (n = 0; sprt_add(&s, true) == SPRT_OPEN;)
		n++;
	ok(n == 8 && s.good == 9 && s.llr <= s.down,
	    "nine good ones accept H0");

	sprt_init(&s, 0.4, 0.7, 0.001, 0.01);
	for (n = 0; n < 5; n++)
		sprt_add(&s, true);
	sprt_forget(&s, -3);
	ok(s.n == 5 && near(s.llr, -5 * 0.559616, 1e-5),
	    "above the floor nothing is forgotten");
	sprt_forget(&s, -2);
	ok(s.n == 0 && s.good == 0 && s.llr == -2,
	    "evidence below the floor is");
	for (n = 1; sprt_add(&s, false) == SPRT_OPEN;)
		n++;
	ok(n == 13, "from -2 thirteen bad calls reach 6.9");
}

static void
test_ranges(void)
{
	static const double p[][2] = { { 0, 0 }, { 1, 1 }, { 0.7, 0.4 },
		{ -1, 2 }, { 0.5, 0.5 }, { 0, 1 }, { 1e-9, 1e-8 } };
	bool fine = true;

	for (size_t i = 0; i < nitems(p); i++) {
		struct sprt s;

		sprt_init(&s, p[i][0], p[i][1], 0.001, 0.01);
		fine &= isfinite(s.add_good) && isfinite(s.add_bad) &&
			s.add_good < 0 && s.add_bad > 0;
	}
	ok(fine, "shares out of range still give steps of the right sign");
}

struct trial {
	double h1; /* share that accepted H1 */
	double mean; /* calls to the verdict */
};

static struct trial
simulate(struct rng *r, double p, const struct sprt *from, int trials)
{
	struct trial t = { 0 };

	for (int i = 0; i < trials; i++) {
		struct sprt s = *from;
		enum sprt_verdict v;

		do
			v = sprt_add(&s, rng_unit(r) < p);
		while (v == SPRT_OPEN && s.n < 100000);
		t.h1 += v == SPRT_H1;
		t.mean += (double)s.n;
	}
	t.h1 /= trials;
	t.mean /= trials;
	return t;
}

/* Calls to a verdict by Wald's formula, which leaves out the overshoot. */
static double
wald(const struct sprt *s, double p, double h1)
{
	return (h1 * s->up + (1 - h1) * s->down) /
	       (p * s->add_good + (1 - p) * s->add_bad);
}

/*
 * The share of errors found may exceed the bound by three standard errors; the
 * calls needed may exceed Wald's figure by the overshoot of less than a step.
 */
static void
test_errors(double p1, double p0, double alpha, double beta, int trials)
{
	struct rng r;
	struct sprt s;
	struct trial good, bad;
	double step, w0, w1;

	rng_seed(&r, 42);
	sprt_init(&s, p1, p0, alpha, beta);
	good = simulate(&r, p0, &s, trials);
	bad = simulate(&r, p1, &s, trials);
	ok(good.h1 <= alpha + 3 * sqrt(alpha / trials),
	    "%g against %g: H1 wrongly in %.5f of %d, alpha %g", p1, p0,
	    good.h1, trials, alpha);
	ok(1 - bad.h1 <= beta + 3 * sqrt(beta / trials),
	    "%g against %g: H0 wrongly in %.5f of %d, beta %g", p1, p0,
	    1 - bad.h1, trials, beta);
	w0 = wald(&s, p0, alpha);
	w1 = wald(&s, p1, 1 - beta);
	step = MAXIMUM(-s.add_good, s.add_bad);
	ok(good.mean > w0 * 0.95 && good.mean < w0 * (1 + step / -s.down) &&
		bad.mean > w1 * 0.95 && bad.mean < w1 * (1 + step / s.up),
	    "%g against %g: fine in %.1f calls (Wald %.1f), bad in %.1f (%.1f)",
	    p1, p0, good.mean, w0, bad.mean, w1);
}

int
main(void)
{
	test_values();
	test_ranges();
	test_errors(0.4, 0.7, 0.001, 0.01, 100000);
	test_errors(0.1, 0.2, 0.001, 0.01, 20000);
	test_errors(0.15, 0.3, 0.001, 0.01, 20000);
	test_errors(0.7, 0.95, 0.001, 0.01, 50000);
	test_errors(0.3, 0.6, 0.05, 0.1, 50000);
	return done_testing();
}
