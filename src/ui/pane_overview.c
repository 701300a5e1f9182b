/* SPDX-License-Identifier: MIT */
/*
 * pane_overview: "is all well?" in one second.  The line under the status says
 * it in words; below it pace, campaigns, countries, switches and news share
 * whatever room there is, from 80x24 to 400x120.
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/cols.h"
#include "ui/layout.h"
#include "ui/section.h"
#include "ui/table.h"
#include "ui/verbs.h"
#include "ui/verdict.h"
#include "ui/view.h"
#include "ui/when.h"

#define MAGIC 0x4f564552u /* "OVER" */

#define WIDE  110 /* columns from which news stand side by side */
#define BROAD 160 /* ... and countries, lamps and DIDs in three columns */

struct overview {
	uint32_t magic;
	struct table campaigns, countries;
	int zoom, back; /* of the graph */
	bool details;
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
	free(self);
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

static void
ask_stop(const struct pane_ctx *x, const struct board_campaign *c)
{
	char text[400], n[TEXT_NUM];

	str_format(text, sizeof(text),
	    _("Campaign %s ends here with %s contacts not called. Calls that "
	      "are up stay up; what is armed is given back. Space only "
	      "pauses it."),
	    c->name, text_count(c->remaining, n));
	view_ask(x->view, _("Stop the campaign?"), text,
	    verbs_request("campaign", "stop", c->name));
}

static void
toggle(const struct pane_ctx *x, const struct board_campaign *c)
{
	char text[160];

	if (strcmp(c->state, "running") == 0 ||
	    strcmp(c->state, "waiting") == 0)
		view_send(
		    x->view, verbs_request("campaign", "pause", c->name), NULL);
	else if (strcmp(c->state, "paused") == 0)
		view_send(
		    x->view, verbs_request("campaign", "start", c->name), NULL);
	else {
		str_format(text, sizeof(text), _("%s is %s: S starts it"),
		    c->name, _(c->state));
		view_tell(x->view, false, text);
	}
}

static bool
campaign_key(struct overview *o, const struct pane_ctx *x, enum keys_action a)
{
	const struct board_campaign *c = under_cursor(o, x->b);

	if (c == NULL) {
		view_tell(x->view, false, _("there is no campaign here"));
		return true;
	}
	switch (a) {
	case ACT_CAMPAIGN_TOGGLE:
		toggle(x, c);
		break;
	case ACT_CAMPAIGN_START:
		view_send(
		    x->view, verbs_request("campaign", "start", c->name), NULL);
		break;
	case ACT_CAMPAIGN_STOP:
		ask_stop(x, c);
		break;
	default:
		o->details = !o->details;
		break;
	}
	return true;
}

static void
set_filter(void *self, const char *text)
{
	struct overview *o = self;

	if (o->magic == MAGIC)
		str_copy(
		    o->campaigns.filter, sizeof(o->campaigns.filter), text);
}

static bool
overview_key(void *self, const struct pane_ctx *x, enum keys_action a)
{
	struct overview *o = self;
	struct campaign_row rows[BOARD_CAMPAIGNS];
	size_t n = cols_campaign_rows(x->b, rows);
	int step = section_zoom_s(o->zoom) * 20;

	switch (a) {
	case ACT_CAMPAIGN_TOGGLE:
	case ACT_CAMPAIGN_START:
	case ACT_CAMPAIGN_STOP:
	case ACT_DETAILS:
		return campaign_key(o, x, a);
	case ACT_FILTER:
		view_input(x->view, _("Campaigns that contain:"),
		    o->campaigns.filter, set_filter, o);
		return true;
	case ACT_GRAPH_BACK:
		o->back = MINIMUM(o->back + step, BOARD_HISTORY - 60);
		return true;
	case ACT_GRAPH_FORWARD:
		o->back = MAXIMUM(o->back - step, 0);
		return true;
	case ACT_GRAPH_ZOOM:
		o->zoom = (o->zoom + 1) % SECTION_ZOOMS;
		return true;
	case ACT_CANCEL:
		if (o->details)
			o->details = false;
		else if (o->campaigns.filter[0] != '\0')
			o->campaigns.filter[0] = '\0';
		else
			o->back = 0;
		return true;
	default:
		return table_key(&o->campaigns, a, rows, n, sizeof(rows[0]));
	}
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
	if (o->campaigns.filter[0] != '\0')
		str_format(title, sizeof(title),
		    _("Campaigns  %zu of %zu contain \"%s\""),
		    o->campaigns.shown, n, o->campaigns.filter);
	else if (o->campaigns.shown > (size_t)MAXIMUM(r.h - 1, 0))
		str_format(title, sizeof(title), _("Campaigns  %zu of %zu"),
		    o->campaigns.cursor + 1, n);
	else
		str_copy(title, sizeof(title), _("Campaigns"));
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
put_detail(struct canvas *cv, struct rect *r, uint8_t role, const char *label,
    const char *text)
{
	if (r->h <= 0)
		return;
	canvas_text(
	    cv, r->y, r->x, 14, STYLE_ON(ROLE_DIM, ROLE_BG_POPUP), label);
	canvas_text(cv, r->y, r->x + 15, r->w - 15,
	    STYLE_ON(role, ROLE_BG_POPUP), text);
	r->y++;
	r->h--;
}

/* The brake's evidence, and behind which gates contacts stand. */
static void
put_gates(struct canvas *cv, struct rect *r, const struct board *b,
    const struct board_campaign *c)
{
	char t[160], n[TEXT_NUM], w[WHEN_TEXT];

	if (c->brake.up > 0) {
		str_format(t, sizeof(t), _("%.1f of %.1f%s%s"),
		    (double)c->brake.llr, (double)c->brake.up,
		    c->brake.reason[0] != '\0' ? ": " : "", c->brake.reason);
		put_detail(cv, r, ROLE_TEXT, _("Evidence"), t);
	}
	for (uint32_t i = 0; i < c->ngates && i < BOARD_GATES; i++) {
		const struct board_gate *g = &c->gates[i];
		size_t k = 0;

		t[0] = '\0';
		if (g->contacts > 0)
			str_format(t, sizeof(t), _("%s contacts  "),
			    text_count(g->contacts, n));
		k = strlen(t);
		if (g->opens_ms > 0)
			str_format(t + k, sizeof(t) - k, _("opens %s"),
			    when_near(b->timezone, g->opens_ms, b->now_ms, w));
		put_detail(
		    cv, r, ROLE_WARN, g->name, t[0] != '\0' ? t : _("closed"));
	}
}

/* Everything that is known of one campaign. */
static void
draw_details(struct overview *o, struct canvas *cv, const struct board *b)
{
	const struct board_campaign *c = under_cursor(o, b);
	struct campaign_row row = { b, c };
	int rows = canvas_rows(cv), cols = canvas_cols(cv), h;
	struct rect r, in;

	if (c == NULL) {
		o->details = false;
		return;
	}
	h = (int)cols_ncampaign + 3 + (int)MINIMUM(c->ngates, BOARD_GATES);
	r.h = MINIMUM(h, rows - 2);
	r.w = MINIMUM(cols - 4, 72);
	r.y = (rows - r.h) / 2;
	r.x = (cols - r.w) / 2;
	canvas_box(cv, r, STYLE_ON(ROLE_DIM, ROLE_BG_POPUP),
	    STYLE_ON(ROLE_TITLE, ROLE_BG_POPUP), _("Campaign   (Esc closes)"));
	in = (struct rect){ r.y + 1, r.x + 2, r.h - 2, r.w - 4 };
	for (size_t i = 0; i < cols_ncampaign; i++) {
		const struct table_col *col = &cols_campaign[i];
		struct table_cell cell = { .fg = ROLE_TEXT, .bar = -1 };

		if (strcmp(col->key, "why") == 0)
			continue;
		col->cell(&row, &cell);
		if (cell.text[0] == '\0')
			str_format(
			    cell.text, sizeof(cell.text), "%g", cell.num);
		put_detail(cv, &in, cell.fg, _(col->title), cell.text);
		if (strcmp(col->key, "brake") != 0)
			continue;
		/* high up: on 24 lines the last columns fall off */
		put_detail(cv, &in, ROLE_TEXT, _("Why"),
		    c->why[0] != '\0' ? c->why : "-");
		put_gates(cv, &in, b, c);
	}
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
draw_news(struct canvas *cv, struct rect r, const struct board *b)
{
	struct rect left, mid;

	if (r.w >= BROAD) {
		left = layout_left(&r, r.w * 4 / 10);
		mid = layout_left(&r, r.w / 2);
		section_news(cv, left, b, NEWS_ALERTS);
		section_news(cv, mid, b, NEWS_JOBS);
		section_news(cv, r, b, NEWS_LOG);
	} else if (r.w >= WIDE) {
		left = layout_left(&r, r.w * 52 / 100);
		section_news(cv, left, b, NEWS_ALERTS | NEWS_JOBS);
		section_news(cv, r, b, NEWS_LOG);
	} else
		section_news(cv, r, b, NEWS_ALERTS | NEWS_JOBS | NEWS_LOG);
}

enum { BAND_PACE, BAND_CAMPAIGNS, BAND_MIDDLE, BAND_NEWS, BANDS };

static void
bands(const struct board *b, struct rect r, struct layout_part p[BANDS])
{
	bool broad = r.w >= BROAD;
	int middle = (int)b->ncountries + 2;

	middle = MAXIMUM(middle, section_line_want(b, !broad));
	if (broad)
		middle = MAXIMUM(middle, section_dids_want(b));
	p[BAND_PACE] = (struct layout_part){ 7, MAXIMUM(12, r.h / 4), 1, 0 };
	p[BAND_CAMPAIGNS] =
	    (struct layout_part){ 4, (int)b->ncampaigns + 2, 0, 0 };
	p[BAND_MIDDLE] = (struct layout_part){ 6, middle, 0, 0 };
	p[BAND_NEWS] = (struct layout_part){ 3, 8, 2, 0 };
	layout_split(r.h, p, BANDS);
}

static void
overview_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct overview *o = self;
	struct layout_part p[BANDS];
	struct rect band, graph;

	section_status(cv, layout_top(&r, 1), x);
	section_verdict(cv, layout_top(&r, 1), x);
	if (x->state == BOARD_OFFLINE)
		return;
	bands(x->b, r, p);
	band = layout_top(&r, p[BAND_PACE].got);
	graph =
	    layout_left(&band, band.w - MAXIMUM(34, MINIMUM(50, band.w / 4)));
	if (graph.w >= BROAD * 3 / 4) {
		struct rect calls = graph;

		graph = layout_left(&calls, graph.w * 6 / 10);
		section_graph(cv, calls, x->b, GRAPH_CALLS, o->zoom, o->back);
	}
	section_graph(cv, graph, x->b, GRAPH_CPS, o->zoom, o->back);
	section_now(cv, band, x->b);
	draw_campaigns(o, cv, layout_top(&r, p[BAND_CAMPAIGNS].got), x->b);
	draw_middle(o, cv, layout_top(&r, p[BAND_MIDDLE].got), x->b);
	draw_news(cv, r, x->b);
	if (x->state == BOARD_STALE)
		canvas_tint(cv,
		    (struct rect){ 2, 0, canvas_rows(cv) - 3, canvas_cols(cv) },
		    STYLE(ROLE_DIM));
	if (o->details)
		draw_details(o, cv, x->b);
}

static json_t *
overview_rows(const struct board *b)
{
	struct campaign_row c[BOARD_CAMPAIGNS];
	struct country_row k[BOARD_COUNTRIES];
	size_t nc = cols_campaign_rows(b, c), nk = cols_country_rows(b, k);
	struct verdict v;

	verdict_of(b, BOARD_LIVE, 0, &v);
	return json_pack("{s:{s:s, s:i, s:s}, s:o, s:o}", "verdict", "word",
	    verdict_word(v.level), "problems", v.problems, "text", v.text,
	    "campaigns",
	    table_json(cols_campaign, cols_ncampaign, c, nc, sizeof(c[0])),
	    "countries",
	    table_json(cols_country, cols_ncountry, k, nk, sizeof(k[0])));
}

const struct pane pane_overview = {
	.word = "overview",
	.title = N_("Overview"),
	.scope = SCOPE_OVERVIEW,
	.select = ACT_PANE_1,
	.init = overview_init,
	.key = overview_key,
	.draw = overview_draw,
	.rows = overview_rows,
	.free = overview_free,
};
