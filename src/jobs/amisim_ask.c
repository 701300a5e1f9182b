/* SPDX-License-Identifier: MIT */
/*
 * amisim_ask: what a session may ask about queues, endpoints and
 * registrations, in the words of Asterisk 22, rights included: to list
 * endpoints takes write = system, which the shipped user has not.
 */
#include "jobs/amisim_action.h"

#include <strings.h>

static void
begin(struct amisim_text *t, const char *event)
{
	t->len = 0;
	amisim_text_header(t, "", "Event", event);
}

/* The ActionID of the question ends each event of its answer. */
static void
put(struct amisim_conn *c, const struct amisim_message *m,
    struct amisim_text *t)
{
	struct amisim_value id = amisim_message_get(m, "ActionID");

	if (id.n > 0) {
		amisim_text_put(t, "ActionID: ", 10);
		amisim_text_put(t, id.p, id.n);
		amisim_text_put(t, "\r\n", 2);
	}
	amisim_text_put(t, "\r\n", 2);
	amisim_conn_put(c, t->p, t->len);
}

static void
list_begin(
    struct amisim_conn *c, const struct amisim_message *m, const char *text)
{
	amisim_action_begin(c, m, "Success", NULL);
	amisim_conn_str(c, "EventList: start\r\nMessage: ");
	amisim_conn_str(c, text);
	amisim_conn_str(c, "\r\n\r\n");
}

static void
list_end(struct amisim_conn *c, const struct amisim_message *m,
    const char *event, size_t n)
{
	struct amisim_text t;

	begin(&t, event);
	amisim_text_header(&t, "", "EventList", "Complete");
	amisim_text_number(&t, "", "ListItems", (int64_t)n);
	put(c, m, &t);
}

/* Those who wait in it. */
static size_t
entries(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m, size_t queue)
{
	size_t alive = carrier_alive(s->carrier), n = 0;
	struct amisim_text t;

	for (size_t i = 0; i < alive; i++) {
		const struct amisim_call *k =
		    carrier_call_owner(carrier_at(s->carrier, i));

		if (k->queue != queue + 1 || k->queued_ns == 0)
			continue;
		begin(&t, "QueueEntry");
		amisim_text_header(
		    &t, "", "Queue", s->agents.queue[queue].name);
		amisim_text_number(&t, "", "Position", (int64_t)++n);
		amisim_text_header(&t, "", "Channel", k->channel);
		amisim_text_header(&t, "", "Uniqueid", k->id);
		amisim_text_header(&t, "", "CallerIDNum", k->cid_num);
		amisim_text_number(&t, "", "Wait",
		    MAXIMUM(s->events.now_ns - k->queued_ns, 0) / NS_PER_S);
		amisim_text_header(&t, "", "Priority", "0");
		put(c, m, &t);
	}
	return n;
}

void
amisim_ask_queues(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	struct amisim_text t;
	size_t n = 0;

	list_begin(c, m, "Queue status will follow");
	for (size_t i = 0; i < s->agents.nqueues; i++) {
		const struct amisim_queue *q = &s->agents.queue[i];

		begin(&t, "QueueParams");
		amisim_text_header(&t, "", "Queue", q->name);
		amisim_text_header(&t, "", "Max", "0");
		amisim_text_header(&t, "", "Strategy", "random");
		amisim_text_number(&t, "", "Calls", (int64_t)q->waiting);
		amisim_text_header(&t, "", "Holdtime", "0");
		amisim_text_header(&t, "", "TalkTime", "0");
		put(c, m, &t);
		for (size_t k = 0; k < q->nmembers; k++) {
			begin(&t, "QueueMember");
			amisim_agents_member(&t, q, k, true);
			put(c, m, &t);
		}
		n += 1 + q->nmembers + entries(s, c, m, i);
	}
	list_end(c, m, "QueueStatusComplete", n);
}

void
amisim_ask_endpoints(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	struct amisim_text t;
	size_t alive = carrier_alive(s->carrier);

	if (!s->may_system) {
		amisim_action_reply(c, m, "Error", "Permission denied");
		return;
	}
	list_begin(c, m,
	    "A listing of Endpoints follows, presented as EndpointList events");
	begin(&t, "EndpointList");
	amisim_text_header(&t, "", "ObjectType", "endpoint");
	amisim_text_header(&t, "", "ObjectName", "carrier");
	amisim_text_header(&t, "", "Aor", "carrier");
	amisim_text_header(&t, "", "Contacts", "carrier/sip:127.0.0.1:5060,");
	amisim_text_header(
	    &t, "", "DeviceState", alive > 0 ? "In use" : "Not in use");
	amisim_text_number(&t, "", "ActiveChannels", (int64_t)alive);
	put(c, m, &t);
	begin(&t, "EndpointList");
	amisim_text_header(&t, "", "ObjectType", "endpoint");
	amisim_text_header(&t, "", "ObjectName", "dead");
	amisim_text_header(&t, "", "Aor", "dead");
	amisim_text_header(&t, "", "Contacts", "");
	amisim_text_header(&t, "", "DeviceState", "Unavailable");
	amisim_text_header(&t, "", "ActiveChannels", "0");
	put(c, m, &t);
	list_end(c, m, "EndpointListComplete", 2);
}

void
amisim_ask_registrations(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	struct amisim_text t;

	(void)s;
	list_begin(c, m, "Following are Events for each Outbound registration");
	begin(&t, "OutboundRegistrationDetail");
	amisim_text_header(&t, "", "ObjectType", "registration");
	amisim_text_header(&t, "", "ObjectName", "carrier");
	amisim_text_header(&t, "", "ServerUri", "sip:127.0.0.1:5060");
	amisim_text_header(&t, "", "Endpoint", "carrier");
	amisim_text_header(&t, "", "Status", "Registered");
	amisim_text_header(&t, "", "NextReg", "3590");
	put(c, m, &t);
	list_end(c, m, "OutboundRegistrationDetailComplete", 1);
}

/* Getvar of DEVICE_STATE(); an endpoint called "dead" is. */
void
amisim_ask_var(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	char name[128];
	const char *state = "";

	amisim_message_copy(m, "Variable", name, sizeof(name));
	if (strncmp(name, "DEVICE_STATE(", 13) == 0)
		state = strstr(name, "/dead") != NULL   ? "UNAVAILABLE"
			: carrier_alive(s->carrier) > 0 ? "INUSE"
							: "NOT_INUSE";
	amisim_action_begin(c, m, "Success", NULL);
	amisim_conn_str(c, "Variable: ");
	amisim_conn_str(c, name);
	amisim_conn_str(c, "\r\nValue: ");
	amisim_conn_str(c, state);
	amisim_conn_str(c, "\r\n\r\n");
}
