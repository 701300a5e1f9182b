/* SPDX-License-Identifier: MIT */
/*
 * A double click on a row opens its details in every pane that has some; one
 * on the header only sorts.  Through the view, which takes part in it.
 */
#include <string.h>

#include "boards.h"
#include "boards_rows.h"
#include "screens.h"
#include "ui/keys.h"
#include "ui/view.h"

#define DIDS  300
#define CALLS 40

static struct board *b;
static struct row_did dids[DIDS];
static struct row_call calls[CALLS];

static struct view *
make_view(void)
{
	struct feed *f = feed_fixed(b);

	feed_set_dids(f, dids, DIDS);
	feed_set_calls(f, calls, CALLS);
	feed_set_doc(f,
	    json_pack("{s:s, s:[s]}", "cmd", "show", "args", "context"),
	    json_pack("[{s:s, s:s}]", "name", "usa", "connect_key", "1"));
	feed_set_doc(f,
	    json_pack("{s:s, s:[s]}", "cmd", "loadtest", "args", "results"),
	    json_pack("{s:[{s:i}]}", "tests", "id", 3));
	return view_fixed(f, COMMAND_VIEWER);
}

/* The row that has that text; -1: none. */
static int
row_of(const struct canvas *c, const char *text)
{
	int found = -1;

	for (int y = 3; y < canvas_rows(c) && found < 0; y++) {
		struct buf s = BUF_INIT;

		put_row(c, y, &s);
		if (strstr(buf_cstr(&s), text) != NULL)
			found = y;
		buf_clear(&s);
	}
	return found;
}

static void
twice(struct view *v, struct canvas *c, int y)
{
	struct keys_mouse m = { y, 4, MOUSE_CLICK };

	view_mouse(v, &m, NS_PER_S);
	view_draw(v, c, NS_PER_S);
	m.what = MOUSE_DOUBLE;
	view_mouse(v, &m, NS_PER_S);
	view_draw(v, c, NS_PER_S);
}

static void
test_pane(char key, const char *header, const char *opened)
{
	struct canvas *c = canvas_new(24, 80);
	struct view *v = make_view();
	int y;

	view_draw(v, c, NS_PER_S);
	view_key(v, (unsigned char)key, NS_PER_S);
	view_draw(v, c, NS_PER_S);
	y = row_of(c, header);
	ok(y > 0, "pane %c: its header stands", key);
	twice(v, c, y);
	ok(row_of(c, opened) < 0, "pane %c: a double click there opens none",
	    key);
	twice(v, c, y + 1);
	ok(row_of(c, opened) == 3, "pane %c: one on a row opens it", key);
	view_free(v);
	canvas_free(c);
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	boards_make(b, BOARDS_NOW);
	boards_dids(dids, DIDS);
	boards_calls(calls, CALLS);
	test_pane('2', "Progress", "Esc goes back");
	test_pane('3', "There", "Esc goes back");
	test_pane('4', "Number", "Esc: back");
	test_pane('5', "Con Out Rep", "Esc goes back");
	test_pane('6', "Number", "Esc goes back");
	test_pane('9', "Verdict", "Esc goes back");
	test_pane('0', "Severity", "Esc goes back");
	free(b);
	return done_testing();
}
