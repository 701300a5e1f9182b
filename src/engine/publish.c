/* SPDX-License-Identifier: MIT */
/* publish: the engine's state into a board; reads, never changes. */
#include <string.h>

#include "engine/state.h"

_Static_assert(CAUSE_NONE + 1 == BOARD_CAUSES, "words of board.c follow it");

static void
publish_campaign(
    const struct engine *e, const struct campaign *c, struct board_campaign *b)
{
	static const char *const words[] = { "running", "paused", "stopped" };
	const char *word = words[c->want];

	memset(b, 0, sizeof(*b));
	b->id = c->conf.id;
	str_copy(b->name, sizeof(b->name), c->conf.name);
	for (size_t i = 0; i < c->npairs; i++) {
		b->total += (uint64_t)c->pairs[i].total;
		b->remaining +=
		    (uint64_t)(c->pairs[i].total - c->pairs[i].finished);
	}
	if (c->want == RUNNING && c->finished && c->concurrent == 0)
		word = "finished";
	else if (c->want == RUNNING && c->why[0] != '\0')
		word = "waiting";
	str_copy(b->state, sizeof(b->state), word);
	brake_publish(&c->brake, &e->now, &b->brake);
	stats_scope_windows(c->scope, e->now.mono_ns, b->w);
	for (size_t i = 0; i < c->gates.n; i++) {
		const struct engine_gate *g = &c->gates.gate[i];
		struct board_gate *o = &b->gates[b->ngates++];

		str_copy(o->name, sizeof(o->name), g->name);
		o->contacts = (uint64_t)MAXIMUM(g->contacts, 0);
		o->opens_ms = g->opens_ms;
	}
	b->target_cps = c->active ? c->fair : 0;
	b->actual_cps = (double)c->sent_last;
	memcpy(b->disp, c->disp, sizeof(c->disp));
	b->max_cps = c->conf.max_cps;
	str_copy(b->profile, sizeof(b->profile), c->conf.profile);
	str_copy(b->context, sizeof(b->context), c->conf.context);
	b->n = c->n;
	b->ready = c->nready;
	b->armed = c->narmed + c->narming;
	b->concurrent = c->concurrent;
	b->opens_ms = c->opens_ms;
	if (c->want == RUNNING && !c->finished)
		str_copy(b->why, sizeof(b->why), c->why);
	if (c->active && c->done_rate > 0.01 && b->remaining > 0)
		b->finish_ms = e->now.wall_ms + (int64_t)((double)b->remaining /
							  c->done_rate * 1e3);
}

/* ---- countries -------------------------------------------------------- */

#define LOOK_MS (600 * MS_PER_S) /* opening hours are worked out so often */

/* Worked out at that time, and over, or too long ago? */
static bool
is_old(int64_t looked_ms, int64_t until_ms, int64_t now_ms)
{
	return looked_ms == 0 || now_ms < looked_ms ||
	       now_ms - looked_ms > LOOK_MS ||
	       (until_ms > 0 && now_ms >= until_ms);
}

static int64_t
pair_closes(const struct engine *e, const struct campaign *c, struct pair *p)
{
	int64_t now = e->now.wall_ms;

	if (is_old(p->closes_looked_ms, p->closes_ms, now)) {
		p->closes_ms = window_closes(
		    &p->country->law, &c->hours, p->zones, NULL, now);
		p->closes_looked_ms = now;
	}
	return MAXIMUM(p->closes_ms, 0);
}

