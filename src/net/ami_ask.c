/* SPDX-License-Identifier: MIT */
/*
 * ami_ask: the questions in turn, and what to do when one is not answered.
 * Refuses to ask again, before the next login, what it was denied: the rights
 * of a session are those of its login.
 */
#include "net/ami_ask.h"

#include <string.h>
#include <strings.h>

#include "net/ami.h"
#include "net/ami_action.h"
#include "net/ami_agent.h"
#include "shared/util.h"

static const struct {
	const char *action;
	const char *denied; /* what is missing */
} questions[AGENTS_N] = {
	[AGENTS_QUEUES] = { "QueueStatus",
	    "the AMI user may not ask for queues" },
	[AGENTS_ENDPOINTS] = { "PJSIPShowEndpoints",
	    "the AMI user may not list endpoints (write = system is missing): "
	    "trunks only" },
	[AGENTS_REGISTRATIONS] = { "PJSIPShowRegistrationsOutbound",
	    "the AMI user may not ask for registrations (write = reporting "
	    "is missing)" },
};

void
ami_ask_init(struct ami_ask *q, struct ami *ami,
    void (*tell)(void *, struct sw_event *, int64_t), void *arg)
{
	memset(q, 0, sizeof(*q));
	q->ami = ami;
	q->tell = tell;
	q->arg = arg;
}

void
ami_ask_reset(struct ami_ask *q)
{
	q->open = q->watching = false;
	q->at = AGENTS_QUEUES;
	q->id[0] = '\0';
	q->next_ns = q->took_ns = 0;
	memset(q->denied, 0, sizeof(q->denied));
}

void
ami_ask_watch(struct ami_ask *q, const char *const *devices, size_t n)
{
	q->nwatch = 0;
	for (size_t i = 0; i < n && q->nwatch < SW_WATCH; i++) {
		const char *s = devices[i];

		/* it goes into DEVICE_STATE( ) */
		if (strlen(s) >= ASK_DEVICE || strpbrk(s, "(){}$\"\\,") != NULL)
			continue;
		str_copy(q->watch[q->nwatch++], ASK_DEVICE, s);
	}
	/* the answer that is on its way is about the old list */
	if (q->watching)
		q->open = q->watching = false;
}

static void
tell(struct ami_ask *q, enum sw_event_type type, const char *text,
    const struct sw_agent *a, int64_t mono_ns)
{
	struct sw_event ev = { .type = type,
		.cause = -1,
		.text = text,
		.agents = q->at,
		.agent = a };

	q->tell(q->arg, &ev, mono_ns);
}

/* Does anything else wait for the switch? */
static bool
idle(const struct ami_ask *q)
{
	return ami_is_up(q->ami) && ami_unanswered(q->ami, NULL) == 0;
}

static void
put_question(struct ami_ask *q, int64_t mono_ns)
{
	const char *why, *device = NULL;
	struct buf *out = ami_begin(q->ami, &why);
	struct ami_action a;
	char var[ASK_DEVICE + 16];

	if (out == NULL)
		return;
	if (q->watching)
		device = q->watch[q->watch_at];
	str_format(q->id, sizeof(q->id), "discador-ask-%llu",
	    (unsigned long long)++q->serial);
	ami_action_begin(&a, out,
	    device != NULL ? "Getvar" : questions[q->at].action, q->id);
	if (device != NULL) {
		str_format(var, sizeof(var), "DEVICE_STATE(%s)", device);
		ami_action_header(&a, "Variable", var);
	}
	if (!ami_action_end(&a, &why))
		return; /* tried again at the next tick */
	/* how long a list takes says nothing about Originates */
	ami_commit(q->ami, NULL);
	q->open = true;
	q->sent_ns = mono_ns;
	ami_flush(q->ami);
}

/* Go on with the round, or end it. */
static void
go_on(struct ami_ask *q, int64_t mono_ns)
{
	while (q->at < AGENTS_N) {
		if (!q->denied[q->at]) {
			q->watching = false;
			break;
		}
		if (q->at == AGENTS_ENDPOINTS && q->nwatch > 0) {
			if (!q->watching) {
				q->watching = true;
				q->watch_at = 0;
				tell(q, SW_AGENTS_BEGIN, NULL, NULL, mono_ns);
			}
			break;
		}
		q->at++;
	}
	if (q->at == AGENTS_N) {
		int64_t pause =
		    MAXIMUM(ASK_EVERY_S * NS_PER_S, ASK_SHARE * q->took_ns);

		q->at = AGENTS_QUEUES;
		q->took_ns = 0;
		q->next_ns = mono_ns + pause;
		return;
	}
	if (idle(q))
		put_question(q, mono_ns);
}

