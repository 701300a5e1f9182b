/* SPDX-License-Identifier: MIT */
/*
 * ami_session: what is said over the link by itself: login, the boot, pings.
 * Refuses to say "up" before FullyBooted (an Originate would fail: "Extension
 * does not exist"), and to compare Asterisk's texts, but for one hint.
 */
#include "net/ami_state.h"

#include <string.h>
#include <strings.h>

#include <event2/event.h>

#include "net/ami_action.h"
#include "net/ami_event.h"
#include "shared/log.h"

void
ami_say(struct ami *a, const char *action, const char *id,
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
		ami_give_up(
		    a, "challenge refused: %s", text != NULL ? text : m->what);
		return;
	}
	if (!ami_action_login(&a->out, ID_LOGIN, a->cfg->user, a->cfg->secret,
		challenge, &why)) {
		ami_give_up(a, "cannot log in: %s", why);
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
		ami_give_up(a, "login as \"%s\" refused: %s", a->cfg->user,
		    text != NULL ? text : m->what);
		return;
	}
	a->state = A_BOOT;
	a->login_ns = now_read().mono_ns;
	event_del(a->timer);
	ami_say(a, "CoreStatus", ID_CORE, NULL, 0);
	ami_after_ms(a->ping, 0);
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
	ami_tell_down(a, text != NULL ? text : "the switch is shutting down");
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

void
ami_message(struct ami *a, const struct ami_msg *m, int64_t mono_ns)
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

void
ami_greet(struct ami *a)
{
	if (a->state != A_BANNER || ami_parse_banner(a->parse)[0] == '\0')
		return;
	a->state = A_CHALLENGE;
	ami_say(a, "Challenge", ID_CHALLENGE,
	    (const char *const[][2]){ { "AuthType", "MD5" } }, 1);
}
