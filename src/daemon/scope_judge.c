/* SPDX-License-Identifier: MIT */
/*
 * scope_judge: verb by verb, what users limited to campaigns may ask.  Knows
 * no handler and answers nothing.
 */
#include "daemon/scope_judge.h"

#include <string.h>

#include "shared/scope.h"
#include "shared/util.h"

/* word "": whatever the first argument is. */
static const struct {
	const char *verb, *word;
	enum scope_how how;
} table[] = {
	{ "alert", "ack", SCOPE_FILTERED },
	{ "alert", "list", SCOPE_FILTERED },
	{ "call", "hangup", SCOPE_FILTERED },
	{ "call", "list", SCOPE_FILTERED },
	{ "callback", "", SCOPE_KEY },
	{ "campaign", "pause", SCOPE_ARGUMENT },
	{ "campaign", "start", SCOPE_ARGUMENT },
	{ "campaign", "stop", SCOPE_ARGUMENT },
	{ "details", "campaign", SCOPE_ARGUMENT },
	{ "export", "calls", SCOPE_FILTERED },
	{ "export", "answers", SCOPE_FILTERED },
	{ "export", "contacts", SCOPE_FILTERED },
	{ "import", "", SCOPE_KEY }, /* contacts: see below */
	{ "session", "consent", SCOPE_HARMLESS },
	{ "session", "doing", SCOPE_HARMLESS },
	{ "session", "leave", SCOPE_HARMLESS },
	{ "session", "list", SCOPE_FILTERED },
	{ "session", "open", SCOPE_HARMLESS },
	{ "session", "say", SCOPE_HARMLESS },
	{ "session", "welcome", SCOPE_HARMLESS },
	{ "set", "campaign", SCOPE_ARGUMENT },
	{ "show", "campaign", SCOPE_FILTERED },
	{ "show", "campaigns", SCOPE_FILTERED },
	{ "show", "context", SCOPE_FILTERED },
	{ "show", "contexts", SCOPE_FILTERED },
	{ "show", "countries", SCOPE_HARMLESS }, /* the law of each */
	{ "show", "country", SCOPE_HARMLESS },
	{ "show", "profile", SCOPE_FILTERED },
	{ "show", "profiles", SCOPE_FILTERED },
	{ "why", "campaign", SCOPE_ARGUMENT },
	{ "why", "contact", SCOPE_FILTERED },
};

enum scope_how
scope_judge_how(const char *verb, const char *word)
{
	for (size_t i = 0; i < nitems(table); i++)
		if (strcmp(table[i].verb, verb) == 0 &&
		    (table[i].word[0] == '\0' ||
			strcmp(table[i].word, word) == 0))
			return table[i].how;
	return SCOPE_REFUSED;
}

static const char *
text_of(const json_t *v)
{
	const char *s = json_string_value(v);

	return s != NULL ? s : "";
}

static bool
has(const json_t *campaigns, const char *name)
{
	const json_t *e;
	size_t i;

	json_array_foreach (campaigns, i, e)
		if (strcmp(text_of(e), name) == 0)
			return true;
	return false;
}

/* ---- what is theirs --------------------------------------------------- */

struct board *
scope_judge_board(const json_t *campaigns, const struct board *b)
{
	const char *names[SCOPE_MOST];
	struct board *copy = xmalloc(sizeof(*copy));
	const json_t *e;
	size_t n = 0, i;

	memcpy(copy, b, sizeof(*copy));
	if (campaigns == NULL)
		return copy;
	json_array_foreach (campaigns, i, e)
		if (n < SCOPE_MOST)
			names[n++] = text_of(e);
	scope_cut(copy, names, n);
	return copy;
}

bool
scope_judge_shared(const json_t *campaigns, const struct board *b,
    const char *kind, const char *name)
{
	bool context = strcmp(kind, "context") == 0;

	if (campaigns == NULL)
		return true;
	for (uint32_t i = 0; i < MINIMUM(b->ncampaigns, BOARD_CAMPAIGNS); i++) {
		const struct board_campaign *c = &b->campaigns[i];

		if (has(campaigns, c->name) &&
		    strcmp(context ? c->context : c->profile, name) == 0)
			return true;
	}
	if (!context)
		return false;
	for (uint32_t i = 0; i < MINIMUM(b->ncountries, BOARD_COUNTRIES); i++)
		if (strcmp(b->countries[i].context, name) == 0)
			return true;
	return false;
}

/* ---- the judge -------------------------------------------------------- */

/* It would reach into what others use, or make another campaign. */
static bool
set_reaches_out(const json_t *campaigns, const struct board *b, const json_t *q,
    char why[200])
{
	static const char *const never[] = { "lists", "trunks" };
	static const char *const shared[] = { "context", "profile" };
	const json_t *values = json_object_get(q, "values"), *v;

	if (json_is_true(json_object_get(q, "new"))) {
		str_copy(why, 200,
		    "users limited to campaigns cannot make another one");
		return true;
	}
	for (size_t i = 0; i < nitems(never); i++)
		if (json_object_get(values, never[i]) != NULL) {
			str_format(why, 200,
			    "%s of a campaign cannot be set by users limited "
			    "to campaigns",
			    never[i]);
			return true;
		}
	for (size_t i = 0; i < nitems(shared); i++) {
		v = json_object_get(values, shared[i]);
		if (v == NULL || (json_is_string(v) && text_of(v)[0] == '\0') ||
		    scope_judge_shared(campaigns, b, shared[i], text_of(v)))
			continue;
		str_format(why, 200,
		    "there is no %s of that name for your campaigns: discador "
		    "show %s lists them",
		    shared[i], shared[i]);
		return true;
	}
	return false;
}

static bool
import_reaches_out(const json_t *q, char why[200])
{
	if (strcmp(text_of(json_object_get(q, "what")), "contacts") == 0 &&
	    json_object_get(q, "list") == NULL)
		return false;
	str_copy(why, 200,
	    "users limited to campaigns import contacts with --campaign, "
	    "nothing else");
	return true;
}

bool
scope_judge(const json_t *campaigns, const struct board *b, const json_t *q,
    char why[200])
{
	const char *verb = text_of(json_object_get(q, "cmd"));
	const json_t *args = json_object_get(q, "args");
	const char *word = text_of(json_array_get(args, 0));
	const char *name;

	str_format(why, 200,
	    "%.40s: not permitted to a user limited to campaigns", verb);
	switch (scope_judge_how(verb, word)) {
	case SCOPE_REFUSED:
		return false;
	case SCOPE_ARGUMENT:
		/* The same for one that is not there: nobody can guess. */
		name = text_of(json_array_get(args, 1));
		str_format(why, 200,
		    "%s %s: name one of the campaigns that you are limited to",
		    verb, word);
		return has(campaigns, name) &&
		       (strcmp(verb, "set") != 0 ||
			   !set_reaches_out(campaigns, b, q, why));
	case SCOPE_KEY:
		if (strcmp(verb, "import") == 0 && import_reaches_out(q, why))
			return false;
		str_format(why, 200,
		    "%s: name one of the campaigns that you are limited to "
		    "with --campaign",
		    verb);
		return has(campaigns, text_of(json_object_get(q, "campaign")));
	case SCOPE_FILTERED:
	case SCOPE_HARMLESS:
		why[0] = '\0';
		return true;
	}
	return false;
}
