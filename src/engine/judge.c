/* SPDX-License-Identifier: MIT */
/*
 * judge: what the end of a call says.  Its cause class (engine/outcome.h)
 * decides whose fault it was: the number's, the caller ID's, the trunk's, or
 * nobody's; the brakes, the ramp, the trunk's rate and routes and the caller
 * ID learn from it, and the contact is put where it belongs.
 */
#include <string.h>

#include "engine/attempt.h"
#include "engine/state.h"
#include "shared/log.h"

static enum call_fault
fault_of(const struct call *c)
{
	const struct outcome *o = &c->o;

	if (o->answered || c->disposition == DISP_LOST || o->hungup_by_us)
		return FAULT_NONE;
	if (o->refused)
		return FAULT_TRUNK;
	switch (outcome_class(o->cause)) {
	case CAUSE_TRUNK:
		return FAULT_TRUNK;
	case CAUSE_CAPACITY:
		return FAULT_CAPACITY;
	case CAUSE_ROUTE:
		return FAULT_ROUTE;
	case CAUSE_NORMAL:
	case CAUSE_PROTOCOL:
		return o->sip_code == 503 ? FAULT_CAPACITY : FAULT_NONE;
	case CAUSE_NONE:
		if (o->sip_code == 503)
			return FAULT_CAPACITY;
		/* A failure without any sign: it never reached a carrier. */
		return c->failed_ns != 0 && !o->timed_out && c->ringing_ms == 0
			   ? FAULT_TRUNK
			   : FAULT_NONE;
	default:
		return FAULT_NONE;
	}
}

/* 21, or what carriers answer in its place since RFC 8197 and 8688. */
static bool
rejected(const struct call *c)
{
	int sip = c->o.sip_code;

	return !c->o.answered && (sip == 603 || sip == 607 || sip == 608 ||
				     outcome_class(c->o.cause) == CAUSE_REJECT);
}

/* ---- brakes ----------------------------------------------------------- */

static void
restart_ramps(struct engine *e, const struct trunk *t)
{
	for (size_t i = 0; i < e->ncampaigns; i++)
		for (int k = 0; k < e->campaigns[i]->ntrunks; k++)
			if (e->campaigns[i]->trunks[k] == t)
				ramp_start(&e->campaigns[i]->ramp,
				    &e->campaigns[i]->profile);
}

static void
tell_brake(
    struct engine *e, const struct brake *b, const char *what, const char *name)
{
	char text[128];

	str_format(text, sizeof(text), "%s %s %s", what, name, brake_word(b));
	publish_mark(e, "brake", text);
	engine_note(e, b->state == BRAKE_ENGAGED ? LOG_LVL_ERROR : LOG_LVL_INFO,
	    "emergency brake of %s %s %s: %s%s", what, name, brake_word(b),
	    b->reason,
	    b->state == BRAKE_ENGAGED ? "; probe calls follow by themselves"
				      : "");
}

/* So many calls in a row without room for one: not full but gone. */
static bool
is_dead(const struct trunk *t)
{
	return t->full_run >= FULL_RUN;
}

/* Is it evidence at all?  A number that does not exist says nothing. */
static bool
is_evidence(const struct call *c)
{
	if (c->disposition == DISP_LOST || c->disposition == DISP_CANCELLED ||
	    c->o.refused)
		return false;
	if (c->fault == FAULT_CAPACITY)
		return c->trunk != NULL &&
		       (aimd_at_floor(&c->trunk->aimd) || is_dead(c->trunk));
	return c->o.answered || outcome_class(c->o.cause) != CAUSE_BAD;
}

static void
feed_brakes(struct engine *e, struct call *c, bool good)
{
	struct brake *b = &c->camp->brake;

	if (c->sent_ns == 0)
		return;
	if (brake_ended(b, good, c->sent_ns, &e->now)) {
		tell_brake(e, b, "campaign", c->camp->conf.name);
		if (b->state == BRAKE_RELEASED)
			ramp_start(&c->camp->ramp, &c->camp->profile);
	}
	if (c->trunk == NULL)
		return;
	b = &c->trunk->brake;
	if (brake_ended(b, good, c->sent_ns, &e->now)) {
		tell_brake(e, b, "trunk", c->trunk->conf.name);
		if (b->state == BRAKE_RELEASED)
			restart_ramps(e, c->trunk);
	}
}

