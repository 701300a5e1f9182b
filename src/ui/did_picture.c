/* SPDX-License-Identifier: MIT */
/*
 * did_picture: figures of did_spread to bars.  A row of the screen is a
 * number of uses while they lie close together, else a range of them.
 */
#include "ui/did_picture.h"

#include <math.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"
#include "ui/did_spread.h"
#include "ui/layout.h"

#define BINS  11 /* tenths of the cap, and those at it */
#define FINE  21 /* the same by twentieths */
#define MOST  40 /* bars at all */
#define LABEL 11
#define COUNT 16

struct did_picture {
	struct did_spread *v; /* of each pool */
	uint64_t gen;
	size_t n, pool;
	struct table table;
};

/* ---- table of pools --------------------------------------------------- */

#define SPREAD(row) ((const struct did_spread *)(row))

static void
put(struct table_cell *o, double v)
{
	char t[TEXT_NUM];

	o->num = v;
	o->numeric = true;
	str_copy(o->text, sizeof(o->text), text_count((uint64_t)v, t));
}

static const char *
w_name(const void *row)
{
	return SPREAD(row)->name;
}

static void
c_name(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text),
	    SPREAD(row)->name[0] != '\0' ? SPREAD(row)->name : _("(none)"));
}

static void
c_usable(const void *row, struct table_cell *o)
{
	put(o, SPREAD(row)->usable);
}

static void
c_out(const void *row, struct table_cell *o)
{
	put(o, SPREAD(row)->left_out);
	o->fg = o->num > 0 ? ROLE_WARN : ROLE_DIM;
}

static void
c_least(const void *row, struct table_cell *o)
{
	put(o, SPREAD(row)->least);
}

static void
c_median(const void *row, struct table_cell *o)
{
	put(o, SPREAD(row)->median);
}

static void
c_most(const void *row, struct table_cell *o)
{
	put(o, SPREAD(row)->most);
}

static void
c_differ(const void *row, struct table_cell *o)
{
	put(o, SPREAD(row)->most - SPREAD(row)->least);
	o->fg =
	    SPREAD(row)->verdict == DID_SPREAD_UNEVEN ? ROLE_WARN : ROLE_GOOD;
}

static void
c_mean(const void *row, struct table_cell *o)
{
	put(o, SPREAD(row)->mean);
	if (o->num < 1000)
		str_format(o->text, sizeof(o->text), "%.1f", SPREAD(row)->mean);
}

static const struct table_col cols[] = {
	{ "pool", N_("Pool"), TEXT_LEFT, 6, 16, 0, c_name, NULL, NULL, w_name },
	{ "usable", N_("Usable"), TEXT_RIGHT, 6, 9, 2, c_usable },
	{ "left_out", N_("Out"), TEXT_RIGHT, 3, 9, 5, c_out },
	{ "least", N_("Least"), TEXT_RIGHT, 5, 9, 1, c_least },
	{ "median", N_("Median"), TEXT_RIGHT, 6, 9, 3, c_median },
	{ "most", N_("Most"), TEXT_RIGHT, 4, 9, 1, c_most },
	{ "differ", N_("Differ by"), TEXT_RIGHT, 4, 10, 0, c_differ },
	{ "mean", N_("Mean"), TEXT_RIGHT, 4, 9, 4, c_mean },
};

/* ---- picture ---------------------------------------------------------- */

struct did_picture *
did_picture_new(void)
{
	struct did_picture *p = xcalloc(1, sizeof(*p));

	table_init(&p->table, cols, nitems(cols));
	return p;
}

void
did_picture_free(struct did_picture *p)
{
	if (p == NULL)
		return;
	table_clear(&p->table);
	free(p->v);
	free(p);
}

static void
look(struct did_picture *p, const struct did_rows *l)
{
	if (p->gen == l->gen && p->v != NULL)
		return;
	p->gen = l->gen;
	p->n = l->npools;
	p->v = xreallocarray(p->v, MAXIMUM(p->n, 1), sizeof(*p->v));
	did_spread_make(l, p->v);
	if (p->pool >= p->n)
		p->pool = 0;
}

void
did_picture_turn(struct did_picture *p, const struct did_rows *l, int by)
{
	look(p, l);
	if (p->n > 0)
		p->pool = (p->pool + (by > 0 ? 1 : p->n - 1)) % p->n;
}

struct bin {
	uint32_t lo, hi;
};

