/* SPDX-License-Identifier: MIT */
/*
 * amisim_originate: one Originate, checked as Asterisk checks it, recorded as
 * truth, and dialled on the carrier.
 */
#include "jobs/amisim_action.h"

#include <strings.h>

/* What the variables of one Originate set. */
struct vars {
	struct flow flow;
	struct amisim_call *call;
};

static void
one_variable(void *arg, struct amisim_value name, struct amisim_value value)
{
	struct vars *v = arg;

	while (name.n > 0 && *name.p == '_') { /* inherited ones */
		name.p++;
		name.n--;
	}
	if (name.n == 8 && memcmp(name.p, "DSC_CALL", 8) == 0)
		amisim_value_copy(
		    value, v->call->call_ref, sizeof(v->call->call_ref));
	else
		flow_var(&v->flow, name.p, name.n, value.p, value.n);
}

/* "\"Council\" <0201112222>", "<0201112222>" or "0201112222". */
static void
caller_id(struct amisim_call *k, struct amisim_value v)
{
	const char *lt = memchr(v.p, '<', v.n), *gt;
	struct amisim_value name = { v.p, 0 };

	if (lt == NULL) {
		amisim_value_copy(v, k->cid_num, sizeof(k->cid_num));
		return;
	}
	gt = memchr(lt, '>', (size_t)(v.p + v.n - lt));
	if (gt == NULL)
		gt = v.p + v.n;
	amisim_value_copy(
	    (struct amisim_value){ lt + 1, (size_t)(gt - lt - 1) }, k->cid_num,
	    sizeof(k->cid_num));
	name.n = (size_t)(lt - v.p);
	while (name.n > 0 && (name.p[0] == '"' || name.p[0] == ' ')) {
		name.p++;
		name.n--;
	}
	while (name.n > 0 &&
	       (name.p[name.n - 1] == '"' || name.p[name.n - 1] == ' '))
		name.n--;
	amisim_value_copy(name, k->cid_name, sizeof(k->cid_name));
}

/*
 * "TECH/number@endpoint" into the number and the channel's name.  False if
 * there is no such technology here.
 */
static bool
read_channel(struct amisim_call *k)
{
	static const char hex[] = "0123456789abcdef";
	const char *slash = strchr(k->asked, '/'), *at, *p;
	size_t n = 0, tech = (size_t)(slash - k->asked);
	struct amisim_text t;

	for (p = slash + 1; *p != '\0' && *p != '@'; p++)
		if (*p >= '0' && *p <= '9' && n < sizeof(k->number) - 1)
			k->number[n++] = *p;
	k->number[n] = '\0';
	at = *p == '@' ? p + 1 : "carrier";
	t.len = 0;
	amisim_text_put(&t, k->asked, MINIMUM(tech, (size_t)8));
	amisim_text_put(&t, "/", 1);
	amisim_text_put(&t, at, strnlen(at, 40));
	amisim_text_put(&t, "-", 1);
	for (int shift = 28; shift >= 0; shift -= 4)
		amisim_text_put(&t, &hex[k->serial >> shift & 15], 1);
	amisim_text_put(&t, "", 1);
	memcpy(k->channel, t.p, t.len);
	return (tech == 5 && (strncasecmp(k->asked, "PJSIP", 5) == 0 ||
				 strncasecmp(k->asked, "Local", 5) == 0)) ||
	       (tech == 3 && strncasecmp(k->asked, "SIP", 3) == 0);
}

/*
 * Of our own contexts it has what contrib/asterisk has for an Originate: an
 * engine and a dialplan of two versions refuse each other.  Any exten of
 * another context is there.
 */
static bool
is_there(struct amisim_value context, struct amisim_value exten)
{
	if (amisim_value_is(context, "discador"))
		return amisim_value_is(exten, "flow");
	if (amisim_value_is(context, "discador-check"))
		return amisim_value_is(exten, "s") ||
		       amisim_value_is(exten, "hold");
	return context.n < 9 || memcmp(context.p, "discador-", 9) != 0;
}

/* The text of the Error, or NULL if the Originate may go on. */
static const char *
wrong(const struct amisim_message *m)
{
	struct amisim_value channel = amisim_message_get(m, "Channel");

	if (channel.n == 0)
		return "Channel not specified";
	if (memchr(channel.p, '/', channel.n) == NULL || channel.n > 127)
		return "Invalid channel";
	if (amisim_message_get(m, "ChannelId").n > AMISIM_ID_MAX)
		return "Uniqueid length exceeds maximum of 149";
	if (amisim_message_get(m, "Application").n == 0 &&
	    (amisim_message_get(m, "Context").n == 0 ||
		amisim_message_get(m, "Exten").n == 0))
		return "Extension does not exist.";
	if (!is_there(amisim_message_get(m, "Context"),
		amisim_message_get(m, "Exten")))
		return "Extension does not exist.";
	return NULL;
}

static struct amisim_call *
read_call(
    struct amisim_server *s, const struct amisim_message *m, struct vars *v)
{
	struct amisim_call *k = amisim_call_new(s->calls);

