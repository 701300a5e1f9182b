/* SPDX-License-Identifier: MIT */
/*
 * cols: the columns of campaigns and countries, for every pane, `discador
 * show` and JSON alike.  Rows carry the board for its clock and zone.
 */
#ifndef UI_COLS_H
#define UI_COLS_H

#include <stddef.h>

#include "shared/board.h"
#include "ui/table.h"

struct campaign_row {
	const struct board *b;
	const struct board_campaign *c;
};
struct country_row {
	const struct board *b;
	const struct board_country *c;
};
/* Fill out[BOARD_CAMPAIGNS] ([BOARD_COUNTRIES]); returns how many. */
size_t cols_campaign_rows(const struct board *, struct campaign_row *out);
size_t cols_country_rows(const struct board *, struct country_row *out);

extern const struct table_col cols_campaign[];
extern const size_t cols_ncampaign;
extern const struct table_col cols_country[];
extern const size_t cols_ncountry;

/* The role in which a campaign's state is shown. */
uint8_t cols_state_role(const char *state);
/* part / whole; -1 when whole is 0. */
double cols_rate(uint64_t part, uint64_t whole);

#endif
