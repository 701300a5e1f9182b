/* SPDX-License-Identifier: MIT */
/*
 * section_line: the lamps of the overview: switches, trunks, database, caller
 * IDs.  What is down must be seen even where there is room for one line.
 */
#include "ui/section.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "shared/fmt.h"
#include "shared/scope.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"
#include "ui/layout.h"

/* One lamp line: sign, name, text.  Bad ones in reverse. */
static void __attribute__((format(printf, 5, 6))) lamp(struct canvas *cv,
    struct rect *r, uint8_t role, const char *name, const char *fmt, ...)
{
	char text[320];
	struct style s = STYLE(ROLE_TEXT);
	va_list ap;
	int w;

	if (r->h <= 0)
		return;
	va_start(ap, fmt);
	fmt_text(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (role == ROLE_BAD) {
		s = STYLE_ON(ROLE_STRONG, ROLE_BG_BAD);
		canvas_fill(cv, (struct rect){ r->y, r->x, 1, r->w }, s);
	}
	canvas_text(cv, r->y, r->x, 1, role == ROLE_BAD ? s : STYLE(role),
	    role == ROLE_BAD   ? "\xe2\x9c\x96"
	    : role == ROLE_DIM ? "\xe2\x97\x8b"
			       : "\xe2\x97\x8f");
	w = canvas_text(cv, r->y, r->x + 2, 16,
	    role == ROLE_BAD ? s : STYLE(ROLE_STRONG), name);
	w = MAXIMUM(w, 8);
	canvas_text(cv, r->y, r->x + 2 + w + 1, r->w - w - 3,
	    role == ROLE_BAD    ? s
	    : role == ROLE_WARN ? STYLE(ROLE_WARN)
				: s,
	    text);
	r->y++;
	r->h--;
}

static void
lamp_switch(struct canvas *cv, struct rect *r, const struct board_switch *s)
{
	char t[TEXT_NUM];

	if (!s->connected)
		lamp(cv, r, ROLE_BAD, s->name, _("DOWN %s"), s->why);
	else if (scope_on()) /* its figures are not theirs */
		lamp(cv, r, ROLE_GOOD, s->name, "%s", _("up"));
	else if (s->unanswered_s > 3)
		lamp(cv, r, ROLE_WARN, s->name, _("SILENT %.0f s, %u calls"),
		    s->unanswered_s, s->concurrent);
	else if (s->allowed_cps < s->max_cps)
		lamp(cv, r, ROLE_WARN, s->name,
		    _("SLOW %.1f of %.0f cps allowed, events %s late"),
		    s->allowed_cps, s->max_cps, text_ms(s->lag_ms, t));
	else
		lamp(cv, r, ROLE_GOOD, s->name,
		    _("up %.1f/%.0f cps %u calls %s"), s->cps, s->max_cps,
		    s->concurrent, text_ms(s->rtt_ms, t));
}

/* Outcomes are always on their way; ten seconds' worth is a backlog. */
static bool
database_behind(const struct board *b)
{
	return b->db_lag_ms > 1000 ||
	       (double)b->spooled > 10 * fmax(b->cps_max, 1);
}

static void
lamp_database(struct canvas *cv, struct rect *r, const struct board *b)
{
	char t[TEXT_NUM], n[TEXT_NUM];

	if (!b->db_connected && scope_on())
		lamp(cv, r, ROLE_BAD, _("database"), "%s", _("AWAY"));
	else if (!b->db_connected)
		lamp(cv, r, ROLE_BAD, _("database"), _("AWAY, %s spooled: %s"),
		    text_count(b->spooled, n), b->db_why);
	else if (scope_on())
		lamp(cv, r, ROLE_GOOD, _("database"), "%s", _("up"));
	else
		lamp(cv, r, database_behind(b) ? ROLE_WARN : ROLE_GOOD,
		    _("database"), _("up lag %s spooled %s%s"),
		    text_ms(b->db_lag_ms, t), text_count(b->spooled, n),
		    b->db_private ? _(" private") : "");
}

static void
lamp_pool(struct canvas *cv, struct rect *r, const struct board_pool *p)
{
	char n[TEXT_NUM], e[TEXT_NUM];
	double hist[10], max = 1;
	struct rect line = *r;
	int w;

	if (r->h <= 0)
		return;
	for (int i = 0; i < 10; i++) {
		hist[i] = p->hist[i];
		max = MAXIMUM(max, hist[i]);
	}
	/* the histogram keeps its place at the right edge */
	w = r->w >= 48 ? 12 : 0;
	line.w -= w;
	lamp(cv, &line,
	    p->total == 0                 ? ROLE_DIM
	    : p->eligible == 0            ? ROLE_BAD
	    : p->eligible * 10 < p->total ? ROLE_WARN
					  : ROLE_GOOD,
	    p->name, _("%s/%s free %u capped %u blocked"),
	    text_count(p->eligible, e), text_count(p->total, n), p->capped_out,
	    p->blocked);
	if (w > 0)
		chart_spark(cv, r->y, r->x + r->w - 11, 10, hist, 10, max,
		    STYLE(ROLE_GRAPH));
	r->y++;
	r->h--;
}

static void
lamp_trunk(struct canvas *cv, struct rect *r, const struct board_trunk *t)
{
	char less[24] = "";

	if (t->why[0] != '\0') {
		lamp(cv, r,
		    strcmp(t->brake.state, "engaged") == 0 ? ROLE_BAD
							   : ROLE_WARN,
		    t->name, "%s", t->why);
		return;
	}
	if (t->allowed_cps < t->max_cps)
		str_format(less, sizeof(less), "%.1f of ", t->allowed_cps);
	lamp(cv, r,
	    less[0] != '\0'     ? ROLE_WARN
	    : t->concurrent > 0 ? ROLE_GOOD
				: ROLE_DIM,
	    t->name, _("%s  %.1f/%s%.0f cps  %u/%u calls"), t->switch_name,
	    t->cps, less, t->max_cps, t->concurrent, t->max_channels);
}

static int
pools_of(const struct board *b)
{
	return (int)MINIMUM(b->npools, BOARD_POOLS);
}

int
section_line_want(const struct board *b, bool dids)
{
	return 2 + (int)MINIMUM(b->nswitches, BOARD_SWITCHES) +
	       (int)MINIMUM(b->ntrunks, BOARD_TRUNKS) +
	       (dids ? pools_of(b) : 0);
}

void
section_line(struct canvas *cv, struct rect r, const struct board *b, bool dids)
{
	uint32_t n = MINIMUM(b->nswitches, BOARD_SWITCHES);

	canvas_rule(cv, r.y, r.x, r.w,
	    dids ? _("Switches, database, DIDs")
		 : _("Switches, database, trunks"));
	layout_top(&r, 1);
	r.x++;
	r.w--;
	/* what is down must be seen even where there is room for one line */
	if (!b->db_connected)
		lamp_database(cv, &r, b);
	for (uint32_t i = 0; i < n; i++)
		if (!b->switches[i].connected)
			lamp_switch(cv, &r, &b->switches[i]);
	for (uint32_t i = 0; i < n; i++)
		if (b->switches[i].connected)
			lamp_switch(cv, &r, &b->switches[i]);
	if (b->db_connected)
		lamp_database(cv, &r, b);
	for (int i = 0; dids && i < pools_of(b); i++)
		lamp_pool(cv, &r, &b->pools[i]);
	for (uint32_t i = 0; i < b->ntrunks && i < BOARD_TRUNKS; i++)
		lamp_trunk(cv, &r, &b->trunks[i]);
}

int
section_dids_want(const struct board *b)
{
	return 2 + 2 * pools_of(b);
}

void
section_dids(struct canvas *cv, struct rect r, const struct board *b)
{
	char n[TEXT_NUM], e[TEXT_NUM], s[TEXT_NUM], cap[48];

	canvas_rule(
	    cv, r.y, r.x, r.w, _("DIDs, and how many by tenths of use"));
	layout_top(&r, 1);
	r.x++;
	r.w--;
	if (r.h > 0 && scope_on()) {
		canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_DIM),
		    _("limited to campaigns: not shown"));
		return;
	}
	if (r.h > 0) {
		canvas_textf(cv, r.y, r.x, r.w, STYLE(ROLE_TEXT),
		    _("%s DIDs, %s free, %u at their cap, %u blocked"),
		    text_count(b->dids_total, n),
		    text_count(b->dids_eligible, e),
		    (unsigned)b->dids_capped_out, (unsigned)b->dids_blocked);
		r.y++;
		r.h--;
	}
	for (int i = 0; i < pools_of(b); i++) {
		const struct board_pool *p = &b->pools[i];

		if (r.h <= 0)
			return;
		lamp_pool(cv, &r, p);
		if (r.h <= 0)
			return;
		if (p->cap > 0)
			str_format(cap, sizeof(cap), _("cap %u"), p->cap);
		else
			str_copy(cap, sizeof(cap), _("no cap"));
		canvas_textf(cv, r.y, r.x + 2, r.w - 2, STYLE(ROLE_DIM),
		    _("%s; %s uses today, %u to %u each"), cap,
		    text_count(p->uses_sum, s), p->uses_min, p->uses_max);
		r.y++;
		r.h--;
	}
}
