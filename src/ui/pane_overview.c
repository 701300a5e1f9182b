/* SPDX-License-Identifier: MIT */
/*
 * pane_overview: "is all well?" in one second.  The verdict over it says it in
 * words; below it pace, campaigns, countries, switches and news share whatever
 * room there is, from 80x24 to 400x120.
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/campaign_act.h"
#include "ui/cols.h"
#include "ui/graph.h"
#include "ui/layout.h"
#include "ui/section.h"
#include "ui/table.h"
#include "ui/verdict.h"
#include "ui/view.h"

#define MAGIC 0x4f564552u /* "OVER" */

#define WIDE  110 /* columns from which news stand side by side */
#define BROAD 160 /* ... and countries, lamps and DIDs in three columns */

struct overview {
	uint32_t magic;
	struct table campaigns, countries;
	struct graph graph;
};

static void *
overview_init(void)
{
	struct overview *o = xcalloc(1, sizeof(*o));

	o->magic = MAGIC;
	table_init(&o->campaigns, cols_campaign, cols_ncampaign);
	table_init(&o->countries, cols_country, cols_ncountry);
	return o;
}

static void
overview_free(void *self)
{
	struct overview *o = self;

	table_clear(&o->campaigns);
	table_clear(&o->countries);
	graph_clear(&o->graph);
	free(o);
}

static const struct board_campaign *
under_cursor(struct overview *o, const struct board *b)
{
	struct campaign_row rows[BOARD_CAMPAIGNS];
	size_t n = cols_campaign_rows(b, rows);
	const struct campaign_row *r;

	r = table_row(&o->campaigns, rows, n, sizeof(rows[0]));
	return r != NULL ? r->c : NULL;
}

static bool
overview_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct overview *o = self;
	struct campaign_row rows[BOARD_CAMPAIGNS];
	size_t n = cols_campaign_rows(x->b, rows);
	const struct board_campaign *c;

	(void)code;
	switch (a) {
	case ACT_CAMPAIGN_TOGGLE:
	case ACT_CAMPAIGN_START:
	case ACT_CAMPAIGN_STOP:
	case ACT_WHY:
	case ACT_EDIT:
		return campaign_act(x, under_cursor(o, x->b), a);
	case ACT_DETAILS:
		c = under_cursor(o, x->b);
		view_go(x->view, &pane_campaigns, c != NULL ? c->name : "");
		return true;
	case ACT_FILTER:
		view_filter(x->view, &o->campaigns);
		return true;
	case ACT_GRAPH_BACK:
	case ACT_GRAPH_FORWARD:
	case ACT_GRAPH_ZOOM:
		return graph_key(&o->graph, x, a);
	case ACT_CANCEL:
		if (o->campaigns.filter[0] == '\0')
			return graph_key(&o->graph, x, a);
		o->campaigns.filter[0] = '\0';
		return true;
	default:
		return table_key(&o->campaigns, a, rows, n, sizeof(rows[0]));
	}
}

static bool
overview_mouse(void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct overview *o = self;
	struct campaign_row rows[BOARD_CAMPAIGNS];
	size_t n = cols_campaign_rows(x->b, rows);

	return table_click(&o->campaigns, m->y, m->x, rows, n, sizeof(rows[0]));
}

static bool
overview_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	const struct board_campaign *c = under_cursor(self, x->b);

	return c != NULL && str_copy(out, size, c->name);
}

static void
draw_campaigns(
    struct overview *o, struct canvas *cv, struct rect r, const struct board *b)
{
	struct campaign_row rows[BOARD_CAMPAIGNS];
	size_t n = cols_campaign_rows(b, rows);
	char title[160];
	struct rect top = layout_top(&r, 1);

	r.x++;
	r.w -= 2;
	table_draw(&o->campaigns, cv, r, rows, n, sizeof(rows[0]), true);
	if (n == 0)
		canvas_text(cv, r.y + 1, r.x, r.w, STYLE(ROLE_DIM),
		    _("none yet: `discador apply FILE` creates them"));
	else if (o->campaigns.shown == 0)
		canvas_text(cv, r.y + 1, r.x, r.w, STYLE(ROLE_WARN),
		    _("none passes the filter; Esc drops it"));
	table_title(&o->campaigns, _("Campaigns"), n, MAXIMUM(r.h - 1, 0),
	    title, sizeof(title));
	canvas_rule(cv, top.y, top.x, top.w, title);
}

static void
draw_countries(
    struct overview *o, struct canvas *cv, struct rect r, const struct board *b)
{
	struct country_row rows[BOARD_COUNTRIES];
	size_t n = cols_country_rows(b, rows);
	struct rect top = layout_top(&r, 1);
	char title[80];

	if (n > (size_t)MAXIMUM(r.h - 1, 0))
		str_format(title, sizeof(title), _("Countries  %d of %zu"),
		    MAXIMUM(r.h - 1, 0), n);
	else
		str_copy(title, sizeof(title), _("Countries"));
	canvas_rule(cv, top.y, top.x, top.w, title);
	r.x++;
	r.w -= 2;
	table_draw(&o->countries, cv, r, rows, n, sizeof(rows[0]), false);
}

static void
draw_middle(
    struct overview *o, struct canvas *cv, struct rect r, const struct board *b)
{
	struct rect left, mid;

	if (r.w >= BROAD) {
		left = layout_left(&r, r.w * 4 / 10);
		mid = layout_left(&r, r.w / 2);
		draw_countries(o, cv, left, b);
		section_line(cv, mid, b, false);
		section_dids(cv, r, b);
		return;
	}
	left = layout_left(&r, r.w * (r.w >= WIDE ? 52 : 45) / 100);
	draw_countries(o, cv, left, b);
	section_line(cv, r, b, true);
}

