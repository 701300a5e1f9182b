/* SPDX-License-Identifier: MIT */
/*
 * ctl: a unix socket and who finds room on it (what is said there:
 * ctl_req.c).  Bounded in clients, of one uid and of all; refuses to be shut
 * out by anybody, also when no descriptor is left.
 */
#include "net/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/event.h>

#include "net/ctl_state.h"
#include "shared/log.h"
#include "shared/util.h"

/* Root and our own uid find room, whoever holds the rest. */
#define KEPT_CLIENTS 50

/* Whoever it is: so many at once, so that nobody shuts the others out. */
static bool
has_room(const struct ctl *c, uid_t uid, bool other)
{
	const struct ctl_req *r;
	unsigned n = 0;

	if (uid == 0 || uid == geteuid())
		return c->nclients < CTL_MAX_CLIENTS;
	if (c->nclients >= CTL_MAX_CLIENTS - KEPT_CLIENTS)
		return false;
	if (!other)
		return true;
	LIST_FOREACH (r, &c->clients, link)
		n += r->uid == uid;
	return n < CTL_MAX_UID && c->nothers < CTL_MAX_OTHERS;
}

static void
turned_away(struct ctl *c, uid_t uid, const char *why)
{
	int64_t now = now_read().mono_ns;

	if (c->said_ns != 0 && now - c->said_ns < 60 * NS_PER_S)
		return;
	c->said_ns = now;
	log_warn("control socket: uid %u is turned away (said once a minute): "
		 "%s",
	    (unsigned)uid, why);
}

/* No descriptor is left: take it and hang up, or the socket stays readable. */
static void
hang_up(struct ctl *c, int lfd)
{
	int fd;

	if (c->spare < 0)
		return;
	close(c->spare);
	fd = accept4(lfd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close(fd);
	c->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	turned_away(c, (uid_t)-1, strerror(EMFILE));
}

static void
on_accept(evutil_socket_t lfd, short what, void *arg)
{
	struct ctl *c = arg;
	struct timeval tv = { CTL_READ_TIME_S, 0 };
	struct ucred cred;
	socklen_t len = sizeof(cred);
	struct passwd *pw;
	struct ctl_req *r;
	bool own, other;
	int fd = accept4(lfd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE)
			hang_up(c, lfd);
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0) {
		close(fd);
		return;
	}
	own = cred.uid == 0 || cred.uid == geteuid();
	other = !own && cred.uid != c->trusted;
	if (!has_room(c, cred.uid, other)) {
		turned_away(c, cred.uid, "too many connections at once");
		close(fd);
		return;
	}
	r = xcalloc(1, sizeof(*r));
	r->magic = CTL_MAGIC;
	r->ctl = c;
	r->fd = fd;
	r->uid = cred.uid;
	r->pid = cred.pid;
	r->since_ns = now_read().mono_ns;
	r->other = other;
	c->nothers += other;
	r->role = own ? COMMAND_ADMIN : COMMAND_VIEWER;
	str_copy(r->origin, sizeof(r->origin), "local");
	pw = getpwuid(cred.uid);
	str_format(r->who, sizeof(r->who), "uid %u (%s)", (unsigned)cred.uid,
	    pw != NULL ? pw->pw_name : "?");
	c->nclients++;
	LIST_INSERT_HEAD(&c->clients, r, link);
	r->ev = event_new(c->base, fd, EV_READ | EV_PERSIST, ctl_req_event, r);
	event_add(r->ev, &tv);
}

struct ctl *
ctl_new(struct event_base *base, const char *run_dir, ctl_cb *cb, void *arg,
    struct buf *err)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	struct ctl *c = xcalloc(1, sizeof(*c));

	c->base = base;
	c->cb = cb;
	c->arg = arg;
	c->trusted = geteuid();
	LIST_INIT(&c->clients);
	c->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (!str_format(
		sa.sun_path, sizeof(sa.sun_path), "%s/control", run_dir)) {
		buf_fmt(err,
		    "run_dir %s is too long for a socket: choose one "
		    "of at most 95 characters",
		    run_dir);
		close(c->spare);
		free(c);
		return NULL;
	}
	str_copy(c->path, sizeof(c->path), sa.sun_path);
	unlink(c->path);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    chmod(c->path, 0666) < 0 || listen(c->fd, 512) < 0) {
		buf_fmt(
		    err, "cannot listen on %s: %s", c->path, strerror(errno));
		if (c->fd >= 0)
			close(c->fd);
		close(c->spare);
		free(c);
		return NULL;
	}
	c->ev = event_new(base, c->fd, EV_READ | EV_PERSIST, on_accept, c);
	event_add(c->ev, NULL);
	return c;
}

void
ctl_free(struct ctl *c)
{
	struct ctl_req *r;

	if (c == NULL)
		return;
	while ((r = LIST_FIRST(&c->clients)) != NULL) {
		/* Last words still go out if the socket takes them now. */
		if (r->out.len > r->sent &&
		    write(r->fd, r->out.p + r->sent, r->out.len - r->sent) < 0)
			log_debug("a reply was dropped at the end");
		ctl_req_free(r);
	}
	event_free(c->ev);
	close(c->fd);
	if (c->spare >= 0)
		close(c->spare);
	unlink(c->path);
	free(c);
}

void
ctl_trust(struct ctl *c, uid_t uid)
{
	c->trusted = uid;
}
