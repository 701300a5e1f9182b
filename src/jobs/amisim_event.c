/* SPDX-License-Identifier: MIT */
/*
 * amisim_event: carrier actions to AMI events.  It keeps nothing about a call
 * but what is in struct amisim_call, and decides nothing.
 */
#include "jobs/amisim_event.h"

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

static void
begin(const struct amisim_events *e, struct amisim_text *t, const char *event,
    const char *privilege)
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

static void
finish(struct amisim_events *e, struct amisim_text *t, enum amisim_class class,
    struct amisim_outcome *outcome)
{
	amisim_text_put(t, "\r\n", 2);
	amisim_lie_event(e->lie, e->now_ns, class, t->p, t->len, outcome);
}

static void
own_channel(struct amisim_text *t, const char *prefix,
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
	begin(e, &t, "Newstate", "call,all");
	amisim_text_channel(&t, "", &c);
	finish(e, &t, AMISIM_CALL, NULL);
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
	begin(e, &t, event, "call,all");
	amisim_text_channel(&t, "Dest", &c);
	if (status != NULL) {
		amisim_text_header(&t, "", "DialStatus", status);
	} else {
		const char *slash = strchr(k->asked, '/');

		amisim_text_header(
		    &t, "", "DialString", slash != NULL ? slash + 1 : k->asked);
	}
	finish(e, &t, AMISIM_CALL, NULL);
}

static void
originate_response(
    struct amisim_events *e, struct amisim_call *k, bool ok, int reason)
{
	struct amisim_text t;

	k->response_due = false;
	begin(e, &t, "OriginateResponse", "call,all");
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
	finish(e, &t, AMISIM_CALL, NULL);
}

void
amisim_event_refused(struct amisim_events *e, struct amisim_call *k)
{
	originate_response(e, k, false, 0);
}

/* The names of the channel that an agent answers on. */
struct leg {
	char channel[160], peer[160], uniqueid[48], peer_id[48];
	struct amisim_channel c;
};

static void
leg_name(const struct amisim_events *e, const struct amisim_call *k,
    const char *dest, enum ivr_dest kind, struct leg *l)
{
	unsigned long long n = k->leg;

	if (kind == IVR_DEST_QUEUE)
		dest = "agent@discador-agents";
	str_format(
	    l->channel, sizeof(l->channel), "Local/%s-%08llx;1", dest, n);
	str_format(l->peer, sizeof(l->peer), "Local/%s-%08llx;2", dest, n);
	str_format(l->uniqueid, sizeof(l->uniqueid), "%lld.%llu",
	    (long long)e->boot_s, 2 * n + 1);
	str_format(l->peer_id, sizeof(l->peer_id), "%lld.%llu",
	    (long long)e->boot_s, 2 * n + 2);
	l->c = (struct amisim_channel){
		.channel = l->channel,
		.state = 6,
		.cid_num = k->cid_num,
		.cid_name = k->cid_name,
		.line_num = k->cid_num,
		.line_name = k->cid_name,
		.context = "discador-agents",
		.exten = "agent",
		.priority = 1,
		.uniqueid = l->uniqueid,
		.linkedid = k->id,
	};
}

static const char *
queue_name(const struct carrier_act *a, enum ivr_dest *kind)
{
	const char *rest;

	*kind = ivr_dest(a->menu, &rest);
	return rest;
}

static void
queue_event(struct amisim_events *e, const struct amisim_call *k,
    const struct carrier_act *a, const char *event)
{
	enum ivr_dest kind;
	const char *queue = queue_name(a, &kind);
	struct amisim_text t;

	if (kind != IVR_DEST_QUEUE)
		return;
	begin(e, &t, event, "agent,all");
	own_channel(&t, "", k, 6, a->exten);
	amisim_text_header(&t, "", "Queue", queue);
	amisim_text_number(&t, "", "Position", 1);
	if (strcmp(event, "QueueCallerAbandon") == 0) {
		amisim_text_number(&t, "", "OriginalPosition", 1);
		amisim_text_number(&t, "", "HoldTime", a->ms / 1000);
	} else {
		amisim_text_number(&t, "", "Count",
		    k->queue > 0 ? e->agents->queue[k->queue - 1].waiting : 0);
	}
	finish(e, &t, AMISIM_AGENT, NULL);
}

