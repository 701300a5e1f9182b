/* SPDX-License-Identifier: MIT */
/*
 * spec_check: the checks on objects, the same whether they came from a file or
 * as JSON from anywhere.  A value equal to its row's default always passes.
 */
#include "shared/spec_check.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "shared/conf_rows.h"
#include "shared/conf_value.h"
#include "shared/util.h"

/* Rows whose text is one of a few words, or has a shape of its own. */
static const struct {
	const char *kind, *key, *words; /* words between blanks */
} choices[] = {
	{ "context", "on_machine", " hangup prompt message " },
	{ "profile", "quality_metric", " ner asr " },
	{ "campaign", "mode", " broadcast " },
	{ "did", "state", " active blocked " },
	{ "country", "confidence", " H M L " },
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

const struct spec_row *
spec_find(const char *kind, const char *key)
{
	for (size_t i = 0; i < spec_nrows; i++)
		if (strcmp(spec_rows[i].kind, kind) == 0 &&
		    strcmp(spec_rows[i].key, key) == 0)
			return &spec_rows[i];
	return NULL;
}

static bool
word_valid(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n == 0 || n > max || !isalnum((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && strchr("._-", *s) == NULL)
			return false;
	return true;
}

bool
spec_name_valid(const char *kind, const char *name)
{
	size_t n = strlen(name);

	if (strcmp(kind, "did") != 0)
		return word_valid(
		    name, strcmp(kind, "country") == 0 ? 31 : MODEL_NAME - 1);
	return name[0] == '+' && name[1] >= '1' && name[1] <= '9' && n >= 7 &&
	       n <= 16 && strspn(name + 1, "0123456789") == n - 1;
}

void
spec_name_expected(struct buf *b, const char *kind)
{
	if (strcmp(kind, "did") == 0)
		buf_str(
		    b, "expected a number in E.164 such as \"+13055550123\"");
	else
		buf_fmt(b,
		    "expected 1 to %d letters, digits, '.', '_' or '-', a "
		    "letter or digit first",
		    strcmp(kind, "country") == 0 ? 31 : MODEL_NAME - 1);
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

/* Texts with a shape of their own; true for those without. */
static bool
shape_valid(const struct spec_row *r, const char *s)
{
	const char *key = r->key, *words = row_choices(r);

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
	/* These name other objects, files of sounds or are free text. */
	if (strcmp(r->kind, "context") == 0 && strncmp(key, "prompt", 6) == 0)
		return s[strspn(s, LETTERS_DIGITS "_/.+-")] == '\0';
	if (strcmp(key, "source") == 0 || strcmp(key, "as_of") == 0 ||
	    strcmp(key, "block_reason") == 0)
		return true;
	return word_valid(s, (size_t)r->hi);
}

static bool
text_valid(const struct spec_row *r, const char *s)
{
	size_t n = strlen(s);
	int from, to;

	if (strcmp(s, r->def) == 0)
		return true;
	switch (r->type) {
	case SPEC_TIME:
		return spec_minutes(s) >= 0;
	case SPEC_SPAN:
		return spec_span(s, &from, &to) >= 0;
	case SPEC_DAYS:
		return spec_days(s) >= 0 &&
		       n < sizeof(((struct m_country *)0)->weekdays);
	default:
		if (n < (size_t)r->lo || n > (size_t)r->hi ||
		    !conf_value_clean(s))
			return false;
		return n == 0 || shape_valid(r, s);
	}
}

static bool
list_valid(const struct spec_row *r, const json_t *v)
{
	size_t i, k;
	json_t *e;

	if (!json_is_array(v) || json_array_size(v) > (size_t)r->hi)
		return false;
	json_array_foreach (v, i, e) {
		if (!json_is_string(e) ||
		    !word_valid(json_string_value(e), MODEL_NAME - 1))
			return false;
		for (k = 0; k < i; k++)
			if (json_equal(json_array_get(v, k), e))
				return false;
	}
	return true;
}

static bool
map_valid(const struct spec_row *r, const json_t *v)
{
	const char *key;
	json_t *e;

	if (!json_is_object(v))
		return false;
	json_object_foreach ((json_t *)(uintptr_t)v, key, e) {
		double d = (double)json_integer_value(e);

		if (disposition_parse(key) <= 0 || !json_is_integer(e) ||
		    d < r->lo || d > r->hi)
			return false;
	}
	return true;
}

bool
spec_value_valid(const struct spec_row *r, const json_t *v)
{
	double d;

	switch (r->type) {
	case SPEC_INT:
		d = (double)json_integer_value(v);
		return json_is_integer(v) && d >= r->lo && d <= r->hi;
	case SPEC_NUM:
		d = json_number_value(v);
		return json_is_number(v) && d >= r->lo && d <= r->hi;
	case SPEC_BOOL:
		return json_is_boolean(v);
	case SPEC_LIST:
		return list_valid(r, v);
	case SPEC_MAP:
		return map_valid(r, v);
	default:
		return json_is_string(v) && text_valid(r, json_string_value(v));
	}
}

static void
text_expected(struct buf *b, const struct spec_row *r)
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
			return;
		}
	if (strlen(r->key) > 4 &&
	    strcmp(r->key + strlen(r->key) - 4, "_key") == 0)
		buf_fmt(b, "one of 0 to 9, * and # as a text%s",
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

void
spec_expected(struct buf *b, const struct spec_row *r)
{
	buf_str(b, "expected ");
	switch (r->type) {
	case SPEC_INT:
		buf_fmt(b, "an integer from %.0f to %.0f", r->lo, r->hi);
		break;
	case SPEC_NUM:
		buf_fmt(b, "a number from %g to %g", r->lo, r->hi);
		break;
	case SPEC_BOOL:
		buf_str(b, "true or false");
		break;
	case SPEC_TIME:
		buf_str(b, "a time from \"00:00\" to \"24:00\"");
		break;
	case SPEC_SPAN:
		buf_str(b, "\"\", \"none\" or a span such as \"10:00-16:00\"");
		break;
	case SPEC_DAYS:
		buf_str(b, "days such as \"mon-fri\", \"mon,wed,sat-sun\" or "
			   "\"none\"");
		break;
	case SPEC_LIST:
		buf_fmt(b,
		    "a list of at most %.0f different names: [ \"a\", \"b\" ]",
		    r->hi);
		break;
	case SPEC_MAP:
		buf_fmt(b,
		    "seconds from 0 to %.0f per disposition: { busy = 600; "
		    "no_answer = 3600; }",
		    r->hi);
		break;
	case SPEC_STR:
		text_expected(b, r);
		break;
	}
}

/* A text of the object, or its row's default. */
static const char *
text_of(const char *kind, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : spec_find(kind, key)->def;
}

static bool
keys_differ(const json_t *o, const char **key, struct buf *err)
{
	static const char *const keys[] = { "connect_key", "disconnect_key",
		"repeat_key" };

	for (size_t i = 0; i < nitems(keys); i++)
		for (size_t k = 0; k < i; k++) {
			const char *a = text_of("context", o, keys[i]);
			const char *b = text_of("context", o, keys[k]);

			if (*a == '\0' || strcmp(a, b) != 0)
				continue;
			*key = json_object_get(o, keys[i]) != NULL ? keys[i]
								   : keys[k];
			buf_fmt(err,
			    "%s and %s are both \"%s\", expected different "
			    "keys",
			    keys[k], keys[i], a);
			return false;
		}
	return true;
}

static bool
hours_ordered(const json_t *o, const char **key, struct buf *err)
{
	const char *from = json_string_value(json_object_get(o, "call_from"));
	const char *to = json_string_value(json_object_get(o, "call_to"));

	*key = "call_to";
	if (from == NULL || to == NULL || spec_minutes(from) < spec_minutes(to))
		return true;
	buf_fmt(err,
	    "call_to = \"%s\", expected a time after call_from, \"%s\"", to,
	    from);
	return false;
}

bool
spec_whole_valid(
    const char *kind, const json_t *o, const char **key, struct buf *err)
{
	const json_t *first, *most;

	*key = "";
	if (strcmp(kind, "context") == 0)
		return keys_differ(o, key, err);
	if (strcmp(kind, "country") == 0 || strcmp(kind, "campaign") == 0)
		return hours_ordered(o, key, err);
	first = json_object_get(o, "initial_cps");
	most = json_object_get(o, "max_cps");
	if (strcmp(kind, "profile") == 0 && first != NULL && most != NULL &&
	    json_number_value(first) > json_number_value(most)) {
		*key = "initial_cps";
		buf_fmt(err,
		    "initial_cps = %g, expected no more than max_cps, %g",
		    json_number_value(first), json_number_value(most));
		return false;
	}
	return true;
}

bool
spec_check(const char *kind, const json_t *obj, struct buf *err)
{
	const char *name_key, *name, *key;
	json_t *v;

	if (spec_group(kind) == NULL || !json_is_object(obj)) {
		buf_fmt(err, "\"%s\" is no kind of object", kind);
		return false;
	}
	name_key = spec_name_key(kind);
	name = json_string_value(json_object_get(obj, name_key));
	if (name == NULL || !spec_name_valid(kind, name)) {
		buf_fmt(err, "%s = ", name_key);
		conf_value_print(err, json_object_get(obj, name_key));
		buf_str(err, ", ");
		spec_name_expected(err, kind);
		return false;
	}
	json_object_foreach ((json_t *)(uintptr_t)obj, key, v) {
		const struct spec_row *r = spec_find(kind, key);

		if (strcmp(key, name_key) == 0)
			continue;
		if (r == NULL) {
			buf_fmt(
			    err, "unknown key \"%.60s\" of a %s", key, kind);
			return false;
		}
		if (!spec_value_valid(r, v)) {
			buf_fmt(err, "%s = ", key);
			conf_value_print(err, v);
			buf_str(err, ", ");
			spec_expected(err, r);
			return false;
		}
	}
	return spec_whole_valid(kind, obj, &key, err);
}
