/* SPDX-License-Identifier: MIT */
/*
 * The switches of the tests' world and the carrier behind them: each call's
 * fate is a list of steps; what the engine hears of them may be dropped,
 * doubled, late or out of order, and nothing while the link is cut.
 */
#ifndef ENGINE_WORLD_SWITCH_H
#define ENGINE_WORLD_SWITCH_H

static inline void
w_add(struct w_call *c, int ms, enum engine_event_type type, int cause,
    char key, const char *text)
{
	struct w_step *s = &c->step[c->nstep];

	s->ms = ms + (c->nstep > 0 ? s[-1].ms : 0);
	s->ev = (struct engine_event){ .type = type,
		.cause = cause,
		.key = key,
		.text = type == EV_CAUSE ? NULL : text,
		.result = type == EV_CAUSE ? text : NULL };
	c->nstep++;
}

static inline void
w_write_answered(struct world *w, struct w_call *c, enum w_fate fate)
{
	w_add(c, (int)rng_below(&w->r, 3000), EV_ANSWERED, -1, 0, NULL);
	w_add(c, 900, EV_AMD, -1, 0, fate == F_MACHINE ? "MACHINE" : "HUMAN");
	if (fate == F_MACHINE) {
		w_add(c, 100, EV_MACHINE, -1, 0, NULL);
		w_add(c, 2000, EV_CAUSE, 16, 0, "machine");
		w_add(c, 1, EV_HANGUP, 16, 0, NULL);
		return;
	}
	w_add(c, 100, EV_PLAYING, -1, 0, NULL);
	w_add(c, 1500, EV_WAIT, -1, 0, NULL);
	switch (fate) {
	case F_CONNECTED:
	case F_ABANDONED:
		w_add(c, 700, EV_CONNECT, -1, '1', NULL);
		w_add(c, 300, fate == F_CONNECTED ? EV_CONNECTED : EV_ABANDONED,
		    -1, 0, NULL);
		w_add(c, 4000, EV_CAUSE, 16, 0,
		    fate == F_CONNECTED ? "connected" : "connect");
		break;
	case F_OPT_OUT:
		w_add(c, 700, EV_OPTOUT, -1, '9', NULL);
		w_add(c, 900, EV_CAUSE, 16, '9', "optout");
		break;
	default:
		w_add(c, 1000, EV_CAUSE, 16, 0, "none");
	}
	w_add(c, 1, EV_HANGUP, 16, 0, NULL);
}

/* The whole life of a call, from the moment it is written. */
static inline void
w_write(struct world *w, struct w_call *c, enum w_fate fate)
{
	static const struct {
		enum disposition d;
		int cause;
	} ends[F_N] = {
		[F_BUSY] = { DISP_BUSY, 17 },
		[F_NO_ANSWER] = { DISP_NO_ANSWER, 19 },
		[F_CONGESTION] = { DISP_CONGESTION, 34 },
		[F_INVALID] = { DISP_INVALID_NUMBER, 1 },
		[F_NO_KEY] = { DISP_ANSWERED_NO_KEY, 16 },
		[F_CONNECTED] = { DISP_CONNECTED, 16 },
		[F_OPT_OUT] = { DISP_OPTED_OUT, 16 },
		[F_MACHINE] = { DISP_MACHINE, 16 },
		[F_ABANDONED] = { DISP_ABANDONED, 16 },
		[F_INSTANT] = { DISP_FAILED, -1 },
		[F_REFUSED] = { DISP_FAILED, -1 },
		[F_TRUNK] = { DISP_FAILED, 38 },
		[F_REJECTED] = { DISP_REJECTED, 21 },
	};

	c->nstep = 0;
	c->truth = ends[fate].d;
	if (fate == F_REFUSED) {
		w_add(c, 1, EV_REFUSED, -1, 0, "Extension does not exist.");
		return;
	}
	/* The channel appears when the switch comes to it. */
	w_add(c, 1 + (int)rng_below(&w->r, (uint64_t)w->busy_ms + 1),
	    EV_ACCEPTED, -1, 0, NULL);
	if (fate == F_INSTANT) {
		w_add(c, 1, EV_FAILED, 0, 0, NULL);
		return;
	}
	w_add(c, 100 + (int)rng_below(&w->r, 900), EV_RINGING, -1, 0, NULL);
	switch (fate) {
	case F_NO_KEY:
	case F_CONNECTED:
	case F_OPT_OUT:
	case F_MACHINE:
	case F_ABANDONED:
		w_write_answered(w, c, fate);
		return;
	case F_NO_ANSWER:
		w_add(c,
		    (int)w->camp[w->contact[c->contact].campaign].dial_timeout *
			    1000 -
			1500,
		    EV_FAILED, 3, 0, NULL);
		break;
	default:
		w_add(c, (int)rng_below(&w->r, 2000), EV_FAILED, 0, 0, NULL);
	}
	w_add(
	    c, (int)rng_below(&w->r, 20), EV_HANGUP, ends[fate].cause, 0, NULL);
}