void
judge_brakes(struct engine *e)
{
	for (size_t i = 0; i < e->ncampaigns; i++)
		if (brake_tick(&e->campaigns[i]->brake, &e->now))
			engine_note(e, LOG_LVL_INFO,
			    "emergency brake of campaign %s probes: one call a "
			    "second",
			    e->campaigns[i]->conf.name);
	for (size_t i = 0; i < e->ntrunks; i++)
		if (brake_tick(&e->trunks[i]->brake, &e->now))
			engine_note(e, LOG_LVL_INFO,
			    "emergency brake of trunk %s probes: one call a "
			    "second",
			    e->trunks[i]->conf.name);
}

/* ---- trunk and caller ID ---------------------------------------------- */

/*
 * A call that rings was carried: the trunk had room, and the network is there.
 * Rates and brakes learn it then and not at its end: calls that fail end
 * within a second or two, those that are answered minutes later, and a test
 * in order of ending would see nothing but failures at first.
 */
void
judge_carried(struct engine *e, struct call *c)
{
	if (c->carried || c->sent_ns == 0 || !call_in_flight(c))
		return;
	c->carried = true;
	if (c->trunk != NULL) {
		c->trunk->full_run = 0;
		aimd_ended(
		    &c->trunk->aimd, false, c->sent_ns, 0, 0, e->now.mono_ns);
	}
	feed_brakes(e, c, true);
	count_unprobe(c);
}

static void
judge_capacity(struct engine *e, struct call *c)
{
	struct trunk *t = c->trunk;
	double used = pacer_second(&t->pacer, e->now.mono_ns);

	if (c->carried || c->disposition == DISP_LOST || c->o.refused)
		return;
	t->full_run = c->fault == FAULT_CAPACITY ? t->full_run + 1 : 0;
	if (!aimd_ended(&t->aimd, c->fault == FAULT_CAPACITY, c->sent_ns, used,
		c->retry_after_s, e->now.mono_ns))
		return;
	engine_note(e, LOG_LVL_WARN,
	    "trunk %s is full (cause %d, SIP %d): %.1f of %.1f calls per "
	    "second now%s",
	    t->conf.name, c->o.cause, c->o.sip_code, t->aimd.allowed,
	    t->conf.max_cps,
	    c->retry_after_s > 0 ? ", and none until its Retry-After" : "");
}

static void
judge_trunk(struct engine *e, struct call *c)
{
	struct trunk *t = c->trunk;

	if (t == NULL)
		return;
	t->rejected += rejected(c);
	judge_capacity(e, c);
	switch (c->fault) {
	case FAULT_TRUNK:
		if (!c->faulted) /* else it was blamed at once */
			route_fault(e, t);
		break;
	case FAULT_CAPACITY:
		break;
	case FAULT_ROUTE:
		route_off(e, t, c->number);
		break;
	default:
		if (c->disposition == DISP_LOST)
			break;
		route_ok(t);
		route_on(t, c->number);
	}
}

static void
judge_did(struct engine *e, struct call *c)
{
	struct did *d = did_find(e->dids, c->did_id);
	int64_t rest = c->country->conf.did_rest;
	struct action *a;
	char why[160];

	if (d == NULL || c->fault != FAULT_NONE ||
	    c->disposition == DISP_LOST || c->disposition == DISP_CANCELLED ||
	    outcome_class(c->o.cause) == CAUSE_BAD)
		return;
	if (!did_ended(d, c->o.answered, rejected(c), why, sizeof(why)) ||
	    rest == 0 || d->blocked_until_ms != 0)
		return;
	did_block(d, e->now.wall_ms + rest * MS_PER_S);
	did_describe(d, did_country(d), why);
	e->blocked_auto++;
	a = engine_push(e, ACT_DID_BLOCK);
	a->did_id = d->id;
	a->due_ms = e->now.wall_ms + rest * MS_PER_S;
	str_copy(a->text, sizeof(a->text), why);
	engine_note(e, LOG_LVL_WARN, "caller ID %s rests for %lld h: %s",
	    d->number, (long long)rest / 3600, why);
}

static void
judge_quality(struct engine *e, struct call *c, bool good)
{
	if (!is_evidence(c) || (c->carried && good))
		return;
	if (c->carried) {
		brake_recant(&c->camp->brake, c->sent_ns);
		if (c->trunk != NULL)
			brake_recant(&c->trunk->brake, c->sent_ns);
	}
	feed_brakes(e, c, good);
}

