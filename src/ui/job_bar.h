/* SPDX-License-Identifier: MIT */
/*
 * job_bar: what an asker sees while the engine's job works for it, until the
 * engine answers.
 */
#ifndef UI_JOB_BAR_H
#define UI_JOB_BAR_H

#include <stdbool.h>

#include <jansson.h>

#include "shared/board.h"
#include "ui/cmd.h"

#define JOB_BAR_WHAT sizeof(((struct board_job *)0)->what)

struct job_bar {
	const char *verb; /* "import contacts" */
	const char *what; /* as the engine names it; "": shows nothing */
	bool rows; /* it counts rows, not bytes */
	const char *given_up; /* why, when the asker (Ctrl-C) gives up */
};
/*
 * The reply on fd (ipc_open()), or NULL and *why.  Meanwhile on standard error
 * a bar on a terminal; from afar, into a file or a pipe, a line now and then.
 */
json_t *job_bar_wait(
    struct cli *, int fd, const struct job_bar *, const char **why);

#endif
