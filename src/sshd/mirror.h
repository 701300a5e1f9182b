/* SPDX-License-Identifier: MIT */
/*
 * mirror: one session's picture for one other, in memory that the first
 * writes and the second only reads.  The writer seals it: its size is fixed,
 * and nobody who is handed the descriptor can write to it.  The reader
 * believes nothing in it: sizes, characters and styles are checked as they
 * are drawn.
 */
#ifndef SSHD_MIRROR_H
#define SSHD_MIRROR_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/canvas.h"

#define MIRROR_MAGIC   0x3130524f5252494dULL /* "MIRROR01" */
#define MIRROR_ROWS    120 /* what is larger is cut */
#define MIRROR_COLS    400
#define MIRROR_MARKS   2
#define MIRROR_MUTE_NS (3000 * 1000000LL) /* without a beat: it is gone */

/* The format, public for tests that write nonsense. */
struct mirror_cell {
	uint32_t base; /* 0: the right half of the wide one before */
	uint32_t mark[MIRROR_MARKS]; /* 0: none */
	uint8_t fg, bg, attr, pad0;
};
struct mirror_page {
	uint64_t magic;
	_Atomic uint64_t seq; /* odd: being written; all below is covered */
	_Atomic int64_t beat_ns; /* CLOCK_MONOTONIC; not covered */
	_Atomic uint32_t ended; /* not covered */
	uint32_t pad0;
	int32_t rows, cols, cursor_y, cursor_x; /* cursor_y -1: none */
	struct mirror_cell cell[MIRROR_ROWS * MIRROR_COLS]; /* y * cols + x */
};
_Static_assert(sizeof(struct mirror_cell) == 16, "handed on");
_Static_assert(sizeof(struct mirror_page) % 8 == 0, "handed on");

/* ---- who is looked at -------------------------------------------------- */

struct mirror;
/* NULL and errno: no memory of that kind is to be had here. */
struct mirror *mirror_new(void);
/* The descriptor to hand on. */
int mirror_fd(const struct mirror *);
/* The frame that is on the screen now; for when it has changed. */
void mirror_put(struct mirror *, const struct canvas *);
/* The session lives: each turn. */
void mirror_beat(struct mirror *, int64_t mono_ns);
/* With the last word that it has ended. */
void mirror_free(struct mirror *);

/* ---- who looks --------------------------------------------------------- */

struct mirror_view;
/* Takes fd, whatever comes of it.  NULL: it is no mirror, or can be cut. */
struct mirror_view *mirror_open(int fd);
void mirror_close(struct mirror_view *);
enum mirror_news {
	MIRROR_SAME,
	MIRROR_FRAME, /* there is another picture */
	MIRROR_ENDED, /* its writer said so */
	MIRROR_MUTE, /* no beat for MIRROR_MUTE_NS */
};
enum mirror_news mirror_look(struct mirror_view *, int64_t mono_ns);
/* Size of the last whole picture; 0x0 before the first. */
void mirror_size(const struct mirror_view *, int *rows, int *cols);
/* Draw it from its row top and column left on; what is over is left alone. */
void mirror_draw(const struct mirror_view *, struct canvas *, struct rect,
    int top, int left);

#endif