void
judge_end(struct engine *e, struct call *c)
{
	bool good = outcome_ner_good(&c->o, (enum disposition)c->disposition);

	c->fault = (uint8_t)fault_of(c);
	judge_trunk(e, c);
	judge_did(e, c);
	/* What a full trunk says is in its own rate, until that is at its
	 * floor; a bad number is the list's fault, and in the NER all the
	 * same, as E.425 has it. */
	if (is_evidence(c) || outcome_class(c->o.cause) == CAUSE_BAD)
		ramp_ended(&c->camp->ramp, good, c->o.answered);
	judge_quality(e, c, good);
	if (c->o.sip_code == 607 && c->note[0] == '\0')
		str_copy(c->note, sizeof(c->note),
		    "607 unwanted: consider do-not-call");
}

/* ---- contact ---------------------------------------------------------- */

static int
shift_of(const struct campaign *c)
{
	switch (c->conf.order[0]) {
	case 'r':
		return 1;
	case 'n':
		return -1;
	}
	return 0;
}

/* How often what is not the number's fault may happen to it for nothing. */
static int
uncounted_max(const struct call *c)
{
	return c->fault == FAULT_CAPACITY && c->trunk != NULL &&
		       !is_dead(c->trunk)
		   ? UNCOUNTED_FULL
		   : UNCOUNTED_MAX;
}

/* Of a lost call what is known: who was talked to is not called for that. */
static enum disposition
as_known(const struct call *c)
{
	if (c->disposition == DISP_LOST &&
	    (c->o.connected || c->o.goal ||
		(c->o.machine && c->amd[0] != '\0')))
		return outcome_disposition(&c->o);
	return (enum disposition)c->disposition;
}

void
judge_next(struct engine *e, struct call *c, struct engine_record *r)
{
	enum disposition d = as_known(c);
	struct attempt_next next = attempt_after(
	    &c->camp->conf, c->attempt - c->uncounted, d, c->ended_ms);

	r->contact_state = next.state;
	r->due_ms = next.due_ms;
	if (c->fault != FAULT_NONE && c->uncounted < uncounted_max(c)) {
		if (route_other(e, c)) {
			r->uncounted = true;
			r->contact_state = "claimed";
			c->kept = true;
			c->trunk->failed_over++;
		} else if (strcmp(next.state, "done") != 0) {
			r->uncounted = true;
			next = attempt_after(&c->camp->conf, 0, d, c->ended_ms);
			r->contact_state = next.state;
			r->due_ms = MAXIMUM(next.due_ms,
			    c->ended_ms +
				MINIMUM(c->retry_after_s, AIMD_RETRY_MAX_S) *
				    MS_PER_S);
		}
	}
	if (strcmp(r->contact_state, "pending") == 0)
		r->shift = shift_of(c->camp);
}

enum disposition
engine_resolve(struct engine *e, const struct engine_cdr *r,
    struct engine_record *out, const struct now *now)
{
	struct campaign *camp = engine_campaign(e, r->campaign_id);
	enum disposition d = outcome_disposition(&r->o);
	struct call *c = call_table_find(&e->calls, &r->id);
	struct attempt_next next = { "done", 0 };
	struct board_count *v[4];
	bool was_good;
	size_t n;

	e->now = *now;
	*out = (struct engine_record){ .optout = r->o.optout };
	if (camp != NULL)
		next = attempt_after(&camp->conf, r->attempt, d, r->ended_ms);
	else if (r->o.optout)
		next.state = "dnc";
	out->contact_state = next.state;
	out->due_ms = next.due_ms;
	if (r->o.optout && c != NULL)
		engine_add_dnc(e, c->number);
	if (c == NULL || c->state != CALL_ENDED || c->disposition != DISP_LOST)
		return d;
	/* Still known here as lost: the counters follow. */
	was_good = c->o.answered;
	n = count_of(e, c, v);
	for (size_t i = 0; i < n; i++)
		if (r->o.answered && !c->o.answered) {
			v[i]->answered++;
			v[i]->failed -= v[i]->failed > 0;
		}
	c->o = r->o;
	c->disposition = (uint8_t)d;
	count_moved(c, DISP_LOST);
	publish_touch(e, c);
	if (r->answered_ms > 0)
		c->answered_ms = r->answered_ms;
	if (r->ended_ms > 0)
		c->ended_ms = r->ended_ms;
	count_rate(e, c, outcome_ner_good(&c->o, d));
	for (size_t i = 0; i < n; i++) {
		v[i]->ner_good += outcome_ner_good(&c->o, d) && !was_good;
		count_disposition(v[i], c);
	}
	return d;
}
