/* SPDX-License-Identifier: MIT */
/*
 * cmd_context: DTMF contexts: a list, copies, what is wrong or odd with one,
 * and test calls.  A test call is a contact of a campaign made for it, so that
 * do-not-call, hours and caps hold for it as for any other.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/cmd_table.h"
#include "daemon/prompts.h"
#include "db/hand.h"
#include "db/load.h"
#include "shared/number.h"
#include "shared/text.h"

#define SHORT_S     5 /* a menu_timeout in which nobody finds a key */
#define TEST_RING_S 30 /* dial_timeout of a campaign by default */
#define USAGE                                                                   \
	"usage: discador context list | set NAME KEY=VALUE... | copy NAME NEW " \
	"[--country C] | check NAME | test NAME NUMBER [--trunk T]"

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static void
refuse_unknown(struct cmd *c)
{
	buf_fmt(&c->text,
	    "there is no context \"%s\": discador context list shows them",
	    c->name);
	cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
}

/* ---- what is odd ------------------------------------------------------ */

static void problem(json_t *, const char *severity, const char *, ...)
    __attribute__((format(printf, 3, 4)));

static void
problem(json_t *to, const char *severity, const char *fmt, ...)
{
	char clean[300], *s;
	va_list ap;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	text_clean(clean, sizeof(clean), s);
	free(s);
	json_array_append_new(
	    to, json_pack("{s:s, s:s}", "severity", severity, "text", clean));
}

static void
odd_keys(const struct m_context *m, json_t *p)
{
	if (strcmp(m->country, "mexico") == 0 &&
	    strcmp(m->connect_key, "1") == 0)
		problem(p, "warning",
		    "connect_key is 1 in Mexico: answering machines pass for a "
		    "1 there; 3 is the usual one");
	if (m->disconnect_key[0] == '\0')
		problem(p, "warning",
		    "no disconnect_key: nobody can opt out with a key, which "
		    "most countries ask for; 9 is the usual one");
	else if (strcmp(m->disconnect_key, "9") != 0)
		problem(p, "warning",
		    "disconnect_key is %s: people know 9 from other calls",
		    m->disconnect_key);
	if (m->menu_timeout < SHORT_S)
		problem(p, "warning",
		    "menu_timeout is %lld s: that is less than people need to "
		    "find a key; 10 is the usual one",
		    (long long)m->menu_timeout);
}

static void
odd_machine(const struct m_context *m, json_t *p)
{
	bool hangup = strcmp(m->on_machine, "hangup") == 0;

	if (strcmp(m->on_machine, "message") == 0 &&
	    m->prompt_machine[0] == '\0')
		problem(p, "warning",
		    "on_machine is message and prompt_machine names no sound: "
		    "a machine hears nothing");
	if (m->amd && strcmp(m->on_machine, "prompt") == 0)
		problem(p, "warning",
		    "amd is on with on_machine = prompt: detection costs each "
		    "human a second or two, and machines are treated as "
		    "humans all the same");
	if (!m->amd && !hangup)
		problem(p, "warning",
		    "amd is off: no machine is ever found, on_machine = %s "
		    "does nothing",
		    m->on_machine);
}

size_t
cmd_context_odd(const json_t *o, json_t *p)
{
	size_t before = json_array_size(p);
	json_t *named = json_copy((json_t *)(uintptr_t)o);
	struct m_context m;

	if (text_at(named, "name")[0] == '\0')
		json_object_set_new(named, "name", json_string("x"));
	if (spec_context(named, &m)) {
		if (m.prompt[0] == '\0')
			problem(p, "warning",
			    "prompt names no sound: people hear nothing and "
			    "do not know which key to press");
		odd_keys(&m, p);
		odd_machine(&m, p);
		if (m.ring_timeout < SHORT_S)
			problem(p, "warning",
			    "ring_timeout is %lld s: an agent cannot answer "
			    "so soon",
			    (long long)m.ring_timeout);
	}
	json_decref(named);
	return json_array_size(p) - before;
}

