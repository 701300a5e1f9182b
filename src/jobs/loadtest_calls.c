/* SPDX-License-Identifier: MIT */
/* loadtest_calls: counting and sorting. */
#include "jobs/loadtest_calls.h"

#include <math.h>
#include <string.h>

#include "shared/util.h"

#define SECOND_MS 999 /* behind a call: with it a second */

struct loadtest_call *
loadtest_calls_add(struct loadtest_calls *c)
{
	if (c->n == c->cap) {
		c->cap = c->cap > 0 ? c->cap * 2 : 1024;
		c->v = xreallocarray(c->v, c->cap, sizeof(*c->v));
	}
	memset(&c->v[c->n], 0, sizeof(*c->v));
	return &c->v[c->n++];
}

struct loadtest_did *
loadtest_dids_add(struct loadtest_dids *d)
{
	if (d->n == d->cap) {
		d->cap = d->cap > 0 ? d->cap * 2 : 1024;
		d->v = xreallocarray(d->v, d->cap, sizeof(*d->v));
	}
	memset(&d->v[d->n], 0, sizeof(*d->v));
	return &d->v[d->n++];
}

static bool
within(const struct loadtest_call *k, int64_t from, int64_t to)
{
	return k->sent >= from && k->sent < to;
}

size_t
loadtest_sent(const struct loadtest_calls *c, int64_t from, int64_t to)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += within(&c->v[i], from, to);
	return n;
}

size_t
loadtest_worst(const struct loadtest_calls *c, int64_t from, int64_t to)
{
	size_t first = 0, worst = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (!within(&c->v[i], from, to)) {
			first = i + 1;
			continue;
		}
		while (c->v[first].sent < c->v[i].sent - SECOND_MS)
			first++;
		worst = MAXIMUM(worst, i - first + 1);
	}
	return worst;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
rank(const double *v, size_t n, double share)
{
	size_t k = (size_t)ceil(share * (double)n);

	return v[MINIMUM(MAXIMUM(k, 1), n) - 1];
}

struct loadtest_setup
loadtest_setup_of(const struct loadtest_calls *c, int64_t from, int64_t to)
{
	struct loadtest_setup s = { 0, -1, -1, -1, -1, -1 };
	double *v = xcalloc(c->n + 1, sizeof(*v)), sum = 0;

	for (size_t i = 0; i < c->n; i++)
		if (within(&c->v[i], from, to) && c->v[i].setup_ms >= 0) {
			v[s.n++] = c->v[i].setup_ms;
			sum += c->v[i].setup_ms;
		}
	if (s.n > 0) {
		qsort(v, s.n, sizeof(*v), by_size);
		s.mean = sum / (double)s.n;
		s.p50 = rank(v, s.n, 0.5);
		s.p95 = rank(v, s.n, 0.95);
		s.p99 = rank(v, s.n, 0.99);
		s.max = v[s.n - 1];
	}
	free(v);
	return s;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t
loadtest_twice(const struct loadtest_calls *c)
{
	const char **v = xcalloc(c->n + 1, sizeof(*v));
	size_t twice = 0;

	for (size_t i = 0; i < c->n; i++)
		v[i] = c->v[i].number;
	qsort(v, c->n, sizeof(*v), by_text);
	for (size_t i = 1; i < c->n; i++)
		if (strcmp(v[i], v[i - 1]) == 0 &&
		    (i < 2 || strcmp(v[i], v[i - 2]) != 0))
			twice++;
	free(v);
	return twice;
}
