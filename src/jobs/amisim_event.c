/* SPDX-License-Identifier: MIT */
/*
 * amisim_event: carrier actions to AMI events.  It keeps nothing about a call
 * but what is in struct amisim_call, and decides nothing.
 */
#include "jobs/amisim_event.h"

#include "jobs/amisim_event_part.h"
#include "shared/util.h"

void
amisim_event_channel(const struct amisim_call *k, int state, const char *exten,
    struct amisim_channel *c)
{
	*c = (struct amisim_channel){
		.channel = k->channel,
		.state = state,
		.cid_num = k->cid_num,
		.cid_name = k->cid_name,
		.line_num = k->cid_num,
		.line_name = k->cid_name,
		.context = state == 6 ? k->context : "from-carrier",
		.exten = state == 6 ? exten : "s",
		.priority = state == 6 ? 2 : 1,
		.uniqueid = k->id,
		.linkedid = k->id,
	};
}

void
amisim_event_begin(const struct amisim_events *e, struct amisim_text *t,
    const char *event, const char *privilege)
{
	t->len = 0;
	amisim_text_header(t, "", "Event", event);
	amisim_text_header(t, "", "Privilege", privilege);
	if (e->timestamps) {
		struct timespec ts;
		char at[40];

		clock_gettime(CLOCK_REALTIME, &ts);
		str_format(at, sizeof(at), "%lld.%06ld", (long long)ts.tv_sec,
		    ts.tv_nsec / 1000);
		amisim_text_header(t, "", "Timestamp", at);
	}
}

void
amisim_event_finish(struct amisim_events *e, struct amisim_text *t,
    enum amisim_class class, struct amisim_outcome *outcome)
{
	amisim_text_put(t, "\r\n", 2);
	amisim_lie_event(e->lie, e->now_ns, class, t->p, t->len, outcome);
}

void
amisim_event_own(struct amisim_text *t, const char *prefix,
    const struct amisim_call *k, int state, const char *exten)
{
	struct amisim_channel c;

	amisim_event_channel(k, state, exten, &c);
	amisim_text_channel(t, prefix, &c);
}

static int
state_of(const struct amisim_call *k)
{
	return k->up ? 6 : k->rang ? 5 : 0;
}

/* Even when it goes up it still stands where it was dialled from. */
static void
newstate(struct amisim_events *e, const struct amisim_call *k, int state)
{
	struct amisim_channel c;
	struct amisim_text t;

	amisim_event_channel(k, 0, "s", &c);
	c.state = state;
	amisim_event_begin(e, &t, "Newstate", "call,all");
	amisim_text_channel(&t, "", &c);
	amisim_event_finish(e, &t, AMISIM_CALL, NULL);
}

/* DialBegin and DialEnd of our own call: only Dest headers. */
static void
dial(struct amisim_events *e, const struct amisim_call *k, const char *event,
    const char *status)
{
	struct amisim_channel c;
	struct amisim_text t;

	amisim_event_channel(k, 0, "s", &c);
	c.state = state_of(k);
	amisim_event_begin(e, &t, event, "call,all");
	amisim_text_channel(&t, "Dest", &c);
	if (status != NULL) {
		amisim_text_header(&t, "", "DialStatus", status);
	} else {
		const char *slash = strchr(k->asked, '/');

		amisim_text_header(
		    &t, "", "DialString", slash != NULL ? slash + 1 : k->asked);
	}
	amisim_event_finish(e, &t, AMISIM_CALL, NULL);
}

static void
originate_response(
    struct amisim_events *e, struct amisim_call *k, bool ok, int reason)
{
	struct amisim_text t;

