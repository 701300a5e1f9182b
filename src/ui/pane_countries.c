/* SPDX-License-Identifier: MIT */
/*
 * pane_countries: where one may call now, how well calls end there, and under
 * which caps and keys.  Left and Right choose the window of the rates.
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/scope.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/country_cols.h"
#include "ui/country_details.h"
#include "ui/gauge.h"
#include "ui/layout.h"
#include "ui/table.h"
#include "ui/view.h"

#define MAGIC   0x43545259u /* "CTRY" */
#define DETAILS 8 /* rows below which details are not worth it */
#define MIX_MIN 118 /* columns from which the mix of causes stands beside */
#define DAY     (BOARD_WINDOWS - 1)

struct countries {
	uint32_t magic;
	struct table table;
	int window;
	bool details; /* over the whole pane */
};

static void *
countries_init(void)
{
	struct countries *p = xcalloc(1, sizeof(*p));

	p->magic = MAGIC;
	p->window = DAY;
	table_init(&p->table, country_cols, country_ncols);
	p->table.number = "remaining";
	return p;
}

static void
countries_free(void *self)
{
	struct countries *p = self;

	table_clear(&p->table);
	free(p);
}

static size_t
rows_of(const struct pane_ctx *x, int window,
    struct country_row out[BOARD_COUNTRIES])
{
	size_t n = cols_country_rows(x->b, out);

	for (size_t i = 0; i < n; i++) {
		out[i].zone = x->zone;
		out[i].window = window;
	}
	return n;
}

static bool
under_cursor(
    struct countries *p, const struct pane_ctx *x, struct country_row *out)
{
	struct country_row rows[BOARD_COUNTRIES];
	size_t n = rows_of(x, p->window, rows);
	const struct country_row *r;

	r = table_row(&p->table, rows, n, sizeof(rows[0]));
	if (r != NULL)
		*out = *r;
	return r != NULL;
}

/* ---- keys ------------------------------------------------------------- */

static void
edit(struct countries *p, const struct pane_ctx *x, enum keys_action a)
{
	struct country_row r;
	char text[160];

	if (!under_cursor(p, x, &r)) {
		view_tell(x->view, false, _("there is no country here"));
	} else if (a == ACT_EDIT) {
		view_edit(x->view, "country", r.c->name);
	} else if (r.c->context[0] != '\0') {
		view_edit(x->view, "context", r.c->context);
	} else {
		str_format(text, sizeof(text),
		    _("%s has no context: e names one"), r.c->name);
		view_tell(x->view, false, text);
	}
}

static bool
countries_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct countries *p = self;
	struct country_row rows[BOARD_COUNTRIES], r;

	(void)code;
	switch (a) {
	case ACT_EDIT:
	case ACT_CONTEXT:
		edit(p, x, a);
		return true;
	case ACT_LEFT:
		p->window = MAXIMUM(p->window - 1, 0);
		return true;
	case ACT_RIGHT:
		p->window = MINIMUM(p->window + 1, DAY);
		return true;
	case ACT_DETAILS:
		p->details = !p->details && under_cursor(p, x, &r);
		return true;
	case ACT_FILTER:
		p->details = false;
		view_filter(x->view, &p->table);
		return true;
	case ACT_CANCEL:
		if (!p->details)
			return table_unfilter(&p->table);
		p->details = false;
		return true;
	default:
		return table_key(&p->table, a, rows,
		    rows_of(x, p->window, rows), sizeof(rows[0]));
	}
}

static bool
countries_mouse(
    void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct countries *p = self;
	struct country_row rows[BOARD_COUNTRIES];

	if (p->details || !table_click(&p->table, m->y, m->x, rows,
			      rows_of(x, p->window, rows), sizeof(rows[0])))
		return false;
	return m->y > p->table.drawn.y;
}

/* ---- draw ------------------------------------------------------------- */

/* The mix of causes beside the rows of the table at r, a bar each. */
static void
draw_mix(struct countries *p, struct canvas *cv, struct rect r,
    const struct country_row *rows, size_t n)
{
	size_t shown, *index;

	index = table_shown(&p->table, rows, n, sizeof(rows[0]), &shown);
	canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_DIM), _("How calls ended"));
	for (int y = 1; y < r.h && p->table.top + (size_t)y - 1 < shown; y++) {
		size_t at = p->table.top + (size_t)y - 1;
		const struct board_country *k = rows[index[at]].c;
		struct gauge_part part[BOARD_CAUSES];

		for (int c = 0; c < BOARD_CAUSES; c++)
			part[c] = gauge_cause(c, k->w[p->window].cause[c]);
		gauge_stack(cv, r.y + y, r.x, r.w, part, BOARD_CAUSES);
		if (at == p->table.cursor)
			canvas_tint(cv,
			    (struct rect){ r.y + y, r.x - 2, 1, r.w + 2 },
			    STYLE_ON(ROLE_KEEP, ROLE_BG_SELECT));
	}
	free(index);
}