/* By the clock that stands for it: nobody has contacts there. */
static void
own_window(const struct engine *e, struct country *k, struct board_country *o)
{
	static const struct m_campaign any = {
		.call_from = "00:00", .call_to = "24:00", .weekdays = "mon-sun"
	};
	int64_t now = e->now.wall_ms;
	struct hours always;

	if (k->own.n == 0)
		return;
	if (is_old(k->looked_ms, k->closes_ms > 0 ? k->closes_ms : k->opens_ms,
		now)) {
		hours_campaign(&always, &any);
		k->opens_ms =
		    window_opens(&k->law, &always, &k->own, NULL, now, 0);
		k->closes_ms = 0;
		if (k->opens_ms == now) {
			k->opens_ms = 0;
			k->closes_ms =
			    window_closes(&k->law, &always, &k->own, NULL, now);
		}
		k->looked_ms = now;
	}
	o->open = k->opens_ms == 0;
	o->opens_ms = MAXIMUM(k->opens_ms, 0);
	o->closes_ms = o->open ? MAXIMUM(k->closes_ms, 0) : 0;
}

/* Open where any of its contacts may be called. */
static void
windows(const struct engine *e, struct country *k, struct board_country *o)
{
	bool known = false, never = false;

	for (size_t c = 0; c < e->ncampaigns; c++) {
		const struct campaign *camp = e->campaigns[c];

		for (size_t p = 0; p < camp->npairs && !camp->gone; p++) {
			struct pair *q = &camp->pairs[p];
			int64_t closes;

			if (q->country != k || q->total <= q->finished)
				continue;
			o->remaining += (uint64_t)(q->total - q->finished);
			if (q->gate == GATE_OPEN || q->gate == GATE_DUE ||
			    q->gate == GATE_CAPPED) {
				o->open = 1;
				closes = pair_closes(e, camp, q);
				never |= closes == 0;
				o->closes_ms = MAXIMUM(o->closes_ms, closes);
			} else if (q->gate == GATE_WINDOW && q->opens_ms > 0 &&
				   (o->opens_ms == 0 ||
				       q->opens_ms < o->opens_ms))
				o->opens_ms = q->opens_ms;
			known |= o->open || q->gate == GATE_WINDOW;
		}
	}
	if (!known)
		own_window(e, k, o);
	if (o->open)
		o->opens_ms = 0;
	if (never)
		o->closes_ms = 0;
}

static void
publish_country(
    const struct engine *e, struct country *k, struct board_country *o)
{
	const struct context *x = k->context;

	memset(o, 0, sizeof(*o));
	str_copy(o->name, sizeof(o->name), k->conf.name);
	o->n = k->n;
	memcpy(o->disp, k->disp, sizeof(k->disp));
	stats_scope_windows(k->scope, e->now.mono_ns, o->w);
	o->concurrent = k->concurrent;
	o->cap = (uint32_t)k->conf.did_daily_cap;
	o->consent_required = k->conf.consent_required;
	str_copy(o->cap_group, sizeof(o->cap_group), k->group->name);
	str_copy(o->zone, sizeof(o->zone), k->conf.cap_zone);
	str_format(o->hours, sizeof(o->hours), "%s-%s %s", k->conf.call_from,
	    k->conf.call_to, k->conf.weekdays);
	str_copy(o->weekdays, sizeof(o->weekdays), k->conf.weekdays);
	if (x != NULL)
		str_copy(o->context, sizeof(o->context), x->m.name);
	if (x != NULL && x->flow != NULL) {
		o->connect_key[0] = flow_key_to(x->flow, FLOW_CONNECT);
		o->disconnect_key[0] = flow_key_to(x->flow, FLOW_OPTOUT);
		o->repeat_key[0] = flow_key_to(x->flow, FLOW_NKIND);
	}
	windows(e, k, o);
}

static void
publish_countries(const struct engine *e, struct board *b)
{
	b->ncountries = 0;
	for (size_t i = 0; i < e->ncountries && b->ncountries < BOARD_COUNTRIES;
	     i++)
		if (!e->countries[i]->gone)
			publish_country(
			    e, e->countries[i], &b->countries[b->ncountries++]);
}

/* ---- routes, pools, the whole ----------------------------------------- */

