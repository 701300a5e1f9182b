/* SPDX-License-Identifier: MIT */
/* keys_view: columns for the table, warnings above it, a graph in each line. */
#include "ui/keys_view.h"

#include <stdlib.h>
#include <string.h>

#include "shared/scope.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"
#include "ui/cols.h"
#include "ui/layout.h"
#include "ui/table.h"

#define WARNINGS 3 /* above the table, at most */
#define WARN_H   2 /* lines of one, and as many of what to do */

/* The rows of a table are pointers to the rows of the feed. */
#define K(row) (*(const struct row_key *const *)(row))

/* ---- which ------------------------------------------------------------- */

static int
by_weight(const void *pa, const void *pb)
{
	const struct row_key *a = K(pa), *b = K(pb);
	int c = (b->advice[0] != '\0') - (a->advice[0] != '\0');

	if (c == 0)
		c = strcmp(a->country, b->country);
	if (c == 0)
		c = strcmp(a->context, b->context);
	if (c == 0)
		c = (b->presses > a->presses) - (b->presses < a->presses);
	return c != 0 ? c : strcmp(a->key, b->key);
}

/* New array of *n; the caller frees. */
static const struct row_key **
pick(const struct row_key *rows, size_t *n, const char *context)
{
	const struct row_key **v =
	    xcalloc(*n + 1, sizeof(const struct row_key *));
	size_t k = 0;

	for (size_t i = 0; i < *n; i++)
		if (rows[i].country[0] != '\0' &&
		    (context == NULL || strcmp(rows[i].context, context) == 0))
			v[k++] = &rows[i];
	qsort(v, k, sizeof(v[0]), by_weight);
	*n = k;
	return v;
}

const struct row_key *
keys_view_worst(const struct row_key *rows, size_t n, const char *context)
{
	const struct row_key *worst = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct row_key *r = &rows[i];

		if (r->country[0] != '\0' && r->advice[0] != '\0' &&
		    (context == NULL || strcmp(r->context, context) == 0) &&
		    (worst == NULL || r->machine_low > worst->machine_low))
			worst = r;
	}
	return worst;
}

/* ---- words ------------------------------------------------------------- */

static const struct {
	const char *word, *text;
	uint8_t role;
} leads[] = {
	{ "connect", N_("connects"), ROLE_GOOD },
	{ "optout", N_("opts out"), ROLE_WARN },
	{ "answer", N_("an answer"), ROLE_ACCENT },
	{ "repeat", N_("repeats"), ROLE_TEXT },
	{ "go", N_("goes on"), ROLE_TEXT },
	{ "invalid", N_("invalid"), ROLE_DIM },
	{ "early", N_("not heard"), ROLE_DIM },
};

static double
share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : -1;
}

static uint64_t
suspect(const struct row_key *r)
{
	return (uint64_t)r->early + r->on_machine;
}

bool
keys_view_warning(const struct row_key *r, char *out, size_t size)
{
	char all[TEXT_NUM], bad[TEXT_NUM], talks[TEXT_NUM], brief[TEXT_NUM];

	out[0] = '\0';
	if (r->advice[0] == '\0')
		return false;
	str_format(out, size,
	    _("%s: key %s connects machines: %s of %s connections look like "
	      "one (at least %.0f %% for sure), %s of %s talks were short."),
	    r->country, r->key, text_count(r->connects_machine, bad),
	    text_count(r->connects, all), 100 * (double)r->machine_low,
	    text_count(r->short_talks, brief), text_count(r->connected, talks));
	return true;
}

bool
keys_view_action(const struct row_key *r, char *out, size_t size)
{
	out[0] = '\0';
	if (r->advice[0] == '\0')
		return false;
	if (r->better[0] == '\0')
		str_format(out, size,
		    _("No other key is free: let context %s detect machines "
		      "and hang up on them."),
		    r->context);
	else if (r->states != 0)
		str_format(out, size,
		    _("No machine presses %s: let it lead there instead, in "
		      "the states of context %s."),
		    r->better, r->context);
	else
		str_format(out, size,
		    _("No machine presses %s: set context %s connect_key=%s"),
		    r->better, r->context, r->better);
	return true;
}

