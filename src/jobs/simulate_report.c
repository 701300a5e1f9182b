/* SPDX-License-Identifier: MIT */
/*
 * simulate_report: counts while the day goes by.  What it prints stands in
 * simulate_print.c; it never looks at a clock of ours.
 */
#include "jobs/simulate_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/simulate_sums.h"

static struct simulate_report *
report(const struct world *w)
{
	return w->arg;
}

void
simulate_wilson(double n, double all, double out[2])
{
	const double z = 1.959963984540054;
	double p, mid, half, den;

	if (all <= 0) {
		out[0] = 0;
		out[1] = 1;
		return;
	}
	p = n / all;
	den = 1 + z * z / all;
	mid = (p + z * z / (2 * all)) / den;
	half = z * sqrt(p * (1 - p) / all + z * z / (4 * all * all)) / den;
	out[0] = MAXIMUM(mid - half, 0);
	out[1] = MINIMUM(mid + half, 1);
}

/* ---- what happens ----------------------------------------------------- */

/* Most calls that left within one second. */
static void
written(struct world *w, struct world_call *c)
{
	struct simulate_report *r = report(w);

	(void)c;
	if (r->npace == r->pace_size) { /* a power of two */
		size_t n = r->pace_size > 0 ? r->pace_size * 2 : 256;
		int64_t *v = xmalloc(n * sizeof(*v));

		for (size_t i = 0; i < r->npace; i++)
			v[i] = r->pace[(r->pace_head + i) % r->pace_size];
		free(r->pace);
		r->pace = v;
		r->pace_head = 0;
		r->pace_size = n;
	}
	r->pace[(r->pace_head + r->npace++) % r->pace_size] = w->now.mono_ns;
	while (r->pace[r->pace_head] <= w->now.mono_ns - NS_PER_S) {
		r->pace_head = (r->pace_head + 1) % r->pace_size;
		r->npace--;
	}
	r->worst = MAXIMUM(r->worst, r->npace);
	if (r->first_ns == 0)
		r->first_ns = w->now.mono_ns;
	r->last_ns = w->now.mono_ns;
}

static void
leaves(struct world *w, const struct call *call, struct world_call *c)
{
	struct simulate_report *r = report(w);
	int k = w->contact[c->contact].country;
	struct world_use *u =
	    world_use(w, c->did, world_group(w, k), call->usage_date);
	int64_t cap = w->country[k].did_daily_cap;
	size_t d = (size_t)c->did - 1;

	u->sent++;
	r->did_uses[d]++;
	if (cap <= 0)
		return;
	if (r->did_full[d] == 0 && u->sent == cap)
		r->did_full[d] = w->now.wall_ms;
	r->did_over[d] |= u->sent > cap;
}

static double
price(const struct simulate_report *r, int country, int64_t talk_ms)
{
	const struct simulate_cost *p = r->cost[country];
	int64_t s = (talk_ms + MS_PER_S - 1) / MS_PER_S;

	if (p == NULL || talk_ms <= 0)
		return 0;
	s = MAXIMUM(s, p->minimum);
	s = (s + p->increment - 1) / p->increment * p->increment;
	return p->per_minute * (double)s / 60;
}

static void
recorded(struct world *w, struct world_call *c, const struct engine_record *rec)
{
	struct simulate_report *r = report(w);
	const struct world_contact *k = &w->contact[c->contact];
	struct simulate_sum *s = &r->sum[k->campaign];
	const struct simulate_cost *p = r->cost[k->country];

	if (rec->call->state != CALL_ENDED)
		return;
	s->calls++;
	s->uncounted += rec->uncounted;
	s->by[c->disp]++;
	s->answered += c->o.answered;
	s->humans += c->o.answered && !c->o.machine;
	s->talk_ms += c->talk_ms;
	s->cost +=
	    price(r, k->country, c->talk_ms) + (p != NULL ? p->per_call : 0);
}

