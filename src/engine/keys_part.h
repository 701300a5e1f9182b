/* SPDX-License-Identifier: MIT */
/*
 * keys_part: the book of keys.h as its files see it: keys.c counts,
 * keys_judge.c judges.
 */
#ifndef ENGINE_KEYS_PART_H
#define ENGINE_KEYS_PART_H

#include "engine/keys.h"

#define KEYS_HASH      8192 /* power of two: rows and contexts seldom meet */
#define KEYS_NKEYS     (sizeof(FLOW_KEYS) - 1)
#define KEYS_NONE      UINT16_MAX
#define KEYS_HAS(m, i) (((m) >> (i)) & 1)

_Static_assert(ROWS_KEYS_MAX < KEYS_NONE, "rows are uint16_t here");

struct keys_rec {
	struct row_key r;
	uint16_t next; /* of its chain; KEYS_NONE */
	uint16_t context;
	bool told_not; /* in the ring */
	/* Of a context as it was before its last change. */
	uint32_t old_connects, old_machine;
};

/* At most one for each row, and those that the engine was told of. */
struct keys_context {
	char name[MODEL_NAME];
	int version; /* -1: nobody has told */
	bool known; /* states, used and taken hold */
	bool states; /* it lists states */
	/*
	 * Bit per key that leads anywhere in it; and the same without the
	 * questions that take every key.
	 */
	uint16_t used, taken;
	uint32_t stray[KEYS_NKEYS]; /* keys_judge(): machines' presses */
	double low; /* keys_judge(): the worst; -1 none */
	int worst; /* its row */
};

struct keys {
	uint32_t day; /* which one; changes with each */
	uint32_t n; /* rows in use */
	struct keys_rec v[ROWS_KEYS_MAX];
	uint16_t head[KEYS_HASH];
	uint16_t ring[ROWS_KEYS_MAX];
	uint32_t ring_at, ring_n;
	struct keys_context *contexts;
	size_t ncontexts;
};

void keys_changed(struct keys *, uint32_t row);
/* The share of its present context's connections; -1 none. */
double keys_low(const struct keys_rec *);
/* The words of a warning, and the better key. */
void keys_advise(const struct keys *, struct keys_rec *);

#endif
