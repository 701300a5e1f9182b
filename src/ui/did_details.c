/* SPDX-License-Identifier: MIT */
/*
 * did_details: facts from the row at the left, what the engine answers at
 * the right and below; a narrow screen stacks them, what matters first.
 */
#include "ui/did_details.h"

#include <math.h>
#include <string.h>

#include "shared/number.h"
#include "shared/text.h"
#include "shared/tz.h"
#include "shared/util.h"
#include "ui/chart.h"
#include "ui/doc.h"
#include "ui/iso.h"
#include "ui/layout.h"
#include "ui/verbs.h"
#include "ui/when.h"
#include "ui/words.h"

#define MAX_AGE_S 10 /* of the engine's answer */
#define LABEL     14
#define FACTS_W   46 /* columns of the facts beside the hours */
#define HOURS     24

static int64_t
number_of(const json_t *o, const char *key, int64_t none)
{
	const json_t *v = json_object_get(o, key);

	return json_is_integer(v) ? json_integer_value(v) : none;
}

/* ---- facts ------------------------------------------------------------ */

/* A labelled line; long texts go on below, at most `lines` of them. */
static void
fact(struct canvas *cv, struct rect *r, int lines, uint8_t role,
    const char *label, const char *text)
{
	struct rect t;
	int used;

	if (r->h <= 0)
		return;
	canvas_text(cv, r->y, r->x, LABEL - 1, STYLE(ROLE_DIM), label);
	t = (struct rect){ r->y, r->x + LABEL, MINIMUM(lines, r->h),
		r->w - LABEL };
	used = canvas_wrap(cv, t, STYLE(role), text);
	layout_top(r, MAXIMUM(used, 1));
}

static void
fact_state(
    struct canvas *cv, struct rect *r, const struct did_line *l, int lines)
{
	const struct row_did *d = l->d;
	enum did_rows_state s = did_rows_state(d->state);
	char t[200], w[WHEN_TEXT];

	if (d->blocked_until_ms == INT64_MAX)
		str_format(t, sizeof(t), _("%s until a person unblocks it"),
		    did_rows_state_text(s));
	else if (d->blocked_until_ms > 0)
		str_format(t, sizeof(t), _("%s until %s"),
		    did_rows_state_text(s),
		    when_near(l->list->zone, d->blocked_until_ms,
			l->list->now_ms, w));
	else
		str_copy(t, sizeof(t), did_rows_state_text(s));
	fact(cv, r, 2, did_rows_state_role(s), _("State"), t);
	if (d->reason[0] != '\0')
		fact(cv, r, lines, did_rows_state_role(s), _("Reason"),
		    d->reason);
}

static void
fact_uses(struct canvas *cv, struct rect *r, const struct did_line *l)
{
	const struct row_did *d = l->d;
	uint32_t limit = did_rows_limit(l);
	char t[200], n[3][TEXT_NUM];

	if (d->cap > 0)
		str_format(t, sizeof(t), _("%s of %s today"),
		    text_count(d->uses, n[0]), text_count(d->cap, n[1]));
	else
		str_format(t, sizeof(t), _("%s today, no cap"),
		    text_count(d->uses, n[0]));
	if (r->h > 0 && limit > 0 && r->w > LABEL + 32) {
		int w = MINIMUM(r->w - LABEL - 22, 30);

		chart_bar(cv, r->y, r->x + r->w - w, w, (double)d->uses / limit,
		    STYLE(d->cap > 0 ? ROLE_GRAPH : ROLE_DIM),
		    STYLE(ROLE_FRAME));
	}
	fact(cv, r, 1, ROLE_TEXT, _("Uses"), t);
	if (d->calls > 0)
		str_format(t, sizeof(t), _("%s of %s answered (%s)"),
		    text_count(d->answered, n[0]), text_count(d->calls, n[1]),
		    text_rate((double)d->answered / d->calls, n[2]));
	else
		str_copy(t, sizeof(t), _("none lately"));
	fact(cv, r, 1, ROLE_TEXT, _("Calls"), t);
}

