/* SPDX-License-Identifier: MIT */
/*
 * canvas: the cells.  Four bytes each, because a server of many sessions
 * keeps two grids for every one of them; the few cells with combining marks,
 * or beyond Unicode's first plane, live in a pool beside the grid.  Never
 * talks to a terminal.
 */
#include "ui/canvas.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "shared/fmt.h"
#include "shared/util.h"
#include "ui/fold.h"

/* As ch, where no character can be: POOL + index into the pool. */
#define POOL     0xd800u
#define POOL_MAX 0x800u

struct cell {
	/* ch: code point, 0: right half, or pooled() */
	uint32_t ch : 16, fg : 5, bg : 5, attr : 3, pad : 3;
};
_Static_assert(sizeof(struct cell) == 4 && ROLE_N <= 32, "small cells");

struct canvas {
	int rows, cols;
	int cursor_y, cursor_x;
	bool ascii;
	struct rect clip;
	struct cell *cell;
	struct text_cluster *pool;
	uint32_t npool, pool_cap;
};

static const struct cell blank = { ' ', ROLE_DEFAULT, ROLE_DEFAULT, 0, 0 };

static bool
pooled(uint32_t ch)
{
	return ch >= POOL && ch < POOL + POOL_MAX;
}

static const struct text_cluster *
cluster_of(const struct canvas *c, uint32_t ch)
{
	return &c->pool[ch - POOL];
}

struct canvas *
canvas_new(int rows, int cols)
{
	struct canvas *c = xcalloc(1, sizeof(*c));

	canvas_resize(c, rows, cols);
	return c;
}

void
canvas_free(struct canvas *c)
{
	if (c == NULL)
		return;
	free(c->cell);
	free(c->pool);
	free(c);
}

void
canvas_resize(struct canvas *c, int rows, int cols)
{
	c->rows = MINIMUM(MAXIMUM(rows, 1), CANVAS_ROWS_MAX);
	c->cols = MINIMUM(MAXIMUM(cols, 1), CANVAS_COLS_MAX);
	c->cell = xreallocarray(
	    c->cell, (size_t)c->rows * (size_t)c->cols, sizeof(*c->cell));
	canvas_clear(c);
}

int
canvas_rows(const struct canvas *c)
{
	return c->rows;
}

int
canvas_cols(const struct canvas *c)
{
	return c->cols;
}

struct rect
canvas_all(const struct canvas *c)
{
	return (struct rect){ 0, 0, c->rows, c->cols };
}

void
canvas_set_ascii(struct canvas *c, bool on)
{
	c->ascii = on;
}

bool
canvas_ascii(const struct canvas *c)
{
	return c->ascii;
}

void
canvas_clear(struct canvas *c)
{
	for (int i = 0; i < c->rows * c->cols; i++)
		c->cell[i] = blank;
	c->npool = 0;
	c->clip = canvas_all(c);
	c->cursor_y = c->cursor_x = -1;
}

struct rect
canvas_clip(struct canvas *c, struct rect r)
{
	struct rect old = c->clip;
	int y2 = MINIMUM(r.y + r.h, c->rows), x2 = MINIMUM(r.x + r.w, c->cols);

	c->clip.y = MAXIMUM(r.y, 0);
	c->clip.x = MAXIMUM(r.x, 0);
	c->clip.h = MAXIMUM(y2 - c->clip.y, 0);
	c->clip.w = MAXIMUM(x2 - c->clip.x, 0);
	return old;
}

static bool
inside(const struct canvas *c, int y, int x)
{
	return y >= c->clip.y && y < c->clip.y + c->clip.h && x >= c->clip.x &&
	       x < c->clip.x + c->clip.w;
}

static struct cell *
at(const struct canvas *c, int y, int x)
{
	return &c->cell[y * c->cols + x];
}

/* Write one cell's character, mending wide neighbours that it cuts. */
static inline void
put(struct canvas *c, int y, int x, uint32_t ch, struct style s)
{
	struct cell *p = at(c, y, x), was = *p;

	if (was.ch == 0 && ch != 0 && x > 0)
		p[-1].ch = ' ';
	if (x + 1 < c->cols && p[1].ch == 0)
		p[1].ch = ' ';
	/* in one go: the fields share a word */
	*p = (struct cell){ .ch = (uint16_t)ch,
		.fg = (s.fg == ROLE_KEEP ? was.fg : s.fg) & 31,
		.bg = (s.bg == ROLE_KEEP ? was.bg : s.bg) & 31,
		.attr = s.attr & 7 };
}

static void
put_cluster(struct canvas *c, int y, int x, const struct text_cluster *k,
    struct style s)
{
	uint32_t ch = c->ascii ? fold_ascii(k->base) : k->base;

