/* SPDX-License-Identifier: MIT */
/*
 * flow: from a context to its flow: the texts of a simple one are written
 * here and then read as any others; what leads to other contexts takes their
 * states along, each context once.
 */
#include "shared/flow.h"

#include <limits.h>
#include <string.h>

#include "shared/flow_part.h"
#include "shared/spec_shape.h"
#include "shared/util.h"

/* ---- a simple context -------------------------------------------------- */

struct simple {
	const struct m_context *c;
	const char *human, *machine, *unsure; /* states */
	char connect, disconnect, repeat; /* '\0': none */
	bool ask, to_connect, vm, bare;
};

/* Empty: what the option is by itself. */
static const char *
leads_to(const char *word, const char *otherwise)
{
	static const char *const states[][2] = { { "prompt", "ask" },
		{ "hangup", "bare" }, { "message", "vm" } };

	if (*word == '\0')
		word = otherwise;
	for (size_t i = 0; i < nitems(states); i++)
		if (strcmp(word, states[i][0]) == 0)
			return states[i][1];
	return word;
}

static bool
any_is(const struct simple *s, const char *state)
{
	return s->c->amd && (strcmp(s->human, state) == 0 ||
				strcmp(s->machine, state) == 0 ||
				strcmp(s->unsure, state) == 0);
}

static struct simple
simple_of(const struct m_context *c)
{
	struct simple s = { .c = c,
		.human = leads_to(c->on_human, "prompt"),
		.machine = leads_to(c->on_machine, "hangup"),
		.unsure = leads_to(c->on_unsure, "prompt"),
		.connect = c->connect_key[0],
		.disconnect = c->disconnect_key[0],
		.repeat = c->repeat_key[0] };

	if (s.connect == s.disconnect)
		s.connect = '\0';
	if (s.repeat == c->connect_key[0] || s.repeat == s.disconnect)
		s.repeat = '\0';
	s.ask = !c->amd || any_is(&s, "ask");
	s.to_connect = any_is(&s, "connect") || (s.ask && s.connect != '\0');
	s.vm = any_is(&s, "vm");
	s.bare = any_is(&s, "bare");
	return s;
}

static void
begin(struct buf *b, size_t from, const char *text)
{
	if (b->len > from)
		buf_byte(b, '\n');
	buf_str(b, text);
}

static void
put_text(struct buf *b, const char *option, const char *value)
{
	if (*value != '\0')
		buf_fmt(b, " %s=%s", option, value);
}

static void
put_key(struct buf *b, char key, const char *target)
{
	if (key != '\0')
		buf_fmt(b, " %c>%s", key, target);
}

void
flow_print_simple(const struct m_context *c, struct buf *b)
{
	struct simple s = simple_of(c);
	size_t from = b->len;

	if (c->amd) {
		begin(b, from, "detect detect");
		put_text(b, "amd", c->amd_profile);
		buf_fmt(b, " human>%s machine>%s unsure>%s", s.human, s.machine,
		    s.unsure);
	}
	if (s.ask) {
		begin(b, from, "ask menu");
		put_text(b, "prompt", c->prompt);
		buf_fmt(b, " timeout=%lld retries=%lld",
		    (long long)c->menu_timeout, (long long)c->retries);
		put_key(b, s.connect, "connect");
		put_key(b, s.disconnect, "out");
		put_key(b, s.repeat, "repeat");
		buf_str(b, " t>bye");
	}
	if (s.to_connect) {
		begin(b, from, "connect connect");
		put_text(b, "dest", c->destination);
		buf_fmt(b, " ring=%lld", (long long)c->ring_timeout);
		put_text(b, "prompt", c->prompt_connect);
	}
	if (s.ask && s.disconnect != '\0') {
		begin(b, from, "out optout");
		put_text(b, "prompt", c->prompt_goodbye);
	}
	if (s.ask) {
		begin(b, from, "bye hangup");
		put_text(b, "prompt", c->prompt_goodbye);
	}
	if (s.vm) {
		begin(b, from, "vm voicemail");
		put_text(b, "prompt", c->prompt_machine);
	}
	if (s.bare)
		begin(b, from, "bare hangup");
}

/* ---- states and names -------------------------------------------------- */

