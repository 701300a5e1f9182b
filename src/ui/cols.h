/* SPDX-License-Identifier: MIT */
/*
 * cols: the columns of campaigns and countries, for every pane, `discador
 * show` and JSON alike.  Rows carry the board for its clock.
 */
#ifndef UI_COLS_H
#define UI_COLS_H

#include <stddef.h>

#include "shared/board.h"
#include "ui/table.h"

struct campaign_row {
	const struct board *b;
	const struct board_campaign *c;
	const char *zone; /* of times; NULL: the engine's */
};
struct country_row {
	const struct board *b;
	const struct board_country *c;
	const char *zone;
	int window; /* of its rates, below BOARD_WINDOWS; the last is today */
};
/*
 * Fill out[BOARD_CAMPAIGNS] ([BOARD_COUNTRIES]); returns how many.  Zone: the
 * engine's, window: today; the caller may change both.
 */
size_t cols_campaign_rows(const struct board *, struct campaign_row *out);
size_t cols_country_rows(const struct board *, struct country_row *out);

/* The overview's choice. */
extern const struct table_col cols_campaign[];
extern const size_t cols_ncampaign;
extern const struct table_col cols_country[]; /* country_cols.c's */
extern const size_t cols_ncountry;
/* All that is known of a campaign: the same keys and more. */
extern const struct table_col cols_campaign_full[];
extern const size_t cols_ncampaign_full;

/* The zone of a row: its own, else the engine's. */
const char *cols_zone(const char *zone, const struct board *);
/* The role in which a campaign's state is shown. */
uint8_t cols_state_role(const char *state);
/*
 * part / whole, at most 1: behind midnight calls are answered that were dialled
 * before it.  -1 when whole is 0.
 */
double cols_rate(uint64_t part, uint64_t whole);
/* A count (dim when 0), a rate ("-" and dim when negative). */
void cols_put_count(struct table_cell *, uint64_t);
void cols_put_rate(struct table_cell *, double);
/* How far the brake's test has come from release (0) to engaging (1); -1:
 * there is no test. */
double cols_evidence(const struct board_brake *);
/* Why it does not dial, and until when; "" if it does. */
void cols_campaign_why(const struct campaign_row *, char *out, size_t size);

#endif
