/* SPDX-License-Identifier: MIT */
/* form_part: the inside of a form, for form.c and form_draw.c alone. */
#ifndef UI_FORM_PART_H
#define UI_FORM_PART_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/model.h"
#include "ui/form.h"
#include "ui/form_field.h"

#define FORM_CHOICES 6 /* more than these are typed */

struct form_item {
	const struct spec_row *row; /* NULL: the name */
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

#endif
