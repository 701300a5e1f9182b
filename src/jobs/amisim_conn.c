/* SPDX-License-Identifier: MIT */
/*
 * amisim_conn: sockets and buffers of amisim.  It understands lines and empty
 * lines, nothing of AMI; a peer that does not read is dropped in the middle
 * of a line, as Asterisk does.
 */
#include "jobs/amisim_conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BANNER      "Asterisk Call Manager/11.0.0\r\n"
#define READ_CHUNK  (256 * 1024)
#define BACKLOG_MAX (64 * 1024 * 1024) /* then we stop reading that peer */
#define IN_MAX      (8 * 1024 * 1024) /* unread input of a blocked peer */
#define AUTH_NS     (10 * NS_PER_S)
#define SPLIT_MAX   97 /* bytes of one write when splitting */

struct amisim_net {
	struct amisim_net_config cfg;
	int epfd, listener;
	bool refuse;
	amisim_msg_fn *fn;
	void *arg;
	struct amisim_conn **v;
	size_t n;
	uint64_t last_id;
	int64_t read_ns;
	struct amisim_net_stats stats;
};

struct amisim_net *
amisim_net_new(
    const struct amisim_net_config *cfg, int epfd, amisim_msg_fn *fn, void *arg)
{
	struct amisim_net *n = xcalloc(1, sizeof(*n));

	n->cfg = *cfg;
	n->epfd = epfd;
	n->listener = -1;
	n->fn = fn;
	n->arg = arg;
	return n;
}

int
amisim_net_listen(struct amisim_net *n)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = n };
	socklen_t len = sizeof(a);
	int fd, one = 1;

	a.sin_port = htons((uint16_t)n->cfg.port);
	if (inet_pton(AF_INET, n->cfg.listen, &a.sin_addr) != 1) {
		errno = EINVAL;
		return -1;
	}
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, 128) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) != 0 ||
	    epoll_ctl(n->epfd, EPOLL_CTL_ADD, fd, &e) != 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	n->listener = fd;
	n->cfg.port = ntohs(a.sin_port); /* the same after a restart */
	return n->cfg.port;
}

void
amisim_net_unlisten(struct amisim_net *n)
{
	if (n->listener >= 0)
		close(n->listener);
	n->listener = -1;
}

void
amisim_net_refuse(struct amisim_net *n, bool on)
{
	n->refuse = on;
}

static void
conn_close(struct amisim_conn *c)
{
	if (c->fd < 0)
		return;
	close(c->fd);
	c->fd = -1;
	c->classes = 0;
}

static void
conn_free(struct amisim_conn *c)
{
	conn_close(c);
	free(c->last_words);
	free(c->in);
	free(c->out);
	free(c);
}

void
amisim_net_close_all(struct amisim_net *n)
{
	for (size_t i = 0; i < n->n; i++)
		conn_close(n->v[i]);
}

void
amisim_net_free(struct amisim_net *n)
{
	if (n == NULL)
		return;
	amisim_net_unlisten(n);
	for (size_t i = 0; i < n->n; i++)
		conn_free(n->v[i]);
	free(n->v);
	free(n);
}

static void
poll_for(struct amisim_conn *c, bool out, bool paused)
{
	struct epoll_event e = {
		.events = (paused ? 0U : EPOLLIN) | (out ? EPOLLOUT : 0U),
		.data.ptr = c,
	};

	if (out == c->polled_out && paused == c->paused)
		return;
	c->polled_out = out;
	c->paused = paused;
	epoll_ctl(c->net->epfd, EPOLL_CTL_MOD, c->fd, &e);
}

