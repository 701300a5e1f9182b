/* SPDX-License-Identifier: MIT */
/*
 * spec_print: objects as a file that apply reads back, and as a table for
 * people.
 */
#include "shared/spec.h"

#include <string.h>

#include "shared/conf_value.h"
#include "shared/spec_check.h"
#include "shared/text.h"
#include "shared/util.h"

#define COLUMNS_MAX 24
#define CELL_MAX    64 /* bytes of one text in the table */

static void
print_value(struct buf *b, const struct spec_row *r, const json_t *v)
{
	const char *key;
	json_t *e;
	size_t i;

	if (json_is_string(v)) {
		conf_value_quote(b, json_string_value(v));
	} else if (r->type == SPEC_NUM && json_is_number(v)) {
		conf_value_real(b, json_number_value(v));
	} else if (json_is_array(v)) {
		bool lines = r->type == SPEC_LINES && json_array_size(v) > 0;

		buf_str(b, "[");
		json_array_foreach (v, i, e) {
			buf_str(b, i > 0 ? "," : "");
			buf_str(b, lines ? "\n\t\t\t" : " ");
			conf_value_quote(
			    b, json_is_string(e) ? json_string_value(e) : "");
		}
		buf_str(b, lines ? "\n\t\t]" : " ]");
	} else if (json_is_object(v)) {
		buf_str(b, "{ ");
		json_object_foreach ((json_t *)(uintptr_t)v, key, e)
			buf_fmt(b, "%s = %lld; ", key,
			    (long long)json_integer_value(e));
		buf_str(b, "}");
	} else {
		conf_value_print(b, v);
	}
}

static void
print_object(struct buf *b, const char *kind, const json_t *o)
{
	const char *name_key = spec_name_key(kind);
	const char *name = json_string_value(json_object_get(o, name_key));

	buf_str(b, "\t{\n");
	buf_fmt(b, "\t\t%s = ", name_key);
	conf_value_quote(b, name != NULL ? name : "");
	buf_str(b, ";\n");
	for (size_t i = 0; i < spec_nrows; i++) {
		const struct spec_row *r = &spec_rows[i];
		const json_t *v;

		if (strcmp(r->kind, kind) != 0)
			continue;
		v = json_object_get(o, r->key);
		if (v == NULL || json_is_null(v))
			continue;
		buf_fmt(b, "\t\t%s = ",
		    strcmp(r->key, "switch_name") == 0 ? "switch" : r->key);
		print_value(b, r, v);
		buf_str(b, ";\n");
	}
	buf_str(b, "\t}");
}

void
spec_print_conf(struct buf *b, const char *kind, const json_t *array)
{
	const char *group = spec_group(kind);
	size_t i;
	json_t *o;

	if (group == NULL)
		return;
	buf_fmt(b, "%s = (\n", group);
	json_array_foreach (array, i, o) {
		if (i > 0)
			buf_str(b, ",\n");
		print_object(b, kind, o);
	}
	buf_str(b, json_array_size(array) > 0 ? "\n);\n" : ");\n");
}

/* What a table of each kind shows; other kinds show all their keys. */
static const struct {
	const char *kind, *keys;
} tables[] = {
	{ "trunk",
	    "name switch_name channel max_cps max_channels priority weight "
	    "enabled" },
	{ "country",
	    "name region did_daily_cap cap_group call_from call_to weekdays "
	    "saturday sunday consent_required context" },
	{ "context",
	    "name country connect_key disconnect_key repeat_key menu_timeout "
	    "prompt destination amd on_machine states" },
	{ "amd_profile",
	    "name initial_silence greeting after_greeting_silence "
	    "total_analysis_time maximum_number_of_words silence_threshold "
	    "false_positive" },
	{ "profile", "name max_cps initial_cps ramp_up_step ramp_up_interval "
		     "max_concurrent_calls quality_threshold auto_adjust_cps" },
	{ "campaign",
	    "name state mode trunks profile max_cps max_attempts call_from "
	    "call_to weekdays weight" },
	{ "alert_rule", "name statistic object test threshold hold severity "
			"cause enabled" },
	{ "did", "number country area state blocked_until block_reason" },
};

