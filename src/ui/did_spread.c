/* SPDX-License-Identifier: MIT */
/*
 * did_spread: one pass that counts DIDs by their uses, and keeps least and
 * most of each area, because a DID near the called number may be preferred:
 * then areas differ although the rotation is as even as it can be.
 */
#include "ui/did_spread.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"

/* Areas of all pools; a hash table with room, more areas are not told apart. */
#define AREAS     4096
#define AREAS_MAX (AREAS / 2)

struct area {
	char name[12];
	uint32_t pool, n, least, most;
};

static struct area *
area_of(struct area *v, size_t *used, uint32_t pool, const char *name)
{
	uint64_t h = hash_bytes(name, strlen(name)) + pool * 31;

	for (size_t i = h % AREAS;; i = (i + 1) % AREAS) {
		struct area *a = &v[i];

		if (a->n == 0) {
			if (*used == AREAS_MAX)
				return NULL;
			++*used;
			str_copy(a->name, sizeof(a->name), name);
			a->pool = pool;
			a->least = UINT32_MAX;
			return a;
		}
		if (a->pool == pool && strcmp(a->name, name) == 0)
			return a;
	}
}

static void
begin(const struct did_rows_pool *p, struct did_spread *s)
{
	memset(s, 0, sizeof(*s));
	str_copy(s->name, sizeof(s->name), p->name);
	s->usable = p->usable;
	s->left_out = p->n[DIDS_BLOCKED] + p->n[DIDS_RESTING];
	s->least = p->least;
	s->most = p->most;
	s->cap = p->cap;
	s->unit = p->most / DID_SPREAD_COUNTS + 1;
}

static void
finish(struct did_spread *s)
{
	uint64_t half = ((uint64_t)s->usable + 1) / 2, seen = 0;
	size_t i = 0;

	while (i + 1 < DID_SPREAD_COUNTS && (seen += s->in[i]) < half)
		i++;
	s->median = MAXIMUM((uint32_t)i * s->unit, s->least);
	if (s->usable == 0)
		s->verdict = DID_SPREAD_NONE;
	else if (s->most == 0)
		s->verdict = DID_SPREAD_UNUSED;
	else if (s->most - s->least <= 1)
		s->verdict = DID_SPREAD_EVEN;
	else if (s->areas > 1 && s->worst_by <= 1)
		s->verdict = DID_SPREAD_AREAS;
	else
		s->verdict = DID_SPREAD_UNEVEN;
}

void
did_spread_make(const struct did_rows *l, struct did_spread *out)
{
	struct area *areas = xcalloc(AREAS, sizeof(*areas)), *a;
	size_t used = 0;
	double sum[DID_ROWS_POOLS] = { 0 };

	for (size_t i = 0; i < l->npools; i++)
		begin(&l->pools[i], &out[i]);
	for (size_t i = 0; i < l->n; i++) {
		const struct row_did *d = l->v[i].d;
		enum did_rows_state state = did_rows_state(d->state);
		struct did_spread *s = &out[l->v[i].pool];
		uint32_t k = d->uses / s->unit;

		k = MINIMUM(k, DID_SPREAD_COUNTS - 1);
		if (state != DIDS_FREE && state != DIDS_CAPPED) {
			s->out[k]++;
			continue;
		}
		s->in[k]++;
		sum[l->v[i].pool] += d->uses;
		a = area_of(areas, &used, l->v[i].pool, d->area);
		if (a == NULL)
			continue;
		a->n++;
		a->least = MINIMUM(a->least, d->uses);
		a->most = MAXIMUM(a->most, d->uses);
	}
	for (size_t i = 0; i < AREAS; i++) {
		struct did_spread *s = &out[areas[i].pool];

		if (areas[i].n == 0)
			continue;
		s->areas++;
		if (areas[i].most - areas[i].least <= s->worst_by)
			continue;
		s->worst_by = areas[i].most - areas[i].least;
		str_copy(s->worst, sizeof(s->worst), areas[i].name);
	}
	for (size_t i = 0; i < l->npools; i++) {
		if (out[i].usable > 0)
			out[i].mean = sum[i] / out[i].usable;
		finish(&out[i]);
	}
	free(areas);
}

void
did_spread_text(const struct did_spread *s, char *out, size_t size)
{
	uint32_t by = s->most - s->least;

	switch (s->verdict) {
	case DID_SPREAD_NONE:
		str_copy(out, size,
		    _("no DID of this pool can be used: all are blocked or "
		      "rest"));
		break;
	case DID_SPREAD_UNUSED:
		str_copy(out, size, _("not used yet today"));
		break;
	case DID_SPREAD_EVEN:
		str_copy(out, size,
		    _("even: no DID was used more than 1 time more than "
		      "another"));
		break;
	case DID_SPREAD_AREAS:
		str_format(out, size,
		    _("even within each area, where no DID was used more than "
		      "1 time more than another; areas differ by up to %u "
		      "because a DID near the called number is preferred"),
		    by);
		break;
	default:
		if (s->areas > 1 && s->worst[0] != '\0')
			str_format(out, size,
			    _("uneven: one DID was used %u times more than "
			      "another, within area %s alone %u times; scores, "
			      "weights, and DIDs added or blocked during the "
			      "day make such differences"),
			    by, s->worst, s->worst_by);
		else
			str_format(out, size,
			    _("uneven: one DID was used %u times more than "
			      "another; scores, weights, and DIDs added or "
			      "blocked during the day make such differences"),
			    by);
		break;
	}
}

uint32_t
did_spread_count(
    const struct did_spread *s, const uint32_t *which, uint32_t lo, uint32_t hi)
{
	size_t from = lo / s->unit, to = hi / s->unit;
	uint64_t n = 0;

	to = MINIMUM(to, (size_t)DID_SPREAD_COUNTS - 1);
	for (size_t i = from; i <= to; i++)
		n += which[i];
	return (uint32_t)n;
}
