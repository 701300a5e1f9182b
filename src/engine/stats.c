/* SPDX-License-Identifier: MIT */
/*
 * stats: rings of counters with running sums.  A look at a window costs what
 * has fallen out since the last look, at most one bucket a second; it never
 * adds up a ring.  Judges nothing: rates are quotients that readers form.
 */
#include "engine/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/util.h"

#define SECONDS 60 /* ring of 1 s buckets: 10 s and 1 min */
#define TENS    60 /* ring of 10 s buckets: 10 min */
#define SHORT_W 10 /* seconds of STATS_10S */
#define PDD_N   64

/* The counters of a board_window, in its order, so that one copy fills it. */
enum {
	V_ENDED,
	V_ANSWERED,
	V_NER_GOOD,
	V_HUMANS,
	V_CONNECTED,
	V_ABANDONED,
	V_OPTED_OUT,
	V_MACHINE,
	V_SHORT,
	V_TALK_MS,
	V_FALSE_MACHINES,
	V_CAUSE,
	V_N = V_CAUSE + BOARD_CAUSES
};
_Static_assert(offsetof(struct board_window, short_calls) == V_SHORT * 8 &&
		   offsetof(struct board_window, false_machines_milli) ==
		       V_FALSE_MACHINES * 8 &&
		   offsetof(struct board_window, cause) == V_CAUSE * 8 &&
		   offsetof(struct board_window, pdd_p50_ms) == V_N * 8,
    "counters as on the board");
_Static_assert(CAUSE_NONE == BOARD_CAUSES - 1, "a counter for each class");

struct tally {
	uint64_t v[V_N];
	uint32_t pdd[PDD_N];
};

/*
 * Invariant: sum[w] is the sum of the buckets of w's ring that lie in w, and
 * no bucket of a ring is older than the ring is long.
 */
struct stats_scope {
	int64_t at_s; /* newest second seen */
	struct tally sum[BOARD_WINDOWS];
	struct tally second[SECONDS], ten[TENS];
};
_Static_assert(sizeof(struct stats_scope) < 64 * 1024, "memory per scope");

/*
 * Setup times by their logarithm: bucket i holds pdd_from[i] ms up to the
 * next one's.  Exact below 10 ms; from there a factor of 1.19 each, so that
 * the geometric middle is within 9.3 % of whatever lies in it.
 */
static const int pdd_from[PDD_N] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14,
	17, 20, 24, 29, 35, 41, 49, 59, 70, 84, 100, 120, 143, 170, 203, 243,
	290, 346, 413, 493, 589, 703, 840, 1003, 1197, 1429, 1706, 2037, 2432,
	2903, 3466, 4138, 4941, 5899, 7043, 8408, 10038, 11985, 14308, 17083,
	20395, 24350, 29071, 34707, 41437, 49471, 59063, 70515, 84188, 100511,
	120000 };

static int
pdd_bucket(int ms)
{
	int lo = 0, hi = PDD_N;

	while (hi - lo > 1) {
		int mid = (lo + hi) / 2;

		if (ms < pdd_from[mid])
			hi = mid;
		else
			lo = mid;
	}
	return lo;
}

static float
pdd_ms(int i)
{
	if (i == PDD_N - 1)
		return (float)pdd_from[i];
	return (float)sqrt((double)pdd_from[i] * (pdd_from[i + 1] - 1));
}

/* The k-th smallest for k = 1 + p (n - 1), as stats_setup_quantile has it. */
static void
pdd_percentiles(const struct tally *t, float *p50, float *p95)
{
	uint32_t all = 0, seen = 0, half, most;

	*p50 = *p95 = -1;
	for (int i = 0; i < PDD_N; i++)
		all += t->pdd[i];
	if (all == 0)
		return;
	half = (uint32_t)(0.50 * (all - 1)) + 1;
	most = (uint32_t)(0.95 * (all - 1)) + 1;
	for (int i = 0; i < PDD_N && seen < most; i++) {
		bool below = seen < half;

		seen += t->pdd[i];
		if (below && seen >= half)
			*p50 = pdd_ms(i);
		if (seen >= most)
			*p95 = pdd_ms(i);
	}
}

struct stats_scope *
stats_scope_new(void)
{
	return xcalloc(1, sizeof(struct stats_scope));
}

