/* SPDX-License-Identifier: MIT */
/*
 * pane: one full screen of the console is one const table of functions.  A
 * new pane is one file with such a table and one row in panes.c and, for its
 * keys, in shared/tbl_keys.h.
 *
 * draw puts cells on a canvas from a copied snapshot; it never sees a
 * terminal, a lock or a live object.  rows makes what the pane shows as JSON
 * (`discador show`).
 */
#ifndef UI_PANE_H
#define UI_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/board.h"
#include "ui/canvas.h"
#include "ui/keys.h"

struct view;

struct pane_ctx {
	const struct board *b; /* the last consistent copy */
	enum board_state state;
	int64_t age_ms; /* of the engine's last beat */
	bool demo; /* simulated calls, nothing at stake */
	struct view *view; /* ask, tell, send (ui/view.h); NULL in tests */
};

struct pane {
	const char *word; /* as in `discador show` */
	const char *title; /* untranslated */
	enum keys_scope scope;
	enum keys_action select; /* the global action that opens it */
	void *(*init)(void);
	/* True if the action meant something here. */
	bool (*key)(void *self, const struct pane_ctx *, enum keys_action);
	void (*draw)(
	    void *self, const struct pane_ctx *, struct canvas *, struct rect);
	json_t *(*rows)(const struct board *);
	void (*free)(void *self);
};

extern const struct pane pane_overview;

/* In the order of Tab and of the digits. */
extern const struct pane *const panes[];
extern const size_t npanes;
/* NULL if there is none of that word. */
const struct pane *pane_find(const char *word);

#endif
