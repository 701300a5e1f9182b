/* SPDX-License-Identifier: MIT */
/*
 * cmd_details: what the calls of a campaign or of a caller ID came to.  The
 * database counts; here it becomes lines for people.
 */
#include <string.h>

#include "daemon/cmd.h"
#include "daemon/cmd_table.h"
#include "db/details.h"
#include "shared/text.h"

#define DIDS_SAID  5 /* of the most used ones, in the text */
#define CALLS_SAID 10 /* of a caller ID's newest, in the text */

static int64_t
int_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? (int64_t)json_number_value(v) : 0;
}

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL && s[0] != '\0' ? s : "-";
}

static double
share(int64_t part, int64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : -1;
}

static void
rate_cell(struct cmd_table *t, int64_t part, int64_t whole)
{
	char n[TEXT_NUM];

	cmd_table_cell(t, text_rate(share(part, whole), n));
}

/* ---- campaign --------------------------------------------------------- */

static void
say_funnel(struct buf *b, const json_t *f)
{
	static const char *const steps[][2] = { { "dialled", "dialled" },
		{ "answered", "answered" }, { "human", "human" },
		{ "key", "pressed a key" }, { "connected", "connected" } };
	struct cmd_table t = { .ncols = 4, .right = 1u << 1 | 1u << 2 };
	int64_t before = 0;

	for (size_t i = 0; i < nitems(steps); i++) {
		int64_t n = int_at(f, steps[i][0]);

		cmd_table_cell(&t, steps[i][1]);
		cmd_table_int(&t, n);
		if (i > 0) {
			rate_cell(&t, n, before);
			cmd_table_cell(&t, "of the line above");
		} else {
			cmd_table_cell(&t, "");
			cmd_table_cell(&t, "");
		}
		before = n;
	}
	cmd_table_end(&t, 2, b);
}

static void
say_dispositions(struct buf *b, const json_t *o)
{
	struct cmd_table t = { .ncols = 3, .right = 1u << 1 | 1u << 2 };
	int64_t all = 0;
	const char *word;
	json_t *v;

	json_object_foreach ((json_t *)(uintptr_t)o, word, v)
		all += json_integer_value(v);
	if (all == 0)
		return;
	buf_str(b, "outcomes\n");
	json_object_foreach ((json_t *)(uintptr_t)o, word, v) {
		cmd_table_cell(&t, word);
		cmd_table_int(&t, json_integer_value(v));
		rate_cell(&t, json_integer_value(v), all);
	}
	cmd_table_end(&t, 2, b);
}

/* An array of objects: the one that names each, then calls and rates. */
static void
say_calls(struct buf *b, const char *head, const json_t *rows, const char *name,
    size_t most)
{
	struct cmd_table t = { .ncols = 4, .right = 7u << 1 };
	char n[TEXT_NUM];
	size_t i;
	json_t *o;

	if (json_array_size(rows) == 0)
		return;
	cmd_table_cell(&t, head);
	cmd_table_cell(&t, "calls");
	cmd_table_cell(&t, "answered");
	cmd_table_cell(&t, "rate");
	json_array_foreach (rows, i, o) {
		const json_t *v = json_object_get(o, name);

		if (i == most)
			break;
		if (json_is_integer(v))
			cmd_table_cell(
			    &t, text_count((uint64_t)json_integer_value(v), n));
		else
			cmd_table_cell(&t, text_at(o, name));
		cmd_table_int(&t, int_at(o, "calls"));
		cmd_table_int(&t, int_at(o, "answered"));
		rate_cell(&t, int_at(o, "answered"), int_at(o, "calls"));
	}
	cmd_table_end(&t, 2, b);
}

