/* SPDX-License-Identifier: MIT */
/*
 * view: what one viewer sees and does: the board's copy, the pane, what is
 * opened over it, the questions and the requests.  Knows neither terminal nor
 * SSH: keys come in, a canvas comes out.  One per console, one per session.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "ui/canvas.h"
#include "ui/pane.h"

#define VIEW_ROWS_MIN 24
#define VIEW_COLS_MIN 80

/* demo: the engine is a demo's; the screen says so. */
struct view *view_new(const char *run_dir, bool demo);
void view_free(struct view *);

/*
 * Once per tick, and whenever view_fd() is ready: look at the board, go on
 * with requests.  True: there is something new to draw.
 */
bool view_tick(struct view *, int64_t mono_ns);
/* A key; the next view_tick() says whether to draw. */
void view_key(struct view *, uint32_t code, int64_t mono_ns);
/* Paint all of it. */
void view_draw(struct view *, struct canvas *, int64_t mono_ns);
/* Descriptor to poll; -1: none. */
int view_fd(const struct view *, short *events);
/* The viewer wants to leave. */
bool view_ended(const struct view *);
/* The viewer wants the terminal painted afresh; asking clears it. */
bool view_wants_repaint(struct view *);

/* For panes. */
/* A line that stays for some seconds; several lines become a text to read. */
void view_tell(struct view *, bool good, const char *text);
/* Send; slot as in client_send.  Takes the reference. */
void view_send(struct view *, json_t *request, const char *slot);
/* Send after a yes.  Takes the reference. */
void view_ask(
    struct view *, const char *title, const char *text, json_t *request);
/* One line of input; done gets it, unless it was cancelled. */
void view_input(struct view *, const char *label, const char *initial,
    void (*done)(void *arg, const char *text), void *arg);

#endif
