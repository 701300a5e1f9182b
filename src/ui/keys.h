/* SPDX-License-Identifier: MIT */
/*
 * keys: what a key press is, and what it means where (shared/tbl_keys.h).
 * Back ends turn their input into key codes: a Unicode code point, or one of
 * the UIK_ values above them.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stddef.h>
#include <stdint.h>

enum {
	UIK_NONE = 0,
	UIK_TAB = 9,
	UIK_ENTER = 10,
	UIK_ESC = 27,
	UIK_BACKSPACE = 127,
	UIK_FIRST = 0x110000,
	UIK_UP = UIK_FIRST,
	UIK_DOWN,
	UIK_LEFT,
	UIK_RIGHT,
	UIK_PGUP,
	UIK_PGDN,
	UIK_HOME,
	UIK_END,
	UIK_DELETE,
	UIK_BACKTAB,
	UIK_RESIZE
};
#define UIK_CTRL(c) ((c)&0x1f)

enum keys_scope { SCOPE_GLOBAL, SCOPE_OVERVIEW };

enum keys_action {
	ACT_NONE,
	ACT_CAMPAIGN_TOGGLE,
	ACT_CAMPAIGN_START,
	ACT_CAMPAIGN_STOP,
	ACT_DETAILS,
	ACT_HELP,
	ACT_DETACH,
	ACT_CPS_UP,
	ACT_CPS_DOWN,
	ACT_CPS_SET,
	ACT_BRAKE,
	ACT_COMMAND,
	ACT_STOP_ENGINE,
	ACT_UP,
	ACT_DOWN,
	ACT_PAGE_UP,
	ACT_PAGE_DOWN,
	ACT_TOP,
	ACT_BOTTOM,
	ACT_SORT_COLUMN,
	ACT_SORT_REVERSE,
	ACT_FILTER,
	ACT_GRAPH_BACK,
	ACT_GRAPH_FORWARD,
	ACT_GRAPH_ZOOM,
	ACT_CANCEL,
	ACT_NEXT_PANE,
	ACT_PANE_1,
	ACT_REPAINT
};

struct keys_row {
	enum keys_scope scope;
	const char *key; /* as written in the table */
	enum keys_action action;
	const char *name, *help; /* untranslated */
};
extern const struct keys_row keys_rows[];
extern const size_t keys_nrows;

/* "C-l" -> 12; UIK_NONE if it is no key's name. */
uint32_t keys_code(const char *name);
/* The pane's own rows first, then the global ones; ACT_NONE: not assigned. */
enum keys_action keys_find(enum keys_scope, uint32_t code);
/* "Up k" of the row and those after it that share its help; see the table. */
size_t keys_help_group(size_t first, char *out, size_t size);

#endif
