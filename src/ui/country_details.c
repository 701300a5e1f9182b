/* SPDX-License-Identifier: MIT */
/*
 * country_details: sections of a country, each in its own rectangle with a
 * heading, what matters first, so that a small one shows the essentials.
 */
#include "ui/country_details.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"
#include "ui/country_cols.h"
#include "ui/country_week.h"
#include "ui/doc.h"
#include "ui/gauge.h"
#include "ui/layout.h"
#include "ui/verbs.h"
#include "ui/when.h"
#include "ui/words.h"

#define CONF_AGE_S 60

struct facts {
	const struct pane_ctx *x;
	const struct country_row *r;
	const struct board_country *k;
	const json_t *conf; /* as configured; NULL: not known */
};

/* ---- clock and rules -------------------------------------------------- */

/* when_near without the seconds: no law is that exact. */
static const char *
minute_of(const char *zone, int64_t at, int64_t now, char out[WHEN_TEXT])
{
	when_near(zone, at, now, out);
	if (strlen(out) >= 8 && out[2] == ':' && out[5] == ':')
		memmove(out + 5, out + 8, strlen(out + 8) + 1);
	return out;
}

static void
draw_clock(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	const struct board_country *k = f->k;
	int64_t at = k->open ? k->closes_ms : k->opens_ms, now;
	char t[200], a[WHEN_TEXT], b[WHEN_TEXT], n[TEXT_NUM];

	now = f->x->b->now_ms;
	str_format(t, sizeof(t), _("%s: the clock there now"), k->name);
	gauge_title(cv, &r, t);
	if (k->zone[0] != '\0')
		str_format(t, sizeof(t), "%s  %s", when_clock(k->zone, now, a),
		    k->zone);
	else
		str_copy(t, sizeof(t), _("zone not known"));
	gauge_text(
	    cv, &r, GAUGE_LABEL, _("Local time"), STYLE_BOLD(ROLE_ACCENT), t);
	text_span(MAXIMUM(at - now, 0) / MS_PER_S, n);
	if (at <= 0)
		str_copy(t, sizeof(t), k->open ? _("open") : _("closed"));
	else if (k->open)
		str_format(t, sizeof(t), _("open, closes in %s"), n);
	else
		str_format(t, sizeof(t), _("closed, opens in %s"), n);
	gauge_text(cv, &r, GAUGE_LABEL, _("Calling"),
	    STYLE_BOLD(k->open ? ROLE_GOOD : ROLE_WARN), t);
	if (at > 0) {
		str_format(t, sizeof(t), _("%s there, %s here"),
		    minute_of(
			k->zone[0] != '\0' ? k->zone : f->x->zone, at, now, a),
		    minute_of(f->x->zone, at, now, b));
		gauge_text(cv, &r, GAUGE_LABEL,
		    k->open ? _("Closes") : _("Opens"), STYLE(ROLE_TEXT), t);
	}
	gauge_text(cv, &r, GAUGE_LABEL, _("Hours"), STYLE(ROLE_TEXT),
	    k->hours[0] != '\0' ? k->hours : "-");
	if (doc_text(f->conf, "states")[0] != '\0')
		gauge_text(cv, &r, GAUGE_LABEL, _("Stricter in"),
		    STYLE(ROLE_TEXT), doc_text(f->conf, "states"));
	if (doc_text(f->conf, "holidays")[0] != '\0')
		gauge_text(cv, &r, GAUGE_LABEL, _("Not on"), STYLE(ROLE_TEXT),
		    doc_text(f->conf, "holidays"));
}

