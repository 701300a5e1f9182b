/* SPDX-License-Identifier: MIT */
/*
 * notify: a queue for each executable of notify.d and the processes that work
 * on them.  Knows nothing of alerts but their text.
 */
#include "daemon/notify.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/spawn.h"
#include "daemon/state.h"
#include "shared/log.h"
#include "shared/text.h"

#define SCRIPT_MAGIC 0x4e4f5421u
#define LINE_MAX_LEN 300
#define HEARD_MAX    (64 * 1024) /* bytes of output, of each run */
#define ENV_MAX      5

struct notice {
	STAILQ_ENTRY(notice) link;
	char *json;
};

/* One executable that was fit to run when it was last told of something. */
struct script {
	uint32_t magic;
	struct daemon *d;
	char name[64];
	char path[512];
	STAILQ_HEAD(, notice) waiting;
	unsigned nwaiting, dropped;
	/* the one that runs */
	pid_t pid; /* 0: none */
	int in, out; /* -1: closed */
	struct event *writable, *readable, *late;
	char *json;
	size_t sent, len, heard;
	struct buf line;
	unsigned lines;
	bool killed;
};

struct notify {
	struct script *v[NOTIFY_FILES];
	unsigned n, running;
	/* Files that are not run; known, so that each is warned of once. */
	char unfit[NOTIFY_FILES][64];
	unsigned nunfit;
	bool warned_dir, warned_full;
};

extern char **environ;

static void
directory_of(const struct daemon *d, char out[512])
{
	char *slash;

	if (d->conf.notify_dir[0] != '\0') {
		str_copy(out, 512, d->conf.notify_dir);
		return;
	}
	str_copy(out, 480,
	    d->conf.file[0] != '\0' ? d->conf.file
				    : SYSCONFDIR "/discador.conf");
	if ((slash = strrchr(out, '/')) != NULL)
		str_copy(slash + 1, 16, "notify.d");
	else
		str_copy(out, 512, "notify.d");
}

/* ---- one run ---------------------------------------------------------- */

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

static void
start(struct notify *n, struct script *s)
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

static void
ended(struct notify *n, struct script *s, int status)
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

static void
start_waiting(struct notify *n)
{
	for (unsigned i = 0; i < n->n && n->running < NOTIFY_RUNNING; i++) {
		struct script *s = n->v[i];

		while (s->pid == 0 && s->nwaiting > 0)
			start(n, s);
		if (s->nwaiting == 0 && s->pid == 0 && s->dropped > 0) {
			log_warn("notify.d/%s: %u alerts were not told to it: "
				 "it is too slow",
			    s->name, s->dropped);
			s->dropped = 0;
		}
	}
}

/* ---- what there is to run --------------------------------------------- */

/* One that nothing waits for and whose file has gone. */
static struct script *
vanished(struct notify *n)
{
	for (unsigned i = 0; i < n->n; i++) {
		struct script *s = n->v[i];

		if (s->pid == 0 && s->nwaiting == 0 && access(s->path, F_OK))
			return s;
	}
	return NULL;
}

