/* SPDX-License-Identifier: MIT */
/* supervise: what becomes of a signal to a child that was only just started. */
#include "daemon/supervise.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

/* It takes a while until it understands SIGHUP; then it says that it heard. */
static const char script[] = "#!/bin/sh\n"
			     "sleep 0.3\n"
			     "trap 'echo >\"$2/heard\"' HUP\n"
			     "for i in 1 2 3 4 5 6 7 8 9; do\n"
			     "	sleep 1 & wait $!\n"
			     "done\n";

/* Beside this program, where it is looked for. */
static bool
child_write(char path[512], char name[32])
{
	ssize_t n = readlink("/proc/self/exe", path, 400);
	bool good;
	int fd;

	str_format(name, 32, "child-%d", (int)getpid());
	path[MAXIMUM(n, 0)] = '\0';
	if (strrchr(path, '/') == NULL)
		return false;
	str_copy(strrchr(path, '/') + 1, 64, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	good = fd >= 0 &&
	       write(fd, script, strlen(script)) == (ssize_t)strlen(script);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool
in_state(struct supervise *s, const char *state)
{
	struct board_helper b;

	supervise_look(s, &b);
	return strcmp(b.state, state) == 0;
}

int
main(void)
{
	char path[512], name[32], dir[] = "/tmp/supervise.XXXXXX", heard[64];
	struct now now = now_read();
	struct board_helper b;
	struct supervise *s;
	int64_t wake = INT64_MAX;

	/* what is ignored from birth (nohup) a shell cannot trap */
	signal(SIGHUP, SIG_DFL);
	ok(child_write(path, name) && mkdtemp(dir) != NULL, "a child");
	str_format(heard, sizeof(heard), "%s/heard", dir);
	s = supervise_new("", dir, name, &now);
	supervise_turn(s, &now, &wake);
	ok(in_state(s, "starting"), "is started");
	supervise_signal(s, SIGHUP);
	for (int i = 0; i < 250 && access(heard, F_OK) != 0; i++) {
		poll(NULL, 0, 20);
		now = now_read();
		supervise_turn(s, &now, &wake);
	}
	ok(access(heard, F_OK) == 0, "it hears the signal when it can");
	supervise_look(s, &b);
	ok(strcmp(b.state, "running") == 0 && b.restarts == 0,
	    "and did not die of it: %s, %u restarts", b.state, b.restarts);
	supervise_stop(s);
	unlink(heard);
	unlink(path);
	rmdir(dir);
	return done_testing();
}
