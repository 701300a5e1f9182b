/* SPDX-License-Identifier: MIT */
/*
 * sprt: Wald's sequential probability ratio test on a share of good calls.
 * H1: the share is bad (<= p1); H0: it is fine (>= p0 > p1).  Each call adds
 * the logarithm of its likelihood ratio to the evidence: above ln((1-beta)
 * / alpha) H1 is accepted, below ln(beta / (1-alpha)) H0.  (A. Wald,
 * Sequential Analysis, 1947.)
 */
#ifndef ENGINE_SPRT_H
#define ENGINE_SPRT_H

#include <stdbool.h>
#include <stdint.h>

struct sprt {
	double up, down; /* limits of the evidence, up > 0 > down */
	double add_good, add_bad; /* what one call adds: < 0, > 0 */
	double llr; /* the evidence for H1 */
	uint64_t n, good; /* calls since it was begun anew */
};
enum sprt_verdict { SPRT_OPEN, SPRT_H1, SPRT_H0 };

/*
 * 0 < p1 < p0 < 1 (brought into range otherwise); alpha: chance to accept H1
 * where H0 is true; beta: the other way round.
 */
void sprt_init(struct sprt *, double p1, double p0, double alpha, double beta);
/* One call that was added as good was not: as if it had not been added. */
void sprt_recant(struct sprt *);
/* Begin anew with no evidence. */
void sprt_reset(struct sprt *);
/* One more call. */
enum sprt_verdict sprt_add(struct sprt *, bool good);
/*
 * For a test that watches for ever: evidence for H0 is not hoarded beyond
 * floor (<= 0), so that a change is found as fast as at the beginning.
 */
void sprt_forget(struct sprt *, double floor);

#endif
