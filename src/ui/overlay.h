/* SPDX-License-Identifier: MIT */
/* overlay: what lies over a pane for a while: toasts, and texts to read. */
#ifndef UI_OVERLAY_H
#define UI_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"

#define TOASTS_MAX 3

enum toast_kind {
	TOAST_GOOD,
	TOAST_BAD, /* stays longer: bad news may be read later */
	TOAST_SAID, /* somebody says it: no other toast takes its place */
};
struct toasts {
	size_t n;
	struct {
		char text[640];
		enum toast_kind kind;
		int64_t until_ns;
	} v[TOASTS_MAX];
};
/* The first line of text, for some seconds; the same text is renewed. */
void toasts_add(struct toasts *, bool good, const char *text, int64_t mono_ns);
/* The same of that kind; false: there is no room for what is said. */
bool toasts_put(
    struct toasts *, enum toast_kind, const char *text, int64_t mono_ns);
/* True if one went away. */
bool toasts_expire(struct toasts *, int64_t mono_ns);
/* At the right, foot lines above the end, each on as many as it needs. */
void toasts_draw(const struct toasts *, struct canvas *, int foot);

/*
 * A box around a text of several lines, long ones broken; top scrolls, and is
 * clamped.
 */
void overlay_text(
    struct canvas *, const char *title, const char *text, int *top);

#endif
