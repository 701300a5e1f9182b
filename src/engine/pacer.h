/* SPDX-License-Identifier: MIT */
/*
 * pacer: when may the next call leave?  One for the total, one per trunk,
 * one per campaign.
 *
 * Due times are previous + 1/cps; a delay shorter than that gap or than
 * PACER_SLACK_NS keeps the rhythm, after a longer one nothing is caught up.
 * Whatever happened, call n never leaves earlier than one second after call n -
 * floor(cps): no sliding second holds more than cps calls.  (A rate below 1 is
 * a gap of 1/cps seconds; 2.5 means at most 2 in any second.)
 */
#ifndef ENGINE_PACER_H
#define ENGINE_PACER_H

#include <stddef.h>
#include <stdint.h>

#define PACER_MAX_CPS  200000
#define PACER_SLACK_NS (20 * 1000000LL)

struct pacer {
	double cps;
	int64_t due; /* mono ns of the next rhythm point */
	uint64_t n; /* calls so far; the last ones are in ring */
	uint64_t tail; /* oldest call that may be inside the last second */
	int64_t *ring; /* the last size sends, size a power of two > cps */
	size_t size;
	uint64_t fresh; /* sends not yet reported as written */
};

void pacer_init(struct pacer *);
void pacer_clear(struct pacer *);
/* 0 <= cps <= PACER_MAX_CPS (cut); 0 stops.  Takes effect at once. */
void pacer_rate(struct pacer *, double cps);
/* Mono ns before which no call may leave; INT64_MAX while cps is 0. */
int64_t pacer_due(const struct pacer *);
/* A call leaves at mono ns; the rhythm goes on from here. */
void pacer_sent(struct pacer *, int64_t mono_ns);
/*
 * The calls since the last pacer_written() were on the wire only at mono ns
 * (read after the write): the window counts from there.
 */
void pacer_written(struct pacer *, int64_t mono_ns);
/* Calls that left within the second that ends at mono ns (exclusive start). */
unsigned pacer_second(struct pacer *, int64_t mono_ns);

#endif
