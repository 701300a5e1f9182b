/* SPDX-License-Identifier: MIT */
/*
 * Flows against a model written from flow.h's prose alone: its own reader of
 * the texts (patterns, not a parser), its own graph (a table of who leads to
 * whom, closed by multiplication).  What is accepted must be exactly what the
 * model accepts; and what was accepted must have the model's states, end
 * without anybody's doing, and survive its channel variables.
 *
 * 1,000 worlds of up to four contexts per run, most nearly right.  SEED=n
 * replays a run, WORLD=n looks at one of its worlds.
 */
#include "shared/flow.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/util.h"
#include "tap.h"

#define WORLDS   1000
#define CONTEXTS 4

/* ---- the model: one state ---------------------------------------------- */

struct pattern {
	const char *text;
	regex_t re;
	bool ready;
};

static bool
matches(struct pattern *p, const char *s)
{
	if (!p->ready && regcomp(&p->re, p->text, REG_EXTENDED | REG_NOSUB))
		abort();
	p->ready = true;
	return regexec(&p->re, s, 0, NULL, 0) == 0;
}

/* Kinds by their first letter, but speech is x; | none. */
static struct pattern p_option[] = {
	{ .text = "^[pmqcovxh]:prompt=[A-Za-z0-9_/.+-]{1,127}$" },
	{ .text = "^[mqx]:timeout=0*([1-9]|[1-9][0-9]|1[01][0-9]|120)$" },
	{ .text = "^[mqx]:retries=0*[0-9]$" },
	{ .text = "^q:keys=[0-9*]{1,11}$" },
	{ .text = "^q:digits=0*([1-9]|1[0-9]|20)$" },
	{ .text = "^d:amd=[A-Za-z0-9][A-Za-z0-9._-]{0,62}$" },
	{ .text = "^c:dest=(queue:[A-Za-z0-9_@:/.+*#-]+|dial:[A-Za-z0-9_@:/.+*#"
		  "-]*/[A-Za-z0-9_@:/.+*#-]*|exten:[A-Za-z0-9_:/.+*#-]+@[A-Za-"
		  "z0-9_@:/.+*#-]+)$" },
	{ .text = "^c:ring=0*([1-9]|[1-9][0-9]|[12][0-9][0-9]|300)$" },
	{ .text = "^x:grammar=[A-Za-z0-9_/.:+-]{1,63}$" },
	{ .text = "^.:language=[a-z]{2}(-[A-Za-z0-9]{2,4})?$" },
	{ .text = "^.:goal=yes$" },
};
static struct pattern p_event = {
	.text = "^([pcovq]:|[mqx]:([0-9*]|t|i)|c:fail|d:(human|machine|unsure)"
		"|x:[a-z0-9]{2,15})>(repeat|hangup|[a-z][a-z0-9_-]{0,14}|@[A-"
		"Za-z0-9][A-Za-z0-9._-]{0,62})$"
};
static struct pattern p_repeat = { .text = "^.:([0-9*]|[a-z0-9]{2,})>repeat$" };
static struct pattern p_name = { .text = "^[a-z][a-z0-9_-]{0,14}$" };

#define M_EVENTS 24
#define M_STATES 140 /* of all contexts that may come together */

struct m_state {
	int context;
	char name[16], kind;
	bool prompt, dest, grammar, keys, many, amd, unsure;
	int nvars, words;
	int n;
	struct {
		char event[16], target[80];
		int to; /* state; -1 hangs up, -2 repeat */
	} e[M_EVENTS];
};
struct m_world {
	int ncontexts;
	char name[CONTEXTS][MODEL_NAME], text[CONTEXTS][MODEL_STATES];
	bool in[CONTEXTS];
	int first[CONTEXTS];
	int n;
	struct m_state s[M_STATES];
	const char *why;
};

static bool
no(struct m_world *w, const char *why)
{
	w->why = why;
	return false;
}

static char
kind_letter(const char *word)
{
	static const char *const words[] = { "play", "menu", "question",
		"detect", "connect", "optout", "voicemail", "hangup" };

	for (size_t i = 0; i < nitems(words); i++)
		if (strcmp(word, words[i]) == 0)
			return words[i][0];
	return strcmp(word, "speech") == 0 ? 'x' : '|';
}

static bool
amd_known(const char *name)
{
	return strcmp(name, "quick") == 0 || strcmp(name, "slow") == 0;
}

