/* SPDX-License-Identifier: MIT */
/*
 * load: one of the many SSH sessions of t/tools/sshload: how it logs in, what
 * it takes, what it remembers.  Never waits; one epoll descriptor tells when
 * there is something for it.
 */
#ifndef T_LOAD_H
#define T_LOAD_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <vterm.h>

#include "procs.h"
#include "shared/util.h"
#include "stamps.h"

#define LOAD_NET   0x7f100001 /* 127.16.0.1: the first one's address */
#define LATENCIES  2000000
#define FIRST_KEYS NS_PER_S /* within so long they begin with their keys */

enum stage { WAITS, CONNECTS, PROVES, OPENS, SIZES, STARTS, LOOKS, UP, GONE };
enum kind { READS, KEYS, STALLED, SLOW };

struct client {
	int i, fd;
	enum stage stage;
	enum kind kind;
	ssh_session s;
	ssh_channel ch;
	ssh_event ev;
	struct ssh_channel_callbacks_struct cb;
	bool closed, watched; /* watched: epoll tells when there is input */
	int64_t began, up, next, last; /* last: of the newest frame */
	int64_t gap; /* the longest between two frames in the window */
	uint64_t bytes, frames, bytes0, frames0;
	int nkey;
	VTerm *vt;
	VTermScreen *vs;
	uint32_t tick;
	pid_t pid; /* of the process that serves it; 0: not known */
	struct procs_cost before, after;
	uint32_t queued; /* bytes that the kernel keeps for it at the end */
};

/* What all of them share. */
static struct {
	int64_t port, measure;
	const char *user;
	int cols, rows, ep;
	ssh_key key;
	const struct stamps *stamps;
	double *latency; /* ms, while counting */
	size_t nlatency;
	bool counting;
} load = { .user = "load", .cols = 120, .rows = 40, .ep = -1 };

static inline int64_t
clock_ns(void)
{
	return now_read().mono_ns;
}

/* The first few failures, in words. */
static inline void
failed(const struct client *c, const char *why)
{
	static int n;

	if (++n <= 5)
		fprintf(stderr, "sshload: session %d: %s%s\n", c->i, why,
		    n == 5 ? " (others are not told)" : "");
}

/* ---- what comes -------------------------------------------------------- */

/* Which board does this screen show?  0: none. */
static inline uint32_t
tick_shown(const struct client *c)
{
	char row[1024];
	VTermRect first = { 0, 1, 0, load.cols };
	size_t n = vterm_screen_get_text(c->vs, row, sizeof(row) - 1, first);
	int64_t tick;

	row[MINIMUM(n, sizeof(row) - 1)] = '\0';
	for (char *p = row; (p = strchr(p, 't')) != NULL; p++) {
		char digits[STAMPS_DIGITS + 1];

		str_copy(digits, sizeof(digits), p + 1);
		if (strlen(digits) == STAMPS_DIGITS &&
		    str_int64(digits, 1, UINT32_MAX, &tick))
			return (uint32_t)tick;
	}
	return 0;
}

/* Every publish counts, also one that was folded into a later frame. */
static inline void
look_at(struct client *c, int64_t now_ns)
{
	uint32_t tick = tick_shown(c), newest = load.stamps->tick + 1;

	if (tick == 0 || tick == c->tick)
		return;
	for (uint32_t k = c->tick != 0 ? c->tick + 1 : tick; k <= tick; k++)
		if (load.counting && k <= newest && newest - k < STAMPS_N / 2 &&
		    load.nlatency < LATENCIES)
			load.latency[load.nlatency++] =
			    (double)(now_ns - load.stamps->ns[k % STAMPS_N]) /
			    1e6;
	c->tick = tick;
}

static inline int
on_data(ssh_session s, ssh_channel ch, void *data, uint32_t n, int is_stderr,
    void *arg)
{
	struct client *c = arg;
	const char *p = data;

	(void)s, (void)ch;
	if (is_stderr)
		return (int)n;
	c->bytes += n;
	if (c->vt != NULL)
		vterm_input_write(c->vt, data, n);
	/* a frame ends with the default colours, a piece of one does not */
	if (n >= 4 && memcmp(p + n - 4, "\033[0m", 4) == 0) {
		int64_t now_ns = clock_ns();

		c->frames++;
		if (load.counting && c->last != 0)
			c->gap = MAXIMUM(c->gap, now_ns - c->last);
		c->last = now_ns;
		if (c->vt != NULL)
			look_at(c, now_ns);
	}
	return (int)n;
}

