/* SPDX-License-Identifier: MIT */
/*
 * The emitter's property: whatever old and new are, a terminal (libvterm)
 * that shows old shows new after diff(old, new), cell by cell.
 */
#include "ui/canvas_vt.h"

#include <stdio.h>
#include <string.h>

#include "shared/util.h"
#include "tap.h"
#include "vterms.h"

static struct style
random_style(struct rng *r)
{
	return (struct style){ (uint8_t)rng_below(r, ROLE_N),
		rng_below(r, 3) ? ROLE_KEEP : (uint8_t)rng_below(r, ROLE_N),
		(uint8_t)rng_below(r, 8) };
}

static void
scribble(struct rng *r, struct canvas *c, int strokes)
{
	static const char *const words[] = { "hello", "x", "12,345",
		"\xe4\xb8\xad\xe6\x96\x87", "e\xcc\x81\xcc\x88o",
		"\xe2\xa3\xbf\xe2\xa1\x87", "\xe2\x94\x80\xe2\x94\x82",
		"\xf0\x9f\x93\x9e ring", "a\033[2Jb", "\xe2\x97\x8f on", "   ",
		"\xd7\xa9\xd7\x9c", "\xef\xbd\xb6",
		"n\xcc\x83\xe4\xb8\xad\xcc\x81x", "\xed\x95\x9c\xea\xb8\x80",
		"Espa\xc3\xb1ol" };
	int rows = canvas_rows(c), cols = canvas_cols(c);

	for (int i = 0; i < strokes; i++) {
		int y = (int)rng_below(r, (uint64_t)rows);
		int x = (int)rng_below(r, (uint64_t)cols);

		switch (rng_below(r, 4)) {
		case 0:
			canvas_fill(c,
			    (struct rect){ y, x, (int)rng_below(r, 4),
				(int)rng_below(r, 20) },
			    random_style(r));
			break;
		case 1:
			canvas_run(c, y, x, (int)rng_below(r, 30),
			    random_style(r), 0x2588);
			break;
		default:
			canvas_text(c, y, x, (int)rng_below(r, 30),
			    random_style(r),
			    words[rng_below(r, nitems(words))]);
			break;
		}
	}
	if (rng_below(r, 3) == 0)
		canvas_cursor(c, (int)rng_below(r, (uint64_t)rows),
		    (int)rng_below(r, (uint64_t)cols));
}

static bool
cursor_right(const struct term *t, const struct canvas *c)
{
	VTermPos p;
	int y, x;

	canvas_cursor_at(c, &y, &x);
	vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &p);
	return y < 0 ? !t->visible : t->visible && p.row == y && p.col == x;
}

static void
test_random(const char *theme, enum theme_depth depth, uint64_t seed)
{
	struct canvas_vt vt = { theme_find(theme), depth, seed % 2 != 0 };
	struct canvas *old = NULL, *new = NULL;
	struct buf b = BUF_INIT;
	struct term t;
	struct rng r;
	int bad = 0, cursors = 0, rows, cols, frames = 0;
	size_t bytes = 0;

	rng_seed(&r, seed);
	rows = 2 + (int)rng_below(&r, 30);
	cols = 2 + (int)rng_below(&r, 120);
	old = canvas_new(rows, cols);
	new = canvas_new(rows, cols);
	term_open(&t, rows, cols);
	for (int i = 0; i < 120; i++) {
		bool first = i == 0 || rng_below(&r, 20) == 0;

		if (rng_below(&r, 6) == 0)
			canvas_clear(new);
		scribble(&r, new, (int)rng_below(&r, 25));
		buf_reset(&b);
		canvas_vt_diff(&b, &vt, first ? NULL : old, new);
		vterm_input_write(t.vt, b.p, b.len);
		bytes += b.len;
		frames++;
		bad += differences(&t, new, &vt, false);
		cursors += !cursor_right(&t, new);
		canvas_copy(old, new);
		if (bad)
			break;
	}
	ok(bad == 0 && cursors == 0,
	    "%s, depth %d seed %llu, %dx%d: %d frames of %zu bytes, %d cells "
	    "differ, %d cursors",
	    theme, (int)depth, (unsigned long long)seed, cols, rows, frames,
	    bytes / (size_t)frames, bad, cursors);
	buf_clear(&b);
	canvas_free(old);
	canvas_free(new);
	vterm_free(t.vt);
}

