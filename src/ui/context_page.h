/* SPDX-License-Identifier: MIT */
/*
 * context_page: what the pane of contexts draws of one of them: its flow with
 * its problems, everything that is known of it, and a dry run through it.
 */
#ifndef UI_CONTEXT_PAGE_H
#define UI_CONTEXT_PAGE_H

#include "ui/canvas.h"
#include "ui/context_dry.h"
#include "ui/context_rows.h"

/* Below the list: title, problems, flow; beside them where it is wide. */
void context_page_below(
    struct canvas *, struct rect, const struct context_row *);
/* All of it, from row *top on, which is clamped. */
void context_page_details(
    struct canvas *, struct rect, const struct context_row *, int *top);
void context_page_dry(struct canvas *, struct rect, const struct context_dry *);

#endif
