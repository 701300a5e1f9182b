/* SPDX-License-Identifier: MIT */
/*
 * session_words: what is said to those who are attached (a word to all, when
 * they were here last) and what discador-sshd tells of those who are not.
 * Knows no session but the asker's.
 */
#include "daemon/sessions_state.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "db/logins.h"
#include "shared/log.h"
#include "shared/text.h"

#define SAY_MAX 120 /* bytes */
/* More lines than that wait for the database: refusals are summed up. */
#define AUDITS_MANY   5000
#define WELCOMES_WAIT 200 /* questions to the database at once */

/* ---- say ---------------------------------------------------------------- */

/* "maria" of "uid 1000 (maria)" and of "maria (ssh 10.0.0.7)" */
static void
speaker(const struct ctl_req *req, char *out, size_t size)
{
	const char *who = ctl_who(req), *open = strrchr(who, '(');

	if (session_over_ssh(req))
		str_copy(out, size, session_stated(req, "user"));
	else {
		str_copy(out, size, open != NULL ? open + 1 : who);
		out[strcspn(out, ")")] = '\0';
	}
}

/* False (and the reply): it is no one line of at most SAY_MAX bytes. */
static bool
say_text(struct ctl_req *req, struct buf *b)
{
	size_t n;
	const char **v = cmd_args_from(req, 1, &n);
	bool good;

	for (size_t i = 0; i < n; i++)
		buf_fmt(b, "%s%s", i > 0 ? " " : "", v[i]);
	free(v);
	good = b->len > 0 && b->len <= SAY_MAX;
	for (size_t i = 0; good && i < b->len; i++)
		good = (unsigned char)b->p[i] >= ' ' && b->p[i] != 0x7f;
	if (!good)
		ctl_reply(req, false, 2,
		    "usage: discador session say TEXT, one line of at most "
		    "120 bytes",
		    NULL);
	return good;
}

void
session_say(struct daemon *d, struct ctl_req *req)
{
	struct board_message *m = d->sessions->messages;
	struct buf b = BUF_INIT;
	uint64_t last = m[0].id;

	if (json_array_size(ctl_campaigns(req)) > 0) {
		ctl_reply(req, false, 1,
		    "who is limited to some campaigns does not speak to all",
		    NULL);
		return;
	}
	if (say_text(req, &b)) {
		memmove(&m[1], &m[0], (BOARD_MESSAGES - 1) * sizeof(*m));
		memset(m, 0, sizeof(*m));
		m->at_ms = now_read().wall_ms;
		/* It grows also from one engine to the next. */
		m->id = MAXIMUM(last + 1, (uint64_t)m->at_ms);
		speaker(req, m->from, sizeof(m->from));
		text_clean(m->text, sizeof(m->text), buf_cstr(&b));
		audit_write(d, ctl_who(req), ctl_origin(req), "session say",
		    m->text, "done");
		ctl_reply(req, true, 0, "said to all who are attached", NULL);
	}
	buf_clear(&b);
}

/* ---- welcome ------------------------------------------------------------ */

static json_t *
welcome_json(const struct daemon *d, const PGresult *res)
{
	const char *v[4] = { "", "", "", "" };
	int64_t last = 0, failed = 0;

	for (int i = 0; res != NULL && PQntuples(res) == 1 && i < 4; i++)
		if (!PQgetisnull(res, 0, i))
			v[i] = PQgetvalue(res, 0, i);
	str_int64(v[0], 0, INT64_MAX, &last);
	str_int64(v[2], 0, INT64_MAX, &failed);
	for (int i = 1; i < 4; i += 2)
		if (strncmp(v[i], "ssh ", 4) == 0)
			v[i] += 4;
	return json_pack("{s:I, s:s, s:I, s:s, s:s}", "last_ms",
	    (json_int_t)last, "last_from", v[1], "failed", (json_int_t)failed,
	    "failed_from", v[3], "motd", d->conf.ssh_motd);
}

static void
on_logins(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);

	/* Without the database there is still something to say. */
	cmd_end(c, true, 0, "",
	    welcome_json(c->d, a->status == DB_OK ? a->res : NULL));
}

void
session_welcome(struct daemon *d, struct ctl_req *req)
{
	const struct session *s = session_own(d, req);

	if (!session_over_ssh(req)) {
		ctl_reply(req, false, 1,
		    "this is for sessions over SSH: discador audit list has "
		    "the log-ins",
		    NULL);
		return;
	}
	if (!db_is_up(d->reads) || !d->loaded ||
	    db_pending(d->reads) >= WELCOMES_WAIT) {
		ctl_reply(req, true, 0, "", welcome_json(d, NULL));
		return;
	}
	logins_last(d->reads, session_stated(req, "user"),
	    s != NULL ? s->r.since_ms : now_read().wall_ms, on_logins,
	    cmd_new(d, req));
}

/* ---- refused ------------------------------------------------------------ */

void
session_refused(struct daemon *d, struct ctl_req *req)
{
	struct refused *v = xcalloc(REFUSED_MAX, sizeof(*v));
	struct refused_rate *rate = &d->sessions->refused;
	int64_t mono_ns = now_read().mono_ns;
	char text[REFUSED_TEXT], origin[80];
	int n;

	if (!ctl_trusted(req) || session_over_ssh(req)) {
		ctl_reply(req, false, 1,
		    "refused log-ins are told by discador-sshd alone", NULL);
		goto out;
	}
	n = refused_parse(cmd_arg(req, 1), v);
	if (n < 0) {
		log_warn("%s: session refused: not in the form that it is "
			 "told in",
		    ctl_who(req));
		ctl_reply(
		    req, false, 2, "not in the form that it is told in", NULL);
		goto out;
	}
	for (int i = 0; i < n; i++) {
		/* They must not push what was commanded out of the list. */
		if (!refused_take(
			rate, &v[i], audit_waiting(d) <= AUDITS_MANY, mono_ns))
			continue;
		refused_text(&v[i], text);
		str_format(origin, sizeof(origin), "ssh%s%s",
		    v[i].from[0] != '\0' ? " " : "", v[i].from);
		audit_write(d, v[i].user, origin, "login", text, "refused");
	}
	ctl_reply(req, true, 0, "", NULL);
out:
	free(v);
}

void
session_words_turn(struct daemon *d)
{
	char text[REFUSED_TEXT];

	if (audit_waiting(d) <= AUDITS_MANY &&
	    refused_sum(&d->sessions->refused, now_read().mono_ns, text))
		audit_write(d, "others", "ssh", "login", text, "refused");
}
