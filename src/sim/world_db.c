/* SPDX-License-Identifier: MIT */
/*
 * world_db: the database of the simulated world: what its SQL functions do,
 * one request after the other, answered late, never, or with an error.
 * Contacts that wait stand in two queues per campaign, country and
 * zone set: those that are due by priority, the others by their time.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/world_part.h"

#define LEASE_MS (60 * MS_PER_S)
#define DAY_MS   (86400 * MS_PER_S)

/* ---- contacts --------------------------------------------------------- */

void
world_enqueue(struct world *w, uint32_t i)
{
	struct world_contact *k = &w->contact[i];
	struct world_pair *p = &w->pair[k->pair];
	struct world_key key = { k->due_ms, i, i, ++k->stamp };

	if (k->due_ms > w->now.wall_ms) {
		world_queue_push(&p->later, key);
		return;
	}
	key.a -= (int64_t)k->priority * (1LL << 42);
	world_queue_push(&p->now, key);
}

static bool
waits(const struct world *w, const struct world_key *key)
{
	const struct world_contact *k = &w->contact[key->item];

	return k->stamp == key->stamp && k->state == WORLD_PENDING;
}

void
world_put(struct world *w, uint32_t i, enum world_state s)
{
	struct world_contact *k = &w->contact[i];
	struct world_pair *p = &w->pair[k->pair];

	p->finished -= world_finished((enum world_state)k->state);
	k->state = (uint8_t)s;
	p->finished += world_finished(s);
	if (s == WORLD_PENDING)
		world_enqueue(w, i);
	else if (s == WORLD_CLAIMED) {
		k->lease_ms = w->now.wall_ms + LEASE_MS;
		world_queue_push(
		    &w->leases, (struct world_key){ k->lease_ms, i, i, 0 });
	}
}

/* Leases that have run out are given up. */
void
world_leases(struct world *w)
{
	while (w->leases.n > 0 && w->leases.v[0].a < w->now.wall_ms) {
		struct world_key key = world_queue_pop(&w->leases);
		const struct world_contact *k = &w->contact[key.item];

		if (k->state == WORLD_CLAIMED && k->lease_ms == key.a)
			world_put(w, key.item, WORLD_PENDING);
	}
}

/* The next one of the pair that is due, taken out; or WORLD_NONE. */
static struct world_key *
due_first(struct world *w, struct world_pair *p)
{
	while (p->later.n > 0 && p->later.v[0].a <= w->now.wall_ms) {
		struct world_key key = world_queue_pop(&p->later);

		if (waits(w, &key))
			world_enqueue(w, key.item);
	}
	while (p->now.n > 0) {
		struct world_key *key = &p->now.v[0];
		uint32_t i = key->item;

		if (!waits(w, key))
			world_queue_pop(&p->now);
		else if (w->contact[i].due_ms > w->now.wall_ms) {
			world_queue_pop(&p->now); /* put off meanwhile */
			world_enqueue(w, i);
		} else
			return key;
	}
	return NULL;
}

int64_t
world_next_due(struct world *w, int campaign)
{
	int64_t due = 0;

	for (int i = 0; i < w->npair; i++) {
		struct world_pair *p = &w->pair[i];
		const struct world_key *key;
		int64_t at = 0;

		if (campaign >= 0 && p->campaign != campaign)
			continue;
		if ((key = due_first(w, p)) != NULL)
			at = MAXIMUM(w->contact[key->item].due_ms, 1);
		while (at == 0 && p->later.n > 0)
			if (waits(w, &p->later.v[0]))
				at = p->later.v[0].a;
			else
				world_queue_pop(&p->later);
		if (at != 0 && (due == 0 || at < due))
			due = at;
	}
	return due;
}

bool
world_dnc(const struct world *w, const char *number)
{
	uint32_t i = world_number_find(w, number);

	return i != WORLD_NONE && w->number[i].dnc;
}

void
world_dnc_add(struct world *w, const char *number, bool told)
{
	uint32_t i = world_number_find(w, number);

	if (i == WORLD_NONE)
		return;
	w->number[i].dnc = true;
	w->number[i].dnc_told |= told;
}

/* Attempts that count. */
static int
attempts(const struct world_contact *k)
{
	return k->attempts - k->uncounted;
}

