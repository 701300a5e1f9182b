/* SPDX-License-Identifier: MIT */
/*
 * spec_text: reads generously, prints plainly; what is right is for
 * spec_check to say.
 */
#include "shared/spec_text.h"

#include <string.h>

#include "shared/spec.h"
#include "shared/spec_check.h"
#include "shared/util.h"

#define KEY_MAX 48
#define NEAREST 3

/* ---- texts to values -------------------------------------------------- */

static json_t *
bool_of(const char *s)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };

	for (size_t i = 0; i < nitems(yes); i++) {
		if (strcmp(s, yes[i]) == 0)
			return json_true();
		if (strcmp(s, no[i]) == 0)
			return json_false();
	}
	return NULL;
}

/* The next piece between separators, without blanks round it. */
static const char *
piece(const char *s, const char *separators, char *out, size_t size)
{
	size_t n = strcspn(s, separators);
	const char *from = s, *end = s + n;

	while (from < end && *from == ' ')
		from++;
	while (end > from && end[-1] == ' ')
		end--;
	str_format(out, size, "%.*s", (int)(end - from), from);
	return s[n] != '\0' ? s + n + 1 : s + n;
}

/* A state of a context has no comma either. */
static json_t *
list_of(const char *s)
{
	json_t *a;
	char word[512];

	if (*s == '[')
		return json_loads(s, JSON_REJECT_DUPLICATES, NULL);
	a = json_array();
	while (*s != '\0') {
		if (strcspn(s, ",") >= sizeof(word)) {
			json_decref(a); /* not cut: refused as it stands */
			return NULL;
		}
		s = piece(s, ",", word, sizeof(word));
		json_array_append_new(a, json_string(word));
	}
	return a;
}

static json_t *
map_of(const char *s)
{
	char word[512], key[256], number[256];
	const char *rest;
	json_t *o;
	int64_t v;

	if (*s == '{' && (o = json_loads(s, 0, NULL)) != NULL)
		return o;
	if (strlen(s) >= sizeof(word))
		return NULL; /* a number that is cut is another one */
	/* As a file has it, too: { busy = 600; lost = 0; } */
	str_copy(word, sizeof(word), *s == '{' ? s + 1 : s);
	word[strcspn(word, "}")] = '\0';
	o = json_object();
	for (rest = word; *rest != '\0';) {
		char one[256];

		rest = piece(rest, ",;", one, sizeof(one));
		if (one[0] == '\0')
			continue;
		piece(piece(one, "=", key, sizeof(key)), "", number,
		    sizeof(number));
		if (strchr(one, '=') == NULL ||
		    !str_int64(number, INT64_MIN, INT64_MAX, &v)) {
			json_decref(o);
			return NULL;
		}
		json_object_set_new(o, key, json_integer(v));
	}
	return o;
}

/* New reference; the text itself where it is nothing else. */
static json_t *
value_of(const struct spec_row *r, json_t *v)
{
	const char *s = json_string_value(v);
	json_t *to = NULL;
	int64_t i;
	double d;

	if (s == NULL)
		return json_incref(v);
	switch (r->type) {
	case SPEC_INT:
		if (str_int64(s, INT64_MIN, INT64_MAX, &i))
			to = json_integer(i);
		break;
	case SPEC_NUM:
		if (str_double(s, -1e18, 1e18, &d))
			to = json_real(d);
		break;
	case SPEC_BOOL:
		to = bool_of(s);
		break;
	case SPEC_LIST:
	case SPEC_LINES:
		to = list_of(s);
		break;
	case SPEC_MAP:
		to = map_of(s);
		break;
	default:
		break;
	}
	return to != NULL ? to : json_incref(v);
}

/* ---- names that are like others --------------------------------------- */

