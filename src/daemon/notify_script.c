/* SPDX-License-Identifier: MIT */
/*
 * notify_script: one run of an executable of notify.d: a notice to its input,
 * its output to the log, in bounds of lines, bytes and time.  Hands it no
 * secret and no setting of the engine, and never waits for it.
 */
#include "daemon/notify_state.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/spawn.h"
#include "daemon/state.h"
#include "shared/log.h"
#include "shared/text.h"
#include "shared/util.h"

#define LINE_MAX_LEN 300
#define HEARD_MAX    (64 * 1024) /* bytes of output, of each run */
#define ENV_MAX      5

extern char **environ;

static void
say_line(struct script *s)
{
	char t[LINE_MAX_LEN * 2];

	if (s->line.len > 0 && s->lines < NOTIFY_LINES) {
		text_clean(t, sizeof(t), buf_cstr(&s->line));
		log_info("notify.d/%s: %s", s->name, t);
		s->lines++;
		if (s->lines == NOTIFY_LINES)
			log_info("notify.d/%s: its further output is not shown",
			    s->name);
	}
	buf_reset(&s->line);
}

static void
close_end(int *fd, struct event **ev)
{
	if (*ev != NULL)
		event_free(*ev);
	*ev = NULL;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct script *s = arg;
	char b[4096];
	ssize_t n;

	(void)what;
	assert(s->magic == SCRIPT_MAGIC);
	n = read(fd, b, sizeof(b));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_end(&s->out, &s->readable);
		return;
	}
	/* It may wait, then; it does not keep us from our work. */
	if ((s->heard += (size_t)n) > HEARD_MAX && s->readable != NULL)
		event_del(s->readable);
	for (ssize_t i = 0; i < n; i++)
		if (b[i] == '\n' || s->line.len == LINE_MAX_LEN)
			say_line(s);
		else if (b[i] != '\0')
			buf_byte(&s->line, b[i]);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct script *s = arg;
	ssize_t n;

	(void)what;
	assert(s->magic == SCRIPT_MAGIC);
	n = write(fd, s->json + s->sent, s->len - s->sent);
	if (n > 0)
		s->sent += (size_t)n;
	else if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* All said, or it does not want to hear. */
	if (n <= 0 || s->sent == s->len)
		close_end(&s->in, &s->writable);
}

static void
on_late(evutil_socket_t fd, short what, void *arg)
{
	struct script *s = arg;

	(void)fd;
	(void)what;
	assert(s->magic == SCRIPT_MAGIC);
	if (s->pid == 0)
		return;
	s->killed = true;
	kill(-s->pid, SIGKILL);
}

/* Secrets and settings of the engine are none of its business. */
static void
environment(char *out[ENV_MAX])
{
	static const char *const kept[] = { "PATH=", "HOME=", "LANG=", "TZ=" };
	size_t n = 0;

	_Static_assert(nitems(kept) < ENV_MAX, "and an end");
	for (size_t k = 0; k < nitems(kept); k++)
		for (char **e = environ; *e != NULL; e++)
			if (strncmp(*e, kept[k], strlen(kept[k])) == 0) {
				out[n++] = *e;
				break;
			}
	out[n] = NULL;
}

/* Two pipes to a new process; false and errno: it has not started. */
static bool
spawn_script(struct script *s)
{
	char *argv[] = { s->path, NULL }, *env[ENV_MAX];
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err;

	environment(env);
	if (pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0)
		s->pid = spawn_run(s->path, argv, env,
		    (const int[]){ in[0], out[1], out[1] }, 3, true);
	else
		s->pid = -1;
	err = errno;
	if (in[0] >= 0)
		close(in[0]);
	if (out[1] >= 0)
		close(out[1]);
	s->in = in[1];
	s->out = out[0];
	if (s->pid > 0) {
		fcntl(s->in, F_SETFL, O_NONBLOCK);
		fcntl(s->out, F_SETFL, O_NONBLOCK);
		return true;
	}
	s->pid = 0;
	close_end(&s->in, &s->writable);
	close_end(&s->out, &s->readable);
	errno = err;
	return false;
}

void
notify_script_start(struct notify *n, struct script *s)
{
	static const struct timeval limit = { NOTIFY_S, 0 };
	struct event_base *base = s->d->base;
	struct notice *k = STAILQ_FIRST(&s->waiting);

	STAILQ_REMOVE_HEAD(&s->waiting, link);
	s->nwaiting--;
	if (!spawn_script(s)) {
		log_warn("notify.d/%s: cannot start it: %s", s->name,
		    strerror(errno));
		free(k->json);
		free(k);
		return;
	}
	s->json = k->json;
	free(k);
	s->len = strlen(s->json);
	s->sent = s->heard = 0;
	s->lines = 0;
	s->killed = false;
	s->writable =
	    event_new(base, s->in, EV_WRITE | EV_PERSIST, on_writable, s);
	s->readable =
	    event_new(base, s->out, EV_READ | EV_PERSIST, on_readable, s);
	s->late = event_new(base, -1, 0, on_late, s);
	event_add(s->writable, NULL);
	event_add(s->readable, NULL);
	event_add(s->late, &limit);
	n->running++;
}

void
notify_script_ended(struct notify *n, struct script *s, int status)
{
	/* Its last words may still be in the pipe. */
	for (int i = 0; s->out >= 0 && i < 16; i++)
		on_readable(s->out, EV_READ, s);
	say_line(s);
	if (s->killed)
		log_warn("notify.d/%s: killed, it took longer than %d s",
		    s->name, NOTIFY_S);
	else if (WIFSIGNALED(status))
		log_warn("notify.d/%s: ended by signal %d", s->name,
		    WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		log_warn(
		    "notify.d/%s: exit code %d", s->name, WEXITSTATUS(status));
	close_end(&s->in, &s->writable);
	close_end(&s->out, &s->readable);
	event_free(s->late);
	s->late = NULL;
	buf_clear(&s->line);
	free(s->json);
	s->json = NULL;
	s->pid = 0;
	n->running--;
}
