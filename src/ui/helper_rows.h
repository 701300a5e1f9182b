/* SPDX-License-Identifier: MIT */
/*
 * helper_rows: the processes that the engine looks after, as rows of a table
 * and as one sentence for the one that does not run.
 */
#ifndef UI_HELPER_ROWS_H
#define UI_HELPER_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/board.h"
#include "ui/table.h"

struct helper_row {
	const struct board *b;
	const struct board_helper *h;
	const char *zone; /* of times; NULL: the engine's */
};

/* Fill out[BOARD_HELPERS]; returns how many. */
size_t helper_rows(
    const struct board *, const char *zone, struct helper_row *out);
/* It should run and does not; what was stopped on purpose is not down. */
bool helper_down(const struct board_helper *);
/*
 * "discador-sshd does not run (started again in 4 s): ended by signal 9"; ""
 * while it runs.  Translated.
 */
void helper_says(const struct helper_row *, char *out, size_t size);
/* In how many seconds it is started again, 0 for now; -1: it is not. */
int helper_again_s(const struct board *, const struct board_helper *);

extern const struct table_col helper_cols[];
extern const size_t helper_ncols;

#endif
