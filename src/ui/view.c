/* SPDX-License-Identifier: MIT */
/*
 * view: who gets a key (question, input line, overlay, pane, everybody) and
 * what lies over what.  Sends requests, never decides what is allowed: that is
 * the engine's.
 */
#include "ui/view.h"

#include <math.h>
#include <string.h>

#include "shared/board.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/client.h"
#include "ui/keys.h"
#include "ui/overlay.h"
#include "ui/pane_help.h"
#include "ui/prompt.h"
#include "ui/verbs.h"
#include "ui/verdict.h"

#define CPS_NS (2 * NS_PER_S) /* how long + and - count from our own value */

enum over { OVER_NONE, OVER_HELP, OVER_TEXT };

struct view {
	char *run_dir;
	struct board_reader *reader;
	struct board *b;
	enum board_state state;
	uint64_t seq;
	int64_t now_ns, age_s;
	struct client *client;
	bool dirty, ended, repaint, demo;

	size_t pane;
	void *self; /* of the pane */

	enum over over;
	int top;
	char *text; /* OVER_TEXT */

	struct prompt *prompt;
	void (*input)(void *, const char *);
	void *input_arg;
	enum { LINE_INPUT, LINE_COMMAND, LINE_CPS } line;

	char ask_title[80], ask_text[512];
	json_t *ask; /* not NULL: a question stands */

	struct toasts toasts;
	double cps;
	int64_t cps_until_ns;
};

static void
replied(void *arg, bool good, const char *text)
{
	view_tell(arg, good, text);
}

struct view *
view_new(const char *run_dir, bool demo)
{
	struct view *v = xcalloc(1, sizeof(*v));

	v->demo = demo;
	v->run_dir = xstrdup(run_dir);
	v->reader = board_reader_new(run_dir);
	v->b = xcalloc(1, sizeof(*v->b));
	v->state = BOARD_OFFLINE;
	v->client = client_new(run_dir, replied, v);
	v->prompt = prompt_new();
	v->self = panes[0]->init();
	v->dirty = true;
	return v;
}

void
view_free(struct view *v)
{
	if (v == NULL)
		return;
	panes[v->pane]->free(v->self);
	prompt_free(v->prompt);
	client_free(v->client);
	board_reader_free(v->reader);
	json_decref(v->ask);
	free(v->text);
	free(v->b);
	free(v->run_dir);
	free(v);
}

int
view_fd(const struct view *v, short *events)
{
	return client_fd(v->client, events);
}

bool
view_ended(const struct view *v)
{
	return v->ended;
}

bool
view_wants_repaint(struct view *v)
{
	bool r = v->repaint;

	v->repaint = false;
	return r;
}

void
view_tell(struct view *v, bool good, const char *text)
{
	const char *nl = strchr(text, '\n');

	v->dirty = true;
	if (nl != NULL && nl[1] != '\0') {
		free(v->text);
		v->text = xstrdup(text);
		v->over = OVER_TEXT;
		v->top = 0;
		return;
	}
	toasts_add(&v->toasts, good, text, v->now_ns);
}

void
view_send(struct view *v, json_t *request, const char *slot)
{
	if (v->state == BOARD_OFFLINE) {
		json_decref(request);
		view_tell(v, false, _("no engine runs here: nothing was sent"));
		return;
	}
	if (!client_send(v->client, request, slot))
		view_tell(v, false,
		    _("too many requests are waiting: this one was dropped"));
	client_work(v->client, v->now_ns);
}

void
view_ask(struct view *v, const char *title, const char *text, json_t *request)
{
	json_decref(v->ask);
	v->ask = request;
	str_copy(v->ask_title, sizeof(v->ask_title), title);
	str_copy(v->ask_text, sizeof(v->ask_text), text);
	v->dirty = true;
}

void
view_input(struct view *v, const char *label, const char *initial,
    void (*done)(void *, const char *), void *arg)
{
	v->line = LINE_INPUT;
	v->input = done;
	v->input_arg = arg;
	prompt_open(v->prompt, label, initial, false, NULL, NULL);
	v->dirty = true;
}

bool
view_tick(struct view *v, int64_t mono_ns)
{
	enum board_state state;
	int64_t age_s;
	uint64_t seq;
	bool dirty;

	v->now_ns = mono_ns;
	client_work(v->client, mono_ns);
	seq = board_peek_seq(v->reader, mono_ns, &state);
	if (seq != v->seq || state != v->state) {
		v->seq = seq;
		v->state = board_read(v->reader, v->b, mono_ns);
		v->dirty = true;
	}
	/* how long it has been silent is news every second */
	age_s =
	    v->state == BOARD_STALE ? (mono_ns - v->b->beat_ns) / NS_PER_S : 0;
	if (age_s != v->age_s)
		v->dirty = true;
	v->age_s = age_s;
	if (toasts_expire(&v->toasts, mono_ns))
		v->dirty = true;
	dirty = v->dirty;
	v->dirty = false;
	return dirty;
}

