/* SPDX-License-Identifier: MIT */
/*
 * chart: graphs, sparklines and bars out of characters: braille and blocks,
 * or ASCII on a canvas that has nothing else.  Values that are NaN or
 * negative are gaps.
 */
#ifndef UI_CHART_H
#define UI_CHART_H

#include <stddef.h>

#include "ui/canvas.h"

struct chart_dot {
	float area; /* filled from the bottom */
	float line; /* one dot */
	bool alarm; /* paint this column's top in ROLE_BAD */
};
/* Dots that one row of w columns shows: 2 w, ASCII w. */
size_t chart_dots(const struct canvas *, int w);
/*
 * The graph fills r; dots[0] is the leftmost, n at most chart_dots(); with
 * fewer they stand at the right edge.  max > 0: value at the upper edge.
 */
void chart_graph(struct canvas *, struct rect r, const struct chart_dot *dots,
    size_t n, double max, struct style area, struct style line);
/* One row, a block per value, heights by max (> 0). */
void chart_spark(struct canvas *, int y, int x, int w, const double *v,
    size_t n, double max, struct style);
/*
 * Upright bars of w columns, gap columns between them, from the left of r;
 * heights by max (> 0).  Bars that do not fit are left out.
 */
void chart_columns(struct canvas *, struct rect r, const double *v, size_t n,
    int w, int gap, double max, struct style);
/* A bar of w columns, frac of it full (clamped to 0..1). */
void chart_bar(struct canvas *, int y, int x, int w, double frac,
    struct style full, struct style empty);
/* A round number >= v for the upper edge of an axis: 1, 1.2, 1.5, 2 ...
 * x 10^n. */
double chart_ceiling(double v);

#endif
