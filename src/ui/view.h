/* SPDX-License-Identifier: MIT */
/*
 * view: what one viewer sees and does: the feed, the pane, what is opened
 * over it, the questions and the requests.  Knows neither terminal nor SSH:
 * keys come in, a canvas comes out.  One per console, one per session.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/commands.h"
#include "ui/canvas.h"
#include "ui/pane.h"
#include "ui/table.h"
#include "ui/theme.h"

#define VIEW_ROWS_MIN 24
#define VIEW_COLS_MIN 80

struct view_opts {
	const char *run_dir;
	bool demo; /* the engine is a demo's; the screen says so */
	enum command_role role; /* what this viewer may */
	bool files; /* may read local files (import): not over SSH */
	bool remote; /* over SSH: other screens can be looked at */
	const char *theme; /* theme_find(); NULL: "dark" */
	const char *zone; /* of the viewer; NULL: the engine's */
	int fps; /* frames per second from the board; 0: 10 */
};
struct view *view_new(const struct view_opts *);
/* For tests: sees only that feed (taken); requests are kept for view_sent. */
struct view *view_fixed(struct feed *, enum command_role);
void view_free(struct view *);

/*
 * Once per tick, and whenever view_fd() is ready: look at the feed, go on
 * with requests.  True: there is something new to draw.
 */
bool view_tick(struct view *, int64_t mono_ns);
/* A key; the next view_tick() says whether to draw. */
void view_key(struct view *, uint32_t code, int64_t mono_ns);
void view_mouse(struct view *, const struct keys_mouse *, int64_t mono_ns);
/* Paint all of it. */
void view_draw(struct view *, struct canvas *, int64_t mono_ns);
/* Descriptors to poll, for what; how many (out has room for 4). */
struct pollfd;
size_t view_fds(const struct view *, struct pollfd *out);
/*
 * When the engine's next publish should be there to be drawn: the time to
 * wake at when nothing else does.
 */
int64_t view_due_ns(const struct view *, int64_t mono_ns);
/* The viewer wants to leave. */
bool view_ended(const struct view *);
/* The viewer wants the terminal painted afresh; asking clears it. */
bool view_wants_repaint(struct view *);
/* Its theme at present (`:theme light` changes it). */
const struct theme *view_theme(const struct view *);

/* ---- for a session over SSH -------------------------------------------- */

/* What is on the screen, in English: the title of its pane. */
const char *view_doing(const struct view *);
/* "Fri 2026-11-20 18:02" in the viewer's zone. */
const char *view_when(const struct view *, int64_t wall_ms, char out[40]);
/* Does the engine live, as far as is known here? */
bool view_live(const struct view *);
/*
 * The viewer wants to look at the session of that id (`session watch`); asking
 * clears it.  False: no.
 */
bool view_wants_watch(struct view *, char id[24]);
/*
 * A question whose answers are requests both (taken).  False: another question
 * or a line is open; nothing was taken, try again.
 */
bool view_consent(struct view *, const char *title, const char *text,
    json_t *yes, json_t *no);
/* Nobody waits for that answer any more. */
void view_consent_over(struct view *);
/*
 * A key while the screen shows what is no pane: does it belong to a paste,
 * which is for nobody there, or to the view whatever is shown?
 */
bool view_skips(struct view *, uint32_t code, int64_t mono_ns);
/* Toasts and the question alone, over what is no pane. */
void view_draw_over(struct view *, struct canvas *);
/* A question stands: keys are for it. */
bool view_asks(const struct view *);

/* For tests: the request sent last (borrowed), NULL: none since asked. */
const json_t *view_sent(struct view *);

/* ---- for panes -------------------------------------------------------- */

/* A line that stays for some seconds; several lines become a text to read. */
void view_tell(struct view *, bool good, const char *text);
/* The same, as long as what people say to all. */
void view_say(struct view *, const char *text);
/* A text to read over the pane. */
void view_read(struct view *, const char *title, const char *text);
/*
 * Send; slot as in client_send.  Takes the reference.  A role that may not is
 * told so, and nothing is sent.  The engine's answer is told.
 */
void view_send(struct view *, json_t *request, const char *slot);
/* The same with a file of this machine on it: opens it, tells if it cannot. */
void view_send_file(struct view *, json_t *request, const char *path);
/* Send after a yes.  text says what it will do.  Takes the reference. */
void view_ask(
    struct view *, const char *title, const char *text, json_t *request);
/* One line of input; done gets it, unless it was cancelled. */
void view_input(struct view *, const char *label, const char *initial,
    void (*done)(void *arg, const char *text), void *arg);
/* Type the filter of a table, which follows each key; Esc puts it back. */
void view_filter(struct view *, struct table *);
/*
 * The form over the pane (ui/form.h): edit the object of that kind and name;
 * the object is asked for.  create: it is to be a new one, like `like` ("":
 * with the defaults).
 */
void view_edit(struct view *, const char *kind, const char *name);
void view_create(struct view *, const char *kind, const char *like);
/* Go to another pane, its cursor on name ("": where it was). */
void view_go(struct view *, const struct pane *, const char *name);
/* `why KIND NAME`, told as a text. */
void view_why(struct view *, const char *kind, const char *name);

#endif
