/* SPDX-License-Identifier: MIT */
/*
 * did_pool: where each DID of a cap group stands, and what changes it.  How
 * one is chosen stands in did_rotate, what is thought of it in did_score.
 */
#include "engine/did_pool.h"

#include <stdlib.h>
#include <string.h>

#include "engine/did_rotate.h"

enum level { LEVEL_ALL, LEVEL_STATE, LEVEL_AREA };
_Static_assert(LEVEL_AREA + 1 == DID_LEVELS, "a pos[] for each level");

static uint32_t
slot_of(const struct did_pool *p, const char *name)
{
	uint32_t i = (uint32_t)hash_bytes(name, strlen(name));

	for (i &= p->nslot - 1; p->slot[i] != 0; i = (i + 1) & (p->nslot - 1))
		if (strcmp(p->bucket[p->slot[i]].name, name) == 0)
			break;
	return i;
}

/* Index of a new bucket of that name. */
static uint32_t
bucket_new(struct did_pool *p, enum level level, const char *name)
{
	struct did_bucket *b;

	if ((p->nbucket + 1) * 2 > p->nslot) {
		free(p->slot);
		p->nslot = p->nslot ? p->nslot * 2 : 16;
		p->slot = xcalloc(p->nslot, sizeof(*p->slot));
		p->bucket =
		    xreallocarray(p->bucket, p->nslot / 2, sizeof(*p->bucket));
		for (uint32_t i = 1; i < p->nbucket; i++)
			p->slot[slot_of(p, p->bucket[i].name)] = i;
	}
	b = &p->bucket[p->nbucket];
	*b = (struct did_bucket){ .level = (uint8_t)level };
	str_copy(b->name, sizeof(b->name), name);
	if (level != LEVEL_ALL)
		p->slot[slot_of(p, name)] = p->nbucket;
	return p->nbucket++;
}

/* The bucket of an area or a state; 0: none, or made if make says so. */
static uint32_t
bucket_of(struct did_pool *p, enum level level, const char *place, bool make)
{
	char name[sizeof(p->bucket->name)];
	size_t n = level == LEVEL_AREA ? 5 : 6;
	uint32_t i;

	if (place == NULL || place[0] == '\0')
		return 0;
	memcpy(name, level == LEVEL_AREA ? "area " : "state ", n);
	str_copy(name + n, sizeof(name) - n, place);
	i = p->slot[slot_of(p, name)];
	return i != 0 || !make ? i : bucket_new(p, level, name);
}

struct did_pool *
did_pool_new(struct did_book *book, struct rng *rng, const char *group)
{
	struct did_pool *p = xcalloc(1, sizeof(*p));

	str_copy(p->group, sizeof(p->group), group);
	p->book = book;
	p->rng = rng;
	p->due_ms = INT64_MAX;
	bucket_new(p, LEVEL_ALL, "all");
	return p;
}

void
did_pool_free(struct did_pool *p)
{
	for (uint32_t i = 0; i < p->nbucket; i++)
		did_bucket_clear(&p->bucket[i]);
	free(p->bucket);
	free(p->slot);
	free(p->blocked);
	free(p);
}

const char *
did_pool_group(const struct did_pool *p)
{
	return p->group;
}

uint32_t
did_pool_size(const struct did_pool *p)
{
	return p->bucket[0].n + p->nblocked;
}

/* Do it in each bucket of d. */
static void
each(struct did *d, void (*act)(struct did_bucket *, struct did *))
{
	struct did_bucket *b = d->pool->bucket;

	act(&b[0], d);
	for (int i = 0; i < DID_LEVELS - 1; i++)
		if (d->near[i] != 0)
			act(&b[d->near[i]], d);
}

void
did_pool_enter(struct did *d)
{
	struct did_pool *p = d->pool;

	d->near[LEVEL_STATE - 1] = bucket_of(p, LEVEL_STATE, d->state, true);
	d->near[LEVEL_AREA - 1] = bucket_of(p, LEVEL_AREA, d->area, true);
	d->listed = d->blocked_until_ms == 0;
	if (d->listed) {
		each(d, did_bucket_add);
		return;
	}
	if (p->nblocked == p->blocked_size) {
		p->blocked_size += MAXIMUM(p->blocked_size / 4, 4);
		p->blocked = xreallocarray(
		    p->blocked, p->blocked_size, sizeof(*p->blocked));
	}
	d->pos[LEVEL_ALL] = p->nblocked;
	p->blocked[p->nblocked++] = d;
	p->due_ms = MINIMUM(p->due_ms, d->blocked_until_ms);
}

void
did_pool_leave(struct did *d)
{
	struct did_pool *p = d->pool;
	struct did *last;

	if (d->listed) {
		each(d, did_bucket_remove);
		return;
	}
	last = p->blocked[--p->nblocked];
	p->blocked[d->pos[LEVEL_ALL]] = last;
	last->pos[LEVEL_ALL] = d->pos[LEVEL_ALL];
}

void
did_pool_join(struct did_pool *p, struct did *d)
{
	d->pool = p;
	p->sum += d->uses;
	did_rate_join(&p->rate, d);
}

void
did_pool_quit(struct did *d)
{
	d->pool->sum -= d->uses;
	did_rate_leave(&d->pool->rate, d);
	d->pool = NULL;
}

