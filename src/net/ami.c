/* SPDX-License-Identifier: MIT */
/*
 * ami: connect, log in, stay, come back.  Refuses to say "up" before
 * FullyBooted (an Originate would fail: "Extension does not exist"), to queue
 * anything while down, and to compare Asterisk's texts, but for one hint.
 */
#include "net/ami.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include <event2/dns.h>
#include <event2/event.h>

#include "net/ami_action.h"
#include "net/ami_event.h"
#include "net/ami_pending.h"
#include "net/ami_wire.h"
#include "net/switch.h"
#include "shared/log.h"
#include "shared/util.h"

/* Written bytes that may stand before the unwritten ones. */
#define OUT_SLACK (256 * 1024)

enum ami_state {
	A_WAIT, /* for the next attempt */
	A_CONNECT, /* the wire opens */
	A_BANNER,
	A_CHALLENGE,
	A_LOGIN,
	A_BOOT, /* logged in; FullyBooted and CoreStatus are due */
	A_READY,
};

/* ActionIDs of the session itself; none has the shape of a UUID. */
#define ID_CHALLENGE "discador-challenge"
#define ID_LOGIN     "discador-login"
#define ID_CORE      "discador-core"
#define ID_PING      "discador-ping"
#define ID_LOGOFF    "discador-logoff"

struct ami {
	struct event_base *base;
	const struct sw_config *cfg;
	const struct ami_ops *ops;
	void *arg;
	enum ami_state state;
	bool broken; /* a write failed: reap is on its way */
	bool draining; /* the switch refuses all: it is shutting down */
	bool complained; /* about FullyBooted */
	bool booted, core; /* A_BOOT: what has come */
	struct ami_wire *wire;
	struct evdns_base *dns;
	struct ami_parse *parse;
	struct event *timer; /* A_WAIT: retry; before A_BOOT: deadline */
	struct event *ping; /* from A_BOOT on */
	struct event *reap; /* a write failed: read what is left, then end */
	struct buf out;
	size_t written; /* of out */
	int failures;
	int64_t rx_ns; /* last bytes from the peer */
	int64_t login_ns;
	int64_t ping_ns; /* when the open ping left; 0: none is open */
	int64_t boot_about; /* s, from Uptime: right to about a second */
	char started[32]; /* CoreStatus: date and time in the server's zone */
	int64_t boot; /* s, from both */
	struct ami_pending pending;
	struct rng rng;
	char last_why[256];
};

static void on_wire(void *, enum wire_event);

static void
after_ms(struct event *ev, int64_t ms)
{
	struct timeval tv = { ms / MS_PER_S, ms % MS_PER_S * 1000 };

	event_add(ev, &tv);
}

/* A growing pause, a quarter more or less so that engines do not march. */
static int64_t
retry_ms(struct ami *a)
{
	int64_t ms = AMI_RETRY_MS;

	for (int i = 1; i < a->failures && ms < AMI_RETRY_MAX_MS; i++)
		ms *= 2;
	ms = MINIMUM(ms, AMI_RETRY_MAX_MS);
	return ms * 3 / 4 + (int64_t)rng_below(&a->rng, (uint64_t)ms / 2 + 1);
}

/* why may hold what the peer said: no control byte of it goes further. */
static void
tell_down(struct ami *a, const char *why)
{
	char text[256];

	str_copy(text, sizeof(text), why);
	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	if (strcmp(text, a->last_why) != 0)
		log_warn("switch %s: %s", a->cfg->name, text);
	str_copy(a->last_why, sizeof(a->last_why), text);
	a->ops->down(a->arg, text, now_read().mono_ns);
}

