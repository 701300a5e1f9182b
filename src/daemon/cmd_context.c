/* SPDX-License-Identifier: MIT */
/*
 * cmd_context: contexts: a list, copies, and the way to what else is done with
 * them (cmd_context_*.c).
 */
#include "daemon/cmd_context.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/cmd_table.h"
#include "daemon/context_world.h"
#include "db/load.h"
#include "shared/commands.h"
#include "shared/text.h"

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

json_t *
cmd_context_named(const json_t *array, const char *name)
{
	size_t i;
	json_t *o;

	json_array_foreach (array, i, o)
		if (strcmp(text_at(o, "name"), name) == 0)
			return o;
	return NULL;
}

void
cmd_context_unknown(struct cmd *c)
{
	buf_reset(&c->text);
	buf_fmt(&c->text,
	    "there is no context \"%s\": discador context list shows them",
	    c->name);
	cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
}

static void
on_contexts(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);

	if (!cmd_answered(c, a))
		return;
	json_decref(c->contexts);
	c->contexts = cmd_answered_json(a);
	c->next(c);
}

static void
on_amd_profiles(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);

	if (!cmd_answered(c, a))
		return;
	json_decref(c->amd_profiles);
	c->amd_profiles = cmd_answered_json(a);
	load_objects(c->d->admin, "context", NULL, on_contexts, c);
}

void
cmd_context_load(struct cmd *c, void (*next)(struct cmd *))
{
	c->next = next;
	load_objects(c->d->admin, "amd_profile", NULL, on_amd_profiles, c);
}

/* ---- list ------------------------------------------------------------- */

static void
key_cell(struct cmd_table *t, char key)
{
	cmd_table_fmt(t, "%c", key != '\0' ? key : '-');
}

/* What the first thing that waits for a key has. */
static const struct flow_state *
first_menu(const struct flow *f)
{
	for (int i = 0; i < f->n; i++)
		if (f->s[i].kind == FLOW_MENU ||
		    f->s[i].kind == FLOW_QUESTION ||
		    f->s[i].kind == FLOW_SPEECH)
			return &f->s[i];
	return NULL;
}

static const struct flow_state *
first_of(const struct flow *f, enum flow_kind kind)
{
	for (int i = 0; i < f->n; i++)
		if (f->s[i].kind == kind)
			return &f->s[i];
	return NULL;
}

/* A flow: the same columns as far as it has such things. */
static void
flow_row(struct cmd_table *t, const struct flow *f)
{
	const struct flow_state *menu = first_menu(f);
	const struct flow_state *to = first_of(f, FLOW_CONNECT);
	bool amd = flow_has(f, FLOW_DETECT);

	key_cell(t, cmd_context_key(f, FLOW_CONNECT));
	key_cell(t, cmd_context_key(f, FLOW_OPTOUT));
	key_cell(t, cmd_context_key(f, FLOW_NKIND));
	if (menu != NULL)
		cmd_table_fmt(t, "%d s", menu->timeout_s);
	else
		cmd_table_cell(t, "-");
	cmd_table_cell(
	    t, menu != NULL && menu->prompt[0] != '\0' ? menu->prompt : "-");
	cmd_table_cell(t, to != NULL ? to->dest : "-");
	cmd_table_cell(t, amd ? "as its states say" : "not detected");
	cmd_table_fmt(t, "flow, %d state%s", f->n, f->n == 1 ? "" : "s");
}

static void
simple_row(struct cmd_table *t, const json_t *o)
{
	static const char *const keys[] = { "connect_key", "disconnect_key",
		"repeat_key" };
	const char *prompt = text_at(o, "prompt");

	for (size_t i = 0; i < nitems(keys); i++)
		key_cell(t, text_at(o, keys[i])[0]);
	cmd_table_fmt(t, "%lld s",
	    (long long)json_integer_value(json_object_get(o, "menu_timeout")));
	cmd_table_cell(t, prompt[0] != '\0' ? prompt : "-");
	cmd_table_cell(t, text_at(o, "destination"));
	cmd_table_cell(t, json_is_true(json_object_get(o, "amd"))
			      ? text_at(o, "on_machine")
			      : "not detected");
	cmd_table_cell(t, "keys");
}

