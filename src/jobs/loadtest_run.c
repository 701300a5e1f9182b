/* SPDX-License-Identifier: MIT */
/*
 * loadtest_run: commands to the throwaway engine by the clock.  What it
 * measures itself is memory and the times of its commands; the rest stands in
 * the database afterwards.
 */
#include "jobs/loadtest_run.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/text.h"

#define STEPS    5 /* of the ramp */
#define LOOP_MS  50
#define TELL_NS  (500 * NS_PER_MS)
#define DRAIN_S  75 /* until the last call has ended */
#define SOUND_MS 3000 /* calls are to follow the last change */

struct run {
	struct loadtest_place *p;
	const struct loadtest_plan *plan;
	struct loadtest_tell *tell;
	struct loadtest_ran *ran;
	const char *state;
	char context[40]; /* that "changes" calls with */
	int64_t total_ms, every_ms; /* of the calls; between changes */
	int64_t next_change, next_sample; /* since the beginning */
	int step;
};

double
loadtest_ramp_s(const struct loadtest_options *o)
{
	return MAXIMUM(1.0, MINIMUM(30.0, o->minutes * 60 * 0.15));
}

void
loadtest_ran_clear(struct loadtest_ran *r)
{
	free(r->change);
	free(r->sample);
	memset(r, 0, sizeof(*r));
}

/* ---- telling ---------------------------------------------------------- */

void
loadtest_tell_init(struct loadtest_tell *t, int fd)
{
	const char *term = getenv("TERM");

	*t = (struct loadtest_tell){ .fd = fd };
	t->terminal = fd < 0 && isatty(STDERR_FILENO) &&
		      (term == NULL || strcmp(term, "dumb") != 0);
}

static void
tell(struct loadtest_tell *t, const struct loadtest_options *o,
    const char *state, int64_t done, int64_t total, const struct board *b)
{
	char n[2][TEXT_NUM], *s;
	json_t *j;

	if (t->terminal) {
		fprintf(stderr, "\r\033[Kload test: %s", state);
		if (b != NULL && b->n.attempted > 0)
			fprintf(stderr,
			    "  %.1f of %.4g calls/s, worst %.0f  %s up, %s "
			    "attempted  %d %%",
			    b->cps_actual_10s, o->cps, b->worst_second,
			    text_count(b->concurrent, n[0]),
			    text_count(b->n.attempted, n[1]),
			    total > 0 ? (int)(done * 100 / total) : 0);
		fflush(stderr);
	}
	if (t->fd < 0)
		return;
	j = json_pack("{s:I, s:s, s:f}", "id", (json_int_t)t->id, "state",
	    state, "target", o->cps);
	if (b != NULL) {
		json_t *more = json_pack("{s:f, s:f, s:i, s:I, s:I, s:f, s:f, "
					 "s:f}",
		    "cps_10s", b->cps_actual_10s, "worst", b->worst_second,
		    "concurrent", (int)b->concurrent, "attempted",
		    (json_int_t)b->n.attempted, "answered",
		    (json_int_t)b->n.answered, "p50", b->setup_p50, "p95",
		    b->setup_p95, "p99", b->setup_p99);

		json_object_update(j, more);
		json_decref(more);
	}
	j = json_pack("{s:I, s:I, s:o}", "done", (json_int_t)done, "total",
	    (json_int_t)total, "loadtest", j);
	s = json_dumps(j, JSON_COMPACT);
	if (dprintf(t->fd, "%s\n", s) < 0)
		t->fd = -1; /* nobody listens any more */
	free(s);
	json_decref(j);
}

void
loadtest_tell_state(struct loadtest_tell *t, const struct loadtest_options *o,
    const char *state)
{
	tell(t, o, state, t->done, (int64_t)(o->minutes * 60 * MS_PER_S), NULL);
}

void
loadtest_tell_wipe(const struct loadtest_tell *t)
{
	if (t->terminal)
		fputs("\r\033[K", stderr);
	fflush(stderr);
}

static void
progress(struct run *r, int64_t done_ms, bool now)
{
	int64_t ns = now_read().mono_ns;

	if (!now && ns < r->tell->next_ns)
		return;
	r->tell->next_ns = ns + TELL_NS;
	r->tell->done = MINIMUM(done_ms, r->total_ms);
	tell(r->tell, r->plan->o, r->state, r->tell->done, r->total_ms,
	    loadtest_place_look(r->p));
}

/* ---- changes ---------------------------------------------------------- */

static bool
set(struct run *r, const char *kind, const char *name, const char *key,
    const char *value, struct buf *why)
{
	json_t *q = json_pack("{s:s, s:[s, s], s:{s:s}}", "cmd", "set", "args",
	    kind, name, "values", key, value);

	return loadtest_place_send(r->p, q, why);
}

/* A new context is made with its key, and then the campaign gets it. */
static bool
create(struct run *r, const char *key, int64_t *asked_ms, struct buf *why)
{
	char name[40];
	const char *args[] = { "copy", r->context, name, NULL };

	str_format(
	    name, sizeof(name), LOADTEST_CHANGES "-%zu", r->ran->nchanges + 1);
	if (!loadtest_place_send(r->p, ipc_request("context", args), why) ||
	    !set(r, "context", name, "connect_key", key, why))
		return false;
	*asked_ms = now_read().wall_ms;
	str_copy(r->context, sizeof(r->context), name);
	return set(r, "campaign", LOADTEST_CHANGES, "context", name, why);
}

