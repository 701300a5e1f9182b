/* SPDX-License-Identifier: MIT */
/*
 * made: made-up telephone numbers, valid in their country, for the demo and
 * for load tests.  They are of published ranges: somebody may have them, so
 * they are for simulated carriers and test switches only.
 */
#ifndef SHARED_MADE_H
#define SHARED_MADE_H

#include <stddef.h>
#include <stdint.h>

#include "shared/model.h"
#include "shared/util.h"

struct made_country {
	const char *name, *region; /* "usa", "US" */
	const char *patterns[12]; /* E.164; x a digit, n one of 2-9 */
};
extern const struct made_country made_countries[];
extern const size_t made_ncountries;
/* NULL: not among them. */
const struct made_country *made_country_find(const char *name);

/* Numbers made so far: none comes twice.  MADE_INIT; made_clear(). */
struct made {
	char (*v)[MODEL_E164];
	size_t n, cap;
	uint32_t *slot; /* hash table of indices + 1 */
	size_t nslots;
};
#define MADE_INIT                                                              \
	{                                                                      \
		NULL, 0, 0, NULL, 0                                            \
	}
void made_clear(struct made *);
/*
 * One more number of the country; with tail its last digits are those, where
 * an 'x' stands for any.  NULL: the patterns hold no more such numbers, or
 * very few.  Valid until the next.
 */
const char *made_number(
    struct made *, const struct made_country *, const char *tail, struct rng *);

#endif
