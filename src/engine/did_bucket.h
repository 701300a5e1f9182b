/* SPDX-License-Identifier: MIT */
/*
 * did_bucket: some DIDs of one pool (all, those of a state, of an area), apart
 * by class of score and sorted by uses in each.  Every operation costs by the
 * number of different use counts in one class (with a cap of 100 at most 101,
 * with least used mostly two), never by the number of DIDs.
 *
 * A class keeps its DIDs in order[], sorted by uses; run[i] covers the DIDs
 * used run[i].uses times: order[start .. run[i].end), start being run[i-1].end
 * or 0.  Runs ascend in uses and none is empty.  A DID moves to the run beside
 * its own by one swap with the edge.
 */
#ifndef ENGINE_DID_BUCKET_H
#define ENGINE_DID_BUCKET_H

#include <stdint.h>

#include "engine/did.h"

#define DID_CLASSES   16
#define DID_CLASS_ONE 8 /* value 1 stands in its middle */

struct did_run {
	uint32_t uses, end;
};
struct did_class {
	struct did **order;
	struct did_run *run;
	uint32_t n, size; /* of order */
	uint32_t nrun, run_size;
	uint64_t sum; /* of uses */
};

struct did_bucket {
	char name[24]; /* "all", "state FL", "area 305" */
	uint8_t level; /* which pos[] of a DID is meant */
	uint16_t some; /* bit c: class c has DIDs */
	uint32_t n;
	struct did_class *class[DID_CLASSES]; /* NULL: none yet */
};

void did_bucket_clear(struct did_bucket *);
/* d->class and d->uses say where; neither may change while it is inside. */
void did_bucket_add(struct did_bucket *, struct did *);
void did_bucket_remove(struct did_bucket *, struct did *);
/* Move d to uses + 1 or - 1; the caller then changes d->uses. */
void did_bucket_up(struct did_bucket *, struct did *);
void did_bucket_down(struct did_bucket *, struct did *);
/* All its DIDs have 0 uses now (the caller changes each d->uses). */
void did_bucket_zero(struct did_bucket *);
/* How many of a class have less than limit uses: order[0 .. result). */
uint32_t did_class_under(const struct did_class *, uint32_t limit);
/* Least uses of a class that has DIDs, and how many have them. */
static inline uint32_t
did_class_least(const struct did_class *c)
{
	return c->run[0].uses;
}
static inline uint32_t
did_class_ties(const struct did_class *c)
{
	return c->run[0].end;
}

#endif
