/* SPDX-License-Identifier: MIT */
/*
 * did_act: a question leads to the next one, the last to a request.  Never
 * decides what is allowed: that is the engine's.
 */
#include "ui/did_act.h"

#include <string.h>

#include "shared/number.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/view.h"

#define MAGIC 0x41444944u /* "DIDA" */

/* Digits from which on a number is taken as complete at a blank. */
#define DIGITS_WHOLE 10

struct did_act {
	uint32_t magic;
	struct view *view; /* of the question that is open */
	json_t *args; /* "block" and the numbers; NULL: nothing is meant */
	char until[64], reason[128];
	char title[64], text[700]; /* of the last question, "" asks none */
};

struct did_act *
did_act_new(void)
{
	struct did_act *a = xcalloc(1, sizeof(*a));

	a->magic = MAGIC;
	return a;
}

void
did_act_free(struct did_act *a)
{
	if (a == NULL)
		return;
	json_decref(a->args);
	free(a);
}

/* ---- block and unblock ------------------------------------------------ */

/* What was typed for all of them stands in the last question, too. */
static void
say_until(struct did_act *a)
{
	size_t n = strlen(a->text);

	if (a->until[0] != '\0')
		str_format(a->text + n, sizeof(a->text) - n, _("\nUntil: %s"),
		    a->until);
	else
		str_format(a->text + n, sizeof(a->text) - n,
		    _("\nUntil a person unblocks them"));
	n = strlen(a->text);
	if (a->reason[0] != '\0')
		str_format(a->text + n, sizeof(a->text) - n, _("\nReason: %s"),
		    a->reason);
}

/* All is known: send it, or ask whether. */
static void
finish(struct did_act *a)
{
	bool block =
	    strcmp(json_string_value(json_array_get(a->args, 0)), "block") == 0;
	json_t *q = json_pack("{s:s, s:o}", "cmd", "did", "args", a->args);

	a->args = NULL;
	if (a->until[0] != '\0')
		json_object_set_new(q, "until", json_string(a->until));
	if (a->reason[0] != '\0')
		json_object_set_new(q, "reason", json_string(a->reason));
	if (a->title[0] != '\0' && block)
		say_until(a);
	if (a->title[0] != '\0')
		view_ask(a->view, a->title, a->text, q);
	else
		view_send(a->view, q, NULL);
}

static void
got_reason(void *arg, const char *text)
{
	struct did_act *a = arg;

	if (a->magic != MAGIC || a->args == NULL)
		return;
	text_clean(a->reason, sizeof(a->reason), text);
	finish(a);
}

static void
got_until(void *arg, const char *text)
{
	struct did_act *a = arg;

	if (a->magic != MAGIC || a->args == NULL)
		return;
	while (*text == ' ')
		text++;
	text_clean(a->until, sizeof(a->until), text);
	view_input(
	    a->view, _("reason (others will read it):"), "", got_reason, a);
}

static void
begin(struct did_act *a, const struct pane_ctx *x, bool block)
{
	json_decref(a->args);
	a->args = json_pack("[s]", block ? "block" : "unblock");
	a->view = x->view;
	a->until[0] = a->reason[0] = a->title[0] = '\0';
}

static void
ask_until(struct did_act *a)
{
	view_input(a->view, _("until (2h, 18:00; empty: for good):"), "",
	    got_until, a);
}

/* Nobody types two answers to learn that he may not. */
static bool
may(const struct pane_ctx *x, const char *verb, const char *word)
{
	enum command_role least = command_least(verb, word);
	char text[200];

	if (least == COMMAND_NOBODY || x->role >= least)
		return true;
	str_format(text, sizeof(text),
	    _("this needs the role %s; you are a %s"), command_role_word(least),
	    command_role_word(x->role));
	view_tell(x->view, false, text);
	return false;
}

void
did_act_one(
    struct did_act *a, const struct pane_ctx *x, bool block, const char *number)
{
	if (!may(x, "did", block ? "block" : "unblock"))
		return;
	begin(a, x, block);
	json_array_append_new(a->args, json_string(number));
	if (block)
		ask_until(a);
	else
		finish(a);
}

/* "Block 37 DIDs?", and what that will do. */
static void
say_all(struct did_act *a, bool block, size_t n, const struct table *t)
{
	char k[TEXT_NUM], which[FILTER_TEXT + 64];

	text_count(n, k);
	str_format(a->title, sizeof(a->title),
	    block ? _("Block %s DIDs?") : _("Unblock %s DIDs?"), k);
	if (t->filter[0] != '\0')
		str_format(which, sizeof(which),
		    _("all %s DIDs that match \"%s\""), k, t->filter);
	else
		str_format(which, sizeof(which),
		    _("ALL %s DIDs, because no filter is set"), k);
	str_format(a->text, sizeof(a->text),
	    block ? _("This takes %s out of the rotation. Calls that are up "
		      "with them go on.")
		  : _("This puts %s back into the rotation, also those that a "
		      "rule has blocked."),
	    which);
}

