/* SPDX-License-Identifier: MIT */
/* loadtest_now: cells from the board; asks nobody. */
#include "ui/loadtest_now.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"
#include "ui/layout.h"

#define LABEL    9 /* columns */
#define REST_MAX 3e9 /* seconds; of a job that has hardly begun */

/* Set-up times that a good switch and line stay under, ms. */
#define SETUP_P50 300
#define SETUP_P95 500
#define SETUP_P99 1000

/* What jobs/loadtest*.c says that it does. */
static const char *const states[] = { N_("starting an engine of its own"),
	N_("loading numbers"), N_("ramping up"), N_("holding the pace"),
	N_("waiting for the last calls"), N_("judging"), N_("clearing away") };

static const char *
state_text(const char *state)
{
	for (size_t i = 0; i < nitems(states); i++)
		if (strcmp(states[i], state) == 0)
			return _(states[i]);
	return state[0] != '\0' ? state : _("starting");
}

const struct board_job *
loadtest_now_job(const struct board *b)
{
	const struct board_job *last = NULL;

	for (uint32_t i = 0; i < MINIMUM(b->njobs, BOARD_JOBS); i++) {
		const struct board_job *j = &b->jobs[i];

		if (j->state == 0 || strncmp(j->what, "loadtest", 8) != 0)
			continue;
		if (j->state == 1)
			return j;
		if (last == NULL || j->ended_ms > last->ended_ms)
			last = j;
	}
	return last;
}

static void
draw_setup(struct canvas *cv, int y, int x, int w, const char *label, double ms,
    double most)
{
	char a[TEXT_NUM], b[TEXT_NUM];
	bool good = ms >= 0 && ms <= most;
	int bar = w - 8 - 10 - 18;

	canvas_text(cv, y, x, 7, STYLE(ROLE_DIM), label);
	canvas_right(cv, y, x + 7, 9,
	    STYLE_BOLD(ms < 0 ? ROLE_DIM : ROLE_ACCENT), text_ms(ms, a));
	if (bar >= 8)
		chart_bar(cv, y, x + 18, bar, ms < 0 ? 0 : ms / most,
		    STYLE(good ? ROLE_GOOD : ROLE_BAD), STYLE(ROLE_FRAME));
	x += bar >= 8 ? 18 + bar + 1 : 18;
	if (ms < 0)
		canvas_textf(cv, y, x, 18, STYLE(ROLE_DIM), _("wanted %s"),
		    text_ms(most, b));
	else
		canvas_textf(cv, y, x, 18, STYLE(good ? ROLE_GOOD : ROLE_BAD),
		    good ? _("within %s") : _("OVER %s"), text_ms(most, b));
}

static void
draw_line(struct canvas *cv, int y, struct rect r, const char *label,
    struct style st, const char *text)
{
	canvas_text(cv, y, r.x, LABEL, STYLE(ROLE_DIM), label);
	canvas_text(cv, y, r.x + LABEL + 1, r.w - LABEL - 1, st, text);
}

/* What the test's own engine does, as its job told the board. */
static void
draw_live(struct canvas *cv, struct rect r, const struct board_loadtest *t)
{
	char up[TEXT_NUM], n[TEXT_NUM], text[200];
	bool over = t->worst > t->target + 0.999;

	if (r.h < 3)
		return;
	str_format(
	    text, sizeof(text), _("%.1f of %.1f"), t->cps_10s, t->target);
	draw_line(cv, r.y, r, _("CPS"), STYLE_BOLD(ROLE_ACCENT), text);
	str_format(text, sizeof(text),
	    over ? _("%.0f in one second: OVER") : _("%.0f in one second"),
	    t->worst);
	draw_line(cv, r.y + 1, r, _("at most"),
	    STYLE(over ? ROLE_BAD : ROLE_TEXT), text);
	str_format(text, sizeof(text), _("%s up of %s placed"),
	    text_count(t->concurrent, up), text_count(t->attempted, n));
	draw_line(cv, r.y + 2, r, _("calls"), STYLE(ROLE_TEXT), text);
	if (r.h < 7)
		return;
	canvas_text(cv, r.y + 4 - (r.h < 8), r.x, r.w, STYLE(ROLE_TITLE),
	    _("Set-up time, last 10 minutes"));
	r.y += 2 - (r.h < 8);
	draw_setup(cv, r.y + 3, r.x, r.w, "p50", t->setup_p50, SETUP_P50);
	draw_setup(cv, r.y + 4, r.x, r.w, "p95", t->setup_p95, SETUP_P95);
	draw_setup(cv, r.y + 5, r.x, r.w, "p99", t->setup_p99, SETUP_P99);
}

