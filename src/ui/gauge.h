/* SPDX-License-Identifier: MIT */
/*
 * gauge: bars of the details: labelled lines of a funnel, one bar stacked
 * from shares, columns over hours, evidence between two bounds.  Every kind
 * of part has a sign of its own, so that colour is never needed.
 */
#ifndef UI_GAUGE_H
#define UI_GAUGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/board.h"
#include "ui/canvas.h"

/* One kind of part in a stacked bar. */
struct gauge_part {
	double v; /* share; the bar's width is the sum of all */
	uint8_t role;
	uint32_t sign; /* what fills it */
	char ascii; /* the same without UTF-8 */
};
/*
 * w columns shared out by v (largest remainders; what is not nothing gets a
 * column as long as there are any).  Nothing at all: a dim line.
 */
void gauge_stack(
    struct canvas *, int y, int x, int w, const struct gauge_part *, size_t n);
/* The sign of a part alone, for legends. */
void gauge_sign(struct canvas *, int y, int x, const struct gauge_part *);
/* The part for a class of causes (board_cause_words), its share v. */
struct gauge_part gauge_cause(int cause, uint64_t v);

/* Columns for labels and figures that lines below each other share. */
struct gauge_fit {
	int label, figure, note;
};
#define GAUGE_LABEL 14 /* columns */
extern const struct gauge_fit gauge_lines; /* the usual */
/*
 * First row of *r, which is cut off: label, bar, figure and note (both may be
 * "") at the right edge.  Where it is narrow the bar goes first, then the
 * note.  False: no room.
 */
bool gauge_line(struct canvas *, struct rect *r, const struct gauge_fit *,
    const char *label, double frac, struct style bar, const char *figure,
    const char *note);
/* The first row of *r without a bar: a dim label, a text. */
bool gauge_text(struct canvas *, struct rect *r, int label_w, const char *label,
    struct style, const char *text);
/* A heading in the first row of *r, which is cut off. */
bool gauge_title(struct canvas *, struct rect *r, const char *title);

/* One section of the details: a heading and what stands below it. */
struct gauge_section {
	/* facts: as gauge_sections() got them */
	void (*draw)(const void *facts, struct canvas *, struct rect);
	int min, want; /* rows, as layout_split() has them */
};
/* n (at most 8) sections below each other in r; the last ones go first. */
void gauge_sections(const void *facts, struct canvas *, struct rect r,
    const struct gauge_section *, size_t n);

/* Calls by disposition, the most first, all that has room in r. */
void gauge_dispositions(
    struct canvas *, struct rect r, const uint64_t disp[BOARD_DISPS]);

/*
 * n columns from left to right in r, heights by max (> 0); as wide as the
 * room allows, at most wide, with a gap between when they are 3 or more.
 * Returns the columns of one value, gap included (0: no room).
 */
int gauge_columns(struct canvas *, struct rect r, const double *v, size_t n,
    double max, int wide, struct style);
/*
 * Evidence of a sequential test: a bar from lo to hi, full up to v, zero
 * marked.
 */
void gauge_evidence(struct canvas *, int y, int x, int w, double lo, double hi,
    double v, struct style);

#endif
