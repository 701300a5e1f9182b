/* SPDX-License-Identifier: MIT */
/*
 * sessions: a list of open requests, each with a slot among the rows.  Ends a
 * session by answering it; never touches a process.
 */
#include "daemon/sessions.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/cmd_table.h"
#include "daemon/rows_out.h"
#include "daemon/session_user.h"
#include "daemon/sessions_state.h"
#include "shared/commands.h"
#include "shared/log.h"
#include "shared/text.h"

#define SESSION_MAGIC 0x53455353u
/* Those who command from a shell find room on the control socket, too. */
#define SESSIONS_MOST MINIMUM(ROWS_SESSIONS_MAX, CTL_MAX_CLIENTS - 100)
/* A session may say what it does once a second; clocks differ a little. */
#define DOING_NS (900 * NS_PER_MS)
/* Of one process: the one that is there, and one whose end is not known yet. */
#define OF_ONE_PROCESS 4

/* ---- the list ---------------------------------------------------------- */

static struct sessions *
list_of(struct daemon *d)
{
	if (d->sessions == NULL)
		d->sessions = xcalloc(1, sizeof(*d->sessions));
	return d->sessions;
}

void
session_put(struct session *s)
{
	rows_out_session(s->d, s->slot, &s->r);
}

const char *
session_name(const struct session *s, char out[SESSION_NAME])
{
	str_format(out, SESSION_NAME, "session %llu of %s from %s",
	    (unsigned long long)s->r.id, s->r.user, s->r.from);
	return out;
}

/* Off the list and out of the rows; the request is still to be answered. */
static void
session_off(struct session *s)
{
	static const struct row_session none;
	struct sessions *l = s->d->sessions;
	struct session **at = &l->first;

	session_watch_gone(s);
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	l->n--;
	l->used[s->slot] = false;
	rows_out_session(s->d, s->slot, &none);
	s->magic = 0;
	json_decref(s->campaigns);
	free(s);
}

static void
audit_logout(const struct session *s, const char *result)
{
	audit_write(
	    s->d, s->r.user, ctl_origin(s->req), "logout", s->r.what, result);
}

/* Its process ends when it reads this. */
static void
session_kill(struct session *s, const char *text)
{
	struct ctl_req *req = s->req;

	audit_logout(s, text);
	session_off(s);
	ctl_reply(req, false, 1, text, json_pack("{s:b}", "killed", 1));
}

static void
on_gone(void *arg)
{
	struct session *s = arg;
	struct ctl_req *req = s->req;

	assert(s->magic == SESSION_MAGIC);
	audit_logout(s, "done");
	session_off(s);
	ctl_reply(req, false, 1, "", NULL);
}

bool
session_over_ssh(const struct ctl_req *req)
{
	return strncmp(ctl_origin(req), "ssh ", 4) == 0;
}

const char *
session_stated(const struct ctl_req *req, const char *key)
{
	const json_t *as = json_object_get(ctl_json(req), "as");
	const char *s = json_string_value(json_object_get(as, key));

	return s != NULL ? s : "";
}

struct session *
session_own(struct daemon *d, const struct ctl_req *req)
{
	int32_t pid = (int32_t)ctl_pid(req);
	struct session *own = NULL;

	if (pid <= 0 || !session_over_ssh(req))
		return NULL;
	/* The newest: one that was cut off may not be known to be gone. */
	for (struct session *s = list_of(d)->first; s != NULL; s = s->next)
		if (s->r.pid == pid &&
		    strcmp(s->r.user, session_stated(req, "user")) == 0)
			own = s;
	return own;
}

/* Who is limited to some campaigns sees those who are limited to them, too. */
static bool
may_see(const struct ctl_req *req, const struct session *s)
{
	return session_user_within(s->campaigns, ctl_campaigns(req));
}