static void
test_details(void)
{
	struct canvas_vt vt = { theme_find("dark"), DEPTH_256, true };
	struct canvas *a = canvas_new(24, 80), *b = canvas_new(24, 80);
	struct buf o = BUF_INIT;

	canvas_text(a, 3, 3, 20, STYLE(ROLE_GOOD), "same");
	canvas_copy(b, a);
	ok(!canvas_vt_diff(&o, &vt, a, b) && o.len == 0,
	    "nothing changed, nothing sent");
	canvas_text(b, 3, 3, 20, STYLE(ROLE_GOOD), "sane");
	ok(canvas_vt_diff(&o, &vt, a, b) && o.len < 60,
	    "one letter costs %zu bytes", o.len);
	ok(strncmp(o.p, "\033[?2026h", 8) == 0 &&
		strcmp(o.p + o.len - 8, "\033[?2026l") == 0,
	    "a whole frame");
	buf_reset(&o);
	canvas_resize(b, 25, 80);
	canvas_vt_diff(&o, &vt, a, b);
	ok(strstr(o.p, "\033[2J") != NULL, "another size: full paint");
	buf_reset(&o);
	vt.depth = DEPTH_MONO;
	canvas_text(b, 1, 1, 9, STYLE_ON(ROLE_STRONG, ROLE_BG_BAD), "ALARM");
	canvas_vt_diff(&o, &vt, NULL, b);
	ok(strstr(o.p, ";3") == NULL && strstr(o.p, ";4") == NULL &&
		strstr(o.p, ";7") != NULL,
	    "no colours: reverse instead");
	buf_clear(&o);
	canvas_free(a);
	canvas_free(b);
}

/* A screen like the console's: rows of words, figures, bars, a status. */
static void
dashboard(struct canvas *c, int tick)
{
	int rows = canvas_rows(c), cols = canvas_cols(c);

	canvas_clear(c);
	canvas_fill(c, (struct rect){ 0, 0, 1, cols },
	    STYLE_ON(ROLE_TEXT, ROLE_BG_BAR));
	canvas_textf(
	    c, 0, 1, 30, STYLE(ROLE_STRONG), "node  05:24:%02d", tick % 60);
	for (int y = 2; y < rows - 1; y++) {
		canvas_textf(c, y, 1, 16, STYLE(ROLE_TEXT), "campaign-%d", y);
		canvas_text(c, y, 18, 10, STYLE(ROLE_GOOD), "running");
		canvas_run(c, y, 29, 5 + (y * 7 + tick / 10) % 15,
		    STYLE(ROLE_GRAPH), 0x2588);
		/* one row in three has moved since the frame before */
		canvas_textf(c, y, 52, 24, STYLE(ROLE_ACCENT), "%d  %d.%d %%",
		    1000 * y + tick * (y % 3 == 0), 40 + y % 7,
		    (y % 3 == 0 ? tick : 0) % 10);
	}
	canvas_text(c, rows - 1, 1, cols, STYLE(ROLE_DIM), "? help  q detach");
}

/* What a session costs on the line; the bounds are twice what it takes. */
static void
test_cost(int rows, int cols, size_t most_full, size_t most_frame)
{
	struct canvas_vt vt = { theme_find("dark"), DEPTH_256, true };
	struct canvas *a = canvas_new(rows, cols), *b = canvas_new(rows, cols);
	struct buf o = BUF_INIT;
	size_t full, sum = 0;

	dashboard(a, 0);
	canvas_vt_diff(&o, &vt, NULL, a);
	full = o.len;
	for (int tick = 1; tick <= 100; tick++) {
		buf_reset(&o);
		dashboard(b, tick);
		canvas_vt_diff(&o, &vt, a, b);
		sum += o.len;
		canvas_copy(a, b);
	}
	ok(full <= most_full && sum / 100 <= most_frame,
	    "%dx%d: full paint %zu bytes, a frame %zu", cols, rows, full,
	    sum / 100);
	buf_clear(&o);
	canvas_free(a);
	canvas_free(b);
}

int
main(void)
{
	uint64_t seed = 1;

	for (enum theme_depth d = DEPTH_MONO; d <= DEPTH_256; d++)
		for (int i = 0; i < 12; i++)
			test_random("dark", d, seed++);
	for (const char *const *t = theme_names(); *t != NULL; t++)
		for (enum theme_depth d = DEPTH_8; d <= DEPTH_256; d++)
			test_random(*t, d, seed++);
	test_details();
	test_cost(24, 80, 6000, 500);
	test_cost(40, 120, 10000, 800);
	test_cost(60, 200, 16000, 1300);
	return done_testing();
}
