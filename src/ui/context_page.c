/* SPDX-License-Identifier: MIT */
/*
 * context_page: one context on the canvas.  Knows no keys of the keyboard and
 * sends no requests, but for the answers that it draws.
 */
#include "ui/context_page.h"

#include <string.h>

#include "shared/spec.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/context_flow.h"
#include "ui/form_field.h"
#include "ui/keys_view.h"
#include "ui/layout.h"
#include "ui/survey_view.h"

#define WIDE  116 /* columns from which two things stand side by side */
#define WHOLE 150 /* columns and rows from which all views do */
#define TALL  36
#define TREE  10 /* rows of a tree that come before problems */
#define AGE_S 15 /* of answers */
#define LINES 4000 /* more than any page has */

/* ---- parts ------------------------------------------------------------ */

/* A key that connects machines comes before all else; cut off *r. */
static void
draw_warning(struct canvas *cv, struct rect *r, const struct context_row *row,
    const struct pane_ctx *x)
{
	const struct style s = { ROLE_BAD, ROLE_KEEP, ATTR_BOLD };
	const struct row_key *keys, *worst;
	size_t n = feed_keys(x->feed, &keys);
	struct rect in;
	char text[400];

	worst = keys_view_worst(keys, n, row->name);
	if (worst == NULL || r->h < 4)
		return;
	keys_view_warning(worst, text, sizeof(text));
	canvas_text(cv, r->y, r->x, 2, s, "\xe2\x96\xb2");
	in = (struct rect){ r->y, r->x + 2, 2, r->w - 2 };
	layout_top(r, canvas_wrap(cv, in, s, text));
	keys_view_action(worst, text, sizeof(text));
	in = (struct rect){ r->y, r->x + 2, 1, r->w - 2 };
	layout_top(r, canvas_wrap(cv, in, STYLE(ROLE_WARN), text));
}

/* Returns the rows it took; the last one says how many more there are. */
static int
draw_problems(struct canvas *cv, struct rect r, const struct context_row *row)
{
	int y = 0, n, most;

	for (size_t i = 0; i < row->nproblems && y < r.h; i++) {
		const struct context_problem *k = &row->problem[i];
		size_t more = row->nproblems - i - 1;
		struct style s = { k->error ? ROLE_BAD : ROLE_WARN, ROLE_KEEP,
			k->error ? ATTR_BOLD : 0 };
		int w = r.w - 2;

		if (y == r.h - 1 && more > 0) {
			char text[40];

			str_format(text, sizeof(text), _("+%zu more"), more);
			n = text_columns(text);
			canvas_right(
			    cv, r.y + y, r.x, r.w, STYLE(ROLE_DIM), text);
			w -= n + 1;
		}
		/* the next one has a line, too */
		most = more > 0 ? MAXIMUM(r.h - y - 1, 1) : r.h - y;
		canvas_text(cv, r.y + y, r.x, 2, s, k->error ? "!" : "-");
		n = canvas_wrap(
		    cv, (struct rect){ r.y + y, r.x + 2, most, w }, s, k->text);
		y += MAXIMUM(n, 1);
	}
	return y;
}

/* Who uses it and what is wrong; returns the rows it took. */
static int
draw_side(struct canvas *cv, struct rect r, const struct context_row *row)
{
	int n, top = r.y;

	canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_TITLE), _("Used by"));
	if (row->users == 0)
		n = canvas_wrap(cv,
		    (struct rect){ r.y + 1, r.x, MINIMUM(3, r.h - 1), r.w },
		    STYLE(ROLE_DIM),
		    _("nobody: no country has it as its context, and no "
		      "campaign names it"));
	else
		n = canvas_wrap(cv,
		    (struct rect){ r.y + 1, r.x, MINIMUM(4, r.h - 1), r.w },
		    STYLE(ROLE_TEXT), row->used);
	layout_top(&r, MINIMUM(n + 2, r.h));
	canvas_text(
	    cv, r.y, r.x, r.h > 0 ? r.w : 0, STYLE(ROLE_TITLE), _("Problems"));
	layout_top(&r, MINIMUM(1, r.h));
	if (row->nproblems == 0 && r.h > 0) {
		canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_GOOD), _("none"));
		return r.y + 1 - top;
	}
	return r.y + draw_problems(cv, r, row) - top;
}

/* The texts of its states, as they are edited; returns the row behind them. */
static int
draw_states(struct canvas *cv, int y, int x, int w, const json_t *o)
{
	const json_t *lines = json_object_get(o, "states"), *v;
	size_t i;

	canvas_text(cv, y++, x, w, STYLE(ROLE_TITLE), _("States, as written"));
	json_array_foreach (lines, i, v) {
		const char *s = json_string_value(v);

		canvas_textf(cv, y, x, 3, STYLE(ROLE_DIM), "%2zu", i + 1);
		canvas_text(cv, y++, x + 3, w - 3, STYLE(ROLE_TEXT),
		    s != NULL ? s : "?");
	}
	return y;
}

