/* SPDX-License-Identifier: MIT */
/*
 * world_life: one simulated call's life as a list of steps, from the moment
 * it is written to the switch: quick and of even odds for tests, or after the
 * times and shares of a country's people (struct world_far).
 */
#include "sim/world_part.h"

#include <assert.h>

#include "shared/tz.h"
#include "sim/way.h"

#define PROMPT_MS  8650 /* as in the carrier of amisim */
#define AMD_MS     1200
#define MAILBOX_MS 6000 /* it lets it ring first */

static const struct {
	enum disposition d;
	int8_t cause;
	uint16_t sip;
} ends[FAR_N] = {
	[FAR_BUSY] = { DISP_BUSY, 17, 486 },
	[FAR_NO_ANSWER] = { DISP_NO_ANSWER, 19, 0 },
	[FAR_CONGESTION] = { DISP_CONGESTION, 34, 503 },
	[FAR_INVALID] = { DISP_INVALID_NUMBER, 1, 404 },
	[FAR_NO_KEY] = { DISP_ANSWERED_NO_KEY, 16, 0 },
	[FAR_CONNECTED] = { DISP_CONNECTED, 16, 0 },
	[FAR_OPT_OUT] = { DISP_OPTED_OUT, 16, 0 },
	[FAR_MACHINE] = { DISP_MACHINE, 16, 0 },
	[FAR_ABANDONED] = { DISP_ABANDONED, 16, 0 },
	[FAR_INSTANT] = { DISP_FAILED, -1, 0 },
	[FAR_REFUSED] = { DISP_FAILED, -1, 0 },
	[FAR_TRUNK] = { DISP_FAILED, 38, 500 },
	[FAR_REJECTED] = { DISP_REJECTED, 21, 603 },
	[FAR_ROUTE] = { DISP_FAILED, 3, 404 },
};

enum {
	W_NONE,
	W_HUMAN,
	W_MACHINE,
	W_IS_MACHINE,
	W_IS_CONNECTED,
	W_IS_CONNECT,
	W_IS_OPTOUT,
	W_IS_NONE,
	W_IS_GOAL,
	W_REFUSED
};
const char *const world_words[] = { [W_NONE] = NULL,
	[W_HUMAN] = "HUMAN",
	[W_MACHINE] = "MACHINE",
	[W_IS_MACHINE] = "machine",
	[W_IS_CONNECTED] = "connected",
	[W_IS_CONNECT] = "connect",
	[W_IS_OPTOUT] = "optout",
	[W_IS_NONE] = "none",
	[W_IS_GOAL] = "goal",
	[W_REFUSED] = "Extension does not exist." };

static struct world_step *
add(struct world_call *c, int ms, enum engine_event_type type)
{
	struct world_step *s = &c->step[c->nstep++];

	assert(c->nstep <= WORLD_STEPS);
	*s =
	    (struct world_step){ .ms = ms, .type = (uint8_t)type, .cause = -1 };
	return s;
}

static void
add_word(struct world_call *c, int ms, enum engine_event_type type, int word)
{
	add(c, ms, type)->word = (uint8_t)word;
}

static void
add_key(struct world_call *c, int ms, enum engine_event_type type, char key)
{
	add(c, ms, type)->key = key;
}

/* The dialplan sums an answered call up, and it is over. */
static void
add_end(struct world_call *c, int ms, int word, char key)
{
	struct world_step *s = add(c, ms, EV_CAUSE);

	s->cause = 16;
	s->word = (uint8_t)word;
	s->key = key;
	add(c, 1, EV_HANGUP)->cause = 16;
}

static int
below(struct world *w, int n)
{
	return (int)rng_below(&w->r, (uint64_t)n);
}

static int
within(struct world *w, const int v[2])
{
	return v[0] + below(w, MAXIMUM(v[1] - v[0], 0) + 1);
}

/* ---- quick and of even odds ------------------------------------------- */

