/* SPDX-License-Identifier: MIT */
/*
 * cmd_set: one object changed by hand: merged with what the table has, checked
 * as a whole, written, told to the engine.  Whether it makes sense among
 * others is asked for contexts only (for the rest why does).
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/cmd_context.h"
#include "daemon/context_world.h"
#include "daemon/fresh.h"
#include "db/load.h"
#include "shared/spec_text.h"
#include "shared/text.h"

#define SHOWN_MAX 900 /* bytes of old and new values in one line */

/* "context mexico" */
static void
audit(struct cmd *c, const char *what)
{
	char object[MODEL_NAME + 20];
	bool did = strcmp(c->word, "did") == 0;

	/* A number alone, so that no log shows the whole of it. */
	str_format(object, sizeof(object), "%s%s%s", did ? "" : c->word,
	    did ? "" : " ", c->name);
	audit_write(
	    c->d, ctl_who(c->req), ctl_origin(c->req), "set", object, what);
}

/* What was changed, short enough for a line. */
static void
say_changes(struct cmd *c, struct buf *b)
{
	const json_t *states = json_object_get(c->values, "states");
	json_t *rest;
	struct buf all = BUF_INIT;
	char cut[SHOWN_MAX];

	if (c->source[0] != '\0')
		buf_fmt(b, ": copy of %s", c->source);
	else {
		/* States are too long for old -> new. */
		rest = json_copy(c->values);
		json_object_del(rest, "states");
		spec_text_changes(&all, c->object, rest);
		json_decref(rest);
		if (states != NULL &&
		    !json_equal(states, json_object_get(c->object, "states"))) {
			buf_fmt(&all, "%sstates: ", all.len > 0 ? "; " : "");
			cmd_context_states_changed(
			    &all, json_object_get(c->object, "states"), states);
		}
		if (all.len > 0) {
			text_clean(cut, sizeof(cut), buf_cstr(&all));
			buf_fmt(b, ": %s", cut);
		}
		buf_clear(&all);
	}
}

/* From the next call on: only now is it said to be done. */
static void
on_taken(void *arg)
{
	struct cmd *c = cmd_of(arg);

	cmd_end(c, true, 0, buf_cstr(&c->text), json_incref(c->rows));
}

static void
on_stored(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	struct buf what = BUF_INIT;
	const char *word;

	if (a->status == DB_AWAY) {
		audit(c, "not known whether it was");
		c->d->reload_wanted = true; /* go by what the table says */
	}
	if (!cmd_answered(c, a))
		return;
	word = PQntuples(a->res) == 1 ? PQgetvalue(a->res, 0, 1) : "unchanged";
	buf_str(&what, word);
	if (strcmp(word, "unchanged") != 0)
		say_changes(c, &what);
	audit(c, buf_cstr(&what));
	buf_fmt(&c->text, "%s %s %s", c->word, c->name, buf_cstr(&what));
	if (strcmp(c->word, "context") == 0)
		cmd_context_warn(c, c->name, "");
	json_decref(c->rows);
	c->rows = json_pack("{s:s}", "what", word);
	buf_clear(&what);
	if (strcmp(word, "unchanged") != 0)
		fresh_reload(c->d, on_taken, c);
	else
		on_taken(c);
}

/* The object as it would be; NULL and the end of the command. */
static json_t *
merged(struct cmd *c, json_t *given)
{
	const char *name_key = strcmp(c->word, "did") == 0 ? "number" : "name";
	json_t *o = json_object(), *v;
	struct buf err = BUF_INIT;
	const char *key;
	char t[900];

	json_object_foreach (c->object, key, v)
		if (!json_is_null(v) && strcmp(key, "id") != 0 &&
		    strcmp(key, "version") != 0 &&
		    /* Set by `discador campaign` alone. */
		    (strcmp(c->word, "campaign") != 0 ||
			strcmp(key, "state") != 0))
			json_object_set(o, key, v);
	json_object_set_new(o, name_key, json_string(c->name));
	if (spec_text_merge(c->word, o, c->values, given, &err)) {
		buf_clear(&err);
		return o;
	}
	json_decref(o);
	text_clean(t, sizeof(t), buf_cstr(&err));
	buf_fmt(
	    &c->text, "%s %s: %s: nothing was changed", c->word, c->name, t);
	buf_clear(&err);
	cmd_end(c, false, 4, buf_cstr(&c->text), NULL);
	return NULL;
}

