/* SPDX-License-Identifier: MIT */
/* log_cols: columns of alerts, log and audit trail. */
#include <string.h>

#include "shared/log.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/log_rows.h"
#include "ui/when.h"

/* A text as it is: what it is sorted and filtered by, and its cell. */
#define PLAIN(fn, expr)                                                        \
	static const char *fn##_word(const void *row)                          \
	{                                                                      \
		return expr;                                                   \
	}                                                                      \
	static void fn(const void *row, struct table_cell *o)                  \
	{                                                                      \
		str_copy(o->text, sizeof(o->text), expr);                      \
	}
/* The last text of a line takes what is left of it. */
#define TAIL(fn, role)                                                         \
	static bool fn##_over(const void *row, struct table_cell *o)           \
	{                                                                      \
		fn(row, o);                                                    \
		o->fg = (role);                                                \
		return true;                                                   \
	}
#define INSTANT(fn, ms)                                                        \
	static void fn(const void *row, struct table_cell *o)                  \
	{                                                                      \
		char t[32];                                                    \
                                                                               \
		time_iso((ms), t);                                             \
		str_copy(o->text, sizeof(o->text), t);                         \
	}

static void
put_when(struct table_cell *o, const char *zone, int64_t ms, int64_t now_ms)
{
	char t[WHEN_TEXT];

	o->fg = ROLE_DIM;
	str_copy(o->text, sizeof(o->text),
	    ms > 0 ? when_near(zone, ms, now_ms, t) : "-");
}

/* ---- alerts ------------------------------------------------------------ */

#define AR(row) ((const struct alert_row *)(row))
#define A(row)  (AR(row)->a)

PLAIN(a_id, AR(row)->id)
PLAIN(a_rule, A(row)->rule)
PLAIN(a_object, A(row)->object)
PLAIN(a_message, A(row)->message)
PLAIN(a_acked_by, A(row)->acked_ms != 0 ? A(row)->acked_by : "")
PLAIN(a_severity, A(row)->severity)
TAIL(a_message, AR(row)->state == ALERT_OVER ? ROLE_DIM : ROLE_TEXT)
INSTANT(a_since_iso, A(row)->since_ms)
INSTANT(a_ended_iso, A(row)->ended_ms)
INSTANT(a_acked_iso, A(row)->acked_ms)

static const char *
a_state_word(const void *row)
{
	static const char *const words[] = { "active", "acknowledged", "over" };

	return words[AR(row)->state];
}

static void
a_state(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), a_state_word(row));
}

static const char *
severity_name(const char *word)
{
	static const char *const names[] = { N_("critical"), N_("warning"),
		N_("info") };

	for (size_t i = 0; i < nitems(names); i++)
		if (strcmp(names[i], word) == 0)
			return _(names[i]);
	return word;
}

static const char *
a_shown_severity_word(const void *row)
{
	return severity_name(A(row)->severity);
}

static void
a_shown_severity(const void *row, struct table_cell *o)
{
	struct style s = alert_style(AR(row));

	str_copy(o->text, sizeof(o->text), a_shown_severity_word(row));
	o->fg = s.fg;
	o->bg = s.bg;
	o->attr = s.attr;
}

static const char *
a_shown_state_word(const void *row)
{
	/* short: the message needs the room */
	return AR(row)->state == ALERT_ACKED ? _("seen")
					     : alert_state_name(AR(row)->state);
}

static void
a_shown_state(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), a_shown_state_word(row));
	o->fg = AR(row)->state == ALERT_ACTIVE ? ROLE_STRONG : ROLE_DIM;
}

static double
a_since_num(const void *row)
{
	return (double)A(row)->since_ms;
}

static void
a_since(const void *row, struct table_cell *o)
{
	put_when(o, AR(row)->zone, A(row)->since_ms, AR(row)->now_ms);
}

static double
a_lasts_num(const void *row)
{
	return (double)alert_row_lasts(AR(row));
}

static void
a_lasts(const void *row, struct table_cell *o)
{
	char t[TEXT_NUM];

	o->numeric = true;
	o->num = a_lasts_num(row);
	str_copy(o->text, sizeof(o->text), text_span((int64_t)o->num, t));
	if (AR(row)->state == ALERT_OVER)
		o->fg = ROLE_DIM;
}

