/* SPDX-License-Identifier: MIT */
/*
 * spec_shape: what the texts of tbl_spec.h may look like.  Looks at one text
 * at a time: what goes with what is spec_check.c's.
 */
#include "shared/spec_shape.h"

#include <ctype.h>
#include <string.h>

#include "shared/conf_rows.h"
#include "shared/conf_value.h"
#include "shared/law.h"
#include "shared/spec_check.h"
#include "shared/util.h"

/* Rows whose text is one of a few words, or has a shape of its own. */
static const struct {
	const char *kind, *key, *words; /* words between blanks */
} choices[] = {
	{ "context", "on_human", " prompt connect " },
	{ "context", "on_machine", " hangup prompt message connect " },
	{ "context", "on_unsure", " prompt hangup message connect " },
	{ "profile", "quality_metric", " ner asr " },
	{ "campaign", "mode", " broadcast " },
	{ "did", "state", " active blocked " },
	{ "country", "confidence", " H M L " },
	{ "country", "rotation",
	    " least_used weighted_score highest_score weighted_random " },
	{ "country", "near", " none area state " },
	{ "campaign", "order", " due new_first retry_first " },
	{ "alert_rule", "test", " above below " },
	{ "alert_rule", "severity", " info warning critical " },
	{ "alert_rule", "statistic", " "
#define ALERT_STATISTIC(name, doc) name " "
#include "shared/tbl_alert.h"
	},
};

static const char *
row_choices(const struct spec_row *r)
{
	for (size_t i = 0; i < nitems(choices); i++)
		if (strcmp(choices[i].kind, r->kind) == 0 &&
		    strcmp(choices[i].key, r->key) == 0)
			return choices[i].words;
	return NULL;
}

static bool
choice_valid(const char *words, const char *s)
{
	char between[40];

	return *s && strchr(s, ' ') == NULL &&
	       str_format(between, sizeof(between), " %s ", s) &&
	       strstr(words, between) != NULL;
}

bool
spec_word_valid(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n == 0 || n > max || !isalnum((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && strchr("._-", *s) == NULL)
			return false;
	return true;
}

/* "2026-11-21", "2026-11-21T09:30", with seconds, with Z or +-hh:mm. */
static bool
iso_valid(const char *s)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	size_t n = 0;

	while (shape[n] && s[n] &&
	       (shape[n] == 'd' ? isdigit((unsigned char)s[n]) != 0
				: s[n] == shape[n]))
		n++;
	if (n == 10 && s[n] == '\0')
		return true;
	if (n != 16 && n != 19)
		return false;
	s += n;
	if (n == 19 && *s == '.' && isdigit((unsigned char)s[1]))
		s += 1 + strspn(s + 1, "0123456789");
	if (*s == '\0' || strcmp(s, "Z") == 0)
		return true;
	return (*s == '+' || *s == '-') && spec_minutes(s + 1) >= 0;
}

/* The dialplan lets these pass and refuses a destination with others. */
#define LETTERS_DIGITS                                                         \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"                 \
	"0123456789"

static bool
destination_valid(const char *s)
{
	const char *at;

	if (s[strspn(s, LETTERS_DIGITS "_@:/.+*#-")] != '\0')
		return false;
	if (strncmp(s, "queue:", 6) == 0)
		return s[6] != '\0';
	if (strncmp(s, "dial:", 5) == 0)
		return strchr(s + 5, '/') != NULL;
	if (strncmp(s, "exten:", 6) != 0)
		return false;
	at = strchr(s, '@');
	return at != NULL && at > s + 6 && at[1] != '\0';
}

/* In braces only what engine/alert_text.c fills in. */
static bool
template_valid(const char *s)
{
	static const char *const fields[] = { "{object}", "{value}",
		"{threshold}", "{percent}", "{detail}" };

	while ((s = strpbrk(s, "{}")) != NULL) {
		size_t i = 0;

		while (i < nitems(fields) &&
		       strncmp(s, fields[i], strlen(fields[i])) != 0)
			i++;
		if (i == nitems(fields))
			return false;
		s += strlen(fields[i]);
	}
	return true;
}

/* *bad: where the mistake begins, if that is known. */
static bool
law_valid(const char *key, const char *s, const char **bad)
{
	struct law_holidays days;
	struct law_states states;

	*bad = NULL;
	return strcmp(key, "holidays") == 0 ? law_holidays(&days, s, bad)
					    : law_states(&states, s, bad);
}

static void
law_complain(struct buf *b, const char *key, const char *s)
{
	const char *bad;
	json_t *from;

	if (law_valid(key, s, &bad) || bad == NULL || *bad == '\0')
		return;
	from = json_string(bad);
	buf_str(b, "; not understood from ");
	conf_value_print(b, from);
	buf_str(b, " on");
	json_decref(from);
}

