/* SPDX-License-Identifier: MIT */
/*
 * client: a small state machine around one unix socket.  Never blocks, and
 * never sends a request twice: one that was cut off is reported as such, for
 * the engine may have done it.
 */
#include "ui/client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/ipc.h"
#include "shared/text.h"
#include "shared/util.h"

struct request {
	struct buf bytes;
	char slot[16];
	client_cb *cb;
	void *arg;
};

struct client {
	char *path;
	struct request q[CLIENT_QUEUE];
	size_t n;
	int fd; /* -1: none under way */
	size_t sent; /* of q[0] */
	struct buf in;
	int64_t give_up_ns;
};

struct client *
client_new(const char *run_dir)
{
	struct client *c = xcalloc(1, sizeof(*c));

	c->path = xasprintf("%s/control", run_dir);
	c->fd = -1;
	return c;
}

void
client_free(struct client *c)
{
	if (c == NULL)
		return;
	if (c->fd >= 0)
		close(c->fd);
	for (size_t i = 0; i < c->n; i++)
		buf_clear(&c->q[i].bytes);
	buf_clear(&c->in);
	free(c->path);
	free(c);
}

bool
client_send(struct client *c, json_t *request, const char *slot, client_cb *cb,
    void *arg)
{
	struct request *r = NULL;
	char *text;
	uint8_t head[IPC_HEADER];
	size_t len;

	ipc_stamp(request);
	text = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	if (text == NULL)
		return false;
	/* the first one may already be on its way */
	for (size_t i = c->fd >= 0 ? 1 : 0; slot != NULL && i < c->n; i++)
		if (strcmp(c->q[i].slot, slot) == 0)
			r = &c->q[i];
	if (r == NULL && c->n < CLIENT_QUEUE) {
		r = &c->q[c->n++];
		memset(r, 0, sizeof(*r));
	}
	if (r != NULL) {
		len = strlen(text);
		ipc_header(head, IPC_REQUEST, (uint32_t)len);
		buf_reset(&r->bytes);
		buf_put(&r->bytes, head, sizeof(head));
		buf_put(&r->bytes, text, len);
		str_copy(r->slot, sizeof(r->slot), slot != NULL ? slot : "");
		r->cb = cb;
		r->arg = arg;
	}
	free(text);
	return r != NULL;
}

int
client_fd(const struct client *c, short *events)
{
	if (c->fd < 0)
		return -1;
	*events = c->sent < c->q[0].bytes.len ? POLLOUT : POLLIN;
	return c->fd;
}

bool
client_busy(const struct client *c)
{
	return c->n > 0;
}

/* data is borrowed. */
static void
finish(struct client *c, bool good, const char *text, const json_t *data)
{
	client_cb *cb = c->q[0].cb;
	void *arg = c->q[0].arg;

	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->sent = 0;
	c->give_up_ns = 0; /* the next one has its own time */
	buf_clear(&c->q[0].bytes);
	memmove(&c->q[0], &c->q[1], --c->n * sizeof(c->q[0]));
	buf_reset(&c->in);
	cb(arg, good, text, data);
}

/* 1 connected, 0 try again later, -1 finished with an error. */
static int
open_connection(struct client *c, int64_t mono_ns)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	if (!str_copy(sun.sun_path, sizeof(sun.sun_path), c->path)) {
		finish(
		    c, false, _("the run directory's name is too long"), NULL);
		return -1;
	}
	if (c->give_up_ns == 0)
		c->give_up_ns = mono_ns + CLIENT_TIMEOUT_S * NS_PER_S;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0) {
		finish(c, false, strerror(errno), NULL);
		return -1;
	}
	if (connect(c->fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return 1;
	if (errno == EAGAIN && mono_ns < c->give_up_ns) {
		/* its backlog is full: a unix socket cannot be polled for it */
		close(c->fd);
		c->fd = -1;
		return 0;
	}
	finish(c, false,
	    errno == EAGAIN   ? _("the engine does not take requests")
	    : errno == EACCES ? _("permission to ask the engine was denied")
			      : _("no engine runs here"),
	    NULL);
	return -1;
}

static void
take_reply(struct client *c, const char *body, size_t len)
{
	json_t *o = json_loadb(body, len, 0, NULL);
	const char *said = json_string_value(json_object_get(o, "text"));
	char *text = xstrdup(said != NULL ? said : "");
	bool good = json_is_true(json_object_get(o, "ok"));
	size_t n = strlen(text);

	/* One line is a line also with its end. */
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	if (!json_is_object(o))
		finish(c, false, _("the engine's answer makes no sense"), NULL);
	else
		finish(c, good,
		    *text != '\0' ? text
		    : good        ? _("done")
				  : _("the engine refused"),
		    json_object_get(o, "data"));
	free(text);
	json_decref(o);
}

/* True if it got any further. */
static bool
step(struct client *c, int64_t mono_ns)
{
	struct buf *out = &c->q[0].bytes;
	char piece[4096];
	ssize_t n;
	int64_t len;

	if (c->fd < 0)
		return open_connection(c, mono_ns) == 1;
	if (mono_ns > c->give_up_ns) {
		finish(c, false, _("the engine did not answer in time"), NULL);
		return true;
	}
	if (c->sent < out->len) {
		n = send(
		    c->fd, out->p + c->sent, out->len - c->sent, MSG_NOSIGNAL);
		if (n > 0)
			c->sent += (size_t)n;
		else if (n < 0 && errno != EAGAIN && errno != EINTR)
			finish(c, false, _("the engine hung up"), NULL);
		else
			return false;
		return true;
	}
	n = recv(c->fd, piece, sizeof(piece), 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		finish(c, false,
		    _("the engine hung up before it answered; look whether "
		      "it was done"),
		    NULL);
		return true;
	}
	buf_put(&c->in, piece, (size_t)n);
	if (c->in.len < IPC_HEADER)
		return true;
	len = ipc_header_parse((const uint8_t *)c->in.p, IPC_REPLY);
	if (len < 0)
		finish(c, false, _("the engine's answer makes no sense"), NULL);
	else if (c->in.len - IPC_HEADER >= (size_t)len)
		take_reply(c, c->in.p + IPC_HEADER, (size_t)len);
	return true;
}

void
client_work(struct client *c, int64_t mono_ns)
{
	size_t before;

	while (c->n > 0) {
		before = c->n;
		if (!step(c, mono_ns) && c->n == before)
			return;
	}
}
