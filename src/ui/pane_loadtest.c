/* SPDX-License-Identifier: MIT */
/*
 * pane_loadtest: what a load test is run with, the one that runs, and those
 * that were run with their verdicts.  Shows what the board, its jobs and the
 * engine's answers say; runs nothing itself.
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/layout.h"
#include "ui/loadtest_now.h"
#include "ui/loadtest_params.h"
#include "ui/loadtest_result.h"
#include "ui/table.h"
#include "ui/verbs.h"
#include "ui/view.h"

#define MAGIC 0x4c4f4144u /* "LOAD" */
#define MAX_S 10 /* age of the results */
#define WIDE  130 /* columns from which the report stands beside */

struct loadtest {
	uint32_t magic;
	struct loadtest_params params;
	bool editing;
	struct table table;
	json_t *doc; /* what rows was made of */
	char zone[64]; /* ... and for whom */
	struct loadtest_row *rows;
	size_t n;
	bool details;
	int top; /* of the report */
};

static void *
loadtest_init(void)
{
	struct loadtest *p = xcalloc(1, sizeof(*p));

	p->magic = MAGIC;
	loadtest_params_init(&p->params);
	table_init(&p->table, loadtest_result_cols, loadtest_result_ncols);
	p->table.number = "cps";
	return p;
}

static void
loadtest_free(void *self)
{
	struct loadtest *p = self;

	table_clear(&p->table);
	free(p->rows);
	json_decref(p->doc);
	free(p);
}

static json_t *
request(void)
{
	return verbs_request("loadtest", "results", NULL);
}

/* False: there is no answer (yet). */
static bool
load(struct loadtest *p, const struct pane_ctx *x, const char **why)
{
	const json_t *doc = feed_doc(x->feed, request(), MAX_S, why);
	const char *zone = x->zone != NULL ? x->zone : "";

	if (doc == NULL)
		return false;
	if (doc == p->doc && strcmp(p->zone, zone) == 0)
		return true;
	free(p->rows);
	json_decref(p->doc);
	p->doc = json_incref((json_t *)(uintptr_t)doc);
	str_copy(p->zone, sizeof(p->zone), zone);
	p->rows = loadtest_result_rows(doc, zone, x->b->now_ms, &p->n);
	return true;
}

static const struct loadtest_row *
under_cursor(struct loadtest *p)
{
	return table_row(&p->table, p->rows, p->n, sizeof(*p->rows));
}

/* ---- keys ------------------------------------------------------------- */

static void
ask_start(struct loadtest *p, const struct pane_ctx *x)
{
	char text[500], n[TEXT_NUM];
	double cps = loadtest_params_cps(&p->params);
	double minutes = loadtest_params_minutes(&p->params);
	const char *trunk = p->params.f[LOADTEST_FIELDS - 1].s;

	text_count((uint64_t)(cps * 60 * minutes), n);
	if (trunk[0] == '\0')
		str_format(text, sizeof(text),
		    _("%s calls leave, %.4g each second for %.4g minutes, to "
		      "the simulated carrier: nobody's telephone rings."),
		    n, cps, minutes);
	else
		str_format(text, sizeof(text),
		    _("%s calls leave, %.4g each second for %.4g minutes, over "
		      "trunk %s. They are real: telephones ring and calls are "
		      "paid, unless that trunk leads to a test switch."),
		    n, cps, minutes, trunk);
	view_ask(x->view, _("Start the load test?"), text,
	    loadtest_params_request(&p->params));
}

static void
ask_stop(const struct pane_ctx *x)
{
	const struct board_job *j = loadtest_now_job(x->b);

	if (j == NULL || j->state != 1) {
		view_tell(x->view, false, _("no load test runs"));
		return;
	}
	view_ask(x->view, _("Stop the load test?"),
	    _("No new call of it leaves; what was measured so far is its "
	      "result. It cannot be continued."),
	    verbs_request("loadtest", "stop", NULL));
}

static void
edit(struct loadtest *p, const struct pane_ctx *x, uint32_t code)
{
	switch (loadtest_params_key(&p->params, code)) {
	case LOADTEST_START:
		p->editing = false;
		ask_start(p, x);
		break;
	case LOADTEST_CANCEL:
		p->editing = false;
		break;
	case LOADTEST_MORE:
		break;
	}
}

