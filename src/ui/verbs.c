/* SPDX-License-Identifier: MIT */
/* verbs: one row per verb; its arguments are words, a campaign or a number. */
#include "ui/verbs.h"

#include <string.h>

#include "shared/commands.h"
#include "shared/text.h"
#include "shared/util.h"

#define ARGS_MAX 8

/* What the console can ask for; usage and role are the command table's. */
static const struct verb {
	const char *name;
	const char *words; /* first argument: one of these, by blanks */
	bool campaign; /* then a campaign's name */
	int args;
	enum verbs_kind kind;
} verbs[] = {
	{ "campaign", "start pause stop", true, 2, VERBS_REQUEST },
	{ "cps", "auto", false, 1, VERBS_REQUEST },
	{ "brake", "on off", false, 1, VERBS_REQUEST },
	{ "stop", "", false, 0, VERBS_ASK },
	{ "help", "", false, 0, VERBS_HELP },
	{ "quit", "", false, 0, VERBS_QUIT },
};

json_t *
verbs_request(const char *cmd, const char *a, const char *b)
{
	json_t *args = json_array();

	if (a != NULL)
		json_array_append_new(args, json_string(a));
	if (b != NULL)
		json_array_append_new(args, json_string(b));
	return json_pack("{s:s, s:o}", "cmd", cmd, "args", args);
}

/* Split at blanks; "..." keeps them.  Returns the count, -1: open quote. */
static int
split(const char *line, char words[ARGS_MAX][PROMPT_MAX])
{
	int n = 0;

	for (;;) {
		size_t o = 0;
		bool quoted = false;

		while (*line == ' ')
			line++;
		if (*line == '\0' || n == ARGS_MAX)
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

/* Is word one of the blank-separated list? */
static bool
one_of(const char *list, const char *word)
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

enum verbs_kind
verbs_parse(const char *line, json_t **out, char *err, size_t size)
{
	char w[ARGS_MAX][PROMPT_MAX];
	const struct verb *v = NULL;
	int n = split(line, w);
	double num;

	*out = NULL;
	if (n == 0)
		return VERBS_EMPTY;
	if (n < 0) {
		str_copy(err, size, _("a quote is not closed"));
		return VERBS_BAD;
	}
	for (size_t i = 0; i < nitems(verbs); i++)
		if (strcmp(verbs[i].name, w[0]) == 0)
			v = &verbs[i];
	if (v == NULL && strcmp(w[0], "q") == 0)
		return VERBS_QUIT;
	if (v == NULL && command_find(w[0]) != NULL) {
		str_format(err, size,
		    _("\"discador %s\" is for a shell, not for this line"),
		    w[0]);
		return VERBS_BAD;
	}
	if (v == NULL) {
		str_format(err, size,
		    _("no command \"%s\"; Tab shows what there is"), w[0]);
		return VERBS_BAD;
	}
	if (n - 1 != v->args ||
	    (v->words[0] != '\0' && !one_of(v->words, w[1]) &&
		!(strcmp(v->name, "cps") == 0 &&
		    str_double(w[1], 0, 100000, &num)))) {
		const struct command *c = command_find(w[0]);

		str_format(err, size, _("usage: %s %s"), w[0],
		    c != NULL && v->args > 0 ? c->usage : "");
		return VERBS_BAD;
	}
	if (v->kind == VERBS_HELP || v->kind == VERBS_QUIT)
		return v->kind;
	*out = verbs_request(w[0], n > 1 ? w[1] : NULL, n > 2 ? w[2] : NULL);
	if (*out == NULL) {
		str_copy(err, size, _("this is not UTF-8"));
		return VERBS_BAD;
	}
	if (v->campaign && strcmp(w[1], "stop") == 0)
		return VERBS_ASK;
	return v->kind;
}

static void
offer(
    struct prompt_choices *c, const char *word, size_t wlen, const char *typed)
{
	bool blank = memchr(word, ' ', wlen) != NULL;
	const char *q = blank ? "\"" : "";

	if (*typed == '"')
		typed++;
	if (c->n >= PROMPT_CHOICES || wlen < strlen(typed) ||
	    strncasecmp(word, typed, strlen(typed)) != 0)
		return;
	if (str_format(
		c->v[c->n], sizeof(c->v[0]), "%s%.*s%s", q, (int)wlen, word, q))
		c->n++;
}

void
verbs_complete(const struct board *b, const char *text, size_t *from,
    struct prompt_choices *c)
{
	char w[ARGS_MAX][PROMPT_MAX];
	const char *p = text, *last = text;
	bool quoted = false;
	int at = 0;

	/* which word is the last one, and where does it begin */
	for (; *p != '\0'; p++) {
		if (*p == '"')
			quoted = !quoted;
		if (*p == ' ' && !quoted) {
			at += p > last;
			last = p + 1;
		}
	}
	*from = (size_t)(last - text);
	if (at == 0) {
		for (size_t i = 0; i < nitems(verbs); i++)
			offer(c, verbs[i].name, strlen(verbs[i].name), last);
		return;
	}
	if (split(text, w) < 1 && !quoted)
		return;
	for (size_t i = 0; i < nitems(verbs); i++) {
		const struct verb *v = &verbs[i];
		const char *s = v->words;

		if (strncmp(v->name, text, strlen(v->name)) != 0 ||
		    text[strlen(v->name)] != ' ')
			continue;
		while (at == 1 && *s != '\0') {
			size_t n = strcspn(s, " ");

			offer(c, s, n, last);
			s += n + (s[n] == ' ');
		}
		for (uint32_t k = 0; at == 2 && v->campaign && b != NULL &&
				     k < b->ncampaigns && k < BOARD_CAMPAIGNS;
		     k++)
			offer(c, b->campaigns[k].name,
			    strlen(b->campaigns[k].name), last);
	}
}
