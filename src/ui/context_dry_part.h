/* SPDX-License-Identifier: MIT */
/* context_dry_part: the inside of a dry run, for context_dry*.c alone. */
#ifndef UI_CONTEXT_DRY_PART_H
#define UI_CONTEXT_DRY_PART_H

#include "ui/context_dry.h"

/* The state that the call stands in; NULL: it has ended. */
const struct flow_state *context_dry_at(const struct context_dry *);
/* A line of what happens. */
void context_dry_say(struct context_dry *, enum context_dry_kind, const char *,
    ...) __attribute__((format(printf, 3, 4)));
/* A report of the dialplan; _key: one that names the last key, if any. */
void context_dry_stage(struct context_dry *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void context_dry_stage_key(struct context_dry *, const char *word);
/* The walk has taken a step: into a state, or out. */
void context_dry_enter(struct context_dry *, enum flow_step);
/* The time for a key runs. */
void context_dry_wait(struct context_dry *);
void context_dry_hangup(struct context_dry *);
/* Does it connect to a queue? */
bool context_dry_queue(const struct flow_state *);
/* Does what was pressed or said lead to repeat? */
bool context_dry_repeats(const struct flow_state *, const char *heard);
/*
 * The letter that says word i of a speech state: its first one, unless that
 * means something else; '\0': no letter is left.
 */
char context_dry_letter(const struct flow_state *, int i);
/* The word that a letter says there, x one that is none of them; or NULL. */
const char *context_dry_word(const struct flow_state *, char letter);

#endif
