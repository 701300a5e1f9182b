/* SPDX-License-Identifier: MIT */
/*
 * Caller IDs against a model that recounts everything by looking at each one:
 * random operations in a hostile order (blocks, loads that drop or move DIDs,
 * a new day, counts from the database, caps that change from pick to pick),
 * every rotation and nearness.  After each pick: was it one of those that the
 * rules allow, and are the words told of it exactly true?  SEED=n runs one.
 */
#include "engine/did.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define N     70
#define STEPS 4000
#define SEEDS 60

struct model {
	bool there;
	int64_t until;
	int group, area, state, weight, line;
	uint32_t uses, calls, answered;
	int class;
	float score;
};
static const char *const groups[] = { "nanp", "mexico" };
/* The first is "not known"; a called number may lie in the last, no DID does.
 */
static const char *const areas[] = { "", "305", "212", "55", "907" };
static const char *const states[] = { "", "FL", "NY", "AK" };

struct world {
	struct rng r, mine;
	struct did_book *b;
	struct model m[N + 1];
	int64_t now;
	int picks, none;
	char err[240];
};

static int
draw(struct world *w, int n)
{
	return (int)rng_below(&w->mine, (uint64_t)n);
}

static void
number_of(const struct model *m, int id, char out[MODEL_E164])
{
	str_format(out, MODEL_E164, "+1%03d555%04d", m->line, id);
}

static void
classify(struct world *w, struct model *m, bool anew)
{
	double calls = 0, answered = 0, p, x;

	for (int i = 1; i <= N; i++)
		if (w->m[i].there && w->m[i].group == m->group) {
			calls += w->m[i].calls;
			answered += w->m[i].answered;
		}
	p = answered / calls;
	m->score = 1;
	if (calls >= 200 && answered > 0)
		m->score =
		    (float)((m->answered + 50 * p) / (m->calls + 50) / p);
	x = 8 + 2 * log2((double)m->score * m->weight);
	x = x < 0 ? 0 : x > 15 ? 15 : x;
	if (anew || fabs(x - m->class) > 0.75)
		m->class = (int)lround(x);
}

/* As it stands in the model, into the book. */
static void
put(struct world *w, int id, int group)
{
	struct model *m = &w->m[id];
	bool anew = !m->there || m->group != group;
	char number[MODEL_E164];

	if (!m->there)
		m->calls = m->answered = 0;
	if (anew)
		m->uses = 0;
	if (m->until <= w->now)
		m->until = 0;
	m->there = true;
	m->group = group;
	number_of(m, id, number);
	did_put(w->b, id, number, areas[m->area], states[m->state], m->weight,
	    groups[group], m->until, w->now);
	classify(w, m, anew);
}

static int64_t
some_until(struct world *w)
{
	return draw(w, 4) == 0 ? INT64_MAX : w->now + draw(w, 500);
}

static void
vary(struct world *w, int id)
{
	struct model *m = &w->m[id];

	switch (draw(w, 5)) {
	case 0:
		m->until = draw(w, 3) == 0 ? some_until(w) : 0;
		break;
	case 1:
		m->area = draw(w, (int)nitems(areas) - 1);
		break;
	case 2:
		m->state = draw(w, (int)nitems(states) - 1);
		break;
	case 3:
		m->weight = 1 + draw(w, draw(w, 2) == 0 ? 3 : 20);
		break;
	default:
		m->line = 200 + draw(w, 3);
	}
}

static void
reload(struct world *w)
{
	did_begin_load(w->b);
	/* What the load leaves out is there until its end. */
	for (int i = 1; i <= N; i++) {
		if (draw(w, 10) == 0)
			continue;
		if (draw(w, 4) == 0)
			vary(w, i);
		put(w, i, draw(w, 25) == 0 ? 1 - w->m[i].group : w->m[i].group);
		w->m[i].line += 1000;
	}
	did_end_load(w->b);
	for (int i = 1; i <= N; i++) {
		if (w->m[i].line < 1000)
			w->m[i].there = false;
		else
			w->m[i].line -= 1000;
	}
}

