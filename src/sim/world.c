/* SPDX-License-Identifier: MIT */
/*
 * world: time in the simulated world.  One turn does what a turn of the
 * daemon does, in its order; start, crash and clean stop of the engine.
 */
#include "sim/world.h"

#include <string.h>

#include "sim/world_part.h"

#define BATCH      64
#define LEASE_NS   (60 * NS_PER_S) /* between two looks at expired leases */
#define IDLE_TICKS 50 /* with nothing under way: then one a second does */

/* ---- what will happen ------------------------------------------------- */

void
world_push(struct world *w, int64_t ns, const struct world_event *v)
{
	uint32_t i = w->event_free;

	if (i != WORLD_NONE)
		w->event_free = w->event[i].next_free;
	else {
		i = w->nevent++;
		if ((i & (i - 1)) == 0)
			w->event = xreallocarray(w->event,
			    i > 0 ? (size_t)i * 2 : 1, sizeof(*w->event));
	}
	w->event[i] = *v;
	world_queue_push(
	    &w->queue, (struct world_key){ ns, (int64_t)++w->seq, i, 0 });
}

static void
of_call(struct world *w, const struct world_event *v)
{
	struct world_call *c = v->call;

	c->queued--;
	if (v->kind == HAPPENS_STEP)
		world_step(w, c, v->step);
	else if (v->kind == HAPPENS_PATIENCE)
		world_patience(w, c);
	else if (v->gen == w->link_gen[v->sw] && w->running)
		world_tell(w, c, &v->said, v->lag_ms);
	world_call_done(w, c);
}

static void
of_db(struct world *w, const struct world_event *v)
{
	if (v->gen != w->db_gen || v->ask == NULL)
		return;
	if (v->kind == HAPPENS_DB_DO) {
		world_db_do(w, v->ask);
		return;
	}
	if (w->running)
		world_db_answer(w, v->ask, true);
	world_ask_free(v->ask);
}

static void
happen(struct world *w, const struct world_event *v)
{
	switch ((enum world_kind)v->kind) {
	case HAPPENS_STEP:
	case HAPPENS_EVENT:
	case HAPPENS_PATIENCE:
		of_call(w, v);
		break;
	case HAPPENS_LINK_UP:
		world_link(w, v->sw);
		break;
	case HAPPENS_LIVE:
		if (v->gen == w->link_gen[v->sw] && w->running &&
		    v->step == w->live_serial[v->sw])
			world_live(w, v->sw);
		break;
	case HAPPENS_DB_DO:
	case HAPPENS_DB_ANSWER:
		of_db(w, v);
		break;
	case HAPPENS_DB_BACK:
		world_db_back(w);
		break;
	case HAPPENS_START:
		if (!w->running)
			world_start(w);
		break;
	case HAPPENS_DNC_NOTE: /* numbers that it has not heard of */
		for (uint32_t i = 0; i < w->nnumber; i++)
			w->number[i].dnc_told |= w->number[i].dnc;
		if (w->running)
			engine_dnc_changed(w->e);
		break;
	}
}

static void
push_plain(struct world *w, enum world_kind kind, int sw, int64_t ns)
{
	world_push(w, w->now.mono_ns + ns,
	    &(struct world_event){ .kind = (uint8_t)kind, .sw = (int16_t)sw });
}

void
world_db_back_at(struct world *w, int64_t ns)
{
	push_plain(w, HAPPENS_DB_BACK, 0, ns);
}

void
world_link_at(struct world *w, int sw, int64_t ns)
{
	push_plain(w, HAPPENS_LINK_UP, sw, ns);
}

void
world_dnc_note_at(struct world *w, int64_t ns)
{
	push_plain(w, HAPPENS_DNC_NOTE, 0, ns);
}

void
world_start_at(struct world *w, int64_t ns)
{
	push_plain(w, HAPPENS_START, 0, ns);
}

/* ---- one turn --------------------------------------------------------- */

/* Both clocks go on to mono ns. */
static void
clocks(struct world *w, int64_t ns)
{
	if (ns <= w->now.mono_ns)
		return;
	w->now.wall_ms += ns / NS_PER_MS - w->now.mono_ns / NS_PER_MS;
	w->now.mono_ns = ns;
}

static void
note(struct world *w, int level, const char *text)
{
	if (w->watch != NULL && w->watch->note != NULL)
		w->watch->note(w, level, text);
}

static void
do_actions(struct world *w)
{
	struct action a;

	while (engine_action(w->e, &a)) {
		w->actions[a.type]++;
		switch (a.type) {
		case ACT_EVENT:
			note(w, a.level, a.text);
			break;
		case ACT_RESYNC:
			world_resync(w, (int)a.switch_index);
			break;
		case ACT_HANGUP:
		case ACT_ALERT:
			break;
		default:
			world_ask(w, &a);
		}
		action_clear(&a);
	}
}

static int
trunk_of(const struct world *w, const struct call *call)
{
	const char *name = engine_trunk_name(call);

	for (int t = 0; t < w->ntrunk; t++)
		if (strcmp(w->trunk[t].name, name) == 0)
			return t;
	return -1;
}

static void
leave(struct world *w, const struct call *call, struct world_call *c)
{
	struct engine_originate o;

	engine_originate(w->e, call, &o);
	c->sw = (int16_t)o.switch_index;
	c->trunk = (int16_t)trunk_of(w, call);
	if (w->watch != NULL && w->watch->leaves != NULL)
		w->watch->leaves(w, call, c);
	world_sent_line(w, c);
	world_originate(w, c, o.timeout_s);
	c->tracked = true;
	w->sends++;
}

