/* SPDX-License-Identifier: MIT */
/*
 * cmd_context_check: all that is wrong or odd with a context: by itself, among
 * the others, and on the switches.  Changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/cmd_context.h"
#include "daemon/context_world.h"
#include "daemon/prompts.h"
#include "db/load.h"
#include "shared/text.h"

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
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

/* What goes wrong with it among the others: contexts in rows. */
static void
odd_among(struct cmd *c, const json_t *countries, json_t *p)
{
	const char *country = text_at(c->object, "country");
	const json_t *k = cmd_context_named(countries, country);
	const char *own = text_at(k, "context");
	size_t i;
	json_t *o;

	if (country[0] == '\0')
		return;
	if (k == NULL)
		cmd_context_problem(p, "warning",
		    "its country \"%s\" is not configured: no call uses it "
		    "by itself",
		    country);
	else if (own[0] != '\0' && strcmp(own, c->name) != 0)
		cmd_context_problem(p, "warning",
		    "%s names another context, \"%s\": only campaigns that "
		    "name this one use it",
		    country, own);
	json_array_foreach (c->contexts, i, o)
		if (own[0] == '\0' &&
		    strcmp(text_at(o, "name"), c->name) != 0 &&
		    strcmp(text_at(o, "country"), country) == 0)
			cmd_context_problem(p, "warning",
			    "\"%s\" is the default of %s, too: the first one by "
			    "name is used; say which with discador set country "
			    "%s context=%s",
			    text_at(o, "name"), country, country, c->name);
}

static void
missing(const struct cmd *c, const struct prompts_answer *v)
{
	const char *sw = c->d->conf.switches[v->sw].name;

	if (strcmp(v->name, PROMPTS_SPEECH) == 0)
		cmd_context_problem(
		    c->values, "error", PROMPTS_NO_SPEECH, c->name, sw);
	else
		cmd_context_problem(c->values, "error",
		    "the sound %s is missing on switch %s: discador prompt "
		    "install %s puts it there",
		    v->name, sw, v->name);
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
			missing(c, &v[i]);
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
ask_sounds(struct cmd *c, const struct flow *f, json_t *p)
{
	struct prompts_round *r = prompts_round(c->d, on_sounds, c);
	struct engine_sounds *s = xcalloc(1, sizeof(*s));

	c->values = p;
	if (f != NULL)
		engine_sounds_add(s, f);
	for (size_t i = 0; i < s->n; i++)
		for (unsigned k = 0; k < c->d->nsw; k++)
			prompts_ask(r, k, s->v[i].name, true);
	free(s);
	prompts_go(r, PROMPTS_SOON_S);
}

static void
on_countries(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	json_t *countries, *p, *o;
	struct buf err = BUF_INIT;
	struct context_world *w;
	const struct m_context *m;
	struct flow *f = NULL;

	if (!cmd_answered(c, a))
		return;
	countries = cmd_answered_json(a);
	p = json_array();
	o = bare(c->object);
	w = context_world_new(c->contexts, c->amd_profiles);
	m = context_world_get(w, c->name);
	if (!spec_check("context", o, &err) ||
	    (f = context_world_flow(w, c->name, &err)) == NULL)
		cmd_context_problem(p, "error", "%s", buf_cstr(&err));
	if (m != NULL)
		cmd_context_odd(c->object, m, f, p);
	odd_among(c, countries, p);
	ask_sounds(c, f, p);
	flow_free(f);
	context_world_free(w);
	json_decref(o);
	json_decref(countries);
	buf_clear(&err);
}

static void
look(struct cmd *c)
{
	c->object = json_incref(cmd_context_named(c->contexts, c->name));
	if (c->object == NULL)
		cmd_context_unknown(c);
	else
		load_objects(c->d->admin, "country", NULL, on_countries, c);
}

void
cmd_context_check(struct daemon *d, struct ctl_req *req, const char *name)
{
	struct cmd *c = cmd_new(d, req);

	text_clean(c->name, sizeof(c->name), name);
	cmd_context_load(c, look);
}
