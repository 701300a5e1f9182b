/* SPDX-License-Identifier: MIT */
/*
 * requests: what a client may ask for on its connection: one session, in it a
 * terminal, a console or a verb.  All else is refused, and logged.
 */
#ifndef SSHD_REQUESTS_H
#define SSHD_REQUESTS_H

#include <libssh/libssh.h>

struct conn;
/* Put the callbacks on a connection that was not accepted yet. */
void requests_prepare(struct conn *);
/* For ssh_set_message_callback(): what no other callback has taken. */
int requests_other(ssh_session, ssh_message, void *conn);

#endif
