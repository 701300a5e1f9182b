/* SPDX-License-Identifier: MIT */
/*
 * pane_trunks: what the carriers give and what holds them back: pace against
 * what is allowed, the mix of causes, the brake's evidence, the state of their
 * endpoints; the switches they hang on, and the processes that the engine
 * looks after.  It edits trunks and explains them; it does not stop one (`e`,
 * max_cps or enabled).
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/scope.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/gauge.h"
#include "ui/helper_rows.h"
#include "ui/layout.h"
#include "ui/table.h"
#include "ui/trunk_panel.h"
#include "ui/trunk_rows.h"
#include "ui/view.h"

#define MAGIC 0x5452554eu /* "TRUN" */

#define BOTH_H 16 /* rows from which trunks and switches both stand there */

enum { TRUNKS, SWITCHES, MODES };

struct trunks {
	uint32_t magic;
	struct table t[MODES];
	int mode; /* the table with the cursor */
	int window; /* of rates and causes */
	bool details;
};

struct all {
	struct trunk_row trunk[BOARD_TRUNKS];
	struct switch_row sw[BOARD_SWITCHES];
	size_t n[MODES];
};

static void
all_make(struct all *v, const struct trunks *p, const struct pane_ctx *x)
{
	v->n[TRUNKS] = trunk_rows(x, p->window, v->trunk);
	v->n[SWITCHES] = trunk_switches(x, v->sw);
}

static const void *
rows_of(const struct all *v, int mode, size_t *size)
{
	*size = mode == TRUNKS ? sizeof(v->trunk[0]) : sizeof(v->sw[0]);
	return mode == TRUNKS ? (const void *)v->trunk : (const void *)v->sw;
}

static void *
trunks_init(void)
{
	struct trunks *p = xcalloc(1, sizeof(*p));

	p->magic = MAGIC;
	p->window = 1; /* the last minute */
	table_init(&p->t[TRUNKS], trunk_cols, trunk_ncols);
	table_init(&p->t[SWITCHES], switch_cols, switch_ncols);
	p->t[TRUNKS].number = "concurrent";
	p->t[SWITCHES].number = "concurrent";
	return p;
}

static void
trunks_free(void *self)
{
	struct trunks *p = self;

	for (int i = 0; i < MODES; i++)
		table_clear(&p->t[i]);
	free(p);
}

static const struct trunk_row *
trunk_at(struct trunks *p, const struct all *v)
{
	return table_row(
	    &p->t[TRUNKS], v->trunk, v->n[TRUNKS], sizeof(v->trunk[0]));
}

/* ---- keys ------------------------------------------------------------- */

/* w and e: about the trunk under the cursor. */
static bool
trunk_key(struct trunks *p, const struct pane_ctx *x, enum keys_action a)
{
	const struct trunk_row *r;
	struct all v;

	if (p->mode == SWITCHES) {
		view_tell(x->view, false,
		    a == ACT_EDIT
			? _("switches stand in discador.conf: edit it and "
			    "reload the engine")
			: _("why is for trunks: v goes back to them"));
		return true;
	}
	all_make(&v, p, x);
	if ((r = trunk_at(p, &v)) == NULL)
		view_tell(x->view, false, _("there is no trunk here"));
	else if (a == ACT_EDIT)
		view_edit(x->view, "trunk", r->t->name);
	else
		view_why(x->view, "trunk", r->t->name);
	return true;
}

static bool
trunks_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct trunks *p = self;
	struct table *t = &p->t[p->mode];
	struct all v;
	const void *rows;
	size_t size;

	(void)code;
	switch (a) {
	case ACT_VIEW:
		p->mode = (p->mode + 1) % MODES;
		p->details = false;
		return true;
	case ACT_LEFT:
	case ACT_RIGHT:
		p->window =
		    MAXIMUM(0, MINIMUM(BOARD_WINDOWS - 1,
				   p->window + (a == ACT_LEFT ? -1 : 1)));
		return true;
	case ACT_WHY:
	case ACT_EDIT:
		return trunk_key(p, x, a);
	case ACT_FILTER:
		view_filter(x->view, t);
		return true;
	case ACT_DETAILS:
		p->details = p->mode == TRUNKS && !p->details;
		return true;
	case ACT_CANCEL:
		if (p->details)
			p->details = false;
		else if (t->filter[0] != '\0')
			t->filter[0] = '\0';
		else
			return false;
		return true;
	default:
		all_make(&v, p, x);
		rows = rows_of(&v, p->mode, &size);
		return table_key(t, a, rows, v.n[p->mode], size);
	}
}

