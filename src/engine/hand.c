/* SPDX-License-Identifier: MIT */
/*
 * hand: a person looks at the calls that live, and ends one.  What the switch
 * says of its end is believed as of any other call.
 */
#include "engine/state.h"

const struct call *
engine_call_after(const struct engine *e, const struct call *c)
{
	return c == NULL ? TAILQ_FIRST(&e->all) : TAILQ_NEXT(c, all);
}

enum engine_hangup
engine_hangup(struct engine *e, const struct uuid *id, const struct now *now)
{
	struct call *c = call_table_find(&e->calls, id);
	struct switch_rt *s;
	struct action *a;

	e->now = *now;
	if (c == NULL || c->state == CALL_ENDED)
		return EHANG_OVER;
	if (!call_in_flight(c))
		return EHANG_NOT_SENT;
	s = track_switch(e, c);
	if (s == NULL || !s->up)
		return EHANG_AWAY;
	c->o.hungup_by_us = true;
	str_copy(c->note, sizeof(c->note), "hung up by hand");
	engine_mark(e, c, REC_CHANGED);
	a = engine_push(e, ACT_HANGUP);
	a->switch_index = (unsigned)c->sw;
	a->n = 1;
	a->ids = xcalloc(1, sizeof(*a->ids));
	a->ids[0] = *id;
	return EHANG_OK;
}
