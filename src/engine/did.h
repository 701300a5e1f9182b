/* SPDX-License-Identifier: MIT */
/*
 * did: the operator's own caller IDs, in pools (one per cap group), and the
 * choice of the next one: least used today, ties at random.  Choosing and
 * counting cost the same with 20 DIDs as with a million: a pool keeps its
 * eligible DIDs sorted by uses in one array with the bounds of each run.
 *
 * The count here is a picture of the did_usage rows; the database has the
 * last word, and did_uses() takes over what it says.
 */
#ifndef ENGINE_DID_H
#define ENGINE_DID_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/model.h"
#include "shared/util.h"

struct did_book;
struct did_pool;

struct did {
	int64_t id;
	char number[MODEL_E164];
	char area[16];
	int64_t blocked_until_ms; /* 0: not; INT64_MAX: for good */
	struct did_pool *pool;
	uint32_t uses; /* today */
	uint32_t pos; /* in the pool's order */
};

struct did_book *did_book_new(struct rng *);
void did_book_free(struct did_book *);
/* The pool of a cap group, made on first use. */
struct did_pool *did_pool(struct did_book *, const char *group);
const char *did_pool_group(const struct did_pool *);
/*
 * Add or update one DID.  blocked_until_ms as in struct did.  A DID that
 * changes its group takes its count with it only for the same day's group.
 */
void did_put(struct did_book *, int64_t id, const char *number,
    const char *area, const char *group, int64_t blocked_until_ms,
    int64_t now_ms);
struct did *did_find(struct did_book *, int64_t id);
/* Forget the DIDs that were not put again since did_begin_load(). */
void did_begin_load(struct did_book *);
void did_end_load(struct did_book *);
/* Uses of today as the database has them. */
void did_uses(struct did *, uint32_t uses);
/* A new day for this pool: every count is 0 again. */
void did_pool_reset(struct did_pool *);
/* Let blocks that have ended end; true if something changed. */
bool did_unblock_due(struct did_book *, int64_t now_ms);

/*
 * The next DID of the pool with uses < cap (cap 0: no limit), counted as used
 * once more.  NULL if there is none.
 */
struct did *did_pick(struct did_pool *, uint32_t cap);
/* Undo one did_pick. */
void did_unpick(struct did *);

/* Would did_pick find one?  How many DIDs are in the pool at all? */
bool did_available(struct did_pool *, uint32_t cap);
uint32_t did_pool_size(const struct did_pool *);

struct did_summary {
	uint32_t total, eligible, blocked, capped_out, uses_min, uses_max;
	uint64_t uses_sum;
	uint32_t hist[10];
};
/* Costs a walk over the runs of equal uses, not over the DIDs. */
void did_summarise(const struct did_pool *, uint32_t cap, struct did_summary *);
/* Pools in order of making, for publishing; NULL past the end. */
struct did_pool *did_pool_at(struct did_book *, unsigned i);

#endif