static void
draw_news(struct canvas *cv, struct rect r, const struct pane_ctx *x)
{
	struct rect left, mid;

	if (r.w >= BROAD) {
		left = layout_left(&r, r.w * 4 / 10);
		mid = layout_left(&r, r.w / 2);
		section_news(cv, left, x, NEWS_ALERTS);
		section_news(cv, mid, x, NEWS_JOBS);
		section_news(cv, r, x, NEWS_LOG);
	} else if (r.w >= WIDE) {
		left = layout_left(&r, r.w * 52 / 100);
		section_news(cv, left, x, NEWS_ALERTS | NEWS_JOBS);
		section_news(cv, r, x, NEWS_LOG);
	} else
		section_news(cv, r, x, NEWS_ALERTS | NEWS_JOBS | NEWS_LOG);
}

enum { BAND_PACE, BAND_CAMPAIGNS, BAND_MIDDLE, BAND_NEWS, BANDS };

static void
bands(const struct board *b, struct rect r, struct layout_part p[BANDS])
{
	bool broad = r.w >= BROAD;
	int middle = (int)MINIMUM(b->ncountries, BOARD_COUNTRIES) + 2;

	middle = MAXIMUM(middle, section_line_want(b, !broad));
	if (broad)
		middle = MAXIMUM(middle, section_dids_want(b));
	/* a small screen is for what is dialled, and what is not */
	p[BAND_PACE] = (struct layout_part){ 6,
		r.h < 24 ? 6 : MAXIMUM(12, r.h / 4), 1, 0 };
	p[BAND_CAMPAIGNS] = (struct layout_part){ 4,
		(int)MINIMUM(b->ncampaigns, BOARD_CAMPAIGNS) + 2, 0, 0 };
	p[BAND_MIDDLE] = (struct layout_part){ 6, middle, 0, 0 };
	p[BAND_NEWS] = (struct layout_part){ 3, 8, 2, 0 };
	layout_split(r.h, p, BANDS);
}

static void
draw_pace(struct overview *o, struct canvas *cv, struct rect band,
    const struct pane_ctx *x)
{
	struct rect graph, calls, quality;

	graph =
	    layout_left(&band, band.w - MAXIMUM(34, MINIMUM(50, band.w / 4)));
	if (graph.w >= BROAD * 3 / 4) {
		calls = graph;
		graph = layout_left(&calls, graph.w * 6 / 10);
		if (calls.h >= 14) {
			quality = calls;
			calls = layout_top(&quality, calls.h / 2);
			graph_draw(&o->graph, cv, quality, x, GRAPH_QUALITY);
		}
		graph_draw(&o->graph, cv, calls, x, GRAPH_CALLS);
	}
	graph_draw(&o->graph, cv, graph, x, GRAPH_CPS);
	section_now(cv, band, x->b);
}

static void
overview_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct overview *o = self;
	struct layout_part p[BANDS];

	bands(x->b, r, p);
	draw_pace(o, cv, layout_top(&r, p[BAND_PACE].got), x);
	draw_campaigns(o, cv, layout_top(&r, p[BAND_CAMPAIGNS].got), x->b);
	draw_middle(o, cv, layout_top(&r, p[BAND_MIDDLE].got), x->b);
	draw_news(cv, r, x);
}

static json_t *
overview_rows(const struct pane_ctx *x)
{
	struct campaign_row c[BOARD_CAMPAIGNS];
	struct country_row k[BOARD_COUNTRIES];
	size_t nc = cols_campaign_rows(x->b, c),
	       nk = cols_country_rows(x->b, k);
	struct verdict v;
	char text[sizeof(v.text)];

	verdict_of(x->b, x->state, x->age_ms, x->zone, &v);
	text_clean(text, sizeof(text), v.text); /* JSON is UTF-8 */
	return json_pack("{s:{s:s, s:i, s:s}, s:o, s:o}", "verdict", "word",
	    verdict_word(v.level), "problems", v.problems, "text", text,
	    "campaigns",
	    table_json(cols_campaign, cols_ncampaign, c, nc, sizeof(c[0])),
	    "countries",
	    table_json(cols_country, cols_ncountry, k, nk, sizeof(k[0])));
}

static void
overview_print(const struct pane_ctx *x, struct buf *out)
{
	struct campaign_row c[BOARD_CAMPAIGNS];
	struct country_row k[BOARD_COUNTRIES];
	size_t nc = cols_campaign_rows(x->b, c),
	       nk = cols_country_rows(x->b, k);
	struct verdict v;

	verdict_of(x->b, x->state, x->age_ms, x->zone, &v);
	buf_fmt(out, "%s  %s\n\n", verdict_word(v.level), v.text);
	table_print(out, cols_campaign, cols_ncampaign, c, nc, sizeof(c[0]));
	buf_byte(out, '\n');
	table_print(out, cols_country, cols_ncountry, k, nk, sizeof(k[0]));
}

const struct pane pane_overview = {
	.word = "overview",
	.title = N_("Overview"),
	.scope = SCOPE_OVERVIEW,
	.select = ACT_PANE_1,
	.init = overview_init,
	.key = overview_key,
	.mouse = overview_mouse,
	.draw = overview_draw,
	.rows = overview_rows,
	.print = overview_print,
	.under = overview_under,
	.free = overview_free,
};
