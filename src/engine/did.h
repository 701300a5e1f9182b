/* SPDX-License-Identifier: MIT */
/*
 * did: the operator's own caller IDs, in pools (one per cap group), and the
 * choice of the next one.  Choosing and counting cost the same with 20 DIDs
 * as with a million: within each bucket (all, one state, one area) and class
 * of score a pool keeps its eligible DIDs sorted by uses in one array with
 * the bounds of each run.
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

#define DID_LEVELS 3 /* all of the pool, its state, its area */

/*
 * A sequential test as one DID keeps it: twelve bytes, for there may be a
 * million; its limits and steps are made anew (sprt.h) whenever it is used.
 */
struct did_test {
	float llr; /* the evidence that it is worse */
	uint32_t n, good; /* calls since it was begun anew */
};

struct did {
	int64_t id;
	char number[MODEL_E164];
	char area[16];
	char state[4]; /* "FL"; "" not known */
	int weight; /* operator's preference, 1 is neutral */
	uint32_t last_s; /* last use by this engine, wall; 0: none yet */
	int64_t blocked_until_ms; /* 0: not; INT64_MAX: for good */
	struct did_pool *pool;
	uint32_t uses; /* today */
	uint32_t pos[DID_LEVELS]; /* in each bucket's order; did's own */
	uint32_t near[DID_LEVELS - 1]; /* state's and area's bucket, or 0 */
	uint8_t class; /* of its score times its weight */
	bool listed : 1; /* in its buckets: not blocked */
	bool told_not : 1; /* changed since did_next() told of it */
	uint16_t country; /* did_country() */
	/* calls that ended with it, lately */
	uint32_t calls, answered, rejected;
	float score; /* 1: answers as the pool does; with shrinkage */
	struct did_test answers, rejects; /* sequential tests of the two */
	uint32_t row; /* did_next() */
};

enum did_rotation {
	DID_LEAST_USED, /* ties at random */
	DID_WEIGHTED_SCORE, /* best score times what is left of its cap */
	DID_HIGHEST_SCORE, /* best score class, least used in it */
	DID_WEIGHTED_RANDOM, /* at random in proportion to the score */
};
enum did_near { DID_ANYWHERE, DID_AREA, DID_STATE };
/* By their words in tbl_spec.h; -1 if it is none. */
int did_rotation_parse(const char *);
int did_near_parse(const char *);

struct did_choice {
	uint32_t cap; /* 0: no limit */
	enum did_rotation rotation;
	enum did_near near; /* AREA: area, then state, then all */
	const char *area, *state; /* of the called number; "" not known */
};
#define DID_WHY 96

struct did_book *did_book_new(struct rng *);
void did_book_free(struct did_book *);
/* The pool of a cap group, made on first use. */
struct did_pool *did_pool(struct did_book *, const char *group);
const char *did_pool_group(const struct did_pool *);
/*
 * Add or update one DID.  blocked_until_ms as in struct did.  A DID that
 * changes its group takes its count with it only for the same day's group.
 */
struct did *did_put(struct did_book *, int64_t id, const char *number,
    const char *area, const char *state, int weight, const char *group,
    int64_t blocked_until_ms, int64_t now_ms);
/* What is only shown: its country, and why it is blocked ("": it is not). */
void did_describe(struct did *, const char *country, const char *reason);
const char *did_country(const struct did *);
const char *did_reason(const struct did *);
/* A test of did_ended() gave that reason, and not a person. */
bool did_by_rule(const char *reason);
struct did *did_find(struct did_book *, int64_t id);
struct did *did_find_number(struct did_book *, const char *e164);
/* Forget the DIDs that were not put again since did_begin_load(). */
void did_begin_load(struct did_book *);
void did_end_load(struct did_book *);
/* Uses of today as the database has them. */
void did_uses(struct did *, uint32_t uses);
/* What earlier days taught; replaces calls, answered and rejected. */
void did_health(
    struct did *, uint64_t calls, uint64_t answered, uint64_t rejected);
/* A new day for this pool: every count is 0 again (what was learnt stays). */
void did_pool_reset(struct did_pool *);
/* Let blocks that have ended end; true if something changed. */
bool did_unblock_due(struct did_book *, int64_t now_ms);
/*
 * Block it here and now (the database is told by the caller).  A longer block
 * that it has already is not shortened.
 */
void did_block(struct did *, int64_t until_ms);

/*
 * The next DID of the pool with uses < cap, counted as used once more.  NULL
 * if there is none.  why, if not NULL, is told in words: "area 305: least
 * used, 14 of 100, one of 37".
 */
struct did *did_pick(
    struct did_pool *, const struct did_choice *, char why[DID_WHY]);
/* Undo one did_pick. */
void did_unpick(struct did *);

/*
 * A call with it has ended.  Learns; true when a sequential test (alpha 0.001)
 * has found it worse than its pool: answered half as often, or rejected
 * (603, 607, 608, Q.850 21) three times as often, 30 % at least.  reason says
 * so with figures; both tests begin anew.  Each call is judged by what its pool
 * answers at the time (did_score.h), so that an hour or a day when few answer
 * blocks nobody.
 */
bool did_ended(
    struct did *, bool answered, bool rejected, char *reason, size_t size);

/* A call has left with it. */
void did_used(struct did *, int64_t now_ms);

/*
 * DIDs that have changed, each once however often it has, the longest waiting
 * first; costs nothing while nothing changes.  *row is the DID's place in a
 * table that viewers have, dense and its own as long as it lives; *d NULL: the
 * one that was there has left.  False: nothing is new.
 */
bool did_next(struct did_book *, uint32_t *row, const struct did **d);
/* Rows of that table; fewer than before: all of them are told anew. */
uint32_t did_rows(const struct did_book *);
/* Something of it, of each of a pool, has changed. */
void did_touch(struct did *);
void did_pool_touch(struct did_pool *);

/* Would did_pick find one?  How many DIDs are in the pool at all? */
bool did_available(struct did_pool *, uint32_t cap);
uint32_t did_pool_size(const struct did_pool *);

struct did_summary {
	uint32_t total, eligible, blocked, capped_out, uses_min, uses_max;
	uint64_t uses_sum;
	uint64_t calls, answered; /* what the score is measured against */
	uint32_t hist[10];
};
/* Costs a walk over the runs of equal uses, not over the DIDs. */
void did_summarise(const struct did_pool *, uint32_t cap, struct did_summary *);
/* Pools in order of making, for publishing; NULL past the end. */
struct did_pool *did_pool_at(struct did_book *, unsigned i);

#endif
