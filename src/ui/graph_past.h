/* SPDX-License-Identifier: MIT */
/*
 * graph_past: what the engine's database has of times that its shared file
 * does not cover: points, and what was changed.  Asks for whole blocks of
 * time, so that moving by a column asks nothing new.
 */
#ifndef UI_GRAPH_PAST_H
#define UI_GRAPH_PAST_H

#include "ui/graph.h"

/* The block looked at last.  Zeroed at the begin of each frame. */
struct graph_block {
	int64_t begin_s, span_s; /* span 0: none yet */
	const json_t *doc; /* NULL: it is being asked for, or was refused */
};
/*
 * The dot of step seconds from from_s on.  1: it is known; 0: nothing was
 * recorded; -1: the engine is being asked, for hours around it.
 */
int graph_past(struct graph_block *, const struct pane_ctx *, int64_t from_s,
    int step, struct graph_dot *out);
/*
 * What was changed in [from_ms, to_ms), oldest first, the newest max of it.
 * Returns how many; what has not been answered yet is not there.
 */
size_t graph_past_marks(struct graph_block *, const struct pane_ctx *,
    int64_t from_ms, int64_t to_ms, int step, struct board_mark *out,
    size_t max);

#endif
