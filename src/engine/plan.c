/* SPDX-License-Identifier: MIT */
/*
 * plan: what may be called now, and why not.  Keeps each running campaign
 * supplied: contacts claimed (ready), calls armed, and gives back at once
 * what a closed gate no longer permits.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/context.h"
#include "engine/state.h"
#include "shared/log.h"
#include "shared/tz.h"

#define WINDOW_LOOK_MS (600 * MS_PER_S) /* opening times are cached */
#define ARM_AHEAD_S    3 /* armed now, dialled soon */
#define STUCK_NS       (5 * NS_PER_S)
/* Until the outcome of a call that a trunk failed is in the database. */
#define FAILOVER_NS    (600 * NS_PER_MS)
#define FAILOVER_TRIES 6

static int
ring_s(const struct campaign *c)
{
	return (int)c->conf.dial_timeout + ARM_AHEAD_S;
}

/* state NULL: of the zone set alone, as a whole list is judged. */
static bool
may_call(const struct campaign *c, const struct country *k,
    const struct zoneset *z, const char *state, int64_t at_ms)
{
	return window_open(&k->law, &c->hours, z, state, at_ms, ring_s(c));
}

bool
plan_permits(const struct campaign *c, const struct country *k)
{
	const struct context *x = engine_context(c, k);

	return !k->gone && k->group->tz != NULL && x != NULL &&
	       x->flow != NULL &&
	       (!k->conf.consent_required || c->conf.consented);
}

/* ---- days ------------------------------------------------------------- */

void
plan_days(struct engine *e)
{
	for (size_t i = 0; i < e->ngroups; i++) {
		struct group *g = e->groups[i];
		struct tz_local l;
		char date[16];

		if (g->tz == NULL)
			continue; /* no such zone: nothing of it is dialled */
		tz_local(
		    g->tz, e->now.wall_ms - g->reset_min * 60 * MS_PER_S, &l);
		tz_date(&l, date);
		if (strcmp(date, g->date) == 0)
			continue;
		if (g->date[0] != '\0') {
			did_pool_reset(g->pool);
			engine_note(e, LOG_LVL_INFO,
			    "new day %s for the caller IDs of %s: all unused",
			    date, g->name);
		}
		str_copy(g->date, sizeof(g->date), date);
	}
}

/* ---- gates ------------------------------------------------------------ */

static enum gate
pair_gate(struct engine *e, struct campaign *c, struct pair *p)
{
	struct country *k = p->country;
	const struct context *x = k == NULL ? NULL : engine_context(c, k);

	if (p->total <= p->finished)
		return GATE_DONE;
	if (x == NULL || x->flow == NULL || k->gone || k->group->tz == NULL)
		return GATE_CONTEXT;
	if (k->conf.consent_required && !c->conf.consented)
		return GATE_CONSENT;
	if (p->zones->n == 0)
		return GATE_ZONE;
	if (!may_call(c, k, p->zones, NULL, e->now.wall_ms)) {
		if (p->looked_ms == 0 ||
		    (p->opens_ms > 0 && e->now.wall_ms >= p->opens_ms) ||
		    e->now.wall_ms - p->looked_ms > WINDOW_LOOK_MS ||
		    e->now.wall_ms < p->looked_ms) {
			p->opens_ms = window_opens(&k->law, &c->hours, p->zones,
			    NULL, e->now.wall_ms, ring_s(c));
			p->looked_ms = e->now.wall_ms;
		}
		return GATE_WINDOW;
	}
	if (did_pool_size(k->group->pool) == 0)
		return GATE_NO_DID;
	if (!did_available(k->group->pool, (uint32_t)k->conf.did_daily_cap))
		return GATE_CAPPED;
	return GATE_OPEN;
}

void
plan_gates(struct engine *e, struct campaign *c)
{
	/* Once a second is enough: the dial instant looks again. */
	if (e->now.mono_ns < c->gates_ns)
		return;
	c->gates_ns = e->now.mono_ns + NS_PER_S;
	for (size_t i = 0; i < c->npairs; i++)
		c->pairs[i].gate = pair_gate(e, c, &c->pairs[i]);
}

