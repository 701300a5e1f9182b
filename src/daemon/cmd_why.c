/* SPDX-License-Identifier: MIT */
/*
 * cmd_why: why is it not dialled?  What the engine answers (engine_why) as
 * lines for people and as JSON; for contacts and lists with what the tables
 * say.  Decides nothing.
 */
#include "daemon/cmd_why.h"

#include <string.h>

#include "daemon/cmd.h"
#include "daemon/prompts.h"
#include "db/lists.h"
#include "db/load.h"
#include "shared/scope.h"
#include "shared/text.h"

/* ---- words ------------------------------------------------------------ */

json_t *
cmd_why_clean(const char *s)
{
	char t[512];

	text_clean(t, sizeof(t), s);
	return json_string(t);
}

void
cmd_why_put(json_t *o, const struct engine_why *w)
{
	json_t *a = json_array();

	for (size_t i = 0; i < w->n; i++) {
		const struct engine_gate *g = &w->gate[i];

		json_array_append_new(
		    a, json_pack("{s:s, s:o, s:o, s:o}", "gate", g->name,
			   "contacts",
			   g->contacts < 0 ? json_null()
					   : json_integer(g->contacts),
			   "opens", cmd_iso(g->opens_ms), "text",
			   cmd_why_clean(g->text)));
	}
	json_object_set_new(o, "dials", json_boolean(w->dials));
	json_object_set_new(o, "gates", a);
	json_object_set_new(o, "note", cmd_why_clean(w->note));
}

void
cmd_why_first(struct buf *b, const char *what, const char *done,
    const struct engine_why *w)
{
	char t[256];

	text_clean(t, sizeof(t), what);
	if (w->dials) {
		buf_fmt(b, "%s is %s\n", t, done);
		return;
	}
	buf_fmt(b, "%s is not %s: ", t, done);
	text_clean(t, sizeof(t),
	    w->n > 0 ? w->gate[0].text
		     : "no gate is closed; its contacts are being asked for");
	buf_fmt(b, "%s\n", t);
}

void
cmd_why_gates(struct buf *b, const char *zone, const struct engine_why *w)
{
	char t[256], n[TEXT_NUM], at[40], opens[60];

	for (size_t i = 0; i < w->n; i++) {
		const struct engine_gate *g = &w->gate[i];

		str_copy(opens, sizeof(opens), "-");
		if (g->opens_ms > 0)
			str_format(opens, sizeof(opens), "opens %s",
			    cmd_when(zone, g->opens_ms, at));
		text_clean(t, sizeof(t), g->text);
		buf_fmt(b, "  %-10s  %9s  %-26s  %s\n", g->name,
		    g->contacts < 0
			? "-"
			: text_count((uint64_t)MAXIMUM(g->contacts, 0), n),
		    opens, t);
	}
	if (w->note[0] != '\0') {
		text_clean(t, sizeof(t), w->note);
		buf_fmt(b, "%s\n", t);
	}
}

void
cmd_why_cut(const struct ctl_req *req, struct engine_why *w)
{
	if (ctl_campaigns(req) == NULL)
		return;
	for (size_t i = 0; i < w->n; i++) {
		struct engine_gate *g = &w->gate[i];
		char text[sizeof(g->text)];

		str_copy(text, sizeof(text), scope_gate(g->name, g->text));
		str_copy(g->text, sizeof(g->text), text);
	}
}

static void
refuse_name(
    struct ctl_req *req, const char *kind, const char *name, const char *hint)
{
	char text[300], t[120];

	text_clean(t, sizeof(t), name);
	str_format(text, sizeof(text), "there is no %s \"%s\"%s%s", kind, t,
	    hint[0] != '\0' ? ": " : "", hint);
	ctl_reply(req, false, 1, text, NULL);
}

/* ---- campaign, trunk -------------------------------------------------- */

/* What is known of its sounds, without asking again. */
static void
add_sounds(
    const struct daemon *d, const char *name, bool all, struct engine_why *w)
{
	struct buf text = BUF_INIT;
	bool against = prompts_against(d, name, &text);

	if (against && w->n < nitems(w->gate)) {
		struct engine_gate *g = &w->gate[w->n++];

		memset(g, 0, sizeof(*g));
		str_copy(g->name, sizeof(g->name), "sounds");
		str_copy(g->text, sizeof(g->text), buf_cstr(&text));
		g->contacts = -1;
	} else if (all && text.len > 0 && w->note[0] == '\0' &&
		   d->prompts != NULL) {
		str_copy(w->note, sizeof(w->note), buf_cstr(&text));
	}
	buf_clear(&text);
}

static void
why_object(
    struct daemon *d, struct ctl_req *req, const char *kind, const char *name)
{
	struct now now = now_read();
	struct engine_why w;
	struct buf b = BUF_INIT;
	char what[120], hint[60];
	json_t *o;