static int
columns(
    const char *kind, const json_t *array, char cols[COLUMNS_MAX][MODEL_NAME])
{
	const char *keys = NULL, *key;
	json_t *v;
	int n = 0;

	for (size_t i = 0; i < nitems(tables); i++)
		if (strcmp(tables[i].kind, kind) == 0)
			keys = tables[i].keys;
	if (keys == NULL) {
		json_object_foreach (json_array_get(array, 0), key, v)
			if (n < COLUMNS_MAX)
				str_copy(cols[n++], MODEL_NAME, key);
		return n;
	}
	while (*keys && n < COLUMNS_MAX) {
		size_t len = strcspn(keys, " ");

		str_format(cols[n++], MODEL_NAME, "%.*s", (int)len, keys);
		keys += len;
		keys += strspn(keys, " ");
	}
	return n;
}

static void
cell(struct buf *b, const json_t *v)
{
	size_t i;
	json_t *e;

	if (v == NULL || json_is_null(v))
		return;
	if (json_is_string(v)) {
		char t[CELL_MAX];

		text_clean(t, sizeof(t), json_string_value(v));
		buf_str(b, t);
	} else if (json_is_boolean(v)) {
		buf_str(b, json_is_true(v) ? "yes" : "no");
	} else if (json_is_array(v)) {
		json_array_foreach (v, i, e) {
			if (i > 0)
				buf_byte(b, ',');
			cell(b, e);
		}
	} else if (json_is_real(v)) {
		buf_fmt(b, "%.10g", json_real_value(v));
	} else {
		conf_value_print(b, v);
	}
}

/*
 * Of states their number.  Where a context has some, its other options mean
 * nothing and would deceive.
 */
static void
object_cell(struct buf *b, const char *kind, const json_t *o, const char *key)
{
	const struct spec_row *r = spec_find(kind, key);
	size_t n = strcmp(kind, "context") == 0
		       ? json_array_size(json_object_get(o, "states"))
		       : 0;

	if (r != NULL && r->type == SPEC_LINES) {
		if (n > 0)
			buf_fmt(b, "%zu", n);
	} else if (n == 0 || r == NULL || strcmp(key, "country") == 0) {
		cell(b, json_object_get(o, key));
	}
}

void
spec_print_table(struct buf *b, const char *kind, const json_t *array)
{
	char cols[COLUMNS_MAX][MODEL_NAME];
	size_t width[COLUMNS_MAX], rows = json_array_size(array);
	int n = columns(kind, array, cols);
	struct buf c = BUF_INIT;

	for (int k = 0; k < n; k++) {
		width[k] = strlen(cols[k]);
		for (size_t i = 0; i < rows; i++) {
			size_t w;

			buf_reset(&c);
			object_cell(
			    &c, kind, json_array_get(array, i), cols[k]);
			w = (size_t)text_columns(buf_cstr(&c));
			width[k] = MAXIMUM(width[k], w);
		}
	}
	/* Row 0 is the heading; the last column is not padded. */
	for (size_t i = 0; n > 0 && i <= rows; i++)
		for (int k = 0; k < n; k++) {
			const json_t *o = json_array_get(array, i - 1);
			const json_t *v = json_object_get(o, cols[k]);
			bool number = i > 0 && json_is_number(v);
			size_t pad;

			buf_reset(&c);
			if (i == 0)
				buf_str(&c, cols[k]);
			else
				object_cell(&c, kind, o, cols[k]);
			pad = width[k] - (size_t)text_columns(buf_cstr(&c));
			if (number)
				buf_fmt(b, "%*s", (int)pad, "");
			buf_str(b, buf_cstr(&c));
			if (k + 1 == n)
				buf_byte(b, '\n');
			else
				buf_fmt(
				    b, "%*s", (int)(number ? 2 : pad + 2), "");
		}
	buf_clear(&c);
}
