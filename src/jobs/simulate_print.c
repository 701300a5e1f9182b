/* SPDX-License-Identifier: MIT */
/*
 * simulate_print: the report of a simulated day: aligned text with the local
 * times of its zone, or one JSON object with the same figures.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "jobs/simulate_sums.h"
#include "shared/text.h"
#include "shared/tz.h"

#define CLOCK 24
#define FIRST 3 /* caller IDs that are named */
#define MANY  1000 /* the same in JSON */
#define BARS  6 /* of a histogram */
#define WIDE  40 /* cells of the longest one */

/* "11-23 14:05:09" by the simulation's zone; "-" for 0. */
static const char *
clock_of(const struct simulate_report *r, int64_t ms, char out[CLOCK])
{
	struct tz_local l;

	if (ms == 0) {
		str_copy(out, CLOCK, "-");
		return out;
	}
	tz_local(tz_get(r->c->zone), ms, &l);
	str_format(out, CLOCK, "%02d-%02d %02d:%02d:%02d", l.month, l.day,
	    l.minute / 60, l.minute % 60, l.second);
	return out;
}

/* The same instant as ISO 8601 with its offset. */
static json_t *
time_of(const struct simulate_report *r, int64_t ms)
{
	struct tz_local l;
	char text[48];
	int off;

	if (ms == 0)
		return json_null();
	tz_local(tz_get(r->c->zone), ms, &l);
	off = l.offset / 60;
	str_format(text, sizeof(text),
	    "%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02d:%02d", l.year, l.month,
	    l.day, l.minute / 60, l.minute % 60, l.second, (int)(ms % 1000),
	    off < 0 ? '-' : '+', (off < 0 ? -off : off) / 60,
	    (off < 0 ? -off : off) % 60);
	return json_string(text);
}

/* ---- text ------------------------------------------------------------- */

static void
count_cell(struct buf *out, uint64_t n, int cols)
{
	char t[TEXT_NUM];

	buf_fmt(out, " %*s", cols, text_count(n, t));
}

static void
sum_row(struct buf *out, const char *name, const struct simulate_sum *s)
{
	uint64_t abandoned = s->by[DISP_ABANDONED];
	double ci[2];

	buf_fmt(out, "%-20.20s", name);
	count_cell(out, s->calls, 10);
	count_cell(out, s->answered, 10);
	count_cell(out, s->humans, 9);
	count_cell(out, s->by[DISP_CONNECTED], 10);
	count_cell(out, s->by[DISP_OPTED_OUT], 8);
	count_cell(out, abandoned, 9);
	simulate_wilson((double)abandoned, (double)s->humans, ci);
	if (s->humans == 0)
		buf_str(out, "  -\n");
	else
		buf_fmt(out, "  %5.2f %% [%.2f, %.2f]\n",
		    100 * (double)abandoned / (double)s->humans, 100 * ci[0],
		    100 * ci[1]);
}

static void
text_campaigns(const struct simulate_report *r, struct buf *out)
{
	const struct world *w = r->w;
	struct simulate_sum all;

	buf_fmt(out, "%-20s %10s %10s %9s %10s %8s %9s  %s\n", "campaign",
	    "calls", "answered", "humans", "connected", "opt out", "abandoned",
	    "of humans [95 %]");
	for (int i = 0; i < w->ncamp; i++)
		sum_row(out, w->camp[i].name, &r->sum[i]);
	simulate_sum_all(r, &all);
	if (w->ncamp > 1)
		sum_row(out, "all", &all);
	buf_fmt(
	    out, "\n%-20s %10s %10s  %s\n", "list", "contacts", "left", "ends");
	for (int i = 0; i < w->ncamp; i++) {
		const struct simulate_sum *s = &r->sum[i];
		int64_t total, left;
		char at[CLOCK];

		simulate_sum_left(r, i, &total, &left);
		buf_fmt(out, "%-20.20s", w->camp[i].name);
		count_cell(out, (uint64_t)total, 10);
		count_cell(out, (uint64_t)left, 10);
		if (left == 0)
			buf_fmt(out, "  %s\n",
			    s->ends_ms != 0 ? clock_of(r, s->ends_ms, at)
			    : total > 0     ? "with the last calls"
					    : "it has none");
		else
			buf_fmt(out, "  not by then: %s\n",
			    s->why[0] != '\0' ? s->why : "still dialling");
	}
}

