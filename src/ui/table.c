/* SPDX-License-Identifier: MIT */
/*
 * table: fit, draw, keys and clicks.  Column widths follow the translated
 * headers and what stands in the visible rows; what does not fit goes by
 * priority.  Order and cursor are table_order.c's.
 */
#include "ui/table.h"

#include <string.h>

#include "shared/util.h"
#include "ui/chart.h"
#include "ui/table_order.h"

#define GAP     2
#define BAR_MIN 6

#define SCROLL     10 /* lines of a text that are a page */
#define SCROLL_END 100000 /* longer than any text */

static const void *
row_at(const void *rows, size_t i, size_t size)
{
	return (const char *)rows + i * size;
}

void
table_init(struct table *t, const struct table_col *cols, size_t ncols)
{
	memset(t, 0, sizeof(*t));
	t->cols = cols;
	t->ncols = MINIMUM(ncols, TABLE_COLS);
	t->sort = t->ncols;
}

const void *
table_row(struct table *t, const void *rows, size_t n, size_t size)
{
	const size_t *index = table_order(t, rows, n, size);
	const void *row = NULL;

	table_order_follow(t, rows, size);
	if (t->cursor < t->shown)
		row = row_at(rows, index[t->cursor], size);
	table_order_leave(t);
	return row;
}

size_t *
table_shown(
    struct table *t, const void *rows, size_t n, size_t size, size_t *shown)
{
	const size_t *index = table_order(t, rows, n, size);
	size_t *copy = xcalloc(t->shown + 1, sizeof(*copy));

	memcpy(copy, index, t->shown * sizeof(*copy));
	*shown = t->shown;
	table_order_leave(t);
	return copy;
}

void
table_go(struct table *t, const char *name)
{
	str_copy(t->at, sizeof(t->at), name);
	t->filter[0] = '\0';
}

bool
table_unfilter(struct table *t)
{
	bool was = t->filter[0] != '\0';

	t->filter[0] = '\0';
	return was;
}

bool
table_scroll(enum keys_action a, int *top)
{
	switch (a) {
	case ACT_UP:
		--*top;
		return true;
	case ACT_DOWN:
		++*top;
		return true;
	case ACT_PAGE_UP:
		*top -= SCROLL;
		return true;
	case ACT_PAGE_DOWN:
		*top += SCROLL;
		return true;
	case ACT_TOP:
		*top = 0;
		return true;
	case ACT_BOTTOM:
		*top = SCROLL_END;
		return true;
	default:
		return false;
	}
}

int
table_height(int h, size_t n, int details)
{
	if (h < details + 6)
		return h;
	return MINIMUM((int)n + 2, MAXIMUM(h - details, h / 2));
}

static void
next_sort(struct table *t)
{
	if (t->sort < t->ncols && !t->reverse) {
		t->reverse = true;
		return;
	}
	t->reverse = false;
	t->sort = t->sort >= t->ncols ? 0 : t->sort + 1;
	while (t->sort < t->ncols && !(t->visible >> t->sort & 1))
		t->sort++;
}

bool
table_key(struct table *t, enum keys_action a, const void *rows, size_t n,
    size_t size)
{
	size_t last, page;

	table_order(t, rows, n, size);
	table_order_follow(t, rows, size);
	last = t->shown > 0 ? t->shown - 1 : 0;
	page = t->page > 1 ? t->page - 1 : 1;
	switch (a) {
	case ACT_UP:
		t->cursor -= t->cursor > 0;
		break;
	case ACT_DOWN:
		t->cursor += t->cursor < last;
		break;
	case ACT_PAGE_UP:
		t->cursor = t->cursor > page ? t->cursor - page : 0;
		break;
	case ACT_PAGE_DOWN:
		t->cursor = MINIMUM(t->cursor + page, last);
		break;
	case ACT_TOP:
		t->cursor = 0;
		break;
	case ACT_BOTTOM:
		t->cursor = last;
		break;
	case ACT_SORT_COLUMN:
		next_sort(t);
		break;
	case ACT_SORT_REVERSE:
		t->reverse = !t->reverse;
		break;
	default:
		table_order_leave(t);
		return false;
	}
	if (a != ACT_SORT_COLUMN && a != ACT_SORT_REVERSE)
		table_order_remember(t, rows, size);
	table_order_leave(t);
	return true;
}

