/* SPDX-License-Identifier: MIT */
/*
 * view_draw: when a frame is due, and what lies over what in it.  Shows no
 * frame that is of two boards, and writes to nothing but the canvas.
 */
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/frame.h"
#include "ui/pane_help.h"
#include "ui/view.h"
#include "ui/view_state.h"

#define PUBLISH_NS (2 * NS_PER_MS) /* from the beat until it is to be seen */
#define EARLY_NS   (20 * NS_PER_MS) /* the engine's tick is not exact */
#define TRIES      3 /* to draw from a board that is held */

int64_t
view_due_ns(const struct view *v, int64_t mono_ns)
{
	const int64_t tick = BOARD_TICK_MS * NS_PER_MS;
	int64_t due = feed_board(v->feed)->beat_ns + tick + PUBLISH_NS;

	if (due > mono_ns && due <= mono_ns + tick + PUBLISH_NS) {
		/* what would be held back until then need not be seen */
		while (due - PUBLISH_NS < v->next_ns - EARLY_NS)
			due += tick;
		return due;
	}
	/* it is late: look again soon, and after a while as usual */
	if (due <= mono_ns && mono_ns - due < tick / 2)
		return mono_ns + 5 * NS_PER_MS;
	return mono_ns + tick;
}

/*
 * Frames are counted by when the engine published, not by when this process,
 * one of hundreds that all wake then, got to draw: one that was late is no
 * reason to let the next one out.
 */
bool
view_frame_due(struct view *v, int64_t mono_ns)
{
	const struct board *b = feed_board(v->feed);
	int64_t at = b->beat_ns;

	/* no engine: by the clock */
	if (at > mono_ns || mono_ns - at > 2 * BOARD_TICK_MS * NS_PER_MS)
		at = mono_ns;
	if (at < v->next_ns - EARLY_NS && mono_ns < v->next_ns)
		return false;
	at = MAXIMUM(at, v->next_ns - EARLY_NS);
	v->next_ns = at - v->next_ns > v->period_ns ? at + v->period_ns
						    : v->next_ns + v->period_ns;
	return true;
}

static void
draw_small(struct canvas *cv)
{
	int rows = canvas_rows(cv), cols = canvas_cols(cv);
	char text[160];

	str_format(text, sizeof(text),
	    _("The window is too small: it has %dx%d, the console needs "
	      "%dx%d. Dialling goes on."),
	    cols, rows, VIEW_COLS_MIN, VIEW_ROWS_MIN);
	canvas_wrap(cv, canvas_all(cv), STYLE(ROLE_WARN), text);
}

static void
draw_offline(struct view *v, struct canvas *cv)
{
	int rows = canvas_rows(cv), cols = canvas_cols(cv);
	char text[400];

	str_format(text, sizeof(text),
	    _("No engine has published anything in %s.\n\n"
	      "`discador` without arguments starts one; this console "
	      "shows it as soon as it is there."),
	    v->run_dir != NULL ? v->run_dir : "");
	canvas_wrap(cv, (struct rect){ rows / 2 - 2, 4, 6, cols - 8 },
	    STYLE(ROLE_TEXT), text);
}

static void
draw_over(struct view *v, struct canvas *cv)
{
	int rows = canvas_rows(cv), cols = canvas_cols(cv);

	/* a text that came meanwhile waits: the keys are not for it */
	if (v->form != NULL)
		form_draw(v->form, cv, (struct rect){ 2, 0, rows - 3, cols });
	else if (prompt_is_open(v->prompt))
		;
	else if (v->over == OVER_HELP)
		pane_help_draw(cv, view_pane(v), &v->top);
	else if (v->over == OVER_TEXT)
		overlay_text(cv, v->title, v->text, &v->top);
	toasts_draw(&v->toasts, cv, prompt_is_open(v->prompt) ? 3 : 2);
	if (v->ask != NULL)
		prompt_draw_question(cv, v->ask_title, v->ask_text);
}

static void
draw_foot(struct view *v, struct canvas *cv, int y)
{
	const struct pane *p = view_pane(v);

	if (prompt_is_open(v->prompt))
		prompt_draw(v->prompt, cv, y);
	else if (v->form != NULL)
		pane_help_hint(cv, y,
		    _("C-s saves   Esc leaves   Up and Down to the next field"));
	else if (v->want_kind[0] != '\0')
		pane_help_hint(cv, y, _("the engine is being asked ..."));
	else if (v->over != OVER_NONE)
		pane_help_hint(cv, y, _("Up and Down scroll   Esc closes"));
	else if (p->typing != NULL && p->typing(view_self(v)))
		pane_help_hint(
		    cv, y, _("keys go to what is open here   Esc ends it"));
	else
		pane_help_footer(cv, y, p);
}

static void
draw_once(struct view *v, struct canvas *cv)
{
	int rows = canvas_rows(cv), cols = canvas_cols(cv);
	struct rect all = { 0, 0, rows - 1, cols }, r, clip;
	struct pane_ctx x;

	canvas_clear(cv);
	feed_looked(v->feed);
	v->small = rows < VIEW_ROWS_MIN || cols < VIEW_COLS_MIN;
	if (v->small) {
		draw_small(cv);
		return;
	}
	x = view_ctx(v);
	r = frame_draw(cv, all, &x, v->pane, v->tabs);
	if (x.state == BOARD_OFFLINE)
		draw_offline(v, cv);
	else {
		clip = canvas_clip(cv, r);
		view_pane(v)->draw(view_self(v), &x, cv, r);
		canvas_clip(cv, clip);
		if (x.state == BOARD_STALE)
			canvas_tint(cv, r, STYLE(ROLE_DIM));
	}
	draw_foot(v, cv, rows - 1);
	draw_over(v, cv);
}

void
view_draw(struct view *v, struct canvas *cv, int64_t mono_ns)
{
	v->now_ns = mono_ns;
	feed_aim(v->feed, mono_ns);
	draw_once(v, cv);
	/* stopped or starved meanwhile: half of it may be of another tick */
	for (int i = 1; i < TRIES && !feed_held(v->feed); i++) {
		feed_aim(v->feed, mono_ns);
		draw_once(v, cv);
	}
	if (!feed_held(v->feed)) {
		feed_hold(v->feed, mono_ns);
		draw_once(v, cv);
		feed_loose(v->feed, mono_ns);
	}
}