static void
blocked(struct world *w, int64_t did)
{
	report(w)->did_rested[did - 1] = true;
}

static void
brake_of(struct simulate_report *r, const struct world *w, const char *kind,
    const char *name, const struct board_brake *b, bool *on)
{
	bool now = strcmp(b->state, "released") != 0;
	struct simulate_brake *e;

	if (now == *on)
		return;
	*on = now;
	if (!now) {
		for (int i = 0; i < r->nbrake; i++)
			if (r->brake[i].to_ms == 0 &&
			    strcmp(r->brake[i].name, name) == 0 &&
			    strcmp(r->brake[i].kind, kind) == 0)
				r->brake[i].to_ms = w->now.wall_ms;
		return;
	}
	r->engaged++;
	if (r->nbrake == SIMULATE_BRAKES)
		return;
	e = &r->brake[r->nbrake++];
	e->kind = kind;
	e->from_ms = w->now.wall_ms;
	str_copy(e->name, sizeof(e->name), name);
	str_copy(e->reason, sizeof(e->reason), b->reason);
}

static void
published(struct world *w)
{
	struct simulate_report *r = report(w);
	const struct board *b = w->board;

	if (w->draining)
		return;
	r->over = b->ncampaigns > 0;
	for (unsigned i = 0; i < b->ncampaigns; i++) {
		const struct board_campaign *c = &b->campaigns[i];
		int n = world_campaign(w, c->id);
		struct simulate_sum *s = &r->sum[n];

		brake_of(r, w, "campaign", c->name, &c->brake, &r->on_camp[n]);
		str_copy(s->why, sizeof(s->why), c->why);
		s->opens_ms = c->opens_ms;
		if (strcmp(c->state, "finished") == 0) {
			if (s->ends_ms == 0)
				s->ends_ms = w->now.wall_ms;
		} else {
			s->ends_ms = 0;
			r->over = r->over && c->total == 0;
		}
	}
	for (unsigned i = 0; i < b->ntrunks; i++)
		brake_of(r, w, "trunk", b->trunks[i].name, &b->trunks[i].brake,
		    &r->on_trunk[i]);
}

static const struct world_watch watch = { .leaves = leaves,
	.written = written,
	.recorded = recorded,
	.published = published,
	.blocked = blocked };

/* ---- its life --------------------------------------------------------- */

struct simulate_report *
simulate_report_new(struct world *w, const struct simulate_conf *c)
{
	struct simulate_report *r = xcalloc(1, sizeof(*r));

	r->w = w;
	r->c = c;
	r->from_ms = w->now.wall_ms;
	r->did_full = xcalloc((size_t)w->ndid + 1, sizeof(*r->did_full));
	r->did_uses = xcalloc((size_t)w->ndid + 1, sizeof(*r->did_uses));
	r->did_over = xcalloc((size_t)w->ndid + 1, sizeof(*r->did_over));
	r->did_rested = xcalloc((size_t)w->ndid + 1, sizeof(*r->did_rested));
	for (int i = 0; i < c->ncost; i++)
		r->cost[world_country(w, c->cost[i].country)] = &c->cost[i];
	w->watch = &watch;
	w->arg = r;
	return r;
}

void
simulate_report_free(struct simulate_report *r)
{
	free(r->did_full);
	free(r->did_uses);
	free(r->did_over);
	free(r->did_rested);
	free(r->pace);
	free(r);
}

bool
simulate_report_over(const struct simulate_report *r)
{
	return r->over && engine_busy(r->w->e) == 0;
}

/* ---- sums ------------------------------------------------------------- */

void
simulate_sum_all(const struct simulate_report *r, struct simulate_sum *all)
{
	memset(all, 0, sizeof(*all));
	for (int i = 0; i < r->w->ncamp; i++) {
		const struct simulate_sum *s = &r->sum[i];

		all->calls += s->calls;
		all->uncounted += s->uncounted;
		all->answered += s->answered;
		all->humans += s->humans;
		all->talk_ms += s->talk_ms;
		all->cost += s->cost;
		for (int d = 0; d < DISP_NKIND; d++)
			all->by[d] += s->by[d];
	}
}

