/* SPDX-License-Identifier: MIT */
/* number_read: a cell as digits, for number.c alone. */
#ifndef SHARED_NUMBER_READ_H
#define SHARED_NUMBER_READ_H

#include <stdbool.h>

#include "shared/number.h"

#define NUMBER_DIGITS 20 /* of a cell; E.164 itself ends at 15 */

/* A national number while it is worked on; digits may be inserted. */
struct number_nat {
	char d[NUMBER_DIGITS + 4]; /* not terminated */
	int len;
};

/* What to parse: the cell, or copy; NULL: its digits are lost for good. */
const char *number_spreadsheet(const char *cell, char copy[NUMBER_DIGITS + 2]);
/* Cell -> digits, whether a plus stood before them, extension. */
enum number_verdict number_tokenise(
    const char *cell, struct number_nat *, bool *plus, char ext[NUMBER_EXT]);

#endif
