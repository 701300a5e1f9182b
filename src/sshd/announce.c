/* SPDX-License-Identifier: MIT */
/* announce: asks again while there is no engine; keeps no session from it. */
#include "sshd/announce.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/ipc.h"
#include "shared/util.h"

#define AGAIN_NS (2 * NS_PER_S)

void
announce_init(struct announce *a)
{
	*a = (struct announce){ .fd = -1 };
}

void
announce_end(struct announce *a)
{
	if (a->fd >= 0)
		close(a->fd);
	a->fd = -1;
}

/* Connected, or -1: also when its backlog is full, which it would wait for. */
static int
connect_now(const char *run_dir)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	if (!str_format(
		sun.sun_path, sizeof(sun.sun_path), "%s/control", run_dir))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&sun, sizeof(sun)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int
announce_ask(const char *run_dir, json_t *request)
{
	uint8_t head[IPC_HEADER];
	struct buf b = BUF_INIT;
	char *body;
	int fd = -1;

	ipc_stamp(request);
	body = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	if (body != NULL)
		fd = connect_now(run_dir);
	if (fd >= 0) {
		ipc_header(head, IPC_REQUEST, (uint32_t)strlen(body));
		buf_put(&b, head, sizeof(head));
		buf_str(&b, body);
		/* a new socket takes far more than one of these */
		if (send(fd, b.p, b.len, MSG_NOSIGNAL) != (ssize_t)b.len) {
			close(fd);
			fd = -1;
		}
		buf_clear(&b);
	}
	free(body);
	return fd;
}

const char *
announce_turn(
    struct announce *a, const char *run_dir, const char *what, int64_t mono_ns)
{
	static char text[200];
	struct pollfd p = { .events = POLLIN };
	const char *why, *said;
	bool ends;
	json_t *o;

	if (a->fd < 0) {
		const char *args[] = { "open", what, a->before ? "again" : NULL,
			NULL };

		if (mono_ns < a->next_ns)
			return NULL;
		a->next_ns = mono_ns + AGAIN_NS;
		a->fd = announce_ask(run_dir, ipc_request("session", args));
		return NULL;
	}
	p.fd = a->fd;
	if (poll(&p, 1, 0) <= 0)
		return NULL;
	/* an answer: it is to end; none: the engine has ended */
	o = ipc_reply(a->fd, 1, &why);
	announce_end(a);
	a->before = true;
	a->next_ns = mono_ns + AGAIN_NS;
	said = json_string_value(json_object_get(o, "text"));
	ends = said != NULL && *said != '\0' &&
	       json_is_false(json_object_get(o, "ok"));
	if (ends)
		str_copy(text, sizeof(text), said);
	json_decref(o);
	return ends ? text : NULL;
}
