/* SPDX-License-Identifier: MIT */
/*
 * notify: which executables of notify.d there are, and a queue for each (their
 * processes: notify_script.c).  Knows nothing of alerts but their text, and
 * runs nothing that somebody else could change.
 */
#include "daemon/notify.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/notify_state.h"
#include "daemon/state.h"
#include "shared/log.h"
#include "shared/util.h"

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

static void
start_waiting(struct notify *n)
{
	for (unsigned i = 0; i < n->n && n->running < NOTIFY_RUNNING; i++) {
		struct script *s = n->v[i];

		while (s->pid == 0 && s->nwaiting > 0)
			notify_script_start(n, s);
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
			notify_script_ended(n, n->v[i], status);
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
			notify_script_ended(n, s, status);
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