struct session *
session_asked_for(struct daemon *d, struct ctl_req *req, const char *id_text,
    const char *usage)
{
	struct session *s = list_of(d)->first;
	char text[200];
	int64_t id;

	if (!str_int64(id_text, 1, INT64_MAX, &id)) {
		str_format(text, sizeof(text), "usage: %s", usage);
		ctl_reply(req, false, 2, text, NULL);
		return NULL;
	}
	while (s != NULL && s->r.id != (uint64_t)id)
		s = s->next;
	if (s == NULL || !may_see(req, s)) {
		ctl_reply(req, false, 1,
		    "there is no such session: discador session list shows "
		    "them",
		    NULL);
		return NULL;
	}
	return s;
}

/* ---- open and doing ---------------------------------------------------- */

/* Cut where it does not fit; whoever shows it sees that by the end of it. */
static void
campaigns_text(const json_t *names, char *out, size_t size)
{
	struct buf b = BUF_INIT;
	const json_t *e;
	size_t i;

	json_array_foreach (names, i, e)
		buf_fmt(&b, "%s%s", i > 0 ? "," : "", json_string_value(e));
	text_clean(out, size, buf_cstr(&b));
	buf_clear(&b);
}

static void
take_what(struct session *s, const char *what)
{
	text_clean(s->r.what, sizeof(s->r.what), what);
	s->r.console = strncmp(what, "console", 7) == 0;
}

static struct session *
session_new(struct daemon *d, struct ctl_req *req)
{
	struct sessions *l = list_of(d);
	struct session *s = xcalloc(1, sizeof(*s)), **at = &l->first;

	s->magic = SESSION_MAGIC;
	s->d = d;
	s->req = req;
	while (l->used[s->slot]) /* there is one: n is below the most */
		s->slot++;
	l->used[s->slot] = true;
	s->role = ctl_role(req);
	if (json_array_size(ctl_campaigns(req)) > 0)
		s->campaigns = json_deep_copy(ctl_campaigns(req));
	s->r.id = ++l->last_id;
	s->r.pid = (int32_t)ctl_pid(req);
	s->r.since_ms = now_read().wall_ms;
	str_copy(s->r.user, sizeof(s->r.user), session_stated(req, "user"));
	str_copy(s->r.from, sizeof(s->r.from), session_stated(req, "from"));
	str_copy(s->r.role, sizeof(s->r.role), command_role_word(s->role));
	campaigns_text(s->campaigns, s->r.campaigns, sizeof(s->r.campaigns));
	while (*at != NULL)
		at = &(*at)->next;
	*at = s;
	l->n++;
	return s;
}

static bool
has_many(struct daemon *d, const struct ctl_req *req)
{
	unsigned n = 0;

	for (const struct session *s = list_of(d)->first; s != NULL;
	     s = s->next)
		n += s->r.pid == (int32_t)ctl_pid(req);
	return n >= OF_ONE_PROCESS;
}

static void
do_open(struct daemon *d, struct ctl_req *req)
{
	bool again = strcmp(cmd_arg(req, 2), "again") == 0;
	struct session *s;

	if (!session_over_ssh(req)) {
		ctl_reply(req, false, 1,
		    "sessions are announced by discador-sshd alone", NULL);
		return;
	}
	if (has_many(d, req)) {
		ctl_reply(req, false, 1,
		    "this process has its sessions already", NULL);
		return;
	}
	if (list_of(d)->n >= SESSIONS_MOST) {
		log_warn("%s: no session: there are %u", ctl_who(req),
		    list_of(d)->n);
		ctl_reply(req, false, 1,
		    "there are as many sessions as the engine keeps", NULL);
		return;
	}
	s = session_new(d, req);
	take_what(s, cmd_arg(req, 1));
	session_put(s);
	ctl_on_gone(req, on_gone, s);
	audit_write(d, s->r.user, ctl_origin(req), again ? "attach" : "login",
	    s->r.what, "done");
}

