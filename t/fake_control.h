/* SPDX-License-Identifier: MIT */
/*
 * fake_control: the engine's end of RUNDIR/control in a test: takes one
 * request, answers what it is told to, or hangs up.
 */
#ifndef T_FAKE_CONTROL_H
#define T_FAKE_CONTROL_H

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include "shared/ipc.h"
#include "shared/util.h"

/* -1: it could not. */
static inline int
control_listen(const char *dir)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int l = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	str_format(sun.sun_path, sizeof(sun.sun_path), "%s/control", dir);
	unlink(sun.sun_path);
	if (bind(l, (struct sockaddr *)&sun, sizeof(sun)) != 0 ||
	    listen(l, 8) != 0) {
		close(l);
		return -1;
	}
	return l;
}

static inline bool
control_wait(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

static inline bool
control_read(int fd, void *out, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t got;

		if (!control_wait(fd, 2000))
			return false;
		got = recv(fd, (char *)out + at, n - at, 0);
		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

/*
 * The request that waits, as text ("" none within ms); the caller frees.
 * *conn is where control_reply() answers it.
 */
static inline char *
control_take(int l, int ms, int *conn)
{
	uint8_t head[IPC_HEADER];
	char *body;
	int64_t len;

	*conn = -1;
	if (!control_wait(l, ms) || (*conn = accept(l, NULL, NULL)) < 0)
		return xstrdup("");
	if (!control_read(*conn, head, sizeof(head)) ||
	    (len = ipc_header_parse(head, IPC_REQUEST)) < 0)
		return xstrdup("");
	body = xcalloc(1, (size_t)len + 1);
	if (!control_read(*conn, body, (size_t)len))
		body[0] = '\0';
	return body;
}

/* json NULL: hangs up instead. */
static inline void
control_reply(int conn, const char *json)
{
	uint8_t head[IPC_HEADER];

	if (json != NULL) {
		ipc_header(head, IPC_REPLY, (uint32_t)strlen(json));
		if (write(conn, head, sizeof(head)) < 0 ||
		    write(conn, json, strlen(json)) < 0)
			json = NULL;
	}
	close(conn);
}

#endif
