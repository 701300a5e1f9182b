/* SPDX-License-Identifier: MIT */
/*
 * conf_value: libconfig to JSON, and values back to text.  Knows no option by
 * name.
 */
#include "shared/conf_value.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/util.h"

#define DEPTH_MAX 8
#define SHOWN_MAX 60

bool
conf_value_clean(const char *s)
{
	json_t *j = json_string(s); /* NULL for what is not UTF-8 */

	if (j == NULL)
		return false;
	json_decref(j);
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

static json_t *value(const config_setting_t *, int depth, const char **);

static json_t *
members(const config_setting_t *s, int depth, const char **why)
{
	bool group = config_setting_is_group(s);
	json_t *all = group ? json_object() : json_array();
	int n = config_setting_length(s);

	for (int i = 0; i < n; i++) {
		const config_setting_t *e =
		    config_setting_get_elem(s, (unsigned)i);
		json_t *v = value(e, depth + 1, why);

		if (v == NULL) {
			json_decref(all);
			return NULL;
		}
		if (group)
			json_object_set_new(all, config_setting_name(e), v);
		else
			json_array_append_new(all, v);
	}
	return all;
}

static json_t *
value(const config_setting_t *s, int depth, const char **why)
{
	const char *t;
	double d;

	if (depth > DEPTH_MAX) {
		*why = "groups nested too deeply";
		return NULL;
	}
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return json_integer(config_setting_get_int64(s));
	case CONFIG_TYPE_FLOAT:
		d = config_setting_get_float(s);
		*why = "a number without end";
		return isfinite(d) ? json_real(d) : NULL;
	case CONFIG_TYPE_BOOL:
		return json_boolean(config_setting_get_bool(s));
	case CONFIG_TYPE_STRING:
		t = config_setting_get_string(s);
		*why = "a text with control characters or bytes that are not "
		       "UTF-8";
		if (t == NULL)
			t = "";
		return conf_value_clean(t) ? json_string(t) : NULL;
	default:
		return members(s, depth, why);
	}
}

json_t *
conf_value(const config_setting_t *s, const char **why)
{
	*why = "";
	return value(s, 0, why);
}

void
conf_value_quote(struct buf *b, const char *s)
{
	buf_byte(b, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			buf_byte(b, '\\');
		if (c < 0x20 || c == 0x7f)
			buf_fmt(b, "\\x%02x", c);
		else
			buf_byte(b, *s);
	}
	buf_byte(b, '"');
}

void
conf_value_real(struct buf *b, double d)
{
	char t[40];

	for (int digits = 6; digits <= 17; digits++) {
		str_format(t, sizeof(t), "%.*g", digits, d);
		if (strtod(t, NULL) == d)
			break;
	}
	/* Without a point libconfig would read an integer. */
	if (strpbrk(t, ".e") == NULL)
		buf_fmt(b, "%s.0", t);
	else
		buf_str(b, t);
}

void
conf_value_print(struct buf *b, const json_t *v)
{
	char *t;
	size_t n;

	if (json_is_real(v)) {
		conf_value_real(b, json_real_value(v));
		return;
	}
	t = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
	if (t == NULL)
		return;
	n = strlen(t);
	if (n > SHOWN_MAX) {
		/* Not in the middle of a character. */
		for (n = SHOWN_MAX;
		     n > 0 && ((unsigned char)t[n] & 0xc0) == 0x80;)
			n--;
		buf_put(b, t, n);
		buf_str(b, "...");
	} else {
		buf_str(b, t);
	}
	free(t);
}

void
conf_value_at(struct buf *b, const config_setting_t *s, const char *fallback)
{
	const char *file = config_setting_source_file(s);

	buf_fmt(b, "%s:%u: ", file != NULL ? file : fallback,
	    config_setting_source_line(s));
}

/* Past a string or comment that begins at p; p itself where none does. */
static const char *
skip_quiet(const char *p, int *line)
{
	const char *end = NULL;

	if (*p == '#' || (p[0] == '/' && p[1] == '/'))
		return strchrnul(p, '\n');
	if (p[0] == '/' && p[1] == '*') {
		end = strstr(p + 2, "*/");
		end = end != NULL ? end + 2 : strchr(p, '\0');
	} else if (*p == '"') {
		for (end = p + 1; *end != '\0' && *end != '"'; end++)
			if (*end == '\\' && end[1] != '\0')
				end++;
		end += *end != '\0';
	} else {
		return p;
	}
	for (; p < end; p++)
		*line += *p == '\n';
	return end;
}

/* Does the number at p, n bytes long, fit where libconfig puts it? */
static bool
number_fits(const char *p, size_t n)
{
	bool hex = n > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
	long long v;
	char *end;

	errno = 0;
	v = strtoll(p, &end, hex ? 16 : 10);
	if (errno != 0)
		return false;
	if (*end == 'L' || *end == '.' || *end == 'e' || *end == 'E')
		return true;
	return v <= INT_MAX;
}

bool
conf_value_scan(const char *file, const char *text, struct buf *err)
{
	int line = 1;

	for (const char *p = text; *p;) {
		const char *next = skip_quiet(p, &line);
		size_t n;

		if (next != p) {
			p = next;
			continue;
		}
		if (strncmp(p, "@include", 8) == 0) {
			buf_fmt(err,
			    "%s:%d: @include, expected everything in one file",
			    file, line);
			return false;
		}
		for (n = 0; isalnum((unsigned char)p[n]) ||
			    (n > 0 && p[n] != '\0' && strchr("_-*.", p[n]));)
			n++;
		if (n > 0 && isdigit((unsigned char)*p) && !number_fits(p, n)) {
			buf_fmt(err,
			    "%s:%d: %.*s, expected a number of at most %d (up "
			    "to 63 bits with an L behind it)",
			    file, line, (int)MINIMUM(n, 40u), p, INT_MAX);
			return false;
		}
		line += *p == '\n';
		p += n > 0 ? n : 1;
	}
	return true;
}

void
conf_value_syntax(struct buf *b, const config_t *c, const char *fallback)
{
	const char *file = config_error_file(c);
	const char *text = config_error_text(c);

	buf_fmt(
	    b, "%s:%d: ", file != NULL ? file : fallback, config_error_line(c));
	if (text != NULL && strcmp(text, "duplicate setting name") == 0)
		buf_str(
		    b, "this name stands in its group twice, expected once");
	else if (text != NULL && strcmp(text, "syntax error") == 0)
		buf_str(b, "syntax error here or on the line before, expected "
			   "\"name = value;\"");
	else
		buf_str(b, text != NULL ? text : "cannot be read");
}
