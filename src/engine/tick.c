/* SPDX-License-Identifier: MIT */
/*
 * tick: what the engine does by itself ten times a second (rates, supply of
 * each campaign) and once a second (days, watching, reasons, alerts).
 */
#include <string.h>

#include "engine/state.h"
#include "shared/log.h"
#include "shared/tz.h"

#define START_MS     (5 * MS_PER_S)
#define TARGET_LOW_S 10 /* seconds below 70 % of the target before an alert */

static double
switch_cps(const struct engine *e)
{
	double sum = 0;

	for (unsigned i = 0; i < e->nswitches; i++)
		if (e->switches[i].up)
			sum += e->switches[i].conf.max_cps;
	return sum;
}

/* Each campaign's limit, the total, and everybody's share of it. */
static void
set_rates(struct engine *e)
{
	double sum = 0, max = 0, room = switch_cps(e), weights = 0, begin;

	for (size_t i = 0; i < e->ncampaigns; i++) {
		struct campaign *c = e->campaigns[i];
		double limit = MINIMUM(c->conf.max_cps, c->profile.max_cps);
		const char *why = NULL;
		double load =
		    (double)c->concurrent /
		    (double)MAXIMUM(c->profile.max_concurrent_calls, 1);

		if (c->want != RUNNING || c->gone || !c->has_profile) {
			c->cps = 0;
		} else if (e->manual > 0) {
			c->cps = MINIMUM(limit, e->manual);
		} else {
			/* A campaign that waits does not climb meanwhile. */
			if (!c->active)
				c->ramp.next_ns = 0;
			c->cps = ramp_step(
			    &c->ramp, &c->profile, load, e->now.mono_ns, &why);
			c->cps = MINIMUM(c->cps, limit);
		}
		if (why != NULL)
			engine_note(e, LOG_LVL_INFO,
			    "campaign %s: %.0f calls per second now: %s",
			    c->conf.name, c->cps, why);
		pacer_rate(&c->pacer, c->cps);
		if (c->cps > 0)
			max += limit;
		if (c->active) {
			sum += c->cps;
			weights += (double)c->conf.weight;
		}
	}
	e->target = e->manual > 0 ? MINIMUM(sum, e->manual) : sum;
	e->target = MINIMUM(e->target, room);
	e->max = MINIMUM(max, room);
	/* The pace of one who begins must not wait for the sum of the others,
	 * nor go beyond what is pinned. */
	begin = e->manual > 0 ? MINIMUM(e->max, e->manual) : e->max;
	pacer_rate(&e->pacer, e->target > 0 ? e->target : begin);
	for (size_t i = 0; i < e->ncampaigns; i++) {
		struct campaign *c = e->campaigns[i];

		c->fair = c->cps;
		if (c->active && sum > e->target && weights > 0)
			c->fair = MINIMUM(c->cps,
			    e->target * (double)c->conf.weight / weights);
		else if (!c->active)
			c->fair = MINIMUM(c->cps, room);
	}
}

static void
new_day(struct engine *e)
{
	struct tz_local l;
	int64_t begin;

	if (e->tz == NULL)
		return;
	tz_local(e->tz, e->now.wall_ms, &l);
	begin = tz_days(l.year, l.month, l.day);
	if (e->day_ms == begin)
		return;
	if (e->day_ms != 0) {
		memset(&e->stats.today, 0, sizeof(e->stats.today));
		for (size_t i = 0; i < e->ncampaigns; i++)
			memset(
			    &e->campaigns[i]->n, 0, sizeof(e->campaigns[i]->n));
		for (size_t i = 0; i < e->ncountries; i++)
			memset(
			    &e->countries[i]->n, 0, sizeof(e->countries[i]->n));
		for (size_t i = 0; i < e->ntrunks; i++)
			memset(&e->trunks[i]->n, 0, sizeof(e->trunks[i]->n));
	}
	e->day_ms = begin;
}

static void
raise(struct engine *e, const char *rule, const char *object,
    const char *severity, bool on, const char *message)
{
	if (alert_set(&e->alerts, rule, object, severity, on, message,
		e->now.wall_ms) &&
	    on)
		engine_note(e,
		    strcmp(severity, "critical") == 0 ? LOG_LVL_ERROR
						      : LOG_LVL_WARN,
		    "alert %s: %s", rule, message);
}

