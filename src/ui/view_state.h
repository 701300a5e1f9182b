/* SPDX-License-Identifier: MIT */
/*
 * view_state: what the files of the view share (view.c keys, view_draw.c
 * drawing, view_act.c commands, view_line.c the line at the foot, view_talk.c
 * people).  Nobody else includes it.
 */
#ifndef UI_VIEW_STATE_H
#define UI_VIEW_STATE_H

#include "ui/client.h"
#include "ui/form.h"
#include "ui/overlay.h"
#include "ui/prompt.h"
#include "ui/runner.h"
#include "ui/view.h"

#define VIEW_PANES   10
#define VIEW_RUNNERS 4

enum view_over { OVER_NONE, OVER_HELP, OVER_TEXT };
enum view_line { LINE_INPUT, LINE_COMMAND, LINE_CPS, LINE_FILTER };

struct view {
	struct feed *feed;
	char *run_dir; /* NULL: fixed */
	struct client *client; /* of commands; the feed has its own */
	enum command_role role;
	bool demo, files, remote;
	const struct theme *theme;
	char zone[64]; /* "": the engine's */
	char home_zone[64]; /* of the viewer, "" unknown */
	/* next: no frame of what was published before; one per period */
	int64_t now_ns, next_ns, period_ns;
	bool dirty, held, ended, repaint;
	bool small; /* the window: what a key would do cannot be seen */
	bool pasting, paste_any, paste_gap, paste_full;
	int64_t pasted_ns; /* last key of a paste */

	size_t pane;
	void *self[VIEW_PANES]; /* kept: a pane is found as it was left */
	bool who; /* sessions_page lies over it */
	void *who_self;
	struct rect tabs[VIEW_PANES]; /* where they stand, for clicks */

	enum view_over over;
	int top;
	char *title, *text; /* OVER_TEXT */

	struct prompt *prompt;
	enum view_line line;
	void (*input)(void *, const char *);
	void *input_arg;
	struct table *filtered;
	char filter_was[FILTER_TEXT];

	char ask_title[80], ask_text[768];
	json_t *ask; /* not NULL: a question stands */
	json_t *ask_no; /* sent when it is denied; NULL: nothing */
	int64_t ask_ns; /* consent: since when it stands; 0 */
	int64_t ask_over_ns; /* since when one stands no more; 0 */
	uint32_t ask_over_key; /* with which it was answered; 0: it was not */

	struct form *form;
	unsigned form_no, saving; /* saving: form_no on its way; 0: none */
	char want_kind[16], want_name[MODEL_NAME]; /* a form waits for it */
	bool want_new;

	struct toasts toasts;
	int64_t said_ms; /* messages up to here were shown; 0: not looked */
	uint64_t said_id;
	char watch_id[24]; /* view_wants_watch(); "" */
	double cps;
	int64_t cps_until_ns;
	struct runner *runners[VIEW_RUNNERS];
	json_t *sent; /* fixed: the last request */
	bool told; /* view_sent() has told it */
};

/* The pane, or the page over it, and its own. */
const struct pane *view_pane(const struct view *);
void *view_self(const struct view *);
/* Show what was said to all since the viewer began. */
void view_said(struct view *);
/*
 * Looking at a screen is the session's own affair.  True: the request is
 * that, and was dealt with.
 */
bool view_take_watch(struct view *, const json_t *request);
/* A key while a question stands. */
void view_ask_key(struct view *, uint32_t code);
/* True: it was meant for somebody's question, which went a moment ago. */
bool view_ask_late(const struct view *, uint32_t code);
/* May what the engine has published be drawn now?  True: it is to be. */
bool view_frame_due(struct view *, int64_t mono_ns);
/* What the pane sees. */
struct pane_ctx view_ctx(struct view *);
/* Zone in which times are shown. */
const char *view_zone(const struct view *);
/* The action of a key that no pane took. */
void view_global(struct view *, enum keys_action);
void view_show(struct view *, size_t pane);
/* The line at the foot: a key while it is open. */
void view_line_key(struct view *, uint32_t code);
void view_line_command(struct view *);
/*
 * Pasted text is text.  The ends of its lines become blanks, so that a column
 * of numbers is a list of numbers; the last one is nothing.  True: this code
 * belongs to a paste and is dealt with.
 */
bool view_paste(struct view *, uint32_t code);
void view_line_cps(struct view *);
/* Open the form that was asked for, as soon as its object is there. */
void view_form_ready(struct view *);
void view_form_key(struct view *, uint32_t code);
/* It is not wanted any more: something else was opened. */
void view_form_unwant(struct view *);
/* Would this request be permitted?  Tells if it would not. */
bool view_may(struct view *, const json_t *request);
void view_ask_stop(struct view *, json_t *request);

#endif
