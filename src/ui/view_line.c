/* SPDX-License-Identifier: MIT */
/*
 * view_line: the line at the foot: commands, filters that follow the typing,
 * a number, a name.
 */
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/verbs.h"
#include "ui/view_state.h"

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

void
view_filter(struct view *v, struct table *t)
{
	v->line = LINE_FILTER;
	v->filtered = t;
	str_copy(v->filter_was, sizeof(v->filter_was), t->filter);
	prompt_open(v->prompt, _("Filter:"), t->filter, false, NULL, NULL);
	v->dirty = true;
}

static void
complete(void *arg, const char *text, size_t *from, struct prompt_choices *c)
{
	struct view *v = arg;

	verbs_complete(feed_board(v->feed), v->role, text, from, c);
}

void
view_line_command(struct view *v)
{
	v->line = LINE_COMMAND;
	prompt_open(v->prompt, ":", "", true, complete, v);
}

static void
set_theme(struct view *v, const char *name)
{
	const struct theme *t = theme_find(name);

	if (t == NULL) {
		view_tell(v, false, _("themes: dark, light, 16, none"));
		return;
	}
	v->theme = t;
	v->repaint = true;
}

static void
set_zone(struct view *v, const char *word)
{
	char text[160];

	if (strcmp(word, "engine") == 0)
		v->zone[0] = '\0';
	else if (v->home_zone[0] != '\0')
		str_copy(v->zone, sizeof(v->zone), v->home_zone);
	else {
		view_tell(v, false, _("your own zone is not known here"));
		return;
	}
	str_format(text, sizeof(text), _("times are shown in %s"),
	    v->zone[0] != '\0' ? v->zone : feed_board(v->feed)->timezone);
	view_tell(v, true, text);
}

static void
own_command(struct view *v, const struct verbs_own *own)
{
	const struct pane *p;
	json_t *req;

	switch (own->what) {
	case VERBS_THEME:
		set_theme(v, own->word);
		break;
	case VERBS_ZONE:
		set_zone(v, own->word);
		break;
	case VERBS_PANE:
		p = pane_find(own->word);
		if (p != NULL)
			view_go(v, p, "");
		break;
	case VERBS_EDIT:
		view_edit(v, own->word, own->name);
		break;
	case VERBS_NEW:
		view_create(v, own->word, own->name);
		break;
	case VERBS_IMPORT:
		req = json_pack("{s:s, s:[s], s:s}", "cmd", "import", "args",
		    own->word, "what", own->word);
		if (own->key[0] != '\0')
			json_object_set_new(
			    req, own->key, json_string(own->value));
		view_send_file(v, req, own->name);
		break;
	}
}

static void
run_command(struct view *v, const char *line)
{
	char err[600], text[400];
	struct verbs_own own;
	json_t *req, *args;

	switch (verbs_parse(line, &req, &own, err, sizeof(err))) {
	case VERBS_BAD:
		view_tell(v, false, err);
		break;
	case VERBS_REQUEST:
		view_send(v, req, NULL);
		break;
	case VERBS_OWN:
		own_command(v, &own);
		break;
	case VERBS_ASK:
		if (strcmp(json_string_value(json_object_get(req, "cmd")),
			"stop") == 0) {
			view_ask_stop(v, req);
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
follow_filter(struct view *v, const char *text)
{
	str_copy(v->filtered->filter, sizeof(v->filtered->filter), text);
}

void
view_line_key(struct view *v, uint32_t code)
{
	enum prompt_result r = prompt_key(v->prompt, code);
	const char *text = prompt_text(v->prompt);

	if (v->line == LINE_FILTER) {
		follow_filter(v, r == PROMPT_CANCEL ? v->filter_was : text);
		return;
	}
	if (r != PROMPT_DONE)
		return;
	switch (v->line) {
	case LINE_INPUT:
		v->input(v->input_arg, text);
		break;
	case LINE_COMMAND:
		run_command(v, text);
		break;
	case LINE_CPS:
		view_line_cps(v);
		break;
	case LINE_FILTER:
		break;
	}
}
