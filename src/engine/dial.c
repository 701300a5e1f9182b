/* SPDX-License-Identifier: MIT */
/*
 * dial: the dial instant.  Here, and nowhere earlier, every gate is tested
 * once more: brake, database, spool, do-not-call, window with the ring, trunk,
 * channels and the pace of campaign, trunk, switch and total.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state.h"
#include "shared/log.h"

#define LOOK_AHEAD 8

static bool
shut(struct engine *e)
{
	struct action *a;
	struct call *c;
	size_t n = 0;

	if (e->draining || !e->db_up || !e->spool_ok ||
	    e->brake.state == BRAKE_ENGAGED)
		return true;
	if (!e->dnc_dirty)
		return e->dnc_tests > 0;
	if (e->narmed == 0)
		return true; /* nothing to dial; stays dirty until there is */
	/*
	 * Somebody added to the do-not-call list: ask about what is armed, and
	 * about what is being armed, for that may have looked before.
	 */
	TAILQ_FOREACH (c, &e->all, all)
		n += c->state == CALL_ARMED;
	a = engine_push(e, ACT_DNC_TEST);
	a->numbers = xcalloc(n, sizeof(*a->numbers));
	TAILQ_FOREACH (c, &e->all, all)
		if (c->state == CALL_ARMED)
			a->numbers[a->n++] = c->number;
	e->dnc_dirty = false;
	e->dnc_tests++;
	return true;
}

/* Blocked since it was armed, or no longer in the inventory: not presented. */
static bool
did_rests(const struct engine *e, const struct call *call)
{
	const struct did *d = did_find(e->dids, call->did_id);

	return d == NULL || d->blocked_until_ms != 0;
}

/*
 * May it leave as far as law and list are concerned?  One that was armed
 * before midnight has used up yesterday's cap, and would leave beyond today's.
 */
static bool
lawful(
    const struct engine *e, const struct campaign *c, const struct call *call)
{
	return !call->no_dial && !did_rests(e, call) &&
	       plan_permits(c, call->country) &&
	       strcmp(call->usage_date, call->country->group->date) == 0 &&
	       window_open(&call->country->law, &c->hours, call->zones,
		   call->state_code, e->now.wall_ms, (int)c->conf.dial_timeout);
}

/*
 * The first armed call of c that may leave, and its trunk; NULL: none can now.
 * One that waits for a trunk of its own must not hold up those behind it.
 */
static struct call *
head(struct engine *e, struct campaign *c, struct trunk **t, int64_t *wake_ns)
{
	struct call *call, *next;
	int looked = 0;

	TAILQ_FOREACH_SAFE(call, &c->armed, armed, next)
	{
		if (!lawful(e, c, call)) {
			back_call(e, call);
			continue;
		}
		if ((*t = route_pick(e, c, call, wake_ns)) != NULL)
			return call;
		/* No trunk for this one, and one for others: not held up. */
		if (!route_any(e, call) && route_room(e, c) > 0) {
			if (call->tried != 0)
				call->tried = 0;
			else
				back_call(e, call);
			continue;
		}
		if (++looked == LOOK_AHEAD)
			break;
	}
	return NULL;
}

static bool
may_go(struct engine *e, struct campaign *c, int64_t *wake_ns)
{
	int64_t due = pacer_due(&c->pacer);

	if (c->want != RUNNING || c->gone || c->skip == e->round ||
	    TAILQ_EMPTY(&c->armed) || route_full(e, c) ||
	    (int64_t)c->concurrent >= c->profile.max_concurrent_calls ||
	    !brake_may(&c->brake, c->probes, &e->now, wake_ns))
		return false;
	if (due > e->now.mono_ns) {
		*wake_ns = MINIMUM(*wake_ns, due);
		return false;
	}
	return true;
}

/* Least virtual time first: shares of the pace by weight. */
static struct campaign *
next_campaign(struct engine *e, int64_t *wake_ns)
{
	struct campaign *best = NULL;

	for (size_t i = 0; i < e->ncampaigns; i++) {
		struct campaign *c = e->campaigns[i];

		if (may_go(e, c, wake_ns) && (best == NULL || c->vt < best->vt))
			best = c;
	}
	return best;
}

