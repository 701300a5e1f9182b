/* SPDX-License-Identifier: MIT */
/*
 * theme: one row per role.  A calm dark palette: greys for what is normal,
 * one blue for figures, green, amber and red for states and for nothing else.
 */
#include "ui/theme.h"

#include <stdbool.h>
#include <string.h>

#include "shared/util.h"

struct theme {
	const char *name;
	struct {
		int16_t c256, c16;
		uint8_t mono; /* attribute where there are no colours */
	} role[ROLE_N];
};

static const struct theme themes[] = {
	{ "dark",
	    {
		[ROLE_DEFAULT] = { -1, -1, 0 },
		[ROLE_TEXT] = { 252, 7, 0 },
		[ROLE_DIM] = { 245, 7, 0 },
		[ROLE_FRAME] = { 239, 8, 0 },
		[ROLE_TITLE] = { 110, 6, ATTR_BOLD },
		[ROLE_ACCENT] = { 117, 14, 0 },
		[ROLE_GRAPH] = { 67, 6, 0 },
		[ROLE_GOOD] = { 114, 10, 0 },
		[ROLE_WARN] = { 221, 11, ATTR_BOLD },
		[ROLE_BAD] = { 210, 9, ATTR_BOLD },
		[ROLE_STRONG] = { 231, 15, ATTR_BOLD },
		[ROLE_BG_BAR] = { 236, 4, 0 },
		[ROLE_BG_SELECT] = { 238, 4, ATTR_REVERSE },
		[ROLE_BG_GOOD] = { 22, 2, 0 },
		[ROLE_BG_WARN] = { 94, 3, ATTR_REVERSE },
		[ROLE_BG_BAD] = { 160, 1, ATTR_REVERSE },
		[ROLE_BG_POPUP] = { 235, 0, 0 },
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

/* Eight colours: the bright half becomes bold. */
static int16_t
eight(int16_t c, uint8_t *attr, bool is_fg)
{
	if (c < 8)
		return c;
	if (c == 8) /* "bright black" would vanish on black */
		return is_fg ? 7 : 0;
	if (is_fg)
		*attr |= ATTR_BOLD;
	return (int16_t)(c - 8);
}

struct theme_paint
theme_paint(const struct theme *t, enum theme_depth depth, uint8_t fg,
    uint8_t bg, uint8_t attr)
{
	struct theme_paint p = { -1, -1, attr };

	if (fg >= ROLE_N)
		fg = ROLE_DEFAULT;
	if (bg >= ROLE_N)
		bg = ROLE_DEFAULT;
	switch (depth) {
	case DEPTH_MONO:
		p.attr |= t->role[fg].mono | t->role[bg].mono;
		break;
	case DEPTH_8:
		p.fg = eight(t->role[fg].c16, &p.attr, true);
		p.bg = eight(t->role[bg].c16, &p.attr, false);
		break;
	case DEPTH_16:
		p.fg = t->role[fg].c16;
		p.bg = t->role[bg].c16;
		break;
	case DEPTH_256:
		p.fg = t->role[fg].c256;
		p.bg = t->role[bg].c256;
		break;
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
