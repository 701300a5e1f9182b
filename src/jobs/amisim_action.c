/* SPDX-License-Identifier: MIT */
/*
 * amisim_action: the actions but Originate.  It believes a session that has
 * logged in, and tells one that has not nothing but "Permission denied".
 */
#include "jobs/amisim_action.h"

#include <openssl/evp.h>
#include <strings.h>

#define AUTH_PENALTY_NS NS_PER_S

void
amisim_action_begin(struct amisim_conn *c, const struct amisim_message *m,
    const char *response, const char *text)
{
	struct amisim_value id = amisim_message_get(m, "ActionID");

	amisim_conn_str(c, "Response: ");
	amisim_conn_str(c, response);
	if (id.n > 0) {
		amisim_conn_str(c, "\r\nActionID: ");
		amisim_conn_put(c, id.p, id.n);
	}
	if (text != NULL) {
		amisim_conn_str(c, "\r\nMessage: ");
		amisim_conn_str(c, text);
	}
	amisim_conn_str(c, "\r\n");
}

void
amisim_action_reply(struct amisim_conn *c, const struct amisim_message *m,
    const char *response, const char *text)
{
	amisim_action_begin(c, m, response, text);
	amisim_conn_str(c, "\r\n");
}

static void put_fmt(struct amisim_conn *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
put_fmt(struct amisim_conn *c, const char *fmt, ...)
{
	char s[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(s, sizeof(s), fmt, ap);
	va_end(ap);
	amisim_conn_put(c, s, MINIMUM((size_t)n, sizeof(s) - 1));
}

/* "on", "off", or class words; one that is none turns all off. */
static unsigned
event_mask(struct amisim_value v)
{
	static const struct {
		const char *word;
		unsigned classes;
	} words[] = {
		{ "on", AMISIM_ALL },
		{ "all", AMISIM_ALL },
		{ "", AMISIM_ALL },
		{ "system", AMISIM_SYSTEM },
		{ "call", AMISIM_CALL },
		{ "user", AMISIM_USER },
		{ "dtmf", AMISIM_DTMF },
		{ "agent", AMISIM_AGENT },
		{ "log", 0 },
		{ "verbose", 0 },
		{ "command", 0 },
		{ "config", 0 },
		{ "reporting", 0 },
		{ "cdr", 0 },
		{ "dialplan", 0 },
		{ "originate", 0 },
		{ "agi", 0 },
		{ "cc", 0 },
		{ "aoc", 0 },
		{ "test", 0 },
		{ "security", 0 },
		{ "message", 0 },
	};
	const char *p = v.p, *end = v.p + v.n;
	unsigned mask = 0;

	do {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		struct amisim_value word = { p, 0 };
		size_t i;

		word.n = (size_t)((comma != NULL ? comma : end) - p);
		for (i = 0; i < nitems(words); i++)
			if (amisim_value_is(word, words[i].word))
				break;
		if (i == nitems(words))
			return 0;
		mask |= words[i].classes;
		p += word.n + 1;
	} while (p < end);
	return mask;
}

/* The MD5 of challenge and secret, as lower case hex. */
static bool
md5_right(
    const struct amisim_conn *c, const char *secret, struct amisim_value key)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	char text[256], hex[2 * EVP_MAX_MD_SIZE + 1] = "";

	str_format(text, sizeof(text), "%s%s", c->challenge, secret);
	if (c->challenge[0] == '\0' ||
	    EVP_Digest(text, strlen(text), md, &n, EVP_md5(), NULL) != 1)
		return false;
	for (unsigned int i = 0; i < n; i++)
		str_format(hex + 2 * i, 3, "%02x", md[i]);
	return amisim_value_is(key, hex);
}

static bool
may_log_in(const struct amisim_server *s, const struct amisim_conn *c,
    const struct amisim_message *m)
{
	struct amisim_value user = amisim_message_get(m, "Username"),
			    secret = amisim_message_get(m, "Secret"),
			    key = amisim_message_get(m, "Key");

	if (s->user == NULL)
		return true;
	if (!amisim_value_is(user, s->user))
		return false;
	if (key.n > 0)
		return md5_right(c, s->secret, key);
	return secret.n == strlen(s->secret) &&
	       memcmp(secret.p, s->secret, secret.n) == 0;
}

static void
act_login(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	long long up = (s->events.now_ns - s->boot_mono_ns) / NS_PER_S;
	struct amisim_value id = amisim_message_get(m, "ActionID");

	if (!may_log_in(s, c, m)) {
		char *words =
		    xasprintf("Response: Error\r\n%s%.*s%s"
			      "Message: Authentication failed\r\n\r\n",
			id.n > 0 ? "ActionID: " : "", (int)id.n, id.p,
			id.n > 0 ? "\r\n" : "");

		amisim_conn_end(c, s->events.now_ns + AUTH_PENALTY_NS, words);
		free(words);
		return;
	}
	s->logins++;
	c->login = true;
	c->close_at = 0;
	c->classes = event_mask(amisim_message_get(m, "Events"));
	amisim_action_reply(c, m, "Success", "Authentication accepted");
	if ((c->classes & AMISIM_SYSTEM) != 0)
		put_fmt(c,
		    "Event: FullyBooted\r\nPrivilege: system,all\r\n"
		    "Uptime: %lld\r\nLastReload: %lld\r\n"
		    "Status: Fully Booted\r\n\r\n",
		    up, up);
}

static void
act_challenge(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	if (!amisim_value_is(amisim_message_get(m, "AuthType"), "MD5")) {
		amisim_action_reply(c, m, "Error", "Must specify AuthType");
		return;
	}
	str_format(c->challenge, sizeof(c->challenge), "%lld",
	    100000000LL + (long long)rng_below(s->rng, 900000000));
	amisim_action_begin(c, m, "Success", NULL);
	put_fmt(c, "Challenge: %s\r\n\r\n", c->challenge);
}

static void
act_logoff(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	(void)s;
	amisim_action_reply(c, m, "Goodbye", "Thanks for all the fish.");
	c->closing = true;
}

static void
act_ping(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	int64_t ms = now_read().wall_ms;

	(void)s;
	amisim_action_begin(c, m, "Success", NULL);
	put_fmt(c, "Ping: Pong\r\nTimestamp: %lld.%06lld\r\n\r\n",
	    (long long)(ms / 1000), (long long)(ms % 1000 * 1000));
}

static void
act_events(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	(void)s;
	c->classes = event_mask(amisim_message_get(m, "EventMask"));
	amisim_action_begin(c, m, "Success", NULL);
	amisim_conn_str(
	    c, c->classes != 0 ? "Events: On\r\n\r\n" : "Events: Off\r\n\r\n");
}

static void
act_filter(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	(void)s;
	amisim_action_reply(c, m, "Success", NULL);
}

static void
act_core_status(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	time_t t = (time_t)(s->boot_wall_ms / MS_PER_S);
	char date[16], time_of_day[16];
	struct tm tm;

	localtime_r(&t, &tm);
	strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	strftime(time_of_day, sizeof(time_of_day), "%H:%M:%S", &tm);
	amisim_action_begin(c, m, "Success", NULL);
	put_fmt(c,
	    "CoreStartupDate: %s\r\nCoreStartupTime: %s\r\n"
	    "CoreReloadDate: %s\r\nCoreReloadTime: %s\r\n"
	    "CoreCurrentCalls: %zu\r\nCoreProcessedCalls: %llu\r\n\r\n",
	    date, time_of_day, date, time_of_day, carrier_alive(s->carrier),
	    (unsigned long long)s->events.answered);
}

static void
act_core_settings(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	(void)s;
	amisim_action_begin(c, m, "Success", NULL);
	amisim_conn_str(c,
	    "AMIversion: 11.0.0\r\nAsteriskVersion: 22.10.1 (simulated)\r\n"
	    "SystemName: \r\nCoreMaxCalls: 0\r\nCoreMaxLoadAvg: 0.000000\r\n"
	    "CoreCDRenabled: No\r\n\r\n");
}

/* One channel of Status (full) or CoreShowChannels. */
static void
show_channel(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m, struct amisim_call *k, bool full)
{
	struct carrier_status st = carrier_call_status(k->call);
	struct amisim_value id = amisim_message_get(m, "ActionID");
	int64_t seconds = (s->events.now_ns - st.since_ns) / NS_PER_S;
	struct amisim_channel ch;
	struct amisim_text t;

	amisim_event_channel(k, st.state, st.exten, &ch);
	t.len = 0;
	amisim_text_header(
	    &t, "", "Event", full ? "Status" : "CoreShowChannel");
	if (full)
		amisim_text_header(&t, "", "Privilege", "Call");
	amisim_text_channel(&t, "", &ch);
	if (full) {
		amisim_text_header(&t, "", "Type", "PJSIP");
		amisim_text_header(&t, "", "DNID", "");
		amisim_text_header(&t, "", "TimeToHangup", "0");
		amisim_text_header(&t, "", "BridgeID", "");
		amisim_text_header(&t, "", "Application", st.app);
		amisim_text_header(&t, "", "Data", "");
		amisim_text_number(&t, "", "Seconds", seconds);
	} else {
		char clock[16];

		str_format(clock, sizeof(clock), "%02d:%02d:%02d",
		    (int)(seconds / 3600 % 100), (int)(seconds / 60 % 60),
		    (int)(seconds % 60));
		amisim_text_header(&t, "", "Application", st.app);
		amisim_text_header(&t, "", "ApplicationData", "");
		amisim_text_header(&t, "", "Duration", clock);
		amisim_text_header(&t, "", "BridgeId", "");
	}
	if (id.n > 0) {
		amisim_text_put(&t, "ActionID: ", 10);
		amisim_text_put(&t, id.p, id.n);
		amisim_text_put(&t, "\r\n", 2);
	}
	amisim_text_put(&t, "\r\n", 2);
	amisim_conn_put(c, t.p, t.len);
}

static struct amisim_call *
find_channel(const struct amisim_server *s, struct amisim_value v)
{
	struct amisim_call *k = amisim_call_find(s->calls, v.p, v.n);

	return k != NULL ? k : amisim_call_by_channel(s->calls, v.p, v.n);
}

/* "Event: <list>Complete" with the ActionID and the count. */
static void
list_end(struct amisim_conn *c, const struct amisim_message *m,
    const char *event, size_t n, bool items)
{
	struct amisim_value id = amisim_message_get(m, "ActionID");

	put_fmt(c, "Event: %s\r\n", event);
	if (id.n > 0)
		put_fmt(c, "ActionID: %.*s\r\n", (int)id.n, id.p);
	put_fmt(c, "EventList: Complete\r\nListItems: %zu\r\n", n);
	if (items)
		put_fmt(c, "Items: %zu\r\n", n);
	amisim_conn_str(c, "\r\n");
}

static void
list_begin(
    struct amisim_conn *c, const struct amisim_message *m, const char *text)
{
	amisim_action_begin(c, m, "Success", NULL);
	put_fmt(c, "EventList: start\r\nMessage: %s\r\n\r\n", text);
}

static void
act_status(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	struct amisim_value which = amisim_message_get(m, "Channel");
	size_t n = carrier_alive(s->carrier);
	struct amisim_call *k = NULL;

	if (which.n > 0 && (k = find_channel(s, which)) == NULL) {
		amisim_action_reply(c, m, "Error", "No such channel");
		return;
	}
	list_begin(c, m, "Channel status will follow");
	if (k != NULL) {
		show_channel(s, c, m, k, true);
		n = 1;
	} else {
		for (size_t i = 0; i < n; i++)
			show_channel(s, c, m,
			    carrier_call_owner(carrier_at(s->carrier, i)),
			    true);
	}
	list_end(c, m, "StatusComplete", n, true);
}

static void
act_core_show_channels(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	size_t n = carrier_alive(s->carrier);

	list_begin(c, m, "Channels will follow");
	for (size_t i = 0; i < n; i++)
		show_channel(s, c, m,
		    carrier_call_owner(carrier_at(s->carrier, i)), false);
	list_end(c, m, "CoreShowChannelsComplete", n, false);
}

/* Channel: /regex/ hangs up all; which expression it is does not matter. */
static void
hangup_all(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m, int cause)
{
	size_t n = carrier_alive(s->carrier);
	struct amisim_value id = amisim_message_get(m, "ActionID");

	list_begin(c, m, "Channels hung up will follow");
	for (size_t i = 0; i < n; i++) {
		const struct amisim_call *k =
		    carrier_call_owner(carrier_at(s->carrier, i));

		put_fmt(
		    c, "Event: ChannelHungup\r\nChannel: %s\r\n", k->channel);
		if (id.n > 0)
			put_fmt(c, "ActionID: %.*s\r\n", (int)id.n, id.p);
		amisim_conn_str(c, "\r\n");
	}
	list_end(c, m, "ChannelsHungupListComplete", n, false);
	while (carrier_alive(s->carrier) > 0)
		carrier_hangup(s->carrier, carrier_at(s->carrier, 0),
		    s->events.now_ns, cause, amisim_event_act, &s->events);
}

static void
act_hangup(struct amisim_server *s, struct amisim_conn *c,
    const struct amisim_message *m)
{
	struct amisim_value which = amisim_message_get(m, "Channel");
	struct amisim_call *k;
	char cause_text[8];
	int64_t cause = 0;

	amisim_message_copy(m, "Cause", cause_text, sizeof(cause_text));
	if (!str_int64(cause_text, 1, 127, &cause))
		cause = 16;
	if (which.n == 0) {
		amisim_action_reply(c, m, "Error", "No channel specified");
		return;
	}
	if (which.p[0] == '/') {
		hangup_all(s, c, m, (int)cause);
		return;
	}
	if ((k = find_channel(s, which)) == NULL) {
		amisim_action_reply(c, m, "Error", "No such channel");
		return;
	}
	amisim_action_reply(c, m, "Success", "Channel Hungup");
	carrier_hangup(s->carrier, k->call, s->events.now_ns, (int)cause,
	    amisim_event_act, &s->events);
}

static const struct {
	const char *name;
	void (*fn)(struct amisim_server *, struct amisim_conn *,
	    const struct amisim_message *);
	bool anybody; /* before the login too */
} actions[] = {
	{ "Originate", amisim_originate, false },
	{ "Ping", act_ping, false },
	{ "Hangup", act_hangup, false },
	{ "Status", act_status, false },
	{ "Login", act_login, true },
	{ "Challenge", act_challenge, true },
	{ "Logoff", act_logoff, false },
	{ "Events", act_events, false },
	{ "Filter", act_filter, false },
	{ "CoreStatus", act_core_status, false },
	{ "CoreSettings", act_core_settings, false },
	{ "CoreShowChannels", act_core_show_channels, false },
	{ "QueueStatus", amisim_ask_queues, false },
	{ "PJSIPShowEndpoints", amisim_ask_endpoints, false },
	{ "PJSIPShowRegistrationsOutbound", amisim_ask_registrations, false },
	{ "Getvar", amisim_ask_var, false },
};

void
amisim_action_message(
    void *arg, struct amisim_conn *c, const char *msg, const char *end)
{
	struct amisim_server *s = arg;
	struct amisim_message m;
	struct amisim_value action;

	amisim_message_read(&m, msg, end);
	action = amisim_message_get(&m, "Action");
	s->actions++;
	if (action.n == 0) {
		amisim_action_reply(
		    c, &m, "Error", "Missing action in request");
		return;
	}
	for (size_t i = 0; i < nitems(actions); i++)
		if (amisim_value_is(action, actions[i].name)) {
			if (!c->login && !actions[i].anybody)
				break;
			actions[i].fn(s, c, &m);
			return;
		}
	if (!c->login) {
		amisim_action_reply(c, &m, "Error", "Permission denied");
		return;
	}
	amisim_action_begin(c, &m, "Error", NULL);
	put_fmt(c,
	    "Message: Invalid/unknown command: %.*s. Use Action: ListCommands "
	    "to show available commands.\r\n\r\n",
	    (int)MINIMUM(action.n, (size_t)100), action.p);
}
