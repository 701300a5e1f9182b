/* SPDX-License-Identifier: MIT */
/*
 * campaign_details: everything known of one campaign, in as many columns as
 * the room has: funnel, what holds it and since when, dispositions, who waits
 * to be called again, caller IDs, trunks, keys, limits.  What the board does
 * not have is asked of the engine (`details campaign`).
 */
#ifndef UI_CAMPAIGN_DETAILS_H
#define UI_CAMPAIGN_DETAILS_H

#include "ui/pane.h"

void campaign_details_draw(const struct pane_ctx *, struct canvas *,
    struct rect, const struct board_campaign *);

#endif
