/* SPDX-License-Identifier: MIT */
/* stats: rings of counters; nothing is estimated, nothing decays. */
#include "engine/stats.h"

#include <string.h>

#include "shared/util.h"

void
stats_ended(struct stats *s, int64_t mono_ns, bool answered, bool ner_good,
    bool human, bool abandoned)
{
	int64_t at = mono_ns / NS_PER_S;
	struct stats_bucket *b = &s->win[at % STATS_WINDOW_S];

	if (b->at_s != at)
		*b = (struct stats_bucket){ .at_s = at };
	b->ended++;
	b->ner_good += ner_good;
	b->answered += answered;
	b->humans += human;
	b->abandoned += abandoned;
}

void
stats_rates(const struct stats *s, int64_t mono_ns, struct stats_rates *r)
{
	int64_t at = mono_ns / NS_PER_S;
	struct stats_bucket sum = { 0 };

	for (int i = 0; i < STATS_WINDOW_S; i++) {
		const struct stats_bucket *b = &s->win[i];

		if (b->at_s <= at - STATS_WINDOW_S)
			continue;
		sum.ended += b->ended;
		sum.ner_good += b->ner_good;
		sum.answered += b->answered;
		sum.humans += b->humans;
		sum.abandoned += b->abandoned;
	}
	r->ended = sum.ended;
	r->humans = sum.humans;
	r->asr = sum.ended ? (double)sum.answered / sum.ended : -1;
	r->ner = sum.ended ? (double)sum.ner_good / sum.ended : -1;
	r->abandonment = sum.humans ? (double)sum.abandoned / sum.humans : -1;
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