static bool
trunks_mouse(void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct trunks *p = self;
	struct all v;

	if (p->details)
		return false;
	all_make(&v, p, x);
	for (int i = 0; i < MODES; i++) {
		size_t size;
		const void *rows = rows_of(&v, i, &size);

		if (p->t[i].drawn.h <= 0 ||
		    !table_click(&p->t[i], m->y, m->x, rows, v.n[i], size))
			continue;
		p->mode = i;
		return i == TRUNKS && m->y > p->t[i].drawn.y;
	}
	return false;
}

/* ---- drawing ----------------------------------------------------------- */

static bool
draw_details(struct trunks *p, struct canvas *cv, struct rect r,
    const struct all *v, const char *zone)
{
	const struct trunk_row *t = trunk_at(p, v);
	struct rect top;
	char title[160];
	int want;

	if (t == NULL)
		return false;
	str_format(title, sizeof(title),
	    _("Trunk %s on %s   %.1f of %.0f CPS, "
	      "%u of %u channels"),
	    t->t->name, t->t->switch_name, t->t->cps, t->t->max_cps,
	    t->t->concurrent, t->t->max_channels);
	canvas_rule(cv, r.y, r.x, r.w, title);
	layout_top(&r, 1);
	/* the table first where there is room for one of them only */
	want = 8 + BOARD_CAUSES;
	top = layout_top(&r, r.h >= want + TRUNK_PANEL_H ? TRUNK_PANEL_H : 0);
	if (top.h > 0)
		trunk_panel(cv, top, t, zone);
	r.x++;
	r.w -= 2;
	trunk_windows(cv, r, t);
	return true;
}

/* The windows at the right of the title, the chosen one lit. */
static void
draw_choice(struct canvas *cv, struct rect r, int window)
{
	int w = 1, x;

	for (int i = 0; i < BOARD_WINDOWS; i++)
		w += text_columns(trunk_window(i)) + 3;
	if (w > r.w / 2) {
		canvas_right(cv, r.y, r.x, r.w - 2, STYLE_BOLD(ROLE_ACCENT),
		    trunk_window(window));
		return;
	}
	x = r.x + r.w - w - 1;
	for (int i = 0; i < BOARD_WINDOWS; i++) {
		canvas_textf(cv, r.y, x, w,
		    i == window ? (struct style){ ROLE_ACCENT, ROLE_KEEP,
				      ATTR_BOLD | ATTR_REVERSE }
				: STYLE(ROLE_DIM),
		    " %s ", trunk_window(i));
		x += text_columns(trunk_window(i)) + 3;
	}
}

static void
draw_table(struct trunks *p, struct canvas *cv, struct rect r,
    const struct all *v, int mode)
{
	struct table *t = &p->t[mode];
	struct rect top = layout_top(&r, 1), in = r;
	char title[160];
	size_t size, n = v->n[mode];
	const void *rows = rows_of(v, mode, &size);

	in.x++;
	in.w -= 2;
	table_draw(t, cv, in, rows, n, size, mode == p->mode);
	if (n == 0)
		canvas_wrap(cv, (struct rect){ in.y + 1, in.x, in.h - 1, in.w },
		    STYLE(ROLE_DIM),
		    mode == TRUNKS && scope_on()
			? _("you are limited to campaigns: trunks are not "
			    "shown")
		    : mode == TRUNKS
			? _("no trunks yet: `discador apply FILE` creates them")
			: _("no switches: name them in discador.conf "
			    "(switches)"));
	else if (t->shown == 0)
		canvas_text(cv, in.y + 1, in.x, in.w, STYLE(ROLE_WARN),
		    _("none passes the filter; Esc drops it"));
	table_title(t, mode == TRUNKS ? _("Trunks") : _("Switches"), n,
	    MAXIMUM(r.h - 1, 0), title, sizeof(title));
	canvas_rule(cv, top.y, top.x, top.w, title);
	if (mode == TRUNKS)
		draw_choice(cv, top, p->window);
}

