/* SPDX-License-Identifier: MIT */
/* section_graph: calls per second over time, out of the board's history. */
#include "ui/section.h"

#include <math.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"
#include "ui/when.h"

#define AXIS 4 /* columns of the figures at the left */

int
section_zoom_s(int zoom)
{
	static const int s[SECTION_ZOOMS] = { 1, 2, 5, 10, 30 };

	return s[zoom < 0 || zoom >= SECTION_ZOOMS ? 0 : zoom];
}

/* The second that lies ago seconds before the newest; NULL: no record. */
static const struct board_second *
second_at(const struct board *b, int ago)
{
	const struct board_second *newest, *s;
	uint32_t n = MINIMUM(b->nhist, BOARD_HISTORY);

	if (n == 0 || ago < 0 || ago >= (int)n || b->hist_head >= BOARD_HISTORY)
		return NULL;
	newest = &b->hist[b->hist_head];
	s = &b->hist[(b->hist_head + BOARD_HISTORY - (uint32_t)ago) %
		     BOARD_HISTORY];
	/* the ring has one row per second unless the engine was held up */
	return s->at_s != 0 && s->at_s <= newest->at_s ? s : NULL;
}

/* One dot of step seconds, its newest ago seconds before now. */
static struct chart_dot
dot_of(const struct board *b, enum graph_kind kind, int ago, int step,
    double *worst)
{
	struct chart_dot d = { NAN, NAN, false };
	double sum = 0, target = 0;
	int n = 0;

	for (int i = 0; i < step; i++) {
		const struct board_second *s = second_at(b, ago + i);

		if (s == NULL)
			continue;
		n++;
		sum += kind == GRAPH_CPS ? s->sent : s->concurrent;
		if (kind != GRAPH_CPS)
			continue;
		target = fmax(target, s->target);
		*worst = fmax(*worst, s->worst);
		if (s->worst > ceil((double)s->target) + 0.5 && s->target > 0)
			d.alarm = true;
	}
	if (n > 0) {
		d.area = (float)(sum / n);
		d.line = kind == GRAPH_CPS ? (float)target : NAN;
	}
	return d;
}

void
section_graph(struct canvas *cv, struct rect r, const struct board *b,
    enum graph_kind kind, int zoom, int back)
{
	struct chart_dot dots[2 * CANVAS_COLS_MAX];
	struct rect plot = { r.y + 1, r.x + AXIS + 1, r.h - 1, r.w - AXIS - 2 };
	int step = section_zoom_s(zoom), ty;
	double worst = 0, peak = 0, max;
	size_t n = chart_dots(cv, plot.w);
	char title[128], t[TEXT_NUM], w[WHEN_TEXT];

	if (plot.w <= 0 || plot.h <= 0)
		return;
	for (size_t i = 0; i < n; i++) {
		int ago = back + (int)(n - 1 - i) * step;

		dots[i] = dot_of(b, kind, ago, step, &worst);
		if (dots[i].area > peak)
			peak = dots[i].area;
		if (dots[i].line > peak)
			peak = dots[i].line;
	}
	max = chart_ceiling(fmax(peak, 1) * 1.02);
	text_span((int64_t)n * step, t);
	if (kind == GRAPH_CALLS)
		str_format(title, sizeof(title), _("Calls up, %s, peak %.0f"),
		    t, peak);
	else if (back > 0)
		str_format(title, sizeof(title),
		    _("CPS, %s until %s, worst second %.0f"), t,
		    when_near(b->timezone, b->now_ms - (int64_t)back * MS_PER_S,
			b->now_ms, w),
		    worst);
	else
		str_format(title, sizeof(title),
		    _("CPS, last %s, worst second %.0f"), t, worst);
	canvas_rule(cv, r.y, r.x, r.w, title);
	chart_graph(
	    cv, plot, dots, n, max, STYLE(ROLE_GRAPH), STYLE(ROLE_WARN));
	str_format(t, sizeof(t), "%g", max);
	canvas_right(cv, plot.y, r.x, AXIS, STYLE(ROLE_DIM), t);
	canvas_right(cv, plot.y + plot.h - 1, r.x, AXIS, STYLE(ROLE_DIM), "0");
	/* the target stands at its own height */
	ty = plot.y + plot.h - 1 - (int)(b->cps_target / max * plot.h - 0.01);
	if (kind == GRAPH_CPS && b->cps_target > 0 && ty > plot.y &&
	    ty < plot.y + plot.h - 1) {
		str_format(t, sizeof(t), "%g", round(b->cps_target));
		canvas_right(cv, ty, r.x, AXIS, STYLE(ROLE_WARN), t);
	}
	if (b->nhist == 0)
		canvas_text(cv, plot.y + plot.h / 2, plot.x + 2, plot.w - 2,
		    STYLE(ROLE_DIM), _("no calls yet"));
}
