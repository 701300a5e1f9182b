/* SPDX-License-Identifier: MIT */
/*
 * conninfo: what libpq is told when it connects, the same for the engine's
 * link, the migration and the jobs.
 *
 * To the user's string (keywords or URI) are added: application_name;
 * connect_timeout 3 s, TCP keepalives (10 s, 3 probes 5 s apart) and
 * tcp_user_timeout 5 s, target_session_attrs read-write, unless it has its
 * own; and options: search_path discador, timezone UTC, the time limits, and
 * no JIT, which compiles for half a second what runs for a millisecond.
 *
 * A string with several hosts becomes as many single ones, tried in turn: so
 * every host gets its own time limit, which PQconnectPoll does not give.
 * A host name is looked up by libpq and that blocks; name hosts by address
 * (hostaddr) where the resolver may be slow.
 */
#ifndef DB_CONNINFO_H
#define DB_CONNINFO_H

#include <stddef.h>

#include <libpq-fe.h>

#include "shared/buf.h"

struct conninfo;

/*
 * statement_ms: limit for one statement, 0: none.  NULL and err if the string
 * cannot be parsed.
 */
struct conninfo *conninfo_new(
    const char *text, const char *appname, int statement_ms, struct buf *err);
void conninfo_free(struct conninfo *);
/* How many hosts there are to try; at least 1. */
size_t conninfo_hosts(const struct conninfo *);
/* Seconds one host may take. */
int conninfo_timeout_s(const struct conninfo *);
/* PQconnectStart to host i (modulo the number of hosts); NULL: no memory. */
PGconn *conninfo_start(const struct conninfo *, size_t i);
/* Blocking, the first host that takes us; NULL and err if none does. */
PGconn *conninfo_connect(const struct conninfo *, struct buf *err);
/* libpq's message on one line, without the final newline, appended. */
void conninfo_error(struct buf *, const char *message);

#endif
