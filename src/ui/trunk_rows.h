/* SPDX-License-Identifier: MIT */
/*
 * trunk_rows: trunks and switches as rows of a table: what a carrier gives, in
 * the window of time that was chosen, and what holds it back.  An endpoint or
 * registration belongs to the trunk that the engine says dials over it
 * (row_agent.queue), or that has its name.
 */
#ifndef UI_TRUNK_ROWS_H
#define UI_TRUNK_ROWS_H

#include <stddef.h>

#include "shared/rows.h"
#include "ui/pane.h"
#include "ui/table.h"

struct trunk_row {
	const struct board *b;
	const struct board_trunk *t;
	const struct row_agent *endpoint, *registration; /* NULL: unknown */
	int window; /* of rates and causes, below BOARD_WINDOWS */
};
struct switch_row {
	const struct board *b;
	const struct board_switch *s;
};

/* Fill out[BOARD_TRUNKS] ([BOARD_SWITCHES]); returns how many. */
size_t trunk_rows(const struct pane_ctx *, int window, struct trunk_row *out);
size_t trunk_switches(const struct pane_ctx *, struct switch_row *out);
/* "reduced to 12.0 of 30 CPS: ..."; "" when nothing holds it back. */
void trunk_held(const struct trunk_row *, char *out, size_t size);
/* Its endpoint and registration in words; "" if nothing is known. */
void trunk_peer(
    const struct trunk_row *, char *out, size_t size, uint8_t *role);
/* The last 10 seconds, minute, 10 minutes; today. */
const char *trunk_window(int window);

extern const struct table_col trunk_cols[];
extern const size_t trunk_ncols;
extern const struct table_col switch_cols[];
extern const size_t switch_ncols;

#endif
