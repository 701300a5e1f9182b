/* SPDX-License-Identifier: MIT */
/* layout: minima first, then wants, then weights. */
#include "ui/layout.h"

#include "shared/util.h"

void
layout_split(int total, struct layout_part *p, size_t n)
{
	int left = total, weights = 0, rest;
	bool more = true;

	for (size_t i = 0; i < n; i++) {
		p[i].got = p[i].min <= left ? p[i].min : 0;
		left -= p[i].got;
	}
	/* a row each in turn, so that nobody starves */
	while (left > 0 && more) {
		more = false;
		/* those that never get a rest first */
		for (size_t k = 0; k < 2 * n && left > 0; k++) {
			struct layout_part *q = &p[k % n];

			if ((q->weight > 0) == (k < n) || q->got == 0 ||
			    q->got >= q->want)
				continue;
			q->got++;
			left--;
			more = true;
		}
	}
	for (size_t i = 0; i < n; i++)
		weights += p[i].got > 0 ? p[i].weight : 0;
	rest = left;
	for (size_t i = 0; i < n && weights > 0; i++) {
		int share;

		if (p[i].got == 0)
			continue;
		share = rest * p[i].weight / weights;
		p[i].got += share;
		left -= share;
	}
	for (size_t i = 0; i < n && weights > 0 && left > 0; i++)
		if (p[i].got > 0 && p[i].weight > 0) {
			p[i].got += left;
			left = 0;
		}
}

struct rect
layout_top(struct rect *r, int n)
{
	struct rect top = *r;

	top.h = MINIMUM(n, r->h);
	r->y += top.h;
	r->h -= top.h;
	return top;
}

struct rect
layout_left(struct rect *r, int n)
{
	struct rect side = *r;

	side.w = MINIMUM(n, r->w);
	r->x += side.w;
	r->w -= side.w;
	return side;
}
