/* SPDX-License-Identifier: MIT */
/*
 * context_flow: nodes first, as the flow is walked from its first state, then
 * lines.  What follows a state whatever is answered (done) stands behind it at
 * the same depth, so that a survey of ten questions is ten steps down and not
 * ten to the right.
 */
#include "ui/context_flow.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/words.h"

/* Branches: T goes on below, L is the last, I a line that passes by. */
#define T  "\xe2\x94\x9c\xe2\x94\x80 "
#define L  "\xe2\x94\x94\xe2\x94\x80 "
#define I  "\xe2\x94\x82  "
#define NO "   "
#define GO "\xe2\x86\x92 " /* to a state that is drawn elsewhere */
#define ON "\xe2\x86\x93" /* to the next state */

/* What a call on this way has come to: engine/outcome's facts. */
struct path {
	bool machine, transferring, goal, connected, optout;
};

struct node {
	struct context_flow_line l;
	int parent; /* -1: of the first depth */
	bool on; /* follows the one before at the same depth */
};

struct tree {
	const struct flow *f;
	struct node *v;
	int n, room;
	bool drawn[FLOW_STATES];
	unsigned left; /* bits 1 << disposition: said of who hangs up */
};

static int state_add(struct tree *, int node, int state, struct path);

static enum disposition
outcome(struct path p)
{
	return p.optout         ? DISP_OPTED_OUT
	       : p.connected    ? DISP_CONNECTED
	       : p.goal         ? DISP_COMPLETED
	       : p.transferring ? DISP_ABANDONED
	       : p.machine      ? DISP_MACHINE
				: DISP_ANSWERED_NO_KEY;
}

/* Nodes move when there are more: they are known by their places. */
static int
add(struct tree *t, int parent)
{
	struct node *k;

	if (t->n == t->room) {
		t->room = MAXIMUM(t->room * 2, 32);
		t->v = xreallocarray(t->v, (size_t)t->room, sizeof(*t->v));
	}
	k = &t->v[t->n];
	memset(k, 0, sizeof(*k));
	k->parent = parent;
	k->l.state = -1;
	return t->n++;
}

#define LINE(t, k)   (&(t)->v[k].l)
#define TEXT(l, ...) str_format((l)->text, sizeof((l)->text), __VA_ARGS__)

/* "1-5", "1 3 9" */
static void
keys_word(const char *keys, char *out, size_t size)
{
	size_t n = strlen(keys);

	if (n > 2 && keys[n - 1] - keys[0] == (int)n - 1) {
		str_format(out, size, "%c-%c", keys[0], keys[n - 1]);
		return;
	}
	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		size_t at = strlen(out);

		str_format(out + at, size - at, "%s%c",
		    i > 0 && n < 8 ? " " : "", keys[i]);
	}
}

/* ---- what a state does ------------------------------------------------ */

static void
asks_text(const struct flow_state *s, struct context_flow_line *l)
{
	char what[64], keys[32];

	if (s->kind == FLOW_SPEECH)
		str_copy(what, sizeof(what), _("a word"));
	else if (s->kind == FLOW_QUESTION && s->digits > 1)
		str_format(
		    what, sizeof(what), _("up to %d digits and #"), s->digits);
	else if (s->kind == FLOW_QUESTION && s->keys[0] != '\0') {
		keys_word(s->keys, keys, sizeof(keys));
		str_format(what, sizeof(what), _("an answer %s"), keys);
	} else if (s->kind == FLOW_QUESTION)
		str_copy(what, sizeof(what), _("an answer"));
	else
		str_copy(what, sizeof(what), _("a key"));
	if (s->prompt[0] == '\0')
		TEXT(l, _("no prompt, %d s for %s"), s->timeout_s, what);
	else
		TEXT(l, _("\"%s\", then %d s for %s"), s->prompt, s->timeout_s,
		    what);
}

static void
connect_text(const struct flow_state *s, struct context_flow_line *l)
{
	if (s->prompt[0] != '\0')
		TEXT(l, _("\"%s\", then %s rings, %d s at most"), s->prompt,
		    s->dest, s->ring_s);
	else
		TEXT(l, _("%s rings, %d s at most"), s->dest, s->ring_s);
}

