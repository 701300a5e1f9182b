/* SPDX-License-Identifier: MIT */
/*
 * view_act: what the view does for everybody: requests with their answers,
 * pace, brake, end of the engine, forms.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/verbs.h"
#include "ui/verdict.h"
#include "ui/view_state.h"

#define CPS_NS (2 * NS_PER_S) /* how long + and - count from our own value */

static void
replied(void *arg, bool good, const char *text, const json_t *data)
{
	struct view *v = arg;

	(void)data;
	view_tell(v, good, text);
	feed_forget(v->feed);
}

bool
view_may(struct view *v, const json_t *request)
{
	const char *cmd = json_string_value(json_object_get(request, "cmd"));
	const char *word = json_string_value(
	    json_array_get(json_object_get(request, "args"), 0));
	const struct command *c = command_find(cmd != NULL ? cmd : "");
	enum command_role least;
	char text[200];

	if (c == NULL)
		return true; /* the engine will say */
	least = command_least(c->name, word != NULL ? word : "");
	if (least == COMMAND_NOBODY || v->role >= least)
		return true;
	str_format(text, sizeof(text),
	    _("this needs the role %s; you are a %s"), command_role_word(least),
	    command_role_word(v->role));
	view_tell(v, false, text);
	return false;
}

/* True: it is on its way, cb will be called. */
static bool
send_to(struct view *v, json_t *request, const char *slot, client_cb *cb)
{
	bool sent;

	if (request == NULL) {
		view_tell(v, false, _("this is not UTF-8: nothing was sent"));
		return false;
	}
	if (feed_state(v->feed) == BOARD_OFFLINE) {
		json_decref(request);
		view_tell(v, false, _("no engine runs here: nothing was sent"));
		return false;
	}
	if (!view_may(v, request)) {
		json_decref(request);
		return false;
	}
	if (view_take_watch(v, request)) {
		json_decref(request);
		return false;
	}
	if (v->client == NULL) {
		json_decref(v->sent);
		v->sent = request;
		v->told = false;
		return false;
	}
	sent = client_send(v->client, request, slot, cb, v);
	if (!sent)
		view_tell(v, false,
		    _("too many requests are waiting: this one was dropped"));
	return sent;
}

void
view_send(struct view *v, json_t *request, const char *slot)
{
	send_to(v, request, slot, replied);
	if (v->client != NULL)
		client_work(v->client, v->now_ns);
}

void
view_send_file(struct view *v, json_t *request, const char *path)
{
	static const char *const keys[] = { "campaign", "list", "country" };
	const char *args[RUNNER_ARGS] = { "import" }, *why = "", *value;
	size_t n = 1, slot = 0;
	char opt[nitems(keys)][24], home[512];

	while (slot < VIEW_RUNNERS && v->runners[slot] != NULL)
		slot++;
	if (!v->files)
		view_tell(v, false,
		    _("files of this machine cannot be read from here: "
		      "`ssh HOST import contacts - < FILE` sends one"));
	else if (slot == VIEW_RUNNERS)
		view_tell(v, false, _("wait for one of the imports to end"));
	else if (view_may(v, request) && v->run_dir != NULL) {
		value = json_string_value(json_object_get(request, "what"));
		args[n++] = value != NULL ? value : "contacts";
		if (path[0] == '~' && path[1] == '/' &&
		    getenv("HOME") != NULL &&
		    str_format(
			home, sizeof(home), "%s%s", getenv("HOME"), path + 1))
			path = home;
		args[n++] = path;
		for (size_t i = 0; i < nitems(keys); i++) {
			value = json_string_value(
			    json_object_get(request, keys[i]));
			if (value == NULL)
				continue;
			str_format(opt[i], sizeof(opt[i]), "--%s", keys[i]);
			args[n++] = opt[i];
			args[n++] = value;
		}
		v->runners[slot] = runner_start(v->run_dir, args, &why);
		if (v->runners[slot] == NULL)
			view_tell(v, false, why);
		else
			view_tell(v, true,
			    _("the import has begun; it goes on when you "
			      "leave"));
	} else if (v->run_dir == NULL) {
		json_decref(v->sent);
		v->sent = json_incref(request);
		v->told = false;
	}
	json_decref(request);
}

void
view_why(struct view *v, const char *kind, const char *name)
{
	view_send(v, verbs_request("why", kind, name), NULL);
}

