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

/* ---- many rows -------------------------------------------------------- */

struct many {
	char name[24];
	int n, group;
};
static int formatted; /* cells written out since it was set to 0 */

static const char *
m_word(const void *row)
{
	return ((const struct many *)row)->name;
}

static void
m_name(const void *row, struct table_cell *o)
{
	formatted++;
	str_format(o->text, sizeof(o->text), "<%s>", m_word(row));
}

static double
m_num(const void *row)
{
	return ((const struct many *)row)->n;
}

static void
m_n(const void *row, struct table_cell *o)
{
	formatted++;
	o->num = m_num(row);
	o->numeric = true;
	str_format(o->text, sizeof(o->text), "%d", (int)o->num);
}

/* No fast way: everything goes through the cell. */
static void
m_group(const void *row, struct table_cell *o)
{
	formatted++;
	str_format(o->text, sizeof(o->text),
	    "a group with a rather long name, %02d",
	    ((const struct many *)row)->group);
}

static const struct table_col many_cols[] = {
	{ "name", N_("Name"), TEXT_LEFT, 4, 12, 0, m_name, NULL, NULL, m_word },
	{ "count", N_("Number"), TEXT_RIGHT, 4, 8, 1, m_n, NULL, m_num, NULL },
	{ "group", N_("Group"), TEXT_CENTRE, 4, 40, 2, m_group },
};

#define MANY 3000
static struct many many[MANY];
#define M many, MANY, sizeof(many[0])

static void
fill(struct rng *r)
{
	for (int i = 0; i < MANY; i++) {
		str_format(many[i].name, sizeof(many[i].name),
		    "row-%llu-%c-%06d", (unsigned long long)rng_below(r, 9),
		    "aAbB"[rng_below(r, 4)], i);
		many[i].n = (int)rng_below(r, 200) - 100;
		many[i].group = (int)rng_below(r, 7);
	}
}

/* As the sort ought to see two rows. */
static int
honest(size_t col, const struct many *a, const struct many *b)
{
	if (col == 0)
		return strcasecmp(a->name, b->name);
	if (col == 1)
		return (a->n > b->n) - (a->n < b->n);
	return (a->group > b->group) - (a->group < b->group);
}

static int
disorder(struct table *t)
{
	size_t n, *v = table_shown(t, M, &n);
	int bad = 0;

	for (size_t i = 1; i < n; i++) {
		int r = t->sort < t->ncols
			    ? honest(t->sort, &many[v[i - 1]], &many[v[i]])
			    : 0;

		if (t->reverse && t->sort < t->ncols)
			r = -r;
		/* equal ones as the rows come */
		bad += r > 0 || (r == 0 && v[i - 1] > v[i]);
	}
	free(v);
	return bad;
}

/* Any order after any change, whatever it was before. */
static void
test_orders(void)
{
	struct table t;
	struct rng r;
	int bad = 0, rounds = 0;

	rng_seed(&r, 11);
	fill(&r);
	table_init(&t, many_cols, nitems(many_cols));
	for (t.gen = 1; t.gen < 120; t.gen++) {
		uint64_t changes = rng_below(&r, 4) == 0 ? MANY : 30;

		t.sort = rng_below(&r, 4) < 3 ? t.sort : rng_below(&r, 4);
		t.sort = MINIMUM(t.sort, t.ncols);
		t.reverse = t.sort < t.ncols && rng_below(&r, 3) == 0;
		for (uint64_t i = 0; i < changes; i++) {
			struct many *m = &many[rng_below(&r, MANY)];

			m->n = (int)rng_below(&r, 200) - 100;
			m->group = (int)rng_below(&r, 7);
		}
		str_copy(t.filter, sizeof(t.filter),
		    rng_below(&r, 3) == 0 ? "count>-20" : "");
		bad += disorder(&t);
		rounds++;
	}
	ok(bad == 0, "%d orders of %d rows", rounds, MANY);
	table_clear(&t);
}

static void
test_cheap(void)
{
	struct canvas *c = canvas_new(12, 80);
	struct table t;
	struct rng r;

	rng_seed(&r, 12);
	fill(&r);
	table_init(&t, many_cols, nitems(many_cols));
	t.gen = 1;
	t.sort = 1;
	t.number = "count";
	formatted = 0;
	str_copy(t.filter, sizeof(t.filter), ">0 row- !row-8");
	table_draw(&t, c, canvas_all(c), M, true);
	ok(t.shown > 100 && formatted < 100 + MANY,
	    "sort and filter write out no number, no word: %d cells",
	    formatted);
	t.filter[0] = '\0';
	table_draw(&t, c, canvas_all(c), M, true);
	formatted = 0;
	many[MANY - 1].n = -1000;
	table_draw(&t, c, canvas_all(c), M, true);
	table_key(&t, ACT_TOP, M);
	ok(formatted < 100 && strcmp(t.at, many[MANY - 1].name) != 0,
	    "the same gen: as it was");
	t.gen++;
	table_key(&t, ACT_TOP, M);
	ok(strcmp(t.at, many[MANY - 1].name) == 0, "the next: in order");
	many[MANY - 1].n = 1000;
	t.gen++;
	table_draw(&t, c, canvas_all(c), M, true);
	ok(t.cursor == MANY - 1, "the cursor follows its row");
	table_go(&t, many[7].name);
	ok(table_row(&t, M) == &many[7], "and goes where it is sent");
	table_go(&t, "nobody");
	ok(table_row(&t, M) != NULL, "nobody is there: it stays");
	t.sort = t.ncols;
	t.reverse = true;
	table_key(&t, ACT_TOP, M);
	ok(table_row(&t, M) == &many[MANY - 1], "the rows' order, reversed");
	str_copy(t.filter, sizeof(t.filter), "no such row");
	table_go(&t, many[9].name);
	ok(table_row(&t, M) == &many[9], "no filter hides where it is sent");
	ok(!table_unfilter(&t), "there is none left");
	table_clear(&t);
	ok(table_row(&t, M) != NULL, "cleared, it can be used again");
	table_clear(&t);
	canvas_free(c);
}

