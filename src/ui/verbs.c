/* SPDX-License-Identifier: MIT */
/* verbs: one row per verb; arguments, --options and KEY=VALUE by its row. */
#include "ui/verbs.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/verbs_table.h"

#define KINDS                                                                  \
	"campaign context country trunk profile amd_profile alert_rule did"

/* What the console can ask for; usage and role are the command table's. */
const struct verb verbs_table[] = {
	{ "campaign", "start pause stop", THEN_CAMPAIGN, 2, 2, "", false,
	    VERBS_REQUEST, 0 },
	{ "cps", "auto", THEN_NOTHING, 1, 1, "", false, VERBS_REQUEST, 0 },
	{ "brake", "on off", THEN_NOTHING, 1, 1, "", false, VERBS_REQUEST, 0 },
	{ "why", "campaign trunk did contact list", THEN_BY_WORD, 2, 2, "",
	    false, VERBS_REQUEST, 0 },
	{ "alert", "list ack", THEN_ALERT, 1, 3, "", false, VERBS_REQUEST, 0 },
	{ "callback", "", THEN_NOTHING, 2, 3, "campaign", false, VERBS_REQUEST,
	    0 },
	{ "did", "block unblock add", THEN_NOTHING, 2, VERBS_ARGS,
	    "until reason", false, VERBS_REQUEST, 0 },
	{ "call", "list hangup", THEN_NOTHING, 1, 2, "", false, VERBS_REQUEST,
	    0 },
	{ "context", "list set copy check test states state versions",
	    THEN_CONTEXT, 1, VERBS_ARGS, "country trunk", true, VERBS_REQUEST,
	    0 },
	{ "survey", "", THEN_SURVEY, 1, 1, "campaign from to", false,
	    VERBS_REQUEST, 0 },
	{ "set", KINDS, THEN_BY_WORD, 2, 2, "", true, VERBS_REQUEST, 0 },
	{ "details", "campaign did", THEN_BY_WORD, 2, 2, "", false,
	    VERBS_REQUEST, 0 },
	{ "history", "", THEN_NOTHING, 2, 2, "step", false, VERBS_REQUEST, 0 },
	{ "audit", "list", THEN_NOTHING, 1, 1, "word user limit", false,
	    VERBS_REQUEST, 0 },
	{ "loadtest", "run status stop results", THEN_NOTHING, 1, 1,
	    "cps minutes countries dids scenarios compare", false,
	    VERBS_REQUEST, 0 },
	{ "prompt", "check install", THEN_NOTHING, 1, 2, "switch", false,
	    VERBS_REQUEST, 0 },
	{ "session", "list say watch kill", THEN_SESSION, 1, VERBS_ARGS, "",
	    false, VERBS_REQUEST, 0 },
	{ "stop", "", THEN_NOTHING, 0, 0, "", false, VERBS_ASK, 0 },
	{ "edit", KINDS, THEN_BY_WORD, 2, 2, "", false, VERBS_OWN, VERBS_EDIT },
	{ "new", KINDS, THEN_BY_WORD, 1, 2, "", false, VERBS_OWN, VERBS_NEW },
	{ "import", "contacts dids dnc", THEN_NOTHING, 2, 2,
	    "campaign list country", false, VERBS_OWN, VERBS_IMPORT },
	{ "theme", "dark light 16 none", THEN_NOTHING, 1, 1, "", false,
	    VERBS_OWN, VERBS_THEME },
	{ "zone", "engine local", THEN_NOTHING, 1, 1, "", false, VERBS_OWN,
	    VERBS_ZONE },
	{ "help", "", THEN_NOTHING, 0, 0, "", false, VERBS_HELP, 0 },
	{ "quit", "", THEN_NOTHING, 0, 0, "", false, VERBS_QUIT, 0 },
};
const size_t verbs_nrows = nitems(verbs_table);

json_t *
verbs_request(const char *cmd, const char *a, const char *b)
{
	json_t *args = json_array(), *o;

	if (a != NULL)
		json_array_append_new(args, json_string(a));
	if (b != NULL)
		json_array_append_new(args, json_string(b));
	/* what is not UTF-8 was not appended */
	if (json_array_size(args) !=
	    (size_t)(a != NULL) + (size_t)(b != NULL)) {
		json_decref(args);
		return NULL;
	}
	o = json_pack("{s:s, s:o}", "cmd", cmd, "args", args);
	return o;
}

