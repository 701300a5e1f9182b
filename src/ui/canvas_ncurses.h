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
#include "ui/keys.h"
#include "ui/theme.h"

struct canvas_ncurses;
/*
 * Take the terminal on stdin and stdout.  NULL and *why (static) when there is
 * none, or TERM means nothing and cannot be mapped to something known.  mouse:
 * clicks and wheel come as keys (and marking text needs Shift).  Takes
 * SIGWINCH and SIGTSTP.
 */
struct canvas_ncurses *canvas_ncurses_open(
    const struct theme *, bool mouse, const char **why);
/* Give the terminal back as it was. */
void canvas_ncurses_close(struct canvas_ncurses *);
/*
 * Give it back and stop, as C-z does elsewhere; returns when the shell lets us
 * go on.  The next key is UIK_RESIZE; all has to be painted again.
 */
void canvas_ncurses_suspend(struct canvas_ncurses *);
/* Other colours; all has to be painted again. */
void canvas_ncurses_set_theme(struct canvas_ncurses *, const struct theme *);
/* Can it show UTF-8 with block and braille characters? */
bool canvas_ncurses_utf8(const struct canvas_ncurses *);
/* Size of the terminal now, in cells. */
void canvas_ncurses_size(const struct canvas_ncurses *, int *rows, int *cols);
/* Put new on the screen, which shows old (NULL: anything, paint all). */
void canvas_ncurses_blit(struct canvas_ncurses *, const struct canvas *old,
    const struct canvas *new);
/* Next key, UIK_NONE when none is waiting, UIK_RESIZE after a new size. */
uint32_t canvas_ncurses_key(struct canvas_ncurses *, int64_t mono_ns);
/* After UIK_MOUSE: which. */
void canvas_ncurses_mouse(const struct canvas_ncurses *, struct keys_mouse *);
/* Ask for keys after so many ms even without input (a lone Esc); -1: no. */
int canvas_ncurses_wait_ms(const struct canvas_ncurses *);
/* The terminal has gone away: no key will ever come. */
bool canvas_ncurses_gone(const struct canvas_ncurses *);

#endif
