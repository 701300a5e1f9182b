/* SPDX-License-Identifier: MIT */
/*
 * supervise: a helper that is to run as long as the engine does, or as long
 * as it is wanted: started, and started again when it ends, sooner at first
 * and later the more often (helpers.h).
 */
#ifndef DAEMON_SUPERVISE_H
#define DAEMON_SUPERVISE_H

#include <stdint.h>

#include "shared/board.h"
#include "shared/util.h"

/*
 * The environment names, in this variable, a descriptor on which a helper that
 * cannot go on may leave one line that says why; it stands on the board then.
 */
#define SUPERVISE_WHY_FD "DISCADOR_WHY_FD"

struct supervise;
/* `NAME -c file --run-dir run_dir` from supervise_turn() on; borrows name. */
struct supervise *supervise_new(const char *file, const char *run_dir,
    const char *name, const struct now *);
/* Reap, and start when it is due; lowers *wake.  NULL does nothing. */
void supervise_turn(struct supervise *, const struct now *, int64_t *wake);
/* One that has just been started gets it when it has proved itself. */
void supervise_signal(struct supervise *, int sig);
/* End it, and let it be (false), or start it (true).  Does not wait. */
void supervise_want(struct supervise *, bool wanted, const struct now *);
/* Another one in its place, at once. */
void supervise_replace(struct supervise *, const struct now *);
/* It cannot run, and is not tried: until it is wanted anew. */
void supervise_fail(struct supervise *, const char *why, const struct now *);
/* Its row for the board; NULL, or not wanted and not there: name "". */
void supervise_look(const struct supervise *, struct board_helper *);
/* SIGTERM, after 3 s SIGKILL; waits; frees. */
void supervise_stop(struct supervise *);

#endif