/* ---- calls to a number in 24 hours ------------------------------------ */

static uint32_t
recent_count(struct world *w, struct world_number *n, int64_t *oldest_ms)
{
	uint32_t *at = &n->recent, count = 0;

	while (*at != WORLD_NONE) {
		struct world_recent *r = &w->recent[*at];

		if (r->ms > w->now.wall_ms - DAY_MS) {
			count++;
			*oldest_ms = MINIMUM(*oldest_ms, r->ms);
			at = &r->next;
		} else {
			uint32_t gone = *at;

			*at = r->next;
			r->next = w->recent_free;
			w->recent_free = gone;
		}
	}
	return count;
}

static void
recent_add(struct world *w, struct world_number *n, int64_t ms)
{
	uint32_t i = w->recent_free;

	if (i != WORLD_NONE)
		w->recent_free = w->recent[i].next;
	else {
		i = w->nrecent++;
		if ((i & (i - 1)) == 0)
			w->recent = xreallocarray(w->recent,
			    i > 0 ? (size_t)i * 2 : 1, sizeof(*w->recent));
	}
	w->recent[i] = (struct world_recent){ ms, n->recent };
	n->recent = i;
}

void
world_recent_undo(struct world *w, const struct world_call *c)
{
	uint32_t *at = &w->number[w->contact[c->contact].number].recent;

	for (; *at != WORLD_NONE; at = &w->recent[*at].next)
		if (w->recent[*at].ms == c->armed_ms) {
			uint32_t gone = *at;

			*at = w->recent[gone].next;
			w->recent[gone].next = w->recent_free;
			w->recent_free = gone;
			return;
		}
}

/* ---- requests --------------------------------------------------------- */

void
world_unarm(struct world *w, struct world_call *c)
{
	struct world_contact *k = &w->contact[c->contact];
	struct world_use *u =
	    world_use(w, c->did, world_group(w, k->country), c->date);

	if (!c->row || c->deleted || c->rank != 0)
		return;
	c->deleted = true;
	world_recent_undo(w, c);
	if (k->attempts == c->attempt) {
		k->attempts--;
		if (k->state == WORLD_DIALING)
			world_put(w, c->contact, WORLD_PENDING);
	}
	u->uses -= u->uses > 0;
	world_call_done(w, c);
}

/* The first in order of all pairs that are open. */
static uint32_t
claim_next(struct world *w, const struct world_ask *a)
{
	const struct world_key *best = NULL;

	for (size_t i = 0; i < a->n; i++) {
		const struct world_key *k = due_first(w, &w->pair[a->pairs[i]]);

		if (k != NULL && (best == NULL || k->a < best->a ||
				     (k->a == best->a && k->b < best->b)))
			best = k;
	}
	return best != NULL ? best->item : WORLD_NONE;
}

static void
do_claim(struct world *w, struct world_ask *a)
{
	int camp = world_campaign(w, a->campaign_id), n = 0;
	uint32_t i;

	a->contacts = xcalloc((size_t)a->limit + 1, sizeof(int64_t));
	while (n < a->limit && (i = claim_next(w, a)) != WORLD_NONE) {
		const struct world_contact *k = &w->contact[i];

		if (w->number[k->number].dnc)
			world_put(w, i, WORLD_DNC);
		else if (attempts(k) >= w->camp[camp].max_attempts)
			world_put(w, i, WORLD_EXHAUSTED);
		else {
			world_put(w, i, WORLD_CLAIMED);
			a->contacts[n++] = (int64_t)i + 1;
		}
	}
	a->n = (size_t)n;
}