/* The column whose header begins at or before x; ncols: there is none. */
static size_t
col_under(const struct table *t, int x)
{
	size_t at = t->ncols;

	for (size_t i = 0; i < t->ncols; i++)
		if (t->visible >> i & 1 && t->col_x[i] <= x)
			at = i;
	return at;
}

bool
table_click(
    struct table *t, int y, int x, const void *rows, size_t n, size_t size)
{
	const struct rect *d = &t->drawn;
	size_t i;

	if (y < d->y || y >= d->y + d->h || x < d->x || x >= d->x + d->w)
		return false;
	if (y == d->y) {
		i = col_under(t, x - d->x);
		if (i == t->ncols)
			return false;
		t->reverse = t->sort == i && !t->reverse;
		t->sort = i;
		return true;
	}
	table_order(t, rows, n, size);
	i = t->top + (size_t)(y - d->y - 1);
	if (i < t->shown) {
		t->cursor = i;
		table_order_remember(t, rows, size);
	}
	table_order_leave(t);
	return i < t->shown;
}

struct fit {
	bool on[TABLE_COLS];
	int w[TABLE_COLS];
};

/*
 * Columns that the widest text of a column needs on the screen: least at
 * least, and if that is more than max already, nobody looks.
 */
static int
content(const struct table *t, const struct table_col *col, const void *rows,
    const size_t *index, size_t size, size_t h, int least)
{
	struct table_cell c;
	int w = least;

	for (size_t r = 0; r < h && t->top + r < t->shown && w < col->max;
	     r++) {
		table_cell_of(col, row_at(rows, index[t->top + r], size), &c);
		if (c.bar < 0)
			w = MAXIMUM(w, text_columns(c.text));
	}
	return MAXIMUM(least, MINIMUM(w, col->max));
}

/* Leave out the least important until the others fit. */
static int
drop_columns(const struct table *t, int total, int width, struct fit *f)
{
	while (total > width) {
		size_t drop = t->ncols;

		for (size_t i = 1; i < t->ncols; i++)
			if (f->on[i] && t->cols[i].priority > 0 &&
			    (drop == t->ncols ||
				t->cols[i].priority >= t->cols[drop].priority))
				drop = i;
		if (drop == t->ncols)
			break;
		f->on[drop] = false;
		total -= f->w[drop] + GAP;
	}
	return total;
}

/*
 * Columns and their widths for the rows top..top+h.  Those that may grow
 * count with their least width, so that a long text costs no other column;
 * what is left lets them have their contents, then makes them longer still.
 */
static void
fit_columns(const struct table *t, int width, const void *rows,
    const size_t *index, size_t size, size_t h, struct fit *f)
{
	int total = -GAP, want[TABLE_COLS];

	for (size_t i = 0; i < t->ncols; i++) {
		const struct table_col *col = &t->cols[i];

		f->on[i] = col->max > 0;
		if (!f->on[i])
			continue;
		/* with room for the arrow */
		f->w[i] = MAXIMUM(
		    col->min, text_columns(_(col->title)) + (i == t->sort));
		total += f->w[i] + GAP;
	}
	/* what does not even fit empty need not be looked at */
	total = drop_columns(t, total, width, f);
	for (size_t i = 0; i < t->ncols; i++) {
		const struct table_col *col = &t->cols[i];

		if (!f->on[i])
			continue;
		want[i] = content(t, col, rows, index, size, h, f->w[i]);
		if (col->align == TEXT_CENTRE)
			continue;
		total += want[i] - f->w[i];
		f->w[i] = want[i];
	}
	total = drop_columns(t, total, width, f);
	if (total > width)
		f->w[0] = MAXIMUM(f->w[0] - (total - width), 4);
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < t->ncols; i++) {
			int to = pass == 0 ? want[i] : t->cols[i].max, more;

			if (!f->on[i] || t->cols[i].align != TEXT_CENTRE)
				continue;
			more = MINIMUM(width - total, to - f->w[i]);
			if (more <= 0)
				continue;
			f->w[i] += more;
			total += more;
		}
}

static void
draw_cell(struct canvas *cv, int y, int x, int w, const struct table_col *col,
    const struct table_cell *c, bool selected)
{
	struct style s = { c->fg, c->bg, c->attr };
	struct style off = { selected ? ROLE_DIM : ROLE_FRAME, ROLE_KEEP, 0 };

	if (c->bar >= 0) {
		int tw = text_columns(c->text);
		int bw = w - (tw > 0 ? tw + 1 : 0);

		if (bw >= BAR_MIN)
			chart_bar(cv, y, x, bw, c->bar, s, off);
		s.fg = ROLE_TEXT;
		canvas_right(cv, y, x, w, s, c->text);
	} else if (col->align == TEXT_RIGHT)
		canvas_right(cv, y, x, w, s, c->text);
	else
		canvas_text(cv, y, x, w, s, c->text);
}