static void
state_text(const struct flow_state *s, struct context_flow_line *l)
{
	size_t n;

	switch (s->kind) {
	case FLOW_MENU:
	case FLOW_QUESTION:
	case FLOW_SPEECH:
		asks_text(s, l);
		break;
	case FLOW_DETECT:
		TEXT(l, _("detection listens about 2.5 s, keys are lost "
			  "meanwhile"));
		break;
	case FLOW_CONNECT:
		connect_text(s, l);
		break;
	case FLOW_OPTOUT:
		if (s->prompt[0] != '\0')
			TEXT(l, _("do-not-call list at once, then \"%s\""),
			    s->prompt);
		else
			TEXT(l, _("do-not-call list at once"));
		break;
	case FLOW_VOICEMAIL:
		if (s->prompt[0] != '\0')
			TEXT(l, _("after the beep \"%s\""), s->prompt);
		else
			TEXT(l, _("behind the beep nothing, no message"));
		break;
	case FLOW_PLAY:
	case FLOW_HANGUP:
	case FLOW_NKIND:
		if (s->prompt[0] != '\0')
			TEXT(l, "\"%s\"", s->prompt);
		break;
	}
	n = strlen(l->text);
	if (s->language[0] != '\0')
		str_format(l->text + n, sizeof(l->text) - n,
		    _(" (language %s from here on)"), s->language);
	n = strlen(l->text);
	if (s->goal)
		str_format(l->text + n, sizeof(l->text) - n, _(" (goal)"));
}

/* ---- where it leads --------------------------------------------------- */

/* Is the call over with what the state does? */
static bool
ends(const struct flow_state *s)
{
	return s->kind == FLOW_HANGUP ||
	       ((s->kind == FLOW_PLAY || s->kind == FLOW_OPTOUT ||
		    s->kind == FLOW_VOICEMAIL) &&
		   s->edge[FLOW_DONE] == FLOW_END);
}

static struct path
path_in(struct path p, const struct flow_state *s)
{
	p.goal = p.goal || s->goal;
	p.optout = p.optout || s->kind == FLOW_OPTOUT;
	return p;
}

/* Of another context, whose states may have the same names. */
static void
say_context(const struct tree *t, struct context_flow_line *l, int state)
{
	const struct flow_state *s = &t->f->s[state];
	size_t n = strlen(l->text);

	if (strcmp(s->context, t->f->context) != 0)
		str_format(l->text + n, sizeof(l->text) - n, _(" (context %s)"),
		    s->context);
}

/* Named, because it is drawn elsewhere. */
static void
name_it(
    const struct tree *t, struct context_flow_line *l, int state, struct path p)
{
	const struct flow_state *s = &t->f->s[state];

	TEXT(l, GO "%s", s->name);
	say_context(t, l, state);
	if (ends(s))
		l->end = outcome(path_in(p, s));
}

/* Node k is of what leads to a state, or to the end. */
static void
lead(struct tree *t, int k, int to, struct path p)
{
	struct context_flow_line *l = LINE(t, k);

	if (to >= 0 && to < t->f->n) {
		if (!t->drawn[to])
			state_add(t, k, to, p);
		else
			name_it(t, l, to, p);
		return;
	}
	if (to == FLOW_REPEAT)
		TEXT(l, _("again, %d times at most"), FLOW_REPEATS);
	else {
		TEXT(l, _("hangs up"));
		l->end = outcome(p);
	}
}

static void
event(struct tree *t, int parent, const char *what, int to, struct path p)
{
	int k = add(t, parent);

	str_copy(LINE(t, k)->event, sizeof(LINE(t, k)->event), what);
	lead(t, k, to, p);
}

/* Keys that lead to the same place are one line, the repeat key is the last. */
static void
key_events(
    struct tree *t, int parent, const struct flow_state *s, struct path p)
{
	bool done[sizeof(s->key)] = { false };

