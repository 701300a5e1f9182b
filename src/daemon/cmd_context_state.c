/* SPDX-License-Identifier: MIT */
/*
 * cmd_context_state: the states of a context: shown, and added, replaced or
 * removed one by one.  Several in one command, a ";" between them, are one
 * change: a new state and what leads to it can only come together.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/cmd_context.h"
#include "daemon/cmd_table.h"
#include "db/details.h"
#include "shared/spec.h"
#include "shared/spec_text.h"
#include "shared/text.h"

#define SHOWN_MAX 400 /* bytes of one version's changes in a line */

/* The name that a state's text begins with: its length. */
static size_t
name_len(const char *line)
{
	return strcspn(line, " ");
}

static const char *
line_at(const json_t *lines, size_t i)
{
	const char *s = json_string_value(json_array_get(lines, i));

	return s != NULL ? s : "";
}

/* Index of the state that a text names by its first word; or the size. */
static size_t
find(const json_t *lines, const char *like)
{
	size_t n = json_array_size(lines), len = name_len(like), i;

	for (i = 0; i < n; i++)
		if (name_len(line_at(lines, i)) == len &&
		    strncmp(line_at(lines, i), like, len) == 0)
			break;
	return i;
}

static void
say_change(struct buf *b, size_t *n, const char *line, const char *what)
{
	buf_fmt(b, "%s%.*s %s", (*n)++ > 0 ? ", " : "", (int)name_len(line),
	    line, what);
}

void
cmd_context_states_changed(struct buf *b, const json_t *old, const json_t *now)
{
	size_t n = 0, i, k;

	for (i = 0; i < json_array_size(now); i++) {
		k = find(old, line_at(now, i));
		if (k == json_array_size(old))
			say_change(b, &n, line_at(now, i), "added");
		else if (strcmp(line_at(old, k), line_at(now, i)) != 0)
			say_change(b, &n, line_at(now, i), "changed");
	}
	for (i = 0; i < json_array_size(old); i++)
		if (find(now, line_at(old, i)) == json_array_size(now))
			say_change(b, &n, line_at(old, i), "removed");
	if (n == 0 && !json_equal(old, now))
		buf_str(b, "in another order");
}

/* Its states, also those that a simple one stands for; new reference. */
static json_t *
states_of(const json_t *o)
{
	const json_t *own = json_object_get(o, "states");
	struct m_context *m;
	struct buf b = BUF_INIT;
	json_t *lines;

	if (json_array_size(own) > 0)
		return json_copy((json_t *)(uintptr_t)own);
	lines = json_array();
	m = xcalloc(1, sizeof(*m));
	if (spec_context(o, m))
		flow_print_simple(m, &b);
	for (const char *s = buf_cstr(&b); *s != '\0';) {
		size_t len = strcspn(s, "\n");

		if (len > 0)
			json_array_append_new(lines, json_stringn(s, len));
		s += len + (s[len] == '\n');
	}
	buf_clear(&b);
	free(m);
	return lines;
}

/* ---- state ------------------------------------------------------------ */

/*
 * "STATE TEXT", or "STATE --remove", of the words up to the next ";"; *p goes
 * behind it.
 */
static void
take_part(const char **p, struct buf *out)
{
	bool end = false;

	while (!end && **p != '\0') {
		size_t len;

		*p += strspn(*p, " \t\n");
		len = strcspn(*p, " \t\n");
		end = len > 0 && (*p)[len - 1] == ';';
		if (len > (size_t)end)
			buf_fmt(out, "%s%.*s", out->len > 0 ? " " : "",
			    (int)(len - end), *p);
		*p += len;
	}
}

/* One edit of lines; false: c->text says why not. */
static bool
edit(struct cmd *c, json_t *lines, const char *part)
{
	size_t i = find(lines, part), len = name_len(part);
	const char *rest = part + len + (part[len] == ' ');
	bool there = i < json_array_size(lines);

	if (*rest == '\0')
		buf_fmt(&c->text,
		    "state %.*s: expected what it is behind its name, such as "
		    "menu prompt=hello 1>sales, or --remove",
		    (int)len, part);
	else if (strcmp(rest, "--remove") != 0)
		there ? json_array_set_new(lines, i, json_string(part))
		      : json_array_append_new(lines, json_string(part));
	else if (!there)
		buf_fmt(&c->text,
		    "context %s has no state \"%.*s\": discador context states "
		    "%s shows them",
		    c->name, (int)len, part, c->name);
	else if (json_array_size(lines) == 1)
		buf_fmt(&c->text,
		    "%.*s is the last state of context %s: discador context "
		    "set %s states= goes back to its options",
		    (int)len, part, c->name, c->name);
	else
		json_array_remove(lines, i);
	return c->text.len == 0;
}

