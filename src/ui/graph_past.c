/* SPDX-License-Identifier: MIT */
/*
 * graph_past: blocks of history to dots and marks.  A block is looked up once
 * per frame, not once per dot; one that was refused is asked for again as the
 * feed sees fit.
 */
#include "ui/graph_past.h"

#include <string.h>

#include "shared/util.h"
#include "ui/iso.h"
#include "ui/verbs.h"

#define POINTS 500 /* of one block */
#define FINEST 10 /* seconds between two rows of the database */
#define AGE_S  3600 /* of a block that was not over when it was asked for */

static void
look_up(struct graph_block *k, const struct pane_ctx *x, int64_t at_s, int step)
{
	int64_t span = (int64_t)MAXIMUM(step, FINEST) * POINTS;
	int64_t begin = at_s - at_s % span;
	char from[32], to[32], n[16];
	json_t *q;

	if (k->span_s == span && k->begin_s == begin)
		return;
	k->begin_s = begin;
	k->span_s = span;
	time_iso(MAXIMUM(begin, 1) * MS_PER_S, from);
	time_iso((begin + span) * MS_PER_S, to);
	str_format(n, sizeof(n), "%d", MAXIMUM(step, FINEST));
	q = verbs_request("history", from, to);
	json_object_set_new(q, "step", json_string(n));
	k->doc = feed_doc(x->feed, q,
	    begin + span > x->b->now_ms / MS_PER_S ? AGE_S : 0, NULL);
}

static double
number(const json_t *o, const char *key, double none)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : none;
}

/* Must the database be asked, or has the shared file all there is? */
static bool
beyond_file(const struct board *b, int64_t end_s)
{
	/* the file holds a day; and it may be as young as the engine */
	return end_s <= b->now_ms / MS_PER_S - ROWS_DAY + 3600 ||
	       end_s <= b->started_ms / MS_PER_S;
}

int
graph_past(struct graph_block *k, const struct pane_ctx *x, int64_t from_s,
    int step, struct graph_dot *out)
{
	const json_t *points, *p;
	int64_t at;
	size_t lo = 0, hi;

	if (!beyond_file(x->b, from_s + step))
		return 0;
	look_up(k, x, from_s, step);
	if (k->doc == NULL)
		return -1;
	points = json_object_get(k->doc, "points");
	hi = json_array_size(points);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		at = iso_of(json_array_get(points, mid), "at") / MS_PER_S;
		if (at < from_s - MAXIMUM(step, FINEST) + 1)
			lo = mid + 1;
		else
			hi = mid;
	}
	p = json_array_get(points, lo);
	at = iso_of(p, "at") / MS_PER_S;
	if (at == 0 || at >= from_s + step)
		return 0;
	out->sent = (float)number(p, "cps", 0);
	out->target = (float)number(p, "target", 0);
	out->worst = 0;
	out->past = true;
	out->concurrent = (float)number(p, "concurrent", 0);
	out->asr = (float)number(p, "success_rate", -1);
	out->ner = -1;
	return 1;
}

static void
copy_word(char *out, size_t size, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	str_copy(out, size, s != NULL ? s : "");
}

size_t
graph_past_marks(struct graph_block *k, const struct pane_ctx *x,
    int64_t from_ms, int64_t to_ms, int step, struct board_mark *out,
    size_t max)
{
	int64_t at_s = MAXIMUM(from_ms, MS_PER_S) / MS_PER_S;
	const json_t *marks, *o;
	size_t n = 0, i;

	for (; at_s * MS_PER_S < to_ms; at_s = k->begin_s + k->span_s) {
		look_up(k, x, at_s, step);
		marks = json_object_get(k->doc, "marks");
		json_array_foreach (marks, i, o) {
			int64_t at = iso_of(o, "at");

			if (at < from_ms || at >= to_ms || at == 0)
				continue;
			if (n == max)
				memmove(out, out + 1, --n * sizeof(*out));
			out[n].at_ms = at;
			copy_word(out[n].kind, sizeof(out[n].kind), o, "kind");
			copy_word(out[n].who, sizeof(out[n].who), o, "who");
			copy_word(out[n].text, sizeof(out[n].text), o, "text");
			n++;
		}
	}
	return n;
}
