/* SPDX-License-Identifier: MIT */
/*
 * objects: what the engine is told to know: switches, trunks, countries,
 * contexts, campaigns, caller IDs, tallies and counts.  An object that has
 * left the configuration is marked gone, never freed: calls point at it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state.h"
#include "shared/log.h"
#include "shared/spec.h"

void
engine_switches(struct engine *e, const struct engine_switch *v, size_t n)
{
	assert(e->nswitches == 0); /* set once: calls keep the index */
	e->switches = xcalloc(n, sizeof(*e->switches));
	e->nswitches = (unsigned)n;
	for (size_t i = 0; i < n; i++) {
		e->switches[i].conf = v[i];
		e->switches[i].rtt_ms = e->switches[i].lag_ms = -1;
		e->switches[i].lag_minute = -1;
		e->switches[i].resync_gap_ns = RESYNC_GAP_NS;
		e->switches[i].allowed = v[i].max_cps;
		pacer_init(&e->switches[i].pacer);
		pacer_rate(&e->switches[i].pacer, v[i].max_cps);
		str_copy(e->switches[i].why, sizeof(e->switches[i].why),
		    "not connected yet");
	}
}

static void
put_trunk(struct engine *e, const struct m_trunk *m)
{
	struct trunk *t = engine_trunk(e, m->name);

	if (t == NULL) {
		e->trunks = xreallocarray(
		    e->trunks, e->ntrunks + 1, sizeof(struct trunk *));
		t = e->trunks[e->ntrunks] = xcalloc(1, sizeof(*t));
		t->index = (unsigned)e->ntrunks++;
		t->scope = stats_scope_new();
		pacer_init(&t->pacer);
		brake_init(&t->brake, e->now.wall_ms);
	}
	/* Another peer: what was learnt of the old one says nothing. */
	if (strcmp(t->conf.channel, m->channel) != 0 ||
	    strcmp(t->conf.switch_name, m->switch_name) != 0) {
		t->unreachable = false;
		t->resting_ns = 0;
		t->faults = t->nroutes = t->full_run = 0;
	}
	t->conf = *m;
	t->gone = false;
	t->sw = -1;
	for (unsigned i = 0; i < e->nswitches; i++)
		if (strcmp(e->switches[i].conf.name, m->switch_name) == 0 ||
		    (m->switch_name[0] == '\0' && e->nswitches == 1))
			t->sw = (int)i;
	aimd_limits(&t->aimd, m->min_cps, m->max_cps);
	pacer_rate(&t->pacer, t->aimd.allowed);
}

static struct group *
group_of(struct engine *e, const struct m_country *m)
{
	const char *name = m->cap_group[0] ? m->cap_group : m->name;
	struct group *g = NULL;

	for (size_t i = 0; i < e->ngroups && g == NULL; i++)
		if (strcmp(e->groups[i]->name, name) == 0)
			g = e->groups[i];
	if (g == NULL) {
		e->groups = xreallocarray(
		    e->groups, e->ngroups + 1, sizeof(struct group *));
		g = e->groups[e->ngroups++] = xcalloc(1, sizeof(*g));
		str_copy(g->name, sizeof(g->name), name);
		g->pool = did_pool(e->dids, name);
	}
	g->tz = e->cfg.zone(m->cap_zone);
	g->reset_min = MAXIMUM(spec_minutes(m->cap_reset), 0);
	return g;
}

static void
put_country(
    struct engine *e, const struct m_country *m, const struct engine_objects *o)
{
	struct country *k = engine_country(e, m->name);