static void
fact_rest(struct canvas *cv, struct rect *r, const struct did_line *l)
{
	const struct row_did *d = l->d;
	char t[200], n[TEXT_NUM], w[WHEN_TEXT];

	str_format(t, sizeof(t), _("%s by networks or people"),
	    text_count(d->rejected, n));
	fact(
	    cv, r, 1, d->rejected > 0 ? ROLE_WARN : ROLE_DIM, _("Rejected"), t);
	str_format(t, sizeof(t), _("%.2f (1: as its pool)"), (double)d->score);
	fact(cv, r, 1, d->score < 0.8f ? ROLE_WARN : ROLE_TEXT, _("Score"), t);
	if (d->last_ms > 0)
		str_format(t, sizeof(t), _("%s, %s ago"),
		    when_near(l->list->zone, d->last_ms, l->list->now_ms, w),
		    text_span((l->list->now_ms - d->last_ms) / MS_PER_S, n));
	else
		str_copy(t, sizeof(t), _("none since the engine started"));
	fact(cv, r, 1, ROLE_TEXT, _("Last use"), t);
	str_format(t, sizeof(t), "%s%s%s", d->country,
	    d->area[0] != '\0' ? "  " : "", d->area);
	fact(cv, r, 1, ROLE_TEXT, _("Country, area"), t);
	str_format(t, sizeof(t), _("%s, weight %d"), d->pool, (int)d->weight);
	fact(cv, r, 1, ROLE_TEXT, _("Pool"), t);
}

void
did_details_short(struct canvas *cv, struct rect r, const struct did_line *l)
{
	char t[DID_ROWS_NUMBER];
	struct rect left;

	canvas_rule(
	    cv, r.y, r.x, r.w, did_rows_number(l->d->number, l->d->area, t));
	layout_top(&r, 1);
	r.x++;
	r.w -= 2;
	left = layout_left(&r, r.w >= 96 ? r.w / 2 - 1 : r.w);
	fact_state(cv, &left, l, r.w > 0 ? 3 : 1);
	fact_uses(cv, &left, l);
	if (r.w > 0) {
		layout_left(&r, 2);
		fact_rest(cv, &r, l);
	} else
		fact_rest(cv, &left, l);
}

/* ---- what the engine answers ------------------------------------------ */

/* Uses in each of the last 24 hours, the clock below them. */
static void
draw_hours(const struct pane_ctx *x, struct canvas *cv, struct rect r,
    const json_t *doc)
{
	const json_t *hours = json_object_get(doc, "hours");
	const struct tz *tz =
	    tz_get(x->zone != NULL ? x->zone : x->b->timezone);
	int64_t from = iso_of(doc, "from");
	double v[HOURS] = { 0 }, max = 0, sum = 0;
	size_t n = MINIMUM(json_array_size(hours), (size_t)HOURS);
	char t[120], c[2][TEXT_NUM];
	int w = 1, gap = 1, every = 4;

	for (size_t i = 0; i < n; i++) {
		v[i] = json_number_value(json_array_get(hours, i));
		v[i] = fmin(fmax(v[i], 0), 1e12);
		max = MAXIMUM(max, v[i]);
		sum += v[i];
	}
	str_format(t, sizeof(t),
	    r.w < 48 ? _("Uses by hour: %s")
		     : _("Uses by hour: %s in a day, %s in the busiest hour"),
	    text_count((uint64_t)sum, c[0]), text_count((uint64_t)max, c[1]));
	canvas_rule(cv, r.y, r.x, r.w, t);
	layout_top(&r, 1);
	if (r.h < 2 || n == 0)
		return;
	r.x++;
	r.w -= 2;
	if (r.w >= HOURS * 4)
		w = 3;
	else if (r.w >= HOURS * 3)
		w = 2;
	else if (r.w < HOURS * 2) {
		gap = 0;
		every = 6;
	}
	r.h--;
	chart_columns(cv, r, v, n, w, gap, MAXIMUM(max, 1), STYLE(ROLE_GRAPH));
	for (size_t i = 0; i < n && from > 0; i += (size_t)every) {
		int64_t at = from + (int64_t)i * 3600 * MS_PER_S;
		int px = r.x + (int)i * (w + gap);
		struct tz_local k = { .minute = (int)(at / 60000 % 1440) };

		if (tz != NULL)
			tz_local(tz, at, &k);
		if (px + 5 <= r.x + r.w)
			canvas_textf(cv, r.y + r.h, px, 5, STYLE(ROLE_DIM),
			    "%02d:%02d", k.minute / 60, k.minute % 60);
	}
}

