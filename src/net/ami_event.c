/* SPDX-License-Identifier: MIT */
/*
 * ami_event: one row per event that is understood, one row per header that is
 * wanted.  A message is walked once; what no row names costs a table lookup.
 * Refuses to guess: a message that lacks what its row needs is no event.
 */
#include "net/ami_event.h"

#include <string.h>
#include <strings.h>

#include "shared/util.h"

enum slot {
	H_ACTIONID,
	H_ANSWERS,
	H_AOR,
	H_AT,
	H_CALL,
	H_CAUSE,
	H_CAUSETXT,
	H_CHANNELSTATE,
	H_CONTACTSTATUS,
	H_DESTUNIQUEID,
	H_DIALSTATUS,
	H_DIGIT,
	H_DIRECTION,
	H_KEY,
	H_LINKEDID,
	H_MEMBERNAME,
	H_MESSAGE,
	H_REASON,
	H_RESPONSE,
	H_SECONDS,
	H_SIP,
	H_STAGE,
	H_STATE,
	H_TECHCAUSE,
	H_TEXT,
	H_TIMESTAMP,
	H_UNIQUEID,
	H_USEREVENT,
	H_N
};

/* The headers wanted, by first letter; each letter's list ends with a zero. */
#define W(name, slot)                                                          \
	{                                                                      \
		name, sizeof(name) - 1, slot                                   \
	}
static const struct want {
	const char *name;
	uint8_t len, slot;
} wants[32][6] = {
	['a' & 31] = { W("ActionID", H_ACTIONID), W("AOR", H_AOR),
	    W("At", H_AT), W("Answers", H_ANSWERS) },
	['c' & 31] = { W("ChannelState", H_CHANNELSTATE), W("Cause", H_CAUSE),
	    W("Cause-txt", H_CAUSETXT), W("Call", H_CALL),
	    W("ContactStatus", H_CONTACTSTATUS) },
	['d' & 31] = { W("DestUniqueid", H_DESTUNIQUEID),
	    W("DialStatus", H_DIALSTATUS), W("Digit", H_DIGIT),
	    W("Direction", H_DIRECTION) },
	['k' & 31] = { W("Key", H_KEY) },
	['l' & 31] = { W("Linkedid", H_LINKEDID) },
	['m' & 31] = { W("Message", H_MESSAGE), W("MemberName", H_MEMBERNAME) },
	['r' & 31] = { W("Response", H_RESPONSE), W("Reason", H_REASON) },
	['s' & 31] = { W("Stage", H_STAGE), W("Sip", H_SIP),
	    W("Seconds", H_SECONDS), W("State", H_STATE) },
	['t' & 31] = { W("Timestamp", H_TIMESTAMP), W("Text", H_TEXT),
	    W("TechCause", H_TECHCAUSE) },
	['u' & 31] = { W("Uniqueid", H_UNIQUEID), W("UserEvent", H_USEREVENT) },
};

struct got {
	const char *v[H_N]; /* first of each name; NULL: not there */
};

static void
collect(const struct ami_msg *m, struct got *g)
{
	memset(g, 0, sizeof(*g));
	for (size_t i = 0; i < m->nlines; i++) {
		struct ami_line l = m->line[i];
		const struct want *w = wants[m->base[l.off] & 31];

		for (; w->len != 0; w++) {
			const char *v =
			    ami_line_is(m->base, l, w->name, w->len);

			if (v == NULL)
				continue;
			if (g->v[w->slot] == NULL)
				g->v[w->slot] = v;
			break;
		}
	}
}

bool
ami_event_is_uuid(const char *s)
{
	/* 1: hexadecimal digit, 2: dash */
	static const uint8_t class[256] = { ['-'] = 2,
		['0'] = 1,
		['1'] = 1,
		['2'] = 1,
		['3'] = 1,
		['4'] = 1,
		['5'] = 1,
		['6'] = 1,
		['7'] = 1,
		['8'] = 1,
		['9'] = 1,
		['a'] = 1,
		['b'] = 1,
		['c'] = 1,
		['d'] = 1,
		['e'] = 1,
		['f'] = 1,
		['A'] = 1,
		['B'] = 1,
		['C'] = 1,
		['D'] = 1,
		['E'] = 1,
		['F'] = 1 };
	static const uint8_t shape[UUID_LEN + 1] =
	    "\1\1\1\1\1\1\1\1\2\1\1\1\1\2\1\1\1\1\2"
	    "\1\1\1\1\2\1\1\1\1\1\1\1\1\1\1\1\1";
	unsigned bad = 0;

	if (strnlen(s, UUID_LEN + 1) != UUID_LEN)
		return false;
	for (int i = 0; i < UUID_LEN; i++)
		bad |= class[(uint8_t)s[i]] ^ shape[i];
	return bad == 0;
}

