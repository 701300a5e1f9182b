/* SPDX-License-Identifier: MIT */
/* call_ladder: steps -> cells. */
#include "ui/call_ladder.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/call_steps.h"
#include "ui/layout.h"
#include "ui/when.h"
#include "ui/words.h"

#define TIME_W   12 /* "14:03:22.120" */
#define SINCE_W  8
#define LANE_0   (TIME_W + SINCE_W + 5) /* of the first life line */
#define TEXT_MIN 36

struct lanes {
	int x[3], text, text_w;
};

/* Where the life lines stand in w columns. */
static void
place(int w, struct lanes *l)
{
	int gap = (w - LANE_0 - TEXT_MIN - 12) / 2;

	gap = MINIMUM(MAXIMUM(gap, 8), 16);
	for (int i = 0; i < 3; i++)
		l->x[i] = LANE_0 + i * gap;
	l->text = l->x[2] + 3;
	l->text_w = w - l->text;
	if (l->text_w < 12) {
		/* no room for lanes: times and words */
		l->text = TIME_W + SINCE_W + 3;
		l->text_w = w - l->text;
		l->x[0] = -1;
	}
}

/* Lines that a text takes: drawn where nothing can be seen. */
static int
lines_of(struct canvas *cv, const char *text, int w)
{
	struct rect clip = canvas_clip(cv, (struct rect){ 0, 0, 0, 0 });
	int n = canvas_wrap(cv, (struct rect){ 0, 0, 8, MAXIMUM(w, 1) },
	    STYLE(ROLE_TEXT), text);

	canvas_clip(cv, clip);
	return MAXIMUM(n, 1);
}

static void
draw_lanes(struct canvas *cv, int y, int h, int x, const struct lanes *l)
{
	for (int k = 0; l->x[0] >= 0 && k < h; k++)
		for (int i = 0; i < 3; i++)
			canvas_run(cv, y + k, x + l->x[i], 1, STYLE(ROLE_FRAME),
			    0x2502);
}

static void
draw_names(struct canvas *cv, int y, int x, const struct lanes *l)
{
	const char *const names[3] = { _("engine"), _("switch"), _("far end") };

	canvas_text(cv, y, x, TIME_W, STYLE(ROLE_DIM), _("time"));
	canvas_right(
	    cv, y, x + TIME_W + 1, SINCE_W, STYLE(ROLE_DIM), _("after"));
	for (int i = 0; l->x[0] >= 0 && i < 3; i++) {
		int w = MINIMUM(text_columns(names[i]), 8);

		canvas_text(
		    cv, y, x + l->x[i] - w / 2, w, STYLE(ROLE_DIM), names[i]);
	}
}

static void
draw_arrow(struct canvas *cv, int y, int x, const struct lanes *l,
    const struct call_step *p)
{
	struct style s = STYLE(p->role == ROLE_TEXT ? ROLE_GRAPH : p->role);
	int a = x + l->x[p->from], b = x + l->x[p->to];

	if (l->x[0] < 0)
		return;
	if (a == b)
		canvas_run(cv, y, a, 1, s, 0x25cf);
	else if (a < b) {
		canvas_run(cv, y, a + 1, b - a - 2, s, 0x2500);
		canvas_run(cv, y, b - 1, 1, s, 0x25b6);
	} else {
		canvas_run(cv, y, b + 1, 1, s, 0x25c0);
		canvas_run(cv, y, b + 2, a - b - 2, s, 0x2500);
	}
}

/* "14:03:22.120"; the day stands in the head. */
static void
time_text(const struct call_row *r, int64_t ms, char out[WHEN_TEXT])
{
	when_near(r->zone, ms, ms, out);
	str_format(out + 8, WHEN_TEXT - 8, ".%03d", (int)(ms % 1000));
}

static void
since_text(int64_t ms, char out[TEXT_NUM])
{
	char t[TEXT_NUM];

	if (ms < 60000)
		str_format(out, TEXT_NUM, "+%s", text_ms((double)ms, t));
	else
		str_format(out, TEXT_NUM, "+%s", text_span(ms / MS_PER_S, t));
}

/* One step at y, in h lines. */
static void
draw_step(struct canvas *cv, struct rect r, const struct lanes *l,
    const struct call_row *row, const struct call_step *p, int64_t before_ms)
{
	char t[WHEN_TEXT], d[TEXT_NUM];

	draw_lanes(cv, r.y, r.h, r.x, l);
	if (p->at_ms > 0) {
		time_text(row, p->at_ms, t);
		canvas_text(cv, r.y, r.x, TIME_W, STYLE(ROLE_TEXT), t);
	}
	if (p->at_ms > 0 && before_ms > 0) {
		since_text(p->at_ms - before_ms, d);
		canvas_right(cv, r.y, r.x + TIME_W + 1, SINCE_W,
		    STYLE(p->at_ms - before_ms >= 10000 ? ROLE_WARN : ROLE_DIM),
		    d);
	}
	draw_arrow(cv, r.y, r.x, l, p);
	canvas_wrap(cv, (struct rect){ r.y, r.x + l->text, r.h, l->text_w },
	    STYLE(p->role), p->what);
}

