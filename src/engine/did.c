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
	struct entry *next; /* behind it in the queue of changed ones */
	char *reason; /* of its block; NULL: none */
	uint32_t load; /* the last it was put in */
};
#define ROWS_SPARE 1000 /* rows nobody has, a quarter more: count anew */

struct did_book {
	struct rng *rng;
	struct did_pool **pools;
	unsigned npools;
	struct entry **all;
	size_t n, size;
	struct did_index ids, numbers;
	uint32_t load;
	struct entry *changed, **changed_end;
	uint32_t rows; /* given away so far */
	uint32_t *left; /* rows of DIDs that left, not told yet */
	uint32_t nleft, left_size;
	char (*country)[32]; /* by did.country */
	uint16_t ncountry;
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
	b->changed_end = &b->changed;
	did_index_init(&b->ids, false);
	did_index_init(&b->numbers, true);
	return b;
}

void
did_book_free(struct did_book *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->n; i++) {
		free(b->all[i]->reason);
		free(b->all[i]);
	}
	free(b->left);
	free(b->country);
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

/* ---- what viewers are told -------------------------------------------- */

void
did_touch(struct did *d)
{
	struct did_book *b = d->pool->book;
	struct entry *e = (struct entry *)d;

	if (d->told_not)
		return;
	d->told_not = true;
	e->next = NULL;
	*b->changed_end = e;
	b->changed_end = &e->next;
}

void
did_pool_touch(struct did_pool *p)
{
	struct did_book *b = p->book;

	for (size_t i = 0; i < b->n; i++)
		if (b->all[i]->d.pool == p)
			did_touch(&b->all[i]->d);
}

bool
did_next(struct did_book *b, uint32_t *row, const struct did **d)
{
	struct entry *e = b->changed;

	*d = NULL;
	if (b->nleft > 0) {
		*row = b->left[--b->nleft];
		return true;
	}
	if (e == NULL)
		return false;
	b->changed = e->next;
	if (b->changed == NULL)
		b->changed_end = &b->changed;
	e->d.told_not = false;
	*row = e->d.row;
	*d = &e->d;
	return true;
}

uint32_t
did_rows(const struct did_book *b)
{
	return b->rows;
}

/* Those that go with this load leave the queue and their rows. */
static void
untell(struct did_book *b)
{
	struct entry *e = b->changed;

	b->changed = NULL;
	b->changed_end = &b->changed;
	for (struct entry *next; e != NULL; e = next) {
		next = e->next;
		e->next = NULL;
		if (e->load != b->load)
			continue;
		*b->changed_end = e;
		b->changed_end = &e->next;
	}
}

static void
leave_row(struct did_book *b, uint32_t row)
{
	if (b->nleft == b->left_size) {
		b->left_size += MAXIMUM(b->left_size / 4, 64);
		b->left =
		    xreallocarray(b->left, b->left_size, sizeof(*b->left));
	}
	b->left[b->nleft++] = row;
}

/* Too many rows are nobody's: everybody gets another one. */
static void
count_rows(struct did_book *b)
{
	if (b->rows <= b->n + b->n / 4 + ROWS_SPARE)
		return;
	b->nleft = 0;
	b->rows = (uint32_t)b->n;
	for (uint32_t i = 0; i < b->rows; i++) {
		b->all[i]->d.row = i;
		did_touch(&b->all[i]->d);
	}
}

static uint16_t
country_of(struct did_book *b, const char *name)
{
	char cut[sizeof(*b->country)];
	uint16_t i = 0;

	str_copy(cut, sizeof(cut), name);
	while (i < b->ncountry && strcmp(b->country[i], cut) != 0)
		i++;
	if (i == b->ncountry && i < UINT16_MAX) {
		b->country =
		    xreallocarray(b->country, i + 1U, sizeof(*b->country));
		str_copy(b->country[i], sizeof(*b->country), cut);
		b->ncountry++;
	}
	return i;
}

void
did_describe(struct did *d, const char *country, const char *reason)
{
	struct did_book *b = d->pool->book;
	struct entry *e = (struct entry *)d;

	if (d->country >= b->ncountry ||
	    strcmp(b->country[d->country], country) != 0) {
		d->country = country_of(b, country);
		did_touch(d);
	}
	if (strcmp(did_reason(d), reason) == 0)
		return;
	free(e->reason);
	e->reason = reason[0] != '\0' ? xstrdup(reason) : NULL;
	did_touch(d);
}

const char *
did_country(const struct did *d)
{
	const struct did_book *b = d->pool->book;

	return d->country < b->ncountry ? b->country[d->country] : "";
}

const char *
did_reason(const struct did *d)
{
	const struct entry *e = (const struct entry *)d;

	return e->reason != NULL ? e->reason : "";
}

void
did_used(struct did *d, int64_t now_ms)
{
	d->last_s = (uint32_t)(now_ms / MS_PER_S);
	did_touch(d);
}

/* ---- loads ------------------------------------------------------------ */

static struct did *
add(struct did_book *b, int64_t id, const char *number)
{
	struct entry *e = xcalloc(1, sizeof(*e));

	e->d.id = id;
	e->d.row = b->rows++;
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
	did_touch(d);
}

struct did *
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
		if (d->weight != weight)
			did_touch(d);
		d->weight = weight;
		did_pool_classify(d);
	}
	if (strcmp(d->number, n) != 0) {
		did_index_remove(&b->numbers, d);
		str_copy(d->number, sizeof(d->number), n);
		did_index_add(&b->numbers, d);
		did_touch(d);
	}
	((struct entry *)d)->load = b->load;
	return d;
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

	untell(b);
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
		leave_row(b, e->d.row);
		free(e->reason);
		free(e);
	}
	b->n = kept;
	count_rows(b);
}

void
did_pool_reset(struct did_pool *p)
{
	struct did_book *b = p->book;

	did_pool_zero(p);
	for (size_t i = 0; i < b->n; i++)
		if (b->all[i]->d.pool == p) {
			b->all[i]->d.uses = 0;
			did_touch(&b->all[i]->d);
		}
}

bool
did_unblock_due(struct did_book *b, int64_t now_ms)
{
	bool any = false;

	for (unsigned i = 0; i < b->npools; i++)
		any |= did_pool_unblock(b->pools[i], now_ms);
	return any;
}
