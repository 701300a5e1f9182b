/* SPDX-License-Identifier: MIT */
/* context_check: the engine's own checks, then experience. */
#include "ui/context_check.h"

#include <stdarg.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/spec.h"
#include "shared/text.h"
#include "shared/util.h"

#define SHORT_S 5 /* too short to find a key, or to answer */

struct found {
	struct context_problem *v;
	size_t n;
};

static void add(struct found *, bool error, const char *, ...)
    __attribute__((format(printf, 3, 4)));

static void
add(struct found *f, bool error, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	if (f->n == CONTEXT_PROBLEMS)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	f->v[f->n].error = error;
	text_clean(f->v[f->n].text, sizeof(f->v[f->n].text), text);
	f->n++;
}

/* Only what the table knows: an answer may hold more, such as an id. */
static json_t *
known_keys(const json_t *o)
{
	json_t *k = json_object();
	json_t *v = json_object_get(o, "name");

	if (v != NULL)
		json_object_set(k, "name", v);
	for (size_t i = 0; i < spec_nrows; i++) {
		if (strcmp(spec_rows[i].kind, "context") != 0)
			continue;
		v = json_object_get(o, spec_rows[i].key);
		if (v != NULL && !json_is_null(v))
			json_object_set(k, spec_rows[i].key, v);
	}
	return k;
}

static void
warn_keys(struct found *f, const struct m_context *c)
{
	if (strcmp(c->country, "mexico") == 0 &&
	    strcmp(c->connect_key, "1") == 0)
		add(f, false,
		    _("connect_key 1 in Mexico: answering machines there pass "
		      "for a 1 and reach the agents; 3 is the key in use"));
	if (c->disconnect_key[0] == '\0')
		add(f, false,
		    _("no disconnect_key: who is called cannot opt out, which "
		      "the law of many countries demands"));
	if (c->ring_timeout < SHORT_S)
		add(f, false,
		    _("ring_timeout %lld s: no agent answers so soon"),
		    (long long)c->ring_timeout);
	if (c->menu_timeout < SHORT_S)
		add(f, false,
		    _("menu_timeout %lld s: hardly time to find the key; 10 s "
		      "is usual"),
		    (long long)c->menu_timeout);
}

static void
warn_sounds(struct found *f, const struct m_context *c)
{
	if (c->prompt[0] == '\0')
		add(f, false,
		    _("no prompt: who answers hears nothing for %lld s and is "
		      "hung up on"),
		    (long long)c->menu_timeout);
	if (!c->amd)
		add(f, false,
		    _("amd is off: an answering machine gets the prompt, holds "
		      "a channel and counts as a person who pressed nothing"));
	else if (strcmp(c->on_machine, "prompt") == 0)
		add(f, false,
		    _("amd is on with on_machine prompt: each person waits "
		      "for detection, and machines are asked all the same"));
	else if (strcmp(c->on_machine, "message") == 0 &&
		 c->prompt_machine[0] == '\0')
		add(f, false,
		    _("on_machine is message, but there is no prompt_machine: "
		      "machines get silence"));
}

/* ---- states ------------------------------------------------------------ */

static bool
asks(const struct flow_state *s)
{
	return s->kind == FLOW_MENU || s->kind == FLOW_QUESTION ||
	       s->kind == FLOW_SPEECH;
}

static void
warn_state(struct found *f, const struct m_context *c, const struct flow *w,
    const struct flow_state *s)
{
	int one = s->key[flow_key_index('1')];

	if (asks(s) && one >= 0 && w->s[one].kind == FLOW_CONNECT &&
	    strcmp(c->country, "mexico") == 0)
		add(f, false,
		    _("state %s: 1 connects, in Mexico: answering machines "
		      "there pass for a 1 and reach the agents; 3 is the key "
		      "in use"),
		    s->name);
	if (s->kind == FLOW_MENU && s->prompt[0] == '\0')
		add(f, false,
		    _("state %s has no prompt: who answers hears nothing for "
		      "%d s"),
		    s->name, s->timeout_s);
	if (asks(s) && s->timeout_s < SHORT_S)
		add(f, false,
		    _("state %s: timeout %d s: hardly time to find the key; "
		      "10 s is usual"),
		    s->name, s->timeout_s);
	if (s->kind == FLOW_CONNECT && s->ring_s < SHORT_S)
		add(f, false,
		    _("state %s: ring %d s: no agent answers so soon"), s->name,
		    s->ring_s);
	if (s->kind == FLOW_DETECT &&
	    s->edge[FLOW_HUMAN] == s->edge[FLOW_MACHINE])
		add(f, false,
		    _("state %s: a person and a machine go the same way: each "
		      "person waits for detection for nothing"),
		    s->name);
}

static void
warn_flow(struct found *f, const struct m_context *c, const struct flow *w)
{
	bool goal = false;

	for (int i = 0; i < w->n; i++)
		goal = goal || w->s[i].goal;
	if (!flow_has(w, FLOW_OPTOUT))
		add(f, false,
		    _("no state of kind optout: who is called cannot opt out, "
		      "which the law of many countries demands"));
	if (!goal && !flow_has(w, FLOW_CONNECT))
		add(f, false,
		    _("no state connects or is a goal (goal=yes): each call "
		      "counts as one in which no key was pressed"));
	for (int i = 0; i < w->n; i++)
		/* what was taken over is for its own context */
		if (strcmp(w->s[i].context, c->name) == 0)
			warn_state(f, c, w, &w->s[i]);
}

size_t
context_check(const json_t *object, const struct flow *w, const char *why,
    struct context_problem *out)
{
	struct found f = { out, 0 };
	struct buf err = BUF_INIT;
	struct m_context c;
	json_t *o = known_keys(object);

	if (!spec_check("context", o, &err))
		add(&f, true, "%s", buf_cstr(&err));
	else if (w == NULL && why[0] != '\0')
		add(&f, true, "%s", why);
	if (spec_context(o, &c)) {
		if (c.states[0] == '\0') {
			warn_keys(&f, &c);
			warn_sounds(&f, &c);
		} else if (w != NULL)
			warn_flow(&f, &c, w);
	}
	buf_clear(&err);
	json_decref(o);
	return f.n;
}
