/* SPDX-License-Identifier: MIT */
/*
 * table: filter, sort, fit, draw.  Column widths follow the translated
 * headers and what stands in the visible rows; what does not fit goes by
 * priority.
 */
#include "ui/table.h"

#include <math.h>
#include <string.h>

#include "shared/util.h"
#include "ui/chart.h"

#define COLS_MAX 32
#define GAP      2
#define BAR_MIN  6

static const void *
row_at(const void *rows, size_t i, size_t size)
{
	return (const char *)rows + i * size;
}

static void
cell_init(struct table_cell *c)
{
	c->text[0] = '\0';
	c->num = 0;
	c->numeric = false;
	c->fg = ROLE_TEXT;
	c->bg = ROLE_KEEP;
	c->attr = 0;
	c->bar = -1;
}

static void
cell_of(const struct table_col *col, const void *row, struct table_cell *c)
{
	cell_init(c);
	col->cell(row, c);
}

static bool
over_of(const struct table_col *col, const void *row, struct table_cell *c)
{
	cell_init(c);
	return col->over != NULL && col->over(row, c);
}

void
table_init(struct table *t, const struct table_col *cols, size_t ncols)
{
	memset(t, 0, sizeof(*t));
	t->cols = cols;
	t->ncols = MINIMUM(ncols, COLS_MAX);
	t->sort = t->ncols;
}

static bool
passes(const struct table *t, const void *row)
{
	struct table_cell c;

	if (t->filter[0] == '\0')
		return true;
	for (size_t i = 0; i < t->ncols; i++) {
		cell_of(&t->cols[i], row, &c);
		if (strcasestr(c.text, t->filter) != NULL)
			return true;
	}
	return false;
}

struct sort_key {
	size_t index;
	double num;
	bool numeric;
	char text[48];
};

static int
compare(const void *pa, const void *pb, void *arg)
{
	const struct sort_key *a = pa, *b = pb;
	const struct table *t = arg;
	int r;

	if (a->numeric && b->numeric)
		r = (a->num > b->num) - (a->num < b->num);
	else
		r = strcasecmp(a->text, b->text);
	if (r != 0)
		return t->reverse ? -r : r;
	return (a->index > b->index) - (a->index < b->index);
}

/* Indices of the rows shown, in order; the caller frees. */
static size_t *
arrange(struct table *t, const void *rows, size_t n, size_t size)
{
	size_t *index = xcalloc(n, sizeof(*index)), k = 0;
	struct sort_key *keys;
	struct table_cell c;

	for (size_t i = 0; i < n; i++)
		if (passes(t, row_at(rows, i, size)))
			index[k++] = i;
	t->shown = k;
	if (t->sort < t->ncols && k > 1) {
		keys = xcalloc(k, sizeof(*keys));
		for (size_t i = 0; i < k; i++) {
			cell_of(&t->cols[t->sort], row_at(rows, index[i], size),
			    &c);
			keys[i].index = index[i];
			keys[i].num = c.num;
			keys[i].numeric = c.numeric;
			str_copy(keys[i].text, sizeof(keys[i].text), c.text);
		}
		qsort_r(keys, k, sizeof(*keys), compare, t);
		for (size_t i = 0; i < k; i++)
			index[i] = keys[i].index;
		free(keys);
	}
	return index;
}

/* Put the cursor on the row it was on, wherever that went. */
static void
follow(struct table *t, const void *rows, const size_t *index, size_t size)
{
	struct table_cell c;

	for (size_t i = 0; i < t->shown; i++) {
		cell_of(&t->cols[0], row_at(rows, index[i], size), &c);
		if (strncmp(c.text, t->at, sizeof(t->at) - 1) == 0) {
			t->cursor = i;
			return;
		}
	}
	/* gone, or none yet: stay at the place */
	if (t->cursor >= t->shown)
		t->cursor = t->shown > 0 ? t->shown - 1 : 0;
}

static void
remember(struct table *t, const void *rows, const size_t *index, size_t size)
{
	struct table_cell c;

	if (t->cursor >= t->shown)
		return;
	cell_of(&t->cols[0], row_at(rows, index[t->cursor], size), &c);
	str_copy(t->at, sizeof(t->at), c.text);
}

