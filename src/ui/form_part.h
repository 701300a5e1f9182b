/* SPDX-License-Identifier: MIT */
/* form_part: the inside of a form, for form*.c alone. */
#ifndef UI_FORM_PART_H
#define UI_FORM_PART_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/flow.h"
#include "shared/model.h"
#include "ui/form.h"
#include "ui/form_field.h"

#define FORM_CHOICES 6 /* more than these are typed */

struct form_item {
	const struct spec_row *row; /* NULL: the name */
	int line; /* of an option that is a list of texts; -1: none */
	struct form_field f;
	json_t *was, *def, *now; /* NULL: of the name */
	struct form_choice choice[FORM_CHOICES];
	size_t nchoices;
	char err[400]; /* "" it is right */
};

struct form {
	char kind[16], name[MODEL_NAME];
	bool create;
	bool asking; /* leave without saving? */
	bool pasting;
	struct form_item *v;
	size_t n, cur, top, page;
	char first[FORM_FIELD_TEXT]; /* the name as it was proposed */
	char refused[400];
};

/* "name", or "number" of a did. */
const char *form_part_name_key(const struct form *);
bool form_part_changed(const struct form *, const struct form_item *);
/* Its value is one of a few: Space goes on. */
bool form_part_chosen(const struct form_item *);
/* Texts stand in its place, it means nothing. */
bool form_part_unused(const struct form *, const struct form_item *);

/* form_lines.c: a list of texts, or the field that counts them. */
bool form_lines_in(const struct form_item *);
bool form_lines_head(const struct form_item *);
size_t form_lines_count(const struct form *);
/* A field for each, behind the last one there is. */
void form_lines_fill(struct form *, const json_t *texts);
json_t *form_lines_value(const struct form *);
/* Was that text there before, wherever it stood? */
bool form_lines_stood(const struct form *, const struct form_item *);
/* "state 3 ...": that text is wrong; false: the complaint is no such one. */
bool form_lines_blame(struct form *, const char *err);
/*
 * C-o a text below, C-x remove it, C-r up, C-v down, C-t (no texts yet) those
 * that the other options stand for.  True: the key has done its work.
 */
bool form_lines_key(struct form *, uint32_t code);
/* What a state's text may hold, by its kind. */
const char *form_lines_help(const char *text);

#endif
