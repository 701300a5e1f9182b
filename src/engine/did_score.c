/* SPDX-License-Identifier: MIT */
/*
 * did_score: score, class and the two sequential tests of a DID.  Decides
 * what is to be thought of a DID, not what is done with it.
 */
#include "engine/did_score.h"

#include <math.h>
#include <string.h>

#include "engine/sprt.h"
#include "shared/util.h"

#define SHRINK     50 /* K, calls */
#define POOL_CALLS 200 /* below, the pool's rate means nothing */
#define LATE_CALLS 2000
#define BEYOND     0.75 /* classes from the middle of its own */

#define ALPHA 0.001
#define BETA  0.01
#define FLOOR (-2.0)
/* Rates at which half as many can be told from all, and a call from none. */
#define RATE_MIN  0.02
#define RATE_MAX  0.98
#define REJECT_H1 0.70 /* share not rejected */
#define REJECT_H0 0.95
/* How the two reasons end; did_by_rule() knows them by it. */
#define REJECTS_END "(603, 607, 608 or cause 21)"
#define ANSWERS_END "%%: half or less"

void
did_rate_join(struct did_rate *r, const struct did *d)
{
	r->calls += d->calls;
	r->answered += d->answered;
}

void
did_rate_leave(struct did_rate *r, const struct did *d)
{
	r->calls -= d->calls;
	r->answered -= d->answered;
}

void
did_rate_call(struct did_rate *r, bool answered, bool rejected)
{
	r->calls++;
	r->answered += answered;
	if (r->late_calls >= LATE_CALLS) {
		r->late_calls /= 2;
		r->late_answered /= 2;
		r->late_rejected /= 2;
	}
	r->late_calls++;
	r->late_answered += answered;
	r->late_rejected += rejected;
}

/* Share of answered calls; -1 if there are too few to say. */
static double
rate_of_all(const struct did_rate *r)
{
	if (r->calls < POOL_CALLS)
		return -1;
	return (double)r->answered / (double)r->calls;
}

static double
rate_of_late(const struct did_rate *r)
{
	if (r->late_calls < POOL_CALLS)
		return rate_of_all(r);
	return (double)r->late_answered / r->late_calls;
}

double
did_class_value(int class)
{
	static const double v[DID_CLASSES] = { 0.0625, 0.0883883476483184,
		0.125, 0.1767766952966369, 0.25, 0.3535533905932738, 0.5,
		0.7071067811865476, 1, 1.4142135623730951, 2,
		2.8284271247461903, 4, 5.656854249492381, 8,
		11.313708498984761 };

	return v[class];
}

double
did_score_value(const struct did *d)
{
	return (double)d->score * MAXIMUM(d->weight, 1);
}

uint8_t
did_score(struct did *d, const struct did_rate *r, bool anew)
{
	double p = rate_of_all(r), x;

	if (p > 0)
		d->score = (float)((d->answered + SHRINK * p) /
				   (d->calls + SHRINK) / p);
	else
		d->score = 1;
	x = DID_CLASS_ONE + 2 * log2(did_score_value(d));
	x = MINIMUM(MAXIMUM(x, 0), DID_CLASSES - 1);
	if (!anew && fabs(x - d->class) <= BEYOND)
		return d->class;
	return (uint8_t)lround(x);
}

/*
 * The share of rejected calls that is fine: 5 %, or half as many again as the
 * pool has lately (some markets refuse one call in ten), 20 % at most.
 */
static double
fine_rejects(const struct did_rate *r)
{
	double pool = r->late_calls < POOL_CALLS
			  ? 0
			  : (double)r->late_rejected / r->late_calls;

	return MINIMUM(MAXIMUM(1 - REJECT_H0, 1.5 * pool), 0.2);
}

void
did_tests_reset(struct did *d)
{
	d->answers = d->rejects = (struct did_test){ 0 };
}

/* One call into t, whose steps p1 and p0 give; true if H1 is accepted. */
static bool
add(struct did_test *t, double p1, double p0, bool good)
{
	struct sprt s;
	enum sprt_verdict v;

	sprt_init(&s, p1, p0, ALPHA, BETA);
	s.llr = t->llr;
	s.n = t->n;
	s.good = t->good;
	v = sprt_add(&s, good);
	if (v == SPRT_H0)
		sprt_reset(&s);
	sprt_forget(&s, FLOOR);
	t->llr = (float)s.llr;
	t->n = (uint32_t)s.n;
	t->good = (uint32_t)s.good;
	return v == SPRT_H1;
}

bool
did_tests_add(struct did *d, const struct did_rate *r, bool answered,
    bool rejected, char *reason, size_t size)
{
	double p = rate_of_late(r), fine = fine_rejects(r);
	bool worse = add(&d->rejects, 1 - MAXIMUM(1 - REJECT_H1, 3 * fine),
	    1 - fine, !rejected);

	if (worse)
		str_format(reason, size, "rejected %u of %u " REJECTS_END,
		    d->rejects.n - d->rejects.good, d->rejects.n);
	if (p >= RATE_MIN && p <= RATE_MAX &&
	    add(&d->answers, p / 2, p, answered) && !worse) {
		worse = true;
		str_format(reason, size,
		    "answered %u of %u, its pool %.0f " ANSWERS_END,
		    d->answers.good, d->answers.n, p * 100);
	}
	if (worse)
		did_tests_reset(d);
	return worse;
}

static bool
ends(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

bool
did_by_rule(const char *reason)
{
	return ends(reason, REJECTS_END) ||
	       ends(reason, &ANSWERS_END[1]); /* a printed %% is one */
}