/* Levenshtein's distance; a key that begins with the other is near. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[KEY_MAX + 1];
	size_t n = MINIMUM(strlen(a), KEY_MAX), m = MINIMUM(strlen(b), KEY_MAX);

	if (n >= 3 && strstr(b, a) != NULL)
		return 1;
	for (size_t k = 0; k <= m; k++)
		row[k] = (unsigned)k;
	for (size_t i = 1; i <= n; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t k = 1; k <= m; k++) {
			unsigned up = row[k];

			row[k] = MINIMUM(MINIMUM(up, row[k - 1]) + 1,
			    diagonal + (a[i - 1] != b[k - 1]));
			diagonal = up;
		}
	}
	return row[m];
}

void
spec_text_nearest(struct buf *b, const char *kind, const char *key)
{
	const char *best[NEAREST] = { NULL };
	unsigned far[NEAREST];
	size_t n = 0;

	for (size_t i = 0; i < spec_nrows; i++) {
		unsigned d;
		size_t at;

		if (strcmp(spec_rows[i].kind, kind) != 0)
			continue;
		d = distance(key, spec_rows[i].key);
		for (at = n; at > 0 && far[at - 1] > d; at--)
			;
		if (at == NEAREST)
			continue;
		n = MINIMUM(n + 1, NEAREST);
		for (size_t k = n - 1; k > at; k--) {
			best[k] = best[k - 1];
			far[k] = far[k - 1];
		}
		best[at] = spec_rows[i].key;
		far[at] = d;
	}
	/* One in any case; others only if they might be meant. */
	while (n > 1 && far[n - 1] > 1 + strlen(key) / 3)
		n--;
	for (size_t i = 0; i < n; i++)
		buf_fmt(b, "%s%s",
		    i == 0      ? ""
		    : i + 1 < n ? ", "
				: " or ",
		    best[i]);
}

/* ---- merge ------------------------------------------------------------ */

bool
spec_text_merge(const char *kind, json_t *obj, const json_t *values,
    json_t *given, struct buf *err)
{
	const char *key;
	json_t *v;

	json_object_foreach ((json_t *)(uintptr_t)values, key, v) {
		const struct spec_row *r;
		const char *row = key; /* key is the iterator's own */
		json_t *to;

		/* As a file calls it. */
		if (strcmp(kind, "trunk") == 0 && strcmp(key, "switch") == 0)
			row = "switch_name";
		r = spec_find(kind, row);
		if (r == NULL) {
			buf_fmt(err,
			    "unknown key \"%.60s\" of %s %s, expected ", key,
			    *kind == 'a' ? "an" : "a", kind);
			spec_text_nearest(err, kind, key);
			return false;
		}
		to = value_of(r, v);
		json_object_set(obj, r->key, to);
		if (given != NULL)
			json_object_set(given, r->key, to);
		json_decref(to);
	}
	return spec_check(kind, obj, err);
}

/* ---- values to texts -------------------------------------------------- */

void
spec_text_value(struct buf *b, const json_t *v)
{
	const char *key;
	size_t i, n = 0;
	json_t *e;

	if (json_is_string(v)) {
		buf_str(b, *json_string_value(v) != '\0' ? json_string_value(v)
							 : "\"\"");
	} else if (json_is_boolean(v)) {
		buf_str(b, json_is_true(v) ? "yes" : "no");
	} else if (json_is_number(v)) {
		buf_fmt(b, "%.10g", json_number_value(v));
	} else if (json_is_array(v)) {
		json_array_foreach (v, i, e) {
			if (i > 0)
				buf_byte(b, ',');
			spec_text_value(b, e);
		}
		if (json_array_size(v) == 0)
			buf_str(b, "none");
	} else if (json_is_object(v)) {
		json_object_foreach ((json_t *)(uintptr_t)v, key, e) {
			buf_fmt(b, "%s%s=", n++ > 0 ? "," : "", key);
			spec_text_value(b, e);
		}
		if (n == 0)
			buf_str(b, "none");
	} else {
		buf_str(b, "none");
	}
}

static bool
same(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) == json_number_value(b);
	return json_equal(a, b) == 1;
}

void
spec_text_changes(struct buf *b, const json_t *old, const json_t *given)
{
	const char *key;
	json_t *v;
	bool first = true;

	json_object_foreach ((json_t *)(uintptr_t)given, key, v) {
		const json_t *was = json_object_get(old, key);

		if (old != NULL && same(was, v))
			continue;
		buf_fmt(b, "%s%s ", first ? "" : ", ", key);
		first = false;
		if (old != NULL) {
			spec_text_value(b, was);
			buf_str(b, " -> ");
		}
		spec_text_value(b, v);
	}
}
