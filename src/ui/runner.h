/* SPDX-License-Identifier: MIT */
/*
 * runner: a verb that needs files of this machine (import, apply) as a
 * program of its own: ourselves, with that verb.  It goes on when the viewer
 * leaves; what it has to say is told when it has ended.
 */
#ifndef UI_RUNNER_H
#define UI_RUNNER_H

#include <stdbool.h>

#define RUNNER_ARGS 16

struct runner;
/* args: the verb and its arguments, NULL at the end.  NULL: *why (static). */
struct runner *runner_start(
    const char *run_dir, const char *const *args, const char **why);
/* Readable when there is news. */
int runner_fd(const struct runner *);
/* True when it has ended: *good and *text (borrowed until free). */
bool runner_work(struct runner *, bool *good, const char **text);
void runner_free(struct runner *); /* the program goes on */

#endif
