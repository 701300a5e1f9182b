/* SPDX-License-Identifier: MIT */
/*
 * ramp: how many calls per second now.  From initial_cps, every
 * ramp_up_interval plus ramp_up_step while quality and load permit, one step
 * back (never below 1) when they do not.  Quality is counted over calls that
 * ended in the interval; fewer than RAMP_MIN_ENDED say nothing yet and are
 * kept for the next one, and the ramp goes on.
 */
#ifndef ENGINE_RAMP_H
#define ENGINE_RAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/model.h"

#define RAMP_MIN_ENDED 10

struct ramp {
	double cps;
	int64_t next_ns; /* mono; 0: not started */
	uint64_t ended, good, answered; /* in this interval */
};

/* Start over from initial_cps at the next step. */
void ramp_start(struct ramp *, const struct m_profile *);
void ramp_ended(struct ramp *, bool ner_good, bool answered);
/*
 * Called every turn; load 0..1 = concurrent over its maximum, or how near the
 * switch is to being late.  Returns the rate; a change of it is described in
 * why, which is "" otherwise.
 */
double ramp_step(struct ramp *, const struct m_profile *, double load,
    int64_t mono_ns, char *why, size_t size);

#endif
