/* SPDX-License-Identifier: MIT */
/*
 * context: a flow read once, and its variables as one block: names, values and
 * the pointers to them.  No quoting: that is the switch's business.
 */
#include "engine/context.h"

#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/util.h"

/* A world that remembers what its profiles do to people. */
struct listener {
	const struct flow_world *world;
	double worst;
};

static const struct m_context *
hear_context(void *arg, const char *name)
{
	const struct flow_world *w = ((struct listener *)arg)->world;

	return w->context == NULL ? NULL : w->context(w->arg, name);
}

static const struct m_amd_profile *
hear_amd(void *arg, const char *name)
{
	struct listener *l = arg;
	const struct flow_world *w = l->world;
	const struct m_amd_profile *p =
	    w->amd == NULL ? NULL : w->amd(w->arg, name);

	if (p != NULL)
		l->worst = MAXIMUM(l->worst, p->false_positive);
	return p;
}

/* "name\0value\0" each. */
struct texts {
	struct buf b;
	size_t n;
};

static void
on_var(void *arg, const char *name, const char *value)
{
	struct texts *t = arg;

	buf_put(&t->b, name, strlen(name) + 1);
	buf_put(&t->b, value, strlen(value) + 1);
	t->n++;
}

static void
keep_vars(struct context *c)
{
	struct texts t = { .b = BUF_INIT };
	const char *p;
	char *copy;

	flow_vars(c->flow, on_var, &t);
	c->vars = xmalloc(t.n * sizeof(*c->vars) + t.b.len + 1);
	p = copy = (char *)(c->vars + t.n);
	if (t.b.len > 0)
		memcpy(copy, t.b.p, t.b.len);
	for (size_t i = 0; i < t.n; i++)
		for (int k = 0; k < 2; k++) {
			c->vars[i][k] = p;
			p += strlen(p) + 1;
		}
	c->nvars = t.n;
	buf_clear(&t.b);
}

static bool
leads_to_optout(const struct flow *f, int i, bool seen[FLOW_STATES])
{
	const struct flow_state *s;
	bool found = false;

	if (i < 0 || seen[i])
		return false;
	seen[i] = true;
	s = &f->s[i];
	if (s->kind == FLOW_OPTOUT)
		return true;
	for (int e = 0; e < FLOW_NEDGE && !found; e++)
		found = leads_to_optout(f, s->edge[e], seen);
	for (size_t k = 0; k < nitems(s->key) && !found; k++)
		found = leads_to_optout(f, s->key[k], seen);
	for (int k = 0; k < s->nwords && !found; k++)
		found = leads_to_optout(f, s->word[k].to, seen);
	return found;
}

static bool
optout_from(const struct flow *f, int i)
{
	bool seen[FLOW_STATES] = { false };

	return leads_to_optout(f, i, seen);
}

static unsigned
optout_after(const struct flow *f)
{
	unsigned after = 0;

	for (int i = 0; i < f->n; i++) {
		const struct flow_state *s = &f->s[i];

		if (s->kind == FLOW_DETECT &&
		    optout_from(f, s->edge[FLOW_MACHINE]))
			after |= CONTEXT_MACHINE;
		if (s->kind == FLOW_VOICEMAIL &&
		    optout_from(f, s->edge[FLOW_DONE]))
			after |= CONTEXT_MACHINE;
		if (s->kind == FLOW_CONNECT &&
		    optout_from(f, s->edge[FLOW_DONE]))
			after |= CONTEXT_TALK;
		if (s->goal && optout_from(f, i))
			after |= CONTEXT_GOAL;
	}
	return after;
}

static void
keep_why(struct context *c, struct buf *err)
{
	const char *s = buf_cstr(err);

	str_format(c->why, sizeof(c->why), "%.*s", (int)strcspn(s, "\n"),
	    s[0] != '\0' ? s : "its states make no sense");
}

struct context *
context_new(const struct m_context *m, const struct flow_world *w)
{
	struct context *c = xcalloc(1, sizeof(*c));
	struct listener l = { .world = w };
	struct flow_world heard = { hear_context, hear_amd, &l };
	struct buf err = BUF_INIT;

	c->refs = 1;
	c->m = *m;
	c->flow = flow_new(m, w == NULL ? NULL : &heard, &err);
	if (c->flow == NULL)
		keep_why(c, &err);
	else {
		c->false_positive =
		    flow_has(c->flow, FLOW_DETECT) ? l.worst : 0;
		c->optout_after = optout_after(c->flow);
		keep_vars(c);
	}
	buf_clear(&err);
	return c;
}

struct context *
context_ref(struct context *c)
{
	c->refs++;
	return c;
}

void
context_unref(struct context *c)
{
	if (c == NULL || --c->refs > 0)
		return;
	if (c->flow != NULL)
		flow_free(c->flow);
	free(c->vars);
	free(c);
}

static void
add(struct context_vars *o, const char *name, const char *value)
{
	o->v[o->n][0] = name;
	o->v[o->n][1] = value;
	o->n++;
}

void
context_vars(struct context_vars *o, const struct context *c,
    const char *call_id, const char *number, const char *campaign,
    const char *country)
{
	o->n = 0;
	add(o, "DSC_CALL", call_id);
	add(o, "DSC_NUMBER", number);
	add(o, "DSC_CAMPAIGN", campaign);
	add(o, "DSC_COUNTRY", country);
	for (size_t i = 0; i < c->nvars && o->n < CONTEXT_VARS; i++)
		add(o, c->vars[i][0], c->vars[i][1]);
}
