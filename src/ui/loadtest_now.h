/* SPDX-License-Identifier: MIT */
/*
 * loadtest_now: the load test that runs, as the board has it: how far its job
 * is, its pace, its set-up times against what they should be.
 */
#ifndef UI_LOADTEST_NOW_H
#define UI_LOADTEST_NOW_H

#include "shared/board.h"
#include "ui/canvas.h"

/* The one that runs, else the one that ended last; NULL: none at all. */
const struct board_job *loadtest_now_job(const struct board *);
void loadtest_now_draw(struct canvas *, struct rect, const struct board *);

#endif
