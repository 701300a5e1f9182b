/* SPDX-License-Identifier: MIT */
/*
 * conn: libssh, and its habits.  Writing goes in pieces: its buffers grow to
 * the biggest write and stay so.
 */
#include "sshd/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "shared/ipc.h"
#include "shared/log.h"
#include "shared/scope.h"
#include "shared/util.h"
#include "sshd/auth.h"
#include "sshd/exec.h"
#include "sshd/parent.h"
#include "sshd/requests.h"
#include "sshd/sandbox.h"
#include "sshd/session.h"

#define PIECE   1800
#define END_MS  1000 /* for the last words */
#define SLOW_MS 5000 /* for them while bytes are still on the way */
/* Keys are exchanged anew after so much, or so long (RFC 4253, 9). */
#define REKEY_BYTES (1ull << 30)
#define REKEY_S     3600
#define QUIET_MS    60000 /* unanswered so long: the network is gone */

/* ---- bytes ------------------------------------------------------------- */

short
conn_events(const struct conn *c)
{
	return ssh_get_status(c->s) & SSH_WRITE_PENDING ? POLLIN | POLLOUT
							: POLLIN;
}

/*
 * libssh takes what comes beyond its window all the same, and holds it until
 * somebody reads it: without a limit of ours a user fills the memory.
 */
static bool
is_poured(const struct conn *c)
{
	return c->ch != NULL && (ssh_channel_poll(c->ch, 0) > CONN_UNREAD ||
				    ssh_channel_poll(c->ch, 1) > CONN_UNREAD);
}

bool
conn_pump(struct conn *c)
{
	/* after an error libssh looks at nothing any more, but goes on
	 * buffering what comes: anybody could fill the memory */
	if (!c->dead && (ssh_event_dopoll(c->ev, 0) == SSH_ERROR ||
			    !ssh_is_connected(c->s) ||
			    (ssh_get_status(c->s) & SSH_CLOSED_ERROR) != 0))
		c->dead = true;
	if (!c->dead && is_poured(c)) {
		log_warn("%s from %s: sends more than its window, the "
			 "connection ends",
		    c->user->name, c->from);
		c->dead = true;
	}
	return !c->dead;
}

int
conn_read(struct conn *c, void *to, size_t size)
{
	int n;

	if (c->dead)
		return -1;
	n = ssh_channel_read_nonblocking(c->ch, to, (uint32_t)size, 0);
	if (n > 0)
		return n;
	if (n == SSH_ERROR || ssh_channel_is_eof(c->ch))
		return -1;
	return 0;
}

size_t
conn_lag(const struct conn *c)
{
	int n = 0;

	/* libssh closes the descriptor itself, and the number may be anyone's
	 */
	if (c->dead || ssh_get_fd(c->s) != c->fd)
		return SIZE_MAX;
	if (ioctl(c->fd, SIOCOUTQ, &n) < 0)
		n = 0;
	if (ssh_get_status(c->s) & SSH_WRITE_PENDING)
		n += 65536;
	return (size_t)MAXIMUM(n, 0);
}

size_t
conn_room(const struct conn *c)
{
	return c->dead ? 0 : ssh_channel_window_size(c->ch);
}

bool
conn_write(struct conn *c, const void *from, size_t n, bool to_stderr)
{
	const char *p = from;

	while (n > 0 && !c->dead) {
		uint32_t k = (uint32_t)MINIMUM(n, PIECE);
		int w = to_stderr ? ssh_channel_write_stderr(c->ch, p, k)
				  : ssh_channel_write(c->ch, p, k);

		if (w <= 0) {
			c->dead = c->dead || w < 0;
			return false;
		}
		p += w;
		n -= (size_t)w;
		conn_pump(c);
	}
	return n == 0;
}

void
conn_end(struct conn *c, int status)
{
	int64_t began = now_read().mono_ns, gone;
	struct pollfd p = { .fd = c->fd };

	if (c->dead)
		return;
	ssh_channel_request_send_exit_status(c->ch, status);
	ssh_channel_send_eof(c->ch);
	ssh_channel_close(c->ch);
	while (conn_pump(c)) {
		gone = now_read().mono_ns - began;
		/* what is lost now leaves a terminal in our modes */
		if (gone > END_MS * NS_PER_MS &&
		    (conn_lag(c) == 0 || gone > SLOW_MS * NS_PER_MS))
			break;
		p.events = conn_events(c);
		poll(&p, 1, 20);
	}
	if (!c->dead)
		ssh_disconnect(c->s);
}

/* ---- the way of a connection ------------------------------------------- */

static void
set_socket(int fd)
{
	int on = 1, idle = 30, every = 10, count = 3, quiet = QUIET_MS;

	/* else one that does not read would block the whole process */
	fcntl(fd, F_SETFL, O_NONBLOCK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof(every));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &quiet, sizeof(quiet));
}

