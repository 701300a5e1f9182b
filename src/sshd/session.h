/* SPDX-License-Identifier: MIT */
/*
 * session: the console in a client's terminal: keys in, diffs out.  A client
 * that does not read loses whole frames, never a part of one.
 */
#ifndef SSHD_SESSION_H
#define SSHD_SESSION_H

#include <stdbool.h>

struct conn;
/* Until the user leaves, the client goes, or the engine ends it. */
void session_run(struct conn *);
/* SIGTERM came: sessions and verbs end soon (async-signal-safe). */
void session_stop(int sig);
/* Did it? */
bool session_stopped(void);

#endif
