/* SPDX-License-Identifier: MIT */
/*
 * jobs: imports, exports and load tests in their own processes, and their rows
 * on the board.
 */
#ifndef DAEMON_JOBS_H
#define DAEMON_JOBS_H

#include <stdbool.h>
#include <sys/types.h>

#include "shared/board.h"
#include "shared/buf.h"

struct ctl_req;
struct daemon;

/* Start what req asks for; it is answered when the job ends.  False and err:
 * not started, the caller answers. */
bool jobs_import(struct daemon *, struct ctl_req *, struct buf *err);
struct jobs_export {
	const char *what, *format; /* calls ...; csv, json, "" */
	const char *from, *to; /* ISO 8601, "" no limit */
	const char *const *campaigns; /* n 0: all */
	size_t ncampaigns; /* at most JOBS_CAMPAIGNS */
};
#define JOBS_CAMPAIGNS 16
/* The same; its rows go to the descriptor that came with req. */
bool jobs_export(struct daemon *, struct ctl_req *, const struct jobs_export *,
    struct buf *err);
/*
 * A load test, or the report of one: words of `discador-job loadtest` (NULL
 * ends them).  wait: req is answered when it ends and its report goes to the
 * descriptor that came with req; else it is answered at once.
 */
struct jobs_loadtest {
	const char *const *words;
	const char *what; /* "loadtest 25 CPS 10 min" */
	bool test; /* calls leave: one at a time */
	bool wait;
};
bool jobs_loadtest(struct daemon *, struct ctl_req *,
    const struct jobs_loadtest *, struct buf *err);
/* Bring the one that runs to its end, its result is kept; false: none runs. */
bool jobs_loadtest_stop(struct daemon *);
/* How it goes; false: none runs. */
bool jobs_loadtest_now(const struct daemon *, struct board_loadtest *);
/*
 * Work on sounds: words of `discador-job prompt` (NULL ends them); in and out
 * are its standard input and output (-1: none) and stay the caller's.
 */
struct jobs_prompt {
	const char *const *words;
	const char *what; /* "prompt add adios_mx" */
	int in, out;
};
bool jobs_prompt(struct daemon *, struct ctl_req *, const struct jobs_prompt *,
    struct buf *err);
/* After SIGCHLD. */
void jobs_reap(struct daemon *);
void jobs_publish(const struct daemon *, struct board *);
/* Of the process of a job that runs; 0: there is none. */
pid_t jobs_pid(const struct daemon *, uint32_t id);
/* Cancel all and wait. */
void jobs_stop(struct daemon *);

#endif
