/* SPDX-License-Identifier: MIT */
/*
 * throwaway: the directory that a demo or a load test lives in, the processes
 * it started, and how both go away again.
 */
#ifndef SHARED_THROWAWAY_H
#define SHARED_THROWAWAY_H

#include <stdbool.h>
#include <sys/types.h>

#include "shared/buf.h"

#define THROWAWAY_MAX 64 /* so that the names of sockets below it fit */

/*
 * A new private directory "discador-WHAT.XXXXXX" (what: at most 12 letters):
 * below $XDG_STATE_HOME (~/.local/state), for root in /var/tmp and open to
 * the database's user; /tmp where neither will do.  What others of that name
 * left there when they were killed is removed first.  False and why.
 */
bool throwaway_make(
    const char *what, char dir[THROWAWAY_MAX + 1], struct buf *why);
/*
 * Remove it with all that is in it; never follows a symbolic link.  False:
 * something of it is left.
 */
bool throwaway_remove(const char *dir);
/* End a private cluster below dir that its engine left behind. */
void throwaway_end_cluster(const char *dir);
/*
 * Wait up to ms for a child to end; then the signal, and SIGKILL 10 s later.
 * The pid may be -1.
 */
void throwaway_end_child(pid_t, int ms, int sig);

#endif