	if (!c->ascii && (k->nmark > 0 || ch > UINT16_MAX)) {
		if (c->npool == c->pool_cap && c->npool < POOL_MAX) {
			c->pool_cap = c->pool_cap ? c->pool_cap * 2 : 8;
			c->pool = xreallocarray(
			    c->pool, c->pool_cap, sizeof(*c->pool));
		}
		/* that many marks on one screen: the letters stand bare */
		if (c->npool == POOL_MAX)
			ch = ch > UINT16_MAX ? TEXT_BAD : ch;
		else {
			c->pool[c->npool] = *k;
			ch = POOL + c->npool++;
		}
	}
	put(c, y, x, ch, s);
	if (k->width == 2) {
		/* s.bg may be ROLE_KEEP: both halves get the left one's */
		struct cell *p = at(c, y, x);

		s.bg = p->bg;
		put(c, y, x + 1,
		    c->ascii         ? fold_ascii(k->base)
		    : ch == TEXT_BAD ? ch
				     : 0,
		    s);
	}
}

void
canvas_fill(struct canvas *c, struct rect r, struct style s)
{
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++)
			if (inside(c, y, x))
				put(c, y, x, ' ', s);
}

void
canvas_tint(struct canvas *c, struct rect r, struct style s)
{
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++) {
			struct cell *p;

			if (!inside(c, y, x))
				continue;
			p = at(c, y, x);
			p->fg = (s.fg == ROLE_KEEP ? p->fg : s.fg) & 31;
			p->bg = (s.bg == ROLE_KEEP ? p->bg : s.bg) & 31;
			p->attr |= s.attr & 7;
		}
}

/* n bytes of text_plain(); what lies outside the clip is lost. */
static void
put_plain(struct canvas *c, int y, int x, int n, struct style s, const char *p)
{
	int from = MAXIMUM(c->clip.x - x, 0);
	int to = MINIMUM(c->clip.x + c->clip.w - x, n);

	for (int i = from; i < to; i++)
		put(c, y, x + i, (unsigned char)p[i], s);
}

int
canvas_text(
    struct canvas *c, int y, int x, int cols, struct style s, const char *str)
{
	static const struct text_cluster dots = { 0x2026, { 0 }, 0, 1 };
	struct text_cluster k;
	int w, limit;
	bool cut;
	size_t n;

	if (cols <= 0 || y < c->clip.y || y >= c->clip.y + c->clip.h)
		return 0;
	n = text_plain(str);
	cut = n > (size_t)cols ||
	      (str[n] != '\0' && (int)n + text_columns(str + n) > cols);
	limit = cut ? cols - 1 : cols;
	w = (int)MINIMUM(n, (size_t)limit);
	put_plain(c, y, x, w, s, str);
	for (str += w; (n = text_next(str, &k)) > 0; str += n) {
		if (w + k.width > limit)
			break;
		if (k.width == 0)
			continue;
		if (inside(c, y, x + w) &&
		    (k.width == 1 || inside(c, y, x + w + 1)))
			put_cluster(c, y, x + w, &k, s);
		w += k.width;
	}
	if (cut) {
		if (inside(c, y, x + w))
			put_cluster(c, y, x + w, &dots, s);
		w++;
	}
	return w;
}

int
canvas_textf(struct canvas *c, int y, int x, int cols, struct style s,
    const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	fmt_text(line, sizeof(line), fmt, ap);
	va_end(ap);
	return canvas_text(c, y, x, cols, s, line);
}

int
canvas_right(
    struct canvas *c, int y, int x, int cols, struct style s, const char *str)
{
	int w = text_columns(str);

	if (w < cols)
		x += cols - w;
	return canvas_text(c, y, x, MINIMUM(w, cols), s, str);
}

int
canvas_wrap(struct canvas *c, struct rect r, struct style s, const char *str)
{
	char line[1024];
	int used = 0;

	while (*str != '\0' && used < r.h) {
		struct text_cluster k;
		size_t n, o = 0, space = 0;
		int w = 0;

		for (; (n = text_next(str + o, &k)) > 0; o += n) {
			if (str[o] == '\n' || w + k.width > r.w)
				break;
			w += k.width;
			if (str[o] == ' ')
				space = o;
		}
		/* the last line gives up breaking and shows an ellipsis */
		if (used == r.h - 1 && str[o] != '\0' && str[o] != '\n') {
			canvas_text(c, r.y + used++, r.x, r.w, s, str);
			break;
		}
		if (str[o] != '\0' && str[o] != '\n' && space > 0)
			o = space;
		if (o == 0 && str[o] != '\n')
			break;
		n = MINIMUM(o, sizeof(line) - 1);
		memcpy(line, str, n);
		line[n] = '\0';
		canvas_text(c, r.y + used++, r.x, r.w, s, line);
		str += o;
		while (*str == ' ')
			str++;
		if (*str == '\n')
			str++;
	}
	return used;
}

