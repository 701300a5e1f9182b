/* SPDX-License-Identifier: MIT */
/*
 * survey_view: what people answered to the questions of a context, as bars:
 * per question how many answered it, and each answer with its share.  Draws
 * what `survey CONTEXT` answers; asks nobody.
 */
#ifndef UI_SURVEY_VIEW_H
#define UI_SURVEY_VIEW_H

#include <jansson.h>

#include "ui/canvas.h"

/* The request whose answer it draws; the caller's reference. */
json_t *survey_view_request(const char *context);
/*
 * doc: the answer, or NULL and why there is none ("" it is being asked for).
 * From line *top on, which is clamped; questions stand side by side where it
 * is wide.  Returns how many lines there are in all.
 */
int survey_view_draw(
    struct canvas *, struct rect, const json_t *doc, const char *why, int *top);

#endif
