/* SPDX-License-Identifier: MIT */
/*
 * track: what happened to the calls that left.  Events come late, twice, in
 * any order or not at all; each is applied if the table of transitions has
 * it.  A call ends exactly once, with one disposition.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state.h"
#include "shared/log.h"

#define SUMMED_NS (5 * NS_PER_S) /* a Hangup follows the summary */
/* A Hangup may follow a Failure: at once, or when the switch is overloaded
 * as late as its queue of events is long. */
#define FAULT_NS  GRACE_NS
#define FAILED_NS (15 * NS_PER_S)
#define MUTE_NS   (60 * NS_PER_S) /* no event of an answered call */
#define SLACK_S   5 /* behind the ringing time */

void
track_state(struct engine *e, struct call *c, enum call_state s)
{
	if (call_move(c, s)) {
		publish_entered(e, c);
		engine_mark(e, c, REC_CHANGED);
	} else if (c->state != s) {
		e->late_events++; /* one prompt after the other is not late */
	}
}

/* Where it went, also when its trunk hangs on another one by now. */
struct switch_rt *
track_switch(struct engine *e, const struct call *c)
{
	return c->sw < 0 ? NULL : &e->switches[c->sw];
}

/* A switch has spoken of it. */
void
track_learn(struct engine *e, struct call *c, unsigned i)
{
	if (c->sw >= 0)
		return;
	c->sw = (int)i;
	if (call_in_flight(c))
		e->switches[i].concurrent++;
}

void
track_answered(struct engine *e, struct call *c)
{
	struct board_count *v[4];
	size_t n = count_of(e, c, v);

	if (c->o.answered)
		return;
	count_attempt(e, c);
	count_setup(e, c);
	judge_carried(e, c);
	c->o.answered = true;
	c->answered_ms = e->now.wall_ms;
	e->stats.sec.answered++;
	for (size_t i = 0; i < n; i++) {
		v[i]->answered++;
		if (c->state != CALL_ENDED)
			continue;
		/* Counted as lost without an answer; perhaps yesterday. */
		v[i]->failed -= v[i]->failed > 0;
		v[i]->ner_good++;
	}
	if (c->trunk != NULL)
		route_ok(c->trunk);
	engine_mark(e, c, REC_URGENT);
}

void
track_end(struct engine *e, struct call *c, enum disposition d)
{
	if (!call_in_flight(c))
		return;
	count_leave(e, c);
	if (!c->o.refused)
		count_attempt(e, c);
	call_move(c, CALL_ENDED);
	publish_entered(e, c);
	c->disposition = (uint8_t)d;
	c->ended_ms = e->now.wall_ms;
	c->camp->disp[d]++;
	c->country->disp[d]++;
	engine_mark(e, c, REC_URGENT);
	if (!c->o.refused)
		count_end(e, c, outcome_ner_good(&c->o, d));
	judge_end(e, c);
	keys_ended(e, c);
}

/*
 * What cannot be taken back by anything that was not seen.  Who can still opt
 * out has perhaps done so: as a lost call it is settled by the switch's record,
 * and believed when it comes back.
 */
bool
track_known(const struct call *c)
{
	unsigned later = c->optout_after;

	return c->summed || c->o.optout ||
	       (c->o.connected && !(later & CONTEXT_TALK)) ||
	       (c->o.goal && !(later & CONTEXT_GOAL)) ||
	       (c->o.machine && c->amd[0] != '\0' &&
		   !(later & CONTEXT_MACHINE));
}

/*
 * Of a call whose life was not watched in whole: does the end tell its
 * outcome?  A cause that only an unanswered call has, or a summary by our
 * dialplan, does; "normal clearing" alone does not.
 */
enum disposition
track_outcome(const struct call *c)
{
	enum cause_class k = outcome_class(c->o.cause);

	if (!c->gap || track_known(c))
		return outcome_disposition(&c->o);
	if (!c->o.answered &&
	    ((k != CAUSE_NORMAL && k != CAUSE_NONE) || c->o.timed_out))
		return outcome_disposition(&c->o);
	return DISP_LOST;
}

void
track_late_truth(struct engine *e, struct call *c)
{
	enum disposition d = track_outcome(c);
	bool good = outcome_ner_good(&c->o, d);
	struct board_count *v[4];
	size_t n = count_of(e, c, v);

	if (c->disposition != DISP_LOST || d == DISP_LOST)
		return;
	c->disposition = (uint8_t)d;
	count_moved(c, DISP_LOST);
	c->recorded = false;
	engine_mark(e, c, REC_URGENT);
	count_rate(e, c, good);
	for (size_t i = 0; i < n; i++) {
		v[i]->ner_good += good && !c->o.answered;
		count_disposition(v[i], c);
	}
}

