/* SPDX-License-Identifier: MIT */
/*
 * sessions: a list of open requests.  Ends a session by answering it; never
 * touches a process.
 */
#include "daemon/sessions.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/cmd_table.h"
#include "shared/commands.h"

#define SESSION_MAGIC 0x53455353u

struct session {
	uint32_t magic;
	struct daemon *d;
	struct ctl_req *req;
	struct board_session b;
	struct session *next;
};

/* Take it off the list; the request is still to be answered. */
static void
session_off(struct session *s)
{
	struct session **at = &s->d->sessions;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	s->d->nsessions--;
	s->magic = 0;
	free(s);
}

static void
on_gone(void *arg)
{
	struct session *s = arg;
	struct ctl_req *req = s->req;

	assert(s->magic == SESSION_MAGIC);
	audit_write(
	    s->d, ctl_who(req), ctl_origin(req), "logout", s->b.what, "done");
	session_off(s);
	ctl_reply(req, false, 1, "", NULL);
}

static void
do_open(struct daemon *d, struct ctl_req *req)
{
	const json_t *as = json_object_get(ctl_json(req), "as");
	const char *user = json_string_value(json_object_get(as, "user"));
	const char *from = json_string_value(json_object_get(as, "from"));
	struct session *s, **at = &d->sessions;

	if (strncmp(ctl_origin(req), "ssh ", 4) != 0) {
		ctl_reply(req, false, 1,
		    "sessions are announced by discador-sshd alone", NULL);
		return;
	}
	s = xcalloc(1, sizeof(*s));
	s->magic = SESSION_MAGIC;
	s->d = d;
	s->req = req;
	s->b.id = ++d->next_session;
	s->b.since_ms = now_read().wall_ms;
	str_copy(s->b.user, sizeof(s->b.user), user);
	str_copy(s->b.from, sizeof(s->b.from), from);
	str_copy(
	    s->b.role, sizeof(s->b.role), command_role_word(ctl_role(req)));
	str_copy(s->b.what, sizeof(s->b.what), cmd_arg(req, 1));
	while (*at != NULL)
		at = &(*at)->next;
	*at = s;
	d->nsessions++;
	ctl_on_gone(req, on_gone, s);
	audit_write(
	    d, ctl_who(req), ctl_origin(req), "login", s->b.what, "done");
}

static void
do_list(struct daemon *d, struct ctl_req *req)
{
	struct cmd_table t = { .ncols = 6, .right = 1 };
	struct buf text = BUF_INIT;
	json_t *rows = json_array();
	char when[40];

	for (const char *const *h = (const char *const[]){ "id", "user", "role",
		 "from", "since", "what", NULL };
	     *h != NULL; h++)
		cmd_table_cell(&t, *h);
	for (const struct session *s = d->sessions; s != NULL; s = s->next) {
		cmd_table_int(&t, s->b.id);
		cmd_table_cell(&t, s->b.user);
		cmd_table_cell(&t, s->b.role);
		cmd_table_cell(&t, s->b.from);
		cmd_table_cell(&t, cmd_clock(d, s->b.since_ms, when));
		cmd_table_cell(&t, s->b.what);
		json_array_append_new(
		    rows, json_pack("{s:i, s:s, s:s, s:s, s:o, s:s}", "id",
			      (int)s->b.id, "user", s->b.user, "role",
			      s->b.role, "from", s->b.from, "since",
			      cmd_iso(s->b.since_ms), "what", s->b.what));
	}
	cmd_table_end(&t, 0, &text);
	ctl_reply(req, true, 0,
	    d->nsessions > 0 ? buf_cstr(&text) : "nobody is attached over SSH",
	    rows);
	buf_clear(&text);
}

static void
do_kill(struct daemon *d, struct ctl_req *req)
{
	struct session *s = d->sessions;
	struct ctl_req *victim;
	char text[200];
	int64_t id;

	if (!str_int64(cmd_arg(req, 1), 1, UINT32_MAX, &id)) {
		ctl_reply(
		    req, false, 2, "usage: discador session kill ID", NULL);
		return;
	}
	while (s != NULL && s->b.id != id)
		s = s->next;
	if (s == NULL) {
		ctl_reply(req, false, 1,
		    "there is no such session: discador session list shows "
		    "them",
		    NULL);
		return;
	}
	victim = s->req;
	str_format(text, sizeof(text), "%s from %s", s->b.user, s->b.from);
	audit_write(
	    d, ctl_who(req), ctl_origin(req), "session kill", text, "done");
	session_off(s);
	str_format(text, sizeof(text), "ended by %s", ctl_who(req));
	ctl_reply(victim, false, 1, text, json_pack("{s:b}", "killed", 1));
	str_format(text, sizeof(text), "session %lld is ended", (long long)id);
	ctl_reply(req, true, 0, text, NULL);
}

void
cmd_do_session(struct daemon *d, struct ctl_req *req)
{
	const char *word = cmd_arg(req, 0);

	if (strcmp(word, "open") == 0)
		do_open(d, req);
	else if (strcmp(word, "kill") == 0)
		do_kill(d, req);
	else
		do_list(d, req);
}

void
sessions_publish(const struct daemon *d, struct board *b)
{
	b->nsessions = 0;
	for (const struct session *s = d->sessions;
	     s != NULL && b->nsessions < BOARD_SESSIONS; s = s->next)
		b->sessions[b->nsessions++] = s->b;
	memset(&b->sessions[b->nsessions], 0,
	    (BOARD_SESSIONS - b->nsessions) * sizeof(b->sessions[0]));
}

void
sessions_clear(struct daemon *d)
{
	while (d->sessions != NULL)
		session_off(d->sessions);
}
