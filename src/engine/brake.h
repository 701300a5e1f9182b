/* SPDX-License-Identifier: MIT */
/*
 * brake: stops new calls when quality is certainly gone, and lets go again.
 *
 * One for the whole engine, moved by hand only; one per campaign and one per
 * trunk that move by themselves: a sequential test (engine/sprt.h) over the
 * calls that rang or failed, H1 quality <= threshold, H0 quality >= twice
 * that, alpha 0.001, beta 0.01.  All calls bad: engaged after 59 of them with
 * a threshold of 0.1 (24 with 0.2, 128 with 0.05), at most 17 more after good
 * times.  Then a pause; then half-open: one probe call a second, judged by the
 * same test with alpha 0.1 (at most 20 bad ones).  It releases when H0 is
 * accepted; otherwise the pause doubles, up to ten minutes.  Only calls that
 * left after the probing began are evidence in it.
 */
#ifndef ENGINE_BRAKE_H
#define ENGINE_BRAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/sprt.h"
#include "shared/board.h"
#include "shared/util.h"

#define BRAKE_ALPHA       0.001
#define BRAKE_BETA        0.01
#define BRAKE_PROBE_ALPHA 0.1
#define BRAKE_FLOOR       (-2.0)
#define BRAKE_PAUSE_MAX_S 600
#define BRAKE_PROBES      5 /* alive at once */

enum brake_state { BRAKE_RELEASED, BRAKE_ENGAGED, BRAKE_PROBING };
struct brake {
	enum brake_state state;
	char reason[116];
	int64_t since_ms; /* of the state, wall */
	double threshold;
	int pause_s, first_pause_s; /* 0: it never moves by itself */
	int64_t next_ns; /* ENGAGED: begin to probe; PROBING: next probe */
	int64_t probe_ns; /* probing began */
	unsigned engaged; /* times since it was last released by H0 */
	struct sprt watch, probe;
};

void brake_init(struct brake *, int64_t now_ms);
/*
 * Of a campaign or a trunk; threshold and pause may change while it runs.
 * Threshold 0 switches it off, and releases it.
 */
void brake_tune(
    struct brake *, double threshold, int pause_s, const struct now *);
/* By hand, or release with a reason.  Returns false if it was so already. */
bool brake_set(struct brake *, bool on, const char *reason, const struct now *);
/*
 * A call that left at sent_ns rings (good), or has failed.  True if the state
 * changed: see state and reason.
 */
bool brake_ended(
    struct brake *, bool good, int64_t sent_ns, const struct now *);
/* It rang and so passed for good; then it failed all the same. */
void brake_recant(struct brake *, int64_t sent_ns);
/* True if the pause is over: it probes now. */
bool brake_tick(struct brake *, const struct now *);
/*
 * May a call leave?  alive: probe calls of which nothing is known yet.
 * *wake_ns, if not NULL: brought forward to when it may be so.
 */
bool brake_may(
    const struct brake *, unsigned alive, const struct now *, int64_t *wake_ns);
/* One has left. */
void brake_left(struct brake *, const struct now *);
const char *brake_word(const struct brake *);
void brake_publish(
    const struct brake *, const struct now *, struct board_brake *);

#endif
