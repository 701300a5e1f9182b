/* SPDX-License-Identifier: MIT */
/*
 * aimd: how much of its rate a trunk may use.  When capacity causes (503,
 * Q.850 34, 42, 47) are clearly more than the few that every carrier has, the
 * rate is cut to 0.7 of what was used, once for all calls that left before
 * the cut; each second without a cut gives a sixtieth of the maximum back
 * (additive increase, multiplicative decrease: Chiu, Jain 1989).  "Clearly" is
 * a sequential test, 25 % full against 7 %: six full calls in a row are
 * enough, up to one in eight is borne.  A Retry-After stops it for that long.
 */
#ifndef ENGINE_AIMD_H
#define ENGINE_AIMD_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/sprt.h"

#define AIMD_CUT         0.7
#define AIMD_UP_S        60 /* from nothing to the maximum */
#define AIMD_QUIET_NS    2000000000LL /* without a cut, before it rises */
#define AIMD_RETRY_MAX_S 600

struct aimd {
	double max, min, allowed; /* calls per second */
	struct sprt test;
	int64_t cut_ns; /* the last one; 0: none yet */
	int64_t up_ns; /* when it rose last */
	int64_t stop_ns; /* Retry-After: no call before; 0 */
};

/* The limits, from the configuration; what is cut stays cut. */
void aimd_limits(struct aimd *, double min, double max);
/*
 * A call that left at sent_ns has found room, or (full) has ended for want of
 * it.  used: so many calls per second leave at present.  True if the rate was
 * cut.
 */
bool aimd_ended(struct aimd *, bool full, int64_t sent_ns, double used,
    int retry_after_s, int64_t now_ns);
/* Every tick. */
void aimd_rise(struct aimd *, int64_t now_ns);
bool aimd_at_floor(const struct aimd *);

#endif
