/* SPDX-License-Identifier: MIT */
/*
 * listen: never reads a byte of a connection.  Its children tell who has
 * logged in and who tried to.
 */
#include "sshd/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/log.h"
#include "shared/util.h"
#include "sshd/children.h"
#include "sshd/conn.h"
#include "sshd/door.h"
#include "sshd/parent.h"
#include "sshd/reader.h"
#include "sshd/sandbox.h"
#include "sshd/session.h"
#include "sshd/tried.h"
#include "sshd/users.h"

#define BACKLOG       512
#define ACCEPTS       32 /* a turn */
#define EVENTS        64
#define FDS           (LISTEN_SESSIONS + 128)
#define STRANGER_NICE 5

struct server {
	int fd, reader;
	ssh_bind bind;
	const char *run_dir;
	struct users *users;
	struct door *door;
	struct children *children;
	struct tried *tried;
};

static volatile sig_atomic_t end, end_all, again, child_ended;

static void
on_signal(int sig)
{
	if (sig == SIGHUP)
		again = 1;
	else if (sig == SIGCHLD)
		child_ended = 1;
	else
		end = 1;
	if (sig == SIGINT || sig == SIGQUIT)
		end_all = 1;
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

/* The lowest number that is free: poll(2) and limits count from there. */
static int
lower(int fd)
{
	int low = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (low < 0)
		return fd;
	close(fd);
	return low;
}

/* Everything but these two, the ends of other connections first of all. */
static void
close_others(int a, int b)
{
	unsigned low = (unsigned)MINIMUM(a, b), high = (unsigned)MAXIMUM(a, b);

	if (low > 3)
		close_range(3, low - 1, 0);
	if (high > low + 1)
		close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0u, 0);
}

/*
 * A stranger does not take the processor from one who works: conn.c takes it
 * back when somebody has logged in.  Without the right to do that (RLIMIT_NICE,
 * which root has and LimitNICE gives) it stays as nice as it is.
 */
static void
yield(bool known)
{
	struct rlimit r;

	sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 });
	if (!known && getrlimit(RLIMIT_NICE, &r) == 0 && r.rlim_cur >= 20 &&
	    getpriority(PRIO_PROCESS, 0) == 0)
		setpriority(PRIO_PROCESS, 0, STRANGER_NICE);
}

static void __attribute__((noreturn))
serve(struct server *s, int fd, int parent, const char *addr, const char *key)
{
	struct sigaction sa = { .sa_handler = session_stop };
	sigset_t none;

	yield(door_knows(s->door, key));
	if (!sandbox_stranger())
		_exit(CONN_NOTHING);
	close_others(fd, parent);
	fd = lower(fd);
	parent_set(lower(parent));
	sigemptyset(&sa.sa_mask);
	sigaction(SIGTERM, &sa, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	_exit((int)conn_serve(&(struct conn_opts){ .bind = s->bind,
	    .fd = fd,
	    .from = addr,
	    .run_dir = s->run_dir,
	    .users = s->users }));
}

static void
take(struct server *s, int fd, const struct sockaddr_storage *ss)
{
	int64_t mono_ns = now_read().mono_ns;
	char addr[64], key[64];
	struct child *c;
	int sv[2];
	pid_t pid;

	addr_text(ss, addr);
	addr_guarded(addr, key);
	if (!door_open(s->door, addr, key, mono_ns))
		return;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) < 0) {
		log_error("%s: socketpair: %s", addr, strerror(errno));
		door_cancel(s->door, key, mono_ns);
		return;
	}
	pid = fork();
	if (pid == 0)
		serve(s, fd, sv[1], addr, key);
	close(sv[1]);
	if (pid < 0) {
		log_error("%s: cannot fork: %s", addr, strerror(errno));
		door_cancel(s->door, key, mono_ns);
		close(sv[0]);
		return;
	}
	c = children_add(s->children, pid, sv[0], addr, mono_ns);
	door_child(s->door, c, key);
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

/* ---- what children say, and how they end -------------------------------- */

static void
on_in(void *arg, struct child *c, const char *user)
{
	door_in(((struct server *)arg)->door, c, user);
}