static void
text_first(const struct simulate_report *r, int country, struct buf *out)
{
	struct simulate_full v[FIRST];
	int n = simulate_sum_full(r, country, v, FIRST);
	char at[CLOCK];

	for (int i = 0; i < n; i++)
		buf_fmt(out, "%s %s at %s", i == 0 ? "  first" : ",",
		    r->w->did[v[i].did].number, clock_of(r, v[i].ms, at));
	if (n > 0)
		buf_byte(out, '\n');
}

static void
text_dids(const struct simulate_report *r, struct buf *out)
{
	buf_fmt(out, "\n%-20s %10s %10s %10s  %-14s  %-14s  %s\n",
	    "caller IDs of", "DIDs", "at cap", "rested", "first", "median",
	    "last");
	for (int k = 0; k < r->w->ncountry; k++) {
		struct simulate_pool p;
		char a[CLOCK], b[CLOCK], c[CLOCK];

		simulate_sum_dids(r, k, &p);
		if (p.dids == 0)
			continue;
		buf_fmt(out, "%-20.20s", r->w->country[k].name);
		count_cell(out, (uint64_t)p.dids, 10);
		count_cell(out, (uint64_t)p.full, 10);
		count_cell(out, (uint64_t)p.rested, 10);
		buf_fmt(out, "  %-14s  %-14s  %s\n", clock_of(r, p.first_ms, a),
		    clock_of(r, p.median_ms, b), clock_of(r, p.last_ms, c));
		text_first(r, k, out);
	}
}

/* Rows of about as many different counts each, so that all of them show. */
static void
text_bars(const struct simulate_report *r, int country, struct buf *out)
{
	size_t n, step, from = 0;
	struct simulate_bar *v = simulate_sum_uses(r, country, &n);
	uint32_t most = 0, sum;

	step = (n + BARS - 1) / BARS;
	for (size_t pass = 0; pass < 2; pass++)
		for (from = 0; from < n; from += step) {
			size_t to = MINIMUM(from + step, n) - 1;

			sum = 0;
			for (size_t i = from; i <= to; i++)
				sum += v[i].dids;
			most = MAXIMUM(most, sum);
			if (pass == 0)
				continue;
			buf_fmt(out, "  %6u", v[from].uses);
			if (to > from)
				buf_fmt(out, " to %-6u", v[to].uses);
			else
				buf_fmt(out, " %-9s",
				    v[from].uses == 1 ? "use" : "uses");
			buf_fmt(out, " %8u  ", sum);
			for (uint32_t i = 0; i <= sum * (WIDE - 1) / most; i++)
				buf_byte(out, '#');
			buf_byte(out, '\n');
		}
	free(v);
}

static void
text_uses(const struct simulate_report *r, struct buf *out)
{
	buf_fmt(out, "\n%-20s %10s %10s %10s %10s %10s\n", "uses of", "DIDs",
	    "least", "most", "all", "over cap");
	for (int k = 0; k < r->w->ncountry; k++) {
		struct simulate_pool p;

		simulate_sum_dids(r, k, &p);
		if (p.dids == 0)
			continue;
		buf_fmt(out, "%-20.20s", r->w->country[k].name);
		count_cell(out, (uint64_t)p.dids, 10);
		count_cell(out, (uint64_t)p.min, 10);
		count_cell(out, (uint64_t)p.max, 10);
		count_cell(out, (uint64_t)p.uses, 10);
		count_cell(out, (uint64_t)p.over, 10);
		buf_byte(out, '\n');
		text_bars(r, k, out);
		if (p.rested > 0)
			buf_fmt(out,
			    "  %lld rested and were used less, %lld to %lld "
			    "times: not in least and most\n",
			    (long long)p.rested, (long long)p.rested_min,
			    (long long)p.rested_max);
	}
}