static void
draw_rules(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	const struct board_country *k = f->k;
	char t[400], n[TEXT_NUM];

	gauge_title(cv, &r, _("Keys and caps"));
	country_keys_text(k, t, sizeof(t));
	if (k->repeat_key[0] != '\0' && k->connect_key[0] != '\0')
		str_format(t + strlen(t), sizeof(t) - strlen(t),
		    _(", %s repeats"), k->repeat_key);
	gauge_text(cv, &r, GAUGE_LABEL, _("Keys"), STYLE_BOLD(ROLE_TEXT), t);
	str_format(t, sizeof(t), _("%s  (c edits it)"),
	    k->context[0] != '\0' ? k->context : "-");
	gauge_text(cv, &r, GAUGE_LABEL, _("Context"), STYLE(ROLE_TEXT), t);
	country_cap_text(f->r, t, sizeof(t));
	gauge_text(
	    cv, &r, GAUGE_LABEL, _("Uses of a DID"), STYLE(ROLE_TEXT), t);
	if (f->conf != NULL) {
		json_int_t cap =
		    json_integer_value(json_object_get(f->conf, "number_cap"));

		if (cap > 0)
			str_format(t, sizeof(t),
			    _("%d in 24 hours, all campaigns together"),
			    (int)cap);
		else
			str_copy(t, sizeof(t), _("no limit"));
		gauge_text(cv, &r, GAUGE_LABEL, _("To one number"),
		    STYLE(ROLE_TEXT), t);
	}
	gauge_text(cv, &r, GAUGE_LABEL, _("Consent"),
	    STYLE(k->consent_required ? ROLE_WARN : ROLE_TEXT),
	    k->consent_required ? _("only campaigns marked consented")
				: _("not required"));
	gauge_text(cv, &r, GAUGE_LABEL, _("Contacts left"), STYLE(ROLE_TEXT),
	    text_count(k->remaining, n));
}

static void
draw_week(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	gauge_title(cv, &r, _("Calling hours there, and now"));
	country_week_draw(cv, r, f->k, f->conf, f->x->b->now_ms);
}

/* ---- causes ----------------------------------------------------------- */

#define CAUSE_W 8 /* columns of a window */

/* Where there is room all windows, else the chosen one and its shares. */
static bool
all_windows(struct rect r)
{
	return r.w >= 22 + BOARD_WINDOWS * CAUSE_W;
}

static void
draw_cause(const struct facts *f, struct canvas *cv, struct rect r, int c)
{
	const struct board_window *w = &f->k->w[f->r->window];
	struct gauge_part p = gauge_cause(c, 1);
	char n[TEXT_NUM];
	int cols = all_windows(r) ? BOARD_WINDOWS : 2;

	gauge_sign(cv, r.y, r.x, &p);
	canvas_text(cv, r.y, r.x + 2, r.w - cols * CAUSE_W - 2,
	    STYLE(ROLE_TEXT), words_cause(c));
	if (cols == 2) {
		canvas_right(cv, r.y, r.x + r.w - 2 * CAUSE_W, CAUSE_W,
		    STYLE(ROLE_STRONG), text_count(w->cause[c], n));
		canvas_right(cv, r.y, r.x + r.w - CAUSE_W, CAUSE_W,
		    STYLE(ROLE_DIM),
		    text_rate(cols_rate(w->cause[c], w->ended), n));
		return;
	}
	for (int i = 0; i < BOARD_WINDOWS; i++) {
		uint64_t v = f->k->w[i].cause[c];
		struct style s = STYLE(v == 0 ? ROLE_DIM : ROLE_TEXT);

		if (i == f->r->window && v > 0)
			s = STYLE_BOLD(ROLE_STRONG);
		canvas_right(cv, r.y, r.x + r.w - (BOARD_WINDOWS - i) * CAUSE_W,
		    CAUSE_W, s, text_count(v, n));
	}
}

static void
draw_causes(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	const struct board_window *w = &f->k->w[f->r->window];
	struct gauge_part p[BOARD_CAUSES];
	int first = 0, cols = BOARD_WINDOWS;

	gauge_title(cv, &r, _("How calls ended, by window"));
	if (r.h <= 0)
		return;
	if (!all_windows(r)) {
		first = f->r->window;
		cols = 1;
	}
	for (int c = 0; c < BOARD_CAUSES; c++)
		p[c] = gauge_cause(c, w->cause[c]);
	gauge_stack(cv, r.y, r.x, r.w - cols * CAUSE_W - 1, p, BOARD_CAUSES);
	for (int i = first; i < first + cols; i++)
		canvas_right(cv, r.y, r.x + r.w - (first + cols - i) * CAUSE_W,
		    CAUSE_W,
		    i == f->r->window ? STYLE_BOLD(ROLE_ACCENT)
				      : STYLE(ROLE_DIM),
		    _(board_window_words[i]));
	layout_top(&r, 1);
	for (int c = 0; c < BOARD_CAUSES && r.h > 0; c++) {
		uint64_t any = 0;

		for (int i = first; i < first + cols; i++)
			any += f->k->w[i].cause[c];
		if (any == 0)
			continue;
		draw_cause(f, cv, r, c);
		layout_top(&r, 1);
	}
}

