/* SPDX-License-Identifier: MIT */
/*
 * spec_file: a file for `discador apply` into JSON objects, or the first
 * mistake in it as "FILE:LINE: what, and what was expected".  Applies nothing.
 */
#include "shared/spec.h"

#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "shared/conf_value.h"
#include "shared/spec_check.h"
#include "shared/util.h"

struct reading {
	const char *file, *text;
	struct spec_file *out;
	struct buf *err;
};

/* "FILE:LINE: " of a setting. */
static void
at(struct reading *rd, const config_setting_t *s)
{
	conf_value_at(rd->err, s, rd->file);
}

/* The key of the table for a key of the file. */
static const char *
table_key(const char *kind, const char *key)
{
	if (strcmp(kind, "trunk") != 0)
		return key;
	if (strcmp(key, "switch") == 0)
		return "switch_name";
	return strcmp(key, "switch_name") == 0 ? "" : key;
}

static const char *
file_key(const char *key)
{
	return strcmp(key, "switch_name") == 0 ? "switch" : key;
}

static bool
read_name(struct reading *rd, const config_setting_t *g, struct spec_item *it)
{
	const char *key = spec_name_key(it->kind), *why = "", *name;
	const config_setting_t *s = config_setting_get_member(g, key);
	json_t *v;

	if (s == NULL) {
		at(rd, g);
		buf_fmt(rd->err, "this %s has no %s, expected %s = \"...\";",
		    it->kind, key, key);
		return false;
	}
	v = conf_value(s, &why);
	name = json_string_value(v);
	if (name == NULL || !spec_name_valid(it->kind, name)) {
		at(rd, s);
		buf_fmt(rd->err, "%s = ", key);
		if (v != NULL)
			conf_value_print(rd->err, v);
		else
			buf_str(rd->err, why);
		buf_str(rd->err, ", ");
		spec_name_expected(rd->err, it->kind);
		json_decref(v);
		return false;
	}
	str_copy(it->name, sizeof(it->name), name);
	json_object_set_new(it->obj, key, v);
	for (size_t i = 0; i + 1 < rd->out->n; i++) {
		const struct spec_item *o = &rd->out->v[i];

		if (strcmp(o->kind, it->kind) != 0 ||
		    strcmp(o->name, it->name) != 0)
			continue;
		at(rd, s);
		buf_fmt(rd->err,
		    "%s \"%s\" stands in this file twice, expected once "
		    "(first at line %d)",
		    it->kind, it->name, o->line);
		return false;
	}
	return true;
}

static bool
read_key(struct reading *rd, const config_setting_t *s, struct spec_item *it)
{
	const char *key = table_key(it->kind, config_setting_name(s));
	const struct spec_row *r = spec_find(it->kind, key);
	const char *why = "";
	json_t *v;

	if (r == NULL) {
		at(rd, s);
		buf_fmt(rd->err, "unknown key \"%.60s\" of %s %s, expected %s",
		    config_setting_name(s), *it->kind == 'a' ? "an" : "a",
		    it->kind, spec_name_key(it->kind));
		for (size_t i = 0; i < spec_nrows; i++)
			if (strcmp(spec_rows[i].kind, it->kind) == 0)
				buf_fmt(rd->err, ", %s",
				    file_key(spec_rows[i].key));
		return false;
	}
	v = conf_value(s, &why);
	if (v != NULL && spec_value_valid(r, v)) {
		json_object_set_new(it->obj, key, v);
		return true;
	}
	at(rd, s);
	buf_fmt(rd->err, "%s = ", config_setting_name(s));
	if (v != NULL)
		conf_value_print(rd->err, v);
	else
		buf_str(rd->err, why);
	buf_str(rd->err, ", ");
	spec_expected(rd->err, r, v);
	json_decref(v);
	return false;
}

static bool
line_has(const char *text, unsigned line, char c)
{
	const char *found;

	while (--line > 0 && (text = strchr(text, '\n')) != NULL)
		text++;
	found = text != NULL ? strchr(text, c) : NULL;
	return found != NULL && found < strchrnul(text, '\n');
}

/*
 * "FILE:LINE: " of what is blamed: of states the one that flow_new() complains
 * of ("state 3 ...").  libconfig gives a text the line on which it found that
 * no more of it follows: of the last one that may be a later line.
 */
