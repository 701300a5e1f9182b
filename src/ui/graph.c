/* SPDX-License-Identifier: MIT */
/*
 * graph: dots out of seconds, kept by their place in time so that a second is
 * added up once; charts out of dots.  Draws nothing that was not recorded: a
 * gap stays a gap.
 */
#include "ui/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/rows.h"
#include "shared/scope.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"
#include "ui/graph_past.h"
#include "ui/when.h"

#define AXIS     4 /* columns of the figures at the left */
#define BACK_MAX (400 * 86400LL) /* seconds; nothing is kept for longer */
#define MARKS    256 /* of one screen */
#define WORDS    12 /* least columns for a mark's text */

static const int steps[] = { 1, 2, 5, 10, 30, 60, 300, 900 };

int
graph_step(const struct graph *g)
{
	return steps[(size_t)g->zoom < nitems(steps) ? g->zoom : 0];
}

bool
graph_key(struct graph *g, const struct pane_ctx *x, enum keys_action a)
{
	int64_t now_s = x->b->now_ms / MS_PER_S, step = g->shown_s / 4;

	step = MAXIMUM(step, 10);
	switch (a) {
	case ACT_GRAPH_BACK:
		g->end_s = (g->end_s == 0 ? now_s : g->end_s) - step;
		g->end_s = MAXIMUM(g->end_s, now_s - BACK_MAX);
		g->end_s = MAXIMUM(g->end_s, 1);
		return true;
	case ACT_GRAPH_FORWARD:
		if (g->end_s != 0 && (g->end_s += step) >= now_s)
			g->end_s = 0;
		return true;
	case ACT_GRAPH_ZOOM:
		g->zoom = (g->zoom + 1) % (int)nitems(steps);
		return true;
	case ACT_CANCEL:
		if (g->end_s == 0)
			return false;
		g->end_s = 0;
		return true;
	default:
		return false;
	}
}

static void
add_second(struct graph_dot *d, const struct board_second *s)
{
	d->n++;
	d->sent += (float)s->sent;
	d->concurrent += (float)s->concurrent;
	d->target = fmaxf(d->target, s->target);
	d->worst = fmaxf(d->worst, s->worst);
	d->asr = s->asr;
	d->ner = s->ner;
}

/* Add up what the shared file has of that bucket. */
static void
fill(struct graph_dot *d, const struct pane_ctx *x, int64_t bucket, int step)
{
	int64_t now_s = x->b->now_ms / MS_PER_S, from = bucket * step;
	struct board_second s;

	*d = (struct graph_dot){ .bucket = bucket, .asr = -1, .ner = -1 };
	/* a week must not be looked for in a file of a day */
	for (int64_t t = MAXIMUM(from, now_s - ROWS_DAY);
	     t < from + step && t <= now_s; t++)
		if (feed_second(x->feed, t, &s))
			add_second(d, &s);
	if (d->n > 0) {
		d->sent /= (float)d->n;
		d->concurrent /= (float)d->n;
	}
	/* the newest seconds may still come */
	d->whole = from + step + 2 < now_s;
}

/* Room for the n dots of the broadest chart, and no more: many watch. */
static void
make_room(struct graph *g, size_t n)
{
	size_t room = (n + 31) / 32 * 32;

	if (n <= g->room)
		return;
	free(g->dot);
	g->dot = xcalloc(room, sizeof(*g->dot));
	g->room = room;
}

void
graph_clear(struct graph *g)
{
	free(g->dot);
	g->dot = NULL;
	g->room = 0;
	for (int i = 0; i < GRAPH_NKIND; i++) {
		free(g->kept[i].part);
		g->kept[i].part = NULL;
	}
}