void
simulate_sum_left(const struct simulate_report *r, int campaign, int64_t *total,
    int64_t *left)
{
	*total = *left = 0;
	for (int i = 0; i < r->w->npair; i++) {
		const struct world_pair *p = &r->w->pair[i];

		if (p->campaign != campaign)
			continue;
		*total += p->total;
		*left += p->total - p->finished;
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct simulate_full *x = a, *y = b;

	if (x->ms != y->ms)
		return x->ms < y->ms ? -1 : 1;
	return (x->did > y->did) - (x->did < y->did);
}

/* All of them, in order; to be freed. */
static struct simulate_full *
all_full(const struct simulate_report *r, int country, int *n)
{
	const struct world *w = r->w;
	struct simulate_full *v = xcalloc((size_t)w->ndid + 1, sizeof(*v));

	*n = 0;
	for (uint32_t i = 0; i < w->ndid; i++)
		if (w->did[i].country == country && r->did_full[i] != 0)
			v[(*n)++] = (struct simulate_full){ r->did_full[i], i };
	qsort(v, (size_t)*n, sizeof(*v), by_time);
	return v;
}

static void
least_most(int64_t *min, int64_t *max, bool first, int64_t v)
{
	*min = first ? v : MINIMUM(*min, v);
	*max = MAXIMUM(*max, v);
}

void
simulate_sum_dids(
    const struct simulate_report *r, int country, struct simulate_pool *p)
{
	struct simulate_full *v;
	int64_t flat = 0;
	int n;

	memset(p, 0, sizeof(*p));
	for (uint32_t i = 0; i < r->w->ndid; i++) {
		if (r->w->did[i].country != country)
			continue;
		p->dids++;
		p->uses += r->did_uses[i];
		p->over += r->did_over[i];
		if (r->did_rested[i])
			least_most(&p->rested_min, &p->rested_max,
			    p->rested++ == 0, r->did_uses[i]);
		else
			least_most(
			    &p->min, &p->max, flat++ == 0, r->did_uses[i]);
	}
	v = all_full(r, country, &n);
	p->full = n;
	if (n > 0) {
		p->first_ms = v[0].ms;
		p->median_ms = v[(n - 1) / 2].ms;
		p->last_ms = v[n - 1].ms;
	}
	free(v);
}

int
simulate_sum_full(const struct simulate_report *r, int country,
    struct simulate_full *out, int max)
{
	int n;
	struct simulate_full *v = all_full(r, country, &n);

	n = MINIMUM(n, max);
	memcpy(out, v, (size_t)n * sizeof(*v));
	free(v);
	return n;
}

static int
by_uses(const void *a, const void *b)
{
	const struct simulate_bar *x = a, *y = b;

	return (x->uses > y->uses) - (x->uses < y->uses);
}

struct simulate_bar *
simulate_sum_uses(const struct simulate_report *r, int country, size_t *n)
{
	struct simulate_bar *v = xcalloc((size_t)r->w->ndid + 1, sizeof(*v));
	size_t all = 0;

	for (uint32_t i = 0; i < r->w->ndid; i++)
		if (r->w->did[i].country == country)
			v[all++] = (struct simulate_bar){ r->did_uses[i], 1 };
	qsort(v, all, sizeof(*v), by_uses);
	*n = 0;
	for (size_t i = 0; i < all; i++)
		if (*n > 0 && v[*n - 1].uses == v[i].uses)
			v[*n - 1].dids++;
		else
			v[(*n)++] = v[i];
	return v;
}

double
simulate_sum_cps(const struct simulate_report *r)
{
	return r->last_ns > r->first_ns ? (double)(r->w->sends - 1) * 1e9 /
					      (double)(r->last_ns - r->first_ns)
					: 0;
}
