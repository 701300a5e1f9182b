/* SPDX-License-Identifier: MIT */
/*
 * recycle: the next 48 hours from left to right, in the viewer's zone; where
 * there are less columns than hours, several hours in one.
 */
#include "ui/recycle.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/doc.h"
#include "ui/gauge.h"
#include "ui/iso.h"
#include "ui/layout.h"
#include "ui/when.h"

#define AHEAD   48
#define TALL    6
#define LABEL   10 /* "Sat 07:00 " */
#define HOUR_MS (3600 * MS_PER_S)

/* Contacts by per hours from now on; returns the most in one of them. */
static double
hours_of(const json_t *doc, int64_t now, int per, double v[AHEAD])
{
	double most = 0;
	json_t *o;
	size_t i;

	memset(v, 0, AHEAD * sizeof(v[0]));
	json_array_foreach (json_object_get(doc, "recycle"), i, o) {
		int64_t k, at = iso_of(o, "at");

		if (at == 0)
			continue;
		k = MAXIMUM(at / HOUR_MS - now / HOUR_MS, 0) / per;
		if (k < AHEAD / per)
			v[k] += (double)doc_count(o, "contacts");
	}
	for (int k = 0; k < AHEAD / per; k++)
		most = MAXIMUM(most, v[k]);
	return most;
}

/* Hours below the columns; one hour is step / per wide. */
static void
draw_axis(const struct pane_ctx *x, struct canvas *cv, struct rect r, int step,
    int per)
{
	int64_t now = x->b->now_ms;
	char w[WHEN_TEXT], *colon;
	int every = 6;

	while (every * step / per < LABEL && every < AHEAD)
		every *= 2;
	for (int k = 0; k < AHEAD; k += every) {
		int64_t at = now + k * HOUR_MS;
		int col = k * step / per;
		int room = MINIMUM(every * step / per, r.w - col);

		/* to the hour, as it is counted */
		when_near(x->zone, at - at % HOUR_MS, now, w);
		colon = strchr(w, ':');
		if (colon != NULL && strlen(colon) > 3)
			colon[3] = '\0';
		if ((int)strlen(w) <= room)
			canvas_text(
			    cv, r.y, r.x + col, room, STYLE(ROLE_DIM), w);
	}
}

void
recycle_draw(const struct pane_ctx *x, struct canvas *cv, struct rect r,
    const json_t *doc)
{
	char t[200], n[TEXT_NUM], later[TEXT_NUM];
	double v[AHEAD], most;
	struct rect area;
	int step, used, per = 1;

	if (r.h <= 0 || r.w <= 0)
		return;
	while (AHEAD / per > r.w && per < AHEAD)
		per *= 2;
	most = hours_of(doc, x->b->now_ms, per, v);
	str_format(t, sizeof(t), _("due now %s   after 48 h %s"),
	    text_count(doc_count(doc, "due_now"), n),
	    text_count(doc_count(doc, "later"), later));
	used = canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_TEXT), t);
	if (per == 1)
		str_format(t, sizeof(t), _("at most %s an hour"),
		    text_count((uint64_t)most, n));
	else
		str_format(t, sizeof(t), _("at most %s in %d hours"),
		    text_count((uint64_t)most, n), per);
	if (most > 0 && used + 2 + text_columns(t) <= r.w)
		canvas_right(cv, r.y, r.x, r.w, STYLE(ROLE_DIM), t);
	layout_top(&r, 1);
	if (r.h <= 0)
		return;
	if (most <= 0) {
		canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_DIM),
		    _("nobody in the next 48 hours"));
		return;
	}
	area = r;
	area.h = MAXIMUM(MINIMUM(r.h - 1, TALL), 1);
	step = gauge_columns(
	    cv, area, v, (size_t)(AHEAD / per), most, 3, STYLE(ROLE_GRAPH));
	layout_top(&r, area.h);
	if (r.h > 0)
		draw_axis(x, cv, r, step, per);
}
