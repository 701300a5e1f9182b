/* SPDX-License-Identifier: MIT */
/*
 * cmd_context_odd: what is allowed in a context and seldom meant.  A simple one
 * is spoken of by its options, one with states by them.  Refuses nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/cmd_context.h"
#include "daemon/context_world.h"
#include "shared/spec.h"
#include "shared/text.h"

#define SHORT_S 5 /* too little for a key, or for an agent */
#define NAMED   4 /* options named in one warning */

void
cmd_context_problem(json_t *to, const char *severity, const char *fmt, ...)
{
	char clean[500], *s;
	va_list ap;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	text_clean(clean, sizeof(clean), s);
	free(s);
	json_array_append_new(
	    to, json_pack("{s:s, s:s}", "severity", severity, "text", clean));
}
#define WARN(p, ...) cmd_context_problem(p, "warning", __VA_ARGS__)

/* ---- a simple one ----------------------------------------------------- */

static void
odd_keys(const struct m_context *m, json_t *p)
{
	if (strcmp(m->country, "mexico") == 0 &&
	    strcmp(m->connect_key, "1") == 0)
		WARN(p,
		    "connect_key is 1 in Mexico: answering machines pass for a "
		    "1 there; 3 is the usual one");
	if (m->disconnect_key[0] == '\0')
		WARN(p,
		    "no disconnect_key: nobody can opt out with a key, which "
		    "most countries ask for; 9 is the usual one");
	else if (strcmp(m->disconnect_key, "9") != 0)
		WARN(p, "disconnect_key is %s: people know 9 from other calls",
		    m->disconnect_key);
	if (m->menu_timeout < SHORT_S)
		WARN(p,
		    "menu_timeout is %lld s: that is less than people need to "
		    "find a key; 10 is the usual one",
		    (long long)m->menu_timeout);
}

static void
odd_unused(const struct m_context *m, json_t *p)
{
	const struct {
		const char *key, *value, *usual;
	} v[] = {
		{ "on_human", m->on_human, "prompt" },
		{ "on_machine", m->on_machine, "hangup" },
		{ "on_unsure", m->on_unsure, "prompt" },
		{ "amd_profile", m->amd_profile, "" },
	};

	for (size_t i = 0; i < nitems(v); i++)
		if (strcmp(v[i].value, v[i].usual) != 0)
			WARN(p,
			    "amd is off: no machine is ever found, %s = %s "
			    "does nothing",
			    v[i].key, v[i].value);
}

static void
odd_machine(const struct m_context *m, json_t *p)
{
	bool message = strcmp(m->on_machine, "message") == 0 ||
		       strcmp(m->on_unsure, "message") == 0;

	if (!m->amd) {
		odd_unused(m, p);
		return;
	}
	if (message && m->prompt_machine[0] == '\0')
		WARN(p,
		    "%s is message and prompt_machine names no sound: a "
		    "machine hears nothing",
		    strcmp(m->on_machine, "message") == 0 ? "on_machine"
							  : "on_unsure");
	if (strcmp(m->on_machine, "prompt") == 0 &&
	    strcmp(m->on_human, "prompt") == 0)
		WARN(p,
		    "amd is on with on_machine = prompt: detection costs each "
		    "human a second or two, and machines are treated as "
		    "humans all the same");
	if (strcmp(m->on_machine, "connect") == 0)
		WARN(p, "on_machine is connect: agents get answering machines");
	if (strcmp(m->on_unsure, "hangup") == 0)
		WARN(p,
		    "on_unsure is hangup: humans that detection is not sure of "
		    "are hung up on");
}

static void
odd_simple(const struct m_context *m, const struct flow *f, json_t *p)
{
	if (f != NULL && m->disconnect_key[0] != '\0' &&
	    !flow_has(f, FLOW_OPTOUT))
		WARN(p,
		    "humans are connected at once: nobody can opt out with a "
		    "key, which most countries ask for");
	if (m->prompt[0] == '\0' &&
	    (!m->amd || strcmp(m->on_human, "connect") != 0))
		WARN(p, "prompt names no sound: people hear nothing and do not "
			"know which key to press");
	odd_keys(m, p);
	odd_machine(m, p);
	if (m->ring_timeout < SHORT_S)
		WARN(p,
		    "ring_timeout is %lld s: an agent cannot answer so soon",
		    (long long)m->ring_timeout);
}

/* ---- states ----------------------------------------------------------- */

static bool
asks(const struct flow_state *s)
{
	return s->kind == FLOW_MENU || s->kind == FLOW_QUESTION ||
	       s->kind == FLOW_SPEECH;
}

/* Where an edge leads: a state, or NULL. */
static const struct flow_state *
target(const struct flow *f, int to)
{
	return to >= 0 && to < f->n ? &f->s[to] : NULL;
}

char
cmd_context_key(const struct flow *f, enum flow_kind kind)
{
	for (int i = 0; i < f->n; i++)
		for (const char *k = FLOW_KEYS; asks(&f->s[i]) && *k; k++) {
			int to = f->s[i].key[flow_key_index(*k)];
			const struct flow_state *s = target(f, to);

			if (kind == FLOW_NKIND ? to == FLOW_REPEAT
					       : s != NULL && s->kind == kind)
				return *k;
		}
	return '\0';
}