static bool
read_option(struct m_world *w, struct m_state *s, const char *token,
    const char *tagged, unsigned *seen)
{
	const char *v = strchr(token, '=') + 1;
	size_t i = 0;

	while (i < nitems(p_option) && !matches(&p_option[i], tagged))
		i++;
	if (i == nitems(p_option))
		return no(w, "no such option");
	if (*seen & 1u << i)
		return no(w, "option twice");
	*seen |= 1u << i;
	s->prompt |= i == 0;
	s->keys |= i == 3;
	s->many |= i == 4 && strtol(v, NULL, 10) > 1;
	s->dest |= i == 6;
	s->grammar |= i == 8;
	if (i == 5 && !amd_known(v))
		return no(w, "unknown AMD profile");
	for (const char *k = v; i == 3 && *k != '\0'; k++)
		if (strchr(v, *k) != k)
			return no(w, "key twice in keys");
	/* The numbers have a variable whether they are said or not. */
	if (i != 1 && i != 2 && i != 4 && i != 7)
		s->nvars++;
	return true;
}

static bool
read_event(
    struct m_world *w, struct m_state *s, const char *token, const char *tagged)
{
	size_t n = strcspn(token, ">");

	if (!matches(&p_event, tagged))
		return no(w, "no such event");
	if (strcmp(token + n, ">repeat") == 0 && !matches(&p_repeat, tagged))
		return no(w, "repeat without a key or word");
	for (int i = 0; i < s->n; i++)
		if (strlen(s->e[i].event) == n &&
		    strncmp(s->e[i].event, token, n) == 0)
			return no(w, "event twice");
	if (s->n == M_EVENTS)
		return no(w, "too many events");
	str_copy(s->e[s->n].event, n + 1, token);
	str_copy(s->e[s->n].target, sizeof(s->e[s->n].target), token + n + 1);
	s->words += n > 1 && s->kind == 'x';
	s->unsure |= strcmp(s->e[s->n].event, "unsure") == 0;
	s->n++;
	return true;
}

static bool
is_key(const char *event)
{
	return strlen(event) == 1 && strspn(event, "0123456789*") == 1;
}

static bool
complete(struct m_world *w, const struct m_state *s)
{
	int keys = 0;

	for (int i = 0; i < s->n; i++)
		keys += is_key(s->e[i].event);
	if (strchr("pqv", s->kind) != NULL && !s->prompt)
		return no(w, "no prompt");
	if (s->kind == 'c' && !s->dest)
		return no(w, "no dest");
	if (s->kind == 'm' && keys == 0)
		return no(w, "menu without a key");
	if (s->kind == 'x' && (!s->grammar || s->words == 0))
		return no(w, "speech without a word or grammar");
	if (s->words > FLOW_WORDS)
		return no(w, "too many words");
	if (s->many && (s->keys || keys > 0))
		return no(w, "keys of many digits");
	return true;
}

static bool
read_state(struct m_world *w, int context, char *line)
{
	struct m_state *s = &w->s[w->n];
	char *save, *word, tagged[FLOW_LINE + 2];
	unsigned seen = 0;
	int part = 0;

	*s = (struct m_state){ .context = context, .kind = '|' };
	for (word = strtok_r(line, " \t", &save); word != NULL;
	     word = strtok_r(NULL, " \t", &save), part++) {
		size_t mark = strcspn(word, "=>");

		str_format(tagged, sizeof(tagged), "%c:%s", s->kind, word);
		if (part == 0) {
			if (!matches(&p_name, word) ||
			    strcmp(word, "repeat") == 0 ||
			    strcmp(word, "hangup") == 0)
				return no(w, "name");
			str_copy(s->name, sizeof(s->name), word);
		} else if (part == 1) {
			s->kind = kind_letter(word);
			if (s->kind == '|')
				return no(w, "kind");
		} else if (word[mark] == '\0')
			return no(w, "neither option nor event");
		else if (word[mark] == '='
			     ? !read_option(w, s, word, tagged, &seen)
			     : !read_event(w, s, word, tagged))
			return false;
	}
	if (part < 2)
		return no(w, "no name and kind");
	/* kind, name; timeout, retries, digits, ring */
	s->nvars += 2 + 2 * (strchr("mqx", s->kind) != NULL) +
		    (s->kind == 'q' || s->kind == 'c');
	for (int i = w->first[context]; i < w->n; i++)
		if (strcmp(w->s[i].name, s->name) == 0)
			return no(w, "name twice");
	w->n++;
	return complete(w, s);
}

