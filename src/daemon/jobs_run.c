/* SPDX-License-Identifier: MIT */
/*
 * jobs_run: each job is a process with its own database connection.  Progress
 * comes back as JSON lines and stands on the board; when the asker goes away
 * the job is killed, and its transaction with it.
 */
#include "daemon/jobs_run.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/spawn.h"
#include "db/load.h"
#include "shared/log.h"

#define JOB_MAGIC 0x4a4f4221u
#define STOP_MS   5000

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

static double
real_of(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

/* What a load test says of itself; nothing of it is believed blindly. */
static void
take_loadtest(struct board_loadtest *b, const json_t *o)
{
	const char *state = json_string_value(json_object_get(o, "state"));

	b->id =
	    (uint64_t)MAXIMUM(json_integer_value(json_object_get(o, "id")), 0);
	str_copy(b->state, sizeof(b->state), state != NULL ? state : "");
	b->target = real_of(o, "target");
	if (json_object_get(o, "attempted") == NULL)
		return;
	b->cps_10s = real_of(o, "cps_10s");
	b->worst = real_of(o, "worst");
	b->concurrent = (uint32_t)real_of(o, "concurrent");
	b->attempted = (uint64_t)MAXIMUM(real_of(o, "attempted"), 0);
	b->answered = (uint64_t)MAXIMUM(real_of(o, "answered"), 0);
	b->setup_p50 = real_of(o, "p50");
	b->setup_p95 = real_of(o, "p95");
	b->setup_p99 = real_of(o, "p99");
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
	if (json_is_object(json_object_get(o, "loadtest")))
		take_loadtest(&j->now, json_object_get(o, "loadtest"));
	json_decref(o);
}

/* False: nothing more is there now. */
static bool
take_progress(struct job *j)
{
	char b[4096], *nl;
	ssize_t n = read(j->fd, b, sizeof(b));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0 || j->in.len > sizeof(b) * 16) {
		event_del(j->ev);
		return false;
	}
	buf_put(&j->in, b, (size_t)n);
	while ((nl = memchr(j->in.p, '\n', j->in.len)) != NULL) {
		progress_line(j, j->in.p, (size_t)(nl - j->in.p));
		buf_drain(&j->in, (size_t)(nl - j->in.p) + 1);
	}
	return true;
}

static void
on_progress(evutil_socket_t fd, short what, void *arg)
{
	struct job *j = arg;

	(void)fd;
	(void)what;
	assert(j->magic == JOB_MAGIC);
	take_progress(j);
}