static enum world_fate
even_fate(struct world *w)
{
	static const uint8_t mix[] = { FAR_BUSY, FAR_BUSY, FAR_NO_ANSWER,
		FAR_NO_ANSWER, FAR_NO_ANSWER, FAR_CONGESTION, FAR_INVALID,
		FAR_NO_KEY, FAR_NO_KEY, FAR_NO_KEY, FAR_CONNECTED,
		FAR_CONNECTED, FAR_OPT_OUT, FAR_MACHINE, FAR_MACHINE,
		FAR_MACHINE, FAR_ABANDONED, FAR_TRUNK, FAR_REJECTED,
		FAR_REJECTED };

	if (rng_below(&w->r, 60) == 0)
		return rng_below(&w->r, 2) == 0 ? FAR_INSTANT : FAR_REFUSED;
	return (enum world_fate)mix[rng_below(&w->r, nitems(mix))];
}

static void
even_answered(struct world *w, struct world_call *c, enum world_fate fate)
{
	bool machine = fate == FAR_MACHINE;

	add(c, below(w, 3000), EV_ANSWERED);
	add_word(c, 900, EV_AMD, machine ? W_MACHINE : W_HUMAN);
	if (machine) {
		add(c, 100, EV_MACHINE);
		add_end(c, 2000, W_IS_MACHINE, '\0');
		return;
	}
	add(c, 100, EV_PLAYING);
	add(c, 1500, EV_WAIT);
	switch (fate) {
	case FAR_CONNECTED:
		add_key(c, 700, EV_CONNECT, '1');
		add(c, 300, EV_CONNECTED);
		add_end(c, 4000, W_IS_CONNECTED, '\0');
		break;
	case FAR_ABANDONED:
		add_key(c, 700, EV_CONNECT, '1');
		add(c, 300, EV_ABANDONED);
		add_end(c, 4000, W_IS_CONNECT, '\0');
		break;
	case FAR_OPT_OUT:
		add_key(c, 700, EV_OPTOUT, '9');
		add_end(c, 900, W_IS_OPTOUT, '9');
		break;
	default:
		add_end(c, 1000, W_IS_NONE, '\0');
	}
}

/* ---- people ----------------------------------------------------------- */

static enum world_fate
human_fate(struct world *w, const struct world_far *f)
{
	int d = below(w, 1000);

	if ((d -= f->press) < 0)
		return FAR_CONNECTED;
	return d - f->optout < 0 ? FAR_OPT_OUT : FAR_NO_KEY;
}

static enum world_fate
far_fate(struct world *w, const struct world_contact *k)
{
	const struct world_far *f = &w->far[k->country];
	const struct world_pair *p = &w->pair[k->pair];
	double answered = f->mix.answered;
	struct tz_local l;
	int d;

	if (p->tz != NULL) {
		tz_local(p->tz, w->now.wall_ms, &l);
		answered *= f->hour[l.minute / 60];
	}
	if (rng_unit(&w->r) * 1000 < answered)
		return below(w, 1000) < f->mix.machine ? FAR_MACHINE
						       : human_fate(w, f);
	d = below(w, MAXIMUM(f->mix.busy + f->mix.rings + f->mix.congestion +
				 f->mix.unknown + f->mix.rejected,
			 1));
	if ((d -= f->mix.busy) < 0)
		return FAR_BUSY;
	if ((d -= f->mix.congestion) < 0)
		return FAR_CONGESTION;
	if ((d -= f->mix.unknown) < 0)
		return FAR_INVALID;
	return d - f->mix.rejected < 0 ? FAR_REJECTED : FAR_NO_ANSWER;
}

/* The flow of its context; NULL: it makes no sense, or there is none. */
static const struct flow *
flow_of(const struct world *w, const struct world_contact *k)
{
	const struct m_campaign *c = &w->camp[k->campaign];
	const struct m_country *m = &w->country[k->country];

	for (int i = 0; i < w->ncontext; i++) {
		const struct m_context *x = &w->context[i];

		if (c->context[0] != '\0'   ? strcmp(x->name, c->context) == 0
		    : m->context[0] != '\0' ? strcmp(x->name, m->context) == 0
					    : strcmp(x->country, m->name) == 0)
			return w->flow[i];
	}
	return w->flow[0];
}

/* One answered call on its way through a flow. */
struct life {
	struct world *w;
	struct world_call *c;
	enum world_fate fate;
	int ms; /* gone by since the last step that was added */
	bool asked, goal, detected;
	char key;
};

static int
gone(struct life *l, int ms)
{
	ms += l->ms;
	l->ms = 0;
	return ms;
}

