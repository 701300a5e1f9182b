/* SPDX-License-Identifier: MIT */
/*
 * note: one message of fixed size, with or without a descriptor on it, between
 * the server and the process of a connection (SOCK_SEQPACKET).  Never waits
 * and knows nothing of what the message says.
 */
#ifndef SSHD_NOTE_H
#define SSHD_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* fd -1: none; it stays the caller's.  False: errno, nothing was sent. */
bool note_send(int sock, const void *note, size_t size, int fd);
/*
 * Bytes of the message (0: the other end is gone; -1: errno); *fd is the
 * descriptor on it, the caller's now, or -1.  More than one is not taken.
 */
ssize_t note_receive(int sock, void *note, size_t size, int *fd);

#endif
