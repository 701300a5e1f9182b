/* SPDX-License-Identifier: MIT */
/*
 * jobs: imports run as discador-job, in their own process with their own
 * database connection.  The asker's files ride in as descriptors; progress
 * comes back as JSON lines and stands on the board; when the asker goes away
 * the job is killed, and its transaction with it.
 */
#include "daemon/jobs.h"

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
#include "db/load.h"
#include "shared/log.h"

#define JOB_MAGIC 0x4a4f4221u

enum { JOB_FREE, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED };

struct job {
	uint32_t magic;
	struct daemon *d;
	struct ctl_req *req; /* NULL: answered */
	pid_t pid;
	int fd;
	struct event *ev;
	struct buf in;
	struct board_job b;
	json_t *final;
	bool cancelled;
	char kind[16];
};

extern char **environ;

static void
job_free(struct job *j)
{
	if (j->ev != NULL)
		event_free(j->ev);
	if (j->fd >= 0)
		close(j->fd);
	buf_clear(&j->in);
	json_decref(j->final);
	j->magic = 0;
	free(j);
}

static void
progress_line(struct job *j, const char *line, size_t n)
{
	json_t *o = json_loadb(line, n, 0, NULL);

	if (o == NULL)
		return;
	if (json_is_true(json_object_get(o, "final"))) {
		json_decref(j->final);
		j->final = o;
		return;
	}
	j->b.done = (uint64_t)json_integer_value(json_object_get(o, "done"));
	if (json_integer_value(json_object_get(o, "total")) > 0)
		j->b.total =
		    (uint64_t)json_integer_value(json_object_get(o, "total"));
	json_decref(o);
}

static void
on_progress(evutil_socket_t fd, short what, void *arg)
{
	struct job *j = arg;
	char b[4096], *nl;
	ssize_t n = read(fd, b, sizeof(b));

	(void)what;
	assert(j->magic == JOB_MAGIC);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || j->in.len > sizeof(b) * 16) {
		event_del(j->ev);
		return;
	}
	buf_put(&j->in, b, (size_t)n);
	while ((nl = memchr(j->in.p, '\n', j->in.len)) != NULL) {
		progress_line(j, j->in.p, (size_t)(nl - j->in.p));
		buf_drain(&j->in, (size_t)(nl - j->in.p) + 1);
	}
}

static void
on_gone(void *arg)
{
	struct job *j = arg;

	assert(j->magic == JOB_MAGIC);
	j->cancelled = true;
	kill(j->pid, SIGTERM);
}