static bool
engine_shut(const struct engine *e)
{
	return e->draining || e->brake.state == BRAKE_ENGAGED || !e->spool_ok;
}

/* For a while no trunk of it has been usable: nothing is kept armed. */
static bool
stuck(struct engine *e, struct campaign *c)
{
	for (int i = 0; i < c->ntrunks; i++)
		if (route_usable(e, c->trunks[i])) {
			c->stuck_ns = 0;
			return false;
		}
	if (c->stuck_ns == 0)
		c->stuck_ns = e->now.mono_ns;
	return e->now.mono_ns - c->stuck_ns > STUCK_NS;
}

/* ---- claim and arm ---------------------------------------------------- */

static void
claim(struct engine *e, struct campaign *c)
{
	double want = MAXIMUM(c->fair * READY_S, READY_MIN);
	struct action *a;
	size_t n = 0;

	if (c->claims > 0 || e->now.mono_ns < c->claim_ns ||
	    c->nready >= want / 2)
		return;
	for (size_t i = 0; i < c->npairs; i++)
		n += c->pairs[i].gate == GATE_OPEN;
	if (n == 0)
		return;
	a = engine_push(e, ACT_CLAIM);
	a->campaign_id = c->conf.id;
	a->limit = (int)MINIMUM(want, CLAIM_MAX) - (int)c->nready;
	a->pairs = xcalloc(n, sizeof(*a->pairs));
	for (size_t i = 0; i < c->npairs; i++) {
		if (c->pairs[i].gate != GATE_OPEN)
			continue;
		a->pairs[a->n][0] = c->pairs[i].country_name;
		a->pairs[a->n++][1] = c->pairs[i].zones->text;
	}
	c->claims++;
	c->claim_asked = a->limit;
}

static struct call *
new_call(struct engine *e, struct campaign *c, struct contact *k, struct did *d,
    const char *why)
{
	struct call *call = xcalloc(1, sizeof(*call));

	call->magic = CALL_MAGIC;
	call->o.cause = -1;
	call->setup_ms = call->key_ms = call->amd_ms = -1;
	call->sw = -1;
	call->id = uuid_make(&e->rng, e->now.wall_ms);
	uuid_text(&call->id, call->id_text);
	str_copy(call->number, sizeof(call->number), k->number);
	str_copy(call->did_number, sizeof(call->did_number), d->number);
	str_copy(call->usage_date, sizeof(call->usage_date),
	    k->country->group->date);
	str_copy(call->area, sizeof(call->area), k->area);
	str_copy(call->state_code, sizeof(call->state_code), k->state);
	call->attempt = k->attempts + 1;
	call->uncounted = k->uncounted;
	call->tried = k->tried;
	call->again = k->again;
	call->contact_id = k->id;
	call->did_id = d->id;
	str_copy(call->did_why, sizeof(call->did_why), why);
	call->armed_ms = e->now.wall_ms;
	call->armed_ns = e->now.mono_ns;
	call->camp = c;
	call->country = k->country;
	call->zones = k->zones;
	call_table_add(&e->calls, call);
	TAILQ_INSERT_TAIL(&e->all, call, all);
	return call;
}

/* How many calls to keep armed: about armed_s of them, two at least. */
static uint32_t
want_armed(const struct engine *e, const struct campaign *c)
{
	double want = ceil(c->fair * e->cfg.armed_s);
	int64_t room = c->profile.max_concurrent_calls - c->concurrent;

	return (uint32_t)MAXIMUM(MINIMUM(MAXIMUM(want, 2), room), 0);
}

/* What a contact has to be put off for; 0: nothing. */
static int64_t
not_before(struct engine *e, struct campaign *c, const struct contact *k)
{
	int64_t opens;

	if (!may_call(c, k->country, k->zones, k->state, e->now.wall_ms)) {
		opens = window_opens(&k->country->law, &c->hours, k->zones,
		    k->state, e->now.wall_ms, ring_s(c));
		/* Open for its zones, closed for its state: not soon again. */
		return MAXIMUM(opens, e->now.wall_ms + 60 * MS_PER_S);
	}
	opens = route_opens(e, c, k->number);
	return opens == 0
		   ? 0
		   : e->now.wall_ms + (opens - e->now.mono_ns) / NS_PER_MS;
}