static void
odd_state(const struct m_context *m, const struct flow *f, int i, json_t *p)
{
	const struct flow_state *s = &f->s[i], *one;

	if (asks(s) && s->timeout_s < SHORT_S)
		WARN(p,
		    "state %s: timeout is %d s: that is less than people need "
		    "to find a key; 10 is the usual one",
		    s->name, s->timeout_s);
	if (s->kind == FLOW_MENU && s->prompt[0] == '\0')
		WARN(p,
		    "state %s: prompt names no sound: people hear nothing and "
		    "do not know which key to press",
		    s->name);
	one = target(f, s->key[flow_key_index('1')]);
	if (asks(s) && one != NULL && one->kind == FLOW_CONNECT &&
	    strcmp(m->country, "mexico") == 0)
		WARN(p,
		    "state %s: 1 connects in Mexico: answering machines pass "
		    "for a 1 there; 3 is the usual one",
		    s->name);
	if (s->kind == FLOW_CONNECT && s->ring_s < SHORT_S)
		WARN(p,
		    "state %s: ring is %d s: an agent cannot answer so soon",
		    s->name, s->ring_s);
}

static void
odd_detect(const struct flow *f, int i, json_t *p)
{
	const struct flow_state *s = &f->s[i], *to;

	if (i > 0)
		WARN(p,
		    "state %s: detection does not come first: it listens to "
		    "the greeting, which is over by then",
		    s->name);
	if (s->edge[FLOW_HUMAN] == s->edge[FLOW_MACHINE])
		WARN(p,
		    "state %s: humans and machines go the same way: detection "
		    "costs each human a second or two for nothing",
		    s->name);
	to = target(f, s->edge[FLOW_MACHINE]);
	if (to != NULL && to->kind == FLOW_CONNECT)
		WARN(p, "state %s: agents get answering machines", s->name);
	if (target(f, s->edge[FLOW_HUMAN]) == NULL)
		WARN(p, "state %s: humans are hung up on", s->name);
}

/* Options that say something and mean nothing. */
static void
odd_options(const json_t *o, json_t *p)
{
	struct buf b = BUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < spec_nrows; i++) {
		const struct spec_row *r = &spec_rows[i];
		struct buf v = BUF_INIT;
		const json_t *is = json_object_get(o, r->key);
		bool usual;

		if (strcmp(r->kind, "context") != 0 || is == NULL ||
		    json_is_null(is) || r->type == SPEC_LINES ||
		    strcmp(r->key, "country") == 0)
			continue;
		if (json_is_boolean(is))
			buf_str(&v, json_is_true(is) ? "true" : "false");
		else if (json_is_integer(is))
			buf_int(&v, json_integer_value(is));
		else if (json_is_string(is))
			buf_str(&v, json_string_value(is));
		usual = strcmp(buf_cstr(&v), r->def) == 0;
		buf_clear(&v);
		if (!usual && n++ < NAMED)
			buf_fmt(&b, "%s%s", n > 1 ? ", " : "", r->key);
	}
	if (n > NAMED)
		buf_fmt(&b, " and %zu more", n - NAMED);
	if (n > 0)
		WARN(p,
		    "the states say all that a call does: %s %s nothing while "
		    "there are any",
		    buf_cstr(&b), n == 1 ? "means" : "mean");
	buf_clear(&b);
}

/* Answers are kept by the names of their states. */
static void
odd_names(const struct flow *f, int i, json_t *p)
{
	const struct flow_state *s = &f->s[i];

	if (s->kind != FLOW_QUESTION && s->kind != FLOW_SPEECH)
		return;
	for (int k = 0; k < i; k++)
		if ((f->s[k].kind == FLOW_QUESTION ||
			f->s[k].kind == FLOW_SPEECH) &&
		    strcmp(f->s[k].name, s->name) == 0)
			WARN(p,
			    "%s and %s both ask %s: of a call only the last "
			    "answer to it is kept; give one another name",
			    f->s[k].context, s->context, s->name);
}

static void
odd_flow(const struct m_context *m, const struct flow *f, json_t *p)
{
	bool goal = false;
	char optout = cmd_context_key(f, FLOW_OPTOUT);

	for (int i = 0; i < f->n; i++) {
		/* Those that were taken over are for their own context. */
		if (strcmp(f->s[i].context, m->name) == 0)
			odd_state(m, f, i, p);
		if (f->s[i].kind == FLOW_DETECT)
			odd_detect(f, i, p);
		odd_names(f, i, p);
		goal |= f->s[i].goal;
	}
	if (!flow_has(f, FLOW_OPTOUT))
		WARN(p, "no state is an optout: nobody can opt out with a key, "
			"which most countries ask for; 9 is the usual one");
	else if (optout != '\0' && optout != '9')
		WARN(p, "%c opts out: people know 9 from other calls", optout);
	if (flow_has(f, FLOW_QUESTION) && !goal)
		WARN(p,
		    "it asks questions and no state has goal=yes: no call ever "
		    "counts as completed");
}

/* ---- both ------------------------------------------------------------- */

void
cmd_context_odd(
    const json_t *o, const struct m_context *m, const struct flow *f, json_t *p)
{
	if (f == NULL || f->simple) {
		odd_simple(m, f, p);
		return;
	}
	odd_flow(m, f, p);
	odd_options(o, p);
}

void
cmd_context_warn(struct cmd *c, const char *name, const char *before)
{
	struct context_world *w =
	    context_world_new(c->contexts, c->amd_profiles);
	const struct m_context *m = context_world_get(w, name);
	struct buf err = BUF_INIT;
	struct flow *f = context_world_flow(w, name, &err);
	json_t *odd = json_array(), *p;
	size_t i;

	if (m != NULL && f != NULL)
		cmd_context_odd(
		    cmd_context_named(c->contexts, name), m, f, odd);
	json_array_foreach (odd, i, p)
		buf_fmt(&c->text, "\nwarning: %s%s", before,
		    json_string_value(json_object_get(p, "text")));
	json_decref(odd);
	flow_free(f);
	buf_clear(&err);
	context_world_free(w);
}
