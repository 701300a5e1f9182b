/* SPDX-License-Identifier: MIT */
/*
 * sandbox: what a connection's process may still ask of the kernel.  Limits,
 * Landlock (nothing but reading, and only below the few directories that the
 * screens need) and seccomp (no exec, no socket but AF_UNIX, no tracing).
 * It stands instead of a chroot to an empty directory: a session opens the
 * board after its user has logged in, when no right to change anything is
 * left.  A kernel or a build that lacks a part is named once, at the start.
 */
#ifndef SSHD_SANDBOX_H
#define SSHD_SANDBOX_H

#include <stdbool.h>

#include "shared/buf.h"

/* Prepare all of it in the server, once; what cannot be had is logged. */
void sandbox_init(const char *run_dir);
/* What there is and what is not, a line each; true: all of it. */
bool sandbox_describe(struct buf *);
/*
 * In a connection's process, before it reads a byte.  False: what the server
 * found to work does not (it is logged); nobody is to be served then.
 */
bool sandbox_stranger(void);
/* Once a console begins, or in a verb's own process: it starts no other. */
bool sandbox_console(void);

#endif
