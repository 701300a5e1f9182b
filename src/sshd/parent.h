/* SPDX-License-Identifier: MIT */
/*
 * parent: what a connection's process and the server that forked it tell each
 * other, over a socket of their own (SOCK_SEQPACKET, one for each child).
 * Only the child's end is here; listen.c has the other.  The server believes
 * nothing of it but who has logged in, and passes descriptors on.
 */
#ifndef SSHD_PARENT_H
#define SSHD_PARENT_H

#include <stdbool.h>
#include <sys/types.h>

enum parent_kind {
	PARENT_KEYED, /* child: the client has exchanged keys */
	PARENT_IN, /* child: user has logged in */
	PARENT_TRIED, /* child: a log-in as user was refused; what: "key" ... */
	PARENT_GIVE, /* child: hand this descriptor to the process `to` */
	PARENT_GIVEN, /* server: here it is, from the process `to` */
	PARENT_GONE, /* server: the process `to` of a PARENT_GIVE is not there
		      */
};
struct parent_note {
	int kind; /* enum parent_kind */
	pid_t to;
	char user[32], what[16];
};

/* In the child, once: its end. */
void parent_set(int fd);
/* Descriptor to poll for POLLIN; -1: the server is gone (or was never). */
int parent_fd(void);
/* Never waits; false: it could not be said. */
bool parent_tell(enum parent_kind, const char *user, const char *what);
/* Hand fd on (it stays the caller's, too). */
bool parent_give(pid_t to, int fd);
/* The next note; *fd: the descriptor on it (the caller's), or -1.  False: none.
 */
bool parent_take(struct parent_note *, int *fd);

#endif
