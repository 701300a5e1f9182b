/* SPDX-License-Identifier: MIT */
/*
 * supervise: a helper that is to run as long as the engine does: started, and
 * started again when it ends, sooner at first and later the more often.
 */
#ifndef DAEMON_SUPERVISE_H
#define DAEMON_SUPERVISE_H

#include <stdint.h>

#include "shared/util.h"

/* Seconds until the next start; doubled each time, 1 again after a while. */
#define SUPERVISE_FIRST_S 1
#define SUPERVISE_MOST_S  60

struct supervise;
/* `NAME -c file --run-dir run_dir` from supervise_turn() on; borrows name. */
struct supervise *supervise_new(
    const char *file, const char *run_dir, const char *name);
/* Reap, and start when it is due; lowers *wake.  NULL does nothing. */
void supervise_turn(struct supervise *, const struct now *, int64_t *wake);
void supervise_signal(struct supervise *, int sig);
/* SIGTERM, after 3 s SIGKILL; waits; frees. */
void supervise_stop(struct supervise *);

#endif
