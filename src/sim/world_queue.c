/* SPDX-License-Identifier: MIT */
/* world_queue: a heap with four children per node: fewer levels to move. */
#include "sim/world_queue.h"

#include <assert.h>

#include "shared/util.h"

#define WAYS 4

static bool
before(const struct world_key *x, const struct world_key *y)
{
	return x->a != y->a ? x->a < y->a : x->b < y->b;
}

void
world_queue_push(struct world_queue *q, struct world_key k)
{
	size_t i = q->n++;

	if (i == q->cap) {
		q->cap = q->cap > 0 ? q->cap * 2 : 64;
		q->v = xreallocarray(q->v, q->cap, sizeof(*q->v));
	}
	while (i > 0 && before(&k, &q->v[(i - 1) / WAYS])) {
		q->v[i] = q->v[(i - 1) / WAYS];
		i = (i - 1) / WAYS;
	}
	q->v[i] = k;
}

struct world_key
world_queue_pop(struct world_queue *q)
{
	struct world_key top, last;
	size_t i = 0;

	assert(q->n > 0);
	top = q->v[0];
	last = q->v[--q->n];
	for (;;) {
		size_t first = i * WAYS + 1, least = first, end;

		if (first >= q->n)
			break;
		end = MINIMUM(first + WAYS, q->n);
		for (size_t k = first + 1; k < end; k++)
			if (before(&q->v[k], &q->v[least]))
				least = k;
		if (!before(&q->v[least], &last))
			break;
		q->v[i] = q->v[least];
		i = least;
	}
	q->v[i] = last;
	return top;
}

void
world_queue_clear(struct world_queue *q)
{
	free(q->v);
	*q = (struct world_queue){ .v = NULL };
}
