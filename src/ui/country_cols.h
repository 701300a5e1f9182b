/* SPDX-License-Identifier: MIT */
/*
 * country_cols: the columns of the countries pane.  Rates are of the row's
 * window; what is dialled today and what is left are not.
 */
#ifndef UI_COUNTRY_COLS_H
#define UI_COUNTRY_COLS_H

#include <stddef.h>
#include <stdint.h>

#include "ui/cols.h"

extern const struct table_col country_cols[];
extern const size_t country_ncols;

/* What ended in the row's window, with the denominators of its rates. */
struct country_count {
	uint64_t ended, tried; /* tried: what ASR is a share of */
	uint64_t answered, ner_good, humans, connected, opted_out, machine,
	    abandoned;
};
struct country_count country_count(const struct country_row *);
/* "100 a day, with canada", "100 a day", "no limit". */
void country_cap_text(const struct country_row *, char *out, size_t size);
/* "3 connects, 9 out" */
void country_keys_text(const struct board_country *, char *out, size_t size);

#endif