void
ami_ask_tick(struct ami_ask *q, int64_t mono_ns)
{
	if (q->open) {
		if (mono_ns - q->sent_ns < ASK_LOST_S * NS_PER_S)
			return;
		q->open = q->watching = false;
		q->at = AGENTS_N; /* next round */
	}
	if (q->at == AGENTS_QUEUES && mono_ns < q->next_ns)
		return;
	go_on(q, mono_ns);
}

/* The open question is answered: on to the next. */
static void
settled(struct ami_ask *q, int64_t mono_ns)
{
	q->open = false;
	q->id[0] = '\0';
	q->took_ns += MAXIMUM(mono_ns - q->sent_ns, 0);
	if (q->watching && ++q->watch_at < q->nwatch) {
		if (idle(q))
			put_question(q, mono_ns);
		return;
	}
	if (q->watching) {
		q->watching = false;
		tell(q, SW_AGENTS_END, NULL, NULL, mono_ns);
		tell(q, SW_AGENTS_REFUSED, questions[q->at].denied, NULL,
		    mono_ns);
	}
	q->at++;
	go_on(q, mono_ns);
}

static void
device_told(struct ami_ask *q, const struct ami_msg *m, int64_t mono_ns)
{
	const char *device = q->watch[q->watch_at], *slash;
	const char *value = ami_msg_get(m, "Value", 0);
	struct sw_agent a = { .kind = AGENT_ENDPOINT, .queue = "" };

	slash = strchr(device, '/');
	a.name = slash != NULL ? slash + 1 : device;
	a.interface = device;
	/* without func_devstate.so there is no value */
	a.state = ami_agent_state(value != NULL ? value : "");
	a.detail =
	    value != NULL && value[0] != '\0'
		? ""
		: "the switch has no DEVICE_STATE(): load func_devstate.so";
	tell(q, SW_AGENT, NULL, &a, mono_ns);
	settled(q, mono_ns);
}

static void
refused(struct ami_ask *q, const struct ami_msg *m, int64_t mono_ns)
{
	const char *text = ami_msg_get(m, "Message", 0);
	char why[160];

	if (!ami_is_up(q->ami)) { /* it is shutting down */
		q->open = false;
		return;
	}
	if (text != NULL && strcasestr(text, "permission") != NULL) {
		q->denied[q->at] = true;
		q->open = false;
		tell(q, SW_AGENTS_REFUSED, questions[q->at].denied, NULL,
		    mono_ns);
		go_on(q, mono_ns);
		return;
	}
	/* no module for it, or none of them: the switch's own words */
	tell(q, SW_AGENTS_BEGIN, NULL, NULL, mono_ns);
	tell(q, SW_AGENTS_END, NULL, NULL, mono_ns);
	str_format(why, sizeof(why), "%s: %.100s", questions[q->at].action,
	    text != NULL ? text : m->what);
	tell(q, SW_AGENTS_REFUSED, why, NULL, mono_ns);
	settled(q, mono_ns);
}

static void
response(struct ami_ask *q, const struct ami_msg *m, int64_t mono_ns)
{
	const char *id = ami_msg_get(m, "ActionID", 0);

	if (!q->open || id == NULL || strcmp(id, q->id) != 0)
		return;
	if (q->watching)
		device_told(q, m, mono_ns);
	else if (strcasecmp(m->what, "Success") != 0)
		refused(q, m, mono_ns);
	else
		tell(q, SW_AGENTS_BEGIN, NULL, NULL, mono_ns);
}

void
ami_ask_message(struct ami_ask *q, const struct ami_msg *m, int64_t mono_ns)
{
	struct ami_agent o;

	if (m->kind == AMI_RESPONSE) {
		response(q, m, mono_ns);
		return;
	}
	if (!ami_agent_read(m, &o))
		return;
	if (o.action_id != NULL && (!q->open || q->watching || o.of != q->at ||
				       strcmp(o.action_id, q->id) != 0))
		return; /* of a question that was given up */
	switch (o.what) {
	case AMI_AGENT_IS:
		tell(q, SW_AGENT, NULL, &o.a, mono_ns);
		break;
	case AMI_AGENT_GONE:
		tell(q, SW_AGENT_GONE, NULL, &o.a, mono_ns);
		break;
	case AMI_AGENT_END:
		if (o.action_id == NULL)
			return;
		tell(q, SW_AGENTS_END, NULL, NULL, mono_ns);
		settled(q, mono_ns);
		break;
	case AMI_AGENT_ASK:
		/* where the last round was heavy it has to wait for its turn */
		if (q->next_ns <= mono_ns + ASK_EVERY_S * NS_PER_S)
			q->next_ns = MINIMUM(q->next_ns, mono_ns);
		break;
	}
}
