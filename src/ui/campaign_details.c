/* SPDX-License-Identifier: MIT */
/*
 * campaign_details: sections of a campaign, each in its own rectangle with a
 * heading, what matters first, so that a small one shows the essentials.
 */
#include "ui/campaign_details.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/cols.h"
#include "ui/doc.h"
#include "ui/gauge.h"
#include "ui/layout.h"
#include "ui/recycle.h"
#include "ui/verbs.h"
#include "ui/when.h"
#include "ui/words.h"

#define DOC_AGE_S  15 /* counts of today */
#define CONF_AGE_S 60

struct facts {
	const struct pane_ctx *x;
	const struct board_campaign *c;
	const json_t *doc, *conf; /* NULL: not known */
	const char *why; /* no doc: the engine's reason, "" */
};

/* False, and it is said why: there is no answer of the engine (yet). */
static bool
have_doc(const struct facts *f, struct canvas *cv, struct rect *r)
{
	if (f->doc != NULL)
		return true;
	if (r->h > 0)
		canvas_text(cv, r->y, r->x, r->w, STYLE(ROLE_DIM),
		    f->why[0] != '\0' ? f->why : _("the engine is asked ..."));
	return false;
}

/* ---- funnel ----------------------------------------------------------- */

enum { DIALLED, ANSWERED, HUMAN, KEY, CONNECTED, STEPS };

/* -1: not known. */
static void
funnel_of(const struct facts *f, double v[STEPS])
{
	const struct board_count *n = &f->c->n;

	v[DIALLED] = (double)n->attempted;
	v[ANSWERED] = (double)n->answered;
	v[HUMAN] =
	    n->answered > n->machine ? (double)(n->answered - n->machine) : 0;
	v[CONNECTED] = (double)n->connected;
	v[KEY] = -1;
	if (f->doc == NULL)
		return;
	/* the answer is some seconds old, the board is not */
	v[KEY] = (double)doc_count(json_object_get(f->doc, "funnel"), "key");
	v[KEY] = MAXIMUM(v[KEY], v[CONNECTED]);
}

static void
draw_funnel(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	static const char *const names[STEPS] = { N_("dialled"), N_("answered"),
		N_("a person"), N_("key pressed"), N_("connected") };
	double v[STEPS], before = -1;
	char n[TEXT_NUM], p[TEXT_NUM];

	gauge_title(cv, &r, _("Today, % of the step before"));
	funnel_of(f, v);
	for (int i = 0; i < STEPS; i++) {
		double part = -1;

		if (v[i] >= 0 && before > 0)
			part = MINIMUM(v[i] / before, 1.0);
		gauge_line(cv, &r, &gauge_lines, _(names[i]),
		    v[i] > 0 && v[DIALLED] > 0 ? v[i] / v[DIALLED] : 0,
		    STYLE(i == CONNECTED ? ROLE_GOOD : ROLE_GRAPH),
		    v[i] >= 0 ? text_count((uint64_t)v[i], n) : "?",
		    part >= 0 ? text_rate(part, p) : "");
		if (v[i] >= 0)
			before = v[i];
	}
}

/* ---- what holds it ---------------------------------------------------- */

static void
draw_brake(const struct facts *f, struct canvas *cv, struct rect *r)
{
	const struct board_brake *k = &f->c->brake;
	double v = cols_evidence(k);
	bool off = k->state[0] == '\0' || strcmp(k->state, "released") == 0;
	char t[200], w[2][WHEN_TEXT];
	int64_t now = f->x->b->now_ms;

	if (off)
		str_copy(t, sizeof(t), words_brake(k->state));
	else if (k->next_ms > 0)
		str_format(t, sizeof(t), _("%s since %s, probes %s"),
		    words_brake(k->state),
		    when_near(f->x->zone, k->since_ms, now, w[0]),
		    when_near(f->x->zone, k->next_ms, now, w[1]));
	else
		str_format(t, sizeof(t), _("%s since %s"),
		    words_brake(k->state),
		    when_near(f->x->zone, k->since_ms, now, w[0]));
	gauge_text(cv, r, GAUGE_LABEL, _("Brake"),
	    off ? STYLE(ROLE_GOOD) : STYLE_ON(ROLE_STRONG, ROLE_BG_BAD), t);
	if (v < 0 || r->h <= 0)
		return;
	str_format(
	    t, sizeof(t), _("%.1f of %.1f"), (double)k->llr, (double)k->up);
	canvas_text(
	    cv, r->y, r->x, GAUGE_LABEL, STYLE(ROLE_DIM), _("Evidence"));
	gauge_evidence(cv, r->y, r->x + GAUGE_LABEL + 1,
	    r->w - GAUGE_LABEL - 16, (double)k->down, (double)k->up,
	    (double)k->llr,
	    STYLE(v > 0.9   ? ROLE_BAD
		  : v > 0.6 ? ROLE_WARN
			    : ROLE_GOOD));
	canvas_right(cv, r->y, r->x + r->w - 14, 14, STYLE(ROLE_TEXT), t);
	layout_top(r, 1);
}

