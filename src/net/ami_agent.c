/* SPDX-License-Identifier: MIT */
/*
 * ami_agent: one row per event, one walk per message.  Refuses to guess: an
 * event that does not say whom it is about is none.
 */
#include "net/ami_agent.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "shared/util.h"

enum slot {
	H_ACTIONID,
	H_ACTIVECHANNELS,
	H_CALLS,
	H_CALLSTAKEN,
	H_CONTACTS,
	H_COUNT,
	H_DEVICE,
	H_DEVICESTATE,
	H_ENDPOINT,
	H_HOLDTIME,
	H_INCALL,
	H_INTERFACE,
	H_LASTCALL,
	H_LASTPAUSE,
	H_LOCATION,
	H_MEMBERNAME,
	H_NAME,
	H_OBJECTNAME,
	H_PAUSED,
	H_PAUSEDREASON,
	H_QUEUE,
	H_SERVERURI,
	H_STATE,
	H_STATUS,
	H_STRATEGY,
	H_TALKTIME,
	H_UNIQUEID,
	H_WAIT,
	H_WRAPUPTIME,
	H_N
};

#define W(name, slot)                                                          \
	{                                                                      \
		name, sizeof(name) - 1, slot                                   \
	}
/* By first letter; each letter's list ends with a zero. */
static const struct want {
	const char *name;
	uint8_t len, slot;
} wants[32][6] = {
	['a' & 31] = { W("ActionID", H_ACTIONID),
	    W("ActiveChannels", H_ACTIVECHANNELS) },
	['c' & 31] = { W("Calls", H_CALLS), W("CallsTaken", H_CALLSTAKEN),
	    W("Contacts", H_CONTACTS), W("Count", H_COUNT) },
	['d' & 31] = { W("Device", H_DEVICE), W("DeviceState", H_DEVICESTATE) },
	['e' & 31] = { W("Endpoint", H_ENDPOINT) },
	['h' & 31] = { W("Holdtime", H_HOLDTIME) },
	['i' & 31] = { W("InCall", H_INCALL), W("Interface", H_INTERFACE) },
	['l' & 31] = { W("LastCall", H_LASTCALL), W("LastPause", H_LASTPAUSE),
	    W("Location", H_LOCATION) },
	['m' & 31] = { W("MemberName", H_MEMBERNAME) },
	['n' & 31] = { W("Name", H_NAME) },
	['o' & 31] = { W("ObjectName", H_OBJECTNAME) },
	['p' & 31] = { W("Paused", H_PAUSED),
	    W("PausedReason", H_PAUSEDREASON) },
	['q' & 31] = { W("Queue", H_QUEUE) },
	['s' & 31] = { W("ServerUri", H_SERVERURI), W("State", H_STATE),
	    W("Status", H_STATUS), W("Strategy", H_STRATEGY) },
	['t' & 31] = { W("TalkTime", H_TALKTIME) },
	['u' & 31] = { W("Uniqueid", H_UNIQUEID) },
	['w' & 31] = { W("Wait", H_WAIT), W("Wrapuptime", H_WRAPUPTIME) },
};

struct got {
	const char *v[H_N]; /* first of each name; "" when not there */
};

static void
collect(const struct ami_msg *m, struct got *g)
{
	for (int i = 0; i < H_N; i++)
		g->v[i] = "";
	for (size_t i = 0; i < m->nlines; i++) {
		struct ami_line l = m->line[i];
		const struct want *w = wants[m->base[l.off] & 31];

		for (; w->len != 0; w++) {
			const char *v =
			    ami_line_is(m->base, l, w->name, w->len);

			if (v == NULL)
				continue;
			if (g->v[w->slot][0] == '\0')
				g->v[w->slot] = v;
			break;
		}
	}
}

/* A whole number in 0..hi; 0 for anything else. */
static int64_t
number(const char *v, int64_t hi)
{
	int64_t n;

	return str_int64(v, 0, hi, &n) ? n : 0;
}

static uint32_t
count(const char *v)
{
	return (uint32_t)number(v, UINT32_MAX);
}

/* enum ast_device_state: what the numbers of Status mean. */
static const char *
device_state(int64_t n)
{
	static const char *const words[] = { "unknown", "free", "busy", "busy",
		"unavailable", "unavailable", "ringing", "busy", "busy" };

	return n >= 0 && (size_t)n < nitems(words) ? words[n] : "unknown";
}