static void
leave(struct engine *e, struct campaign *c, struct call *call, struct trunk *t)
{
	struct switch_rt *s = &e->switches[t->sw];
	int64_t now = e->now.mono_ns;
	double cost = 1.0 / (double)MAXIMUM(c->conf.weight, 1);
	const struct context *x = engine_context(c, call->country);
	struct did *d;

	TAILQ_REMOVE(&c->armed, call, armed);
	call->listed = false;
	c->narmed--;
	e->narmed--;
	call->trunk = t;
	call->sw = t->sw;
	/* Not the target: that is 0 until the first tick of one who begins. */
	call->cps_at_call = (float)e->pacer.cps;
	/* plan_permits() has seen it. */
	str_copy(call->context, sizeof(call->context), x->m.name);
	call->context_version = (int)x->m.version;
	call->optout_after = (uint8_t)x->optout_after;
	call->false_milli = (uint16_t)(x->false_positive * 1000 + 0.5);
	call->sent_ms = e->now.wall_ms;
	call->sent_ns = call->event_ns = now;
	call_move(call, CALL_SENT);
	publish_entered(e, call);
	if ((d = did_find(e->dids, call->did_id)) != NULL)
		did_used(d, e->now.wall_ms);
	if (c->brake.state == BRAKE_PROBING) {
		call->probe |= PROBE_CAMPAIGN;
		c->probes++;
	}
	if (t->brake.state == BRAKE_PROBING) {
		call->probe |= PROBE_TRUNK;
		t->probes++;
	}
	brake_left(&c->brake, &e->now);
	brake_left(&t->brake, &e->now);
	c->sent_ns = c->left_ns = now;
	pacer_sent(&e->pacer, now);
	pacer_sent(&c->pacer, now);
	pacer_sent(&t->pacer, now);
	pacer_sent(&s->pacer, now);
	e->nflight++;
	c->concurrent++;
	t->concurrent++;
	s->concurrent++;
	call->country->concurrent++;
	c->sent_second++;
	/* Who could not dial for a while has saved up one call, not an hour. */
	c->vt = MAXIMUM(c->vt, e->vt - cost) + cost;
	e->vt = MAXIMUM(e->vt, c->vt - cost);
}

size_t
engine_dial(struct engine *e, struct call **out, size_t max,
    const struct now *now, int64_t *wake_ns)
{
	size_t n = 0;

	e->now = *now;
	*wake_ns = INT64_MAX;
	if (shut(e))
		return 0;
	if (now->mono_ns - e->started_ns < NS_PER_S) {
		/* The one before may have dialled until a moment ago. */
		*wake_ns = e->started_ns + NS_PER_S;
		return 0;
	}
	if (now->wall_ms / MS_PER_S != e->second)
		plan_days(e);
	e->round++;
	while (n < max) {
		int64_t due = pacer_due(&e->pacer);
		struct campaign *c;
		struct call *call;
		struct trunk *t;

		if (e->narmed == 0)
			break;
		if (due > now->mono_ns) {
			*wake_ns = MINIMUM(*wake_ns, due);
			break;
		}
		if ((c = next_campaign(e, wake_ns)) == NULL)
			break;
		if ((call = head(e, c, &t, wake_ns)) == NULL) {
			c->skip = e->round;
			continue;
		}
		leave(e, c, call, t);
		out[n++] = call;
	}
	return n;
}

void
engine_sent(struct engine *e, struct call *const *v, size_t n, int64_t mono_ns)
{
	unsigned second;

	for (size_t i = 0; i < n; i++) {
		struct call *c = v[i];

		c->sent_ns = c->event_ns = mono_ns;
		pacer_written(&c->trunk->pacer, mono_ns);
		pacer_written(&c->camp->pacer, mono_ns);
		pacer_written(&e->switches[c->sw].pacer, mono_ns);
	}
	pacer_written(&e->pacer, mono_ns);
	e->stats.sec.sent += (uint32_t)n;
	second = pacer_second(&e->pacer, mono_ns);
	e->worst = MAXIMUM(e->worst, second);
}

void
engine_not_sent(
    struct engine *e, struct call *call, const char *why, const struct now *now)
{
	struct trunk *t = call->trunk;

	e->now = *now;
	count_leave(e, call);
	/* What cannot be written down first is not the trunk's fault, and the
	 * spool has said so, once. */
	if (e->spool_ok) {
		engine_note(e, LOG_LVL_ERROR, "call %s was not sent: %s",
		    call->id_text, why);
		route_fault(e, t);
	}
	back_call(e, call);
}

/* Both tokens -> the number, without and with its plus; the rest stays. */
static void
expand(char *out, size_t size, const char *text, const char *digits,
    const char *plus, const char *e164)
{
	size_t ndigits = strlen(digits), nplus = strlen(plus), len = 0;

	while (*text != '\0' && len + 1 < size) {
		const char *v = NULL;

		if (*text == '{' && strncmp(text, digits, ndigits) == 0) {
			v = e164 + (e164[0] == '+');
			text += ndigits;
		} else if (*text == '{' && strncmp(text, plus, nplus) == 0) {
			v = e164;
			text += nplus;
		}
		if (v == NULL)
			out[len++] = *text++;
		else
			while (*v != '\0' && len + 1 < size)
				out[len++] = *v++;
	}
	out[len] = '\0';
}

void
engine_originate(
    struct engine *e, const struct call *c, struct engine_originate *o)
{
	const struct context *x = engine_context(c->camp, c->country);

	(void)e;
	o->switch_index = (unsigned)c->sw;
	expand(o->channel, sizeof(o->channel), c->trunk->conf.channel,
	    "{number}", "{e164}", c->number);
	expand(o->caller_id, sizeof(o->caller_id), c->trunk->conf.caller_id,
	    "{did}", "{did_e164}", c->did_number);
	o->context = x != NULL && x->flow != NULL ? x : NULL;
	o->timeout_s = (int)c->camp->conf.dial_timeout;
}
