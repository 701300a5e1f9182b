/* SPDX-License-Identifier: MIT */
/*
 * commands: what comes in on the control socket.  The role of the peer
 * decides (tbl_commands.h, default deny), every accepted command is audited.
 */
#include "daemon/commands.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "daemon/audit.h"
#include "daemon/jobs.h"
#include "daemon/state.h"
#include "db/load.h"
#include "shared/commands.h"
#include "shared/log.h"
#include "shared/number.h"
#include "shared/spec.h"

#define CMD_MAGIC  0x434d4421u
#define DID_PAGE   5000
#define DIDS_SHOWN 20000 /* what one reply holds */

/* A command that waits for the database. */
struct cmd {
	uint32_t magic;
	struct daemon *d;
	struct ctl_req *req;
	struct spec_file file;
	size_t answered, sent;
	bool failed;
	struct buf text;
	json_t *rows;
	char name[MODEL_NAME], word[16];
};

static struct cmd *
cmd_new(struct daemon *d, struct ctl_req *req)
{
	struct cmd *c = xcalloc(1, sizeof(*c));

	c->magic = CMD_MAGIC;
	c->d = d;
	c->req = req;
	return c;
}

static void
cmd_end(struct cmd *c, bool good, int code, const char *text, json_t *data)
{
	ctl_reply(c->req, good, code, text, data);
	spec_clear(&c->file);
	buf_clear(&c->text);
	c->magic = 0;
	free(c);
}

static const char *
arg_of(const struct ctl_req *req, size_t i)
{
	const char *s = json_string_value(
	    json_array_get(json_object_get(ctl_json(req), "args"), i));

	return s != NULL ? s : "";
}

static const char *
key_of(const struct ctl_req *req, const char *key)
{
	const char *s = json_string_value(json_object_get(ctl_json(req), key));

	return s != NULL ? s : "";
}

/* False (and the reply) while the database is away. */
static bool
have_db(struct daemon *d, struct ctl_req *req)
{
	if (db_is_up(d->admin) && d->loaded)
		return true;
	ctl_reply(req, false, 5,
	    "the database is away: try again when it is back (discador status)",
	    NULL);
	return false;
}

/* The status of an answer as a reply; false if it was not DB_OK. */
static bool
answered(struct cmd *c, const struct db_answer *a)
{
	if (a->status == DB_OK)
		return true;
	if (a->status == DB_AWAY)
		cmd_end(c, false, 5,
		    "the database went away: not done, or not "
		    "known whether it was; look and try again",
		    NULL);
	else
		cmd_end(c, false, 1, a->err, NULL);
	return false;
}

/* ---- campaign --------------------------------------------------------- */

