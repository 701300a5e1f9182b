/* SPDX-License-Identifier: MIT */
#include "ui/table.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"
#include "ui/layout.h"

struct item {
	char name[16];
	int n;
	double frac;
};

static void
i_name(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), ((const struct item *)row)->name);
}

static void
i_num(const void *row, struct table_cell *o)
{
	o->num = ((const struct item *)row)->n;
	o->numeric = true;
	str_format(o->text, sizeof(o->text), "%d", (int)o->num);
}

static void
i_frac(const void *row, struct table_cell *o)
{
	o->bar = o->num = ((const struct item *)row)->frac;
	o->numeric = true;
}

static bool
i_over(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), "not dialled, and why");
	return ((const struct item *)row)->n < 0;
}

static const struct table_col cols[] = {
	{ "name", N_("Name"), TEXT_LEFT, 4, 12, 0, i_name, NULL },
	{ "frac", N_("Done"), TEXT_CENTRE, 6, 12, 2, i_frac, NULL },
	{ "num", N_("Number"), TEXT_RIGHT, 4, 8, 1, i_num, i_over },
	{ "hidden", N_("Hidden"), TEXT_RIGHT, 0, 0, 0, i_num, NULL },
};

static struct item items[] = { { "gamma", 3, 0.5 }, { "alpha", 30, 0 },
	{ "beta", 12, 1 }, { "delta", -1, 0 } };

