/* SPDX-License-Identifier: MIT */
/*
 * theme: one row per role.  Calm palettes: greys for what is normal, one blue
 * for figures, green, amber and red for states and for nothing else.  Any
 * role may stand on any background: t/unit/theme.c measures that it can be
 * read there (WCAG 2.1, 1.4.3).
 */
#include "ui/theme.h"

#include <stdbool.h>
#include <string.h>

#include "shared/util.h"

#define OWN   (-1) /* the terminal's own colour */
#define BLACK 16 /* in every depth; 0 is a colour that one may change */

struct theme {
	const char *name;
	bool light; /* made for a light background */
	enum theme_depth most; /* it uses no more */
	struct {
		int16_t c256, c16;
		uint8_t attr; /* with 16 colours or less */
		uint8_t mono; /* attribute where there are no colours */
		/* a background on which all text has this colour; 0: its own */
		int16_t on256, on16;
	} role[ROLE_N];
};

static const struct theme themes[] = {
	{ .name = "dark",
	    .most = DEPTH_256,
	    .role = {
		[ROLE_DEFAULT] = { OWN, OWN, 0, 0, 0, 0 },
		[ROLE_TEXT] = { 252, 7, 0, 0, 0, 0 },
		[ROLE_DIM] = { 246, 7, 0, 0, 0, 0 },
		[ROLE_FRAME] = { 239, 8, 0, 0, 0, 0 },
		[ROLE_TITLE] = { 110, 6, 0, ATTR_BOLD, 0, 0 },
		[ROLE_ACCENT] = { 117, 14, 0, 0, 0, 0 },
		[ROLE_GRAPH] = { 68, 6, 0, 0, 0, 0 },
		[ROLE_GOOD] = { 114, 10, 0, 0, 0, 0 },
		[ROLE_WARN] = { 221, 11, 0, ATTR_BOLD, 0, 0 },
		[ROLE_BAD] = { 210, 9, 0, ATTR_BOLD, 0, 0 },
		[ROLE_STRONG] = { 231, 15, 0, ATTR_BOLD, 0, 0 },
		[ROLE_BG_BAR] = { 236, 4, 0, 0, 0, 15 },
		[ROLE_BG_SELECT] = { 237, 6, 0, ATTR_REVERSE, 0, BLACK },
		[ROLE_BG_GOOD] = { 22, 2, 0, 0, 231, BLACK },
		[ROLE_BG_WARN] = { 94, 3, 0, ATTR_REVERSE, 231, BLACK },
		[ROLE_BG_BAD] = { 160, 1, 0, ATTR_REVERSE, 231, 15 },
		[ROLE_BG_POPUP] = { 235, 0, 0, 0, 0, 0 },
	    } },
	{ .name = "light",
	    .light = true,
	    .most = DEPTH_256,
	    .role = {
		[ROLE_DEFAULT] = { OWN, OWN, 0, 0, 0, 0 },
		[ROLE_TEXT] = { 236, BLACK, 0, 0, 0, 0 },
		[ROLE_DIM] = { 241, 8, 0, 0, 0, 0 },
		[ROLE_FRAME] = { 249, 8, 0, 0, 0, 0 },
		[ROLE_TITLE] = { 24, 4, ATTR_BOLD, ATTR_BOLD, 0, 0 },
		[ROLE_ACCENT] = { 25, 4, 0, 0, 0, 0 },
		[ROLE_GRAPH] = { 31, 4, 0, 0, 0, 0 },
		[ROLE_GOOD] = { 22, 4, 0, 0, 0, 0 },
		[ROLE_WARN] = { 94, 5, ATTR_BOLD, ATTR_BOLD, 0, 0 },
		[ROLE_BAD] = { 124, 1, ATTR_BOLD, ATTR_BOLD, 0, 0 },
		[ROLE_STRONG] = { BLACK, BLACK, ATTR_BOLD, ATTR_BOLD, 0, 0 },
		[ROLE_BG_BAR] = { 254, 7, 0, 0, 0, 0 },
		[ROLE_BG_SELECT] = { 195, 6, 0, ATTR_REVERSE, 0, BLACK },
		[ROLE_BG_GOOD] = { 194, 2, 0, 0, BLACK, BLACK },
		[ROLE_BG_WARN] = { 222, 3, 0, ATTR_REVERSE, BLACK, BLACK },
		[ROLE_BG_BAD] = { 217, 1, 0, ATTR_REVERSE, BLACK, 15 },
		[ROLE_BG_POPUP] = { 255, 7, 0, 0, 0, 0 },
	    } },
	{ .name = "16",
	    .most = DEPTH_16,
	    .role = {
		[ROLE_DEFAULT] = { 0, OWN, 0, 0, 0, 0 },
		[ROLE_TEXT] = { 0, OWN, 0, 0, 0, 0 },
		[ROLE_DIM] = { 0, OWN, 0, 0, 0, 0 },
		[ROLE_FRAME] = { 0, OWN, 0, 0, 0, 0 },
		[ROLE_TITLE] = { 0, 6, ATTR_BOLD, ATTR_BOLD, 0, 0 },
		[ROLE_ACCENT] = { 0, 6, 0, 0, 0, 0 },
		[ROLE_GRAPH] = { 0, 4, 0, 0, 0, 0 },
		[ROLE_GOOD] = { 0, 2, 0, 0, 0, 0 },
		[ROLE_WARN] = { 0, 3, ATTR_BOLD, ATTR_BOLD, 0, 0 },
		[ROLE_BAD] = { 0, 1, ATTR_BOLD, ATTR_BOLD, 0, 0 },
		[ROLE_STRONG] = { 0, OWN, ATTR_BOLD, ATTR_BOLD, 0, 0 },
		[ROLE_BG_BAR] = { 0, OWN, ATTR_REVERSE, 0, 0, OWN },
		[ROLE_BG_SELECT] = { 0, 6, 0, ATTR_REVERSE, 0, BLACK },
		[ROLE_BG_GOOD] = { 0, 2, 0, 0, 0, BLACK },
		[ROLE_BG_WARN] = { 0, 3, 0, ATTR_REVERSE, 0, BLACK },
		[ROLE_BG_BAD] = { 0, 1, 0, ATTR_REVERSE, 0, 15 },
		[ROLE_BG_POPUP] = { 0, OWN, 0, 0, 0, 0 },
	    } },
	{ .name = "none",
	    .most = DEPTH_MONO,
	    .role = {
		[ROLE_TITLE] = { 0, OWN, 0, ATTR_BOLD, 0, 0 },
		[ROLE_WARN] = { 0, OWN, 0, ATTR_BOLD, 0, 0 },
		[ROLE_BAD] = { 0, OWN, 0, ATTR_BOLD, 0, 0 },
		[ROLE_STRONG] = { 0, OWN, 0, ATTR_BOLD, 0, 0 },
		[ROLE_BG_SELECT] = { 0, OWN, 0, ATTR_REVERSE, 0, 0 },
		[ROLE_BG_WARN] = { 0, OWN, 0, ATTR_REVERSE, 0, 0 },
		[ROLE_BG_BAD] = { 0, OWN, 0, ATTR_REVERSE, 0, 0 },
	    } },
};

