/* SPDX-License-Identifier: MIT */
/*
 * flow_parse: the text of a state into its struct.  Looks at one state at a
 * time: where its edges lead is found out later (flow.c), and whether that
 * makes sense is flow_check.c's.
 */
#include "shared/flow_part.h"

#include <ctype.h>
#include <string.h>

#include "shared/spec_check.h"
#include "shared/spec_shape.h"
#include "shared/util.h"

#define BLANKS     " \t"
#define DIGITS_MAX 20 /* of one answer */
/* The dialplan lets no others pass. */
#define GRAMMAR                                                                \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"                 \
	"0123456789_/.:+-"

enum {
	O_PROMPT = 1 << 0,
	O_TIMEOUT = 1 << 1,
	O_RETRIES = 1 << 2,
	O_KEYS = 1 << 3,
	O_DIGITS = 1 << 4,
	O_AMD = 1 << 5,
	O_DEST = 1 << 6,
	O_RING = 1 << 7,
	O_GRAMMAR = 1 << 8,
	O_LANGUAGE = 1 << 9,
	O_GOAL = 1 << 10,
	O_EVERY = O_LANGUAGE | O_GOAL,
	O_ASKS = O_PROMPT | O_TIMEOUT | O_RETRIES
};
/* like: the option of a simple context that has the same values. */
static const struct option {
	const char *word, *like;
	unsigned bit;
} options[] = {
	{ "prompt", "prompt", O_PROMPT },
	{ "timeout", "menu_timeout", O_TIMEOUT },
	{ "retries", "retries", O_RETRIES },
	{ "keys", NULL, O_KEYS },
	{ "digits", NULL, O_DIGITS },
	{ "amd", NULL, O_AMD },
	{ "dest", "destination", O_DEST },
	{ "ring", "ring_timeout", O_RING },
	{ "grammar", NULL, O_GRAMMAR },
	{ "language", NULL, O_LANGUAGE },
	{ "goal", NULL, O_GOAL },
};

#define E(edge) (1u << FLOW_##edge)
static const struct kind {
	const char *word;
	unsigned options, edges;
	const char *events; /* for people */
	bool keys;
} kinds[FLOW_NKIND] = {
	[FLOW_PLAY] = { "play", O_PROMPT, E(DONE), ">", false },
	[FLOW_MENU] = { "menu", O_ASKS, E(TIMEOUT) | E(INVALID),
	    "0> to 9>, *>, t> and i>", true },
	[FLOW_QUESTION] = { "question", O_ASKS | O_KEYS | O_DIGITS,
	    E(DONE) | E(TIMEOUT) | E(INVALID), ">, 0> to 9>, *>, t> and i>",
	    true },
	[FLOW_DETECT] = { "detect", O_AMD, E(HUMAN) | E(MACHINE) | E(UNSURE),
	    "human>, machine> and unsure>", false },
	[FLOW_CONNECT] = { "connect", O_PROMPT | O_DEST | O_RING,
	    E(DONE) | E(FAIL), "> and fail>", false },
	[FLOW_OPTOUT] = { "optout", O_PROMPT, E(DONE), ">", false },
	[FLOW_VOICEMAIL] = { "voicemail", O_PROMPT, E(DONE), ">", false },
	[FLOW_SPEECH] = { "speech", O_ASKS | O_GRAMMAR, E(TIMEOUT) | E(INVALID),
	    "words of 2 to 15 of a-z 0-9, 0> to 9>, *>, t> and i>", true },
	[FLOW_HANGUP] = { "hangup", O_PROMPT, 0, "nothing", false },
};
static const char *const edge_words[FLOW_NEDGE] = { [FLOW_DONE] = "",
	[FLOW_TIMEOUT] = "t",
	[FLOW_INVALID] = "i",
	[FLOW_FAIL] = "fail",
	[FLOW_HUMAN] = "human",
	[FLOW_MACHINE] = "machine",
	[FLOW_UNSURE] = "unsure" };

const char *
flow_kind_word(enum flow_kind k)
{
	return (unsigned)k < FLOW_NKIND ? kinds[k].word : "?";
}

unsigned
flow_kind_edges(enum flow_kind k)
{
	return (unsigned)k < FLOW_NKIND ? kinds[k].edges : 0;
}

bool
flow_kind_asks(enum flow_kind k)
{
	return (unsigned)k < FLOW_NKIND && kinds[k].keys;
}

