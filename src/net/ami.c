/* SPDX-License-Identifier: MIT */
/*
 * ami: the link: connect, stay, come back, and the bytes on it (what is said
 * over it: ami_session.c).  Refuses to queue anything while down, and to take
 * more from a peer at once than leaves the clock its turn.
 */
#include "net/ami.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/dns.h>
#include <event2/event.h>

#include "net/ami_state.h"
#include "net/ami_wire.h"
#include "shared/log.h"
#include "shared/util.h"

/* Written bytes that may stand before the unwritten ones. */
#define OUT_SLACK (256 * 1024)

static void on_wire(void *, enum wire_event);

void
ami_after_ms(struct event *ev, int64_t ms)
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
void
ami_tell_down(struct ami *a, const char *why)
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
void __attribute__((format(printf, 2, 3)))
ami_give_up(struct ami *a, const char *fmt, ...)
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
	ami_after_ms(a->timer, retry_ms(a));
	ami_tell_down(a, why);
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
			ami_message(a, &m, a->rx_ns);
			if (a->wire == NULL)
				return 0;
		}
		ami_greet(a);
		if ((size_t)n < size && !a->cfg->tls)
			break; /* a TLS record is not all there is */
	}
	if (ami_parse_skipped(a->parse) != skipped)
		log_warn("switch %s: skipped %llu messages beyond all bounds",
		    a->cfg->name,
		    (unsigned long long)(ami_parse_skipped(a->parse) -
					 skipped));
	if (n < 0) {
		ami_give_up(a, "connection lost: %s", ami_wire_why(a->wire));
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
		ami_give_up(a, "write failed: %s", ami_wire_why(a->wire));
}

static void
on_wire(void *arg, enum wire_event what)
{
	struct ami *a = arg;

	if (what == WIRE_FAILED) {
		ami_give_up(a, "%s", ami_wire_why(a->wire));
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
		ami_after_ms(a->timer, AMI_SETUP_S * MS_PER_S);
		break;
	case A_CONNECT:
		ami_give_up(a, "no connection to %s:%d within %d s",
		    a->cfg->host, a->cfg->port, AMI_SETUP_S);
		break;
	case A_BANNER:
		ami_give_up(a, "%s:%d does not greet as an Asterisk manager%s",
		    a->cfg->host, a->cfg->port,
		    a->cfg->tls ? "" : " (is it the TLS port?)");
		break;
	default:
		ami_give_up(a, "login not answered within %d s", AMI_SETUP_S);
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
	ami_after_ms(a->ping, AMI_PING_S * MS_PER_S);
	/* we may be the ones who slept: look before judging the peer */
	take(a);
	if (a->wire == NULL)
		return;
	now = now_read().mono_ns;
	if (a->ping_ns != 0 && now - a->rx_ns > AMI_DEAD_S * NS_PER_S) {
		ami_give_up(a, "no sign of life for %d s", AMI_DEAD_S);
		return;
	}
	if (a->state == A_BOOT && !a->booted && !a->complained &&
	    now - a->login_ns > AMI_BOOT_S * NS_PER_S) {
		a->complained = true;
		ami_tell_down(a,
		    "logged in, but no FullyBooted: Asterisk is still "
		    "starting, or user lacks read = system");
	}
	if (a->ping_ns == 0) {
		a->ping_ns = now;
		ami_say(a, "Ping", ID_PING, NULL, 0);
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
		ami_say(a, "Logoff", ID_LOGOFF, NULL, 0);
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
	/* A batch of long ones must not pass for a switch that is stuck. */
	if (a->out.len - a->written > SW_MAX_UNSENT / 2)
		ami_flush(a);
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
		ami_give_up(a, "%s", why);
}