	if (k == NULL) {
		e->countries = xreallocarray(
		    e->countries, e->ncountries + 1, sizeof(struct country *));
		k = e->countries[e->ncountries++] = xcalloc(1, sizeof(*k));
		k->scope = stats_scope_new();
	}
	k->conf = *m;
	k->gone = false;
	law_country(&k->law, m);
	k->rotation = (enum did_rotation)MAXIMUM(
	    did_rotation_parse(m->rotation), DID_LEAST_USED);
	k->near = (enum did_near)MAXIMUM(did_near_parse(m->near), DID_ANYWHERE);
	k->group = group_of(e, m);
	zoneset_parse(&k->own, m->cap_zone, e->cfg.zone);
	k->looked_ms = 0;
	k->has_context = false;
	for (size_t i = 0; i < o->ncontexts; i++) {
		const struct m_context *x = &o->contexts[i];

		if (m->context[0] ? strcmp(x->name, m->context) == 0
				  : strcmp(x->country, m->name) == 0) {
			k->context = *x;
			k->has_context = true;
			break;
		}
	}
}

static void
put_campaign(struct engine *e, const struct m_campaign *m,
    const struct engine_objects *o)
{
	struct campaign *c = engine_campaign(e, m->id);
	bool profile_changed = false;

	if (c == NULL) {
		e->campaigns = xreallocarray(
		    e->campaigns, e->ncampaigns + 1, sizeof(struct campaign *));
		c = e->campaigns[e->ncampaigns++] = xcalloc(1, sizeof(*c));
		STAILQ_INIT(&c->ready);
		STAILQ_INIT(&c->failover);
		TAILQ_INIT(&c->armed);
		c->scope = stats_scope_new();
		brake_init(&c->brake, e->now.wall_ms);
		pacer_init(&c->pacer);
		c->want = STOPPED;
		c->vt = e->vt;
		profile_changed = true;
	}
	c->conf = *m;
	c->gone = false;
	hours_campaign(&c->hours, m);
	c->has_profile = c->has_context = false;
	for (size_t i = 0; i < o->nprofiles; i++)
		if (strcmp(o->profiles[i].name, m->profile) == 0) {
			profile_changed |= memcmp(&c->profile, &o->profiles[i],
					       sizeof(c->profile)) != 0;
			c->profile = o->profiles[i];
			c->has_profile = true;
			brake_tune(&c->brake,
			    c->profile.emergency_brake_threshold,
			    (int)c->profile.brake_cooldown, &e->now);
		}
	for (size_t i = 0; i < o->ncontexts; i++)
		if (strcmp(o->contexts[i].name, m->context) == 0) {
			c->context = o->contexts[i];
			c->has_context = true;
		}
	c->gates_ns = 0;
	c->ntrunks = 0;
	for (int i = 0; i < m->trunks.n; i++) {
		struct trunk *t = engine_trunk(e, m->trunks.v[i]);

		if (t != NULL)
			c->trunks[c->ntrunks++] = t;
	}
	if (profile_changed)
		ramp_start(&c->ramp, &c->profile);
	engine_campaign_state(e, m->name, m->state, &e->now);
}

/* The cap that a pool's DIDs are shown with: the most of its countries. */
static void
cap_groups(struct engine *e)
{
	for (size_t i = 0; i < e->ngroups; i++) {
		struct group *g = e->groups[i];
		uint32_t cap = 0;

		for (size_t k = 0; k < e->ncountries; k++)
			if (e->countries[k]->group == g)
				cap = MAXIMUM(cap, (uint32_t)e->countries[k]
						       ->conf.did_daily_cap);
		if (cap != g->cap)
			did_pool_touch(g->pool);
		g->cap = cap;
	}
}

/* A trunk's brake goes by the strictest profile that uses it. */
static void
tune_trunks(struct engine *e)
{
	for (size_t i = 0; i < e->ntrunks; i++) {
		double threshold = 0;
		int64_t pause = BRAKE_PAUSE_MAX_S;
		bool used = false;

		for (size_t k = 0; k < e->ncampaigns; k++) {
			const struct campaign *c = e->campaigns[k];

			for (int j = 0; j < c->ntrunks; j++) {
				if (c->trunks[j] != e->trunks[i] || c->gone ||
				    !c->has_profile)
					continue;
				used = true;
				threshold = MAXIMUM(threshold,
				    c->profile.emergency_brake_threshold);
				pause =
				    MINIMUM(pause, c->profile.brake_cooldown);
			}
		}
		if (used)
			brake_tune(&e->trunks[i]->brake, threshold, (int)pause,
			    &e->now);
	}
}

