/* SPDX-License-Identifier: MIT */
/*
 * world_switch: the switches of the simulated world.  What they say of a call
 * may be dropped, doubled, late or out of order, and nothing is heard while
 * the link is cut.  Agents take the calls that press the key, first come first
 * served.
 */
#include "sim/world_part.h"

static void
push_step(struct world *w, struct world_call *c, int step, int64_t ns)
{
	c->queued++;
	world_push(w, ns,
	    &(struct world_event){
		.kind = HAPPENS_STEP, .call = c, .step = step, .sw = c->sw });
}

/* The bytes are on the wire. */
void
world_originate(struct world *w, struct world_call *c, int timeout_s)
{
	if (c->dialled)
		world_fail(w, "%s is originated twice", c->text);
	c->dialled = true;
	c->truth = DISP_LOST;
	if (!w->link[c->sw])
		return; /* the link is cut and nobody knows yet */
	world_life(w, c, timeout_s);
	push_step(w, c, 0, w->now.mono_ns + c->step[0].ms * NS_PER_MS);
}

void
world_tell(struct world *w, struct world_call *c, const struct world_step *s,
    int lag_ms)
{
	struct engine_event ev = { .type = (enum engine_event_type)s->type,
		.id = c->text,
		.cause = s->cause,
		.sip_code = s->sip,
		.key = s->key,
		.retry_after_s = s->retry_after_s };

	if (s->type == EV_CAUSE)
		ev.result = world_words[s->word];
	else
		ev.text = world_words[s->word];
	if (lag_ms > 0)
		engine_switch_lag(w->e, (unsigned)c->sw, lag_ms, &w->now);
	engine_event(w->e, (unsigned)c->sw, &ev, &w->now);
}

static bool
chance(struct world *w, double p)
{
	return p > 0 && rng_unit(&w->r) < p;
}

static void
say(struct world *w, struct world_call *c, const struct world_step *s)
{
	if (w->direct) {
		if (w->running)
			world_tell(w, c, s, 0);
		return;
	}
	for (int n = chance(w, w->dup) ? 2 : 1; n > 0; n--) {
		int64_t late = 0;

		if (chance(w, w->drop)) {
			w->lost++;
			continue;
		}
		if (chance(w, w->late))
			late = (int64_t)rng_below(&w->r, 800 * NS_PER_MS);
		late += w->lag_ms * NS_PER_MS;
		c->queued++;
		world_push(w, w->now.mono_ns + NS_PER_MS + late,
		    &(struct world_event){ .kind = HAPPENS_EVENT,
			.call = c,
			.sw = c->sw,
			.said = *s,
			.lag_ms = 1 + (int)(late / NS_PER_MS),
			.gen = w->link_gen[c->sw] });
	}
}

/* ---- agents ----------------------------------------------------------- */

static void
go_on(struct world *w, struct world_call *c, bool taken)
{
	int step = c->nstep;

	c->waiting = false;
	c->agent = taken && w->agents > 0;
	w->agents_busy += c->agent;
	world_life_taken(w, c, taken);
	push_step(w, c, step, w->now.mono_ns + c->step[step].ms * NS_PER_MS);
}

static void
queue_up(struct world *w, struct world_call *c)
{
	if (w->agents == 0 || w->agents_busy < w->agents) {
		go_on(w, c, true);
		return;
	}
	c->waiting = true;
	c->wait_next = NULL;
	if (w->wait_first == NULL)
		w->wait_first = c;
	else
		w->wait_last->wait_next = c;
	w->wait_last = c;
	c->queued++;
	world_push(w, w->now.mono_ns + w->patience_ms * NS_PER_MS,
	    &(struct world_event){
		.kind = HAPPENS_PATIENCE, .call = c, .sw = c->sw });
}

static void
leave_queue(struct world *w, struct world_call *c)
{
	struct world_call **at = &w->wait_first, *last = NULL;

	while (*at != c) {
		last = *at;
		at = &last->wait_next;
	}
	*at = c->wait_next;
	if (w->wait_last == c)
		w->wait_last = last;
}

