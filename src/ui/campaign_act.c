/* SPDX-License-Identifier: MIT */
/* campaign_act: an action and a campaign to a request or a question. */
#include "ui/campaign_act.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/verbs.h"
#include "ui/view.h"
#include "ui/words.h"

static void
send(const struct pane_ctx *x, const char *what, const char *name)
{
	view_send(x->view, verbs_request("campaign", what, name), NULL);
}

static void
ask_stop(const struct pane_ctx *x, const struct board_campaign *c)
{
	char text[600], n[4][TEXT_NUM];

	str_format(text, sizeof(text),
	    _("Campaign %s ends here: %s of its %s contacts are not called. "
	      "The %s calls that are up stay up, the %s armed ones are given "
	      "back. Space only pauses it."),
	    c->name, text_count(c->remaining, n[0]), text_count(c->total, n[1]),
	    text_count(c->concurrent, n[2]), text_count(c->armed, n[3]));
	view_ask(x->view, _("Stop the campaign?"), text,
	    verbs_request("campaign", "stop", c->name));
}

static void
toggle(const struct pane_ctx *x, const struct board_campaign *c)
{
	char text[200];

	if (strcmp(c->state, "running") == 0 ||
	    strcmp(c->state, "waiting") == 0) {
		send(x, "pause", c->name);
	} else if (strcmp(c->state, "paused") == 0) {
		send(x, "start", c->name);
	} else {
		str_format(text, sizeof(text), _("%s is %s: S starts it"),
		    c->name, words_state(c->state));
		view_tell(x->view, false, text);
	}
}

static void
start(const struct pane_ctx *x, const struct board_campaign *c)
{
	char text[200];

	if (strcmp(c->state, "running") == 0) {
		str_format(text, sizeof(text), _("%s runs already"), c->name);
		view_tell(x->view, true, text);
	} else {
		send(x, "start", c->name);
	}
}

bool
campaign_act(const struct pane_ctx *x, const struct board_campaign *c,
    enum keys_action a)
{
	switch (a) {
	case ACT_CAMPAIGN_TOGGLE:
	case ACT_CAMPAIGN_START:
	case ACT_CAMPAIGN_STOP:
	case ACT_WHY:
	case ACT_EDIT:
	case ACT_COPY:
		break;
	default:
		return false;
	}
	if (c == NULL)
		view_tell(x->view, false, _("there is no campaign here"));
	else if (a == ACT_CAMPAIGN_TOGGLE)
		toggle(x, c);
	else if (a == ACT_CAMPAIGN_START)
		start(x, c);
	else if (a == ACT_CAMPAIGN_STOP)
		ask_stop(x, c);
	else if (a == ACT_WHY)
		view_why(x->view, "campaign", c->name);
	else if (a == ACT_EDIT)
		view_edit(x->view, "campaign", c->name);
	else
		view_create(x->view, "campaign", c->name);
	return true;
}
