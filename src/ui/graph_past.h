/* SPDX-License-Identifier: MIT */
/* graph_past: what the engine's database has of times before the last day. */
#ifndef UI_GRAPH_PAST_H
#define UI_GRAPH_PAST_H

#include "ui/graph.h"

/*
 * The dot of step seconds from from_s on.  1: it is known; 0: nothing was
 * recorded; -1: the engine is being asked, for hours around it.
 */
int graph_past(
    const struct pane_ctx *, int64_t from_s, int step, struct graph_dot *out);

#endif