static size_t
passing(struct table *t, const char *filter)
{
	str_copy(t->filter, sizeof(t->filter), filter);
	table_row(t, ROWS);
	return t->shown;
}

static void
test_filter(void)
{
	static const struct {
		const char *filter;
		size_t want;
	} v[] = {
		{ "", 4 },
		{ "a", 4 },
		{ "!a", 0 },
		{ "alp", 1 },
		{ "al", 2 }, /* "not dialled" */
		{ "ta", 2 },
		{ "name:ta", 2 },
		{ "NAME:TA !delta", 1 },
		{ "na:mma", 1 },
		{ ">5", 2 },
		{ ">5 <30", 1 },
		{ "num>=30", 1 },
		{ "number<0", 1 },
		{ "done=50%", 1 },
		{ "done!=0", 2 },
		{ "name=beta", 1 },
		{ "name!=beta", 3 },
		{ "name>beta", 0 },
		{ "nothing:x", 0 },
		{ "nothing>3", 0 },
		{ ">", 4 },
		{ "num:3", 2 },
		{ "30", 0 },
		{ "\"and why\"", 1 },
		{ "!>5", 2 },
	};
	struct table t;
	size_t n, *shown;

	table_init(&t, cols, nitems(cols));
	t.number = "num";
	for (size_t i = 0; i < nitems(v); i++) {
		n = passing(&t, v[i].filter);
		ok(n == v[i].want, "|%s| %zu", v[i].filter, n);
	}
	t.number = NULL;
	ok(passing(&t, ">5") == 0, "no main number: a word");
	t.sort = 0;
	passing(&t, "ta");
	shown = table_shown(&t, ROWS, &n);
	ok(n == 2 && strcmp(items[shown[0]].name, "beta") == 0 &&
		strcmp(items[shown[1]].name, "delta") == 0,
	    "those that pass, in order");
	free(shown);
}

static void
test_click(void)
{
	struct canvas *c = canvas_new(9, 40);
	struct table t;

	table_init(&t, cols, nitems(cols));
	ok(!table_click(&t, 0, 0, ROWS), "never drawn: nothing to click on");
	table_draw(&t, c, (struct rect){ 2, 3, 5, 30 }, ROWS, true);
	ok(table_click(&t, 4, 5, ROWS) && strcmp(at(&t), "alpha") == 0,
	    "a row");
	ok(table_click(&t, 2, 3, ROWS) && t.sort == 0 && !t.reverse, "a title");
	ok(table_click(&t, 2, 4, ROWS) && t.sort == 0 && t.reverse,
	    "again: the other way round");
	ok(table_click(&t, 2, 31, ROWS) && t.sort == 2 && !t.reverse,
	    "another title");
	ok(!table_click(&t, 1, 5, ROWS) && !table_click(&t, 4, 2, ROWS) &&
		!table_click(&t, 7, 5, ROWS) && !table_click(&t, 4, 33, ROWS),
	    "beside it");
	table_draw(&t, c, (struct rect){ 2, 3, 7, 30 }, ROWS, true);
	ok(!table_click(&t, 8, 5, ROWS), "below the last row");
	canvas_free(c);
}

static void
test_title(void)
{
	struct table t;
	char s[80];

	table_init(&t, cols, nitems(cols));
	table_row(&t, ROWS);
	table_title(&t, "Items", nitems(items), 4, s, sizeof(s));
	ok(strcmp(s, "Items") == 0, "%s", s);
	table_title(&t, "Items", nitems(items), 3, s, sizeof(s));
	ok(strcmp(s, "Items  1 of 4") == 0, "%s", s);
	passing(&t, "ta");
	table_title(&t, "Items", nitems(items), 3, s, sizeof(s));
	ok(strcmp(s, "Items  2 of 4 match \"ta\"") == 0, "%s", s);
}

static void
test_print(void)
{
	struct buf b = BUF_INIT;

	table_print(&b, cols, nitems(cols), ROWS);
	ok(strcmp(buf_cstr(&b), "Name   Done  Number\n"
				"delta        not dialled, and why\n"
				"alpha            30\n"
				"beta             12\n"
				"gamma             3\n") == 0,
	    "as text");
	buf_clear(&b);
}

/* A text that may grow takes what is left, and no other column's place. */
static void
test_long(void)
{
	struct canvas *c = canvas_new(4, 30);
	struct table t;
	struct rng r;

	rng_seed(&r, 13);
	fill(&r);
	table_init(&t, many_cols, nitems(many_cols));
	canvas_set_ascii(c, true);
	table_draw(&t, c, canvas_all(c), many, 2, sizeof(many[0]), true);
	ok((t.visible & 7) == 7 && strstr(row(c, 1), "a gr") != NULL, "|%s|",
	    row(c, 1));
	canvas_free(c);
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
	test_filter();
	test_click();
	test_title();
	test_print();
	test_orders();
	test_cheap();
	test_long();
	test_layout();
	return done_testing();
}
