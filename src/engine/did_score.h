/* SPDX-License-Identifier: MIT */
/*
 * did_score: what the calls of a DID say of it, against its pool.
 *
 * score = ((answered + K p) / (calls + K)) / p, with p the pool's own share of
 * answered calls and K = 50 calls: a DID of which little is known counts as
 * average.  1 while the pool has less than 200 calls.  value = score * weight;
 * class = 8 + 2 log2(value), rounded, in 0..15: half an octave each.  A DID
 * leaves its class only a quarter of a class beyond the border, so that one
 * near a border does not move at each call; it is classed when it is touched,
 * not when the pool's rate drifts.
 *
 * Two sequential tests (sprt.h; alpha 0.001, beta 0.01) watch each DID:
 *	answers		H1: it answers half as often as its pool
 *	rejects		H1: 30 % of its calls are rejected; H0: 5 %
 * Evidence in its favour is kept to -2, so that a DID that goes bad is found
 * as fast as a new one.
 */
#ifndef ENGINE_DID_SCORE_H
#define ENGINE_DID_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/did.h"
#include "engine/did_bucket.h"

/* What the DIDs of a pool have done together. */
struct did_rate {
	uint64_t calls, answered;
	/*
	 * The last 1,000 to 2,000 calls of the pool.  The tests go by these:
	 * when nobody answers (a holiday, a trunk that fails), that is no
	 * DID's fault, and against the rate of weeks each would look bad.
	 */
	uint32_t late_calls, late_answered, late_rejected;
};

/* One more DID, one less, one more call. */
void did_rate_join(struct did_rate *, const struct did *);
void did_rate_leave(struct did_rate *, const struct did *);
void did_rate_call(struct did_rate *, bool answered, bool rejected);

/* Middle of a class; what score * weight is worth. */
double did_class_value(int class);
double did_score_value(const struct did *);
/*
 * Compute d->score anew.  Returns the class it should have: d->class unless
 * the border is crossed clearly, or anew says to go by the nearest.
 */
uint8_t did_score(struct did *, const struct did_rate *, bool anew);

/* Begin both tests anew. */
void did_tests_reset(struct did *);
/* One more call into both; as did_ended() says. */
bool did_tests_add(struct did *, const struct did_rate *, bool answered,
    bool rejected, char *reason, size_t size);

#endif