void
did_pool_classify(struct did *d)
{
	uint8_t class = did_score(d, &d->pool->rate, false);

	if (class == d->class)
		return;
	if (d->listed)
		each(d, did_bucket_remove);
	d->class = class;
	if (d->listed)
		each(d, did_bucket_add);
}

void
did_pool_zero(struct did_pool *p)
{
	for (uint32_t i = 0; i < p->nbucket; i++)
		did_bucket_zero(&p->bucket[i]);
	p->sum = 0;
}

bool
did_pool_unblock(struct did_pool *p, int64_t now_ms)
{
	bool any = false;

	if (now_ms < p->due_ms)
		return false;
	p->due_ms = INT64_MAX;
	/* From the end: what takes the place of one that leaves was seen. */
	for (uint32_t i = p->nblocked; i-- > 0;) {
		struct did *d = p->blocked[i];

		if (d->blocked_until_ms > now_ms) {
			p->due_ms = MINIMUM(p->due_ms, d->blocked_until_ms);
			continue;
		}
		did_pool_leave(d);
		d->blocked_until_ms = 0;
		did_pool_enter(d);
		did_describe(d, did_country(d), "");
		did_touch(d);
		any = true;
	}
	return any;
}

void
did_uses(struct did *d, uint32_t uses)
{
	if (uses == d->uses)
		return;
	if (d->listed)
		each(d, did_bucket_remove);
	d->pool->sum += (uint64_t)uses - d->uses;
	d->uses = uses;
	did_touch(d);
	if (d->listed)
		each(d, did_bucket_add);
}

void
did_health(struct did *d, uint64_t calls, uint64_t answered, uint64_t rejected)
{
	did_rate_leave(&d->pool->rate, d);
	d->calls = (uint32_t)MINIMUM(calls, UINT32_MAX / 2);
	d->answered = (uint32_t)MINIMUM(answered, d->calls);
	d->rejected = (uint32_t)MINIMUM(rejected, d->calls);
	did_rate_join(&d->pool->rate, d);
	did_pool_classify(d);
	did_touch(d);
}

void
did_block(struct did *d, int64_t until_ms)
{
	if (until_ms <= d->blocked_until_ms)
		return;
	did_pool_leave(d);
	d->blocked_until_ms = until_ms;
	did_pool_enter(d);
	did_touch(d);
}

bool
did_available(struct did_pool *p, uint32_t cap)
{
	return did_rotate_any(&p->bucket[0], cap);
}

struct did *
did_pick(struct did_pool *p, const struct did_choice *ch, char why[DID_WHY])
{
	uint32_t from[DID_LEVELS];
	struct did_found f;
	int n = 0;

	if (ch->near == DID_AREA)
		from[n++] = bucket_of(p, LEVEL_AREA, ch->area, false);
	if (ch->near == DID_AREA || ch->near == DID_STATE)
		from[n++] = bucket_of(p, LEVEL_STATE, ch->state, false);
	from[n++] = 0;
	for (int i = 0; i < n; i++) {
		if (from[i] == 0 && i < n - 1)
			continue;
		if (!did_rotate(&p->bucket[from[i]], ch, p->rng, &f))
			continue;
		if (why != NULL)
			did_rotate_why(
			    &p->bucket[from[i]], ch, &f, f.did->uses + 1, why);
		each(f.did, did_bucket_up);
		f.did->uses++;
		p->sum++;
		did_touch(f.did);
		return f.did;
	}
	return NULL;
}

void
did_unpick(struct did *d)
{
	if (d->uses == 0)
		return;
	if (d->listed)
		each(d, did_bucket_down);
	d->uses--;
	d->pool->sum--;
	did_touch(d);
}

bool
did_ended(
    struct did *d, bool answered, bool rejected, char *reason, size_t size)
{
	struct did_rate *r = &d->pool->rate;

	did_rate_call(r, answered, rejected);
	d->calls++;
	d->answered += answered;
	d->rejected += rejected;
	did_pool_classify(d);
	did_touch(d);
	return did_tests_add(d, r, answered, rejected, reason, size);
}

void
did_summarise(const struct did_pool *p, uint32_t cap, struct did_summary *s)
{
	const struct did_bucket *all = &p->bucket[0];
	uint32_t scale;

	*s = (struct did_summary){ .total = did_pool_size(p),
		.blocked = p->nblocked,
		.uses_sum = p->sum,
		.calls = p->rate.calls,
		.answered = p->rate.answered };
	s->uses_min = all->n > 0 ? UINT32_MAX : 0;
	for (unsigned i = 0; i < DID_CLASSES; i++) {
		const struct did_class *c = all->class[i];

		if (c == NULL || c->n == 0)
			continue;
		s->uses_min = MINIMUM(s->uses_min, c->run[0].uses);
		s->uses_max = MAXIMUM(s->uses_max, c->run[c->nrun - 1].uses);
	}
	scale = cap > 0 ? cap : MAXIMUM(s->uses_max, 1);
	for (unsigned i = 0; i < DID_CLASSES; i++) {
		const struct did_class *c = all->class[i];
		uint32_t start = 0;

		for (uint32_t k = 0; c != NULL && k < c->nrun; k++) {
			uint64_t u = c->run[k].uses;
			uint32_t n = c->run[k].end - start;

			start = c->run[k].end;
			s->hist[MINIMUM(u * 10 / scale, 9)] += n;
			if (cap > 0 && u >= cap)
				s->capped_out += n;
			else
				s->eligible += n;
		}
	}
}
