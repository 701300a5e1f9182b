/* SPDX-License-Identifier: MIT */
/*
 * carrier: the heap of live calls, ordered by when each is due.  It refuses
 * to know the time, the network and AMI: those are the caller's; and what a
 * call does when it is due is script.c's.
 */
#include "sim/carrier.h"

#include <assert.h>

#include "sim/script.h"

#define CHUNK 256 /* calls allocated at a time */

struct carrier_call {
	struct script script;
	int64_t due;
	uint64_t seq;
	size_t slot; /* in the heap */
};

struct carrier {
	struct script_env env;
	struct carrier_call **heap;
	size_t n, cap;
	struct carrier_call **chunks, **spare;
	size_t nchunks, nspare;
	uint64_t seq;
};

struct carrier *
carrier_new(const struct carrier_config *cfg, struct rng *rng)
{
	struct carrier *c = xcalloc(1, sizeof(*c));

	assert(cfg->speed > 0);
	c->env.cfg = *cfg;
	c->env.rng = rng;
	c->env.flows = flowset_new();
	return c;
}

void
carrier_free(struct carrier *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->nchunks; i++)
		free(c->chunks[i]);
	free(c->chunks);
	free(c->spare);
	free(c->heap);
	flowset_free(c->env.flows);
	free(c);
}

/* Heap and spare both have room for all calls there are. */
static struct carrier_call *
call_alloc(struct carrier *c)
{
	struct carrier_call *chunk;

	if (c->nspare == 0) {
		chunk = xcalloc(CHUNK, sizeof(*chunk));
		c->cap += CHUNK;
		c->chunks = xreallocarray(
		    c->chunks, c->nchunks + 1, sizeof(*c->chunks));
		c->chunks[c->nchunks++] = chunk;
		c->spare = xreallocarray(c->spare, c->cap, sizeof(*c->spare));
		c->heap = xreallocarray(c->heap, c->cap, sizeof(*c->heap));
		for (int i = CHUNK - 1; i >= 0; i--)
			c->spare[c->nspare++] = &chunk[i];
	}
	return c->spare[--c->nspare];
}

static bool
before(const struct carrier_call *a, const struct carrier_call *b)
{
	return a->due < b->due || (a->due == b->due && a->seq < b->seq);
}

static void
heap_put(struct carrier *c, struct carrier_call *k, size_t i)
{
	c->heap[i] = k;
	k->slot = i;
}

/* Move k, whose due time has changed, to where it belongs. */
static void
heap_fix(struct carrier *c, struct carrier_call *k)
{
	size_t i = k->slot, j;

	for (; i > 0 && before(k, c->heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap_put(c, c->heap[(i - 1) / 2], i);
	for (; (j = 2 * i + 1) < c->n; i = j) {
		if (j + 1 < c->n && before(c->heap[j + 1], c->heap[j]))
			j++;
		if (!before(c->heap[j], k))
			break;
		heap_put(c, c->heap[j], i);
	}
	heap_put(c, k, i);
}

static void
call_release(struct carrier *c, struct carrier_call *k)
{
	size_t i = k->slot;
	struct carrier_call *last = c->heap[--c->n];

	script_clear(&k->script, &c->env);
	if (last != k) {
		heap_put(c, last, i);
		heap_fix(c, last);
	}
	c->spare[c->nspare++] = k;
}

struct carrier_call *
carrier_dial(struct carrier *c, int64_t now, const char *number, int timeout_ms,
    const struct flow *flow, void *owner)
{
	struct carrier_call *k = call_alloc(c);

	script_init(&k->script, &c->env, now, number, timeout_ms, flow, owner);
	k->script.call = k;
	k->seq = ++c->seq;
	k->due = script_due(&k->script);
	heap_put(c, k, c->n++);
	heap_fix(c, k);
	return k;
}

int64_t
carrier_next(const struct carrier *c)
{
	return c->n > 0 ? c->heap[0]->due : INT64_MAX;
}

/* One timer of one call.  False: the call is gone. */
static bool
call_step(struct carrier *c, struct carrier_call *k, carrier_fn *fn, void *arg)
{
	struct script_step s = {
		.env = &c->env,
		.k = &k->script,
		.now = k->due,
		.fn = fn,
		.arg = arg,
	};

	if (!script_run(&s)) {
		call_release(c, k);
		return false;
	}
	k->due = script_due(&k->script);
	heap_fix(c, k);
	return true;
}

void
carrier_run(struct carrier *c, int64_t now, carrier_fn *fn, void *arg)
{
	while (c->n > 0 && c->heap[0]->due <= now)
		call_step(c, c->heap[0], fn, arg);
}

void
carrier_finish(
    struct carrier *c, struct carrier_call *k, carrier_fn *fn, void *arg)
{
	while (call_step(c, k, fn, arg))
		;
}

void
carrier_hangup(struct carrier *c, struct carrier_call *k, int64_t now,
    int cause, carrier_fn *fn, void *arg)
{
	struct script_step s = {
		.env = &c->env,
		.k = &k->script,
		.now = now,
		.fn = fn,
		.arg = arg,
	};

	script_hangup(&s, cause);
	call_release(c, k);
}

size_t
carrier_alive(const struct carrier *c)
{
	return c->n;
}

struct carrier_call *
carrier_at(const struct carrier *c, size_t i)
{
	assert(i < c->n);
	return c->heap[i];
}

void *
carrier_call_owner(const struct carrier_call *k)
{
	return k->script.owner;
}

struct carrier_status
carrier_call_status(const struct carrier_call *call)
{
	static const char *const apps[] = {
		[SCRIPT_NEW] = "AppDial2",
		[SCRIPT_PDD] = "AppDial2",
		[SCRIPT_RING] = "AppDial2",
		[SCRIPT_AMD] = "AMD",
		[SCRIPT_PLAY] = "Read",
		[SCRIPT_WAIT] = "Read",
		[SCRIPT_DIGITS] = "Read",
		[SCRIPT_LISTEN] = "SpeechBackground",
		[SCRIPT_TRANSFER] = "Playback",
		[SCRIPT_QUEUE] = "Queue",
		[SCRIPT_TALK] = "Queue",
		[SCRIPT_SILENCE] = "WaitForSilence",
		[SCRIPT_MESSAGE] = "Playback",
		[SCRIPT_SAY] = "Playback",
		[SCRIPT_BYE] = "Playback",
	};
	const struct script *k = &call->script;

	return (struct carrier_status){
		.state = k->up        ? 6
			 : k->ringing ? 5
				      : 0,
		.exten = k->exten,
		.app = apps[k->phase],
		.since_ns = k->up ? k->answered : k->dialled,
	};
}

size_t
carrier_flows(const struct carrier *c)
{
	return flowset_size(c->env.flows);
}

enum carrier_dest
carrier_dest(const char *dest, const char **rest)
{
	static const struct {
		const char *prefix;
		enum carrier_dest dest;
	} kinds[] = {
		{ "queue:", CARRIER_DEST_QUEUE },
		{ "exten:", CARRIER_DEST_DIAL },
		{ "dial:", CARRIER_DEST_DIAL },
	};

	for (size_t i = 0; i < nitems(kinds); i++) {
		size_t n = strlen(kinds[i].prefix);

		if (strncmp(dest, kinds[i].prefix, n) == 0 && dest[n] != '\0') {
			*rest = dest + n;
			return kinds[i].dest;
		}
	}
	*rest = "";
	return CARRIER_DEST_BAD;
}
