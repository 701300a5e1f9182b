/* SPDX-License-Identifier: MIT */
/*
 * jobs_run: the life of one discador-job, whatever it does: started, heard,
 * cancelled, reaped.  What jobs.c (each kind's words and descriptors) and it
 * share; nobody else includes it.
 */
#ifndef DAEMON_JOBS_RUN_H
#define DAEMON_JOBS_RUN_H

#include <signal.h>
#include <sys/types.h>

#include <jansson.h>

#include "daemon/jobs.h"
#include "daemon/state.h"

/* Signal that brings a load test to its end with a result (jobs/loadtest.h). */
#define JOB_END_SIGNAL SIGUSR1
#define JOB_ARGV       60

enum { JOB_FREE, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED };

struct job {
	uint32_t magic;
	struct daemon *d;
	struct ctl_req *req; /* NULL: answered */
	pid_t pid;
	int fd;
	struct event *ev;
	struct buf in;
	struct board_job b;
	json_t *final;
	bool cancelled;
	char kind[16];
	struct board_loadtest now; /* of a load test; id 0 */
};

/* What a job is started with: its words, from 1 on, and its descriptors from
 * 0 on; the progress comes on the one behind them. */
struct job_launch {
	const char *argv[JOB_ARGV];
	int n; /* 1 at first */
	const int *fds;
	size_t nfds;
};
void job_add(struct job_launch *, const char *word);
/* An option of the request that is not empty. */
void job_option(struct job_launch *, const char *flag, const char *value);
/* Its row begins; NULL and err: not started.  req is answered when it ends. */
struct job *job_start(struct daemon *, struct ctl_req *, const char *kind,
    struct job_launch *, struct buf *err);
/* How many of that kind run; *first, if not NULL: one of them. */
int jobs_running(const struct daemon *, const char *kind, struct job **first);
/* "": there is none. */
const char *job_text(const json_t *, const char *key);

#endif
