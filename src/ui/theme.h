/* SPDX-License-Identifier: MIT */
/*
 * theme: what a colour means, and how each kind of terminal shows it.  Panes
 * name roles; only the back ends see numbers.  Meaning never hangs on colour
 * alone: where there is none, attributes (and the words) carry it.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

/* Foregrounds and backgrounds share one list; ROLE_KEEP leaves a cell's own. */
enum role {
	ROLE_DEFAULT, /* the terminal's own */
	ROLE_TEXT,
	ROLE_DIM, /* labels, frames */
	ROLE_FRAME, /* lines between sections */
	ROLE_TITLE, /* section titles */
	ROLE_ACCENT, /* the figure one looks for, keys */
	ROLE_GRAPH, /* areas and bars */
	ROLE_GOOD,
	ROLE_WARN,
	ROLE_BAD,
	ROLE_STRONG, /* foreground on the coloured backgrounds below */
	ROLE_BG_BAR, /* status and key lines */
	ROLE_BG_SELECT,
	ROLE_BG_GOOD,
	ROLE_BG_WARN,
	ROLE_BG_BAD,
	ROLE_BG_POPUP,
	ROLE_N,
	ROLE_KEEP = 255
};

enum { ATTR_BOLD = 1, ATTR_REVERSE = 2, ATTR_UNDERLINE = 4 };

enum theme_depth { DEPTH_MONO, DEPTH_8, DEPTH_16, DEPTH_256 };

struct theme;
/*
 * "dark" and "light" are for terminals with such a background; "16" uses only
 * the colours that the terminal itself has been given, "none" none.  NULL if
 * there is none of that name.
 */
const struct theme *theme_find(const char *name);
const char *theme_name(const struct theme *);
/* Their names, NULL after the last. */
const char *const *theme_names(void);

/* One cell's colours as a terminal of that depth gets them. */
struct theme_paint {
	int16_t fg, bg; /* palette index, -1: the terminal's default */
	uint8_t attr;
};
struct theme_paint theme_paint(const struct theme *, enum theme_depth,
    uint8_t fg, uint8_t bg, uint8_t attr);
/*
 * Depth for a terminal: what TERM's name promises, mono when NO_COLOR is set
 * (https://no-color.org) and not empty.  colours: what terminfo says, 0
 * unknown.
 */
enum theme_depth theme_depth(const char *term, int colours, bool no_color);

#endif