bool
flow_complain(struct flow_work *w, int state, const char *what, size_t n,
    const char *fmt, ...)
{
	const struct flow_state *s = state >= 0 ? &w->f->s[state] : NULL;
	const char *context = s != NULL ? s->context : w->context;
	int number = 1;
	va_list ap;

	if (w->err == NULL)
		return false;
	if (strcmp(context, w->f->context) != 0)
		buf_fmt(w->err, "context \"%s\", ", context);
	for (int i = 0; i < state && i < w->f->n; i++)
		number += strcmp(w->f->s[i].context, context) == 0;
	if (s != NULL)
		buf_fmt(w->err, "state %d", number);
	if (s != NULL && s->name[0] != '\0')
		buf_fmt(w->err, " \"%s\"", s->name);
	if (s != NULL)
		buf_str(w->err, ": ");
	if (what != NULL) {
		buf_byte(w->err, '"');
		for (size_t i = 0; i < n && i < 60; i++)
			buf_byte(w->err,
			    what[i] >= ' ' && what[i] <= '~' ? what[i] : '?');
		buf_str(w->err, n > 60 ? "...\": " : "\": ");
	}
	va_start(ap, fmt);
	buf_vfmt(w->err, fmt, ap);
	va_end(ap);
	return false;
}

void
flow_state_clear(struct flow_state *s)
{
	memset(s, 0, sizeof(*s));
	memset(s->edge, FLOW_END, sizeof(s->edge));
	s->edge[FLOW_INVALID] = FLOW_UNSET;
	memset(s->key, FLOW_END, sizeof(s->key));
}

static int
find(const struct flow *f, const char *context, const char *name)
{
	for (int i = 0; i < f->n; i++)
		if (strcmp(f->s[i].context, context) == 0 &&
		    strcmp(f->s[i].name, name) == 0)
			return i;
	return -1;
}

/* Where a context begins that is in already; -1. */
static int
find_context(const struct flow *f, const char *context)
{
	for (int i = 0; i < f->n; i++)
		if (strcmp(f->s[i].context, context) == 0)
			return i;
	return -1;
}

static bool
complain_link(struct flow_work *w, const struct flow_link *l, const char *why)
{
	char what[sizeof(l->event) + sizeof(l->target) + 1];

	str_format(what, sizeof(what), "%s>%s", l->event, l->target);
	return flow_complain(w, l->from, what, strlen(what), "%s", why);
}

/* Of the context just read; left over: what leads elsewhere. */
static bool
resolve_own(struct flow_work *w, size_t from)
{
	size_t left = from;

	for (size_t i = from; i < w->nlinks; i++) {
		struct flow_link *l = &w->link[i];
		int to;

		if (l->target[0] == '@' &&
		    !spec_word_valid(l->target + 1, MODEL_NAME - 1))
			return complain_link(
			    w, l, "expected the name of a context behind @");
		if (l->target[0] == '@' || strcmp(l->target, "hangup") == 0) {
			w->link[left++] = *l;
			continue;
		}
		if (strcmp(l->target, "repeat") == 0) {
			if (l->cause != FLOW_BY_CHOICE)
				return complain_link(
				    w, l, "only a key or a word repeats");
			*l->slot = FLOW_REPEAT;
			continue;
		}
		to = find(w->f, w->context, l->target);
		if (to < 0)
			return complain_link(w, l,
			    "no state of that name, expected one, repeat, "
			    "hangup or @CONTEXT");
		*l->slot = (signed char)to;
	}
	w->nlinks = left;
	return true;
}

/* ---- a flow ------------------------------------------------------------ */

static bool
amd_arguments(struct flow_work *w, const struct flow_world *world, int i)
{
	char *amd = w->f->s[i].amd;
	const struct m_amd_profile *p;

	if (*amd == '\0')
		return true;
	if (world == NULL || world->amd == NULL) {
		memset(amd, 0, sizeof(w->f->s[i].amd));
		return true;
	}
	p = world->amd(world->arg, amd);
	if (p == NULL)
		return flow_complain(
		    w, i, NULL, 0, "amd=%s: no AMD profile of that name", amd);
	if (!str_format(amd, sizeof(w->f->s[i].amd),
		"%lld,%lld,%lld,%lld,%lld,%lld,%lld,%lld,%lld",
		(long long)p->initial_silence, (long long)p->greeting,
		(long long)p->after_greeting_silence,
		(long long)p->total_analysis_time,
		(long long)p->min_word_length,
		(long long)p->between_words_silence,
		(long long)p->maximum_number_of_words,
		(long long)p->silence_threshold,
		(long long)p->maximum_word_length))
		return flow_complain(
		    w, i, NULL, 0, "numbers of its AMD profile are too large");
	return true;
}