static void
draw_title(const struct countries *p, struct canvas *cv, struct rect top,
    size_t n, int rows)
{
	char title[200], window[120];
	int w;

	table_title(&p->table, _("Countries"), n, rows, title, sizeof(title));
	canvas_rule(cv, top.y, top.x, top.w, title);
	str_format(window, sizeof(window),
	    _(" \xe2\x97\x82 rates of %s \xe2\x96\xb8 "),
	    p->window == DAY ? _("today") : _(board_window_words[p->window]));
	w = text_columns(window);
	if (w + text_columns(title) + 8 <= top.w)
		canvas_text(cv, top.y, top.x + top.w - w - 2, w,
		    STYLE(ROLE_ACCENT), window);
}

static void
draw_list(struct countries *p, const struct pane_ctx *x, struct canvas *cv,
    struct rect r)
{
	struct country_row rows[BOARD_COUNTRIES];
	size_t n = rows_of(x, p->window, rows);
	struct rect top = layout_top(&r, 1), mix;
	int w = r.w >= MIX_MIN ? MINIMUM(r.w / 8, 40) : 0;

	r.x++;
	r.w -= 2;
	mix = (struct rect){ r.y, r.x + r.w - w, r.h, w };
	r.w -= w > 0 ? w + 2 : 0;
	table_draw(&p->table, cv, r, rows, n, sizeof(rows[0]), true);
	if (scope_on())
		canvas_text(cv, r.y + 1, r.x, r.w, STYLE(ROLE_DIM),
		    _("you are limited to campaigns: countries are not "
		      "shown"));
	else if (n == 0)
		canvas_text(cv, r.y + 1, r.x, r.w, STYLE(ROLE_DIM),
		    _("none yet: `discador apply etc/countries.conf` creates "
		      "nine"));
	else if (p->table.shown == 0)
		canvas_text(cv, r.y + 1, r.x, r.w, STYLE(ROLE_WARN),
		    _("none passes the filter; Esc drops it"));
	if (w > 0 && n > 0)
		draw_mix(p, cv, mix, rows, n);
	draw_title(p, cv, top, n, r.h - 1);
}

static void
countries_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct countries *p = self;
	struct country_row row;
	size_t n = MINIMUM(x->b->ncountries, BOARD_COUNTRIES);
	struct rect top;
	char title[160];
	bool any = under_cursor(p, x, &row);

	p->details = p->details && any;
	if (p->details) {
		top = layout_top(&r, 1);
		str_format(title, sizeof(title),
		    _("Country %s   (Esc goes back)"), row.c->name);
		canvas_rule(cv, top.y, top.x, top.w, title);
		country_details_draw(x, cv, r, &row);
		return;
	}
	top = layout_top(&r, any ? table_height(r.h, n, DETAILS) : r.h);
	draw_list(p, x, cv, top);
	if (any && r.h > 0)
		country_details_draw(x, cv, r, &row);
}

/* ---- printed ---------------------------------------------------------- */

static json_t *
windows_json(const struct board_country *k)
{
	json_t *all = json_object();

	for (int i = 0; i < BOARD_WINDOWS; i++) {
		const struct board_window *w = &k->w[i];
		json_t *o = json_object(), *causes = json_object();

		for (int c = 0; c < BOARD_CAUSES; c++)
			json_object_set_new(causes, board_cause_words[c],
			    json_integer((json_int_t)w->cause[c]));
		json_object_set_new(
		    o, "ended", json_integer((json_int_t)w->ended));
		json_object_set_new(
		    o, "answered", json_integer((json_int_t)w->answered));
		json_object_set_new(
		    o, "connected", json_integer((json_int_t)w->connected));
		json_object_set_new(
		    o, "opted_out", json_integer((json_int_t)w->opted_out));
		json_object_set_new(
		    o, "machine", json_integer((json_int_t)w->machine));
		json_object_set_new(
		    o, "abandoned", json_integer((json_int_t)w->abandoned));
		json_object_set_new(o, "causes", causes);
		json_object_set_new(all, board_window_words[i], o);
	}
	return all;
}

static json_t *
countries_rows(const struct pane_ctx *x)
{
	struct country_row rows[BOARD_COUNTRIES];
	size_t n = rows_of(x, DAY, rows);
	json_t *a;

	a = table_json(country_cols, country_ncols, rows, n, sizeof(rows[0]));
	for (size_t i = 0; i < n; i++)
		json_object_set_new(
		    json_array_get(a, i), "windows", windows_json(rows[i].c));
	return a;
}

static void
countries_print(const struct pane_ctx *x, struct buf *out)
{
	struct country_row rows[BOARD_COUNTRIES];

	table_print(out, country_cols, country_ncols, rows,
	    rows_of(x, DAY, rows), sizeof(rows[0]));
}

static bool
countries_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	struct country_row r;

	return under_cursor(self, x, &r) && str_copy(out, size, r.c->name);
}

static void
countries_go(void *self, const struct pane_ctx *x, const char *name)
{
	struct countries *p = self;

	(void)x;
	p->details = false;
	table_go(&p->table, name);
}

const struct pane pane_countries = {
	.word = "countries",
	.title = N_("Countries"),
	.scope = SCOPE_COUNTRIES,
	.select = ACT_PANE_3,
	.init = countries_init,
	.key = countries_key,
	.mouse = countries_mouse,
	.draw = countries_draw,
	.rows = countries_rows,
	.print = countries_print,
	.under = countries_under,
	.go = countries_go,
	.free = countries_free,
};
