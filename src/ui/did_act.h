/* SPDX-License-Identifier: MIT */
/*
 * did_act: what an operator does to caller IDs: block, unblock, add, import.
 * Asks for what is missing, one line after the other, and keeps the numbers
 * that were meant when the key was pressed, wherever the rows go meanwhile.
 */
#ifndef UI_DID_ACT_H
#define UI_DID_ACT_H

#include "ui/did_rows.h"

#define DID_ACT_MAX 20000 /* numbers in one request */

struct did_act;
struct did_act *did_act_new(void);
void did_act_free(struct did_act *);

/* One DID.  block: until when and why are asked for first. */
void did_act_one(
    struct did_act *, const struct pane_ctx *, bool block, const char *number);
/* All that pass the table's filter, after a yes. */
void did_act_all(struct did_act *, const struct pane_ctx *, bool block,
    struct table *, const struct did_rows *);
/* Numbers that are typed; a file. */
void did_act_add(struct did_act *, const struct pane_ctx *);
void did_act_import(struct did_act *, const struct pane_ctx *);

/*
 * The numbers of a line that a person typed, separated by commas, semicolons
 * or blanks, where a blank may also stand inside of one ("+1 305 555 0142"):
 * a new array of E.164, or NULL and why.
 */
json_t *did_act_numbers(const char *line, char *why, size_t size);

#endif
