/* SPDX-License-Identifier: MIT */
/*
 * jobs: imports, exports, load tests and work on sounds: the words that each
 * is started with.  The asker's files ride in as descriptors.
 */
#include "daemon/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "daemon/jobs_run.h"
#include "shared/log.h"

/* At once: one that nobody reads holds its place, and lists must get in. */
#define EXPORTS_MOST 3

bool
jobs_import(struct daemon *d, struct ctl_req *req, struct buf *err)
{
	const json_t *q = ctl_json(req);
	int fds[4] = { ctl_take_fd(req, 0), -1, -1, ctl_take_fd(req, 1) };
	const char *file = job_text(q, "file");
	struct job_launch l = { .n = 1, .fds = fds, .nfds = 4 };
	struct job *j = NULL;

	if (fds[0] < 0) {
		buf_str(err, "no list came with the request");
	} else if (fds[3] < 0 &&
		   (fds[3] = open("/dev/null", O_WRONLY | O_CLOEXEC)) < 0) {
		buf_fmt(err, "/dev/null: %s", strerror(errno));
	} else {
		job_add(&l, "import");
		job_add(&l, job_text(q, "what"));
		job_option(&l, "--campaign", job_text(q, "campaign"));
		job_option(&l, "--list", job_text(q, "list"));
		job_option(&l, "--country", job_text(q, "country"));
		job_option(&l, "--encoding", job_text(q, "encoding"));
		job_option(&l, "--delimiter", job_text(q, "delimiter"));
		job_option(&l, "--name", *file != '\0' ? file : "list");
		job_option(&l, "--rejects-fd", "3");
		job_option(&l, "--progress-fd", "4");
		j = job_start(d, req, job_text(q, "what"), &l, err);
	}
	if (j != NULL) {
		j->b.total = (uint64_t)MAXIMUM(
		    json_integer_value(json_object_get(q, "size")), 0);
		str_format(j->b.what, sizeof(j->b.what), "import %s %s",
		    job_text(q, "what"), file);
		str_copy(j->b.campaign, sizeof(j->b.campaign),
		    job_text(q, "campaign"));
		log_info("job %u: %s for %s", j->b.id, j->b.what, j->b.user);
	}
	for (size_t i = 0; i < nitems(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return j != NULL;
}

bool
jobs_export(struct daemon *d, struct ctl_req *req, const struct jobs_export *x,
    struct buf *err)
{
	int fds[3] = { -1, ctl_take_fd(req, 0), -1 };
	struct job_launch l = { .n = 1, .fds = fds, .nfds = 3 };
	struct job *j = NULL;

	if (fds[1] < 0) {
		buf_str(err, "no file to write to came with the request");
	} else if (jobs_running(d, "export", NULL) >= EXPORTS_MOST) {
		buf_fmt(err,
		    "%d exports run already: wait until one ends, or give "
		    "one up where it was begun (Ctrl-C)",
		    EXPORTS_MOST);
	} else {
		job_add(&l, "export");
		job_add(&l, x->what);
		job_option(&l, "--from", x->from);
		job_option(&l, "--to", x->to);
		job_option(&l, "--format", x->format);
		for (size_t i = 0; i < x->ncampaigns; i++)
			job_option(&l, "--campaign", x->campaigns[i]);
		job_option(&l, "--progress-fd", "3");
		j = job_start(d, req, "export", &l, err);
	}
	if (fds[1] >= 0)
		close(fds[1]);
	if (j == NULL)
		return false;
	str_format(j->b.what, sizeof(j->b.what), "export %s", x->what);
	if (x->ncampaigns == 1)
		str_copy(j->b.campaign, sizeof(j->b.campaign), x->campaigns[0]);
	log_info("job %u: %s for %s", j->b.id, j->b.what, j->b.user);
	return true;
}

static struct job *
loadtest_running(const struct daemon *d)
{
	struct job *j = NULL;

	jobs_running(d, "loadtest", &j);
	return j;
}

bool
jobs_loadtest(struct daemon *d, struct ctl_req *req,
    const struct jobs_loadtest *x, struct buf *err)
{
	int fds[3] = { -1, x->wait ? ctl_take_fd(req, 0) : -1, -1 };
	struct job_launch l = { .n = 1, .fds = fds, .nfds = 3 };
	struct job *j = NULL;

	if (x->test && loadtest_running(d) != NULL) {
		buf_str(err, "a load test runs already: loadtest stop ends it");
	} else if (fds[1] < 0 &&
		   (fds[1] = open("/dev/null", O_WRONLY | O_CLOEXEC)) < 0) {
		buf_fmt(err, "/dev/null: %s", strerror(errno));
	} else {
		job_add(&l, "loadtest");
		for (size_t i = 0; x->words[i] != NULL; i++)
			job_add(&l, x->words[i]);
		job_option(&l, "-c", d->conf.file);
		job_option(&l, "--run-dir", d->conf.run_dir);
		job_option(&l, "--progress-fd", "3");
		j = job_start(
		    d, req, x->test ? "loadtest" : "results", &l, err);
	}
	if (fds[1] >= 0)
		close(fds[1]);
	if (j == NULL)
		return false;
	str_copy(j->b.what, sizeof(j->b.what), x->what);
	j->now.setup_p50 = j->now.setup_p95 = j->now.setup_p99 = -1;
	log_info("job %u: %s for %s", j->b.id, j->b.what, j->b.user);
	if (!x->wait) {
		ctl_on_gone(req, NULL, NULL);
		j->req = NULL;
	}
	return true;
}

bool
jobs_loadtest_stop(struct daemon *d)
{
	struct job *j = loadtest_running(d);

	if (j == NULL)
		return false;
	kill(j->pid, JOB_END_SIGNAL);
	return true;
}

bool
jobs_loadtest_now(const struct daemon *d, struct board_loadtest *out)
{
	const struct job *j = loadtest_running(d);

	if (j == NULL)
		return false;
	*out = j->now;
	return true;
}

bool
jobs_prompt(struct daemon *d, struct ctl_req *req, const struct jobs_prompt *x,
    struct buf *err)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int fds[3] = { x->in >= 0 ? x->in : null, x->out >= 0 ? x->out : null,
		-1 };
	struct job_launch l = { .n = 1, .fds = fds, .nfds = 3 };
	struct job *j = NULL;

	if (null < 0) {
		buf_fmt(err, "/dev/null: %s", strerror(errno));
		return false;
	}
	job_add(&l, "prompt");
	for (size_t i = 0; x->words[i] != NULL; i++)
		job_add(&l, x->words[i]);
	job_option(&l, "--progress-fd", "3");
	j = job_start(d, req, "prompt", &l, err);
	close(null);
	if (j == NULL)
		return false;
	str_copy(j->b.what, sizeof(j->b.what), x->what);
	log_info("job %u: %s for %s", j->b.id, j->b.what, j->b.user);
	return true;
}
