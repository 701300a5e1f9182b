/* SPDX-License-Identifier: MIT */
/* context_cols: the rows of contexts as columns, as JSON and as text. */
#include <stdlib.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/context_rows.h"

#define CELL(name)                                                             \
	static void cell_##name(const void *row, struct table_cell *o)
#define ROW(r) const struct context_row *r = row

static void
put_text(struct table_cell *o, const char *s)
{
	str_copy(o->text, sizeof(o->text), s);
}

static void
put_num(struct table_cell *o, double n)
{
	o->num = n;
	o->numeric = true;
	str_format(o->text, sizeof(o->text), "%.0f", n);
}

static const char *
or_dash(const char *s)
{
	return s[0] != '\0' ? s : "-";
}

CELL(name)
{
	ROW(r);
	put_text(o, r->name);
	o->fg = r->nerrors > 0 ? ROLE_BAD : ROLE_TEXT;
}
CELL(country)
{
	ROW(r);
	put_text(o, r->country);
	if (r->country[0] == '\0')
		put_text(o, "-");
}
CELL(kind)
{
	ROW(r);
	put_text(o, _("simple"));
	if (r->nstates == 1)
		put_text(o, _("flow, 1 state"));
	else if (r->nstates > 1)
		str_format(o->text, sizeof(o->text), _("flow, %zu states"),
		    r->nstates);
	if (r->nstates == 0)
		o->fg = ROLE_DIM;
}
CELL(version)
{
	ROW(r);
	if (r->version > 0)
		put_num(o, (double)r->version);
	else
		put_text(o, "-");
}
CELL(keys)
{
	ROW(r);
	if (!r->good)
		return;
	str_format(o->text, sizeof(o->text), "%s   %s   %s",
	    or_dash(r->connect), or_dash(r->optout), or_dash(r->repeat));
	o->fg = ROLE_ACCENT;
	o->attr = ATTR_BOLD;
}
CELL(connect)
{
	ROW(r);
	put_text(o, r->connect);
}
CELL(disconnect)
{
	ROW(r);
	put_text(o, r->optout);
}
CELL(repeat)
{
	ROW(r);
	put_text(o, r->repeat);
}
CELL(timeout)
{
	ROW(r);
	put_num(o, (double)r->timeout_s);
	str_format(o->text, sizeof(o->text), "%d s", r->timeout_s);
	if (r->timeout_s == 0)
		put_text(o, "-");
}
CELL(retries)
{
	ROW(r);
	put_num(o, (double)r->retries);
	/* people count the first one, too */
	str_format(o->text, sizeof(o->text), "%d", r->retries + 1);
	if (r->timeout_s == 0)
		put_text(o, "-");
}
CELL(amd)
{
	ROW(r);
	put_text(o, r->amd ? _("yes") : _("no"));
	if (!r->amd)
		o->fg = ROLE_WARN;
}
CELL(on_machine)
{
	ROW(r);
	put_text(o, or_dash(r->on_machine));
}
CELL(destination)
{
	ROW(r);
	put_text(o, or_dash(r->destination));
	if (r->destinations > 1)
		str_format(o->text, sizeof(o->text), "%s +%zu", r->destination,
		    r->destinations - 1);
}
CELL(ring)
{
	ROW(r);
	put_num(o, (double)r->ring_s);
}
CELL(prompt)
{
	ROW(r);
	put_text(o, r->prompt);
	if (r->good && r->prompt[0] == '\0') {
		put_text(o, _("none"));
		o->fg = ROLE_WARN;
	}
}
CELL(problems)
{
	ROW(r);
	put_num(o, (double)r->nproblems);
	if (r->nerrors > 0) {
		if (r->nerrors == 1)
			put_text(o, _("1 error"));
		else
			str_format(o->text, sizeof(o->text), _("%zu errors"),
			    r->nerrors);
		o->fg = ROLE_BAD;
		o->attr = ATTR_BOLD;
	} else if (r->bad_key[0] != '\0') {
		char key[40];

		str_format(key, sizeof(key), _("key %s"), r->bad_key);
		str_format(o->text, sizeof(o->text), "\xe2\x96\xb2 %s", key);
		o->fg = ROLE_BAD;
		o->attr = ATTR_BOLD;
	} else if (r->nproblems > 0) {
		if (r->nproblems == 1)
			put_text(o, _("1 warning"));
		else
			str_format(o->text, sizeof(o->text), _("%zu warnings"),
			    r->nproblems);
		o->fg = ROLE_WARN;
	} else {
		put_text(o, _("none"));
		o->fg = ROLE_DIM;
	}
}
CELL(used)
{
	ROW(r);
	put_text(o, r->used);
	if (r->users > 0)
		return;
	put_text(o, _("nobody"));
	o->fg = ROLE_DIM;
}

