/* SPDX-License-Identifier: MIT */
/* context_page: one context on the canvas.  Knows no keys and no requests. */
#include "ui/context_page.h"

#include <string.h>

#include "shared/spec.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/context_flow.h"
#include "ui/form_field.h"
#include "ui/layout.h"

#define WIDE     116 /* columns from which two things stand side by side */
#define SETTINGS 15 /* rows: the options of a context, and a gap */
#define BROAD    150 /* ... the tree and the transcript of a dry run */

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

static void
draw_side(struct canvas *cv, struct rect r, const struct context_row *row)
{
	int n;

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
	if (row->nproblems == 0 && r.h > 0)
		canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_GOOD), _("none"));
	draw_problems(cv, r, row);
}

/* All settings from row y on; returns the row behind them. */
static int
draw_settings(struct canvas *cv, int y, int x, int w, const json_t *o)
{
	char value[FORM_FIELD_TEXT];
	int vw = w >= 70 ? 30 : w - 18;

	for (size_t i = 0; i < spec_nrows; i++) {
		const struct spec_row *k = &spec_rows[i];

		if (strcmp(k->kind, "context") != 0)
			continue;
		form_field_show(
		    k, json_object_get(o, k->key), value, sizeof(value));
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

/* The call's way and what is wrong, for the row under the cursor. */
void
context_page_below(
    struct canvas *cv, struct rect r, const struct context_row *row)
{
	struct rect left = r;
	char title[160];
	int n;

	str_format(
	    title, sizeof(title), _("What a call with %s does"), row->name);
	canvas_rule(cv, r.y, r.x, r.w, title);
	r = (struct rect){ r.y + 1, r.x + 1, r.h - 1, r.w - 2 };
	if (r.w >= WIDE) {
		left = layout_left(&r, MAXIMUM(r.w * 6 / 10, 76));
		left.w -= 3;
		draw_side(cv, r, row);
	} else {
		/* the ten lines of the tree come first */
		n = draw_problems(cv,
		    (struct rect){
			r.y, r.x, MINIMUM(MAXIMUM(r.h - 10, 1), 4), r.w },
		    row);
		layout_top(&r, n);
		left = r;
	}
	if (row->good)
		layout_top(
		    &left, 1 + context_flow_draw(cv, left, &row->m, DRY_NONE));
	if (left.h >= SETTINGS)
		draw_settings(cv, left.y, left.x, left.w, row->object);
}

/* Returns how many rows there are in all. */
static int
details(
    struct canvas *cv, struct rect r, const struct context_row *row, int top)
{
	struct rect clip, in = { r.y + 1, r.x + 1, r.h - 1, r.w - 2 };
	int w = in.w, y = in.y - top;
	char title[160];

	str_format(
	    title, sizeof(title), _("Context %s   (Esc goes back)"), row->name);
	canvas_rule(cv, r.y, r.x, r.w, title);
	clip = canvas_clip(cv, in);
	if (r.w >= WIDE) {
		w = in.w / 2 - 1;
		draw_side(cv,
		    (struct rect){ in.y, in.x + w + 3, in.h, in.w - w - 3 },
		    row);
	} else if (row->nproblems > 0)
		y +=
		    1 + draw_problems(cv, (struct rect){ y, in.x, 20, w }, row);
	if (row->good)
		y += 1 + context_flow_draw(cv,
			     (struct rect){ y, in.x, CONTEXT_FLOW_LINES, w },
			     &row->m, DRY_NONE);
	y = draw_settings(cv, y, in.x, w, row->object);
	if (r.w < WIDE) {
		canvas_text(cv, y, in.x, 15, STYLE(ROLE_DIM), _("used by"));
		canvas_text(cv, y++, in.x + 16, w - 16, STYLE(ROLE_TEXT),
		    row->users > 0 ? row->used : _("nobody"));
	}
	canvas_clip(cv, clip);
	return y + top - in.y;
}

void
context_page_details(
    struct canvas *cv, struct rect r, const struct context_row *row, int *top)
{
	int rows, most;

	*top = MINIMUM(MAXIMUM(*top, 0), 200);
	rows = details(cv, r, row, *top);
	most = MAXIMUM(rows - (r.h - 1), 0);
	if (*top > most) {
		*top = most;
		canvas_fill(cv, r, STYLE_ON(ROLE_DEFAULT, ROLE_DEFAULT));
		details(cv, r, row, *top);
	}
	if (*top < most)
		canvas_right(
		    cv, r.y, r.x, r.w - 2, STYLE(ROLE_DIM), _(" Down: more "));
}

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
	char title[160], now[160], keys[160];
	struct rect head;
	int want;

	str_format(title, sizeof(title),
	    _("Dry run of %s: nobody is called   (Esc ends)"), d->c.name);
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
	if (r.w >= BROAD) {
		struct rect left = layout_left(&r, r.w / 2);

		left.w -= 3;
		context_flow_draw(cv, left, &d->c, d->state);
		draw_transcript(cv, r, d);
		return;
	}
	/* the tree where at least as much is left for the transcript */
	want = CONTEXT_FLOW_LINES - 2;
	if (r.h >= 2 * want)
		layout_top(&r, 1 + context_flow_draw(cv,
				       (struct rect){ r.y, r.x, want, r.w },
				       &d->c, d->state));
	draw_transcript(cv, r, d);
}