int
verbs_split(const char *line, char words[VERBS_ARGS][PROMPT_MAX])
{
	int n = 0;

	for (;;) {
		size_t o = 0;
		bool quoted = false;

		while (*line == ' ')
			line++;
		if (*line == '\0' || n == VERBS_ARGS)
			return n;
		for (; *line != '\0' && (quoted || *line != ' '); line++) {
			if (*line == '"')
				quoted = !quoted;
			else if (o + 1 < PROMPT_MAX)
				words[n][o++] = *line;
		}
		words[n++][o] = '\0';
		if (quoted)
			return -1;
	}
}

bool
verbs_one_of(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *p = list;

	while (len > 0 && (p = strstr(p, word)) != NULL) {
		if ((p == list || p[-1] == ' ') &&
		    (p[len] == ' ' || p[len] == '\0'))
			return true;
		p++;
	}
	return false;
}

/* A line, taken apart. */
struct parts {
	const char *args[VERBS_ARGS];
	int n;
	json_t *options; /* of the request */
	json_t *values; /* NULL: none */
	bool good;
};

static void
take_value(struct parts *p, const char *word, const char *eq)
{
	char key[64];

	str_format(key, sizeof(key), "%.*s", (int)(eq - word), word);
	if (p->values == NULL)
		p->values = json_object();
	if (json_object_set_new(p->values, key, json_string(eq + 1)) < 0)
		p->good = false;
}

static void
take_apart(const struct verb *v, char w[VERBS_ARGS][PROMPT_MAX], int n,
    struct parts *p)
{
	/* a state's text is one of words, whatever they look like */
	bool text =
	    v->then == THEN_CONTEXT && n > 1 && strcmp(w[1], "state") == 0;
	const char *eq;

	memset(p, 0, sizeof(*p));
	p->options = json_object();
	p->good = true;
	for (int i = 1; i < n; i++) {
		eq = strchr(w[i], '=');
		if (text)
			p->args[p->n++] = w[i];
		else if (v->values && strcmp(w[i], "--new") == 0)
			json_object_set_new(p->options, "new", json_true());
		else if (strncmp(w[i], "--", 2) == 0) {
			if (!verbs_one_of(v->options, w[i] + 2) || i + 1 == n ||
			    json_object_set_new(p->options, w[i] + 2,
				json_string(w[i + 1])) < 0)
				p->good = false;
			i++;
		} else if (v->values && p->n >= 2 && eq != NULL && eq != w[i])
			take_value(p, w[i], eq);
		else
			p->args[p->n++] = w[i];
	}
}

static enum verbs_kind
bad_usage(const struct verb *v, char *err, size_t size)
{
	const struct command *c = command_find(v->name);

	if (c != NULL && v->kind != VERBS_OWN)
		str_format(err, size, _("usage: %s %s"), v->name,
		    v->most > 0 ? c->usage : "");
	else
		str_format(err, size, _("usage: %s %s%s"), v->name, v->words,
		    v->own == VERBS_IMPORT                          ? " FILE"
		    : v->own == VERBS_THEME || v->own == VERBS_ZONE ? ""
								    : " NAME");
	return VERBS_BAD;
}

static enum verbs_kind
unknown(const char *word, struct verbs_own *own, char *err, size_t size)
{
	static const char *const panes_words[] = { "overview", "campaigns",
		"countries", "dids", "contexts", "calls", "agents", "trunks",
		"alerts" };

	if (strcmp(word, "q") == 0)
		return VERBS_QUIT;
	for (size_t i = 0; i < nitems(panes_words); i++)
		if (strcmp(word, panes_words[i]) == 0) {
			own->what = VERBS_PANE;
			str_copy(own->word, sizeof(own->word), word);
			return VERBS_OWN;
		}
	if (command_find(word) != NULL)
		str_format(err, size,
		    _("\"discador %s\" is for a shell, not for this line"),
		    word);
	else
		str_format(err, size,
		    _("no command \"%s\"; Tab shows what there is"), word);
	return VERBS_BAD;
}

static void
take_own(const struct verb *v, const struct parts *p, struct verbs_own *own)
{
	const char *key;
	json_t *value;

	own->what = v->own;
	str_copy(own->word, sizeof(own->word), p->args[0]);
	str_copy(own->name, sizeof(own->name), p->n > 1 ? p->args[1] : "");
	json_object_foreach (p->options, key, value) {
		str_copy(own->key, sizeof(own->key), key);
		str_copy(own->value, sizeof(own->value),
		    json_string_value(value) != NULL ? json_string_value(value)
						     : "");
	}
}

