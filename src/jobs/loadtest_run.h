/* SPDX-License-Identifier: MIT */
/*
 * loadtest_run: the time in which calls leave: a ramp, a plateau, contexts
 * that are changed meanwhile, and the wait until the last call has ended.
 * Notes what happened when; judges nothing.
 */
#ifndef JOBS_LOADTEST_RUN_H
#define JOBS_LOADTEST_RUN_H

#include "jobs/loadtest_place.h"
#include "jobs/loadtest_plan.h"

/* A change of the context that the campaign "changes" calls with. */
struct loadtest_change {
	int64_t asked_ms, done_ms; /* wall: command sent, answered */
	char connect; /* its key from then on */
	bool created; /* a new context, not the old one edited */
	bool good; /* the engine accepted it */
};
struct loadtest_sample { /* once a second */
	int64_t at_ms; /* wall */
	int64_t rss_kb, cpu_ms; /* of the engine; -1: not known */
	uint32_t concurrent;
};
struct loadtest_ran {
	int64_t begin_ms, plateau_ms, end_ms, over_ms; /* wall; 0: never */
	bool early; /* stopped by hand */
	bool died; /* the engine ended meanwhile */
	struct loadtest_change *change;
	size_t nchanges;
	struct loadtest_sample *sample;
	size_t nsamples;
};

/*
 * Who is told how it goes: the descriptor gets JSON lines, a terminal a line
 * that is overwritten, nobody else anything.
 */
struct loadtest_tell {
	int fd; /* -1: none */
	bool terminal;
	int64_t next_ns, id;
	int64_t done; /* ms of the calls, as last told */
};
void loadtest_tell_init(struct loadtest_tell *, int fd);
/* What it does now, before and after the calls. */
void loadtest_tell_state(
    struct loadtest_tell *, const struct loadtest_options *, const char *);
/* Before something else is written; after it more may be told. */
void loadtest_tell_wipe(const struct loadtest_tell *);

/* False and why: not one call could be measured. */
bool loadtest_run(struct loadtest_place *, const struct loadtest_plan *,
    struct loadtest_tell *, struct loadtest_ran *, struct buf *why);
void loadtest_ran_clear(struct loadtest_ran *);
/* Seconds that the ramp takes. */
double loadtest_ramp_s(const struct loadtest_options *);

#endif