static void
draw_row(const struct table *t, struct canvas *cv, int y, struct rect r,
    const struct fit *f, const void *row, bool selected)
{
	struct table_cell c;
	int x = r.x;

	if (selected)
		canvas_fill(cv, (struct rect){ y, r.x, 1, r.w },
		    STYLE_ON(ROLE_TEXT, ROLE_BG_SELECT));
	for (size_t i = 0; i < t->ncols; i++) {
		if (!f->on[i])
			continue;
		if (table_over_of(&t->cols[i], row, &c)) {
			struct style s = { c.fg, c.bg, c.attr };

			canvas_text(cv, y, x, r.x + r.w - x, s, c.text);
			break;
		}
		table_cell_of(&t->cols[i], row, &c);
		draw_cell(cv, y, x, f->w[i], &t->cols[i], &c, selected);
		x += f->w[i] + GAP;
	}
}

static void
draw_header(const struct table *t, struct canvas *cv, struct rect r,
    const struct fit *f)
{
	char title[64];
	int x = r.x;

	for (size_t i = 0; i < t->ncols; i++) {
		struct style s = STYLE(i == t->sort ? ROLE_ACCENT : ROLE_DIM);

		if (!f->on[i])
			continue;
		str_format(title, sizeof(title), "%s%s", _(t->cols[i].title),
		    i != t->sort ? ""
		    : t->reverse ? "\xe2\x96\xbc"
				 : "\xe2\x96\xb2");
		if (t->cols[i].align == TEXT_RIGHT)
			canvas_right(cv, r.y, x, f->w[i], s, title);
		else
			canvas_text(cv, r.y, x, f->w[i], s, title);
		x += f->w[i] + GAP;
	}
}

/* Remember where the columns stand. */
static void
place(struct table *t, const struct fit *f)
{
	int x = 0;

	for (size_t i = 0; i < t->ncols; i++) {
		if (!f->on[i])
			continue;
		t->visible |= 1u << i;
		t->col_x[i] = (int16_t)x;
		x += f->w[i] + GAP;
	}
}

void
table_draw(struct table *t, struct canvas *cv, struct rect r, const void *rows,
    size_t n, size_t size, bool focus)
{
	struct rect clip;
	struct fit f;
	const size_t *index;
	size_t h;

	t->drawn = r;
	t->visible = 0;
	index = table_order(t, rows, n, size);
	if (r.h < 2 || r.w < 8) {
		t->drawn.h = 0;
		table_order_leave(t);
		return;
	}
	table_order_follow(t, rows, size);
	if (focus)
		table_order_remember(t, rows, size);
	h = (size_t)r.h - 1;
	t->page = h;
	if (t->cursor < t->top)
		t->top = t->cursor;
	if (t->cursor >= t->top + h)
		t->top = t->cursor - h + 1;
	if (t->top + h > t->shown)
		t->top = t->shown > h ? t->shown - h : 0;
	fit_columns(t, r.w, rows, index, size, h, &f);
	place(t, &f);
	clip = canvas_clip(cv, r);
	draw_header(t, cv, r, &f);
	for (size_t i = 0; i < h && t->top + i < t->shown; i++)
		draw_row(t, cv, r.y + 1 + (int)i, r, &f,
		    row_at(rows, index[t->top + i], size),
		    focus && t->top + i == t->cursor);
	canvas_clip(cv, clip);
	table_order_leave(t);
}

void
table_title(const struct table *t, const char *what, size_t n, int rows,
    char *out, size_t size)
{
	char a[TEXT_NUM], b[TEXT_NUM];

	if (t->filter[0] != '\0')
		str_format(out, size, _("%s  %s of %s match \"%s\""), what,
		    text_count(t->shown, a), text_count(n, b), t->filter);
	else if (rows < 0 || t->shown > (size_t)rows)
		str_format(out, size, _("%s  %s of %s"), what,
		    text_count(t->shown > 0 ? t->cursor + 1 : 0, a),
		    text_count(n, b));
	else
		str_copy(out, size, what);
}
