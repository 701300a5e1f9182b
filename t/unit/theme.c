/* SPDX-License-Identifier: MIT */
/*
 * Can it be read?  Contrast by WCAG 2.1 (relative luminance) of every role on
 * every background, in each theme that names colours; what each depth gets.
 */
#include "ui/theme.h"

#include <math.h>
#include <string.h>

#include "shared/util.h"
#include "tap.h"

/* xterm's palette as it comes. */
static void
palette(int c, int rgb[3])
{
	static const uint8_t first[16][3] = { { 0, 0, 0 }, { 205, 0, 0 },
		{ 0, 205, 0 }, { 205, 205, 0 }, { 0, 0, 238 }, { 205, 0, 205 },
		{ 0, 205, 205 }, { 229, 229, 229 }, { 127, 127, 127 },
		{ 255, 0, 0 }, { 0, 255, 0 }, { 255, 255, 0 }, { 92, 92, 255 },
		{ 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 } };
	static const int step[] = { 0, 95, 135, 175, 215, 255 };

	for (int i = 0; i < 3; i++)
		if (c < 16)
			rgb[i] = first[c][i];
		else if (c >= 232)
			rgb[i] = 8 + 10 * (c - 232);
		else
			rgb[i] = step[(c - 16) /
				      (i == 0      ? 36
					  : i == 1 ? 6
						   : 1) %
				      6];
}

static double
luminance(int c)
{
	static const double weight[3] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;
	int rgb[3];

	palette(c, rgb);
	for (int i = 0; i < 3; i++) {
		double v = rgb[i] / 255.0;

		v = v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
		sum += weight[i] * v;
	}
	return sum;
}

static double
contrast(int a, int b)
{
	double x = luminance(a), y = luminance(b);

	return (MAXIMUM(x, y) + 0.05) / (MINIMUM(x, y) + 0.05);
}

/* own_*: what the terminal's own colours are taken for. */
static double
contrast_of(const struct theme *t, enum theme_depth d, enum role fg,
    enum role bg, int own_fg, int own_bg)
{
	struct theme_paint p = theme_paint(t, d, (uint8_t)fg, (uint8_t)bg, 0);

	return contrast(p.fg < 0 ? own_fg : p.fg, p.bg < 0 ? own_bg : p.bg);
}

static void
test_contrast(const char *name, int own_fg, int own_bg)
{
	static const enum role bgs[] = { ROLE_DEFAULT, ROLE_BG_BAR,
		ROLE_BG_SELECT, ROLE_BG_GOOD, ROLE_BG_WARN, ROLE_BG_BAD,
		ROLE_BG_POPUP };
	const struct theme *t = theme_find(name);

	for (size_t i = 0; i < nitems(bgs); i++) {
		double least = 99, dim, graph;
		int worst = -1;

		for (int fg = ROLE_DEFAULT; fg <= ROLE_STRONG; fg++) {
			double c = contrast_of(t, DEPTH_256, (enum role)fg,
			    bgs[i], own_fg, own_bg);

			if (fg == ROLE_DIM || fg == ROLE_FRAME ||
			    fg == ROLE_GRAPH || c >= least)
				continue;
			least = c;
			worst = fg;
		}
		dim =
		    contrast_of(t, DEPTH_256, ROLE_DIM, bgs[i], own_fg, own_bg);
		graph = contrast_of(
		    t, DEPTH_256, ROLE_GRAPH, bgs[i], own_fg, own_bg);
		ok(least >= 4.5 && dim >= 3 && graph >= 3,
		    "%s, background %d on %d: text %.1f (role %d), dim %.1f, "
		    "graph %.1f",
		    name, (int)bgs[i], own_bg, least, worst, dim, graph);
	}
}

/*
 * With 16 colours the palette is the terminal's; as xterm has it, nothing
 * may vanish: dim and frames too.
 */