/* The object as spec_check wants it. */
static json_t *
bare(const json_t *o)
{
	json_t *to = json_object(), *v;
	const char *key;

	json_object_foreach ((json_t *)(uintptr_t)o, key, v)
		if (!json_is_null(v) && strcmp(key, "id") != 0)
			json_object_set(to, key, v);
	return to;
}

static json_t *
named(const json_t *array, const char *name)
{
	size_t i;
	json_t *o;

	json_array_foreach (array, i, o)
		if (strcmp(text_at(o, "name"), name) == 0)
			return o;
	return NULL;
}

/* What goes wrong with it among the others: contexts in rows. */
static void
odd_among(struct cmd *c, const json_t *countries, json_t *p)
{
	const char *country = text_at(c->object, "country");
	const json_t *k = named(countries, country);
	const char *own = text_at(k, "context");
	size_t i;
	json_t *o;

	if (country[0] == '\0')
		return;
	if (k == NULL)
		problem(p, "warning",
		    "its country \"%s\" is not configured: no call uses it "
		    "by itself",
		    country);
	else if (own[0] != '\0' && strcmp(own, c->name) != 0)
		problem(p, "warning",
		    "%s names another context, \"%s\": only campaigns that "
		    "name this one use it",
		    country, own);
	json_array_foreach (c->rows, i, o)
		if (own[0] == '\0' &&
		    strcmp(text_at(o, "name"), c->name) != 0 &&
		    strcmp(text_at(o, "country"), country) == 0)
			problem(p, "warning",
			    "\"%s\" is the default of %s, too: the first one by "
			    "name is used; say which with discador set country "
			    "%s context=%s",
			    text_at(o, "name"), country, country, c->name);
}

/* The switches have answered: what they lack, then all that was found. */
static void
on_sounds(void *arg, const struct prompts_answer *v, size_t n, bool stopping)
{
	struct cmd *c = cmd_of(arg);
	json_t *p = c->values, *e;
	size_t i;

	if (stopping) {
		cmd_end(c, false, 1, "the engine is stopping", NULL);
		return;
	}
	for (i = 0; i < n; i++)
		if (v[i].state == PROMPTS_MISSING)
			problem(p, "error",
			    "the sound %s is missing on switch %s: discador "
			    "prompt install %s puts it there",
			    v[i].name, c->d->conf.switches[v[i].sw].name,
			    v[i].name);
	json_array_foreach (p, i, e)
		buf_fmt(&c->text, "%-7s  %s\n", text_at(e, "severity"),
		    text_at(e, "text"));
	if (json_array_size(p) == 0)
		buf_fmt(&c->text, "context %s: nothing is wrong with it\n",
		    c->name);
	/* The question was answered, whatever the answer is. */
	cmd_end(
	    c, true, 0, buf_cstr(&c->text), json_pack("{s:O}", "problems", p));
}

/* Problems so far (taken), and what the switches say to its sounds. */
static void
ask_sounds(struct cmd *c, const json_t *o, json_t *p)
{
	struct prompts_round *r = prompts_round(c->d, on_sounds, c);
	bool message = strcmp(text_at(o, "on_machine"), "message") == 0;
	const char *const names[] = { text_at(o, "prompt"),
		text_at(o, "prompt_connect"), text_at(o, "prompt_goodbye"),
		message ? text_at(o, "prompt_machine") : "" };

	c->values = p;
	for (size_t i = 0; i < nitems(names); i++)
		for (unsigned k = 0; *names[i] != '\0' && k < c->d->nsw; k++)
			prompts_ask(r, k, names[i], true);
	prompts_go(r, PROMPTS_SOON_S);
}

static void
on_countries(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	json_t *countries, *p, *o;
	struct buf err = BUF_INIT;

	if (!cmd_answered(c, a))
		return;
	countries = cmd_answered_json(a);
	p = json_array();
	o = bare(c->object);
	if (!spec_check("context", o, &err))
		problem(p, "error", "%s", buf_cstr(&err));
	cmd_context_odd(o, p);
	odd_among(c, countries, p);
	ask_sounds(c, o, p);
	json_decref(o);
	json_decref(countries);
	buf_clear(&err);
}