/* All settings from row y on; returns the row behind them. */
static int
draw_settings(
    struct canvas *cv, int y, int x, int w, const struct context_row *row)
{
	char value[FORM_FIELD_TEXT];
	int vw = w >= 70 ? 30 : w - 18;

	if (row->nstates > 0)
		return draw_states(cv, y, x, w, row->object);
	for (size_t i = 0; i < spec_nrows; i++) {
		const struct spec_row *k = &spec_rows[i];

		if (strcmp(k->kind, "context") != 0 || k->type == SPEC_LINES)
			continue;
		form_field_show(k, json_object_get(row->object, k->key), value,
		    sizeof(value));
		canvas_text(cv, y, x, 15, STYLE(ROLE_DIM), k->key);
		canvas_text(cv, y, x + 16, vw, STYLE(ROLE_TEXT),
		    value[0] != '\0' ? value : "-");
		if (w >= 70)
			canvas_text(cv, y, x + 17 + vw, w - 17 - vw,
			    STYLE(ROLE_DIM), _(k->doc));
		y++;
	}
	return y;
}

/* Rows that draw_settings() takes. */
static int
settings_rows(const struct context_row *row)
{
	int n = 0;

	if (row->nstates > 0)
		return 1 + (int)row->nstates;
	for (size_t i = 0; i < spec_nrows; i++)
		n += strcmp(spec_rows[i].kind, "context") == 0 &&
		     spec_rows[i].type != SPEC_LINES;
	return n;
}

/* Returns the lines there are in all. */
static int
draw_answers(struct canvas *cv, struct rect r, const struct context_row *row,
    const struct pane_ctx *x, int *top)
{
	const json_t *doc;
	const char *why;

	if (row->sane && !row->asks) {
		canvas_wrap(cv, r, STYLE(ROLE_DIM),
		    _("it asks nothing: a state of kind question or speech "
		      "would"));
		return 1;
	}
	doc = feed_doc(x->feed, survey_view_request(row->name), AGE_S, &why);
	return survey_view_draw(cv, r, doc, doc == NULL ? why : "", top);
}

/* "[flow] keys answers" at the right of a rule. */
static void
draw_tabs(struct canvas *cv, struct rect r, enum context_view view)
{
	static const char *const names[CONTEXT_NVIEW] = { N_("flow"),
		N_("keys"), N_("answers") };
	int w = 3, x;

	for (int i = 0; i < CONTEXT_NVIEW; i++)
		w += text_columns(_(names[i])) + 3;
	x = r.x + r.w - w - 1;
	if (x < r.x + 30)
		return;
	canvas_fill(cv, (struct rect){ r.y, x - 1, 1, w },
	    STYLE_ON(ROLE_DEFAULT, ROLE_DEFAULT));
	x += 1 + canvas_text(cv, r.y, x, 2, STYLE(ROLE_DIM), "v");
	for (int i = 0; i < CONTEXT_NVIEW; i++) {
		bool on = i == (int)view;
		char text[40];

		str_format(text, sizeof(text), "%c%s%c", on ? '[' : ' ',
		    _(names[i]), on ? ']' : ' ');
		x += 1 + canvas_text(cv, r.y, x, 40,
			     on ? STYLE_BOLD(ROLE_ACCENT) : STYLE(ROLE_DIM),
			     text);
	}
}

/* ---- below the list --------------------------------------------------- */

static void
below_flow(struct canvas *cv, struct rect r, const struct context_row *row,
    const struct flow *flow)
{
	struct rect left = r;
	int n, side = 0, w = r.w;

	if (r.w >= WIDE) {
		left = layout_left(&r, MAXIMUM(r.w * 6 / 10, 76));
		left.w -= 3;
		side = r.y + draw_side(cv, r, row);
	} else {
		/* the lines of the tree come first */
		n = draw_problems(cv,
		    (struct rect){
			r.y, r.x, MINIMUM(MAXIMUM(r.h - TREE, 1), 4), r.w },
		    row);
		layout_top(&r, n);
		left = r;
	}
	if (flow != NULL)
		layout_top(
		    &left, MINIMUM(left.h, 1 + context_flow_draw(cv, left, flow,
						   CONTEXT_FLOW_NO_MARK, 0)));
	/* texts are long: below what stands at the side there is room */
	if (left.y >= side)
		left.w = w;
	if (left.h >= settings_rows(row))
		draw_settings(cv, left.y, left.x, left.w, row);
}

