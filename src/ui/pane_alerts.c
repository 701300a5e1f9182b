/* SPDX-License-Identifier: MIT */
/*
 * pane_alerts: what is wrong, what was, and who did what: alerts, the engine's
 * log and the audit trail, one after the other, or alerts above one of the
 * others where the screen is high.  Enter tells an alert whole, with what to
 * do about it.
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/log.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/alert_act.h"
#include "ui/alert_page.h"
#include "ui/layout.h"
#include "ui/log_rows.h"
#include "ui/table.h"
#include "ui/verbs.h"
#include "ui/view.h"

#define MAGIC 0x414c5254u /* "ALRT" */

#define HIGH      30 /* rows from which alerts stand above the log */
#define WIDE      150 /* columns from which an alert is told beside them */
#define PAGE_MIN  9 /* rows that are enough to tell of an alert */
#define AUDIT_AGE 5 /* seconds */

enum { V_ALERTS, V_LOG, V_AUDIT, NVIEWS };

struct alerts_pane {
	uint32_t magic;
	int v; /* where the cursor is */
	int below; /* V_LOG or V_AUDIT: what stands below the alerts */
	bool split; /* as it was drawn last */
	struct table t[NVIEWS];
	struct alert_row alerts[BOARD_ALERTS];
	struct log_row log[BOARD_LOG];
	struct audit_row audit[LOG_AUDIT_MAX];
	size_t n[NVIEWS];
	const char *why; /* there is no audit trail; "": it is asked for */
	bool have_audit;
	bool open; /* alert fills the pane */
	struct board_alert alert;
};

static void *
alerts_init(void)
{
	struct alerts_pane *p = xcalloc(1, sizeof(*p));

	p->magic = MAGIC;
	p->below = V_LOG;
	p->why = "";
	table_init(&p->t[V_ALERTS], alert_cols, alert_ncols);
	table_init(&p->t[V_LOG], log_cols, log_ncols);
	table_init(&p->t[V_AUDIT], audit_cols, audit_ncols);
	p->t[V_ALERTS].number = "lasts_s";
	return p;
}

static void
alerts_free(void *self)
{
	struct alerts_pane *p = self;

	for (int i = 0; i < NVIEWS; i++)
		table_clear(&p->t[i]);
	free(p);
}

static json_t *
audit_request(void)
{
	return json_pack("{s:s, s:[s], s:i}", "cmd", "audit", "args", "list",
	    "limit", LOG_AUDIT_MAX);
}

/* The rows of a view anew. */
static const void *
look(struct alerts_pane *p, const struct pane_ctx *x, int v, size_t *size)
{
	const json_t *data;

	switch (v) {
	case V_ALERTS:
		p->n[v] = alert_rows(x, p->alerts);
		*size = sizeof(p->alerts[0]);
		return p->alerts;
	case V_LOG:
		p->n[v] = log_rows(x, p->log);
		*size = sizeof(p->log[0]);
		return p->log;
	default:
		data = feed_doc(x->feed, audit_request(), AUDIT_AGE, &p->why);
		p->have_audit = data != NULL;
		p->n[v] = audit_rows(x, data, p->audit, LOG_AUDIT_MAX);
		*size = sizeof(p->audit[0]);
		return p->audit;
	}
}

static const void *
under_cursor(struct alerts_pane *p, const struct pane_ctx *x, int v)
{
	size_t size;
	const void *rows = look(p, x, v, &size);

	return table_row(&p->t[v], rows, p->n[v], size);
}

/* ---- keys -------------------------------------------------------------- */

/* The alert that is open, or under the cursor; NULL: none. */
static const struct board_alert *
meant(struct alerts_pane *p, const struct pane_ctx *x)
{
	const struct alert_row *r;

	if (p->open)
		return &p->alert;
	r = under_cursor(p, x, V_ALERTS);
	return r != NULL ? r->a : NULL;
}

static bool
details(struct alerts_pane *p, const struct pane_ctx *x)
{
	const void *row = under_cursor(p, x, p->v);

	if (row == NULL)
		return true;
	if (p->v == V_LOG)
		alert_act_log(x, row);
	else if (p->v == V_AUDIT)
		alert_act_audit(x, row);
	else {
		p->alert = *((const struct alert_row *)row)->a;
		p->open = true;
	}
	return true;
}

/* The rule that raised it: its threshold, how long, how severe. */
static bool
edit_rule(struct alerts_pane *p, const struct pane_ctx *x)
{
	const struct board_alert *a;

	if (p->v != V_ALERTS)
		return false;
	a = meant(p, x);
	if (a != NULL)
		view_edit(x->view, "alert_rule", a->rule);
	else
		view_tell(x->view, false, _("there is no alert here"));
	return true;
}

static bool
turn(struct alerts_pane *p, int by)
{
	p->open = false;
	p->v = (p->v + NVIEWS + by) % NVIEWS;
	if (p->v != V_ALERTS)
		p->below = p->v;
	return true;
}

static bool
cancel(struct alerts_pane *p)
{
	if (p->open)
		p->open = false;
	else
		return table_unfilter(&p->t[p->v]);
	return true;
}

