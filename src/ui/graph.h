/* SPDX-License-Identifier: MIT */
/*
 * graph: pace, calls and quality over time.  One second to a dot or many; the
 * last day out of the engine's shared file, what is older from its database.
 * Time can be travelled: [ and ] move, z zooms, and what was changed in the
 * shown time (pace, brake, configuration) is marked under it.
 */
#ifndef UI_GRAPH_H
#define UI_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"
#include "ui/keys.h"
#include "ui/pane.h"

enum graph_kind { GRAPH_CPS, GRAPH_CALLS, GRAPH_QUALITY, GRAPH_NKIND };

#define GRAPH_DOTS 1024 /* most of them */

/* What is known of the seconds of one dot. */
struct graph_dot {
	int64_t bucket; /* at_s / step; 0: not looked at */
	int n; /* seconds of it that are recorded */
	bool whole; /* it will not change any more */
	bool past; /* from the database: a mean, no worst second */
	float sent, target, worst, concurrent, asr, ner; /* rates -1: none */
};
/* What a picture was made of; while none of it changes it is the same. */
struct graph_key {
	struct rect r;
	int zoom, rows, cols;
	bool ascii;
	int64_t now_s, started_ms;
	double target;
	uint32_t nhist, hist_head, nmarks, mark_head;
	const void *lang;
};
struct graph_kept {
	struct graph_key key;
	struct canvas_part *part; /* NULL: none */
};
struct graph {
	struct graph_kept kept[GRAPH_NKIND];
	int zoom;
	int64_t end_s; /* the right edge, wall; 0: now */
	int step_made; /* of the dots kept */
	int64_t engine_ms; /* ... and when the engine began they are from */
	int64_t shown_s; /* time on the screen, of the last draw */
	struct graph_dot *dot; /* room of them, by bucket modulo room */
	size_t room; /* 0: none yet */
};
/* Zeroed it is a graph; this frees what it keeps. */
void graph_clear(struct graph *);
/* Seconds per dot. */
int graph_step(const struct graph *);
/* GRAPH_BACK, FORWARD, ZOOM; CANCEL: back to now.  False: none of its. */
bool graph_key(struct graph *, const struct pane_ctx *, enum keys_action);
/* One rectangle, its first row the title. */
void graph_draw(struct graph *, struct canvas *, struct rect,
    const struct pane_ctx *, enum graph_kind);

#endif