/* Days and caps: "nanp  2026-11-21  82 of 100". */
static void
draw_usage(struct canvas *cv, struct rect *r, const json_t *doc, int lines)
{
	const json_t *usage = json_object_get(doc, "usage");
	size_t n = json_array_size(usage);

	for (size_t i = 0; i < n && (int)i < lines && r->h > 0; i++) {
		const json_t *u = json_array_get(usage, i);
		int64_t cap = number_of(u, "cap", 0);
		char t[160], c[2][TEXT_NUM];
		uint64_t uses = (uint64_t)MAXIMUM(number_of(u, "uses", 0), 0);

		if (cap > 0)
			str_format(t, sizeof(t), _("%s  %s  %s of %s"),
			    doc_text(u, "usage_date"), doc_text(u, "cap_group"),
			    text_count(uses, c[0]),
			    text_count((uint64_t)cap, c[1]));
		else
			str_format(t, sizeof(t), _("%s  %s  %s, no cap"),
			    doc_text(u, "usage_date"), doc_text(u, "cap_group"),
			    text_count(uses, c[0]));
		fact(cv, r, 1, ROLE_TEXT, i == 0 ? _("By day") : "", t);
	}
}

static void
draw_why(struct canvas *cv, struct rect *r, const json_t *doc)
{
	const json_t *why = json_object_get(doc, "why");

	for (size_t i = 0; i < json_array_size(why) && i < 6; i++) {
		const char *s = json_string_value(json_array_get(why, i));

		fact(cv, r, 2, ROLE_TEXT, i == 0 ? _("Why") : "",
		    s != NULL ? s : "");
	}
}

static void
call_line(const struct pane_ctx *x, struct canvas *cv, int y, struct rect r,
    const json_t *c)
{
	const char *zone = x->zone != NULL ? x->zone : x->b->timezone;
	const char *disp = doc_text(c, "disposition");
	const char *number = doc_text(c, "number");
	char w[WHEN_TEXT], t[DID_ROWS_NUMBER], ms[TEXT_NUM], area[8];
	int64_t at = iso_of(c, "at");
	bool good =
	    strncmp(disp, "answered", 8) == 0 || strcmp(disp, "connected") == 0;

	canvas_text(cv, y, r.x, 10, STYLE(ROLE_DIM),
	    at > 0 ? when_near(zone, at, x->b->now_ms, w) : "");
	canvas_text(cv, y, r.x + 12, 18, STYLE(ROLE_STRONG),
	    did_rows_number(number, number_area(number, area), t));
	canvas_text(cv, y, r.x + 32, 20, STYLE(good ? ROLE_GOOD : ROLE_TEXT),
	    words_disposition_of(disp));
	canvas_text(cv, y, r.x + 54, 3, STYLE(ROLE_ACCENT), doc_text(c, "key"));
	canvas_right(cv, y, r.x + 58, 8, STYLE(ROLE_DIM),
	    text_ms((double)number_of(c, "setup_ms", -1), ms));
	canvas_text(cv, y, r.x + 67, r.w - 67, STYLE(ROLE_TEXT),
	    doc_text(c, "campaign"));
}

