/* SPDX-License-Identifier: MIT */
/*
 * table_order: which rows of a table are shown, in which order, and where
 * its cursor is among them.  For table*.c only.
 */
#ifndef UI_TABLE_ORDER_H
#define UI_TABLE_ORDER_H

#include "ui/table.h"

/*
 * Indices of the t->shown rows that are shown, in order, valid until the next
 * call.  Costs nothing when gen, sort, filter and n are as they were;
 * otherwise it starts from the order before, so that rows that hardly moved
 * are hardly sorted.
 */
const size_t *table_order(
    struct table *, const void *rows, size_t n, size_t size);
/* Put the cursor on the row it was on, wherever that went; gone: it stays at
 * its place. */
void table_order_follow(struct table *, const void *rows, size_t size);
/* Where the cursor is now is the row to follow. */
void table_order_remember(struct table *, const void *rows, size_t size);
/* At the end of a call: without a gen nothing is kept. */
void table_order_leave(struct table *);

/* pass[i]: row i passes the filter; returns how many do. */
size_t table_filter(const struct table *, const void *rows, size_t n,
    size_t size, uint8_t *pass);

/* cell(), over() with *out as they are promised to find it. */
void table_cell_of(
    const struct table_col *, const void *row, struct table_cell *out);
bool table_over_of(
    const struct table_col *, const void *row, struct table_cell *out);
/* word(), or the text of cell(), which then is in *room. */
const char *table_word_of(
    const struct table_col *, const void *row, struct table_cell *room);

#endif