static void
draw_dispositions(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	gauge_title(cv, &r, _("What calls came to today"));
	gauge_dispositions(cv, r, f->k->disp);
}

/* ---- caller IDs and who calls ----------------------------------------- */

static const struct board_pool *
pool_of(const struct facts *f)
{
	const struct board *b = f->x->b;
	const char *want =
	    f->k->cap_group[0] != '\0' ? f->k->cap_group : f->k->name;

	for (uint32_t i = 0; i < b->npools && i < BOARD_POOLS; i++)
		if (strcmp(b->pools[i].name, want) == 0)
			return &b->pools[i];
	return NULL;
}

static void
draw_pool(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	const struct board_pool *p = pool_of(f);
	struct gauge_part parts[3];
	double hist[10], max = 1;
	char t[200], n[4][TEXT_NUM];

	if (p == NULL) {
		gauge_title(cv, &r, _("Caller IDs"));
		if (r.h > 0)
			canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_BAD),
			    _("none: no call can go there"));
		return;
	}
	str_format(t, sizeof(t), _("Caller IDs of %s"), p->name);
	gauge_title(cv, &r, t);
	if (r.h <= 0)
		return;
	str_format(t, sizeof(t), _("%s/%s free, %s capped, %s blocked"),
	    text_count(p->eligible, n[0]), text_count(p->total, n[1]),
	    text_count(p->capped_out, n[2]), text_count(p->blocked, n[3]));
	canvas_text(cv, r.y, r.x, r.w,
	    STYLE(p->eligible == 0              ? ROLE_BAD
		  : p->eligible * 10 < p->total ? ROLE_WARN
						: ROLE_TEXT),
	    t);
	layout_top(&r, 1);
	if (r.h <= 0)
		return;
	parts[0] = (struct gauge_part){ p->eligible, ROLE_GOOD, 0x2588, '#' };
	parts[1] = (struct gauge_part){ p->capped_out, ROLE_WARN, 0x2592, 'c' };
	parts[2] = (struct gauge_part){ p->blocked, ROLE_BAD, 0x2593, 'X' };
	gauge_stack(cv, r.y, r.x, r.w, parts, 3);
	layout_top(&r, 1);
	if (p->cap > 0)
		str_format(t, sizeof(t),
		    _("%s uses today, %u to %u each, of at most %u"),
		    text_count(p->uses_sum, n[0]), p->uses_min, p->uses_max,
		    p->cap);
	else
		str_format(t, sizeof(t), _("%s uses today, %u to %u each"),
		    text_count(p->uses_sum, n[0]), p->uses_min, p->uses_max);
	if (r.h <= 0)
		return;
	canvas_text(cv, r.y, r.x, r.w - 12, STYLE(ROLE_TEXT), t);
	for (int i = 0; i < 10; i++) {
		hist[i] = p->hist[i];
		max = MAXIMUM(max, hist[i]);
	}
	chart_spark(
	    cv, r.y, r.x + r.w - 10, 10, hist, 10, max, STYLE(ROLE_GRAPH));
}

/* Campaigns with calls up to this country. */
struct caller {
	const char *name;
	uint64_t calls;
};

