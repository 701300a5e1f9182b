/* SPDX-License-Identifier: MIT */
/*
 * graph_past: asks for whole blocks of time, so that moving by a column asks
 * nothing new.
 */
#include "ui/graph_past.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/util.h"
#include "ui/verbs.h"

#define POINTS 500 /* of one block */
#define FINEST 10 /* seconds between two rows of the database */

/* "2026-11-21T14:03:22Z" and the like, from time_iso; -1: none. */
static int64_t
parse_iso(const char *s)
{
	struct tm tm = { 0 };
	char *end;

	if (s == NULL || (end = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm)) == NULL)
		return -1;
	return (int64_t)timegm(&tm);
}

static const json_t *
block_of(const struct pane_ctx *x, int64_t from_s, int step)
{
	int64_t span = (int64_t)MAXIMUM(step, FINEST) * POINTS;
	int64_t begin = from_s - from_s % span;
	char from[32], to[32], n[16];
	json_t *q;

	time_iso(begin * MS_PER_S, from);
	time_iso((begin + span) * MS_PER_S, to);
	str_format(n, sizeof(n), "%d", MAXIMUM(step, FINEST));
	q = verbs_request("history", from, to);
	json_object_set_new(q, "step", json_string(n));
	return feed_doc(x->feed, q, 0, NULL);
}

static double
number(const json_t *o, const char *key, double none)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : none;
}

int
graph_past(
    const struct pane_ctx *x, int64_t from_s, int step, struct graph_dot *out)
{
	const json_t *block, *points, *p;
	int64_t now_s = x->b->now_ms / MS_PER_S, at;
	size_t lo = 0, hi;

	/* what the shared file should have and has not was not dialled in */
	if (from_s + step > now_s - ROWS_DAY + 3600)
		return 0;
	block = block_of(x, from_s, step);
	if (block == NULL)
		return -1;
	points = json_object_get(block, "points");
	hi = json_array_size(points);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		p = json_array_get(points, mid);
		at = parse_iso(json_string_value(json_object_get(p, "at")));
		if (at < from_s - (step < FINEST ? FINEST : step) + 1)
			lo = mid + 1;
		else
			hi = mid;
	}
	p = json_array_get(points, lo);
	at = parse_iso(json_string_value(json_object_get(p, "at")));
	if (p == NULL || at < 0 || at >= from_s + step)
		return 0;
	out->sent = (float)number(p, "cps", 0);
	out->target = (float)number(p, "target", 0);
	out->worst = out->sent;
	out->concurrent = (float)number(p, "concurrent", 0);
	out->asr = (float)number(p, "success_rate", -1);
	out->ner = -1;
	return 1;
}
