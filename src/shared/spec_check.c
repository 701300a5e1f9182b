/* SPDX-License-Identifier: MIT */
/*
 * spec_check: the checks on objects, the same whether they came from a file or
 * as JSON from anywhere.  A value equal to its row's default always passes.
 */
#include "shared/spec_check.h"

#include <string.h>

#include "shared/conf_value.h"
#include "shared/flow.h"
#include "shared/spec_shape.h"
#include "shared/util.h"

const struct spec_row *
spec_find(const char *kind, const char *key)
{
	for (size_t i = 0; i < spec_nrows; i++)
		if (strcmp(spec_rows[i].kind, kind) == 0 &&
		    strcmp(spec_rows[i].key, key) == 0)
			return &spec_rows[i];
	return NULL;
}

/* Bytes; what shows a name must have room for it (board.h). */
static size_t
name_max(const char *kind)
{
	return strcmp(kind, "country") == 0      ? 31
	       : strcmp(kind, "alert_rule") == 0 ? 47
						 : MODEL_NAME - 1;
}

bool
spec_name_valid(const char *kind, const char *name)
{
	size_t n = strlen(name);

	if (strcmp(kind, "did") != 0)
		return spec_word_valid(name, name_max(kind));
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
		    "expected 1 to %zu letters, digits, '.', '_' or '-', a "
		    "letter or digit first",
		    name_max(kind));
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
		return n == 0 || spec_shape_valid(r, s);
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
		    !spec_word_valid(json_string_value(e), MODEL_NAME - 1))
			return false;
		for (k = 0; k < i; k++)
			if (json_equal(json_array_get(v, k), e))
				return false;
	}
	return true;
}

/* Texts of printable characters, each with something in it. */
static bool
lines_valid(const struct spec_row *r, const json_t *v)
{
	size_t i, all = 0;
	json_t *e;

	if (!json_is_array(v))
		return false;
	json_array_foreach (v, i, e) {
		const char *s = json_string_value(e);

		if (s == NULL || s[strspn(s, " ")] == '\0' ||
		    json_string_length(e) != strlen(s) ||
		    strlen(s) >= FLOW_LINE || !conf_value_clean(s))
			return false;
		all += strlen(s) + (i > 0);
	}
	return all <= (size_t)r->hi;
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
	case SPEC_LINES:
		return lines_valid(r, v);
	default:
		return json_is_string(v) && text_valid(r, json_string_value(v));
	}
}

void
spec_expected(struct buf *b, const struct spec_row *r, const json_t *v)
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
		    strcmp(r->key, "retry_max") == 0
			? "attempts from 0 to %.0f per disposition: { busy = "
			  "5; no_answer = 3; }"
			: "seconds from 0 to %.0f per disposition: { busy = "
			  "600; no_answer = 3600; }",
		    r->hi);
		break;
	case SPEC_LINES:
		buf_fmt(b,
		    "a list of texts of 1 to %d bytes, together at most %.0f: "
		    "[ \"ask menu prompt=hello 1>sales\", \"...\" ]",
		    FLOW_LINE - 1, r->hi);
		break;
	case SPEC_STR:
		spec_shape_expected(b, r, json_string_value(v));
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

static const char *const key_options[] = { "connect_key", "disconnect_key",
	"repeat_key" };

static bool
keys_differ(const json_t *o, const char **key, struct buf *err)
{
	const char *const *keys = key_options;

	for (size_t i = 0; i < nitems(key_options); i++)
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

/* It has states: its keys and prompts as options mean nothing. */
static bool
has_states(const json_t *o)
{
	return json_array_size(json_object_get(o, "states")) > 0;
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

/* Is it what the row says anyway? */
static bool
is_default(const struct spec_row *r, const json_t *v)
{
	double d;

	if (json_is_string(v))
		return strcmp(json_string_value(v), r->def) == 0;
	return json_is_number(v) && str_double(r->def, -1e18, 1e18, &d) &&
	       json_number_value(v) == d;
}

/*
 * A rule needs its statistic.  Without one it can only switch the built-in
 * rule of its name off and on, so nothing else may be asked of it.
 */
static bool
rule_complete(const json_t *o, const char **key, struct buf *err)
{
	const char *k;
	json_t *v;

	if (*text_of("alert_rule", o, "statistic") != '\0')
		return true;
	json_object_foreach ((json_t *)(uintptr_t)o, k, v) {
		const struct spec_row *r = spec_find("alert_rule", k);

		if (r == NULL || strcmp(k, "enabled") == 0 || json_is_null(v) ||
		    is_default(r, v))
			continue;
		*key = r->key;
		buf_fmt(err, "%s = ", k);
		conf_value_print(err, v);
		buf_str(err, " without a statistic, expected statistic = "
			     "\"scope.value\"; too, or no more than enabled = "
			     "false; for a built-in rule");
		return false;
	}
	return true;
}

bool
spec_whole_valid(
    const char *kind, const json_t *o, const char **key, struct buf *err)
{
	const json_t *first, *most;

	*key = "";
	if (strcmp(kind, "context") == 0)
		return has_states(o) || keys_differ(o, key, err);
	if (strcmp(kind, "country") == 0 || strcmp(kind, "campaign") == 0)
		return hours_ordered(o, key, err);
	if (strcmp(kind, "alert_rule") == 0)
		return rule_complete(o, key, err);
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

/* A simple context of before may have #, which is no key of a flow. */
static bool
keys_in_flow(const json_t *o, const char **key, struct buf *err)
{
	for (size_t i = 0; i < nitems(key_options); i++) {
		const char *s =
		    json_string_value(json_object_get(o, key_options[i]));

		if (s == NULL || *s == '\0' || strchr(FLOW_KEYS, *s) != NULL)
			continue;
		*key = key_options[i];
		buf_fmt(
		    err, "%s = \"%s\", expected one of 0 to 9 or *", *key, s);
		return false;
	}
	return true;
}

bool
spec_flow_valid(
    const char *kind, const json_t *o, const char **key, struct buf *err)
{
	struct m_context m;
	struct flow *f;

	if (strcmp(kind, "context") != 0)
		return true;
	if (!has_states(o))
		return keys_in_flow(o, key, err);
	*key = "states";
	if (!spec_context(o, &m)) {
		buf_str(err, "states: too long");
		return false;
	}
	f = flow_new(&m, NULL, err);
	flow_free(f);
	return f != NULL;
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

		if (strcmp(key, name_key) == 0 ||
		    (strcmp(kind, "context") == 0 &&
			strcmp(key, "version") == 0))
			continue;
		if (r == NULL) {
			buf_fmt(err, "unknown key \"%.60s\" of %s %s", key,
			    *kind == 'a' ? "an" : "a", kind);
			return false;
		}
		if (!spec_value_valid(r, v)) {
			buf_fmt(err, "%s = ", key);
			conf_value_print(err, v);
			buf_str(err, ", ");
			spec_expected(err, r, v);
			return false;
		}
	}
	return spec_whole_valid(kind, obj, &key, err) &&
	       spec_flow_valid(kind, obj, &key, err);
}
