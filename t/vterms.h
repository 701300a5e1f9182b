/* SPDX-License-Identifier: MIT */
/* vterms: a terminal in memory (libvterm) and whether it shows a canvas. */
#ifndef T_VTERMS_H
#define T_VTERMS_H

#include <stdbool.h>
#include <stdio.h>

#include <vterm.h>

#include "ui/canvas_vt.h"

struct term {
	VTerm *vt;
	VTermScreen *s;
	int visible;
};

static inline int
on_prop(VTermProp p, VTermValue *v, void *arg)
{
	struct term *t = arg;

	if (p == VTERM_PROP_CURSORVISIBLE)
		t->visible = v->boolean;
	return 1;
}

static inline void
term_open(struct term *t, int rows, int cols)
{
	static const VTermScreenCallbacks cbs = { .settermprop = on_prop };

	t->vt = vterm_new(rows, cols);
	vterm_set_utf8(t->vt, 1);
	t->s = vterm_obtain_screen(t->vt);
	vterm_screen_enable_altscreen(t->s, 1);
	vterm_screen_set_callbacks(t->s, &cbs, t);
	vterm_screen_reset(t->s, 1);
	t->visible = 1;
}

static inline bool
same_colour(const VTermColor *c, int16_t want, bool fg)
{
	if (want < 0)
		return fg ? VTERM_COLOR_IS_DEFAULT_FG(c)
			  : VTERM_COLOR_IS_DEFAULT_BG(c);
	return VTERM_COLOR_IS_INDEXED(c) && c->indexed.idx == want;
}

static inline bool
same_cell(const struct term *t, const struct canvas *c,
    const struct canvas_vt *vt, int y, int x)
{
	struct canvas_cell k;
	VTermScreenCell v;
	VTermPos p = { y, x };
	struct theme_paint w;

	canvas_get(c, y, x, &k);
	vterm_screen_get_cell(t->s, p, &v);
	if (k.base == 0) /* libvterm marks the right half with -1 */
		return v.chars[0] == (uint32_t)-1;
	w = theme_paint(vt->theme, vt->depth, k.fg, k.bg, k.attr);
	if (v.chars[0] != k.base && !(v.chars[0] == 0 && k.base == ' '))
		return false;
	for (int i = 0; i < k.nmark; i++)
		if (v.chars[1 + i] != k.mark[i])
			return false;
	if (1 + k.nmark < VTERM_MAX_CHARS_PER_CELL && v.chars[0] != 0 &&
	    v.chars[1 + k.nmark] != 0)
		return false;
	return same_colour(&v.fg, w.fg, true) &&
	       same_colour(&v.bg, w.bg, false) &&
	       v.attrs.bold == !!(w.attr & ATTR_BOLD) &&
	       v.attrs.reverse == !!(w.attr & ATTR_REVERSE) &&
	       v.attrs.underline == !!(w.attr & ATTR_UNDERLINE);
}

static inline int
differences(const struct term *t, const struct canvas *c,
    const struct canvas_vt *vt, bool quiet)
{
	int bad = 0;

	for (int y = 0; y < canvas_rows(c); y++)
		for (int x = 0; x < canvas_cols(c); x++)
			if (!same_cell(t, c, vt, y, x) && bad++ == 0 &&
			    !quiet) {
				struct canvas_cell k;

				canvas_get(c, y, x, &k);
				printf(
				    "# first at %d,%d: U+%04X\n", y, x, k.base);
			}
	return bad;
}

#endif