/* The connection is over.  Callers return to the loop at once. */
static void __attribute__((format(printf, 2, 3)))
give_up(struct ami *a, const char *fmt, ...)
{
	char why[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	ami_wire_free(a->wire);
	a->wire = NULL;
	a->state = A_WAIT;
	a->broken = a->draining = a->booted = a->core = a->complained = false;
	a->ping_ns = a->boot_about = 0;
	a->started[0] = '\0';
	a->written = 0;
	buf_reset(&a->out);
	ami_pending_reset(&a->pending);
	event_del(a->ping);
	event_del(a->reap);
	a->failures++;
	after_ms(a->timer, retry_ms(a));
	tell_down(a, why);
}

int
ami_unanswered(const struct ami *a, double *oldest_s)
{
	int64_t since = ami_pending_oldest(&a->pending);

	if (oldest_s != NULL)
		*oldest_s = since == 0 ? 0
				       : (double)(now_read().mono_ns - since) /
					     (double)NS_PER_S;
	return (int)a->pending.count;
}

void
ami_flush(struct ami *a)
{
	ssize_t n;

	if (a->wire == NULL || a->broken || a->written == a->out.len)
		return;
	n = ami_wire_write(
	    a->wire, a->out.p + a->written, a->out.len - a->written);
	if (n < 0) {
		a->broken = true;
		event_active(a->reap, EV_TIMEOUT, 0);
		return;
	}
	a->written += (size_t)n;
	if (a->written == a->out.len) {
		buf_reset(&a->out);
		a->written = 0;
	} else if (a->written > OUT_SLACK) {
		buf_drain(&a->out, a->written);
		a->written = 0;
	}
}

static void
say(struct ami *a, const char *action, const char *id,
    const char *const (*headers)[2], size_t n)
{
	struct ami_action act;
	const char *why;

	ami_action_begin(&act, &a->out, action, id);
	for (size_t i = 0; i < n; i++)
		ami_action_header(&act, headers[i][0], headers[i][1]);
	if (!ami_action_end(&act, &why)) {
		/* only the configured user can be at fault */
		log_error(
		    "switch %s: cannot send %s: %s", a->cfg->name, action, why);
		return;
	}
	ami_commit(a, id);
	ami_flush(a);
}

static void
send_login(struct ami *a, const struct ami_msg *m)
{
	const char *challenge = ami_msg_get(m, "Challenge", 0);
	const char *text = ami_msg_get(m, "Message", 0), *why;

	if (strcasecmp(m->what, "Success") != 0 || challenge == NULL) {
		give_up(
		    a, "challenge refused: %s", text != NULL ? text : m->what);
		return;
	}
	if (!ami_action_login(&a->out, ID_LOGIN, a->cfg->user, a->cfg->secret,
		challenge, &why)) {
		give_up(a, "cannot log in: %s", why);
		return;
	}
	a->state = A_LOGIN;
	ami_commit(a, ID_LOGIN);
	ami_flush(a);
}

static void
logged_in(struct ami *a, const struct ami_msg *m)
{
	const char *text = ami_msg_get(m, "Message", 0);

	if (strcasecmp(m->what, "Success") != 0) {
		give_up(a, "login as \"%s\" refused: %s", a->cfg->user,
		    text != NULL ? text : m->what);
		return;
	}
	a->state = A_BOOT;
	a->login_ns = now_read().mono_ns;
	event_del(a->timer);
	say(a, "CoreStatus", ID_CORE, NULL, 0);
	after_ms(a->ping, 0);
}

static void
maybe_up(struct ami *a)
{
	if (a->state != A_BOOT || !a->booted || !a->core)
		return;
	a->state = A_READY;
	a->boot = ami_event_boot(a->boot_about, a->started);
	a->failures = 0;
	a->last_why[0] = '\0';
	log_info("switch %s: up, %s", a->cfg->name, ami_parse_banner(a->parse));
	/* else the ping that finds the shutdown called off says it */
	if (!a->draining)
		a->ops->up(a->arg, a->boot, now_read().mono_ns);
}

static void
core_status(struct ami *a, const struct ami_msg *m)
{
	const char *date = ami_msg_get(m, "CoreStartupDate", 0);
	const char *at = ami_msg_get(m, "CoreStartupTime", 0);

	/* without the right for it there is only the Uptime; never mind */
	if (date != NULL && at != NULL)
		str_format(a->started, sizeof(a->started), "%s %s", date, at);
	a->core = true;
	maybe_up(a);
}

static void
fully_booted(struct ami *a, const struct ami_msg *m)
{
	const char *up = ami_msg_get(m, "Uptime", 0);
	int64_t s;

	if (up != NULL && str_int64(up, 0, INT32_MAX, &s))
		a->boot_about = now_read().wall_ms / MS_PER_S - s;
	a->booted = true;
	maybe_up(a);
}

/* Calls end in their time and are still reported; new ones are refused. */
static void
drain(struct ami *a, const char *text)
{
	if (a->draining)
		return;
	a->draining = true;
	tell_down(a, text != NULL ? text : "the switch is shutting down");
}

static void
pong(struct ami *a, const struct ami_msg *m, int64_t mono_ns)
{
	int64_t rtt = (mono_ns - a->ping_ns) / 1000;

	if (a->ping_ns == 0)
		return;
	a->ping_ns = 0;
	/* Ping needs no right: it fails only while Asterisk shuts down */
	if (strcasecmp(m->what, "Error") == 0) {
		drain(a, ami_msg_get(m, "Message", 0));
		return;
	}
	a->ops->pong(a->arg, MAXIMUM(rtt, 0), mono_ns);
	if (a->draining) { /* the shutdown was called off */
		a->draining = false;
		a->last_why[0] = '\0';
		log_info("switch %s: up again", a->cfg->name);
		if (a->state == A_READY)
			a->ops->up(a->arg, a->boot, mono_ns);
	}
}

static void
response(struct ami *a, const struct ami_msg *m, int64_t mono_ns)
{
	const char *id = ami_msg_get(m, "ActionID", 0), *text;

	if (id == NULL) {
		text = ami_msg_get(m, "Message", 0);
		log_warn("switch %s: answer to nothing: %s %s", a->cfg->name,
		    m->what, text != NULL ? text : "");
		return;
	}
	ami_pending_settle(&a->pending, id);
	if (strcmp(id, ID_PING) == 0) {
		pong(a, m, mono_ns);
	} else if (strcmp(id, ID_CORE) == 0) {
		core_status(a, m);
	} else if (a->state == A_CHALLENGE && strcmp(id, ID_CHALLENGE) == 0) {
		send_login(a, m);
	} else if (a->state == A_LOGIN && strcmp(id, ID_LOGIN) == 0) {
		logged_in(a, m);
	} else if (a->state >= A_BOOT) {
		/* sooner than the next ping; a wrong guess heals with it */
		if (strcasecmp(m->what, "Error") == 0 &&
		    (text = ami_msg_get(m, "Message", 0)) != NULL &&
		    strcasestr(text, "shutting down") != NULL)
			drain(a, text);
		a->ops->message(a->arg, m, mono_ns);
	}
}

static void
message(struct ami *a, const struct ami_msg *m, int64_t mono_ns)
{
	if (m->kind == AMI_RESPONSE)
		response(a, m, mono_ns);
	else if (m->kind != AMI_EVENT || a->state < A_LOGIN)
		return;
	else if (strcmp(m->what, "FullyBooted") == 0)
		fully_booted(a, m);
	else if (strcmp(m->what, "Shutdown") == 0)
		drain(a, "the switch is shutting down");
	else
		a->ops->message(a->arg, m, mono_ns);
}

static void
greet(struct ami *a)
{
	if (a->state != A_BANNER || ami_parse_banner(a->parse)[0] == '\0')
		return;
	a->state = A_CHALLENGE;
	say(a, "Challenge", ID_CHALLENGE,
	    (const char *const[][2]){ { "AuthType", "MD5" } }, 1);
}

/*
 * Take what one visit may take, so that a flood cannot starve the clock.
 * Returns bytes read; 0: none there (or the connection is over).
 */
static size_t
take(struct ami *a)
{
	size_t got = 0, size;
	ssize_t n = 0;
	struct ami_msg m;
	uint64_t skipped = ami_parse_skipped(a->parse);

	while (got < AMI_READ_MAX) {
		char *room = ami_parse_space(a->parse, &size);

		n = ami_wire_read(a->wire, room, size);
		if (n <= 0)
			break;
		got += (size_t)n;
		a->rx_ns = now_read().mono_ns;
		ami_parse_fed(a->parse, (size_t)n);
		while (ami_parse_next(a->parse, &m)) {
			message(a, &m, a->rx_ns);
			if (a->wire == NULL)
				return 0;
		}
		greet(a);
		if ((size_t)n < size && !a->cfg->tls)
			break; /* a TLS record is not all there is */
	}
	if (ami_parse_skipped(a->parse) != skipped)
		log_warn("switch %s: skipped %llu messages beyond all bounds",
		    a->cfg->name,
		    (unsigned long long)(ami_parse_skipped(a->parse) -
					 skipped));
	if (n < 0) {
		give_up(a, "connection lost: %s", ami_wire_why(a->wire));
		return 0;
	}
	if (got >= AMI_READ_MAX)
		ami_wire_more(a->wire);
	return got;
}

/* A write failed.  What the switch said before that is still worth reading. */
static void
on_reap(evutil_socket_t fd, short what, void *arg)
{
	struct ami *a = arg;

	(void)fd;
	(void)what;
	while (a->wire != NULL && take(a) > 0)
		;
	if (a->wire != NULL)
		give_up(a, "write failed: %s", ami_wire_why(a->wire));
}

static void
on_wire(void *arg, enum wire_event what)
{
	struct ami *a = arg;

	if (what == WIRE_FAILED) {
		give_up(a, "%s", ami_wire_why(a->wire));
		return;
	}
	if (what == WIRE_OPEN) {
		a->state = A_BANNER;
		a->rx_ns = now_read().mono_ns;
		return;
	}
	take(a);
	if (a->wire != NULL)
		ami_flush(a);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct ami *a = arg;

	(void)fd;
	(void)what;
	switch (a->state) {
	case A_WAIT:
		a->state = A_CONNECT;
		ami_parse_reset(a->parse);
		a->wire = ami_wire_new(a->base, &a->dns, a->cfg, on_wire, a);
		after_ms(a->timer, AMI_SETUP_S * MS_PER_S);
		break;
	case A_CONNECT:
		give_up(a, "no connection to %s:%d within %d s", a->cfg->host,
		    a->cfg->port, AMI_SETUP_S);
		break;
	case A_BANNER:
		give_up(a, "%s:%d does not greet as an Asterisk manager%s",
		    a->cfg->host, a->cfg->port,
		    a->cfg->tls ? "" : " (is it the TLS port?)");
		break;
	default:
		give_up(a, "login not answered within %d s", AMI_SETUP_S);
		break;
	}
}

static void
on_ping(evutil_socket_t fd, short what, void *arg)
{
	struct ami *a = arg;
	int64_t now;

	(void)fd;
	(void)what;
	after_ms(a->ping, AMI_PING_S * MS_PER_S);
	/* we may be the ones who slept: look before judging the peer */
	take(a);
	if (a->wire == NULL)
		return;
	now = now_read().mono_ns;
	if (a->ping_ns != 0 && now - a->rx_ns > AMI_DEAD_S * NS_PER_S) {
		give_up(a, "no sign of life for %d s", AMI_DEAD_S);
		return;
	}
	if (a->state == A_BOOT && !a->booted && !a->complained &&
	    now - a->login_ns > AMI_BOOT_S * NS_PER_S) {
		a->complained = true;
		tell_down(a, "logged in, but no FullyBooted: Asterisk is still "
			     "starting, or user lacks read = system");
	}
	if (a->ping_ns == 0) {
		a->ping_ns = now;
		say(a, "Ping", ID_PING, NULL, 0);
	}
}

struct ami *
ami_new(struct event_base *base, const struct sw_config *cfg,
    const struct ami_ops *ops, void *arg)
{
	struct ami *a = xcalloc(1, sizeof(*a));
	struct now now = now_read();

	a->base = base;
	a->cfg = cfg;
	a->ops = ops;
	a->arg = arg;
	a->parse = ami_parse_new();
	a->timer = event_new(base, -1, 0, on_timer, a);
	a->ping = event_new(base, -1, 0, on_ping, a);
	a->reap = event_new(base, -1, 0, on_reap, a);
	/* only spreads the retries; nothing is decided by it */
	rng_seed(
	    &a->rng, (uint64_t)now.mono_ns ^ hash_bytes(cfg, sizeof(*cfg)));
	ami_pending_init(&a->pending);
	buf_cstr(&a->out);
	event_active(a->timer, EV_TIMEOUT, 0);
	return a;
}

void
ami_free(struct ami *a)
{
	if (a == NULL)
		return;
	/* behind half an action a Logoff would be taken for its header */
	if (a->wire != NULL && a->state >= A_BOOT && a->written == a->out.len)
		say(a, "Logoff", ID_LOGOFF, NULL, 0);
	ami_wire_free(a->wire);
	if (a->dns != NULL)
		evdns_base_free(a->dns, 1);
	event_free(a->timer);
	event_free(a->ping);
	event_free(a->reap);
	ami_parse_free(a->parse);
	buf_clear(&a->out);
	ami_pending_clear(&a->pending);
	free(a);
}

bool
ami_is_up(const struct ami *a)
{
	return a->state == A_READY && !a->draining && !a->broken;
}

struct buf *
ami_begin(struct ami *a, const char **why)
{
	if (a->state != A_READY || a->broken)
		*why = "the switch is not connected";
	else if (a->draining)
		*why = "the switch is shutting down";
	else if (a->out.len - a->written > SW_MAX_UNSENT)
		*why = "the switch does not read: too much is waiting";
	else if (a->pending.count >= SW_MAX_OPEN)
		*why = "the switch does not answer: too much is open";
	else
		return &a->out;
	return NULL;
}

void
ami_commit(struct ami *a, const char *id)
{
	if (id != NULL)
		ami_pending_add(&a->pending, id, now_read().mono_ns);
}

void
ami_drop(struct ami *a, const char *why)
{
	if (a->wire != NULL)
		give_up(a, "%s", why);
}
