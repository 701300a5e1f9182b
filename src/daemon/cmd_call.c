/* SPDX-License-Identifier: MIT */
/*
 * cmd_call: calls that live, as the engine sees them; all to one number, as
 * the table has them; and the end of one by hand.
 */
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/cmd_table.h"
#include "db/details.h"
#include "shared/log.h"
#include "shared/text.h"

/* What one reply holds: to write it costs the engine's thread 20 us a call. */
#define CALLS_SHOWN 1000
#define ID_LEAST    8 /* characters of an ID that name a call */

/* Is it a call of a campaign that the asker may see? */
static bool
is_theirs(struct daemon *d, const struct ctl_req *req, const struct call *c)
{
	struct engine_arm info;

	if (ctl_campaigns(req) == NULL)
		return true;
	engine_arm(c, &info);
	return ctl_may_see(
	    req, engine_campaign_name(d->engine, info.campaign_id));
}

/* ---- calls that live -------------------------------------------------- */

static json_t *
text_or_null(const char *s)
{
	char t[256];

	if (s == NULL || s[0] == '\0')
		return json_null();
	text_clean(t, sizeof(t), s);
	return json_string(t);
}

static json_t *
int_or_null(int64_t v, int64_t none)
{
	return v == none ? json_null() : json_integer(v);
}

static json_t *
call_of(struct daemon *d, const struct call *c)
{
	char key[2] = { c->key, '\0' };
	struct engine_arm info;
	json_t *o = json_object();

	engine_arm(c, &info);
	json_object_set_new(o, "id", json_string(c->id_text));
	json_object_set_new(o, "number", json_string(c->number));
	json_object_set_new(o, "did", json_string(c->did_number));
	json_object_set_new(o, "country", json_string(info.country));
	json_object_set_new(o, "campaign",
	    json_string(engine_campaign_name(d->engine, info.campaign_id)));
	json_object_set_new(o, "trunk", json_string(engine_trunk_name(c)));
	json_object_set_new(o, "state",
	    json_string(call_state_word((enum call_state)c->state)));
	json_object_set_new(o, "attempt", json_integer(c->attempt));
	json_object_set_new(o, "armed", cmd_iso(c->armed_ms));
	json_object_set_new(o, "sent", cmd_iso(c->sent_ms));
	json_object_set_new(o, "ringing", cmd_iso(c->ringing_ms));
	json_object_set_new(o, "answered", cmd_iso(c->answered_ms));
	json_object_set_new(o, "connected", cmd_iso(c->connected_ms));
	json_object_set_new(o, "ended", cmd_iso(c->ended_ms));
	json_object_set_new(o, "disposition",
	    json_string(disposition_word((enum disposition)c->disposition)));
	json_object_set_new(o, "cause", int_or_null(c->o.cause, -1));
	json_object_set_new(o, "sip_code",
	    c->o.sip_code <= 0 ? json_null() : json_integer(c->o.sip_code));
	json_object_set_new(o, "key", text_or_null(key));
	json_object_set_new(o, "amd", text_or_null(c->amd));
	json_object_set_new(o, "setup_ms", int_or_null(c->setup_ms, -1));
	json_object_set_new(o, "note", text_or_null(c->note));
	json_object_set_new(o, "did_why", text_or_null(c->did_why));
	return o;
}

static const char *const live_heads[] = { "ID", "STATE", "AGE", "NUMBER",
	"CALLER ID", "CAMPAIGN", "TRUNK", "TRY", "KEY" };

static void
live_row(
    struct daemon *d, struct cmd_table *t, const struct call *c, int64_t now_ms)
{
	char span[TEXT_NUM], key[2] = { c->key, '\0' };
	int64_t since = c->sent_ms != 0 ? c->sent_ms : c->armed_ms;
	struct engine_arm info;