static void
accept_all(struct amisim_net *n)
{
	int fd, one = 1;

	while ((fd = accept4(n->listener, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct amisim_conn *c;
		struct epoll_event e = { .events = EPOLLIN };

		if (n->refuse) {
			close(fd);
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		c = xcalloc(1, sizeof(*c));
		c->net = n;
		c->fd = fd;
		c->id = ++n->last_id;
		c->close_at = now_read().mono_ns + AUTH_NS;
		e.data.ptr = c;
		epoll_ctl(n->epfd, EPOLL_CTL_ADD, fd, &e);
		n->v = xreallocarray(n->v, n->n + 1, sizeof(*n->v));
		n->v[n->n++] = c;
		n->stats.conns++;
		amisim_conn_str(c, BANNER);
	}
}

static void
line_too_long(struct amisim_conn *c)
{
	amisim_conn_str(c,
	    "Response: Error\r\n"
	    "Message: Failed to parse message: line too long\r\n\r\n");
}

/* Hand out the complete messages; keep the rest. */
static void
take_messages(struct amisim_conn *c)
{
	char *msg = c->in, *p = c->in + c->scan, *e = c->in + c->inlen, *nl;

	while (!c->blocked && !c->closing && c->fd >= 0 &&
	       (nl = memchr(p, '\n', (size_t)(e - p))) != NULL) {
		size_t len = (size_t)(nl + 1 - p);

		if (c->skipping) {
			c->skipping = false;
			msg = nl + 1;
		} else if (len > AMISIM_LINE_MAX) {
			line_too_long(c);
			msg = nl + 1;
		} else if (len == 1 || (len == 2 && *p == '\r')) {
			if (msg < p)
				c->net->fn(c->net->arg, c, msg, p);
			msg = nl + 1;
		}
		p = nl + 1;
	}
	if (!c->blocked && e - p > AMISIM_LINE_MAX &&
	    memchr(p, '\n', (size_t)(e - p)) == NULL) {
		if (!c->skipping)
			line_too_long(c);
		c->skipping = true;
		msg = p = e;
	}
	c->scan = (size_t)(p - msg);
	c->inlen = (size_t)(e - msg);
	if (msg != c->in)
		memmove(c->in, msg, c->inlen);
}

void
amisim_net_resume(struct amisim_net *n)
{
	for (size_t i = 0; i < n->n; i++) {
		struct amisim_conn *c = n->v[i];

		while (c->resume) {
			c->resume = c->blocked = false;
			take_messages(c);
		}
	}
}

static void
conn_read(struct amisim_conn *c)
{
	ssize_t r;

	if (c->incap - c->inlen < READ_CHUNK) {
		c->incap = c->inlen + 2 * READ_CHUNK;
		c->in = xrealloc(c->in, c->incap);
	}
	r = read(c->fd, c->in + c->inlen, READ_CHUNK);
	c->net->read_ns = now_read().mono_ns;
	if (r > 0) {
		c->inlen += (size_t)r;
		c->net->stats.bytes_in += (uint64_t)r;
		take_messages(c);
		if (c->inlen > IN_MAX)
			conn_close(c);
	} else if (r == 0 || (errno != EAGAIN && errno != EINTR)) {
		conn_close(c);
	}
}

/* As much as the kernel takes; in small pieces if we are to split. */
static void
conn_write(struct amisim_conn *c, int64_t now)
{
	struct amisim_net *n = c->net;

	while (c->fd >= 0 && c->outoff < c->outlen) {
		size_t left = c->outlen - c->outoff, piece;
		ssize_t w;

		if (n->cfg.split) {
			piece = 1 + (size_t)rng_below(n->cfg.rng, SPLIT_MAX);
			left = MINIMUM(left, piece);
		}
		w = send(c->fd, c->out + c->outoff, left, MSG_NOSIGNAL);
		if (w > 0) {
			c->outoff += (size_t)w;
			c->written += (uint64_t)w;
			n->stats.bytes_out += (uint64_t)w;
			c->stalled = 0;
		} else if (w < 0 && errno == EAGAIN) {
			left = c->outlen - c->outoff;
			if (c->stalled == 0)
				c->stalled = now;
			if (left > n->stats.max_backlog)
				n->stats.max_backlog = left;
			poll_for(c, true, left > BACKLOG_MAX);
			return;
		} else if (w < 0 && errno != EINTR) {
			conn_close(c);
		}
	}
	if (c->fd < 0)
		return;
	c->outoff = c->outlen = 0;
	poll_for(c, false, false);
	if (c->closing)
		conn_close(c);
}

void
amisim_net_event(struct amisim_net *n, void *ptr, uint32_t events)
{
	struct amisim_conn *c = ptr;

	if (ptr == n) {
		accept_all(n);
		return;
	}
	if ((events & EPOLLOUT) != 0)
		c->writable = true; /* by the flush, behind the truth */
	if (c->fd >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
		conn_read(c);
}

int64_t
amisim_net_read_ns(const struct amisim_net *n)
{
	return n->read_ns;
}

static void
conn_deadlines(struct amisim_conn *c, int64_t now)
{
	if (c->fd >= 0 && c->close_at != 0 && now >= c->close_at) {
		if (c->last_words != NULL) {
			amisim_conn_str(c, c->last_words);
			c->closing = true;
			c->close_at = 0;
			conn_write(c, now);
		} else {
			conn_close(c);
		}
	}
	if (c->fd >= 0 && c->stalled != 0 &&
	    now - c->stalled >= c->net->cfg.write_timeout_ms * NS_PER_MS) {
		c->net->stats.dropped++;
		conn_close(c);
	}
}

void
amisim_net_flush(struct amisim_net *n, int64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->n; i++) {
		struct amisim_conn *c = n->v[i];

		if (c->outlen > c->outoff && (!c->polled_out || c->writable))
			conn_write(c, now);
		else if (c->closing && c->outlen == c->outoff)
			conn_close(c);
		c->writable = false;
		conn_deadlines(c, now);
	}
	for (size_t i = 0; i < n->n; i++) {
		if (n->v[i]->fd >= 0)
			n->v[kept++] = n->v[i];
		else
			conn_free(n->v[i]);
	}
	n->n = kept;
}

int64_t
amisim_net_next(const struct amisim_net *n)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < n->n; i++) {
		const struct amisim_conn *c = n->v[i];

		if (c->close_at != 0)
			next = MINIMUM(next, c->close_at);
		if (c->stalled != 0)
			next = MINIMUM(next,
			    c->stalled + n->cfg.write_timeout_ms * NS_PER_MS);
	}
	return next;
}

const struct amisim_net_stats *
amisim_net_stats(const struct amisim_net *n)
{
	return &n->stats;
}

void
amisim_conn_put(struct amisim_conn *c, const char *p, size_t len)
{
	if (c->fd < 0)
		return;
	if (c->outlen + len > c->outcap) {
		if (c->outoff > 0) {
			c->outlen -= c->outoff;
			memmove(c->out, c->out + c->outoff, c->outlen);
			c->outoff = 0;
		}
		if (c->outlen + len > c->outcap) {
			c->outcap =
			    MAXIMUM(2 * c->outcap, c->outlen + len + 64 * 1024);
			c->out = xrealloc(c->out, c->outcap);
		}
	}
	memcpy(c->out + c->outlen, p, len);
	c->outlen += len;
	c->queued += len;
}

void
amisim_conn_str(struct amisim_conn *c, const char *s)
{
	amisim_conn_put(c, s, strlen(s));
}

void
amisim_conn_end(struct amisim_conn *c, int64_t at, const char *words)
{
	free(c->last_words);
	c->last_words = xstrdup(words);
	c->close_at = at;
	c->blocked = true;
}

struct amisim_conn *
amisim_conn_find(struct amisim_net *n, uint64_t id)
{
	for (size_t i = 0; i < n->n; i++)
		if (n->v[i]->id == id && n->v[i]->fd >= 0)
			return n->v[i];
	return NULL;
}

struct amisim_conn *
amisim_conn_at(struct amisim_net *n, size_t i)
{
	return i < n->n ? n->v[i] : NULL;
}
