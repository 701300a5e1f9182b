/* SPDX-License-Identifier: MIT */
/* frame: what stands above every pane: status, verdict, tabs. */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "ui/pane.h"

/*
 * Draws into the upper lines of all; returns what is left for the pane.
 * tabs[npanes]: where each tab stands, for clicks.
 */
struct rect frame_draw(struct canvas *, struct rect all,
    const struct pane_ctx *, size_t pane, struct rect *tabs);

#endif