static void
on_state(void *arg, const struct db_answer *a)
{
	struct cmd *c = arg;
	struct daemon *d = c->d;
	struct now now = now_read();
	int64_t id;

	assert(c->magic == CMD_MAGIC);
	if (!answered(c, a))
		return;
	if (PQntuples(a->res) == 0) {
		buf_fmt(&c->text,
		    "there is no campaign \"%s\": discador show "
		    "campaign lists them",
		    c->name);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	engine_campaign_state(d->engine, c->name, c->word, &now);
	id = engine_campaign_id(d->engine, c->name);
	if (strcmp(c->word, "running") == 0 && id > 0)
		load_attach_lists(d->admin, id, NULL, NULL);
	loader_tally(d);
	audit_write(d, ctl_who(c->req), "local", "campaign", c->name, c->word);
	buf_fmt(&c->text, "campaign %s is %s", c->name, c->word);
	cmd_end(c, true, 0, buf_cstr(&c->text), NULL);
}

static void
do_campaign(struct daemon *d, struct ctl_req *req)
{
	const char *verb = arg_of(req, 0), *name = arg_of(req, 1);
	const char *word = strcmp(verb, "start") == 0   ? "running"
			   : strcmp(verb, "pause") == 0 ? "paused"
			   : strcmp(verb, "stop") == 0  ? "stopped"
							: NULL;
	struct cmd *c;

	if (word == NULL || name[0] == '\0') {
		ctl_reply(req, false, 2,
		    "usage: discador campaign start|pause|stop NAME", NULL);
		return;
	}
	if (!have_db(d, req))
		return;
	c = cmd_new(d, req);
	str_copy(c->name, sizeof(c->name), name);
	str_copy(c->word, sizeof(c->word), word);
	load_campaign_state(d->admin, name, word, on_state, c);
}

/* ---- cps, brake, stop ------------------------------------------------- */

static void
do_cps(struct daemon *d, struct ctl_req *req)
{
	const char *s = arg_of(req, 0);
	char text[160];
	double cps = 0;

	if (strcmp(s, "auto") != 0 && !str_double(s, 0.01, 100000, &cps)) {
		ctl_reply(req, false, 2,
		    "usage: discador cps N|auto, N from "
		    "0.01 to 100000",
		    NULL);
		return;
	}
	engine_cps(d->engine, cps);
	if (cps > 0)
		str_format(text, sizeof(text),
		    "pinned at %s calls per second, within the limits of "
		    "campaigns, trunks and switches",
		    s);
	else
		str_copy(text, sizeof(text), "the ramp decides again");
	audit_write(d, ctl_who(req), "local", "cps", s, "done");
	ctl_reply(req, true, 0, text, NULL);
}

static void
do_brake(struct daemon *d, struct ctl_req *req)
{
	const char *s = arg_of(req, 0);
	struct now now = now_read();
	bool on = strcmp(s, "on") == 0;
	char reason[100];

	if (!on && strcmp(s, "off") != 0) {
		ctl_reply(req, false, 2, "usage: discador brake on|off", NULL);
		return;
	}
	str_format(reason, sizeof(reason), "by hand: %s", ctl_who(req));
	if (!engine_brake(d->engine, on, reason, &now)) {
		ctl_reply(req, true, 0,
		    on ? "the brake is on already" : "the brake is off already",
		    NULL);
		return;
	}
	audit_write(d, ctl_who(req), "local", "brake", s, "done");
	ctl_reply(req, true, 0,
	    on ? "emergency brake is on: nothing new leaves"
	       : "emergency brake is off: the rate grows from its beginning",
	    NULL);
}

static void
do_stop(struct daemon *d, struct ctl_req *req)
{
	audit_write(d, ctl_who(req), "local", "stop", "", "done");
	ctl_reply(req, true, 0,
	    "the engine is stopping; calls in progress go on at their switch",
	    NULL);
	turn_stop(d, "asked on the control socket");
}

/* ---- apply ------------------------------------------------------------ */

static void
apply_end(struct cmd *c)
{
	struct daemon *d = c->d;
	bool good = !c->failed;

	audit_write(d, ctl_who(c->req), "local", "apply", c->name,
	    good ? "done" : "in part");
	loader_reload(d);
	cmd_end(c, good, good ? 0 : 1, buf_cstr(&c->text), NULL);
}

static void
on_upsert(void *arg, const struct db_answer *a)
{
	struct cmd *c = arg;
	const struct spec_item *it;

	assert(c->magic == CMD_MAGIC);
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

/* The country whose region this is, in the file or in the engine. */
static const char *
country_of_region(struct cmd *c, const char *region)
{
	for (size_t i = 0; i < c->file.n; i++) {
		const char *r = json_string_value(
		    json_object_get(c->file.v[i].obj, "region"));

		if (strcmp(c->file.v[i].kind, "country") == 0 && r != NULL &&
		    strcmp(r, region) == 0)
			return c->file.v[i].name;
	}
	return engine_region_country(c->d->engine, region);
}

/* A caller ID names its country and area by its number if nobody else does. */
static bool
complete_did(struct cmd *c, struct spec_item *it)
{
	const char *country =
	    json_string_value(json_object_get(it->obj, "country"));
	const char *area = json_string_value(json_object_get(it->obj, "area"));
	struct number n;
	char digits[8];

	if (!number_parse(it->name, "", &n))
		return false;
	if (country == NULL || country[0] == '\0') {
		country = country_of_region(c, n.region);
		if (country == NULL)
			return false;
		json_object_set_new(it->obj, "country", json_string(country));
	}
	if (area == NULL || area[0] == '\0')
		json_object_set_new(
		    it->obj, "area", json_string(number_area(n.e164, digits)));
	return true;
}

static void
do_apply(struct daemon *d, struct ctl_req *req)
{
	struct cmd *c = cmd_new(d, req);
	struct buf err = BUF_INIT;

	if (!spec_read(
		key_of(req, "file"), key_of(req, "text"), &c->file, &err)) {
		cmd_end(c, false, 4, buf_cstr(&err), NULL);
		buf_clear(&err);
		return;
	}
	buf_clear(&err);
	str_copy(c->name, sizeof(c->name), key_of(req, "file"));
	if (!db_is_up(d->admin) || !d->loaded) {
		cmd_end(c, false, 5,
		    "the database is away: nothing was "
		    "applied; try again when it is back",
		    NULL);
		return;
	}
	for (size_t i = 0; i < c->file.n; i++)
		if (strcmp(c->file.v[i].kind, "did") == 0 &&
		    !complete_did(c, &c->file.v[i])) {
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

/* ---- show ------------------------------------------------------------- */

static void
on_show(void *arg, const struct db_answer *a)
{
	struct cmd *c = arg;
	json_t *rows;

	assert(c->magic == CMD_MAGIC);
	if (!answered(c, a))
		return;
	rows = PQntuples(a->res) == 1
		   ? json_loads(PQgetvalue(a->res, 0, 0), 0, NULL)
		   : NULL;
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
	struct cmd *c = arg;
	int n;

	assert(c->magic == CMD_MAGIC);
	if (!answered(c, a)) {
		return;
	}
	n = PQntuples(a->res);
	for (int i = 0; i < n; i++) {
		char iso[32];
		int64_t until = 0, w = 1;
		json_t *o;

		if (c->name[0] != '\0' &&
		    strcmp(c->name, PQgetvalue(a->res, i, 1)) != 0)
			continue;
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
	if (n == DID_PAGE && c->sent < DIDS_SHOWN) {
		int64_t after = 0;

		str_int64(PQgetvalue(a->res, n - 1, 0), 0, INT64_MAX, &after);
		load_dids(c->d->admin, after, DID_PAGE, on_show_dids, c);
		return;
	}
	if (c->name[0] != '\0' && json_array_size(c->rows) == 0) {
		buf_fmt(&c->text, "there is no caller ID \"%s\"", c->name);
		json_decref(c->rows);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	cmd_end(c, true, 0,
	    n == DID_PAGE
		? "only the first 20000: discador db psql shows them all"
		: "",
	    c->rows);
}

static void
do_show(struct daemon *d, struct ctl_req *req)
{
	const char *kind = spec_kind(arg_of(req, 0));
	struct cmd *c;

	if (kind == NULL) {
		ctl_reply(req, false, 2,
		    "usage: discador show "
		    "campaign|country|context|trunk|profile|did|switch|alert "
		    "[NAME]",
		    NULL);
		return;
	}
	if (!have_db(d, req))
		return;
	c = cmd_new(d, req);
	str_copy(c->word, sizeof(c->word), kind);
	str_copy(c->name, sizeof(c->name), arg_of(req, 1));
	if (strcmp(kind, "did") == 0) {
		c->rows = json_array();
		load_dids(d->admin, 0, DID_PAGE, on_show_dids, c);
	} else
		load_objects(
		    d->admin, kind, c->name[0] ? c->name : NULL, on_show, c);
}

/* ---- import ----------------------------------------------------------- */

static void
do_import(struct daemon *d, struct ctl_req *req)
{
	struct buf err = BUF_INIT;
	char what[128];

	if (!have_db(d, req))
		return;
	str_format(what, sizeof(what), "%s %s", key_of(req, "what"),
	    key_of(req, "file"));
	if (jobs_import(d, req, &err))
		audit_write(
		    d, ctl_who(req), "local", "import", what, "started");
	else
		ctl_reply(req, false, 1, buf_cstr(&err), NULL);
	buf_clear(&err);
}

/* ---- dispatch --------------------------------------------------------- */

static const struct {
	const char *name;
	void (*fn)(struct daemon *, struct ctl_req *);
} handlers[] = {
	{ "apply", do_apply },
	{ "brake", do_brake },
	{ "campaign", do_campaign },
	{ "cps", do_cps },
	{ "import", do_import },
	{ "show", do_show },
	{ "stop", do_stop },
};

void
commands_request(void *arg, struct ctl_req *req)
{
	struct daemon *d = arg;
	const char *name = key_of(req, "cmd");
	uid_t uid = ctl_uid(req);
	enum command_role role =
	    uid == 0 || uid == geteuid() ? COMMAND_ADMIN : COMMAND_VIEWER;
	char text[128];

	if (!command_allowed(name, role)) {
		str_format(text, sizeof(text),
		    command_find(name) != NULL
			? "%s: not permitted to a %s"
			: "%s: the engine knows no such command (as a %s)",
		    name, command_role_word(role));
		log_warn("%s: refused: %s", ctl_who(req), text);
		ctl_reply(req, false, 1, text, NULL);
		return;
	}
	for (size_t i = 0; i < nitems(handlers); i++)
		if (strcmp(handlers[i].name, name) == 0) {
			handlers[i].fn(d, req);
			return;
		}
	ctl_reply(req, false, 1, "the engine has no handler for it", NULL);
}