/* ---- the model: all states --------------------------------------------- */

static bool
read_context(struct m_world *w, int context)
{
	char text[MODEL_STATES], *save = text, *line;
	size_t n;
	int own = 0;

	w->in[context] = true;
	w->first[context] = w->n;
	str_copy(text, sizeof(text), w->text[context]);
	n = strlen(text);
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	while ((line = strsep(&save, "\n")) != NULL) {
		if (strlen(line) >= FLOW_LINE)
			return no(w, "long line");
		if (++own > FLOW_OWN)
			return no(w, "too many states of one");
		if (!read_state(w, context, line))
			return false;
	}
	return true;
}

static int
context_named(const struct m_world *w, const char *name)
{
	for (int i = 0; i < w->ncontexts; i++)
		if (strcmp(w->name[i], name) == 0)
			return i;
	return -1;
}

/* All contexts first, breadth first; then all names. */
static bool
read_world(struct m_world *w)
{
	if (!read_context(w, 0))
		return false;
	for (int i = 0; i < w->n; i++)
		for (int k = 0; k < w->s[i].n; k++) {
			const char *t = w->s[i].e[k].target;
			int c = *t == '@' ? context_named(w, t + 1) : 0;

			if (c < 0)
				return no(w, "no such context");
			if (!w->in[c] && !read_context(w, c))
				return false;
		}
	for (int i = 0; i < w->n; i++)
		for (int k = 0; k < w->s[i].n; k++) {
			const char *t = w->s[i].e[k].target;
			int to = -3;

			if (strcmp(t, "hangup") == 0)
				to = -1;
			else if (strcmp(t, "repeat") == 0)
				to = -2;
			else if (*t == '@')
				to = w->first[context_named(w, t + 1)];
			for (int j = 0; to == -3 && j < w->n; j++)
				if (w->s[j].context == w->s[i].context &&
				    strcmp(w->s[j].name, t) == 0)
					to = j;
			if (to == -3)
				return no(w, "no such state");
			w->s[i].e[k].to = to;
		}
	return true;
}

/* Does it happen without the called person? */
static bool
automatic(const struct m_state *s, const char *event)
{
	if (strcmp(event, "i") == 0 || is_key(event) ||
	    (*event == '\0' && s->kind == 'q'))
		return false;
	return s->kind != 'x' || strcmp(event, "t") == 0;
}

/* may[i][j]: from i to j; all events, or only the automatic ones. */
static void
table(const struct m_world *w, bool may[M_STATES][M_STATES], bool all)
{
	memset(may, 0, sizeof(bool[M_STATES][M_STATES]));
	for (int i = 0; i < w->n; i++)
		for (int k = 0; k < w->s[i].n; k++)
			if (w->s[i].e[k].to >= 0 &&
			    (all || automatic(&w->s[i], w->s[i].e[k].event)))
				may[i][w->s[i].e[k].to] = true;
	for (int k = 0; k < w->n; k++)
		for (int i = 0; i < w->n; i++)
			for (int j = 0; may[i][k] && j < w->n; j++)
				may[i][j] |= may[k][j];
}

static bool
judge(struct m_world *w)
{
	static bool may[M_STATES][M_STATES];
	int vars = 0, ends = 0;

	w->n = 0;
	memset(w->in, 0, sizeof(w->in));
	w->why = "accepted";
	if (!read_world(w))
		return false;
	for (int i = 0; i < w->n; i++) {
		const struct m_state *s = &w->s[i];

		vars += s->nvars;
		for (int k = 0; k < s->n; k++) {
			bool asked = !automatic(s, s->e[k].event) &&
				     s->e[k].event[0] != '\0';

			ends += s->e[k].to == -1 && asked;
			vars += s->e[k].to != -1 || asked;
			/* unsure> goes there, too */
			vars += !s->unsure && s->e[k].to >= 0 &&
				strcmp(s->e[k].event, "human") == 0;
		}
	}
	/* A state that hangs up: kind and name. */
	if (w->n + (ends > 0) > FLOW_STATES)
		return no(w, "too many states");
	table(w, may, true);
	for (int i = 1; i < w->n; i++)
		if (!may[0][i])
			return no(w, "nothing leads to one");
	table(w, may, false);
	for (int i = 0; i < w->n; i++)
		if (may[i][i])
			return no(w, "never ends");
	if (vars + (ends > 0 ? 2 : 0) > FLOW_VARS)
		return no(w, "too many variables");
	return true;
}

