/* SPDX-License-Identifier: MIT */
/* country_week: the calling hours of a country by weekday, with its clock. */
#ifndef UI_COUNTRY_WEEK_H
#define UI_COUNTRY_WEEK_H

#include <stdint.h>

#include <jansson.h>

#include "shared/board.h"
#include "ui/canvas.h"

/*
 * A row per day from Monday on.  conf: the country as `show` has it, with
 * Saturdays and Sundays of their own; NULL: only what the board knows.
 */
void country_week_draw(struct canvas *, struct rect,
    const struct board_country *, const json_t *conf, int64_t now_ms);

#endif
