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
	enum { NAME_NONE, NAME_CAMPAIGN, NAME_BY_WORD, NAME_ALERT } then;
	int least, most; /* arguments */
	enum verbs_kind kind;
} verbs[] = {
	{ "campaign", "start pause stop", NAME_CAMPAIGN, 2, 2, VERBS_REQUEST },
	{ "cps", "auto", NAME_NONE, 1, 1, VERBS_REQUEST },
	{ "brake", "on off", NAME_NONE, 1, 1, VERBS_REQUEST },
	{ "why", "campaign trunk did contact list", NAME_BY_WORD, 2, 2,
	    VERBS_REQUEST },
	{ "alert", "list ack", NAME_ALERT, 1, 3, VERBS_REQUEST },
	{ "callback", "", NAME_NONE, 2, 5, VERBS_REQUEST },
	{ "stop", "", NAME_NONE, 0, 0, VERBS_ASK },
	{ "help", "", NAME_NONE, 0, 0, VERBS_HELP },
	{ "quit", "", NAME_NONE, 0, 0, VERBS_QUIT },
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

/* callback NUMBER TIME [--campaign NAME]; a date and a time are two words. */
static json_t *
callback_request(char w[ARGS_MAX][PROMPT_MAX], int n)
{
	const char *campaign = NULL, *args[5];
	char when[2 * PROMPT_MAX];
	json_t *o;
	int k = 0;

	for (int i = 1; i < n && k < 5; i++)
		if (strcmp(w[i], "--campaign") == 0 && i + 1 < n)
			campaign = w[++i];
		else
			args[k++] = w[i];
	if (k < 2 || k > 3)
		return NULL;
	str_format(when, sizeof(when), "%s%s%s", args[1], k == 3 ? " " : "",
	    k == 3 ? args[2] : "");
	o = verbs_request("callback", args[0], when);
	if (o != NULL && campaign != NULL)
		json_object_set_new(o, "campaign", json_string(campaign));
	return o;
}

static enum verbs_kind
bad_usage(const struct verb *v, char *err, size_t size)
{
	const struct command *c = command_find(v->name);

	str_format(err, size, _("usage: %s %s"), v->name,
	    c != NULL && v->most > 0 ? c->usage : "");
	return VERBS_BAD;
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
	if (n - 1 < v->least || n - 1 > v->most ||
	    (v->words[0] != '\0' && !one_of(v->words, w[1]) &&
		!(strcmp(v->name, "cps") == 0 &&
		    str_double(w[1], 0, 100000, &num))))
		return bad_usage(v, err, size);
	if (v->kind == VERBS_HELP || v->kind == VERBS_QUIT)
		return v->kind;
	if (strcmp(v->name, "callback") == 0) {
		*out = callback_request(w, n);
		if (*out == NULL)
			return bad_usage(v, err, size);
	} else
		*out = verbs_request(
		    w[0], n > 1 ? w[1] : NULL, n > 2 ? w[2] : NULL);
	if (*out != NULL && v->most == 3 && n > 3)
		json_array_append_new(
		    json_object_get(*out, "args"), json_string(w[3]));
	if (*out == NULL) {
		str_copy(err, size, _("this is not UTF-8"));
		return VERBS_BAD;
	}
	if (v->then == NAME_CAMPAIGN && strcmp(w[1], "stop") == 0)
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
	for (size_t i = 0; i < c->n; i++)
		if (strncmp(c->v[i] + blank, word, wlen) == 0 &&
		    strlen(c->v[i]) == wlen + 2 * blank)
			return;
	if (str_format(
		c->v[c->n], sizeof(c->v[0]), "%s%.*s%s", q, (int)wlen, word, q))
		c->n++;
}

static void
offer_all(struct prompt_choices *c, const char *name, const char *typed)
{
	offer(c, name, strlen(name), typed);
}

/* What may stand behind the first argument; rule: the second one. */
static void
offer_names(const struct verb *v, const struct board *b, const char *word,
    const char *rule, int at, const char *typed, struct prompt_choices *c)
{
	bool by_word = v->then == NAME_BY_WORD;

	if (at == 2 && (v->then == NAME_CAMPAIGN ||
			   (by_word && strcmp(word, "campaign") == 0)))
		for (uint32_t k = 0; k < b->ncampaigns && k < BOARD_CAMPAIGNS;
		     k++)
			offer_all(c, b->campaigns[k].name, typed);
	if (at == 2 && by_word && strcmp(word, "trunk") == 0)
		for (uint32_t k = 0; k < b->ntrunks && k < BOARD_TRUNKS; k++)
			offer_all(c, b->trunks[k].name, typed);
	if (v->then != NAME_ALERT || strcmp(word, "ack") != 0)
		return;
	if (at == 2)
		offer_all(c, "all", typed);
	for (uint32_t k = 0; k < b->nalerts && k < BOARD_ALERTS; k++) {
		const struct board_alert *a = &b->alerts[k];

		if (a->acked_ms != 0)
			continue;
		if (at == 2)
			offer_all(c, a->rule, typed);
		else if (at == 3 && strcmp(a->rule, rule) == 0)
			offer_all(c, a->object, typed);
	}
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
			size_t len = strcspn(s, " ");

			offer(c, s, len, last);
			s += len + (s[len] == ' ');
		}
		if (at >= 2 && b != NULL)
			offer_names(
			    v, b, w[1], at > 2 ? w[2] : "", at, last, c);
	}
}
