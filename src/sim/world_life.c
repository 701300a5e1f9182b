/* SPDX-License-Identifier: MIT */
/*
 * world_life: one simulated call's life as a list of steps, from the moment
 * it is written to the switch: quick and of even odds for tests, or after the
 * times and shares of a country's people (struct world_far).
 */
#include "shared/tz.h"
#include "sim/world_part.h"

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
	[W_REFUSED] = "Extension does not exist." };

static struct world_step *
add(struct world_call *c, int ms, enum engine_event_type type)
{
	struct world_step *s = &c->step[c->nstep++];

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

static const struct m_context *
context_of(const struct world *w, const struct world_contact *k)
{
	const struct m_campaign *c = &w->camp[k->campaign];
	const struct m_country *m = &w->country[k->country];

	for (int i = 0; i < w->ncontext; i++) {
		const struct m_context *x = &w->context[i];

		if (c->context[0] != '\0'   ? strcmp(x->name, c->context) == 0
		    : m->context[0] != '\0' ? strcmp(x->name, m->context) == 0
					    : strcmp(x->country, m->name) == 0)
			return x;
	}
	return &w->context[0];
}

/* From the answer on. */
static void
far_answered(struct world *w, struct world_call *c, enum world_fate fate)
{
	const struct world_contact *k = &w->contact[c->contact];
	const struct m_context *x = context_of(w, k);
	int menu = (int)(x->menu_timeout * MS_PER_S + PROMPT_MS);

	if (x->amd)
		add_word(c, AMD_MS + (fate == FAR_MACHINE ? 1300 : 0), EV_AMD,
		    fate == FAR_MACHINE ? W_MACHINE : W_HUMAN);
	if (fate == FAR_MACHINE && x->amd &&
	    strcmp(x->on_machine, "prompt") != 0) {
		add(c, 10, EV_MACHINE);
		add_end(c, strcmp(x->on_machine, "message") == 0 ? 20000 : 200,
		    W_IS_MACHINE, '\0');
		return;
	}
	add(c, 50, EV_PLAYING);
	if (fate == FAR_MACHINE) {
		c->truth = DISP_ANSWERED_NO_KEY;
		add_end(c, 20000 + below(w, 25000), W_IS_NONE, '\0');
		return;
	}
	if (fate == FAR_NO_KEY && below(w, 2) == 0) {
		add_end(c, 1000 + below(w, PROMPT_MS), W_IS_NONE, '\0');
		return; /* heard enough */
	}
	add(c, PROMPT_MS, EV_WAIT);
	if (fate == FAR_CONNECTED)
		add_key(c, 300 + below(w, 5000), EV_CONNECT, x->connect_key[0]);
	else if (fate == FAR_OPT_OUT) {
		add_key(
		    c, 300 + below(w, 5000), EV_OPTOUT, x->disconnect_key[0]);
		add_end(c, 1500, W_IS_OPTOUT, x->disconnect_key[0]);
	} else
		add_end(c,
		    (int)(x->menu_timeout * MS_PER_S) + (int)x->retries * menu,
		    W_IS_NONE, '\0');
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
