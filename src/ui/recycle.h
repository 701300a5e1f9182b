/* SPDX-License-Identifier: MIT */
/* recycle: contacts that wait to be called again, as columns by hour. */
#ifndef UI_RECYCLE_H
#define UI_RECYCLE_H

#include "ui/pane.h"

/* doc: the data of `details campaign`. */
void recycle_draw(
    const struct pane_ctx *, struct canvas *, struct rect, const json_t *doc);

#endif
