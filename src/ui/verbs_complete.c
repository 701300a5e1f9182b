/* SPDX-License-Identifier: MIT */
/*
 * verbs_complete: what could stand where the last word of a `:` line stands.
 * Offers only what the viewer's role may do.
 */
#include <string.h>

#include "shared/flow.h"
#include "shared/spec.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/verbs_table.h"

static void
offer(
    struct prompt_choices *c, const char *word, size_t wlen, const char *typed)
{
	bool blank = memchr(word, ' ', wlen) != NULL;
	const char *q = blank ? "\"" : "";

	if (*typed == '"')
		typed++;
	if (c->n >= PROMPT_CHOICES || wlen == 0 || wlen < strlen(typed) ||
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

static void
offer_objects(const struct board *b, const char *kind, const char *typed,
    struct prompt_choices *c)
{
	if (strcmp(kind, "campaign") == 0)
		for (uint32_t k = 0; k < b->ncampaigns && k < BOARD_CAMPAIGNS;
		     k++)
			offer_all(c, b->campaigns[k].name, typed);
	else if (strcmp(kind, "trunk") == 0)
		for (uint32_t k = 0; k < b->ntrunks && k < BOARD_TRUNKS; k++)
			offer_all(c, b->trunks[k].name, typed);
	else if (strcmp(kind, "country") == 0)
		for (uint32_t k = 0; k < b->ncountries && k < BOARD_COUNTRIES;
		     k++)
			offer_all(c, b->countries[k].name, typed);
	else if (strcmp(kind, "context") == 0) {
		for (uint32_t k = 0; k < b->ncountries && k < BOARD_COUNTRIES;
		     k++)
			offer_all(c, b->countries[k].context, typed);
		for (uint32_t k = 0; k < b->ncampaigns && k < BOARD_CAMPAIGNS;
		     k++)
			offer_all(c, b->campaigns[k].context, typed);
	} else if (strcmp(kind, "profile") == 0)
		for (uint32_t k = 0; k < b->ncampaigns && k < BOARD_CAMPAIGNS;
		     k++)
			offer_all(c, b->campaigns[k].profile, typed);
}

static void
offer_keys(const char *kind, const char *typed, struct prompt_choices *c)
{
	char word[64];

	for (size_t i = 0; i < spec_nrows; i++)
		if (strcmp(spec_rows[i].kind, kind) == 0) {
			str_format(word, sizeof(word), "%s=", spec_rows[i].key);
			offer_all(c, word, typed);
		}
}

static void
offer_alerts(const struct board *b, const char *rule, int at, const char *typed,
    struct prompt_choices *c)
{
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

/* Of those whom the board has: the numbers that `session kill` wants. */
static void
offer_sessions(
    const struct board *b, const char *typed, struct prompt_choices *c)
{
	char id[16];

	for (uint32_t k = 0; k < b->nsessions && k < BOARD_SESSIONS; k++) {
		str_format(id, sizeof(id), "%u", b->sessions[k].id);
		offer_all(c, id, typed);
	}
}

/* context state NAME STATE KIND ... */
static void
offer_state(int at, const char *typed, struct prompt_choices *c)
{
	for (int i = 0; i < FLOW_NKIND && at == 4; i++)
		offer_all(c, flow_kind_word((enum flow_kind)i), typed);
	if (at == 4)
		offer_all(c, "--remove", typed);
}

/* What may stand behind the first argument w[1]. */
static void
offer_names(const struct verb *v, const struct board *b,
    char w[VERBS_ARGS][PROMPT_MAX], int at, const char *typed,
    struct prompt_choices *c)
{
	const char *kind = v->then == THEN_CAMPAIGN  ? "campaign"
			   : v->then == THEN_CONTEXT ? "context"
			   : v->then == THEN_BY_WORD ? w[1]
						     : "";

	if (strncmp(typed, "--", 2) == 0 && strcmp(w[1], "state") != 0) {
		const char *s = v->options;
		char word[64];

		while (*s != '\0') {
			size_t len = strcspn(s, " ");

			str_format(word, sizeof(word), "--%.*s", (int)len, s);
			offer_all(c, word, typed);
			s += len + (s[len] == ' ');
		}
	} else if (v->then == THEN_ALERT) {
		if (strcmp(w[1], "ack") == 0)
			offer_alerts(b, at > 2 ? w[2] : "", at, typed, c);
	} else if (v->then == THEN_SESSION) {
		if (at == 2 && verbs_one_of("watch kill", w[1]))
			offer_sessions(b, typed, c);
	} else if (at == 2)
		offer_objects(b, kind, typed, c);
	else if (v->then == THEN_CONTEXT && strcmp(w[1], "state") == 0)
		offer_state(at, typed, c);
	else if (v->values)
		offer_keys(kind, typed, c);
}

/* Commands whose rows do not say so are for everybody. */
static bool
may(const char *verb, const char *word, enum command_role role)
{
	const struct command *c = command_find(verb);
	enum command_role least;

	if (strcmp(verb, "edit") == 0 || strcmp(verb, "new") == 0)
		c = command_find(verb = "set");
	if (c == NULL || c->where != COMMAND_ENGINE)
		return true;
	least = word[0] != '\0' ? command_least(verb, word) : c->role;
	return least != COMMAND_NOBODY && role >= least;
}

static void
offer_words(const struct verb *v, enum command_role role, const char *typed,
    struct prompt_choices *c)
{
	const char *s = v->words;
	char word[32];

	while (*s != '\0') {
		size_t len = strcspn(s, " ");

		str_format(word, sizeof(word), "%.*s", (int)len, s);
		if (may(v->name, word, role))
			offer(c, s, len, typed);
		s += len + (s[len] == ' ');
	}
}

static void
offer_first(enum command_role role, const char *typed, struct prompt_choices *c)
{
	static const char *const panes_words[] = { "overview", "campaigns",
		"countries", "dids", "contexts", "calls", "agents", "trunks",
		"loadtest", "alerts" };

	for (size_t i = 0; i < verbs_nrows; i++)
		if (may(verbs_table[i].name, "", role))
			offer_all(c, verbs_table[i].name, typed);
	/* panes by name only once a letter was typed: they have digits */
	for (size_t i = 0; *typed != '\0' && i < nitems(panes_words); i++)
		if (c->n == 0 || strlen(typed) > 3)
			offer_all(c, panes_words[i], typed);
}

void
verbs_complete(const struct board *b, enum command_role role, const char *text,
    size_t *from, struct prompt_choices *c)
{
	static char w[VERBS_ARGS][PROMPT_MAX]; /* one thread, see STYLE 12 */
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
	memset(w, 0, sizeof(w));
	if (at == 0) {
		offer_first(role, last, c);
		return;
	}
	if (verbs_split(text, w) < 1 && !quoted)
		return;
	for (size_t i = 0; i < verbs_nrows; i++) {
		const struct verb *v = &verbs_table[i];

		if (strcmp(v->name, w[0]) != 0)
			continue;
		if (at == 1 && v->then == THEN_SURVEY && b != NULL)
			offer_objects(b, "context", last, c);
		else if (at == 1)
			offer_words(v, role, last, c);
		else if (b != NULL)
			offer_names(v, b, w, at, last, c);
	}
}