static void
publish_routes(const struct engine *e, struct board *b)
{
	int64_t now = e->now.mono_ns;

	b->nswitches = MINIMUM(e->nswitches, BOARD_SWITCHES);
	for (unsigned i = 0; i < b->nswitches; i++) {
		struct switch_rt *s = &e->switches[i];
		struct board_switch *o = &b->switches[i];

		memset(o, 0, sizeof(*o));
		str_copy(o->name, sizeof(o->name), s->conf.name);
		o->connected = s->up;
		o->concurrent = s->concurrent;
		o->cps = pacer_second(&s->pacer, now);
		o->max_cps = s->conf.max_cps;
		o->rtt_ms = s->rtt_ms;
		o->unanswered_s = s->unanswered_s;
		o->lag_ms = s->lag_ms;
		o->allowed_cps = s->stopped ? 0 : s->allowed;
		str_copy(o->why, sizeof(o->why), s->why);
	}
	b->ntrunks = 0;
	for (size_t i = 0; i < e->ntrunks && b->ntrunks < BOARD_TRUNKS; i++) {
		struct trunk *t = e->trunks[i];
		struct board_trunk *o = &b->trunks[b->ntrunks];

		if (t->gone)
			continue;
		memset(o, 0, sizeof(*o));
		str_copy(o->name, sizeof(o->name), t->conf.name);
		str_copy(o->switch_name, sizeof(o->switch_name),
		    t->sw >= 0 ? e->switches[t->sw].conf.name
			       : t->conf.switch_name);
		o->cps = pacer_second(&t->pacer, now);
		o->max_cps = t->conf.max_cps;
		o->concurrent = t->concurrent;
		o->max_channels = (uint32_t)t->conf.max_channels;
		o->n = t->n;
		o->allowed_cps = t->aimd.allowed;
		o->failed_over = t->failed_over;
		o->rejected = t->rejected;
		o->routes_off = route_noff(e, t);
		route_why(e, t, o->why, sizeof(o->why));
		brake_publish(&t->brake, &e->now, &o->brake);
		stats_scope_windows(t->scope, e->now.mono_ns, o->w);
		b->ntrunks++;
	}
}

static void
publish_pools(const struct engine *e, struct board *b)
{
	struct did_pool *p;

	b->npools = 0;
	b->dids_total = b->dids_eligible = b->dids_blocked = 0;
	b->dids_capped_out = 0;
	for (unsigned i = 0; (p = did_pool_at(e->dids, i)) != NULL; i++) {
		struct did_summary s;
		uint32_t cap = 0;
		struct board_pool *o;

		for (size_t k = 0; k < e->ngroups; k++)
			if (e->groups[k]->pool == p)
				cap = e->groups[k]->cap;
		did_summarise(p, cap, &s);
		b->dids_total += s.total;
		b->dids_eligible += s.eligible;
		b->dids_blocked += s.blocked;
		b->dids_capped_out += s.capped_out;
		if (s.total == 0 || b->npools == BOARD_POOLS)
			continue;
		o = &b->pools[b->npools++];
		memset(o, 0, sizeof(*o));
		str_copy(o->name, sizeof(o->name), did_pool_group(p));
		o->total = s.total;
		o->eligible = s.eligible;
		o->blocked = s.blocked;
		o->capped_out = s.capped_out;
		o->cap = cap;
		o->uses_min = s.uses_min;
		o->uses_max = s.uses_max;
		o->uses_sum = s.uses_sum;
		memcpy(o->hist, s.hist, sizeof(o->hist));
	}
}

static double
sent_per_second(const struct engine *e, int seconds)
{
	double sum = 0;
	int n = 0;

	for (; n < seconds && n < (int)e->stats.nhist; n++)
		sum += e->stats
			   .hist[(e->stats.hist_head + BOARD_HISTORY -
				     (unsigned)n) %
				 BOARD_HISTORY]
			   .sent;
	return n > 0 ? sum / n : 0;
}

