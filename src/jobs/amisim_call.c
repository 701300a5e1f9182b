/* SPDX-License-Identifier: MIT */
/*
 * amisim_call: a hash table of the live channels.  It does not move them:
 * that is the carrier's.
 */
#include "jobs/amisim_call.h"

#include <assert.h>

#include "shared/util.h"

#define CHUNK    256
#define BUCKETS0 1024

struct amisim_calls {
	struct amisim_call **buckets;
	size_t nbuckets, n;
	struct amisim_call *spare;
	struct amisim_call **chunks;
	size_t nchunks;
	uint64_t serial;
};

struct amisim_calls *
amisim_calls_new(void)
{
	struct amisim_calls *t = xcalloc(1, sizeof(*t));

	t->nbuckets = BUCKETS0;
	t->buckets = xcalloc(t->nbuckets, sizeof(struct amisim_call *));
	return t;
}

void
amisim_calls_free(struct amisim_calls *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->nchunks; i++)
		free(t->chunks[i]);
	free(t->chunks);
	free(t->buckets);
	free(t);
}

struct amisim_call *
amisim_call_new(struct amisim_calls *t)
{
	struct amisim_call *k = t->spare;

	if (k == NULL) {
		struct amisim_call *chunk = xcalloc(CHUNK, sizeof(*chunk));

		t->chunks = xreallocarray(
		    t->chunks, t->nchunks + 1, sizeof(struct amisim_call *));
		t->chunks[t->nchunks++] = chunk;
		for (int i = CHUNK - 1; i >= 0; i--) {
			chunk[i].next = t->spare;
			t->spare = &chunk[i];
		}
		k = t->spare;
	}
	t->spare = k->next;
	/* The texts are set one by one: clearing a kilobyte would show. */
	k->next = NULL;
	k->call = NULL;
	k->serial = t->serial++;
	k->sync_conn = 0;
	k->response_due = k->rang = k->up = false;
	k->id[0] = k->action_id[0] = k->call_ref[0] = k->asked[0] = '\0';
	k->channel[0] = k->number[0] = k->cid_num[0] = k->cid_name[0] = '\0';
	k->context[0] = k->exten[0] = '\0';
	return k;
}

static struct amisim_call **
bucket(const struct amisim_calls *t, const char *id, size_t len)
{
	return &t->buckets[hash_bytes(id, len) & (t->nbuckets - 1)];
}

static void
grow(struct amisim_calls *t)
{
	struct amisim_call **old = t->buckets;
	size_t n = t->nbuckets;

	t->nbuckets *= 2;
	t->buckets = xcalloc(t->nbuckets, sizeof(struct amisim_call *));
	for (size_t i = 0; i < n; i++)
		for (struct amisim_call *k = old[i], *next; k != NULL;
		     k = next) {
			struct amisim_call **b =
			    bucket(t, k->id, strlen(k->id));

			next = k->next;
			k->next = *b;
			*b = k;
		}
	free(old);
}

void
amisim_call_add(struct amisim_calls *t, struct amisim_call *k)
{
	struct amisim_call **b;

	if (t->n >= t->nbuckets)
		grow(t);
	b = bucket(t, k->id, strlen(k->id));
	k->next = *b;
	*b = k;
	t->n++;
}

void
amisim_call_del(struct amisim_calls *t, struct amisim_call *k)
{
	struct amisim_call **b = bucket(t, k->id, strlen(k->id));

	while (*b != k) {
		assert(*b != NULL);
		b = &(*b)->next;
	}
	*b = k->next;
	t->n--;
	amisim_call_discard(t, k);
}

void
amisim_call_discard(struct amisim_calls *t, struct amisim_call *k)
{
	k->next = t->spare;
	t->spare = k;
}

struct amisim_call *
amisim_call_find(const struct amisim_calls *t, const char *id, size_t len)
{
	struct amisim_call *k = *bucket(t, id, len);

	while (
	    k != NULL && (strncmp(k->id, id, len) != 0 || k->id[len] != '\0'))
		k = k->next;
	return k;
}

struct amisim_call *
amisim_call_by_channel(
    const struct amisim_calls *t, const char *name, size_t len)
{
	for (size_t i = 0; i < t->nbuckets; i++)
		for (struct amisim_call *k = t->buckets[i]; k != NULL;
		     k = k->next)
			if (strlen(k->channel) == len &&
			    memcmp(k->channel, name, len) == 0)
				return k;
	return NULL;
}