/* ---- worlds by chance -------------------------------------------------- */

struct maker {
	struct rng r;
	struct m_world *w;
};

static int
draw(struct maker *m, int n)
{
	return (int)rng_below(&m->r, (uint64_t)n);
}

static const char *
one_of(struct maker *m, const char *const *v, size_t n)
{
	return v[draw(m, (int)n)];
}
#define ONE_OF(m, ...)                                                         \
	one_of(m, (const char *const[]){ __VA_ARGS__ },                        \
	    nitems(((const char *const[]){ __VA_ARGS__ })))

/* Each with what it needs, and some of what it may have. */
static void
some_options(struct maker *m, struct buf *b, char kind, bool *keys)
{
	bool many = kind == 'q' && draw(m, 4) == 0;

	*keys = strchr("mqx", kind) != NULL && !many;
	if (strchr("pqv", kind) != NULL || (kind != 'd' && draw(m, 2) == 0))
		buf_fmt(b, " prompt=%s", ONE_OF(m, "a", "es/hola", "b-1.2+3"));
	if (kind == 'c')
		buf_fmt(b, " dest=%s",
		    ONE_OF(m, "queue:ventas", "exten:100@in", "dial:SIP/9"));
	if (kind == 'c' && draw(m, 3) == 0)
		buf_fmt(b, " ring=%d", 1 + draw(m, 300));
	if (kind == 'x')
		buf_fmt(b, " grammar=%s", ONE_OF(m, "yesno", "builtin:g/x"));
	if (*keys && draw(m, 3) == 0)
		buf_fmt(b, " timeout=%d", 1 + draw(m, 120));
	if (*keys && draw(m, 3) == 0)
		buf_fmt(b, " retries=%d", draw(m, 10));
	if (many)
		buf_fmt(b, " digits=%d", 2 + draw(m, 19));
	else if (kind == 'q' && draw(m, 2) == 0)
		buf_fmt(b, " keys=%s", ONE_OF(m, "12", "12345*", "0"));
	if (kind == 'd' && draw(m, 2) == 0)
		buf_fmt(b, " amd=%s", ONE_OF(m, "quick", "slow"));
	if (draw(m, 12) == 0)
		buf_fmt(b, " language=%s", ONE_OF(m, "pt", "es-419"));
	if (draw(m, 12) == 0)
		buf_str(b, " goal=yes");
}

/*
 * i of n: by itself it goes on to a later state, by a key anywhere.  The next
 * one is always led to, mostly.
 */
static void
some_target(struct maker *m, struct buf *b, int i, int n, bool asked)
{
	int how = draw(m, 40);

	if (asked && how < 4)
		buf_str(b, "repeat");
	else if (how < 8)
		buf_str(b, "hangup");
	else if (how < 10 && m->w->ncontexts > 1)
		buf_fmt(b, "@%s", m->w->name[draw(m, m->w->ncontexts)]);
	else if (asked || how < 12)
		buf_fmt(b, "s%d", draw(m, n));
	else if (i + 1 < n)
		buf_fmt(b, "s%d", i + 1 + draw(m, n - i - 1));
	else
		buf_str(b, "hangup");
}

