/* SPDX-License-Identifier: MIT */
/*
 * demo_place: the directory a demo lives in and the processes it started, and
 * how both go away again.
 */
#ifndef UI_DEMO_PLACE_H
#define UI_DEMO_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#define DEMO_DIR_MAX 64 /* so that the names of sockets below it fit */

/*
 * A new private directory: below $XDG_STATE_HOME (~/.local/state), for root in
 * /var/tmp and open to the database's user; /tmp where neither will do.  False
 * after printing why.
 */
bool demo_place_make(char dir[DEMO_DIR_MAX + 1]);
/* Remove it with all that is in it; never follows a symbolic link. */
void demo_place_remove(const char *dir);
/* End a private cluster below dir that its engine left behind. */
void demo_place_end_cluster(const char *dir);
/*
 * Wait up to ms for a child to end; then the signal, then SIGKILL.  The pid
 * may be -1.
 */
void demo_place_end_child(pid_t, int ms, int sig);

#endif