void
engine_objects(
    struct engine *e, const struct engine_objects *o, const struct now *now)
{
	e->now = *now;
	for (size_t i = 0; i < e->ntrunks; i++)
		e->trunks[i]->gone = true;
	for (size_t i = 0; i < e->ncountries; i++)
		e->countries[i]->gone = true;
	for (size_t i = 0; i < e->ncampaigns; i++)
		e->campaigns[i]->gone = true;
	for (size_t i = 0; i < o->ntrunks; i++)
		put_trunk(e, &o->trunks[i]);
	for (size_t i = 0; i < o->ncountries; i++)
		put_country(e, &o->countries[i], o);
	cap_groups(e);
	for (size_t i = 0; i < o->ncampaigns; i++)
		put_campaign(e, &o->campaigns[i], o);
	tune_trunks(e);
	alerts_rules(e->alerts, o->rules, o->nrules);
	/* A country may have come for pairs that had none. */
	for (size_t i = 0; i < e->ncampaigns; i++)
		for (size_t k = 0; k < e->campaigns[i]->npairs; k++) {
			struct pair *p = &e->campaigns[i]->pairs[k];

			p->country = engine_country(e, p->country_name);
			p->looked_ms = p->closes_looked_ms = 0;
		}
	plan_days(e);
}

void
engine_dids_begin(struct engine *e)
{
	did_begin_load(e->dids);
}

void
engine_did(struct engine *e, int64_t id, const char *number,
    const char *country, const char *area, int weight, int64_t blocked_until_ms,
    const char *reason, const struct now *now)
{
	struct country *k = engine_country(e, country);
	struct did *d;
	char state[4];

	/* A country that is not configured has its own pool, nobody's. */
	number_state(number, state);
	d = did_put(e->dids, id, number, area, state, weight,
	    k != NULL ? k->group->name : country, blocked_until_ms,
	    now->wall_ms);
	did_describe(d, country, d->blocked_until_ms != 0 ? reason : "");
}

void
engine_did_health(struct engine *e, int64_t id, uint64_t calls,
    uint64_t answered, uint64_t rejected)
{
	struct did *d = did_find(e->dids, id);

	if (d != NULL)
		did_health(d, calls, answered, rejected);
}

void
engine_dids_end(struct engine *e)
{
	did_end_load(e->dids);
}

void
engine_usage(struct engine *e, int64_t did_id, const char *group,
    const char *date, uint32_t uses, const struct now *now)
{
	struct did *d = did_find(e->dids, did_id);

	e->now = *now;
	if (d == NULL || strcmp(did_pool_group(d->pool), group) != 0)
		return;
	for (size_t i = 0; i < e->ngroups; i++)
		if (e->groups[i]->pool == d->pool &&
		    strcmp(e->groups[i]->date, date) == 0)
			did_uses(d, uses);
}

void
engine_tally_begin(struct engine *e)
{
	for (size_t i = 0; i < e->ncampaigns; i++)
		for (size_t k = 0; k < e->campaigns[i]->npairs; k++)
			e->campaigns[i]->pairs[k].total =
			    e->campaigns[i]->pairs[k].finished = 0;
}

