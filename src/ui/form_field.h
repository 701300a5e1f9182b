/* SPDX-License-Identifier: MIT */
/*
 * form_field: one line of text being edited, and how a value of
 * shared/tbl_spec.h is written in such a line: yes and no, names with commas
 * between them, busy=600 no_answer=3600.  Pure; knows no form.
 */
#ifndef UI_FORM_FIELD_H
#define UI_FORM_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/spec.h"
#include "ui/canvas.h"

#define FORM_FIELD_TEXT 1152 /* the longest value of the table, and some */

struct form_field {
	char s[FORM_FIELD_TEXT];
	size_t at; /* cursor, bytes */
};
/* The cursor goes behind the text. */
void form_field_set(struct form_field *, const char *);
/*
 * Left, Right, Home, End, BSpace, DC, C-a C-e C-u C-k C-w and whatever can be
 * shown; at most max bytes.  False: the key is none of these.
 */
bool form_field_key(struct form_field *, uint32_t code, size_t max);
/* Scrolled sideways so that the cursor is in sight; sets it with focus. */
void form_field_draw(const struct form_field *, struct canvas *, int y, int x,
    int w, struct style, bool focus);

/* A value (NULL: the row's default) as one types it. */
void form_field_show(
    const struct spec_row *, const json_t *value, char *out, size_t size);
/*
 * What is typed as a value, new reference.  What cannot be one of the row's
 * type becomes a text, which spec_check() refuses.
 */
json_t *form_field_value(const struct spec_row *, const char *text);
/* The row's default as a value, new reference. */
json_t *form_field_default(const struct spec_row *);
/* "a whole number from 1 to 120": what may stand there. */
void form_field_range(const struct spec_row *, char *out, size_t size);
/* The few words that a text may be; 0: it is free.  v: at most max. */
struct form_choice {
	char word[24];
};
size_t form_field_choices(
    const struct spec_row *, struct form_choice *v, size_t max);

#endif