static void
list(struct cmd *c)
{
	static const char *const heads[] = { "CONTEXT", "COUNTRY", "CONNECT",
		"OPT OUT", "REPEAT", "TIMEOUT", "PROMPT", "DESTINATION",
		"MACHINES", "FORM", "VERSION" };
	struct cmd_table t = { .ncols = nitems(heads),
		.right = 1u << 5 | 1u << 10 };
	struct context_world *w =
	    context_world_new(c->contexts, c->amd_profiles);
	struct buf err = BUF_INIT;
	json_t *o;
	size_t i;

	for (i = 0; i < nitems(heads); i++)
		cmd_table_cell(&t, heads[i]);
	json_array_foreach (c->contexts, i, o) {
		const char *country = text_at(o, "country");
		struct flow *f = NULL;

		cmd_table_cell(&t, text_at(o, "name"));
		cmd_table_cell(&t, country[0] != '\0' ? country : "-");
		if (json_array_size(json_object_get(o, "states")) == 0)
			simple_row(&t, o);
		else if ((f = context_world_flow(
			      w, text_at(o, "name"), &err)) != NULL)
			flow_row(&t, f);
		else
			for (int k = 2; k < 10; k++)
				cmd_table_cell(
				    &t, k < 9 ? "-" : "makes no sense: check");
		cmd_table_int(
		    &t, json_integer_value(json_object_get(o, "version")));
		flow_free(f);
	}
	cmd_table_end(&t, 0, &c->text);
	if (json_array_size(c->contexts) == 0)
		buf_str(&c->text,
		    "none yet: discador set context NAME --new makes one\n");
	buf_clear(&err);
	context_world_free(w);
	cmd_end(c, true, 0, buf_cstr(&c->text), json_incref(c->contexts));
}

/* ---- copy ------------------------------------------------------------- */

static void
on_source(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	json_t *rows, *v;
	const char *key;

	if (!cmd_answered(c, a))
		return;
	rows = cmd_answered_json(a);
	if (json_array_size(rows) == 0) {
		json_decref(rows);
		str_copy(c->name, sizeof(c->name), c->source);
		cmd_context_unknown(c);
		return;
	}
	c->values = json_object();
	json_object_foreach (json_array_get(rows, 0), key, v)
		if (!json_is_null(v) && strcmp(key, "id") != 0 &&
		    strcmp(key, "name") != 0 && strcmp(key, "version") != 0)
			json_object_set(c->values, key, v);
	/* Two of one country: which one would be used? */
	json_object_set_new(c->values, "country", json_string(c->zone));
	json_decref(rows);
	cmd_set_begin(c);
}

static void
on_country(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	json_t *rows;
	bool there;

	if (!cmd_answered(c, a))
		return;
	rows = cmd_answered_json(a);
	there = json_array_size(rows) > 0;
	json_decref(rows);
	if (!there) {
		buf_fmt(&c->text,
		    "there is no country \"%s\": discador show country lists "
		    "them",
		    c->zone);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	load_objects(c->d->admin, "context", c->source, on_source, c);
}

static void
copy(struct daemon *d, struct ctl_req *req, const char *name, const char *new)
{
	struct cmd *c = cmd_new(d, req);

	str_copy(c->word, sizeof(c->word), "context");
	text_clean(c->source, sizeof(c->source), name);
	text_clean(c->name, sizeof(c->name), new);
	text_clean(c->zone, sizeof(c->zone), cmd_key(req, "country"));
	c->create = true;
	if (c->zone[0] != '\0')
		load_objects(d->admin, "country", c->zone, on_country, c);
	else
		load_objects(d->admin, "context", c->source, on_source, c);
}

/* ---- door ------------------------------------------------------------- */

/* least, most: arguments behind the word. */
static const struct {
	const char *word;
	size_t least, most;
} words[] = {
	{ "list", 0, 0 }, { "check", 1, 1 }, { "states", 1, 1 },
	{ "versions", 1, 1 }, { "copy", 2, 2 }, { "test", 2, 2 },
	{ "state", 2, SIZE_MAX }, /* --remove may come as a key */
};

static bool
is_one(const struct ctl_req *req, const char *word)
{
	size_t n = json_array_size(json_object_get(ctl_json(req), "args"));

	for (size_t i = 0; i < nitems(words); i++)
		if (strcmp(words[i].word, word) == 0)
			return n > words[i].least && n - 1 <= words[i].most &&
			       (n < 2 || cmd_arg(req, 1)[0] != '\0') &&
			       (n < 3 || cmd_arg(req, 2)[0] != '\0');
	return false;
}

void
cmd_do_context(struct daemon *d, struct ctl_req *req)
{
	const char *word = cmd_arg(req, 0), *name = cmd_arg(req, 1);
	char usage[600];

	if (strcmp(word, "set") == 0)
		cmd_do_set(d, req);
	else if (!is_one(req, word)) {
		str_format(usage, sizeof(usage), "usage: discador context %s",
		    command_find("context")->usage);
		ctl_reply(req, false, 2, usage, NULL);
	} else if (strcmp(word, "test") == 0)
		cmd_context_test(d, req, name, cmd_arg(req, 2));
	else if (strcmp(word, "versions") == 0)
		cmd_context_versions(d, req, name);
	else if (!cmd_have_db(d, req))
		;
	else if (strcmp(word, "copy") == 0)
		copy(d, req, name, cmd_arg(req, 2));
	else if (strcmp(word, "check") == 0)
		cmd_context_check(d, req, name);
	else if (strcmp(word, "state") == 0)
		cmd_context_state(d, req, name);
	else if (strcmp(word, "states") == 0)
		cmd_context_states(d, req, name);
	else
		cmd_context_load(cmd_new(d, req), list);
}