void
stats_scope_free(struct stats_scope *s)
{
	free(s);
}

static void
take_out(struct tally *sum, const struct tally *t)
{
	if (t->v[V_ENDED] == 0)
		return;
	for (int i = 0; i < V_N; i++)
		sum->v[i] -= t->v[i];
	for (int i = 0; i < PDD_N; i++)
		sum->pdd[i] -= t->pdd[i];
}

/* The ring's oldest bucket becomes its newest. */
static void
wipe(struct tally *t)
{
	if (t->v[V_ENDED] != 0)
		memset(t, 0, sizeof(*t));
}

/* All of a ring and its sum is over; cheap when nothing was in it. */
static void
forget(struct tally *sum, struct tally *ring, size_t n)
{
	if (sum->v[V_ENDED] == 0)
		return;
	memset(ring, 0, n * sizeof(*ring));
	memset(sum, 0, sizeof(*sum));
}

/* Let fall out what is too old at second at_s. */
static void
move_on(struct stats_scope *s, int64_t at_s)
{
	int64_t ten = s->at_s / 10;

	if (at_s <= s->at_s)
		return;
	if (at_s - s->at_s >= SECONDS) {
		/* sum[STATS_1MIN] covers the whole ring, 10 s lies within. */
		forget(&s->sum[STATS_1MIN], s->second, SECONDS);
		memset(&s->sum[STATS_10S], 0, sizeof(s->sum[0]));
	} else {
		for (int64_t t = s->at_s + 1; t <= at_s; t++) {
			/* The ring is longer than 10 s: t - 10 is in it. */
			take_out(&s->sum[STATS_10S],
			    &s->second[(t - SHORT_W + SECONDS) % SECONDS]);
			take_out(&s->sum[STATS_1MIN], &s->second[t % SECONDS]);
			wipe(&s->second[t % SECONDS]);
		}
	}
	if (at_s / 10 - ten >= TENS)
		forget(&s->sum[STATS_10MIN], s->ten, TENS);
	else
		while (++ten <= at_s / 10) {
			take_out(&s->sum[STATS_10MIN], &s->ten[ten % TENS]);
			wipe(&s->ten[ten % TENS]);
		}
	s->at_s = at_s;
}

static void
put_in(struct tally *t, const struct stats_call *c)
{
	t->v[V_ENDED]++;
	t->v[V_ANSWERED] += c->answered;
	t->v[V_NER_GOOD] += c->ner_good;
	t->v[V_HUMANS] += c->human;
	t->v[V_CONNECTED] += c->connected;
	t->v[V_ABANDONED] += c->abandoned;
	t->v[V_OPTED_OUT] += c->opted_out;
	t->v[V_MACHINE] += c->machine;
	t->v[V_SHORT] += c->answered && c->talk_ms <= STATS_SHORT_MS;
	t->v[V_TALK_MS] += (uint64_t)MAXIMUM(c->talk_ms, 0);
	t->v[V_FALSE_MACHINES] += c->false_machine_milli;
	t->v[V_CAUSE + c->cause]++;
	if (c->setup_ms >= 0)
		t->pdd[pdd_bucket(c->setup_ms)]++;
}

void
stats_scope_ended(
    struct stats_scope *s, int64_t mono_ns, const struct stats_call *c)
{
	move_on(s, mono_ns / NS_PER_S);
	put_in(&s->second[s->at_s % SECONDS], c);
	put_in(&s->ten[s->at_s / 10 % TENS], c);
	for (int w = 0; w < BOARD_WINDOWS; w++)
		put_in(&s->sum[w], c);
}

static void
show(const struct tally *t, struct board_window *out)
{
	memcpy(out, t->v, sizeof(t->v));
	if (t->v[V_ENDED] == 0)
		out->pdd_p50_ms = out->pdd_p95_ms = -1;
	else
		pdd_percentiles(t, &out->pdd_p50_ms, &out->pdd_p95_ms);
}

void
stats_scope_window(
    struct stats_scope *s, int64_t mono_ns, int which, struct board_window *out)
{
	move_on(s, mono_ns / NS_PER_S);
	show(&s->sum[which], out);
}

