/* SPDX-License-Identifier: MIT */
/*
 * did: pools of caller IDs.  order[] holds the eligible DIDs sorted by uses;
 * run[u] is the index of the first with uses >= u, so that the DIDs used u
 * times are order[run[u] .. run[u+1]).  Moving one DID up or down a run is one
 * swap with the edge of its run.  Never makes up a number.
 */
#include "engine/did.h"

#include <stdlib.h>
#include <string.h>

struct did_pool {
	char group[32];
	struct did_book *book;
	struct did **order; /* eligible first, sorted; blocked behind */
	uint32_t n, cap_n;
	uint32_t eligible;
	uint32_t *run; /* run[0..nrun]; run[0] = 0, run[nrun] = eligible */
	uint32_t nrun; /* highest uses + 1 */
	uint32_t run_cap;
	uint32_t low; /* no run below this one has members */
	uint64_t sum;
};

struct did_book {
	struct rng *rng;
	struct did_pool **pools;
	unsigned npools;
	struct did **slot; /* open addressing by id */
	size_t nslot, n;
	uint64_t load;
	struct entry {
		struct did d;
		uint64_t load;
	} * *all;
	size_t all_cap;
};

struct did_book *
did_book_new(struct rng *rng)
{
	struct did_book *b = xcalloc(1, sizeof(*b));

	b->rng = rng;
	b->nslot = 1024;
	b->slot = xcalloc(b->nslot, sizeof(struct did *));
	return b;
}

void
did_book_free(struct did_book *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->n; i++)
		free(b->all[i]);
	for (unsigned i = 0; i < b->npools; i++) {
		free(b->pools[i]->order);
		free(b->pools[i]->run);
		free(b->pools[i]);
	}
	free(b->pools);
	free(b->all);
	free(b->slot);
	free(b);
}

struct did_pool *
did_pool(struct did_book *b, const char *group)
{
	struct did_pool *p;

	for (unsigned i = 0; i < b->npools; i++)
		if (strcmp(b->pools[i]->group, group) == 0)
			return b->pools[i];
	p = xcalloc(1, sizeof(*p));
	str_copy(p->group, sizeof(p->group), group);
	p->book = b;
	p->run_cap = 8;
	p->run = xcalloc(p->run_cap, sizeof(*p->run));
	b->pools =
	    xreallocarray(b->pools, b->npools + 1, sizeof(struct did_pool *));
	b->pools[b->npools++] = p;
	return p;
}

const char *
did_pool_group(const struct did_pool *p)
{
	return p->group;
}

struct did_pool *
did_pool_at(struct did_book *b, unsigned i)
{
	return i < b->npools ? b->pools[i] : NULL;
}

static size_t
slot_of(const struct did_book *b, int64_t id)
{
	size_t i = hash_bytes(&id, sizeof(id)) & (b->nslot - 1);

	while (b->slot[i] != NULL && b->slot[i]->id != id)
		i = (i + 1) & (b->nslot - 1);
	return i;
}

struct did *
did_find(struct did_book *b, int64_t id)
{
	return b->slot[slot_of(b, id)];
}

static void
rehash(struct did_book *b, size_t nslot)
{
	free(b->slot);
	b->nslot = nslot;
	b->slot = xcalloc(b->nslot, sizeof(struct did *));
	for (size_t i = 0; i < b->n; i++)
		b->slot[slot_of(b, b->all[i]->d.id)] = &b->all[i]->d;
}

static void
swap_pos(struct did_pool *p, uint32_t i, uint32_t j)
{
	struct did *a = p->order[i], *b = p->order[j];

	p->order[i] = b;
	b->pos = i;
	p->order[j] = a;
	a->pos = j;
}

static void
runs_until(struct did_pool *p, uint32_t uses)
{
	while (p->nrun <= uses) {
		if (p->nrun + 2 > p->run_cap) {
			p->run_cap *= 2;
			p->run =
			    xreallocarray(p->run, p->run_cap, sizeof(*p->run));
		}
		p->run[++p->nrun] = p->eligible;
	}
}

/* Eligible d from its run to the one above: it goes to its run's end. */
static void
step_up(struct did *d)
{
	struct did_pool *p = d->pool;

	runs_until(p, d->uses + 1);
	swap_pos(p, d->pos, p->run[d->uses + 1] - 1);
	p->run[d->uses + 1]--;
	d->uses++;
	p->sum++;
}

static void
step_down(struct did *d)
{
	struct did_pool *p = d->pool;

	swap_pos(p, d->pos, p->run[d->uses]);
	p->run[d->uses]++;
	d->uses--;
	p->sum--;
	p->low = MINIMUM(p->low, d->uses);
}

static bool
is_eligible(const struct did *d)
{
	return d->pos < d->pool->eligible;
}

/* From the blocked tail into the run of its uses, and back. */
static void
enlist(struct did *d)
{
	struct did_pool *p = d->pool;

	runs_until(p, d->uses);
	swap_pos(p, d->pos, p->eligible);
	p->eligible++;
	p->low = MINIMUM(p->low, d->uses);
	/* It stands at the very end; let it sink through the higher runs. */
	p->run[p->nrun] = p->eligible;
	for (uint32_t u = p->nrun - 1; u > d->uses; u--) {
		swap_pos(p, d->pos, p->run[u]);
		p->run[u]++;
	}
}