/* AgentConnect and AgentComplete. */
static void
agent_event(struct amisim_events *e, const struct amisim_call *k,
    const struct carrier_act *a, const char *event, const struct leg *l,
    const char *queue)
{
	struct amisim_text t;
	char name[64], interface[64];

	amisim_agents_name(
	    MAXIMUM(k->member, 1u) - 1, name, interface, sizeof(name));
	begin(e, &t, event, "agent,all");
	own_channel(&t, "", k, 6, a->exten);
	amisim_text_channel(&t, "Dest", &l->c);
	amisim_text_header(&t, "", "Queue", queue);
	amisim_text_header(&t, "", "Interface", interface);
	amisim_text_header(&t, "", "MemberName", name);
	if (a->what == CARRIER_AGENT_UP) {
		amisim_text_number(&t, "", "HoldTime", a->ms / 1000);
		amisim_text_number(&t, "", "RingTime", 0);
	} else {
		amisim_text_number(&t, "", "HoldTime", 0);
		amisim_text_number(&t, "", "TalkTime", a->ms / 1000);
		amisim_text_header(&t, "", "Reason", a->text);
	}
	finish(e, &t, AMISIM_AGENT, NULL);
}

/* QueueMemberStatus of the one who has the call, or had it. */
static void
member_status(struct amisim_events *e, size_t queue, size_t member)
{
	struct amisim_text t;

	begin(e, &t, "QueueMemberStatus", "agent,all");
	amisim_agents_member(&t, &e->agents->queue[queue], member, false);
	finish(e, &t, AMISIM_AGENT, NULL);
}

/* It waits no longer. */
static void
leave_queue(struct amisim_events *e, struct amisim_call *k)
{
	if (k->queued_ns != 0 && k->queue > 0)
		e->agents->queue[k->queue - 1].waiting--;
	k->queued_ns = 0;
}

/* Its agent, if it has one, is free again. */
static void
leave_agent(struct amisim_events *e, struct amisim_call *k, bool told)
{
	if (k->member == 0)
		return;
	amisim_agents_give(e->agents, k->queue - 1, k->member - 1,
	    now_read().wall_ms / MS_PER_S);
	if (told)
		member_status(e, k->queue - 1, k->member - 1);
	k->member = 0;
}

/* DialBegin or DialEnd from our call to the agent's leg. */
static void
leg_dial(struct amisim_events *e, const struct amisim_call *k,
    const struct carrier_act *a, struct leg *l, const char *status)
{
	struct amisim_text t;

	begin(e, &t, status != NULL ? "DialEnd" : "DialBegin", "call,all");
	own_channel(&t, "", k, 6, a->exten);
	l->c.state = status != NULL ? 6 : 0;
	amisim_text_channel(&t, "Dest", &l->c);
	l->c.state = 6;
	if (status != NULL)
		amisim_text_header(&t, "", "DialStatus", status);
	else
		amisim_text_header(
		    &t, "", "DialString", "Local/agent@discador-agents");
	finish(e, &t, AMISIM_CALL, NULL);
}

/* Newstate or Hangup of both halves of the agent's leg. */
static void
leg_pair(struct amisim_events *e, struct leg *l, const char *event)
{
	struct amisim_channel c = l->c;
	struct amisim_text t;

	for (int half = 2; half >= 1; half--) {
		c.channel = half == 2 ? l->peer : l->channel;
		c.uniqueid = half == 2 ? l->peer_id : l->uniqueid;
		begin(e, &t, event, "call,all");
		amisim_text_channel(&t, "", &c);
		if (strcmp(event, "Hangup") == 0) {
			amisim_text_number(&t, "", "Cause", 16);
			amisim_text_header(
			    &t, "", "Cause-txt", "Normal Clearing");
		}
		finish(e, &t, AMISIM_CALL, NULL);
	}
}

static void
agent_act(
    struct amisim_events *e, struct amisim_call *k, const struct carrier_act *a)
{
	enum ivr_dest kind;
	const char *name = queue_name(a, &kind);
	struct leg l;

