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

#include "shared/buf.h"
#include "ui/canvas.h"
#include "ui/filter.h"
#include "ui/keys.h"

struct table_cell {
	char text[200];
	double num; /* for sorting and JSON when numeric */
	bool numeric;
	uint8_t fg, bg, attr;
	double bar; /* >= 0: a bar of that fraction with text behind it */
};

/* Columns name only what they need of the struct below. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define TABLE_COLS 32

struct table_col {
	const char *key; /* JSON; NULL: not in JSON */
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
	/*
	 * NULL: from cell().  What a column of many rows is sorted and
	 * filtered by without formatting a text; word is also what JSON gets
	 * and what the cursor follows, so it may be plainer than the cell.
	 */
	double (*num)(const void *row);
	const char *(*word)(const void *row); /* valid as long as the row */
};

struct table {
	const struct table_col *cols;
	size_t ncols;
	size_t sort; /* column, ncols: as the rows come */
	bool reverse;
	char filter[FILTER_TEXT]; /* ui/filter.h */
	const char *number; /* key of the column that a bare ">90" means */
	char at[64]; /* first cell of the row under the cursor */
	/*
	 * Not 0: rows, and what their cells say, are the same as at the last
	 * call with this gen, so that the order need not be made anew.  For
	 * thousands of rows; set it before each call.
	 */
	uint64_t gen;
	struct table_order *order; /* table_order.c's; table_clear() */
	struct rect drawn; /* where it stands on the screen, for clicks */
	size_t cursor, top, page; /* in rows shown; page: rows on the screen */
	size_t shown; /* rows that passed the filter */
	uint32_t visible; /* columns on the screen, a bit each */
	int16_t col_x[TABLE_COLS]; /* where a visible one begins in drawn */
};

void table_init(struct table *, const struct table_col *, size_t ncols);
/* Free what a table with a gen keeps; it can be used again. */
void table_clear(struct table *);
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
/* Put the cursor on the clicked row, sort by the clicked column; false: the
 * click was not on it. */
bool table_click(
    struct table *, int y, int x, const void *rows, size_t n, size_t size);
/* Put the cursor on the row whose first cell is name, if there is one; no
 * filter hides it any more. */
void table_go(struct table *, const char *name);
/* Show all rows again; false: there was no filter. */
bool table_unfilter(struct table *);
/* Movement in a text that stands in the table's place: *top is its first
 * line, which drawing clamps.  False: the action is no movement. */
bool table_scroll(enum keys_action, int *top);
/* Of h rows, those for a title and a table of n rows above details, which
 * are not worth it below `details` rows: then all. */
int table_height(int h, size_t n, int details);
/* Rows that pass the filter, in the order shown; the caller frees. */
size_t *table_shown(
    struct table *, const void *rows, size_t n, size_t size, size_t *shown);
/*
 * "Campaigns  3 of 17 match \"x\"", "Campaigns  4 of 17", "Campaigns"; what is
 * translated, n all rows, rows how many of them the screen can show.  After
 * table_draw(), which counts.
 */
void table_title(const struct table *, const char *what, size_t n, int rows,
    char *out, size_t size);
/* Aligned text with a header, every column that the screen can show. */
void table_print(struct buf *, const struct table_col *, size_t ncols,
    const void *rows, size_t n, size_t size);
/* New array of one object per row, every column. */
json_t *table_json(const struct table_col *, size_t ncols, const void *rows,
    size_t n, size_t size);

#endif