static const struct graph_dot *
dot_at(struct graph *g, struct graph_block *k, const struct pane_ctx *x,
    int64_t bucket)
{
	int step = graph_step(g);
	struct graph_dot *d = &g->dot[(uint64_t)bucket % g->room];

	/* another engine's file may have what the one before had not */
	if (g->step_made != step ||
	    feed_other_engine(x->b->started_ms, g->engine_ms)) {
		memset(g->dot, 0, g->room * sizeof(*g->dot));
		g->step_made = step;
	}
	g->engine_ms = x->b->started_ms;
	if (bucket <= 0)
		return NULL;
	if (d->bucket != bucket || !d->whole) {
		fill(d, x, bucket, step);
		/* older than the file: the database knows it less finely */
		if (d->n == 0) {
			int r = graph_past(k, x, bucket * step, step, d);

			d->n = r > 0;
			d->whole = d->whole && r >= 0;
		}
	}
	return d;
}

struct drawn {
	struct chart_dot dots[GRAPH_DOTS];
	size_t n;
	double peak, worst;
	int recorded;
	bool past; /* some of it from the database */
};

static void
collect(struct graph *g, struct graph_block *k, const struct pane_ctx *x,
    enum graph_kind kind, int64_t last, size_t n, struct drawn *out)
{
	out->n = n;
	out->peak = out->worst = 0;
	out->recorded = 0;
	out->past = false;
	for (size_t i = 0; i < n; i++) {
		const struct graph_dot *d =
		    dot_at(g, k, x, last - (int64_t)(n - 1 - i));
		struct chart_dot *c = &out->dots[i];

		*c = (struct chart_dot){ NAN, NAN, false };
		if (d == NULL || d->n == 0)
			continue;
		out->recorded++;
		out->past |= d->past;
		out->worst = fmax(out->worst, d->worst);
		if (kind == GRAPH_CPS) {
			c->area = d->sent;
			c->line = d->target;
			c->alarm = d->target > 0 &&
				   d->worst > ceil((double)d->target) + 0.5;
		} else if (kind == GRAPH_CALLS)
			c->area = d->concurrent;
		else {
			c->area = d->asr >= 0 ? d->asr * 100 : NAN;
			c->line = d->ner >= 0 ? d->ner * 100 : NAN;
		}
		if (c->area > out->peak)
			out->peak = c->area;
		if (c->line > out->peak)
			out->peak = c->line;
	}
}

static void
title_of(const struct graph *g, const struct pane_ctx *x, enum graph_kind kind,
    const struct drawn *w, char *out, size_t size)
{
	char t[TEXT_NUM], u[WHEN_TEXT];

	/* each chart has its own breadth, and so its own time */
	text_span((int64_t)w->n * graph_step(g), t);
	when_near(x->zone, g->end_s * MS_PER_S, x->b->now_ms, u);
	if (kind == GRAPH_CALLS && g->end_s == 0)
		str_format(
		    out, size, _("Calls up, last %s, peak %.0f"), t, w->peak);
	else if (kind == GRAPH_CALLS)
		str_format(out, size, _("Calls up, %s until %s, peak %.0f"), t,
		    u, w->peak);
	else if (kind == GRAPH_QUALITY && g->end_s == 0)
		str_format(
		    out, size, _("ASR filled, NER line, last %s, in %%"), t);
	else if (kind == GRAPH_QUALITY)
		str_format(out, size,
		    _("ASR filled, NER line, %s until %s, in %%"), t, u);
	else if (w->past && g->end_s == 0)
		str_format(out, size, _("CPS, last %s, peak %.1f"), t, w->peak);
	else if (w->past)
		str_format(
		    out, size, _("CPS, %s until %s, peak %.1f"), t, u, w->peak);
	else if (g->end_s == 0)
		str_format(out, size, _("CPS, last %s, worst second %.0f"), t,
		    w->worst);
	else
		str_format(out, size, _("CPS, %s until %s, worst second %.0f"),
		    t, u, w->worst);
}

static char
mark_letter(const char *kind)
{
	return strcmp(kind, "brake") == 0         ? 'B'
	       : strcmp(kind, "config") == 0      ? 'c'
	       : strcmp(kind, "start") == 0       ? '*'
	       : kind[0] == 'c' && kind[1] == 'a' ? 'S'
						  : 'C';
}

