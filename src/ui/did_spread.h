/* SPDX-License-Identifier: MIT */
/*
 * did_spread: how evenly the uses of today lie on the caller IDs of each
 * pool, and where they do not.  Only IDs that could be used count: free ones
 * and those at their cap.  Pure.
 */
#ifndef UI_DID_SPREAD_H
#define UI_DID_SPREAD_H

#include "ui/did_rows.h"

#define DID_SPREAD_COUNTS 4096

enum did_spread_verdict {
	DID_SPREAD_NONE, /* no DID of it could be used today */
	DID_SPREAD_UNUSED, /* none was */
	DID_SPREAD_EVEN, /* they differ by one use at most */
	DID_SPREAD_AREAS, /* so do those of each area, areas differ */
	DID_SPREAD_UNEVEN
};

struct did_spread {
	char name[32]; /* of the pool */
	enum did_spread_verdict verdict;
	uint32_t usable, left_out; /* left out: blocked or resting */
	uint32_t least, median, most, cap;
	double mean;
	uint32_t areas; /* how many it has */
	char worst[12]; /* the area in which they differ most */
	uint32_t worst_by;
	/* DIDs by uses / unit; the last count has all above, too */
	uint32_t unit;
	uint32_t in[DID_SPREAD_COUNTS], out[DID_SPREAD_COUNTS];
};

/* One for each pool of the rows, in their order; out has room for all. */
void did_spread_make(const struct did_rows *, struct did_spread *out);
/* "even: ...", "uneven: ..." for people, translated. */
void did_spread_text(const struct did_spread *, char *out, size_t size);
/* DIDs with lo..hi uses; which: s->in or s->out. */
uint32_t did_spread_count(
    const struct did_spread *, const uint32_t *which, uint32_t lo, uint32_t hi);

#endif
