/* SPDX-License-Identifier: MIT */
/*
 * ami_pending: a ring that doubles.  One answered out of turn is marked and
 * leaves when it reaches the head.
 */
#include "net/ami_pending.h"

#include <string.h>

#include "shared/util.h"

void
ami_pending_init(struct ami_pending *q)
{
	memset(q, 0, sizeof(*q));
}

void
ami_pending_clear(struct ami_pending *q)
{
	free(q->ring);
	ami_pending_init(q);
}

void
ami_pending_reset(struct ami_pending *q)
{
	q->head = q->count = 0;
}

static struct ami_pending_row *
row(const struct ami_pending *q, size_t i)
{
	return &q->ring[(q->head + i) & (q->cap - 1)];
}

void
ami_pending_add(struct ami_pending *q, const char *id, int64_t mono_ns)
{
	struct ami_pending_row *r;

	if (q->count == q->cap) {
		size_t cap = q->cap == 0 ? 64 : q->cap * 2;
		struct ami_pending_row *ring = xcalloc(cap, sizeof(*ring));

		for (size_t i = 0; i < q->count; i++)
			ring[i] = *row(q, i);
		free(q->ring);
		q->ring = ring;
		q->cap = cap;
		q->head = 0;
	}
	r = row(q, q->count++);
	str_copy(r->id, sizeof(r->id), id);
	r->sent_ns = mono_ns;
	r->done = false;
}

bool
ami_pending_settle(struct ami_pending *q, const char *id)
{
	bool found = false;

	for (size_t i = 0; i < q->count && !found; i++) {
		struct ami_pending_row *r = row(q, i);

		if (!r->done && strcmp(r->id, id) == 0)
			found = r->done = true;
	}
	while (q->count > 0 && row(q, 0)->done) {
		q->head = (q->head + 1) & (q->cap - 1);
		q->count--;
	}
	return found;
}

int64_t
ami_pending_oldest(const struct ami_pending *q)
{
	return q->count > 0 ? row(q, 0)->sent_ns : 0;
}