static void
say_recycle(struct buf *b, const json_t *o)
{
	const json_t *hours = json_object_get(o, "recycle");
	int64_t now = int_at(o, "due_now"), later = int_at(o, "later");
	char n[3][TEXT_NUM];
	int64_t in = 0;
	size_t i;
	json_t *h;

	json_array_foreach (hours, i, h)
		in += int_at(h, "contacts");
	buf_fmt(b,
	    "wait for another attempt: %s due now, %s within 48 h, %s later\n",
	    text_count((uint64_t)now, n[0]), text_count((uint64_t)in, n[1]),
	    text_count((uint64_t)later, n[2]));
}

static void
on_campaign(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	char n[TEXT_NUM], at[40];
	const json_t *dids;
	json_t *o, *k;
	size_t i;

	if (!cmd_answered(c, a))
		return;
	if ((o = cmd_answered_json(a)) == NULL) {
		buf_fmt(&c->text,
		    "there is no campaign \"%s\": discador show campaign lists "
		    "them",
		    c->name);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	buf_fmt(&c->text, "campaign %s since %s\n", c->name,
	    cmd_when(c->d->conf.timezone, c->at_ms, at));
	say_funnel(&c->text, json_object_get(o, "funnel"));
	say_dispositions(&c->text, json_object_get(o, "dispositions"));
	say_calls(&c->text, "attempt", json_object_get(o, "attempts"),
	    "attempt", SIZE_MAX);
	say_calls(
	    &c->text, "trunk", json_object_get(o, "trunks"), "trunk", SIZE_MAX);
	if (json_array_size(json_object_get(o, "keys")) > 0) {
		buf_str(&c->text, "keys pressed:");
		json_array_foreach (json_object_get(o, "keys"), i, k)
			buf_fmt(&c->text, "%s %s %s times", i > 0 ? "," : "",
			    text_at(k, "key"),
			    text_count((uint64_t)int_at(k, "calls"), n));
		buf_byte(&c->text, '\n');
	}
	say_recycle(&c->text, o);
	dids = json_object_get(o, "dids");
	buf_fmt(&c->text, "caller IDs used: %s\n",
	    text_count((uint64_t)int_at(dids, "used"), n));
	say_calls(&c->text, "caller ID", json_object_get(dids, "top"), "number",
	    DIDS_SAID);
	cmd_end(c, true, 0, buf_cstr(&c->text), o);
}

/* ---- caller ID -------------------------------------------------------- */

/* Why it rests, or is used, in the engine's words. */
static void
add_why(struct cmd *c, json_t *o)
{
	struct now now = now_read();
	json_t *why = json_array();
	struct engine_why w;
	char t[256];

	if (!engine_why(c->d->engine, "did", c->name, &w, &now)) {
		w = (struct engine_why){ .n = 0 };
		json_array_append_new(why,
		    json_string("the engine has not loaded it: is its country "
				"configured?"));
	}
	for (size_t i = 0; i < w.n; i++) {
		text_clean(t, sizeof(t), w.gate[i].text);
		json_array_append_new(why, json_string(t));
	}
	if (w.note[0] != '\0') {
		text_clean(t, sizeof(t), w.note);
		json_array_append_new(why, json_string(t));
	}
	json_object_set_new(o, "why", why);
}

static void
say_uses(struct buf *b, const json_t *o)
{
	const json_t *usage = json_object_get(o, "usage");
	const json_t *hours = json_object_get(o, "hours");
	struct cmd_table t = { .ncols = 4, .right = 3u << 2 };
	int64_t cap;
	size_t i;
	json_t *u;

	buf_str(b, "uses in each of the last 24 hours:");
	json_array_foreach (hours, i, u)
		buf_fmt(b, " %lld", (long long)json_integer_value(u));
	buf_byte(b, '\n');
	if (json_array_size(usage) == 0)
		return;
	cmd_table_cell(&t, "day");
	cmd_table_cell(&t, "group");
	cmd_table_cell(&t, "uses");
	cmd_table_cell(&t, "cap");
	json_array_foreach (usage, i, u) {
		cmd_table_cell(&t, text_at(u, "usage_date"));
		cmd_table_cell(&t, text_at(u, "cap_group"));
		cmd_table_int(&t, int_at(u, "uses"));
		cap = int_at(u, "cap");
		cmd_table_int(&t, cap > 0 ? cap : -1);
	}
	cmd_table_end(&t, 2, b);
}

static void
say_newest(struct daemon *d, struct buf *b, const json_t *calls)
{
	struct cmd_table t = { .ncols = 6, .right = 1u << 5 };
	static const char *const heads[] = { "newest calls", "to", "campaign",
		"outcome", "key", "setup" };
	char at[40], ms[TEXT_NUM];
	size_t i;
	json_t *o;

	if (json_array_size(calls) == 0) {
		buf_str(b, "no call with it in 30 days\n");
		return;
	}
	for (i = 0; i < nitems(heads); i++)
		cmd_table_cell(&t, heads[i]);
	json_array_foreach (calls, i, o) {
		const json_t *setup = json_object_get(o, "setup_ms");
		const char *end = text_at(o, "disposition");

		if (i == CALLS_SAID)
			break;
		cmd_table_cell(&t, cmd_stamp(d, json_object_get(o, "at"), at));
		cmd_table_cell(&t, text_at(o, "number"));
		cmd_table_cell(&t, text_at(o, "campaign"));
		cmd_table_cell(
		    &t, strcmp(end, "-") != 0 ? end : text_at(o, "state"));
		cmd_table_cell(&t, text_at(o, "key"));
		cmd_table_cell(
		    &t, text_ms(json_is_integer(setup)
				    ? (double)json_integer_value(setup)
				    : -1,
			    ms));
	}
	cmd_table_end(&t, 2, b);
}

static void
on_did(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	json_t *o, *w;
	char t[200];
	size_t i;

	if (!cmd_answered(c, a))
		return;
	if ((o = cmd_answered_json(a)) == NULL) {
		buf_fmt(&c->text,
		    "there is no caller ID %s: discador did add %s adds it",
		    c->name, c->name);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	add_why(c, o);
	text_clean(t, sizeof(t), text_at(o, "block_reason"));
	buf_fmt(&c->text, "caller ID %s of %s, area %s: %s%s%s\n", c->name,
	    text_at(o, "country"), text_at(o, "area"), text_at(o, "state"),
	    strcmp(text_at(o, "state"), "blocked") == 0 ? ": " : "",
	    strcmp(text_at(o, "state"), "blocked") == 0 ? t : "");
	json_array_foreach (json_object_get(o, "why"), i, w)
		buf_fmt(&c->text, "  %s\n", json_string_value(w));
	say_uses(&c->text, o);
	say_newest(c->d, &c->text, json_object_get(o, "calls"));
	cmd_end(c, true, 0, buf_cstr(&c->text), o);
}

/* ---- door ------------------------------------------------------------- */

void
cmd_do_details(struct daemon *d, struct ctl_req *req)
{
	const char *kind = cmd_arg(req, 0), *name = cmd_arg(req, 1);
	bool did = strcmp(kind, "did") == 0;
	char e164[MODEL_E164];
	struct cmd *c;

	if ((!did && strcmp(kind, "campaign") != 0) || name[0] == '\0' ||
	    cmd_arg(req, 2)[0] != '\0') {
		ctl_reply(req, false, 2,
		    "usage: discador details campaign NAME | did NUMBER", NULL);
		return;
	}
	if ((did && !cmd_number(req, name, e164)) || !cmd_have_reads(d, req))
		return;
	c = cmd_new(d, req);
	text_clean(c->name, sizeof(c->name), did ? e164 : name);
	c->at_ms = cmd_day_ms(d);
	if (did)
		details_did(d->reads, c->name, on_did, c);
	else
		details_campaign(d->reads, c->name, c->at_ms, on_campaign, c);
}