/* Take a header's value as the id of the call, if it is one. */
static bool
take_id(struct ami_event *e, const char *v)
{
	if (v == NULL || !ami_event_is_uuid(v))
		return false;
	e->ev.id = v;
	return true;
}

static bool
is(const char *v, const char *word)
{
	return v != NULL && strcasecmp(v, word) == 0;
}

/* A header's whole number in 0..hi, or none if it has another shape. */
static int
number(const char *v, int hi, int none)
{
	int64_t n;

	return v != NULL && str_int64(v, 0, hi, &n) ? (int)n : none;
}

/* What a telephone has; '\0' else: it goes into the database as it is. */
static char
key_of(const char *v)
{
	return v != NULL && v[0] != '\0' && v[1] == '\0' &&
		       strchr("0123456789*#ABCD", v[0]) != NULL
		   ? v[0]
		   : '\0';
}

static int
sip_code(const char *v)
{
	int code = number(v, 699, 0);

	return code >= 100 ? code : 0;
}

static bool
newstate(const struct got *g, struct ami_event *e)
{
	int state = number(g->v[H_CHANNELSTATE], 99, 0);

	/* ast_channel_state: 5 ringing, 6 up */
	if (state != 5 && state != 6)
		return false;
	e->ev.type = state == 6 ? SW_ANSWERED : SW_RINGING;
	return take_id(e, g->v[H_UNIQUEID]);
}

static bool
dial_end(const struct got *g, struct ami_event *e)
{
	e->ev.type = SW_ANSWERED;
	return is(g->v[H_DIALSTATUS], "ANSWER") &&
	       take_id(e, g->v[H_DESTUNIQUEID]);
}

/*
 * Matched by ActionID: a reused ChannelId fails with the Uniqueid of the live
 * call.  Reason says nothing on a SIP trunk; the Hangup has the cause.
 */
static bool
originate_response(const struct got *g, struct ami_event *e)
{
	e->ev.type = is(g->v[H_RESPONSE], "Success") ? SW_ANSWERED : SW_FAILED;
	e->ev.cause = number(g->v[H_REASON], 999, -1);
	return take_id(
	    e, g->v[H_ACTIONID] != NULL ? g->v[H_ACTIONID] : g->v[H_UNIQUEID]);
}

static bool
hangup(const struct got *g, struct ami_event *e)
{
	e->ev.type = SW_HANGUP;
	e->ev.cause = number(g->v[H_CAUSE], 999, -1);
	e->ev.text = g->v[H_CAUSETXT];
	e->ev.sip_code = sip_code(g->v[H_TECHCAUSE]); /* 22 only */
	return take_id(e, g->v[H_UNIQUEID]);
}

/* Words of contrib/asterisk's UserEvent(Discador,...,Stage: word). */
static const struct {
	const char *word;
	enum sw_stage stage;
} stages[] = {
	{ "up", STAGE_UP },
	{ "amd", STAGE_AMD },
	{ "playing", STAGE_PLAYING },
	{ "wait", STAGE_WAIT },
	{ "key", STAGE_KEY },
	{ "invalid", STAGE_INVALID },
	{ "repeat", STAGE_REPEAT },
	{ "connect", STAGE_CONNECT },
	{ "connected", STAGE_CONNECTED },
	{ "optout", STAGE_OPTOUT },
	{ "timeout", STAGE_TIMEOUT },
	{ "machine", STAGE_MACHINE },
	{ "goodbye", STAGE_GOODBYE },
	{ "left", STAGE_LEFT },
	{ "hangup", STAGE_HANGUP },
	{ "answer", STAGE_ANSWER },
	{ "goal", STAGE_GOAL },
	{ "bad", STAGE_BAD },
};

static bool
user_event(const struct got *g, struct ami_event *e)
{
	if (!is(g->v[H_USEREVENT], "Discador") || g->v[H_STAGE] == NULL)
		return false;
	e->ev.type = SW_STAGE;
	e->ev.stage = STAGE_OTHER;
	for (size_t i = 0; i < nitems(stages); i++)
		if (*stages[i].word == (*g->v[H_STAGE] | 0x20) &&
		    is(g->v[H_STAGE], stages[i].word))
			e->ev.stage = stages[i].stage;
	e->ev.key = key_of(g->v[H_KEY]);
	e->ev.text = g->v[H_TEXT];
	e->ev.cause_text = g->v[H_REASON];
	e->ev.state = g->v[H_STATE];
	if (e->ev.stage == STAGE_HANGUP)
		e->ev.answers = g->v[H_ANSWERS];
	e->ev.cause = number(g->v[H_CAUSE], 999, -1);
	e->ev.sip_code = sip_code(g->v[H_SIP]);
	return take_id(e, g->v[H_CALL]);
}

