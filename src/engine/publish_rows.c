/* SPDX-License-Identifier: MIT */
/*
 * publish_rows: what changes of caller IDs, calls and keys, as rows for viewers
 * (shared/rows.h), each change once.  Calls have slots: one is taken when a
 * call is armed and keeps what is known of it after its end, until it is the
 * one that has been free the longest.  Decides nothing, and costs what
 * changes, never what there is.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/state.h"
#include "shared/rows.h"

_Static_assert((int)DISP_NKIND <= BOARD_DISPS, "board_campaign.disp");
_Static_assert(ROWS_CALLS_MAX <= UINT16_MAX, "slots are uint16_t here");

/* A ring of slots, each at most once in it. */
struct ring {
	uint16_t v[ROWS_CALLS_MAX];
	uint32_t head, n;
};

struct publish_calls {
	struct call *call[ROWS_CALLS_MAX]; /* NULL: the slot is free */
	/* A call that was freed before its end was told; NULL: none. */
	struct row_call *last[ROWS_CALLS_MAX];
	bool told_not[ROWS_CALLS_MAX]; /* in changed */
	struct ring free, changed;
	uint32_t hidden; /* calls that found no slot */
};

static void
put(struct ring *r, uint32_t slot)
{
	r->v[(r->head + r->n++) % ROWS_CALLS_MAX] = (uint16_t)slot;
}

static uint32_t
get(struct ring *r)
{
	uint32_t slot = r->v[r->head];

	r->head = (r->head + 1) % ROWS_CALLS_MAX;
	r->n--;
	return slot;
}

struct publish_calls *
publish_calls_new(void)
{
	struct publish_calls *p = xcalloc(1, sizeof(*p));

	for (uint32_t i = 0; i < ROWS_CALLS_MAX; i++)
		put(&p->free, i);
	return p;
}

void
publish_calls_free(struct publish_calls *p)
{
	if (p == NULL)
		return;
	for (uint32_t i = 0; i < ROWS_CALLS_MAX; i++)
		free(p->last[i]);
	free(p);
}

static void
changed(struct publish_calls *p, uint32_t slot)
{
	if (p->told_not[slot])
		return;
	p->told_not[slot] = true;
	put(&p->changed, slot);
}

void
publish_take(struct engine *e, struct call *c)
{
	struct publish_calls *p = e->rows;
	uint32_t slot;

	if (p == NULL)
		return;
	c->at_ms[CALL_ARMED] = c->armed_ms;
	if (c->state != CALL_ARMED)
		c->at_ms[c->state] = e->now.wall_ms;
	if (p->free.n == 0) {
		c->slot = PUBLISH_HIDDEN;
		p->hidden++;
		return;
	}
	slot = get(&p->free);
	free(p->last[slot]);
	p->last[slot] = NULL;
	p->call[slot] = c;
	c->slot = slot + 1;
	changed(p, slot);
}

void
publish_touch(struct engine *e, const struct call *c)
{
	if (c->slot != 0 && c->slot != PUBLISH_HIDDEN)
		changed(e->rows, c->slot - 1);
}

void
publish_entered(struct engine *e, struct call *c)
{
	/* A call can become unknown again, and then rings on. */
	if (c->at_ms[c->state] == 0 || c->state == CALL_UNKNOWN)
		c->at_ms[c->state] = e->now.wall_ms;
	publish_touch(e, c);
}

static void
fill(const struct engine *e, const struct call *c, struct row_call *r)
{
	memset(r, 0, sizeof(*r));
	str_copy(r->id, sizeof(r->id), c->id_text);
	str_copy(r->number, sizeof(r->number), c->number);
	str_copy(r->did, sizeof(r->did), c->did_number);
	str_copy(r->country, sizeof(r->country), c->country->conf.name);
	str_copy(r->campaign, sizeof(r->campaign), c->camp->conf.name);
	str_copy(r->trunk, sizeof(r->trunk), engine_trunk_name(c));
	if (c->sw >= 0)
		str_copy(r->switch_name, sizeof(r->switch_name),
		    e->switches[c->sw].conf.name);
	r->state = c->state;
	r->attempt = c->attempt;
	memcpy(r->at_ms, c->at_ms, sizeof(c->at_ms));
	/* Answered without a state of its own: AMD was the first to say so. */
	r->at_ms[CALL_ANSWERED] = c->answered_ms;
	r->at_ms[CALL_CONNECTED] = c->connected_ms;
	str_copy(r->disposition, sizeof(r->disposition),
	    disposition_word((enum disposition)c->disposition));
	str_copy(r->amd, sizeof(r->amd), c->amd);
	str_copy(r->amd_cause, sizeof(r->amd_cause), c->amd_cause);
	r->key[0] = c->key;
	r->cause = c->o.cause;
	r->sip_code = MAXIMUM(c->o.sip_code, 0);
	r->setup_ms = c->setup_ms;
	r->cps_at_call = c->cps_at_call;
	str_copy(r->note, sizeof(r->note), c->note);
	str_copy(r->did_why, sizeof(r->did_why), c->did_why);
}

