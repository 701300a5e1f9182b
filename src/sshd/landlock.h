/* SPDX-License-Identifier: MIT */
/*
 * landlock: this process reads below some directories, and opens nothing
 * else; makes no TCP connection, signals no process outside.  As much of it as
 * the kernel has.
 */
#ifndef SSHD_LANDLOCK_H
#define SSHD_LANDLOCK_H

#include <stdbool.h>

#include "shared/buf.h"

/* Does the kernel know it?  Call before the rest. */
bool landlock_find(void);
/* It does not work here: landlock_enter() does nothing from now on. */
void landlock_forget(void);
/*
 * For good, and NULL ends the list; "" is passed over, so is what is not
 * there.  False and errno.
 */
bool landlock_enter(const char *const *dirs);
/* One line: what there is and what is not; true: all. */
bool landlock_describe(struct buf *);

#endif
