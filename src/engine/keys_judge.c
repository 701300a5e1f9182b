/* SPDX-License-Identifier: MIT */
/*
 * keys_judge: which keys are machines' keys, and which one would not be.
 * Judges counts alone; sends nothing and changes no context.
 */
#include <math.h>
#include <string.h>

#include "engine/keys.h"
#include "engine/keys_part.h"
#include "shared/util.h"

/* A warning ends below this, so that it does not come and go. */
#define BACK (KEYS_SHARE - 0.02)
/*
 * A key is pressed by machines, too, from one press of theirs in so many of
 * the key that is warned of: a tone misheard now and then is no evidence.
 */
#define STRAY 50
/*
 * In this order: 3 is far from 1 and 2, which greetings and menus name first;
 * 9 and 0 are what people know for operators and opting out.
 */
#define BETTER "3245678"

double
keys_wilson(uint32_t k, uint32_t n)
{
	double p, z = KEYS_Z, low;

	if (n == 0)
		return -1;
	p = (double)k / n;
	low = (p + z * z / (2.0 * n) -
		  z * sqrt((p * (1 - p) + z * z / (4.0 * n)) / n)) /
	      (1 + z * z / n);
	return MAXIMUM(low, 0.0);
}

double
keys_low(const struct keys_rec *v)
{
	return keys_wilson(v->r.connects_machine - v->old_machine,
	    v->r.connects - v->old_connects);
}

static char
better(const struct keys_context *x, char now)
{
	uint64_t most = x->stray[flow_key_index(now)] / STRAY;

	for (const char *p = BETTER; *p != '\0'; p++) {
		int i = flow_key_index(*p);

		if (!KEYS_HAS(x->taken, i) && x->stray[i] <= most)
			return *p;
	}
	return '\0';
}

void
keys_advise(const struct keys *k, struct keys_rec *v)
{
	const struct keys_context *x = &k->contexts[v->context];
	struct row_key *r = &v->r;
	char what[120];

	memset(r->better, 0, sizeof(r->better));
	memset(r->advice, 0, sizeof(r->advice));
	r->better[0] = better(x, r->key[0]);
	if (r->better[0] == '\0')
		str_format(what, sizeof(what),
		    "no other key is free in context %s: detect machines and "
		    "hang up",
		    r->context);
	else if (x->states)
		str_format(what, sizeof(what),
		    "in context %s let %s lead there instead", r->context,
		    r->better);
	else
		str_format(what, sizeof(what), "set context %s connect_key=%s",
		    r->context, r->better);
	str_format(r->advice, sizeof(r->advice),
	    "%s: key %s connects machines (%u of %u, at least %.0f %%; %u of "
	    "%u talks short): %s",
	    r->country, r->key, r->connects_machine - v->old_machine,
	    r->connects - v->old_connects, 100 * (double)r->machine_low,
	    r->short_talks, r->connected, what);
}

/* What machines press, and what leads on, of each context in all countries. */
static void
gather(struct keys *k)
{
	for (size_t i = 0; i < k->ncontexts; i++) {
		struct keys_context *x = &k->contexts[i];

		memset(x->stray, 0, sizeof(x->stray));
		x->low = x->worst = -1;
		if (!x->known)
			x->used = x->taken = 0;
	}
	for (uint32_t i = 0; i < k->n; i++) {
		const struct row_key *r = &k->v[i].r;
		struct keys_context *x = &k->contexts[k->v[i].context];
		int key = flow_key_index(r->key[0]);

		if (key < 0)
			continue;
		x->stray[key] += r->early + r->on_machine;
		if (!x->known && strcmp(r->leads, "early") != 0 &&
		    strcmp(r->leads, "invalid") != 0)
			x->used = x->taken |= (uint16_t)(1U << key);
	}
}

static void
judge_row(struct keys *k, uint32_t i)
{
	struct keys_rec *v = &k->v[i];
	struct keys_context *x = &k->contexts[v->context];
	int key = flow_key_index(v->r.key[0]);
	double low = keys_low(v);
	struct row_key was;

	/* One that leads nowhere any more has been dealt with. */
	if (key < 0 || !KEYS_HAS(x->used, key) ||
	    v->r.connects - v->old_connects < KEYS_MIN)
		low = -1;
	if (low > x->low) {
		x->low = low;
		x->worst = (int)i;
	}
	if (low <= BACK && v->r.advice[0] == '\0')
		return;
	was = v->r;
	if (low > (was.advice[0] != '\0' ? BACK : KEYS_SHARE))
		keys_advise(k, v);
	else {
		memset(v->r.advice, 0, sizeof(v->r.advice));
		memset(v->r.better, 0, sizeof(v->r.better));
	}
	if (memcmp(&was, &v->r, sizeof(was)) != 0)
		keys_changed(k, i);
}

void
keys_judge(struct keys *k, keys_worst_fn *fn, void *arg)
{
	gather(k);
	for (uint32_t i = 0; i < k->n; i++)
		if (k->v[i].r.connects > 0 || k->v[i].r.advice[0] != '\0')
			judge_row(k, i);
	for (size_t i = 0; i < k->ncontexts; i++) {
		const struct keys_context *x = &k->contexts[i];

		if (x->worst >= 0 && fn != NULL)
			fn(arg, x->name, x->low, k->v[x->worst].r.advice);
	}
}