static bool
cancel(struct loadtest *p)
{
	if (!p->details)
		return table_unfilter(&p->table);
	p->details = false;
	return true;
}

static bool
loadtest_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct loadtest *p = self;
	const char *why;

	if (p->editing) {
		edit(p, x, code);
		return true;
	}
	load(p, x, &why);
	switch (a) {
	case ACT_NEW:
	case ACT_EDIT:
		p->editing = true;
		p->details = false;
		return true;
	case ACT_HANGUP:
		ask_stop(x);
		return true;
	case ACT_DETAILS:
		if (under_cursor(p) == NULL)
			view_tell(x->view, false, _("there is no test here"));
		else
			p->details = !p->details;
		p->top = 0;
		return true;
	case ACT_FILTER:
		p->details = false;
		view_filter(x->view, &p->table);
		return true;
	case ACT_CANCEL:
		return cancel(p);
	default:
		if (p->details && table_scroll(a, &p->top))
			return true;
		return table_key(&p->table, a, p->rows, p->n, sizeof(*p->rows));
	}
}

static bool
loadtest_typing(const void *self)
{
	const struct loadtest *p = self;

	return p->editing;
}

static bool
loadtest_mouse(void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct loadtest *p = self;

	(void)x;
	if (p->editing || p->details ||
	    !table_click(
		&p->table, m->y, m->x, p->rows, p->n, sizeof(*p->rows)))
		return false;
	return m->y > p->table.drawn.y;
}

/* ---- drawing ---------------------------------------------------------- */

static void
draw_report(struct loadtest *p, struct canvas *cv, struct rect r,
    const struct loadtest_row *row, bool whole)
{
	struct loadtest_report rep;
	char title[200];
	int top = 0;

	str_format(title, sizeof(title),
	    whole ? _("Load test %s, %s   (Esc goes back)")
		  : _("Load test %s, %s   (Enter: all of it)"),
	    row->id, row->when);
	canvas_rule(cv, r.y, r.x, r.w, title);
	r = (struct rect){ r.y + 1, r.x + 1, r.h - 1, r.w - 2 };
	loadtest_result_report(&rep, row);
	loadtest_result_draw(&rep, cv, r, whole ? &p->top : &top);
	if (whole && p->top + r.h < (int)rep.n)
		canvas_right(cv, r.y - 1, r.x, r.w - 1, STYLE(ROLE_DIM),
		    _(" Down: more "));
	loadtest_result_clear(&rep);
}

static void
draw_results(struct loadtest *p, const struct pane_ctx *x, struct canvas *cv,
    struct rect r)
{
	const struct loadtest_row *row;
	struct rect top, list = r;
	const char *why, *note = NULL;
	char title[160];
	bool there = load(p, x, &why);

	if (r.h < 2)
		return;
	row = under_cursor(p);
	if (r.w >= WIDE && row != NULL) {
		list = layout_left(&r, r.w * 45 / 100);
		draw_report(p, cv, r, row, false);
	}
	top = layout_top(&list, 1);
	if (there)
		table_draw(&p->table, cv,
		    (struct rect){ list.y, list.x + 1, list.h, list.w - 2 },
		    p->rows, p->n, sizeof(*p->rows), !p->editing);
	table_title(&p->table, _("Earlier load tests"), p->n, list.h - 1, title,
	    sizeof(title));
	canvas_rule(cv, top.y, top.x, top.w, title);
	if (!there)
		note = why[0] != '\0' ? why : _("asking the engine for them");
	else if (p->n == 0)
		note = _("none yet: n sets the parameters and starts one");
	else if (p->table.shown == 0)
		note = _("none passes the filter; Esc drops it");
	if (note != NULL)
		canvas_wrap(cv,
		    (struct rect){ list.y + (there ? 1 : 0), list.x + 1, list.h,
			list.w - 2 },
		    STYLE(ROLE_DIM), note);
}