static void
delist(struct did *d)
{
	struct did_pool *p = d->pool;

	for (uint32_t u = d->uses + 1; u < p->nrun; u++) {
		swap_pos(p, d->pos, p->run[u] - 1);
		p->run[u]--;
	}
	swap_pos(p, d->pos, p->eligible - 1);
	p->eligible--;
	p->run[p->nrun] = p->eligible;
}

static void
join_pool(struct did *d, struct did_pool *p, bool eligible)
{
	d->pool = p;
	if (p->n == p->cap_n) {
		p->cap_n = p->cap_n ? p->cap_n * 2 : 64;
		p->order =
		    xreallocarray(p->order, p->cap_n, sizeof(struct did *));
	}
	d->pos = p->n;
	p->order[p->n++] = d;
	p->sum += d->uses;
	if (eligible)
		enlist(d);
}

static void
leave_pool(struct did *d)
{
	struct did_pool *p = d->pool;

	if (is_eligible(d))
		delist(d);
	swap_pos(p, d->pos, p->n - 1);
	p->n--;
	p->sum -= d->uses;
	d->pool = NULL;
}

void
did_put(struct did_book *b, int64_t id, const char *number, const char *area,
    const char *group, int64_t blocked_until_ms, int64_t now_ms)
{
	struct did_pool *p = did_pool(b, group);
	size_t s = slot_of(b, id);
	bool want = blocked_until_ms <= now_ms;
	struct entry *e;
	struct did *d;

	if (b->slot[s] == NULL) {
		if ((b->n + 1) * 2 > b->nslot) {
			rehash(b, b->nslot * 2);
			s = slot_of(b, id);
		}
		e = xcalloc(1, sizeof(*e));
		e->d.id = id;
		if (b->n == b->all_cap) {
			b->all_cap = b->all_cap ? b->all_cap * 2 : 64;
			b->all = xreallocarray(
			    b->all, b->all_cap, sizeof(struct entry *));
		}
		b->all[b->n++] = e;
		b->slot[s] = &e->d;
		join_pool(&e->d, p, want);
	}
	d = b->slot[s];
	((struct entry *)d)->load = b->load;
	str_copy(d->number, sizeof(d->number), number);
	str_copy(d->area, sizeof(d->area), area);
	d->blocked_until_ms = want ? 0 : blocked_until_ms;
	if (d->pool != p) {
		leave_pool(d);
		d->uses = 0;
		join_pool(d, p, want);
	} else if (want && !is_eligible(d))
		enlist(d);
	else if (!want && is_eligible(d))
		delist(d);
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
		leave_pool(&e->d);
		free(e);
	}
	if (kept != b->n) {
		b->n = kept;
		rehash(b, b->nslot);
	}
}

void
did_uses(struct did *d, uint32_t uses)
{
	bool eligible = is_eligible(d);

	if (uses == d->uses)
		return;
	if (eligible)
		delist(d);
	d->pool->sum += (uint64_t)uses - d->uses;
	d->uses = uses;
	if (eligible)
		enlist(d);
}

void
did_pool_reset(struct did_pool *p)
{
	for (uint32_t i = 0; i < p->n; i++)
		p->order[i]->uses = 0;
	p->sum = 0;
	p->low = 0;
	p->nrun = 0;
	p->run[0] = 0;
	if (p->eligible > 0)
		runs_until(p, 0);
}

bool
did_unblock_due(struct did_book *b, int64_t now_ms)
{
	bool any = false;

	for (unsigned k = 0; k < b->npools; k++) {
		struct did_pool *p = b->pools[k];

		for (uint32_t i = p->eligible; i < p->n; i++) {
			struct did *d = p->order[i];

			if (d->blocked_until_ms > now_ms)
				continue;
			d->blocked_until_ms = 0;
			enlist(d);
			any = true;
		}
	}
	return any;
}

bool
did_available(struct did_pool *p, uint32_t cap)
{
	uint32_t u = p->low;

	while (u < p->nrun && p->run[u + 1] == p->run[u])
		u++;
	p->low = u < p->nrun ? u : 0;
	return u < p->nrun && (cap == 0 || u < cap);
}

uint32_t
did_pool_size(const struct did_pool *p)
{
	return p->n;
}

struct did *
did_pick(struct did_pool *p, uint32_t cap)
{
	struct did *d;
	uint32_t u;

	if (!did_available(p, cap))
		return NULL;
	u = p->low;
	d = p->order[p->run[u] +
		     rng_below(p->book->rng, p->run[u + 1] - p->run[u])];
	step_up(d);
	return d;
}

void
did_unpick(struct did *d)
{
	if (d->uses == 0)
		return;
	if (is_eligible(d))
		step_down(d);
	else {
		d->uses--;
		d->pool->sum--;
	}
}

void
did_summarise(const struct did_pool *p, uint32_t cap, struct did_summary *s)
{
	uint32_t scale;
	bool first = true;

	*s = (struct did_summary){
		.total = p->n, .blocked = p->n - p->eligible, .uses_sum = p->sum
	};
	for (uint32_t u = 0; u < p->nrun; u++)
		if (p->run[u + 1] > p->run[u]) {
			s->uses_max = u;
			if (first)
				s->uses_min = u;
			first = false;
		}
	scale = cap > 0 ? cap : MAXIMUM(s->uses_max, 1);
	for (uint32_t u = 0; u < p->nrun; u++) {
		uint32_t k = p->run[u + 1] - p->run[u];

		s->hist[MINIMUM((uint64_t)u * 10 / scale, 9)] += k;
		if (cap > 0 && u >= cap)
			s->capped_out += k;
		else
			s->eligible += k;
	}
}
