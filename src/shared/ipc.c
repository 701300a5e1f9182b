/* SPDX-License-Identifier: MIT */
/*
 * ipc: frames of the control socket and its blocking client.  Refuses what is
 * longer than IPC_MAX, of another version or of an unexpected type; knows no
 * command.
 */
#include "shared/ipc.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "shared/util.h"

#define SEND_TIMEOUT_S 10 /* an engine turns in milliseconds */

void
ipc_header(uint8_t out[IPC_HEADER], int type, uint32_t len)
{
	out[0] = IPC_VERSION & 0xff;
	out[1] = IPC_VERSION >> 8;
	out[2] = (uint8_t)(type & 0xff);
	out[3] = (uint8_t)(type >> 8);
	for (int i = 0; i < 4; i++)
		out[4 + i] = (uint8_t)(len >> (8 * i));
}

int64_t
ipc_header_parse(const uint8_t in[IPC_HEADER], int type)
{
	uint32_t len = 0;

	if ((in[0] | in[1] << 8) != IPC_VERSION || (in[2] | in[3] << 8) != type)
		return -1;
	for (int i = 0; i < 4; i++)
		len |= (uint32_t)in[4 + i] << (8 * i);
	return len <= IPC_MAX ? (int64_t)len : -1;
}

/* Deadline in mono_ns; 0: none. */
static int64_t
deadline_of(int timeout_s)
{
	return timeout_s > 0 ? now_read().mono_ns + timeout_s * NS_PER_S : 0;
}

/* Wait until fd is ready; false at the deadline. */
static bool
wait_ready(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		int ms = -1, n;

		if (deadline != 0) {
			int64_t left = deadline - now_read().mono_ns;

			if (left <= 0)
				return false;
			left = (left + NS_PER_MS - 1) / NS_PER_MS;
			ms = (int)MINIMUM(left, 60000);
		}
		n = poll(&p, 1, ms);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

static int
connect_to(const char *run_dir, const char **why)
{
	static char text[400];
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	bool none;
	int fd;

	*why = text;
	if (!str_format(
		sun.sun_path, sizeof(sun.sun_path), "%s/control", run_dir)) {
		str_format(text, sizeof(text),
		    "%.200s/control: longer than the %zu bytes a socket's name "
		    "may have; choose a shorter run_dir",
		    run_dir, sizeof(sun.sun_path) - 1);
		errno = EIO;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&sun, sizeof(sun)) == 0)
		return fd;
	none = errno == ENOENT || errno == ECONNREFUSED;
	if (none)
		str_format(text, sizeof(text), "no engine runs in %s", run_dir);
	else
		str_format(text, sizeof(text), "%s: %s", sun.sun_path,
		    strerror(errno));
	if (fd >= 0)
		close(fd);
	errno = none ? ESRCH : EIO;
	return -1;
}

/* The descriptors ride on the first byte that leaves. */
static bool
send_all(int fd, const uint8_t *p, size_t n, const int *fds, size_t nfds,
    int64_t deadline)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int) * IPC_FDS)];
	} control;

	while (n > 0) {
		struct iovec iov = { .iov_base = (void *)(uintptr_t)p,
			.iov_len = n };
		struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
		ssize_t k;

		if (nfds > 0) {
			struct cmsghdr *c;

			memset(&control, 0, sizeof(control));
			m.msg_control = &control;
			m.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
			c = CMSG_FIRSTHDR(&m);
			c->cmsg_level = SOL_SOCKET;
			c->cmsg_type = SCM_RIGHTS;
			c->cmsg_len = CMSG_LEN(sizeof(int) * nfds);
			memcpy(CMSG_DATA(c), fds, sizeof(int) * nfds);
		}
		k = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (k < 0 && errno == EAGAIN) {
			if (!wait_ready(fd, POLLOUT, deadline))
				return false;
			continue;
		}
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
		nfds = 0;
	}
	return true;
}

