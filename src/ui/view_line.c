/* SPDX-License-Identifier: MIT */
/*
 * view_line: the line at the foot: commands, filters that follow the typing,
 * a number, a name; and what is pasted, which is text and never acts.
 */
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/campaign_act.h"
#include "ui/verbs.h"
#include "ui/view_state.h"

#define PASTE_NS (5 * NS_PER_S) /* of silence: it is over */

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

/* What cannot be undone, with the same words as where a key does it. */
static void
ask_first(struct view *v, json_t *req)
{
	const char *cmd = json_string_value(json_object_get(req, "cmd"));
	const char *name =
	    json_string_value(json_array_get(json_object_get(req, "args"), 1));
	const struct board *b = feed_board(v->feed);
	struct pane_ctx x = view_ctx(v);
	char text[400];

	if (strcmp(cmd, "stop") == 0) {
		view_ask_stop(v, req);
		return;
	}
	if (name == NULL) /* the engine says what is missing */
		name = "";
	if (strcmp(cmd, "call") == 0) {
		str_format(text, sizeof(text),
		    _("Call %s is hung up at once; whoever is on the line "
		      "hears it end."),
		    name);
		view_ask(v, _("Hang up this call?"), text, req);
		return;
	}
	for (uint32_t i = 0; i < b->ncampaigns && i < BOARD_CAMPAIGNS; i++)
		if (strcmp(b->campaigns[i].name, name) == 0) {
			json_decref(req);
			campaign_act(&x, &b->campaigns[i], ACT_CAMPAIGN_STOP);
			return;
		}
	str_format(text, sizeof(text),
	    _("Campaign %s ends here; what is armed is given back."), name);
	view_ask(v, _("Stop the campaign?"), text, req);
}

static void
run_command(struct view *v, const char *line)
{
	char err[600];
	struct verbs_own own;
	json_t *req;

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
		ask_first(v, req);
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
	char text[PROMPT_MAX];

	/* a copy: what it leads to may open the next line */
	str_copy(text, sizeof(text), prompt_text(v->prompt));
	if (v->line == LINE_FILTER) {
		/* who has emptied it wants none, not the old one */
		follow_filter(v, r == PROMPT_CANCEL && code != UIK_BACKSPACE
				     ? v->filter_was
				     : text);
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

/* One character of a paste, where text goes. */
static void
paste_text(struct view *v, uint32_t code)
{
	if (v->form != NULL && !prompt_is_open(v->prompt)) {
		view_form_key(v, code);
		return;
	}
	if (!prompt_is_open(v->prompt))
		return;
	view_line_key(v, code);
	if (prompt_full(v->prompt) && !v->paste_full) {
		v->paste_full = true;
		view_tell(v, false,
		    _("the line is full: the rest of it was left out"));
	}
}

/* Does this code belong to a paste?  Its begin and its end do, too. */
static bool
is_pasted(struct view *v, uint32_t code)
{
	if (code == UIK_PASTE || code == UIK_PASTE_END) {
		v->pasting = code == UIK_PASTE;
		v->paste_any = v->paste_gap = v->paste_full = false;
		v->pasted_ns = v->now_ns;
		return true;
	}
	/* an end that was lost on the way must not shut the keys out */
	if (v->pasting && v->now_ns - v->pasted_ns > PASTE_NS)
		v->pasting = false;
	if (v->pasting)
		v->pasted_ns = v->now_ns;
	return v->pasting;
}

bool
view_paste(struct view *v, uint32_t code)
{
	if (!is_pasted(v, code))
		return false;
	if (v->ask != NULL || v->small || code == UIK_BACKSPACE ||
	    code >= UIK_FIRST)
		return true;
	if (code == UIK_ENTER || code == '\r' || code == UIK_TAB)
		v->paste_gap = true;
	if (code < 0x20)
		return true;
	if (v->paste_gap && v->paste_any)
		paste_text(v, ' ');
	v->paste_any = true;
	v->paste_gap = false;
	paste_text(v, code);
	return true;
}

bool
view_skips(struct view *v, uint32_t code, int64_t mono_ns)
{
	v->now_ns = mono_ns;
	if (is_pasted(v, code))
		return true;
	if (code == UIK_CTRL('l'))
		v->repaint = true;
	return code == UIK_CTRL('l');
}