	k->response_due = false;
	amisim_event_begin(e, &t, "OriginateResponse", "call,all");
	if (k->action_id[0] != '\0')
		amisim_text_header(&t, "", "ActionID", k->action_id);
	amisim_text_header(&t, "", "Response", ok ? "Success" : "Failure");
	amisim_text_header(&t, "", "Channel", ok ? k->channel : k->asked);
	amisim_text_header(&t, "", "Context", k->context);
	amisim_text_header(&t, "", "Exten", k->exten);
	amisim_text_number(&t, "", "Reason", reason);
	amisim_text_header(&t, "", "Uniqueid", k->id);
	amisim_text_header(&t, "", "CallerIDNum",
	    k->cid_num[0] != '\0' ? k->cid_num : "<unknown>");
	amisim_text_header(&t, "", "CallerIDName",
	    k->cid_name[0] != '\0' ? k->cid_name : "<unknown>");
	amisim_event_finish(e, &t, AMISIM_CALL, NULL);
}

void
amisim_event_refused(struct amisim_events *e, struct amisim_call *k)
{
	originate_response(e, k, false, 0);
}

/* UserEvent(Discador,...) with what that line of the dialplan sends. */
static void
user_event(
    struct amisim_events *e, struct amisim_call *k, const struct carrier_act *a)
{
	struct amisim_text t;
	enum carrier_dest kind;
	struct amisim_leg l;

	amisim_event_begin(e, &t, "UserEvent", "user,all");
	if (strcmp(a->word, "connected") == 0) {
		/* reported by the destination's channel */
		const char *name = amisim_event_queue_name(a, &kind);

		amisim_event_leg(e, k, name, kind, &l);
		l.c.context = "discador-answered";
		l.c.exten = "s";
		amisim_text_channel(&t, "", &l.c);
	} else {
		amisim_event_own(&t, "", k, 6, a->exten);
	}
	amisim_text_header(&t, "", "UserEvent", "Discador");
	amisim_text_header(&t, "", "Call", k->call_ref);
	amisim_text_header(&t, "", "Stage", a->word);
	if (a->key != '\0') {
		char key[2] = { a->key, '\0' };

		amisim_text_header(&t, "", "Key", key);
	}
	if (a->text[0] != '\0')
		amisim_text_header(&t, "", "Text", a->text);
	if (a->reason_text[0] != '\0')
		amisim_text_header(&t, "", "Reason", a->reason_text);
	if (a->state[0] != '\0')
		amisim_text_header(&t, "", "State", a->state);
	if (a->answers[0] != '\0')
		amisim_text_header(&t, "", "Answers", a->answers);
	if (a->cause != 0) {
		amisim_text_number(&t, "", "Cause", a->cause);
		if (a->sip != 0)
			amisim_text_number(&t, "", "Sip", a->sip);
		else
			amisim_text_header(&t, "", "Sip", "");
	}
	amisim_event_finish(e, &t, AMISIM_USER, NULL);
	if (k->response_due)
		originate_response(e, k, true, 4);
}

void
amisim_event_sound(struct amisim_events *e, const char *ref, const char *text)
{
	struct amisim_text t;

	amisim_event_begin(e, &t, "UserEvent", "user,all");
	amisim_text_header(&t, "", "UserEvent", "Discador");
	amisim_text_header(&t, "", "Call", ref);
	amisim_text_header(&t, "", "Stage", "prompt");
	amisim_text_header(&t, "", "Text", text);
	amisim_event_finish(e, &t, AMISIM_USER, NULL);
}

static void
dtmf(struct amisim_events *e, const struct amisim_call *k,
    const struct carrier_act *a)
{
	char key[2] = { a->key, '\0' };
	struct amisim_text t;

	amisim_event_begin(e, &t, "DTMFEnd", "dtmf,all");
	amisim_event_own(&t, "", k, 6, a->exten);
	amisim_text_header(&t, "", "Digit", key);
	amisim_text_number(&t, "", "DurationMs", 180);
	amisim_text_header(&t, "", "Direction", "Received");
	amisim_event_finish(e, &t, AMISIM_DTMF, NULL);
}