static int
draw_calls(const struct pane_ctx *x, struct canvas *cv, struct rect r,
    const json_t *doc, size_t *top)
{
	const json_t *calls = json_object_get(doc, "calls");
	size_t n = json_array_size(calls), h;
	struct rect head = layout_top(&r, 1);
	struct style dim = STYLE(ROLE_DIM);
	char t[120], a[2][TEXT_NUM];

	if (head.h < 1)
		return 0;
	h = (size_t)MAXIMUM(r.h - 1, 0);
	*top = MINIMUM(*top, n > h ? n - h : 0);
	if (n > h && h > 0)
		str_format(t, sizeof(t), _("Last calls  %s-%s of %zu"),
		    text_count(*top + 1, a[0]),
		    text_count(MINIMUM(*top + h, n), a[1]), n);
	else
		str_copy(t, sizeof(t), _("Last calls"));
	canvas_rule(cv, head.y, head.x, head.w, t);
	r.x++;
	r.w -= 2;
	if (n == 0 && r.h > 0) {
		canvas_text(cv, r.y, r.x, r.w, dim,
		    doc != NULL ? _("no call was made with it") : "");
		return 0;
	}
	if (h == 0)
		return 0;
	canvas_text(cv, r.y, r.x, 11, dim, _("Sent"));
	canvas_text(cv, r.y, r.x + 12, 19, dim, _("Number"));
	canvas_text(cv, r.y, r.x + 32, 21, dim, _("Came to"));
	canvas_text(cv, r.y, r.x + 54, 5, dim, _("Key"));
	canvas_right(cv, r.y, r.x + 58, 8, dim, _("Setup"));
	canvas_text(cv, r.y, r.x + 67, r.w - 67, dim, _("Campaign"));
	for (size_t i = 0; i < h && *top + i < n; i++)
		call_line(x, cv, r.y + 1 + (int)i, r,
		    json_array_get(calls, *top + i));
	return (int)h;
}

int
did_details_draw(const struct pane_ctx *x, struct canvas *cv, struct rect r,
    const struct did_line *l, size_t *top)
{
	const char *why = "";
	const json_t *doc = feed_doc(x->feed,
	    verbs_request("details", "did", l->d->number), MAX_AGE_S, &why);
	char t[160], n[DID_ROWS_NUMBER];
	struct rect head = layout_top(&r, 1), facts, hours;
	bool beside = r.w >= FACTS_W + 30;
	int fh = beside ? MAXIMUM(r.h * 45 / 100, 9) : 8;

	str_format(t, sizeof(t), _("DID %s   Left, Right: another; Esc: back"),
	    did_rows_number(l->d->number, l->d->area, n));
	canvas_rule(cv, head.y, head.x, head.w, t);
	facts = layout_top(&r, MINIMUM(fh, 16));
	hours = facts;
	if (beside) {
		facts = layout_left(&hours, MAXIMUM(FACTS_W, r.w * 2 / 5));
		layout_left(&hours, 1);
	} else
		hours = layout_top(&r, MINIMUM(5, r.h / 3));
	facts.x++;
	facts.w -= 2;
	fact_state(cv, &facts, l, 2);
	fact_uses(cv, &facts, l);
	if (doc == NULL) {
		canvas_wrap(cv, hours,
		    STYLE(why[0] != '\0' ? ROLE_WARN : ROLE_DIM),
		    why[0] != '\0' ? why : _("the engine is asked ..."));
		fact_rest(cv, &facts, l);
		return draw_calls(x, cv, r, NULL, top);
	}
	draw_why(cv, &facts, doc);
	draw_usage(cv, &facts, doc, MAXIMUM(MINIMUM(facts.h - 5, 3), 1));
	fact_rest(cv, &facts, l);
	draw_hours(x, cv, hours, doc);
	return draw_calls(x, cv, r, doc, top);
}
