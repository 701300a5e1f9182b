/* SPDX-License-Identifier: MIT */
/*
 * world_ask: the way to the simulated database: an action of the engine
 * becomes a request, carried out and answered some milliseconds later, in the
 * order of asking.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/world_part.h"

void
world_ask_free(struct world_ask *a)
{
	free(a->pairs);
	free(a->contacts);
	free(a->armed_ms);
	free(a->ids);
	free(a->rows);
	free(a->numbers);
	free(a);
}

static void
ask_rows(struct world_ask *a, const struct action *act)
{
	a->rows = xcalloc(act->n, sizeof(*a->rows));
	for (size_t i = 0; i < act->n; i++) {
		const struct call *c = act->calls[i];
		struct world_armed *r = &a->rows[i];
		struct engine_arm info = { .cap = 0 };

		engine_arm(c, &info);
		r->id = c->id;
		r->armed_ms = c->armed_ms;
		r->contact = (uint32_t)c->contact_id - 1;
		r->did = c->did_id;
		r->cap = info.cap;
		r->number_cap = info.number_cap;
		str_copy(r->date, sizeof(r->date), c->usage_date);
		str_copy(r->group, sizeof(r->group), info.cap_group);
	}
}

static void
ask_pairs(struct world *w, struct world_ask *a, const struct action *act)
{
	a->pairs = xcalloc(act->n + 1, sizeof(*a->pairs));
	a->n = 0;
	for (size_t i = 0; i < act->n; i++) {
		const char *country = act->pairs[i][0],
			   *zone = act->pairs[i][1];
		uint64_t hash = hash_bytes(zone, strlen(zone));

		for (int p = 0; p < w->npair; p++)
			if (w->pair[p].hash == hash &&
			    w->camp[w->pair[p].campaign].id ==
				act->campaign_id &&
			    strcmp(w->country[w->pair[p].country].name,
				country) == 0)
				a->pairs[a->n++] = p;
	}
}

static struct world_ask *
ask_of(struct world *w, const struct action *act)
{
	struct world_ask *a = xcalloc(1, sizeof(*a));

	a->type = act->type;
	a->campaign_id = act->campaign_id;
	a->did = act->did_id;
	a->due_ms = act->due_ms;
	a->limit = act->limit;
	a->n = act->n;
	if (act->pairs != NULL)
		ask_pairs(w, a, act);
	if (act->contacts != NULL) {
		a->contacts = xcalloc(act->n, sizeof(int64_t));
		memcpy(a->contacts, act->contacts, act->n * sizeof(int64_t));
	}
	if (act->ids != NULL) {
		a->ids = xcalloc(act->n, sizeof(struct uuid));
		memcpy(a->ids, act->ids, act->n * sizeof(struct uuid));
	}
	if (act->numbers != NULL) {
		a->numbers = xcalloc(act->n, MODEL_E164);
		for (size_t i = 0; i < act->n; i++)
			str_copy(a->numbers[i], MODEL_E164, act->numbers[i]);
	}
	if (act->calls != NULL)
		ask_rows(a, act);
	return a;
}

void
world_ask(struct world *w, const struct action *act)
{
	struct world_ask *a = ask_of(w, act);
	uint64_t spread = (uint64_t)w->db_ms * NS_PER_MS + 1;
	struct world_event v = { .gen = w->db_gen, .ask = a };

	if (!w->db_up) { /* the link has just gone: refused at once */
		world_db_answer(w, a, false);
		world_ask_free(a);
		return;
	}
	/* One that is refused an unarm has no second chance before a reload. */
	a->refused = w->db_refuses > 0 && rng_unit(&w->r) < w->db_refuses &&
		     a->type != ACT_UNARM;
	w->db_exec_ns = MAXIMUM(w->db_exec_ns, w->now.mono_ns) +
			(int64_t)rng_below(&w->r, spread);
	w->db_answer_ns = MAXIMUM(w->db_answer_ns, w->db_exec_ns) +
			  (int64_t)rng_below(&w->r, spread);
	v.kind = HAPPENS_DB_DO;
	world_push(w, w->db_exec_ns, &v);
	v.kind = HAPPENS_DB_ANSWER;
	world_push(w, w->db_answer_ns, &v);
}
