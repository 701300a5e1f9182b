/* SPDX-License-Identifier: MIT */
/*
 * did_pool: the DIDs of one cap group.  Those that may be picked stand in the
 * pool's buckets (did_bucket.h): all in the first, and each in that of its
 * state and that of its area; the blocked stand in a plain list.
 *
 * Of did.h it implements all that needs no more than one pool.
 */
#ifndef ENGINE_DID_POOL_H
#define ENGINE_DID_POOL_H

#include <stdint.h>

#include "engine/did.h"
#include "engine/did_bucket.h"
#include "engine/did_score.h"
#include "shared/util.h"

struct did_pool {
	char group[32];
	struct did_book *book;
	struct rng *rng;
	struct did_bucket *bucket; /* [0] is all; none is ever removed */
	uint32_t nbucket;
	uint32_t *slot; /* by name: index into bucket; 0: empty */
	uint32_t nslot;
	struct did **blocked; /* pos[0] is the place in it */
	uint32_t nblocked, blocked_size;
	int64_t due_ms; /* no block ends earlier */
	uint64_t sum; /* of uses, those of the blocked too */
	struct did_rate rate;
};

struct did_pool *did_pool_new(
    struct did_book *, struct rng *, const char *group);
/* The DIDs belong to the book. */
void did_pool_free(struct did_pool *);

/* d->pool = the pool; what d was used and has learnt counts there. */
void did_pool_join(struct did_pool *, struct did *);
/* The opposite; d is out of the buckets. */
void did_pool_quit(struct did *);
/* Into the buckets of its area and state, or among the blocked. */
void did_pool_enter(struct did *);
/* Out of them; before any of what decides about them changes. */
void did_pool_leave(struct did *);
/* Score it anew; into another class if it is clearly there. */
void did_pool_classify(struct did *);
/* Every count in the buckets is 0; the caller sets each d->uses. */
void did_pool_zero(struct did_pool *);
/* As did_unblock_due(), for one pool. */
bool did_pool_unblock(struct did_pool *, int64_t now_ms);

#endif