/* Nobody presses what would lead anywhere. */
static void
no_key(struct life *l, int ms)
{
	int word = l->goal ? W_IS_GOAL : W_IS_NONE;

	l->c->truth = l->goal ? DISP_COMPLETED : DISP_ANSWERED_NO_KEY;
	add_end(l->c, gone(l, ms), word, l->key);
}

/* Where detection leads; -1: the call is over. */
static int
detected(struct life *l, const struct flow *f, const struct flow_state *st)
{
	bool machine = l->fate == FAR_MACHINE;
	int to = st->edge[machine ? FLOW_MACHINE : FLOW_HUMAN];

	l->ms += AMD_MS + (machine ? 1300 : 0);
	/* of many verdicts, all alike, the first is told: steps are few */
	if (!l->detected)
		add_word(
		    l->c, gone(l, 0), EV_AMD, machine ? W_MACHINE : W_HUMAN);
	l->detected = true;
	if (!machine || (to >= 0 && f->s[to].kind != FLOW_HANGUP &&
			    f->s[to].kind != FLOW_VOICEMAIL))
		return to;
	add(l->c, gone(l, 10), EV_MACHINE);
	add_end(l->c, to >= 0 && f->s[to].kind == FLOW_VOICEMAIL ? 20000 : 200,
	    W_IS_MACHINE, '\0');
	l->c->truth = DISP_MACHINE;
	return -1;
}

/* The state that a key or a word leads to; -1: the call is over. */
static int
asked(struct life *l, const struct flow *f, int at)
{
	const struct flow_state *st = &f->s[at];
	int wait = st->timeout_s * (int)MS_PER_S, to;
	bool first = !l->asked;

	l->asked = true;
	if (first)
		add(l->c, gone(l, 50), EV_PLAYING);
	if (l->fate == FAR_MACHINE) {
		no_key(l, 20000 + below(l->w, 25000));
		return -1;
	}
	if (l->fate == FAR_NO_KEY && below(l->w, 2) == 0) {
		no_key(l, 1000 + below(l->w, PROMPT_MS)); /* heard enough */
		return -1;
	}
	if (first)
		add(l->c, PROMPT_MS, EV_WAIT);
	else
		l->ms += PROMPT_MS;
	to = l->fate == FAR_CONNECTED ? way_next(f, at, WAY_TO_GOAL, &l->key)
	     : l->fate == FAR_OPT_OUT ? way_next(f, at, WAY_TO_OPTOUT, &l->key)
				      : -1;
	if (to < 0)
		no_key(l, wait + st->retries * (wait + PROMPT_MS));
	else
		l->ms += 300 + below(l->w, 5000);
	return to;
}

/* From the answer on. */
static void
far_answered(struct world *w, struct world_call *c, enum world_fate fate)
{
	const struct flow *f = flow_of(w, &w->contact[c->contact]);
	struct life l = { .w = w, .c = c, .fate = fate };
	int at = f != NULL ? 0 : -1;

	for (int n = 0; at >= 0 && n < FLOW_STEPS; n++) {
		const struct flow_state *st = &f->s[at];

		if (st->goal && !l.goal) {
			l.goal = true;
			add(c, gone(&l, 0), EV_GOAL);
		}
		switch (st->kind) {
		case FLOW_DETECT:
			if ((at = detected(&l, f, st)) < 0)
				return;
			break;
		case FLOW_MENU:
		case FLOW_QUESTION:
		case FLOW_SPEECH:
			if ((at = asked(&l, f, at)) < 0)
				return;
			break;
		case FLOW_CONNECT:
			c->truth = DISP_CONNECTED;
			add_key(c, gone(&l, 0), EV_CONNECT, l.key);
			return;
		case FLOW_OPTOUT:
			c->truth = DISP_OPTED_OUT;
			add_key(c, gone(&l, 0), EV_OPTOUT, l.key);
			add_end(c, 1500, W_IS_OPTOUT, l.key);
			return;
		default: /* play, voicemail, hangup: a sound, then on */
			l.ms += PROMPT_MS;
			at = st->edge[FLOW_DONE];
		}
	}
	no_key(&l, 200);
}