static void
draw_gate(const struct facts *f, struct canvas *cv, struct rect *r,
    const struct board_gate *g)
{
	char t[160], n[TEXT_NUM], w[WHEN_TEXT], span[TEXT_NUM];
	int64_t now = f->x->b->now_ms;

	t[0] = '\0';
	if (g->opens_ms > 0) {
		when_near(f->x->zone, g->opens_ms, now, w);
		text_span(MAXIMUM(g->opens_ms - now, 0) / MS_PER_S, span);
	}
	text_count(g->contacts, n);
	if (g->contacts > 0 && g->opens_ms > 0 && r->w < 56)
		str_format(t, sizeof(t), _("%s until %s"), n, w);
	else if (g->contacts > 0 && g->opens_ms > 0)
		str_format(
		    t, sizeof(t), _("%s contacts until %s, in %s"), n, w, span);
	else if (g->contacts > 0)
		str_format(t, sizeof(t), _("%s contacts"), n);
	else if (g->opens_ms > 0)
		str_format(t, sizeof(t), _("until %s, in %s"), w, span);
	else
		str_copy(t, sizeof(t), _("closed"));
	gauge_text(
	    cv, r, GAUGE_LABEL, words_gate(g->name), STYLE(ROLE_WARN), t);
}

static void
draw_hold(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	const struct board_campaign *c = f->c;
	struct campaign_row row = { f->x->b, c, f->x->zone };
	char why[400], n[3][TEXT_NUM];
	struct rect top;
	int used = 1;

	gauge_title(cv, &r, _("Why it dials, or not"));
	if (r.h <= 0)
		return;
	cols_campaign_why(&row, why, sizeof(why));
	top = r;
	top.h = MINIMUM(r.h, 2);
	if (why[0] != '\0')
		used = canvas_wrap(cv, top, STYLE_BOLD(ROLE_WARN), why);
	else if (strcmp(c->state, "running") == 0)
		canvas_textf(cv, r.y, r.x, r.w, STYLE(ROLE_GOOD),
		    _("it dials: %s up, %s armed, %s ready"),
		    text_count(c->concurrent, n[0]), text_count(c->armed, n[1]),
		    text_count(c->ready, n[2]));
	else
		canvas_textf(cv, r.y, r.x, r.w, STYLE(ROLE_DIM),
		    _("it is %s; calls up: %s"), words_state(c->state),
		    text_count(c->concurrent, n[0]));
	layout_top(&r, MAXIMUM(used, 1));
	draw_brake(f, cv, &r);
	for (uint32_t i = 0; i < c->ngates && i < BOARD_GATES; i++)
		draw_gate(f, cv, &r, &c->gates[i]);
}

/* ---- dispositions ----------------------------------------------------- */

static void
draw_dispositions(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	gauge_title(cv, &r, _("What its calls came to today"));
	gauge_dispositions(cv, r, f->c->disp);
}

static void
draw_recycle(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	gauge_title(cv, &r, _("Waiting to be called again, by hour"));
	if (have_doc(f, cv, &r))
		recycle_draw(f->x, cv, r, f->doc);
}

/* ---- what it used ----------------------------------------------------- */

