/* SPDX-License-Identifier: MIT */
/*
 * cmd_alert: the alerts on the board, those that are over too, and taking
 * notice of them.  What raises and ends them is the engine's.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/scope_judge.h"
#include "shared/text.h"

static json_t *
clean(const char *s)
{
	char t[256];

	text_clean(t, sizeof(t), s);
	return json_string(t);
}

static json_t *
alert_of(const struct board_alert *a)
{
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:o}",
	    "rule", clean(a->rule), "object", clean(a->object), "severity",
	    clean(a->severity), "state", a->ended_ms == 0 ? "raised" : "ended",
	    "since", cmd_iso(a->since_ms), "ended", cmd_iso(a->ended_ms),
	    "acked", cmd_iso(a->acked_ms), "acked_by",
	    a->acked_ms == 0 ? json_null() : clean(a->acked_by), "hidden",
	    (json_int_t)a->hidden, "message", clean(a->message));
}

static void
say_alert(struct buf *b, const char *zone, const struct board_alert *a)
{
	char at[40], t[200], by[48];

	text_clean(t, sizeof(t), a->rule);
	buf_fmt(b, "%s  %-8s  %s", cmd_when(zone, a->since_ms, at),
	    a->ended_ms == 0 ? a->severity : "over", t);
	if (a->object[0] != '\0') {
		text_clean(t, sizeof(t), a->object);
		buf_fmt(b, " %s", t);
	}
	text_clean(t, sizeof(t), a->message);
	buf_fmt(b, ": %s", t);
	if (a->hidden > 0)
		buf_fmt(b, " (and %u that come of it)", a->hidden);
	if (a->ended_ms != 0)
		buf_fmt(b, "; over %s", cmd_when(zone, a->ended_ms, at));
	if (a->acked_ms != 0) {
		text_clean(by, sizeof(by), a->acked_by);
		buf_fmt(
		    b, "; seen by %s %s", by, cmd_when(zone, a->acked_ms, at));
	}
	buf_byte(b, '\n');
}

static void
list(struct daemon *d, struct ctl_req *req)
{
	struct board *b = scope_judge_board(ctl_campaigns(req), d->next);
	struct buf text = BUF_INIT;
	json_t *rows = json_array();

	for (uint32_t i = 0; i < MINIMUM(b->nalerts, BOARD_ALERTS); i++) {
		json_array_append_new(rows, alert_of(&b->alerts[i]));
		say_alert(&text, d->conf.timezone, &b->alerts[i]);
	}
	if (b->nalerts == 0)
		buf_str(&text, "no alerts\n");
	ctl_reply(req, true, 0, buf_cstr(&text), rows);
	buf_clear(&text);
	free(b);
}

/* "uid 1000 (maria)", "maria (ssh 10.0.0.7)" -> "maria" */
static void
user_of(const struct ctl_req *req, char out[32])
{
	const char *who = ctl_who(req), *p = strchr(who, '(');
	char *end;

	str_copy(out, 32, p != NULL ? p + 1 : who);
	if (strncmp(out, "ssh ", 4) == 0) {
		str_copy(out, 32, who);
		p = NULL;
		out[strcspn(out, " ")] = '\0';
	}
	if (p != NULL && (end = strrchr(out, ')')) != NULL)
		*end = '\0';
}

/*
 * Take notice of what the asker may see; of alerts of the engine itself only
 * who is not limited to campaigns, as all share them.
 */
static unsigned
ack_seen(struct daemon *d, struct ctl_req *req, const char *rule,
    const char *object, const char *user, const struct now *now)
{
	struct board *b;
	unsigned n = 0;

	if (ctl_campaigns(req) == NULL)
		return engine_alert_ack(d->engine, rule, object, user, now);
	b = scope_judge_board(ctl_campaigns(req), d->next);
	for (uint32_t i = 0; i < b->nalerts; i++) {
		const struct board_alert *a = &b->alerts[i];

		if (a->object[0] != '\0' &&
		    (rule[0] == '\0' || strcmp(a->rule, rule) == 0) &&
		    (object[0] == '\0' || strcmp(a->object, object) == 0))
			n += engine_alert_ack(
			    d->engine, a->rule, a->object, user, now);
	}
	free(b);
	return n;
}

static bool
is_there(const struct board *b, const char *rule, const char *object)
{
	for (uint32_t i = 0; i < MINIMUM(b->nalerts, BOARD_ALERTS); i++)
		if (strcmp(b->alerts[i].rule, rule) == 0 &&
		    (object[0] == '\0' ||
			strcmp(b->alerts[i].object, object) == 0))
			return true;
	return false;
}

static void
ack(struct daemon *d, struct ctl_req *req, const char *rule, const char *object)
{
	bool all = strcmp(rule, "all") == 0 && object[0] == '\0';
	struct now now = now_read();
	char user[32], what[128], text[256];
	struct board *b;
	bool there;
	unsigned n;

	user_of(req, user);
	n = ack_seen(d, req, all ? "" : rule, object, user, &now);
	b = scope_judge_board(ctl_campaigns(req), d->next);
	there = is_there(b, rule, object);
	free(b);
	if (n == 0 && !all && !there) {
		str_format(what, sizeof(what), "%.48s%s%.64s", rule,
		    object[0] != '\0' ? " of " : "", object);
		text_clean(text, sizeof(text), what);
		str_format(what, sizeof(what), "%s", text);
		str_format(text, sizeof(text),
		    "there is no alert %s: discador alert list shows them",
		    what);
		ctl_reply(req, false, 1, text, NULL);
		return;
	}
	str_format(what, sizeof(what), "%.48s%s%.64s", rule,
	    object[0] != '\0' ? " " : "", object);
	if (n > 0) {
		audit_write(d, ctl_who(req), ctl_origin(req), "alert", what,
		    "acknowledged");
		/* For whoever asks before the next tick. */
		engine_publish(d->engine, d->next, &now);
	}
	if (n == 0)
		str_copy(text, sizeof(text), "nothing new to acknowledge");
	else
		str_format(text, sizeof(text), "%u alert%s acknowledged", n,
		    n == 1 ? "" : "s");
	ctl_reply(req, true, 0, text, NULL);
}

void
cmd_do_alert(struct daemon *d, struct ctl_req *req)
{
	const char *word = cmd_arg(req, 0), *rule = cmd_arg(req, 1);

	if (strcmp(word, "list") == 0 && rule[0] == '\0')
		list(d, req);
	else if (strcmp(word, "ack") == 0 && rule[0] != '\0' &&
		 cmd_arg(req, 3)[0] == '\0')
		ack(d, req, rule, cmd_arg(req, 2));
	else
		ctl_reply(req, false, 2,
		    "usage: discador alert list | ack RULE [OBJECT] | ack all",
		    NULL);
}
