/* SPDX-License-Identifier: MIT */
/*
 * cmd_context: what the parts of `discador context` share with each other and
 * with the other commands that change or look at contexts.
 */
#ifndef DAEMON_CMD_CONTEXT_H
#define DAEMON_CMD_CONTEXT_H

#include <stddef.h>

#include <jansson.h>

#include "daemon/cmd.h"
#include "shared/flow.h"

/*
 * All contexts into c->contexts, all AMD profiles into c->amd_profiles, then
 * next(c); or the end of the command, if the database has gone.
 */
void cmd_context_load(struct cmd *, void (*next)(struct cmd *));
/* The object of that name in an array, borrowed; NULL. */
json_t *cmd_context_named(const json_t *array, const char *name);
/*
 * The key of the first state that asks for one and leads to a state of that
 * kind with it, or repeats (FLOW_NKIND); '\0': none.
 */
char cmd_context_key(const struct flow *, enum flow_kind);
/* There is no context c->name: the answer and the end. */
void cmd_context_unknown(struct cmd *);

/* Append {"severity", "text"}. */
void cmd_context_problem(json_t *problems, const char *severity, const char *,
    ...) __attribute__((format(printf, 3, 4)));
/*
 * What is odd with a context (the object, the same decoded, its flow), as far
 * as it can be seen from itself.
 */
void cmd_context_odd(const json_t *, const struct m_context *,
    const struct flow *, json_t *problems);
/*
 * The same as lines behind c->text, "warning: " and before, of that context
 * among c->contexts.
 */
void cmd_context_warn(struct cmd *, const char *name, const char *before);
/*
 * What becomes of its states: "ask changed, q2 added"; nothing if they stay.
 * Arrays of texts, NULL none.
 */
void cmd_context_states_changed(
    struct buf *, const json_t *old, const json_t *now);

/* One word each; the arguments have been counted. */
void cmd_context_check(struct daemon *, struct ctl_req *, const char *name);
void cmd_context_state(struct daemon *, struct ctl_req *, const char *name);
void cmd_context_states(struct daemon *, struct ctl_req *, const char *name);
void cmd_context_test(
    struct daemon *, struct ctl_req *, const char *name, const char *number);
void cmd_context_versions(struct daemon *, struct ctl_req *, const char *name);

#endif