static void
on_check(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);

	if (!cmd_answered(c, a))
		return;
	c->rows = cmd_answered_json(a);
	c->object = json_incref(named(c->rows, c->name));
	if (c->object == NULL)
		refuse_unknown(c);
	else
		load_objects(c->d->admin, "country", NULL, on_countries, c);
}

/* ---- list ------------------------------------------------------------- */

static void
on_list(void *arg, const struct db_answer *a)
{
	static const char *const heads[] = { "CONTEXT", "COUNTRY", "CONNECT",
		"OPT OUT", "REPEAT", "TIMEOUT", "PROMPT", "DESTINATION",
		"MACHINES" };
	struct cmd_table t = { .ncols = nitems(heads), .right = 1u << 5 };
	struct cmd *c = cmd_of(arg);
	json_t *rows, *o;
	size_t i;

	if (!cmd_answered(c, a))
		return;
	rows = cmd_answered_json(a);
	for (i = 0; i < nitems(heads); i++)
		cmd_table_cell(&t, heads[i]);
	json_array_foreach (rows, i, o) {
		const char *country = text_at(o, "country");
		const char *optout = text_at(o, "disconnect_key");
		const char *repeat = text_at(o, "repeat_key");
		const char *prompt = text_at(o, "prompt");

		cmd_table_cell(&t, text_at(o, "name"));
		cmd_table_cell(&t, country[0] != '\0' ? country : "-");
		cmd_table_cell(&t, text_at(o, "connect_key"));
		cmd_table_cell(&t, optout[0] != '\0' ? optout : "-");
		cmd_table_cell(&t, repeat[0] != '\0' ? repeat : "-");
		cmd_table_fmt(&t, "%lld s",
		    (long long)json_integer_value(
			json_object_get(o, "menu_timeout")));
		cmd_table_cell(&t, prompt[0] != '\0' ? prompt : "-");
		cmd_table_cell(&t, text_at(o, "destination"));
		cmd_table_cell(&t, json_is_true(json_object_get(o, "amd"))
				       ? text_at(o, "on_machine")
				       : "not detected");
	}
	cmd_table_end(&t, 0, &c->text);
	if (json_array_size(rows) == 0)
		buf_str(&c->text,
		    "none yet: discador set context NAME --new makes one\n");
	cmd_end(c, true, 0, buf_cstr(&c->text), rows);
}

/* ---- copy ------------------------------------------------------------- */