static void
change(struct cmd *c)
{
	const char *p = json_string_value(json_object_get(c->values, "edits"));
	struct buf part = BUF_INIT;
	bool good = true;
	json_t *lines;

	c->object = json_incref(cmd_context_named(c->contexts, c->name));
	if (c->object == NULL) {
		cmd_context_unknown(c);
		return;
	}
	lines = states_of(c->object);
	while (good && *p != '\0') {
		buf_reset(&part);
		take_part(&p, &part);
		if (part.len > 0)
			good = edit(c, lines, buf_cstr(&part));
	}
	buf_clear(&part);
	json_decref(c->values);
	c->values = json_pack("{s:o}", "states", lines);
	if (good)
		cmd_set_context(c);
	else
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
}

void
cmd_context_state(struct daemon *d, struct ctl_req *req, const char *name)
{
	struct buf edits = BUF_INIT;
	const char **v;
	struct cmd *c;
	size_t n;

	v = cmd_args_from(req, 2, &n);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&edits, "%s%s", i > 0 ? " " : "", v[i]);
	free(v);
	if (json_is_true(json_object_get(ctl_json(req), "remove")))
		buf_str(&edits, " --remove");
	c = cmd_new(d, req);
	str_copy(c->word, sizeof(c->word), "context");
	text_clean(c->name, sizeof(c->name), name);
	c->values = json_pack("{s:s}", "edits", buf_cstr(&edits));
	buf_clear(&edits);
	cmd_context_load(c, change);
}

/* ---- states ----------------------------------------------------------- */

static void
show(struct cmd *c)
{
	const json_t *o = cmd_context_named(c->contexts, c->name);
	char clean[FLOW_LINE * 2];
	json_t *lines;
	size_t i;

	if (o == NULL) {
		cmd_context_unknown(c);
		return;
	}
	lines = states_of(o);
	for (i = 0; i < json_array_size(lines); i++) {
		text_clean(clean, sizeof(clean), line_at(lines, i));
		buf_fmt(&c->text, "%s\n", clean);
	}
	cmd_end(c, true, 0, buf_cstr(&c->text),
	    json_pack("{s:s, s:I, s:b, s:o}", "context", c->name, "version",
		json_integer_value(json_object_get(o, "version")), "simple",
		json_array_size(json_object_get(o, "states")) == 0, "states",
		lines));
}

void
cmd_context_states(struct daemon *d, struct ctl_req *req, const char *name)
{
	struct cmd *c = cmd_new(d, req);

	text_clean(c->name, sizeof(c->name), name);
	cmd_context_load(c, show);
}

/* ---- versions --------------------------------------------------------- */

/* What this version changed; before: NULL for the first one. */
static void
say_version(struct cmd_table *t, const json_t *before, const json_t *now)
{
	struct buf b = BUF_INIT;
	char cut[SHOWN_MAX];
	json_t *old, *new;

	if (before == NULL) {
		cmd_table_cell(t, "as it was first known");
		return;
	}
	old = json_copy((json_t *)(uintptr_t)before);
	new = json_copy((json_t *)(uintptr_t)now);
	json_object_del(old, "states");
	json_object_del(new, "states");
	json_object_del(new, "version");
	json_object_del(new, "id");
	spec_text_changes(&b, old, new);
	if (!json_equal(json_object_get(before, "states"),
		json_object_get(now, "states"))) {
		buf_fmt(&b, "%sstates: ", b.len > 0 ? "; " : "");
		cmd_context_states_changed(&b,
		    json_object_get(before, "states"),
		    json_object_get(now, "states"));
	}
	text_clean(cut, sizeof(cut), buf_cstr(&b));
	cmd_table_cell(t, cut);
	json_decref(old);
	json_decref(new);
	buf_clear(&b);
}

static void
on_versions(void *arg, const struct db_answer *a)
{
	static const char *const heads[] = { "VERSION", "SINCE", "CHANGED" };
	struct cmd_table t = { .ncols = nitems(heads), .right = 1u };
	struct cmd *c = cmd_of(arg);
	json_t *rows, *o;
	char at[40];
	size_t i, n;

	if (!cmd_answered(c, a))
		return;
	rows = cmd_answered_json(a);
	n = json_array_size(rows);
	if (n == 0) {
		json_decref(rows);
		cmd_context_unknown(c);
		return;
	}
	for (i = 0; i < nitems(heads); i++)
		cmd_table_cell(&t, heads[i]);
	json_array_foreach (rows, i, o) {
		int64_t v = json_integer_value(json_object_get(o, "version"));

		cmd_table_int(&t, v);
		cmd_table_cell(
		    &t, cmd_stamp(c->d, json_object_get(o, "at"), at));
		if (i + 1 == n && v > 1)
			cmd_table_cell(&t, "older ones are not shown");
		else
			say_version(&t,
			    json_object_get(
				json_array_get(rows, i + 1), "object"),
			    json_object_get(o, "object"));
	}
	cmd_table_end(&t, 0, &c->text);
	cmd_end(c, true, 0, buf_cstr(&c->text), rows);
}

void
cmd_context_versions(struct daemon *d, struct ctl_req *req, const char *name)
{
	struct cmd *c;

	if (!cmd_have_reads(d, req))
		return;
	c = cmd_new(d, req);
	text_clean(c->name, sizeof(c->name), name);
	details_context(d->reads, c->name, on_versions, c);
}
