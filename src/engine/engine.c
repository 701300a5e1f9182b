/* SPDX-License-Identifier: MIT */
/*
 * engine: its life, what it is told to know, the commands, and the queue of
 * actions.  What may be called is in plan.c, when it leaves in dial.c, what
 * became of it in track.c.
 */
#include "engine/engine.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state.h"
#include "shared/log.h"
#include "shared/spec.h"

struct engine *
engine_new(const struct engine_config *cfg, const struct now *now)
{
	struct engine *e = xcalloc(1, sizeof(*e));

	e->cfg = *cfg;
	if (e->cfg.armed_s <= 0)
		e->cfg.armed_s = 2;
	rng_seed(&e->rng, cfg->seed);
	e->now = *now;
	e->started_ms = now->wall_ms;
	e->started_ns = now->mono_ns;
	e->tz = cfg->zone(cfg->timezone);
	e->spool_ok = true;
	str_copy(e->db_why, sizeof(e->db_why), "not connected yet");
	brake_init(&e->brake, now->wall_ms);
	pacer_init(&e->pacer);
	stats_init(&e->stats);
	e->alerts = alerts_new();
	alerts_rules(e->alerts, NULL, 0);
	e->keys = keys_new();
	e->dids = did_book_new(&e->rng);
	if (cfg->rows)
		e->rows = publish_calls_new();
	call_table_init(&e->calls);
	TAILQ_INIT(&e->all);
	TAILQ_INIT(&e->arming);
	TAILQ_INIT(&e->changed);
	TAILQ_INIT(&e->urgent);
	return e;
}

static void
free_campaign(struct campaign *c)
{
	struct contact *k;

	while ((k = STAILQ_FIRST(&c->ready)) != NULL) {
		STAILQ_REMOVE_HEAD(&c->ready, link);
		free(k);
	}
	while ((k = STAILQ_FIRST(&c->failover)) != NULL) {
		STAILQ_REMOVE_HEAD(&c->failover, link);
		free(k);
	}
	stats_scope_free(c->scope);
	pacer_clear(&c->pacer);
	context_unref(c->context);
	free(c->pairs);
	free(c);
}

void
engine_free(struct engine *e)
{
	struct action a;

	if (e == NULL)
		return;
	while (engine_action(e, &a))
		action_clear(&a);
	free(e->queue);
	call_table_clear(&e->calls);
	for (size_t i = 0; i < e->ncampaigns; i++)
		free_campaign(e->campaigns[i]);
	for (size_t i = 0; i < e->ntrunks; i++) {
		pacer_clear(&e->trunks[i]->pacer);
		stats_scope_free(e->trunks[i]->scope);
		free(e->trunks[i]->routes);
		free(e->trunks[i]);
	}
	for (size_t i = 0; i < e->ncountries; i++) {
		stats_scope_free(e->countries[i]->scope);
		context_unref(e->countries[i]->context);
		free(e->countries[i]);
	}
	for (size_t i = 0; i < e->ngroups; i++)
		free(e->groups[i]);
	for (size_t i = 0; i < e->nzones; i++)
		free(e->zones[i]);
	for (unsigned i = 0; i < e->nswitches; i++)
		pacer_clear(&e->switches[i].pacer);
	free(e->campaigns);
	free(e->trunks);
	free(e->countries);
	free(e->groups);
	free(e->zones);
	free(e->switches);
	did_book_free(e->dids);
	publish_calls_free(e->rows);
	stats_clear(&e->stats);
	alerts_free(e->alerts);
	keys_free(e->keys);
	pacer_clear(&e->pacer);
	free(e);
}

/* ---- actions ---------------------------------------------------------- */

struct action *
engine_push(struct engine *e, enum action_type type)
{
	struct action *a;

	if (e->qlen == e->qcap) {
		size_t cap = e->qcap ? e->qcap * 2 : 16;
		struct action *q = xcalloc(cap, sizeof(*q));

		for (size_t i = 0; i < e->qlen; i++)
			q[i] = e->queue[(e->qhead + i) % e->qcap];
		free(e->queue);
		e->queue = q;
		e->qcap = cap;
		e->qhead = 0;
	}
	a = &e->queue[(e->qhead + e->qlen++) % e->qcap];
	memset(a, 0, sizeof(*a));
	a->type = type;
	return a;
}

bool
engine_action(struct engine *e, struct action *out)
{
	if (e->qlen == 0)
		return false;
	*out = e->queue[e->qhead];
	e->qhead = (e->qhead + 1) % e->qcap;
	e->qlen--;
	return true;
}

void
action_clear(struct action *a)
{
	free(a->pairs);
	free(a->contacts);
	free(a->armed_ms);
	free(a->calls);
	free(a->ids);
	free(a->numbers);
	free(a->json);
	memset(a, 0, sizeof(*a));
}

