/* SPDX-License-Identifier: MIT */
/*
 * stats: what happened, counted once.  Rates are over calls that *ended* in
 * the last minute (an ASR over started calls is biased by the ringing ones);
 * setup times over the last ten minutes, as percentiles.
 */
#ifndef ENGINE_STATS_H
#define ENGINE_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/board.h"

#define STATS_WINDOW_S 60
#define STATS_SETUP_N  416 /* 1 ms to 63, then 32 steps an octave */
#define STATS_SETUP_W  10 /* windows of a minute */

struct stats_bucket {
	int64_t at_s;
	uint32_t ended, ner_good, answered, humans, abandoned;
};
struct stats {
	struct board_count today;
	struct stats_bucket win[STATS_WINDOW_S];
	struct {
		int64_t minute;
		uint32_t v[STATS_SETUP_N];
	} setup[STATS_SETUP_W];
	/* the second that is running, for the graph */
	struct board_second sec;
	struct board_second hist[BOARD_HISTORY];
	uint32_t hist_head, nhist;
};

void stats_ended(struct stats *, int64_t mono_ns, bool answered, bool ner_good,
    bool human, bool abandoned);
void stats_setup(struct stats *, int64_t mono_ns, int setup_ms);
struct stats_rates {
	double asr, ner, abandonment; /* -1: nothing to divide by */
	uint64_t ended, humans;
};
void stats_rates(const struct stats *, int64_t mono_ns, struct stats_rates *);
/* p in 0..1 -> ms; -1 without values. */
double stats_setup_quantile(const struct stats *, int64_t mono_ns, double p);
/*
 * Close seconds up to wall second at_s into the history; the running second
 * goes on.  worst = most calls in any sliding second that ended in it.
 */
void stats_second(struct stats *, int64_t at_s, int64_t mono_ns, double target,
    uint32_t concurrent);

#endif