static void
loadtest_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct loadtest *p = self;
	const struct loadtest_row *row = NULL;
	struct rect upper, left;
	const char *why;

	if (load(p, x, &why))
		row = under_cursor(p);
	if (p->details && row != NULL) {
		draw_report(p, cv, r, row, true);
		return;
	}
	upper = layout_top(&r, LOADTEST_LINES + 2);
	left = layout_left(&upper, MAXIMUM(40, MINIMUM(76, r.w / 2)));
	canvas_rule(cv, left.y, left.x, left.w, _("Parameters"));
	loadtest_params_draw(&p->params, cv,
	    (struct rect){ left.y + 1, left.x + 1, left.h - 1, left.w - 2 },
	    p->editing);
	loadtest_now_draw(cv, upper, x->b);
	draw_results(p, x, cv, r);
}

/* ---- printing --------------------------------------------------------- */

static json_t *
loadtest_rows(const struct pane_ctx *x)
{
	const json_t *doc = feed_doc(x->feed, request(), MAX_S, NULL);
	const struct board_job *j = loadtest_now_job(x->b);
	struct loadtest_row *rows;
	json_t *o, *running = json_null();
	size_t n;

	rows = loadtest_result_rows(doc, x->zone, x->b->now_ms, &n);
	if (j != NULL && j->state == 1)
		running = json_pack("{s:s, s:s, s:I, s:I, s:f, s:f, s:f, s:I, "
				    "s:I}",
		    "what", j->what, "state", x->b->loadtest.state, "done",
		    (json_int_t)j->done, "total", (json_int_t)j->total, "cps",
		    x->b->loadtest.cps_10s, "target_cps", x->b->loadtest.target,
		    "worst_second", x->b->loadtest.worst, "concurrent",
		    (json_int_t)x->b->loadtest.concurrent, "attempted",
		    (json_int_t)x->b->loadtest.attempted);
	o = json_pack("{s:o, s:o}", "running",
	    running != NULL ? running : json_null(), "tests",
	    table_json(loadtest_result_cols, loadtest_result_ncols, rows, n,
		sizeof(*rows)));
	for (size_t i = 0; i < n; i++) {
		json_t *t = json_array_get(json_object_get(o, "tests"), i);

		json_object_set(
		    t, "result", json_object_get(rows[i].test, "result"));
		json_object_set(t, "parameters",
		    json_object_get(rows[i].test, "parameters"));
	}
	free(rows);
	return o;
}

static void
loadtest_print(const struct pane_ctx *x, struct buf *out)
{
	const char *why;
	const json_t *doc = feed_doc(x->feed, request(), MAX_S, &why);
	const struct board_job *j = loadtest_now_job(x->b);
	struct loadtest_row *rows;
	size_t n;

	if (j != NULL && j->state == 1)
		buf_fmt(out, _("running: %s, %.0f %% done\n\n"), j->what,
		    j->total > 0 ? 100 * (double)j->done / (double)j->total
				 : 0.0);
	if (doc == NULL) {
		buf_fmt(out, "%s\n", why);
		return;
	}
	rows = loadtest_result_rows(doc, x->zone, x->b->now_ms, &n);
	if (n == 0)
		buf_str(out, _("no load test was run yet\n"));
	else
		table_print(out, loadtest_result_cols, loadtest_result_ncols,
		    rows, n, sizeof(*rows));
	free(rows);
}

static bool
loadtest_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	struct loadtest *p = self;
	const struct loadtest_row *row;
	const char *why;

	row = load(p, x, &why) ? under_cursor(p) : NULL;
	return row != NULL && str_copy(out, size, row->id);
}

static void
loadtest_go(void *self, const struct pane_ctx *x, const char *name)
{
	struct loadtest *p = self;

	(void)x;
	p->editing = p->details = false;
	table_go(&p->table, name);
}

const struct pane pane_loadtest = {
	.word = "loadtest",
	.title = N_("Load test"),
	.scope = SCOPE_LOADTEST,
	.select = ACT_PANE_9,
	.init = loadtest_init,
	.key = loadtest_key,
	.typing = loadtest_typing,
	.mouse = loadtest_mouse,
	.draw = loadtest_draw,
	.rows = loadtest_rows,
	.print = loadtest_print,
	.under = loadtest_under,
	.go = loadtest_go,
	.free = loadtest_free,
};
