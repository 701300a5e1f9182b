/* SPDX-License-Identifier: MIT */
/*
 * The countries pane: clocks, hours, caps and keys that must be there, the
 * window of the rates, what keys open, nothing hostile at any size.
 */
#include "ui/pane.h"

#include <string.h>

#include "boards.h"
#include "boards_rows.h"
#include "screens.h"
#include "ui/view.h"

#define CALLS 200

static struct board *b;
static struct row_call calls[CALLS];

static const char usa[] =
    "[{\"name\":\"usa\",\"region\":\"US\",\"did_daily_cap\":100,"
    "\"call_from\":\"08:00\",\"call_to\":\"21:00\",\"weekdays\":\"mon-fri\","
    "\"saturday\":\"10:00-18:00\",\"sunday\":\"none\",\"holidays\":"
    "\"12-25 4thu11\",\"states\":\"FL 08:00-20:00; TX sun 12:00-21:00\","
    "\"number_cap\":3,\"context\":\"usa\"}]";

static struct feed *
feed_make(void)
{
	struct feed *f = feed_fixed(b);

	feed_set_doc(f,
	    json_pack(
		"{s:s, s:[s, s]}", "cmd", "show", "args", "country", "usa"),
	    json_loads(usa, 0, NULL));
	feed_set_calls(f, calls, boards_calls(calls, CALLS));
	return f;
}

static struct pane_ctx
ctx(struct feed *f, struct view *v)
{
	return (struct pane_ctx){ .b = b,
		.state = BOARD_LIVE,
		.zone = "America/Sao_Paulo",
		.role = COMMAND_ADMIN,
		.feed = f,
		.view = v };
}

static void
draw(void *self, struct feed *f, struct canvas *c)
{
	struct pane_ctx x = ctx(f, NULL);

	canvas_clear(c);
	pane_countries.draw(self, &x, c, canvas_all(c));
	if (getenv("SHOW") != NULL) {
		struct buf s = screen(c);

		printf("%s", buf_cstr(&s));
		buf_clear(&s);
	}
}

static bool
press(void *self, struct feed *f, struct view *v, enum keys_action a)
{
	struct pane_ctx x = ctx(f, v);

	return pane_countries.key(self, &x, a, 0);
}

static void
test_list(void)
{
	struct canvas *c = canvas_new(20, 80);
	struct feed *f;
	void *self = pane_countries.init();

	boards_make(b, BOARDS_NOW);
	f = feed_make();
	draw(self, f, c);
	ok(shows(c, "usa") && shows(c, "open") && shows(c, "17:55") &&
		shows(c, "44.0 %"),
	    "80x24: name, lamp, the clock there, its ASR");
	ok(shows(c, "closes in 3 h 04") && shows(c, "closed") &&
		shows(c, "opens in 10 h 00"),
	    "when it closes or opens, as a distance");
	ok(shows(c, "17:55:46 -05") && shows(c, "1 connects, 9 out"),
	    "the one under the cursor, below");
	boards_spoil(b, "empty");
	draw(self, f, c);
	ok(shows(c, "none yet: `discador apply etc/countries.conf`"),
	    "no countries");
	pane_countries.free(self);
	feed_free(f);
	canvas_free(c);
}

