/* SPDX-License-Identifier: MIT */
/*
 * table_print: the rows of a table as JSON and as text.  All rows, all
 * columns, nothing cut: whoever prints wants to search and to compute.
 */
#include "ui/table.h"

#include <math.h>

#include "shared/util.h"
#include "ui/table_order.h"

#define GAP 2

static const void *
row_at(const void *rows, size_t i, size_t size)
{
	return (const char *)rows + i * size;
}

static json_t *
value(const struct table_col *col, const void *row)
{
	struct table_cell c;
	char clean[4 * sizeof(c.text)];

	if (col->word != NULL) {
		text_clean(clean, sizeof(clean), col->word(row));
		return json_string(clean);
	}
	table_cell_of(col, row, &c);
	if (c.numeric)
		return isfinite(c.num) ? json_real(c.num) : json_null();
	text_clean(clean, sizeof(clean), c.text);
	return json_string(clean);
}

json_t *
table_json(const struct table_col *cols, size_t ncols, const void *rows,
    size_t n, size_t size)
{
	json_t *all = json_array();

	for (size_t r = 0; r < n; r++) {
		json_t *o = json_object();

		for (size_t i = 0; i < ncols; i++)
			if (cols[i].key != NULL)
				json_object_set_new(o, cols[i].key,
				    value(&cols[i], row_at(rows, r, size)));
		json_array_append_new(all, o);
	}
	return all;
}

/* Pad to w columns, before or behind the text. */
static void
put(struct buf *b, const char *text, int w, bool right, bool last)
{
	char clean[4 * sizeof(((struct table_cell *)0)->text)];
	int pad;

	text_clean(clean, sizeof(clean), text);
	pad = MAXIMUM(w - text_columns(clean), 0);
	for (int i = 0; right && i < pad; i++)
		buf_byte(b, ' ');
	buf_str(b, clean);
	for (int i = 0; !right && !last && i < pad; i++)
		buf_byte(b, ' ');
	for (int i = 0; !last && i < GAP; i++)
		buf_byte(b, ' ');
}

/* A blank line end is nobody's friend. */
static void
end_line(struct buf *b)
{
	size_t n = b->len;

	while (n > 0 && b->p[n - 1] == ' ')
		n--;
	b->len = n;
	buf_byte(b, '\n');
}

struct shape {
	int w[TABLE_COLS];
	bool right[TABLE_COLS];
	size_t last;
};

static void
measure(const struct table_col *cols, size_t ncols, const void *rows, size_t n,
    size_t size, struct shape *s)
{
	struct table_cell c;

	s->last = 0;
	for (size_t i = 0; i < ncols; i++) {
		s->w[i] = text_columns(_(cols[i].title));
		s->right[i] = cols[i].align == TEXT_RIGHT;
		if (cols[i].max > 0)
			s->last = i;
	}
	for (size_t r = 0; r < n; r++)
		for (size_t i = 0; i < ncols; i++) {
			const void *row = row_at(rows, r, size);

			if (cols[i].max == 0)
				continue;
			if (table_over_of(&cols[i], row, &c))
				break;
			table_cell_of(&cols[i], row, &c);
			s->w[i] = MAXIMUM(s->w[i], text_columns(c.text));
			if (cols[i].align == TEXT_CENTRE && c.numeric)
				s->right[i] = true;
		}
}

void
table_print(struct buf *b, const struct table_col *cols, size_t ncols,
    const void *rows, size_t n, size_t size)
{
	struct table_cell c;
	struct shape s;

	ncols = MINIMUM(ncols, TABLE_COLS);
	measure(cols, ncols, rows, n, size, &s);
	for (size_t i = 0; i < ncols; i++)
		if (cols[i].max > 0)
			put(b, _(cols[i].title), s.w[i], s.right[i],
			    i == s.last);
	end_line(b);
	for (size_t r = 0; r < n; r++) {
		const void *row = row_at(rows, r, size);

		for (size_t i = 0; i < ncols; i++) {
			if (cols[i].max == 0)
				continue;
			if (table_over_of(&cols[i], row, &c)) {
				put(b, c.text, 0, false, true);
				break;
			}
			table_cell_of(&cols[i], row, &c);
			put(b, c.text, s.w[i], s.right[i], i == s.last);
		}
		end_line(b);
	}
}
