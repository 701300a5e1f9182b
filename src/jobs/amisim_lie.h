/* SPDX-License-Identifier: MIT */
/*
 * amisim_lie: events on their way to all who asked for them, and what a bad
 * network and a loaded switch do to them: lost, doubled, late, out of order.
 * Responses to actions are never touched.
 */
#ifndef JOBS_AMISIM_LIE_H
#define JOBS_AMISIM_LIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobs/amisim_conn.h"
#include "jobs/amisim_log.h"

struct amisim_lie_config {
	bool reorder; /* half of the events are held up to 30 ms */
	bool dup; /* one in ten comes twice */
	double drop; /* probability that one is lost */
	int late_ms; /* each is held up to so long */
	/*
	 * A loaded switch: each is held delay_ms, all in their order, from
	 * delay_from_s after the start, for delay_for_s; 0: for ever.
	 */
	int delay_ms, delay_from_s, delay_for_s;
	bool split; /* bytes in small pieces (see amisim_conn.h) */
};
/*
 * "reorder,dup,drop=0.01,late=200,delay=3000@20+15,split"; false: something
 * else in it.
 */
bool amisim_lie_parse(struct amisim_lie_config *, const char *);

struct amisim_lie;
/* All borrowed but the config. */
struct amisim_lie *amisim_lie_new(const struct amisim_lie_config *,
    struct amisim_net *, struct amisim_log *, struct rng *);
void amisim_lie_free(struct amisim_lie *);
/* One event; the outcome (may be NULL) is the one its arrival decides. */
void amisim_lie_event(struct amisim_lie *, int64_t now_ns, enum amisim_class,
    const char *, size_t, struct amisim_outcome *);
/* Send what is due; when the next is (INT64_MAX: none). */
void amisim_lie_run(struct amisim_lie *, int64_t now_ns);
int64_t amisim_lie_next(const struct amisim_lie *);
/* Forget what is held: the switch restarts. */
void amisim_lie_clear(struct amisim_lie *);
/* How many events were made. */
uint64_t amisim_lie_count(const struct amisim_lie *);

#endif