/* Of that pool, bucket (area, or else state, or else all), and not blocked. */
static bool
inside(const struct world *w, int i, int group, int area, int state)
{
	const struct model *m = &w->m[i];

	return m->there && m->until == 0 && m->group == group &&
	       (area == 0 || m->area == area) &&
	       (state == 0 || m->state == state);
}

struct asked {
	struct did_choice ch;
	int group, area, state;
	uint32_t limit;
};

/*
 * How many of the bucket the rotation allows, class being the one picked;
 * least_used looks at no class.  0: that class is not the best.
 */
static uint32_t
allowed(const struct world *w, const struct asked *a, int area, int state,
    int class, bool set[N + 1])
{
	uint32_t least[16], any = UINT32_MAX, n = 0, count = 0;
	double sum = 0, best = 0, v[16] = { 0 };
	int top = 0;

	memset(least, 0xff, sizeof(least));
	for (int i = 1; i <= N; i++) {
		const struct model *m = &w->m[i];

		if (!inside(w, i, a->group, area, state))
			continue;
		count++;
		sum += m->uses;
		if (m->uses >= a->limit)
			continue;
		least[m->class] = MINIMUM(least[m->class], m->uses);
		any = MINIMUM(any, m->uses);
		top = MAXIMUM(top, m->class);
	}
	for (int c = 0; c < 16; c++) {
		if (least[c] == UINT32_MAX)
			continue;
		v[c] = pow(2, (c - 8) / 2.0);
		if (a->ch.cap > 0)
			v[c] *= 1 - (double)least[c] / a->ch.cap;
		else if (sum > 0)
			v[c] /= 1 + least[c] / (sum / count);
		best = MAXIMUM(best, v[c]);
	}
	for (int i = 1; i <= N; i++) {
		const struct model *m = &w->m[i];

		set[i] = false;
		if (!inside(w, i, a->group, area, state) || m->uses >= a->limit)
			continue;
		if (a->ch.rotation == DID_LEAST_USED)
			set[i] = m->uses == any;
		else if (a->ch.rotation == DID_WEIGHTED_RANDOM)
			set[i] = m->class == class;
		else if (a->ch.rotation == DID_HIGHEST_SCORE)
			set[i] = m->class == top && m->uses == least[top];
		else
			set[i] = m->class == class && m->uses == least[class] &&
				 v[class] > best * (1 - 1e-9);
		n += set[i];
	}
	return n;
}

static uint32_t
under_cap(const struct world *w, const struct asked *a, int area, int state)
{
	uint32_t n = 0;

	for (int i = 1; i <= N; i++)
		n += inside(w, i, a->group, area, state) &&
		     w->m[i].uses < a->limit;
	return n;
}

static void
judge(struct world *w, const struct asked *a, const struct did *d,
    const char *why)
{
	static const char *const words[] = { [DID_LEAST_USED] = "least used",
		[DID_WEIGHTED_SCORE] = "weighted score",
		[DID_HIGHEST_SCORE] = "highest score",
		[DID_WEIGHTED_RANDOM] = "weighted random" };
	int area = a->ch.near == DID_AREA ? a->area : 0;
	int state = a->ch.near != DID_ANYWHERE ? a->state : 0;
	struct model *m = &w->m[d->id];
	char want[120], where[32] = "all", class[40] = "", count[40];
	bool set[N + 1];
	uint32_t n;

	if (area != 0 && under_cap(w, a, area, 0) > 0) {
		state = 0;
		str_format(where, sizeof(where), "area %s", areas[area]);
	} else {
		area = 0;
		if (state != 0 && under_cap(w, a, 0, state) > 0)
			str_format(
			    where, sizeof(where), "state %s", states[state]);
		else
			state = 0;
	}
	n = allowed(w, a, area, state, m->class, set);
	if (!set[d->id])
		str_format(w->err, sizeof(w->err),
		    "%lld is not one of the %u allowed (%s), cap %u",
		    (long long)d->id, n, why, a->ch.cap);
	m->uses++;
	if (a->ch.rotation != DID_LEAST_USED)
		str_format(class, sizeof(class), " class %d (%.2f)", m->class,
		    (double)m->score * m->weight);
	if (a->ch.cap > 0)
		str_format(
		    count, sizeof(count), "%u of %u", m->uses, a->ch.cap);
	else
		str_format(count, sizeof(count), "%u today", m->uses);
	str_format(want, sizeof(want), "%s: %s%s, %s, one of %u", where,
	    words[a->ch.rotation], class, count, n);
	if (strcmp(want, why) != 0 && w->err[0] == '\0')
		str_format(w->err, sizeof(w->err), "said \"%s\", true: \"%s\"",
		    why, want);
}

