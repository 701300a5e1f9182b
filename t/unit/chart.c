/* SPDX-License-Identifier: MIT */
#include "ui/chart.h"

#include <math.h>
#include <string.h>

#include "shared/util.h"
#include "tap.h"

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
	out[n] = '\0';
	return out;
}

static uint32_t
cell(const struct canvas *c, int y, int x)
{
	struct canvas_cell k;

	canvas_get(c, y, x, &k);
	return k.base;
}

static void
test_graph(void)
{
	struct canvas *c = canvas_new(2, 4);
	struct chart_dot d[8] = {
		{ 0, NAN, false },
		{ 8, NAN, false },
		{ 4, 8, false },
		{ 1, 8, false },
		{ NAN, NAN, false },
		{ -1, NAN, false },
		{ 99, NAN, true },
		{ 0.01f, NAN, false },
	};
	struct canvas_cell k;

	chart_graph(
	    c, canvas_all(c), d, 8, 8, STYLE(ROLE_GRAPH), STYLE(ROLE_WARN));
	/* values of 8 fill 8 dots in 2 rows; the left column is empty */
	ok(cell(c, 0, 0) == 0x28b8 && cell(c, 1, 0) == 0x28b8,
	    "0 and 8 of 8: U+%04X", cell(c, 0, 0));
	ok(cell(c, 0, 1) == 0x2809, "the line above the area: U+%04X",
	    cell(c, 0, 1));
	ok(cell(c, 1, 1) == 0x28c7, "4 and 1 of 8: U+%04X", cell(c, 1, 1));
	ok(cell(c, 0, 2) == ' ' && cell(c, 1, 2) == ' ', "gaps");
	canvas_get(c, 0, 3, &k);
	ok(k.base == 0x2847 && k.fg == ROLE_BAD, "clamped, alarm in red");
	ok(cell(c, 1, 3) == 0x28c7, "a little is a dot: U+%04X", cell(c, 1, 3));
	canvas_clear(c);
	chart_graph(
	    c, canvas_all(c), d + 1, 1, 8, STYLE(ROLE_GRAPH), STYLE(ROLE_WARN));
	ok(cell(c, 0, 0) == ' ' && cell(c, 0, 3) == 0x28b8,
	    "few dots stand at the right");
	canvas_free(c);
	c = canvas_new(2, 4);
	canvas_set_ascii(c, true);
	ok(chart_dots(c, 4) == 4, "ASCII: a dot a column");
	chart_graph(
	    c, canvas_all(c), d, 4, 8, STYLE(ROLE_GRAPH), STYLE(ROLE_WARN));
	ok(strcmp(row(c, 0), " #--") == 0, "|%s|", row(c, 0));
	ok(strcmp(row(c, 1), " ##.") == 0, "|%s|", row(c, 1));
	canvas_free(c);
}

static void
test_bars(void)
{
	static const struct {
		double frac;
		const char *utf8, *ascii;
	} v[] = {
		{ 0, "\xe2\x96\x91\xe2\x96\x91\xe2\x96\x91\xe2\x96\x91",
		    "...." },
		{ 0.5, "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x91\xe2\x96\x91",
		    "##.." },
		{ 1, "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88",
		    "####" },
		{ 7, "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88",
		    "####" },
		{ -1, "\xe2\x96\x91\xe2\x96\x91\xe2\x96\x91\xe2\x96\x91",
		    "...." },
		{ 0.0001, "\xe2\x96\x8f\xe2\x96\x91\xe2\x96\x91\xe2\x96\x91",
		    "...." },
		{ 0.9999, "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x89",
		    "###." },
		{ NAN, "\xe2\x96\x91\xe2\x96\x91\xe2\x96\x91\xe2\x96\x91",
		    "...." },
	};
	struct canvas *c = canvas_new(1, 4);

	for (size_t i = 0; i < nitems(v); i++) {
		canvas_set_ascii(c, false);
		chart_bar(
		    c, 0, 0, 4, v[i].frac, STYLE(ROLE_GOOD), STYLE(ROLE_DIM));
		ok(strcmp(row(c, 0), v[i].utf8) == 0, "bar %g |%s|", v[i].frac,
		    row(c, 0));
		canvas_set_ascii(c, true);
		chart_bar(
		    c, 0, 0, 4, v[i].frac, STYLE(ROLE_GOOD), STYLE(ROLE_DIM));
		ok(strcmp(row(c, 0), v[i].ascii) == 0, "ASCII |%s|", row(c, 0));
	}
	canvas_free(c);
}

static void
test_spark(void)
{
	static const double v[] = { 0, 1, 4, 8 };
	struct canvas *c = canvas_new(1, 4);

	chart_spark(c, 0, 0, 4, v, 4, 8, STYLE(ROLE_GRAPH));
	ok(strcmp(row(c, 0), " \xe2\x96\x81\xe2\x96\x84\xe2\x96\x88") == 0,
	    "spark |%s|", row(c, 0));
	canvas_set_ascii(c, true);
	canvas_clear(c);
	chart_spark(c, 0, 0, 4, v, 4, 8, STYLE(ROLE_GRAPH));
	ok(strcmp(row(c, 0), " _-#") == 0, "ASCII spark |%s|", row(c, 0));
	canvas_free(c);
	ok(chart_ceiling(30.6) == 35 && chart_ceiling(0) == 1 &&
		chart_ceiling(0.9) == 1 && chart_ceiling(1001) == 1200,
	    "ceilings");
}

static void
test_columns(void)
{
	static const double v[] = { 0, 4, 8, 1, -1 };
	struct canvas *c = canvas_new(2, 9);
	struct rect r = canvas_all(c);

	chart_columns(c, r, v, 5, 1, 1, 8, STYLE(ROLE_GRAPH));
	ok(strcmp(row(c, 0), "    \xe2\x96\x88    ") == 0 &&
		strcmp(row(c, 1), "  \xe2\x96\x88 \xe2\x96\x88 "
				  "\xe2\x96\x82  ") == 0,
	    "columns |%s|", row(c, 1));
	canvas_set_ascii(c, true);
	canvas_clear(c);
	chart_columns(c, r, v, 5, 2, 0, 8, STYLE(ROLE_GRAPH));
	ok(strcmp(row(c, 0), "    ##   ") == 0 &&
		strcmp(row(c, 1), "  ####.. ") == 0,
	    "ASCII, what does not fit is left out |%s|", row(c, 1));
	canvas_free(c);
}

int
main(void)
{
	test_graph();
	test_columns();
	test_bars();
	test_spark();
	return done_testing();
}
