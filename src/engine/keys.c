/* SPDX-License-Identifier: MIT */
/*
 * keys: the book of a day: a row per country, context and key, found by hash,
 * and a ring of the rows that have changed.  What a call did is keys_call.c's,
 * what the figures mean keys_judge.c's.
 */
#include "engine/keys.h"

#include <stdlib.h>
#include <string.h>

#include "engine/keys_part.h"
#include "shared/util.h"

static const char *const words[KEYS_NWHAT] = { "early", "invalid", "go",
	"repeat", "answer", "optout", "connect" };

const char *
keys_word(enum keys_what what)
{
	return words[what];
}

static int
what_of(const char *word)
{
	int i = KEYS_NWHAT - 1;

	while (i > 0 && strcmp(words[i], word) != 0)
		i--;
	return i;
}

struct keys *
keys_new(void)
{
	struct keys *k = xcalloc(1, sizeof(*k));

	k->day = 1;
	memset(k->head, 0xff, sizeof(k->head));
	return k;
}

void
keys_free(struct keys *k)
{
	if (k == NULL)
		return;
	free(k->contexts);
	free(k);
}

void
keys_changed(struct keys *k, uint32_t row)
{
	if (k->v[row].told_not)
		return;
	k->v[row].told_not = true;
	k->ring[(k->ring_at + k->ring_n++) % ROWS_KEYS_MAX] = (uint16_t)row;
}

bool
keys_next(struct keys *k, uint32_t *slot, struct row_key *out)
{
	if (k->ring_n == 0)
		return false;
	*slot = k->ring[k->ring_at];
	k->ring_at = (k->ring_at + 1) % ROWS_KEYS_MAX;
	k->ring_n--;
	k->v[*slot].told_not = false;
	*out = k->v[*slot].r;
	return true;
}

uint32_t
keys_day(const struct keys *k)
{
	return k->day;
}

void
keys_new_day(struct keys *k)
{
	for (uint32_t i = 0; i < k->n; i++) {
		keys_changed(k, i);
		memset(&k->v[i].r, 0, sizeof(k->v[i].r));
		k->v[i].old_connects = k->v[i].old_machine = 0;
	}
	k->n = 0;
	k->day++;
	memset(k->head, 0xff, sizeof(k->head));
}

/* ---- contexts ---------------------------------------------------------- */

static uint16_t
context_of(struct keys *k, const char *name)
{
	struct keys_context *x;

	for (size_t i = 0; i < k->ncontexts; i++)
		if (strcmp(k->contexts[i].name, name) == 0)
			return (uint16_t)i;
	if (k->ncontexts >= KEYS_NONE)
		return KEYS_NONE;
	k->contexts = xreallocarray(
	    k->contexts, k->ncontexts + 1, sizeof(k->contexts[0]));
	x = &k->contexts[k->ncontexts];
	memset(x, 0, sizeof(*x));
	str_copy(x->name, sizeof(x->name), name);
	x->version = -1;
	return (uint16_t)k->ncontexts++;
}

/* What was seen so far is of another context than what comes. */
static void
begin_anew(struct keys *k, uint16_t context)
{
	for (uint32_t i = 0; i < k->n; i++) {
		struct keys_rec *v = &k->v[i];

		if (v->context != context)
			continue;
		v->old_connects = v->r.connects;
		v->old_machine = v->r.connects_machine;
		v->r.machine_low = (float)keys_low(v);
		v->r.states = k->contexts[context].states;
		keys_changed(k, i);
	}
}

static void
take_keys(struct keys_context *x, const struct flow_state *s)
{
	bool asks = s->kind == FLOW_QUESTION;

	for (size_t i = 0; i < KEYS_NKEYS; i++) {
		bool taken = s->key[i] != FLOW_END ||
			     (asks && strchr(s->keys, FLOW_KEYS[i]) != NULL);

		x->taken |= (uint16_t)(taken << i);
		x->used |=
		    (uint16_t)((taken || (asks && s->keys[0] == '\0')) << i);
	}
}

void
keys_flow(struct keys *k, const struct flow *f)
{
	uint16_t i = context_of(k, f->context);
	struct keys_context *x;
	int version;

	if (i == KEYS_NONE)
		return;
	x = &k->contexts[i];
	if (x->known && x->version == f->version && f->version != 0)
		return;
	version = x->version;
	x->known = true;
	x->version = f->version;
	x->states = !f->simple;
	x->used = x->taken = 0;
	for (int s = 0; s < f->n; s++)
		take_keys(x, &f->s[s]);
	/* Seeded calls may have told the version before. */
	if (version != f->version)
		begin_anew(k, i);
}