static void
do_doing(struct daemon *d, struct ctl_req *req)
{
	struct session *s = session_own(d, req);
	struct now now = now_read();

	if (s == NULL) {
		ctl_reply(req, false, 1, "this process has no session", NULL);
		return;
	}
	if (s->doing_ns != 0 && now.mono_ns - s->doing_ns < DOING_NS) {
		ctl_reply(req, false, 1, "once a second is enough", NULL);
		return;
	}
	s->doing_ns = now.mono_ns;
	s->r.key_ms = now.wall_ms;
	take_what(s, cmd_arg(req, 1));
	session_put(s);
	ctl_reply(req, true, 0, "", NULL);
}

/* ---- list and kill ----------------------------------------------------- */

static json_t *
session_json(const struct session *s, int64_t idle_s)
{
	const char *by = s->r.watch == ROW_WATCH_GRANTED ? s->r.watch_by : NULL;

	return json_pack("{s:I, s:s, s:s, s:s, s:o, s:I, s:s, s:s?, s:O?}",
	    "id", (json_int_t)s->r.id, "user", s->r.user, "role", s->r.role,
	    "from", s->r.from, "since", cmd_iso(s->r.since_ms), "idle_s",
	    (json_int_t)idle_s, "doing", s->r.what, "watched_by", by,
	    "campaigns", s->campaigns);
}

static void
do_list(struct daemon *d, struct ctl_req *req)
{
	static const char *const heads[] = { "id", "user", "role", "from",
		"since", "idle", "doing", "watched by" };
	struct cmd_table t = { .ncols = nitems(heads), .right = 1 | 1 << 5 };
	int64_t now_ms = now_read().wall_ms;
	struct buf text = BUF_INIT;
	json_t *rows = json_array();
	char when[40], idle[TEXT_NUM];

	for (size_t i = 0; i < nitems(heads); i++)
		cmd_table_cell(&t, heads[i]);
	for (const struct session *s = list_of(d)->first; s != NULL;
	     s = s->next) {
		int64_t since = MAXIMUM(s->r.since_ms, s->r.key_ms);
		int64_t idle_s = MAXIMUM(now_ms - since, 0) / MS_PER_S;

		if (!may_see(req, s))
			continue;
		cmd_table_int(&t, (int64_t)s->r.id);
		cmd_table_cell(&t, s->r.user);
		cmd_table_cell(&t, s->r.role);
		cmd_table_cell(&t, s->r.from);
		cmd_table_cell(&t, cmd_clock(d, s->r.since_ms, when));
		cmd_table_cell(&t, text_span(idle_s, idle));
		cmd_table_cell(&t, s->r.what);
		cmd_table_cell(
		    &t, s->r.watch == ROW_WATCH_GRANTED ? s->r.watch_by : "-");
		json_array_append_new(rows, session_json(s, idle_s));
	}
	cmd_table_end(&t, 0, &text);
	ctl_reply(req, true, 0,
	    json_array_size(rows) > 0 ? buf_cstr(&text)
				      : "nobody is attached over SSH",
	    rows);
	buf_clear(&text);
}

static void
do_kill(struct daemon *d, struct ctl_req *req)
{
	struct session *s = session_asked_for(
	    d, req, cmd_arg(req, 1), "discador session kill ID");
	char text[200], name[SESSION_NAME];

	if (s == NULL)
		return;
	audit_write(d, ctl_who(req), ctl_origin(req), "session kill",
	    session_name(s, name), "done");
	str_format(text, sizeof(text), "session %llu is ended",
	    (unsigned long long)s->r.id);
	/* Who kills his own is still answered: that is another request. */
	str_format(name, sizeof(name), "ended by %s", ctl_who(req));
	session_kill(s, name);
	ctl_reply(req, true, 0, text, NULL);
}

/* ---- the door ----------------------------------------------------------- */