static void
some_events(struct maker *m, struct buf *b, int i, int n, char kind, bool keys)
{
	static const char *const by_itself[][4] = { { "p", "" }, { "m", "t" },
		{ "q", "t" }, { "x", "t" }, { "c", "", "fail" },
		{ "d", "human", "machine", "unsure" }, { "o", "" },
		{ "v", "" } };
	const char *first = kind == 'm' || (kind == 'q' && keys) ? "1"
			    : kind == 'x'                        ? "yes"
			    : kind == 'd'                        ? "human"
			    : kind == 'h'                        ? NULL
								 : "";

	if (first == NULL)
		return;
	if (i + 1 < n)
		buf_fmt(
		    b, " %s>s%d", first, draw(m, 30) == 0 ? draw(m, n) : i + 1);
	else {
		buf_fmt(b, " %s>", first);
		some_target(m, b, i, n, kind == 'm' || kind == 'x');
	}
	for (size_t k = 0; k < nitems(by_itself); k++)
		for (int j = 1; j < 4 && by_itself[k][0][0] == kind; j++) {
			const char *event = by_itself[k][j];

			if (event == NULL || strcmp(event, first) == 0 ||
			    draw(m, 3) == 0)
				continue;
			buf_fmt(b, " %s>", event);
			some_target(m, b, i, n, false);
		}
	for (int key = 2; keys && key < 10; key++)
		if (draw(m, 5) == 0) {
			buf_fmt(b, " %d>", key);
			some_target(m, b, i, n, true);
		}
	if (keys && draw(m, 3) == 0) {
		buf_str(b, " i>");
		some_target(m, b, i, n, false);
	}
	for (char c = 'a'; kind == 'x' && c < 'd'; c++)
		if (draw(m, 3) == 0) {
			buf_fmt(b, " %c%c>", c, c);
			some_target(m, b, i, n, true);
		}
}

static void
some_context(struct maker *m, struct buf *b)
{
	static const char *const words[] = { "play", "menu", "menu", "question",
		"question", "detect", "connect", "optout", "voicemail",
		"speech", "hangup" };
	int n = draw(m, 12) == 0 ? 20 + draw(m, 14) : 1 + draw(m, 8);

	for (int i = 0; i < n; i++) {
		/* hangup leads nowhere */
		const char *word =
		    words[draw(m, (int)nitems(words) - (i + 1 < n ? 1 : 0))];
		bool keys;

		buf_fmt(b, "%ss%d %s", i > 0 ? "\n" : "", i, word);
		some_options(m, b, kind_letter(word), &keys);
		some_events(m, b, i, n, kind_letter(word), keys);
	}
}

/* A mistake, or what looks like one. */
static void
spoil(struct maker *m, char *text)
{
	static const char *const bits[] = { "1>s0", ">s1", "t>s0", "i>repeat",
		"fail>s1", "prompt=x", "prompt=", "timeout=0", "timeout=120",
		"retries=9", "keys=1", "keys=99", "digits=1", "digits=2",
		"digits=21", "amd=none", "dest=queue:", "dest=queue:x",
		"ring=301", "grammar=g", "language=PT", "language=pt-BR",
		"goal=no", "goal=yes", "human>s0", "yes>repeat", "t>repeat",
		"1>@other", "1>@nobody", "*>hangup", "x", "=", ">", "menu",
		"hangup", "s1 hangup", "s9 hangup", "1>s7", "#>s0", "Ab>s0",
		"a1>s0", "prompt=a,b", "t>@other", "0>hangup", "unsure>hangup",
		"machine>s1" };
	size_t n = strlen(text), at = (size_t)draw(m, (int)n + 1);
	char rest[MODEL_STATES];
	const char *bit;

	switch (draw(m, 6)) {
	case 0: /* another byte */
		if (at < n)
			text[at] = "s1>= \t\n@*#aZ_-\x7f\xc3"[draw(m, 16)];
		return;
	case 1: /* one less */
		if (at < n)
			memmove(text + at, text + at + 1, n - at);
		return;
	case 2: /* cut off */
		text[at] = '\0';
		return;
	case 3: /* a token less */
		while (at > 0 && text[at - 1] != ' ')
			at--;
		str_copy(
		    rest, sizeof(rest), text + at + strcspn(text + at, " \n"));
		str_copy(text + at, MODEL_STATES - at, rest);
		return;
	default: /* a token more */
		bit = bits[draw(m, (int)nitems(bits))];
		at += strcspn(text + at, " \n");
		str_copy(rest, sizeof(rest), text + at);
		str_format(text + at, MODEL_STATES - at, "%s%s%s",
		    draw(m, 12) == 0 ? "\n" : " ", bit, rest);
	}
}

static void
some_world(struct maker *m)
{
	static const char *const names[CONTEXTS] = { "own", "other", "third.x",
		"4th" };

	m->w->ncontexts = draw(m, 2) == 0 ? 1 : 1 + draw(m, CONTEXTS);
	for (int i = 0; i < m->w->ncontexts; i++) {
		struct buf b = BUF_INIT;

		str_copy(m->w->name[i], MODEL_NAME, names[i]);
		some_context(m, &b);
		str_copy(m->w->text[i], MODEL_STATES, buf_cstr(&b));
		buf_clear(&b);
	}
	for (int n = draw(m, 4) - 1; n > 0; n--)
		spoil(m, m->w->text[draw(m, m->w->ncontexts)]);
	/* That would be a simple one. */
	for (int i = 0; i < m->w->ncontexts; i++)
		if (m->w->text[i][0] == '\0')
			str_copy(m->w->text[i], MODEL_STATES, "s0 hangup");
}