/* The call's way and what is wrong, for the row under the cursor. */
void
context_page_below(struct canvas *cv, struct rect r,
    const struct context_row *row, const struct context_page *p)
{
	char title[160];
	int top = 0;

	str_format(title, sizeof(title),
	    p->view == CONTEXT_VIEW_KEYS ? _("Keys pressed in %s today")
	    : p->view == CONTEXT_VIEW_ANSWERS
		? _("What was answered in %s today")
		: _("What a call with %s does"),
	    row->name);
	canvas_rule(cv, r.y, r.x, r.w, title);
	draw_tabs(cv, r, p->view);
	r = (struct rect){ r.y + 1, r.x + 1, r.h - 1, r.w - 2 };
	if (p->view == CONTEXT_VIEW_KEYS)
		keys_view_draw(cv, r, p->x, row->name, &top);
	else if (p->view == CONTEXT_VIEW_ANSWERS)
		draw_answers(cv, r, row, p->x, &top);
	else {
		draw_warning(cv, &r, row, p->x);
		below_flow(cv, r, row, p->flow);
	}
}

/* ---- details ---------------------------------------------------------- */

/* From line top on, scrolled as one; returns how many lines there are. */
static int
flow_page(struct canvas *cv, struct rect in, const struct context_row *row,
    const struct flow *flow, int top)
{
	struct rect clip = canvas_clip(cv, in);
	int w = in.w, y = in.y - top, side = 0;

	if (in.w >= WIDE) {
		w = in.w * 6 / 10;
		side = draw_side(cv,
		    (struct rect){ y, in.x + w + 3, in.h + top, in.w - w - 3 },
		    row);
	} else if (row->nproblems > 0)
		y +=
		    1 + draw_problems(cv, (struct rect){ y, in.x, 20, w }, row);
	if (flow != NULL)
		y += 1 +
		     context_flow_draw(cv,
			 (struct rect){ y, in.x, context_flow_rows(flow), w },
			 flow, CONTEXT_FLOW_NO_MARK, 0);
	/* texts are long: below what stands at the side there is room */
	if (y >= in.y - top + side)
		w = in.w;
	y = draw_settings(cv, y, in.x, w, row);
	y = MAXIMUM(y, in.y - top + side);
	if (in.w < WIDE) {
		canvas_text(cv, y, in.x, 15, STYLE(ROLE_DIM), _("used by"));
		canvas_text(cv, y++, in.x + 16, w - 16, STYLE(ROLE_TEXT),
		    row->users > 0 ? row->used : _("nobody"));
	}
	canvas_clip(cv, clip);
	return y + top - in.y;
}

static int
draw_view(struct canvas *cv, struct rect in, const struct context_row *row,
    const struct context_page *p)
{
	int rows, all;

	if (p->view == CONTEXT_VIEW_KEYS)
		return keys_view_draw(cv, in, p->x, row->name, p->top);
	if (p->view == CONTEXT_VIEW_ANSWERS)
		return draw_answers(cv, in, row, p->x, p->top);
	all = in.h;
	draw_warning(cv, &in, row, p->x);
	*p->top = MINIMUM(MAXIMUM(*p->top, 0), LINES);
	rows = flow_page(cv, in, row, p->flow, *p->top);
	if (*p->top > MAXIMUM(rows - in.h, 0)) {
		*p->top = MAXIMUM(rows - in.h, 0);
		canvas_fill(cv, in, STYLE_ON(ROLE_DEFAULT, ROLE_DEFAULT));
		flow_page(cv, in, row, p->flow, *p->top);
	}
	return rows + all - in.h;
}

/* A title, and what is below it. */
static struct rect
titled(struct canvas *cv, struct rect *r, int h, const char *title)
{
	struct rect part = layout_top(r, MAXIMUM(MINIMUM(h, r->h), 0));

	if (part.h > 0)
		canvas_rule(cv, part.y, part.x, part.w, title);
	layout_top(&part, MINIMUM(1, part.h));
	return part;
}

/* Everything, side by side. */
static int
draw_whole(struct canvas *cv, struct rect in, const struct context_row *row,
    const struct context_page *p)
{
	struct rect left = layout_left(&in, in.w / 2), part;
	int rows, w = left.w - 3, y, top = 0, n;

	*p->top = MINIMUM(MAXIMUM(*p->top, 0), LINES);
	n = draw_side(cv, (struct rect){ in.y, in.x, in.h / 3, in.w }, row);
	layout_top(&in, MINIMUM(n + 1, in.h));
	titled(cv, &in, 1, _("Keys pressed today"));
	n = row->asks ? in.h / 2 : in.h;
	part = (struct rect){ in.y, in.x, n, in.w };
	n = MINIMUM(n, keys_view_draw(cv, part, p->x, row->name, &top));
	layout_top(&in, MINIMUM(n + 1, in.h));
	if (row->asks) {
		top = 0;
		part = titled(cv, &in, in.h, _("Answers of today"));
		draw_answers(cv, part, row, p->x, &top);
	}
	rows = 1 + settings_rows(row) +
	       (p->flow != NULL ? context_flow_rows(p->flow) : 0);
	*p->top = MINIMUM(*p->top, MAXIMUM(rows - left.h, 0));
	part = canvas_clip(cv, (struct rect){ left.y, left.x, left.h, w });
	y = left.y - *p->top;
	if (p->flow != NULL)
		y += 1 + context_flow_draw(cv,
			     (struct rect){
				 y, left.x, context_flow_rows(p->flow), w },
			     p->flow, CONTEXT_FLOW_NO_MARK, 0);
	draw_settings(cv, y, left.x, w, row);
	canvas_clip(cv, part);
	return rows;
}