static void
dial(struct world *w)
{
	struct call *v[BATCH];
	struct world_call *c[BATCH];
	size_t n = engine_dial(w->e, v, BATCH, &w->now, &w->wake_ns);

	for (size_t i = 0; i < n; i++) {
		if ((c[i] = world_find(w, &v[i]->id)) == NULL) {
			world_fail(
			    w, "%s leaves and was never armed", v[i]->id_text);
			return;
		}
		leave(w, v[i], c[i]);
	}
	if (n == 0)
		return;
	/* The write takes a moment. */
	clocks(w, w->now.mono_ns + (int64_t)rng_below(&w->r, NS_PER_MS / 2));
	for (size_t i = 0; i < n; i++)
		if (w->watch != NULL && w->watch->written != NULL)
			w->watch->written(w, c[i]);
	engine_sent(w->e, v, n, w->now.mono_ns);
}

static void
records(struct world *w)
{
	bool all = w->now.mono_ns >= w->second_ns;
	struct engine_record r;

	if (all)
		w->second_ns = w->now.mono_ns + NS_PER_S;
	while (engine_record(w->e, all, &r, &w->now)) {
		world_take(w, &r);
		engine_recorded(w->e, r.call);
	}
}

void
world_publish(struct world *w)
{
	engine_publish(w->e, w->board, &w->now);
	if (w->watch != NULL && w->watch->published != NULL)
		w->watch->published(w);
}

static void
now_and_then(struct world *w)
{
	if (w->now.mono_ns >= w->ping_ns) {
		w->ping_ns = w->now.mono_ns + NS_PER_S;
		for (int i = 0; i < w->nsw; i++)
			if (w->link[i])
				engine_switch_rtt(
				    w->e, (unsigned)i, 1 + w->lag_ms, 0);
	}
	if (w->now.mono_ns >= w->lease_ns) {
		w->lease_ns = w->now.mono_ns + LEASE_NS;
		if (w->db_up)
			world_leases(w);
	}
	if (w->loaded && w->now.mono_ns >= w->tally_ns) {
		w->tally_ns = w->now.mono_ns + w->tally_every_ns;
		world_tally(w);
	}
	if (w->now.mono_ns < w->tick_ns)
		return;
	w->idle = engine_busy(w->e) > 0 ? 0 : w->idle + 1;
	w->tick_ns =
	    w->now.mono_ns +
	    (w->direct && w->idle > IDLE_TICKS ? NS_PER_S : ENGINE_TICK_NS);
	engine_tick(w->e, &w->now);
}

void
world_turn(struct world *w, int64_t ns)
{
	int64_t to = w->now.mono_ns + ns;

	while (w->queue.n > 0 && w->queue.v[0].a <= to) {
		struct world_key k = world_queue_pop(&w->queue);
		struct world_event v = w->event[k.item];

		w->event[k.item].next_free = w->event_free;
		w->event_free = k.item;
		clocks(w, k.a);
		happen(w, &v);
	}
	clocks(w, to);
	w->steps++;
	if (!w->running)
		return;
	now_and_then(w);
	do_actions(w);
	records(w); /* so that what has ended is not counted as running */
	dial(w);
	do_actions(w);
	records(w);
	world_pump(w);
	if (w->now.mono_ns >= w->publish_ns) {
		w->publish_ns = w->now.mono_ns + w->publish_every_ns;
		world_publish(w);
	}
}

void
world_next(struct world *w, int64_t ns)
{
	int64_t at = MINIMUM(w->tick_ns, w->wake_ns);

	at = MINIMUM(at, w->now.mono_ns + ns);
	world_turn(w, MAXIMUM(at - w->now.mono_ns, 1));
}

void
world_run(struct world *w, int64_t ms)
{
	int64_t to = w->now.mono_ns + ms * NS_PER_MS;

	while (w->now.mono_ns < to && w->err[0] == '\0')
		world_turn(w, 5 * NS_PER_MS);
}

/* ---- the engine's own life -------------------------------------------- */

void
world_start(struct world *w)
{
	struct engine_config cfg = { .node = WORLD_NODE,
		.version = "simulated",
		.seed = rng_next(&w->r),
		.zone = tz_get,
		.rows = w->rows };

	str_copy(cfg.timezone, sizeof(cfg.timezone), w->timezone);
	w->e = engine_new(&cfg, &w->now);
	engine_switches(w->e, w->sw, (size_t)w->nsw);
	w->running = true;
	w->draining = false;
	w->spool_ok = true;
	for (size_t i = 0; i < w->ncall; i++)
		w->call[i]->tracked = w->call[i]->counted = false;
	if (w->db_up)
		world_db_load(w);
	if (w->watch != NULL && w->watch->started != NULL)
		w->watch->started(w);
	for (int i = 0; i < w->nsw; i++) {
		w->link[i] = false;
		w->told_down[i] = true;
		world_link_at(w, i, NS_PER_MS);
	}
}

void
world_crash(struct world *w)
{
	w->running = false;
	world_db_down(w);
	engine_free(w->e);
	w->e = NULL;
	for (int i = 0; i < w->nsw; i++)
		world_cut(w, i, false);
	w->db_up = true;
	w->db_gen++;
	w->db_exec_ns = w->db_answer_ns = w->now.mono_ns;
}