	if (!engine_why(d->engine, kind, name, &w, &now)) {
		str_format(
		    hint, sizeof(hint), "discador show %s lists them", kind);
		refuse_name(req, kind, name, hint);
		return;
	}
	if (strcmp(kind, "campaign") == 0)
		add_sounds(d, name, ctl_campaigns(req) == NULL, &w);
	cmd_why_cut(req, &w);
	str_format(what, sizeof(what), "%s %s", kind, name);
	cmd_why_first(
	    &b, what, strcmp(kind, "trunk") == 0 ? "used" : "dialled", &w);
	cmd_why_gates(&b, d->conf.timezone, &w);
	o = json_pack("{s:s, s:o}", "kind", kind, "name", cmd_why_clean(name));
	cmd_why_put(o, &w);
	ctl_reply(req, true, 0, buf_cstr(&b), o);
	buf_clear(&b);
}

/* ---- did -------------------------------------------------------------- */

int64_t
cmd_why_column(const struct db_answer *a, int row, int col, int64_t none)
{
	int64_t v = none;

	if (!PQgetisnull(a->res, row, col))
		str_int64(
		    PQgetvalue(a->res, row, col), INT64_MIN, INT64_MAX, &v);
	return v;
}

static const char *
value(const struct db_answer *a, int row, int col)
{
	return PQgetvalue(a->res, row, col);
}

/* Columns of load_did_why. */
enum {
	D_ID,
	D_COUNTRY,
	D_AREA,
	D_STATE,
	D_UNTIL,
	D_REASON,
	D_WEIGHT,
	D_GROUP,
	D_DATE,
	D_USES,
	D_CAP
};

/* What the tables say of it: there is one row at least. */
static void
say_did(struct cmd *c, const struct db_answer *a, json_t *o)
{
	json_t *uses = json_array();
	const char *area = value(a, 0, D_AREA);
	char t[200];

	text_clean(t, sizeof(t), value(a, 0, D_REASON));
	buf_fmt(&c->text, "%s%s%s; weight %s%s%s\n", value(a, 0, D_COUNTRY),
	    area[0] != '\0' ? ", area " : "", area, value(a, 0, D_WEIGHT),
	    *t != '\0' ? "; block: " : "", t);
	json_object_set_new(
	    o, "country", cmd_why_clean(value(a, 0, D_COUNTRY)));
	json_object_set_new(o, "area", cmd_why_clean(area));
	json_object_set_new(o, "state", cmd_why_clean(value(a, 0, D_STATE)));
	json_object_set_new(o, "block_reason", json_string(t));
	for (int i = 0; i < PQntuples(a->res); i++) {
		int64_t cap = cmd_why_column(a, i, D_CAP, 0);

		if (PQgetisnull(a->res, i, D_GROUP))
			continue;
		buf_fmt(&c->text, "group %s on %s: %s uses",
		    value(a, i, D_GROUP), value(a, i, D_DATE),
		    value(a, i, D_USES));
		if (cap > 0)
			buf_fmt(&c->text, " of %s", value(a, i, D_CAP));
		buf_byte(&c->text, '\n');
		json_array_append_new(
		    uses, json_pack("{s:o, s:s, s:I, s:I}", "cap_group",
			      cmd_why_clean(value(a, i, D_GROUP)), "date",
			      value(a, i, D_DATE), "uses",
			      (json_int_t)cmd_why_column(a, i, D_USES, 0),
			      "cap", (json_int_t)cap));
	}
	json_object_set_new(o, "uses", uses);
}

