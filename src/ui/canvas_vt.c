/* SPDX-License-Identifier: MIT */
/*
 * canvas_vt: the diff emitter.  Walks the rows, skips what is the same, moves
 * the cursor by the shortest of three ways and sets colours only when they
 * change.  Cells whose width terminals might dispute are followed by an
 * absolute move, so that a wrong guess spoils one cell and not the line.
 */
#include "ui/canvas_vt.h"

#include <string.h>

#include "shared/util.h"

struct pen {
	struct buf *out;
	const struct canvas_vt *vt;
	int y, x; /* where the terminal's cursor is; y -1: unknown */
	bool set; /* paint is what the terminal has */
	struct theme_paint paint;
};

void
canvas_vt_enter(struct buf *b)
{
	buf_str(b, "\033[?1049h\033[?25l\033[0m\033[H\033[2J");
}

void
canvas_vt_leave(struct buf *b)
{
	buf_str(b, "\033[0m\033[?25h\033[?1049l");
}

static void
put_colour(struct buf *b, enum theme_depth depth, int c, int base)
{
	if (c < 0)
		return;
	if (depth == DEPTH_256 && c >= 16)
		buf_fmt(b, ";%d;5;%d", base + 8, c);
	else if (c >= 8)
		buf_fmt(b, ";%d", base + 60 + c - 8);
	else
		buf_fmt(b, ";%d", base + c);
}

static void
set_paint(struct pen *p, struct theme_paint want)
{
	if (p->set && p->paint.fg == want.fg && p->paint.bg == want.bg &&
	    p->paint.attr == want.attr)
		return;
	buf_str(p->out, "\033[0");
	if (want.attr & ATTR_BOLD)
		buf_str(p->out, ";1");
	if (want.attr & ATTR_UNDERLINE)
		buf_str(p->out, ";4");
	if (want.attr & ATTR_REVERSE)
		buf_str(p->out, ";7");
	put_colour(p->out, p->vt->depth, want.fg, 30);
	put_colour(p->out, p->vt->depth, want.bg, 40);
	buf_byte(p->out, 'm');
	p->paint = want;
	p->set = true;
}

static void
move(struct pen *p, int y, int x)
{
	if (p->y == y && p->x == x)
		return;
	if (p->y == y && x > p->x && x - p->x < 10)
		buf_fmt(p->out, "\033[%dC", x - p->x);
	else
		buf_fmt(p->out, "\033[%d;%dH", y + 1, x + 1);
	p->y = y;
	p->x = x;
}

/* Do all terminals agree that this takes one column? */
static bool
settled(const struct canvas_cell *c)
{
	return c->nmark == 0 &&
	       (c->base < 0x250 ||
		   (c->base >= 0x2500 && c->base < 0x2600 &&
		       c->base != 0x25fd && c->base != 0x25fe) ||
		   (c->base >= 0x2800 && c->base < 0x2900) ||
		   c->base == 0x2026);
}

static void
put_cell(struct pen *p, const struct canvas *c, int y, int x, int cols)
{
	struct canvas_cell k;
	char u[4];
	int w;

	canvas_get(c, y, x, &k);
	set_paint(
	    p, theme_paint(p->vt->theme, p->vt->depth, k.fg, k.bg, k.attr));
	w = text_width(k.base) == 2 ? 2 : 1;
	buf_put(p->out, u, text_encode(k.base, u));
	for (int i = 0; i < k.nmark; i++)
		buf_put(p->out, u, text_encode(k.mark[i], u));
	p->x = x + w;
	/* at the right edge the cursor is in limbo until it is moved */
	if (p->x >= cols || !settled(&k))
		p->y = -1;
}

static bool
is_blank(const struct canvas *c, int y, int x)
{
	struct canvas_cell k;

	canvas_get(c, y, x, &k);
	return k.base == ' ' && k.nmark == 0 && k.fg == ROLE_DEFAULT &&
	       k.bg == ROLE_DEFAULT && k.attr == 0;
}

static bool
changed(const struct canvas *old, const struct canvas *new, int y, int x)
{
	return old != NULL ? !canvas_same(old, new, y, x)
			   : !is_blank(new, y, x);
}

static void
put_row(
    struct pen *p, const struct canvas *old, const struct canvas *new, int y)
{
	int cols = canvas_cols(new);
	struct canvas_cell k;

	if (old != NULL && canvas_same_row(old, new, y))
		return;
	for (int x = 0; x < cols; x++) {
		if (!changed(old, new, y, x))
			continue;
		canvas_get(new, y, x, &k);
		if (k.base == 0) {
			/* its left half may be unchanged: paint both again */
			if (x > 0 && !changed(old, new, y, x - 1)) {
				move(p, y, x - 1);
				put_cell(p, new, y, x - 1, cols);
			}
			continue;
		}
		/* over a short unchanged gap the cells cost less than a move */
		if (p->y == y && x > p->x && x - p->x <= 3) {
			bool same = true;

			for (int g = p->x; g < x; g++) {
				struct theme_paint t;

				canvas_get(new, y, g, &k);
				t = theme_paint(p->vt->theme, p->vt->depth,
				    k.fg, k.bg, k.attr);
				if (k.base == 0 || !settled(&k) ||
				    t.fg != p->paint.fg ||
				    t.bg != p->paint.bg ||
				    t.attr != p->paint.attr)
					same = false;
			}
			while (same && p->x < x && p->y == y)
				put_cell(p, new, y, p->x, cols);
		}
		move(p, y, x);
		put_cell(p, new, y, x, cols);
	}
}

bool
canvas_vt_diff(struct buf *out, const struct canvas_vt *vt,
    const struct canvas *old, const struct canvas *new)
{
	struct pen p = { .out = out, .vt = vt, .y = -1 };
	size_t begin = out->len, head;
	int oy = -1, ox = -1, ny, nx;

	if (old != NULL && (canvas_rows(old) != canvas_rows(new) ||
			       canvas_cols(old) != canvas_cols(new)))
		old = NULL;
	if (vt->sync)
		buf_str(out, "\033[?2026h");
	canvas_cursor_at(new, &ny, &nx);
	if (old != NULL)
		canvas_cursor_at(old, &oy, &ox);
	head = out->len;
	if (old == NULL)
		buf_str(out, "\033[?25l\033[0m\033[H\033[2J");
	for (int y = 0; y < canvas_rows(new); y++)
		put_row(&p, old, new, y);
	if (out->len == head && oy == ny && ox == nx) {
		out->len = begin;
		if (out->p != NULL)
			out->p[begin] = '\0';
		return false;
	}
	if (p.set)
		buf_str(out, "\033[0m");
	if (ny >= 0) {
		buf_fmt(out, "\033[%d;%dH", ny + 1, nx + 1);
		if (oy < 0)
			buf_str(out, "\033[?25h");
	} else if (oy >= 0)
		buf_str(out, "\033[?25l");
	if (vt->sync)
		buf_str(out, "\033[?2026l");
	return true;
}
