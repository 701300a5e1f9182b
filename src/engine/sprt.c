/* SPDX-License-Identifier: MIT */
/* sprt: sums logarithms; decides nothing beyond its two limits. */
#include "engine/sprt.h"

#include <math.h>

#include "shared/util.h"

void
sprt_init(struct sprt *s, double p1, double p0, double alpha, double beta)
{
	p0 = MINIMUM(MAXIMUM(p0, 0.002), 0.999);
	p1 = MINIMUM(MAXIMUM(p1, 0.001), p0 * 0.999);
	*s = (struct sprt){ .up = log((1 - beta) / alpha),
		.down = log(beta / (1 - alpha)),
		.add_good = log(p1 / p0),
		.add_bad = log((1 - p1) / (1 - p0)) };
}

void
sprt_reset(struct sprt *s)
{
	s->llr = 0;
	s->n = s->good = 0;
}

void
sprt_recant(struct sprt *s)
{
	s->llr -= s->add_good;
	s->n -= s->n > 0;
	s->good -= s->good > 0;
}

enum sprt_verdict
sprt_add(struct sprt *s, bool good)
{
	s->n++;
	s->good += good;
	s->llr += good ? s->add_good : s->add_bad;
	return s->llr >= s->up     ? SPRT_H1
	       : s->llr <= s->down ? SPRT_H0
				   : SPRT_OPEN;
}

void
sprt_forget(struct sprt *s, double floor)
{
	if (s->llr >= floor)
		return;
	s->llr = floor;
	s->n = s->good = 0;
}