static struct script *
script_named(struct notify *n, struct daemon *d, const char *name)
{
	struct script *s;

	for (unsigned i = 0; i < n->n; i++)
		if (strcmp(n->v[i]->name, name) == 0)
			return n->v[i];
	s = n->n == NOTIFY_FILES ? vanished(n) : NULL;
	if (s != NULL && strlen(name) < sizeof(s->name)) {
		str_copy(s->name, sizeof(s->name), name);
		s->dropped = 0;
		return s;
	}
	if (n->n == NOTIFY_FILES || strlen(name) >= sizeof(s->name)) {
		if (!n->warned_full)
			log_warn("notify.d: %.80s is passed over: at most %d "
				 "files, with names of less than %zu bytes",
			    name, NOTIFY_FILES, sizeof(s->name));
		n->warned_full = true;
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->magic = SCRIPT_MAGIC;
	s->d = d;
	s->in = s->out = -1;
	STAILQ_INIT(&s->waiting);
	str_copy(s->name, sizeof(s->name), name);
	return n->v[n->n++] = s;
}

/* Why somebody else could change what is run; NULL: nobody can. */
static const char *
not_ours(const struct stat *st)
{
	if (st->st_mode & S_IWOTH)
		return "others may write to it";
	if ((st->st_mode & S_IWGRP) && st->st_gid != 0 &&
	    st->st_gid != getegid())
		return "a group that is not the engine's may write to it";
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "it belongs neither to root nor to the engine's user";
	return NULL;
}

/* Why what lies there is not run; NULL: it is. */
static const char *
not_fit(const char *path)
{
	struct stat st;
	const char *why;

	if (stat(path, &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "it is no file";
	if ((why = not_ours(&st)) == NULL && access(path, X_OK) != 0)
		why = "it is not executable";
	return why;
}

/* Warn of a file once, until it is fit (why NULL); of so many at most. */
static void
warn_unfit(
    struct notify *n, const char *path, const char *name, const char *why)
{
	unsigned i = 0;

	while (i < n->nunfit && strcmp(n->unfit[i], name) != 0)
		i++;
	if (why == NULL) {
		if (i < n->nunfit)
			memmove(n->unfit[i], n->unfit[--n->nunfit],
			    sizeof(n->unfit[i]));
		return;
	}
	if (i < n->nunfit || n->nunfit == NOTIFY_FILES ||
	    strlen(name) >= sizeof(n->unfit[i]))
		return;
	str_copy(n->unfit[n->nunfit++], sizeof(n->unfit[i]), name);
	log_warn("%s is not told of alerts: %s", path, why);
}

static void
tell(struct notify *n, struct daemon *d, const char *dir, const char *name,
    const char *json)
{
	struct script *s;
	const char *why;
	struct notice *k;
	char path[sizeof(s->path)];

	if (!str_format(path, sizeof(path), "%s/%s", dir, name))
		return;
	why = not_fit(path);
	warn_unfit(n, path, name, why);
	if (why != NULL || (s = script_named(n, d, name)) == NULL)
		return;
	str_copy(s->path, sizeof(s->path), path);
	if (s->nwaiting == NOTIFY_WAITING) {
		if (s->dropped++ == 0)
			log_warn("notify.d/%s: %u alerts wait for it already: "
				 "what comes now is not told to it",
			    s->name, s->nwaiting);
		return;
	}
	k = xcalloc(1, sizeof(*k));
	k->json = xasprintf("%s\n", json);
	STAILQ_INSERT_TAIL(&s->waiting, k, link);
	s->nwaiting++;
}

/* Settings of the executables lie beside them. */
static int
visible(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' &&
	       (n < 5 || strcmp(e->d_name + n - 5, ".conf") != 0);
}

void
notify_run(struct daemon *d, const char *json)
{
	struct notify *n = d->notify;
	struct dirent **list = NULL;
	struct stat st;
	const char *why;
	char dir[512];
	int count;

	if (n == NULL)
		n = d->notify = xcalloc(1, sizeof(*n));
	directory_of(d, dir);
	if (stat(dir, &st) != 0)
		return; /* nobody wants to know */
	if ((why = not_ours(&st)) != NULL) {
		if (!n->warned_dir)
			log_warn("%s: %s: nothing in it is told of alerts", dir,
			    why);
		n->warned_dir = true;
		return;
	}
	count = scandir(dir, &list, visible, alphasort);
	for (int i = 0; i < count; i++) {
		tell(n, d, dir, list[i]->d_name, json);
		free(list[i]);
	}
	free(list);
	start_waiting(n);
}

void
notify_reap(struct daemon *d)
{
	struct notify *n = d->notify;
	int status;

	if (n == NULL)
		return;
	for (unsigned i = 0; i < n->n && n->running > 0; i++)
		if (n->v[i]->pid > 0 &&
		    waitpid(n->v[i]->pid, &status, WNOHANG) == n->v[i]->pid)
			ended(n, n->v[i], status);
	start_waiting(n);
}

void
notify_stop(struct daemon *d)
{
	struct notify *n = d->notify;
	int status;

	if (n == NULL)
		return;
	for (unsigned i = 0; i < n->n; i++) {
		struct script *s = n->v[i];
		struct notice *k;

		if (s->pid > 0) {
			kill(-s->pid, SIGKILL);
			waitpid(s->pid, &status, 0);
			ended(n, s, status);
		}
		while ((k = STAILQ_FIRST(&s->waiting)) != NULL) {
			STAILQ_REMOVE_HEAD(&s->waiting, link);
			free(k->json);
			free(k);
		}
		s->magic = 0;
		free(s);
	}
	free(n);
	d->notify = NULL;
}
