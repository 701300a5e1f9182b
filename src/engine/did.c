/* SPDX-License-Identifier: MIT */
/*
 * did: the book of caller IDs: what the operator has, as the loads say it, each
 * in its pool (did_pool).  Never makes up a number.
 */
#include "engine/did.h"

#include <stdlib.h>
#include <string.h>

#include "engine/did_index.h"
#include "engine/did_pool.h"

struct entry {
	struct did d;
	uint32_t load; /* the last it was put in */
};

struct did_book {
	struct rng *rng;
	struct did_pool **pools;
	unsigned npools;
	struct entry **all;
	size_t n, size;
	struct did_index ids, numbers;
	uint32_t load;
};

static int
word_in(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return (int)i;
	return -1;
}

int
did_rotation_parse(const char *word)
{
	static const char *const words[] = { [DID_LEAST_USED] = "least_used",
		[DID_WEIGHTED_SCORE] = "weighted_score",
		[DID_HIGHEST_SCORE] = "highest_score",
		[DID_WEIGHTED_RANDOM] = "weighted_random" };

	return word_in(words, nitems(words), word);
}

int
did_near_parse(const char *word)
{
	static const char *const words[] = { [DID_ANYWHERE] = "none",
		[DID_AREA] = "area",
		[DID_STATE] = "state" };

	return word_in(words, nitems(words), word);
}

struct did_book *
did_book_new(struct rng *rng)
{
	struct did_book *b = xcalloc(1, sizeof(*b));

	b->rng = rng;
	did_index_init(&b->ids, false);
	did_index_init(&b->numbers, true);
	return b;
}

void
did_book_free(struct did_book *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->n; i++)
		free(b->all[i]);
	for (unsigned i = 0; i < b->npools; i++)
		did_pool_free(b->pools[i]);
	free(b->pools);
	free(b->all);
	did_index_clear(&b->ids);
	did_index_clear(&b->numbers);
	free(b);
}

struct did_pool *
did_pool(struct did_book *b, const char *group)
{
	char name[sizeof(((struct did_pool *)NULL)->group)];
	struct did_pool *p;

	str_copy(name, sizeof(name), group);
	for (unsigned i = 0; i < b->npools; i++)
		if (strcmp(b->pools[i]->group, name) == 0)
			return b->pools[i];
	p = did_pool_new(b, b->rng, name);
	b->pools = xreallocarray(b->pools, b->npools + 1, sizeof(*b->pools));
	b->pools[b->npools++] = p;
	return p;
}

struct did_pool *
did_pool_at(struct did_book *b, unsigned i)
{
	return i < b->npools ? b->pools[i] : NULL;
}

struct did *
did_find(struct did_book *b, int64_t id)
{
	return did_index_id(&b->ids, id);
}

struct did *
did_find_number(struct did_book *b, const char *e164)
{
	return did_index_number(&b->numbers, e164);
}

static struct did *
add(struct did_book *b, int64_t id, const char *number)
{
	struct entry *e = xcalloc(1, sizeof(*e));

	e->d.id = id;
	str_copy(e->d.number, sizeof(e->d.number), number);
	if (b->n == b->size) {
		b->size += MAXIMUM(b->size / 4, 64);
		b->all = xreallocarray(b->all, b->size, sizeof(*b->all));
	}
	b->all[b->n++] = e;
	did_index_add(&b->ids, &e->d);
	did_index_add(&b->numbers, &e->d);
	return &e->d;
}

/* It is out of every bucket: write where it belongs, and put it there. */
static void
settle(struct did *d, const char *area, const char *state, int weight,
    struct did_pool *p, int64_t blocked_until_ms)
{
	bool moves = d->pool != p;

	str_copy(d->area, sizeof(d->area), area);
	str_copy(d->state, sizeof(d->state), state);
	d->weight = weight;
	d->blocked_until_ms = blocked_until_ms;
	if (moves) {
		if (d->pool != NULL)
			did_pool_quit(d);
		d->uses = 0;
		did_tests_reset(d);
		did_pool_join(p, d);
	}
	d->class = did_score(d, &p->rate, moves);
	did_pool_enter(d);
}

void
did_put(struct did_book *b, int64_t id, const char *number, const char *area,
    const char *state, int weight, const char *group, int64_t blocked_until_ms,
    int64_t now_ms)
{
	struct did_pool *p = did_pool(b, group);
	struct did *d = did_find(b, id);
	char n[sizeof(d->number)], a[sizeof(d->area)], s[sizeof(d->state)];

	str_copy(n, sizeof(n), number);
	str_copy(a, sizeof(a), area);
	str_copy(s, sizeof(s), state);
	if (blocked_until_ms <= now_ms)
		blocked_until_ms = 0;
	if (d == NULL) {
		d = add(b, id, n);
		settle(d, a, s, weight, p, blocked_until_ms);
	} else if (d->pool != p || d->blocked_until_ms != blocked_until_ms ||
		   strcmp(d->area, a) != 0 || strcmp(d->state, s) != 0) {
		did_pool_leave(d);
		settle(d, a, s, weight, p, blocked_until_ms);
	} else { /* what a load finds nearly always */
		d->weight = weight;
		did_pool_classify(d);
	}
	if (strcmp(d->number, n) != 0) {
		did_index_remove(&b->numbers, d);
		str_copy(d->number, sizeof(d->number), n);
		did_index_add(&b->numbers, d);
	}
	((struct entry *)d)->load = b->load;
}

void
did_begin_load(struct did_book *b)
{
	b->load++;
}

void
did_end_load(struct did_book *b)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct entry *e = b->all[i];

		if (e->load == b->load) {
			b->all[kept++] = e;
			continue;
		}
		did_pool_leave(&e->d);
		did_pool_quit(&e->d);
		did_index_remove(&b->ids, &e->d);
		did_index_remove(&b->numbers, &e->d);
		free(e);
	}
	b->n = kept;
}

void
did_pool_reset(struct did_pool *p)
{
	struct did_book *b = p->book;

	did_pool_zero(p);
	for (size_t i = 0; i < b->n; i++)
		if (b->all[i]->d.pool == p)
			b->all[i]->d.uses = 0;
}

bool
did_unblock_due(struct did_book *b, int64_t now_ms)
{
	bool any = false;

	for (unsigned i = 0; i < b->npools; i++)
		any |= did_pool_unblock(b->pools[i], now_ms);
	return any;
}
