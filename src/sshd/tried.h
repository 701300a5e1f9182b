/* SPDX-License-Identifier: MIT */
/*
 * tried: refused log-ins, gathered and told to the engine, which audits them.
 * A process of its own tells, so that an engine that does not answer holds
 * nobody up; one at a time, and the less often the longer a flood goes on.
 */
#ifndef SSHD_TRIED_H
#define SSHD_TRIED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define TRIED_ROWS   50 /* told apart; the rest is one row */
#define TRIED_S      2 /* at most so often */
#define TRIED_MOST_S 30 /* and so often while there are many */

struct tried;
struct tried *tried_new(const char *run_dir);
void tried_free(struct tried *);
/* Printable texts; n > 0 times. */
void tried_add(struct tried *, const char *user, const char *from,
    const char *how, unsigned n);
/* Tell, if there is something and it is time.  *ms: look again after. */
void tried_turn(struct tried *, int64_t mono_ns, int *ms);
/* A process ended: was it the one that told?  What it did not, is kept. */
bool tried_ended(struct tried *, pid_t, int status);

#endif