static void
pick(struct world *w)
{
	struct asked a = { .group = draw(w, 2),
		.area = draw(w, (int)nitems(areas)),
		.state = draw(w, (int)nitems(states)) };
	char why[DID_WHY] = "";
	struct did_pool *p = did_pool(w->b, groups[a.group]);
	struct did *d;
	bool any;

	a.ch = (struct did_choice){ .cap = (uint32_t[]){ 0, 5, 20, 25,
					20 }[draw(w, 5)],
		.rotation = (enum did_rotation)draw(w, 4),
		.near = (enum did_near)draw(w, 3),
		.area = areas[a.area],
		.state = states[a.state] };
	a.limit = a.ch.cap > 0 ? a.ch.cap : UINT32_MAX;
	any = under_cap(w, &a, 0, 0) > 0;
	if (did_available(p, a.ch.cap) != any)
		str_copy(w->err, sizeof(w->err), "did_available is wrong");
	d = did_pick(p, &a.ch, why);
	w->picks++;
	w->none += d == NULL;
	if ((d != NULL) != any)
		str_format(w->err, sizeof(w->err), "picked %s",
		    d != NULL ? d->number : "none");
	else if (d != NULL)
		judge(w, &a, d, why);
}

static void
change(struct world *w, int id, struct did *d)
{
	struct model *m = &w->m[id];
	char reason[96] = "";

	switch (draw(w, 6)) {
	case 0:
		m->uses = (uint32_t)draw(w, 30);
		did_uses(d, m->uses);
		break;
	case 1: {
		int64_t until = some_until(w);

		m->until = MAXIMUM(m->until, until);
		did_block(d, until);
		break;
	}
	case 2:
		m->calls = (uint32_t)draw(w, 300);
		m->answered = m->calls * (uint32_t)draw(w, 60) / 100;
		did_health(d, m->calls, m->answered, 3);
		classify(w, m, false);
		break;
	case 3:
		vary(w, id);
		put(w, id, draw(w, 9) == 0 ? 1 - m->group : m->group);
		break;
	default: {
		bool answered = draw(w, 3) == 0, rejected = draw(w, 20) == 0;

		m->calls++;
		m->answered += answered;
		if (did_ended(d, answered, rejected, reason, sizeof(reason)) !=
		    (reason[0] != '\0'))
			str_copy(w->err, sizeof(w->err), "a test and no words");
		classify(w, m, false);
	}
	}
}

static void
step(struct world *w)
{
	int id = 1 + draw(w, N), g = draw(w, 2);
	struct did *d = did_find(w->b, id);
	int64_t now = w->now += draw(w, 3);

	if (draw(w, 200) == 0) {
		reload(w);
		return;
	}
	if (draw(w, 400) == 0) {
		did_pool_reset(did_pool(w->b, groups[g]));
		for (int i = 1; i <= N; i++)
			if (w->m[i].group == g)
				w->m[i].uses = 0;
		return;
	}
	switch (draw(w, 10)) {
	case 0:
		if (d != NULL)
			change(w, id, d);
		break;
	case 1:
		if (d != NULL) {
			did_unpick(d);
			w->m[id].uses -= w->m[id].uses > 0;
		}
		break;
	case 2: {
		bool any = false;

		for (int i = 1; i <= N; i++) {
			struct model *m = &w->m[i];

			if (!m->there || m->until == 0 || m->until > now)
				continue;
			m->until = 0;
			any = true;
		}
		if (did_unblock_due(w->b, now) != any)
			str_copy(w->err, sizeof(w->err), "did_unblock_due");
		break;
	}
	default:
		pick(w);
	}
}

