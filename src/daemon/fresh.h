/* SPDX-License-Identifier: MIT */
/*
 * fresh: who waits until the engine goes by what the tables say now, so that
 * a change that was answered holds from the next call on.
 */
#ifndef DAEMON_FRESH_H
#define DAEMON_FRESH_H

#include <stdbool.h>

struct daemon;

/*
 * Load the objects again, and call fn(arg) when that is done (at once where
 * the database is away: then the next chain has them).
 */
void fresh_reload(struct daemon *, void (*fn)(void *arg), void *arg);
/* loader.c: a reload begins; it is over (good or not). */
void fresh_begun(struct daemon *);
void fresh_over(struct daemon *);

#endif