/*
 * Marks in [from_ms, to_ms), oldest first: the board's own, and from the
 * engine those that are too old for it.
 */
static size_t
find_marks(const struct graph *g, struct graph_block *k,
    const struct pane_ctx *x, int64_t from_ms, int64_t to_ms,
    struct board_mark out[MARKS])
{
	const struct board *b = x->b;
	uint32_t n = MINIMUM(b->nmarks, BOARD_MARKS);
	int64_t since = b->started_ms;
	size_t found = 0;

	/* a full ring has lost what came before its oldest */
	if (n == BOARD_MARKS)
		since = b->marks[(b->mark_head + 1) % BOARD_MARKS].at_ms;
	if (from_ms < since && (g->end_s != 0 || g->zoom > 0))
		found = graph_past_marks(k, x, from_ms, MINIMUM(since, to_ms),
		    graph_step(g), out, MARKS - BOARD_MARKS);
	for (uint32_t i = n; i-- > 0;) {
		const struct board_mark *m =
		    &b->marks[(b->mark_head + BOARD_MARKS - i) % BOARD_MARKS];

		if (m->at_ms > 0 && m->at_ms >= from_ms && m->at_ms < to_ms)
			out[found++] = *m;
	}
	return found;
}

/* What the newest one was, beside its letter, where no other letter stands. */
static void
draw_newest(struct canvas *cv, struct rect plot, const struct pane_ctx *x,
    const struct board_mark *m, int col, int before)
{
	int left = col - before - 2, right = plot.x + plot.w - col - 2, w;
	char t[WHEN_TEXT], text[160];

	when_near(x->zone, m->at_ms, x->b->now_ms, t);
	str_format(text, sizeof(text), "%s %s", t, m->text);
	w = text_columns(text);
	if (MAXIMUM(left, right) < WORDS)
		return;
	if (right >= w || right > left)
		canvas_text(
		    cv, plot.y + plot.h, col + 2, right, STYLE(ROLE_DIM), text);
	else
		canvas_right(cv, plot.y + plot.h, col - 1 - MINIMUM(w, left),
		    MINIMUM(w, left), STYLE(ROLE_DIM), text);
}

/* A letter under the second in which something was changed. */
static void
draw_marks(struct graph *g, struct graph_block *k, struct canvas *cv,
    struct rect plot, const struct pane_ctx *x, int64_t last)
{
	static struct board_mark m[MARKS]; /* 34 KB; one thread */
	int step = graph_step(g), per = canvas_ascii(cv) ? 1 : 2;
	int before = plot.x - 1, col = -1;
	int64_t first = last - (int64_t)plot.w * per + 1;
	size_t n = find_marks(
	    g, k, x, first * step * MS_PER_S, (last + 1) * step * MS_PER_S, m);

	for (size_t i = 0; i < n; i++) {
		int64_t ago = last - m[i].at_ms / MS_PER_S / step;
		char c[2] = { mark_letter(m[i].kind), '\0' };
		int at = plot.x + plot.w - 1 - (int)(ago / per);

		if (at != col)
			before = MAXIMUM(before, col);
		col = at;
		canvas_text(cv, plot.y + plot.h, col, 1,
		    STYLE_BOLD(c[0] == 'B' ? ROLE_BAD : ROLE_ACCENT), c);
	}
	if (n > 0)
		draw_newest(cv, plot, x, &m[n - 1], col, before);
}

