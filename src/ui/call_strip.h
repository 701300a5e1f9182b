/* SPDX-License-Identifier: MIT */
/*
 * call_strip: how many live calls are where on the way of a call, and how
 * many of them are stuck there: armed > sent > ringing > ... in two rows.
 */
#ifndef UI_CALL_STRIP_H
#define UI_CALL_STRIP_H

#include "ui/call_rows.h"
#include "ui/canvas.h"

#define CALL_STRIP_ROWS 2

void call_strip_draw(struct canvas *, struct rect, const struct call_rows *);

#endif
