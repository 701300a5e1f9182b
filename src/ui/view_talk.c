/* SPDX-License-Identifier: MIT */
/*
 * view_talk: the view among people: questions and their answers, what
 * somebody says to all, and what a session over SSH wants to know of it.
 */
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/sessions_page.h"
#include "ui/view_state.h"
#include "ui/when.h"

#define CONSENT_NS (700 * NS_PER_MS) /* to read who asks */

/* ---- questions --------------------------------------------------------- */

void
view_ask(struct view *v, const char *title, const char *text, json_t *request)
{
	if (request == NULL || !view_may(v, request)) {
		json_decref(request);
		return;
	}
	json_decref(v->ask);
	json_decref(v->ask_no);
	v->ask = request;
	v->ask_no = NULL;
	v->ask_ns = 0;
	str_copy(v->ask_title, sizeof(v->ask_title), title);
	str_copy(v->ask_text, sizeof(v->ask_text), text);
	v->dirty = true;
}

bool
view_consent(struct view *v, const char *title, const char *text, json_t *yes,
    json_t *no)
{
	if (v->ask != NULL || v->form != NULL || v->small ||
	    prompt_is_open(v->prompt) || yes == NULL || no == NULL)
		return false;
	view_ask(v, title, text, yes);
	v->ask_no = no;
	v->ask_ns = v->now_ns;
	return true;
}

void
view_consent_over(struct view *v)
{
	if (v->ask_no == NULL)
		return;
	json_decref(v->ask);
	json_decref(v->ask_no);
	v->ask = v->ask_no = NULL;
	v->ask_over_ns = v->now_ns;
	v->ask_over_key = 0;
	v->dirty = true;
}

bool
view_asks(const struct view *v)
{
	return v->ask != NULL;
}

static bool
is_yes(uint32_t code)
{
	return code == 'y' || code == 'Y' || code == (uint32_t)_("y")[0];
}

static bool
is_no(uint32_t code)
{
	return code == 'n' || code == 'N' || code == UIK_ESC ||
	       code == UIK_CTRL('c') || code == 'q';
}

/* Whoever asked may take it back; and an answer may be pressed twice. */
bool
view_ask_late(const struct view *v, uint32_t code)
{
	if (v->ask_over_ns == 0 || v->now_ns - v->ask_over_ns >= CONSENT_NS)
		return false;
	return v->ask_over_key != 0 ? code == v->ask_over_key
				    : is_yes(code) || is_no(code);
}

void
view_ask_key(struct view *v, uint32_t code)
{
	json_t *req = v->ask, *no = v->ask_no;

	/* who was about to press something else has not read it yet */
	if (no != NULL && v->now_ns - v->ask_ns < CONSENT_NS)
		return;
	if (no != NULL && (is_yes(code) || is_no(code))) {
		v->ask_over_ns = v->now_ns;
		v->ask_over_key = code;
	}
	if (is_yes(code)) {
		v->ask = v->ask_no = NULL;
		json_decref(no);
		view_send(v, req, NULL);
	} else if (is_no(code)) {
		v->ask = v->ask_no = NULL;
		json_decref(req);
		if (no != NULL)
			view_send(v, no, NULL);
	}
}

/* ---- what people say --------------------------------------------------- */

void
view_say(struct view *v, const char *text)
{
	if (toasts_put(&v->toasts, TOAST_SAID, text, v->now_ns))
		v->dirty = true;
}

/* The oldest message that was not shown; NULL: none. */
static const struct board_message *
unsaid(const struct view *v, const struct board *b)
{
	const struct board_message *found = NULL;

	for (size_t i = 0; i < BOARD_MESSAGES; i++) {
		const struct board_message *m = &b->messages[i];

		/* ids begin anew with an engine, the time does not */
		if (m->id == 0 || m->at_ms < v->said_ms ||
		    (m->at_ms == v->said_ms && m->id <= v->said_id))
			continue;
		if (found == NULL || m->at_ms < found->at_ms ||
		    (m->at_ms == found->at_ms && m->id < found->id))
			found = m;
	}
	return found;
}

void
view_said(struct view *v)
{
	const struct board *b = feed_board(v->feed);
	const struct board_message *m;
	char text[256];

	if (feed_state(v->feed) != BOARD_LIVE)
		return;
	if (v->said_ms == 0) { /* what was said before is not news */
		v->said_ms = b->now_ms;
		v->said_id = UINT64_MAX;
		return;
	}
	while ((m = unsaid(v, b)) != NULL) {
		str_format(
		    text, sizeof(text), _("%s says: %s"), m->from, m->text);
		/* the others wait for their turn */
		if (!toasts_put(&v->toasts, TOAST_SAID, text, v->now_ns))
			return;
		v->said_ms = m->at_ms;
		v->said_id = m->id;
		v->dirty = true;
	}
}

/* ---- for a session over SSH -------------------------------------------- */

const struct pane *
view_pane(const struct view *v)
{
	return v->who ? &sessions_page : panes[v->pane];
}

void *
view_self(const struct view *v)
{
	return v->who ? v->who_self : v->self[v->pane];
}

const char *
view_doing(const struct view *v)
{
	return view_pane(v)->title;
}

const char *
view_when(const struct view *v, int64_t wall_ms, char out[40])
{
	return when_full(view_zone(v), wall_ms, out);
}

bool
view_live(const struct view *v)
{
	return feed_state(v->feed) == BOARD_LIVE;
}

bool
view_take_watch(struct view *v, const json_t *request)
{
	const char *cmd = json_string_value(json_object_get(request, "cmd"));
	const json_t *args = json_object_get(request, "args");
	const char *word = json_string_value(json_array_get(args, 0));
	const char *id = json_string_value(json_array_get(args, 1));

	if (cmd == NULL || word == NULL || strcmp(cmd, "session") != 0 ||
	    strcmp(word, "watch") != 0)
		return false;
	if (!v->remote)
		view_tell(v, false,
		    _("a screen can be looked at over SSH only: log in with "
		      "ssh, then press W there"));
	else if (view_may(v, request))
		str_copy(
		    v->watch_id, sizeof(v->watch_id), id != NULL ? id : "");
	return true;
}

bool
view_wants_watch(struct view *v, char id[24])
{
	str_copy(id, 24, v->watch_id);
	v->watch_id[0] = '\0';
	return id[0] != '\0';
}

void
view_draw_over(struct view *v, struct canvas *cv)
{
	toasts_draw(&v->toasts, cv, 2);
	if (v->ask != NULL)
		prompt_draw_question(cv, v->ask_title, v->ask_text);
}
