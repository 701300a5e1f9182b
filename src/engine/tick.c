/* SPDX-License-Identifier: MIT */
/*
 * tick: what the engine does by itself ten times a second (rates, supply of
 * each campaign) and once a second (days, watching, reasons, alerts).
 */
#include <string.h>

#include "engine/state.h"
#include "shared/log.h"
#include "shared/tz.h"

static double
switch_cps(const struct engine *e)
{
	double sum = 0;

	for (unsigned i = 0; i < e->nswitches; i++)
		if (e->switches[i].up)
			sum += e->switches[i].allowed;
	return sum;
}

/* What a campaign may do now, by ramp, hand, brake and trunks. */
static double
campaign_cps(struct engine *e, struct campaign *c, double limit)
{
	double load = (double)c->concurrent /
		      (double)MAXIMUM(c->profile.max_concurrent_calls, 1);
	char why[128] = "";
	double cps;

	if (c->want != RUNNING || c->gone || !c->has_profile)
		return 0;
	if (e->manual > 0)
		cps = MINIMUM(limit, e->manual);
	else {
		/* A campaign that waits does not climb meanwhile. */
		if (!c->active || c->brake.state != BRAKE_RELEASED)
			c->ramp.next_ns = 0;
		cps = ramp_step(&c->ramp, &c->profile,
		    MAXIMUM(load, late_load(e, c)), e->now.mono_ns, why,
		    sizeof(why));
		cps = MINIMUM(cps, limit);
	}
	if (why[0] != '\0')
		engine_note(e, LOG_LVL_INFO,
		    "campaign %s: %.1f calls per second now: %s", c->conf.name,
		    cps, why);
	if (c->brake.state == BRAKE_PROBING)
		cps = MINIMUM(cps, 1);
	return MINIMUM(cps, route_room(e, c));
}

/* Each campaign's limit, the total, and everybody's share of it. */
static void
set_rates(struct engine *e)
{
	double sum = 0, max = 0, room = switch_cps(e), weights = 0, wanting = 0,
	       begin;

	for (size_t i = 0; i < e->ntrunks; i++) {
		aimd_rise(&e->trunks[i]->aimd, e->now.mono_ns);
		pacer_rate(&e->trunks[i]->pacer, e->trunks[i]->aimd.allowed);
	}
	for (size_t i = 0; i < e->ncampaigns; i++) {
		struct campaign *c = e->campaigns[i];
		double limit = MINIMUM(c->conf.max_cps, c->profile.max_cps);

		c->cps = campaign_cps(e, c, limit);
		pacer_rate(&c->pacer, c->cps);
		if (c->cps > 0)
			max += limit;
		if (c->cps > 0 && !c->finished && !c->dry)
			wanting += (double)c->conf.weight;
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
		else if (!c->active) /* as if all who may began now */
			c->fair = MINIMUM(c->cps,
			    room * (double)c->conf.weight /
				MAXIMUM(wanting, (double)c->conf.weight));
	}
}

static void
forget_day(
    struct board_count *n, uint64_t disp[DISP_NKIND], struct stats_scope *scope)
{
	memset(n, 0, sizeof(*n));
	if (disp != NULL)
		memset(disp, 0, DISP_NKIND * sizeof(*disp));
	stats_scope_new_day(scope);
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
		forget_day(&e->stats.today, NULL, e->stats.all);
		for (size_t i = 0; i < e->ncampaigns; i++)
			forget_day(&e->campaigns[i]->n, e->campaigns[i]->disp,
			    e->campaigns[i]->scope);
		for (size_t i = 0; i < e->ncountries; i++)
			forget_day(&e->countries[i]->n, e->countries[i]->disp,
			    e->countries[i]->scope);
		for (size_t i = 0; i < e->ntrunks; i++) {
			forget_day(&e->trunks[i]->n, NULL, e->trunks[i]->scope);
			e->trunks[i]->failed_over = 0;
			e->trunks[i]->rejected = 0;
		}
		e->blocked_auto = 0;
		keys_new_day(e->keys);
	}
	e->day_ms = begin;
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
		if (!c->gone)
			plan_gates(e, c);
		why_campaign(e, c);
	}
	watch_alerts(e);
}

void
engine_tick(struct engine *e, const struct now *now)
{
	e->now = *now;
	late_tick(e);
	judge_brakes(e);
	set_rates(e);
	for (size_t i = 0; i < e->ncampaigns; i++)
		plan_campaign(e, e->campaigns[i]);
	track_ask(e);
	each_second(e);
}
