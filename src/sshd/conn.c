/* SPDX-License-Identifier: MIT */
/*
 * conn: libssh, and its habits.  Callbacks only set flags; nothing is freed
 * or closed inside one.  Writing goes in pieces: libssh's buffers grow to the
 * biggest write and stay so.
 */
#include "sshd/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "shared/ipc.h"
#include "shared/log.h"
#include "shared/util.h"
#include "sshd/auth.h"
#include "sshd/exec.h"
#include "sshd/session.h"

#define PIECE    1800
#define END_MS   1000 /* for the last words */
#define QUIET_MS 60000 /* unanswered so long: the network is gone */

/* ---- requests on the channel: 0 grants, 1 refuses ---------------------- */

static void
take_size(struct conn *c, int cols, int rows)
{
	/* clients send 0x0 and 65535 */
	c->cols = cols < 1 || cols > 1000 ? 80 : cols;
	c->rows = rows < 1 || rows > 500 ? 24 : rows;
}

static int
on_pty(ssh_session s, ssh_channel ch, const char *term, int cols, int rows,
    int px, int py, void *arg)
{
	struct conn *c = arg;

	(void)s, (void)ch, (void)px, (void)py;
	if (c->shell || c->command != NULL)
		return 1;
	take_size(c, cols, rows);
	str_copy(c->term, sizeof(c->term), term != NULL ? term : "");
	c->pty = true;
	return 0;
}

static int
on_size(ssh_session s, ssh_channel ch, int cols, int rows, int px, int py,
    void *arg)
{
	struct conn *c = arg;

	(void)s, (void)ch, (void)px, (void)py;
	if (!c->pty)
		return 1;
	take_size(c, cols, rows);
	c->resized = true;
	return 0;
}

static int
on_shell(ssh_session s, ssh_channel ch, void *arg)
{
	struct conn *c = arg;

	(void)s, (void)ch;
	if (!c->pty || c->shell || c->command != NULL) {
		log_info("%s from %s: a shell without a terminal is refused",
		    c->user->name, c->from);
		return 1;
	}
	c->shell = true;
	return 0;
}

static int
on_exec(ssh_session s, ssh_channel ch, const char *command, void *arg)
{
	struct conn *c = arg;

	(void)s, (void)ch;
	if (c->shell || c->command != NULL || command == NULL)
		return 1;
	c->command = xstrdup(command);
	return 0;
}

/* Only to learn what the terminal shows and its user reads. */
static int
on_env(ssh_session s, ssh_channel ch, const char *name, const char *value,
    void *arg)
{
	struct conn *c = arg;

	(void)s, (void)ch;
	if (name == NULL || value == NULL || strlen(value) >= sizeof(c->locale))
		return 1;
	if (strcmp(name, "LC_ALL") == 0 ||
	    (strcmp(name, "LC_CTYPE") == 0 && c->locale[0] == '\0'))
		str_copy(c->locale, sizeof(c->locale), value);
	else if (strcmp(name, "LANG") == 0 || strcmp(name, "LC_MESSAGES") == 0)
		str_copy(c->language, sizeof(c->language), value);
	else if (strncmp(name, "LC_", 3) != 0)
		return 1;
	return 0;
}

static int
on_subsystem(ssh_session s, ssh_channel ch, const char *name, void *arg)
{
	struct conn *c = arg;
	char clean[24];
	size_t n = 0;

	(void)s, (void)ch;
	for (; name != NULL && *name != '\0' && n + 1 < sizeof(clean); name++)
		clean[n++] = *name > ' ' && *name < 0x7f ? *name : '?';
	clean[n] = '\0';
	log_info("%s from %s: subsystem %s is refused", c->user->name, c->from,
	    clean);
	return 1;
}

static void
on_signal(ssh_session s, ssh_channel ch, const char *name, void *arg)
{
	struct conn *c = arg;

	(void)s, (void)ch;
	if (strcmp(name, "INT") == 0)
		c->sig = SIGINT;
	else if (strcmp(name, "TERM") == 0 || strcmp(name, "HUP") == 0)
		c->sig = SIGTERM;
}

static void
on_close(ssh_session s, ssh_channel ch, void *arg)
{
	(void)s, (void)ch;
	((struct conn *)arg)->dead = true;
}

static ssh_channel
on_open(ssh_session s, void *arg)
{
	struct conn *c = arg;

	if (c->user == NULL || c->ch != NULL) {
		log_info("%s from %s: a second channel is refused",
		    c->user != NULL ? c->user->name : "?", c->from);
		return NULL;
	}
	c->ch = ssh_channel_new(s);
	ssh_set_channel_callbacks(c->ch, &c->ccb);
	return c->ch;
}

/* ---- bytes ------------------------------------------------------------- */

short
conn_events(const struct conn *c)
{
	return ssh_get_status(c->s) & SSH_WRITE_PENDING ? POLLIN | POLLOUT
							: POLLIN;
}

bool
conn_pump(struct conn *c)
{
	if (!c->dead && (ssh_event_dopoll(c->ev, 0) == SSH_ERROR ||
			    !ssh_is_connected(c->s)))
		c->dead = true;
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
	int64_t until = now_read().mono_ns + END_MS * NS_PER_MS;
	struct pollfd p = { .fd = c->fd };

	if (c->dead)
		return;
	ssh_channel_request_send_exit_status(c->ch, status);
	ssh_channel_send_eof(c->ch);
	ssh_channel_close(c->ch);
	while (conn_pump(c) && now_read().mono_ns < until) {
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
	set_socket(c->fd);
	c->s = ssh_new();
	if (c->s == NULL)
		return false;
	/* "no" would still offer zlib, 200 KB of it */
	ssh_options_set(c->s, SSH_OPTIONS_COMPRESSION, "none");
	c->scb.userdata = c->ccb.userdata = c;
	c->scb.channel_open_request_session_function = on_open;
	c->ccb.channel_pty_request_function = on_pty;
	c->ccb.channel_pty_window_change_function = on_size;
	c->ccb.channel_shell_request_function = on_shell;
	c->ccb.channel_exec_request_function = on_exec;
	c->ccb.channel_env_request_function = on_env;
	c->ccb.channel_subsystem_request_function = on_subsystem;
	c->ccb.channel_signal_function = on_signal;
	c->ccb.channel_close_function = on_close;
	auth_prepare(c);
	ssh_callbacks_init(&c->scb);
	ssh_callbacks_init(&c->ccb);
	/* before the key exchange: what nobody handles is refused then */
	ssh_set_server_callbacks(c->s, &c->scb);
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

/* Whom the engine hears of from now on. */
static void
state_identity(const struct conn *c)
{
	ipc_identity(json_pack("{s:s, s:s, s:s}", "user", c->user->name, "role",
	    command_role_word(c->user->role), "from", c->from));
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
			log_warn("%s: nobody logged in, %d tries", c->from,
			    c->tries);
		return c->tries > 0 ? CONN_FAILED : CONN_NOTHING;
	}
	alarm(0);
	o->logged_in(o->arg, c->user->name);
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
	if (c->shell)
		session_run(c);
	else
		exec_run(c);
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
