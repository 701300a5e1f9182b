/* SPDX-License-Identifier: MIT */
/*
 * cluster_server: the half of cluster that handles the server's own files and
 * programs.  Only cluster.c calls it, in a child that has become uid.
 */
#ifndef DAEMON_CLUSTER_SERVER_H
#define DAEMON_CLUSTER_SERVER_H

#include <sys/types.h>

#include <stdbool.h>

#include "shared/buf.h"

#define CLUSTER_PORT   "5432"
#define CLUSTER_SOCKET "/.s.PGSQL." CLUSTER_PORT
#define CLUSTER_ROLE   "discador"
#define CLUSTER_SUPER  "postgres"

struct cluster {
	char *state, *pg, *data, *run, *log; /* absolute */
	char user[64]; /* who runs the server: uid */
	char owner[64]; /* who runs us */
	uid_t uid;
	gid_t gid;
	int flags; /* CLUSTER_FAST_INIT */
	char bin[64]; /* /usr/lib/postgresql/15/bin, once known */
	int lock;
};

/* Make the data directory if need be and start the server if it is down. */
bool cluster_server_start(struct cluster *, struct buf *err);
/* Stop it, fast; true if it is down. */
bool cluster_server_stop(struct cluster *, struct buf *err);
/*
 * The postmaster's pid if it runs, 0 if not.  *stale: its lock file names a
 * process that is another.  Needs c->data only.
 */
pid_t cluster_server_pid(const struct cluster *, bool *stale);

#endif
