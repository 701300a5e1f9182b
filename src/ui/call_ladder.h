/* SPDX-License-Identifier: MIT */
/*
 * call_ladder: the way of one call as a picture: engine, switch and far end
 * stand side by side, an arrow per step with its time.
 */
#ifndef UI_CALL_LADDER_H
#define UI_CALL_LADDER_H

#include "ui/call_rows.h"
#include "ui/canvas.h"

/*
 * Head and ladder into r.  *top: the first step that is shown, clamped; NULL:
 * the last ones that there is room for.
 */
void call_ladder_draw(
    struct canvas *, struct rect r, const struct call_row *, int *top);

#endif
