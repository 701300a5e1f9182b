/* SPDX-License-Identifier: MIT */
/* cmd_table: rows of texts, aligned, for people at a shell. */
#ifndef DAEMON_CMD_TABLE_H
#define DAEMON_CMD_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"

#define CMD_TABLE_COLS 16

/* struct cmd_table t = { .ncols = n, .right = 1u << column ... }; */
struct cmd_table {
	unsigned ncols;
	unsigned right; /* bit per column: aligned to the right */
	char **v; /* cells, row by row; the first row is the heading */
	size_t n, cap;
};
/* The next cell; what no screen shows is cleaned out of it. */
void cmd_table_cell(struct cmd_table *, const char *);
void cmd_table_fmt(struct cmd_table *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
/* "-" for a number below 0. */
void cmd_table_int(struct cmd_table *, int64_t);
/* Append it, each line behind so many blanks, and free the cells. */
void cmd_table_end(struct cmd_table *, unsigned indent, struct buf *);

#endif