const void *
table_row(struct table *t, const void *rows, size_t n, size_t size)
{
	size_t *index = arrange(t, rows, n, size);
	const void *row = NULL;

	follow(t, rows, index, size);
	if (t->cursor < t->shown)
		row = row_at(rows, index[t->cursor], size);
	free(index);
	return row;
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
	size_t *index = arrange(t, rows, n, size), last, page;

	follow(t, rows, index, size);
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
		free(index);
		return false;
	}
	if (a != ACT_SORT_COLUMN && a != ACT_SORT_REVERSE)
		remember(t, rows, index, size);
	free(index);
	return true;
}

struct fit {
	bool on[COLS_MAX];
	int w[COLS_MAX];
};

/* Columns and their widths for the rows top..top+h. */
static void
fit_columns(const struct table *t, int width, const void *rows,
    const size_t *index, size_t size, size_t h, struct fit *f)
{
	struct table_cell c;
	int total = 0, left;

	for (size_t i = 0; i < t->ncols; i++) {
		const struct table_col *col = &t->cols[i];

		f->on[i] = col->max > 0;
		if (!f->on[i])
			continue;
		f->w[i] = MAXIMUM(col->min, text_columns(_(col->title)));
		for (size_t r = 0; r < h && t->top + r < t->shown; r++) {
			cell_of(col, row_at(rows, index[t->top + r], size), &c);
			if (c.bar < 0)
				f->w[i] = MAXIMUM(f->w[i],
				    MINIMUM(text_columns(c.text), col->max));
		}
		total += f->w[i] + (i > 0 ? GAP : 0);
	}
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
	if (total > width)
		f->w[0] = MAXIMUM(f->w[0] - (total - width), 4);
	/* what is left makes bars longer, then texts */
	left = width - total;
	for (size_t i = 0; i < t->ncols && left > 0; i++) {
		int more = MINIMUM(left, t->cols[i].max - f->w[i]);

		if (!f->on[i] || more <= 0 || t->cols[i].align != TEXT_CENTRE)
			continue;
		f->w[i] += more;
		left -= more;
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
		if (over_of(&t->cols[i], row, &c)) {
			struct style s = { c.fg, c.bg, c.attr };

			canvas_text(cv, y, x, r.x + r.w - x, s, c.text);
			break;
		}
		cell_of(&t->cols[i], row, &c);
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

void
table_draw(struct table *t, struct canvas *cv, struct rect r, const void *rows,
    size_t n, size_t size, bool focus)
{
	struct rect clip;
	struct fit f;
	size_t *index, h;

	if (r.h < 2 || r.w < 8)
		return;
	index = arrange(t, rows, n, size);
	follow(t, rows, index, size);
	if (focus)
		remember(t, rows, index, size);
	h = (size_t)r.h - 1;
	t->page = h;
	if (t->cursor < t->top)
		t->top = t->cursor;
	if (t->cursor >= t->top + h)
		t->top = t->cursor - h + 1;
	if (t->top + h > t->shown)
		t->top = t->shown > h ? t->shown - h : 0;
	fit_columns(t, r.w, rows, index, size, h, &f);
	t->visible = 0;
	for (size_t i = 0; i < t->ncols; i++)
		t->visible |= f.on[i] ? 1u << i : 0;
	clip = canvas_clip(cv, r);
	draw_header(t, cv, r, &f);
	for (size_t i = 0; i < h && t->top + i < t->shown; i++)
		draw_row(t, cv, r.y + 1 + (int)i, r, &f,
		    row_at(rows, index[t->top + i], size),
		    focus && t->top + i == t->cursor);
	canvas_clip(cv, clip);
	free(index);
}

json_t *
table_json(const struct table_col *cols, size_t ncols, const void *rows,
    size_t n, size_t size)
{
	json_t *all = json_array();
	struct table_cell c;
	char clean[4 * sizeof(c.text)];

	for (size_t r = 0; r < n; r++) {
		json_t *o = json_object();

		for (size_t i = 0; i < ncols; i++) {
			cell_of(&cols[i], row_at(rows, r, size), &c);
			text_clean(clean, sizeof(clean), c.text);
			json_object_set_new(o, cols[i].key,
			    !c.numeric        ? json_string(clean)
			    : isfinite(c.num) ? json_real(c.num)
					      : json_null());
		}
		json_array_append_new(all, o);
	}
	return all;
}
