/* SPDX-License-Identifier: MIT */
/*
 * cmd_show: objects out of the database as they stand there.  Who is limited
 * to campaigns gets these, and what they use.
 */
#include <string.h>

#include "daemon/cmd.h"
#include "daemon/scope_judge.h"
#include "db/load.h"
#include "shared/ipc.h"

#define DID_PAGE   5000
#define DIDS_SHOWN 20000 /* what one reply holds */
/* A row as JSON without its texts; a reason may be twice as long in it. */
#define DID_BYTES   120
#define REPLY_BYTES (IPC_MAX - 65536)

/* Leave out what the asker may not see. */
static void
leave_out(const struct cmd *c, json_t *rows)
{
	const json_t *campaigns = ctl_campaigns(c->req);
	bool campaign = strcmp(c->word, "campaign") == 0;

	if (campaigns == NULL || strcmp(c->word, "country") == 0)
		return;
	for (size_t i = json_array_size(rows); i-- > 0;) {
		const char *name = json_string_value(
		    json_object_get(json_array_get(rows, i), "name"));

		if (name == NULL ||
		    !(campaign ? ctl_may_see(c->req, name)
			       : scope_judge_shared(
				     campaigns, c->d->next, c->word, name)))
			json_array_remove(rows, i);
	}
}

static void
on_show(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	json_t *rows;

	if (!cmd_answered(c, a))
		return;
	rows = PQntuples(a->res) == 1
		   ? json_loads(PQgetvalue(a->res, 0, 0), 0, NULL)
		   : NULL;
	leave_out(c, rows);
	if (c->name[0] != '\0' && json_array_size(rows) == 0) {
		buf_fmt(&c->text, "there is no %s \"%s\"", c->word, c->name);
		json_decref(rows);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	cmd_end(c, true, 0, "", rows != NULL ? rows : json_array());
}

static void
on_show_dids(void *arg, const struct db_answer *a)
{
	static const char *const keys[] = { "number", "country", "area",
		"state" };
	struct cmd *c = cmd_of(arg);
	bool more = false;
	int n;

	if (!cmd_answered(c, a))
		return;
	n = PQntuples(a->res);
	for (int i = 0; i < n; i++) {
		char iso[32];
		int64_t until = 0, w = 1;
		json_t *o;

		if (c->name[0] != '\0' &&
		    strcmp(c->name, PQgetvalue(a->res, i, 1)) != 0)
			continue;
		c->bytes += DID_BYTES + 2 * strlen(PQgetvalue(a->res, i, 6));
		for (size_t k = 0; k < nitems(keys); k++)
			c->bytes += strlen(PQgetvalue(a->res, i, (int)k + 1));
		if (c->bytes > REPLY_BYTES) {
			more = true;
			break;
		}
		o = json_object();
		for (size_t k = 0; k < nitems(keys); k++)
			json_object_set_new(o, keys[k],
			    json_string(PQgetvalue(a->res, i, (int)k + 1)));
		str_int64(PQgetvalue(a->res, i, 5), 0, INT64_MAX, &until);
		time_iso(until, iso);
		json_object_set_new(o, "blocked_until", json_string(iso));
		json_object_set_new(
		    o, "block_reason", json_string(PQgetvalue(a->res, i, 6)));
		str_int64(PQgetvalue(a->res, i, 7), 0, INT64_MAX, &w);
		json_object_set_new(o, "weight", json_integer(w));
		json_array_append_new(c->rows, o);
	}
	c->sent += (size_t)n;
	more |= n == DID_PAGE && c->sent >= DIDS_SHOWN;
	if (n == DID_PAGE && !more) {
		int64_t after = 0;

		str_int64(PQgetvalue(a->res, n - 1, 0), 0, INT64_MAX, &after);
		load_dids(c->d->admin, after, DID_PAGE, on_show_dids, c);
		return;
	}
	if (c->name[0] != '\0' && json_array_size(c->rows) == 0) {
		buf_fmt(&c->text, "there is no caller ID \"%s\"", c->name);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	if (more)
		buf_fmt(&c->text,
		    "only the first %zu: discador db psql shows them all",
		    json_array_size(c->rows));
	cmd_end(c, true, 0, buf_cstr(&c->text), json_incref(c->rows));
}

void
cmd_do_show(struct daemon *d, struct ctl_req *req)
{
	const char *kind = spec_kind(cmd_arg(req, 0));
	struct cmd *c;

	if (kind == NULL) {
		ctl_reply(req, false, 2,
		    "usage: discador show "
		    "campaign|country|context|trunk|profile|amd_profile|"
		    "alert_rule|did|"
		    "switch|alert [NAME]",
		    NULL);
		return;
	}
	if (!cmd_have_db(d, req))
		return;
	c = cmd_new(d, req);
	str_copy(c->word, sizeof(c->word), kind);
	str_copy(c->name, sizeof(c->name), cmd_arg(req, 1));
	if (strcmp(kind, "did") == 0) {
		c->rows = json_array();
		load_dids(d->admin, 0, DID_PAGE, on_show_dids, c);
	} else
		load_objects(
		    d->admin, kind, c->name[0] ? c->name : NULL, on_show, c);
}
