/* SPDX-License-Identifier: MIT */
/*
 * amisim_event_agent: the events of a queue and of the channel that an agent
 * answers on.  Knows of the agents only who has which call.
 */
#include "jobs/amisim_event_part.h"

#include "shared/util.h"

void
amisim_event_leg(const struct amisim_events *e, const struct amisim_call *k,
    const char *dest, enum carrier_dest kind, struct amisim_leg *l)
{
	unsigned long long n = k->leg;

	if (kind == CARRIER_DEST_QUEUE)
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

const char *
amisim_event_queue_name(const struct carrier_act *a, enum carrier_dest *kind)
{
	const char *rest;

	*kind = carrier_dest(a->dest, &rest);
	return rest;
}

static void
queue_event(struct amisim_events *e, const struct amisim_call *k,
    const struct carrier_act *a, const char *event)
{
	enum carrier_dest kind;
	const char *queue = amisim_event_queue_name(a, &kind);
	struct amisim_text t;

	if (kind != CARRIER_DEST_QUEUE)
		return;
	amisim_event_begin(e, &t, event, "agent,all");
	amisim_event_own(&t, "", k, 6, a->exten);
	amisim_text_header(&t, "", "Queue", queue);
	amisim_text_number(&t, "", "Position", 1);
	if (strcmp(event, "QueueCallerAbandon") == 0) {
		amisim_text_number(&t, "", "OriginalPosition", 1);
		amisim_text_number(&t, "", "HoldTime", a->ms / 1000);
	} else {
		amisim_text_number(&t, "", "Count",
		    k->queue > 0 ? e->agents->queue[k->queue - 1].waiting : 0);
	}
	amisim_event_finish(e, &t, AMISIM_AGENT, NULL);
}

/* AgentConnect and AgentComplete. */
static void
agent_event(struct amisim_events *e, const struct amisim_call *k,
    const struct carrier_act *a, const char *event, const struct amisim_leg *l,
    const char *queue)
{
	struct amisim_text t;
	char name[64], interface[64];

	amisim_agents_name(
	    MAXIMUM(k->member, 1u) - 1, name, interface, sizeof(name));
	amisim_event_begin(e, &t, event, "agent,all");
	amisim_event_own(&t, "", k, 6, a->exten);
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
	amisim_event_finish(e, &t, AMISIM_AGENT, NULL);
}

/* QueueMemberStatus of the one who has the call, or had it. */
static void
member_status(struct amisim_events *e, size_t queue, size_t member)
{
	struct amisim_text t;

	amisim_event_begin(e, &t, "QueueMemberStatus", "agent,all");
	amisim_agents_member(&t, &e->agents->queue[queue], member, false);
	amisim_event_finish(e, &t, AMISIM_AGENT, NULL);
}

/* It waits no longer. */
void
amisim_event_leave_queue(struct amisim_events *e, struct amisim_call *k)
{
	if (k->queued_ns != 0 && k->queue > 0)
		e->agents->queue[k->queue - 1].waiting--;
	k->queued_ns = 0;
}

/* Its agent, if it has one, is free again. */
void
amisim_event_leave_agent(
    struct amisim_events *e, struct amisim_call *k, bool told)
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
    const struct carrier_act *a, struct amisim_leg *l, const char *status)
{
	struct amisim_text t;

	amisim_event_begin(
	    e, &t, status != NULL ? "DialEnd" : "DialBegin", "call,all");
	amisim_event_own(&t, "", k, 6, a->exten);
	l->c.state = status != NULL ? 6 : 0;
	amisim_text_channel(&t, "Dest", &l->c);
	l->c.state = 6;
	if (status != NULL)
		amisim_text_header(&t, "", "DialStatus", status);
	else
		amisim_text_header(
		    &t, "", "DialString", "Local/agent@discador-agents");
	amisim_event_finish(e, &t, AMISIM_CALL, NULL);
}

/* Newstate or Hangup of both halves of the agent's leg. */
static void
leg_pair(struct amisim_events *e, struct amisim_leg *l, const char *event)
{
	struct amisim_channel c = l->c;
	struct amisim_text t;

	for (int half = 2; half >= 1; half--) {
		c.channel = half == 2 ? l->peer : l->channel;
		c.uniqueid = half == 2 ? l->peer_id : l->uniqueid;
		amisim_event_begin(e, &t, event, "call,all");
		amisim_text_channel(&t, "", &c);
		if (strcmp(event, "Hangup") == 0) {
			amisim_text_number(&t, "", "Cause", 16);
			amisim_text_header(
			    &t, "", "Cause-txt", "Normal Clearing");
		}
		amisim_event_finish(e, &t, AMISIM_CALL, NULL);
	}
}

void
amisim_event_agent(
    struct amisim_events *e, struct amisim_call *k, const struct carrier_act *a)
{
	enum carrier_dest kind;
	const char *name = amisim_event_queue_name(a, &kind);
	struct amisim_leg l;

	if (a->what == CARRIER_AGENT_UP)
		k->leg = e->legs++;
	amisim_event_leg(e, k, name, kind, &l);
	switch (a->what) {
	case CARRIER_QUEUED:
		k->queue = 0; /* a flow may lead to another one */
		if (kind == CARRIER_DEST_QUEUE) {
			k->queue = amisim_agents_queue(e->agents, name) + 1;
			k->queued_ns = a->at_ns;
			e->agents->queue[k->queue - 1].waiting++;
		}
		queue_event(e, k, a, "QueueCallerJoin");
		break;
	case CARRIER_AGENT_UP:
		amisim_event_leave_queue(e, k);
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
		if (kind == CARRIER_DEST_QUEUE)
			agent_event(e, k, a, "AgentComplete", &l, name);
		amisim_event_leave_agent(e, k, true);
		break;
	case CARRIER_ABANDONED:
		amisim_event_leave_queue(e, k);
		queue_event(e, k, a, "QueueCallerAbandon");
		queue_event(e, k, a, "QueueCallerLeave");
		break;
	default:
		break;
	}
}
