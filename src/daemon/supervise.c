/* SPDX-License-Identifier: MIT */
/*
 * supervise: one child, its pid and when it may be started next.  What it
 * needs to know it reads itself; no secret is handed on, not even by the
 * environment.
 */
#include "daemon/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/helpers.h"
#include "daemon/spawn.h"
#include "shared/log.h"

#define PROVEN_NS (1 * NS_PER_S) /* it ran so long: it does its work */
#define STOP_MS   3000
#define WHY_FD    3

struct supervise {
	struct helper h;
	const char *name;
	char *file, *run_dir;
	pid_t pid; /* 0: does not run */
	int why; /* its last words come here; -1 */
	int64_t started_ns;
	bool wanted;
	bool replace; /* it was asked to end, for another */
	int64_t kill_ns; /* asked to end: killed then; 0 */
	int later; /* a signal that it would not understand yet; 0 */
};

struct supervise *
supervise_new(const char *file, const char *run_dir, const char *name,
    const struct now *now)
{
	struct supervise *s = xcalloc(1, sizeof(*s));

	s->name = name;
	s->file = file[0] != '\0' ? xstrdup(file) : NULL;
	s->run_dir = xstrdup(run_dir);
	s->why = -1;
	s->wanted = true;
	helper_init(&s->h, name, now);
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

static size_t
environment(char **env)
{
	static const char *const kept[] = { "HOME", "LANG", "PATH", "TZ",
		"XDG_STATE_HOME", "XDG_RUNTIME_DIR", "INVOCATION_ID",
		"JOURNAL_STREAM" };
	size_t k = 0;

	for (size_t i = 0; i < nitems(kept); i++) {
		const char *v = getenv(kept[i]);

		if (v != NULL)
			env[k++] = xasprintf("%s=%s", kept[i], v);
	}
	env[k++] = xasprintf(SUPERVISE_WHY_FD "=%d", WHY_FD);
	/* hundreds of small processes: the C library's cache of freed blocks
	 * would hold 35 KB of each */
	env[k++] = xstrdup("GLIBC_TUNABLES=glibc.malloc.tcache_count=0");
	env[k] = NULL;
	return k;
}

/* How it ended, to the log and into its state. */
static void
say_ended(struct supervise *s, const char *why, const struct now *now)
{
	helper_ended(&s->h, why, now);
	log_error("%s %s; it is started again in %lld s", s->name, why,
	    (long long)((s->h.b.next_ms - now->wall_ms) / MS_PER_S));
}

static void
start(struct supervise *s, const struct now *now)
{
	char path[512], why[128], *env[16];
	const char *argv[8];
	int fds[WHY_FD + 1] = { -1, -1, -1, -1 }, p[2] = { -1, -1 };
	size_t n = 0, k;

	path_of(s->name, path);
	argv[n++] = path;
	if (s->file != NULL) {
		argv[n++] = "-c";
		argv[n++] = s->file;
	}
	argv[n++] = "--run-dir";
	argv[n++] = s->run_dir;
	argv[n] = NULL;
	k = environment(env);
	if (pipe2(p, O_CLOEXEC | O_NONBLOCK) == 0)
		fds[WHY_FD] = p[1];
	s->pid = spawn_run(
	    path, (char *const *)(uintptr_t)argv, env, fds, WHY_FD + 1, true);
	if (s->pid < 0) {
		str_format(why, sizeof(why), "cannot be started: %s: %s",
		    strerror(errno), path);
		s->pid = 0;
	}
	if (p[1] >= 0)
		close(p[1]);
	while (k > 0)
		free(env[--k]);
	s->started_ns = now->mono_ns;
	s->later = 0;
	s->why = p[0];
	if (s->pid > 0) {
		helper_starting(&s->h, s->pid, now);
		return;
	}
	say_ended(s, why, now);
	if (s->why >= 0)
		close(s->why);
	s->why = -1;
}

/* What it left as its reason, else what the status says. */
static void
put_why(struct supervise *s, int status, char why[128])
{
	char text[1024], line[96] = "";
	ssize_t n = s->why >= 0 ? read(s->why, text, sizeof(text) - 1) : 0;

	text[MAXIMUM(n, 0)] = '\0';
	helper_last_line(text, line);
	if (line[0] == '\0')
		helper_status(status, line);
	str_copy(why, 128, line);
	if (s->why >= 0)
		close(s->why);
	s->why = -1;
}

static void
ended(struct supervise *s, int status, const struct now *now)
{
	char why[128];

	put_why(s, status, why);
	s->pid = 0;
	s->kill_ns = 0;
	if (!s->wanted) {
		helper_stopped(&s->h, "not wanted", now);
		log_info("%s has ended: it is not wanted any more", s->name);
	} else if (s->replace) {
		helper_again(&s->h, now);
	} else {
		say_ended(s, why, now);
	}
	s->replace = false;
}

static void
look(struct supervise *s, const struct now *now, int64_t *wake)
{
	int status;

	if (waitpid(s->pid, &status, WNOHANG) == s->pid) {
		ended(s, status, now);
		return;
	}
	if (strcmp(s->h.b.state, "starting") == 0) {
		if (now->mono_ns - s->started_ns >= PROVEN_NS) {
			helper_running(&s->h, s->pid, now);
			if (s->later != 0)
				kill(s->pid, s->later);
			s->later = 0;
		} else
			*wake = MINIMUM(*wake, s->started_ns + PROVEN_NS);
	}
	if (s->kill_ns == 0)
		return;
	if (now->mono_ns >= s->kill_ns) {
		log_warn("%s does not end: killed", s->name);
		kill(s->pid, SIGKILL);
		s->kill_ns = INT64_MAX;
	}
	*wake = MINIMUM(*wake, s->kill_ns);
}

void
supervise_turn(struct supervise *s, const struct now *now, int64_t *wake)
{
	if (s == NULL)
		return;
	if (s->pid > 0)
		look(s, now, wake);
	if (s->pid > 0 || !s->wanted)
		return;
	if (helper_due(&s->h, now)) {
		start(s, now);
		*wake = MINIMUM(*wake, s->started_ns + PROVEN_NS);
	} else if (strcmp(s->h.b.state, "waiting") == 0)
		*wake = MINIMUM(*wake, s->h.next_ns);
}

void
supervise_signal(struct supervise *s, int sig)
{
	if (s == NULL || s->pid == 0)
		return; /* it reads all there is when it starts */
	/* One that has not set its handlers yet would die of it. */
	if (strcmp(s->h.b.state, "starting") == 0)
		s->later = sig;
	else
		kill(s->pid, sig);
}

static void
ask_to_end(struct supervise *s, const struct now *now)
{
	if (s->pid == 0 || s->kill_ns != 0)
		return;
	kill(s->pid, SIGTERM);
	s->kill_ns = now->mono_ns + STOP_MS * NS_PER_MS;
}

void
supervise_want(struct supervise *s, bool wanted, const struct now *now)
{
	if (wanted && strcmp(s->h.b.state, "failed") == 0)
		helper_again(&s->h, now);
	if (s->wanted == wanted)
		return;
	s->wanted = wanted;
	if (!wanted) {
		ask_to_end(s, now);
		if (s->pid == 0)
			helper_stopped(&s->h, "not wanted", now);
	} else if (s->pid > 0) {
		s->replace = true; /* it is on its way out */
	} else {
		helper_again(&s->h, now);
	}
}

void
supervise_replace(struct supervise *s, const struct now *now)
{
	if (!s->wanted)
		return;
	if (s->pid == 0) {
		helper_again(&s->h, now);
		return;
	}
	s->replace = true;
	ask_to_end(s, now);
}

void
supervise_fail(struct supervise *s, const char *why, const struct now *now)
{
	if (s->pid > 0)
		return; /* one is there from before */
	log_error("%s is not started: %s", s->name, why);
	helper_failed(&s->h, why, now);
}

void
supervise_look(const struct supervise *s, struct board_helper *out)
{
	memset(out, 0, sizeof(*out));
	if (s != NULL && (s->wanted || s->pid > 0))
		*out = s->h.b;
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
	if (s->why >= 0)
		close(s->why);
	free(s->file);
	free(s->run_dir);
	free(s);
}