const char *
ami_agent_state(const char *text)
{
	static const struct {
		const char *from, *to;
	} words[] = {
		{ "notinuse", "free" },
		{ "inuse", "busy" },
		{ "busy", "busy" },
		{ "onhold", "busy" },
		{ "ringing", "ringing" },
		{ "ringinuse", "busy" },
		{ "unavailable", "unavailable" },
		{ "invalid", "unavailable" },
	};
	char letters[16];
	size_t n = 0;

	for (; *text != '\0' && n < sizeof(letters) - 1; text++)
		if (isalpha((unsigned char)*text))
			letters[n++] = *text;
	letters[n] = '\0';
	for (size_t i = 0; i < nitems(words); i++)
		if (strcasecmp(letters, words[i].from) == 0)
			return words[i].to;
	return "unknown";
}

static bool
queue_params(const struct got *g, struct ami_agent *o)
{
	o->a.kind = AGENT_QUEUE;
	o->a.name = g->v[H_QUEUE];
	o->a.calls = count(g->v[H_CALLS]);
	str_format(o->detail, sizeof(o->detail),
	    "strategy %.40s, holdtime %u s, talktime %u s", g->v[H_STRATEGY],
	    count(g->v[H_HOLDTIME]), count(g->v[H_TALKTIME]));
	o->a.detail = o->detail;
	return o->a.name[0] != '\0';
}

/* QueueMember of an answer and QueueMemberStatus and the like say the same. */
static bool
member(const struct got *g, struct ami_agent *o)
{
	struct sw_agent *a = &o->a;
	bool paused = number(g->v[H_PAUSED], 1) == 1;

	a->kind = AGENT_MEMBER;
	a->queue = g->v[H_QUEUE];
	a->interface =
	    g->v[H_INTERFACE][0] != '\0' ? g->v[H_INTERFACE] : g->v[H_LOCATION];
	a->name =
	    g->v[H_MEMBERNAME][0] != '\0' ? g->v[H_MEMBERNAME] : g->v[H_NAME];
	if (a->name[0] == '\0')
		a->name = a->interface;
	if (a->queue[0] == '\0' || a->interface[0] == '\0')
		return false;
	a->state = device_state(number(g->v[H_STATUS], 99));
	/* a device that cannot tell (Local) may still have a call of it */
	if (number(g->v[H_INCALL], 1) == 1 && strcmp(a->state, "ringing") != 0)
		a->state = "busy";
	if (paused) {
		if (strcmp(a->state, "free") == 0 ||
		    strcmp(a->state, "unknown") == 0)
			a->state = "paused";
		str_format(o->detail, sizeof(o->detail), "%s%s%.80s",
		    strcmp(a->state, "paused") == 0 ? "" : "paused",
		    strcmp(a->state, "paused") == 0 ||
			    g->v[H_PAUSEDREASON][0] == '\0'
			? ""
			: ": ",
		    g->v[H_PAUSEDREASON]);
		a->paused_s = number(g->v[H_LASTPAUSE], UINT32_MAX);
	}
	a->detail = o->detail;
	a->calls = count(g->v[H_CALLSTAKEN]);
	a->last_call_s = number(g->v[H_LASTCALL], UINT32_MAX);
	a->wrapup_s = (int)number(g->v[H_WRAPUPTIME], 86400);
	return true;
}

static bool
member_gone(const struct got *g, struct ami_agent *o)
{
	o->what = AMI_AGENT_GONE;
	return member(g, o);
}

/* QueueEntry of an answer; QueueCallerJoin, which says how many wait now. */
static bool
caller(const struct got *g, struct ami_agent *o)
{
	o->a.kind = AGENT_CALLER;
	o->a.queue = g->v[H_QUEUE];
	o->a.name = g->v[H_UNIQUEID];
	o->a.wait_s = count(g->v[H_WAIT]);
	o->a.calls = count(g->v[H_COUNT]);
	return o->a.queue[0] != '\0' && o->a.name[0] != '\0';
}

static bool
caller_gone(const struct got *g, struct ami_agent *o)
{
	o->what = AMI_AGENT_GONE;
	return caller(g, o);
}

