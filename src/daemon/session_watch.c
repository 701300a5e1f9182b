/* SPDX-License-Identifier: MIT */
/*
 * session_watch: may one session see another's screen?  An admin may, anybody
 * else who may ask is let in by the watched user.  The rows tell both what
 * was decided; the picture never passes through the engine.
 *
 * Who is looked at does not look at a third: its watcher would see a screen
 * whose user was never asked about him.
 */
#include "daemon/sessions_state.h"

#include <assert.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"

#define CONSENT_NS (30 * NS_PER_S)

static void
audit(const struct session *by, const struct session *at, const char *action,
    const char *result)
{
	char name[SESSION_NAME];

	audit_write(by->d, ctl_who(by->req), ctl_origin(by->req), action,
	    session_name(at, name), result);
}

static json_t *
answer(const struct session *at)
{
	return json_pack("{s:i, s:I, s:s}", "pid", (int)at->r.pid, "id",
	    (json_int_t)at->r.id, "user", at->r.user);
}

/* The watch of at is over, or was not granted; said why to who waits. */
static void
end(struct session *at, const char *result, const char *text)
{
	struct session *by = at->watcher;
	struct ctl_req *ask = at->ask;

	audit(by, at, "session watch", result);
	by->looks = NULL;
	at->watcher = NULL;
	at->ask = NULL;
	at->r.watch = ROW_WATCH_NONE;
	at->r.watch_pid = 0;
	at->r.watch_by[0] = '\0';
	session_put(at);
	if (ask != NULL)
		ctl_reply(ask, false, 1, text, NULL);
}

static void
grant(struct session *at)
{
	at->r.watch = ROW_WATCH_GRANTED;
	session_put(at);
	audit(at->watcher, at, "session watch", "done");
}

/* Who asked has gone, or does not wait any more. */
static void
on_gone(void *arg)
{
	struct session *at = arg;

	assert(at->watcher != NULL && at->ask != NULL);
	end(at, "given up", "");
}

/* NULL: it may be; else why not. */
static const char *
forbidden(const struct session *by, const struct session *at, bool asks)
{
	if (by == at || strcmp(by->r.user, at->r.user) == 0)
		return "nobody looks at a screen of his own";
	if (at->r.console == 0)
		return "that session has no screen: it is a single command";
	if (at->r.pid <= 0)
		return "the engine does not know that session's process";
	if (at->watcher != NULL)
		return "somebody else looks at that screen, or has asked to";
	if (at->looks != NULL)
		return "that session looks at another screen itself: wait "
		       "until it has left it";
	if (by->watcher != NULL)
		return "somebody looks at this screen, or has asked to: while "
		       "that lasts it cannot look at others";
	if (by->looks != NULL)
		return "this session looks at a screen already, or has asked "
		       "to: leave that one first";
	if (asks && at->campaigns != NULL)
		return "that user is limited to some campaigns and cannot be "
		       "asked: only an admin may look";
	return NULL;
}

void
session_watch(struct daemon *d, struct ctl_req *req)
{
	struct session *by = session_own(d, req), *at;
	const char *why;
	bool asks;

	if (by == NULL || by->r.console == 0) {
		ctl_reply(req, false, 1,
		    "another's screen is shown in a console over SSH: log in "
		    "and ask there",
		    NULL);
		return;
	}
	if (by->campaigns != NULL) {
		ctl_reply(req, false, 1,
		    "who is limited to some campaigns may not look at screens",
		    NULL);
		return;
	}
	asks = MINIMUM(by->role, ctl_role(req)) < COMMAND_ADMIN;
	at = session_asked_for(
	    d, req, cmd_arg(req, 1), "discador session watch ID");
	if (at == NULL)
		return;
	if ((why = forbidden(by, at, asks)) != NULL) {
		audit(by, at, "session watch", "refused");
		ctl_reply(req, false, 1, why, NULL);
		return;
	}
	by->looks = at;
	at->watcher = by;
	at->consented = asks;
	at->r.watch_pid = by->r.pid;
	str_copy(at->r.watch_by, sizeof(at->r.watch_by), by->r.user);
	if (!asks) {
		grant(at);
		ctl_reply(req, true, 0, "granted", answer(at));
		return;
	}
	at->ask = req;
	at->ask_until_ns = now_read().mono_ns + CONSENT_NS;
	at->r.watch = ROW_WATCH_ASKED;
	session_put(at);
	audit(by, at, "session watch", "asked");
	ctl_on_gone(req, on_gone, at);
}

