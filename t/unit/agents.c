/* SPDX-License-Identifier: MIT */
/*
 * What switches say of agents: messages of real Asterisks as sw_agent, and
 * what is kept of them.
 */
#include "daemon/agents.h"

#include <string.h>

#include "net/ami_agent.h"
#include "net/ami_parse.h"
#include "shared/buf.h"
#include "tap.h"

#define WALL 1795248100000LL

static struct agents *a;

static void
say(enum sw_event_type type, enum sw_agents q, const struct sw_agent *g,
    const char *text)
{
	struct sw_event e = {
		.type = type, .agents = q, .agent = g, .text = text
	};

	agents_event(a, "pbx1", 0, &e, WALL);
}

static bool
read_one(struct ami_parse *p, const char *text, struct ami_agent *o)
{
	struct ami_msg m;
	size_t size;
	char *room;

	ami_parse_reset(p);
	room = ami_parse_space(p, &size);
	memcpy(room, text, strlen(text));
	ami_parse_fed(p, strlen(text));
	return ami_parse_next(p, &m) && ami_agent_read(&m, o);
}

/* Status, InCall, Paused and the state they mean. */
static void
test_member(void)
{
	static const struct {
		const char *status, *incall, *paused, *reason, *state, *detail;
	} t[] = {
		{ "1", "0", "0", "", "free", "" },
		{ "2", "0", "0", "", "busy", "" },
		{ "3", "0", "0", "", "busy", "" },
		{ "1", "1", "0", "", "busy", "" },
		{ "6", "0", "0", "", "ringing", "" },
		{ "7", "0", "0", "", "busy", "" },
		{ "8", "0", "0", "", "busy", "" },
		{ "5", "0", "0", "", "unavailable", "" },
		{ "4", "0", "0", "", "unavailable", "" },
		{ "0", "0", "0", "", "unknown", "" },
		{ "1", "0", "1", "lunch", "paused", "lunch" },
		{ "2", "0", "1", "lunch", "busy", "paused: lunch" },
		{ "5", "0", "1", "", "unavailable", "paused" },
		{ "77", "x", "y", "", "unknown", "" },
	};
	struct ami_parse *p = ami_parse_new();
	struct ami_agent o;
	char text[600];

	for (size_t i = 0; i < nitems(t); i++) {
		str_format(text, sizeof(text),
		    "Event: QueueMemberStatus\r\nPrivilege: agent,all\r\n"
		    "Queue: sales\r\nMemberName: Anna\r\n"
		    "Interface: PJSIP/anna\r\nStateInterface: PJSIP/anna\r\n"
		    "CallsTaken: 7\r\nLastCall: 1795248000\r\nLastPause: 5\r\n"
		    "InCall: %s\r\nStatus: %s\r\nPaused: %s\r\n"
		    "PausedReason: %s\r\nWrapuptime: 10\r\n\r\n",
		    t[i].incall, t[i].status, t[i].paused, t[i].reason);
		ok(read_one(p, text, &o) && o.what == AMI_AGENT_IS &&
			o.action_id == NULL && o.a.kind == AGENT_MEMBER &&
			strcmp(o.a.state, t[i].state) == 0 &&
			strcmp(o.a.detail, t[i].detail) == 0 &&
			strcmp(o.a.name, "Anna") == 0 && o.a.calls == 7 &&
			o.a.wrapup_s == 10 && o.a.last_call_s == 1795248000,
		    "status %s in call %s paused %s: %s", t[i].status,
		    t[i].incall, t[i].paused, t[i].state);
	}
	ok(!read_one(p, "Event: QueueMember\r\nQueue: x\r\n\r\n", &o),
	    "a member without an interface is none");
	ok(read_one(p,
	       "Event: QueueCallerLeave\r\nUniqueid: 1.5\r\nQueue: sales\r\n"
	       "Position: 1\r\nCount: 3\r\n\r\n",
	       &o) &&
		o.what == AMI_AGENT_GONE && o.a.kind == AGENT_CALLER &&
		o.a.calls == 3,
	    "who leaves a queue");
	ok(read_one(p,
	       "Event: EndpointList\r\nActionID: q2\r\nObjectName: carrier\r\n"
	       "Contacts: carrier/sip:10.0.0.1,\r\nDeviceState: Not in use\r\n"
	       "ActiveChannels: \r\n\r\n",
	       &o) &&
		o.of == AGENTS_ENDPOINTS && strcmp(o.a.state, "free") == 0 &&
		strcmp(o.a.interface, "PJSIP/carrier") == 0 &&
		strcmp(o.action_id, "q2") == 0,
	    "an endpoint as 16 lists it");
	ok(read_one(p,
	       "Event: OutboundRegistrationDetail\r\nActionID: q3\r\n"
	       "ObjectName: out\r\nServerUri: sip:sbc\r\nEndpoint: carrier\r\n"
	       "Status: Rejected\r\n\r\n",
	       &o) &&
		strcmp(o.a.state, "rejected") == 0,
	    "a registration");
	ok(strcmp(ami_agent_state("NOT_INUSE"), "free") == 0, "NOT_INUSE");
	ok(strcmp(ami_agent_state("Ring+Inuse"), "busy") == 0, "Ring+Inuse");
	ok(strcmp(ami_agent_state("On Hold"), "busy") == 0, "On Hold");
	ok(strcmp(ami_agent_state("INVALID"), "unavailable") == 0, "INVALID");
	ok(strcmp(ami_agent_state(""), "unknown") == 0, "no state");
	ami_parse_free(p);
}