/* What is said is one text, however many words it has. */
static void
join(const struct parts *p, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (int i = 1; i < p->n && n + 1 < size; i++) {
		str_format(
		    out + n, size - n, "%s%s", i > 1 ? " " : "", p->args[i]);
		n = strlen(out);
	}
}

static json_t *
make_request(const struct verb *v, struct parts *p)
{
	char when[2 * PROMPT_MAX];
	json_t *o, *args;

	if (v->then == THEN_SESSION && strcmp(p->args[0], "say") == 0) {
		join(p, when, sizeof(when));
		return verbs_request(v->name, "say", when);
	}
	o = verbs_request(v->name, NULL, NULL);
	args = json_object_get(o, "args");
	for (int i = 0; i < p->n; i++) {
		/* a date and a time are two words */
		if (strcmp(v->name, "callback") == 0 && i == 1 && p->n == 3) {
			str_format(when, sizeof(when), "%s %s", p->args[1],
			    p->args[2]);
			json_array_append_new(args, json_string(when));
			break;
		}
		if (json_array_append_new(args, json_string(p->args[i])) < 0) {
			json_decref(o);
			return NULL;
		}
	}
	json_object_update(o, p->options);
	if (p->values != NULL)
		json_object_set(o, "values", p->values);
	return o;
}

static bool
cannot_undo(const struct verb *v, const char *word)
{
	return (v->then == THEN_CAMPAIGN && strcmp(word, "stop") == 0) ||
	       (strcmp(v->name, "call") == 0 && strcmp(word, "hangup") == 0) ||
	       (strcmp(v->name, "loadtest") == 0 && strcmp(word, "stop") == 0);
}

/* As many arguments as its first one wants? */
static bool
count_good(const struct verb *v, const struct parts *p)
{
	if (p->n < v->least || p->n > v->most)
		return false;
	if (v->then == THEN_CONTEXT)
		return strcmp(p->args[0], "state") == 0 ? p->n > 3 : p->n <= 3;
	if (v->then != THEN_SESSION)
		return true;
	return strcmp(p->args[0], "list") == 0  ? p->n == 1
	       : strcmp(p->args[0], "say") == 0 ? p->n > 1
						: p->n == 2;
}

enum verbs_kind
verbs_parse(const char *line, json_t **out, struct verbs_own *own, char *err,
    size_t size)
{
	static char w[VERBS_ARGS][PROMPT_MAX]; /* one thread, see STYLE 12 */
	const struct verb *v = NULL;
	enum verbs_kind kind;
	struct parts p;
	int n = verbs_split(line, w);
	double num;

	*out = NULL;
	memset(own, 0, sizeof(*own));
	if (n == 0)
		return VERBS_EMPTY;
	if (n < 0) {
		str_copy(err, size, _("a quote is not closed"));
		return VERBS_BAD;
	}
	for (size_t i = 0; i < verbs_nrows; i++)
		if (strcmp(verbs_table[i].name, w[0]) == 0)
			v = &verbs_table[i];
	if (v == NULL || (strcmp(w[0], "loadtest") == 0 && n == 1)) {
		own->what = VERBS_PANE;
		str_copy(own->word, sizeof(own->word), w[0]);
		return v != NULL ? VERBS_OWN : unknown(w[0], own, err, size);
	}
	take_apart(v, w, n, &p);
	kind = v->kind;
	if (!p.good || !count_good(v, &p) ||
	    (v->words[0] != '\0' && !verbs_one_of(v->words, p.args[0]) &&
		!(strcmp(v->name, "cps") == 0 &&
		    str_double(p.args[0], 0, 100000, &num))))
		kind = bad_usage(v, err, size);
	else if (kind == VERBS_OWN)
		take_own(v, &p, own);
	else if (kind != VERBS_HELP && kind != VERBS_QUIT) {
		*out = make_request(v, &p);
		if (*out == NULL) {
			str_copy(err, size, _("this is not UTF-8"));
			kind = VERBS_BAD;
		} else if (cannot_undo(v, p.args[0]))
			kind = VERBS_ASK;
	}
	json_decref(p.options);
	json_decref(p.values);
	return kind;
}