void
cmd_do_session(struct daemon *d, struct ctl_req *req)
{
	static const struct {
		const char *word;
		cmd_handler *fn;
	} words[] = { { "open", do_open }, { "doing", do_doing },
		{ "list", do_list }, { "kill", do_kill },
		{ "say", session_say }, { "watch", session_watch },
		{ "consent", session_consent }, { "leave", session_leave },
		{ "welcome", session_welcome },
		{ "refused", session_refused } };
	const char *word = cmd_arg(req, 0);

	list_of(d); /* there is one from here on */
	for (size_t i = 0; i < nitems(words); i++)
		if (strcmp(words[i].word, word) == 0) {
			words[i].fn(d, req);
			return;
		}
	ctl_reply(req, false, 2, "the engine knows no such session word", NULL);
}

bool
sessions_vouched(struct daemon *d, const struct ctl_req *req, char why[200])
{
	return session_user_vouch(d->conf.ssh_users,
	    session_stated(req, "user"), ctl_role(req), ctl_campaigns(req),
	    why);
}

bool
sessions_bound(struct daemon *d, const struct ctl_req *req, char why[200])
{
	int32_t pid = (int32_t)ctl_pid(req);

	if (pid <= 0 || !ctl_trusted(req))
		return true;
	for (const struct session *s = list_of(d)->first; s != NULL;
	     s = s->next)
		if (s->r.pid == pid &&
		    (!session_over_ssh(req) ||
			strcmp(s->r.user, session_stated(req, "user")) != 0 ||
			ctl_role(req) > s->role ||
			!session_user_within(
			    ctl_campaigns(req), s->campaigns))) {
			str_format(why, 200,
			    "this process has a session of %s and speaks for "
			    "nobody else",
			    s->r.user);
			return false;
		}
	return true;
}

void
sessions_reload(struct daemon *d, const struct conf *c)
{
	struct session *s, *next;
	char why[SESSION_WHY];

	if (c != &d->conf) {
		json_decref(d->conf.ssh_users);
		d->conf.ssh_users = json_deep_copy(c->ssh_users);
		str_copy(
		    d->conf.ssh_motd, sizeof(d->conf.ssh_motd), c->ssh_motd);
	}
	for (s = list_of(d)->first; s != NULL; s = next) {
		next = s->next;
		if (!session_user_still(d->conf.ssh_users, s->r.user, s->role,
			s->campaigns, why))
			session_kill(s, why);
	}
}

void
sessions_publish(struct daemon *d, struct board *b)
{
	struct sessions *l = list_of(d);

	session_watch_turn(d, now_read().mono_ns);
	session_words_turn(d);
	b->nsessions = 0;
	b->sessions_all = l->n;
	for (const struct session *s = l->first;
	     s != NULL && b->nsessions < BOARD_SESSIONS; s = s->next) {
		struct board_session *to = &b->sessions[b->nsessions++];

		memset(to, 0, sizeof(*to));
		to->id = (uint32_t)s->r.id;
		to->since_ms = s->r.since_ms;
		str_copy(to->user, sizeof(to->user), s->r.user);
		str_copy(to->role, sizeof(to->role), s->r.role);
		str_copy(to->from, sizeof(to->from), s->r.from);
		str_copy(to->what, sizeof(to->what), s->r.what);
	}
	memset(&b->sessions[b->nsessions], 0,
	    (BOARD_SESSIONS - b->nsessions) * sizeof(b->sessions[0]));
	memcpy(b->messages, l->messages, sizeof(b->messages));
}

void
sessions_clear(struct daemon *d)
{
	static const struct row_session none;
	struct sessions *l = list_of(d);
	struct session *s;

	/* No screen may be handed on because of a row that nobody mends. */
	while ((s = l->first) != NULL) {
		l->first = s->next;
		rows_out_session(d, s->slot, &none);
		json_decref(s->campaigns);
		free(s);
	}
	free(l);
	d->sessions = NULL;
}