static void
at_blamed(struct reading *rd, const config_setting_t *s, const char *why)
{
	const config_setting_t *e;
	char number[8];
	unsigned line;
	int64_t n;

	if (!config_setting_is_aggregate(s) || strncmp(why, "state ", 6) != 0 ||
	    !str_format(number, sizeof(number), "%.*s",
		(int)strcspn(why + 6, " :"), why + 6) ||
	    !str_int64(number, 1, config_setting_length(s), &n)) {
		at(rd, s);
		return;
	}
	e = config_setting_get_elem(s, (unsigned)n - 1);
	line = config_setting_source_line(e);
	while (line > config_setting_source_line(s) &&
	       !line_has(rd->text, line, '"'))
		line--;
	buf_fmt(rd->err, "%s:%u: ", rd->file, line);
}

static bool
read_object(struct reading *rd, const config_setting_t *g, const char *kind)
{
	struct spec_file *f = rd->out;
	struct buf why = BUF_INIT;
	struct spec_item *it;
	const char *key = "";
	bool good;

	f->v = xreallocarray(f->v, f->n + 1, sizeof(*f->v));
	it = &f->v[f->n++];
	memset(it, 0, sizeof(*it));
	str_copy(it->kind, sizeof(it->kind), kind);
	it->line = (int)config_setting_source_line(g);
	it->obj = json_object();
	if (!read_name(rd, g, it))
		return false;
	for (int i = 0; i < config_setting_length(g); i++) {
		const config_setting_t *s =
		    config_setting_get_elem(g, (unsigned)i);

		if (strcmp(config_setting_name(s), spec_name_key(kind)) != 0 &&
		    !read_key(rd, s, it))
			return false;
	}
	good = spec_whole_valid(kind, it->obj, &key, &why) &&
	       spec_flow_valid(kind, it->obj, &key, &why);
	if (!good) {
		const config_setting_t *s = config_setting_get_member(g, key);

		at_blamed(rd, s != NULL ? s : g, buf_cstr(&why));
		buf_str(rd->err, buf_cstr(&why));
	}
	buf_clear(&why);
	return good;
}

static bool
read_group(struct reading *rd, const config_setting_t *s)
{
	const char *name = config_setting_name(s), *kind = spec_kind(name);
	bool is_list =
	    config_setting_is_list(s) ||
	    (config_setting_is_array(s) && config_setting_length(s) == 0);

	if (strcmp(name, "simulation") == 0)
		return true;
	if (kind == NULL || strcmp(kind, name) == 0) {
		at(rd, s);
		buf_fmt(rd->err,
		    "unknown group \"%.60s\", expected trunks, profiles, "
		    "amd_profiles, alert_rules, countries, contexts, "
		    "campaigns or dids",
		    name);
		return false;
	}
	for (int i = 0; is_list && i < config_setting_length(s); i++) {
		const config_setting_t *g =
		    config_setting_get_elem(s, (unsigned)i);

		is_list = config_setting_is_group(g);
		if (is_list && !read_object(rd, g, kind))
			return false;
	}
	if (!is_list) {
		at(rd, s);
		buf_fmt(rd->err,
		    "%s is no list of groups, expected %s = ( { %s = \"...\"; "
		    "}, ... );",
		    name, name, spec_name_key(kind));
	}
	return is_list;
}

static int
by_kind(const void *a, const void *b)
{
	const struct spec_item *x = a, *y = b;
	int kx = spec_kind_order(x->kind), ky = spec_kind_order(y->kind);

	if (kx != ky)
		return kx - ky;
	return (x->line > y->line) - (x->line < y->line);
}

bool
spec_read(
    const char *file, const char *text, struct spec_file *out, struct buf *err)
{
	struct reading rd = {
		.file = file, .text = text, .out = out, .err = err
	};
	const config_setting_t *root;
	config_t cfg;
	bool good;

	out->v = NULL;
	out->n = 0;
	if (!conf_value_scan(file, text, err))
		return false;
	config_init(&cfg);
	good = config_read_string(&cfg, text) == CONFIG_TRUE;
	if (!good)
		conf_value_syntax(err, &cfg, file);
	root = config_root_setting(&cfg);
	for (int i = 0; good && i < config_setting_length(root); i++)
		good =
		    read_group(&rd, config_setting_get_elem(root, (unsigned)i));
	config_destroy(&cfg);
	if (!good) {
		spec_clear(out);
		return false;
	}
	if (out->n > 0)
		qsort(out->v, out->n, sizeof(*out->v), by_kind);
	return true;
}

void
spec_clear(struct spec_file *f)
{
	for (size_t i = 0; i < f->n; i++)
		json_decref(f->v[i].obj);
	free(f->v);
	f->v = NULL;
	f->n = 0;
}