/*
 * Is a Hangup the last word?  Of an answered call the dialplan's summary comes
 * before it; of another one its cause says all, or the response has come.  If
 * not, the rest is still on its way, or never comes.
 */
static bool
end_is_clear(const struct call *c)
{
	enum cause_class k = outcome_class(c->o.cause);

	if (c->o.answered)
		return c->summed;
	return c->failed_ns != 0 || (k != CAUSE_NORMAL && k != CAUSE_NONE);
}

/* Hung up, and all that could be waited for is there, or does not come. */
static void
end_hungup(struct engine *e, struct call *c)
{
	/* The dialplan has begun but its summary is missing. */
	c->gap = c->gap || (c->staged && !c->summed);
	track_end(e, c, track_outcome(c));
}

static void
on_hangup(struct engine *e, struct call *c, const struct engine_event *ev)
{
	if (ev->cause >= 0)
		c->o.cause = ev->cause;
	if (ev->sip_code > 0)
		c->o.sip_code = ev->sip_code;
	if (ev->retry_after_s > 0)
		c->retry_after_s = ev->retry_after_s;
	if (!c->o.answered)
		count_setup(e, c);
	if (c->state == CALL_ENDED) {
		if (c->o.cause > 0 || c->o.answered)
			track_late_truth(e, c);
		return;
	}
	if (end_is_clear(c))
		end_hungup(e, c);
	else if (c->hungup_ns == 0)
		c->hungup_ns = e->now.mono_ns;
}

static void
on_connected(struct engine *e, struct call *c)
{
	if (!c->o.connected) {
		c->o.connected = true;
		c->connected_ms = e->now.wall_ms;
		engine_mark(e, c, REC_URGENT);
	}
	track_state(e, c, CALL_CONNECTED);
}

static void
on_refused(struct engine *e, struct call *c, const struct engine_event *ev)
{
	if (!call_in_flight(c))
		return;
	c->o.refused = true;
	if (ev->text != NULL)
		str_copy(c->note, sizeof(c->note), ev->text);
	e->stats.today.refused++;
	c->camp->n.refused++;
	c->country->n.refused++;
	if (c->trunk != NULL)
		c->trunk->n.refused++;
	track_end(e, c, DISP_FAILED);
}

static void
apply(struct engine *e, struct call *c, const struct engine_event *ev)
{
	switch (ev->type) {
	case EV_ACCEPTED:
		count_attempt(e, c);
		break;
	case EV_REFUSED:
		on_refused(e, c, ev);
		break;
	case EV_RINGING:
		count_attempt(e, c);
		count_setup(e, c);
		if (c->ringing_ms == 0)
			c->ringing_ms = e->now.wall_ms;
		judge_carried(e, c);
		track_state(e, c, CALL_RINGING);
		break;
	case EV_ANSWERED:
		if (!c->o.answered)
			c->answered_ns = e->now.mono_ns;
		track_answered(e, c);
		track_state(e, c, CALL_ANSWERED);
		break;
	case EV_FAILED:
		count_attempt(e, c);
		count_setup(e, c);
		c->o.timed_out = ev->cause == 3;
		if (c->failed_ns == 0)
			c->failed_ns = e->now.mono_ns;
		break;
	case EV_CONNECTED:
		on_connected(e, c);
		break;
	case EV_ABANDONED:
		c->o.transferring = true;
		break;
	case EV_HANGUP:
		on_hangup(e, c, ev);
		break;
	case EV_OTHER:
		break;
	default:
		track_stage(e, c, ev);
	}
}

/* Does our dialplan report it, or does it follow from what that does? */
static bool
of_dialplan(enum engine_event_type t)
{
	return (t >= EV_AMD && t <= EV_CAUSE) ||
	       (t >= EV_INVALID && t <= EV_REPEAT);
}

void
engine_event(struct engine *e, unsigned sw, const struct engine_event *ev,
    const struct now *now)
{
	struct uuid id;
	struct call *c;

	e->now = *now;
	if (ev->id == NULL || !uuid_parse(ev->id, &id) ||
	    (c = call_table_find(&e->calls, &id)) == NULL)
		return;
	if (c->state == CALL_ARMED || c->state == CALL_ENDED) {
		/* Of an ended call only a lost one still learns. */
		if (c->state == CALL_ARMED || c->disposition != DISP_LOST)
			return;
	}
	c->event_ns = now->mono_ns;
	track_learn(e, c, sw);
	if (of_dialplan(ev->type)) {
		c->staged = true;
		/* An exten "failed" of somebody's would say these, too. */
		if (ev->type != EV_OTHER && ev->type != EV_CAUSE)
			track_answered(e, c);
	}
	apply(e, c, ev);
	publish_touch(e, c);
	if (c->hungup_ns != 0 && call_in_flight(c) && end_is_clear(c))
		end_hungup(e, c);
}

