/* SPDX-License-Identifier: MIT */
/*
 * country_details: everything known of one country: its clock and hours by
 * weekday, caps and keys, causes by window, dispositions, the caller IDs of
 * its cap group, who calls there now.
 */
#ifndef UI_COUNTRY_DETAILS_H
#define UI_COUNTRY_DETAILS_H

#include "ui/cols.h"
#include "ui/pane.h"

void country_details_draw(const struct pane_ctx *, struct canvas *, struct rect,
    const struct country_row *);

#endif