	for (size_t at = 0; at < 2 * nitems(s->key); at++) {
		size_t i = at % nitems(s->key), n = 0;
		bool last = at >= nitems(s->key);
		char keys[sizeof(FLOW_KEYS)] = "";
		int k;

		if (done[i] || s->key[i] == FLOW_UNSET ||
		    s->key[i] == FLOW_END || (s->key[i] == FLOW_REPEAT) != last)
			continue;
		for (size_t j = i; j < nitems(s->key); j++)
			if (s->key[j] == s->key[i]) {
				done[j] = true;
				keys[n++] = FLOW_KEYS[j];
			}
		k = add(t, parent);
		keys_word(keys, LINE(t, k)->key, sizeof(LINE(t, k)->key));
		lead(t, k, s->key[i], p);
	}
}

static void
word_events(
    struct tree *t, int parent, const struct flow_state *s, struct path p)
{
	for (int i = 0; i < s->nwords && i < FLOW_WORDS; i++) {
		int k = add(t, parent);

		str_copy(
		    LINE(t, k)->key, sizeof(LINE(t, k)->key), s->word[i].word);
		lead(t, k, s->word[i].to, p);
	}
}

static void
silence_text(const struct flow_state *s, char *out, size_t size)
{
	bool wrong = s->edge[FLOW_INVALID] != FLOW_UNSET;
	bool speech = s->kind == FLOW_SPEECH;

	if (s->retries > 0)
		str_format(out, size,
		    speech  ? _("no word, %d times:")
		    : wrong ? _("no key, %d times:")
			    : _("no or a wrong key, %d times:"),
		    s->retries + 1);
	else
		str_copy(out, size,
		    speech  ? _("no word:")
		    : wrong ? _("no key:")
			    : _("no or a wrong key:"));
}

static void
asks(struct tree *t, int k, const struct flow_state *s, struct path p)
{
	enum disposition end = outcome(p);
	/* said once, where it is so first */
	bool told = (t->left >> end & 1) != 0;
	char what[128];
	int gone;

	t->left |= 1u << end;
	key_events(t, k, s, p);
	word_events(t, k, s, p);
	if (s->kind == FLOW_QUESTION && s->edge[FLOW_DONE] == FLOW_END)
		event(t, k, _("answered:"), FLOW_END, p);
	if (s->edge[FLOW_INVALID] != FLOW_UNSET)
		event(t, k,
		    s->kind == FLOW_SPEECH ? _("another word:")
					   : _("a wrong key:"),
		    s->edge[FLOW_INVALID], p);
	silence_text(s, what, sizeof(what));
	event(t, k, what, s->edge[FLOW_TIMEOUT], p);
	if (told)
		return;
	gone = add(t, k);
	str_copy(LINE(t, gone)->event, sizeof(LINE(t, gone)->event),
	    _("the called person hangs up"));
	LINE(t, gone)->end = end;
}

static void
detects(struct tree *t, int k, const struct flow_state *s, struct path p)
{
	int human = s->edge[FLOW_HUMAN], machine = s->edge[FLOW_MACHINE];
	int unsure = s->edge[FLOW_UNSURE];
	struct path m = p;

	if (unsure == FLOW_UNSET)
		unsure = human;
	m.machine = true;
	/* what a person comes to is drawn below, where it is looked for */
	if (machine >= 0 && machine == human) {
		int n = add(t, k);

		str_copy(LINE(t, n)->event, sizeof(LINE(t, n)->event),
		    _("a machine:"));
		name_it(t, LINE(t, n), machine, m);
		LINE(t, n)->end = outcome(m);
	} else
		event(t, k, _("a machine:"), machine, m);
	if (unsure != human) {
		event(t, k, _("not sure:"), unsure, p);
		event(t, k, _("a person:"), human, p);
	} else
		event(t, k, _("a person, or not sure:"), human, p);
}

static void
connects(
    struct tree *t, int k, const struct flow_state *s, int state, struct path p)
{
	struct path talked = p;
	int n = add(t, k);