static const struct row_agent *
row(const char *kind, const char *name)
{
	for (size_t i = 0; i < agents_used(a); i++) {
		const struct row_agent *r = agents_row(a, i);

		if (strcmp(r->kind, kind) == 0 && strcmp(r->name, name) == 0)
			return r;
	}
	return NULL;
}

static void
member(const char *who, const char *state, bool answer)
{
	struct sw_agent g = { .kind = AGENT_MEMBER,
		.name = who,
		.queue = "sales",
		.interface = who,
		.state = state,
		.detail = "",
		.last_call_s = WALL / 1000 - 100 };

	if (answer)
		say(SW_AGENTS_BEGIN, AGENTS_QUEUES, NULL, NULL);
	say(SW_AGENT, AGENTS_QUEUES, &g, NULL);
}

static void
queue(uint32_t waiting)
{
	struct sw_agent g = { .kind = AGENT_QUEUE,
		.name = "sales",
		.queue = "",
		.detail = "strategy random",
		.calls = waiting };

	say(SW_AGENT, AGENTS_QUEUES, &g, NULL);
}

static void
caller(const char *id, bool gone, uint32_t count, uint32_t wait_s)
{
	struct sw_agent g = { .kind = AGENT_CALLER,
		.name = id,
		.queue = "sales",
		.calls = count,
		.wait_s = wait_s };

	say(gone ? SW_AGENT_GONE : SW_AGENT, AGENTS_QUEUES, &g, NULL);
}

static void
tick(int64_t s)
{
	struct now now = { 1, WALL + s * 1000 };

	agents_clock(a, &now);
}

static void
test_kept(void)
{
	const struct row_agent *r;

	a = agents_new();
	say(SW_UP, 0, NULL, NULL);
	member("anna", "free", true);
	queue(0);
	member("bruno", "busy", false);
	say(SW_AGENTS_END, AGENTS_QUEUES, NULL, NULL);
	tick(0);
	ok((r = row("member", "anna")) != NULL &&
		strcmp(r->state, "free") == 0 && r->since_ms == WALL - 100000 &&
		strcmp(r->switch_name, "pbx1") == 0,
	    "free since her last call");
	ok((r = row("queue", "sales")) != NULL && strcmp(r->state, "free") == 0,
	    "a queue with a free agent");
	member("anna", "busy", false);
	tick(1);
	ok((r = row("member", "anna")) != NULL && r->since_ms == WALL &&
		strcmp(row("queue", "sales")->state, "busy") == 0,
	    "a change is dated, the queue follows");
	caller("c1", false, 1, 0);
	caller("c2", false, 2, 0);
	tick(41);
	ok((r = row("queue", "sales")) != NULL && r->calls == 2 &&
		r->wait_s == 41,
	    "two wait, the longest 41 s");
	caller("c1", true, 1, 0);
	caller("c2", true, 0, 0);
	tick(42);
	ok((r = row("queue", "sales")) != NULL && r->calls == 0 &&
		r->wait_s == 0,
	    "nobody waits");
	/* the next answer knows of anna only */
	member("anna", "free", true);
	queue(1);
	caller("c3", false, 0, 30);
	say(SW_AGENTS_END, AGENTS_QUEUES, NULL, NULL);
	tick(0);
	ok(row("member", "bruno") == NULL && row("member", "anna") != NULL,
	    "who is not named any more is gone");
	ok(row("queue", "sales")->wait_s == 30, "an answer tells the wait");
	say(SW_AGENTS_REFUSED, AGENTS_ENDPOINTS, NULL, "no right");
	ok((r = row("note", "endpoints")) != NULL &&
		strcmp(r->detail, "no right") == 0,
	    "a refusal is kept");
	say(SW_DOWN, 0, NULL, "cut");
	tick(4);
	ok(agents_used(a) > 0, "a short cut forgets nothing");
	tick(6);
	ok(agents_used(a) == 0, "a long one all");
	agents_free(a);
}

