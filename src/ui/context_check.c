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
	const char *const keys[] = { c->connect_key, c->disconnect_key,
		c->repeat_key };

	if (strcmp(c->country, "mexico") == 0 &&
	    strcmp(c->connect_key, "1") == 0)
		add(f, false,
		    _("connect_key 1 in Mexico: answering machines there pass "
		      "for a 1 and reach the agents; 3 is the key in use"));
	if (c->disconnect_key[0] == '\0')
		add(f, false,
		    _("no disconnect_key: who is called cannot opt out, which "
		      "the law of many countries demands"));
	for (size_t i = 0; i < nitems(keys); i++)
		if (strcmp(keys[i], "#") == 0)
			add(f, false,
			    _("key # ends an entry on many switches and may "
			      "never arrive: a digit or * is safe"));
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

size_t
context_check(const json_t *object, struct context_problem *out)
{
	struct found f = { out, 0 };
	struct buf err = BUF_INIT;
	struct m_context c;
	json_t *o = known_keys(object);

	if (!spec_check("context", o, &err))
		add(&f, true, "%s", buf_cstr(&err));
	if (spec_context(o, &c)) {
		warn_keys(&f, &c);
		warn_sounds(&f, &c);
	}
	buf_clear(&err);
	json_decref(o);
	return f.n;
}