static void
on_tried(void *arg, struct child *c, const char *user, const char *how)
{
	door_tried(((struct server *)arg)->door, c, user, how);
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
	struct child *c;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (tried_ended(s->tried, pid, status))
			continue;
		c = children_find(s->children, pid);
		if (c == NULL) {
			log_error("the process that reads the configuration "
				  "is gone: users stay as they are");
			continue;
		}
		/* what it said before it ended */
		children_hear(s->children, c, mono_ns);
		door_gone(s->door, c, has_failed(status), mono_ns);
		if (WIFSIGNALED(status) && has_failed(status) && !c->put_out)
			log_error("connection of %s%s%s ended by signal %d",
			    c->addr, c->in ? ", " : "", c->in ? c->user : "",
			    WTERMSIG(status));
		children_remove(s->children, c);
	}
}

static bool
same_rights(const struct user *a, const struct user *b)
{
	if (a == NULL || b == NULL || a->role != b->role ||
	    a->ncampaigns != b->ncampaigns)
		return false;
	for (size_t i = 0; i < a->ncampaigns; i++)
		if (strcmp(a->campaigns[i], b->campaigns[i]) != 0)
			return false;
	return true;
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
		for (size_t i = 0; i < children_count(s->children); i++) {
			struct child *c = children_nth(s->children, i);
			const struct user *now, *old;

			if (!c->in)
				continue;
			now = users_find(s->users, c->user);
			old = users_find(was, c->user);
			if (same_rights(now, old))
				continue;
			log_info("%s is no user any more, or has another role "
				 "or other campaigns: the session ends",
			    c->user);
			kill(c->pid, SIGTERM);
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
	static const int sigs[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD };
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

/* A socket for each child, and accept4() needs one, too. */
static void
raise_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0)
		return;
	if (r.rlim_max < FDS)
		log_warn("at most %ld descriptors are permitted, %d are needed "
			 "for %d connections: raise LimitNOFILE",
		    (long)r.rlim_max, FDS, LISTEN_SESSIONS);
	r.rlim_cur = MINIMUM(r.rlim_max, (rlim_t)FDS);
	setrlimit(RLIMIT_NOFILE, &r);
}

static bool
open_server(struct server *s, const struct listen_opts *o)
{
	struct children_ops ops = { .in = on_in, .tried = on_tried, .arg = s };
	struct epoll_event e = { .events = EPOLLIN };

	s->children = children_new(&ops);
	if (s->children == NULL || epoll_ctl(children_epoll(s->children),
				       EPOLL_CTL_ADD, s->fd, &e) < 0) {
		log_error("epoll: %s", strerror(errno));
		return false;
	}
	raise_limit();
	s->users = users_new(o->users);
	s->tried = tried_new(o->run_dir);
	s->door = door_new(s->children, s->tried);
	if (users_count(s->users) == 0)
		log_warn("nobody can log in: ssh.users is empty");
	return true;
}

/*
 * Who has logged in goes on without a server, as it does when one is killed;
 * strangers have nothing to lose.
 */
static void
close_server(struct server *s)
{
	size_t in = 0;

	for (size_t i = 0; i < children_count(s->children); i++) {
		struct child *c = children_nth(s->children, i);

		in += c->in;
		if (!c->in)
			children_put_out(c);
		else if (end_all)
			kill(c->pid, SIGTERM);
	}
	log_info(end_all ? "stopping; sessions that are ended: %zu"
			 : "stopping; sessions that go on: %zu",
	    in);
	close(s->fd);
	children_free(s->children);
	users_free(s->users);
	door_free(s->door);
	tried_free(s->tried);
}

void
listen_run(const struct listen_opts *o)
{
	struct server s = { .fd = o->fd,
		.reader = o->reader,
		.bind = o->bind,
		.run_dir = o->run_dir };
	struct epoll_event ev[EVENTS];
	sigset_t waiting;

	if (!open_server(&s, o))
		return;
	catch_signals(&waiting);
	while (!end) {
		int64_t mono_ns = now_read().mono_ns;
		int ms = INT_MAX, n;
		bool arrived = false;

		tried_turn(s.tried, mono_ns, &ms);
		n = epoll_pwait(children_epoll(s.children), ev, EVENTS,
		    ms == INT_MAX ? -1 : ms, &waiting);
		if (n < 0 && errno != EINTR)
			break;
		mono_ns = now_read().mono_ns;
		for (int i = 0; i < n; i++) {
			if (ev[i].data.ptr == NULL)
				arrived = true;
			else
				children_hear(
				    s.children, ev[i].data.ptr, mono_ns);
		}
		if (child_ended) {
			child_ended = 0;
			reap(&s);
		}
		if (again) {
			again = 0;
			read_again(&s);
		}
		if (!end && arrived)
			take_all(&s);
	}
	close_server(&s);
}
