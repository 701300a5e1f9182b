/* SPDX-License-Identifier: MIT */
/* cmd_apply: objects from a file into the database, one by one. */
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/fresh.h"
#include "db/load.h"

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
	if (a->status == DB_OK && PQntuples(a->res) == 1)
		buf_fmt(&c->text, "%s %s %s", it->kind, it->name,
		    PQgetvalue(a->res, 0, 1));
	else {
		c->failed = true;
		buf_fmt(&c->text, "%s %s NOT applied: %s", it->kind, it->name,
		    a->status == DB_AWAY ? "the database went away" : a->err);
	}
	if (c->answered == c->file.n)
		apply_end(c);
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
		if (strcmp(c->file.v[i].kind, "did") == 0 &&
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
	for (size_t i = 0, n = c->file.n; i < n; i++) {
		char *s = json_dumps(c->file.v[i].obj, JSON_COMPACT);

		load_upsert(d->admin, c->file.v[i].kind, c->file.v[i].name, s,
		    on_upsert, c);
		free(s);
	}
}
