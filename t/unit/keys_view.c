/* SPDX-License-Identifier: MIT */
/*
 * The view of keys: the warning is seen first, at any width; what matters most
 * stays at 80 columns; nothing outside its rectangle; JSON and text have it
 * all.
 */
#include "ui/keys_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/util.h"
#include "tap.h"

static struct row_key rows[64];
static size_t n;

static void
add(const char *country, const char *context, char key, const char *leads,
    uint32_t presses, uint32_t connects, uint32_t machines)
{
	static const uint8_t shape[ROW_KEY_SECONDS] = { 2, 9, 30, 60, 80, 66,
		40, 22, 14, 9, 6, 4, 3, 2, 1, 3 };
	struct row_key *r = &rows[n++];

	memset(r, 0, sizeof(*r));
	str_copy(r->country, sizeof(r->country), country);
	str_copy(r->context, sizeof(r->context), context);
	str_copy(r->leads, sizeof(r->leads), leads);
	r->key[0] = key;
	r->presses = presses;
	r->connects = r->connected = connects;
	r->connects_machine = r->short_talks = r->early = machines;
	r->asked = presses;
	r->ms = (uint64_t)presses * 4870;
	r->machine_low = connects > 0 ? (float)machines / (float)connects : -1;
	if (r->machine_low > 0)
		r->machine_low -= 0.044f;
	for (int i = 0; i < ROW_KEY_SECONDS; i++)
		r->after[i] = presses * shape[i] / 350;
}

static void
scene(void)
{
	n = 0;
	add("usa", "usa", '1', "connect", 18240, 18100, 140);
	add("usa", "usa", '9', "optout", 911, 0, 0);
	add("mexico", "mx", '9', "optout", 50, 0, 0);
	add("mexico", "mx", '1', "connect", 650, 450, 200);
	str_copy(rows[3].advice, sizeof(rows[3].advice), "x");
	str_copy(rows[3].better, sizeof(rows[3].better), "3");
	rows[3].after[0] = 400;
	n++; /* a free one */
	memset(&rows[4], 0, sizeof(rows[4]));
	add("mexico", "mx", '0', "repeat", 31, 0, 0);
	add("mexico", "mx", '5', "invalid", 12, 0, 0);
	rows[n - 1].invalid = 12;
	add("colombia", "mx", '1', "connect", 77, 70, 2);
}

/* All rows of the canvas with "\n" behind each. */
static void
text_of(const struct canvas *cv, struct buf *b)
{
	buf_reset(b);
	for (int y = 0; y < canvas_rows(cv); y++) {
		size_t end;

		for (int x = 0; x < canvas_cols(cv); x++) {
			struct canvas_cell c;
			char u[4];

			canvas_get(cv, y, x, &c);
			if (c.base != 0)
				buf_put(b, u, text_encode(c.base, u));
		}
		for (end = b->len; end > 0 && b->p[end - 1] == ' '; end--)
			;
		b->len = end;
		buf_byte(b, '\n');
	}
	buf_cstr(b);
}

static int
draw(struct buf *b, int h, int w, bool ascii, const char *context, int *top)
{
	struct canvas *cv = canvas_new(h + 2, w + 2);
	struct rect r = { 1, 1, h, w };
	struct canvas_cell c;
	int want, outside = 0;

	canvas_set_ascii(cv, ascii);
	canvas_clear(cv);
	want = keys_view_draw_rows(cv, r, rows, n, context, top);
	for (int y = 0; y < h + 2; y++)
		for (int x = 0; x < w + 2; x++) {
			canvas_get(cv, y, x, &c);
			outside += (y == 0 || x == 0 || y > h || x > w) &&
				   c.base != ' ';
		}
	if (outside > 0)
		ok(false, "%d cells outside of %dx%d", outside, w, h);
	text_of(cv, b);
	canvas_free(cv);
	if (getenv("SHOW") != NULL)
		fprintf(stderr, "%s", buf_cstr(b));
	return want;
}

static bool
has(const struct buf *b, const char *s)
{
	return strstr(b->p, s) != NULL;
}

