/* SPDX-License-Identifier: MIT */
/* cmd_why: what cmd_why.c and cmd_why_contact.c share. */
#ifndef DAEMON_CMD_WHY_H
#define DAEMON_CMD_WHY_H

#include <stdint.h>

#include <jansson.h>

#include "daemon/state.h"

/* A text that may be shown, as JSON. */
json_t *cmd_why_clean(const char *);
/* What is closed, as members of o. */
void cmd_why_put(json_t *o, const struct engine_why *);
/* "WHAT is DONE", or not, and the first closed gate. */
void cmd_why_first(struct buf *, const char *what, const char *done,
    const struct engine_why *);
/* One line for each closed gate, then the note. */
void cmd_why_gates(struct buf *, const char *zone, const struct engine_why *);
/* Who is limited to campaigns reads nothing of others in the gates. */
void cmd_why_cut(const struct ctl_req *, struct engine_why *);
/* A column as a number; none: where it is null. */
int64_t cmd_why_column(
    const struct db_answer *, int row, int col, int64_t none);
/* The rows of load_contact_why() as the answer; arg: the struct cmd. */
void cmd_why_contact(void *arg, const struct db_answer *);

#endif