/* Returns the rows it took. */
static int
draw_job(struct canvas *cv, struct rect r, const struct board *b,
    const struct board_job *j)
{
	double frac = j->total > 0 ? (double)j->done / (double)j->total : 0;
	double rest;
	int64_t ran = (b->now_ms - j->started_ms) / MS_PER_S;
	char left[TEXT_NUM], took[TEXT_NUM];
	int w = r.w - 7;

	frac = MINIMUM(frac, 1.0);
	canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_TEXT), j->what);
	chart_bar(
	    cv, r.y + 1, r.x, w, frac, STYLE(ROLE_GRAPH), STYLE(ROLE_FRAME));
	canvas_textf(cv, r.y + 1, r.x + w + 1, 6, STYLE_BOLD(ROLE_ACCENT),
	    "%3.0f %%", frac * 100);
	text_span(ran > 0 ? ran : 0, took);
	rest = frac > 0 && ran > 0 ? (double)ran * (1 - frac) / frac : 0;
	rest = MINIMUM(rest, REST_MAX);
	if (j->started_ms <= 0)
		canvas_textf(cv, r.y + 2, r.x, r.w, STYLE(ROLE_DIM),
		    _("by %s; x stops it"), j->user);
	else if (frac > 0)
		canvas_textf(cv, r.y + 2, r.x, r.w, STYLE(ROLE_TEXT),
		    _("%s left, %s run; x stops it"),
		    text_span((int64_t)rest, left), took);
	else
		canvas_textf(cv, r.y + 2, r.x, r.w, STYLE(ROLE_TEXT),
		    _("%s run; x stops it"), took);
	return 4;
}

static void
draw_idle(struct canvas *cv, struct rect r, const struct board_job *j)
{
	static const char *const how[] = { "", "", N_("done"), N_("failed"),
		N_("stopped") };
	int n;

	if (j == NULL) {
		canvas_wrap(cv, r, STYLE(ROLE_DIM),
		    _("No load test runs.\n\nn goes to the parameters at the "
		      "left; C-s there starts one, after a question. While it "
		      "runs its pace and set-up times stand here; its verdict "
		      "joins the list below."));
		return;
	}
	canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_TEXT), j->what);
	n = canvas_text(cv, r.y + 1, r.x, r.w,
	    STYLE_BOLD(j->state == 2 ? ROLE_GOOD : ROLE_BAD),
	    j->state < nitems(how) ? _(how[j->state]) : "");
	canvas_wrap(cv,
	    (struct rect){ r.y + 1, r.x + n + 1, r.h - 1, r.w - n - 1 },
	    STYLE(ROLE_TEXT), j->result);
}

void
loadtest_now_draw(struct canvas *cv, struct rect r, const struct board *b)
{
	const struct board_job *j = loadtest_now_job(b);
	bool runs = j != NULL && j->state == 1;
	struct board_loadtest t;

	canvas_rule(cv, r.y, r.x, r.w,
	    runs        ? _("Running")
	    : j != NULL ? _("The last one")
			: _("Now"));
	r = (struct rect){ r.y + 1, r.x + 1, r.h - 1, r.w - 2 };
	if (!runs) {
		draw_idle(cv, r, j);
		return;
	}
	layout_top(&r, draw_job(cv, r, b, j));
	/* Its words come from the job: no more is believed than shown. */
	t = b->loadtest;
	canvas_text(
	    cv, r.y - 1, r.x, r.w, STYLE(ROLE_DIM), state_text(t.state));
	if (t.attempted > 0)
		draw_live(cv, r, &t);
}
