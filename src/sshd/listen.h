/* SPDX-License-Identifier: MIT */
/*
 * listen: the parent: takes connections, forks a process for each, counts
 * them, and hears from them who has logged in.
 */
#ifndef SSHD_LISTEN_H
#define SSHD_LISTEN_H

#include <stdbool.h>

#include <jansson.h>
#include <libssh/server.h>

#include "shared/buf.h"

#define LISTEN_SESSIONS 1000 /* connections in all */

/* The socket; -1 and err. */
int listen_open(const char *addr, int port, struct buf *err);
struct listen_opts {
	int fd; /* taken */
	ssh_bind bind;
	int reader; /* reader_start() */
	const char *run_dir;
	const json_t *users; /* rows, borrowed during the call */
};
/*
 * Until SIGTERM, which leaves those who have logged in alone, or SIGINT or
 * SIGQUIT, which end them; SIGHUP reads the users again.
 */
void listen_run(const struct listen_opts *);

#endif
