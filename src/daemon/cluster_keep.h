/* SPDX-License-Identifier: MIT */
/*
 * cluster_keep: the private PostgreSQL while the engine runs.  When its server
 * dies it is started again, sooner at first and later the more often; never
 * while `discador db stop` holds it.  Does not block: a process of its own
 * starts it.  Knows nothing of connections: those come back by themselves.
 */
#ifndef DAEMON_CLUSTER_KEEP_H
#define DAEMON_CLUSTER_KEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/board.h"
#include "shared/util.h"

struct cluster_keep;

/* Of state_dir's cluster, which has just been started. */
struct cluster_keep *cluster_keep_new(
    const char *state_dir, const char *pg_user, const struct now *);
/* See whether it lives, and start it when that is due; lowers *wake.  linked:
 * a connection to it stands.  NULL does nothing. */
void cluster_keep_turn(
    struct cluster_keep *, bool linked, const struct now *, int64_t *wake);
/* Its row for the board; NULL: name "". */
void cluster_keep_look(const struct cluster_keep *, struct board_helper *);
/* Leaves the server as it is; one that is being started is not waited for. */
void cluster_keep_free(struct cluster_keep *);

#endif