void
simulate_report_text(const struct simulate_report *r, struct buf *out)
{
	struct simulate_sum all;
	char a[CLOCK], b[CLOCK], t[TEXT_NUM];

	simulate_sum_all(r, &all);
	buf_fmt(out, "%s: %s to %s %s, seed %lld\n\n", r->c->file,
	    clock_of(r, r->from_ms, a), clock_of(r, r->w->now.wall_ms, b),
	    r->c->zone, (long long)r->c->seed);
	text_campaigns(r, out);
	text_dids(r, out);
	text_uses(r, out);
	buf_fmt(out, "\npace      %.2f calls per second, worst second %zu\n",
	    simulate_sum_cps(r), r->worst);
	if (all.uncounted > 0)
		buf_fmt(out,
		    "failover  %s calls were their trunk's fault: no attempts\n",
		    text_count(all.uncounted, t));
	if (r->engaged == 0)
		buf_str(out, "brake     never engaged\n");
	for (int i = 0; i < r->nbrake; i++) {
		const struct simulate_brake *e = &r->brake[i];

		buf_fmt(out, "brake     %s %s: %s to %s: %s\n", e->kind,
		    e->name, clock_of(r, e->from_ms, a),
		    e->to_ms != 0 ? clock_of(r, e->to_ms, b) : "the end",
		    e->reason);
	}
	if (r->engaged > r->nbrake)
		buf_fmt(out, "          and %d times more\n",
		    r->engaged - r->nbrake);
	buf_fmt(out, "talk      %s, %.1f s per answered call\n",
	    text_span(all.talk_ms / MS_PER_S, t),
	    all.answered > 0 ? (double)all.talk_ms / 1e3 / (double)all.answered
			     : 0);
	if (r->c->ncost > 0) {
		buf_fmt(out, "cost      %.2f", all.cost);
		if (all.by[DISP_CONNECTED] > 0)
			buf_fmt(out, ", %.4f per connected call",
			    all.cost / (double)all.by[DISP_CONNECTED]);
		buf_byte(out, '\n');
	}
}

/* ---- JSON ------------------------------------------------------------- */

static json_t *
json_sum(const struct simulate_sum *s)
{
	uint64_t abandoned = s->by[DISP_ABANDONED];
	json_t *by = json_object(), *o;
	double ci[2];

	simulate_wilson((double)abandoned, (double)s->humans, ci);
	for (int d = 1; d < DISP_NKIND; d++)
		json_object_set_new(by, disposition_word((enum disposition)d),
		    json_integer((json_int_t)s->by[d]));
	o = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:[f,f], s:I, s:f, "
		      "s:f, s:o}",
	    "calls", (json_int_t)s->calls, "answered", (json_int_t)s->answered,
	    "humans", (json_int_t)s->humans, "connected",
	    (json_int_t)s->by[DISP_CONNECTED], "opted_out",
	    (json_int_t)s->by[DISP_OPTED_OUT], "abandoned",
	    (json_int_t)abandoned, "abandonment",
	    s->humans > 0 ? json_real((double)abandoned / (double)s->humans)
			  : json_null(),
	    "abandonment_95", ci[0], ci[1], "uncounted",
	    (json_int_t)s->uncounted, "talk_s", (double)s->talk_ms / 1e3,
	    "cost", s->cost, "dispositions", by);
	return o;
}