static struct pane_ctx
context(struct view *v)
{
	return (struct pane_ctx){ v->b, v->state,
		v->state == BOARD_STALE
		    ? (v->now_ns - v->b->beat_ns) / NS_PER_MS
		    : 0,
		v->demo, v };
}

static void
send_cps(struct view *v, double cps)
{
	char n[32];

	str_format(n, sizeof(n), "%g", cps);
	v->cps = cps;
	v->cps_until_ns = v->now_ns + CPS_NS;
	view_send(v, verbs_request("cps", n, NULL), "cps");
}

static void
step_cps(struct view *v, int step)
{
	double now =
	    v->b->cps_manual > 0 ? v->b->cps_manual : round(v->b->cps_target);
	char text[80];

	/* several presses before the engine's answer add up */
	if (v->now_ns < v->cps_until_ns)
		now = v->cps;
	if (v->b->cps_max > 0 && now + step > v->b->cps_max) {
		str_format(text, sizeof(text),
		    _("%g calls per second is the maximum"), v->b->cps_max);
		view_tell(v, false, text);
		return;
	}
	if (now + step < 1) {
		view_tell(
		    v, false, _("1 is the least; the brake (!) stops all"));
		return;
	}
	send_cps(v, now + step);
}

static void
ask_brake(struct view *v)
{
	/* One campaign braked is no reason why ! should not stop them all. */
	if (verdict_brake_all(v->b))
		view_ask(v, _("Release the emergency brake?"),
		    _("Dialling goes on, from the initial pace of the ramp. "
		      "What engaged it may still be there."),
		    verbs_request("brake", "off", NULL));
	else
		view_ask(v, _("Engage the emergency brake?"),
		    _("No new call leaves, in any campaign, until it is "
		      "released. Calls that are up stay up. (Brakes that "
		      "engaged by themselves: `:brake off` releases them.)"),
		    verbs_request("brake", "on", NULL));
}

static void
ask_stop_engine(struct view *v, json_t *request)
{
	char text[400], n[TEXT_NUM];

	str_format(text, sizeof(text),
	    _("Dialling ends for everybody on %s. %s calls are up now; what is "
	      "armed and not sent is given back. To leave only this console, "
	      "press q instead."),
	    v->b->node, text_count(v->b->concurrent, n));
	view_ask(v, _("Stop the engine?"), text, request);
}

static void
complete(void *arg, const char *text, size_t *from, struct prompt_choices *c)
{
	struct view *v = arg;

	verbs_complete(v->b, text, from, c);
}

static void
run_command(struct view *v, const char *line)
{
	char err[400], text[400];
	json_t *req, *args;

	switch (verbs_parse(line, &req, err, sizeof(err))) {
	case VERBS_BAD:
		view_tell(v, false, err);
		break;
	case VERBS_REQUEST:
		view_send(v, req, NULL);
		break;
	case VERBS_ASK:
		if (strcmp(json_string_value(json_object_get(req, "cmd")),
			"stop") == 0) {
			ask_stop_engine(v, req);
			break;
		}
		args = json_object_get(req, "args");
		str_format(text, sizeof(text),
		    _("Campaign %s ends here; what is armed is given back."),
		    json_string_value(json_array_get(args, 1)));
		view_ask(v, _("Stop the campaign?"), text, req);
		break;
	case VERBS_HELP:
		v->over = OVER_HELP;
		v->top = 0;
		break;
	case VERBS_QUIT:
		v->ended = true;
		break;
	case VERBS_EMPTY:
		break;
	}
}

static void
line_done(struct view *v)
{
	const char *text = prompt_text(v->prompt);
	double cps;

	switch (v->line) {
	case LINE_INPUT:
		v->input(v->input_arg, text);
		break;
	case LINE_COMMAND:
		run_command(v, text);
		break;
	case LINE_CPS:
		if (strcmp(text, "auto") == 0) {
			v->cps_until_ns = 0;
			view_send(v, verbs_request("cps", "auto", NULL), "cps");
		} else if (str_double(text, 0.01, 100000, &cps))
			send_cps(v, cps);
		else if (text[0] != '\0')
			view_tell(v, false,
			    _("calls per second: a number above 0, or auto"));
		break;
	}
}

static void
show_pane(struct view *v, size_t i)
{
	if (i == v->pane)
		return;
	panes[v->pane]->free(v->self);
	v->pane = i;
	v->self = panes[i]->init();
}