static void
a_hides(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = A(row)->hidden;
	if (A(row)->hidden > 0)
		str_format(o->text, sizeof(o->text), "+%u", A(row)->hidden);
}

static void
a_seen(const void *row, struct table_cell *o)
{
	char t[WHEN_TEXT];

	o->fg = ROLE_DIM;
	if (A(row)->acked_ms != 0)
		str_format(o->text, sizeof(o->text), "%s %s", A(row)->acked_by,
		    when_near(
			AR(row)->zone, A(row)->acked_ms, AR(row)->now_ms, t));
}

const struct table_col alert_cols[] = {
	{ NULL, "", TEXT_LEFT, 0, 0, 0, a_id, .word = a_id_word },
	{ "severity", N_("Severity"), TEXT_LEFT, 0, 0, 0, a_severity,
	    .word = a_severity_word },
	{ "state", N_("State"), TEXT_LEFT, 0, 0, 0, a_state,
	    .word = a_state_word },
	{ NULL, N_("Severity"), TEXT_LEFT, 8, 12, 0, a_shown_severity,
	    .word = a_shown_severity_word },
	{ NULL, N_("State"), TEXT_LEFT, 6, 14, 0, a_shown_state,
	    .word = a_shown_state_word },
	{ NULL, N_("Since"), TEXT_LEFT, 8, 17, 0, a_since, .num = a_since_num },
	{ "lasts_s", N_("Lasts"), TEXT_RIGHT, 6, 10, 1, a_lasts,
	    .num = a_lasts_num },
	{ "hidden", N_("Hides"), TEXT_RIGHT, 3, 6, 4, a_hides },
	{ NULL, N_("Seen by"), TEXT_LEFT, 6, 28, 5, a_seen },
	{ "object", N_("Object"), TEXT_LEFT, 6, 24, 3, a_object,
	    .word = a_object_word },
	{ "rule", N_("Rule"), TEXT_LEFT, 6, 20, 2, a_rule,
	    .word = a_rule_word },
	{ "message", N_("Message"), TEXT_LEFT, 28, 44, 0, a_message,
	    a_message_over, .word = a_message_word },
	{ "since", N_("Since"), TEXT_LEFT, 0, 0, 0, a_since_iso },
	{ "ended", N_("Ended"), TEXT_LEFT, 0, 0, 0, a_ended_iso },
	{ "acked", N_("Acknowledged"), TEXT_LEFT, 0, 0, 0, a_acked_iso },
	{ "acked_by", N_("User"), TEXT_LEFT, 0, 0, 0, a_acked_by,
	    .word = a_acked_by_word },
	/* so that user:maria means the same in every table here */
	{ NULL, "user", TEXT_LEFT, 0, 0, 0, a_acked_by,
	    .word = a_acked_by_word },
};
const size_t alert_ncols = nitems(alert_cols);

/* ---- log --------------------------------------------------------------- */

#define LR(row) ((const struct log_row *)(row))

PLAIN(l_id, LR(row)->id)
PLAIN(l_text, LR(row)->l->text)
INSTANT(l_at_iso, LR(row)->l->at_ms)

static uint8_t
level_role(uint32_t level)
{
	return level == LOG_LVL_ERROR  ? ROLE_BAD
	       : level == LOG_LVL_WARN ? ROLE_WARN
	       : level == LOG_LVL_INFO ? ROLE_TEXT
				       : ROLE_DIM;
}

static bool
l_text_over(const void *row, struct table_cell *o)
{
	l_text(row, o);
	o->fg = level_role(LR(row)->l->level);
	return true;
}

static const char *
l_level_word(const void *row)
{
	static const char *const words[] = { "error", "warn", "info", "debug" };

	return words[MINIMUM(LR(row)->l->level, LOG_LVL_DEBUG)];
}

static void
l_level(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), l_level_word(row));
	o->fg = level_role(LR(row)->l->level);
	if (LR(row)->l->level == LOG_LVL_ERROR) {
		o->fg = ROLE_STRONG;
		o->bg = ROLE_BG_BAD;
		o->attr = ATTR_BOLD;
	}
}

