/* SPDX-License-Identifier: MIT */
/*
 * pane: one full screen of the console is one const table of functions.  A
 * new pane is one file with such a table, one row in panes.c and, for its
 * keys, rows in shared/tbl_keys.h.
 *
 * draw puts cells on a canvas from the feed; it never sees a terminal, a lock
 * or a live object.  The frame around it (status, verdict, tabs, footer,
 * questions, overlays) is the view's.  rows makes what the pane shows as JSON,
 * print as text (`discador show`).
 */
#ifndef UI_PANE_H
#define UI_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/board.h"
#include "shared/buf.h"
#include "shared/commands.h"
#include "ui/canvas.h"
#include "ui/feed.h"
#include "ui/keys.h"

struct view;

struct pane_ctx {
	const struct board *b; /* feed_board(feed) */
	enum board_state state;
	int64_t age_ms; /* of the engine's last beat */
	bool demo; /* simulated calls, nothing at stake */
	const char *zone; /* in which times are shown */
	enum command_role role; /* of the viewer */
	struct feed *feed;
	struct view *view; /* ask, tell, send (ui/view.h); NULL for printing */
};

struct pane {
	const char *word; /* as in `discador show` */
	const char *title; /* untranslated; of its tab, short */
	enum keys_scope scope;
	enum keys_action select; /* the global action that opens it */
	void *(*init)(void);
	/*
	 * True if the action meant something here.  While typing() says so,
	 * every key comes here with its code, ACT_NONE where it has no action.
	 */
	bool (*key)(void *self, const struct pane_ctx *, enum keys_action,
	    uint32_t code);
	/* NULL: it never wants keys as they are (a dry run does). */
	bool (*typing)(const void *self);
	/*
	 * NULL: clicks do nothing.  True: a row was meant; the view makes a
	 * double click of it Enter.  Wheels come as UP and DOWN.
	 */
	bool (*mouse)(
	    void *self, const struct pane_ctx *, const struct keys_mouse *);
	/* The rectangle is the pane's own, cleared; offline it is not called.
	 */
	void (*draw)(
	    void *self, const struct pane_ctx *, struct canvas *, struct rect);
	json_t *(*rows)(const struct pane_ctx *);
	void (*print)(const struct pane_ctx *, struct buf *);
	/* NULL, or: name of what is under the cursor, for the `:` line. */
	bool (*under)(void *self, const struct pane_ctx *, char *out, size_t);
	/* NULL, or: put the cursor on what has that name (from other panes). */
	void (*go)(void *self, const struct pane_ctx *, const char *name);
	void (*free)(void *self);
};

extern const struct pane pane_overview, pane_campaigns, pane_countries,
    pane_dids, pane_contexts, pane_calls, pane_agents, pane_trunks,
    pane_loadtest, pane_alerts;

/* In the order of Tab and of the digits. */
extern const struct pane *const panes[];
extern const size_t npanes;
/* NULL if there is none of that word. */
const struct pane *pane_find(const char *word);

#endif