static bool
endpoint(const struct got *g, struct ami_agent *o)
{
	o->of = AGENTS_ENDPOINTS;
	o->a.kind = AGENT_ENDPOINT;
	o->a.name = g->v[H_OBJECTNAME];
	str_format(o->detail, sizeof(o->detail), "PJSIP/%.120s", o->a.name);
	o->a.interface = o->detail;
	o->a.state = ami_agent_state(g->v[H_DEVICESTATE]);
	o->a.detail = g->v[H_CONTACTS];
	o->a.calls = count(g->v[H_ACTIVECHANNELS]); /* 22 only */
	return o->a.name[0] != '\0';
}

static bool
device(const struct got *g, struct ami_agent *o)
{
	const char *slash = strchr(g->v[H_DEVICE], '/');

	if (slash == NULL || slash[1] == '\0')
		return false;
	o->of = AGENTS_ENDPOINTS;
	o->a.kind = AGENT_ENDPOINT;
	o->a.change = true;
	o->a.name = slash + 1;
	o->a.interface = g->v[H_DEVICE];
	o->a.state = ami_agent_state(g->v[H_STATE]);
	return true;
}

static bool
registration(const struct got *g, struct ami_agent *o)
{
	o->of = AGENTS_REGISTRATIONS;
	o->a.kind = AGENT_REGISTRATION;
	o->a.name = g->v[H_OBJECTNAME];
	o->a.interface = g->v[H_ENDPOINT];
	o->a.state =
	    strcasecmp(g->v[H_STATUS], "Registered") == 0 ? "registered"
	    : strcasecmp(g->v[H_STATUS], "Rejected") == 0 ? "rejected"
							  : "unregistered";
	o->a.detail = g->v[H_SERVERURI];
	return o->a.name[0] != '\0';
}

static bool
queues_end(const struct got *g, struct ami_agent *o)
{
	(void)g;
	o->what = AMI_AGENT_END;
	return true;
}

static bool
endpoints_end(const struct got *g, struct ami_agent *o)
{
	(void)g;
	o->what = AMI_AGENT_END;
	o->of = AGENTS_ENDPOINTS;
	return true;
}

static bool
registrations_end(const struct got *g, struct ami_agent *o)
{
	(void)g;
	o->what = AMI_AGENT_END;
	o->of = AGENTS_REGISTRATIONS;
	return true;
}

/* It names neither the object nor all of its states: to be asked for. */
static bool
registry(const struct got *g, struct ami_agent *o)
{
	(void)g;
	o->what = AMI_AGENT_ASK;
	o->of = AGENTS_REGISTRATIONS;
	return true;
}

static const struct {
	const char *name;
	size_t len;
	bool (*read)(const struct got *, struct ami_agent *);
} events[] = {
#define E(name, fn)                                                            \
	{                                                                      \
		name, sizeof(name) - 1, fn                                     \
	}
	E("QueueMember", member),
	E("QueueMemberStatus", member),
	E("QueueCallerJoin", caller),
	E("QueueCallerLeave", caller_gone),
	E("QueueEntry", caller),
	E("QueueParams", queue_params),
	E("QueueStatusComplete", queues_end),
	E("EndpointList", endpoint),
	E("EndpointListComplete", endpoints_end),
	E("OutboundRegistrationDetail", registration),
	E("OutboundRegistrationDetailComplete", registrations_end),
	E("QueueMemberPause", member),
	E("QueueMemberAdded", member),
	E("QueueMemberRemoved", member_gone),
	E("DeviceStateChange", device),
	E("Registry", registry),
#undef E
};

bool
ami_agent_read(const struct ami_msg *m, struct ami_agent *o)
{
	size_t len;
	struct got g;

	if (m->kind != AMI_EVENT)
		return false;
	len = (size_t)(m->base + m->line[0].off + m->line[0].len - m->what);
	for (size_t i = 0; i < nitems(events); i++) {
		if (events[i].len != len ||
		    memcmp(events[i].name, m->what, len) != 0)
			continue;
		collect(m, &g);
		memset(o, 0, sizeof(*o));
		o->a.name = o->a.queue = o->a.interface = o->a.state =
		    o->a.detail = "";
		o->action_id =
		    g.v[H_ACTIONID][0] != '\0' ? g.v[H_ACTIONID] : NULL;
		return events[i].read(&g, o);
	}
	return false;
}
