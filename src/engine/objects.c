/* SPDX-License-Identifier: MIT */
/*
 * objects: what the engine is told to know: switches, trunks, countries,
 * contexts, campaigns (caller IDs, tallies, counts: objects_rows.c).  An object
 * that has left the configuration is marked gone, never freed: calls point at
 * it. Contexts are made anew each time and go with the last who uses them;
 * calls do not, for they have theirs in their Originate.
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

/* ---- contexts --------------------------------------------------------- */

static const struct m_context *
find_context(void *arg, const char *name)
{
	const struct engine_objects *o = arg;

	for (size_t i = 0; i < o->ncontexts; i++)
		if (strcmp(o->contexts[i].name, name) == 0)
			return &o->contexts[i];
	return NULL;
}

static const struct m_amd_profile *
find_amd(void *arg, const char *name)
{
	const struct engine_objects *o = arg;

	for (size_t i = 0; i < o->namd_profiles; i++)
		if (strcmp(o->amd_profiles[i].name, name) == 0)
			return &o->amd_profiles[i];
	return NULL;
}

/* One for each of o->contexts, with one reference. */
static struct context **
make_contexts(struct engine *e, struct engine_objects *o)
{
	const struct flow_world world = { find_context, find_amd, o };
	struct context **v =
	    xcalloc(o->ncontexts + 1, sizeof(struct context *));

	for (size_t i = 0; i < o->ncontexts; i++) {
		v[i] = context_new(&o->contexts[i], &world);
		if (v[i]->flow == NULL)
			engine_note(e, LOG_LVL_WARN,
			    "context %s cannot be used, what would be called "
			    "with it waits: %s",
			    o->contexts[i].name, v[i]->why);
		else
			keys_flow(e->keys, v[i]->flow);
	}
	return v;
}

static void
take_context(struct context **at, struct context *c)
{
	context_unref(*at);
	*at = c == NULL ? NULL : context_ref(c);
}

/* ---- countries and campaigns ------------------------------------------ */

static void
put_country(struct engine *e, const struct m_country *m,
    const struct engine_objects *o, struct context *const *contexts)
{
	struct country *k = engine_country(e, m->name);
	struct context *own = NULL;

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
	for (size_t i = 0; i < o->ncontexts && own == NULL; i++) {
		const struct m_context *x = &o->contexts[i];

		if (m->context[0] ? strcmp(x->name, m->context) == 0
				  : strcmp(x->country, m->name) == 0)
			own = contexts[i];
	}
	take_context(&k->context, own);
}

static void
put_campaign(struct engine *e, const struct m_campaign *m,
    const struct engine_objects *o, struct context *const *contexts)
{
	struct campaign *c = engine_campaign(e, m->id);
	struct context *own = NULL;
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
	c->has_profile = false;
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
		if (strcmp(o->contexts[i].name, m->context) == 0)
			own = contexts[i];
	take_context(&c->context, own);
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
	struct engine_objects all = *o; /* the world of the contexts */
	struct context **contexts;

	e->now = *now;
	contexts = make_contexts(e, &all);
	for (size_t i = 0; i < e->ntrunks; i++)
		e->trunks[i]->gone = true;
	for (size_t i = 0; i < e->ncountries; i++)
		e->countries[i]->gone = true;
	for (size_t i = 0; i < e->ncampaigns; i++)
		e->campaigns[i]->gone = true;
	for (size_t i = 0; i < o->ntrunks; i++)
		put_trunk(e, &o->trunks[i]);
	for (size_t i = 0; i < o->ncountries; i++)
		put_country(e, &o->countries[i], o, contexts);
	cap_groups(e);
	for (size_t i = 0; i < o->ncampaigns; i++)
		put_campaign(e, &o->campaigns[i], o, contexts);
	tune_trunks(e);
	for (size_t i = 0; i < o->ncontexts; i++)
		context_unref(contexts[i]);
	free(contexts);
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