/* Newstate, then DialEnd and OriginateResponse in any order. */
static void
answered(struct amisim_events *e, struct amisim_call *k)
{
	uint64_t order = rng_below(e->rng, 3);

	k->up = true;
	e->answered++;
	newstate(e, k, 6);
	if (order == 0)
		originate_response(e, k, true, 4);
	dial(e, k, "DialEnd", "ANSWER");
	if (order == 1)
		originate_response(e, k, true, 4);
	k->response_due = order == 2;
	if (k->sync_conn != 0)
		e->unblock(e->unblock_arg, k, true);
}

static struct amisim_outcome *
record(struct amisim_events *e, const struct amisim_call *k,
    const struct carrier_act *a)
{
	return amisim_log_ended(e->log, &(struct amisim_ended){
					    .id = k->id,
					    .number = k->number,
					    .caller_id = k->cid_num,
					    .truth = a->truth,
					    .cause = a->cause,
					    .answered = a->answered,
					    .key = a->last_key,
					    .end_ns = e->now_ns,
					});
}

static void
hangup_event(
    struct amisim_events *e, struct amisim_call *k, const struct carrier_act *a)
{
	struct amisim_text t;

	amisim_event_begin(e, &t, "Hangup", "call,all");
	amisim_event_own(&t, "", k, state_of(k), a->exten);
	amisim_text_number(&t, "", "Cause", a->cause);
	amisim_text_header(&t, "", "Cause-txt", amisim_text_cause(a->cause));
	if (a->sip != 0)
		amisim_text_number(&t, "", "TechCause", a->sip);
	amisim_event_finish(e, &t, AMISIM_CALL, record(e, k, a));
}

static void
hung_up(
    struct amisim_events *e, struct amisim_call *k, const struct carrier_act *a)
{
	/* Where the response of a failure stands: before, between, behind. */
	uint64_t order = a->answered ? 3 : rng_below(e->rng, 3);

	if (k->response_due) /* dropped before the first stage */
		originate_response(e, k, true, 4);
	if (order == 0)
		originate_response(e, k, false, a->reason);
	if (a->dial_status[0] != '\0')
		dial(e, k, "DialEnd", a->dial_status);
	if (order == 1)
		originate_response(e, k, false, a->reason);
	amisim_event_leave_queue(e, k);
	amisim_event_leave_agent(e, k, true);
	hangup_event(e, k, a);
	if (order == 2)
		originate_response(e, k, false, a->reason);
	if (k->sync_conn != 0)
		e->unblock(e->unblock_arg, k, false);
	e->ended++;
	amisim_call_del(e->calls, k);
}

void
amisim_event_vanish(void *arg, const struct carrier_act *a)
{
	struct amisim_events *e = arg;
	struct amisim_call *k = a->owner;

	if (a->what != CARRIER_HANGUP)
		return;
	amisim_event_leave_queue(e, k);
	amisim_event_leave_agent(e, k, false);
	amisim_log_lost(e->log, record(e, k, a));
	e->ended++;
	amisim_call_del(e->calls, k);
}

void
amisim_event_act(void *arg, const struct carrier_act *a)
{
	struct amisim_events *e = arg;
	struct amisim_call *k = a->owner;

	switch (a->what) {
	case CARRIER_DIALLING:
		dial(e, k, "DialBegin", NULL);
		break;
	case CARRIER_RINGING:
		k->rang = true;
		newstate(e, k, 5);
		break;
	case CARRIER_ANSWERED:
		answered(e, k);
		break;
	case CARRIER_STAGE:
		user_event(e, k, a);
		break;
	case CARRIER_DTMF:
		dtmf(e, k, a);
		break;
	case CARRIER_QUEUED:
	case CARRIER_AGENT_UP:
	case CARRIER_AGENT_DONE:
	case CARRIER_ABANDONED:
		amisim_event_agent(e, k, a);
		break;
	case CARRIER_HANGUP:
		hung_up(e, k, a);
		break;
	}
}