static bool
worse(const struct brake *a, const struct brake *b)
{
	static const int rank[] = {
		[BRAKE_RELEASED] = 0, [BRAKE_PROBING] = 1, [BRAKE_ENGAGED] = 2
	};

	return rank[a->state] > rank[b->state];
}

/* The worst of all brakes, and whose it is: what an operator must see. */
static void
publish_brake(const struct engine *e, struct board *b)
{
	const struct brake *worst = &e->brake;
	const char *kind = "", *name = "";

	for (size_t i = 0; i < e->ncampaigns; i++) {
		const struct campaign *c = e->campaigns[i];

		if (!c->gone && c->want == RUNNING && worse(&c->brake, worst)) {
			worst = &c->brake;
			kind = "campaign ";
			name = c->conf.name;
		}
	}
	for (size_t i = 0; i < e->ntrunks; i++)
		if (!e->trunks[i]->gone && worse(&e->trunks[i]->brake, worst)) {
			worst = &e->trunks[i]->brake;
			kind = "trunk ";
			name = e->trunks[i]->conf.name;
		}
	str_copy(b->brake, sizeof(b->brake), brake_word(worst));
	str_format(b->brake_reason, sizeof(b->brake_reason), "%s%.40s%s%s",
	    kind, name, name[0] != '\0' ? ": " : "", worst->reason);
	b->brake_since_ms = worst->since_ms;
}

void
engine_publish(struct engine *e, struct board *b, const struct now *now)
{
	struct stats_rates r;

	e->now = *now;
	b->tick++;
	b->now_ms = now->wall_ms;
	b->started_ms = e->started_ms;
	str_copy(b->node, sizeof(b->node), e->cfg.node);
	str_copy(b->timezone, sizeof(b->timezone), e->cfg.timezone);
	str_copy(b->version_text, sizeof(b->version_text), e->cfg.version);
	b->cps_target = e->target;
	b->cps_actual = sent_per_second(e, 1);
	b->cps_actual_10s = sent_per_second(e, 10);
	b->cps_max = e->max;
	b->cps_manual = e->manual;
	b->worst_second = e->worst;
	for (int i = 0; i < 60; i++)
		b->worst_second = MAXIMUM(b->worst_second, e->worst_ring[i]);
	b->concurrent = (uint32_t)e->nflight;
	b->armed = (uint32_t)e->narmed;
	b->calls_hidden = publish_hidden(e);
	b->n = e->stats.today;
	stats_rates(&e->stats, now->mono_ns, &r);
	b->asr = r.asr;
	b->ner = r.ner;
	b->abandonment = r.abandonment;
	b->rate_ended = r.ended;
	b->rate_humans = r.humans;
	b->setup_p50 = stats_setup_quantile(&e->stats, now->mono_ns, 0.5);
	b->setup_p95 = stats_setup_quantile(&e->stats, now->mono_ns, 0.95);
	b->setup_p99 = stats_setup_quantile(&e->stats, now->mono_ns, 0.99);
	publish_brake(e, b);
	stats_scope_windows(e->stats.all, now->mono_ns, b->w);
	b->db_connected = e->db_up;
	str_copy(b->db_why, sizeof(b->db_why), e->db_why);
	b->spooled = e->spooled;
	b->ncampaigns = 0;
	for (size_t i = 0; i < e->ncampaigns && b->ncampaigns < BOARD_CAMPAIGNS;
	     i++)
		if (!e->campaigns[i]->gone)
			publish_campaign(
			    e, e->campaigns[i], &b->campaigns[b->ncampaigns++]);
	publish_countries(e, b);
	publish_routes(e, b);
	publish_pools(e, b);
	b->nalerts = alerts_publish(e->alerts, b->alerts);
	b->nhist = e->stats.nhist;
	b->hist_head = e->stats.hist_head;
	memcpy(b->hist, e->stats.hist, sizeof(b->hist));
}