static struct did *
pick_did(const struct contact *k, char why[DID_WHY])
{
	const struct country *y = k->country;
	struct did_choice choice = { .cap = (uint32_t)y->conf.did_daily_cap,
		.rotation = y->rotation,
		.near = y->near,
		.area = k->area,
		.state = k->state };

	return did_pick(y->group->pool, &choice, why);
}

static void
arm_one(struct engine *e, struct campaign *c, struct contact *k)
{
	struct action *a;
	char why[DID_WHY];
	int64_t later;
	struct did *d;

	if (!plan_permits(c, k->country)) {
		back_release(e, k);
		return;
	}
	if ((later = not_before(e, c, k)) != 0) {
		back_defer(e, k, later);
		return;
	}
	if ((d = pick_did(k, why)) == NULL) {
		back_release(e, k);
		return;
	}
	a = back_last(e, ACT_ARM, ARM_BATCH);
	if (a == NULL || a->campaign_id != c->conf.id) {
		a = engine_push(e, ACT_ARM);
		a->campaign_id = c->conf.id;
		a->calls = xcalloc(ARM_BATCH, sizeof(struct call *));
	}
	a->calls[a->n++] = new_call(e, c, k, d, why);
	c->narming++;
	free(k);
}

static void
arm(struct engine *e, struct campaign *c)
{
	uint32_t want = want_armed(e, c);
	struct contact *k;

	while (c->narmed + c->narming < want &&
	       (k = STAILQ_FIRST(&c->ready)) != NULL) {
		STAILQ_REMOVE_HEAD(&c->ready, link);
		c->nready--;
		arm_one(e, c, k);
	}
}

/* Those whose last call is recorded by now go first. */
static void
take_failover(struct engine *e, struct campaign *c)
{
	struct contact *k;

	while ((k = STAILQ_FIRST(&c->failover)) != NULL &&
	       e->now.mono_ns - k->since_ns >= FAILOVER_NS) {
		STAILQ_REMOVE_HEAD(&c->failover, link);
		k->since_ns = e->now.mono_ns;
		STAILQ_INSERT_HEAD(&c->ready, k, link);
		c->nready++;
	}
}

static void
drop_expired(struct engine *e, struct campaign *c)
{
	struct contact *k;

	while ((k = STAILQ_FIRST(&c->ready)) != NULL &&
	       e->now.mono_ns - k->since_ns > LEASE_USE_NS) {
		STAILQ_REMOVE_HEAD(&c->ready, link);
		c->nready--;
		back_release(e, k);
	}
}

void
plan_campaign(struct engine *e, struct campaign *c)
{
	struct action *a;

	if (c->want != RUNNING || c->gone || engine_shut(e) ||
	    c->brake.state == BRAKE_ENGAGED || stuck(e, c)) {
		c->active = false;
		back_drop_ready(e, c);
		back_armed(e, c);
		return;
	}
	if (!e->db_up) {
		c->active = false;
		return;
	}
	plan_gates(e, c);
	drop_expired(e, c);
	take_failover(e, c);
	arm(e, c);
	claim(e, c);
	c->active = c->nready + c->narmed + c->narming > 0 ||
		    !STAILQ_EMPTY(&c->failover);
	if (!c->active && c->dry &&
	    e->now.mono_ns - c->due_asked_ns > DUE_ASK_NS) {
		c->due_asked_ns = e->now.mono_ns;
		a = engine_push(e, ACT_NEXT_DUE);
		a->campaign_id = c->conf.id;
	}
}

