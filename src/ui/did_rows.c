/* SPDX-License-Identifier: MIT */
/*
 * did_rows: one pass over all rows of the feed makes lines and counts.  The
 * columns are did_cols.c's.
 */
#include "ui/did_rows.h"

#include <string.h>

#include "shared/number.h"
#include "shared/text.h"
#include "shared/util.h"

/* For so many rows a second between two looks; longer for more. */
#define ROWS_PER_S 100000

static const struct {
	const char *word, *text;
	uint8_t role;
} states[DIDS_NSTATE] = {
	[DIDS_FREE] = { "free", N_("free"), ROLE_GOOD },
	[DIDS_CAPPED] = { "capped", N_("capped"), ROLE_ACCENT },
	[DIDS_RESTING] = { "resting", N_("resting"), ROLE_WARN },
	[DIDS_BLOCKED] = { "blocked", N_("blocked"), ROLE_BAD },
};

enum did_rows_state
did_rows_state(const char *word)
{
	for (int i = 0; i < DIDS_NSTATE; i++)
		/* no two begin alike; asked for every row */
		if (states[i].word[0] == word[0] &&
		    strcmp(states[i].word, word) == 0)
			return (enum did_rows_state)i;
	return DIDS_BLOCKED;
}

const char *
did_rows_state_text(enum did_rows_state s)
{
	return _(states[s].text);
}

uint8_t
did_rows_state_role(enum did_rows_state s)
{
	return states[s].role;
}

/* ---- list ------------------------------------------------------------- */

static uint32_t
pool_of(struct did_rows *l, const char *name, uint32_t guess)
{
	struct did_rows_pool *p;

	if (guess < l->npools && strcmp(l->pools[guess].name, name) == 0)
		return guess;
	for (size_t i = 0; i < l->npools; i++)
		if (strcmp(l->pools[i].name, name) == 0)
			return (uint32_t)i;
	if (l->npools == DID_ROWS_POOLS)
		return DID_ROWS_POOLS - 1;
	p = &l->pools[l->npools];
	memset(p, 0, sizeof(*p));
	str_copy(p->name, sizeof(p->name), name);
	p->least = UINT32_MAX;
	return (uint32_t)l->npools++;
}

static void
count(struct did_rows *l, struct did_rows_pool *p, const struct row_did *d)
{
	enum did_rows_state s = did_rows_state(d->state);

	l->count[s]++;
	l->uses += d->uses;
	p->n[s]++;
	p->uses += d->uses;
	p->cap = MAXIMUM(p->cap, d->cap);
	if (s != DIDS_FREE && s != DIDS_CAPPED)
		return;
	p->usable++;
	p->least = MINIMUM(p->least, d->uses);
	p->most = MAXIMUM(p->most, d->uses);
}

static bool
is_due(const struct did_rows *l, const struct row_did *base, size_t n,
    uint64_t seen)
{
	int64_t gap = MS_PER_S * (int64_t)(1 + n / ROWS_PER_S);

	if (base != l->base || n != l->nbase || l->gen == 0)
		return true;
	return seen != l->seen &&
	       (l->now_ms >= l->made_ms + gap || l->now_ms < l->made_ms);
}

void
did_rows_look(struct did_rows *l, const struct pane_ctx *x)
{
	const struct row_did *base;
	size_t n = feed_dids(x->feed, &base);
	uint64_t seen = feed_gen(x->feed, ROWS_DIDS);
	uint32_t pool = 0;

	l->now_ms = x->b->now_ms;
	l->zone = x->zone != NULL ? x->zone : x->b->timezone;
	if (!is_due(l, base, n, seen))
		return;
	if (n > l->room) {
		l->room = n + n / 8;
		l->v = xreallocarray(l->v, l->room, sizeof(*l->v));
	}
	l->n = l->npools = 0;
	l->uses = 0;
	memset(l->count, 0, sizeof(l->count));
	for (size_t i = 0; i < n; i++) {
		if (base[i].id == 0)
			continue;
		pool = pool_of(l, base[i].pool, pool);
		count(l, &l->pools[pool], &base[i]);
		l->v[l->n++] = (struct did_line){ &base[i], l, pool };
	}
	for (size_t i = 0; i < l->npools; i++)
		if (l->pools[i].usable == 0)
			l->pools[i].least = 0;
	l->base = base;
	l->nbase = n;
	l->seen = seen;
	l->made_ms = l->now_ms;
	l->gen++;
}

void
did_rows_clear(struct did_rows *l)
{
	free(l->v);
	memset(l, 0, sizeof(*l));
}

uint32_t
did_rows_limit(const struct did_line *line)
{
	uint32_t most = line->list->pools[line->pool].most;

	/* a blocked one may have been used more than all that are not */
	return line->d->cap > 0 ? line->d->cap : MAXIMUM(most, line->d->uses);
}

/* ---- number ----------------------------------------------------------- */

/* Digits of the calling code that s begins with; 0: none that is known. */
static size_t
code_length(const char *s)
{
	int code = 0;

	for (size_t i = 0; i < 3 && s[i] >= '0' && s[i] <= '9'; i++) {
		code = code * 10 + (s[i] - '0');
		if (code > 0 && number_code_region(code) != NULL)
			return i + 1;
	}
	return 0;
}

const char *
did_rows_number(const char *e164, const char *area, char out[DID_ROWS_NUMBER])
{
	const char *rest = e164 + 1;
	size_t code, a = strlen(area), n;
	int nine;

	str_copy(out, DID_ROWS_NUMBER, e164);
	if (e164[0] != '+' || strspn(rest, "0123456789") != strlen(rest))
		return out;
	code = code_length(rest);
	rest += code;
	/* Argentine mobiles have a 9 before their area code */
	nine = rest[0] == '9' && a > 0 && strncmp(rest, area, a) != 0;
	if (a > 0 && strncmp(rest + nine, area, a) != 0)
		a = 0;
	a += a > 0 ? (size_t)nine : 0;
	n = strlen(rest + a);
	if (code == 0 || n < 5 || n > 10)
		return out;
	str_format(out, DID_ROWS_NUMBER, "+%.*s %.*s%s%.*s %s", (int)code,
	    e164 + 1, (int)a, rest, a > 0 ? " " : "", (int)(n - 4), rest + a,
	    rest + a + n - 4);
	return out;
}
