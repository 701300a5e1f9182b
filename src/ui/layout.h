/* SPDX-License-Identifier: MIT */
/* layout: share rows or columns among parts of the screen.  Pure. */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stddef.h>

#include "ui/canvas.h"

struct layout_part {
	int min; /* less is useless: then the part is left out (got 0) */
	int want; /* what it can use well */
	int weight; /* share of what is left when all have what they want */
	int got; /* the answer; the sum is total, unless all weights are 0 */
};
/*
 * Parts stand in order of the screen; when the minima do not fit, the last
 * ones are left out.
 */
void layout_split(int total, struct layout_part *, size_t n);
/* Cut the upper (left) n rows (columns) off *r. */
struct rect layout_top(struct rect *r, int n);
struct rect layout_left(struct rect *r, int n);

#endif
