/* SPDX-License-Identifier: MIT */
/* runner: fork, exec /proc/self/exe, read what it says. */
#include "ui/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/text.h"
#include "shared/util.h"

#define SAID_MAX 16384

struct runner {
	pid_t pid;
	int fd; /* -1: it has said all */
	struct buf said;
};

static void
child(const char *run_dir, const char *const *args, int out)
{
	char *argv[RUNNER_ARGS + 4];
	int n = 0, null = open("/dev/null", O_RDONLY);

	/* not our terminal's: its Ctrl-C and hang-up are not for it */
	setsid();
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	argv[n++] = (char *)(uintptr_t) "discador";
	argv[n++] = (char *)(uintptr_t) "--run-dir";
	argv[n++] = (char *)(uintptr_t)run_dir;
	for (int i = 0; args[i] != NULL && i < RUNNER_ARGS; i++)
		argv[n++] = (char *)(uintptr_t)args[i];
	argv[n] = NULL;
	execv("/proc/self/exe", argv);
	_exit(127);
}

struct runner *
runner_start(const char *run_dir, const char *const *args, const char **why)
{
	struct runner *r;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0) {
		*why = strerror(errno);
		return NULL;
	}
	pid = fork();
	if (pid == 0)
		child(run_dir, args, fds[1]);
	close(fds[1]);
	if (pid < 0) {
		*why = strerror(errno);
		close(fds[0]);
		return NULL;
	}
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	r = xcalloc(1, sizeof(*r));
	r->pid = pid;
	r->fd = fds[0];
	return r;
}

int
runner_fd(const struct runner *r)
{
	return r->fd;
}

bool
runner_work(struct runner *r, bool *good, const char **text)
{
	char piece[4096];
	int status = 0;
	ssize_t n;
	pid_t pid;

	while (r->fd >= 0) {
		n = read(r->fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return false;
		if (n > 0) {
			/* what went wrong stands in its last words */
			if (r->said.len + (size_t)n > SAID_MAX)
				buf_drain(&r->said, r->said.len / 2);
			buf_put(&r->said, piece, (size_t)n);
			continue;
		}
		close(r->fd);
		r->fd = -1;
	}
	pid = waitpid(r->pid, &status, WNOHANG);
	if (pid == 0)
		return false;
	/* where SIGCHLD is ignored nobody is left to wait for: by its words */
	*good = pid < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
	while (r->said.len > 0 && r->said.p[r->said.len - 1] == '\n')
		r->said.p[--r->said.len] = '\0';
	*text = r->said.len > 0 ? buf_cstr(&r->said)
		: *good         ? _("done")
				: _("it failed without a word");
	r->pid = -1;
	return true;
}

void
runner_free(struct runner *r)
{
	if (r == NULL)
		return;
	if (r->fd >= 0)
		close(r->fd);
	buf_clear(&r->said);
	free(r);
}
