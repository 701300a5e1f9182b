/* SPDX-License-Identifier: MIT */
/*
 * form: edit one object of shared/tbl_spec.h: a line per option with its
 * value, what it is, its range and its default, checked as one types; a
 * mistake is named under the field, with what was expected.  Pure: keys in,
 * cells out; saving is the caller's.
 */
#ifndef UI_FORM_H
#define UI_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "ui/canvas.h"

struct form;
/*
 * object: as `show KIND NAME` has it (borrowed); NULL or without a key: the
 * default stands.  create: the name is a field, too.
 */
struct form *form_new(
    const char *kind, const char *name, const json_t *object, bool create);
void form_free(struct form *);

enum form_result {
	FORM_MORE,
	FORM_SAVE, /* form_values() are to be sent */
	FORM_CANCEL, /* left without a change, or a change was given up */
};
/*
 * Up, Down, Tab, PgUp, PgDn between fields; typing, Left, Right, BSpace, DC
 * in one; Space on a yes/no; Enter the next field, C-s (and F2) saves if all
 * is right, Esc leaves (asks when something was changed).
 */
enum form_result form_key(struct form *, uint32_t code);
void form_draw(struct form *, struct canvas *, struct rect);
/* Name of the object as it stands now. */
const char *form_name(const struct form *);
const char *form_kind(const struct form *);
bool form_creates(const struct form *);
/* New object of the keys that were changed (create: that differ from their
 * defaults); NULL: none. */
json_t *form_values(const struct form *);
/* What the engine refused: shown in the form, which stays open. */
void form_refused(struct form *, const char *why);

#endif
