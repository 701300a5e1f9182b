/* SPDX-License-Identifier: MIT */
/* loadtest_compare: JSON to JSON. */
#include "shared/loadtest_compare.h"

#include <stdbool.h>
#include <string.h>

#include "shared/util.h"

#define SAME    0.05 /* relative */
#define SAME_MS 5.0 /* of set-up times: what a busy machine adds */

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static const json_t *
named(const json_t *targets, const char *name)
{
	size_t i;
	json_t *t;

	json_array_foreach (targets, i, t)
		if (strcmp(text_at(t, "name"), name) == 0)
			return t;
	return NULL;
}

/* The first number in it; false: there is none. */
static bool
figure(const char *s, double *out)
{
	char digits[32];
	size_t n;

	n = strspn(s, "0123456789.");
	return n > 0 && n < sizeof(digits) &&
	       str_format(digits, sizeof(digits), "%.*s", (int)n, s) &&
	       str_double(digits, 0, 1e15, out);
}

static const char *
change(const json_t *a, const json_t *b)
{
	bool was = json_is_true(json_object_get(a, "pass"));
	bool is = json_is_true(json_object_get(b, "pass"));
	bool more = strncmp(text_at(b, "wanted"), ">=", 2) == 0;
	const char *measured = text_at(b, "measured");
	double x, y, same;

	if (was != is)
		return is ? "better" : "worse";
	if (!figure(text_at(a, "measured"), &x) || !figure(measured, &y))
		return "same";
	same = MAXIMUM(x, y) * SAME;
	if (strstr(measured, " ms") != NULL)
		same = MAXIMUM(same, SAME_MS);
	if (y - x <= same && x - y <= same)
		return "same";
	return (y > x) == more ? "better" : "worse";
}

static void
put(json_t *list, const char *name, const char *then, const char *now,
    const char *what)
{
	json_array_append_new(
	    list, json_pack("{s:s, s:s, s:s, s:s}", "name", name, "then", then,
		      "now", now, "change", what));
}

json_t *
loadtest_compare(const json_t *then, const json_t *now)
{
	const json_t *a =
	    json_object_get(json_object_get(then, "result"), "targets");
	const json_t *b =
	    json_object_get(json_object_get(now, "result"), "targets");
	json_t *list = json_array(), *t;
	json_int_t better = 0, worse = 0;
	size_t i;

	json_array_foreach (b, i, t) {
		const json_t *old = named(a, text_at(t, "name"));
		const char *what = old != NULL ? change(old, t) : "new";

		better += strcmp(what, "better") == 0;
		worse += strcmp(what, "worse") == 0;
		put(list, text_at(t, "name"),
		    old != NULL ? text_at(old, "measured") : "-",
		    text_at(t, "measured"), what);
	}
	json_array_foreach (a, i, t)
		if (named(b, text_at(t, "name")) == NULL)
			put(list, text_at(t, "name"), text_at(t, "measured"),
			    "-", "gone");
	return json_pack("{s:O?, s:I, s:I, s:o}", "with",
	    json_object_get(then, "id"), "better", better, "worse", worse,
	    "targets", list);
}