/* ---- columns ----------------------------------------------------------- */

static void
c_country(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->country);
}

static void
c_context(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->context);
}

static const char *
w_key(const void *row)
{
	return K(row)->key;
}

/* Warned of: a sign, too, for colour alone says nothing. */
static void
c_key(const void *row, struct table_cell *o)
{
	bool bad = K(row)->advice[0] != '\0';

	str_format(o->text, sizeof(o->text), "%s%s",
	    bad ? "\xe2\x96\xb2 " : "  ", K(row)->key);
	o->fg = bad ? ROLE_BAD : ROLE_STRONG;
	o->attr = ATTR_BOLD;
}

static const char *
w_leads(const void *row)
{
	return K(row)->leads;
}

static void
c_leads(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->leads);
	for (size_t i = 0; i < nitems(leads); i++)
		if (strcmp(leads[i].word, K(row)->leads) == 0) {
			str_copy(o->text, sizeof(o->text), _(leads[i].text));
			o->fg = leads[i].role;
		}
}

#define COUNT(fn, expr)                                                        \
	static void fn(const void *row, struct table_cell *o)                  \
	{                                                                      \
		cols_put_count(o, expr);                                       \
	}
COUNT(c_presses, K(row)->presses)
COUNT(c_invalid, K(row)->invalid)
COUNT(c_early, K(row)->early)
COUNT(c_on_machine, K(row)->on_machine)
COUNT(c_connects, K(row)->connects)
COUNT(c_connects_machine, K(row)->connects_machine)
COUNT(c_connected, K(row)->connected)
COUNT(c_short, K(row)->short_talks)

static void
put_suspicion(struct table_cell *o, double rate, bool bad)
{
	cols_put_rate(o, rate);
	if (bad) {
		o->fg = ROLE_BAD;
		o->attr = ATTR_BOLD;
	} else if (rate == 0)
		o->fg = ROLE_DIM;
}

static void
c_suspect(const void *row, struct table_cell *o)
{
	put_suspicion(o, share(suspect(K(row)), K(row)->presses),
	    K(row)->advice[0] != '\0');
}

static void
c_machines(const void *row, struct table_cell *o)
{
	put_suspicion(o, share(K(row)->connects_machine, K(row)->connects),
	    K(row)->advice[0] != '\0');
}

static void
c_low(const void *row, struct table_cell *o)
{
	put_suspicion(
	    o, (double)K(row)->machine_low, K(row)->advice[0] != '\0');
}

static void
c_short_share(const void *row, struct table_cell *o)
{
	put_suspicion(o, share(K(row)->short_talks, K(row)->connected), false);
}

static void
c_mean(const void *row, struct table_cell *o)
{
	const struct row_key *r = K(row);
	double ms = r->asked > 0 ? (double)r->ms / r->asked : -1;
	char t[TEXT_NUM];

	o->numeric = true;
	o->num = ms;
	str_copy(o->text, sizeof(o->text), text_ms(ms, t));
	if (ms < 0)
		o->fg = ROLE_DIM;
}

static void
c_advice(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->advice);
}

static void
c_better(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->better);
}

/* Room for a graph, which draw_graphs() puts there. */
static void
c_after(const void *row, struct table_cell *o)
{
	(void)row;
	memset(o->text, ' ', ROW_KEY_SECONDS);
	o->text[ROW_KEY_SECONDS] = '\0';
}