static void
draw(struct graph *g, struct canvas *cv, struct rect r,
    const struct pane_ctx *x, enum graph_kind kind)
{
	static struct drawn w; /* 12 KB; one thread */
	struct graph_block block = { 0 };
	bool marks = kind == GRAPH_CPS && r.h >= 8;
	struct rect plot = { r.y + 1, r.x + AXIS + 1, r.h - 1 - marks,
		r.w - AXIS - 2 };
	int step = graph_step(g), ty = -1;
	int64_t last, now_s = x->b->now_ms / MS_PER_S;
	size_t n = MINIMUM(chart_dots(cv, plot.w), GRAPH_DOTS);
	char title[160], t[TEXT_NUM];
	double max;

	if (plot.w <= 0 || plot.h <= 0)
		return;
	make_room(g, n);
	/* the running second is not over */
	last = (g->end_s == 0 ? now_s - 1 : g->end_s) / step;
	if (kind == GRAPH_CPS)
		g->shown_s = (int64_t)n * step;
	collect(g, &block, x, kind, last, n, &w);
	max =
	    kind == GRAPH_QUALITY ? 100 : chart_ceiling(fmax(w.peak, 1) * 1.02);
	title_of(g, x, kind, &w, title, sizeof(title));
	canvas_rule(cv, r.y, r.x, r.w, title);
	chart_graph(cv, plot, w.dots, n, max, STYLE(ROLE_GRAPH),
	    STYLE(kind == GRAPH_QUALITY ? ROLE_GOOD : ROLE_WARN));
	str_format(t, sizeof(t), "%g", max);
	canvas_right(cv, plot.y, r.x, AXIS, STYLE(ROLE_DIM), t);
	canvas_right(cv, plot.y + plot.h - 1, r.x, AXIS, STYLE(ROLE_DIM), "0");
	/* the target stands at its own height */
	if (x->b->cps_target > 0 && x->b->cps_target <= max)
		ty = plot.y + plot.h - 1 -
		     (int)(x->b->cps_target / max * plot.h - 0.01);
	if (kind == GRAPH_CPS && g->end_s == 0 && ty > plot.y &&
	    ty < plot.y + plot.h - 1) {
		str_format(t, sizeof(t), "%g", round(x->b->cps_target));
		canvas_right(cv, ty, r.x, AXIS, STYLE(ROLE_WARN), t);
	}
	if (marks)
		draw_marks(g, &block, cv, plot, x, last);
	if (w.recorded == 0)
		canvas_text(cv, plot.y + plot.h / 2, plot.x + 2, plot.w - 2,
		    STYLE(ROLE_DIM),
		    scope_on()      ? _("limited to campaigns: not shown")
		    : g->end_s == 0 ? _("no calls yet")
				    : _("nothing is recorded of this time"));
}

/*
 * Ten frames a second, one new dot: the picture of the running time, as far as
 * it comes from the engine's memory, is kept until the next second.
 */
void
graph_draw(struct graph *g, struct canvas *cv, struct rect r,
    const struct pane_ctx *x, enum graph_kind kind)
{
	const struct board *b = x->b;
	struct graph_kept *k = &g->kept[kind];
	struct graph_key key;

	/* with its padding: it is compared as bytes */
	memset(&key, 0, sizeof(key));
	key.r = r;
	key.zoom = g->zoom;
	key.rows = canvas_rows(cv);
	key.cols = canvas_cols(cv);
	key.ascii = canvas_ascii(cv);
	key.now_s = b->now_ms / MS_PER_S;
	key.started_ms = b->started_ms;
	key.target = b->cps_target;
	key.nhist = b->nhist;
	key.hist_head = b->hist_head;
	key.nmarks = b->nmarks;
	key.mark_head = b->mark_head;
	key.lang = lang_used();
	if (k->part != NULL && g->end_s == 0 && x->state == BOARD_LIVE &&
	    memcmp(&key, &k->key, sizeof(key)) == 0) {
		canvas_put_back(cv, k->part);
		return;
	}
	draw(g, cv, r, x, kind);
	free(k->part);
	k->part = NULL;
	if (g->end_s != 0 || x->state != BOARD_LIVE ||
	    GRAPH_DOTS * (int64_t)graph_step(g) > ROWS_DAY)
		return;
	k->key = key;
	k->part = canvas_keep(cv, r);
}
