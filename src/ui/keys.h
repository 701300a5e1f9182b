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
	UIK_F1,
	UIK_F12 = UIK_F1 + 11,
	UIK_RESIZE,
	UIK_MOUSE, /* the back end tells which (struct keys_mouse) */
	UIK_PASTE, /* begin of a bracketed paste: text until UIK_PASTE_END */
	UIK_PASTE_END
};
#define UIK_CTRL(c) ((c)&0x1f)

/* A mouse event in cells. */
struct keys_mouse {
	int y, x;
	enum {
		MOUSE_CLICK,
		MOUSE_DOUBLE,
		MOUSE_WHEEL_UP,
		MOUSE_WHEEL_DOWN
	} what;
};

enum keys_scope {
	SCOPE_GLOBAL,
	SCOPE_OVERVIEW,
	SCOPE_CAMPAIGNS,
	SCOPE_COUNTRIES,
	SCOPE_DIDS,
	SCOPE_CONTEXTS,
	SCOPE_CALLS,
	SCOPE_AGENTS,
	SCOPE_TRUNKS,
	SCOPE_LOADTEST,
	SCOPE_ALERTS,
	SCOPE_SESSIONS
};

enum keys_action {
	ACT_NONE,
	ACT_CAMPAIGN_TOGGLE,
	ACT_CAMPAIGN_START,
	ACT_CAMPAIGN_STOP,
	ACT_WHY,
	ACT_NEW,
	ACT_COPY,
	ACT_IMPORT,
	ACT_CONTEXT,
	ACT_BLOCK,
	ACT_UNBLOCK,
	ACT_BLOCK_ALL,
	ACT_UNBLOCK_ALL,
	ACT_VIEW,
	ACT_DRY_RUN,
	ACT_TEST_CALL,
	ACT_HANGUP,
	ACT_FIND,
	ACT_ACK,
	ACT_ACK_ALL,
	ACT_WATCH,
	ACT_KILL,
	ACT_SAY,
	ACT_DETAILS,
	ACT_EDIT,
	ACT_HELP,
	ACT_DETACH,
	ACT_CPS_UP,
	ACT_CPS_DOWN,
	ACT_CPS_SET,
	ACT_BRAKE,
	ACT_COMMAND,
	ACT_STOP_ENGINE,
	ACT_SESSIONS,
	ACT_UP,
	ACT_DOWN,
	ACT_LEFT,
	ACT_RIGHT,
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
	ACT_PREV_PANE,
	ACT_PANE_1,
	ACT_PANE_2,
	ACT_PANE_3,
	ACT_PANE_4,
	ACT_PANE_5,
	ACT_PANE_6,
	ACT_PANE_7,
	ACT_PANE_8,
	ACT_PANE_9,
	ACT_PANE_0,
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