static json_t *identity;

void
ipc_identity(json_t *as)
{
	json_decref(identity);
	identity = as;
}

void
ipc_stamp(json_t *request)
{
	if (identity != NULL)
		json_object_set(request, "as", identity);
}

int
ipc_open(const char *run_dir, json_t *request, const int *fds, size_t nfds,
    const char **why)
{
	uint8_t header[IPC_HEADER];
	int64_t deadline = deadline_of(SEND_TIMEOUT_S);
	char *body;
	size_t len;
	bool none;
	int fd;

	*why = "";
	errno = EIO;
	if (nfds > IPC_FDS) {
		*why = "more descriptors than a request may carry";
		return -1;
	}
	ipc_stamp(request);
	body = json_dumps(request, JSON_COMPACT);
	if (body == NULL) {
		*why = "the request holds text that is not UTF-8";
		return -1;
	}
	len = strlen(body);
	if (len > IPC_MAX) {
		free(body);
		*why = "the request is longer than the 4 MiB the engine takes";
		return -1;
	}
	fd = connect_to(run_dir, why);
	if (fd >= 0) {
		ipc_header(header, IPC_REQUEST, (uint32_t)len);
		if (!send_all(
			fd, header, sizeof(header), fds, nfds, deadline) ||
		    !send_all(
			fd, (const uint8_t *)body, len, NULL, 0, deadline)) {
			*why = "the engine closed the connection or does not "
			       "read; its log says why";
			close(fd);
			fd = -1;
			errno = EIO;
		}
	}
	none = fd < 0 && errno == ESRCH;
	free(body);
	if (fd < 0)
		errno = none ? ESRCH : EIO;
	return fd;
}

/* 1 all read, 0 the deadline passed, -1 the peer closed. */
static int
read_all(int fd, void *to, size_t n, int64_t deadline)
{
	uint8_t *p = to;

	while (n > 0) {
		ssize_t k;

		if (!wait_ready(fd, POLLIN, deadline))
			return 0;
		k = recv(fd, p, n, MSG_DONTWAIT);
		if (k < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (k <= 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 1;
}

json_t *
ipc_reply(int fd, int timeout_s, const char **why)
{
	uint8_t header[IPC_HEADER];
	int64_t deadline = deadline_of(timeout_s), len;
	json_t *reply = NULL;
	char *body;
	int r;

	r = read_all(fd, header, sizeof(header), deadline);
	if (r == 1) {
		len = ipc_header_parse(header, IPC_REPLY);
		if (len < 0) {
			*why = "what answers is no engine of this version";
			return NULL;
		}
		body = xmalloc((size_t)len + 1);
		r = read_all(fd, body, (size_t)len, deadline);
		if (r == 1)
			reply = json_loadb(body, (size_t)len, 0, NULL);
		free(body);
	}
	if (r == 0)
		*why = "the engine does not answer";
	else if (r < 0)
		*why = "the engine closed the connection; its log says why";
	else if (!json_is_object(reply)) {
		*why = "the engine's answer is no JSON object";
		json_decref(reply);
		reply = NULL;
	}
	return reply;
}

json_t *
ipc_call(const char *run_dir, json_t *request, const int *fds, size_t nfds,
    int timeout_s, const char **why)
{
	json_t *reply;
	int fd;

	fd = ipc_open(run_dir, request, fds, nfds, why);
	if (fd < 0)
		return NULL;
	reply = ipc_reply(fd, timeout_s, why);
	close(fd);
	errno = EIO;
	return reply;
}

json_t *
ipc_request(const char *cmd, const char *const *args)
{
	json_t *r = json_object(), *a = json_array();

	json_object_set_new(r, "cmd", json_string(cmd));
	for (; args != NULL && *args != NULL; args++)
		json_array_append_new(a, json_string(*args));
	json_object_set_new(r, "args", a);
	return r;
}
