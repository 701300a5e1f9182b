/* SPDX-License-Identifier: MIT */
/*
 * flow_vars: a flow as channel variables, and back.  Back is for whoever plays
 * the dialplan: it takes what comes, as that does, and refuses nothing but
 * names of others.
 */
#include "shared/flow_part.h"

#include <string.h>

#include "shared/util.h"

/* The letter behind X of an edge; done has none. */
static const char edge_letters[FLOW_NEDGE] = { [FLOW_DONE] = '\0',
	[FLOW_TIMEOUT] = 't',
	[FLOW_INVALID] = 'i',
	[FLOW_FAIL] = 'f',
	[FLOW_HUMAN] = 'h',
	[FLOW_MACHINE] = 'm',
	[FLOW_UNSURE] = 'u' };

/* ---- out --------------------------------------------------------------- */

struct out {
	flow_var_fn *fn;
	void *arg;
	int i;
};

static void
text(const struct out *o, const char *suffix, const char *value)
{
	char name[40];

	if (*value == '\0')
		return;
	str_format(name, sizeof(name), "DSC_%d%s%s", o->i,
	    *suffix != '\0' ? "_" : "", suffix);
	o->fn(o->arg, name, value);
}

static void
number(const struct out *o, const char *suffix, int v, bool zero)
{
	char value[STR_INT];

	str_from_int(value, v);
	if (v != 0 || zero)
		text(o, suffix, value);
}

static void
edge(const struct out *o, const char *suffix, int to)
{
	if (to >= 0)
		number(o, suffix, to, true);
	else if (to == FLOW_REPEAT)
		text(o, suffix, "r");
}

static void
edges(const struct out *o, const struct flow_state *s)
{
	char suffix[24];

	for (int e = 0; e < FLOW_NEDGE; e++) {
		suffix[0] = 'X';
		suffix[1] = edge_letters[e];
		suffix[2] = '\0';
		edge(o, suffix, s->edge[e]);
	}
	for (size_t k = 0; k < nitems(s->key); k++) {
		suffix[0] = 'K';
		suffix[1] = FLOW_KEYS[k] == '*' ? 's' : FLOW_KEYS[k];
		suffix[2] = '\0';
		edge(o, suffix, s->key[k]);
	}
	for (int k = 0; k < s->nwords; k++) {
		str_format(suffix, sizeof(suffix), "W%s", s->word[k].word);
		edge(o, suffix, s->word[k].to);
	}
}

void
flow_vars(const struct flow *f, flow_var_fn *fn, void *arg)
{
	struct out o = { fn, arg, 0 };

	for (; o.i < f->n; o.i++) {
		const struct flow_state *s = &f->s[o.i];

		text(&o, "", flow_kind_word(s->kind));
		text(&o, "N", s->name);
		text(&o, "P", s->prompt);
		number(&o, "T", s->timeout_s, false);
		number(&o, "R", s->retries, flow_kind_asks(s->kind));
		text(&o, "D", s->dest);
		number(&o, "G", s->ring_s, false);
		text(&o, "L", s->language);
		number(&o, "M", s->digits, false);
		text(&o, "Y", s->keys);
		text(&o, "A", s->amd);
		text(&o, "Z", s->grammar);
		number(&o, "O", s->goal, false);
		edges(&o, s);
	}
}

/* ---- in ---------------------------------------------------------------- */

struct in {
	const char *p;
	size_t n;
};

static void
in_text(const struct in *v, char *out, size_t size)
{
	size_t n = MINIMUM(v->n, size - 1);

	memcpy(out, v->p, n);
	out[n] = '\0';
}

/* Its first digits, up to four. */
static int
in_number(const struct in *v)
{
	int x = 0;

	for (size_t i = 0; i < v->n && i < 4; i++) {
		if (v->p[i] < '0' || v->p[i] > '9')
			break;
		x = x * 10 + v->p[i] - '0';
	}
	return x;
}

static signed char
in_edge(const struct in *v, bool repeat, signed char none)
{
	int to;

	if (v->n == 1 && *v->p == 'r')
		return repeat ? FLOW_REPEAT : none;
	if (v->n == 0 || *v->p < '0' || *v->p > '9')
		return none;
	to = in_number(v);
	return to < FLOW_STATES ? (signed char)to : none;
}

static bool
in_word(struct flow_state *s, const char *p, size_t n, const struct in *v)
{
	int i = 0;

	if (!flow_word_valid(p, n))
		return false;
	while (i < s->nwords && (strlen(s->word[i].word) != n ||
				    memcmp(s->word[i].word, p, n) != 0))
		i++;
	if (i == FLOW_WORDS)
		return true;
	if (i == s->nwords) {
		memcpy(s->word[i].word, p, n);
		s->nwords++;
	}
	s->word[i].to = in_edge(v, true, FLOW_END);
	return true;
}

