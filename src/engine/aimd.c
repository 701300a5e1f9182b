/* SPDX-License-Identifier: MIT */
/* aimd: one number per trunk that falls fast and rises slowly. */
#include "engine/aimd.h"

#include "shared/util.h"

void
aimd_limits(struct aimd *a, double min, double max)
{
	bool whole = a->max <= 0 || a->allowed >= a->max;

	if (a->test.up <= 0)
		sprt_init(&a->test, 0.75, 0.93, 0.001, 0.05);
	a->max = max;
	a->min = MINIMUM(min, max);
	a->allowed = whole ? max : MINIMUM(a->allowed, max);
	a->allowed = MAXIMUM(a->allowed, a->min);
}

bool
aimd_ended(struct aimd *a, bool full, int64_t sent_ns, double used,
    int retry_after_s, int64_t now_ns)
{
	double before = a->allowed;

	if (full && retry_after_s > 0)
		a->stop_ns = MAXIMUM(a->stop_ns,
		    now_ns +
			MINIMUM(retry_after_s, AIMD_RETRY_MAX_S) * NS_PER_S);
	if (a->cut_ns != 0 && sent_ns <= a->cut_ns)
		return false;
	if (sprt_add(&a->test, !full) != SPRT_H1) {
		sprt_forget(&a->test, 0);
		return false;
	}
	sprt_reset(&a->test);
	a->cut_ns = a->up_ns = now_ns;
	a->allowed = MINIMUM(a->allowed, MAXIMUM(used, a->min)) * AIMD_CUT;
	a->allowed = MAXIMUM(a->allowed, a->min);
	return a->allowed < before;
}

void
aimd_rise(struct aimd *a, int64_t now_ns)
{
	int64_t from = MAXIMUM(a->up_ns, a->cut_ns + AIMD_QUIET_NS);

	if (a->allowed >= a->max || now_ns <= from)
		return;
	a->allowed += a->max / AIMD_UP_S * ((double)(now_ns - from) / NS_PER_S);
	a->allowed = MINIMUM(a->allowed, a->max);
	a->up_ns = now_ns;
}

bool
aimd_at_floor(const struct aimd *a)
{
	return a->cut_ns != 0 && a->allowed <= a->min + 1e-9;
}
