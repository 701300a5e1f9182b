/* SPDX-License-Identifier: MIT */
/*
 * flow_check: what a state must have, and what a whole flow must not: states
 * that nothing leads to, ways round on which a call would never end, more
 * variables than travel with a call.
 */
#include "shared/flow_part.h"

#include <string.h>

#include "shared/util.h"

/* ---- one state --------------------------------------------------------- */

static bool
has_key(const struct flow_work *w, const struct flow_state *s)
{
	for (size_t i = 0; i < w->nlinks; i++)
		for (size_t k = 0; k < nitems(s->key); k++)
			if (w->link[i].slot == &s->key[k])
				return true;
	return false;
}

bool
flow_check_state(struct flow_work *w, int i)
{
	const struct flow_state *s = &w->f->s[i];
	const char *lacks = NULL;

	switch (s->kind) {
	case FLOW_PLAY:
	case FLOW_QUESTION:
		if (s->prompt[0] == '\0')
			lacks = "prompt=SOUND";
		break;
	case FLOW_VOICEMAIL:
		if (s->prompt[0] == '\0' && !w->simple)
			lacks = "prompt=SOUND";
		break;
	case FLOW_CONNECT:
		if (s->dest[0] == '\0')
			lacks = "dest=DESTINATION";
		break;
	case FLOW_MENU:
		if (!has_key(w, s))
			lacks = "a key that leads on, such as 1>STATE";
		break;
	case FLOW_SPEECH:
		if (s->grammar[0] == '\0')
			lacks = "grammar=NAME";
		else if (s->nwords == 0)
			lacks = "a word that leads on, such as yes>STATE";
		break;
	default:
		break;
	}
	if (lacks != NULL)
		return flow_complain(w, i, NULL, 0, "%s without %s",
		    flow_kind_word(s->kind), lacks);
	if (s->kind == FLOW_QUESTION && s->digits > 1 && has_key(w, s))
		return flow_complain(w, i, NULL, 0,
		    "a key leads on, but digits=%d are waited for, expected "
		    "> in place of the keys",
		    s->digits);
	if (s->kind == FLOW_QUESTION && s->digits > 1 && s->keys[0] != '\0')
		return flow_complain(w, i, NULL, 0,
		    "keys=%s with digits=%d, expected one of them", s->keys,
		    s->digits);
	return true;
}

/* ---- all of them ------------------------------------------------------- */

static void
reach(const struct flow *f, int i, bool seen[FLOW_STATES])
{
	const struct flow_state *s;

	if (i < 0 || seen[i])
		return;
	seen[i] = true;
	s = &f->s[i];
	for (int e = 0; e < FLOW_NEDGE; e++)
		reach(f, s->edge[e], seen);
	for (size_t k = 0; k < nitems(s->key); k++)
		reach(f, s->key[k], seen);
	for (int k = 0; k < s->nwords; k++)
		reach(f, s->word[k].to, seen);
}

/*
 * Retries and repeats are counted, so a state that asks ends by itself; what
 * is left are the ways from state to state that nobody has to want.
 */
static bool
by_itself(const struct flow_state *s, int edge)
{
	return edge != FLOW_INVALID &&
	       (edge != FLOW_DONE || s->kind != FLOW_QUESTION);
}

struct round {
	const struct flow *f;
	enum { NEW, OPEN, SHUT } mark[FLOW_STATES];
	int path[FLOW_STATES + 1], n;
};

/* True: path[0..n-1] goes back to one of its own states, the last one. */
static bool
goes_round(struct round *r, int i)
{
	r->path[r->n++] = i;
	if (r->mark[i] == OPEN)
		return true;
	if (r->mark[i] == NEW) {
		r->mark[i] = OPEN;
		for (int e = 0; e < FLOW_NEDGE; e++) {
			int to = r->f->s[i].edge[e];

			if (to >= 0 && by_itself(&r->f->s[i], e) &&
			    goes_round(r, to))
				return true;
		}
		r->mark[i] = SHUT;
	}
	r->n--;
	return false;
}

static bool
ends(struct flow_work *w)
{
	struct round r = { .f = w->f };
	struct buf b = BUF_INIT;
	int last, k = 0;

	for (int i = 0; i < w->f->n && r.n == 0; i++)
		goes_round(&r, i);
	if (r.n == 0)
		return true;
	last = r.path[r.n - 1];
	while (r.path[k] != last)
		k++;
	for (int i = k; i < r.n; i++)
		buf_fmt(
		    &b, "%s%s", i > k ? " > " : "", w->f->s[r.path[i]].name);
	flow_complain(w, last, NULL, 0,
	    "goes round without a key or a word: %s, expected a way that ends",
	    buf_cstr(&b));
	buf_clear(&b);
	return false;
}

static void
count(void *arg, const char *name, const char *value)
{
	size_t *n = arg;

	(void)name, (void)value;
	++*n;
}

bool
flow_check(struct flow_work *w)
{
	bool seen[FLOW_STATES] = { false };
	size_t n = 0;

	reach(w->f, 0, seen);
	for (int i = 0; i < w->f->n; i++)
		if (!seen[i])
			return flow_complain(
			    w, i, NULL, 0, "nothing leads to it");
	if (!ends(w))
		return false;
	flow_vars(w->f, count, &n);
	if (n <= FLOW_VARS)
		return true;
	if (w->err != NULL)
		buf_fmt(w->err,
		    "%zu channel variables, expected at most %d: fewer states, "
		    "keys or options",
		    n, FLOW_VARS);
	return false;
}
