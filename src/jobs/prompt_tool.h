/* SPDX-License-Identifier: MIT */
/*
 * prompt_tool: run sox, espeak-ng or the operator's own command and wait for
 * it, with a limit in time.  Never through a shell.
 */
#ifndef JOBS_PROMPT_TOOL_H
#define JOBS_PROMPT_TOOL_H

#include <stdbool.h>

#include "shared/buf.h"

#define PROMPT_TOOL_S    60 /* a run takes at most */
#define PROMPT_TOOL_ARGS 40

/*
 * Run argv[0], looked for in PATH, with input (may be NULL) on its standard
 * input.  False and err: what it said last, how it ended, or that it is not
 * installed and the package to get.
 */
bool prompt_tool_run(
    const char *const *argv, const char *input, struct buf *err);
/*
 * Split a command at blanks ("..." keeps them) into at most
 * PROMPT_TOOL_ARGS - 1 words, %f and %n (and %% for %) replaced in each; argv
 * is ended by NULL, its words are to be freed by prompt_tool_free().  False and
 * err: an open quote, another %, nothing in it, or no %f.
 */
bool prompt_tool_split(const char *command, const char *f, const char *n,
    char *argv[PROMPT_TOOL_ARGS], struct buf *err);
void prompt_tool_free(char *argv[PROMPT_TOOL_ARGS]);

#endif
