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

/* Where to, and why; NULL: it stays. */
static const char *
decide(struct ramp *r, const struct m_profile *p, double load, char *why,
    size_t size)
{
	bool asr = p->quality_metric[0] == 'a';
	uint64_t good = asr ? r->answered : r->good;
	double quality =
	    r->ended < RAMP_MIN_ENDED ? 1 : (double)good / (double)r->ended;
	const char *name = asr ? "ASR" : "NER";

	if (load > 0.9) {
		r->cps -= p->ramp_up_step;
		str_format(
		    why, size, "load %.0f %% is above 90 %%", 100 * load);
	} else if (quality < p->quality_threshold) {
		r->cps -= p->ramp_up_step;
		str_format(why, size,
		    "%s %.2f (%llu of %llu ended) is below %.2f", name, quality,
		    (unsigned long long)good, (unsigned long long)r->ended,
		    p->quality_threshold);
	} else if (load < 0.8 && r->cps < p->max_cps) {
		r->cps += p->ramp_up_step;
		if (r->ended < RAMP_MIN_ENDED)
			str_format(why, size,
			    "nothing speaks against it (%llu calls ended), "
			    "load %.0f %%",
			    (unsigned long long)r->ended, 100 * load);
		else
			str_format(why, size,
			    "%s %.2f (%llu of %llu ended), load %.0f %%", name,
			    quality, (unsigned long long)good,
			    (unsigned long long)r->ended, 100 * load);
	} else
		return NULL;
	return why;
}

double
ramp_step(struct ramp *r, const struct m_profile *p, double load,
    int64_t mono_ns, char *why, size_t size)
{
	double before = r->cps;

	why[0] = '\0';
	if (!p->auto_adjust_cps)
		r->cps = p->max_cps;
	if (r->next_ns == 0)
		r->next_ns = mono_ns + p->ramp_up_interval * NS_PER_S;
	if (mono_ns < r->next_ns || !p->auto_adjust_cps)
		return MINIMUM(r->cps, p->max_cps);
	r->next_ns = mono_ns + p->ramp_up_interval * NS_PER_S;
	decide(r, p, load, why, size);
	/* Too few to judge by are kept until there are enough. */
	if (r->ended >= RAMP_MIN_ENDED)
		r->ended = r->good = r->answered = 0;
	r->cps = MAXIMUM(r->cps, MINIMUM(1.0, p->max_cps));
	r->cps = MINIMUM(r->cps, p->max_cps);
	if (r->cps == before)
		why[0] = '\0';
	return r->cps;
}
