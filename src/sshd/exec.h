/* SPDX-License-Identifier: MIT */
/*
 * exec: `ssh host VERB ...`: one verb of the command line, in a process of
 * its own whose three pipes are shuttled.  Verbs that the engine answers, and
 * help; files of this machine are out of reach.
 */
#ifndef SSHD_EXEC_H
#define SSHD_EXEC_H

#include <stdbool.h>

#include "shared/commands.h"

#define EXEC_ARGS 256

struct conn;
void exec_run(struct conn *);

/*
 * Split as a shell would: blanks, '...', "...", \x; expands nothing.  argv
 * (room for EXEC_ARGS) points into line, which is changed.  The count; -1: an
 * open quote or too many.
 */
int exec_split(char *line, char **argv);
/*
 * May it be run for that role?  False: *code is the exit status and text says
 * why.
 */
bool exec_allowed(
    char **argv, int argc, enum command_role, int *code, char text[256]);

#endif
