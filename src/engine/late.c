/* SPDX-License-Identifier: MIT */
/*
 * late: does a switch keep up?  The worst of three: the round trip of a
 * ping, the age of the oldest action without response, and how late its
 * events are (asterisk issue 2145: seconds to minutes behind, and nothing
 * else shows it).  Above a second its rate goes down in proportion, above
 * five it stops, below one it goes on.
 */
#include "engine/state.h"

#include <math.h>

#include "shared/log.h"

#define LAG_KEEP_NS (10 * NS_PER_S) /* without an event nothing is known */
#define LAG_NONE    1e300

void
engine_switch_rtt(
    struct engine *e, unsigned i, double rtt_ms, double unanswered_s)
{
	if (rtt_ms >= 0)
		e->switches[i].rtt_ms = rtt_ms;
	e->switches[i].unanswered_s = unanswered_s;
}

/* The least difference of the last minutes is what the clocks differ by. */
static double
clock_difference(const struct switch_rt *s)
{
	double least = LAG_NONE;

	for (int i = 0; i < LAG_WINDOWS; i++)
		least = MINIMUM(least, s->lag_least[i]);
	return least;
}

static void
forget(struct switch_rt *s)
{
	for (int i = 0; i < LAG_WINDOWS; i++)
		s->lag_least[i] = LAG_NONE;
}

void
engine_switch_lag(
    struct engine *e, unsigned i, double lag_ms, const struct now *now)
{
	struct switch_rt *s = &e->switches[i];
	int64_t minute = now->mono_ns / (60 * NS_PER_S);
	double lag;

	if (!isfinite(lag_ms))
		return;
	if (s->lag_minute < 0) {
		forget(s);
		s->lag_minute = minute;
	}
	if (minute - s->lag_minute >= LAG_WINDOWS)
		s->lag_minute = minute - LAG_WINDOWS;
	while (s->lag_minute < minute)
		s->lag_least[++s->lag_minute % LAG_WINDOWS] = LAG_NONE;
	s->lag_least[minute % LAG_WINDOWS] =
	    MINIMUM(s->lag_least[minute % LAG_WINDOWS], lag_ms);
	/*
	 * Clocks that agree within a second need no correction, and the first
	 * events of a late switch must not pass for its clock.
	 */
	lag = clock_difference(s);
	lag = lag_ms - (fabs(lag) < 1000 ? MINIMUM(lag, 0) : lag);
	if (now->mono_ns - s->lag_second_ns > NS_PER_S) {
		s->lag_ms = lag;
		s->lag_second_ns = now->mono_ns;
	}
	s->lag_ms = MAXIMUM(s->lag_ms, lag);
}

/*
 * Without calls there are no events, and their lag is not known any more.  One
 * call a second then feels its way, until an event has come in time.
 */
static void
forget_lag(struct engine *e, struct switch_rt *s)
{
	if (s->lag_ms < 0)
		return;
	if (e->now.mono_ns - s->lag_second_ns > LAG_KEEP_NS) {
		s->feeling = s->lag_ms > LATE_SLOW_MS;
		s->lag_ms = -1;
	} else if (s->feeling && s->lag_ms <= LATE_SLOW_MS) {
		s->feeling = false;
		engine_note(e, LOG_LVL_INFO,
		    "switch %s keeps up again: events come after %.0f ms",
		    s->conf.name, s->lag_ms);
	}
}

static void
tell(struct engine *e, const struct switch_rt *s)
{
	engine_note(e, s->stopped ? LOG_LVL_ERROR : LOG_LVL_INFO,
	    "switch %s %s (%.1f s late: ping %.0f ms, events %.0f ms, oldest "
	    "action %.1f s)",
	    s->conf.name,
	    s->stopped   ? "is late: no new calls"
	    : s->feeling ? "gets one call a second, to see whether it keeps up"
			 : "keeps up again",
	    s->late_ms / 1e3, s->rtt_ms, s->lag_ms, s->unanswered_s);
}

static void
judge(struct engine *e, struct switch_rt *s)
{
	bool stop;

	forget_lag(e, s);
	s->late_ms =
	    MAXIMUM(MAXIMUM(s->rtt_ms, s->lag_ms), s->unanswered_s * 1e3);
	s->late_ms = MAXIMUM(s->late_ms, 0);
	stop = s->late_ms > (s->stopped ? LATE_SLOW_MS : LATE_STOP_MS);
	if (stop != s->stopped) {
		s->stopped = stop;
		if (s->up)
			tell(e, s);
	}
	s->allowed = s->conf.max_cps;
	if (s->late_ms > LATE_SLOW_MS)
		s->allowed *= LATE_SLOW_MS / s->late_ms;
	if (s->feeling)
		s->allowed = MINIMUM(s->allowed, 1);
	pacer_rate(&s->pacer, s->allowed);
}

void
late_tick(struct engine *e)
{
	for (unsigned i = 0; i < e->nswitches; i++)
		judge(e, &e->switches[i]);
}

double
late_load(const struct engine *e, const struct campaign *c)
{
	double worst = 0;

	for (int i = 0; i < c->ntrunks; i++)
		if (c->trunks[i]->sw >= 0)
			worst = MAXIMUM(
			    worst, e->switches[c->trunks[i]->sw].late_ms);
	return MINIMUM(worst / LATE_SLOW_MS, 1);
}
