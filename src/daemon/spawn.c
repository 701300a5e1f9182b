/* SPDX-License-Identifier: MIT */
/* spawn: posix_spawn (vfork): the engine's memory is not copied. */
#include "daemon/spawn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#define HIGH 64 /* out of the way of the numbers they are to get */

pid_t
spawn_run(const char *path, char *const *argv, char *const *env, const int *fds,
    int n, bool group)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	sigset_t none, pipe;
	pid_t pid = -1;
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	int high[SPAWN_FDS], err = 0;

	assert(n <= SPAWN_FDS);
	for (int i = 0; i < n; i++) {
		high[i] =
		    fds[i] < 0 ? -1 : fcntl(fds[i], F_DUPFD_CLOEXEC, HIGH);
		if (fds[i] >= 0 && high[i] < 0)
			err = errno;
	}
	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&at);
	sigemptyset(&none);
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	posix_spawnattr_setsigmask(&at, &none);
	posix_spawnattr_setsigdefault(&at, &pipe);
	posix_spawnattr_setpgroup(&at, 0);
	posix_spawnattr_setflags(
	    &at, (short)(flags | (group ? POSIX_SPAWN_SETPGROUP : 0)));
	for (int i = 0; i < n; i++)
		if (high[i] >= 0)
			posix_spawn_file_actions_adddup2(&fa, high[i], i);
	if (err == 0)
		err = posix_spawn(&pid, path, &fa, &at, argv, env);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&at);
	for (int i = 0; i < n; i++)
		if (high[i] >= 0)
			close(high[i]);
	errno = err;
	return err == 0 ? pid : -1;
}
