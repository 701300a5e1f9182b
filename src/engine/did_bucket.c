/* SPDX-License-Identifier: MIT */
/*
 * did_bucket: arrays of DIDs sorted by uses.  Knows nothing of caps, blocks
 * and scores, and never changes a DID but for its place.
 */
#include "engine/did_bucket.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/util.h"

void
did_bucket_clear(struct did_bucket *b)
{
	for (int i = 0; i < DID_CLASSES; i++) {
		if (b->class[i] == NULL)
			continue;
		free(b->class[i] -> order);
		free(b->class[i] -> run);
		free(b->class[i]);
		b->class[i] = NULL;
	}
	b->some = 0;
	b->n = 0;
}

static uint32_t
start_of(const struct did_class *c, uint32_t i)
{
	return i > 0 ? c->run[i - 1].end : 0;
}

/* The first run with at least so many uses; nrun if there is none. */
static uint32_t
run_from(const struct did_class *c, uint32_t uses)
{
	uint32_t lo = 0, hi = c->nrun;

	/* Least used DIDs are what is mostly asked for. */
	if (hi > 0 && c->run[0].uses >= uses)
		return 0;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (c->run[mid].uses < uses)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
run_insert(struct did_class *c, uint32_t i, uint32_t uses, uint32_t end)
{
	if (c->nrun == c->run_size) {
		c->run_size = c->run_size ? c->run_size * 2 : 2;
		c->run = xreallocarray(c->run, c->run_size, sizeof(*c->run));
	}
	memmove(c->run + i + 1, c->run + i, (c->nrun - i) * sizeof(*c->run));
	c->run[i] = (struct did_run){ uses, end };
	c->nrun++;
}

static void
run_delete(struct did_class *c, uint32_t i)
{
	c->nrun--;
	memmove(c->run + i, c->run + i + 1, (c->nrun - i) * sizeof(*c->run));
}

static void
place(struct did_class *c, int level, struct did *d, uint32_t at)
{
	c->order[at] = d;
	d->pos[level] = at;
}

static void
swap(struct did_class *c, int level, struct did *d, uint32_t at)
{
	uint32_t from = d->pos[level];

	if (from == at)
		return;
	place(c, level, c->order[at], from);
	place(c, level, d, at);
}

void
did_bucket_add(struct did_bucket *b, struct did *d)
{
	struct did_class *c = b->class[d->class];
	uint32_t i, hole;

	if (c == NULL)
		c = b->class[d->class] = xcalloc(1, sizeof(*c));
	if (c->n == c->size) {
		/* A quarter more: a million DIDs are to stay small. */
		c->size += MAXIMUM(c->size / 4, 4);
		c->order = xreallocarray(c->order, c->size, sizeof(*c->order));
	}
	i = run_from(c, d->uses);
	if (i == c->nrun || c->run[i].uses != d->uses)
		run_insert(c, i, d->uses, start_of(c, i));
	/* Each higher run gives its first place and takes one behind it. */
	hole = c->n;
	for (uint32_t k = c->nrun - 1; k > i; k--) {
		place(c, b->level, c->order[c->run[k - 1].end], hole);
		hole = c->run[k - 1].end;
		c->run[k].end++;
	}
	place(c, b->level, d, hole);
	c->run[i].end++;
	c->n++;
	c->sum += d->uses;
	b->some |= (uint16_t)(1u << d->class);
	b->n++;
}

void
did_bucket_remove(struct did_bucket *b, struct did *d)
{
	struct did_class *c = b->class[d->class];
	uint32_t i = run_from(c, d->uses), hole = d->pos[b->level];

	assert(i < c->nrun && c->run[i].uses == d->uses);
	assert(hole < c->n && c->order[hole] == d);
	for (uint32_t k = i; k < c->nrun; k++) {
		uint32_t last = --c->run[k].end;

		place(c, b->level, c->order[last], hole);
		hole = last;
	}
	if (c->run[i].end == start_of(c, i))
		run_delete(c, i);
	c->n--;
	c->sum -= d->uses;
	if (c->n == 0)
		b->some &= (uint16_t) ~(1u << d->class);
	b->n--;
}

void
did_bucket_up(struct did_bucket *b, struct did *d)
{
	struct did_class *c = b->class[d->class];
	uint32_t i = run_from(c, d->uses), last;

	assert(i < c->nrun && c->run[i].uses == d->uses);
	last = c->run[i].end - 1;
	swap(c, b->level, d, last);
	if (i + 1 < c->nrun && c->run[i + 1].uses == d->uses + 1) {
		c->run[i].end--;
		if (last == start_of(c, i))
			run_delete(c, i);
	} else if (last == start_of(c, i)) {
		c->run[i].uses++;
	} else {
		run_insert(c, i + 1, d->uses + 1, last + 1);
		c->run[i].end--;
	}
	c->sum++;
}

void
did_bucket_down(struct did_bucket *b, struct did *d)
{
	struct did_class *c = b->class[d->class];
	uint32_t i = run_from(c, d->uses), first;

	assert(i < c->nrun && c->run[i].uses == d->uses && d->uses > 0);
	first = start_of(c, i);
	swap(c, b->level, d, first);
	if (i > 0 && c->run[i - 1].uses == d->uses - 1) {
		c->run[i - 1].end++;
		if (c->run[i].end == first + 1)
			run_delete(c, i);
	} else if (c->run[i].end == first + 1) {
		c->run[i].uses--;
	} else {
		run_insert(c, i, d->uses - 1, first + 1);
	}
	c->sum--;
}

void
did_bucket_zero(struct did_bucket *b)
{
	for (int i = 0; i < DID_CLASSES; i++) {
		struct did_class *c = b->class[i];

		if (c == NULL || c->n == 0)
			continue;
		c->nrun = 1;
		c->run[0] = (struct did_run){ 0, c->n };
		c->sum = 0;
	}
}

uint32_t
did_class_under(const struct did_class *c, uint32_t limit)
{
	return start_of(c, run_from(c, limit));
}
