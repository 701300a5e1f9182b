/* SPDX-License-Identifier: MIT */
/*
 * canvas_vt: from one canvas to the next as bytes for a terminal that speaks
 * ECMA-48 (every one since the VT100 that matters).  Pure: it appends to a
 * buffer; sending is the caller's.  A frame is whole or not sent at all, so a
 * caller that drops one paints the next in full (old NULL).
 */
#ifndef UI_CANVAS_VT_H
#define UI_CANVAS_VT_H

#include <stdbool.h>

#include "shared/buf.h"
#include "ui/canvas.h"
#include "ui/theme.h"

struct canvas_vt {
	const struct theme *theme;
	enum theme_depth depth;
	bool sync; /* bracket frames with DEC mode 2026 (no half frames seen) */
};

/* Enter the alternate screen, hide the cursor; and back again. */
void canvas_vt_enter(struct buf *);
void canvas_vt_leave(struct buf *);
/*
 * Bytes that turn a screen showing old into one showing new.  old NULL, or
 * of another size: a full paint.  Appends nothing when nothing changed.
 * Returns true if it appended.
 */
bool canvas_vt_diff(struct buf *, const struct canvas_vt *,
    const struct canvas *old, const struct canvas *new);

#endif
