/* SPDX-License-Identifier: MIT */
/*
 * supervise: one child, its pid and when it may be started next.  What it
 * needs to know it reads itself; no secret is handed on, not even by the
 * environment.
 */
#include "daemon/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/spawn.h"
#include "shared/log.h"

#define GOOD_NS (60 * NS_PER_S) /* it ran so long: the next is the first */
#define STOP_MS 3000

struct supervise {
	const char *name;
	char *file, *run_dir;
	pid_t pid; /* 0: does not run */
	int64_t started_ns, next_ns;
	int wait_s;
};

struct supervise *
supervise_new(const char *file, const char *run_dir, const char *name)
{
	struct supervise *s = xcalloc(1, sizeof(*s));

	s->name = name;
	s->file = file[0] != '\0' ? xstrdup(file) : NULL;
	s->run_dir = xstrdup(run_dir);
	s->wait_s = SUPERVISE_FIRST_S;
	return s;
}

static void
path_of(const char *name, char out[512])
{
	ssize_t n = readlink("/proc/self/exe", out, 400);
	char *slash;

	if (n > 0) {
		out[n] = '\0';
		if ((slash = strrchr(out, '/')) != NULL) {
			str_copy(slash + 1, 64, name);
			if (access(out, X_OK) == 0)
				return;
		}
	}
	str_format(out, 512, SBINDIR "/%s", name);
}

static void
start(struct supervise *s, int64_t mono_ns)
{
	static const char *const kept[] = { "HOME", "LANG", "PATH", "TZ",
		"XDG_STATE_HOME", "XDG_RUNTIME_DIR", "INVOCATION_ID",
		"JOURNAL_STREAM" };
	char path[512], *env[nitems(kept) + 1];
	const char *argv[8];
	size_t n = 0, k = 0;

	path_of(s->name, path);
	argv[n++] = path;
	if (s->file != NULL) {
		argv[n++] = "-c";
		argv[n++] = s->file;
	}
	argv[n++] = "--run-dir";
	argv[n++] = s->run_dir;
	argv[n] = NULL;
	for (size_t i = 0; i < nitems(kept); i++) {
		const char *v = getenv(kept[i]);

		if (v != NULL)
			env[k++] = xasprintf("%s=%s", kept[i], v);
	}
	env[k] = NULL;
	s->pid =
	    spawn_run(path, (char *const *)(uintptr_t)argv, env, NULL, 0, true);
	if (s->pid < 0) {
		log_error("cannot start %s: %s; tried again in %d s", path,
		    strerror(errno), s->wait_s);
		s->pid = 0;
		s->next_ns = mono_ns + s->wait_s * NS_PER_S;
		s->wait_s = MINIMUM(s->wait_s * 2, SUPERVISE_MOST_S);
	}
	s->started_ns = mono_ns;
	while (k > 0)
		free(env[--k]);
}

static void
ended(struct supervise *s, int status, int64_t mono_ns)
{
	s->pid = 0;
	if (mono_ns - s->started_ns > GOOD_NS)
		s->wait_s = SUPERVISE_FIRST_S;
	log_error("%s ended by %s %d; it is started again in %d s", s->name,
	    WIFSIGNALED(status) ? "signal" : "exit",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
	    s->wait_s);
	s->next_ns = mono_ns + s->wait_s * NS_PER_S;
	s->wait_s = MINIMUM(s->wait_s * 2, SUPERVISE_MOST_S);
}

void
supervise_turn(struct supervise *s, const struct now *now, int64_t *wake)
{
	int status;

	if (s == NULL)
		return;
	if (s->pid > 0 && waitpid(s->pid, &status, WNOHANG) == s->pid)
		ended(s, status, now->mono_ns);
	if (s->pid > 0)
		return;
	if (now->mono_ns >= s->next_ns)
		start(s, now->mono_ns);
	else
		*wake = MINIMUM(*wake, s->next_ns);
}

void
supervise_signal(struct supervise *s, int sig)
{
	if (s != NULL && s->pid > 0)
		kill(s->pid, sig);
}

void
supervise_stop(struct supervise *s)
{
	int status;

	if (s == NULL)
		return;
	if (s->pid > 0) {
		kill(s->pid, SIGTERM);
		for (int ms = 0; ms < STOP_MS; ms += 20) {
			if (waitpid(s->pid, &status, WNOHANG) == s->pid) {
				s->pid = 0;
				break;
			}
			poll(NULL, 0, 20);
		}
		if (s->pid > 0) {
			log_warn("%s does not end: killed", s->name);
			kill(s->pid, SIGKILL);
			waitpid(s->pid, &status, 0);
		}
	}
	free(s->file);
	free(s->run_dir);
	free(s);
}