void
engine_tally(struct engine *e, int64_t campaign_id, const char *country,
    const char *zone, int64_t total, int64_t finished)
{
	struct campaign *c = e->tallied;
	struct pair *p = NULL;

	if (c == NULL || c->conf.id != campaign_id)
		c = e->tallied = engine_campaign(e, campaign_id);
	if (c == NULL)
		return;
	/* The rows come in the same order each time: the next one first. */
	for (size_t n = 0; n < c->npairs && p == NULL; n++) {
		size_t i = (c->tallied + n) % c->npairs;

		if (strcmp(c->pairs[i].zones->text, zone) != 0 ||
		    strcmp(c->pairs[i].country_name, country) != 0)
			continue;
		p = &c->pairs[i];
		c->tallied = i + 1;
	}
	if (p == NULL) {
		const struct zoneset *z = engine_zones(e, zone);

		c->pairs =
		    xreallocarray(c->pairs, c->npairs + 1, sizeof(*c->pairs));
		p = &c->pairs[c->npairs++];
		*p = (struct pair){ .zones = z };
		str_copy(p->country_name, sizeof(p->country_name), country);
		p->country = engine_country(e, country);
	}
	if (total > p->total || p->total == 0)
		c->claim_ns = 0; /* new contacts: look at once */
	if (p->total != total)
		c->gates_ns = 0;
	p->total = total;
	p->finished = finished;
}

void
engine_tally_end(struct engine *e, const struct now *now)
{
	e->now = *now;
	for (size_t i = 0; i < e->ncampaigns; i++) {
		struct campaign *c = e->campaigns[i];
		int64_t left = 0, total = 0, done = 0;
		bool finished;

		for (size_t k = 0; k < c->npairs; k++) {
			total += c->pairs[k].total;
			done += c->pairs[k].finished;
		}
		left = total - done;
		finished = total > 0 && left <= 0;
		if (finished && !c->finished && c->want == RUNNING)
			engine_note(e, LOG_LVL_INFO,
			    "campaign %s has finished: %lld contacts",
			    c->conf.name, (long long)total);
		c->finished = finished;
		/* finish estimate: contacts finished per second, over ~1 min */
		if (c->done_ns == 0 || done < c->done_seen) {
			c->done_ns = now->mono_ns;
			c->done_seen = done;
		} else if (now->mono_ns - c->done_ns >= 10 * NS_PER_S) {
			double r = (double)(done - c->done_seen) /
				   ((double)(now->mono_ns - c->done_ns) / 1e9);

			c->done_rate = c->done_rate <= 0
					   ? r
					   : 0.8 * c->done_rate + 0.2 * r;
			c->done_ns = now->mono_ns;
			c->done_seen = done;
		}
	}
}

static void
count_add(struct board_count *to, const struct board_count *n)
{
	to->attempted += n->attempted;
	to->refused += n->refused;
	to->answered += n->answered;
	to->failed += n->failed;
	to->connected += n->connected;
	to->opted_out += n->opted_out;
	to->machine += n->machine;
	to->abandoned += n->abandoned;
	to->ended += n->ended;
	to->ner_good += n->ner_good;
}

void
engine_counted(struct engine *e, int64_t campaign_id, const char *country,
    const struct board_count *n)
{
	struct campaign *c = engine_campaign(e, campaign_id);
	struct country *k = engine_country(e, country);

	count_add(&e->stats.today, n);
	if (c != NULL)
		count_add(&c->n, n);
	if (k != NULL)
		count_add(&k->n, n);
}

void
engine_counted_as(struct engine *e, int64_t campaign_id, const char *country,
    enum disposition d, uint64_t n)
{
	struct campaign *c = engine_campaign(e, campaign_id);
	struct country *k = engine_country(e, country);

	if (c != NULL)
		c->disp[d] += n;
	if (k != NULL)
		k->disp[d] += n;
}

void
engine_next_due(struct engine *e, int64_t campaign_id, int64_t due_ms)
{
	struct campaign *c = engine_campaign(e, campaign_id);

	if (c == NULL)
		return;
	c->next_due_ms = due_ms;
	/* All of them rest: no need to ask each second. */
	if (c->dry && due_ms > e->now.wall_ms)
		c->claim_ns = e->now.mono_ns +
			      MINIMUM((due_ms - e->now.wall_ms) * NS_PER_MS,
				  REST_LOOK_NS);
}