static bool
alerts_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct alerts_pane *p = self;
	const void *rows;
	size_t size;

	(void)code;
	switch (a) {
	case ACT_ACK:
		/* elsewhere it is the newest alert that is meant */
		if (p->v != V_ALERTS)
			return false;
		alert_act_ack(x, meant(p, x));
		return true;
	case ACT_ACK_ALL:
		alert_act_all(x);
		return true;
	case ACT_VIEW:
	case ACT_RIGHT:
		return turn(p, 1);
	case ACT_LEFT:
		return turn(p, -1);
	case ACT_DETAILS:
		if (p->open)
			return cancel(p);
		return details(p, x);
	case ACT_EDIT:
		return edit_rule(p, x);
	case ACT_FILTER:
		p->open = false;
		view_filter(x->view, &p->t[p->v]);
		return true;
	case ACT_CANCEL:
		return cancel(p);
	default:
		break;
	}
	if (p->open)
		return false;
	rows = look(p, x, p->v, &size);
	return table_key(&p->t[p->v], a, rows, p->n[p->v], size);
}

static bool
alerts_mouse(void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct alerts_pane *p = self;
	const void *rows;
	size_t size;

	if (p->open)
		return false;
	for (int v = 0; v < NVIEWS; v++) {
		bool drawn =
		    p->split ? v == V_ALERTS || v == p->below : v == p->v;

		if (!drawn)
			continue;
		rows = look(p, x, v, &size);
		if (!table_click(&p->t[v], m->y, m->x, rows, p->n[v], size))
			continue;
		p->v = v;
		return m->y > p->t[v].drawn.y;
	}
	return false;
}

/* ---- drawing ----------------------------------------------------------- */

static const char *
view_name(int v)
{
	static const char *const names[NVIEWS] = { N_("alerts"), N_("log"),
		N_("audit") };

	return _(names[v]);
}

/*
 * "alerts  log  audit" at the right end of the first line of *r, which gets
 * narrower by it.
 */
static void
draw_names(struct alerts_pane *p, struct canvas *cv, struct rect *r)
{
	int x = r->x + r->w - 1, all = 1, w[NVIEWS];

	for (int v = 0; v < NVIEWS; v++) {
		w[v] = text_columns(view_name(v)) + 2;
		all += w[v];
	}
	if (all > r->w / 2)
		return;
	canvas_run(cv, r->y, x, 1, STYLE(ROLE_FRAME), 0x2500);
	for (int v = NVIEWS - 1; v >= 0; v--) {
		x -= w[v];
		canvas_textf(cv, r->y, x, w[v],
		    v == p->v ? STYLE_ON(ROLE_STRONG, ROLE_BG_SELECT)
			      : STYLE(ROLE_DIM),
		    " %s ", view_name(v));
	}
	r->w -= all;
}

static void
title_of(struct alerts_pane *p, const struct pane_ctx *x, int v, int rows,
    char *out, size_t size)
{
	static const char *const whats[NVIEWS] = { N_("Alerts"), N_("Log"),
		N_("Audit trail") };
	unsigned n[3], bad = 0, warn = 0;
	size_t k;

	table_title(&p->t[v], _(whats[v]), p->n[v], rows, out, size - 80);
	k = strlen(out);
	if (v == V_ALERTS) {
		alert_counts(x, n);
		str_format(out + k, size - k,
		    _("   %u active, %u acknowledged, %u over today"), n[0],
		    n[1], n[2]);
	} else if (v == V_LOG) {
		for (size_t i = 0; i < p->n[v]; i++) {
			bad += p->log[i].l->level == LOG_LVL_ERROR;
			warn += p->log[i].l->level == LOG_LVL_WARN;
		}
		str_format(out + k, size - k, _("   errors %u, warnings %u"),
		    bad, warn);
	}
}

static void
draw_empty(struct alerts_pane *p, int v, struct canvas *cv, struct rect r)
{
	const char *text = NULL;
	uint8_t role = ROLE_WARN;

	/* an old answer stays when a new one is refused */
	if (v == V_AUDIT && p->n[v] == 0 && p->why[0] != '\0')
		text = p->why;
	else if (v == V_AUDIT && !p->have_audit) {
		text = _("asking the engine ...");
		role = ROLE_ACCENT;
	} else if (p->n[v] > 0 && p->t[v].shown == 0)
		text = _("none passes the filter; Esc drops it");
	else if (p->n[v] == 0 && v == V_ALERTS) {
		text = _("no alerts: none is active, and none was lately");
		role = ROLE_GOOD;
	} else if (p->n[v] == 0) {
		text = _("nothing yet");
		role = ROLE_DIM;
	}
	layout_top(&r, 1);
	if (text != NULL)
		canvas_wrap(cv, r, STYLE(role), text);
}

static void
draw_view(struct alerts_pane *p, const struct pane_ctx *x, int v,
    struct canvas *cv, struct rect r, bool names)
{
	struct rect head = layout_top(&r, 1);
	size_t size;
	const void *rows = look(p, x, v, &size);
	char title[200];

