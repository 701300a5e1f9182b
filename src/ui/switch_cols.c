/* SPDX-License-Identifier: MIT */
/* switch_cols: the columns of switches: is the link there, and how late? */
#include "ui/trunk_rows.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/cols.h"

#define S(row) (((const struct switch_row *)(row))->s)

static void
s_name(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), S(row)->name);
	o->fg = ROLE_STRONG;
}

static const char *
ws_state(const void *row)
{
	const struct board_switch *s = S(row);

	return !s->connected                 ? "down"
	       : s->unanswered_s > 3         ? "silent"
	       : s->allowed_cps < s->max_cps ? "slow"
					     : "up";
}

static void
s_state(const void *row, struct table_cell *o)
{
	const char *word = ws_state(row);

	if (strcmp(word, "up") == 0) {
		str_format(
		    o->text, sizeof(o->text), "\xe2\x97\x8f %s", _("up"));
		o->fg = ROLE_GOOD;
		return;
	}
	str_format(o->text, sizeof(o->text), "\xe2\x96\xbc %s",
	    strcmp(word, "silent") == 0 ? _("silent")
	    : strcmp(word, "slow") == 0 ? _("slow")
					: _("down"));
	o->fg = strcmp(word, "down") == 0 ? ROLE_BAD : ROLE_WARN;
}

static bool
s_state_over(const void *row, struct table_cell *o)
{
	const struct board_switch *s = S(row);

	if (s->connected)
		return false;
	str_format(o->text, sizeof(o->text), " \xe2\x9c\x96 %s %s ", _("DOWN"),
	    s->why);
	o->fg = ROLE_STRONG;
	o->bg = ROLE_BG_BAD;
	o->attr = ATTR_BOLD;
	return true;
}

static void
s_connected(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = S(row)->connected != 0;
}

static void
s_cps(const void *row, struct table_cell *o)
{
	const struct board_switch *s = S(row);

	o->numeric = true;
	o->num = s->cps;
	o->bar = s->max_cps > 0 ? s->cps / s->max_cps : 0;
	if (s->allowed_cps < s->max_cps)
		str_format(o->text, sizeof(o->text), "%.1f/%.1f<%.0f", s->cps,
		    s->allowed_cps, s->max_cps);
	else
		str_format(
		    o->text, sizeof(o->text), "%.1f/%.0f", s->cps, s->max_cps);
	o->fg = s->allowed_cps < s->max_cps ? ROLE_WARN
		: s->cps > 0                ? ROLE_GRAPH
					    : ROLE_DIM;
}

static void
s_allowed(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = S(row)->allowed_cps;
}

static void
s_max(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = S(row)->max_cps;
}

static void
s_calls(const void *row, struct table_cell *o)
{
	cols_put_count(o, S(row)->concurrent);
}

static void
put_ms(struct table_cell *o, double ms, double warn, double bad)
{
	char t[TEXT_NUM];

	o->numeric = true;
	o->num = ms;
	str_copy(o->text, sizeof(o->text), text_ms(ms, t));
	o->fg = ms < 0       ? ROLE_DIM
		: ms >= bad  ? ROLE_BAD
		: ms >= warn ? ROLE_WARN
			     : ROLE_TEXT;
}

static void
s_rtt(const void *row, struct table_cell *o)
{
	put_ms(o, S(row)->rtt_ms, 100, 1000);
}

/* Above 1 s it is slowed down, above 5 s stopped. */
static void
s_lag(const void *row, struct table_cell *o)
{
	put_ms(o, S(row)->lag_ms, 1000, 5000);
}

static void
s_unanswered(const void *row, struct table_cell *o)
{
	double s = S(row)->unanswered_s;

	put_ms(o, s * 1000, 1000, 3000);
	o->num = s;
	if (s <= 0) {
		str_copy(o->text, sizeof(o->text), "-");
		o->fg = ROLE_DIM;
	}
}

static void
s_trunks(const void *row, struct table_cell *o)
{
	const struct switch_row *r = row;
	size_t n = 0, k = MINIMUM(r->b->ntrunks, BOARD_TRUNKS);

	for (size_t i = 0; i < k; i++) {
		if (strcmp(r->b->trunks[i].switch_name, r->s->name) != 0)
			continue;
		str_format(o->text + n, sizeof(o->text) - n, "%s%s",
		    n > 0 ? " " : "", r->b->trunks[i].name);
		n = strlen(o->text);
	}
	o->fg = ROLE_DIM;
}

static void
s_why(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), S(row)->why);
}

const struct table_col switch_cols[] = {
	{ "name", N_("Switch"), TEXT_LEFT, 10, 24, 0, s_name },
	{ "state", N_("State"), TEXT_LEFT, 8, 12, 0, s_state, s_state_over,
	    NULL, ws_state },
	{ "connected", "", TEXT_RIGHT, 0, 0, 0, s_connected },
	{ "cps", N_("CPS"), TEXT_CENTRE, 16, 36, 0, s_cps },
	{ "allowed_cps", "", TEXT_RIGHT, 0, 0, 0, s_allowed },
	{ "max_cps", "", TEXT_RIGHT, 0, 0, 0, s_max },
	{ "concurrent", N_("Calls"), TEXT_RIGHT, 5, 8, 1, s_calls },
	{ "rtt_ms", N_("Round trip"), TEXT_RIGHT, 6, 10, 2, s_rtt },
	{ "lag_ms", N_("Events late"), TEXT_RIGHT, 6, 11, 3, s_lag },
	{ "unanswered_s", N_("Unanswered"), TEXT_RIGHT, 5, 10, 4,
	    s_unanswered },
	{ "trunks", N_("Trunks"), TEXT_CENTRE, 8, 60, 5, s_trunks },
	{ "why", "", TEXT_LEFT, 0, 0, 0, s_why },
};
const size_t switch_ncols = nitems(switch_cols);