static json_t *
json_campaigns(const struct simulate_report *r)
{
	json_t *list = json_array();

	for (int i = 0; i < r->w->ncamp; i++) {
		const struct simulate_sum *s = &r->sum[i];
		json_t *o = json_pack("{s:s}", "name", r->w->camp[i].name);
		json_t *sum = json_sum(s);
		int64_t total, left;

		simulate_sum_left(r, i, &total, &left);
		json_object_update(o, sum);
		json_decref(sum);
		json_object_set_new(o, "contacts", json_integer(total));
		json_object_set_new(o, "remaining", json_integer(left));
		json_object_set_new(
		    o, "ends", time_of(r, left == 0 ? s->ends_ms : 0));
		json_object_set_new(o, "why",
		    left > 0 && s->why[0] != '\0' ? json_string(s->why)
						  : json_null());
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
json_full(const struct simulate_report *r, int country)
{
	struct simulate_full *v = xcalloc(MANY, sizeof(*v));
	int n = simulate_sum_full(r, country, v, MANY);
	json_t *list = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(list,
		    json_pack("{s:s, s:o}", "number",
			r->w->did[v[i].did].number, "at", time_of(r, v[i].ms)));
	free(v);
	return list;
}

static json_t *
json_uses(const struct simulate_report *r, int country)
{
	json_t *list = json_array();
	size_t n;
	struct simulate_bar *v = simulate_sum_uses(r, country, &n);

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    list, json_pack("{s:I, s:I}", "uses", (json_int_t)v[i].uses,
			      "dids", (json_int_t)v[i].dids));
	free(v);
	return list;
}

static json_t *
json_dids(const struct simulate_report *r)
{
	json_t *list = json_array();

	for (int k = 0; k < r->w->ncountry; k++) {
		struct simulate_pool p;

		simulate_sum_dids(r, k, &p);
		if (p.dids == 0)
			continue;
		json_array_append_new(list,
		    json_pack("{s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:I, "
			      "s:I, s:I, s:I, s:I, s:I, s:o}",
			"country", r->w->country[k].name, "dids",
			(json_int_t)p.dids, "at_cap", (json_int_t)p.full,
			"rested", (json_int_t)p.rested, "first",
			time_of(r, p.first_ms), "median",
			time_of(r, p.median_ms), "last", time_of(r, p.last_ms),
			"first_at_cap", json_full(r, k), "uses",
			(json_int_t)p.uses, "uses_min", (json_int_t)p.min,
			"uses_max", (json_int_t)p.max, "rested_min",
			(json_int_t)p.rested_min, "rested_max",
			(json_int_t)p.rested_max, "over_cap",
			(json_int_t)p.over, "histogram", json_uses(r, k)));
	}
	return list;
}

static json_t *
json_brakes(const struct simulate_report *r)
{
	json_t *list = json_array();

	for (int i = 0; i < r->nbrake; i++) {
		const struct simulate_brake *e = &r->brake[i];

		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:o, s:o, s:s}", "of", e->kind,
			"name", e->name, "engaged", time_of(r, e->from_ms),
			"released", time_of(r, e->to_ms), "reason", e->reason));
	}
	return list;
}

void
simulate_report_json(const struct simulate_report *r, struct buf *out)
{
	struct simulate_sum all;
	json_t *o, *sum;
	char *text;

	simulate_sum_all(r, &all);
	sum = json_sum(&all);
	o = json_pack("{s:s, s:o, s:o, s:s, s:I, s:f, s:f, s:I, s:o, s:o, s:I, "
		      "s:o, s:o}",
	    "file", r->c->file, "from", time_of(r, r->from_ms), "to",
	    time_of(r, r->w->now.wall_ms), "zone", r->c->zone, "seed",
	    (json_int_t)r->c->seed, "hours", r->c->hours, "cps_mean",
	    simulate_sum_cps(r), "cps_worst_second", (json_int_t)r->worst,
	    "campaigns", json_campaigns(r), "dids", json_dids(r),
	    "brake_engagements", (json_int_t)r->engaged, "brakes",
	    json_brakes(r), "total", sum);
	json_object_set_new(o, "cost_per_connected",
	    all.by[DISP_CONNECTED] > 0
		? json_real(all.cost / (double)all.by[DISP_CONNECTED])
		: json_null());
	text = json_dumps(o, JSON_INDENT(2) | JSON_REAL_PRECISION(10));
	buf_str(out, text);
	buf_byte(out, '\n');
	free(text);
	json_decref(o);
}