static size_t
callers_of(
    const struct facts *f, struct caller out[BOARD_CAMPAIGNS], uint64_t *sum)
{
	const struct row_call *calls;
	size_t n = 0, total;

	*sum = 0;
	if (f->x->feed == NULL)
		return 0;
	total = feed_calls(f->x->feed, &calls);
	for (size_t i = 0; i < total; i++) {
		const struct row_call *c = &calls[i];
		size_t k = 0;

		if (c->id[0] == '\0' || c->state == CALL_ENDED ||
		    strcmp(c->country, f->k->name) != 0)
			continue;
		while (k < n && strcmp(out[k].name, c->campaign) != 0)
			k++;
		if (k == n && n == BOARD_CAMPAIGNS)
			continue;
		if (k == n)
			out[n++] = (struct caller){ c->campaign, 0 };
		out[k].calls++;
		++*sum;
	}
	return n;
}

static void
draw_callers(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	struct caller v[BOARD_CAMPAIGNS];
	uint64_t sum;
	size_t n = callers_of(f, v, &sum);
	char t[TEXT_NUM];

	gauge_title(cv, &r, _("Campaigns that call there now"));
	if (n == 0 && r.h > 0)
		canvas_text(
		    cv, r.y, r.x, r.w, STYLE(ROLE_DIM), _("none at present"));
	for (size_t i = 0; i < n; i++)
		if (!gauge_line(cv, &r, &gauge_lines, v[i].name,
			cols_rate(v[i].calls, sum), STYLE(ROLE_GRAPH),
			text_count(v[i].calls, t), ""))
			break;
}

/* ---- all together ----------------------------------------------------- */

static int
causes_seen(const struct board_country *k)
{
	int n = 0;

	for (int c = 0; c < BOARD_CAUSES; c++)
		n += k->w[BOARD_WINDOWS - 1].cause[c] > 0;
	return n;
}

static void
draw_parts(const struct facts *f, struct canvas *cv, struct rect r)
{
	struct gauge_section clock = { draw_clock, 4, 5 };
	struct gauge_section rules = { draw_rules, 4, 7 };
	struct gauge_section week = { draw_week, 8, 8 };
	struct gauge_section causes = { draw_causes, 4, 2 + causes_seen(f->k) };
	struct gauge_section disps = { draw_dispositions, 4, 1 + DISP_NKIND };
	struct gauge_section pool = { draw_pool, 2, 4 };
	struct gauge_section callers = { draw_callers, 2, 6 };

	clock.want += doc_text(f->conf, "states")[0] != '\0';
	clock.want += doc_text(f->conf, "holidays")[0] != '\0';
	if (r.w >= 150) {
		struct rect left = layout_left(&r, r.w / 3), mid;

		mid = layout_left(&r, r.w / 2);
		left.w -= 2;
		mid.w -= 2;
		gauge_sections(f, cv, left,
		    (struct gauge_section[]){ clock, rules, pool }, 3);
		gauge_sections(
		    f, cv, mid, (struct gauge_section[]){ causes, week }, 2);
		gauge_sections(
		    f, cv, r, (struct gauge_section[]){ disps, callers }, 2);
	} else if (r.w >= 76) {
		struct rect left = layout_left(&r, r.w / 2);

		left.w -= 2;
		gauge_sections(f, cv, left,
		    (struct gauge_section[]){ clock, rules, pool, week }, 4);
		gauge_sections(f, cv, r,
		    (struct gauge_section[]){ causes, disps, callers }, 3);
	} else
		gauge_sections(f, cv, r,
		    (struct gauge_section[]){
			clock, rules, causes, pool, disps, week, callers },
		    7);
}

void
country_details_draw(const struct pane_ctx *x, struct canvas *cv, struct rect r,
    const struct country_row *row)
{
	struct facts f = { .x = x, .r = row, .k = row->c };

	if (x->feed != NULL)
		f.conf = feed_doc(x->feed,
		    verbs_request("show", "country", f.k->name), CONF_AGE_S,
		    NULL);
	if (json_is_array(f.conf))
		f.conf = json_array_get(f.conf, 0);
	/* an answer of another shape is none */
	if (!json_is_string(json_object_get(f.conf, "call_from")))
		f.conf = NULL;
	r.x++;
	r.w -= 2;
	draw_parts(&f, cv, r);
}
