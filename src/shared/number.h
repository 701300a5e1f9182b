/* SPDX-License-Identifier: MIT */
/*
 * number: what people type into the phone column of a list -> E.164, its
 * region, its kind, and the time zones it may lie in.  Pure, without locks
 * or start-up: the data is number_tables.c, made by contrib/numbers.
 *
 * The region decides the law, not the calling code: 25 regions share +1.
 * Published ranges are always older than the network, so a number of the
 * right shape in a range nobody has published is taken with a warning, and
 * its zone counts as unknown where the calling code spans several.
 */
#ifndef SHARED_NUMBER_H
#define SHARED_NUMBER_H

#include <stdbool.h>

#include "shared/model.h"

enum number_type { /* contrib/numbers/gen.py knows these values */
	NUMBER_FIXED,
	NUMBER_MOBILE,
	NUMBER_FIXED_OR_MOBILE, /* US, CA, MX, CL: cannot be told apart */
	NUMBER_TOLL_FREE,
	NUMBER_PREMIUM,
	NUMBER_SHARED_COST,
	NUMBER_VOIP,
	NUMBER_PERSONAL,
	NUMBER_PAGER,
	NUMBER_UAN,
	NUMBER_VOICEMAIL,
	NUMBER_UNKNOWN,
};
enum number_verdict {
#define NUMBER_VERDICTS(X)                                                     \
	X(OK, "ok", "a number")                                                \
	X(NEW_RANGE, "new-range", "possible, but in no published range")       \
	X(EMPTY, "empty", "the number is empty")                               \
	X(NOT_A_NUMBER, "not-a-number", "not a phone number")                  \
	X(SCIENTIFIC, "digits-lost",                                           \
	    "digits lost in a spreadsheet (1.2E+11): format the column as "    \
	    "text and export again")                                           \
	X(SEVERAL, "several-numbers", "several numbers in one cell")           \
	X(NO_COUNTRY, "no-country",                                            \
	    "no country code: write +... or give --country")                   \
	X(BAD_COUNTRY, "unknown-country-code", "no such country code")         \
	X(NO_AREA, "no-area", "the area code is missing")                      \
	X(TOO_SHORT, "too-short", "too short for its country")                 \
	X(TOO_LONG, "too-long", "too long for its country")                    \
	X(IMPOSSIBLE, "not-possible", "no number of its country looks so")
#define NUMBER_VERDICT(n, w, t) NUMBER_V_##n,
	NUMBER_VERDICTS(NUMBER_VERDICT)
#undef NUMBER_VERDICT
	    NUMBER_NVERDICT
};
/* "too-short", and the same for people. */
const char *number_verdict_word(enum number_verdict);
const char *number_verdict_text(enum number_verdict);

#define NUMBER_EXT 10
struct number {
	enum number_verdict verdict;
	enum number_type type;
	char e164[MODEL_E164]; /* "+525512345678"; "" if not accepted */
	char region[4]; /* "MX"; "001": a code without a country */
	char ext[NUMBER_EXT]; /* extension digits, never dialled */
};

/*
 * Parse one cell (UTF-8).  region: two letters ("MX") for numbers written
 * without a country code, or NULL: then only +... and 00... are taken.
 * True if the verdict is OK or NEW_RANGE; *out is filled in any case.
 */
bool number_parse(const char *cell, const char *region, struct number *out);
/* Is it a region of the tables ("US", upper case)? */
bool number_region_known(const char *region);
/* Main region of a calling code: 52 -> "MX", 1 -> "US"; NULL if none. */
const char *number_code_region(int code);
/* Version of the tables: libphonenumber's, "+", and our own count. */
const char *number_tables_version(void);

/*
 * Names of the zones an E.164 number may lie in, sorted, joined by ','; a
 * static text.  "" is unknown: whoever calls must hold the number.  NANP: all
 * zones of the area code and its overlays; without a published area code, or
 * toll-free and the like, unknown.  Elsewhere a number that is bound to no
 * place gets every zone of its country; premium rate is unknown everywhere.
 */
const char *number_zones(const char *e164);
/*
 * Area code of an E.164 number into out[8]: "212", "55", "11"; "" where the
 * number has none (mobiles of most countries) or we do not know.
 */
const char *number_area(const char *e164, char out[8]);
/*
 * State or province of an E.164 number into out[4], the second part of ISO
 * 3166-2 ("FL", "ON", "SP"), from its area code: US, CA, BR.  "" where it has
 * none, or the area code is in several, or we do not know.
 */
const char *number_state(const char *e164, char out[4]);

#endif