bool
flow_word_valid(const char *s, size_t n)
{
	if (n < 2 || n > sizeof(((struct flow_state *)0)->word[0].word) - 1)
		return false;
	for (; n > 0; n--, s++)
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= '0' && *s <= '9'))
			return false;
	return true;
}

static bool
name_valid(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < FLOW_NAME && *s >= 'a' && *s <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n &&
	       strcmp(s, "repeat") != 0 && strcmp(s, "hangup") != 0;
}

/* "pt", "pt-BR", "es-419" */
static bool
language_valid(const char *s)
{
	size_t n;

	if (!islower((unsigned char)s[0]) || !islower((unsigned char)s[1]))
		return false;
	if (s[2] == '\0')
		return true;
	if (s[2] != '-')
		return false;
	s += 3;
	for (n = 0; s[n] != '\0'; n++)
		if (!isalnum((unsigned char)s[n]))
			return false;
	return n >= 2 && n <= 4;
}

/* "" is no set of keys; none may be in it twice. */
static bool
keys_valid(const char *s)
{
	const char *k;

	for (k = s; *k != '\0'; k++)
		if (flow_key_index(*k) < 0 || strchr(k + 1, *k) != NULL)
			return false;
	return k > s;
}

/* ---- options ----------------------------------------------------------- */

struct token {
	const char *p; /* all of it */
	size_t n;
	size_t word; /* bytes before the = or > */
	char value[FLOW_LINE]; /* behind it */
};

/* The kind does not take it. */
static bool
option_unknown(struct flow_work *w, int i, const struct token *t)
{
	const struct kind *k = &kinds[w->f->s[i].kind];
	char text[120] = "";
	size_t n = 0;

	for (size_t o = 0; o < nitems(options); o++)
		if ((k->options | O_EVERY) & options[o].bit) {
			str_format(text + n, sizeof(text) - n, "%s%s",
			    n > 0 ? ", " : "", options[o].word);
			n = strlen(text);
		}
	return flow_complain(w, i, t->p, t->n, "%s takes %s", k->word, text);
}

static bool
option_int(struct flow_work *w, int i, const struct token *t, double lo,
    double hi, int *out)
{
	int64_t v;

	if (!isdigit((unsigned char)t->value[0]) ||
	    !str_int64(t->value, (int64_t)lo, (int64_t)hi, &v))
		return flow_complain(w, i, t->p, t->n,
		    "expected an integer from %.0f to %.0f", lo, hi);
	*out = (int)v;
	return true;
}

/* A text that a simple context has too, with the rules of that one. */
static bool
option_text(struct flow_work *w, int i, const struct token *t,
    const struct spec_row *r, char *out, size_t size)
{
	struct buf b = BUF_INIT;

	if (t->value[0] != '\0' && strlen(t->value) <= (size_t)r->hi &&
	    spec_shape_valid(r, t->value) && str_copy(out, size, t->value))
		return true;
	spec_shape_expected(&b, r, t->value);
	flow_complain(w, i, t->p, t->n, "expected %s", buf_cstr(&b));
	buf_clear(&b);
	return false;
}

static bool
option_other(struct flow_work *w, int i, const struct token *t, unsigned option)
{
	struct flow_state *s = &w->f->s[i];
	const char *v = t->value, *expected = NULL;

	switch (option) {
	case O_KEYS:
		if (keys_valid(v))
			str_copy(s->keys, sizeof(s->keys), v);
		else
			expected = "different keys of 0 to 9 and *";
		break;
	case O_AMD:
		/* Its name until flow.c puts the arguments there. */
		if (spec_word_valid(v, MODEL_NAME - 1))
			str_copy(s->amd, sizeof(s->amd), v);
		else
			expected = "the name of an AMD profile";
		break;
	case O_GRAMMAR:
		if (*v != '\0' && v[strspn(v, GRAMMAR)] == '\0' &&
		    strlen(v) < sizeof(s->grammar))
			str_copy(s->grammar, sizeof(s->grammar), v);
		else
			expected = "a name of at most 63 letters, digits and "
				   "_/.:+-";
		break;
	case O_LANGUAGE:
		if (language_valid(v))
			str_copy(s->language, sizeof(s->language), v);
		else
			expected = "a language such as pt or pt-BR";
		break;
	default:
		s->goal = strcmp(v, "yes") == 0;
		if (!s->goal)
			expected = "yes";
	}
	return expected == NULL ||
	       flow_complain(w, i, t->p, t->n, "expected %s", expected);
}