/* ---- watching --------------------------------------------------------- */

static void
want_resync(struct engine *e, struct switch_rt *s)
{
	if (s == NULL || !s->up || s->resync_ns != 0 || s->resync_at_ns != 0)
		return;
	s->resync_at_ns = e->now.mono_ns + RESYNC_GAP_NS;
}

/* A failure without a Hangup: it never reached a carrier, unless it rang. */
static void
watch_failed(struct engine *e, struct call *c)
{
	bool rang = c->ringing_ms != 0 && !c->o.timed_out;

	if (!c->faulted && e->now.mono_ns - c->failed_ns > FAULT_NS) {
		c->faulted = true;
		if (!c->o.timed_out && !rang && c->trunk != NULL)
			route_fault(e, c->trunk);
	}
	if (e->now.mono_ns - c->failed_ns > FAILED_NS)
		track_end(e, c, rang ? DISP_LOST : track_outcome(c));
}

/*
 * Its switch is away and may stay so.  An unanswered call is over when its
 * ringing time is; of an answered one nobody knows, and after a while it
 * holds no slot any more.  A late truth is still believed.
 */
static void
watch_unknown(struct engine *e, struct call *c)
{
	const struct switch_rt *s = track_switch(e, c);
	int64_t ring = (c->camp->conf.dial_timeout + SLACK_S) * NS_PER_S;
	bool up = s != NULL && s->up;

	for (unsigned i = 0; s == NULL && i < e->nswitches; i++)
		up |= e->switches[i].up;
	if (!up && e->now.mono_ns - c->event_ns >
		       (c->o.answered ? AWAY_KEEP_NS : ring))
		track_end(e, c, track_known(c) ? track_outcome(c) : DISP_LOST);
}

static void
watch_call(struct engine *e, struct call *c)
{
	int64_t age = e->now.mono_ns - c->event_ns;
	int64_t patience =
	    !c->o.answered ? (c->camp->conf.dial_timeout + SLACK_S) * NS_PER_S
			   : MUTE_NS;

	if (c->hungup_ns != 0) {
		if (e->now.mono_ns - c->hungup_ns > GRACE_NS)
			end_hungup(e, c);
	} else if (c->state == CALL_UNKNOWN)
		watch_unknown(e, c);
	else if (c->failed_ns != 0 && !c->o.answered)
		watch_failed(e, c);
	else if (c->summed && age > SUMMED_NS)
		track_end(e, c, outcome_disposition(&c->o));
	else if (age > patience)
		want_resync(e, track_switch(e, c));
}

/* Once a second over all calls: nothing waits for an event for ever. */
void
track_watch(struct engine *e)
{
	struct call *c, *next;

	TAILQ_FOREACH_SAFE(c, &e->all, all, next)
	{
		if (call_in_flight(c))
			watch_call(e, c);
		else if (c->state == CALL_ENDED && c->recorded &&
			 e->now.mono_ns - c->event_ns > LOST_KEEP_NS)
			engine_free_call(e, c);
	}
}

/* ---- recording -------------------------------------------------------- */

bool
engine_record(
    struct engine *e, bool all, struct engine_record *r, const struct now *now)
{
	struct call *c = TAILQ_FIRST(&e->urgent);

	e->now = *now;
	if (c != NULL)
		TAILQ_REMOVE(&e->urgent, c, rec);
	else if (all && (c = TAILQ_FIRST(&e->changed)) != NULL)
		TAILQ_REMOVE(&e->changed, c, rec);
	else
		return false;
	c->recq = REC_NONE;
	*r = (struct engine_record){ .call = c, .optout = c->tell_optout };
	c->tell_optout = false;
	if (c->state == CALL_ENDED)
		judge_next(e, c, r);
	return true;
}

void
engine_recorded(struct engine *e, struct call *c)
{
	if (c->state != CALL_ENDED || c->recq != REC_NONE)
		return;
	if (c->kept && !c->recorded)
		back_keep(e, c);
	c->recorded = true;
	c->event_ns = e->now.mono_ns;
	if (c->disposition != DISP_LOST)
		engine_free_call(e, c);
}
