/* SPDX-License-Identifier: MIT */
/* exec: fork, pipes, shuttle.  The engine checks every role again. */
#include "sshd/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/log.h"
#include "shared/util.h"
#include "sshd/announce.h"
#include "sshd/conn.h"
#include "sshd/sandbox.h"
#include "sshd/session.h"
#include "ui/cmd.h"

#define PIECE 4096
#define HELD_MAX                                                               \
	(4u << 20) /* of what the client sends; libssh grants 1.28 MB */
#define LAG_MAX 65536 /* on the way: the verb has to wait */
#define TERM_NS (3 * NS_PER_S) /* to end by itself */

struct run {
	struct conn *c;
	pid_t pid;
	int in, out, err; /* our ends; -1: closed */
	struct buf held; /* from the client, for `in` */
	size_t from; /* of it, what has gone to the verb */
	struct announce announce;
	char what[48]; /* the verb, for the engine */
	int64_t kill_ns; /* not 0: it was told to end, then it is made to */
};

int
exec_split(char *line, char **argv)
{
	char *to = line, quote = '\0';
	int n = 0;
	bool in_word = false;

	for (char *p = line; *p != '\0'; p++) {
		if (quote == '\0' && strchr(" \t\n", *p) != NULL) {
			if (in_word)
				*to++ = '\0';
			in_word = false;
			continue;
		}
		if (!in_word) {
			if (n + 1 >= EXEC_ARGS)
				return -1;
			argv[n++] = to;
			in_word = true;
		}
		if (quote == '\0' && (*p == '\'' || *p == '"'))
			quote = *p;
		else if (quote != '\0' && *p == quote)
			quote = '\0';
		else if (*p == '\\' && quote != '\'' && p[1] != '\0')
			*to++ = *++p;
		else
			*to++ = *p;
	}
	*to = '\0';
	argv[n] = NULL;
	return quote == '\0' ? n : -1;
}

bool
exec_allowed(
    char **argv, int argc, enum command_role role, int *code, char text[256])
{
	const struct command *c;
	const char *word = argc > 1 ? argv[1] : "";
	bool help = argc > 1 &&
		    (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0);

	*code = CLI_USAGE;
	if (argc < 1) {
		str_copy(text, 256, "expected a verb; help lists them");
		return false;
	}
	c = command_find(argv[0]);
	if (c == NULL ||
	    (c->where != COMMAND_ENGINE && strcmp(c->name, "help") != 0)) {
		str_format(text, 256,
		    "%.40s: nothing of that name is served over SSH; help "
		    "lists the verbs",
		    argv[0]);
		return false;
	}
	if (help || c->where != COMMAND_ENGINE || role >= COMMAND_ADMIN)
		return true;
	*code = CLI_REFUSED;
	if (role < c->role || (command_least(c->name, word) > COMMAND_NOBODY &&
				  !command_allowed(c->name, word, role))) {
		str_format(text, 256, "%.40s: not permitted to a %s", argv[0],
		    command_role_word(role));
		return false;
	}
	return true;
}

/* The verb's process: nothing of the connection is left in it. */
static void __attribute__((noreturn))
child(const struct conn *c, int argc, char **argv, const int p[3][2])
{
	struct cli cli = { .remote = true, .pty = c->pty };
	int code;

	dup2(p[0][0], STDIN_FILENO);
	dup2(p[1][1], STDOUT_FILENO);
	dup2(p[2][1], STDERR_FILENO);
	close_range(3, ~0u, 0);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	setlocale(LC_CTYPE, "C.UTF-8");
	str_copy(cli.run_dir, sizeof(cli.run_dir), c->run_dir);
	if (!sandbox_console())
		_exit(CLI_REFUSED);
	/* --help of a verb is help's */
	if (argc > 1 &&
	    (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)) {
		argv[1] = argv[0];
		argv[0] = (char *)(uintptr_t) "help";
		argv[argc = 2] = NULL;
	}
	code = cli_run(&cli, argc, argv);
	fflush(stdout);
	fflush(stderr);
	_exit(code);
}

static bool
start(struct run *r, int argc, char **argv)
{
	int p[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };

	for (int i = 0; i < 3; i++)
		if (pipe2(p[i], O_CLOEXEC) < 0)
			goto no;
	r->pid = fork();
	if (r->pid < 0)
		goto no;
	if (r->pid == 0)
		child(r->c, argc, argv, (const int(*)[2])p);
	setpgid(r->pid, r->pid); /* here, too: a signal may come before it */
	close(p[0][0]);
	close(p[1][1]);
	close(p[2][1]);
	r->in = p[0][1];
	r->out = p[1][0];
	r->err = p[2][0];
	fcntl(r->in, F_SETFL, O_NONBLOCK);
	fcntl(r->out, F_SETFL, O_NONBLOCK);
	fcntl(r->err, F_SETFL, O_NONBLOCK);
	return true;
no:
	log_error("cannot start a verb: %s", strerror(errno));
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 2; k++)
			if (p[i][k] >= 0)
				close(p[i][k]);
	return false;
}

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A terminal wants its carriage returns. */
static void
send_text(struct conn *c, const char *p, size_t n, bool to_stderr)
{
	if (!c->pty) {
		conn_write(c, p, n, to_stderr);
		return;
	}
	while (n > 0) {
		const char *nl = memchr(p, '\n', n);
		size_t k = nl != NULL ? (size_t)(nl - p) : n;

		conn_write(c, p, k, false);
		if (nl != NULL)
			conn_write(c, "\r\n", 2, false);
		k += nl != NULL;
		p += k;
		n -= k;
	}
}

