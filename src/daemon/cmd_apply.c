/* SPDX-License-Identifier: MIT */
/*
 * cmd_apply: objects from a file into the database, one by one.  Contexts that
 * would make no sense there are refused before the first one.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/cmd_context.h"
#include "daemon/context_world.h"
#include "daemon/fresh.h"
#include "db/load.h"
#include "shared/text.h"

/* The engine goes by it: only now is it said to be done. */
static void
on_taken(void *arg)
{
	struct cmd *c = cmd_of(arg);

	cmd_end(c, !c->failed, c->failed ? 1 : 0, buf_cstr(&c->text), NULL);
}

static void
apply_end(struct cmd *c)
{
	struct daemon *d = c->d;
	bool good = !c->failed;
	json_t *name;
	size_t i;

	/* Of the contexts that were changed. */
	json_array_foreach (c->rows, i, name) {
		char before[MODEL_NAME + 20];

		str_format(before, sizeof(before),
		    "context %s: ", json_string_value(name));
		cmd_context_warn(c, json_string_value(name), before);
	}
	audit_write(d, ctl_who(c->req), ctl_origin(c->req), "apply", c->name,
	    good ? "done" : "in part");
	fresh_reload(d, on_taken, c);
}

static void
on_upsert(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	const struct spec_item *it;

	it = &c->file.v[c->answered++];
	if (c->text.len > 0)
		buf_byte(&c->text, '\n');
	if (a->status == DB_OK && PQntuples(a->res) == 1) {
		const char *what = PQgetvalue(a->res, 0, 1);

		buf_fmt(&c->text, "%s %s %s", it->kind, it->name, what);
		if (strcmp(it->kind, "context") == 0 &&
		    strcmp(what, "unchanged") != 0)
			json_array_append_new(c->rows, json_string(it->name));
	} else {
		c->failed = true;
		buf_fmt(&c->text, "%s %s NOT applied: %s", it->kind, it->name,
		    a->status == DB_AWAY ? "the database went away" : a->err);
	}
	if (c->answered == c->file.n)
		apply_end(c);
}

static void
write_all(struct cmd *c)
{
	for (size_t i = 0, n = c->file.n; i < n; i++) {
		char *s = json_dumps(c->file.v[i].obj, JSON_COMPACT);

		load_upsert(c->d->admin, c->file.v[i].kind, c->file.v[i].name,
		    s, on_upsert, c);
		free(s);
	}
}

static bool
is_kind(const struct spec_item *it, const char *kind)
{
	return strcmp(it->kind, kind) == 0;
}

/* A context that would make no sense: nothing is applied. */
static void
refuse_context(struct cmd *c, const char *name, struct buf *err)
{
	char clean[600];
	int line = 0;

	for (size_t i = 0; i < c->file.n; i++)
		if (is_kind(&c->file.v[i], "context") &&
		    strcmp(c->file.v[i].name, name) == 0)
			line = c->file.v[i].line;
	text_clean(clean, sizeof(clean), buf_cstr(err));
	if (line > 0)
		buf_fmt(&c->text, "%s:%d: context %s: %s: nothing was applied",
		    c->name, line, name, clean);
	else
		buf_fmt(&c->text,
		    "context %s, which goes on to one of %s, would make no "
		    "sense: %s: nothing was applied",
		    name, c->name, clean);
	cmd_end(c, false, 4, buf_cstr(&c->text), NULL);
}

/* The contexts as they will be: do they all make sense? */
static void
on_contexts(struct cmd *c)
{
	json_t *contexts = json_copy(c->contexts);
	json_t *amds = json_copy(c->amd_profiles);
	struct context_world *before, *after;
	char name[MODEL_NAME];
	struct buf err = BUF_INIT;
	bool good;

	for (size_t i = 0; i < c->file.n; i++) {
		const struct spec_item *it = &c->file.v[i];

		if (is_kind(it, "context"))
			context_world_put(contexts, it->name, it->obj);
		else if (is_kind(it, "amd_profile"))
			context_world_put(amds, it->name, it->obj);
	}
	before = context_world_new(c->contexts, c->amd_profiles);
	after = context_world_new(contexts, amds);
	good = context_world_accepts(before, after, name, &err);
	context_world_free(before);
	context_world_free(after);
	json_decref(c->contexts);
	json_decref(c->amd_profiles);
	c->contexts = contexts;
	c->amd_profiles = amds;
	if (good)
		write_all(c);
	else
		refuse_context(c, name, &err);
	buf_clear(&err);
}

void
cmd_do_apply(struct daemon *d, struct ctl_req *req)
{
	struct cmd *c = cmd_new(d, req);
	struct buf err = BUF_INIT;

	if (!spec_read(
		cmd_key(req, "file"), cmd_key(req, "text"), &c->file, &err)) {
		cmd_end(c, false, 4, buf_cstr(&err), NULL);
		buf_clear(&err);
		return;
	}
	buf_clear(&err);
	str_copy(c->name, sizeof(c->name), cmd_key(req, "file"));
	if (!db_is_up(d->admin) || !d->loaded) {
		cmd_end(c, false, 5,
		    "the database is away: nothing was "
		    "applied; try again when it is back",
		    NULL);
		return;
	}
	for (size_t i = 0; i < c->file.n; i++)
		if (is_kind(&c->file.v[i], "did") &&
		    !cmd_did_place(
			d, &c->file, c->file.v[i].name, c->file.v[i].obj)) {
			buf_fmt(&c->text,
			    "%s:%d: caller ID %s is of no "
			    "configured country: nothing was applied",
			    c->name, c->file.v[i].line, c->file.v[i].name);
			cmd_end(c, false, 4, buf_cstr(&c->text), NULL);
			return;
		}
	if (c->file.n == 0) {
		cmd_end(c, true, 0, "nothing in it", NULL);
		return;
	}
	c->rows = json_array();
	cmd_context_load(c, on_contexts);
}
