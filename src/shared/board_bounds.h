/* SPDX-License-Identifier: MIT */
/*
 * board_bounds: what makes a board safe to read while it is overwritten, for
 * its writer (board.c) and tests alone.
 */
#ifndef SHARED_BOARD_BOUNDS_H
#define SHARED_BOARD_BOUNDS_H

#include "shared/board.h"

/*
 * Counts no more than there is room for, ring heads within their rings, the
 * last byte of every text 0.
 */
void board_bounds(struct board *);

#endif