static void
draw_trunks(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	const json_t *dids = json_object_get(f->doc, "dids");
	char n[TEXT_NUM], p[TEXT_NUM], t[120];
	json_t *o;
	uint64_t most = 0;
	size_t i;

	gauge_title(cv, &r, _("Trunks and caller IDs used today"));
	if (!have_doc(f, cv, &r))
		return;
	json_array_foreach (json_object_get(f->doc, "trunks"), i, o)
		most = MAXIMUM(most, doc_count(o, "calls"));
	json_array_foreach (json_object_get(f->doc, "trunks"), i, o) {
		uint64_t calls = doc_count(o, "calls");

		gauge_line(cv, &r, &gauge_lines, doc_text(o, "trunk"),
		    cols_rate(calls, most), STYLE(ROLE_GRAPH),
		    text_count(calls, n),
		    text_rate(cols_rate(doc_count(o, "answered"), calls), p));
	}
	if (most == 0) {
		if (r.h > 0)
			canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_DIM),
			    _("no calls yet today"));
		return;
	}
	str_format(t, sizeof(t), _("%s caller IDs; the most used:"),
	    text_count(doc_count(dids, "used"), n));
	if (r.h > 0)
		canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_DIM), t);
	layout_top(&r, 1);
	most = 0;
	json_array_foreach (json_object_get(dids, "top"), i, o)
		most = MAXIMUM(most, doc_count(o, "calls"));
	json_array_foreach (json_object_get(dids, "top"), i, o) {
		uint64_t calls = doc_count(o, "calls");

		if (!gauge_line(cv, &r, &gauge_lines, doc_text(o, "number"),
			cols_rate(calls, most), STYLE(ROLE_GRAPH),
			text_count(calls, n),
			text_rate(
			    cols_rate(doc_count(o, "answered"), calls), p)))
			break;
	}
}

static void
draw_keys(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	char n[TEXT_NUM], p[TEXT_NUM], label[64];
	uint64_t sum = 0;
	json_t *o;
	size_t i;

	gauge_title(cv, &r, _("Keys pressed and attempts today"));
	if (!have_doc(f, cv, &r))
		return;
	json_array_foreach (json_object_get(f->doc, "keys"), i, o)
		sum += doc_count(o, "calls");
	json_array_foreach (json_object_get(f->doc, "keys"), i, o) {
		uint64_t calls = doc_count(o, "calls");

		str_format(
		    label, sizeof(label), _("key %s"), doc_text(o, "key"));
		gauge_line(cv, &r, &gauge_lines, label, cols_rate(calls, sum),
		    STYLE(ROLE_GRAPH), text_count(calls, n),
		    text_rate(cols_rate(calls, sum), p));
	}
	if (sum == 0 && r.h > 0) {
		canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_DIM),
		    _("nobody has pressed a key yet today"));
		layout_top(&r, 1);
	}
	sum = 0;
	json_array_foreach (json_object_get(f->doc, "attempts"), i, o)
		sum += doc_count(o, "calls");
	json_array_foreach (json_object_get(f->doc, "attempts"), i, o) {
		uint64_t calls = doc_count(o, "calls");

		str_format(label, sizeof(label), _("attempt %d"),
		    (int)doc_count(o, "attempt"));
		/* the note is its ASR: later attempts answer less */
		gauge_line(cv, &r, &gauge_lines, label, cols_rate(calls, sum),
		    STYLE(ROLE_GRAPH), text_count(calls, n),
		    text_rate(cols_rate(doc_count(o, "answered"), calls), p));
	}
}

/* ---- limits ----------------------------------------------------------- */

/* "a, b, c" of an array of texts. */
static const char *
joined(const json_t *a, char *out, size_t size)
{
	json_t *o;
	size_t i, k = 0;

	out[0] = '\0';
	json_array_foreach (a, i, o) {
		const char *s = json_string_value(o);

		str_format(out + k, size - k, "%s%s", k > 0 ? ", " : "",
		    s != NULL ? s : "");
		k = strlen(out);
	}
	return out;
}