static void
test_sizes(void)
{
	static const int sizes[][2] = { { 12, 78 }, { 12, 118 }, { 16, 198 } };
	struct buf b = BUF_INIT;
	int top = 0;

	scene();
	for (size_t i = 0; i < nitems(sizes); i++) {
		int want =
		    draw(&b, sizes[i][0], sizes[i][1], false, "mx", &top);

		ok(has(&b, "\xe2\x96\xb2 mexico: key 1 connects machines"),
		    "%d columns: the warning is the first thing", sizes[i][1]);
		ok(has(&b, "set context mx connect_key=3"), "and what to do");
		ok(has(&b, "\xe2\x96\xb2 1") && has(&b, "44.4 %") &&
			has(&b, "40.0 %") && has(&b, "650") && has(&b, "450"),
		    "the figures");
		ok(!has(&b, "usa") && has(&b, "colombia"),
		    "this context, every country");
		ok(want <= sizes[i][0] && want >= 8, "%d rows", want);
	}
	ok(has(&b, "15 s +"), "wide: after how many seconds");
	draw(&b, 12, 78, true, "mx", &top);
	ok(has(&b, "mexico: key 1 connects"), "ASCII too");
	for (const char *p = b.p; *p != '\0'; p++)
		if ((unsigned char)*p > 126)
			ok(false, "not ASCII");
	draw(&b, 14, 118, false, NULL, &top);
	ok(has(&b, "usa") && has(&b, "18,240") && has(&b, "Context"),
	    "all contexts");
	for (int h = 0; h < 14; h++)
		for (int w = 0; w < 90; w += 3)
			draw(&b, h, w, h % 2 == 0, w % 2 ? "mx" : NULL, &top);
	ok(true, "any size");
	buf_clear(&b);
}

static void
test_scroll(void)
{
	struct buf b = BUF_INIT;
	int top = 0, want;

	n = 0;
	for (int i = 0; i < 30; i++) {
		char in[16];

		str_format(in, sizeof(in), "land%02d", i);
		add(in, "x", '1', "connect", 1000u - (unsigned)i, 5, 0);
	}
	want = draw(&b, 10, 78, false, "x", &top);
	ok(want == 31 && has(&b, "land00") && has(&b, "land07") &&
		!has(&b, "land08") && has(&b, "and 22 more lines"),
	    "more than there is room for, of %d rows", want);
	top = 100;
	draw(&b, 10, 78, false, "x", &top);
	ok(top == 22 && has(&b, "land29") && !has(&b, "more line"),
	    "to the end: from %d", top);
	n = 0;
	draw(&b, 10, 78, false, "x", &top);
	ok(has(&b, "no key has been pressed today"), "none");
	for (int i = 0; i < 5; i++) {
		add("chile", "x", (char)('1' + i), "connect", 90, 80, 80);
		str_copy(rows[i].advice, sizeof(rows[i].advice), "y");
	}
	draw(&b, 20, 118, false, "x", &top);
	ok(has(&b, "and 2 more keys that connect machines") &&
		has(&b, "No other key is free"),
	    "not a screen of warnings");
	rows[2].machine_low = 0.97f;
	ok(keys_view_worst(rows, n, "x") == &rows[2] &&
		keys_view_worst(rows, n, "z") == NULL,
	    "the worst one");
	buf_clear(&b);
}

static void
test_printed(void)
{
	static struct board board;
	struct feed *f = feed_fixed(&board);
	struct pane_ctx x = { .b = &board, .feed = f };
	struct buf b = BUF_INIT;
	json_t *a, *o;

	scene();
	feed_set_keys(f, rows, n);
	keys_view_pane.print(&x, &b);
	buf_cstr(&b);
	ok(has(&b, "Country") && has(&b, "connects") &&
		has(&b, "\nmexico: key 1 connects machines"),
	    "as text");
	if (getenv("SHOW") != NULL)
		fprintf(stderr, "%s", buf_cstr(&b));
	a = keys_view_pane.rows(&x);
	o = json_array_get(a, 0);
	ok(json_array_size(a) == 7, "a line a key, the free one left out");
	ok(strcmp(json_string_value(json_object_get(o, "key")), "1") == 0 &&
		strcmp(json_string_value(json_object_get(o, "leads")),
		    "connect") == 0 &&
		json_number_value(json_object_get(o, "connects_machine")) ==
		    200 &&
		json_number_value(json_object_get(o, "early")) == 200 &&
		json_array_size(json_object_get(o, "after_seconds")) ==
		    ROW_KEY_SECONDS &&
		json_string_length(json_object_get(o, "advice")) > 0,
	    "as JSON: words as they are, not as they are shown");
	if (getenv("SHOW") != NULL)
		json_dumpf(o, stderr, JSON_INDENT(1));
	json_decref(a);
	buf_clear(&b);
	feed_free(f);
}

int
main(void)
{
	test_sizes();
	test_scroll();
	test_printed();
	return done_testing();
}
