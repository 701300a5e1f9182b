/* SPDX-License-Identifier: MIT */
/*
 * world_load: the simulated database goes away and comes back, and the engine
 * is told anew what stands in it, as daemon/loader.c does.
 */
#include <string.h>

#include "sim/world_part.h"

/* ---- away and back ---------------------------------------------------- */

static bool
of_link(const struct world *w, const struct world_key *k, enum world_kind kind)
{
	const struct world_event *v = &w->event[k->item];

	return v->kind == kind && v->gen == w->db_gen;
}

/* What was under way is answered as lost; the first of it was done. */
void
world_db_down(struct world *w)
{
	bool more = true, through = true;

	if (!w->db_up)
		return;
	w->db_up = w->loaded = false;
	while (more) {
		const struct world_key *first = NULL;

		for (size_t i = 0; i < w->queue.n; i++) {
			const struct world_key *k = &w->queue.v[i];

			if (of_link(w, k, HAPPENS_DB_DO) &&
			    (first == NULL || k->b < first->b))
				first = k;
		}
		more = first != NULL;
		through = through && rng_below(&w->r, 2) == 0;
		if (more && through)
			world_db_do(w, w->event[first->item].ask);
		if (more)
			w->event[first->item].gen = 0;
	}
	for (size_t i = 0; i < w->queue.n; i++) {
		struct world_event *v = &w->event[w->queue.v[i].item];
		struct world_ask *a = v->ask;

		if (!of_link(w, &w->queue.v[i], HAPPENS_DB_ANSWER))
			continue;
		v->ask = NULL;
		v->gen = 0;
		if (w->running)
			world_db_answer(w, a, false);
		world_ask_free(a);
	}
	if (w->running)
		engine_db(w->e, false, "connection lost", &w->now);
}

void
world_tally(struct world *w)
{
	engine_tally_begin(w->e);
	for (int i = 0; i < w->npair; i++) {
		const struct world_pair *p = &w->pair[i];

		if (p->total > 0)
			engine_tally(w->e, w->camp[p->campaign].id,
			    w->country[p->country].name, p->zone, p->total,
			    p->finished);
	}
	engine_tally_end(w->e, &w->now);
}

static const struct m_context *
find_context(void *arg, const char *name)
{
	const struct world *w = arg;

	for (int i = 0; i < w->ncontext; i++)
		if (strcmp(w->context[i].name, name) == 0)
			return &w->context[i];
	return NULL;
}

static const struct m_amd_profile *
find_amd(void *arg, const char *name)
{
	const struct world *w = arg;

	for (int i = 0; i < w->namd; i++)
		if (strcmp(w->amd[i].name, name) == 0)
			return &w->amd[i];
	return NULL;
}

struct flow *
world_flow(struct world *w, int context, struct buf *err)
{
	struct flow_world all = { find_context, find_amd, w };

	return flow_new(&w->context[context], &all, err);
}

/* What people do in each context: only they look at it. */
static void
flows(struct world *w)
{
	struct buf err = BUF_INIT;

	for (int i = 0; i < WORLD_MAX; i++) {
		flow_free(w->flow[i]);
		w->flow[i] = i < w->ncontext && w->far != NULL
				 ? world_flow(w, i, &err)
				 : NULL;
	}
	buf_clear(&err);
}

void
world_objects(struct world *w)
{
	struct engine_objects o = { .trunks = w->trunk,
		.countries = w->country,
		.contexts = w->context,
		.amd_profiles = w->amd,
		.profiles = w->profile,
		.campaigns = w->camp,
		.ntrunks = (size_t)w->ntrunk,
		.ncountries = (size_t)w->ncountry,
		.ncontexts = (size_t)w->ncontext,
		.namd_profiles = (size_t)w->namd,
		.nprofiles = (size_t)w->nprofile,
		.ncampaigns = (size_t)w->ncamp };

	for (int i = 0; i < w->ncountry; i++)
		w->number_caps |= w->country[i].number_cap > 0;
	flows(w);
	engine_objects(w->e, &o, &w->now);
	engine_dids_begin(w->e);
	for (uint32_t i = 0; i < w->ndid; i++) {
		const struct world_did *d = &w->did[i];

		engine_did(w->e, i + 1, d->number, w->country[d->country].name,
		    d->area, d->weight, d->blocked, "", &w->now);
	}
	engine_dids_end(w->e);
}

static void
open_call(struct world *w, struct world_call *c)
{
	const struct world_contact *k = &w->contact[c->contact];
	struct engine_open o = { .id = c->id,
		.armed_ms = c->armed_ms,
		.sent_ms = c->sent_ms,
		.contact_id = (int64_t)c->contact + 1,
		.campaign_id = w->camp[k->campaign].id,
		.did_id = c->did,
		.did_number = w->did[c->did - 1].number,
		.number = world_e164(w, k),
		.country = w->country[k->country].name,
		.zone = world_zone(w, k),
		.trunk = c->trunk >= 0 ? w->trunk[c->trunk].name : "",
		.usage_date = c->date,
		.attempt = c->attempt,
		.answered_ms = c->answered_ms,
		.connected_ms = c->connected_ms,
		.amd = c->amd };

	if (!engine_open_call(w->e, &o, &w->now))
		world_fail(w, "the open call %s is not taken over", c->text);
	c->tracked = true;
}

static void
load_contacts(struct world *w)
{
	for (int i = 0; i < w->npair; i++) {
		w->pair[i].now.n = w->pair[i].later.n = 0;
		w->pair[i].finished = 0;
	}
	for (uint32_t i = 0; i < w->ncontact; i++) {
		struct world_contact *k = &w->contact[i];

		if (k->state == WORLD_CLAIMED)
			k->state = WORLD_PENDING;
		if (k->state == WORLD_PENDING)
			world_enqueue(w, i);
		w->pair[k->pair].finished +=
		    world_finished((enum world_state)k->state);
	}
}

/* The loader's chain, in one go. */
void
world_db_load(struct world *w)
{
	load_contacts(w);
	world_objects(w);
	world_pump(w);
	for (size_t i = 0; i < w->ncall; i++) {
		struct world_call *c = w->call[i];

		if (!c->row || c->deleted || c->rank >= 20 ||
		    engine_knows(w->e, &c->id))
			continue;
		if (c->sent_line)
			open_call(w, c);
		else
			world_unarm(w, c);
	}
	for (uint32_t i = 0; i < w->nuse; i++)
		engine_usage(w->e, w->use[i].did, w->use[i].group,
		    w->use[i].date, w->use[i].uses, &w->now);
	world_tally(w);
	w->loaded = true;
	engine_db(w->e, true, "", &w->now);
}

void
world_db_back(struct world *w)
{
	if (w->db_up)
		return;
	w->db_up = true;
	w->db_gen++;
	w->db_exec_ns = w->db_answer_ns = w->now.mono_ns;
	if (w->running)
		world_db_load(w);
}