static void
decide(struct session *at, bool yes)
{
	struct session *by = at->watcher;
	struct ctl_req *ask = at->ask;
	char text[200];

	audit(at, by, "session consent", yes ? "yes" : "no");
	if (!yes) {
		str_format(text, sizeof(text), "%s said no", at->r.user);
		end(at, ask != NULL ? "refused" : "ended", text);
		return;
	}
	at->ask = NULL;
	grant(at);
	str_format(text, sizeof(text), "%s said yes", at->r.user);
	ctl_reply(ask, true, 0, text, answer(at));
}

/*
 * The number is the session's own, or that of the one that asks; a third word
 * is the process that asks (row_session.watch_pid), so that a yes to somebody
 * who has gone is no yes to the next.  A no takes a yes of before back.
 */
void
session_consent(struct daemon *d, struct ctl_req *req)
{
	struct session *at = session_own(d, req);
	const char *word = cmd_arg(req, 2), *pid = cmd_arg(req, 3);
	bool yes = strcmp(word, "yes") == 0;
	int64_t id, n = 0;

	if (!str_int64(cmd_arg(req, 1), 1, INT64_MAX, &id) ||
	    (!yes && strcmp(word, "no") != 0) ||
	    (*pid != '\0' && !str_int64(pid, 1, INT32_MAX, &n))) {
		ctl_reply(req, false, 2,
		    "usage: discador session consent ID yes|no [PID]", NULL);
		return;
	}
	if (at == NULL || at->watcher == NULL ||
	    (id != (int64_t)at->r.id && id != (int64_t)at->watcher->r.id) ||
	    (n > 0 && n != at->watcher->r.pid)) {
		ctl_reply(req, false, 1,
		    "nobody asks to see this screen any "
		    "more",
		    NULL);
		return;
	}
	if (at->ask == NULL && (yes || !at->consented)) {
		ctl_reply(req, yes, yes ? 0 : 1,
		    yes ? "agreed already"
			: "an admin looks at this screen and was not asked to "
			  "be let in",
		    NULL);
		return;
	}
	decide(at, yes);
	ctl_reply(req, true, 0, yes ? "agreed" : "refused", NULL);
}

void
session_leave(struct daemon *d, struct ctl_req *req)
{
	struct session *by = session_own(d, req);

	if (by == NULL || by->looks == NULL) {
		ctl_reply(req, false, 1,
		    "this session looks at no other screen", NULL);
		return;
	}
	end(by->looks, by->looks->ask != NULL ? "given up" : "ended",
	    "given up");
	ctl_reply(req, true, 0, "left", NULL);
}

void
session_watch_gone(struct session *s)
{
	if (s->looks != NULL)
		end(s->looks, s->looks->ask != NULL ? "given up" : "ended",
		    "the session has ended");
	if (s->watcher != NULL)
		end(s, s->ask != NULL ? "refused" : "ended",
		    "the session has ended");
}

void
session_watch_turn(struct daemon *d, int64_t mono_ns)
{
	char text[200];

	for (struct session *s = d->sessions->first; s != NULL; s = s->next)
		if (s->ask != NULL && mono_ns >= s->ask_until_ns) {
			str_format(text, sizeof(text),
			    "%s has not answered in %d s", s->r.user,
			    (int)(CONSENT_NS / NS_PER_S));
			end(s, "no answer", text);
		}
}
