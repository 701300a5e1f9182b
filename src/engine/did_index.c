/* SPDX-License-Identifier: MIT */
/*
 * did_index: linear probing, removal by moving back what follows, so that
 * nothing is left behind by years of loads.  Iterates in no order at all.
 */
#include "engine/did_index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/util.h"

static uint64_t
hash_id(int64_t id)
{
	return hash_bytes(&id, sizeof(id));
}

static uint64_t
hash_number(const char *e164)
{
	return hash_bytes(e164, strlen(e164));
}

static size_t
home(const struct did_index *x, const struct did *d)
{
	uint64_t h = x->by_number ? hash_number(d->number) : hash_id(d->id);

	return h & (x->nslot - 1);
}

void
did_index_init(struct did_index *x, bool by_number)
{
	*x = (struct did_index){ .nslot = 64, .by_number = by_number };
	x->slot = xcalloc(x->nslot, sizeof(*x->slot));
}

void
did_index_clear(struct did_index *x)
{
	free(x->slot);
	*x = (struct did_index){ 0 };
}

static void
insert(struct did_index *x, struct did *d)
{
	size_t i = home(x, d);

	while (x->slot[i] != NULL)
		i = (i + 1) & (x->nslot - 1);
	x->slot[i] = d;
}

void
did_index_add(struct did_index *x, struct did *d)
{
	if ((x->n + 1) * 4 > x->nslot * 3) {
		struct did **old = x->slot;
		size_t nold = x->nslot;

		x->nslot *= 2;
		x->slot = xcalloc(x->nslot, sizeof(*x->slot));
		for (size_t i = 0; i < nold; i++)
			if (old[i] != NULL)
				insert(x, old[i]);
		free(old);
	}
	insert(x, d);
	x->n++;
}

void
did_index_remove(struct did_index *x, const struct did *d)
{
	size_t mask = x->nslot - 1, i = home(x, d);

	while (x->slot[i] != d) {
		assert(x->slot[i] != NULL);
		i = (i + 1) & mask;
	}
	/* Move back each one that would no longer be reached over the hole. */
	for (size_t k = (i + 1) & mask; x->slot[k] != NULL;
	     k = (k + 1) & mask) {
		size_t h = home(x, x->slot[k]);

		if (((k - h) & mask) < ((k - i) & mask))
			continue;
		x->slot[i] = x->slot[k];
		i = k;
	}
	x->slot[i] = NULL;
	x->n--;
}

struct did *
did_index_id(const struct did_index *x, int64_t id)
{
	size_t i = hash_id(id) & (x->nslot - 1);

	while (x->slot[i] != NULL && x->slot[i]->id != id)
		i = (i + 1) & (x->nslot - 1);
	return x->slot[i];
}

struct did *
did_index_number(const struct did_index *x, const char *e164)
{
	size_t i = hash_number(e164) & (x->nslot - 1);

	while (x->slot[i] != NULL && strcmp(x->slot[i]->number, e164) != 0)
		i = (i + 1) & (x->nslot - 1);
	return x->slot[i];
}
