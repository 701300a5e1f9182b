/* SPDX-License-Identifier: MIT */
/* alert_act: an alert or a line to a request, a question or a text. */
#include "ui/alert_act.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/verbs.h"
#include "ui/view.h"
#include "ui/when.h"

void
alert_act_ack(const struct pane_ctx *x, const struct board_alert *a)
{
	char text[120], at[WHEN_TEXT];
	json_t *req;

	if (a == NULL) {
		view_tell(x->view, true, _("there is no alert here"));
		return;
	}
	if (a->acked_ms != 0) {
		str_format(text, sizeof(text), _("%s has taken notice at %s"),
		    a->acked_by,
		    when_near(x->zone, a->acked_ms, x->b->now_ms, at));
		view_tell(x->view, true, text);
		return;
	}
	req = verbs_request("alert", "ack", a->rule);
	if (req != NULL)
		json_array_append_new(
		    json_object_get(req, "args"), json_string(a->object));
	view_send(x->view, req, NULL);
}

void
alert_act_all(const struct pane_ctx *x)
{
	const struct board *b = x->b;
	unsigned active = 0, over = 0;
	char text[300];

	for (uint32_t i = 0; i < b->nalerts && i < BOARD_ALERTS; i++)
		if (b->alerts[i].acked_ms == 0) {
			active += b->alerts[i].ended_ms == 0;
			over += b->alerts[i].ended_ms != 0;
		}
	if (active + over == 0) {
		view_tell(
		    x->view, true, _("no alert waits to be acknowledged"));
		return;
	}
	str_format(text, sizeof(text),
	    _("%u that are active and %u that are over are marked as seen by "
	      "you, for everybody. Nothing is mended by it: active ones stay "
	      "until their cause is gone."),
	    active, over);
	view_ask(x->view, _("Acknowledge all alerts?"), text,
	    verbs_request("alert", "ack", "all"));
}

void
alert_act_log(const struct pane_ctx *x, const struct log_row *l)
{
	char text[300], at[WHEN_TEXT];

	str_format(text, sizeof(text), "%s\n%s",
	    when_near(x->zone, l->l->at_ms, x->b->now_ms, at), l->l->text);
	view_read(x->view, _("A line of the log"), text);
}

void
alert_act_audit(const struct pane_ctx *x, const struct audit_row *u)
{
	char text[1200], at[WHEN_TEXT];

	str_format(text, sizeof(text),
	    _("At: %s\nUser: %s\nFrom: %s\nNode: %s\nAction: %s\nObject: "
	      "%s\nResult: %s"),
	    when_near(x->zone, u->at_ms, x->b->now_ms, at), u->user, u->origin,
	    u->node, u->action, u->object, u->result);
	view_read(x->view, _("A line of the audit trail"), text);
}