void
publish_drop(struct engine *e, struct call *c)
{
	struct publish_calls *p = e->rows;
	uint32_t slot = c->slot - 1;

	if (c->slot == 0)
		return;
	if (c->slot == PUBLISH_HIDDEN) {
		p->hidden--;
		return;
	}
	c->slot = 0;
	p->call[slot] = NULL;
	put(&p->free, slot);
	if (c->state != CALL_ENDED) {
		changed(p, slot); /* given back: it was no call */
	} else if (p->told_not[slot]) {
		p->last[slot] = xmalloc(sizeof(**p->last));
		fill(e, c, p->last[slot]);
	}
}

uint32_t
publish_hidden(const struct engine *e)
{
	return e->rows != NULL ? e->rows->hidden : 0;
}

bool
engine_call_next(struct engine *e, uint32_t *slot, struct row_call *out)
{
	struct publish_calls *p = e->rows;

	if (p == NULL || p->changed.n == 0)
		return false;
	*slot = get(&p->changed);
	p->told_not[*slot] = false;
	if (p->call[*slot] != NULL)
		fill(e, p->call[*slot], out);
	else if (p->last[*slot] != NULL)
		*out = *p->last[*slot];
	else
		memset(out, 0, sizeof(*out));
	free(p->last[*slot]);
	p->last[*slot] = NULL;
	return true;
}

/* ---- caller IDs ------------------------------------------------------- */

static uint32_t
cap_of(const struct engine *e, const struct did_pool *p)
{
	for (size_t i = 0; i < e->ngroups; i++)
		if (e->groups[i]->pool == p)
			return e->groups[i]->cap;
	return 0;
}

static const char *
did_word(const struct did *d, uint32_t cap)
{
	if (d->blocked_until_ms == 0)
		return cap > 0 && d->uses >= cap ? "capped" : "free";
	return d->blocked_until_ms != INT64_MAX && did_by_rule(did_reason(d))
		   ? "resting"
		   : "blocked";
}

bool
engine_did_next(struct engine *e, uint32_t *index, struct row_did *r)
{
	const struct did *d;

	if (!did_next(e->dids, index, &d))
		return false;
	memset(r, 0, sizeof(*r));
	if (d == NULL)
		return true;
	r->id = d->id;
	str_copy(r->number, sizeof(r->number), d->number);
	str_copy(r->area, sizeof(r->area), d->area);
	str_copy(r->country, sizeof(r->country), did_country(d));
	str_copy(r->pool, sizeof(r->pool), did_pool_group(d->pool));
	r->uses = d->uses;
	r->cap = cap_of(e, d->pool);
	str_copy(r->state, sizeof(r->state), did_word(d, r->cap));
	r->calls = d->calls;
	r->answered = d->answered;
	r->rejected = d->rejected;
	r->blocked_until_ms = d->blocked_until_ms;
	r->last_ms = d->last_s * MS_PER_S;
	r->score = d->score;
	r->weight = d->weight;
	str_copy(r->reason, sizeof(r->reason), did_reason(d));
	return true;
}

uint32_t
engine_did_rows(const struct engine *e)
{
	return did_rows(e->dids);
}

/* ---- keys ------------------------------------------------------------- */

bool
engine_key_next(struct engine *e, uint32_t *slot, struct row_key *out)
{
	return keys_next(e->keys, slot, out);
}

/* ---- marks ------------------------------------------------------------ */

void
publish_mark(struct engine *e, const char *kind, const char *text)
{
	struct board_mark *m;

	if (e->nmarks == MARKS_KEPT) { /* nobody takes them */
		e->marks_head = (e->marks_head + 1) % MARKS_KEPT;
		e->nmarks--;
	}
	m = &e->marks[(e->marks_head + e->nmarks++) % MARKS_KEPT];
	*m = (struct board_mark){ .at_ms = e->now.wall_ms };
	str_copy(m->kind, sizeof(m->kind), kind);
	str_copy(m->text, sizeof(m->text), text);
}

bool
engine_mark_next(struct engine *e, struct board_mark *out)
{
	if (e->nmarks == 0)
		return false;
	*out = e->marks[e->marks_head];
	e->marks_head = (e->marks_head + 1) % MARKS_KEPT;
	e->nmarks--;
	return true;
}