static void
draw_limits(const void *facts, struct canvas *cv, struct rect r)
{
	const struct facts *f = facts;
	const struct board_campaign *c = f->c;
	char t[600];

	gauge_title(cv, &r, _("Limits"));
	str_format(t, sizeof(t), _("%.1f/%.1f, max %.1f"), c->actual_cps,
	    c->target_cps, c->max_cps);
	gauge_text(cv, &r, GAUGE_LABEL, _("CPS"), STYLE(ROLE_TEXT), t);
	gauge_text(
	    cv, &r, GAUGE_LABEL, _("Profile"), STYLE(ROLE_TEXT), c->profile);
	gauge_text(cv, &r, GAUGE_LABEL, _("Context"), STYLE(ROLE_TEXT),
	    c->context[0] != '\0' ? c->context : _("each country's own"));
	if (f->conf == NULL)
		return;
	gauge_text(cv, &r, GAUGE_LABEL, _("Trunks"), STYLE(ROLE_TEXT),
	    joined(json_object_get(f->conf, "trunks"), t, sizeof(t)));
	str_format(t, sizeof(t), _("%s to %s, %s, inside each country's"),
	    doc_text(f->conf, "call_from"), doc_text(f->conf, "call_to"),
	    doc_text(f->conf, "weekdays"));
	gauge_text(cv, &r, GAUGE_LABEL, _("Hours"), STYLE(ROLE_TEXT), t);
	str_format(t, sizeof(t), _("at most %d a contact, order %s"),
	    (int)doc_count(f->conf, "max_attempts"),
	    doc_text(f->conf, "order"));
	gauge_text(cv, &r, GAUGE_LABEL, _("Attempts"), STYLE(ROLE_TEXT), t);
	if (json_array_size(json_object_get(f->conf, "lists")) > 0)
		gauge_text(cv, &r, GAUGE_LABEL, _("Lists"), STYLE(ROLE_TEXT),
		    joined(json_object_get(f->conf, "lists"), t, sizeof(t)));
}

/* ---- all together ----------------------------------------------------- */

static int
array_rows(const struct facts *f, const char *key)
{
	return (int)json_array_size(json_object_get(f->doc, key));
}

static void
draw_parts(const struct facts *f, struct canvas *cv, struct rect r)
{
	int gates = (int)MINIMUM(f->c->ngates, BOARD_GATES), top;
	/* minima: what a section is useless without; later ones go first */
	struct gauge_section funnel = { draw_funnel, 1 + STEPS, 1 + STEPS };
	struct gauge_section hold = { draw_hold, 4 + MINIMUM(gates, 3),
		6 + gates };
	struct gauge_section disps = { draw_dispositions, 6, 1 + DISP_NKIND };
	struct gauge_section recycle = { draw_recycle, 5, 9 };
	struct gauge_section trunks = { draw_trunks, 4, 0 };
	struct gauge_section keys = { draw_keys, 3, 0 };
	struct gauge_section limits = { draw_limits, 4, 8 };

	top = (int)json_array_size(
	    json_object_get(json_object_get(f->doc, "dids"), "top"));
	trunks.want = MAXIMUM(4, 2 + array_rows(f, "trunks") + top);
	keys.want =
	    MAXIMUM(3, 1 + array_rows(f, "keys") + array_rows(f, "attempts"));
	if (r.w >= 150) {
		struct rect left = layout_left(&r, r.w / 3), mid;

		mid = layout_left(&r, r.w / 2);
		left.w -= 2;
		mid.w -= 2;
		gauge_sections(f, cv, left,
		    (struct gauge_section[]){ funnel, hold, limits }, 3);
		gauge_sections(
		    f, cv, mid, (struct gauge_section[]){ disps, recycle }, 2);
		gauge_sections(
		    f, cv, r, (struct gauge_section[]){ keys, trunks }, 2);
	} else if (r.w >= 76) {
		struct rect left = layout_left(&r, r.w / 2);

		left.w -= 2;
		gauge_sections(f, cv, left,
		    (struct gauge_section[]){ hold, funnel, limits, keys }, 4);
		gauge_sections(f, cv, r,
		    (struct gauge_section[]){ disps, recycle, trunks }, 3);
	} else
		gauge_sections(f, cv, r,
		    (struct gauge_section[]){
			hold, funnel, disps, recycle, limits, trunks, keys },
		    7);
}

void
campaign_details_draw(const struct pane_ctx *x, struct canvas *cv,
    struct rect r, const struct board_campaign *c)
{
	struct facts f = { .x = x, .c = c, .why = "" };

	if (x->feed != NULL) {
		f.doc = feed_doc(x->feed,
		    verbs_request("details", "campaign", c->name), DOC_AGE_S,
		    &f.why);
		f.conf = feed_doc(x->feed,
		    verbs_request("show", "campaign", c->name), CONF_AGE_S,
		    NULL);
	}
	if (json_is_array(f.conf))
		f.conf = json_array_get(f.conf, 0);
	/* an answer of another shape is none */
	if (!json_is_array(json_object_get(f.doc, "recycle")))
		f.doc = NULL;
	if (!json_is_string(json_object_get(f.conf, "call_from")))
		f.conf = NULL;
	if (f.why == NULL)
		f.why = "";
	r.x++;
	r.w -= 2;
	draw_parts(&f, cv, r);
}
