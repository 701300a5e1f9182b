/* SPDX-License-Identifier: MIT */
/*
 * context_page: what the pane of contexts draws of one of them: its flow with
 * its problems, the keys that were pressed in it, what was answered, all that
 * is known of it, and a dry run through it.
 */
#ifndef UI_CONTEXT_PAGE_H
#define UI_CONTEXT_PAGE_H

#include <jansson.h>

#include "ui/canvas.h"
#include "ui/context_dry.h"
#include "ui/context_rows.h"
#include "ui/pane.h"

enum context_view {
	CONTEXT_VIEW_FLOW,
	CONTEXT_VIEW_KEYS,
	CONTEXT_VIEW_ANSWERS,
	CONTEXT_NVIEW
};
struct context_page {
	const struct pane_ctx *x; /* asked for keys and answers */
	const struct flow *flow; /* of the row; NULL: it makes no sense */
	enum context_view view;
	int *top; /* first line, clamped as it is drawn */
};
/* Below the list. */
void context_page_below(struct canvas *, struct rect,
    const struct context_row *, const struct context_page *);
/* All of the pane; where there is room all views at once. */
void context_page_details(struct canvas *, struct rect,
    const struct context_row *, const struct context_page *);
void context_page_dry(struct canvas *, struct rect, const struct context_dry *);

#endif