/* Would it, and all that goes on to it, make sense?  False and the end. */
static bool
makes_sense(struct cmd *c, const json_t *given)
{
	json_t *then = json_copy(c->contexts);
	struct context_world *before =
	    context_world_new(c->contexts, c->amd_profiles);
	struct context_world *after;
	char name[MODEL_NAME];
	struct buf err = BUF_INIT;
	bool good;

	context_world_put(then, c->name, given);
	after = context_world_new(then, c->amd_profiles);
	good = context_world_accepts(before, after, name, &err);
	context_world_free(before);
	context_world_free(after);
	json_decref(c->contexts);
	c->contexts = then;
	if (!good) {
		char t[600];

		text_clean(t, sizeof(t), buf_cstr(&err));
		if (strcmp(name, c->name) == 0)
			buf_fmt(&c->text, "context %s: %s: nothing was changed",
			    name, t);
		else
			buf_fmt(&c->text,
			    "context %s, which goes on to %s, would make no "
			    "sense: %s: nothing was changed",
			    name, c->name, t);
		cmd_end(c, false, 4, buf_cstr(&c->text), NULL);
	}
	buf_clear(&err);
	return good;
}

/* c->object is what is there, c->values what is wanted. */
static void
there(struct cmd *c)
{
	json_t *whole, *given;
	bool good;
	char *s;

	if (c->create != (c->object == NULL)) {
		const char *hint = "--new makes it";

		if (c->create)
			hint = c->source[0] != '\0'
				   ? "choose another name"
				   : "leave --new out to change it";
		buf_fmt(&c->text, "there is %s %s \"%s\"%s: %s",
		    c->create ? "a" : "no", c->word, c->name,
		    c->create ? " already" : "", hint);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	given = json_object();
	if ((whole = merged(c, given)) == NULL) {
		json_decref(given);
		return;
	}
	good = strcmp(c->word, "context") != 0 || makes_sense(c, given);
	if (good && strcmp(c->word, "did") == 0 && c->create &&
	    !cmd_did_place(c->d, NULL, c->name, given)) {
		buf_fmt(&c->text, "caller ID %s is of no configured country",
		    c->name);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		good = false;
	}
	json_decref(whole);
	if (!good) {
		json_decref(given);
		return;
	}
	json_decref(c->values);
	c->values = given;
	s = json_dumps(given, JSON_COMPACT);
	load_upsert(c->d->admin, c->word, c->name, s, on_stored, c);
	free(s);
}

static void
on_there(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	json_t *rows;

	if (!cmd_answered(c, a))
		return;
	rows = cmd_answered_json(a);
	c->object = json_incref(json_array_get(rows, 0));
	json_decref(rows);
	there(c);
}

void
cmd_set_context(struct cmd *c)
{
	if (c->object == NULL)
		c->object =
		    json_incref(cmd_context_named(c->contexts, c->name));
	there(c);
}

void
cmd_set_begin(struct cmd *c)
{
	if (strcmp(c->word, "context") == 0)
		cmd_context_load(c, cmd_set_context);
	else
		load_objects(c->d->admin, c->word, c->name, on_there, c);
}

void
cmd_do_set(struct daemon *d, struct ctl_req *req)
{
	bool context = strcmp(cmd_key(req, "cmd"), "context") == 0;
	const char *kind = context ? "context" : spec_kind(cmd_arg(req, 0));
	const char *name = cmd_arg(req, 1);
	json_t *values = json_object_get(ctl_json(req), "values");
	bool create = json_is_true(json_object_get(ctl_json(req), "new"));
	char e164[MODEL_E164];
	struct cmd *c;

	if (kind == NULL || name[0] == '\0' || cmd_arg(req, 2)[0] != '\0' ||
	    (values != NULL && !json_is_object(values)) ||
	    (json_object_size(values) == 0 && !create)) {
		ctl_reply(req, false, 2,
		    context
			? "usage: discador context set NAME KEY=VALUE..."
			: "usage: discador set campaign|context|country|"
			  "trunk|profile|amd_profile|alert_rule|did NAME [--new] "
			  "KEY=VALUE...",
		    NULL);
		return;
	}
	if (strcmp(kind, "did") == 0) {
		if (!cmd_number(req, name, e164))
			return;
		name = e164;
	}
	if (strlen(name) >= MODEL_NAME) {
		ctl_reply(req, false, 1,
		    "that name is longer than any that there is", NULL);
		return;
	}
	if (!cmd_have_db(d, req))
		return;
	c = cmd_new(d, req);
	text_clean(c->name, sizeof(c->name), name);
	str_copy(c->word, sizeof(c->word), kind);
	c->values = values != NULL ? json_deep_copy(values) : json_object();
	c->create = create;
	cmd_set_begin(c);
}
