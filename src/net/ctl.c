/* SPDX-License-Identifier: MIT */
/*
 * ctl: frames in, frames out, on a unix socket.  Bounded in clients, length
 * and time; anything that is not a frame closes the connection.
 */
#include "net/ctl.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/event.h>

#include "shared/ipc.h"
#include "shared/log.h"
#include "shared/scope.h"
#include "shared/spec_check.h"
#include "shared/util.h"

#define CTL_MAGIC   0x43544c52u
#define READ_TIME_S 10 /* a request must be complete by then */
/* Root and our own uid find room, whoever holds the rest. */
#define KEPT_CLIENTS 50
#define BYTES_MOST   (64u << 20) /* of all requests that are under way */

struct ctl_req {
	uint32_t magic;
	struct ctl *ctl;
	int fd;
	struct event *ev;
	struct buf in, out;
	size_t sent;
	int fds[IPC_FDS];
	unsigned nfds;
	json_t *json;
	const json_t *campaigns; /* in json; NULL: all */
	uid_t uid;
	pid_t pid;
	int64_t since_ns; /* connected */
	enum command_role role;
	char who[96], origin[64];
	bool asked, gone;
	bool other; /* of a uid that is nobody in particular */
	void (*on_gone)(void *);
	void *gone_arg;
	LIST_ENTRY(ctl_req) link;
};

struct ctl {
	struct event_base *base;
	int fd;
	struct event *ev;
	ctl_cb *cb;
	void *arg;
	char path[108];
	unsigned nclients, nothers;
	size_t bytes; /* of requests that are not complete */
	int spare; /* given up to take who would be one too many */
	int64_t said_ns; /* when somebody was last said to be turned away */
	uid_t trusted;
	LIST_HEAD(, ctl_req) clients;
};

static void
req_free(struct ctl_req *r)
{
	LIST_REMOVE(r, link);
	r->ctl->nclients--;
	r->ctl->nothers -= r->other;
	r->ctl->bytes -= r->in.len;
	if (r->ev != NULL)
		event_free(r->ev);
	if (r->fd >= 0)
		close(r->fd);
	for (unsigned i = 0; i < r->nfds; i++)
		if (r->fds[i] >= 0)
			close(r->fds[i]);
	json_decref(r->json);
	buf_clear(&r->in);
	buf_clear(&r->out);
	r->magic = 0;
	free(r);
}

static void
req_gone(struct ctl_req *r)
{
	r->gone = true;
	event_del(r->ev);
	if (!r->asked) {
		req_free(r);
		return;
	}
	if (r->on_gone != NULL)
		r->on_gone(r->gone_arg);
}

static void
take_fds(struct ctl_req *r, struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	     c = CMSG_NXTHDR(m, c)) {
		size_t n;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (r->nfds < IPC_FDS)
				r->fds[r->nfds++] = fd;
			else
				close(fd);
		}
	}
}

/* 1: something came, 0: nothing now, -1: the peer is gone. */
static int
read_some(struct ctl_req *r)
{
	char b[65536], cbuf[CMSG_SPACE(sizeof(int) * IPC_FDS)];
	struct iovec iov = { b, sizeof(b) };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = cbuf,
		.msg_controllen = sizeof(cbuf) };
	ssize_t n = recvmsg(r->fd, &m, MSG_CMSG_CLOEXEC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -1;
	take_fds(r, &m);
	buf_put(&r->in, b, (size_t)n);
	r->ctl->bytes += (size_t)n;
	return 1;
}

static bool
is_word(const char *s, size_t most)
{
	if (s == NULL || *s == '\0' || strlen(s) > most)
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("._-:%", *s) == NULL)
			return false;
	return true;
}

/* An empty array, or none: all.  False: these are no names of campaigns. */
static bool
take_campaigns(struct ctl_req *r, const json_t *names)
{
	const json_t *e;
	size_t i;

	if (names == NULL || json_is_null(names))
		return true;
	if (!json_is_array(names) || json_array_size(names) > SCOPE_MOST)
		return false;
	json_array_foreach (names, i, e)
		if (!json_is_string(e) ||
		    !spec_name_valid("campaign", json_string_value(e)))
			return false;
	if (json_array_size(names) > 0)
		r->campaigns = names;
	return true;
}

/* "as": whom discador-sshd asks for.  False: it makes no sense. */
static bool
take_identity(struct ctl_req *r)
{
	const json_t *as = json_object_get(r->json, "as");
	const char *user = json_string_value(json_object_get(as, "user"));
	const char *from = json_string_value(json_object_get(as, "from"));
	const char *word = json_string_value(json_object_get(as, "role"));
	enum command_role role;

	if (as == NULL)
		return true;
	if (!is_word(user, 31) || !is_word(from, 50) || word == NULL ||
	    (role = command_role_parse(word)) == COMMAND_NOBODY ||
	    !take_campaigns(r, json_object_get(as, "campaigns")))
		return false;
	if (r->uid != r->ctl->trusted) {
		r->role = MINIMUM(r->role, role);
		return true;
	}
	r->role = role;
	str_format(r->who, sizeof(r->who), "%s (ssh %s)", user, from);
	str_format(r->origin, sizeof(r->origin), "ssh %s", from);
	return true;
}