/* _X.. and _K.. */
static bool
in_other(struct flow_state *s, const char *p, size_t n, const struct in *v)
{
	char c = n == 2 ? p[1] : '\0';
	int k;

	if (n > 2 || n < 1)
		return false;
	if (*p == 'K') {
		k = c == '*' ? -1 : flow_key_index(c == 's' ? '*' : c);
		if (k < 0)
			return false;
		s->key[k] = in_edge(v, true, FLOW_END);
		return true;
	}
	if (*p != 'X' || (n == 2 && c == '\0'))
		return false;
	for (int e = 0; e < FLOW_NEDGE; e++)
		if (edge_letters[e] == c) {
			s->edge[e] = in_edge(v, false,
			    e == FLOW_INVALID ? FLOW_UNSET : FLOW_END);
			return true;
		}
	return false;
}

static void
in_kind(struct flow_state *s, const struct in *v)
{
	s->kind = FLOW_NKIND;
	for (int k = 0; k < FLOW_NKIND; k++) {
		const char *word = flow_kind_word((enum flow_kind)k);

		if (strlen(word) == v->n && memcmp(word, v->p, v->n) == 0)
			s->kind = (enum flow_kind)k;
	}
}

static bool
in_letter(struct flow_state *s, char c, const struct in *v)
{
	switch (c) {
	case 'N':
		in_text(v, s->name, sizeof(s->name));
		return true;
	case 'P':
		in_text(v, s->prompt, sizeof(s->prompt));
		return true;
	case 'T':
		s->timeout_s = in_number(v);
		return true;
	case 'R':
		s->retries = in_number(v);
		return true;
	case 'D':
		in_text(v, s->dest, sizeof(s->dest));
		return true;
	case 'G':
		s->ring_s = in_number(v);
		return true;
	case 'L':
		in_text(v, s->language, sizeof(s->language));
		return true;
	case 'M':
		s->digits = in_number(v);
		return true;
	case 'Y':
		in_text(v, s->keys, sizeof(s->keys));
		return true;
	case 'A':
		in_text(v, s->amd, sizeof(s->amd));
		return true;
	case 'Z':
		in_text(v, s->grammar, sizeof(s->grammar));
		return true;
	case 'O':
		s->goal = v->n == 1 && *v->p == '1';
		return true;
	default:
		return false;
	}
}

void
flow_vars_begin(struct flow *f)
{
	memset(f, 0, sizeof(*f));
	for (int i = 0; i < FLOW_STATES; i++) {
		flow_state_clear(&f->s[i]);
		f->s[i].kind = FLOW_NKIND;
	}
}

bool
flow_var(struct flow *f, const char *name, size_t nname, const char *value,
    size_t nvalue)
{
	struct in v = { value, nvalue };
	struct flow_state *s;
	size_t at = 4;
	int i = 0;

	if (nname < 5 || memcmp(name, "DSC_", 4) != 0)
		return false;
	while (at < nname && at < 6 && name[at] >= '0' && name[at] <= '9')
		i = i * 10 + name[at++] - '0';
	/* One number has one form. */
	if (at == 4 || (at == 6 && name[4] == '0') || i >= FLOW_STATES)
		return false;
	s = &f->s[i];
	if (at == nname) {
		in_kind(s, &v);
		return true;
	}
	if (name[at] != '_' || at + 1 == nname)
		return false;
	name += at + 1;
	nname -= at + 1;
	if (nname == 1 && in_letter(s, *name, &v))
		return true;
	if (*name == 'W')
		return in_word(s, name + 1, nname - 1, &v);
	return in_other(s, name, nname, &v);
}

static void
inside(signed char *to, int n, signed char none)
{
	if (*to >= n)
		*to = none;
}

void
flow_vars_end(struct flow *f)
{
	f->n = 0;
	while (f->n < FLOW_STATES && f->s[f->n].kind != FLOW_NKIND)
		f->n++;
	for (int i = f->n; i < FLOW_STATES; i++)
		memset(&f->s[i], 0, sizeof(f->s[i]));
	for (int i = 0; i < f->n; i++) {
		struct flow_state *s = &f->s[i];

		for (int e = 0; e < FLOW_NEDGE; e++)
			inside(&s->edge[e], f->n,
			    e == FLOW_INVALID ? FLOW_UNSET : FLOW_END);
		for (size_t k = 0; k < nitems(s->key); k++)
			inside(&s->key[k], f->n, FLOW_END);
		for (int k = 0; k < s->nwords; k++)
			inside(&s->word[k].to, f->n, FLOW_END);
	}
}