/* What goes on now, as the last line of a call that lives. */
static bool
now_step(const struct call_row *r, struct call_step *p)
{
	char t[TEXT_NUM];
	int64_t s;

	if (r->c->state >= CALL_ENDED)
		return false;
	memset(p, 0, sizeof(*p));
	p->role = r->stuck ? ROLE_WARN : ROLE_DIM;
	s = r->since_ms > 0 ? (r->now_ms - r->since_ms) / MS_PER_S : 0;
	text_span(MAXIMUM(s, 0), t);
	if (r->stuck && r->limit_s > 0)
		str_format(p->what, sizeof(p->what),
		    _("%s for %s: too long, %d s are normal"),
		    call_state_name(r->c->state), t, r->limit_s);
	else
		str_format(p->what, sizeof(p->what), _("%s for %s"),
		    call_state_name(r->c->state), t);
	return true;
}

static void
draw_now(struct canvas *cv, struct rect r, const struct lanes *l,
    const struct call_step *p)
{
	draw_lanes(cv, r.y, r.h, r.x, l);
	canvas_text(cv, r.y, r.x, TIME_W, STYLE(ROLE_DIM), _("now"));
	canvas_wrap(cv, (struct rect){ r.y, r.x + l->text, r.h, l->text_w },
	    p->role == ROLE_WARN ? STYLE_ON(ROLE_STRONG, ROLE_BG_WARN)
				 : STYLE(p->role),
	    p->what);
}

/* Who, whose, over what: two lines. */
static void
draw_head(struct canvas *cv, struct rect *r, const struct call_row *row)
{
	const struct row_call *c = row->c;
	char t[400], day[WHEN_TEXT];
	int64_t at = c->at_ms[CALL_ARMED];
	int x = r->x, w;

	w = canvas_text(cv, r->y, x, r->w, STYLE_BOLD(ROLE_STRONG), c->number);
	x += w + 2;
	canvas_text(cv, r->y, x, r->x + r->w - x, STYLE(ROLE_DIM), c->country);
	x += text_columns(c->country) + 2;
	if (c->state == CALL_ENDED && c->disposition[0] != '\0')
		canvas_text(cv, r->y, x, r->x + r->w - x,
		    STYLE_BOLD(call_end_role(c->disposition)),
		    words_disposition_of(c->disposition));
	else
		canvas_text(cv, r->y, x, r->x + r->w - x,
		    row->stuck ? STYLE_ON(ROLE_STRONG, ROLE_BG_WARN)
			       : STYLE_BOLD(call_state_role(c->state)),
		    call_state_name(c->state));
	if (at > 0)
		canvas_right(cv, r->y, r->x + r->w - 17, 17, STYLE(ROLE_DIM),
		    when_near(row->zone, at, row->now_ms, day));
	layout_top(r, 1);
	if (c->switch_name[0] != '\0')
		str_format(t, sizeof(t),
		    _("campaign %s, attempt %d, trunk %s on switch %s"),
		    c->campaign, c->attempt, c->trunk, c->switch_name);
	else
		str_format(t, sizeof(t), _("campaign %s, attempt %d, trunk %s"),
		    c->campaign, c->attempt, c->trunk);
	canvas_text(cv, r->y, r->x, r->w, STYLE(ROLE_TEXT), t);
	layout_top(r, 1);
}

/* The first step to show, so that the last ones are seen. */
static int
last_fitting(const int *h, int n, int room)
{
	int i = n;

	while (i > 0 && room >= h[i - 1])
		room -= h[--i];
	return MINIMUM(i, MAXIMUM(n - 1, 0));
}

void
call_ladder_draw(
    struct canvas *cv, struct rect r, const struct call_row *row, int *top)
{
	struct call_step v[CALL_STEPS], now;
	int n = (int)call_steps(row->c, v), h[CALL_STEPS + 1], all, first;
	bool lives = now_step(row, &now);
	struct rect clip = canvas_clip(cv, r);
	struct lanes l;
	int64_t before = 0;

	place(r.w, &l);
	draw_head(cv, &r, row);
	draw_names(cv, r.y, r.x, &l);
	layout_top(&r, 1);
	for (int i = 0; i < n; i++)
		h[i] = lines_of(cv, v[i].what, l.text_w);
	all = n;
	if (lives)
		h[all++] = lines_of(cv, now.what, l.text_w);
	first = last_fitting(h, all, r.h);
	if (top != NULL) {
		*top = MAXIMUM(MINIMUM(*top, first), 0);
		first = *top;
	}
	for (int i = 0; i < all && r.h > 0; i++) {
		struct rect line = r;

		if (i >= first) {
			line = layout_top(&r, MINIMUM(h[i], r.h));
			if (i < n)
				draw_step(cv, line, &l, row, &v[i], before);
			else
				draw_now(cv, line, &l, &now);
		}
		if (i < n && v[i].at_ms > 0)
			before = v[i].at_ms;
	}
	canvas_clip(cv, clip);
}
