/* SPDX-License-Identifier: MIT */
/*
 * pacer: an even rhythm with a hard window behind it.  Refuses to catch up
 * after a stall: the calls that could not leave are simply later.
 */
#include "engine/pacer.h"

#include <stdlib.h>

#include "shared/util.h"

#define PACER_MIN_RING 64

void
pacer_init(struct pacer *p)
{
	*p = (struct pacer){ .due = INT64_MIN,
		.size = PACER_MIN_RING,
		.ring = xcalloc(PACER_MIN_RING, sizeof(int64_t)) };
}

void
pacer_clear(struct pacer *p)
{
	free(p->ring);
	p->ring = NULL;
}

/* Room for more than cps sends; what is known of the last ones is kept. */
static void
enlarge(struct pacer *p, double cps)
{
	size_t size = p->size;
	int64_t *ring;

	while ((double)size <= cps + 1)
		size *= 2;
	if (size == p->size)
		return;
	ring = xcalloc(size, sizeof(*ring));
	for (uint64_t i = p->n > p->size ? p->n - p->size : 0; i < p->n; i++)
		ring[i & (size - 1)] = p->ring[i & (p->size - 1)];
	/* Sends older than the small ring remembers count as just left. */
	if (p->n > p->size)
		for (uint64_t i = p->n > size ? p->n - size : 0;
		     i < p->n - p->size; i++)
			ring[i & (size - 1)] =
			    p->ring[(p->n - p->size) & (p->size - 1)];
	free(p->ring);
	p->ring = ring;
	p->size = size;
}

void
pacer_rate(struct pacer *p, double cps)
{
	if (cps > PACER_MAX_CPS)
		cps = PACER_MAX_CPS;
	if (!(cps > 0))
		cps = 0;
	enlarge(p, cps);
	/* A faster rate need not wait out the gap of the slower one. */
	if (cps > p->cps && p->cps > 0 && p->n > 0 && p->due != INT64_MIN)
		p->due +=
		    (int64_t)(NS_PER_S / cps) - (int64_t)(NS_PER_S / p->cps);
	p->cps = cps;
}

int64_t
pacer_due(const struct pacer *p)
{
	int64_t due = p->due, window;
	uint64_t k;

	if (p->cps <= 0)
		return INT64_MAX;
	/* Ten steps of 0.4 are 3.9999999999999996, and mean 4. */
	k = p->cps < 1 ? 1 : (uint64_t)(p->cps + 1e-9);
	if (p->n >= k) {
		window = p->ring[(p->n - k) & (p->size - 1)] + NS_PER_S;
		if (p->cps < 1)
			window += (int64_t)(NS_PER_S / p->cps) - NS_PER_S;
		due = MAXIMUM(due, window);
	}
	return due;
}

void
pacer_sent(struct pacer *p, int64_t mono_ns)
{
	int64_t gap = p->cps > 0 ? (int64_t)(NS_PER_S / p->cps) : NS_PER_S;

	p->ring[p->n++ & (p->size - 1)] = mono_ns;
	if (p->fresh < p->size)
		p->fresh++;
	if (p->due == INT64_MIN ||
	    mono_ns - p->due > MAXIMUM(gap, PACER_SLACK_NS))
		p->due = mono_ns;
	p->due += gap;
}

void
pacer_written(struct pacer *p, int64_t mono_ns)
{
	for (uint64_t i = p->n - p->fresh; i < p->n; i++)
		p->ring[i & (p->size - 1)] = mono_ns;
	p->fresh = 0;
}

unsigned
pacer_second(struct pacer *p, int64_t mono_ns)
{
	if (p->n - p->tail > p->size)
		p->tail = p->n - p->size;
	while (p->tail < p->n &&
	       p->ring[p->tail & (p->size - 1)] <= mono_ns - NS_PER_S)
		p->tail++;
	return (unsigned)(p->n - p->tail);
}