	if (a->what == CARRIER_AGENT_UP)
		k->leg = e->legs++;
	leg_name(e, k, name, kind, &l);
	switch (a->what) {
	case CARRIER_QUEUED:
		if (kind == IVR_DEST_QUEUE) {
			k->queue = amisim_agents_queue(e->agents, name) + 1;
			k->queued_ns = a->at_ns;
			e->agents->queue[k->queue - 1].waiting++;
		}
		queue_event(e, k, a, "QueueCallerJoin");
		break;
	case CARRIER_AGENT_UP:
		leave_queue(e, k);
		leg_dial(e, k, a, &l, NULL);
		leg_pair(e, &l, "Newstate");
		leg_dial(e, k, a, &l, "ANSWER");
		queue_event(e, k, a, "QueueCallerLeave");
		if (k->queue == 0)
			break;
		k->member = amisim_agents_take(e->agents, k->queue - 1) + 1;
		member_status(e, k->queue - 1, k->member - 1);
		agent_event(e, k, a, "AgentConnect", &l, name);
		break;
	case CARRIER_AGENT_DONE:
		leg_pair(e, &l, "Hangup");
		if (kind == IVR_DEST_QUEUE)
			agent_event(e, k, a, "AgentComplete", &l, name);
		leave_agent(e, k, true);
		break;
	case CARRIER_ABANDONED:
		leave_queue(e, k);
		queue_event(e, k, a, "QueueCallerAbandon");
		queue_event(e, k, a, "QueueCallerLeave");
		break;
	default:
		break;
	}
}

/* UserEvent(Discador,...) with what that line of the dialplan sends. */
static void
user_event(
    struct amisim_events *e, struct amisim_call *k, const struct carrier_act *a)
{
	struct amisim_text t;
	enum ivr_dest kind;
	struct leg l;

	begin(e, &t, "UserEvent", "user,all");
	if (strcmp(a->word, "connected") == 0) {
		/* reported by the destination's channel */
		const char *name = queue_name(a, &kind);

		leg_name(e, k, name, kind, &l);
		l.c.context = "discador-answered";
		l.c.exten = "s";
		amisim_text_channel(&t, "", &l.c);
	} else {
		own_channel(&t, "", k, 6, a->exten);
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
	if (a->cause != 0) {
		amisim_text_number(&t, "", "Cause", a->cause);
		if (a->sip != 0)
			amisim_text_number(&t, "", "Sip", a->sip);
		else
			amisim_text_header(&t, "", "Sip", "");
	}
	finish(e, &t, AMISIM_USER, NULL);
	if (k->response_due)
		originate_response(e, k, true, 4);
}

void
amisim_event_sound(struct amisim_events *e, const char *ref, const char *text)
{
	struct amisim_text t;

	begin(e, &t, "UserEvent", "user,all");
	amisim_text_header(&t, "", "UserEvent", "Discador");
	amisim_text_header(&t, "", "Call", ref);
	amisim_text_header(&t, "", "Stage", "prompt");
	amisim_text_header(&t, "", "Text", text);
	finish(e, &t, AMISIM_USER, NULL);
}

static void
dtmf(struct amisim_events *e, const struct amisim_call *k,
    const struct carrier_act *a)
{
	char key[2] = { a->key, '\0' };
	struct amisim_text t;

	begin(e, &t, "DTMFEnd", "dtmf,all");
	own_channel(&t, "", k, 6, a->exten);
	amisim_text_header(&t, "", "Digit", key);
	amisim_text_number(&t, "", "DurationMs", 180);
	amisim_text_header(&t, "", "Direction", "Received");
	finish(e, &t, AMISIM_DTMF, NULL);
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

	begin(e, &t, "Hangup", "call,all");
	own_channel(&t, "", k, state_of(k), a->exten);
	amisim_text_number(&t, "", "Cause", a->cause);
	amisim_text_header(&t, "", "Cause-txt", amisim_text_cause(a->cause));
	if (a->sip != 0)
		amisim_text_number(&t, "", "TechCause", a->sip);
	finish(e, &t, AMISIM_CALL, record(e, k, a));
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
	leave_queue(e, k);
	leave_agent(e, k, true);
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
	leave_queue(e, k);
	leave_agent(e, k, false);
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
		agent_act(e, k, a);
		break;
	case CARRIER_HANGUP:
		hung_up(e, k, a);
		break;
	}
}