void
engine_note(struct engine *e, int level, const char *fmt, ...)
{
	struct action *a = engine_push(e, ACT_EVENT);
	va_list ap;

	a->level = level;
	va_start(ap, fmt);
	vsnprintf(a->text, sizeof(a->text), fmt, ap);
	va_end(ap);
}

/* ---- finding ---------------------------------------------------------- */

struct campaign *
engine_campaign(struct engine *e, int64_t id)
{
	for (size_t i = 0; i < e->ncampaigns; i++)
		if (e->campaigns[i]->conf.id == id)
			return e->campaigns[i];
	return NULL;
}

const char *
engine_campaign_name(struct engine *e, int64_t id)
{
	struct campaign *c = engine_campaign(e, id);

	return c == NULL ? "?" : c->conf.name;
}

int64_t
engine_campaign_id(struct engine *e, const char *name)
{
	for (size_t i = 0; i < e->ncampaigns; i++)
		if (strcmp(e->campaigns[i]->conf.name, name) == 0)
			return e->campaigns[i]->conf.id;
	return 0;
}

int64_t
engine_campaign_of_lists(struct engine *e, size_t i)
{
	for (size_t k = 0; k < e->ncampaigns; k++)
		if (!e->campaigns[k]->gone &&
		    e->campaigns[k]->conf.lists.n > 0 && i-- == 0)
			return e->campaigns[k]->conf.id;
	return 0;
}

const char *
engine_region_country(struct engine *e, const char *region)
{
	for (size_t i = 0; i < e->ncountries; i++)
		if (!e->countries[i]->gone &&
		    strcmp(e->countries[i]->conf.region, region) == 0)
			return e->countries[i]->conf.name;
	return NULL;
}

struct country *
engine_country(struct engine *e, const char *name)
{
	for (size_t i = 0; i < e->ncountries; i++)
		if (strcmp(e->countries[i]->conf.name, name) == 0)
			return e->countries[i];
	return NULL;
}

struct trunk *
engine_trunk(struct engine *e, const char *name)
{
	for (size_t i = 0; i < e->ntrunks; i++)
		if (strcmp(e->trunks[i]->conf.name, name) == 0)
			return e->trunks[i];
	return NULL;
}

const struct zoneset *
engine_zones(struct engine *e, const char *text)
{
	for (size_t i = 0; i < e->nzones; i++)
		if (strcmp(e->zones[i]->text, text) == 0)
			return e->zones[i];
	e->zones =
	    xreallocarray(e->zones, e->nzones + 1, sizeof(struct zoneset *));
	e->zones[e->nzones] = xcalloc(1, sizeof(struct zoneset));
	zoneset_parse(e->zones[e->nzones], text, e->cfg.zone);
	return e->zones[e->nzones++];
}

const struct context *
engine_context(const struct campaign *c, const struct country *k)
{
	return c->conf.context[0] != '\0' ? c->context : k->context;
}

/* ---- commands --------------------------------------------------------- */

bool
engine_campaign_state(struct engine *e, const char *name, const char *state,
    const struct now *now)
{
	e->now = *now;
	for (size_t i = 0; i < e->ncampaigns; i++) {
		struct campaign *c = e->campaigns[i];
		int want = strcmp(state, "running") == 0  ? RUNNING
			   : strcmp(state, "paused") == 0 ? PAUSED
							  : STOPPED;

		if (c->gone || strcmp(c->conf.name, name) != 0)
			continue;
		if (want == RUNNING && c->want != RUNNING) {
			if (c->want == STOPPED)
				ramp_start(&c->ramp, &c->profile);
			c->claim_ns = c->gates_ns = 0;
			c->dry = false;
			c->vt = MAXIMUM(c->vt, e->vt);
		}
		c->want = want;
		str_copy(c->conf.state, sizeof(c->conf.state), state);
		return true;
	}
	return false;
}

void
engine_cps(struct engine *e, double cps)
{
	e->manual = cps > 0 ? cps : 0;
}

bool
engine_brake(
    struct engine *e, bool on, const char *reason, const struct now *now)
{
	bool moved;

	e->now = *now;
	moved = brake_set(&e->brake, on, reason, now);
	for (size_t i = 0; !on && i < e->ncampaigns; i++)
		moved |= brake_set(&e->campaigns[i]->brake, false, reason, now);
	for (size_t i = 0; !on && i < e->ntrunks; i++)
		moved |= brake_set(&e->trunks[i]->brake, false, reason, now);
	if (!moved)
		return false;
	engine_note(e, LOG_LVL_WARN, "emergency brake %s: %s",
	    on ? "engaged" : "released", reason);
	/* After a stop the rate grows again from its beginning. */
	if (!on)
		for (size_t i = 0; i < e->ncampaigns; i++)
			ramp_start(
			    &e->campaigns[i]->ramp, &e->campaigns[i]->profile);
	return true;
}