static void
test_wide(void)
{
	struct canvas *c = canvas_new(56, 200);
	struct feed *f;
	struct view *v;
	void *self = pane_countries.init();

	boards_make(b, BOARDS_NOW);
	f = feed_make();
	v = view_fixed(feed_make(), COMMAND_ADMIN);
	draw(self, f, c);
	ok(shows(c, "100 a day, with canada") && shows(c, "no limit"),
	    "caps, and with whom they are shared");
	ok(shows(c, "3 connects, 9 out"), "Mexico's key");
	ok(shows(c, "How calls ended") && shows(c, "rates of today"),
	    "the mix of causes beside the rows");
	ok(shows(c, "08:00-21:00") && shows(c, "10:00-18:00") &&
		shows(c, "none"),
	    "hours by weekday, Saturdays and Sundays of their own");
	ok(shows(c, "Stricter in") && shows(c, "FL 08:00-20:00") &&
		shows(c, "4thu11"),
	    "states and holidays");
	ok(shows(c, "3 in 24 hours"), "calls to one number");
	ok(shows(c, "Caller IDs of nanp") && shows(c, "201/240 free") &&
		shows(c, "36 capped") && shows(c, "13,200 uses today"),
	    "the caller IDs of its cap group");
	ok(shows(c, "no key pressed"), "dispositions in words");
	ok(shows(c, "Campaigns that call there now") && shows(c, "usa-morning"),
	    "who calls there");
	ok(press(self, f, v, ACT_LEFT), "Left");
	draw(self, f, c);
	ok(shows(c, "rates of 10m") && shows(c, "41.0 %"), "the window before");
	for (int i = 0; i < 9; i++)
		press(self, f, v, ACT_LEFT);
	draw(self, f, c);
	ok(shows(c, "rates of 10s"), "the first one is the last to the left");
	for (int i = 0; i < 9; i++)
		press(self, f, v, ACT_RIGHT);
	draw(self, f, c);
	ok(shows(c, "rates of today"), "and back");
	press(self, f, v, ACT_DETAILS);
	press(self, f, v, ACT_DOWN);
	draw(self, f, c);
	ok(shows(c, "Country mexico") && shows(c, "America/Mexico_City") &&
		!shows(c, "venezuela"),
	    "Enter: over the whole pane");
	ok(press(self, f, v, ACT_CANCEL) && !press(self, f, v, ACT_CANCEL),
	    "Esc goes back, once");
	pane_countries.free(self);
	view_free(v);
	feed_free(f);
	canvas_free(c);
}

static void
test_states(void)
{
	struct canvas *c = canvas_new(36, 120);
	struct feed *f;
	void *self = pane_countries.init();

	boards_make(b, BOARDS_NOW);
	f = feed_make();
	b->countries[0].open = 0;
	b->countries[0].closes_ms = 0;
	b->countries[0].opens_ms = BOARDS_NOW + 52 * 3600 * MS_PER_S;
	b->countries[0].connect_key[0] = '\0';
	b->countries[0].context[0] = '\0';
	b->npools = 0;
	draw(self, f, c);
	ok(shows(c, "Sun 21:55 there, Sun 23:55 here"),
	    "closed: when it opens, there and here");
	ok(shows(c, "no context"), "no context");
	ok(shows(c, "none: no call can go there"), "no caller IDs");
	b->countries[0].opens_ms = 0;
	b->countries[0].zone[0] = '\0';
	memset(b->countries[0].w, 0, sizeof(b->countries[0].w));
	memset(b->countries[0].disp, 0, sizeof(b->countries[0].disp));
	draw(self, f, c);
	ok(shows(c, "zone not known") && shows(c, "no call has ended today"),
	    "nothing known, nothing called");
	pane_countries.free(self);
	feed_free(f);
	canvas_free(c);
}

static void
test_keys(void)
{
	struct canvas *c = canvas_new(40, 120);
	struct feed *f;
	struct view *v;
	void *self = pane_countries.init();
	struct pane_ctx x;
	char name[64];

	boards_make(b, BOARDS_NOW);
	f = feed_make();
	v = view_fixed(feed_make(), COMMAND_ADMIN);
	x = ctx(f, v);
	pane_countries.go(self, &x, "mexico");
	ok(pane_countries.under(self, &x, name, sizeof(name)) &&
		strcmp(name, "mexico") == 0,
	    "other panes put the cursor on it");
	b->countries[1].context[0] = '\0';
	ok(press(self, f, v, ACT_CONTEXT), "c");
	view_draw(v, c, 0);
	ok(shows(c, "mexico has no context: e names one"),
	    "... without a context says what to do");
	ok(!press(self, f, v, ACT_HELP), "help is none of its");
	ok(press(self, f, v, ACT_SORT_COLUMN), "s sorts");
	pane_countries.free(self);
	view_free(v);
	feed_free(f);
	canvas_free(c);
}

