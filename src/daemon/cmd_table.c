/* SPDX-License-Identifier: MIT */
/* cmd_table: two passes, one for the widths.  Wraps and cuts nothing. */
#include "daemon/cmd_table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "shared/text.h"
#include "shared/util.h"

#define CELL_MAX 400 /* bytes */

void
cmd_table_cell(struct cmd_table *t, const char *s)
{
	char clean[CELL_MAX];

	text_clean(clean, sizeof(clean), s != NULL ? s : "");
	if (t->n == t->cap) {
		t->cap = t->cap * 2 + 64;
		t->v = xreallocarray(t->v, t->cap, sizeof(*t->v));
	}
	t->v[t->n++] = xstrdup(clean);
}

void
cmd_table_fmt(struct cmd_table *t, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	cmd_table_cell(t, s);
	free(s);
}

void
cmd_table_int(struct cmd_table *t, int64_t v)
{
	char n[TEXT_NUM];

	cmd_table_cell(t, v < 0 ? "-" : text_count((uint64_t)v, n));
}

void
cmd_table_end(struct cmd_table *t, unsigned indent, struct buf *b)
{
	int width[CMD_TABLE_COLS] = { 0 };

	assert(t->ncols > 0 && t->ncols <= CMD_TABLE_COLS);
	for (size_t i = 0; i < t->n; i++) {
		int w = text_columns(t->v[i]), *most = &width[i % t->ncols];

		*most = MAXIMUM(*most, w);
	}
	for (size_t i = 0; i < t->n; i++) {
		unsigned col = (unsigned)(i % t->ncols);
		int pad = width[col] - text_columns(t->v[i]);
		bool right = (t->right >> col & 1) != 0;
		bool last = col + 1 == t->ncols;

		buf_fmt(b, "%*s", col == 0 ? (int)indent : 2, "");
		if (right)
			buf_fmt(b, "%*s", pad, "");
		buf_str(b, t->v[i]);
		if (last) {
			while (b->len > 0 && b->p[b->len - 1] == ' ')
				b->len--;
			buf_byte(b, '\n');
		} else if (!right)
			buf_fmt(b, "%*s", pad, "");
		free(t->v[i]);
	}
	free(t->v);
	t->v = NULL;
	t->n = t->cap = 0;
}
