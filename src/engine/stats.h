/* SPDX-License-Identifier: MIT */
/*
 * stats: what happened, counted once.  A scope (all, a campaign, a country, a
 * trunk) keeps what ended in the last 10 s, minute, ten minutes and today;
 * rates are over calls that *ended* (an ASR over started calls is biased by
 * the ringing ones), setup times as percentiles.  Nothing is estimated,
 * nothing decays: a window is the sum of its buckets, kept up to date by
 * subtracting the one that falls out.
 *
 * Windows consist of whole buckets, the running one included: 10 s and 1 min
 * are this second of the monotonic clock and the 9 or 59 before it, 10 min
 * this tenth second and the 59 tens before.  A time earlier than one already
 * seen counts as that one.
 */
#ifndef ENGINE_STATS_H
#define ENGINE_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/outcome.h"
#include "shared/board.h"

#define STATS_SETUP_N  416 /* 1 ms to 63, then 32 steps an octave */
#define STATS_SETUP_W  10 /* windows of a minute */
#define STATS_SHORT_MS 6000 /* answered for at most so long: a short call */

/* One call that has ended. */
struct stats_call {
	bool answered, ner_good, human, connected, abandoned, opted_out,
	    machine;
	enum cause_class cause;
	int64_t talk_ms; /* answer to end; 0 */
	/* A machine that was hung up on: so likely a human, in thousandths. */
	unsigned false_machine_milli;
	int setup_ms; /* first sign of the far end; -1 none */
};
enum { STATS_10S, STATS_1MIN, STATS_10MIN, STATS_DAY };

/* About 52 KB. */
struct stats_scope;
struct stats_scope *stats_scope_new(void);
void stats_scope_free(struct stats_scope *);
void stats_scope_ended(
    struct stats_scope *, int64_t mono_ns, const struct stats_call *);
/*
 * which: STATS_10S ..; out is filled in whole.  Each window has its own
 * percentiles of the setup time of the calls that ended in it: exact below
 * 10 ms, within 10 % up to 2 min; -1 when no call had one.  Not const: looking
 * moves the windows on.
 */
void stats_scope_window(
    struct stats_scope *, int64_t mono_ns, int which, struct board_window *out);
/* All four.  Cheap enough for 200 scopes ten times a second. */
void stats_scope_windows(struct stats_scope *, int64_t mono_ns,
    struct board_window out[BOARD_WINDOWS]);
/* Empties STATS_DAY alone. */
void stats_scope_new_day(struct stats_scope *);

/* The engine as a whole. */
struct stats {
	struct board_count today;
	struct stats_scope *all;
	struct {
		int64_t minute;
		uint32_t v[STATS_SETUP_N];
	} setup[STATS_SETUP_W];
	/* the second that is running, for the graph */
	struct board_second sec;
	struct board_second hist[BOARD_HISTORY];
	uint32_t hist_head, nhist;
};
void stats_init(struct stats *);
void stats_clear(struct stats *);
/* At the first sign of the far end. */
void stats_setup(struct stats *, int64_t mono_ns, int setup_ms);
struct stats_rates { /* of the last minute of all */
	double asr, ner, abandonment; /* -1: nothing to divide by */
	uint64_t ended, humans;
};
void stats_rates(const struct stats *, int64_t mono_ns, struct stats_rates *);
/* p in 0..1 -> ms over ten minutes; -1 without values. */
double stats_setup_quantile(const struct stats *, int64_t mono_ns, double p);
/*
 * Close seconds up to wall second at_s into the history; the running second
 * goes on.  worst = most calls in any sliding second that ended in it.
 */
void stats_second(struct stats *, int64_t at_s, int64_t mono_ns, double target,
    uint32_t concurrent);

#endif
