/* SPDX-License-Identifier: MIT */
/*
 * prompt: one line of input at the foot of the screen, with editing, history
 * and completion; and the question that wants a y.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"

#define PROMPT_MAX     256
#define PROMPT_HISTORY 64
#define PROMPT_CHOICES 64

enum prompt_result { PROMPT_MORE, PROMPT_DONE, PROMPT_CANCEL };

struct prompt_choices {
	size_t n;
	char v[PROMPT_CHOICES][64];
};
/*
 * Words that could stand where the last word of text stands; from is set to
 * where in text that word begins.
 */
typedef void prompt_complete_fn(
    void *arg, const char *text, size_t *from, struct prompt_choices *);

struct prompt;
struct prompt *prompt_new(void);
void prompt_free(struct prompt *);
/*
 * Begin a line.  label stands before it; keep: the line joins the history;
 * complete may be NULL.
 */
void prompt_open(struct prompt *, const char *label, const char *initial,
    bool keep, prompt_complete_fn *complete, void *arg);
bool prompt_is_open(const struct prompt *);
/* On DONE and CANCEL it is closed; the text stays readable. */
enum prompt_result prompt_key(struct prompt *, uint32_t code);
const char *prompt_text(const struct prompt *);
/* The last key had no room. */
bool prompt_full(const struct prompt *);
void prompt_draw(struct prompt *, struct canvas *, int y);

/* A question in the middle of the screen: title, what will happen, y or n. */
void prompt_draw_question(struct canvas *, const char *title, const char *text);

#endif