void
world_life_taken(struct world *w, struct world_call *c, bool taken)
{
	const struct world_far *f = &w->far[w->contact[c->contact].country];

	if (taken) {
		add(c, 300, EV_CONNECTED);
		add_end(c, within(w, f->talk_ms), W_IS_CONNECTED, '\0');
		return;
	}
	c->truth = DISP_ABANDONED;
	add(c, 1, EV_ABANDONED);
	add_end(c, 1, W_IS_CONNECT, '\0');
}

/* ---- the whole of it -------------------------------------------------- */

static bool
answers(enum world_fate fate)
{
	return ends[fate].d != DISP_FAILED && ends[fate].cause == 16;
}

static bool
outage(const struct world *w, const struct world_call *c, enum world_fate *fate)
{
	for (size_t i = 0; i < w->noutage; i++) {
		const struct world_outage *o = &w->outage[i];

		if ((o->trunk < 0 || o->trunk == c->trunk) &&
		    w->now.wall_ms >= o->from_ms && w->now.wall_ms < o->to_ms) {
			*fate = o->as;
			return true;
		}
	}
	return false;
}

/* Does the carrier take one more? */
static bool
full(struct world *w, struct world_peer *p)
{
	int64_t second = w->now.mono_ns / NS_PER_S;

	if (p->channels > 0 && p->alive >= p->channels)
		return true;
	if (p->second != second) {
		p->second = second;
		p->second_n = 0;
	}
	return p->cps > 0 && p->second_n++ >= p->cps;
}

static enum world_fate
fate_of(struct world *w, struct world_call *c)
{
	const struct world_contact *k = &w->contact[c->contact];
	struct world_peer *p = &w->peer[c->trunk];
	enum world_fate fate;

	/* Drawn in any case: a fault must not change what comes after it. */
	fate = k->fate >= 0     ? (enum world_fate)k->fate
	       : w->far != NULL ? far_fate(w, k)
				: even_fate(w);
	if (p->dead)
		return p->dead_as;
	if (!outage(w, c, &fate) && full(w, p))
		return FAR_CONGESTION;
	return fate;
}

void
world_life(struct world *w, struct world_call *c, int timeout_s)
{
	enum world_fate fate = fate_of(w, c);
	const struct world_far *f =
	    w->far != NULL ? &w->far[w->contact[c->contact].country] : NULL;
	struct world_step *s;

	c->nstep = 0;
	c->truth = (uint8_t)ends[fate].d;
	if (fate == FAR_REFUSED) {
		add_word(c, 1, EV_REFUSED, W_REFUSED);
		return;
	}
	/* The channel appears when the switch comes to it. */
	add(c, 1 + below(w, w->busy_ms + 1), EV_ACCEPTED);
	if (fate == FAR_INSTANT) {
		add(c, 1, EV_FAILED)->cause = 0;
		return;
	}
	if ((f == NULL && fate != FAR_CONGESTION) || answers(fate) ||
	    fate == FAR_NO_ANSWER || fate == FAR_REJECTED)
		add(c, f != NULL ? within(w, f->pdd_ms) : 100 + below(w, 900),
		    EV_RINGING);
	if (answers(fate) && f != NULL) {
		int ring = within(w, f->ring_ms) +
			   (fate == FAR_MACHINE ? MAILBOX_MS : 0);

		if (ring < timeout_s * 1000) {
			add(c, ring, EV_ANSWERED);
			far_answered(w, c, fate);
			return;
		}
		fate = FAR_NO_ANSWER;
		c->truth = DISP_NO_ANSWER;
	} else if (answers(fate)) {
		even_answered(w, c, fate);
		return;
	}
	if (fate == FAR_NO_ANSWER)
		add(c, MAXIMUM(timeout_s * 1000 - (f != NULL ? 0 : 1500), 1),
		    EV_FAILED)
		    ->cause = 3;
	else
		add(c, f != NULL ? within(w, f->pdd_ms) : below(w, 2000),
		    EV_FAILED)
		    ->cause = 0;
	s = add(c, below(w, 20), EV_HANGUP);
	s->cause = ends[fate].cause;
	s->sip = ends[fate].sip;
	if (fate == FAR_CONGESTION)
		s->retry_after_s = (uint16_t)w->peer[c->trunk].retry_after_s;
}