static bool
option(struct flow_work *w, int i, const struct token *t, unsigned *seen)
{
	struct flow_state *s = &w->f->s[i];
	const struct spec_row *like;
	size_t o = 0;

	while (o < nitems(options) &&
	       (strlen(options[o].word) != t->word ||
		   memcmp(options[o].word, t->p, t->word) != 0))
		o++;
	if (o == nitems(options) ||
	    !((kinds[s->kind].options | O_EVERY) & options[o].bit))
		return option_unknown(w, i, t);
	if (*seen & options[o].bit)
		return flow_complain(
		    w, i, t->p, t->n, "%s is there twice", options[o].word);
	*seen |= options[o].bit;
	like = options[o].like != NULL ? spec_find("context", options[o].like)
				       : NULL;
	switch (options[o].bit) {
	case O_PROMPT:
		return option_text(w, i, t, like, s->prompt, sizeof(s->prompt));
	case O_DEST:
		return option_text(w, i, t, like, s->dest, sizeof(s->dest));
	case O_TIMEOUT:
		return option_int(w, i, t, like->lo, like->hi, &s->timeout_s);
	case O_RETRIES:
		return option_int(w, i, t, like->lo, like->hi, &s->retries);
	case O_RING:
		return option_int(w, i, t, like->lo, like->hi, &s->ring_s);
	case O_DIGITS:
		return option_int(w, i, t, 1, DIGITS_MAX, &s->digits);
	default:
		return option_other(w, i, t, options[o].bit);
	}
}

/* What an option has that is not there. */
static int
like_default(const char *key)
{
	int64_t v = 0;

	str_int64(spec_find("context", key)->def, 0, 10000, &v);
	return (int)v;
}

static void
defaults(struct flow_state *s)
{
	unsigned o = kinds[s->kind].options;

	if (o & O_TIMEOUT)
		s->timeout_s = like_default("menu_timeout");
	if (o & O_RETRIES)
		s->retries = like_default("retries");
	if (o & O_RING)
		s->ring_s = like_default("ring_timeout");
	if (o & O_DIGITS)
		s->digits = 1;
}

/* ---- events ------------------------------------------------------------ */

/* The slot of an event, or NULL: the kind has none of that name. */
static signed char *
event_slot(struct flow_state *s, const char *p, size_t n, enum flow_cause *why)
{
	int key = n == 1 ? flow_key_index(*p) : -1;

	*why = FLOW_BY_CHOICE;
	if (key >= 0)
		return kinds[s->kind].keys ? &s->key[key] : NULL;
	if (s->kind == FLOW_SPEECH && flow_word_valid(p, n)) {
		for (int i = 0; i < s->nwords; i++)
			if (strlen(s->word[i].word) == n &&
			    memcmp(s->word[i].word, p, n) == 0)
				return &s->word[i].to;
		if (s->nwords == FLOW_WORDS)
			return NULL;
		memcpy(s->word[s->nwords].word, p, n);
		s->word[s->nwords].to = FLOW_END;
		return &s->word[s->nwords++].to;
	}
	for (int e = 0; e < FLOW_NEDGE; e++)
		if ((kinds[s->kind].edges & 1u << e) &&
		    strlen(edge_words[e]) == n &&
		    memcmp(edge_words[e], p, n) == 0) {
			*why =
			    e == FLOW_INVALID ? FLOW_BY_WRONG : FLOW_BY_ITSELF;
			return &s->edge[e];
		}
	return NULL;
}

static bool
event(struct flow_work *w, int i, const struct token *t)
{
	struct flow_state *s = &w->f->s[i];
	struct flow_link *l;
	enum flow_cause cause;
	signed char *slot = event_slot(s, t->p, t->word, &cause);

	if (slot == NULL && s->kind == FLOW_SPEECH && s->nwords == FLOW_WORDS &&
	    flow_word_valid(t->p, t->word))
		return flow_complain(
		    w, i, t->p, t->n, "expected at most %d words", FLOW_WORDS);
	if (slot == NULL)
		return flow_complain(w, i, t->p, t->n, "%s leads on by %s",
		    kinds[s->kind].word, kinds[s->kind].events);
	for (size_t k = 0; k < w->nlinks; k++)
		if (w->link[k].slot == slot)
			return flow_complain(w, i, t->p, t->n,
			    "%.*s> is there twice", (int)t->word, t->p);
	w->link = xreallocarray(w->link, w->nlinks + 1, sizeof(*w->link));
	l = &w->link[w->nlinks];
	*l = (struct flow_link){ .slot = slot, .from = i, .cause = cause };
	if (t->value[0] == '\0' ||
	    !str_copy(l->target, sizeof(l->target), t->value))
		return flow_complain(w, i, t->p, t->n,
		    "expected a state, repeat, hangup or @CONTEXT behind the "
		    ">");
	memcpy(l->event, t->p, t->word);
	w->nlinks++;
	return true;
}