static void
test_printed(void)
{
	struct feed *f;
	struct pane_ctx x;
	struct buf out = BUF_INIT;
	json_t *a, *o;

	boards_make(b, BOARDS_NOW);
	f = feed_make();
	x = ctx(f, NULL);
	a = pane_countries.rows(&x);
	o = json_array_get(a, 1);
	ok(json_array_size(a) == 9 &&
		strcmp(json_string_value(json_object_get(o, "country")),
		    "mexico") == 0 &&
		strcmp(json_string_value(json_object_get(o, "connect_key")),
		    "3") == 0 &&
		json_integer_value(json_object_get(
		    json_object_get(json_object_get(o, "windows"), "1m"),
		    "ended")) == (json_int_t)b->countries[1].w[1].ended,
	    "rows, with every window");
	json_decref(a);
	pane_countries.print(&x, &out);
	ok(strstr(buf_cstr(&out), "mexico") != NULL &&
		strstr(buf_cstr(&out), "3 connects, 9 out") != NULL,
	    "printed");
	buf_clear(&out);
	feed_free(f);
}

static void
test_hostile(void)
{
	static const char *const how[] = { "normal", "hostile", "empty" };
	struct view *v;
	int bad = 0, drawn = 0;

	boards_make(b, BOARDS_NOW);
	v = view_fixed(feed_make(), COMMAND_ADMIN);
	for (size_t h = 0; h < 2 * nitems(how); h++) {
		void *self = pane_countries.init();
		struct feed *f;

		boards_make(b, BOARDS_NOW);
		if (strcmp(how[h / 2], "hostile") == 0) {
			struct board_country *k = &b->countries[0];

			str_copy(
			    k->name, sizeof(k->name), "a\033[2J\xe2\x80\xae");
			str_copy(k->zone, sizeof(k->zone), "../../etc/\033]0;");
			str_copy(k->hours, sizeof(k->hours), "99:99-99:99\n");
			str_copy(k->weekdays, sizeof(k->weekdays), "mon-\x1b");
			str_copy(k->cap_group, 32, "\xcc\x81\xcc\x81");
			k->connect_key[0] = '\007';
			k->w[3].cause[2] = UINT64_MAX;
		} else
			boards_spoil(b, how[h / 2]);
		f = feed_make();
		if (h % 2 == 1)
			press(self, f, v, ACT_DETAILS);
		for (int rows = 4; rows <= 116; rows += 14)
			for (int cols = 80; cols <= 400; cols += 40) {
				struct canvas *c = canvas_new(rows, cols);

				canvas_set_ascii(c, drawn % 2 == 1);
				draw(self, f, c);
				drawn++;
				for (int y = 0; y < rows; y++)
					for (int x = 0; x < cols; x++) {
						struct canvas_cell k;

						canvas_get(c, y, x, &k);
						if (k.base != 0 &&
						    text_width(k.base) < 1)
							bad++;
					}
				canvas_free(c);
			}
		feed_free(f);
		pane_countries.free(self);
	}
	view_free(v);
	ok(bad == 0, "%d screens: nothing hostile", drawn);
	boards_make(b, BOARDS_NOW);
	b->ncountries = b->npools = 0xffffffff;
	{
		struct canvas *c = canvas_new(36, 120);
		struct feed *f = feed_make();
		void *self = pane_countries.init();

		draw(self, f, c);
		ok(shows(c, "usa"), "counts beyond the arrays are clamped");
		pane_countries.free(self);
		feed_free(f);
		canvas_free(c);
	}
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	test_list();
	test_wide();
	test_states();
	test_keys();
	test_printed();
	test_hostile();
	free(b);
	return done_testing();
}