/* What the verb said, to the client. */
static void
take_output(struct run *r, int *fd, bool to_stderr)
{
	char piece[PIECE];
	/* with a carriage return for each line's end it still fits */
	size_t room = conn_room(r->c) / 2;
	ssize_t n;

	if (*fd < 0 || room == 0)
		return;
	n = read(*fd, piece, MINIMUM(room, sizeof(piece)));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		shut(fd);
	else
		send_text(r->c, piece, (size_t)n, to_stderr);
}

/*
 * All that the client has sent.  libssh opens its window anew at every read,
 * whatever it still holds: taken in pieces as the verb goes on, a whole list
 * would gather in it.  False: no more will come.
 */
static bool
hold(struct run *r)
{
	char piece[PIECE];
	int n = 0;

	buf_reset(&r->held);
	r->from = 0;
	while (r->held.len < HELD_MAX &&
	       (n = conn_read(r->c, piece, sizeof(piece))) > 0) {
		buf_put(&r->held, piece, (size_t)n);
		if (r->c->pty && memchr(piece, 3, (size_t)n) != NULL)
			r->c->sig = SIGINT;
	}
	return n >= 0 || r->held.len > 0;
}

/* What the client sent, to the verb.  True: there may be more at once. */
static bool
take_input(struct run *r)
{
	ssize_t k;

	if (r->in < 0)
		return false;
	if (r->from == r->held.len && !hold(r)) {
		shut(&r->in);
		return false;
	}
	if (r->from == r->held.len)
		return false;
	k = write(r->in, r->held.p + r->from, r->held.len - r->from);
	if (k < 0 && errno != EAGAIN && errno != EINTR) {
		shut(&r->in);
		r->from = r->held.len;
	}
	if (k > 0)
		r->from += (size_t)k;
	return k > 0 && r->from == r->held.len;
}

/* Tell the engine that it runs; it, or the server, may end it. */
static void
obey(struct run *r)
{
	int64_t mono_ns = now_read().mono_ns;
	const char *said = NULL;
	char line[300];

	if (r->kill_ns == 0)
		said = announce_turn(
		    &r->announce, r->c->run_dir, r->what, mono_ns);
	if (said == NULL && session_stopped() && r->kill_ns == 0)
		said = "the SSH server ends this session";
	if (said != NULL) {
		str_format(line, sizeof(line), "discador: %s\n", said);
		send_text(r->c, line, strlen(line), true);
		log_info("%s from %s: %s: %s", r->c->user->name, r->c->from,
		    r->what, said);
		kill(-r->pid, SIGTERM);
		r->kill_ns = mono_ns + TERM_NS;
	} else if (r->kill_ns != 0 && mono_ns > r->kill_ns)
		kill(-r->pid, SIGKILL);
}

/* Until the verb has ended and all it said was sent; its status. */
static int
shuttle(struct run *r)
{
	int status = 0;
	bool more = false;

	announce_init(&r->announce);
	obey(r);
	while (r->out >= 0 || r->err >= 0) {
		bool slow = conn_lag(r->c) > LAG_MAX || conn_room(r->c) < 2;
		struct pollfd p[5] = {
			{ .fd = r->c->fd, .events = conn_events(r->c) },
			{ .fd = slow ? -1 : r->out, .events = POLLIN },
			{ .fd = slow ? -1 : r->err, .events = POLLIN },
			{ .fd = r->from < r->held.len ? r->in : -1,
			    .events = POLLOUT },
			{ .fd = r->announce.fd, .events = POLLIN },
		};

		if (poll(p, nitems(p),
			more   ? 0
			: slow ? 50
			       : 1000) < 0 &&
		    errno != EINTR)
			break;
		if (!conn_pump(r->c))
			break;
		if (r->c->sig != 0)
			kill(-r->pid, r->c->sig);
		r->c->sig = 0;
		obey(r);
		more = false;
		for (int i = 0; i < 64 && (i == 0 || more); i++)
			more = take_input(r);
		if (p[1].revents != 0)
			take_output(r, &r->out, false);
		if (p[2].revents != 0)
			take_output(r, &r->err, true);
	}
	shut(&r->in);
	announce_end(&r->announce);
	if (r->out >= 0 || r->err >= 0)
		kill(-r->pid, SIGTERM); /* nobody listens any more */
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r->kill_ns != 0)
		return 128 + SIGTERM; /* whatever it made of it */
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void
exec_run(struct conn *c)
{
	struct run *r = xcalloc(1, sizeof(*r));
	char *argv[EXEC_ARGS + 1], text[256], line[300];
	int argc = exec_split(c->command, argv), code = CLI_USAGE;

	r->c = c;
	r->in = r->out = r->err = -1;
	if (argc < 0)
		str_copy(
		    text, sizeof(text), "an open quote, or too many words");
	if (argc < 0 || !exec_allowed(argv, argc, c->user->role, &code, text)) {
		str_format(line, sizeof(line), "discador: %s\n", text);
		send_text(c, line, strlen(line), true);
		log_info("%s from %s: refused: %s", c->user->name, c->from,
		    argc > 0 && command_find(argv[0]) != NULL ? argv[0]
							      : "no verb");
	} else if (start(r, argc, argv)) {
		/* no more of it: what follows may be anything */
		str_format(r->what, sizeof(r->what), "%s%s%s", argv[0],
		    argc > 1 && argv[1][0] != '-' ? " " : "",
		    argc > 1 && argv[1][0] != '-' ? argv[1] : "");
		log_info("%s from %s: %s", c->user->name, c->from, argv[0]);
		code = shuttle(r);
	} else {
		code = CLI_REFUSED;
	}
	conn_end(c, code);
	buf_clear(&r->held);
	free(r);
}
