/* SPDX-License-Identifier: MIT */
/*
 * conn: one connection in its own process: key exchange, log-in, one channel,
 * and bytes both ways.  What the channel is for is session's or exec's.
 */
#ifndef SSHD_CONN_H
#define SSHD_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "sshd/users.h"

#define CONN_GRACE_S   20 /* to log in */
#define CONN_REQUEST_S 5 /* then to say what for */
#define CONN_TRIES     6
/* bytes that nobody has read yet; libssh grants 1.28 MB at a time */
#define CONN_UNREAD (2 << 20)
#define CONN_LAG    16384 /* bytes on the way: the client is slow */

struct conn {
	ssh_session s;
	ssh_channel ch; /* NULL: none yet */
	ssh_event ev;
	int fd;
	const char *from; /* its address */
	const char *run_dir;
	const struct users *users;
	const struct user *user; /* NULL: not logged in */
	int tries;
	bool dead; /* not a byte more */
	bool pty, shell, resized, env_noted;
	unsigned noted; /* refused requests that were logged */
	char *command; /* exec; NULL: none */
	int rows, cols;
	char term[64], language[64], locale[64];
	int sig; /* asked for by the client, 0 none */
	struct ssh_server_callbacks_struct scb;
	struct ssh_channel_callbacks_struct ccb;
};

struct conn_opts {
	ssh_bind bind;
	int fd; /* taken */
	const char *from, *run_dir;
	const struct users *users;
};
enum conn_end { CONN_SERVED, CONN_NOTHING, CONN_FAILED };
/*
 * Serve it to its end.  CONN_FAILED: somebody tried to log in, and did not;
 * CONN_NOTHING: nobody tried.  Rights have been given up already.
 */
enum conn_end conn_serve(const struct conn_opts *);
/* Server side of one handshake over fd, to warm a parent. */
void conn_warm(ssh_bind, int fd);

/* What poll(2) should look for on c->fd. */
short conn_events(const struct conn *);
/* Serve what has arrived; false: the connection has ended. */
bool conn_pump(struct conn *);
/* Bytes that arrived: > 0; 0 none now; -1: no more will come. */
int conn_read(struct conn *, void *to, size_t size);
/* Bytes that the client lags behind. */
size_t conn_lag(const struct conn *);
/* Bytes that may be written at once. */
size_t conn_room(const struct conn *);
/* Write all, in small pieces; false: not all of it went. */
bool conn_write(struct conn *, const void *, size_t, bool to_stderr);
/* Exit status, end of the channel, a moment for it to arrive. */
void conn_end(struct conn *, int status);

#endif
