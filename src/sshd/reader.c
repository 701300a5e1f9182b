/* SPDX-License-Identifier: MIT */
/* reader: one byte asks; a length and that many bytes of JSON answer. */
#include "sshd/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/conf.h"
#include "shared/util.h"

#define ANSWER_MAX (4u << 20)
#define ANSWER_MS  10000

static void
put_all(int fd, const void *from, size_t n)
{
	const char *p = from;

	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return;
		p += k;
		n -= (size_t)k;
	}
}

/* What counts for all stands with each, as users_new() wants it. */
static json_t *
users_of(const struct conf *c)
{
	json_t *rows =
	    c->ssh_users != NULL ? json_deep_copy(c->ssh_users) : json_array();
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row)
		json_object_set_new(row, "fps", json_integer(c->ssh_fps));
	return rows;
}

/* The only process that sees the file. */
static void
read_once(int fd, const char *file, const char *run_dir)
{
	struct conf *c = xcalloc(1, sizeof(*c));
	struct buf err = BUF_INIT;
	uint32_t len;
	json_t *o;
	char *text;

	if (conf_read(file, run_dir, c, &err))
		o = json_pack("{s:s, s:s, s:s, s:b, s:s, s:i, s:s, s:o}",
		    "state_dir", c->state_dir, "run_dir", c->run_dir,
		    "log_level", c->log_level, "enabled", c->ssh_enabled,
		    "listen", c->ssh_listen, "port", c->ssh_port, "run_as",
		    c->ssh_run_as, "users", users_of(c));
	else
		o = json_pack("{s:s}", "error", buf_cstr(&err));
	text = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
	if (text == NULL)
		text = xstrdup("{}");
	len = (uint32_t)strlen(text);
	put_all(fd, &len, sizeof(len));
	put_all(fd, text, len);
	conf_clear(c);
}

static void __attribute__((noreturn))
serve(int fd, const char *file, const char *run_dir)
{
	char b;

	prctl(PR_SET_NAME, "sshd-reader", 0, 0, 0);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	for (;;) {
		ssize_t n = read(fd, &b, 1);
		pid_t pid;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(0); /* the server is gone */
		pid = fork();
		if (pid == 0) {
			read_once(fd, file, run_dir);
			_exit(0);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

int
reader_start(const char *file, const char *run_dir)
{
	int sv[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) < 0)
		return -1;
	pid = fork();
	if (pid < 0) {
		close(sv[0]);
		close(sv[1]);
		return -1;
	}
	if (pid == 0) {
		close(sv[0]);
		serve(sv[1], file, run_dir);
	}
	close(sv[1]);
	return sv[0];
}

static bool
get_all(int fd, void *to, size_t n)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char *at = to;

	while (n > 0) {
		ssize_t k;

		if (poll(&p, 1, ANSWER_MS) == 0)
			return false;
		k = recv(fd, at, n, MSG_DONTWAIT);
		if (k < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (k <= 0)
			return false;
		at += k;
		n -= (size_t)k;
	}
	return true;
}

json_t *
reader_ask(int fd, struct buf *err)
{
	const char *why;
	char *text = NULL;
	uint32_t len;
	json_t *o = NULL;

	put_all(fd, "?", 1);
	if (get_all(fd, &len, sizeof(len)) && len <= ANSWER_MAX) {
		text = xmalloc((size_t)len + 1);
		if (get_all(fd, text, len))
			o = json_loadb(text, len, 0, NULL);
		free(text);
	}
	why = json_string_value(json_object_get(o, "error"));
	if (why != NULL)
		buf_str(err, why);
	else if (!json_is_array(json_object_get(o, "users")))
		buf_str(err, "the process that reads the configuration does "
			     "not answer: start the server again");
	else
		return o;
	json_decref(o);
	return NULL;
}
