/* SPDX-License-Identifier: MIT */
/*
 * context_flow: what the shipped dialplan does with a call under a DTMF
 * context, as a tree of lines: who answers, what is heard, where each key
 * leads and which disposition that is.
 */
#ifndef UI_CONTEXT_FLOW_H
#define UI_CONTEXT_FLOW_H

#include <stddef.h>

#include "shared/model.h"
#include "ui/canvas.h"
#include "ui/context_dry.h"

#define CONTEXT_FLOW_LINES 14

struct context_flow_line {
	char tree[40]; /* lines of the tree, UTF-8 */
	char key[4]; /* "3"; "" where no key leads here */
	char text[400]; /* translated */
	enum disposition end; /* DISP_NONE: it goes on */
	unsigned states; /* bits 1 << enum context_dry_state it stands for */
};
/* Fills at most CONTEXT_FLOW_LINES; returns how many. */
size_t context_flow(const struct m_context *, struct context_flow_line *);
/*
 * From the upper left of r down; now: a line that is marked (DRY_NONE: none).
 * Returns the rows it took.
 */
int context_flow_draw(struct canvas *, struct rect r, const struct m_context *,
    enum context_dry_state now);

#endif