/* CONTEXT goes where there is only one, AFTER where nothing is drawn. */
enum { CONTEXT, AFTER = 17 };
static const struct table_col cols[] = {
	{ "context", N_("Context"), TEXT_LEFT, 7, 20, 1, c_context },
	{ "country", N_("Country"), TEXT_LEFT, 7, 16, 0, c_country },
	{ "key", N_("Key"), TEXT_LEFT, 3, 3, 0, c_key, NULL, NULL, w_key },
	{ "leads", N_("Leads to"), TEXT_LEFT, 8, 12, 2, c_leads, NULL, NULL,
	    w_leads },
	{ "presses", N_("Pressed"), TEXT_RIGHT, 7, 10, 0, c_presses },
	{ "machine_share", N_("Machines"), TEXT_RIGHT, 8, 9, 5, c_suspect },
	{ "connects", N_("Connected"), TEXT_RIGHT, 7, 10, 0, c_connects },
	{ "connects_machine_share", N_("machines"), TEXT_RIGHT, 7, 10, 0,
	    c_machines },
	{ "machine_low", N_("at least"), TEXT_RIGHT, 7, 9, 0, c_low },
	{ "short_share", N_("Short talks"), TEXT_RIGHT, 7, 11, 4,
	    c_short_share },
	{ "mean_ms", N_("After"), TEXT_RIGHT, 6, 8, 3, c_mean },
	{ "invalid", N_("Invalid"), TEXT_RIGHT, 5, 8, 7, c_invalid },
	{ "early", N_("Early"), TEXT_RIGHT, 5, 8, 8, c_early },
	{ "on_machine", "", TEXT_RIGHT, 0, 0, 9, c_on_machine },
	{ "connects_machine", "", TEXT_RIGHT, 0, 0, 9, c_connects_machine },
	{ "connected", "", TEXT_RIGHT, 0, 0, 9, c_connected },
	{ "short_talks", "", TEXT_RIGHT, 0, 0, 9, c_short },
	{ NULL, N_("0 s ..... 15 s +"), TEXT_LEFT, ROW_KEY_SECONDS,
	    ROW_KEY_SECONDS, 6, c_after },
	{ "advice", "", TEXT_LEFT, 0, 0, 9, c_advice },
	{ "better", "", TEXT_LEFT, 0, 0, 9, c_better },
};

/* ---- drawing ----------------------------------------------------------- */

/* Each line's own: its highest second is the full height. */
static void
draw_graphs(struct canvas *cv, const struct table *t,
    const struct row_key *const *v, size_t n, size_t col)
{
	if (!(t->visible >> col & 1))
		return;
	for (size_t i = 0; i < n && 1 + (int)i < t->drawn.h; i++) {
		double bar[ROW_KEY_SECONDS], most = 0;

		for (int s = 0; s < ROW_KEY_SECONDS; s++) {
			bar[s] = v[i]->after[s];
			most = MAXIMUM(most, bar[s]);
		}
		if (most > 0)
			chart_spark(cv, t->drawn.y + 1 + (int)i,
			    t->drawn.x + t->col_x[col], ROW_KEY_SECONDS, bar,
			    ROW_KEY_SECONDS, most,
			    STYLE(v[i]->advice[0] != '\0' ? ROLE_BAD
							  : ROLE_GRAPH));
	}
}

/* A sign, and a text behind it in at most h lines, cut off *r. */
static void
paragraph(struct canvas *cv, struct rect *r, int h, const char *sign,
    struct style s, const char *text)
{
	struct rect line = { r->y, r->x + 2, MINIMUM(h, r->h), r->w - 2 };

	if (r->h <= 0 || r->w <= 2)
		return;
	canvas_text(cv, r->y, r->x, 1, s, sign);
	layout_top(r, canvas_wrap(cv, line, s, text));
}

static void
draw_warnings(
    struct canvas *cv, struct rect *r, const struct row_key *const *v, size_t n)
{
	struct style bad = STYLE_BOLD(ROLE_BAD), act = STYLE_BOLD(ROLE_ACCENT);
	char text[400];
	size_t all = 0;

	while (all < n && v[all]->advice[0] != '\0')
		all++;
	for (size_t i = 0; i < MINIMUM(all, (size_t)WARNINGS); i++) {
		if (r->h < 4) /* the table says which, at least */
			return;
		keys_view_warning(v[i], text, sizeof(text));
		paragraph(cv, r, MINIMUM(WARN_H, r->h - 3), "\xe2\x96\xb2", bad,
		    text);
		keys_view_action(v[i], text, sizeof(text));
		paragraph(cv, r, MINIMUM(WARN_H, r->h - 2), " ", act, text);
	}
	if (all > WARNINGS && r->h > 2) {
		canvas_textf(cv, r->y, r->x + 2, r->w - 2, STYLE(ROLE_BAD),
		    _n("and %zu more key that connects machines",
			"and %zu more keys that connect machines",
			all - WARNINGS),
		    all - WARNINGS);
		layout_top(r, 1);
	}
}

