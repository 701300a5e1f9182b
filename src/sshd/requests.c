/* SPDX-License-Identifier: MIT */
/*
 * requests: libssh's callbacks: 0 grants, 1 refuses.  They only set flags;
 * nothing is freed or closed inside one.
 */
#include "sshd/requests.h"

#include <signal.h>
#include <string.h>

#include "shared/log.h"
#include "shared/util.h"
#include "sshd/conn.h"

#define NOTED_MAX 8 /* refused requests in the log, of one connection */

/* For the log, a few of a connection; what a client sent is no part of it. */
static void
note_refused(struct conn *c, const char *what)
{
	if (c->noted++ < NOTED_MAX)
		log_info("%s from %s: %s is refused",
		    c->user != NULL ? c->user->name : "?", c->from, what);
}

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

static int
refuse_env(struct conn *c)
{
	if (!c->env_noted)
		log_info("%s from %s: a variable of the environment is refused",
		    c->user->name, c->from);
	c->env_noted = true;
	return 1;
}

/* Only to learn what the terminal shows and its user reads. */
static int
on_env(ssh_session s, ssh_channel ch, const char *name, const char *value,
    void *arg)
{
	struct conn *c = arg;

	(void)s, (void)ch;
	if (name == NULL || value == NULL || strlen(value) >= sizeof(c->locale))
		return refuse_env(c);
	if (strcmp(name, "LC_ALL") == 0 ||
	    (strcmp(name, "LC_CTYPE") == 0 && c->locale[0] == '\0'))
		str_copy(c->locale, sizeof(c->locale), value);
	else if (strcmp(name, "LANG") == 0 || strcmp(name, "LC_MESSAGES") == 0)
		str_copy(c->language, sizeof(c->language), value);
	else if (strncmp(name, "LC_", 3) != 0)
		return refuse_env(c);
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
		note_refused(c, "a second channel");
		return NULL;
	}
	c->ch = ssh_channel_new(s);
	ssh_set_channel_callbacks(c->ch, &c->ccb);
	return c->ch;
}

static void
on_agent(ssh_session s, ssh_channel ch, void *arg)
{
	(void)s, (void)ch;
	note_refused(arg, "forwarding of the agent");
}

int
requests_other(ssh_session s, ssh_message m, void *arg)
{
	struct conn *c = arg;
	int sub = ssh_message_subtype(m);

	(void)s;
	switch (ssh_message_type(m)) {
	case SSH_REQUEST_CHANNEL_OPEN:
		note_refused(c, sub == SSH_CHANNEL_DIRECT_TCPIP
				    ? "forwarding of a port to here"
				    : "a channel that is no session");
		break;
	case SSH_REQUEST_GLOBAL:
		if (sub == SSH_GLOBAL_REQUEST_TCPIP_FORWARD)
			note_refused(c, "forwarding of a port from here");
		break;
	case SSH_REQUEST_CHANNEL:
		if (sub == SSH_CHANNEL_REQUEST_X11)
			note_refused(c, "forwarding of X11");
		break;
	default: /* log-ins are noted by auth.c */
		break;
	}
	return 1;
}

void
requests_prepare(struct conn *c)
{
	c->scb.channel_open_request_session_function = on_open;
	c->ccb.channel_pty_request_function = on_pty;
	c->ccb.channel_pty_window_change_function = on_size;
	c->ccb.channel_shell_request_function = on_shell;
	c->ccb.channel_exec_request_function = on_exec;
	c->ccb.channel_env_request_function = on_env;
	c->ccb.channel_subsystem_request_function = on_subsystem;
	c->ccb.channel_signal_function = on_signal;
	c->ccb.channel_close_function = on_close;
	c->ccb.channel_auth_agent_req_function = on_agent;
}
