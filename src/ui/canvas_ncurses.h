/* SPDX-License-Identifier: MIT */
/*
 * canvas_ncurses: the local terminal.  One per process (ncurses 6.4 cannot
 * serve several).  Puts canvases on the screen cell by changed cell and turns
 * input into key codes.
 */
#ifndef UI_CANVAS_NCURSES_H
#define UI_CANVAS_NCURSES_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/canvas.h"
#include "ui/theme.h"

struct canvas_ncurses;
/*
 * Take the terminal on stdin and stdout.  NULL and *why (static) when there is
 * none, or TERM means nothing and cannot be mapped to something known.
 */
struct canvas_ncurses *canvas_ncurses_open(
    const struct theme *, const char **why);
/* Give the terminal back as it was. */
void canvas_ncurses_close(struct canvas_ncurses *);
/* Can it show UTF-8 with block and braille characters? */
bool canvas_ncurses_utf8(const struct canvas_ncurses *);
/* Size of the terminal now, in cells. */
void canvas_ncurses_size(const struct canvas_ncurses *, int *rows, int *cols);
/* Put new on the screen, which shows old (NULL: anything, paint all). */
void canvas_ncurses_blit(struct canvas_ncurses *, const struct canvas *old,
    const struct canvas *new);
/* Next key, UIK_NONE when none is waiting, UIK_RESIZE after a new size. */
uint32_t canvas_ncurses_key(struct canvas_ncurses *);

#endif
