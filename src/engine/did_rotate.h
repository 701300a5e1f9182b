/* SPDX-License-Identifier: MIT */
/*
 * did_rotate: which DID of one bucket is next, by each rotation.
 *
 *	least_used	the least uses of all classes; ties of all at random
 *	highest_score	the highest class with one under the cap; in it as above
 *	weighted_score	the class with the highest V * (1 - u/cap), u its least
 *			uses; without a cap V / (1 + u/mean), mean of the
 *			bucket; in it as above
 *	weighted_random	a class with probability in proportion to V * (how many
 *			in it are under the cap), then any of these
 *
 * V = 2^((class - 8) / 2), the middle of its class.
 */
#ifndef ENGINE_DID_ROTATE_H
#define ENGINE_DID_ROTATE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/did.h"
#include "engine/did_bucket.h"
#include "shared/util.h"

struct did_found {
	struct did *did;
	uint32_t among; /* that were as good */
};

/* Has it one with uses < cap?  (cap 0: no limit) */
bool did_rotate_any(const struct did_bucket *, uint32_t cap);
/* False if none is under the cap; then nothing was drawn from the source. */
bool did_rotate(const struct did_bucket *, const struct did_choice *,
    struct rng *, struct did_found *out);
/* "area 305: least used, 14 of 100, one of 37"; uses: after this one. */
void did_rotate_why(const struct did_bucket *, const struct did_choice *,
    const struct did_found *, uint32_t uses, char why[DID_WHY]);

#endif