static inline void
on_close(ssh_session s, ssh_channel ch, void *arg)
{
	(void)s, (void)ch;
	((struct client *)arg)->closed = true;
}

static inline void
watch(struct client *c, bool on)
{
	struct epoll_event e = { .events = EPOLLIN, .data = { .ptr = c } };

	if (c->watched != on)
		epoll_ctl(
		    load.ep, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, c->fd, &e);
	c->watched = on;
}

/* libssh closes the descriptor itself when the peer ends. */
static inline void
gone(struct client *c)
{
	if (c->s != NULL && ssh_get_fd(c->s) == c->fd)
		watch(c, false);
	c->watched = false;
	c->stage = GONE;
}

static inline void
pump(struct client *c)
{
	if (ssh_event_dopoll(c->ev, 0) == SSH_ERROR || c->closed ||
	    !ssh_is_connected(c->s))
		gone(c);
}

/* ---- logging in -------------------------------------------------------- */

static inline bool
dial(struct client *c)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int on = 1, small = 4096;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return false;
	if (c->kind == STALLED || c->kind == SLOW)
		setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	a.sin_addr.s_addr =
	    htonl(LOAD_NET + (uint32_t)(c->i / 250 * 256 + c->i % 250));
	if (bind(c->fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		return false;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)load.port);
	return connect(c->fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	       fcntl(c->fd, F_SETFL, O_NONBLOCK) == 0;
}

static inline bool
start(struct client *c)
{
	bool no = false;

	c->began = clock_ns();
	if (!dial(c)) {
		failed(c, strerror(errno));
		return false;
	}
	if ((c->s = ssh_new()) == NULL)
		return false;
	ssh_options_set(c->s, SSH_OPTIONS_PROCESS_CONFIG, &no);
	ssh_options_set(c->s, SSH_OPTIONS_HOST, "127.0.0.1");
	ssh_options_set(c->s, SSH_OPTIONS_USER, load.user);
	ssh_options_set(c->s, SSH_OPTIONS_FD, &c->fd);
	ssh_set_blocking(c->s, 0);
	if (load.stamps != NULL && c->i < load.measure) {
		c->vt = vterm_new(load.rows, load.cols);
		vterm_set_utf8(c->vt, 1);
		c->vs = vterm_obtain_screen(c->vt);
		vterm_screen_enable_altscreen(c->vs, 1);
		vterm_screen_reset(c->vs, 1);
	}
	c->stage = CONNECTS;
	watch(c, true);
	return true;
}

/* One step of it: SSH_OK, SSH_AGAIN or SSH_ERROR. */
static inline int
step(struct client *c)
{
	int k;

	switch (c->stage) {
	case CONNECTS:
		return ssh_connect(c->s);
	case PROVES:
		k = ssh_userauth_publickey(c->s, NULL, load.key);
		if (k == SSH_AUTH_AGAIN)
			return SSH_AGAIN;
		if (k != SSH_AUTH_SUCCESS)
			return SSH_ERROR;
		c->ch = ssh_channel_new(c->s);
		c->cb.userdata = c;
		c->cb.channel_data_function = on_data;
		c->cb.channel_close_function = on_close;
		ssh_callbacks_init(&c->cb);
		ssh_set_channel_callbacks(c->ch, &c->cb);
		return SSH_OK;
	case OPENS:
		return ssh_channel_open_session(c->ch);
	case SIZES:
		return ssh_channel_request_pty_size(
		    c->ch, "xterm-256color", load.cols, load.rows);
	case STARTS:
		k = ssh_channel_request_shell(c->ch);
		if (k == SSH_OK) {
			c->ev = ssh_event_new();
			ssh_event_add_session(c->ev, c->s);
		}
		return k;
	default:
		return SSH_ERROR;
	}
}

/* There is something for one that logs in. */
static inline void
advance(struct client *c, int64_t now_ns)
{
	int k = SSH_OK;

	while (c->stage < LOOKS && (k = step(c)) == SSH_OK)
		c->stage++;
	if (k == SSH_ERROR) {
		failed(c, ssh_get_error(c->s));
		gone(c);
	} else if (c->stage == LOOKS) {
		pump(c);
		if (c->stage == LOOKS && c->frames > 0) {
			c->stage = UP;
			c->up = now_ns;
			c->next = now_ns + FIRST_KEYS * (c->i % 10) / 10;
			if (c->kind == STALLED || c->kind == SLOW)
				watch(c, false);
		}
	}
}

#endif