unsigned
engine_alert_ack(struct engine *e, const char *rule, const char *object,
    const char *user, const struct now *now)
{
	e->now = *now;
	return alerts_ack(e->alerts, rule, object, user, now->wall_ms);
}

void
engine_drain(struct engine *e)
{
	e->draining = true;
}

/* ---- database and spool ----------------------------------------------- */

void
engine_db(struct engine *e, bool up, const char *why, const struct now *now)
{
	e->now = *now;
	if (e->db_up == up)
		return;
	e->db_up = up;
	str_copy(e->db_why, sizeof(e->db_why), up ? "" : why);
	for (size_t i = 0; i < e->ncampaigns; i++) {
		struct campaign *c = e->campaigns[i];

		c->claim_ns = 0;
		/* The leases may be gone by the time it is back: the ready
		 * contacts are claimed again, the armed ones are durable. */
		if (!up) {
			back_drop_ready(e, c);
			c->claims = 0;
		}
	}
	e->dnc_dirty = true;
	e->dnc_tests = 0;
}

void
engine_spool(struct engine *e, bool usable, uint64_t unconfirmed)
{
	e->spool_ok = usable;
	e->spooled = unconfirmed;
}

void
engine_helpers(struct engine *e, const struct engine_helper *v, size_t n)
{
	e->nhelpers = MINIMUM(n, (size_t)ENGINE_HELPERS);
	if (e->nhelpers > 0)
		memcpy(e->helpers, v, e->nhelpers * sizeof(*v));
}

static char *
dnc_slot(char (*set)[MODEL_E164], const char *number)
{
	size_t i = hash_bytes(number, strlen(number)) & (DNC_SLOTS - 1);

	while (set[i][0] != '\0' && strcmp(set[i], number) != 0)
		i = (i + 1) & (DNC_SLOTS - 1);
	return set[i];
}

bool
engine_is_dnc(struct engine *e, const char *number)
{
	return dnc_slot(e->dnc[0], number)[0] != '\0' ||
	       dnc_slot(e->dnc[1], number)[0] != '\0';
}

void
engine_add_dnc(struct engine *e, const char *number)
{
	struct call *c;

	if (!engine_is_dnc(e, number)) {
		if (e->dnc_n == DNC_SLOTS / 2) {
			e->dnc_gen ^= 1;
			e->dnc_n = 0;
			memset(e->dnc[e->dnc_gen], 0, sizeof(e->dnc[0]));
		}
		str_copy(
		    dnc_slot(e->dnc[e->dnc_gen], number), MODEL_E164, number);
		e->dnc_n++;
	}
	for (size_t i = 0; i < e->ncampaigns; i++)
		TAILQ_FOREACH (c, &e->campaigns[i]->armed, armed)
			if (strcmp(c->number, number) == 0)
				c->no_dial = true;
}

void
engine_dnc(struct engine *e, const char *number)
{
	engine_add_dnc(e, number);
}

void
engine_dnc_tested(struct engine *e, bool ok)
{
	if (e->dnc_tests > 0)
		e->dnc_tests--;
	if (!ok)
		e->dnc_dirty = true;
}

void
engine_dnc_changed(struct engine *e)
{
	/* A test that is on its way may have looked before the change. */
	e->dnc_dirty = true;
}

/* ---- calls ------------------------------------------------------------ */

void
engine_mark(struct engine *e, struct call *c, int how)
{
	publish_touch(e, c);
	if (c->recq >= how)
		return;
	if (c->recq == REC_CHANGED)
		TAILQ_REMOVE(&e->changed, c, rec);
	TAILQ_INSERT_TAIL(how == REC_URGENT ? &e->urgent : &e->changed, c, rec);
	c->recq = (uint8_t)how;
}

void
engine_free_call(struct engine *e, struct call *c)
{
	if (c->recq == REC_CHANGED)
		TAILQ_REMOVE(&e->changed, c, rec);
	else if (c->recq == REC_URGENT)
		TAILQ_REMOVE(&e->urgent, c, rec);
	TAILQ_REMOVE(&e->all, c, all);
	publish_drop(e, c);
	call_table_remove(&e->calls, c);
	call_free(c);
}

bool
engine_knows(struct engine *e, const struct uuid *id)
{
	const struct call *c = call_table_find(&e->calls, id);

	return c != NULL && (c->state != CALL_ENDED || !c->recorded);
}

size_t
engine_in_flight(const struct engine *e)
{
	return e->nflight;
}

size_t
engine_busy(const struct engine *e)
{
	return e->nflight + e->narmed;
}
