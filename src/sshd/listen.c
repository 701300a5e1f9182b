/* SPDX-License-Identifier: MIT */
/*
 * listen: never reads a byte of a connection.  Its children are found by pid;
 * one pipe, shared by all of them, tells who has logged in.
 */
#include "sshd/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/log.h"
#include "shared/util.h"
#include "sshd/conn.h"
#include "sshd/guard.h"
#include "sshd/reader.h"
#include "sshd/session.h"
#include "sshd/users.h"

#define BACKLOG   512
#define ACCEPTS   32 /* a turn */
#define NOTES_S   10 /* refused connections are logged so often at most */
#define CHILD_FDS 64

struct child {
	pid_t pid;
	bool in; /* has logged in */
	char addr[64];
	char user[32];
};

struct server {
	int fd, reader, pipe[2];
	ssh_bind bind;
	const char *run_dir;
	struct users *users;
	struct guard *guard;
	struct child *v;
	size_t n, cap;
	unsigned refused; /* since the last note */
	int64_t note_ns;
};

/* What a child says; shorter than PIPE_BUF, so it arrives whole. */
struct note {
	pid_t pid;
	char user[32];
};

static volatile sig_atomic_t end, again, child_ended;

static void
on_signal(int sig)
{
	if (sig == SIGHUP)
		again = 1;
	else if (sig == SIGCHLD)
		child_ended = 1;
	else
		end = 1;
}

int
listen_open(const char *addr, int port, struct buf *err)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM },
			*ai = NULL;
	char service[12];
	int fd = -1, on = 1;

	str_format(service, sizeof(service), "%d", port);
	if (getaddrinfo(addr, service, &hints, &ai) == 0) {
		fd = socket(ai->ai_family,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (fd >= 0)
			setsockopt(
			    fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		if (fd < 0 || bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 ||
		    listen(fd, BACKLOG) < 0) {
			buf_fmt(err, "cannot listen on %s port %d: %s", addr,
			    port, strerror(errno));
			if (fd >= 0)
				close(fd);
			fd = -1;
		}
		freeaddrinfo(ai);
	} else {
		buf_fmt(err, "ssh.listen = \"%s\" is no IP address", addr);
	}
	return fd;
}

/* Text of the address; IPv4 in IPv6 as IPv4. */
static void
addr_text(const struct sockaddr_storage *ss, char out[64])
{
	const struct sockaddr_in6 *six = (const void *)ss;
	const struct sockaddr_in *four = (const void *)ss;

	out[0] = '\0';
	if (ss->ss_family == AF_INET)
		inet_ntop(AF_INET, &four->sin_addr, out, 64);
	else if (ss->ss_family == AF_INET6 &&
		 IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
		inet_ntop(AF_INET, six->sin6_addr.s6_addr + 12, out, 64);
	else if (ss->ss_family == AF_INET6)
		inet_ntop(AF_INET6, &six->sin6_addr, out, 64);
}

/* Who is counted together: an IPv6 site has 2^64 addresses. */
static void
addr_guarded(const char *addr, char out[64])
{
	struct in6_addr a;

	str_copy(out, 64, addr);
	if (inet_pton(AF_INET6, addr, &a) == 1) {
		memset(a.s6_addr + 8, 0, 8);
		inet_ntop(AF_INET6, &a, out, 64);
	}
}

static void
tell_parent(void *arg, const char *user)
{
	const struct server *s = arg;
	struct note n = { .pid = getpid() };

	str_copy(n.user, sizeof(n.user), user);
	if (write(s->pipe[1], &n, sizeof(n)) != sizeof(n))
		log_warn("the server was not told that %s logged in", user);
	close(s->pipe[1]);
}

static void __attribute__((noreturn))
serve(struct server *s, int fd, const char *addr)
{
	struct rlimit fds = { CHILD_FDS, CHILD_FDS };
	struct sigaction sa = { .sa_handler = session_stop };
	sigset_t none;

	close(s->fd);
	close(s->reader);
	close(s->pipe[0]);
	sigemptyset(&sa.sa_mask);
	sigaction(SIGTERM, &sa, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setrlimit(RLIMIT_NOFILE, &fds);
	_exit((int)conn_serve(&(struct conn_opts){ .bind = s->bind,
	    .fd = fd,
	    .from = addr,
	    .run_dir = s->run_dir,
	    .users = s->users,
	    .logged_in = tell_parent,
	    .arg = s }));
}

static void
refused(struct server *s, const char *addr, const char *why, int64_t mono_ns)
{
	s->refused++;
	if (mono_ns < s->note_ns)
		return;
	log_warn("%s is refused: %s (%u since the last time this was said)",
	    addr, why, s->refused);
	s->refused = 0;
	s->note_ns = mono_ns + NOTES_S * NS_PER_S;
}

static void
take(struct server *s, int fd, const struct sockaddr_storage *ss)
{
	int64_t mono_ns = now_read().mono_ns;
	const char *why = "too many connections";
	char addr[64], key[64];
	struct child *c;
	pid_t pid;

	addr_text(ss, addr);
	addr_guarded(addr, key);
	if (s->n >= LISTEN_SESSIONS ||
	    !guard_open(s->guard, key, mono_ns, &why)) {
		refused(s, addr, why, mono_ns);
		return;
	}
	pid = fork();
	if (pid == 0)
		serve(s, fd, addr);
	if (pid < 0) {
		log_error("%s: cannot fork: %s", addr, strerror(errno));
		guard_close(s->guard, key, false, mono_ns);
		return;
	}
	if (s->n == s->cap) {
		s->cap = s->cap * 2 + 64;
		s->v = xreallocarray(s->v, s->cap, sizeof(*s->v));
	}
	c = &s->v[s->n++];
	memset(c, 0, sizeof(*c));
	c->pid = pid;
	str_copy(c->addr, sizeof(c->addr), key);
}

static void
take_all(struct server *s)
{
	struct sockaddr_storage ss;

	for (int i = 0; i < ACCEPTS; i++) {
		socklen_t len = sizeof(ss);
		int fd =
		    accept4(s->fd, (struct sockaddr *)&ss, &len, SOCK_CLOEXEC);

		if (fd < 0)
			return;
		take(s, fd, &ss);
		close(fd);
	}
}

static struct child *
find(struct server *s, pid_t pid)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].pid == pid)
			return &s->v[i];
	return NULL;
}