const struct table_col context_rows_cols[] = {
	{ "name", N_("Context"), TEXT_LEFT, 8, 28, 0, cell_name, NULL },
	{ "country", N_("Country"), TEXT_LEFT, 6, 16, 3, cell_country, NULL },
	{ "kind", N_("Kind"), TEXT_LEFT, 8, 16, 1, cell_kind, NULL },
	{ "version", N_("Ver"), TEXT_RIGHT, 3, 5, 5, cell_version, NULL },
	{ "keys", N_("Con Out Rep"), TEXT_LEFT, 7, 11, 0, cell_keys, NULL },
	{ "connect_key", N_("Connect"), TEXT_LEFT, 1, 0, 0, cell_connect,
	    NULL },
	{ "disconnect_key", N_("Opt out"), TEXT_LEFT, 1, 0, 0, cell_disconnect,
	    NULL },
	{ "repeat_key", N_("Repeat"), TEXT_LEFT, 1, 0, 0, cell_repeat, NULL },
	{ "menu_timeout", N_("Time"), TEXT_RIGHT, 4, 5, 3, cell_timeout, NULL },
	{ "retries", N_("Tries"), TEXT_RIGHT, 3, 6, 6, cell_retries, NULL },
	{ "amd", N_("AMD"), TEXT_LEFT, 3, 4, 3, cell_amd, NULL },
	{ "on_machine", N_("Machine"), TEXT_LEFT, 7, 8, 5, cell_on_machine,
	    NULL },
	{ "destination", N_("Connects to"), TEXT_LEFT, 10, 24, 1,
	    cell_destination, NULL },
	{ "ring_timeout", N_("Rings"), TEXT_RIGHT, 3, 0, 0, cell_ring, NULL },
	{ "prompt", N_("Prompt"), TEXT_LEFT, 8, 28, 5, cell_prompt, NULL },
	{ "problems", N_("Problems"), TEXT_LEFT, 8, 16, 0, cell_problems,
	    NULL },
	{ "used_by", N_("Used by"), TEXT_LEFT, 8, 40, 2, cell_used, NULL },
};
const size_t context_rows_ncols = nitems(context_rows_cols);

/* ---- printing ---------------------------------------------------------- */

static json_t *
names_of(const struct context_row *r, const struct board *b, bool countries)
{
	json_t *a = json_array();

	if (countries)
		for (uint32_t i = 0;
		     i < MINIMUM(b->ncountries, BOARD_COUNTRIES); i++)
			if (strcmp(b->countries[i].context, r->name) == 0)
				json_array_append_new(
				    a, json_string(b->countries[i].name));
	if (!countries)
		for (uint32_t i = 0;
		     i < MINIMUM(b->ncampaigns, BOARD_CAMPAIGNS); i++)
			if (strcmp(b->campaigns[i].context, r->name) == 0)
				json_array_append_new(
				    a, json_string(b->campaigns[i].name));
	return a;
}

json_t *
context_rows_json(const json_t *doc, const struct board *b)
{
	size_t n;
	struct context_row *rows = context_rows(doc, b, &n);
	json_t *a = table_json(
	    context_rows_cols, context_rows_ncols, rows, n, sizeof(*rows));

	for (size_t i = 0; i < n; i++) {
		json_t *o = json_array_get(a, i), *list = json_array();

		for (size_t k = 0; k < rows[i].nproblems; k++)
			json_array_append_new(list,
			    json_pack("{s:s, s:s}", "severity",
				rows[i].problem[k].error ? "error" : "warning",
				"text", rows[i].problem[k].text));
		json_object_set_new(o, "problems", list);
		/* cells are for people: "none", "-", "yes" */
		json_object_set_new(o, "amd", json_boolean(rows[i].amd));
		json_object_set_new(
		    o, "states", json_integer((json_int_t)rows[i].nstates));
		json_object_set_new(o, "prompt", json_string(rows[i].prompt));
		json_object_set_new(o, "country", json_string(rows[i].country));
		json_object_set_new(
		    o, "countries", names_of(&rows[i], b, true));
		json_object_set_new(
		    o, "campaigns", names_of(&rows[i], b, false));
	}
	free(rows);
	return a;
}

void
context_rows_print(struct buf *out, const json_t *doc, const struct board *b)
{
	size_t n;
	struct context_row *rows = context_rows(doc, b, &n);
	bool first = true;

	table_print(
	    out, context_rows_cols, context_rows_ncols, rows, n, sizeof(*rows));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows[i].nproblems; k++) {
			buf_fmt(out, "%s%s: %s\n", first ? "\n" : "",
			    rows[i].name, rows[i].problem[k].text);
			first = false;
		}
	free(rows);
}