void
engine_claimed(struct engine *e, int64_t campaign_id, bool ok,
    const struct engine_contact *v, size_t n, const struct now *now)
{
	struct campaign *c = engine_campaign(e, campaign_id);

	e->now = *now;
	if (c == NULL)
		return;
	if (c->claims > 0)
		c->claims--;
	c->dry = ok && (int)n < c->claim_asked;
	if (!ok || c->dry)
		c->claim_ns = now->mono_ns + CLAIM_PAUSE_NS;
	for (size_t i = 0; i < n; i++) {
		struct contact *k = xcalloc(1, sizeof(*k));

		k->id = v[i].id;
		str_copy(k->number, sizeof(k->number), v[i].number);
		k->country = engine_country(e, v[i].country);
		k->zones = engine_zones(e, v[i].zone);
		k->attempts = v[i].attempts;
		k->uncounted = v[i].uncounted;
		k->since_ns = now->mono_ns;
		number_area(k->number, k->area);
		number_state(k->number, k->state);
		if (k->country == NULL) {
			back_release(e, k);
			continue;
		}
		STAILQ_INSERT_TAIL(&c->ready, k, link);
		c->nready++;
	}
}

void
engine_arm(const struct call *c, struct engine_arm *o)
{
	o->cap_group = c->country->group->name;
	o->country = c->country->conf.name;
	o->zone = c->zones->text;
	o->campaign_id = c->camp->conf.id;
	o->cap = (int)c->country->conf.did_daily_cap;
	o->number_cap = (int)c->country->conf.number_cap;
	o->did_why = c->did_why;
}

const char *
engine_trunk_name(const struct call *c)
{
	return c->trunk != NULL ? c->trunk->conf.name : "";
}

/* With another DID at once; after a failover when it is recorded. */
static void
arm_again(struct engine *e, struct call *c, enum engine_arm_verdict verdict)
{
	struct contact *k = xcalloc(1, sizeof(*k));

	k->id = c->contact_id;
	str_copy(k->number, sizeof(k->number), c->number);
	str_copy(k->area, sizeof(k->area), c->area);
	str_copy(k->state, sizeof(k->state), c->state_code);
	k->country = c->country;
	k->zones = c->zones;
	k->attempts = c->attempt - 1;
	k->uncounted = c->uncounted;
	k->tried = c->tried;
	k->again = c->again;
	k->since_ns = c->armed_ns;
	if (verdict == EARM_GONE) {
		k->again++;
		k->since_ns = e->now.mono_ns;
		STAILQ_INSERT_TAIL(&c->camp->failover, k, link);
		return;
	}
	STAILQ_INSERT_HEAD(&c->camp->ready, k, link);
	c->camp->nready++;
}

void
engine_armed(struct engine *e, const struct uuid *id,
    enum engine_arm_verdict verdict, int attempt, uint32_t uses,
    const struct now *now)
{
	struct call *c = call_table_find(&e->calls, id);
	struct did *d;

	e->now = *now;
	if (c == NULL || c->state != CALL_ARMED || c->listed)
		return;
	c->camp->narming--;
	if (verdict == EARM_OK) {
		c->attempt = attempt;
		c->listed = true;
		c->no_dial = engine_is_dnc(e, c->number);
		TAILQ_INSERT_TAIL(&c->camp->armed, c, armed);
		c->camp->narmed++;
		e->narmed++;
		publish_take(e, c);
		return;
	}
	d = back_unuse(e, c);
	/* Another engine used it: the database's count holds. */
	if (d != NULL && verdict == EARM_CAPPED)
		did_uses(d, MAXIMUM(uses, d->uses));
	if (verdict == EARM_CAPPED || (verdict == EARM_GONE && c->tried != 0 &&
					  c->again < FAILOVER_TRIES))
		arm_again(e, c, verdict);
	engine_free_call(e, c);
}

void
engine_arm_lost(struct engine *e, const struct uuid *id, const struct now *now)
{
	struct call *c = call_table_find(&e->calls, id);

	e->now = *now;
	if (c == NULL || c->state != CALL_ARMED || c->listed)
		return;
	c->camp->narming--;
	back_unuse(e, c);
	engine_free_call(e, c);
}