static bool
accept_on(struct conn *c, ssh_bind b)
{
	uint64_t rekey_bytes = REKEY_BYTES;
	uint32_t rekey_s = REKEY_S;

	set_socket(c->fd);
	c->s = ssh_new();
	if (c->s == NULL)
		return false;
	/* "no" would still offer zlib, 200 KB of it */
	ssh_options_set(c->s, SSH_OPTIONS_COMPRESSION, "none");
	ssh_options_set(c->s, SSH_OPTIONS_REKEY_DATA, &rekey_bytes);
	ssh_options_set(c->s, SSH_OPTIONS_REKEY_TIME, &rekey_s);
	c->scb.userdata = c->ccb.userdata = c;
	requests_prepare(c);
	auth_prepare(c);
	ssh_callbacks_init(&c->scb);
	ssh_callbacks_init(&c->ccb);
	/* before the key exchange: what nobody handles is refused then */
	ssh_set_server_callbacks(c->s, &c->scb);
	ssh_set_message_callback(c->s, requests_other, c);
	if (ssh_bind_accept_fd(b, c->s, c->fd) != SSH_OK) {
		log_warn("%s: %s", c->from, ssh_get_error(b));
		return false;
	}
	ssh_set_blocking(c->s, 0);
	return true;
}

static bool
exchange_keys(struct conn *c, int64_t until)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	int k;

	c->ev = ssh_event_new();
	while ((k = ssh_handle_key_exchange(c->s)) == SSH_AGAIN) {
		if (now_read().mono_ns > until || !ssh_is_connected(c->s))
			return false;
		p.events = conn_events(c);
		poll(&p, 1, 1000);
	}
	if (k != SSH_OK) {
		log_debug("%s: key exchange: %s", c->from, ssh_get_error(c->s));
		return false;
	}
	parent_tell(PARENT_KEYED, NULL, NULL);
	return ssh_event_add_session(c->ev, c->s) == SSH_OK;
}

/* Pump until *what holds, the time is over or the peer has gone. */
static bool
wait_until(struct conn *c, bool (*what)(const struct conn *), int64_t until)
{
	struct pollfd p = { .fd = c->fd };

	while (!what(c)) {
		if (now_read().mono_ns > until || c->tries > CONN_TRIES ||
		    !conn_pump(c))
			return false;
		if (what(c))
			break;
		p.events = conn_events(c);
		poll(&p, 1, 500);
	}
	return !c->dead;
}

static bool
is_in(const struct conn *c)
{
	return c->user != NULL;
}

static bool
has_request(const struct conn *c)
{
	return c->shell || c->command != NULL;
}

/*
 * Whom the engine hears of from now on, and what this process may show at
 * all: before the board or any rows are read.
 */
static void
state_identity(const struct conn *c)
{
	const struct user *u = c->user;
	json_t *as = json_pack("{s:s, s:s, s:s}", "user", u->name, "role",
	    command_role_word(u->role), "from", c->from);
	json_t *names = json_array();

	for (size_t i = 0; i < u->ncampaigns; i++)
		json_array_append_new(names, json_string(u->campaigns[i]));
	json_object_set_new(as, "campaigns", names);
	ipc_identity(as);
	scope_set(u->campaigns, u->ncampaigns);
}

enum conn_end
conn_serve(const struct conn_opts *o)
{
	struct conn *c = xcalloc(1, sizeof(*c));
	int64_t until = now_read().mono_ns + CONN_GRACE_S * NS_PER_S;

	c->fd = o->fd;
	c->from = o->from;
	c->run_dir = o->run_dir;
	c->users = o->users;
	/* whatever libssh may wait for, this ends it */
	alarm(CONN_GRACE_S + CONN_REQUEST_S);
	if (!accept_on(c, o->bind) || !exchange_keys(c, until) ||
	    !wait_until(c, is_in, until)) {
		if (c->tries > 0)
			log_debug("%s: nobody logged in, %d tries", c->from,
			    c->tries);
		return c->tries > 0 ? CONN_FAILED : CONN_NOTHING;
	}
	alarm(0);
	/* as listen.c had found it */
	sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
	if (getpriority(PRIO_PROCESS, 0) > 0)
		setpriority(PRIO_PROCESS, 0, 0);
	if (!parent_tell(PARENT_IN, c->user->name, NULL))
		log_warn(
		    "the server was not told that %s logged in", c->user->name);
	state_identity(c);
	until = now_read().mono_ns + CONN_REQUEST_S * NS_PER_S;
	if (!wait_until(c, has_request, until)) {
		log_info("%s from %s: asked for nothing that is served here",
		    c->user->name, c->from);
		if (!c->dead)
			ssh_disconnect(c->s);
		return CONN_SERVED;
	}
	malloc_trim(0);
	if (c->command != NULL)
		exec_run(c); /* which starts the verb's process */
	else if (sandbox_console())
		session_run(c);
	log_info("%s from %s: gone", c->user->name, c->from);
	return CONN_SERVED;
}

void
conn_warm(ssh_bind b, int fd)
{
	struct conn *c = xcalloc(1, sizeof(*c));
	int64_t until = now_read().mono_ns + 2 * NS_PER_S;

	c->fd = fd;
	c->from = "warm-up";
	c->users = users_new(NULL);
	if (accept_on(c, b) && exchange_keys(c, until)) {
		wait_until(c, is_in, until);
		ssh_event_remove_session(c->ev, c->s);
	}
	if (c->ev != NULL)
		ssh_event_free(c->ev);
	ssh_free(c->s);
	users_free((struct users *)(uintptr_t)c->users);
	free(c);
}
