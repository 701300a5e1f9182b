/* SPDX-License-Identifier: MIT */
/* ramp: steps up and down between 1 and max_cps of the profile. */
#include "engine/ramp.h"

#include "shared/util.h"

void
ramp_start(struct ramp *r, const struct m_profile *p)
{
	*r = (struct ramp){ .cps = p->auto_adjust_cps
				       ? MINIMUM(p->initial_cps, p->max_cps)
				       : p->max_cps };
}

void
ramp_ended(struct ramp *r, bool ner_good, bool answered)
{
	r->ended++;
	r->good += ner_good;
	r->answered += answered;
}

double
ramp_step(struct ramp *r, const struct m_profile *p, double load,
    int64_t mono_ns, const char **why)
{
	double quality, before = r->cps;

	*why = NULL;
	if (!p->auto_adjust_cps)
		r->cps = p->max_cps;
	if (r->next_ns == 0)
		r->next_ns = mono_ns + p->ramp_up_interval * NS_PER_S;
	if (mono_ns < r->next_ns || !p->auto_adjust_cps)
		return MINIMUM(r->cps, p->max_cps);
	r->next_ns = mono_ns + p->ramp_up_interval * NS_PER_S;
	quality = r->ended < RAMP_MIN_ENDED ? 1
		  : p->quality_metric[0] == 'a'
		      ? (double)r->answered / (double)r->ended
		      : (double)r->good / (double)r->ended;
	r->ended = r->good = r->answered = 0;
	if (load > 0.9) {
		r->cps -= p->ramp_up_step;
		*why = "load above 90 %";
	} else if (quality < p->quality_threshold) {
		r->cps -= p->ramp_up_step;
		*why = "quality below its threshold";
	} else if (load < 0.8 && r->cps < p->max_cps) {
		r->cps += p->ramp_up_step;
		*why = "quality and load permit";
	}
	r->cps = MAXIMUM(r->cps, MINIMUM(1.0, p->max_cps));
	r->cps = MINIMUM(r->cps, p->max_cps);
	if (r->cps == before)
		*why = NULL;
	return r->cps;
}
