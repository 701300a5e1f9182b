/* SPDX-License-Identifier: MIT */
/*
 * canvas: a grid of cells that panes draw on and back ends put on a screen.
 * A cell holds one base character with at most TEXT_MARKS combining marks,
 * colours as roles of the theme, and attributes.  All text goes through
 * shared/text, so no control byte can ever stand in a cell.
 *
 * Coordinates are absolute (row y, column x, from 0); drawing outside the
 * clip rectangle is lost, never an error.  A wide character takes its cell and
 * the next; if half of it is overwritten, the other half becomes a space.
 */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/text.h"
#include "ui/theme.h"

#define CANVAS_ROWS_MAX 500
#define CANVAS_COLS_MAX 1000

struct rect {
	int y, x, h, w;
};

struct style {
	uint8_t fg, bg, attr; /* enum role, enum role or ROLE_KEEP, ATTR_* */
};
/* A foreground on whatever background stands there. */
#define STYLE(fg_)         ((struct style){ (fg_), ROLE_KEEP, 0 })
#define STYLE_BOLD(fg_)    ((struct style){ (fg_), ROLE_KEEP, ATTR_BOLD })
#define STYLE_ON(fg_, bg_) ((struct style){ (fg_), (bg_), 0 })

struct canvas;
/* Clamped to 1..CANVAS_ROWS_MAX x 1..CANVAS_COLS_MAX. */
struct canvas *canvas_new(int rows, int cols);
void canvas_free(struct canvas *);
void canvas_resize(struct canvas *, int rows, int cols); /* and clear */
int canvas_rows(const struct canvas *);
int canvas_cols(const struct canvas *);
struct rect canvas_all(const struct canvas *);
/*
 * Without UTF-8 every character becomes ASCII as it is drawn (accents fall
 * off, lines become - and |, what has no likeness '?').
 */
void canvas_set_ascii(struct canvas *, bool);
bool canvas_ascii(const struct canvas *);

/* Everything: spaces in the default colours, no clip, no cursor. */
void canvas_clear(struct canvas *);
/* Further drawing is lost outside r; returns what was in force before. */
struct rect canvas_clip(struct canvas *, struct rect r);

/* Spaces in that style over r. */
void canvas_fill(struct canvas *, struct rect r, struct style);
/* Change colours only; ROLE_KEEP keeps. */
void canvas_tint(struct canvas *, struct rect r, struct style);
/* Text from (y, x), at most cols columns, cut with an ellipsis.  Returns the
 * columns drawn. */
int canvas_text(
    struct canvas *, int y, int x, int cols, struct style, const char *);
int canvas_textf(struct canvas *, int y, int x, int cols, struct style,
    const char *, ...) __attribute__((format(printf, 6, 7)));
/* The same, ending at column x + cols. */
int canvas_right(
    struct canvas *, int y, int x, int cols, struct style, const char *);
/* Text broken at spaces into at most h lines; returns the lines used. */
int canvas_wrap(struct canvas *, struct rect r, struct style, const char *);
/* One code point, drawn n times from (y, x) on to the right. */
void canvas_run(
    struct canvas *, int y, int x, int n, struct style, uint32_t cp);
/* A frame around r, its inside cleared, a title in the upper line. */
void canvas_box(struct canvas *, struct rect r, struct style frame,
    struct style title, const char *);
/* A line from x to x + w with a title near its begin. */
void canvas_rule(struct canvas *, int y, int x, int w, const char *title);

/* The terminal's cursor, for input lines; y -1 hides it. */
void canvas_cursor(struct canvas *, int y, int x);
void canvas_cursor_at(const struct canvas *, int *y, int *x);

/* What stands in a cell, for back ends and tests. */
struct canvas_cell {
	uint32_t base; /* 0: the right half of the wide character before */
	uint32_t mark[TEXT_MARKS];
	int nmark;
	uint8_t fg, bg, attr;
};
void canvas_get(const struct canvas *, int y, int x, struct canvas_cell *);
/* Cell for cell the same at (y, x) of both? */
bool canvas_same(const struct canvas *, const struct canvas *, int y, int x);
/* Quickly, of two of the same size: is row y surely the same? */
bool canvas_same_row(const struct canvas *, const struct canvas *, int y);
/* Same size, same cells: *to becomes *from. */
void canvas_copy(struct canvas *to, const struct canvas *from);
/*
 * The cells of a rectangle that lies on the canvas, to be put back at the same
 * place later (free() it); NULL: some cannot be kept (combining marks).
 */
struct canvas_part;
struct canvas_part *canvas_keep(const struct canvas *, struct rect);
void canvas_put_back(struct canvas *, const struct canvas_part *);

#endif