void
world_patience(struct world *w, struct world_call *c)
{
	if (!c->waiting)
		return;
	leave_queue(w, c);
	go_on(w, c, false);
}

static void
hang_up(struct world *w, struct world_call *c)
{
	if (c->alive) {
		w->contact[c->contact].alive--;
		if (c->carried && c->trunk >= 0)
			w->peer[c->trunk].alive--;
	}
	c->alive = false;
	if (c->waiting)
		leave_queue(w, c);
	c->waiting = false;
	w->agents_busy -= c->agent;
	if (c->agent && w->wait_first != NULL) {
		struct world_call *next = w->wait_first;

		leave_queue(w, next);
		go_on(w, next, true);
	}
	c->agent = false;
}

/* ---- steps ------------------------------------------------------------ */

void
world_step(struct world *w, struct world_call *c, int step)
{
	const struct world_step *s = &c->step[step];

	if (step >= c->nstep)
		return; /* the switch has restarted since */
	if (s->type == EV_ACCEPTED && c->nstep > 2) {
		c->alive = true;
		w->contact[c->contact].alive++;
		c->carried = c->truth != DISP_CONGESTION;
		w->peer[c->trunk].alive += c->carried;
	}
	if (!c->alive && s->type != EV_REFUSED && s->type != EV_ACCEPTED &&
	    s->type != EV_FAILED)
		return;
	c->rang |= s->type == EV_RINGING;
	c->up |= s->type == EV_ANSWERED;
	if (s->type == EV_HANGUP)
		hang_up(w, c);
	if (w->link[c->sw])
		say(w, c, s);
	if (step + 1 < c->nstep)
		push_step(w, c, step + 1,
		    w->now.mono_ns + c->step[step + 1].ms * NS_PER_MS);
	else if (s->type == EV_CONNECT)
		queue_up(w, c);
}

/* ---- links ------------------------------------------------------------ */

void
world_cut(struct world *w, int sw, bool told)
{
	w->link[sw] = false;
	w->link_gen[sw]++;
	for (size_t i = 0; w->keep && i < w->ncall; i++)
		w->call[i]->cut |= w->call[i]->sw == sw && !w->call[i]->counted;
	if (told && w->running) {
		w->told_down[sw] = true;
		engine_switch_down(w->e, (unsigned)sw, "link lost", &w->now);
	}
}

void
world_link(struct world *w, int sw)
{
	if (w->link[sw] || !w->running)
		return;
	if (!w->told_down[sw])
		engine_switch_down(w->e, (unsigned)sw, "link lost", &w->now);
	w->link[sw] = true;
	w->told_down[sw] = false;
	w->link_gen[sw]++;
	engine_switch_up(w->e, (unsigned)sw, 1, &w->now);
}

void
world_switch_restart(struct world *w, int sw)
{
	world_cut(w, sw, true);
	for (size_t i = 0; i < w->ncall; i++) {
		struct world_call *c = w->call[i];

		if (c->sw != sw || c->nstep == 0)
			continue;
		if (c->alive)
			c->truth = DISP_LOST;
		hang_up(w, c);
		c->nstep = 0;
	}
}

/* The answer to a resync, from what lives at this moment. */
void
world_live(struct world *w, int sw)
{
	for (size_t i = 0; i < w->ncall; i++) {
		const struct world_call *c = w->call[i];

		if (c->sw == sw && c->alive)
			engine_switch_live(w->e, (unsigned)sw, c->text,
			    c->up     ? 6
			    : c->rang ? 5
				      : 0,
			    &w->now);
	}
	engine_switch_live_end(w->e, (unsigned)sw, &w->now);
}

void
world_resync(struct world *w, int sw)
{
	w->resyncs++;
	if (w->link[sw])
		world_push(w,
		    w->now.mono_ns + (int64_t)rng_below(&w->r, 50 * NS_PER_MS),
		    &(struct world_event){ .kind = HAPPENS_LIVE,
			.sw = (int16_t)sw,
			.step = ++w->live_serial[sw],
			.gen = w->link_gen[sw] });
}
