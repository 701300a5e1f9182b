/* SPDX-License-Identifier: MIT */
/* jobs: imports in their own processes, and their rows on the board. */
#ifndef DAEMON_JOBS_H
#define DAEMON_JOBS_H

#include <stdbool.h>

#include "shared/board.h"
#include "shared/buf.h"

struct ctl_req;
struct daemon;

/* Start what req asks for; it is answered when the job ends.  False and err:
 * not started, the caller answers. */
bool jobs_import(struct daemon *, struct ctl_req *, struct buf *err);
/* After SIGCHLD. */
void jobs_reap(struct daemon *);
void jobs_publish(const struct daemon *, struct board *);
/* Cancel all and wait. */
void jobs_stop(struct daemon *);

#endif