/* Three of them come for a call over Local channels: ours counts. */
static bool
dtmf_end(const struct got *g, struct ami_event *e)
{
	e->ev.type = SW_DTMF;
	if (!is(g->v[H_DIRECTION], "Received"))
		return false;
	e->ev.key = key_of(g->v[H_DIGIT]);
	return e->ev.key != '\0' && take_id(e, g->v[H_UNIQUEID]);
}

static bool
agent_connect(const struct got *g, struct ami_event *e)
{
	e->ev.type = SW_CONNECTED;
	e->ev.text = g->v[H_MEMBERNAME];
	return take_id(e, g->v[H_UNIQUEID]) || take_id(e, g->v[H_LINKEDID]);
}

static bool
queue_abandon(const struct got *g, struct ami_event *e)
{
	e->ev.type = SW_ABANDONED;
	return take_id(e, g->v[H_UNIQUEID]);
}

static bool
contact_status(const struct got *g, struct ami_event *e)
{
	if (g->v[H_AOR] == NULL || g->v[H_CONTACTSTATUS] == NULL)
		return false;
	e->ev.type = SW_TRUNK;
	str_format(e->text, sizeof(e->text), "%s %s", g->v[H_AOR],
	    g->v[H_CONTACTSTATUS]);
	e->ev.text = e->text;
	return true;
}

static bool
status(const struct got *g, struct ami_event *e)
{
	e->ev.type = SW_LIVE;
	e->ev.live_state = number(g->v[H_CHANNELSTATE], 99, 0);
	e->ev.live_seconds = number(g->v[H_SECONDS], INT32_MAX, 0);
	return take_id(e, g->v[H_UNIQUEID]);
}

static bool
status_complete(const struct got *g, struct ami_event *e)
{
	(void)g;
	e->ev.type = SW_LIVE_END;
	return true;
}

/* In the order of their frequency. */
static const struct {
	const char *name;
	size_t len;
	bool (*read)(const struct got *, struct ami_event *);
} events[] = {
#define E(name, fn)                                                            \
	{                                                                      \
		name, sizeof(name) - 1, fn                                     \
	}
	E("Newstate", newstate),
	E("UserEvent", user_event),
	E("Hangup", hangup),
	E("DialEnd", dial_end),
	E("OriginateResponse", originate_response),
	E("DTMFEnd", dtmf_end),
	E("AgentConnect", agent_connect),
	E("QueueCallerAbandon", queue_abandon),
	E("Status", status),
	E("StatusComplete", status_complete),
	E("ContactStatus", contact_status),
#undef E
};

static bool
response(const struct ami_msg *m, struct ami_event *e)
{
	struct got g;

	collect(m, &g);
	e->action_id = g.v[H_ACTIONID];
	if (!take_id(e, e->action_id))
		return false;
	e->ev.type =
	    strcasecmp(m->what, "Error") == 0 ? SW_REFUSED : SW_ACCEPTED;
	e->ev.text = g.v[H_MESSAGE];
	return true;
}

/* "1700000000.123456"; what is no time after 1970 and before 5138 is none. */
static double
timestamp(const char *v)
{
	double s;

	return v != NULL && str_double(v, 1, 1e11, &s) ? s : 0;
}

bool
ami_event_read(const struct ami_msg *m, struct ami_event *e)
{
	size_t len;
	struct got g;

	memset(e, 0, offsetof(struct ami_event, text));
	e->ev.cause = -1;
	if (m->kind == AMI_RESPONSE)
		return response(m, e);
	if (m->kind != AMI_EVENT)
		return false;
	len = (size_t)(m->base + m->line[0].off + m->line[0].len - m->what);
	for (size_t i = 0; i < nitems(events); i++) {
		if (events[i].len != len ||
		    memcmp(events[i].name, m->what, len) != 0)
			continue;
		collect(m, &g);
		e->action_id = g.v[H_ACTIONID];
		/*
		 * Asterisk stamps an event when it leaves the queue in which
		 * it has waited; our dialplan says when it was made.
		 */
		e->timestamp_s = timestamp(g.v[H_AT]);
		if (e->timestamp_s <= 0)
			e->timestamp_s = timestamp(g.v[H_TIMESTAMP]);
		return events[i].read(&g, e);
	}
	return false;
}

int64_t
ami_event_boot(int64_t about, const char *started)
{
	const int64_t quarter = 15 * 60;
	struct tm tm = { 0 };
	int64_t local, d;

	if (about == 0 || strptime(started, "%Y-%m-%d %H:%M:%S", &tm) == NULL)
		return about;
	local = (int64_t)timegm(&tm);
	d = local - about;
	d = (d + (d >= 0 ? quarter / 2 : -quarter / 2)) / quarter;
	return local - d * quarter;
}
