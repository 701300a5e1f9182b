/* SPDX-License-Identifier: MIT */
/*
 * campaign_act: what keys do to the campaign under the cursor, the same in
 * every pane that lists campaigns.  Sends requests; changes nothing itself.
 */
#ifndef UI_CAMPAIGN_ACT_H
#define UI_CAMPAIGN_ACT_H

#include <stdbool.h>

#include "ui/pane.h"

/*
 * Pause or resume, start, stop (asks, with figures), why, edit, copy.  c NULL:
 * says that there is none.  False if the action is none of these.
 */
bool campaign_act(
    const struct pane_ctx *, const struct board_campaign *, enum keys_action);

#endif
