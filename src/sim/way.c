/* SPDX-License-Identifier: MIT */
/* way: distances by relaxation: a flow has few states. */
#include "sim/way.h"

#include "shared/util.h"

#define FAR 1000

bool
way_there(const struct flow_state *st, enum way_to to)
{
	return to == WAY_TO_OPTOUT ? st->kind == FLOW_OPTOUT
				   : st->kind == FLOW_CONNECT || st->goal;
}

static int
shorter(const int *dist, int to, int now)
{
	return to >= 0 && dist[to] + 1 < now ? dist[to] + 1 : now;
}

/* States between each and what he wants; FAR: it cannot be reached. */
static void
distances(const struct flow *f, enum way_to to, int *dist)
{
	bool more = true;

	for (int i = 0; i < f->n; i++)
		dist[i] = way_there(&f->s[i], to) ? 0 : FAR;
	while (more) {
		more = false;
		for (int i = 0; i < f->n; i++) {
			const struct flow_state *st = &f->s[i];
			int d = shorter(dist, st->edge[FLOW_DONE], dist[i]);

			d = shorter(dist, st->edge[FLOW_HUMAN], d);
			for (size_t k = 0; k < nitems(st->key); k++)
				d = shorter(dist, st->key[k], d);
			for (int k = 0; k < st->nwords; k++)
				d = shorter(dist, st->word[k].to, d);
			more |= d < dist[i];
			dist[i] = d;
		}
	}
}

void
way_keys(
    const struct flow *f, int i, enum way_to to, char keys[sizeof(FLOW_KEYS)])
{
	const struct flow_state *st = &f->s[i];
	int dist[FLOW_STATES], best = FAR, n = 0;

	distances(f, to, dist);
	for (size_t k = 0; k < nitems(st->key); k++)
		best = shorter(dist, st->key[k], best);
	for (size_t k = 0; k < nitems(st->key) && best < FAR; k++)
		if (st->key[k] >= 0 && dist[st->key[k]] + 1 == best)
			keys[n++] = FLOW_KEYS[k];
	keys[n] = '\0';
}

int
way_next(const struct flow *f, int i, enum way_to to, char *key)
{
	const struct flow_state *st = &f->s[i];
	int dist[FLOW_STATES], best = FAR, next = -1;
	int others[2 + FLOW_WORDS], n = 0;

	*key = '\0';
	distances(f, to, dist);
	for (size_t k = 0; k < nitems(st->key); k++)
		if (shorter(dist, st->key[k], best) < best) {
			next = st->key[k];
			best = dist[next] + 1;
			*key = FLOW_KEYS[k];
		}
	others[n++] = st->edge[FLOW_DONE];
	others[n++] = st->edge[FLOW_HUMAN];
	for (int k = 0; k < st->nwords; k++)
		others[n++] = st->word[k].to;
	for (int k = 0; k < n; k++)
		if (shorter(dist, others[k], best) < best) {
			next = others[k];
			best = dist[next] + 1;
			*key = '\0';
		}
	return next;
}