void
canvas_run(struct canvas *c, int y, int x, int n, struct style s, uint32_t cp)
{
	int end = MINIMUM(x + n, c->clip.x + c->clip.w);

	assert(cp <= UINT16_MAX && text_width(cp) == 1);
	if (y < c->clip.y || y >= c->clip.y + c->clip.h)
		return;
	if (c->ascii)
		cp = fold_ascii(cp);
	for (x = MAXIMUM(x, c->clip.x); x < end; x++)
		put(c, y, x, cp, s);
}

void
canvas_cursor(struct canvas *c, int y, int x)
{
	c->cursor_y = y < c->rows && x >= 0 && x < c->cols ? y : -1;
	c->cursor_x = c->cursor_y < 0 ? -1 : x;
}

void
canvas_cursor_at(const struct canvas *c, int *y, int *x)
{
	*y = c->cursor_y;
	*x = c->cursor_x;
}

void
canvas_get(const struct canvas *c, int y, int x, struct canvas_cell *out)
{
	const struct cell *p;

	assert(y >= 0 && y < c->rows && x >= 0 && x < c->cols);
	p = at(c, y, x);
	out->base = p->ch;
	out->nmark = 0;
	if (pooled(p->ch)) {
		const struct text_cluster *k = cluster_of(c, p->ch);

		out->base = k->base;
		out->nmark = k->nmark;
		memcpy(out->mark, k->mark, sizeof(out->mark));
	}
	out->fg = p->fg;
	out->bg = p->bg;
	out->attr = p->attr;
}

bool
canvas_same_row(const struct canvas *a, const struct canvas *b, int y)
{
	/* an index into a pool says nothing about another's */
	return a->npool == 0 && b->npool == 0 &&
	       memcmp(at(a, y, 0), at(b, y, 0),
		   (size_t)a->cols * sizeof(struct cell)) == 0;
}

bool
canvas_same(const struct canvas *a, const struct canvas *b, int y, int x)
{
	const struct cell *p = at(a, y, x), *q = at(b, y, x);
	const struct text_cluster *k, *l;

	if (p->fg != q->fg || p->bg != q->bg || p->attr != q->attr)
		return false;
	if (!pooled(p->ch) || !pooled(q->ch))
		return p->ch == q->ch && !pooled(p->ch);
	k = cluster_of(a, p->ch);
	l = cluster_of(b, q->ch);
	return k->base == l->base && k->nmark == l->nmark &&
	       memcmp(k->mark, l->mark,
		   sizeof(k->mark[0]) * (size_t)k->nmark) == 0;
}

void
canvas_copy(struct canvas *to, const struct canvas *from)
{
	if (to->rows != from->rows || to->cols != from->cols)
		canvas_resize(to, from->rows, from->cols);
	memcpy(to->cell, from->cell,
	    (size_t)from->rows * (size_t)from->cols * sizeof(*to->cell));
	if (from->npool > to->pool_cap) {
		to->pool_cap = from->npool;
		to->pool =
		    xreallocarray(to->pool, to->pool_cap, sizeof(*to->pool));
	}
	if (from->npool > 0)
		memcpy(to->pool, from->pool, from->npool * sizeof(*to->pool));
	to->npool = from->npool;
	to->ascii = from->ascii;
	to->cursor_y = from->cursor_y;
	to->cursor_x = from->cursor_x;
}

struct canvas_part {
	struct rect r;
	struct cell cell[];
};

struct canvas_part *
canvas_keep(const struct canvas *c, struct rect r)
{
	struct canvas_part *k;
	size_t n = 0;

	if (r.y < 0 || r.x < 0 || r.h <= 0 || r.w <= 0 || r.y + r.h > c->rows ||
	    r.x + r.w > c->cols)
		return NULL;
	k = xmalloc(
	    sizeof(*k) + (size_t)r.h * (size_t)r.w * sizeof(k->cell[0]));
	k->r = r;
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++) {
			k->cell[n] = *at(c, y, x);
			if (pooled(k->cell[n++].ch)) {
				free(k);
				return NULL;
			}
		}
	return k;
}

void
canvas_put_back(struct canvas *c, const struct canvas_part *k)
{
	assert(k->r.y + k->r.h <= c->rows && k->r.x + k->r.w <= c->cols);
	for (int i = 0; i < k->r.h; i++)
		memcpy(at(c, k->r.y + i, k->r.x),
		    k->cell + (size_t)i * (size_t)k->r.w,
		    (size_t)k->r.w * sizeof(k->cell[0]));
}
