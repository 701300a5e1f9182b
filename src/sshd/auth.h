/* SPDX-License-Identifier: MIT */
/*
 * auth: is it who it says it is?  Public keys; passwords where anybody has
 * one.  A refusal takes the longer the more there were on this connection.
 */
#ifndef SSHD_AUTH_H
#define SSHD_AUTH_H

struct conn;
/* Put the callbacks and methods on a connection that was not accepted yet. */
void auth_prepare(struct conn *);

#endif