/* ---- a state, a context ------------------------------------------------ */

static bool
next_token(const char **at, struct token *t)
{
	size_t n;

	*at += strspn(*at, BLANKS);
	t->p = *at;
	t->n = strcspn(*at, BLANKS);
	*at += t->n;
	t->word = strcspn(t->p, "=>" BLANKS);
	n = t->word < t->n ? t->n - t->word - 1 : 0;
	memcpy(t->value, t->p + t->n - n, n);
	t->value[n] = '\0';
	return t->n > 0;
}

static bool
state_name(struct flow_work *w, int i, const struct token *t)
{
	struct flow_state *s = &w->f->s[i];
	char name[FLOW_NAME] = "";

	if (t->n < sizeof(name))
		memcpy(name, t->p, t->n);
	if (!name_valid(name))
		return flow_complain(w, i, t->p, t->n,
		    "expected a name of 1 to %d of a-z 0-9 _ -, a letter "
		    "first, not repeat or hangup",
		    FLOW_NAME - 1);
	str_copy(s->name, sizeof(s->name), name);
	for (int k = w->first; k < i; k++)
		if (strcmp(w->f->s[k].name, name) == 0)
			return flow_complain(w, i, NULL, 0,
			    "state %d has that name, too", k - w->first + 1);
	return true;
}

static bool
state_kind(struct flow_work *w, int i, const struct token *t)
{
	struct flow_state *s = &w->f->s[i];
	char text[100] = "";
	size_t n = 0;

	for (int k = 0; k < FLOW_NKIND; k++) {
		if (strlen(kinds[k].word) == t->n &&
		    memcmp(kinds[k].word, t->p, t->n) == 0) {
			s->kind = (enum flow_kind)k;
			if (k == FLOW_DETECT)
				s->edge[FLOW_UNSURE] = FLOW_UNSET;
			defaults(s);
			return true;
		}
		str_format(text + n, sizeof(text) - n, "%s%s",
		    n > 0 ? ", " : "", kinds[k].word);
		n = strlen(text);
	}
	return flow_complain(w, i, t->n > 0 ? t->p : NULL, t->n,
	    "expected what it does behind its name: %s", text);
}

static bool
parse_state(struct flow_work *w, int i, const char *line)
{
	unsigned seen = 0;
	struct token t;

	if (!next_token(&line, &t))
		return flow_complain(w, i, NULL, 0,
		    "empty, expected NAME KIND OPTION=VALUE... "
		    "EVENT>TARGET...");
	if (!state_name(w, i, &t))
		return false;
	next_token(&line, &t);
	if (!state_kind(w, i, &t))
		return false;
	while (next_token(&line, &t)) {
		char c = t.word < t.n ? t.p[t.word] : '\0';

		if (c == '\0')
			return flow_complain(w, i, t.p, t.n,
			    "expected OPTION=VALUE or EVENT>TARGET");
		if (c == '=' ? !option(w, i, &t, &seen) : !event(w, i, &t))
			return false;
	}
	return flow_check_state(w, i);
}

bool
flow_parse(struct flow_work *w, const char *text)
{
	char line[FLOW_LINE];
	int n = 0;

	w->first = w->f->n;
	do {
		size_t len = strcspn(text, "\n");
		int i = w->f->n;

		if (i == FLOW_STATES || n == FLOW_OWN)
			return flow_complain(w, -1, NULL, 0,
			    "too many states: a context has at most %d, %d "
			    "with those of the contexts that it leads to",
			    FLOW_OWN, FLOW_STATES);
		flow_state_clear(&w->f->s[i]);
		str_copy(w->f->s[i].context, MODEL_NAME, w->context);
		if (len >= sizeof(line))
			return flow_complain(w, i, NULL, 0,
			    "%zu bytes, expected at most %zu", len,
			    sizeof(line) - 1);
		memcpy(line, text, len);
		line[len] = '\0';
		if (!parse_state(w, i, line))
			return false;
		w->f->n++;
		n++;
		text += len + (text[len] == '\n');
	} while (*text != '\0');
	return true;
}
