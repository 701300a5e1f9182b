/* SPDX-License-Identifier: MIT */
/*
 * did_rotate: chooses, and says why.  Looks at the classes of a bucket and
 * the bounds of their runs, never at more than one DID; changes nothing.
 */
#include "engine/did_rotate.h"

#include "engine/did_score.h"

/* A count that is full stays eligible only in name: uses never overflow. */
static uint32_t
limit_of(uint32_t cap)
{
	return cap > 0 ? cap : UINT32_MAX;
}

static const struct did_class *
lowest_class(unsigned *set, const struct did_bucket *b, int *number)
{
	*number = __builtin_ctz(*set);
	*set &= *set - 1;
	return b->class[*number];
}

bool
did_rotate_any(const struct did_bucket *b, uint32_t cap)
{
	unsigned set = b->some;
	int number;

	while (set != 0)
		if (did_class_least(lowest_class(&set, b, &number)) <
		    limit_of(cap))
			return true;
	return false;
}

static bool
least_used(const struct did_bucket *b, uint32_t limit, struct rng *r,
    struct did_found *f)
{
	const struct did_class *in[DID_CLASSES];
	uint32_t least = limit, n = 0;
	uint64_t draw;
	int k = 0, number;

	for (unsigned set = b->some; set != 0;) {
		const struct did_class *c = lowest_class(&set, b, &number);

		if (did_class_least(c) >= limit || did_class_least(c) > least)
			continue;
		if (did_class_least(c) < least) {
			least = did_class_least(c);
			k = 0;
			n = 0;
		}
		in[k++] = c;
		n += did_class_ties(c);
	}
	if (n == 0)
		return false;
	draw = rng_below(r, n);
	for (k = 0; draw >= did_class_ties(in[k]); k++)
		draw -= did_class_ties(in[k]);
	*f = (struct did_found){ in[k]->order[draw], n };
	return true;
}

static bool
least_of(const struct did_class *c, struct rng *r, struct did_found *f)
{
	if (c == NULL)
		return false;
	f->among = did_class_ties(c);
	f->did = c->order[rng_below(r, f->among)];
	return true;
}

static bool
highest_score(const struct did_bucket *b, uint32_t limit, struct rng *r,
    struct did_found *f)
{
	const struct did_class *best = NULL;
	int number;

	for (unsigned set = b->some; set != 0;) {
		const struct did_class *c = lowest_class(&set, b, &number);

		if (did_class_least(c) < limit)
			best = c;
	}
	return least_of(best, r, f);
}

static bool
weighted_score(const struct did_bucket *b, uint32_t cap, struct rng *r,
    struct did_found *f)
{
	const struct did_class *best = NULL;
	uint64_t sum = 0;
	double mean, most = 0;
	int number;

	for (unsigned set = b->some; set != 0;)
		sum += lowest_class(&set, b, &number)->sum;
	mean = b->n > 0 ? (double)sum / b->n : 0;
	for (unsigned set = b->some; set != 0;) {
		const struct did_class *c = lowest_class(&set, b, &number);
		double v = did_class_value(number), u = did_class_least(c);

		if (did_class_least(c) >= limit_of(cap))
			continue;
		if (cap > 0)
			v *= 1 - u / cap;
		else if (mean > 0)
			v /= 1 + u / mean;
		if (v >= most) {
			most = v;
			best = c;
		}
	}
	return least_of(best, r, f);
}

static bool
weighted_random(const struct did_bucket *b, uint32_t limit, struct rng *r,
    struct did_found *f)
{
	struct {
		const struct did_class *c;
		uint32_t under;
		double share;
	} in[DID_CLASSES];
	double total = 0, draw;
	int k = 0, n = 0, number;

	for (unsigned set = b->some; set != 0;) {
		const struct did_class *c = lowest_class(&set, b, &number);
		uint32_t under = did_class_under(c, limit);

		if (under == 0)
			continue;
		in[n].c = c;
		in[n].under = under;
		in[n].share = under * did_class_value(number);
		total += in[n++].share;
	}
	if (n == 0)
		return false;
	/* What rounding leaves over falls to the last. */
	draw = rng_unit(r) * total;
	for (k = 0; k < n - 1 && draw >= in[k].share; k++)
		draw -= in[k].share;
	f->among = in[k].under;
	f->did = in[k].c->order[rng_below(r, f->among)];
	return true;
}

bool
did_rotate(const struct did_bucket *b, const struct did_choice *ch,
    struct rng *r, struct did_found *f)
{
	switch (ch->rotation) {
	case DID_WEIGHTED_SCORE:
		return weighted_score(b, ch->cap, r, f);
	case DID_HIGHEST_SCORE:
		return highest_score(b, limit_of(ch->cap), r, f);
	case DID_WEIGHTED_RANDOM:
		return weighted_random(b, limit_of(ch->cap), r, f);
	case DID_LEAST_USED:
		break;
	}
	return least_used(b, limit_of(ch->cap), r, f);
}

void
did_rotate_why(const struct did_bucket *b, const struct did_choice *ch,
    const struct did_found *f, uint32_t uses, char why[DID_WHY])
{
	static const char *const words[] = { [DID_LEAST_USED] = "least used",
		[DID_WEIGHTED_SCORE] = "weighted score",
		[DID_HIGHEST_SCORE] = "highest score",
		[DID_WEIGHTED_RANDOM] = "weighted random" };
	char class[24] = "", count[32];

	if (ch->rotation != DID_LEAST_USED)
		str_format(class, sizeof(class), " class %d (%.2f)",
		    f->did->class, did_score_value(f->did));
	if (ch->cap > 0)
		str_format(count, sizeof(count), "%u of %u", uses, ch->cap);
	else
		str_format(count, sizeof(count), "%u today", uses);
	str_format(why, DID_WHY, "%s: %s%s, %s, one of %u", b->name,
	    words[ch->rotation], class, count, f->among);
}