static void
global_key(struct view *v, enum keys_action a)
{
	char n[32];

	switch (a) {
	case ACT_HELP:
		v->over = OVER_HELP;
		v->top = 0;
		break;
	case ACT_DETACH:
		v->ended = true;
		break;
	case ACT_CPS_UP:
		step_cps(v, 1);
		break;
	case ACT_CPS_DOWN:
		step_cps(v, -1);
		break;
	case ACT_CPS_SET:
		v->line = LINE_CPS;
		str_format(n, sizeof(n), "%g", round(v->b->cps_target));
		prompt_open(v->prompt, _("Calls per second (or auto):"), n,
		    false, NULL, NULL);
		break;
	case ACT_BRAKE:
		ask_brake(v);
		break;
	case ACT_COMMAND:
		v->line = LINE_COMMAND;
		prompt_open(v->prompt, ":", "", true, complete, v);
		break;
	case ACT_STOP_ENGINE:
		ask_stop_engine(v, verbs_request("stop", NULL, NULL));
		break;
	case ACT_NEXT_PANE:
		show_pane(v, (v->pane + 1) % npanes);
		break;
	case ACT_REPAINT:
		v->repaint = true;
		break;
	default:
		for (size_t i = 0; i < npanes; i++)
			if (panes[i]->select == a)
				show_pane(v, i);
		break;
	}
}

/* True: the overlay took the key. */
static bool
over_key(struct view *v, enum keys_action a)
{
	switch (a) {
	case ACT_UP:
		v->top -= v->top > 0;
		return true;
	case ACT_DOWN:
		v->top++;
		return true;
	case ACT_PAGE_UP:
		v->top = MAXIMUM(v->top - 10, 0);
		return true;
	case ACT_PAGE_DOWN:
		v->top += 10;
		return true;
	case ACT_REPAINT:
		v->repaint = true;
		return true;
	default: /* anything else closes it, and does nothing besides */
		v->over = OVER_NONE;
		return true;
	}
}

void
view_key(struct view *v, uint32_t code, int64_t mono_ns)
{
	struct pane_ctx x;
	enum keys_action a;

	v->now_ns = mono_ns;
	v->dirty = true;
	if (v->ask != NULL) {
		json_t *req = v->ask;

		if (code == 'y' || code == 'Y') {
			v->ask = NULL;
			view_send(v, req, NULL);
		} else if (code == 'n' || code == 'N' || code == UIK_ESC ||
			   code == UIK_CTRL('c') || code == 'q') {
			v->ask = NULL;
			json_decref(req);
		}
		return;
	}
	if (prompt_is_open(v->prompt)) {
		if (prompt_key(v->prompt, code) == PROMPT_DONE)
			line_done(v);
		return;
	}
	a = keys_find(panes[v->pane]->scope, code);
	if (v->over != OVER_NONE && over_key(v, a))
		return;
	if (a == ACT_NONE)
		return;
	x = context(v);
	if (!panes[v->pane]->key(v->self, &x, a))
		global_key(v, a);
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

void
view_draw(struct view *v, struct canvas *cv, int64_t mono_ns)
{
	int rows = canvas_rows(cv), cols = canvas_cols(cv);
	struct pane_ctx x;

	v->now_ns = mono_ns;
	canvas_clear(cv);
	if (rows < VIEW_ROWS_MIN || cols < VIEW_COLS_MIN) {
		draw_small(cv);
		return;
	}
	x = context(v);
	panes[v->pane]->draw(
	    v->self, &x, cv, (struct rect){ 0, 0, rows - 1, cols });
	if (v->state == BOARD_OFFLINE) {
		char text[400];

		str_format(text, sizeof(text),
		    _("No engine has published anything in %s.\n\n"
		      "`discador` without arguments starts one; this console "
		      "shows it as soon as it is there."),
		    v->run_dir);
		canvas_wrap(cv, (struct rect){ rows / 2 - 2, 4, 6, cols - 8 },
		    STYLE(ROLE_TEXT), text);
	}
	if (prompt_is_open(v->prompt))
		prompt_draw(v->prompt, cv, rows - 1);
	else
		pane_help_footer(cv, rows - 1, panes[v->pane]);
	if (v->over == OVER_HELP)
		pane_help_draw(cv, panes[v->pane], &v->top);
	else if (v->over == OVER_TEXT)
		overlay_text(cv, _("The engine says"), v->text, &v->top);
	if (v->ask != NULL)
		prompt_draw_question(cv, v->ask_title, v->ask_text);
	toasts_draw(&v->toasts, cv);
}