	r.x++;
	r.w -= 2;
	table_draw(&p->t[v], cv, r, rows, p->n[v], size, v == p->v);
	draw_empty(p, v, cv, r);
	title_of(p, x, v, r.h - 1, title, sizeof(title));
	if (names)
		draw_names(p, cv, &head);
	canvas_rule(cv, head.y, head.x, head.w, title);
}

/* The alert that was opened, as it is now. */
static void
draw_open(struct alerts_pane *p, const struct pane_ctx *x, struct canvas *cv,
    struct rect r)
{
	struct rect head = layout_top(&r, 1);
	struct alert_row row = { .a = &p->alert,
		.zone = x->zone != NULL ? x->zone : "",
		.now_ms = x->b->now_ms };
	size_t n = alert_rows(x, p->alerts);

	for (size_t i = 0; i < n; i++) {
		const struct board_alert *a = p->alerts[i].a;

		if (a->since_ms == p->alert.since_ms &&
		    strcmp(a->rule, p->alert.rule) == 0 &&
		    strcmp(a->object, p->alert.object) == 0)
			p->alert = *a;
	}
	row.state = p->alert.ended_ms != 0   ? ALERT_OVER
		    : p->alert.acked_ms != 0 ? ALERT_ACKED
					     : ALERT_ACTIVE;
	canvas_rule(cv, head.y, head.x, head.w, _("Alert   (Esc goes back)"));
	r.x += 2;
	r.w = MINIMUM(r.w - 4, 100);
	if (r.h > 12)
		layout_top(&r, 1);
	alert_page(cv, r, &row);
}

/* The alert under the cursor, below the table where that leaves room. */
static void
draw_single(struct alerts_pane *p, const struct pane_ctx *x, struct canvas *cv,
    struct rect r)
{
	const struct alert_row *row;
	int h = (int)MINIMUM(x->b->nalerts, BOARD_ALERTS) + 3;
	struct rect top;

	if (p->v != V_ALERTS || h <= 3 || r.h - h < PAGE_MIN) {
		draw_view(p, x, p->v, cv, r, true);
		return;
	}
	top = layout_top(&r, h);
	draw_view(p, x, V_ALERTS, cv, top, true);
	row = under_cursor(p, x, V_ALERTS);
	if (row == NULL)
		return;
	canvas_rule(cv, r.y, r.x, r.w, _("What it is, what to do"));
	layout_top(&r, 1);
	r.x++;
	r.w -= 2;
	alert_page(cv, r, row);
}

/* Alerts above, the log or the audit trail below. */
static void
draw_split(struct alerts_pane *p, const struct pane_ctx *x, struct canvas *cv,
    struct rect r)
{
	const struct alert_row *row;
	struct rect top, side = { 0, 0, 0, 0 };
	int h = (int)MINIMUM(x->b->nalerts, BOARD_ALERTS) + 3;

	top = layout_top(&r, MAXIMUM(MINIMUM(h, r.h / 2), r.h / 3));
	if (top.w >= WIDE) {
		side = top;
		top = layout_left(&side, top.w * 6 / 10);
	}
	draw_view(p, x, V_ALERTS, cv, top, side.w == 0);
	if (side.w > 0) {
		struct rect head = layout_top(&side, 1);

		draw_names(p, cv, &head);
		canvas_rule(
		    cv, head.y, head.x, head.w, _("What it is, what to do"));
		layout_left(&side, 2);
		row = under_cursor(p, x, V_ALERTS);
		if (row != NULL && side.h > 4)
			alert_page(cv, side, row);
	}
	draw_view(p, x, p->below, cv, r, false);
}

static void
alerts_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct alerts_pane *p = self;

	p->split = r.h >= HIGH;
	if (p->open)
		draw_open(p, x, cv, r);
	else if (p->split)
		draw_split(p, x, cv, r);
	else
		draw_single(p, x, cv, r);
}

/* ---- other panes ------------------------------------------------------- */

/* The rule, as `:alert ack` wants it. */
static bool
alerts_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	struct alerts_pane *p = self;
	const struct board_alert *a = p->v == V_ALERTS ? meant(p, x) : NULL;

	if (a != NULL)
		str_copy(out, size, a->rule);
	return a != NULL;
}

/* name: a rule or an object: only alerts with that word. */
static void
alerts_go(void *self, const struct pane_ctx *x, const char *name)
{
	struct alerts_pane *p = self;
	struct table *t = &p->t[V_ALERTS];

	(void)x;
	p->open = false;
	p->v = V_ALERTS;
	str_format(t->filter, sizeof(t->filter),
	    strchr(name, ' ') != NULL ? "\"%s\"" : "%s", name);
}

const struct pane pane_alerts = {
	.word = "alerts",
	.title = N_("Alerts"),
	.scope = SCOPE_ALERTS,
	.select = ACT_PANE_0,
	.init = alerts_init,
	.key = alerts_key,
	.mouse = alerts_mouse,
	.draw = alerts_draw,
	.rows = log_json,
	.print = log_print,
	.under = alerts_under,
	.go = alerts_go,
	.free = alerts_free,
};