static void
test_wrapup(void)
{
	struct sw_agent g = { .kind = AGENT_MEMBER,
		.name = "anna",
		.queue = "q",
		.interface = "PJSIP/anna",
		.state = "free",
		.detail = "",
		.last_call_s = WALL / 1000,
		.wrapup_s = 15 };
	const struct row_agent *r;

	a = agents_new();
	say(SW_UP, 0, NULL, NULL);
	say(SW_AGENT, AGENTS_QUEUES, &g, NULL);
	r = row("member", "anna");
	ok(strcmp(r->state, "busy") == 0 && strcmp(r->detail, "wrap-up") == 0,
	    "not free while the queue lets her rest");
	tick(14);
	ok(strcmp(r->state, "busy") == 0, "not a second earlier");
	tick(16);
	ok(strcmp(r->state, "free") == 0 && r->detail[0] == '\0',
	    "then free, without being told");
	agents_free(a);
}

static void
test_many(void)
{
	struct sw_agent e = { .kind = AGENT_ENDPOINT,
		.name = "carrier",
		.queue = "",
		.interface = "PJSIP/carrier",
		.state = "unavailable",
		.detail = "" };
	const struct row_agent *r;
	char who[600];
	size_t long_names = 0;

	a = agents_new();
	say(SW_UP, 0, NULL, NULL);
	agents_trunk(a, 0, "PJSIP/carrier", "t1");
	agents_trunk(a, 0, "PJSIP/carrier", "t2");
	for (int round = 0; round < 3; round++) {
		say(SW_AGENTS_BEGIN, AGENTS_QUEUES, NULL, NULL);
		queue(0);
		for (int i = 0; i < 10000; i++) {
			/* the same for more than a row holds, then different */
			memset(who, 'x', sizeof(who));
			str_format(who + 500, 100, "\x1b[2J\xc3 %d", i);
			member(who, i % 2 ? "free" : "busy", false);
		}
		say(SW_AGENTS_END, AGENTS_QUEUES, NULL, NULL);
		say(SW_AGENTS_BEGIN, AGENTS_ENDPOINTS, NULL, NULL);
		say(SW_AGENT, AGENTS_ENDPOINTS, &e, NULL);
		say(SW_AGENTS_END, AGENTS_ENDPOINTS, NULL, NULL);
		tick(round);
	}
	for (size_t i = 0; i < agents_used(a); i++) {
		r = agents_row(a, i);
		long_names += strcmp(r->kind, "member") == 0;
		if (memchr(r->name, '\0', sizeof(r->name)) == NULL ||
		    strchr(r->name, '\x1b') != NULL)
			long_names = 100000;
	}
	ok(long_names > 1000 && long_names < AGENTS_KEPT,
	    "%zu of 10,000 agents are kept, long names and all", long_names);
	ok((r = row("note", "hidden")) != NULL &&
		r->calls == 10000 - long_names,
	    "the others are counted");
	ok((r = row("endpoint", "carrier")) != NULL &&
		strcmp(r->queue, "t1,t2") == 0,
	    "what trunks dial over has its place, and says which trunks");
	say(SW_AGENTS_BEGIN, AGENTS_QUEUES, NULL, NULL);
	say(SW_AGENTS_END, AGENTS_QUEUES, NULL, NULL);
	ok(row("note", "hidden") == NULL && agents_used(a) < 4000,
	    "an empty answer drops them all");
	agents_free(a);
}

static void
test_device(void)
{
	static const struct {
		const char *channel, *device;
	} t[] = {
		{ "PJSIP/{number}@carrier", "PJSIP/carrier" },
		{ "pjsip/{number}@carrier", "PJSIP/carrier" },
		{ "PJSIP/carrier/sip:{number}@10.0.0.1", "PJSIP/carrier" },
		{ "SIP/{number}@old", "SIP/old" },
		{ "IAX2/peer/{number}", "IAX2/peer" },
		{ "Local/{number}@out", NULL },
		{ "DAHDI/g1/{number}", NULL },
		{ "PJSIP/{number}@", NULL },
		{ "PJSIP/{number}", NULL },
		{ "", NULL },
	};
	char out[96];

	for (size_t i = 0; i < nitems(t); i++)
		ok(agents_device(t[i].channel, out, sizeof(out)) ==
			    (t[i].device != NULL) &&
			(t[i].device == NULL || strcmp(out, t[i].device) == 0),
		    "device of \"%s\"", t[i].channel);
}

int
main(void)
{
	test_member();
	test_kept();
	test_wrapup();
	test_many();
	test_device();
	return done_testing();
}
