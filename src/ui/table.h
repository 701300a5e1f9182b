/* SPDX-License-Identifier: MIT */
/*
 * table: rows in columns, with a cursor that stays on its row while rows come,
 * go and change places.  The same columns make JSON (what the screen shows
 * can be printed).  The rows are the caller's; a table never keeps them.
 */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "ui/canvas.h"
#include "ui/keys.h"

struct table_cell {
	char text[200];
	double num; /* for sorting and JSON when numeric */
	bool numeric;
	uint8_t fg, bg, attr;
	double bar; /* >= 0: a bar of that fraction with text behind it */
};

struct table_col {
	const char *key; /* JSON */
	const char *title; /* untranslated */
	enum text_align align;
	/* columns of content, without the gap; max 0: in JSON only.
	 * TEXT_CENTRE: grows up to max when there is room (bars, texts) */
	int min, max;
	int priority; /* 0 always shown; the highest goes first */
	/* Fill *out: zeroed; fg ROLE_TEXT, bg ROLE_KEEP, bar -1. */
	void (*cell)(const void *row, struct table_cell *out);
	/* Not NULL, and true: on the screen *out stands here instead and runs
	 * on over all columns to the right. */
	bool (*over)(const void *row, struct table_cell *out);
};

struct table {
	const struct table_col *cols;
	size_t ncols;
	size_t sort; /* column, ncols: as the rows come */
	bool reverse;
	char filter[64];
	char at[64]; /* first cell of the row under the cursor */
	size_t cursor, top, page; /* in rows shown; page: rows on the screen */
	size_t shown; /* rows that passed the filter */
	uint32_t visible; /* columns on the screen, a bit each */
};

void table_init(struct table *, const struct table_col *, size_t ncols);
/*
 * rows: n elements of size bytes.  Draws header and rows into r; the cursor
 * only with focus.
 */
void table_draw(struct table *, struct canvas *, struct rect r,
    const void *rows, size_t n, size_t size, bool focus);
/* The row under the cursor, NULL if there is none. */
const void *table_row(struct table *, const void *rows, size_t n, size_t size);
/*
 * Cursor and sort actions; false if the action is none of its.  SORT_COLUMN
 * goes on to the descending order, then to the next column on the screen, at
 * last back to the rows' own order.
 */
bool table_key(
    struct table *, enum keys_action, const void *rows, size_t n, size_t size);
/* New array of one object per row, every column. */
json_t *table_json(const struct table_col *, size_t ncols, const void *rows,
    size_t n, size_t size);

#endif