static void
test_basic(const char *name, enum theme_depth d, int own_fg, int own_bg)
{
	const struct theme *t = theme_find(name);
	double least = 99;
	int wf = -1, wb = -1;

	for (int bg = ROLE_DEFAULT; bg < ROLE_N; bg++)
		for (int fg = ROLE_DEFAULT; fg <= ROLE_STRONG; fg++) {
			double c;

			if (bg > ROLE_DEFAULT && bg <= ROLE_STRONG)
				continue;
			if (fg == ROLE_FRAME || fg == ROLE_GRAPH)
				continue;
			c = contrast_of(
			    t, d, (enum role)fg, (enum role)bg, own_fg, own_bg);
			if (c >= least)
				continue;
			least = c;
			wf = fg;
			wb = bg;
		}
	ok(least >= 2, "%s, depth %d: worst contrast %.1f (role %d on %d)",
	    name, (int)d, least, wf, wb);
}

static void
test_names(void)
{
	static const char *const want[] = { "dark", "light", "16", "none" };
	const char *const *names = theme_names();
	size_t n = 0;

	for (; names[n] != NULL; n++)
		ok(n < nitems(want) && strcmp(names[n], want[n]) == 0 &&
			theme_find(names[n]) != NULL &&
			strcmp(theme_name(theme_find(names[n])), names[n]) == 0,
		    "theme %s", names[n]);
	ok(n == nitems(want), "%zu of them", n);
	ok(theme_find("nope") == NULL, "there is no other");
}

static void
test_limits(void)
{
	int wild = 0, coloured = 0;

	for (int fg = 0; fg < 256; fg++)
		for (int bg = 0; bg < 256; bg++) {
			struct theme_paint p = theme_paint(theme_find("none"),
			    DEPTH_256, (uint8_t)fg, (uint8_t)bg, 0);

			coloured += p.fg != -1 || p.bg != -1;
			p = theme_paint(theme_find("16"), DEPTH_256,
			    (uint8_t)fg, (uint8_t)bg, 0);
			wild +=
			    p.fg < -1 || p.fg > 15 || p.bg < -1 || p.bg > 15;
			for (size_t i = 0; i < 2; i++) {
				p = theme_paint(theme_find(theme_names()[i]),
				    DEPTH_8, (uint8_t)fg, (uint8_t)bg, 0);
				wild += p.fg < -1 || p.fg > 7 || p.bg < -1 ||
					p.bg > 7;
				p = theme_paint(theme_find(theme_names()[i]),
				    DEPTH_16, (uint8_t)fg, (uint8_t)bg, 0);
				wild += p.fg > 15 || p.bg > 15;
			}
		}
	ok(coloured == 0, "none: no colour, whatever the terminal can");
	ok(wild == 0, "16 and less: no colour beyond them");
	ok(theme_paint(
	       theme_find("dark"), DEPTH_MONO, ROLE_STRONG, ROLE_BG_BAD, 0)
		    .attr &
		ATTR_REVERSE,
	    "without colours an alarm stands reversed");
}

static void
test_depth(void)
{
	ok(theme_depth("xterm-256color", 256, true) == DEPTH_MONO, "NO_COLOR");
	ok(theme_depth("xterm-256color", 256, false) == DEPTH_256 &&
		theme_depth("xterm-256color", 0, false) == DEPTH_256,
	    "256");
	ok(theme_depth("xterm", 8, false) == DEPTH_8 &&
		theme_depth("xterm-16color", 16, false) == DEPTH_16 &&
		theme_depth("linux", 0, false) == DEPTH_8 &&
		theme_depth("vt100", 0, false) == DEPTH_MONO,
	    "less");
}

int
main(void)
{
	test_names();
	test_contrast("dark", 252, 16);
	test_contrast("dark", 252, 234);
	test_contrast("light", 16, 231);
	test_contrast("light", 236, 255);
	for (enum theme_depth d = DEPTH_8; d <= DEPTH_16; d++) {
		test_basic("dark", d, 7, 0);
		test_basic("light", d, 0, 15);
		test_basic("16", d, 7, 0);
	}
	test_limits();
	test_depth();
	return done_testing();
}
