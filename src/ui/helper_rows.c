/* SPDX-License-Identifier: MIT */
/* helper_rows: one small function per column. */
#include "ui/helper_rows.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/cols.h"
#include "ui/when.h"

static bool
is(const struct board_helper *h, const char *state)
{
	return strcmp(h->state, state) == 0;
}

size_t
helper_rows(const struct board *b, const char *zone, struct helper_row *out)
{
	size_t n = MINIMUM(b->nhelpers, BOARD_HELPERS);

	for (size_t i = 0; i < n; i++)
		out[i] = (struct helper_row){ b, &b->helpers[i],
			cols_zone(zone, b) };
	return n;
}

bool
helper_down(const struct board_helper *h)
{
	/* at the engine's own start it has every right to be starting */
	return is(h, "waiting") || is(h, "failed") ||
	       (is(h, "starting") && h->restarts > 0);
}

int
helper_again_s(const struct board *b, const struct board_helper *h)
{
	if (!is(h, "waiting") || h->next_ms == 0)
		return -1;
	return (int)when_since_s(b->now_ms, h->next_ms + MS_PER_S - 1);
}

void
helper_says(const struct helper_row *r, char *out, size_t size)
{
	const struct board_helper *h = r->h;
	const char *why = h->why[0] != '\0' ? h->why : _("no reason given");
	char t[TEXT_NUM];
	int s = helper_again_s(r->b, h);

	out[0] = '\0';
	if (is(h, "stopped"))
		str_format(out, size, _("%s is stopped: %s"), h->name, why);
	else if (is(h, "starting") && helper_down(h))
		str_format(out, size,
		    _("%s does not run (being started again): %s"), h->name,
		    why);
	else if (helper_down(h) && s >= 0)
		str_format(out, size,
		    _("%s does not run (started again in %s): %s"), h->name,
		    text_span(s, t), why);
	else if (helper_down(h))
		str_format(out, size, _("%s does not run: %s"), h->name, why);
}

/* ---- columns ------------------------------------------------------------ */

#define H(row) (((const struct helper_row *)(row))->h)

static void
h_name(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), H(row)->name);
	o->fg = ROLE_STRONG;
}

static const char *
w_state(const void *row)
{
	return H(row)->state;
}

static void
h_state(const void *row, struct table_cell *o)
{
	static const struct {
		const char *word, *text, *lamp;
		uint8_t role;
	} states[] = {
		{ "running", N_("running"), "\xe2\x97\x8f", ROLE_GOOD },
		{ "starting", N_("starting"), "\xe2\x96\xb2", ROLE_WARN },
		{ "waiting", N_("NOT RUNNING"), "\xe2\x9c\x96", ROLE_BAD },
		{ "failed", N_("NOT RUNNING"), "\xe2\x9c\x96", ROLE_BAD },
		{ "stopped", N_("stopped"), "\xe2\x97\x8b", ROLE_WARN },
	};

	str_copy(o->text, sizeof(o->text), H(row)->state);
	for (size_t i = 0; i < nitems(states); i++) {
		if (!is(H(row), states[i].word))
			continue;
		str_format(o->text, sizeof(o->text), "%s %s", states[i].lamp,
		    _(states[i].text));
		o->fg = states[i].role;
		o->attr = o->fg == ROLE_BAD ? ATTR_BOLD : 0;
	}
}

static void
h_since(const void *row, struct table_cell *o)
{
	const struct helper_row *r = row;
	char t[TEXT_NUM];

	o->numeric = true;
	o->num = (double)when_since_s(r->h->since_ms, r->b->now_ms);
	str_copy(o->text, sizeof(o->text), text_span((int64_t)o->num, t));
	o->fg = ROLE_DIM;
}

static void
h_restarts(const void *row, struct table_cell *o)
{
	cols_put_count(o, H(row)->restarts);
	if (H(row)->restarts > 0)
		o->fg = ROLE_WARN;
}

static void
h_next(const void *row, struct table_cell *o)
{
	const struct helper_row *r = row;
	int s = helper_again_s(r->b, r->h);
	char t[TEXT_NUM];

	str_copy(o->text, sizeof(o->text), s >= 0 ? text_span(s, t) : "-");
	o->fg = s >= 0 ? ROLE_WARN : ROLE_DIM;
}

static void
h_why(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), H(row)->why);
	o->fg = helper_down(H(row)) ? ROLE_WARN : ROLE_DIM;
}

static void
h_pid(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = H(row)->pid;
	str_format(o->text, sizeof(o->text), H(row)->pid > 0 ? "%d" : "-",
	    H(row)->pid);
	o->fg = ROLE_DIM;
}

const struct table_col helper_cols[] = {
	{ "name", N_("Helper"), TEXT_LEFT, 14, 24, 0, h_name },
	{ "state", N_("State"), TEXT_LEFT, 13, 18, 0, h_state, NULL, NULL,
	    w_state },
	{ "since_s", N_("Since"), TEXT_RIGHT, 6, 10, 1, h_since },
	{ "restarts", N_("Restarts"), TEXT_RIGHT, 4, 10, 2, h_restarts },
	{ "next", N_("Again in"), TEXT_RIGHT, 4, 10, 1, h_next },
	{ "pid", N_("Process"), TEXT_RIGHT, 7, 9, 4, h_pid },
	{ "why", N_("How it ended last"), TEXT_CENTRE, 16, 96, 0, h_why },
};
const size_t helper_ncols = nitems(helper_cols);