static void
recount_one(struct world *w, int i)
{
	const struct model *m = &w->m[i];
	const struct did *d = did_find(w->b, i);
	char number[MODEL_E164];

	number_of(m, i, number);
	if (did_find_number(w->b, number) != d || (d != NULL) != m->there)
		str_format(w->err, sizeof(w->err), "%s is not found", number);
	else if (d != NULL &&
		 (d->uses != m->uses || d->class != m->class ||
		     d->blocked_until_ms != m->until || d->calls != m->calls))
		str_format(w->err, sizeof(w->err),
		    "%s: uses %u/%u class %d/%d calls %u/%u", number, d->uses,
		    m->uses, d->class, m->class, d->calls, m->calls);
}

static void
recount(struct world *w, int g)
{
	struct did_summary s, t = { .uses_min = UINT32_MAX };
	uint32_t cap = 20;

	for (int i = 1; i <= N; i++) {
		const struct model *m = &w->m[i];

		recount_one(w, i);
		if (!m->there || m->group != g)
			continue;
		t.total++;
		t.uses_sum += m->uses;
		t.calls += m->calls;
		t.answered += m->answered;
		if (m->until != 0) {
			t.blocked++;
			continue;
		}
		t.uses_min = MINIMUM(t.uses_min, m->uses);
		t.uses_max = MAXIMUM(t.uses_max, m->uses);
		t.capped_out += m->uses >= cap;
		t.eligible += m->uses < cap;
		t.hist[MINIMUM((uint64_t)m->uses * 10 / cap, 9)]++;
	}
	if (t.uses_min == UINT32_MAX)
		t.uses_min = 0;
	did_summarise(did_pool(w->b, groups[g]), cap, &s);
	if (memcmp(&s, &t, sizeof(s)) != 0)
		str_format(w->err, sizeof(w->err),
		    "summary of %s: total %u/%u eligible %u/%u blocked %u/%u "
		    "capped %u/%u calls %llu/%llu",
		    groups[g], s.total, t.total, s.eligible, t.eligible,
		    s.blocked, t.blocked, s.capped_out, t.capped_out,
		    (unsigned long long)s.calls, (unsigned long long)t.calls);
	if (did_pool_size(did_pool(w->b, groups[g])) != t.total)
		str_copy(w->err, sizeof(w->err), "size differs");
}

int
main(void)
{
	const char *one = getenv("SEED");
	int64_t from = 1, to = SEEDS;
	int bad = 0, picks = 0, none = 0;

	if (one != NULL && str_int64(one, 0, INT64_MAX, &from))
		to = from;
	for (int64_t seed = from; seed <= to && bad == 0; seed++) {
		struct world w = { .now = 1795215346123 };

		rng_seed(&w.r, (uint64_t)seed);
		rng_seed(&w.mine, (uint64_t)seed + 1000);
		w.b = did_book_new(&w.r);
		for (int i = 1; i <= N; i++) {
			w.m[i] = (struct model){ .area = draw(&w, 4),
				.state = draw(&w, 3),
				.weight = 1,
				.line = 200 };
			put(&w, i, i & 1);
		}
		for (int i = 0; i < STEPS && w.err[0] == '\0'; i++) {
			step(&w);
			if (i % 5 == 0)
				recount(&w, i / 5 % 2);
		}
		if (w.err[0] != '\0') {
			printf("# SEED=%lld: %s\n", (long long)seed, w.err);
			bad++;
		}
		picks += w.picks;
		none += w.none;
		did_book_free(w.b);
	}
	ok(bad == 0, "every pick is one the rules allow, told exactly; recount "
		     "= summary");
	ok(picks > 0 && none > 0 && none < picks / 2,
	    "%d picks, %d of them found nothing", picks, none);
	return done_testing();
}