	p.transferring = talked.transferring = talked.connected = true;
	if (s->edge[FLOW_DONE] == FLOW_END) {
		str_copy(LINE(t, n)->event, sizeof(LINE(t, n)->event),
		    _("it answers:"));
		TEXT(LINE(t, n), _("they talk"));
		LINE(t, n)->end = outcome(talked);
	} else {
		str_copy(LINE(t, n)->event, sizeof(LINE(t, n)->event),
		    _("it answers, they talk, then:"));
		lead(t, n, s->edge[FLOW_DONE], talked);
	}
	/* the line of the state that it leads to is that state's */
	if (LINE(t, n)->state < 0) {
		LINE(t, n)->state = state;
		LINE(t, n)->talk = true;
	}
	if (s->edge[FLOW_FAIL] != FLOW_END)
		event(t, k, _("nobody answers:"), s->edge[FLOW_FAIL], p);
	n = add(t, k);
	str_copy(LINE(t, n)->event, sizeof(LINE(t, n)->event),
	    s->edge[FLOW_FAIL] == FLOW_END
		? _("nobody answers, or the called person hangs up")
		: _("the called person hangs up"));
	LINE(t, n)->end = outcome(p);
}

/* What comes next whatever was pressed, at the same depth as node k. */
static void
goes_on(struct tree *t, int k, const struct flow_state *s, struct path p)
{
	int to = s->edge[FLOW_DONE];
	bool behind = t->v[k].on || t->v[k].parent < 0;
	int n = add(t, behind ? t->v[k].parent : k);

	t->v[n].on = true;
	str_copy(LINE(t, n)->key, sizeof(LINE(t, n)->key), ON);
	lead(t, n, to, p);
}

/* The state begins on the line of node k. */
static int
state_add(struct tree *t, int k, int state, struct path p)
{
	const struct flow_state *s = &t->f->s[state];
	struct context_flow_line *l = LINE(t, k);
	bool end = ends(s);

	t->drawn[state] = true;
	l->state = state;
	str_copy(l->name, sizeof(l->name), s->name);
	if (strcmp(s->name, flow_kind_word(s->kind)) != 0)
		str_copy(l->kind, sizeof(l->kind), flow_kind_word(s->kind));
	state_text(s, l);
	say_context(t, l, state);
	p = path_in(p, s);
	if (end)
		l->end = outcome(p);
	else if (s->goal)
		l->end = DISP_COMPLETED;
	/* l may have moved from here on */
	if (s->kind == FLOW_DETECT)
		detects(t, k, s, p);
	else if (s->kind == FLOW_CONNECT)
		connects(t, k, s, state, p);
	else if (s->kind == FLOW_MENU || s->kind == FLOW_QUESTION ||
		 s->kind == FLOW_SPEECH)
		asks(t, k, s, p);
	if (!end && s->kind != FLOW_DETECT && s->kind != FLOW_CONNECT &&
	    s->edge[FLOW_DONE] >= 0)
		goes_on(t, k, s, p);
	return k;
}

/* ---- lines ------------------------------------------------------------ */

/* In order: the nodes of one parent, each with all below it. */
static void
print(const struct tree *t, int parent, const char *before,
    struct context_flow_line *out, size_t *n)
{
	int last = -1;

	for (int i = 0; i < t->n; i++)
		if (t->v[i].parent == parent)
			last = i;
	for (int i = 0; i < t->n; i++) {
		char below[sizeof(out->tree)];

		if (t->v[i].parent != parent)
			continue;
		out[*n] = t->v[i].l;
		str_copy(out[*n].tree, sizeof(out->tree), before);
		str_copy(below, sizeof(below), before);
		if (parent >= 0) {
			str_format(out[*n].tree, sizeof(out->tree), "%s%s",
			    before, i == last ? L : T);
			str_format(below, sizeof(below), "%s%s", before,
			    i == last ? NO : I);
		}
		++*n;
		print(t, i, below, out, n);
	}
}

struct context_flow_line *
context_flow(const struct flow *f, size_t *n)
{
	struct tree t = { .f = f };
	struct context_flow_line *out;
	int k;

	*n = 0;
	k = add(&t, -1);
	str_copy(t.v[k].l.event, sizeof(t.v[k].l.event), _("answered:"));
	lead(&t, k, f->n > 0 ? 0 : FLOW_END, (struct path){ 0 });
	out = xcalloc((size_t)t.n, sizeof(*out));
	print(&t, -1, "", out, n);
	free(t.v);
	return out;
}

int
context_flow_rows(const struct flow *f)
{
	size_t n;

	free(context_flow(f, &n));
	return (int)n;
}