void
did_act_all(struct did_act *a, const struct pane_ctx *x, bool block,
    struct table *t, const struct did_rows *l)
{
	size_t n, *index;
	char text[300], k[TEXT_NUM], most[TEXT_NUM];

	if (!may(x, "did", block ? "block" : "unblock"))
		return;
	index = table_shown(t, l->v, l->n, sizeof(*l->v), &n);
	if (n == 0) {
		view_tell(x->view, false, _("no DID passes the filter"));
	} else if (n > DID_ACT_MAX) {
		str_format(text, sizeof(text),
		    _("%s DIDs pass the filter; at most %s at once: filter "
		      "more narrowly"),
		    text_count(n, k), text_count(DID_ACT_MAX, most));
		view_tell(x->view, false, text);
	} else {
		begin(a, x, block);
		for (size_t i = 0; i < n; i++)
			json_array_append_new(
			    a->args, json_string(l->v[index[i]].d->number));
		say_all(a, block, n, t);
		if (block)
			ask_until(a);
		else
			finish(a);
	}
	free(index);
}

/* ---- add and import --------------------------------------------------- */

static size_t
digits_in(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s >= '0' && *s <= '9';
	return n;
}

/* Put one number into the array; false: it is none. */
static bool
take(json_t *out, const char *cell, char *why, size_t size)
{
	struct number n;

	if (cell[0] == '\0')
		return true;
	if (number_parse(cell, NULL, &n)) {
		json_array_append_new(out, json_string(n.e164));
		return true;
	}
	str_format(why, size, _("%s: %s; nothing was added"), cell,
	    _(number_verdict_text(n.verdict)));
	return false;
}

json_t *
did_act_numbers(const char *line, char *why, size_t size)
{
	json_t *out = json_array();
	char cell[64] = "";
	size_t n = 0;
	bool good = true;

	for (const char *p = line; good; p++) {
		bool blank = *p == ' ' || *p == '\t';
		bool ends = *p == '\0' || *p == ',' || *p == ';' ||
			    (*p == '+' && n > 0) ||
			    (blank && digits_in(cell) >= DIGITS_WHOLE);

		if (ends) {
			good = take(out, cell, why, size);
			n = 0;
		}
		if (*p == '\0')
			break;
		if (*p != ',' && *p != ';' && (!blank || n > 0) &&
		    n + 1 < sizeof(cell))
			cell[n++] = *p;
		cell[n] = '\0';
	}
	if (good && json_array_size(out) == 0) {
		str_copy(why, size, _("no number was typed"));
		good = false;
	}
	if (good)
		return out;
	json_decref(out);
	return NULL;
}

static void
got_numbers(void *arg, const char *line)
{
	struct did_act *a = arg;
	char why[200];
	json_t *numbers, *args;

	if (a->magic != MAGIC)
		return;
	numbers = did_act_numbers(line, why, sizeof(why));
	if (numbers == NULL) {
		view_tell(a->view, false, why);
		return;
	}
	args = json_pack("[s]", "add");
	json_array_extend(args, numbers);
	json_decref(numbers);
	view_send(
	    a->view, json_pack("{s:s, s:o}", "cmd", "did", "args", args), NULL);
}

void
did_act_add(struct did_act *a, const struct pane_ctx *x)
{
	if (!may(x, "did", "add"))
		return;
	a->view = x->view;
	view_input(x->view, _("DIDs to add (+1 305 555 0142, +52...):"), "",
	    got_numbers, a);
}

static void
got_file(void *arg, const char *path)
{
	struct did_act *a = arg;
	const char *slash;
	json_t *q;

	while (*path == ' ')
		path++;
	if (a->magic != MAGIC || path[0] == '\0')
		return;
	slash = strrchr(path, '/');
	q = json_pack("{s:s, s:s, s:s}", "cmd", "import", "what", "dids",
	    "file", slash != NULL ? slash + 1 : path);
	if (q == NULL)
		view_tell(a->view, false, _("the file's name is not UTF-8"));
	else
		view_send_file(a->view, q, path);
}

void
did_act_import(struct did_act *a, const struct pane_ctx *x)
{
	if (!may(x, "import", ""))
		return;
	a->view = x->view;
	view_input(x->view, _("file with a DID per line:"), "", got_file, a);
}
