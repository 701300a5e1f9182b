/* SPDX-License-Identifier: MIT */
/* pane_help: the help over a pane, made from the key table. */
#ifndef UI_PANE_HELP_H
#define UI_PANE_HELP_H

#include "ui/pane.h"

/* Draws over all of the canvas's middle; top scrolls, and is clamped. */
void pane_help_draw(struct canvas *, const struct pane *, int *top);
/* The last line: what the most used keys do here. */
void pane_help_footer(struct canvas *, int y, const struct pane *);
/* In its place, while keys go elsewhere. */
void pane_help_hint(struct canvas *, int y, const char *text);

#endif