static void
on_gone(void *arg)
{
	struct job *j = arg;

	assert(j->magic == JOB_MAGIC);
	j->cancelled = true;
	/* What a load test has measured is kept, whoever listens. */
	kill(j->pid, j->now.id != 0 ? JOB_END_SIGNAL : SIGTERM);
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

const char *
job_text(const json_t *o, const char *key)
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

void
job_add(struct job_launch *l, const char *word)
{
	if (l->n + 1 < JOB_ARGV)
		l->argv[l->n++] = word;
}

/* An option of the request that is not empty. */
void
job_option(struct job_launch *l, const char *flag, const char *value)
{
	if (*value == '\0')
		return;
	job_add(l, flag);
	job_add(l, value);
}

struct job *
job_start(struct daemon *d, struct ctl_req *req, const char *kind,
    struct job_launch *l, struct buf *err)
{
	char path[512], *info, **env;
	int i = 0, p[2], fds[5];
	struct job *j;

	while (i < BOARD_JOBS && d->jobs[i] != NULL &&
	       d->jobs[i]->b.state == JOB_RUNNING)
		i++;
	if (i == BOARD_JOBS) {
		buf_str(err, "too many jobs are running: wait for one");
		return NULL;
	}
	if (pipe2(p, O_CLOEXEC | O_NONBLOCK) < 0) {
		buf_fmt(err, "pipe: %s", strerror(errno));
		return NULL;
	}
	/* The job's end blocks; ours does not. */
	fcntl(p[1], F_SETFL, 0);
	memcpy(fds, l->fds, l->nfds * sizeof(*fds));
	fds[l->nfds] = p[1];
	l->argv[0] = path_of_job(path);
	j = xcalloc(1, sizeof(*j));
	j->magic = JOB_MAGIC;
	j->d = d;
	str_copy(j->kind, sizeof(j->kind), kind);
	env = environment(d, &info);
	j->pid = spawn_run(path, (char *const *)(uintptr_t)l->argv, env, fds,
	    l->nfds + 1, false);
	if (j->pid < 0)
		buf_fmt(err, "cannot start %s: %s", path, strerror(errno));
	explicit_bzero(info, strlen(info));
	free(info);
	free(env);
	close(p[1]);
	j->fd = p[0];
	if (j->pid < 0) {
		job_free(j);
		return NULL;
	}
	j->req = req;
	j->b.id = ++d->next_job;
	j->b.state = JOB_RUNNING;
	j->b.started_ms = now_read().wall_ms;
	str_copy(j->b.user, sizeof(j->b.user), ctl_who(req));
	j->ev = event_new(d->base, j->fd, EV_READ | EV_PERSIST, on_progress, j);
	event_add(j->ev, NULL);
	ctl_on_gone(req, on_gone, j);
	if (d->jobs[i] != NULL)
		job_free(d->jobs[i]);
	d->jobs[i] = j;
	return j;
}

int
jobs_running(const struct daemon *d, const char *kind, struct job **first)
{
	int n = 0;

	for (int i = 0; i < BOARD_JOBS; i++)
		if (d->jobs[i] != NULL && d->jobs[i]->b.state == JOB_RUNNING &&
		    strcmp(d->jobs[i]->kind, kind) == 0) {
			if (n++ == 0 && first != NULL)
				*first = d->jobs[i];
		}
	return n;
}

/* What is said of a job that ended without a word. */
static void
say_ended(const struct job *j, int status, char *why, size_t size)
{
	static const struct {
		const char *kind, *name, *left;
	} kinds[] = {
		{ "export", "export", "what was written is not whole" },
		{ "loadtest", "load test", "there is no result" },
		{ "results", "report", "it is not whole" },
		{ "prompt", "prompt", "what was done before stays" },
		{ "", "import", "nothing was loaded" },
	};
	size_t i = 0;

	while (kinds[i].kind[0] != '\0' && strcmp(kinds[i].kind, j->kind) != 0)
		i++;
	if (j->cancelled)
		str_format(why, size, "%s cancelled; %s", kinds[i].name,
		    kinds[i].left);
	else
		str_format(why, size, "%s ended by %s %d; %s", kinds[i].name,
		    WIFSIGNALED(status) ? "signal" : "exit",
		    WIFSIGNALED(status) ? WTERMSIG(status)
					: WEXITSTATUS(status),
		    kinds[i].left);
}

/* Are there new contacts, caller IDs or numbers that are not to be called? */
static bool
loads(const struct job *j)
{
	return strcmp(j->kind, "export") != 0 &&
	       strcmp(j->kind, "prompt") != 0 &&
	       strcmp(j->kind, "loadtest") != 0 &&
	       strcmp(j->kind, "results") != 0;
}

static void
job_ended(struct job *j, int status)
{
	struct daemon *d = j->d;
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	const char *text = job_text(j->final, "text");
	int code = good ? 0 : 1;
	char why[160];

	/* The last words may still be in the pipe, behind others. */
	for (int i = 0; i < 64 && take_progress(j); i++)
		;
	if (j->final != NULL)
		text = job_text(j->final, good ? "text" : "error");
	if (!good && text[0] == '\0') {
		say_ended(j, status, why, sizeof(why));
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
	if (good && !d->stopping && loads(j)) {
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
	if (!jobs_loadtest_now(d, &b->loadtest))
		memset(&b->loadtest, 0, sizeof(b->loadtest));
}

pid_t
jobs_pid(const struct daemon *d, uint32_t id)
{
	for (int i = 0; i < BOARD_JOBS; i++)
		if (d->jobs[i] != NULL && d->jobs[i]->b.id == id &&
		    d->jobs[i]->b.state == JOB_RUNNING)
			return d->jobs[i]->pid;
	return 0;
}

/* SIGTERM, and SIGKILL when that does not help. */
static int
end_now(pid_t pid)
{
	int status = 0;

	kill(pid, SIGTERM);
	for (int ms = 0; ms < STOP_MS; ms += 10) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		poll(NULL, 0, 10);
	}
	log_warn("job with pid %d does not end: killed", (int)pid);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return status;
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
			status = end_now(j->pid);
			j->cancelled = true;
			job_ended(j, status);
		}
		job_free(j);
		d->jobs[i] = NULL;
	}
}
