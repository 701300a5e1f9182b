/* SPDX-License-Identifier: MIT */
/*
 * spawn: a program of ours or of the operator's in its own process, with the
 * descriptors it is given and no others.  Does not wait for it.
 */
#ifndef DAEMON_SPAWN_H
#define DAEMON_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#define SPAWN_FDS 5

/*
 * Start path with argv and env; its descriptor i is fds[i] of ours, which
 * stays open here (n of them, from 0 on; -1: the same as here).  SIGPIPE and
 * the signal mask are the default there.  group: in a process group of its
 * own, which kill(-pid, ...) reaches.  Its pid, or -1 and errno.
 */
pid_t spawn_run(const char *path, char *const *argv, char *const *env,
    const int *fds, int n, bool group);

#endif