static bool
is_law(const struct spec_row *r)
{
	return strcmp(r->key, "holidays") == 0 || strcmp(r->key, "states") == 0;
}

/* Texts with a shape of their own; true for those without. */
bool
spec_shape_valid(const struct spec_row *r, const char *s)
{
	const char *key = r->key, *words = row_choices(r), *bad;

	if (words != NULL)
		return choice_valid(words, s);
	if (strcmp(key, "region") == 0)
		return isupper((unsigned char)s[0]) &&
		       isupper((unsigned char)s[1]);
	if (strcmp(key, "cap_zone") == 0)
		return conf_zone_valid(s);
	if (strcmp(key, "channel") == 0)
		return strchr(s, '/') != NULL &&
		       (strstr(s, "{number}") || strstr(s, "{e164}"));
	if (strcmp(key, "caller_id") == 0)
		return strstr(s, "{did}") || strstr(s, "{did_e164}");
	if (strlen(key) > 4 && strcmp(key + strlen(key) - 4, "_key") == 0)
		return strchr("0123456789*#", *s) != NULL;
	if (strcmp(key, "destination") == 0)
		return destination_valid(s);
	if (strcmp(key, "blocked_until") == 0)
		return iso_valid(s);
	if (strcmp(key, "area") == 0)
		return strspn(s, "0123456789") == strlen(s);
	if (is_law(r))
		return law_valid(key, s, &bad);
	if (strcmp(key, "message") == 0)
		return template_valid(s);
	/* A caller ID is an object too. */
	if (strcmp(key, "object") == 0 && *s == '+')
		return spec_name_valid("did", s);
	/* These name other objects, files of sounds or are free text. */
	if (strcmp(r->kind, "context") == 0 && strncmp(key, "prompt", 6) == 0)
		return s[strspn(s, LETTERS_DIGITS "_/.+-")] == '\0';
	if (strcmp(key, "source") == 0 || strcmp(key, "as_of") == 0 ||
	    strcmp(key, "block_reason") == 0)
		return true;
	return spec_word_valid(s, (size_t)r->hi);
}

void
spec_shape_expected(struct buf *b, const struct spec_row *r, const char *s)
{
	static const struct {
		const char *key, *text;
	} shapes[] = {
		{ "region", "an ISO 3166 region such as \"BR\"" },
		{ "cap_zone", "a time zone such as \"America/New_York\"" },
		{ "channel",
		    "a channel such as \"PJSIP/{number}@carrier\" with "
		    "{number} or {e164}" },
		{ "caller_id", "a text with {did} or {did_e164}" },
		{ "destination",
		    "\"queue:NAME\", \"exten:NUMBER@CONTEXT\" or "
		    "\"dial:TECH/CHANNEL\" of letters, digits and _@:/.+*#-" },
		{ "blocked_until", "a time such as \"2026-11-30T08:00Z\"" },
		{ "area", "digits" },
		{ "holidays",
		    "days such as \"12-25 2026-04-03 easter-2 01-06>mon "
		    "4thu11\"" },
		{ "states",
		    "rules such as \"FL 08:00-20:00; TX sun 12:00-21:00; PA "
		    "sun none\"" },
		{ "message",
		    "a text of at most 127 bytes, in braces only {object}, "
		    "{value}, {threshold}, {percent} or {detail}" },
	};
	const char *words = row_choices(r);

	if (words != NULL) {
		buf_str(b, "one of");
		for (const char *p = words + 1; *p;) {
			size_t n = strcspn(p, " ");

			buf_fmt(b, " \"%.*s\"", (int)n, p);
			p += n + 1;
		}
		return;
	}
	for (size_t i = 0; i < nitems(shapes); i++)
		if (strcmp(shapes[i].key, r->key) == 0) {
			buf_str(b, shapes[i].text);
			if (s != NULL && is_law(r))
				law_complain(b, r->key, s);
			return;
		}
	if (strlen(r->key) > 4 &&
	    strcmp(r->key + strlen(r->key) - 4, "_key") == 0)
		buf_fmt(b, "one of 0 to 9 or * as a text%s",
		    r->lo > 0 ? "" : ", or \"\" for none");
	else if (strcmp(r->key, "source") == 0 ||
		 strcmp(r->key, "as_of") == 0 ||
		 strcmp(r->key, "block_reason") == 0)
		buf_fmt(b, "a text of at most %.0f bytes", r->hi);
	else if (strcmp(r->kind, "context") == 0 &&
		 strncmp(r->key, "prompt", 6) == 0)
		buf_fmt(b,
		    "a sound's name of at most %.0f letters, digits and _/.+-",
		    r->hi);
	else
		buf_fmt(b,
		    "a name of at most %.0f letters, digits, '.', '_' or '-'",
		    r->hi);
}
