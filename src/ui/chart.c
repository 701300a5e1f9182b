/* SPDX-License-Identifier: MIT */
/* chart: numbers to characters.  Keeps nothing between two calls. */
#include "ui/chart.h"

#include <math.h>

#include "shared/util.h"

/* Braille patterns (U+2800): bit of the dot at row 0..3 of either column. */
static const uint8_t braille[2][4] = { { 0x01, 0x02, 0x04, 0x40 },
	{ 0x08, 0x10, 0x20, 0x80 } };
/* So many of them from the bottom. */
static const uint8_t filled[2][5] = { { 0, 0x40, 0x44, 0x46, 0x47 },
	{ 0, 0x80, 0xa0, 0xb0, 0xb8 } };

size_t
chart_dots(const struct canvas *c, int w)
{
	if (w <= 0)
		return 0;
	return canvas_ascii(c) ? (size_t)w : 2 * (size_t)w;
}

/* How many of levels dots v fills; a value above 0 shows at least one. */
static int
height(float v, double max, int levels)
{
	int n;

	if (!(v > 0) || max <= 0)
		return 0;
	n = (int)(v / max * levels + 0.5);
	return MINIMUM(MAXIMUM(n, 1), levels);
}

static void
graph_ascii(struct canvas *c, struct rect r, const struct chart_dot *d,
    size_t n, double max, struct style area, struct style line)
{
	for (size_t i = 0; i < n; i++) {
		int x = r.x + r.w - (int)n + (int)i, h, l, half;

		half = height(d[i].area, max, 2 * r.h);
		h = half / 2;
		l = height(d[i].line, max, r.h);
		for (int k = 0; k < r.h; k++) {
			struct style s = area;
			int y = r.y + r.h - 1 - k;

			if (d[i].alarm && k == h - 1)
				s.fg = ROLE_BAD;
			if (k < h)
				canvas_run(c, y, x, 1, s, '#');
			else if (k == h && half % 2)
				canvas_run(c, y, x, 1, s, '.');
			else if (k == l - 1)
				canvas_run(c, y, x, 1, line, '-');
		}
	}
}

/* What two dots beside each other are, in levels of the whole graph. */
struct column {
	int area[2], line[2];
	bool alarm[2];
};

static void
put_column(struct canvas *c, struct rect r, int x, const struct column *k,
    struct style area, struct style line)
{
	int levels = 4 * r.h, top = 0;

	for (int side = 0; side < 2; side++)
		top = MAXIMUM(top, MAXIMUM(k->area[side], k->line[side]));
	for (int y = r.h - (top + 3) / 4; y < r.h; y++) {
		uint8_t a = 0, l = 0;
		struct style s = area;
		int above = levels - 4 * y; /* level of the cell's first row */

		for (int side = 0; side < 2; side++) {
			/* levels are counted from the bottom, 1.. */
			int in = k->area[side] - (above - 4);
			int row = above - k->line[side];

			a |= filled[side][MINIMUM(MAXIMUM(in, 0), 4)];
			if (row >= 0 && row < 4 && k->line[side] > 0 &&
			    k->line[side] > k->area[side])
				l |= braille[side][row];
			if (k->alarm[side] && in > 0 && in <= 4)
				s.fg = ROLE_BAD;
		}
		if (a != 0)
			canvas_run(
			    c, r.y + y, r.x + x, 1, s, 0x2800u + (a | l));
		else if (l != 0)
			canvas_run(c, r.y + y, r.x + x, 1, line, 0x2800u + l);
	}
}

void
chart_graph(struct canvas *c, struct rect r, const struct chart_dot *d,
    size_t n, double max, struct style area, struct style line)
{
	int levels = 4 * r.h, first;

	if (r.h <= 0 || r.w <= 0)
		return;
	n = MINIMUM(n, chart_dots(c, r.w));
	if (canvas_ascii(c)) {
		graph_ascii(c, r, d, n, max, area, line);
		return;
	}
	first = 2 * r.w - (int)n;
	for (int x = first / 2; x < r.w; x++) {
		struct column k = { 0 };

		for (int side = 0; side < 2; side++) {
			int i = 2 * x + side - first;

			if (i < 0 || i >= (int)n)
				continue;
			k.area[side] = height(d[i].area, max, levels);
			k.line[side] = height(d[i].line, max, levels);
			k.alarm[side] = d[i].alarm;
		}
		put_column(c, r, x, &k, area, line);
	}
}

void
chart_spark(struct canvas *c, int y, int x, int w, const double *v, size_t n,
    double max, struct style s)
{
	static const char ascii[] = "_.:-=+*#";

	for (int i = 0; i < w && n > 0; i++) {
		/* n values over w columns, each value the same breadth */
		double val = v[(size_t)i * n / (size_t)w];
		int k = height((float)val, max, 8);

		if (canvas_ascii(c))
			canvas_run(c, y, x + i, 1, s,
			    k == 0 ? ' ' : (unsigned char)ascii[k - 1]);
		else
			canvas_run(c, y, x + i, 1, s,
			    k == 0 ? ' ' : 0x2580u + (unsigned)k);
	}
}

void
chart_columns(struct canvas *c, struct rect r, const double *v, size_t n, int w,
    int gap, double max, struct style s)
{
	for (size_t i = 0; i < n; i++) {
		int x = r.x + (int)i * (w + gap), k, levels;

		if (w <= 0 || r.h <= 0 || x + w > r.x + r.w)
			return;
		levels = canvas_ascii(c) ? 2 : 8;
		k = height((float)v[i], max, levels * r.h);
		for (int y = r.y + r.h - 1; k > 0; y--, k -= levels) {
			unsigned part = (unsigned)MINIMUM(k, levels);

			canvas_run(c, y, x, w, s,
			    levels == 8 ? 0x2580u + part
			    : part == 1 ? '.'
					: '#');
		}
	}
}

void
chart_bar(struct canvas *c, int y, int x, int w, double frac, struct style full,
    struct style empty)
{
	int eighths, whole;

	if (w <= 0)
		return;
	frac = frac >= 0 ? MINIMUM(frac, 1.0) : 0;
	eighths = (int)(frac * w * 8);
	/* neither "nothing yet" nor "all done" before it is so */
	if (frac > 0 && eighths == 0)
		eighths = 1;
	whole = eighths / 8;
	if (canvas_ascii(c)) {
		canvas_run(c, y, x, whole, full, '#');
		canvas_run(c, y, x + whole, w - whole, empty, '.');
		return;
	}
	canvas_run(c, y, x, whole, full, 0x2588);
	if (whole < w) {
		int part = eighths % 8;

		canvas_run(c, y, x + whole, w - whole, empty, 0x2591);
		if (part > 0)
			canvas_run(
			    c, y, x + whole, 1, full, 0x2590u - (unsigned)part);
	}
}

double
chart_ceiling(double v)
{
	static const double steps[] = { 1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7,
		8, 10 };
	double unit;

	if (!(v > 0))
		return 1;
	unit = pow(10, floor(log10(v)));
	for (size_t i = 0; i < nitems(steps); i++)
		if (steps[i] * unit >= v - 1e-9)
			return steps[i] * unit;
	return 10 * unit;
}