static bool
read_context(struct flow_work *w, const char *name, const struct m_context *c,
    const struct flow_world *world)
{
	struct buf b = BUF_INIT;
	size_t from = w->nlinks;
	int first = w->f->n;
	bool good;

	w->context = name;
	w->simple = c->states[0] == '\0';
	if (w->simple)
		flow_print_simple(c, &b);
	good = flow_parse(w, w->simple ? buf_cstr(&b) : c->states) &&
	       resolve_own(w, from);
	for (int i = first; good && i < w->f->n; i++)
		good = amd_arguments(w, world, i);
	buf_clear(&b);
	return good;
}

/*
 * A key, a word or a wrong key that hangs up: that needs a state, for a key
 * that leads nowhere has no edge either.  Its name can be nobody else's.
 */
static bool
hang_up(struct flow_work *w, struct flow_link *l)
{
	struct flow_state *s;
	int i = find(w->f, w->f->context, "hangup");

	*l->slot = FLOW_END;
	if (l->cause == FLOW_BY_ITSELF)
		return true;
	if (i < 0) {
		if (w->f->n == FLOW_STATES)
			return complain_link(
			    w, l, "no room for a state that hangs up");
		i = w->f->n++;
		s = &w->f->s[i];
		flow_state_clear(s);
		str_copy(s->name, sizeof(s->name), "hangup");
		str_copy(s->context, sizeof(s->context), w->f->context);
		s->kind = FLOW_HANGUP;
	}
	*l->slot = (signed char)i;
	return true;
}

/* The links to other contexts, then those that hang up. */
static bool
resolve_others(struct flow_work *w, const struct flow_world *world)
{
	bool away = world != NULL && world->context != NULL;

	/* Reading a context adds links at the end. */
	for (size_t i = 0; away && i < w->nlinks; i++) {
		struct flow_link l = w->link[i];
		const struct m_context *c;
		int to;

		if (l.target[0] != '@')
			continue;
		to = find_context(w->f, l.target + 1);
		if (to < 0) {
			c = world->context(world->arg, l.target + 1);
			if (c == NULL)
				return complain_link(
				    w, &l, "no context of that name");
			to = w->f->n;
			if (!read_context(w, l.target + 1, c, world))
				return false;
		}
		*l.slot = (signed char)to;
	}
	for (size_t i = 0; i < w->nlinks; i++)
		if ((!away || w->link[i].target[0] != '@') &&
		    !hang_up(w, &w->link[i]))
			return false;
	return true;
}

/* Without an unsure> it goes where human> goes. */
static void
settle_unsure(struct flow *f)
{
	for (int i = 0; i < f->n; i++)
		if (f->s[i].edge[FLOW_UNSURE] == FLOW_UNSET)
			f->s[i].edge[FLOW_UNSURE] = f->s[i].edge[FLOW_HUMAN];
}

struct flow *
flow_new(
    const struct m_context *c, const struct flow_world *world, struct buf *err)
{
	struct flow_work w = { .f = xcalloc(1, sizeof(*w.f)), .err = err };
	bool good;

	str_copy(w.f->context, sizeof(w.f->context), c->name);
	w.f->version = (int)MINIMUM(c->version, (int64_t)INT_MAX);
	w.f->simple = c->states[0] == '\0';
	good = read_context(&w, w.f->context, c, world) &&
	       resolve_others(&w, world);
	free(w.link);
	w.link = NULL;
	w.nlinks = 0;
	if (good) {
		settle_unsure(w.f);
		good = flow_check(&w);
	}
	if (!good) {
		flow_free(w.f);
		return NULL;
	}
	return w.f;
}

void
flow_free(struct flow *f)
{
	free(f);
}

int
flow_find(const struct flow *f, const char *name)
{
	return find(f, f->context, name);
}

int
flow_key_index(char key)
{
	const char *at = key != '\0' ? strchr(FLOW_KEYS, key) : NULL;

	return at != NULL ? (int)(at - FLOW_KEYS) : -1;
}

char
flow_key_to(const struct flow *f, enum flow_kind kind)
{
	for (int i = 0; i < f->n; i++)
		for (size_t k = 0; k < nitems(f->s[i].key); k++) {
			int to = f->s[i].key[k];

			if (f->s[i].kind != FLOW_MENU)
				continue;
			if (kind == FLOW_NKIND
				? to == FLOW_REPEAT
				: to >= 0 && to < f->n && f->s[to].kind == kind)
				return FLOW_KEYS[k];
		}
	return '\0';
}

bool
flow_has(const struct flow *f, enum flow_kind kind)
{
	for (int i = 0; i < f->n; i++)
		if (f->s[i].kind == kind)
			return true;
	return false;
}
