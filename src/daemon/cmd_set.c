/* SPDX-License-Identifier: MIT */
/*
 * cmd_set: one object changed by hand: merged with what the table has, checked
 * as a whole, written, told to the engine.  Asks nobody else whether the
 * object makes sense among others (why does).
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
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
	struct buf all = BUF_INIT;
	char cut[SHOWN_MAX];

	if (c->source[0] != '\0')
		buf_fmt(b, ": copy of %s", c->source);
	else {
		spec_text_changes(&all, c->object, c->values);
		if (all.len > 0) {
			text_clean(cut, sizeof(cut), buf_cstr(&all));
			buf_fmt(b, ": %s", cut);
		}
		buf_clear(&all);
	}
}

/* What is odd with a context, behind what was done. */
static void
say_odd(struct cmd *c)
{
	json_t *odd = json_array(), *p;
	size_t i;

	json_object_del(c->object, "id");
	if (c->object == NULL)
		c->object = json_object();
	json_object_update(c->object, c->values);
	cmd_context_odd(c->object, odd);
	json_array_foreach (odd, i, p)
		buf_fmt(&c->text, "\nwarning: %s",
		    json_string_value(json_object_get(p, "text")));
	json_decref(odd);
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
		say_odd(c);
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

static void
on_there(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	json_t *rows, *whole, *given;
	char *s;

	if (!cmd_answered(c, a))
		return;
	rows = cmd_answered_json(a);
	c->object = json_incref(json_array_get(rows, 0));
	json_decref(rows);
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
	if (strcmp(c->word, "did") == 0 && c->create &&
	    !cmd_did_place(c->d, NULL, c->name, given)) {
		buf_fmt(&c->text, "caller ID %s is of no configured country",
		    c->name);
		json_decref(whole);
		json_decref(given);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	json_decref(c->values);
	c->values = given;
	s = json_dumps(given, JSON_COMPACT);
	load_upsert(c->d->admin, c->word, c->name, s, on_stored, c);
	free(s);
	json_decref(whole);
}

void
cmd_set_begin(struct cmd *c)
{
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
		    context ? "usage: discador context set NAME KEY=VALUE..."
			    : "usage: discador set campaign|context|country|"
			      "trunk|profile|alert_rule|did NAME [--new] "
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