void
context_page_details(struct canvas *cv, struct rect r,
    const struct context_row *row, const struct context_page *p)
{
	struct rect in = { r.y + 1, r.x + 1, r.h - 1, r.w - 2 };
	bool whole = r.w >= WHOLE && r.h >= TALL;
	char title[160];
	int rows;

	str_format(
	    title, sizeof(title), _("Context %s   (Esc goes back)"), row->name);
	canvas_rule(cv, r.y, r.x, r.w, title);
	if (whole)
		rows = draw_whole(cv, in, row, p);
	else {
		draw_tabs(cv, r, p->view);
		rows = draw_view(cv, in, row, p);
	}
	if (*p->top < rows - in.h) {
		r = (struct rect){ r.y + r.h - 1, r.x, 1,
			whole ? in.w / 2 - 1 : r.w };
		canvas_fill(cv, r, STYLE_ON(ROLE_DEFAULT, ROLE_DEFAULT));
		canvas_right(
		    cv, r.y, r.x, r.w - 1, STYLE(ROLE_DIM), _(" Down: more "));
	}
}

/* ---- a dry run -------------------------------------------------------- */

static void
draw_transcript(struct canvas *cv, struct rect r, const struct context_dry *d)
{
	static const struct {
		const char *mark;
		uint8_t role, attr;
	} look[] = {
		[DRY_DID] = { ">", ROLE_ACCENT, 0 },
		[DRY_HEARD] = { "\xe2\x99\xaa", ROLE_TEXT, ATTR_BOLD },
		[DRY_DOES] = { " ", ROLE_TEXT, 0 },
		[DRY_END] = { "=", ROLE_TITLE, ATTR_BOLD },
	};
	size_t from = 0;

	if (d->nlines > (size_t)MAXIMUM(r.h, 0))
		from = d->nlines - (size_t)MAXIMUM(r.h, 0);
	for (size_t i = from; i < d->nlines; i++, r.y++) {
		int kind = (int)d->line[i].kind;
		struct style s = { look[kind].role, ROLE_KEEP,
			look[kind].attr };
		const char *mark = look[kind].mark;

		if (kind == DRY_HEARD && canvas_ascii(cv))
			mark = "~";
		canvas_text(cv, r.y, r.x, 2, s, mark);
		canvas_text(cv, r.y, r.x + 2, r.w - 2, s, d->line[i].text);
	}
}

void
context_page_dry(struct canvas *cv, struct rect r, const struct context_dry *d)
{
	struct context_flow_mark mark = context_dry_mark(d);
	char title[160], now[160], keys[400];
	int want = context_flow_rows(&d->f);
	struct rect head, tree;

	str_format(title, sizeof(title),
	    _("Dry run of %s: nobody is called   (Esc ends)"), d->f.context);
	canvas_rule(cv, r.y, r.x, r.w, title);
	layout_top(&r, 1);
	context_dry_now(d, now, sizeof(now), keys, sizeof(keys));
	head = layout_top(&r, 2);
	canvas_fill(cv, head, STYLE_ON(ROLE_TEXT, ROLE_BG_BAR));
	canvas_text(cv, head.y, head.x + 1, head.w - 2,
	    (struct style){ ROLE_STRONG, ROLE_BG_BAR, ATTR_BOLD }, now);
	canvas_text(cv, head.y + 1, head.x + 1, head.w - 2,
	    STYLE_ON(ROLE_ACCENT, ROLE_BG_BAR), keys);
	r.x++;
	r.w -= 2;
	if (r.w >= WHOLE - 2) {
		tree = layout_left(&r, r.w / 2);
		tree.w -= 3;
		context_flow_draw(cv, tree, &d->f, mark, 0);
		draw_transcript(cv, r, d);
		return;
	}
	/* the tree where at least as much is left for the transcript */
	if (r.h >= 2 * TREE) {
		tree = layout_top(&r, MINIMUM(want, r.h / 2));
		context_flow_draw(cv, tree, &d->f, mark, 0);
		layout_top(&r, 1);
	}
	draw_transcript(cv, r, d);
}
