/* SPDX-License-Identifier: MIT */
/*
 * did_details: everything known of one caller ID: its state and why, its uses
 * by hour, its usage rows, its last calls.  What the rows do not have is
 * asked of the engine (`details did`).
 */
#ifndef UI_DID_DETAILS_H
#define UI_DID_DETAILS_H

#include "ui/did_rows.h"

/*
 * The whole of r.  *top: first call shown; clamped to what there is.  Returns
 * how many calls the screen shows, for paging.
 */
int did_details_draw(const struct pane_ctx *, struct canvas *, struct rect,
    const struct did_line *, size_t *top);
/* The row's facts in few lines, below or beside a table. */
void did_details_short(struct canvas *, struct rect, const struct did_line *);

#endif