static void
take_notes(struct server *s)
{
	struct note n;
	struct child *c;

	while (read(s->pipe[0], &n, sizeof(n)) == sizeof(n)) {
		c = find(s, n.pid);
		if (c == NULL || c->in)
			continue;
		c->in = true;
		n.user[sizeof(n.user) - 1] = '\0';
		str_copy(c->user, sizeof(c->user), n.user);
		guard_close(s->guard, c->addr, false, now_read().mono_ns);
		guard_in(s->guard, c->addr);
	}
}

/* Did somebody try to get in (or to break us)? */
static bool
has_failed(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status) == CONN_FAILED;
	return WTERMSIG(status) != SIGTERM && WTERMSIG(status) != SIGALRM;
}

static void
reap(struct server *s)
{
	int64_t mono_ns = now_read().mono_ns;
	int status, for_s;
	struct child *c;
	pid_t pid;

	take_notes(s); /* what it said before it ended */
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		c = find(s, pid);
		if (c == NULL) {
			log_error("the process that reads the configuration "
				  "is gone: users stay as they are");
			continue;
		}
		if (!c->in)
			guard_close(
			    s->guard, c->addr, has_failed(status), mono_ns);
		if (guard_banned(s->guard, c->addr, &for_s))
			log_warn("%s failed too often: not heard for %d s",
			    c->addr, for_s);
		if (WIFSIGNALED(status) && has_failed(status))
			log_error("connection of %s%s%s ended by signal %d",
			    c->addr, c->in ? ", " : "", c->user,
			    WTERMSIG(status));
		*c = s->v[--s->n];
	}
}

/* Sessions of those who are no users any more, or other ones, end. */
static void
read_again(struct server *s)
{
	struct buf err = BUF_INIT;
	json_t *o = reader_ask(s->reader, &err);
	struct users *was = s->users;

	if (o == NULL) {
		log_error("users NOT read again: %s", buf_cstr(&err));
	} else {
		s->users = users_new(json_object_get(o, "users"));
		for (size_t i = 0; i < s->n; i++) {
			const struct user *now, *old;

			if (!s->v[i].in)
				continue;
			now = users_find(s->users, s->v[i].user);
			old = users_find(was, s->v[i].user);
			if (now != NULL && old != NULL &&
			    now->role == old->role)
				continue;
			log_info("%s is no user any more, or has another role: "
				 "the session ends",
			    s->v[i].user);
			kill(s->v[i].pid, SIGTERM);
		}
		users_free(was);
		log_info("users read again: %zu", users_count(s->users));
	}
	json_decref(o);
	buf_clear(&err);
}

static void
catch_signals(sigset_t *waiting)
{
	static const int sigs[] = { SIGHUP, SIGINT, SIGTERM, SIGCHLD };
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t held;

	sigemptyset(&sa.sa_mask);
	sigemptyset(&held);
	for (size_t i = 0; i < nitems(sigs); i++) {
		sigaction(sigs[i], &sa, NULL);
		sigaddset(&held, sigs[i]);
	}
	/* they come in while it waits, and at no other time */
	sigprocmask(SIG_BLOCK, &held, waiting);
	for (size_t i = 0; i < nitems(sigs); i++)
		sigdelset(waiting, sigs[i]);
}

void
listen_run(const struct listen_opts *o)
{
	struct server s = { .fd = o->fd,
		.reader = o->reader,
		.bind = o->bind,
		.run_dir = o->run_dir };
	sigset_t waiting;

	if (pipe2(s.pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
		log_error("pipe: %s", strerror(errno));
		return;
	}
	s.users = users_new(o->users);
	s.guard = guard_new();
	if (users_count(s.users) == 0)
		log_warn("nobody can log in: ssh.users is empty");
	catch_signals(&waiting);
	while (!end) {
		struct pollfd p[2] = { { s.fd, POLLIN, 0 },
			{ s.pipe[0], POLLIN, 0 } };

		if (ppoll(p, 2, NULL, &waiting) < 0 && errno != EINTR)
			break;
		if (p[1].revents != 0)
			take_notes(&s);
		if (child_ended) {
			child_ended = 0;
			reap(&s);
		}
		if (again) {
			again = 0;
			read_again(&s);
		}
		if (!end && p[0].revents != 0)
			take_all(&s);
	}
	log_info("stopping: %zu connections are ended", s.n);
	for (size_t i = 0; i < s.n; i++)
		kill(s.v[i].pid, SIGTERM);
	close(s.fd);
	users_free(s.users);
	guard_free(s.guard);
	free(s.v);
}