static const char *
row(const struct canvas *c, int y)
{
	static char out[1024];
	struct canvas_cell k;
	size_t n = 0;

	for (int x = 0; x < canvas_cols(c); x++) {
		canvas_get(c, y, x, &k);
		n += text_encode(k.base, out + n);
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

#define ROWS items, nitems(items), sizeof(items[0])

static const char *
at(struct table *t)
{
	const struct item *i = table_row(t, ROWS);

	return i != NULL ? i->name : "(none)";
}

static void
test_draw(void)
{
	struct canvas *c = canvas_new(6, 30);
	struct canvas_cell k;
	struct table t;

	table_init(&t, cols, nitems(cols));
	canvas_set_ascii(c, true);
	table_draw(&t, c, canvas_all(c), ROWS, true);
	ok(strcmp(row(c, 0), "Name   Done          Number") == 0, "|%s|",
	    row(c, 0));
	ok(strcmp(row(c, 1), "gamma  ######......       3") == 0, "|%s|",
	    row(c, 1));
	ok(strcmp(row(c, 4), "delta  ............  not di.") == 0 ||
		strstr(row(c, 4), "not dial") != NULL,
	    "over: |%s|", row(c, 4));
	canvas_get(c, 1, 0, &k);
	ok(k.bg == ROLE_BG_SELECT, "the cursor is seen");
	canvas_clear(c);
	table_draw(&t, c, (struct rect){ 0, 0, 6, 14 }, ROWS, true);
	ok(strcmp(row(c, 0), "Name   Number") == 0, "narrow: |%s|", row(c, 0));
	canvas_clear(c);
	table_draw(&t, c, (struct rect){ 0, 0, 6, 9 }, ROWS, true);
	ok(strcmp(row(c, 0), "Name") == 0, "narrower: |%s|", row(c, 0));
	canvas_free(c);
}

static void
test_keys(void)
{
	struct canvas *c = canvas_new(3, 40); /* two rows of data */
	struct item saved;
	struct table t;

	table_init(&t, cols, nitems(cols));
	table_draw(&t, c, canvas_all(c), ROWS, true);
	ok(strcmp(at(&t), "gamma") == 0, "first row");
	table_key(&t, ACT_DOWN, ROWS);
	ok(strcmp(at(&t), "alpha") == 0, "down");
	table_key(&t, ACT_SORT_COLUMN, ROWS);
	ok(t.sort == 0 && strcmp(at(&t), "alpha") == 0,
	    "sorted by name, still on alpha");
	table_draw(&t, c, canvas_all(c), ROWS, true);
	ok(strncmp(row(c, 1), "alpha", 5) == 0 &&
		strncmp(row(c, 2), "beta", 4) == 0,
	    "in order: |%s|", row(c, 1));
	table_key(&t, ACT_SORT_COLUMN, ROWS);
	ok(t.reverse, "descending");
	table_draw(&t, c, canvas_all(c), ROWS, true);
	ok(strncmp(row(c, 2), "alpha", 5) == 0, "it scrolled to its row");
	table_key(&t, ACT_SORT_COLUMN, ROWS);
	table_key(&t, ACT_SORT_COLUMN, ROWS);
	table_key(&t, ACT_SORT_COLUMN, ROWS);
	ok(t.sort == 2 && !t.reverse, "by number");
	table_key(&t, ACT_TOP, ROWS);
	ok(strcmp(at(&t), "delta") == 0, "least number first");
	table_key(&t, ACT_BOTTOM, ROWS);
	ok(strcmp(at(&t), "alpha") == 0, "most last");
	table_key(&t, ACT_UP, ROWS);
	ok(strcmp(at(&t), "beta") == 0, "up");
	table_key(&t, ACT_PAGE_UP, ROWS);
	ok(strcmp(at(&t), "gamma") == 0, "a page up");
	/* rows change places under the cursor */
	saved = items[0];
	items[0] = items[3];
	items[3] = saved;
	ok(strcmp(at(&t), "gamma") == 0, "the cursor follows its row");
	str_copy(t.filter, sizeof(t.filter), "ALP");
	ok(strcmp(at(&t), "alpha") == 0 && t.shown == 1, "filter, any case");
	str_copy(t.filter, sizeof(t.filter), "zzz");
	ok(strcmp(at(&t), "(none)") == 0 && t.shown == 0, "nothing passes");
	table_key(&t, ACT_DOWN, ROWS);
	table_draw(&t, c, canvas_all(c), ROWS, true);
	ok(!table_key(&t, ACT_HELP, ROWS), "help is none of its");
	table_draw(&t, c, canvas_all(c), NULL, 0, sizeof(items[0]), true);
	ok(table_row(&t, NULL, 0, sizeof(items[0])) == NULL, "no rows at all");
	canvas_free(c);
}

static void
test_json(void)
{
	json_t *a = table_json(cols, nitems(cols), ROWS), *o;

	ok(json_array_size(a) == nitems(items), "all rows");
	o = json_array_get(a, 1);
	ok(strcmp(json_string_value(json_object_get(o, "name")), "alpha") ==
		    0 &&
		json_number_value(json_object_get(o, "num")) == 30 &&
		json_object_get(o, "hidden") != NULL,
	    "all columns");
	json_decref(a);
}

static void
test_layout(void)
{
	struct layout_part p[] = { { 5, 8, 1, 0 }, { 3, 6, 0, 0 },
		{ 2, 4, 1, 0 } };
	struct rect r = { 1, 2, 10, 20 }, top;

	layout_split(10, p, 3);
	ok(p[0].got == 5 && p[1].got == 3 && p[2].got == 2, "just the minima");
	layout_split(11, p, 3);
	ok(p[1].got == 4, "what never grows gets its wants first");
	layout_split(18, p, 3);
	ok(p[0].got == 8 && p[1].got == 6 && p[2].got == 4, "all wants");
	layout_split(29, p, 3);
	ok(p[0].got + p[1].got + p[2].got == 29 && p[1].got == 6, "the rest");
	layout_split(9, p, 3);
	ok(p[0].got == 5 && p[1].got >= 3 && p[2].got == 0, "the last goes");
	top = layout_top(&r, 3);
	ok(top.y == 1 && top.h == 3 && r.y == 4 && r.h == 7, "cut");
	top = layout_left(&r, 50);
	ok(top.w == 20 && r.w == 0, "no more than there is");
}

int
main(void)
{
	test_draw();
	test_keys();
	test_json();
	test_layout();
	return done_testing();
}