	engine_arm(c, &info);
	cmd_table_cell(t, c->id_text);
	cmd_table_cell(t, call_state_word((enum call_state)c->state));
	cmd_table_cell(
	    t, text_span(MAXIMUM(now_ms - since, 0) / MS_PER_S, span));
	cmd_table_cell(t, c->number);
	cmd_table_cell(t, c->did_number);
	cmd_table_cell(t, engine_campaign_name(d->engine, info.campaign_id));
	cmd_table_cell(t, engine_trunk_name(c));
	cmd_table_int(t, c->attempt);
	cmd_table_cell(t, c->key != '\0' ? key : "-");
}

static void
list_live(struct daemon *d, struct ctl_req *req)
{
	struct cmd_table t = { .ncols = nitems(live_heads),
		.right = 1u << 2 | 1u << 7 };
	int64_t now_ms = now_read().wall_ms;
	json_t *rows = json_array();
	struct buf b = BUF_INIT;
	size_t n = 0;
	char num[TEXT_NUM];

	for (size_t i = 0; i < nitems(live_heads); i++)
		cmd_table_cell(&t, live_heads[i]);
	for (const struct call *c = NULL;
	     (c = engine_call_after(d->engine, c)) != NULL;) {
		if (c->state == CALL_ENDED || !is_theirs(d, req, c) ||
		    n++ >= CALLS_SHOWN)
			continue;
		json_array_append_new(rows, call_of(d, c));
		live_row(d, &t, c, now_ms);
	}
	cmd_table_end(&t, 0, &b);
	if (n == 0)
		buf_reset(&b);
	buf_fmt(&b, n == 0 ? "no call lives%s\n" : "%s calls live\n",
	    n == 0 ? "" : text_count(n, num));
	if (n > CALLS_SHOWN)
		buf_fmt(&b, "only the first %d are shown\n", CALLS_SHOWN);
	ctl_reply(
	    req, true, 0, buf_cstr(&b), json_pack("{s:o}", "calls", rows));
	buf_clear(&b);
}

/* ---- calls to one number ---------------------------------------------- */

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL && s[0] != '\0' ? s : "-";
}

static void
past_row(struct daemon *d, struct cmd_table *t, const json_t *o)
{
	const json_t *cause = json_object_get(o, "cause");
	char at[40];

	cmd_table_cell(t, cmd_stamp(d, json_object_get(o, "armed"), at));
	cmd_table_cell(t, strcmp(text_at(o, "state"), "ended") == 0
			      ? text_at(o, "disposition")
			      : text_at(o, "state"));
	cmd_table_int(t, json_integer_value(json_object_get(o, "attempt")));
	cmd_table_cell(t, text_at(o, "campaign"));
	cmd_table_cell(t, text_at(o, "did"));
	cmd_table_cell(t, text_at(o, "trunk"));
	cmd_table_cell(t, text_at(o, "key"));
	cmd_table_int(
	    t, json_is_integer(cause) ? json_integer_value(cause) : -1);
	cmd_table_cell(t, text_at(o, "id"));
}

static void
on_calls(void *arg, const struct db_answer *a)
{
	static const char *const heads[] = { "WHEN", "OUTCOME", "TRY",
		"CAMPAIGN", "CALLER ID", "TRUNK", "KEY", "CAUSE", "ID" };
	struct cmd_table t = { .ncols = nitems(heads),
		.right = 1u << 2 | 1u << 7 };
	struct cmd *c = cmd_of(arg);
	json_t *all, *rows = json_array(), *o;
	size_t i;

	if (!cmd_answered(c, a)) {
		json_decref(rows);
		return;
	}
	all = cmd_answered_json(a);
	for (i = 0; i < nitems(heads); i++)
		cmd_table_cell(&t, heads[i]);
	json_array_foreach (all, i, o)
		if (ctl_may_see(c->req, text_at(o, "campaign"))) {
			past_row(c->d, &t, o);
			json_array_append(rows, o);
		}
	json_decref(all);
	cmd_table_end(&t, 0, &c->text);
	if (json_array_size(rows) == 0) {
		buf_reset(&c->text);
		buf_fmt(
		    &c->text, "no call to %s in the last 30 days\n", c->name);
	}
	cmd_end(
	    c, true, 0, buf_cstr(&c->text), json_pack("{s:o}", "calls", rows));
}