static const char *
path_of_job(char out[512])
{
	ssize_t n = readlink("/proc/self/exe", out, 400);
	char *slash;

	if (n > 0) {
		out[n] = '\0';
		if ((slash = strrchr(out, '/')) != NULL) {
			str_copy(slash + 1, 64, "discador-job");
			if (access(out, X_OK) == 0)
				return out;
		}
	}
	str_copy(out, 512, SBINDIR "/discador-job");
	return out;
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* The environment of the job: ours and the database, nothing else. */
static char **
environment(const struct daemon *d, char **info)
{
	size_t n = 0;
	char **env;

	while (environ[n] != NULL)
		n++;
	env = xcalloc(n + 2, sizeof(*env));
	*info = xasprintf("DISCADOR_CONNINFO=%s", d->conninfo);
	env[0] = *info;
	memcpy(env + 1, environ, n * sizeof(*env));
	return env;
}

static bool
start(struct daemon *d, struct job *j, const json_t *q, int in, int rejects,
    struct buf *err)
{
	static const char *const opts[] = { "campaign", "list", "country",
		"encoding", "delimiter" };
	char path[512], flags[nitems(opts)][16], *info, **env;
	const char *argv[32];
	int n = 0, p[2];

	if (pipe2(p, O_CLOEXEC | O_NONBLOCK) < 0) {
		buf_fmt(err, "pipe: %s", strerror(errno));
		return false;
	}
	/* The job's end blocks; ours does not. */
	fcntl(p[1], F_SETFL, 0);
	argv[n++] = path_of_job(path);
	argv[n++] = "import";
	argv[n++] = text_of(q, "what");
	for (size_t i = 0; i < nitems(opts); i++) {
		if (text_of(q, opts[i])[0] == '\0')
			continue;
		str_format(flags[i], sizeof(flags[i]), "--%s", opts[i]);
		argv[n++] = flags[i];
		argv[n++] = text_of(q, opts[i]);
	}
	argv[n++] = "--name";
	argv[n++] = text_of(q, "file")[0] ? text_of(q, "file") : "list";
	argv[n++] = "--rejects-fd";
	argv[n++] = "3";
	argv[n++] = "--progress-fd";
	argv[n++] = "4";
	argv[n] = NULL;
	env = environment(d, &info);
	j->pid = spawn_run(path, (char *const *)(uintptr_t)argv, env,
	    (const int[]){ in, -1, -1, rejects, p[1] }, 5, false);
	if (j->pid < 0)
		buf_fmt(err, "cannot start %s: %s", path, strerror(errno));
	explicit_bzero(info, strlen(info));
	free(info);
	free(env);
	close(p[1]);
	j->fd = p[0];
	return j->pid > 0;
}

bool
jobs_import(struct daemon *d, struct ctl_req *req, struct buf *err)
{
	const json_t *q = ctl_json(req);
	int in = ctl_take_fd(req, 0), rejects = ctl_take_fd(req, 1), i = 0;
	const char *what = text_of(q, "what");
	struct job *j;
	bool started;

	while (i < BOARD_JOBS && d->jobs[i] != NULL &&
	       d->jobs[i]->b.state == JOB_RUNNING)
		i++;
	if (i == BOARD_JOBS) {
		buf_str(err, "too many imports are running: wait for one");
		goto no;
	}
	if (in < 0) {
		buf_str(err, "no list came with the request");
		goto no;
	}
	if (rejects < 0 &&
	    (rejects = open("/dev/null", O_WRONLY | O_CLOEXEC)) < 0) {
		buf_fmt(err, "/dev/null: %s", strerror(errno));
		goto no;
	}
	j = xcalloc(1, sizeof(*j));
	j->magic = JOB_MAGIC;
	j->d = d;
	j->fd = -1;
	str_copy(j->kind, sizeof(j->kind), what);
	started = start(d, j, q, in, rejects, err);
	close(in);
	close(rejects);
	if (!started) {
		job_free(j);
		return false;
	}
	j->req = req;
	j->b.id = ++d->next_job;
	j->b.state = JOB_RUNNING;
	j->b.started_ms = now_read().wall_ms;
	j->b.total = (uint64_t)MAXIMUM(
	    json_integer_value(json_object_get(q, "size")), 0);
	str_format(j->b.what, sizeof(j->b.what), "import %s %s", what,
	    text_of(q, "file"));
	str_copy(j->b.user, sizeof(j->b.user), ctl_who(req));
	j->ev = event_new(d->base, j->fd, EV_READ | EV_PERSIST, on_progress, j);
	event_add(j->ev, NULL);
	ctl_on_gone(req, on_gone, j);
	if (d->jobs[i] != NULL)
		job_free(d->jobs[i]);
	d->jobs[i] = j;
	log_info("job %u: %s for %s", j->b.id, j->b.what, j->b.user);
	return true;
no:
	if (in >= 0)
		close(in);
	if (rejects >= 0)
		close(rejects);
	return false;
}

static void
job_ended(struct job *j, int status)
{
	struct daemon *d = j->d;
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	const char *text = text_of(j->final, "text");
	int code = good ? 0 : 1;
	char why[160];

	/* The last words may still be in the pipe. */
	on_progress(j->fd, EV_READ, j);
	if (j->final != NULL)
		text = text_of(j->final, good ? "text" : "error");
	if (!good && text[0] == '\0') {
		str_format(why, sizeof(why),
		    j->cancelled ? "import cancelled; nothing was loaded"
		    : WIFSIGNALED(status)
			? "import ended by signal %d; nothing was loaded"
			: "import failed (exit %d); nothing was loaded",
		    WIFSIGNALED(status) ? WTERMSIG(status)
					: WEXITSTATUS(status));
		text = why;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 5)
		code = 5;
	j->b.state = good           ? JOB_DONE
		     : j->cancelled ? JOB_CANCELLED
				    : JOB_FAILED;
	j->b.ended_ms = now_read().wall_ms;
	str_copy(j->b.result, sizeof(j->b.result), text);
	log_info("job %u: %s", j->b.id, text);
	if (j->req != NULL)
		ctl_reply(j->req, good, code, text, json_incref(j->final));
	j->req = NULL;
	event_del(j->ev);
	if (good && !d->stopping) {
		int64_t id;

		/* A list that a campaign calls: its contacts are taken over. */
		for (size_t i = 0;
		     (id = engine_campaign_of_lists(d->engine, i)) != 0; i++)
			load_attach_lists(d->admin, id, NULL, NULL);
		if (strcmp(j->kind, "dids") == 0)
			loader_reload(d);
		else
			loader_tally(d);
	}
}

void
jobs_reap(struct daemon *d)
{
	for (int i = 0; i < BOARD_JOBS; i++) {
		struct job *j = d->jobs[i];
		int status;

		if (j != NULL && j->b.state == JOB_RUNNING &&
		    waitpid(j->pid, &status, WNOHANG) == j->pid)
			job_ended(j, status);
	}
}

void
jobs_publish(const struct daemon *d, struct board *b)
{
	b->njobs = 0;
	for (int i = 0; i < BOARD_JOBS; i++)
		if (d->jobs[i] != NULL)
			b->jobs[b->njobs++] = d->jobs[i]->b;
	for (uint32_t i = b->njobs; i < BOARD_JOBS; i++)
		memset(&b->jobs[i], 0, sizeof(b->jobs[i]));
}

void
jobs_stop(struct daemon *d)
{
	int status;

	for (int i = 0; i < BOARD_JOBS; i++) {
		struct job *j = d->jobs[i];

		if (j == NULL)
			continue;
		if (j->b.state == JOB_RUNNING) {
			kill(j->pid, SIGTERM);
			waitpid(j->pid, &status, 0);
			j->cancelled = true;
			job_ended(j, status);
		}
		job_free(j);
		d->jobs[i] = NULL;
	}
}