	amisim_message_copy(m, "ChannelId", k->id, sizeof(k->id));
	if (k->id[0] == '\0')
		str_format(k->id, sizeof(k->id), "%lld.%llu",
		    (long long)s->events.boot_s,
		    (unsigned long long)k->serial + 1000000);
	amisim_message_copy(m, "ActionID", k->action_id, sizeof(k->action_id));
	amisim_message_copy(m, "Channel", k->asked, sizeof(k->asked));
	amisim_message_copy(m, "Context", k->context, sizeof(k->context));
	amisim_message_copy(m, "Exten", k->exten, sizeof(k->exten));
	caller_id(k, amisim_message_get(m, "CallerID"));
	flow_vars_begin(&v->flow);
	v->call = k;
	for (size_t i = 0; i < m->n; i++)
		if (amisim_value_is(m->h[i].name, "Variable"))
			amisim_message_variables(
			    m->h[i].value, one_variable, v);
	flow_vars_end(&v->flow);
	return k;
}

static const char queued[] = "Originate successfully queued";

/* No channel comes of it.  The event may well overtake the response. */
static void
refuse(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m, struct amisim_call *k)
{
	bool first = rng_below(s->rng, 3) == 0;

	s->refused++;
	if (first)
		amisim_event_refused(&s->events, k);
	amisim_action_reply(c, m, "Success", queued);
	if (!first)
		amisim_event_refused(&s->events, k);
	amisim_call_discard(s->calls, k);
}

/* ---- discador-check: is a sound there, or a recogniser? --------------- */

struct sound {
	char name[128], ref[AMISIM_ID_MAX + 1];
	bool speech;
};

static void
sound_variable(void *arg, struct amisim_value name, struct amisim_value value)
{
	struct sound *o = arg;

	if (amisim_value_is(name, "DSC_PROMPT"))
		amisim_value_copy(value, o->name, sizeof(o->name));
	else if (amisim_value_is(name, "DSC_CALL"))
		amisim_value_copy(value, o->ref, sizeof(o->ref));
	else if (amisim_value_is(name, "DSC_CHECK"))
		o->speech = amisim_value_is(value, "speech");
}

/* Is name one of a comma-separated list? */
static bool
listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = list; p != NULL && n > 0;) {
		if (strncmp(p, name, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
		if ((p = strchr(p, ',')) != NULL)
			p++;
	}
	return false;
}

/* Such a call rings nobody: it is neither counted nor recorded as truth. */
static bool
check_sound(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	struct sound o = { .name = "" };
	bool missing;

	if (!amisim_value_is(
		amisim_message_get(m, "Context"), "discador-check"))
		return false;
	for (size_t i = 0; i < m->n; i++)
		if (amisim_value_is(m->h[i].name, "Variable"))
			amisim_message_variables(
			    m->h[i].value, sound_variable, &o);
	amisim_action_reply(c, m, "Success", queued);
	missing = o.speech ? !s->speech : listed(s->missing, o.name);
	amisim_event_sound(&s->events, o.ref, missing ? "missing" : "present");
	return true;
}

void
amisim_originate(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	bool async = amisim_value_true(amisim_message_get(m, "Async"));
	const char *why = wrong(m);
	char timeout_text[12];
	int64_t timeout_ms = 30000;
	struct amisim_call *k;
	struct vars v;

	if (why != NULL) {
		amisim_action_reply(c, m, "Error", why);
		return;
	}
	if (check_sound(s, c, m))
		return;
	k = read_call(s, m, &v);
	s->originates++;
	if (!read_channel(k) ||
	    amisim_call_find(s->calls, k->id, strlen(k->id)) != NULL) {
		amisim_log_truth(s->log, k->id, k->number, k->cid_num,
		    amisim_net_read_ns(s->net));
		refuse(s, c, m, k);
		return;
	}
	amisim_log_truth(
	    s->log, k->id, k->number, k->cid_num, amisim_net_read_ns(s->net));
	if (async || s->mode == AMISIM_ACK)
		amisim_action_reply(c, m, "Success", queued);
	if (s->mode == AMISIM_ACK) {
		amisim_call_discard(s->calls, k);
		return;
	}
	if (!async) {
		c->blocked = true;
		k->sync_conn = c->id;
	}
	amisim_message_copy(m, "Timeout", timeout_text, sizeof(timeout_text));
	if (!str_int64(timeout_text, 1, INT32_MAX, &timeout_ms))
		timeout_ms = 30000;
	amisim_call_add(s->calls, k);
	k->call = carrier_dial(s->carrier, s->events.now_ns, k->number,
	    (int)timeout_ms, &v.flow, k);
	s->peak = MAXIMUM(s->peak, carrier_alive(s->carrier));
	if (s->mode == AMISIM_INSTANT)
		carrier_finish(
		    s->carrier, k->call, amisim_event_act, &s->events);
}

void
amisim_originate_unblock(void *arg, struct amisim_call *k, bool answered)
{
	struct amisim_server *s = arg;
	struct amisim_conn *c = amisim_conn_find(s->net, k->sync_conn);

	k->sync_conn = 0;
	if (c == NULL)
		return;
	amisim_conn_str(
	    c, answered ? "Response: Success\r\n" : "Response: Error\r\n");
	if (k->action_id[0] != '\0') {
		amisim_conn_str(c, "ActionID: ");
		amisim_conn_str(c, k->action_id);
		amisim_conn_str(c, "\r\n");
	}
	amisim_conn_str(
	    c, answered ? "Message: Originate successfully queued\r\n\r\n"
			: "Message: Originate failed\r\n\r\n");
	c->resume = true;
}