/* Ranges of uses for the rows of the screen, at most max. */
static int
bins(const struct did_spread *s, int max, struct bin *out)
{
	uint32_t span = s->most - s->least + 1, step, from = s->least;
	uint32_t limit = s->cap > 0 ? s->cap : s->most;
	int n;

	max = MAXIMUM(MINIMUM(max, MOST), 1);
	if (span <= (uint32_t)max) {
		step = 1;
	} else if (max < BINS || span * 2 < limit) {
		step = (span + (uint32_t)max - 1) / (uint32_t)max;
	} else {
		/* of the cap, or of the most */
		max = max < FINE ? BINS : FINE;
		step = (limit + (uint32_t)max - 2) / (uint32_t)(max - 1);
		from = 0;
	}
	for (n = 0; n < max; n++) {
		uint64_t lo = from + (uint64_t)n * step;

		if (lo > s->most)
			break;
		out[n].lo = (uint32_t)lo;
		out[n].hi = out[n].lo + step - 1;
		if (n == max - 1 || (s->cap > 0 && out[n].lo >= s->cap))
			out[n].hi = s->most;
	}
	return n;
}

static void
draw_bin(struct canvas *cv, int y, struct rect r, const struct did_spread *s,
    const struct bin *b, uint32_t top)
{
	uint32_t in = did_spread_count(s, s->in, b->lo, b->hi);
	uint32_t out = did_spread_count(s, s->out, b->lo, b->hi);
	int bw = r.w - LABEL - COUNT - 2;
	char t[32], n[TEXT_NUM];

	if (b->lo == b->hi)
		str_format(t, sizeof(t), "%u", b->lo);
	else
		str_format(t, sizeof(t), "%u-%u", b->lo, b->hi);
	canvas_right(cv, y, r.x, LABEL,
	    STYLE(s->cap > 0 && b->lo >= s->cap ? ROLE_ACCENT : ROLE_DIM), t);
	if (in > 0 && bw > 0) {
		double len = (double)bw * in / MAXIMUM(top, 1);
		/* no cell for less than an eighth of it */
		int whole = MAXIMUM((int)ceil(len - 0.125), 1);

		chart_bar(cv, y, r.x + LABEL + 1, whole, len / whole + 1e-6,
		    STYLE(ROLE_GRAPH), STYLE(ROLE_KEEP));
	}
	if (out > 0)
		str_format(t, sizeof(t), "%s +%u", text_count(in, n), out);
	else
		str_copy(t, sizeof(t), text_count(in, n));
	canvas_right(cv, y, r.x + r.w - COUNT, COUNT,
	    STYLE(in > 0 ? ROLE_TEXT : ROLE_DIM), t);
}

static void
draw_bins(struct canvas *cv, struct rect r, const struct did_spread *s)
{
	struct bin b[MOST];
	uint32_t top = 0;
	int n;

	if (r.h < 2 || r.w < LABEL + COUNT + 6)
		return;
	canvas_right(cv, r.y, r.x, LABEL, STYLE(ROLE_DIM), _("uses today"));
	canvas_right(cv, r.y, r.x + LABEL + 1, r.w - LABEL - 1, STYLE(ROLE_DIM),
	    s->left_out > 0 ? _("DIDs +blocked or resting") : _("DIDs"));
	layout_top(&r, 1);
	n = bins(s, r.h, b);
	for (int i = 0; i < n; i++) {
		uint32_t k = did_spread_count(s, s->in, b[i].lo, b[i].hi);

		top = MAXIMUM(top, k);
	}
	for (int i = 0; i < n && i < r.h; i++)
		draw_bin(cv, r.y + i, r, s, &b[i], top);
}

static uint8_t
verdict_role(enum did_spread_verdict v)
{
	return v == DID_SPREAD_UNEVEN || v == DID_SPREAD_NONE ? ROLE_WARN
	       : v == DID_SPREAD_UNUSED                       ? ROLE_DIM
							      : ROLE_GOOD;
}

void
did_picture_draw(struct did_picture *p, const struct did_rows *l,
    struct canvas *cv, struct rect r)
{
	const struct did_spread *s;
	struct rect top = layout_top(&r, 1), pools;
	char t[400];
	int used;

	look(p, l);
	if (p->n == 0) {
		canvas_rule(cv, top.y, top.x, top.w, _("Rotation"));
		return;
	}
	s = &p->v[p->pool];
	str_format(t, sizeof(t),
	    p->n > 1 ? _("Rotation of pool %s  (Left, Right: %zu of %zu)")
		     : _("Rotation of pool %s"),
	    s->name, p->pool + 1, p->n);
	canvas_rule(cv, top.y, top.x, top.w, t);
	r.x++;
	r.w -= 2;
	did_spread_text(s, t, sizeof(t));
	top = r;
	top.h = MINIMUM(4, r.h);
	used = canvas_wrap(cv, top, STYLE(verdict_role(s->verdict)), t);
	layout_top(&r, used + 1);
	/* the pools below, as many as leave room for the picture */
	pools = r;
	pools.h = MINIMUM((int)p->n + 1, MAXIMUM(r.h - BINS - 2, 2));
	pools.y = r.y + r.h - pools.h;
	r.h -= pools.h + 1;
	draw_bins(cv, r, s);
	if (pools.h < 2)
		return;
	table_go(&p->table, s->name);
	table_draw(&p->table, cv, pools, p->v, p->n, sizeof(*p->v), true);
}