/* ---- rows -------------------------------------------------------------- */

static uint32_t
hash_of(const char *country, const char *context, char key)
{
	uint64_t h = hash_bytes(country, strlen(country));

	h = h * 31 + hash_bytes(context, strlen(context));
	h = h * 31 + (unsigned char)key;
	return (uint32_t)(h ^ h >> 32) & (KEYS_HASH - 1);
}

int
keys_row(struct keys *k, const char *country, const char *context, char key)
{
	uint32_t h = hash_of(country, context, key);
	struct keys_rec *v;
	uint16_t i, x;

	if (key == '\0' || country[0] == '\0' || context[0] == '\0')
		return -1;
	for (i = k->head[h]; i != KEYS_NONE; i = k->v[i].next)
		if (k->v[i].r.key[0] == key &&
		    strcmp(k->v[i].r.country, country) == 0 &&
		    strcmp(k->v[i].r.context, context) == 0)
			return i;
	x = context_of(k, context);
	if (k->n == ROWS_KEYS_MAX || x == KEYS_NONE)
		return -1;
	i = (uint16_t)k->n++;
	v = &k->v[i];
	v->next = k->head[h];
	v->context = x;
	v->old_connects = v->old_machine = 0;
	k->head[h] = i;
	memset(&v->r, 0, sizeof(v->r));
	str_copy(v->r.country, sizeof(v->r.country), country);
	str_copy(v->r.context, sizeof(v->r.context), context);
	str_copy(v->r.leads, sizeof(v->r.leads), words[KEYS_EARLY]);
	v->r.key[0] = key;
	v->r.machine_low = -1;
	v->r.states = k->contexts[x].states;
	return i;
}

static void
lead(struct row_key *r, enum keys_what what)
{
	if ((int)what > what_of(r->leads))
		str_copy(r->leads, sizeof(r->leads), words[what]);
	r->invalid += what == KEYS_INVALID;
}

void
keys_press(struct keys *k, int row, enum keys_what what, bool early,
    bool on_machine, int ms)
{
	struct row_key *r;

	if (row < 0)
		return;
	r = &k->v[row].r;
	r->presses++;
	r->early += early;
	r->on_machine += on_machine;
	lead(r, what);
	if (ms >= 0) {
		r->ms += (unsigned)ms;
		r->asked++;
		r->after[MINIMUM(ms / 1000, ROW_KEY_SECONDS - 1)]++;
	}
	keys_changed(k, (uint32_t)row);
}

void
keys_led(struct keys *k, int row, enum keys_what what)
{
	if (row < 0)
		return;
	lead(&k->v[row].r, what);
	keys_changed(k, (uint32_t)row);
}

void
keys_connect(struct keys *k, int row, bool machine)
{
	struct row_key *r;

	if (row < 0)
		return;
	r = &k->v[row].r;
	r->connects++;
	r->connects_machine += machine;
	r->machine_low = (float)keys_low(&k->v[row]);
	keys_changed(k, (uint32_t)row);
}

void
keys_talk(struct keys *k, int row, int64_t ms)
{
	if (row < 0)
		return;
	k->v[row].r.connected++;
	k->v[row].r.short_talks += ms <= KEYS_SHORT_MS;
	keys_changed(k, (uint32_t)row);
}

/* ---- what the database knows ------------------------------------------- */

void
keys_seed(struct keys *k, const struct row_key *s, int version)
{
	int row = keys_row(k, s->country, s->context, s->key[0]);
	struct keys_context *x;
	struct keys_rec *v;

	if (row < 0)
		return;
	v = &k->v[row];
	x = &k->contexts[v->context];
	if (version > x->version && !x->known) {
		x->version = version;
		begin_anew(k, v->context);
	}
	if (version < x->version) {
		v->old_connects += s->connects;
		v->old_machine += s->connects_machine;
	}
	v->r.presses += s->presses;
	v->r.invalid += s->invalid;
	v->r.early += s->early;
	v->r.on_machine += s->on_machine;
	v->r.connects += s->connects;
	v->r.connects_machine += s->connects_machine;
	v->r.connected += s->connected;
	v->r.short_talks += s->short_talks;
	v->r.ms += s->ms;
	v->r.asked += s->asked;
	for (int i = 0; i < ROW_KEY_SECONDS; i++)
		v->r.after[i] += s->after[i];
	if (what_of(s->leads) > what_of(v->r.leads))
		str_copy(v->r.leads, sizeof(v->r.leads), s->leads);
	v->r.machine_low = (float)keys_low(v);
	keys_changed(k, (uint32_t)row);
}