/* ---- pace and brake --------------------------------------------------- */

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
	const struct board *b = feed_board(v->feed);
	double now = b->cps_manual > 0 ? b->cps_manual : round(b->cps_target);
	char text[80];

	/* several presses before the engine's answer add up */
	if (v->now_ns < v->cps_until_ns)
		now = v->cps;
	if (b->cps_max > 0 && now + step > b->cps_max) {
		str_format(text, sizeof(text),
		    _("%g calls per second is the maximum"), b->cps_max);
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

void
view_line_cps(struct view *v)
{
	const char *text = prompt_text(v->prompt);
	double cps;

	if (strcmp(text, "auto") == 0) {
		v->cps_until_ns = 0;
		view_send(v, verbs_request("cps", "auto", NULL), "cps");
	} else if (str_double(text, 0.01, 100000, &cps))
		send_cps(v, cps);
	else if (text[0] != '\0')
		view_tell(
		    v, false, _("calls per second: a number above 0, or auto"));
}

static void
ask_cps(struct view *v)
{
	json_t *may = verbs_request("cps", "auto", NULL);
	char n[32];

	if (view_may(v, may)) {
		v->line = LINE_CPS;
		str_format(
		    n, sizeof(n), "%g", round(feed_board(v->feed)->cps_target));
		prompt_open(v->prompt, _("Calls per second (or auto):"), n,
		    false, NULL, NULL);
	}
	json_decref(may);
}

static void
ask_brake(struct view *v)
{
	/* One campaign braked is no reason why ! should not stop them all. */
	if (verdict_brake_all(feed_board(v->feed)))
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

void
view_ask_stop(struct view *v, json_t *request)
{
	const struct board *b = feed_board(v->feed);
	char text[400], n[TEXT_NUM];

	str_format(text, sizeof(text),
	    _("Dialling ends for everybody on %s. %s calls are up now; what is "
	      "armed and not sent is given back. To leave only this console, "
	      "press q instead."),
	    b->node, text_count(b->concurrent, n));
	view_ask(v, _("Stop the engine?"), text, request);
}

static void
ack_newest(struct view *v)
{
	const struct board *b = feed_board(v->feed);
	const struct board_alert *a = NULL;
	json_t *req;

	for (uint32_t i = 0; i < b->nalerts && i < BOARD_ALERTS; i++)
		if (b->alerts[i].ended_ms == 0 && b->alerts[i].acked_ms == 0 &&
		    (a == NULL || b->alerts[i].since_ms > a->since_ms))
			a = &b->alerts[i];
	if (a == NULL) {
		view_tell(v, true, _("no alert waits to be acknowledged"));
		return;
	}
	req = verbs_request("alert", "ack", a->rule);
	if (req != NULL)
		json_array_append_new(
		    json_object_get(req, "args"), json_string(a->object));
	view_send(v, req, NULL);
}

static bool
offline(struct view *v)
{
	if (feed_state(v->feed) != BOARD_OFFLINE)
		return false;
	view_tell(v, false, _("no engine runs here: nothing was sent"));
	return true;
}

void
view_global(struct view *v, enum keys_action a)
{
	switch (a) {
	case ACT_HELP:
		v->over = OVER_HELP;
		v->top = 0;
		break;
	case ACT_DETACH:
		v->ended = true;
		break;
	case ACT_CPS_UP:
	case ACT_CPS_DOWN:
		if (!offline(v))
			step_cps(v, a == ACT_CPS_UP ? 1 : -1);
		break;
	case ACT_CPS_SET:
		if (!offline(v))
			ask_cps(v);
		break;
	case ACT_BRAKE:
		if (!offline(v))
			ask_brake(v);
		break;
	case ACT_ACK:
		if (!offline(v))
			ack_newest(v);
		break;
	case ACT_COMMAND:
		view_line_command(v);
		break;
	case ACT_SESSIONS:
		v->who = !v->who;
		break;
	case ACT_CANCEL:
		v->who = false;
		break;
	case ACT_STOP_ENGINE:
		if (!offline(v))
			view_ask_stop(v, verbs_request("stop", NULL, NULL));
		break;
	case ACT_NEXT_PANE:
		view_show(v, (v->pane + 1) % npanes);
		break;
	case ACT_PREV_PANE:
		view_show(v, (v->pane + npanes - 1) % npanes);
		break;
	default:
		for (size_t i = 0; i < npanes; i++)
			if (panes[i]->select == a)
				view_show(v, i);
		break;
	}
}

/* ---- forms ------------------------------------------------------------ */

static json_t *
object_request(struct view *v)
{
	return verbs_request("show", v->want_kind, v->want_name);
}

/* As it stands now, not as it was when somebody looked last. */
static bool
object_fresh(struct view *v)
{
	json_t *q = object_request(v);
	bool fresh = feed_fresh(v->feed, q);

	json_decref(q);
	return fresh;
}

void
view_form_unwant(struct view *v)
{
	v->want_kind[0] = '\0';
	v->dirty = true;
}

static void
want_form(struct view *v, const char *kind, const char *name, bool create)
{
	form_free(v->form);
	v->form = NULL;
	str_copy(v->want_kind, sizeof(v->want_kind), kind);
	str_copy(v->want_name, sizeof(v->want_name), name);
	v->want_new = create;
	feed_forget(v->feed);
	view_form_ready(v);
}

void
view_edit(struct view *v, const char *kind, const char *name)
{
	json_t *may = verbs_request("set", kind, name);

	if (view_may(v, may))
		want_form(v, kind, name, false);
	json_decref(may);
}

void
view_create(struct view *v, const char *kind, const char *like)
{
	json_t *may = verbs_request("set", kind, "");

	if (view_may(v, may))
		want_form(v, kind, like, true);
	json_decref(may);
}

void
view_form_ready(struct view *v)
{
	const char *why = "";
	const json_t *found = NULL;

	if (v->want_kind[0] == '\0')
		return;
	if (feed_state(v->feed) == BOARD_OFFLINE) {
		view_form_unwant(v);
		view_tell(v, false, _("no engine runs here: nothing was sent"));
		return;
	}
	if (v->want_name[0] != '\0') {
		found = feed_doc(v->feed, object_request(v), 0, &why);
		if (!object_fresh(v) || (found == NULL && why[0] == '\0'))
			return;
		found = why[0] == '\0' ? json_array_get(found, 0) : NULL;
		if (found == NULL) {
			view_tell(v, false,
			    why[0] != '\0' ? why : _("there is none any more"));
			view_form_unwant(v);
			return;
		}
	}
	v->form_no++;
	v->form = form_new(
	    v->want_kind, v->want_new ? "" : v->want_name, found, v->want_new);
	view_form_unwant(v);
}

static void
form_saved(void *arg, bool good, const char *text, const json_t *data)
{
	struct view *v = arg;

	bool open = v->form != NULL && v->saving == v->form_no;

	(void)data;
	v->saving = 0;
	feed_forget(v->feed);
	/* it may have been left meanwhile, and another one opened */
	if (!good && open) {
		form_refused(v->form, text);
		v->dirty = true;
		return;
	}
	if (open) {
		form_free(v->form);
		v->form = NULL;
	}
	view_tell(v, good, text);
}

void
view_form_key(struct view *v, uint32_t code)
{
	enum form_result r;
	json_t *values, *req;

	/* on its way: it is neither sent twice nor changed under way */
	if (v->saving == v->form_no && code != UIK_ESC &&
	    code != UIK_CTRL('c')) {
		view_tell(v, true, _("it is being saved; Esc does not wait"));
		return;
	}
	r = v->saving == v->form_no ? FORM_CANCEL : form_key(v->form, code);
	if (r == FORM_SAVE && v->saving != 0) {
		view_tell(
		    v, false, _("the one before is still being saved: wait"));
		return;
	}
	if (r == FORM_MORE)
		return;
	values = r == FORM_SAVE ? form_values(v->form) : NULL;
	if (values == NULL && !(r == FORM_SAVE && form_creates(v->form))) {
		form_free(v->form);
		v->form = NULL;
		return;
	}
	req = verbs_request("set", form_kind(v->form), form_name(v->form));
	if (req != NULL) {
		json_object_set_new(
		    req, "values", values != NULL ? values : json_object());
		if (form_creates(v->form))
			json_object_set_new(req, "new", json_true());
	} else
		json_decref(values);
	if (send_to(v, req, NULL, form_saved))
		v->saving = v->form_no;
	if (v->client != NULL)
		client_work(v->client, v->now_ns);
}
