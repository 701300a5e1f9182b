/* SPDX-License-Identifier: MIT */
/*
 * flowset: a chained hash of copies with reference counts.  It compares bytes
 * and never reads what they mean; two flows that differ in padding alone would
 * be kept twice, which is dear but not wrong.
 */
#include "sim/flowset.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/util.h"

#define BUCKETS 256 /* a power of two; a carrier sees few flows */

struct entry {
	struct flow flow; /* first: a reference is the entry */
	struct entry *next;
	uint64_t hash;
	size_t refs;
};

struct flowset {
	struct entry *bucket[BUCKETS];
	size_t n;
};

struct flowset *
flowset_new(void)
{
	return xcalloc(1, sizeof(struct flowset));
}

void
flowset_free(struct flowset *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct entry *e = set->bucket[i], *next; e != NULL;
		     e = next) {
			next = e->next;
			free(e);
		}
	free(set);
}

/* Of a flow only so much is looked at as has states in it. */
static size_t
bytes(const struct flow *f)
{
	return offsetof(struct flow, s) + (size_t)f->n * sizeof(f->s[0]);
}

/* FNV-1a by words of eight bytes: 5 KB for each call that begins. */
static uint64_t
hash(const struct flow *f)
{
	const char *p = (const char *)f;
	uint64_t h = 0xcbf29ce484222325ULL, w = 0;
	size_t n = bytes(f);

	for (; n >= sizeof(w); n -= sizeof(w), p += sizeof(w)) {
		memcpy(&w, p, sizeof(w));
		h = (h ^ w) * 0x100000001b3ULL;
		h ^= h >> 29;
	}
	w = 0;
	memcpy(&w, p, n);
	h = (h ^ w) * 0x100000001b3ULL;
	return h ^ h >> 32;
}

const struct flow *
flowset_take(struct flowset *set, const struct flow *f)
{
	uint64_t h = hash(f);
	struct entry **at = &set->bucket[h & (BUCKETS - 1)], *e;

	assert(f->n >= 0 && f->n <= FLOW_STATES);
	for (e = *at; e != NULL; e = e->next)
		if (e->hash == h && e->flow.n == f->n &&
		    memcmp(&e->flow, f, bytes(f)) == 0)
			break;
	if (e == NULL) {
		e = xcalloc(1, sizeof(*e));
		memcpy(&e->flow, f, bytes(f));
		e->hash = h;
		e->next = *at;
		*at = e;
		set->n++;
	}
	e->refs++;
	return &e->flow;
}

void
flowset_give(struct flowset *set, const struct flow *f)
{
	struct entry *e, **at = &set->bucket[hash(f) & (BUCKETS - 1)];

	while (*at != NULL && &(*at)->flow != f)
		at = &(*at)->next;
	e = *at;
	assert(e != NULL);
	if (--e->refs > 0)
		return;
	*at = e->next;
	set->n--;
	free(e);
}

size_t
flowset_size(const struct flowset *set)
{
	return set->n;
}