/* ---- both -------------------------------------------------------------- */

static struct m_context found[CONTEXTS];

static const struct m_context *
context(void *arg, const char *name)
{
	const struct m_world *w = arg;
	int i = context_named(w, name);

	return i >= 0 ? &found[i] : NULL;
}

static const struct m_amd_profile *
amd(void *arg, const char *name)
{
	static const struct m_amd_profile p = { .total_analysis_time = 5000 };

	(void)arg;
	return amd_known(name) ? &p : NULL;
}

/* The model's state of that context and name. */
static const struct m_state *
counterpart(const struct m_world *w, const struct flow_state *s)
{
	for (int i = 0; i < w->n; i++)
		if (strcmp(w->name[w->s[i].context], s->context) == 0 &&
		    strcmp(w->s[i].name, s->name) == 0)
			return &w->s[i];
	return NULL;
}

static bool
leads(const struct m_world *w, const struct flow *f, int to, int want)
{
	if (want == -2)
		return to == FLOW_REPEAT;
	if (want == -1)
		return to == FLOW_END ||
		       (to >= 0 && strcmp(f->s[to].name, "hangup") == 0);
	return to >= 0 && to < f->n && counterpart(w, &f->s[to]) == &w->s[want];
}

static int
edge_of(const struct flow_state *s, const char *event)
{
	static const char *const words[FLOW_NEDGE] = { [FLOW_DONE] = "",
		[FLOW_TIMEOUT] = "t",
		[FLOW_INVALID] = "i",
		[FLOW_FAIL] = "fail",
		[FLOW_HUMAN] = "human",
		[FLOW_MACHINE] = "machine",
		[FLOW_UNSURE] = "unsure" };

	for (int i = 0; i < s->nwords; i++)
		if (strcmp(s->word[i].word, event) == 0)
			return s->word[i].to;
	if (is_key(event))
		return s->key[*event == '*' ? 10 : *event - '0'];
	for (int e = 0; e < FLOW_NEDGE; e++)
		if (strcmp(words[e], event) == 0)
			return s->edge[e];
	return FLOW_UNSET;
}

static bool
same_states(const struct m_world *w, const struct flow *f)
{
	int n = 0;

	for (int i = 0; i < f->n; i++) {
		const struct flow_state *s = &f->s[i];
		const struct m_state *m = counterpart(w, s);

		if (m == NULL) {
			if (strcmp(s->name, "hangup") != 0)
				return false;
			continue;
		}
		n++;
		if (kind_letter(flow_kind_word(s->kind)) != m->kind ||
		    (s->prompt[0] != '\0') != m->prompt)
			return false;
		for (int k = 0; k < m->n; k++)
			if (!leads(w, f, edge_of(s, m->e[k].event), m->e[k].to))
				return false;
		if (!m->unsure && s->edge[FLOW_UNSURE] != s->edge[FLOW_HUMAN])
			return false;
	}
	return n == w->n && strcmp(f->s[0].context, "own") == 0;
}

/* Nobody presses anything: each state at most once. */
static bool
ends(struct maker *m, const struct flow *f)
{
	struct flow_walk w;
	enum flow_step step = flow_start(&w, f);
	bool out;

	for (int i = 0; i < 12 * FLOW_STATES && step != FLOW_ENDED; i++)
		switch (f->s[w.at].kind) {
		case FLOW_MENU:
		case FLOW_QUESTION:
		case FLOW_SPEECH:
			step = flow_silence(&w, &out);
			break;
		case FLOW_DETECT:
			step = flow_take(
			    &w, (enum flow_edge)(FLOW_HUMAN + draw(m, 3)));
			break;
		case FLOW_CONNECT:
			step = flow_take(
			    &w, draw(m, 2) == 0 ? FLOW_FAIL : FLOW_DONE);
			break;
		default:
			step = flow_take(&w, FLOW_DONE);
		}
	return step == FLOW_ENDED && w.steps <= f->n;
}

struct back {
	struct flow f;
	int n;
	bool good;
};

