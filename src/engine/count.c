/* SPDX-License-Identifier: MIT */
/*
 * count: every counter is moved here and nowhere else, so that all, campaign,
 * country and trunk agree; what ended goes into their windows as well.
 */
#include "engine/state.h"

/* What counts it: all, campaign, country, trunk.  Returns how many. */
size_t
count_of(struct engine *e, struct call *c, struct board_count *v[4])
{
	v[0] = &e->stats.today;
	v[1] = &c->camp->n;
	v[2] = &c->country->n;
	if (c->trunk == NULL)
		return 3;
	v[3] = &c->trunk->n;
	return 4;
}

/* The first sign of the far end: ringing, answer or failure. */
void
count_setup(struct engine *e, struct call *c)
{
	if (c->setup_ms >= 0 || c->sent_ns == 0)
		return;
	c->setup_ms = (int)((e->now.mono_ns - c->sent_ns) / NS_PER_MS);
	stats_setup(&e->stats, e->now.mono_ns, c->setup_ms);
}

void
count_attempt(struct engine *e, struct call *c)
{
	struct board_count *v[4];
	size_t n = count_of(e, c, v);

	if (c->accepted)
		return;
	c->accepted = true;
	for (size_t i = 0; i < n; i++)
		v[i]->attempted++;
}

/*
 * Taken for a machine and hung up on, or spoken to as one: so likely it was a
 * person who was abandoned, in thousandths.  Whoever presses a key counts as
 * one, although some greetings hold tones (keys.h): the figure may be too high
 * but not too low.  How often detection is wrong besides is measured (its
 * profile).
 */
static unsigned
false_machine(const struct call *c)
{
	if (c->disposition != DISP_MACHINE || c->way == WAY_ON)
		return 0;
	return c->pressed ? 1000 : c->false_milli;
}

void
count_disposition(struct board_count *n, const struct call *c)
{
	n->connected += c->disposition == DISP_CONNECTED;
	n->opted_out += c->disposition == DISP_OPTED_OUT;
	n->machine += c->disposition == DISP_MACHINE;
	n->abandoned += c->disposition == DISP_ABANDONED;
	n->false_machines_milli += false_machine(c);
}

void
count_moved(struct call *c, enum disposition from)
{
	uint64_t *v[2] = { c->camp->disp, c->country->disp };

	for (int i = 0; i < 2; i++) {
		/* It may have been counted yesterday. */
		v[i][from] -= v[i][from] > 0;
		v[i][c->disposition]++;
	}
}

/* What a brake wanted to learn from it is known. */
void
count_unprobe(struct call *c)
{
	if (c->probe & PROBE_CAMPAIGN)
		c->camp->probes--;
	if (c->probe & PROBE_TRUNK)
		c->trunk->probes--;
	c->probe = 0;
}

/* It is in flight no longer. */
void
count_leave(struct engine *e, struct call *c)
{
	struct switch_rt *s = track_switch(e, c);

	e->nflight--;
	c->camp->concurrent--;
	c->country->concurrent--;
	if (c->trunk != NULL)
		c->trunk->concurrent--;
	if (s != NULL)
		s->concurrent--;
	count_unprobe(c);
}

/* Into the windows; not of what is lost: what is not known is in no rate. */
void
count_rate(struct engine *e, struct call *c, bool good)
{
	/* One that was sent on as a person is one in all that it comes to. */
	bool machine = c->disposition == DISP_MACHINE;
	struct stats_call s = { .answered = c->o.answered,
		.ner_good = good,
		.human = c->o.answered && !machine,
		.connected = c->disposition == DISP_CONNECTED,
		.abandoned = c->disposition == DISP_ABANDONED,
		.opted_out = c->disposition == DISP_OPTED_OUT,
		.machine = machine,
		.cause = outcome_class(c->o.cause),
		.talk_ms = c->o.answered && c->answered_ms > 0
			       ? MAXIMUM(c->ended_ms - c->answered_ms, 0)
			       : 0,
		.false_machine_milli = false_machine(c),
		.setup_ms = c->setup_ms };

	stats_scope_ended(e->stats.all, e->now.mono_ns, &s);
	stats_scope_ended(c->camp->scope, e->now.mono_ns, &s);
	stats_scope_ended(c->country->scope, e->now.mono_ns, &s);
	if (c->trunk != NULL)
		stats_scope_ended(c->trunk->scope, e->now.mono_ns, &s);
}

void
count_end(struct engine *e, struct call *c, bool good)
{
	struct board_count *v[4];
	size_t n = count_of(e, c, v);

	if (c->disposition != DISP_LOST)
		count_rate(e, c, good);
	e->stats.sec.failed += !c->o.answered;
	for (size_t i = 0; i < n; i++) {
		v[i]->ended++;
		v[i]->failed += !c->o.answered;
		v[i]->ner_good += good;
		count_disposition(v[i], c);
	}
}