static void
on_did(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	struct now now = now_read();
	struct engine_why w;
	char what[60];
	json_t *o;
	bool known;

	if (!cmd_answered(c, a))
		return;
	known = engine_why(c->d->engine, "did", c->name, &w, &now);
	if (PQntuples(a->res) == 0 && !known) {
		buf_fmt(&c->text,
		    "there is no caller ID %s: discador import dids adds it",
		    c->name);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	if (!known) {
		w = (struct engine_why){ .n = 1 };
		str_copy(w.gate[0].name, sizeof(w.gate[0].name), "country");
		str_format(w.gate[0].text, sizeof(w.gate[0].text),
		    "the engine has not loaded it: is its country %.32s "
		    "configured?",
		    value(a, 0, D_COUNTRY));
		w.gate[0].contacts = -1;
	}
	str_format(what, sizeof(what), "caller ID %s", c->name);
	cmd_why_first(&c->text, what, "used", &w);
	cmd_why_gates(&c->text, c->d->conf.timezone, &w);
	o = json_pack("{s:s, s:s}", "kind", "did", "name", c->name);
	cmd_why_put(o, &w);
	if (PQntuples(a->res) > 0)
		say_did(c, a, o);
	cmd_end(c, true, 0, buf_cstr(&c->text), o);
}

/* ---- list ------------------------------------------------------------- */

static void
list_campaign(struct cmd *c, const struct db_answer *a, int row, bool *dials)
{
	const char *name = value(a, row, 0);
	int64_t total = cmd_why_column(a, row, 1, 0),
		done = cmd_why_column(a, row, 2, 0);
	struct now now = now_read();
	char what[100], n[TEXT_NUM], m[TEXT_NUM];
	struct engine_why w;
	json_t *o;

	if (!engine_why(c->d->engine, "campaign", name, &w, &now)) {
		w = (struct engine_why){ .n = 1 };
		str_copy(w.gate[0].name, sizeof(w.gate[0].name), "campaign");
		str_copy(w.gate[0].text, sizeof(w.gate[0].text),
		    "the engine has not loaded it yet");
		w.gate[0].contacts = -1;
	}
	*dials |= w.dials;
	str_format(what, sizeof(what), "campaign %s", name);
	cmd_why_first(&c->text, what, "dialled", &w);
	buf_fmt(&c->text, "  %s contacts in all, %s of them not finished\n",
	    text_count((uint64_t)MAXIMUM(total, 0), n),
	    text_count((uint64_t)MAXIMUM(total - done, 0), m));
	cmd_why_gates(&c->text, c->d->conf.timezone, &w);
	o = json_pack("{s:o, s:I, s:I}", "campaign", cmd_why_clean(name),
	    "contacts", (json_int_t)total, "remaining",
	    (json_int_t)(total - done));
	cmd_why_put(o, &w);
	json_array_append_new(c->rows, o);
}

static void
on_list(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	int64_t loose = 0;
	char n[TEXT_NUM];
	bool dials = false;
	json_t *o;

	if (!cmd_answered(c, a))
		return;
	c->rows = json_array();
	for (int i = 0; i < PQntuples(a->res); i++)
		if (PQgetisnull(a->res, i, 0))
			loose = cmd_why_column(a, i, 1, 0);
		else
			list_campaign(c, a, i, &dials);
	if (json_array_size(c->rows) == 0 && loose == 0) {
		buf_reset(&c->text);
		buf_fmt(&c->text,
		    "no campaign calls a list \"%s\", and no contact of it "
		    "waits for one",
		    c->name);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	text_count((uint64_t)MINIMUM(loose, LISTS_COUNTED), n);
	if (json_array_size(c->rows) == 0)
		buf_fmt(&c->text,
		    "list %s is not dialled: no campaign has it "
		    "among its lists\n",
		    c->name);
	if (loose > 0)
		buf_fmt(&c->text,
		    "%s%s contacts are attached to no campaign%s\n",
		    loose > LISTS_COUNTED ? "more than " : "", n,
		    json_array_size(c->rows) > 0
			? ": what is a duplicate there stays here; discador "
			  "campaign start takes the others over"
			: "");
	o = json_pack("{s:s, s:s, s:b, s:O, s:I}", "kind", "list", "name",
	    c->name, "dials", dials, "campaigns", c->rows, "unattached",
	    (json_int_t)loose);
	cmd_end(c, true, 0, buf_cstr(&c->text), o);
}

/* ---- door ------------------------------------------------------------- */

static void
ask(struct daemon *d, struct ctl_req *req, const char *name,
    void (*load)(struct db *, const char *, db_cb *, void *), db_cb *cb)
{
	struct cmd *c;

	if (!cmd_have_db(d, req))
		return;
	c = cmd_new(d, req);
	text_clean(c->name, sizeof(c->name), name);
	load(d->admin, c->name, cb, c);
}

void
cmd_do_why(struct daemon *d, struct ctl_req *req)
{
	const char *kind = cmd_arg(req, 0), *name = cmd_arg(req, 1);
	bool contact = strcmp(kind, "contact") == 0;
	char e164[MODEL_E164];

	if (name[0] == '\0' || cmd_arg(req, 2)[0] != '\0')
		;
	else if (strcmp(kind, "campaign") == 0 || strcmp(kind, "trunk") == 0) {
		why_object(d, req, kind, name);
		return;
	} else if (contact || strcmp(kind, "did") == 0) {
		if (cmd_number(req, name, e164))
			ask(d, req, e164,
			    contact ? load_contact_why : load_did_why,
			    contact ? cmd_why_contact : on_did);
		return;
	} else if (strcmp(kind, "list") == 0) {
		ask(d, req, name, lists_why, on_list);
		return;
	}
	ctl_reply(req, false, 2,
	    "usage: discador why campaign NAME | trunk NAME | did NUMBER | "
	    "contact NUMBER | list NAME",
	    NULL);
}
