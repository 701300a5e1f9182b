/* SPDX-License-Identifier: MIT */
/*
 * alert_page: one alert told whole: what it is, since when, who has seen it,
 * what it explains, and what to do about it.
 */
#ifndef UI_ALERT_PAGE_H
#define UI_ALERT_PAGE_H

#include "ui/canvas.h"
#include "ui/log_rows.h"

void alert_page(struct canvas *, struct rect, const struct alert_row *);
/*
 * What to do, translated; for a rule of the operator's own: where to read
 * what it looks at.
 */
const char *alert_advice(const char *rule);

#endif
