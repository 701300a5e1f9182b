/* SPDX-License-Identifier: MIT */
/*
 * ctl_req: one request: a frame in, a frame out.  Bounded in length and time;
 * anything that is not a frame closes the connection.
 */
#include "net/ctl_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "shared/log.h"
#include "shared/scope.h"
#include "shared/util.h"

#define BYTES_MOST (64u << 20) /* of all requests that are under way */

void
ctl_req_free(struct ctl_req *r)
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
		ctl_req_free(r);
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
	return s != NULL && *s != '\0' && strlen(s) <= most &&
	       str_made_of(s, "._-:%");
}

/* "as": whom discador-sshd asks for.  False: it makes no sense. */
static bool
take_identity(struct ctl_req *r)
{
	const json_t *as = json_object_get(r->json, "as");
	const char *user = json_string_value(json_object_get(as, "user"));
	const char *from = json_string_value(json_object_get(as, "from"));
	const char *word = json_string_value(json_object_get(as, "role"));
	const json_t *campaigns = json_object_get(as, "campaigns");
	enum command_role role;

	if (as == NULL)
		return true;
	if (!is_word(user, 31) || !is_word(from, 50) || word == NULL ||
	    (role = command_role_parse(word)) == COMMAND_NOBODY ||
	    !scope_valid(campaigns))
		return false;
	if (json_array_size(campaigns) > 0)
		r->campaigns = campaigns;
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
		ctl_req_free(r);
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
	       now_read().mono_ns - r->since_ns > CTL_READ_TIME_S * NS_PER_S;
}

void
ctl_req_event(evutil_socket_t fd, short what, void *arg)
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
			ctl_req_free(r);
		return;
	}
	if (what & EV_TIMEOUT) {
		if (!r->asked)
			ctl_req_free(r);
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

const json_t *
ctl_json(const struct ctl_req *r)
{
	return r->json;
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
	struct timeval tv = { CTL_READ_TIME_S, 0 };
	uint8_t h[IPC_HEADER];
	json_t *o;
	char *s;

	if (r->gone) {
		json_decref(data);
		ctl_req_free(r);
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
	r->ev = event_new(
	    r->ctl->base, r->fd, EV_WRITE | EV_PERSIST, ctl_req_event, r);
	event_add(r->ev, &tv);
}