static void
alert_pools(struct engine *e)
{
	char msg[160];

	for (size_t i = 0; i < e->ngroups; i++) {
		struct group *g = e->groups[i];
		struct did_summary s;
		uint32_t cap = 0, usable;

		for (size_t k = 0; k < e->ncountries; k++)
			if (e->countries[k]->group == g)
				cap = MAXIMUM(cap, (uint32_t)e->countries[k]
						       ->conf.did_daily_cap);
		if (cap == 0)
			continue;
		did_summarise(g->pool, cap, &s);
		usable = s.total - s.blocked;
		str_format(msg, sizeof(msg),
		    "caller IDs of %s: all %u at their cap of %u today: no "
		    "more calls there",
		    g->name, usable, cap);
		raise(e, "did-capped", g->name, "critical",
		    usable > 0 && s.capped_out == usable, msg);
		str_format(msg, sizeof(msg),
		    "caller IDs of %s: %.0f %% of today's uses are spent "
		    "(%u IDs)",
		    g->name,
		    100.0 * (double)s.uses_sum / ((double)usable * cap),
		    usable);
		raise(e, "did-near-cap", g->name, "warning",
		    usable > 0 && s.capped_out < usable &&
			(double)s.uses_sum >= 0.9 * usable * cap,
		    msg);
	}
}

static void
alert_all(struct engine *e)
{
	double low = 0;
	char msg[160];

	/* At start nothing is connected yet: that is not news. */
	if (e->now.wall_ms - e->started_ms < START_MS)
		return;
	raise(e, "brake", "", "critical", e->brake.state == BRAKE_ENGAGED,
	    e->brake.reason);
	str_format(msg, sizeof(msg), "database is away: %s", e->db_why);
	raise(e, "database", "", "critical", !e->db_up, msg);
	raise(e, "spool", "", "critical", !e->spool_ok,
	    "the spool cannot be written: no call leaves until it can");
	for (unsigned i = 0; i < e->nswitches; i++) {
		struct switch_rt *s = &e->switches[i];

		str_format(msg, sizeof(msg), "switch %s is away: %s",
		    s->conf.name, s->why);
		raise(e, "switch", s->conf.name, "critical", !s->up, msg);
		str_format(msg, sizeof(msg),
		    "switch %s answers a ping after %.0f ms", s->conf.name,
		    s->rtt_ms);
		raise(e, "ami-lag", s->conf.name, "warning",
		    s->up && s->rtt_ms > 1000, msg);
	}
	/* Only seconds in which there was something to dial count as low. */
	if (e->stats.nhist >= TARGET_LOW_S)
		for (int i = 0; i < TARGET_LOW_S; i++) {
			const struct board_second *h =
			    &e->stats.hist[(e->stats.hist_head + BOARD_HISTORY -
					       (unsigned)i) %
					   BOARD_HISTORY];

			low += h->target > 1 &&
			       h->sent < 0.7 * (double)h->target - 1;
		}
	str_format(msg, sizeof(msg),
	    "calls leave at less than 70 %% of the target of %.0f per second",
	    e->target);
	raise(e, "cps-low", "", "warning", low >= TARGET_LOW_S, msg);
	alert_pools(e);
}

static void
each_second(struct engine *e)
{
	int64_t second = e->now.wall_ms / MS_PER_S;

	if (second == e->second)
		return;
	e->second = second;
	e->stats.sec.worst = (float)e->worst;
	e->worst_ring[second % 60] = e->worst;
	e->worst = pacer_second(&e->pacer, e->now.mono_ns);
	stats_second(
	    &e->stats, second, e->now.mono_ns, e->target, (uint32_t)e->nflight);
	new_day(e);
	plan_days(e);
	did_unblock_due(e->dids, e->now.wall_ms);
	track_watch(e);
	for (size_t i = 0; i < e->ncampaigns; i++) {
		struct campaign *c = e->campaigns[i];

		c->sent_last = c->sent_second;
		c->sent_second = 0;
		plan_why(e, c);
	}
	alert_all(e);
}

void
engine_tick(struct engine *e, const struct now *now)
{
	e->now = *now;
	set_rates(e);
	for (size_t i = 0; i < e->ncampaigns; i++)
		plan_campaign(e, e->campaigns[i]);
	track_ask(e);
	each_second(e);
}