const struct theme *
theme_find(const char *name)
{
	for (size_t i = 0; i < nitems(themes); i++)
		if (strcmp(themes[i].name, name) == 0)
			return &themes[i];
	return NULL;
}

const char *
theme_name(const struct theme *t)
{
	return t->name;
}

const char *const *
theme_names(void)
{
	static const char *names[nitems(themes) + 1];

	for (size_t i = 0; i < nitems(themes); i++)
		names[i] = themes[i].name;
	return names;
}

/* Eight colours: the bright half becomes bold. */
static int16_t
eight(const struct theme *t, int16_t c, uint8_t *attr, bool is_fg)
{
	if (c < 8)
		return c;
	if (c == 8) /* "bright black" would vanish on black */
		return is_fg && !t->light ? 7 : 0;
	if (is_fg)
		*attr |= ATTR_BOLD;
	return (int16_t)(c - 8);
}

struct theme_paint
theme_paint(const struct theme *t, enum theme_depth depth, uint8_t fg,
    uint8_t bg, uint8_t attr)
{
	struct theme_paint p = { -1, -1, attr };
	bool rich;

	if (fg >= ROLE_N)
		fg = ROLE_DEFAULT;
	if (bg >= ROLE_N)
		bg = ROLE_DEFAULT;
	depth = MINIMUM(depth, t->most);
	if (depth == DEPTH_MONO) {
		p.attr |= t->role[fg].mono | t->role[bg].mono;
		return p;
	}
	rich = depth == DEPTH_256;
	p.bg = rich ? t->role[bg].c256 : t->role[bg].c16;
	p.fg = rich ? t->role[bg].on256 : t->role[bg].on16;
	if (p.fg == 0)
		p.fg = rich ? t->role[fg].c256 : t->role[fg].c16;
	if (rich)
		return p;
	p.attr |= t->role[fg].attr | t->role[bg].attr;
	p.fg = p.fg == BLACK ? 0 : p.fg;
	p.bg = p.bg == BLACK ? 0 : p.bg;
	if (depth == DEPTH_8) {
		p.fg = eight(t, p.fg, &p.attr, true);
		p.bg = eight(t, p.bg, &p.attr, false);
	}
	return p;
}

enum theme_depth
theme_depth(const char *term, int colours, bool no_color)
{
	if (no_color || colours == 1)
		return DEPTH_MONO;
	if (colours >= 256 || (term != NULL && strstr(term, "256") != NULL))
		return DEPTH_256;
	if (colours >= 16)
		return DEPTH_16;
	if (colours >= 8)
		return DEPTH_8;
	if (colours == 0 && term != NULL &&
	    (strncmp(term, "xterm", 5) == 0 ||
		strncmp(term, "screen", 6) == 0 ||
		strncmp(term, "tmux", 4) == 0 || strcmp(term, "linux") == 0))
		return DEPTH_8;
	return DEPTH_MONO;
}
