/* SPDX-License-Identifier: MIT */
/*
 * simulate_numbers: numbers of a country that nobody has typed: valid by the
 * tables of shared/number.h, in the area codes wanted or all over the place,
 * none twice, the same ones from the same seed.
 */
#ifndef JOBS_SIMULATE_NUMBERS_H
#define JOBS_SIMULATE_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/simulate_conf.h"
#include "shared/util.h"

#define SIMULATE_BASES 400

struct simulate_numbers {
	int n;
	int64_t next;
	struct {
		char digits[MODEL_E164]; /* all but the last four */
		const char *zone;
	} base[SIMULATE_BASES];
};
/*
 * Up to so many numbers of that ISO region.  False: none was found; *area is
 * then the area code that has none, or NULL.
 */
bool simulate_numbers_init(struct simulate_numbers *, struct rng *,
    const char *region, const struct simulate_areas *, int64_t count,
    const char **area);
/* The next one; its zones in *zone. */
void simulate_numbers_next(
    struct simulate_numbers *, char e164[MODEL_E164], const char **zone);

#endif