void
stats_scope_windows(struct stats_scope *s, int64_t mono_ns,
    struct board_window out[BOARD_WINDOWS])
{
	move_on(s, mono_ns / NS_PER_S);
	for (int w = 0; w < BOARD_WINDOWS; w++)
		show(&s->sum[w], &out[w]);
}

void
stats_scope_new_day(struct stats_scope *s)
{
	memset(&s->sum[STATS_DAY], 0, sizeof(s->sum[STATS_DAY]));
}

/* --- the engine as a whole ---------------------------------------------- */

void
stats_init(struct stats *s)
{
	memset(s, 0, sizeof(*s));
	s->all = stats_scope_new();
}

void
stats_clear(struct stats *s)
{
	stats_scope_free(s->all);
	s->all = NULL;
}

void
stats_rates(const struct stats *s, int64_t mono_ns, struct stats_rates *r)
{
	const uint64_t *v = s->all->sum[STATS_1MIN].v;
	struct board_window w;

	move_on(s->all, mono_ns / NS_PER_S);
	r->ended = v[V_ENDED];
	r->humans = v[V_HUMANS];
	r->asr = r->ner = -1;
	if (r->ended > 0) {
		r->asr = (double)v[V_ANSWERED] / (double)r->ended;
		r->ner = (double)v[V_NER_GOOD] / (double)r->ended;
	}
	memcpy(&w, v, sizeof(s->all->sum[0].v));
	r->abandonment = board_abandonment(&w);
}

/* Bucket of a duration: exact to 63 ms, then within 3 %. */
static int
bucket_of(int ms)
{
	int octave, i;

	if (ms < 64)
		return MAXIMUM(ms, 0);
	octave = 31 - __builtin_clz((unsigned)ms); /* 6.. */
	i = 64 + (octave - 6) * 32 + ((ms >> (octave - 5)) & 31);
	return MINIMUM(i, STATS_SETUP_N - 1);
}

static double
bucket_ms(int i)
{
	int octave;

	if (i < 64)
		return i;
	octave = (i - 64) / 32 + 6;
	return (double)((32 + (i - 64) % 32) << (octave - 5)) +
	       (double)(1 << (octave - 5)) / 2;
}

void
stats_setup(struct stats *s, int64_t mono_ns, int setup_ms)
{
	int64_t minute = mono_ns / (60 * NS_PER_S);
	int w = (int)(minute % STATS_SETUP_W);

	if (s->setup[w].minute != minute) {
		memset(&s->setup[w], 0, sizeof(s->setup[w]));
		s->setup[w].minute = minute;
	}
	s->setup[w].v[bucket_of(setup_ms)]++;
}

double
stats_setup_quantile(const struct stats *s, int64_t mono_ns, double p)
{
	int64_t minute = mono_ns / (60 * NS_PER_S);
	uint64_t all = 0, seen = 0, want;

	for (int w = 0; w < STATS_SETUP_W; w++)
		if (s->setup[w].minute > minute - STATS_SETUP_W)
			for (int i = 0; i < STATS_SETUP_N; i++)
				all += s->setup[w].v[i];
	if (all == 0)
		return -1;
	want = (uint64_t)(p * (double)(all - 1)) + 1;
	for (int i = 0; i < STATS_SETUP_N; i++) {
		for (int w = 0; w < STATS_SETUP_W; w++)
			if (s->setup[w].minute > minute - STATS_SETUP_W)
				seen += s->setup[w].v[i];
		if (seen >= want)
			return bucket_ms(i);
	}
	return -1;
}

void
stats_second(struct stats *s, int64_t at_s, int64_t mono_ns, double target,
    uint32_t concurrent)
{
	struct stats_rates r;

	if (s->sec.at_s == 0)
		s->sec.at_s = at_s;
	if (at_s == s->sec.at_s)
		return;
	stats_rates(s, mono_ns, &r);
	s->sec.target = (float)target;
	s->sec.concurrent = concurrent;
	s->sec.asr = (float)r.asr;
	s->sec.ner = (float)r.ner;
	s->sec.setup_p50_ms = (float)stats_setup_quantile(s, mono_ns, 0.5);
	s->hist_head = (s->hist_head + 1) % BOARD_HISTORY;
	s->hist[s->hist_head] = s->sec;
	s->nhist = MINIMUM(s->nhist + 1, BOARD_HISTORY);
	s->sec = (struct board_second){ .at_s = at_s };
}