static const char *
nothing(void)
{
	if (scope_on())
		return _("keys are not shown to users limited to campaigns");
	return _("no key has been pressed today");
}

/* A header, and n lines from *top on; the last row may tell of more. */
static void
draw_lines(struct canvas *cv, struct rect r, const struct row_key *const *v,
    size_t n, bool all, int *top)
{
	size_t from = all ? CONTEXT : CONTEXT + 1;
	int room = MAXIMUM(r.h - 1, 1), most = (int)n;
	struct table t;

	if ((int)n > room && r.h > 2)
		room--;
	*top = MAXIMUM(MINIMUM(*top, most - room), 0);
	if (most - *top > room && r.h > 2) {
		size_t more = (size_t)(most - *top - room);

		canvas_textf(cv, r.y + r.h - 1, r.x, r.w, STYLE(ROLE_DIM),
		    _n("and %zu more line", "and %zu more lines", more), more);
		r.h--;
	}
	v += *top;
	n -= (size_t)*top;
	table_init(&t, cols + from, AFTER + 1 - from);
	t.sort = t.ncols; /* as they come */
	table_draw(&t, cv, r, v, n, sizeof(v[0]), false);
	draw_graphs(cv, &t, v, n, AFTER - from);
	table_clear(&t);
}

int
keys_view_draw_rows(struct canvas *cv, struct rect r,
    const struct row_key *rows, size_t n, const char *context, int *top)
{
	const struct row_key **v = pick(rows, &n, context);
	int h = r.h;

	if (r.h <= 0 || r.w <= 0) {
		free(v);
		return 0;
	}
	if (n == 0)
		canvas_wrap(cv, r, STYLE(ROLE_DIM), nothing());
	else {
		draw_warnings(cv, &r, v, n);
		draw_lines(cv, r, v, n, context == NULL, top);
	}
	free(v);
	return h - r.h + 1 + (int)n;
}

int
keys_view_draw(struct canvas *cv, struct rect r, const struct pane_ctx *x,
    const char *context, int *top)
{
	const struct row_key *rows;
	size_t n = feed_keys(x->feed, &rows);

	return keys_view_draw_rows(cv, r, rows, n, context, top);
}

/* ---- printed ----------------------------------------------------------- */

static json_t *
view_rows(const struct pane_ctx *x)
{
	const struct row_key *rows, **v;
	size_t n = feed_keys(x->feed, &rows);
	json_t *a;

	v = pick(rows, &n, NULL);
	a = table_json(cols, nitems(cols), v, n, sizeof(v[0]));
	for (size_t i = 0; i < n; i++) {
		json_t *after = json_array();

		for (int s = 0; s < ROW_KEY_SECONDS; s++)
			json_array_append_new(
			    after, json_integer(v[i]->after[s]));
		json_object_set_new(
		    json_array_get(a, i), "after_seconds", after);
	}
	free(v);
	return a;
}

static void
view_print(const struct pane_ctx *x, struct buf *out)
{
	const struct row_key *rows, **v;
	size_t n = feed_keys(x->feed, &rows);
	char text[400], act[300];

	v = pick(rows, &n, NULL);
	if (n == 0)
		buf_fmt(out, "%s\n", nothing());
	else
		table_print(out, cols, AFTER, v, n, sizeof(v[0]));
	for (size_t i = 0; i < n && keys_view_warning(v[i], text, sizeof(text));
	     i++) {
		keys_view_action(v[i], act, sizeof(act));
		buf_fmt(out, "\n%s\n%s\n", text, act);
	}
	free(v);
}

const struct pane keys_view_pane = {
	.word = "keys",
	.title = N_("Keys"),
	.rows = view_rows,
	.print = view_print,
};