static void
on_source(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	json_t *rows;

	if (!cmd_answered(c, a))
		return;
	rows = cmd_answered_json(a);
	if (json_array_size(rows) == 0) {
		json_decref(rows);
		str_copy(c->name, sizeof(c->name), c->source);
		refuse_unknown(c);
		return;
	}
	c->values = bare(json_array_get(rows, 0));
	json_object_del(c->values, "name");
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

/* ---- test ------------------------------------------------------------- */

static void
say_gates(struct cmd *c, const char *country, const char *zone)
{
	struct now now = now_read();
	struct engine_why w;
	char t[200];

	engine_why_number(
	    c->d->engine, c->name, country, zone, TEST_RING_S, &w, &now);
	for (size_t i = 0; i < w.n; i++) {
		text_clean(t, sizeof(t), w.gate[i].text);
		buf_fmt(&c->text, "\nnot yet: %s", t);
		/* Which clock says so? */
		if (w.gate[i].opens_ms > 0)
			buf_fmt(&c->text, " (%s)", c->d->conf.timezone);
	}
}

static void
on_test(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	const char *campaign, *what;
	char result[300];
	bool done;

	if (a->status == DB_AWAY)
		audit_write(c->d, ctl_who(c->req), ctl_origin(c->req),
		    "context test", c->name, "not known whether it was");
	if (!cmd_answered(c, a))
		return;
	campaign = PQgetvalue(a->res, 0, 0);
	done = PQgetvalue(a->res, 0, 1)[0] == 't';
	what = PQgetvalue(a->res, 0, 2);
	text_clean(result, sizeof(result), what);
	if (!done) {
		buf_fmt(&c->text, "%s is not called: %s", c->name, result);
		cmd_end(c, false, 1, buf_cstr(&c->text),
		    json_pack(
			"{s:s, s:b}", "campaign", campaign, "put", false));
		return;
	}
	str_format(result, sizeof(result), "with %s, in campaign %s%s%s",
	    c->source, campaign, c->campaign[0] != '\0' ? ", over " : "",
	    c->campaign);
	audit_write(c->d, ctl_who(c->req), ctl_origin(c->req), "context test",
	    c->name, result);
	loader_reload(c->d);
	buf_fmt(&c->text,
	    "%s will be called with context %s; look at campaign %s, or "
	    "discador why contact %s",
	    c->name, c->source, campaign, c->name);
	say_gates(c, c->zone, number_zones(c->name));
	cmd_end(c, true, 0, buf_cstr(&c->text),
	    json_pack("{s:s, s:b}", "campaign", campaign, "put", true));
}

static void
test(struct daemon *d, struct ctl_req *req, const char *name, const char *typed)
{
	const char *country = NULL, *zone;
	char e164[MODEL_E164], text[200];
	struct number n;
	struct cmd *c;

	if (!cmd_number(req, typed, e164))
		return;
	zone = number_zones(e164);
	if (number_parse(e164, NULL, &n))
		country = engine_region_country(d->engine, n.region);
	if (country == NULL || zone[0] == '\0') {
		str_format(text, sizeof(text),
		    country == NULL
			? "%s is of no configured country: no call leaves "
			  "without its rules"
			: "%s: nobody knows its time zone, so nobody knows "
			  "its hours",
		    e164);
		ctl_reply(req, false, 1, text, NULL);
		return;
	}
	/* "test-" and the name are a campaign's name. */
	if (strlen(name) + 6 > MODEL_NAME) {
		ctl_reply(req, false, 1,
		    "the context's name is too long for a test campaign of "
		    "that name",
		    NULL);
		return;
	}
	if (!cmd_have_db(d, req))
		return;
	c = cmd_new(d, req);
	str_copy(c->name, sizeof(c->name), e164);
	text_clean(c->source, sizeof(c->source), name);
	text_clean(c->campaign, sizeof(c->campaign), cmd_key(req, "trunk"));
	str_copy(c->zone, sizeof(c->zone), country);
	hand_context_test(d->admin, c->source, e164, country, zone, c->campaign,
	    ctl_who(req), on_test, c);
}

/* ---- door ------------------------------------------------------------- */

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

void
cmd_do_context(struct daemon *d, struct ctl_req *req)
{
	const char *word = cmd_arg(req, 0), *name = cmd_arg(req, 1);
	const char *more = cmd_arg(req, 2);
	struct cmd *c;

	if (strcmp(word, "set") == 0)
		cmd_do_set(d, req);
	else if (cmd_arg(req, 3)[0] != '\0' ||
		 (strcmp(word, "list") == 0) != (name[0] == '\0') ||
		 (strcmp(word, "copy") == 0 || strcmp(word, "test") == 0) !=
		     (more[0] != '\0'))
		ctl_reply(req, false, 2, USAGE, NULL);
	else if (strcmp(word, "test") == 0)
		test(d, req, name, more);
	else if (!cmd_have_db(d, req))
		;
	else if (strcmp(word, "copy") == 0)
		copy(d, req, name, more);
	else {
		c = cmd_new(d, req);
		text_clean(c->name, sizeof(c->name), name);
		load_objects(d->admin, "context", NULL,
		    strcmp(word, "list") == 0 ? on_list : on_check, c);
	}
}
