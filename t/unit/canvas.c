/* SPDX-License-Identifier: MIT */
#include "ui/canvas.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

/* The text of one row, wide characters once. */
static const char *
row(const struct canvas *c, int y)
{
	static char out[4096];
	struct canvas_cell k;
	size_t n = 0;

	for (int x = 0; x < canvas_cols(c); x++) {
		canvas_get(c, y, x, &k);
		if (k.base == 0)
			continue;
		n += text_encode(k.base, out + n);
		for (int i = 0; i < k.nmark; i++)
			n += text_encode(k.mark[i], out + n);
	}
	out[n] = '\0';
	return out;
}

static void
test_text(void)
{
	struct canvas *c = canvas_new(3, 10);
	struct canvas_cell k;
	struct rect old;

	ok(canvas_text(c, 0, 2, 20, STYLE(ROLE_GOOD), "hello") == 5,
	    "5 columns");
	ok(strcmp(row(c, 0), "  hello   ") == 0, "|%s|", row(c, 0));
	canvas_get(c, 0, 2, &k);
	ok(k.base == 'h' && k.fg == ROLE_GOOD && k.bg == ROLE_DEFAULT, "style");
	ok(canvas_text(c, 1, 0, 4, STYLE(ROLE_TEXT), "abcdef") == 4, "cut");
	ok(strcmp(row(c, 1), "abc\xe2\x80\xa6      ") == 0, "|%s|", row(c, 1));
	canvas_right(c, 2, 0, 10, STYLE(ROLE_TEXT), "42");
	ok(strcmp(row(c, 2), "        42") == 0, "|%s|", row(c, 2));
	canvas_text(c, 0, 8, 20, STYLE(ROLE_TEXT), "overflow");
	ok(strcmp(row(c, 0), "  hello ov") == 0, "outside is lost");
	canvas_text(c, 7, 0, 9, STYLE(ROLE_TEXT), "x");
	canvas_text(c, 0, -3, 5, STYLE(ROLE_TEXT), "abcd");
	ok(strcmp(row(c, 0), "d hello ov") == 0, "left of the edge too");
	canvas_clear(c);
	old = canvas_clip(c, (struct rect){ 0, 2, 1, 3 });
	canvas_text(c, 0, 0, 10, STYLE(ROLE_TEXT), "0123456789");
	canvas_text(c, 1, 0, 10, STYLE(ROLE_TEXT), "0123456789");
	canvas_clip(c, old);
	ok(strcmp(row(c, 0), "  234     ") == 0, "clip |%s|", row(c, 0));
	ok(strcmp(row(c, 1), "          ") == 0, "clip in height");
	canvas_free(c);
}

static void
test_wide(void)
{
	struct canvas *c = canvas_new(1, 6);
	struct canvas_cell k;

	canvas_text(c, 0, 0, 6, STYLE(ROLE_TEXT), "\xe4\xb8\xad\xe6\x96\x87");
	canvas_get(c, 0, 1, &k);
	ok(k.base == 0, "right half");
	canvas_text(c, 0, 1, 1, STYLE(ROLE_TEXT), "x");
	ok(strcmp(row(c, 0), " x\xe6\x96\x87  ") == 0,
	    "right half overwritten: |%s|", row(c, 0));
	canvas_text(c, 0, 2, 1, STYLE(ROLE_TEXT), "y");
	ok(strcmp(row(c, 0), " xy   ") == 0, "left half: |%s|", row(c, 0));
	canvas_text(c, 0, 5, 2, STYLE(ROLE_TEXT), "\xe4\xb8\xad");
	ok(strcmp(row(c, 0), " xy   ") == 0, "no half at the edge");
	canvas_free(c);
}

static void
test_hostile(void)
{
	struct canvas *c = canvas_new(1, 40);
	char in[700] = "e";
	struct canvas_cell k;
	int bad = 0;

	for (int i = 0; i < 300; i++)
		memcpy(in + 1 + 2 * i, "\xcc\x81", 3);
	canvas_text(c, 0, 0, 40, STYLE(ROLE_TEXT), in);
	canvas_get(c, 0, 0, &k);
	ok(k.base == 'e' && k.nmark == 4, "300 marks: 4 in the cell");
	canvas_text(c, 0, 0, 40, STYLE(ROLE_TEXT),
	    "\033[2J\xc2\x9b\x07\xe2\x80\xae\x01\xff\r\n\t");
	for (int x = 0; x < 40; x++) {
		canvas_get(c, 0, x, &k);
		if (text_width(k.base) != 1)
			bad++;
	}
	ok(bad == 0, "no control stands in a cell");
	canvas_free(c);
}

static void
test_ascii(void)
{
	struct canvas *c = canvas_new(3, 12);

	canvas_set_ascii(c, true);
	canvas_text(c, 0, 0, 12, STYLE(ROLE_TEXT),
	    "Ligac\xcc\xa7\xc3\xb5"
	    "es\xe2\x80\xa6");
	ok(strcmp(row(c, 0), "Ligacoes.   ") == 0, "|%s|", row(c, 0));
	canvas_box(c, (struct rect){ 0, 0, 3, 12 }, STYLE(ROLE_FRAME),
	    STYLE(ROLE_TITLE), "T");
	ok(strcmp(row(c, 0), "+- T ------+") == 0, "|%s|", row(c, 0));
	ok(strcmp(row(c, 1), "|          |") == 0, "|%s|", row(c, 1));
	canvas_free(c);
}

static void
test_wrap(void)
{
	struct canvas *c = canvas_new(4, 10);

	ok(canvas_wrap(
	       c, canvas_all(c), STYLE(ROLE_TEXT), "one two three four") == 2,
	    "two lines");
	ok(strcmp(row(c, 0), "one two   ") == 0, "|%s|", row(c, 0));
	ok(strcmp(row(c, 1), "three four") == 0, "|%s|", row(c, 1));
	canvas_clear(c);
	ok(canvas_wrap(c, (struct rect){ 0, 0, 2, 10 }, STYLE(ROLE_TEXT),
	       "one two three four five six") == 2,
	    "no more than there are");
	ok(strcmp(row(c, 1), "three fou\xe2\x80\xa6") == 0, "|%s|", row(c, 1));
	canvas_clear(c);
	ok(canvas_wrap(
	       c, canvas_all(c), STYLE(ROLE_TEXT), "abcdefghijklmnop\nx") == 3,
	    "a long word is broken");
	canvas_free(c);
}

static void
test_copy(void)
{
	struct canvas *a = canvas_new(2, 8), *b = canvas_new(9, 9);
	int bad = 0;

	canvas_text(a, 0, 0, 8, STYLE(ROLE_BAD), "e\xcc\x81\xe4\xb8\xadz");
	canvas_cursor(a, 1, 2);
	canvas_copy(b, a);
	for (int y = 0; y < 2; y++)
		for (int x = 0; x < 8; x++)
			bad += !canvas_same(a, b, y, x);
	ok(bad == 0 && canvas_rows(b) == 2 && canvas_cols(b) == 8, "a copy");
	canvas_text(b, 0, 0, 8, STYLE(ROLE_BAD), "e\xcc\x80");
	ok(!canvas_same(a, b, 0, 0), "another mark is another cell");
	canvas_free(a);
	canvas_free(b);
	a = canvas_new(0, 100000);
	ok(canvas_rows(a) == 1 && canvas_cols(a) == CANVAS_COLS_MAX, "clamped");
	canvas_free(a);
}

int
main(void)
{
	test_text();
	test_wide();
	test_hostile();
	test_ascii();
	test_wrap();
	test_copy();
	return done_testing();
}