static void
arm_row(struct world *w, struct world_armed *r)
{
	struct world_use *u = world_use(w, r->did, r->group, r->date);
	struct world_contact *k = &w->contact[r->contact];
	struct world_number *n = &w->number[k->number];
	int64_t oldest = INT64_MAX;

	r->verdict = EARM_GONE;
	r->uses = u->uses;
	if (k->state != WORLD_CLAIMED)
		return;
	if (n->dnc) {
		world_put(w, r->contact, WORLD_DNC);
		r->verdict = EARM_DNC;
	} else if (attempts(k) >= w->camp[k->campaign].max_attempts) {
		world_put(w, r->contact, WORLD_EXHAUSTED);
	} else if (r->number_cap > 0 &&
		   recent_count(w, n, &oldest) >= (uint32_t)r->number_cap) {
		r->verdict = EARM_DEFERRED;
		k->due_ms = oldest + DAY_MS;
		world_put(w, r->contact, WORLD_PENDING);
	} else if (r->cap > 0 && u->uses >= (uint32_t)r->cap) {
		r->verdict = EARM_CAPPED;
	} else {
		r->verdict = EARM_OK;
		r->attempt = ++k->attempts;
		world_put(w, r->contact, WORLD_DIALING);
		r->uses = ++u->uses;
		if (w->number_caps)
			recent_add(w, n, r->armed_ms);
		world_call_new(w, r);
	}
}

static void
give_back(struct world *w, const struct world_ask *a)
{
	for (size_t i = 0; i < a->n; i++) {
		uint32_t k = (uint32_t)a->contacts[i] - 1;

		if (w->contact[k].state != WORLD_CLAIMED)
			continue;
		if (a->type == ACT_DEFER)
			w->contact[k].due_ms = a->due_ms;
		world_put(w, k, WORLD_PENDING);
	}
}

void
world_db_do(struct world *w, struct world_ask *a)
{
	struct world_call *c;

	if (a->refused)
		return;
	switch (a->type) {
	case ACT_CLAIM:
		do_claim(w, a);
		break;
	case ACT_RELEASE:
	case ACT_DEFER:
		give_back(w, a);
		break;
	case ACT_ARM:
		for (size_t i = 0; i < a->n; i++)
			arm_row(w, &a->rows[i]);
		break;
	case ACT_UNARM:
		for (size_t i = 0; i < a->n; i++)
			if ((c = world_find(w, &a->ids[i])) != NULL &&
			    !c->sent_line)
				world_unarm(w, c);
		break;
	case ACT_DNC_TEST:
		for (size_t i = 0; i < a->n; i++)
			if (!world_dnc(w, a->numbers[i]))
				a->numbers[i][0] = '\0';
		break;
	case ACT_NEXT_DUE:
		a->due_ms =
		    world_next_due(w, world_campaign(w, a->campaign_id));
		break;
	case ACT_DID_BLOCK:
		w->did[a->did - 1].blocked = a->due_ms;
		if (w->watch != NULL && w->watch->blocked != NULL)
			w->watch->blocked(w, a->did);
		break;
	default:
		break;
	}
}

static void
answer_claim(struct world *w, const struct world_ask *a, bool ok)
{
	struct engine_contact *v = xcalloc(a->n + 1, sizeof(*v));

	for (size_t i = 0; ok && i < a->n; i++) {
		const struct world_contact *k = &w->contact[a->contacts[i] - 1];

		v[i] = (struct engine_contact){ .id = a->contacts[i],
			.number = world_e164(w, k),
			.country = w->country[k->country].name,
			.zone = world_zone(w, k),
			.attempts = k->attempts,
			.uncounted = k->uncounted };
	}
	engine_claimed(w->e, a->campaign_id, ok, v, ok ? a->n : 0, &w->now);
	free(v);
}

/* The answer reaches the engine; ok false: the link went away. */
void
world_db_answer(struct world *w, struct world_ask *a, bool ok)
{
	ok = ok && !a->refused;
	switch (a->type) {
	case ACT_CLAIM:
		answer_claim(w, a, ok);
		break;
	case ACT_ARM:
		for (size_t i = 0; ok && i < a->n; i++)
			engine_armed(w->e, &a->rows[i].id,
			    (enum engine_arm_verdict)a->rows[i].verdict,
			    a->rows[i].attempt, a->rows[i].uses, &w->now);
		for (size_t i = 0; !ok && i < a->n; i++)
			engine_arm_lost(w->e, &a->rows[i].id, &w->now);
		break;
	case ACT_DNC_TEST:
		for (size_t i = 0; ok && i < a->n; i++)
			if (a->numbers[i][0] != '\0')
				engine_dnc(w->e, a->numbers[i]);
		engine_dnc_tested(w->e, ok);
		break;
	case ACT_NEXT_DUE:
		if (ok)
			engine_next_due(w->e, a->campaign_id, a->due_ms);
		break;
	default:
		break;
	}
}
