/* SPDX-License-Identifier: MIT */
/*
 * import_extra: what a contact's row says besides its number: where it lies,
 * its name, further numbers, how urgent it is, when it wants to be called, and
 * all the rest.
 */
#ifndef JOBS_IMPORT_EXTRA_H
#define JOBS_IMPORT_EXTRA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/import.h"
#include "jobs/layout.h"
#include "shared/buf.h"
#include "shared/model.h"
#include "shared/number.h"
#include "shared/tz.h"

#define IMPORT_NAME 201 /* bytes, with the NUL */

struct import_extra {
	char zone[MODEL_ZONE]; /* "" unknown */
	char name[IMPORT_NAME]; /* UTF-8 without control characters */
	struct buf data; /* JSON object of the other columns; empty: none */
	struct buf alternates; /* JSON array; empty: none */
	int64_t priority; /* -100..100 */
	int64_t call_at_ms; /* 0: any time */
	int good; /* alternates in the array */
	int bad; /* alternates left out */
	uint32_t left_out; /* bit k: layout->alternate[k] is one of those */
};
/* What all rows of a list share; borrowed. */
struct import_where {
	const struct layout *layout;
	const struct import_country *countries;
	size_t ncountries;
};

/*
 * n: the row's number, of country c; region: of its numbers without a country
 * code, or NULL.  False: the row must not be loaded, why says in which column
 * the mistake is.  True: why names the alternates that were left out, empty if
 * none.  Both are reset first.
 */
bool import_extra_read(struct import_extra *, const struct import_where *,
    const struct csv_row *, const struct number *n,
    const struct import_country *c, const char *region, struct buf *why);
void import_extra_clear(struct import_extra *);

/* The configured country of that region; NULL: none. */
const struct import_country *import_country_of(
    const struct import_where *, const char *region);
/*
 * The zones of a number of country c as a contact holds them: with the state
 * ("America/New_York,US-FL") where the country's law names it.
 */
void import_zone(const struct import_country *c, const struct number *,
    char out[MODEL_ZONE]);
/*
 * "2026-11-21 15:30" or "2026-11-21T15:30:05", by the clock of zone (NULL: not
 * known); or with Z, +01:00, -0500 behind it.  False if it is no such time;
 * *ms = 0 if only the zone is missing.
 */
bool import_time(const char *text, const struct tz *zone, int64_t *ms);

#endif
