/* SPDX-License-Identifier: MIT */
/*
 * trunk_panel: everything about one trunk: what holds it back, the evidence of
 * its brake, what its calls end with, its endpoint.
 */
#ifndef UI_TRUNK_PANEL_H
#define UI_TRUNK_PANEL_H

#include "ui/canvas.h"
#include "ui/trunk_rows.h"

#define TRUNK_PANEL_H 7 /* rows that it needs */

/* zone: in which times are shown. */
void trunk_panel(
    struct canvas *, struct rect, const struct trunk_row *, const char *zone);
/* Every window beside the others, every class of causes a line. */
void trunk_windows(struct canvas *, struct rect, const struct trunk_row *);

#endif