/* True when the request was complete and handed on. */
static bool
try_request(struct ctl_req *r)
{
	uint8_t h[IPC_HEADER];
	int64_t len;
	json_error_t je;

	if (r->in.len < IPC_HEADER)
		return false;
	memcpy(h, r->in.p, IPC_HEADER);
	len = ipc_header_parse(h, IPC_REQUEST);
	if (len < 0) {
		log_warn(
		    "control socket: %s sent no valid frame, closed", r->who);
		req_free(r);
		return true;
	}
	if (r->in.len < IPC_HEADER + (size_t)len)
		return false;
	r->json = json_loadb(r->in.p + IPC_HEADER, (size_t)len, 0, &je);
	r->asked = true;
	/* It may stay open for hours; what it said is in json. */
	r->ctl->bytes -= r->in.len;
	buf_clear(&r->in);
	if (!json_is_object(r->json)) {
		ctl_reply(r, false, 2, "the request is no JSON object", NULL);
		return true;
	}
	if (!take_identity(r)) {
		log_warn("control socket: %s states no valid identity", r->who);
		ctl_reply(
		    r, false, 1, "the identity stated is not valid", NULL);
		return true;
	}
	r->ctl->cb(r->ctl->arg, r);
	return true;
}

/* Too long, too slow by drops, or more than all may say at once? */
static bool
is_too_much(const struct ctl_req *r)
{
	return r->in.len >
		   (r->other ? CTL_OTHERS_BYTES : IPC_MAX) + IPC_HEADER ||
	       r->ctl->bytes > BYTES_MOST ||
	       now_read().mono_ns - r->since_ns > READ_TIME_S * NS_PER_S;
}

static void
on_client(evutil_socket_t fd, short what, void *arg)
{
	struct ctl_req *r = arg;

	(void)fd;
	if (r->magic != CTL_MAGIC)
		abort();
	if (r->out.len > 0) {
		ssize_t n =
		    write(r->fd, r->out.p + r->sent, r->out.len - r->sent);

		if (n < 0 && (errno == EAGAIN || errno == EINTR) &&
		    !(what & EV_TIMEOUT))
			return;
		if (n > 0)
			r->sent += (size_t)n;
		if (n <= 0 || r->sent == r->out.len)
			req_free(r);
		return;
	}
	if (what & EV_TIMEOUT) {
		if (!r->asked)
			req_free(r);
		return;
	}
	switch (read_some(r)) {
	case -1:
		req_gone(r);
		return;
	case 0:
		return;
	}
	if (r->asked || is_too_much(r)) {
		req_gone(r); /* it goes on talking: not our protocol */
		return;
	}
	try_request(r);
}

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
	struct timeval tv = { READ_TIME_S, 0 };
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
	r->ev = event_new(c->base, fd, EV_READ | EV_PERSIST, on_client, r);
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
		req_free(r);
	}
	event_free(c->ev);
	close(c->fd);
	if (c->spare >= 0)
		close(c->spare);
	unlink(c->path);
	free(c);
}

const json_t *
ctl_json(const struct ctl_req *r)
{
	return r->json;
}

void
ctl_trust(struct ctl *c, uid_t uid)
{
	c->trusted = uid;
}

enum command_role
ctl_role(const struct ctl_req *r)
{
	return r->role;
}

const char *
ctl_origin(const struct ctl_req *r)
{
	return r->origin;
}

const char *
ctl_who(const struct ctl_req *r)
{
	return r->who;
}

const json_t *
ctl_campaigns(const struct ctl_req *r)
{
	return r->campaigns;
}

bool
ctl_may_see(const struct ctl_req *r, const char *campaign)
{
	const json_t *e;
	size_t i;

	if (r->campaigns == NULL)
		return true;
	json_array_foreach (r->campaigns, i, e)
		if (strcmp(json_string_value(e), campaign) == 0)
			return true;
	return false;
}

pid_t
ctl_pid(const struct ctl_req *r)
{
	return r->pid;
}

bool
ctl_trusted(const struct ctl_req *r)
{
	return r->uid == r->ctl->trusted;
}

int
ctl_take_fd(struct ctl_req *r, unsigned i)
{
	int fd = -1;

	if (i < r->nfds) {
		fd = r->fds[i];
		r->fds[i] = -1;
	}
	return fd;
}

void
ctl_on_gone(struct ctl_req *r, void (*fn)(void *), void *arg)
{
	r->on_gone = fn;
	r->gone_arg = arg;
	/* No timeout any more: the work may take hours. */
	event_del(r->ev);
	event_add(r->ev, NULL);
}

void
ctl_reply(
    struct ctl_req *r, bool ok, int exit_code, const char *text, json_t *data)
{
	struct timeval tv = { READ_TIME_S, 0 };
	uint8_t h[IPC_HEADER];
	json_t *o;
	char *s;

	if (r->gone) {
		json_decref(data);
		req_free(r);
		return;
	}
	o = json_pack("{s:b, s:i, s:s%}", "ok", ok, "exit", exit_code, "text",
	    text, strlen(text));
	if (o == NULL) /* the text is not UTF-8 */
		o = json_pack("{s:b, s:i, s:s}", "ok", ok, "exit", exit_code,
		    "text", "(text with bad characters)");
	json_object_set_new(o, "data", data != NULL ? data : json_null());
	s = json_dumps(o, JSON_COMPACT);
	ipc_header(h, IPC_REPLY, (uint32_t)strlen(s));
	buf_put(&r->out, h, sizeof(h));
	buf_str(&r->out, s);
	free(s);
	json_decref(o);
	event_free(r->ev);
	r->ev =
	    event_new(r->ctl->base, r->fd, EV_WRITE | EV_PERSIST, on_client, r);
	event_add(r->ev, &tv);
}