static double
l_at_num(const void *row)
{
	return (double)LR(row)->l->at_ms;
}

static void
l_at(const void *row, struct table_cell *o)
{
	put_when(o, LR(row)->zone, LR(row)->l->at_ms, LR(row)->now_ms);
}

const struct table_col log_cols[] = {
	{ NULL, "", TEXT_LEFT, 0, 0, 0, l_id, .word = l_id_word },
	{ NULL, N_("Time"), TEXT_LEFT, 8, 17, 0, l_at, .num = l_at_num },
	{ "at", N_("Time"), TEXT_LEFT, 0, 0, 0, l_at_iso },
	{ "level", N_("Level"), TEXT_LEFT, 5, 6, 0, l_level,
	    .word = l_level_word },
	{ "text", N_("Message"), TEXT_LEFT, 30, 40, 0, l_text, l_text_over,
	    .word = l_text_word },
};
const size_t log_ncols = nitems(log_cols);

/* ---- audit ------------------------------------------------------------- */

#define U(row) ((const struct audit_row *)(row))

PLAIN(u_id, U(row)->id)
PLAIN(u_user, U(row)->user)
PLAIN(u_node, U(row)->node)
PLAIN(u_origin, U(row)->origin)
PLAIN(u_object, U(row)->object)
PLAIN(u_result, U(row)->result)
TAIL(u_result, ROLE_TEXT)
INSTANT(u_at_iso, U(row)->at_ms)

static double
u_at_num(const void *row)
{
	return (double)U(row)->at_ms;
}

static void
u_at(const void *row, struct table_cell *o)
{
	put_when(o, U(row)->zone, U(row)->at_ms, U(row)->now_ms);
}

static const char *
u_action_word(const void *row)
{
	return U(row)->action;
}

static void
u_action(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), U(row)->action);
	o->fg = ROLE_STRONG;
}

const struct table_col audit_cols[] = {
	{ NULL, "", TEXT_LEFT, 0, 0, 0, u_id, .word = u_id_word },
	{ NULL, N_("Time"), TEXT_LEFT, 8, 17, 0, u_at, .num = u_at_num },
	{ "at", N_("Time"), TEXT_LEFT, 0, 0, 0, u_at_iso },
	{ "user", N_("User"), TEXT_LEFT, 6, 16, 0, u_user,
	    .word = u_user_word },
	{ "origin", N_("From"), TEXT_LEFT, 6, 20, 3, u_origin,
	    .word = u_origin_word },
	{ "node", N_("Node"), TEXT_LEFT, 4, 12, 4, u_node,
	    .word = u_node_word },
	{ "action", N_("Action"), TEXT_LEFT, 6, 16, 0, u_action,
	    .word = u_action_word },
	{ "object", N_("Object"), TEXT_LEFT, 8, 20, 1, u_object,
	    .word = u_object_word },
	{ "result", N_("Result"), TEXT_LEFT, 14, 18, 0, u_result, u_result_over,
	    .word = u_result_word },
};
const size_t audit_ncols = nitems(audit_cols);

/* ---- printing ---------------------------------------------------------- */

json_t *
log_json(const struct pane_ctx *x)
{
	struct alert_row a[BOARD_ALERTS];
	struct log_row l[BOARD_LOG];
	size_t na = alert_rows(x, a), nl = log_rows(x, l);

	return json_pack("{s:o, s:o}", "alerts",
	    table_json(alert_cols, alert_ncols, a, na, sizeof(a[0])), "log",
	    table_json(log_cols, log_ncols, l, nl, sizeof(l[0])));
}

void
log_print(const struct pane_ctx *x, struct buf *out)
{
	struct alert_row a[BOARD_ALERTS];
	struct log_row l[BOARD_LOG];
	size_t na = alert_rows(x, a), nl = log_rows(x, l);
	unsigned n[3];

	alert_counts(x, n);
	buf_fmt(out, _("%u active, %u acknowledged, %u over today"), n[0], n[1],
	    n[2]);
	buf_byte(out, '\n');
	if (na > 0)
		table_print(out, alert_cols, alert_ncols, a, na, sizeof(a[0]));
	buf_byte(out, '\n');
	table_print(out, log_cols, log_ncols, l, nl, sizeof(l[0]));
}
