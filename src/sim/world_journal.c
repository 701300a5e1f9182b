/* SPDX-License-Identifier: MIT */
/*
 * world_journal: what the engine tells of its calls, kept until the database
 * has taken it, in order.
 */
#include <string.h>

#include "sim/world_part.h"

static struct world_line *
line_new(struct world *w, struct world_call *c)
{
	if (w->done == w->nline)
		w->done = w->nline = 0;
	if ((w->nline & (w->nline - 1)) == 0)
		w->line = xreallocarray(
		    w->line, w->nline > 0 ? w->nline * 2 : 1, sizeof(*w->line));
	w->line[w->nline] = (struct world_line){ .call = c };
	return &w->line[w->nline++];
}

void
world_sent_line(struct world *w, struct world_call *c)
{
	line_new(w, c)->rank = 1;
	c->sent_line = true;
	c->sent_ms = w->now.wall_ms;
}

static enum world_state
state_of(const char *word)
{
	return strcmp(word, "pending") == 0     ? WORLD_PENDING
	       : strcmp(word, "claimed") == 0   ? WORLD_CLAIMED
	       : strcmp(word, "exhausted") == 0 ? WORLD_EXHAUSTED
	       : strcmp(word, "dnc") == 0       ? WORLD_DNC
						: WORLD_DONE;
}

void
world_take(struct world *w, const struct engine_record *r)
{
	const struct call *call = r->call;
	struct world_call *c = world_find(w, &call->id);
	struct world_line *l;

	if (c == NULL) {
		world_fail(
		    w, "a record of %s, which nobody knows", call->id_text);
		return;
	}
	l = line_new(w, c);
	l->rank = call->state != CALL_ENDED        ? 1
		  : call->disposition == DISP_LOST ? 20
						   : 21;
	l->disp = call->disposition;
	l->optout = r->optout;
	l->due_ms = r->due_ms;
	l->uncounted = r->uncounted;
	l->shift = r->shift;
	l->answered_ms = call->answered_ms;
	l->connected_ms = call->connected_ms;
	str_copy(l->amd, sizeof(l->amd), call->amd);
	if (r->contact_state != NULL) {
		l->touch = true;
		l->contact_state = (uint8_t)state_of(r->contact_state);
	}
	if (r->optout)
		world_dnc_add(w, call->number, true);
	if (call->state == CALL_ENDED) {
		if (call->disposition == DISP_NONE)
			world_fail(
			    w, "%s ends without a disposition", call->id_text);
		c->tracked = false;
		c->counted = true;
		c->o = call->o;
		c->disp = call->disposition;
		c->talk_ms = call->answered_ms != 0
				 ? call->ended_ms - call->answered_ms
				 : 0;
	}
	if (w->watch != NULL && w->watch->recorded != NULL)
		w->watch->recorded(w, c, r);
}

/* Its contact follows, unless somebody knows better already. */
static void
follow(struct world *w, const struct world_line *l)
{
	struct world_contact *k = &w->contact[l->call->contact];
	enum world_state s = (enum world_state)l->contact_state;

	if (k->attempts != l->call->attempt || k->state == WORLD_CLAIMED)
		return;
	if (k->state == WORLD_DNC ||
	    (world_finished((enum world_state)k->state) && !world_finished(s)))
		return;
	if (s == WORLD_PENDING) {
		k->due_ms = l->due_ms;
		k->priority = l->shift; /* its own is 0 here */
	}
	world_put(w, l->call->contact, s);
}

static void
opted_out(struct world *w, const char *number)
{
	uint32_t n = world_number_find(w, number);

	for (uint32_t i = w->number[n].first; i != WORLD_NONE;
	     i = w->contact[i].same)
		if (w->contact[i].state == WORLD_PENDING)
			world_put(w, i, WORLD_DNC);
}

static void
record(struct world *w, const struct world_line *l)
{
	struct world_call *c = l->call;
	bool end = l->rank >= 20 && l->rank > c->rank;

	if (l->optout)
		opted_out(w, world_e164(w, &w->contact[c->contact]));
	if (!c->row || c->deleted)
		return;
	if (l->answered_ms != 0)
		c->answered_ms = l->answered_ms;
	if (l->connected_ms != 0)
		c->connected_ms = l->connected_ms;
	if (l->amd[0] != '\0')
		memcpy(c->amd, l->amd, sizeof(c->amd));
	if (l->rank <= c->rank)
		return;
	if (c->rank >= 21)
		world_fail(w, "%s ends again", c->text);
	c->rank = l->rank;
	if (!end)
		return;
	c->disp = l->disp;
	c->ends++;
	if (l->uncounted && !c->uncounted) {
		c->uncounted = true;
		w->contact[c->contact].uncounted++;
		world_recent_undo(w, c);
	}
	if (l->touch)
		follow(w, l);
}

void
world_pump(struct world *w)
{
	while (w->db_up && w->done < w->nline) {
		struct world_line *l = &w->line[w->done++];

		record(w, l);
		world_call_done(w, l->call);
	}
}
