/* SPDX-License-Identifier: MIT */
/*
 * context_flow: what a call does in a flow (shared/flow.h), as a tree of
 * lines: what each state plays and waits for, where each key, word and verdict
 * leads, and with which disposition a call ends there.  A state is drawn where
 * it is led to first; from then on it is named.
 */
#ifndef UI_CONTEXT_FLOW_H
#define UI_CONTEXT_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/flow.h"
#include "shared/model.h"
#include "ui/canvas.h"

struct context_flow_line {
	char tree[256]; /* lines of the tree, UTF-8 */
	char key[16]; /* "3", "1-5", a word; "" where none leads here */
	char event[128]; /* translated; what leads here if it is no key */
	char name[FLOW_NAME], kind[12]; /* of the state; "" none begins here */
	char text[400]; /* translated; what happens */
	enum disposition end; /* DISP_NONE: it goes on */
	int state; /* that the line stands for; -1 */
	bool talk; /* ... while its destination talks */
};
/* Returns an array of *n lines, to be freed. */
struct context_flow_line *context_flow(const struct flow *, size_t *n);
/* How many they are. */
int context_flow_rows(const struct flow *);

/* Which line a dry run stands at. */
struct context_flow_mark {
	int state; /* -1: none */
	bool talk;
};
#define CONTEXT_FLOW_NO_MARK ((struct context_flow_mark){ -1, false })
/*
 * From the upper left of r down, from line top on; where it does not end in r
 * its last row says how many lines are below.  A line that is marked comes in
 * sight.  Returns the rows it took.
 */
int context_flow_draw(struct canvas *, struct rect r, const struct flow *,
    struct context_flow_mark, int top);

/* How the end of a call is coloured. */
uint8_t context_flow_end_role(enum disposition);

#endif