/* What each trunk's calls ended with, one bar below the other. */
static void
draw_mixes(struct canvas *cv, struct rect r, const struct all *v, int window)
{
	struct gauge_part g[BOARD_CAUSES];
	char title[80], n[TEXT_NUM];

	str_format(title, sizeof(title), _("Causes, %s"), trunk_window(window));
	canvas_rule(cv, r.y, r.x, r.w, title);
	layout_top(&r, 1);
	for (size_t i = 0; i < v->n[TRUNKS] && r.h > 0; i++) {
		const struct board_trunk *t = v->trunk[i].t;

		for (int k = 0; k < BOARD_CAUSES; k++)
			g[k] = gauge_cause(k, t->w[window].cause[k]);
		canvas_text(cv, r.y, r.x + 1, 20, STYLE(ROLE_STRONG), t->name);
		gauge_stack(cv, r.y, r.x + 23, r.w - 23 - 12, g, BOARD_CAUSES);
		canvas_right(cv, r.y, r.x + r.w - 11, 10, STYLE(ROLE_DIM),
		    text_count(t->w[window].ended, n));
		layout_top(&r, 1);
	}
}

/* Processes beside the engine; no cursor goes there. */
static void
draw_helpers(
    struct canvas *cv, struct rect r, const struct helper_row *v, size_t n)
{
	struct rect top = layout_top(&r, 1);
	struct table t;

	canvas_rule(cv, top.y, top.x, top.w, _("Helpers"));
	table_init(&t, helper_cols, helper_ncols);
	r.x++;
	r.w -= 2;
	table_draw(&t, cv, r, v, n, sizeof(*v), false);
	table_clear(&t);
}

/* Where there is no room for all of them: those that are to run and do not. */
static void
draw_down(
    struct canvas *cv, struct rect r, const struct helper_row *v, size_t n)
{
	char text[256];

	for (size_t i = 0; i < n && r.h > 0; i++) {
		struct rect line;

		if (!helper_down(v[i].h))
			continue;
		line = layout_top(&r, 1);
		helper_says(&v[i], text, sizeof(text));
		canvas_fill(cv, line, STYLE_ON(ROLE_STRONG, ROLE_BG_BAD));
		canvas_textf(cv, line.y, line.x, line.w,
		    (struct style){ ROLE_STRONG, ROLE_BG_BAD, ATTR_BOLD },
		    " \xe2\x9c\x96 %s", text);
	}
}

enum { PART_TRUNKS, PART_ONE, PART_SWITCHES, PART_MIXES, PART_HELPERS, PARTS };

static void
split(struct layout_part part[PARTS], int h, const struct all *v, int helpers)
{
	const int n = (int)v->n[TRUNKS];

	part[PART_TRUNKS] = (struct layout_part){ 4, n + 2, 0, 0 };
	part[PART_ONE] =
	    (struct layout_part){ TRUNK_PANEL_H, TRUNK_PANEL_H + 1, 0, 0 };
	part[PART_SWITCHES] = (struct layout_part){ h >= BOTH_H ? 4 : h + 1,
		(int)v->n[SWITCHES] + 2, 0, 0 };
	part[PART_MIXES] = (struct layout_part){ 4, n + 2, 1, 0 };
	part[PART_HELPERS] =
	    (struct layout_part){ helpers > 0 ? helpers + 2 : h + 1,
		    helpers + 2, 0, 0 };
	layout_split(h, part, PARTS);
}