static void
change(struct run *r)
{
	struct loadtest_ran *ran = r->ran;
	struct loadtest_change *c;
	struct buf why = BUF_INIT;
	char key[2] = { 0 };

	ran->change =
	    xreallocarray(ran->change, ran->nchanges + 1, sizeof(*ran->change));
	c = &ran->change[ran->nchanges];
	key[0] =
	    LOADTEST_KEYS[(ran->nchanges + 1) % (sizeof(LOADTEST_KEYS) - 1)];
	*c = (struct loadtest_change){ .connect = key[0],
		.created = ran->nchanges % 2 == 1,
		.asked_ms = now_read().wall_ms };
	c->good = c->created
		      ? create(r, key, &c->asked_ms, &why)
		      : set(r, "context", r->context, "connect_key", key, &why);
	c->done_ms = now_read().wall_ms;
	ran->nchanges++;
	if (!c->good)
		fprintf(stderr, "%sloadtest: a change was refused: %s\n",
		    r->tell->terminal ? "\r\033[K" : "", buf_cstr(&why));
	buf_clear(&why);
}

/* ---- the clock -------------------------------------------------------- */

static void
sample(struct run *r)
{
	struct loadtest_ran *ran = r->ran;
	const struct board *b = loadtest_place_look(r->p);
	struct loadtest_sample *s;

	ran->sample =
	    xreallocarray(ran->sample, ran->nsamples + 1, sizeof(*ran->sample));
	s = &ran->sample[ran->nsamples++];
	*s = (struct loadtest_sample){ .at_ms = now_read().wall_ms,
		.rss_kb = -1,
		.cpu_ms = -1,
		.concurrent = b != NULL ? b->concurrent : 0 };
	loadtest_place_cost(r->p->engine, &s->rss_kb, &s->cpu_ms);
}

/* The next step of the ramp; the last one is the plateau. */
static bool
step(struct run *r, struct buf *why)
{
	char cps[32];

	r->step++;
	str_format(cps, sizeof(cps), "%.4f", r->plan->o->cps * r->step / STEPS);
	if (!loadtest_place_ask(r->p, "cps", cps, NULL, why))
		return false;
	if (r->step == STEPS) {
		r->ran->plateau_ms = now_read().wall_ms;
		r->state = "holding the pace";
	}
	return true;
}

static bool
start(struct run *r, struct buf *why)
{
	r->state = "ramping up";
	if (!step(r, why))
		return false;
	for (int i = 0; i < r->plan->n; i++)
		if (!loadtest_place_ask(
			r->p, "campaign", "start", r->plan->part[i].name, why))
			return false;
	r->ran->begin_ms = now_read().wall_ms;
	return true;
}

static bool
calls(struct run *r, struct buf *why)
{
	struct loadtest_ran *ran = r->ran;
	int64_t begin = now_read().mono_ns / NS_PER_MS, at;
	int64_t ramp_ms = (int64_t)(loadtest_ramp_s(r->plan->o) * MS_PER_S);

	for (;;) {
		at = now_read().mono_ns / NS_PER_MS - begin;
		if (at >= r->total_ms || loadtest_stop != 0)
			break;
		if (loadtest_place_died(r->p)) {
			ran->died = true;
			break;
		}
		if (r->step < STEPS && at >= ramp_ms * r->step / (STEPS - 1) &&
		    !step(r, why))
			return false;
		if (at >= r->next_sample) {
			sample(r);
			r->next_sample += MS_PER_S;
		}
		if (r->plan->o->scenario[LOADTEST_CONTEXT] &&
		    at >= r->next_change && at < r->total_ms - SOUND_MS) {
			change(r);
			r->next_change += r->every_ms;
		}
		progress(r, at, false);
		poll(NULL, 0, LOOP_MS);
	}
	ran->early = at < r->total_ms;
	return true;
}

/* Nothing new leaves, what is armed is given back, what lives may end. */
static void
drain(struct run *r)
{
	int64_t until = now_read().mono_ns + DRAIN_S * NS_PER_S;
	struct buf why = BUF_INIT;
	const struct board *b;

	r->state = "waiting for the last calls";
	loadtest_place_ask(r->p, "brake", "on", NULL, &why);
	for (int i = 0; i < r->plan->n; i++)
		loadtest_place_ask(
		    r->p, "campaign", "pause", r->plan->part[i].name, &why);
	while (loadtest_stop < 2 && !loadtest_place_died(r->p) &&
	       now_read().mono_ns < until) {
		b = loadtest_place_look(r->p);
		if (b != NULL && b->concurrent == 0 && b->armed == 0 &&
		    b->spooled == 0)
			break;
		progress(r, r->total_ms, false);
		poll(NULL, 0, 100);
	}
	buf_clear(&why);
}

bool
loadtest_run(struct loadtest_place *p, const struct loadtest_plan *plan,
    struct loadtest_tell *tell_whom, struct loadtest_ran *ran, struct buf *why)
{
	struct run r = { .p = p, .plan = plan, .tell = tell_whom, .ran = ran };

	memset(ran, 0, sizeof(*ran));
	r.total_ms = (int64_t)(plan->o->minutes * 60 * MS_PER_S);
	r.every_ms = MAXIMUM(2000, MINIMUM(10000, r.total_ms / 12));
	r.next_change = r.every_ms;
	str_copy(r.context, sizeof(r.context), LOADTEST_CHANGES);
	if (!start(&r, why) || !calls(&r, why))
		return false;
	ran->end_ms = now_read().wall_ms;
	if (!ran->died)
		drain(&r);
	ran->over_ms = now_read().wall_ms;
	ran->died = ran->died || loadtest_place_died(p);
	return loadtest_stop < 2;
}