static void
back(void *arg, const char *name, const char *value)
{
	struct back *b = arg;

	b->n++;
	b->good = b->good && *value != '\0' &&
		  flow_var(&b->f, name, strlen(name), value, strlen(value));
}

static bool
travels(const struct flow *f)
{
	static struct back b;
	static struct flow x;

	b.n = 0;
	b.good = true;
	flow_vars_begin(&b.f);
	flow_vars(f, back, &b);
	flow_vars_end(&b.f);
	x = *f;
	memset(x.context, 0, sizeof(x.context));
	x.version = 0;
	x.simple = false;
	for (int i = 0; i < x.n; i++)
		memset(x.s[i].context, 0, sizeof(x.s[i].context));
	return b.good && b.n <= FLOW_VARS && memcmp(&x, &b.f, sizeof(x)) == 0;
}

/* NULL, or what is wrong. */
static const char *
try_world(struct maker *m, bool want, struct buf *err)
{
	struct flow_world world = { context, amd, m->w };
	const char *wrong = NULL;
	struct flow *f;

	for (int i = 0; i < m->w->ncontexts; i++) {
		found[i] = (struct m_context){ .id = i + 1 };
		str_copy(found[i].name, MODEL_NAME, m->w->name[i]);
		str_copy(found[i].states, MODEL_STATES, m->w->text[i]);
	}
	f = flow_new(&found[0], &world, err);
	if ((f != NULL) != want)
		wrong = want ? "refused" : "accepted";
	else if ((f == NULL) != (err->len > 0))
		wrong = "words without a refusal, or the other way round";
	else if (f != NULL && !same_states(m->w, f))
		wrong = "not the same states";
	else if (f != NULL && !ends(m, f))
		wrong = "does not end by itself";
	else if (f != NULL && !travels(f))
		wrong = "not the same after its variables";
	flow_free(f);
	return wrong;
}

static int
by_count(const void *a, const void *b)
{
	return ((const int *)b)[0] - ((const int *)a)[0];
}

int
main(void)
{
	static struct m_world w;
	struct maker m = { .w = &w };
	static struct {
		int n;
		const char *why;
	} whys[64];
	int64_t seed = 1795215346 + getpid(), one = -1;
	int accepted = 0, bad = 0;
	size_t nwhys = 0;

	if (getenv("SEED") != NULL)
		str_int64(getenv("SEED"), 0, INT64_MAX, &seed);
	if (getenv("WORLD") != NULL)
		str_int64(getenv("WORLD"), 0, WORLDS, &one);
	for (int i = 0; i < WORLDS; i++) {
		struct buf err = BUF_INIT;
		const char *wrong;
		bool want;
		size_t k = 0;

		rng_seed(&m.r, (uint64_t)seed * WORLDS + (uint64_t)i);
		some_world(&m);
		want = judge(&w);
		wrong = try_world(&m, want, &err);
		accepted += want;
		while (k < nwhys && strcmp(whys[k].why, w.why) != 0)
			k++;
		if (k == nwhys && nwhys < nitems(whys))
			whys[nwhys++].why = w.why;
		whys[k].n++;
		if ((wrong != NULL && bad++ < 3) || one == i) {
			printf("# SEED=%lld WORLD=%d: %s; the model: %s; %s\n",
			    (long long)seed, i, wrong != NULL ? wrong : "right",
			    w.why, buf_cstr(&err));
			for (int c = 0; c < w.ncontexts; c++)
				printf("# %s:\n%s\n", w.name[c], w.text[c]);
		}
		buf_clear(&err);
	}
	qsort(whys, nwhys, sizeof(whys[0]), by_count);
	for (size_t k = 0; k < nwhys; k++)
		printf("# %4d %s\n", whys[k].n, whys[k].why);
	for (size_t i = 0; i < nitems(p_option); i++)
		if (p_option[i].ready)
			regfree(&p_option[i].re);
	regfree(&p_event.re);
	regfree(&p_repeat.re);
	regfree(&p_name.re);
	ok(bad == 0,
	    "SEED=%lld: %d of %d worlds judged otherwise than the "
	    "model does",
	    (long long)seed, bad, WORLDS);
	ok(accepted >= WORLDS * 15 / 100 && accepted <= WORLDS * 85 / 100,
	    "%d of %d were to be accepted", accepted, WORLDS);
	return done_testing();
}