static void
trunks_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct trunks *p = self;
	const struct trunk_row *t;
	struct layout_part part[PARTS];
	struct helper_row helpers[BOARD_HELPERS];
	struct rect band;
	struct all v;
	size_t nhelpers;
	char title[160];
	int down = 0;

	for (int i = 0; i < MODES; i++)
		p->t[i].drawn = (struct rect){ 0 };
	all_make(&v, p, x);
	if (p->details) {
		p->details = draw_details(p, cv, r, &v, x->zone);
		if (p->details)
			return;
	}
	nhelpers = helper_rows(x->b, x->zone, helpers);
	split(part, r.h, &v, (int)nhelpers);
	for (size_t i = 0; i < nhelpers && part[PART_HELPERS].got == 0; i++)
		down += helper_down(helpers[i].h);
	if (down > 0) {
		/* at the bottom, whatever else has to go */
		draw_down(cv, (struct rect){ r.y + r.h - down, r.x, down, r.w },
		    helpers, nhelpers);
		r.h -= down;
	}
	if (r.h < BOTH_H && p->mode == SWITCHES) {
		draw_table(p, cv, r, &v, SWITCHES);
		return;
	}
	if (down > 0)
		split(part, r.h, &v, 0);
	draw_table(p, cv, layout_top(&r, part[PART_TRUNKS].got), &v, TRUNKS);
	band = layout_top(&r, part[PART_ONE].got);
	if (band.h > 0 && (t = trunk_at(p, &v)) != NULL) {
		str_format(title, sizeof(title), _("Trunk %s"), t->t->name);
		canvas_rule(cv, band.y, band.x, band.w, title);
		layout_top(&band, 1);
		trunk_panel(cv, band, t, x->zone);
	}
	band = layout_top(&r, part[PART_SWITCHES].got);
	if (band.h > 0)
		draw_table(p, cv, band, &v, SWITCHES);
	band = layout_top(&r, part[PART_MIXES].got);
	if (band.h > 0)
		draw_mixes(cv, band, &v, p->window);
	if (part[PART_HELPERS].got > 0)
		draw_helpers(cv, r, helpers, nhelpers);
}

static json_t *
trunks_rows(const struct pane_ctx *x)
{
	struct trunks p = { .window = 1 };
	struct helper_row h[BOARD_HELPERS];
	struct all v;

	all_make(&v, &p, x);
	return json_pack("{s:o, s:o, s:o}", "trunks",
	    table_json(trunk_cols, trunk_ncols, v.trunk, v.n[TRUNKS],
		sizeof(v.trunk[0])),
	    "switches",
	    table_json(switch_cols, switch_ncols, v.sw, v.n[SWITCHES],
		sizeof(v.sw[0])),
	    "helpers",
	    table_json(helper_cols, helper_ncols, h,
		helper_rows(x->b, x->zone, h), sizeof(h[0])));
}

static void
trunks_print(const struct pane_ctx *x, struct buf *out)
{
	struct trunks p = { .window = 1 };
	struct helper_row h[BOARD_HELPERS];
	size_t n = helper_rows(x->b, x->zone, h);
	struct all v;

	all_make(&v, &p, x);
	table_print(out, trunk_cols, trunk_ncols, v.trunk, v.n[TRUNKS],
	    sizeof(v.trunk[0]));
	buf_str(out, "\n");
	table_print(out, switch_cols, switch_ncols, v.sw, v.n[SWITCHES],
	    sizeof(v.sw[0]));
	if (n == 0)
		return;
	buf_str(out, "\n");
	table_print(out, helper_cols, helper_ncols, h, n, sizeof(h[0]));
}

static bool
trunks_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	struct trunks *p = self;
	const struct trunk_row *t;
	struct all v;

	all_make(&v, p, x);
	if (p->mode != TRUNKS || (t = trunk_at(p, &v)) == NULL)
		return false;
	str_copy(out, size, t->t->name);
	return true;
}

static void
trunks_go(void *self, const struct pane_ctx *x, const char *name)
{
	struct trunks *p = self;

	p->mode = TRUNKS;
	p->details = false;
	for (uint32_t i = 0; i < MINIMUM(x->b->nswitches, BOARD_SWITCHES); i++)
		if (strcmp(x->b->switches[i].name, name) == 0)
			p->mode = SWITCHES;
	for (uint32_t i = 0; i < MINIMUM(x->b->ntrunks, BOARD_TRUNKS); i++)
		if (strcmp(x->b->trunks[i].name, name) == 0)
			p->mode = TRUNKS;
	table_go(&p->t[p->mode], name);
}

const struct pane pane_trunks = {
	.word = "trunks",
	.title = N_("Trunks"),
	.scope = SCOPE_TRUNKS,
	.select = ACT_PANE_8,
	.init = trunks_init,
	.key = trunks_key,
	.mouse = trunks_mouse,
	.draw = trunks_draw,
	.rows = trunks_rows,
	.print = trunks_print,
	.under = trunks_under,
	.go = trunks_go,
	.free = trunks_free,
};
