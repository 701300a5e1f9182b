/* SPDX-License-Identifier: MIT */
/*
 * keys_view: which keys were pressed today, how soon, and which of them seem
 * to be pressed by machines (struct row_key): for the pane of contexts, for
 * `discador show keys` and JSON.  Judges nothing: warnings are the engine's,
 * their words are made here, so that they can be translated.
 */
#ifndef UI_KEYS_VIEW_H
#define UI_KEYS_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/rows.h"
#include "ui/canvas.h"
#include "ui/pane.h"

/*
 * The keys of one context, NULL: of all.  Warnings first, then a line a key:
 * those that are warned of, then by country, the most pressed first; from line
 * *top on, which is clamped, and what is left out below is counted.  No title.
 * Returns how many rows all of it would take.
 */
int keys_view_draw(struct canvas *, struct rect, const struct pane_ctx *,
    const char *context, int *top);
/* The same of n rows as feed_keys() has them, free ones among them. */
int keys_view_draw_rows(struct canvas *, struct rect, const struct row_key *,
    size_t n, const char *context, int *top);
/*
 * The warning of a key as a sentence; what to do about it as another one.
 * False, and "", where there is none.
 */
bool keys_view_warning(const struct row_key *, char *out, size_t size);
bool keys_view_action(const struct row_key *, char *out, size_t size);
/* The worst key of a context that is warned of; NULL: none is. */
const struct row_key *keys_view_worst(
    const struct row_key *rows, size_t n, const char *context);

/* No screen of its own: rows and print for `discador show keys`. */
extern const struct pane keys_view_pane;

#endif