static inline enum w_fate
w_fate(struct world *w)
{
	static const uint8_t mix[] = { F_BUSY, F_BUSY, F_NO_ANSWER, F_NO_ANSWER,
		F_NO_ANSWER, F_CONGESTION, F_INVALID, F_NO_KEY, F_NO_KEY,
		F_NO_KEY, F_CONNECTED, F_CONNECTED, F_OPT_OUT, F_MACHINE,
		F_MACHINE, F_MACHINE, F_ABANDONED, F_TRUNK, F_REJECTED,
		F_REJECTED };

	if (rng_below(&w->r, 60) == 0)
		return rng_below(&w->r, 2) == 0 ? F_INSTANT : F_REFUSED;
	return (enum w_fate)mix[rng_below(&w->r, nitems(mix))];
}

static inline void
w_push_step(struct world *w, struct w_call *c, int step, int64_t ns)
{
	w_push(w, (struct w_ev){ .ns = ns,
		      .kind = K_STEP,
		      .call = c,
		      .step = step,
		      .sw = c->sw });
}

/* The bytes are on the wire. */
static inline void
w_originate(struct world *w, struct w_call *c)
{
	struct w_contact *k = &w->contact[c->contact];
	enum w_fate fate = k->fate >= 0 ? (enum w_fate)k->fate : w_fate(w);

	if (c->dialled)
		w_fail(w, "%s is originated twice", c->text);
	if (w->dead_trunk[c->trunk])
		fate = F_INSTANT;
	c->dialled = true;
	c->truth = DISP_LOST;
	if (!w->link[c->sw])
		return; /* the link is cut and nobody knows yet */
	w_write(w, c, fate);
	w_push_step(w, c, 0, w->now.mono_ns + c->step[0].ms * NS_PER_MS);
}

static inline void
w_say(struct world *w, struct w_call *c, const struct engine_event *ev)
{
	int64_t at = w->now.mono_ns + NS_PER_MS;

	for (int n = w_chance(w, w->dup) ? 2 : 1; n > 0; n--) {
		int64_t late = 0;

		if (w_chance(w, w->drop)) {
			w->lost++;
			continue;
		}
		if (w_chance(w, w->late))
			late = (int64_t)rng_below(&w->r, 800 * NS_PER_MS);
		w_push(w, (struct w_ev){ .ns = at + late,
			      .kind = K_EVENT,
			      .call = c,
			      .sw = c->sw,
			      .ev = *ev,
			      .gen = w->link_gen[c->sw] });
	}
}

static inline void
w_hang_up(struct world *w, struct w_call *c)
{
	if (c->alive)
		w->contact[c->contact].alive--;
	c->alive = false;
}

static inline void
w_step(struct world *w, struct w_call *c, int step)
{
	const struct w_step *s = &c->step[step];

	if (step >= c->nstep)
		return; /* the switch has restarted since */
	if (s->ev.type == EV_ACCEPTED && c->nstep > 2) {
		c->alive = true;
		w->contact[c->contact].alive++;
	}
	if (!c->alive && s->ev.type != EV_REFUSED &&
	    s->ev.type != EV_ACCEPTED && s->ev.type != EV_FAILED)
		return;
	c->rang |= s->ev.type == EV_RINGING;
	c->up |= s->ev.type == EV_ANSWERED;
	if (s->ev.type == EV_HANGUP)
		w_hang_up(w, c);
	if (w->link[c->sw])
		w_say(w, c, &s->ev);
	if (step + 1 < c->nstep)
		w_push_step(w, c, step + 1,
		    w->now.mono_ns +
			(c->step[step + 1].ms - s->ms) * NS_PER_MS);
}

/* ---- links ------------------------------------------------------------ */

/* What travels is lost, and the engine hears of it at once or later. */
static inline void
w_cut(struct world *w, int sw, bool told)
{
	w->link[sw] = false;
	w->link_gen[sw]++;
	if (told && w->running) {
		w->told_down[sw] = true;
		engine_switch_down(w->e, (unsigned)sw, "link lost", &w->now);
	}
}

static inline void
w_link(struct world *w, int sw)
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

/* core restart now: every call is gone, nobody says so. */
static inline void
w_switch_restart(struct world *w, int sw)
{
	w_cut(w, sw, true);
	for (size_t i = 0; i < w->ncall; i++)
		if (w->call[i]->sw == sw && w->call[i]->nstep > 0) {
			if (w->call[i]->alive)
				w->call[i]->truth = DISP_LOST;
			w_hang_up(w, w->call[i]);
			w->call[i]->nstep = 0;
		}
}

/* The answer to a resync, from what lives at this moment. */
static inline void
w_live(struct world *w, int sw)
{
	for (size_t i = 0; i < w->ncall; i++) {
		const struct w_call *c = w->call[i];

		if (c->sw == sw && c->alive)
			engine_switch_live(w->e, (unsigned)sw, c->text,
			    c->up     ? 6
			    : c->rang ? 5
				      : 0,
			    &w->now);
	}
	engine_switch_live_end(w->e, (unsigned)sw, &w->now);
}

static inline void
w_resync(struct world *w, int sw)
{
	w->resyncs++;
	if (w->link[sw])
		w_push(w, (struct w_ev){
			      .ns = w->now.mono_ns +
				    (int64_t)rng_below(&w->r, 50 * NS_PER_MS),
			      .kind = K_LIVE,
			      .sw = sw,
			      .step = ++w->live_serial[sw],
			      .gen = w->link_gen[sw] });
}

#endif
