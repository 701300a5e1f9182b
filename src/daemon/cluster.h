/* SPDX-License-Identifier: MIT */
/*
 * cluster: the private PostgreSQL, for when no database is configured.  Lives
 * in STATE_DIR/pg (data, run, log), listens on a unix socket that only its
 * own user and root can reach, and never runs as root.  Blocking: only for
 * the start and the end of the engine.
 *
 * Roles: discador owns the database discador; root, the user who started us
 * and the server's user may be it, or the superuser postgres, by peer
 * authentication.  There is no password.
 */
#ifndef DAEMON_CLUSTER_H
#define DAEMON_CLUSTER_H

#include <stdbool.h>

#include "shared/buf.h"

enum {
	/* initdb without fsync: for demo and tests, not for data one keeps. */
	CLUSTER_FAST_INIT = 1,
};

/*
 * Create the cluster where there is none yet, start it where it does not run
 * (it may still run after the engine was killed), create role and database.
 * pg_user: who runs it when we are root; NULL or "": postgres, else nobody;
 * ignored when we are not root.  True and conninfo (appended), or false and
 * err: one line that says what to do.  At most about a minute.
 */
bool cluster_start(const char *state_dir, const char *pg_user, int flags,
    struct buf *conninfo, struct buf *err);
/* Stop it, fast mode: open transactions are rolled back.  True if it is down.
 */
bool cluster_stop(const char *state_dir, const char *pg_user, struct buf *err);
/* The conninfo of state_dir's cluster, whether or not it runs. */
void cluster_conninfo(const char *state_dir, struct buf *conninfo);

#endif
