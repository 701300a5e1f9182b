/* SPDX-License-Identifier: MIT */
/*
 * cluster: the private PostgreSQL, for when no database is configured.  Lives
 * in STATE_DIR/pg (data, run, log), listens on a unix socket that only its
 * own user and root can reach, and never runs as root.  Blocking, but for
 * what says otherwise: only for the start and the end of the engine.  While it
 * runs cluster_keep.h looks after it.
 *
 * Roles: discador owns the database discador; root, the user who started us
 * and the server's user may be it, or the superuser postgres, by peer
 * authentication.  There is no password.
 */
#ifndef DAEMON_CLUSTER_H
#define DAEMON_CLUSTER_H

#include <stdbool.h>
#include <sys/types.h>

#include "shared/buf.h"

enum {
	/* initdb without fsync: for demo and tests, not for data one keeps. */
	CLUSTER_FAST_INIT = 1,
	/*
	 * It has died under a running engine: one that is not there any more
	 * is not made anew, and one that was stopped by hand stays so.
	 */
	CLUSTER_AGAIN = 2,
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
/* Behind this, in err, stands what the server itself had to say. */
#define CLUSTER_WHY "; it says: "
/* Stop it, fast mode: open transactions are rolled back.  True if it is down.
 */
bool cluster_stop(const char *state_dir, const char *pg_user, struct buf *err);
/*
 * While it is held nobody but cluster_start() without CLUSTER_AGAIN starts it:
 * for who stops it by hand under a running engine.
 */
bool cluster_hold(const char *state_dir, struct buf *err);
bool cluster_is_held(const char *state_dir);
/* Its server's pid, 0 if it does not run; does not block.  *lock: its lock
 * file is there, which it takes away when it shuts down. */
pid_t cluster_pid(const char *state_dir, bool *lock);
/*
 * cluster_start() with CLUSTER_AGAIN in a process of its own: its pid, and at
 * *fd what it has to say; the exit status is 0 when the server runs.  -1 and
 * errno.  Does not block.
 */
pid_t cluster_again(const char *state_dir, const char *pg_user, int *fd);
/* The conninfo of state_dir's cluster, whether or not it runs. */
void cluster_conninfo(const char *state_dir, struct buf *conninfo);

#endif