/* ---- hang up ---------------------------------------------------------- */

/* The asker's calls whose id begins so; the first of them in *found. */
static size_t
find(struct daemon *d, const struct ctl_req *req, const char *id,
    const struct call **found)
{
	size_t n = 0, len = strlen(id);

	for (const struct call *c = NULL;
	     (c = engine_call_after(d->engine, c)) != NULL;)
		if (c->state != CALL_ENDED &&
		    strncasecmp(c->id_text, id, len) == 0 &&
		    is_theirs(d, req, c) && n++ == 0)
			*found = c;
	return n;
}

static void
hangup(struct daemon *d, struct ctl_req *req, const char *id)
{
	const struct call *c = NULL;
	struct now now = now_read();
	char text[256], t[80], number[32], state[24];
	size_t n;

	text_clean(t, sizeof(t), id);
	if (strlen(id) < ID_LEAST) {
		str_format(text, sizeof(text),
		    "\"%s\": give at least %d characters of the call's ID: "
		    "discador call list shows them",
		    t, ID_LEAST);
		ctl_reply(req, false, 2, text, NULL);
		return;
	}
	n = find(d, req, id, &c);
	if (n != 1) {
		if (n == 0)
			str_format(text, sizeof(text),
			    "no call of this engine that lives has the ID %s: "
			    "discador call list shows them",
			    t);
		else
			str_format(text, sizeof(text),
			    "%zu calls have an ID that begins with %s: give "
			    "more of it",
			    n, t);
		ctl_reply(req, false, 1, text, NULL);
		return;
	}
	str_copy(
	    state, sizeof(state), call_state_word((enum call_state)c->state));
	switch (engine_hangup(d->engine, &c->id, &now)) {
	case EHANG_OK:
		str_format(text, sizeof(text), "hung up (%s), call %s", state,
		    c->id_text);
		audit_write(
		    d, ctl_who(req), ctl_origin(req), "call", c->number, text);
		str_format(text, sizeof(text), "the call to %s (%s) is ended",
		    log_number(c->number, number), state);
		ctl_reply(req, true, 0, text, NULL);
		return;
	case EHANG_NOT_SENT:
		str_copy(text, sizeof(text),
		    "this call has not left yet: discador campaign pause stops "
		    "what has not");
		break;
	case EHANG_AWAY:
		str_copy(text, sizeof(text),
		    "the call's switch is away and cannot be told: discador "
		    "status");
		break;
	case EHANG_OVER:
		str_copy(text, sizeof(text), "this call has ended");
		break;
	}
	ctl_reply(req, false, 1, text, NULL);
}

/* ---- door ------------------------------------------------------------- */

void
cmd_do_call(struct daemon *d, struct ctl_req *req)
{
	const char *word = cmd_arg(req, 0), *what = cmd_arg(req, 1);
	char e164[MODEL_E164];
	struct cmd *c;

	if (cmd_arg(req, 2)[0] != '\0')
		word = "";
	if (strcmp(word, "list") == 0 && what[0] == '\0')
		list_live(d, req);
	else if (strcmp(word, "list") == 0) {
		if (!cmd_number(req, what, e164) || !cmd_have_reads(d, req))
			return;
		c = cmd_new(d, req);
		str_copy(c->name, sizeof(c->name), e164);
		details_calls(d->reads, c->name, on_calls, c);
	} else if (strcmp(word, "hangup") == 0 && what[0] != '\0')
		hangup(d, req, what);
	else
		ctl_reply(req, false, 2,
		    "usage: discador call list [NUMBER] | hangup ID", NULL);
}
