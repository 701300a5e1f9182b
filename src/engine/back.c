/* SPDX-License-Identifier: MIT */
/*
 * back: what is not dialled now goes back where it belongs: a contact to its
 * list, at once or for later; an armed call undone, its attempt and its use
 * of a caller ID with it; the contact of a call that a trunk has failed into
 * line for the next trunk.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/state.h"

#define BACK_BATCH 1000

/* The action at the end of the queue, if it is of that type and not full. */
struct action *
back_last(struct engine *e, enum action_type type, size_t max)
{
	struct action *a;

	if (e->qlen == 0)
		return NULL;
	a = &e->queue[(e->qhead + e->qlen - 1) % e->qcap];
	return a->type == type && a->n < max ? a : NULL;
}

static void
add_contact(struct action *a, struct contact *k)
{
	a->contacts =
	    xreallocarray(a->contacts, a->n + 1, sizeof(*a->contacts));
	a->contacts[a->n++] = k->id;
	free(k);
}

void
back_release(struct engine *e, struct contact *k)
{
	struct action *a = back_last(e, ACT_RELEASE, BACK_BATCH);

	add_contact(a != NULL ? a : engine_push(e, ACT_RELEASE), k);
}

void
back_defer(struct engine *e, struct contact *k, int64_t due_ms)
{
	struct action *a = back_last(e, ACT_DEFER, BACK_BATCH);

	if (a == NULL || a->due_ms != due_ms) {
		a = engine_push(e, ACT_DEFER);
		a->due_ms = due_ms;
	}
	add_contact(a, k);
}

static void
drop_list(struct engine *e, struct contact *k)
{
	if (e->db_up)
		back_release(e, k);
	else
		free(k); /* the lease is given up at reconnect */
}

void
back_drop_ready(struct engine *e, struct campaign *c)
{
	struct contact *k;

	while ((k = STAILQ_FIRST(&c->ready)) != NULL) {
		STAILQ_REMOVE_HEAD(&c->ready, link);
		drop_list(e, k);
	}
	while ((k = STAILQ_FIRST(&c->failover)) != NULL) {
		STAILQ_REMOVE_HEAD(&c->failover, link);
		drop_list(e, k);
	}
	c->nready = 0;
}

struct did *
back_unuse(struct engine *e, const struct call *call)
{
	struct did *d = did_find(e->dids, call->did_id);

	if (d == NULL || d->pool != call->country->group->pool ||
	    strcmp(call->usage_date, call->country->group->date) != 0)
		return NULL;
	did_unpick(d);
	return d;
}

/* An armed call that was never sent: as if it had not been armed. */
void
back_call(struct engine *e, struct call *call)
{
	struct action *a = back_last(e, ACT_UNARM, BACK_BATCH);

	if (a == NULL)
		a = engine_push(e, ACT_UNARM);
	a->ids = xreallocarray(a->ids, a->n + 1, sizeof(*a->ids));
	a->armed_ms =
	    xreallocarray(a->armed_ms, a->n + 1, sizeof(*a->armed_ms));
	a->ids[a->n] = call->id;
	a->armed_ms[a->n++] = call->armed_ms;
	back_unuse(e, call);
	if (call->listed) {
		TAILQ_REMOVE(&call->camp->armed, call, armed);
		call->camp->narmed--;
		e->narmed--;
	}
	engine_free_call(e, call);
}

void
back_armed(struct engine *e, struct campaign *c)
{
	struct call *call;

	/* While the database is away they stay armed: durable and harmless. */
	while (e->db_up && (call = TAILQ_FIRST(&c->armed)) != NULL)
		back_call(e, call);
}

void
back_keep(struct engine *e, const struct call *call)
{
	struct contact *k = xcalloc(1, sizeof(*k));

	k->id = call->contact_id;
	str_copy(k->number, sizeof(k->number), call->number);
	str_copy(k->area, sizeof(k->area), call->area);
	str_copy(k->state, sizeof(k->state), call->state_code);
	k->country = call->country;
	k->zones = call->zones;
	k->attempts = call->attempt;
	k->uncounted = call->uncounted + 1;
	k->tried = call->tried;
	if (call->trunk != NULL && call->trunk->index < 64)
		k->tried |= 1ULL << call->trunk->index;
	k->since_ns = e->now.mono_ns;
	STAILQ_INSERT_TAIL(&call->camp->failover, k, link);
}
