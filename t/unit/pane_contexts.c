/* SPDX-License-Identifier: MIT */
/*
 * The pane of contexts: what must be seen, what its keys ask for, a dry run,
 * and nothing hostile in any cell at any size.
 */
#include "ui/view.h"

#include "boards.h"
#include "screens.h"
#include "ui/verbs.h"

static const char list[] =
    "[{\"name\":\"usa\",\"country\":\"usa\",\"prompt\":\"press_1\","
    "\"connect_key\":\"1\",\"destination\":\"queue:sales\"},"
    "{\"name\":\"mexico\",\"country\":\"mexico\",\"connect_key\":\"3\","
    "\"menu_timeout\":15,\"prompt\":\"presione_3\",\"prompt_goodbye\":"
    "\"adios\"},"
    "{\"name\":\"cobranza\",\"country\":\"mexico\",\"connect_key\":\"1\","
    "\"menu_timeout\":3,\"on_machine\":\"message\"},"
    "{\"name\":\"broken\",\"country\":\"chile\",\"prompt\":\"p\","
    "\"connect_key\":\"9\"}]";

static struct board *b;
static struct view *v;
static struct feed *f;
static struct canvas *c;

/* A view on the pane, over that list (NULL: not there yet). */
static void
open_pane(const char *doc, int rows, int cols, enum command_role role)
{
	f = feed_fixed(b);
	if (doc != NULL)
		feed_set_doc(f, verbs_request("show", "context", NULL),
		    json_loads(doc, JSON_DECODE_ANY, NULL));
	v = view_fixed(f, role);
	c = canvas_new(rows, cols);
	view_key(v, '5', 1);
	view_draw(v, c, 1);
}

static void
close_pane(void)
{
	canvas_free(c);
	view_free(v);
}

static void
press(uint32_t code)
{
	view_key(v, code, 2);
	view_tick(v, 3);
	view_draw(v, c, 3);
}

static void
type(const char *s)
{
	for (; *s != '\0'; s++)
		press((unsigned char)*s);
}

/* want NULL: nothing was. */
static bool
sent(const char *want)
{
	const json_t *got = view_sent(v);
	json_t *w = want != NULL ? json_loads(want, 0, NULL) : NULL;
	bool same = want != NULL ? json_equal(got, w) : got == NULL;
	char *s = same || got == NULL ? NULL : json_dumps(got, 0);

	if (!same)
		printf("# sent %s\n", s != NULL ? s : "nothing");
	free(s);
	json_decref(w);
	return same;
}

static void
test_list(void)
{
	open_pane(list, 24, 80, COMMAND_ADMIN);
	ok(shows(c, "Context") && shows(c, "Con Out Rep") &&
		shows(c, "1   9   0") && shows(c, "3   9   0") &&
		shows(c, "queue:sales") && shows(c, "15 s"),
	    "80x24: names, keys, time, destination");
	ok(shows(c, "3 warnings") || shows(c, "4 warnings"),
	    "warnings are counted");
	ok(shows(c, "1 error"), "errors, too");
	ok(shows(c, "What a call with usa does") &&
		shows(c, "a machine: hangs up") &&
		shows(c, "1  queue:sales rings, 20 s at most") &&
		shows(c, "9  do-not-call list at once") &&
		shows(c, "no key pressed"),
	    "the flow of the one under the cursor, whole");
	press(UIK_DOWN);
	ok(shows(c, "What a call with mexico does") &&
		shows(c, "3  queue:sales") &&
		shows(c, "\"presione_3\", then 15 s for a key") &&
		shows(c, "after 2 tries \"adios\""),
	    "Down: the next one's");
	press(UIK_DOWN);
	ok(shows(c, "- connect_key 1 in Mexico") && shows(c, "+2 more"),
	    "its first problem, and how many there are");
	press(UIK_DOWN);
	ok(shows(c, "are both \"9\""), "an error stands there");
	press('d');
	ok(shows(c, "are both") && !shows(c, "Dry run of"),
	    "no dry run through a broken one");
	close_pane();
	open_pane(list, 60, 200, COMMAND_ADMIN);
	ok(shows(c, "Used by") && shows(c, "Problems") &&
		shows(c, "ring_timeout") &&
		shows(c, "seconds the destination may ring"),
	    "200x60: who uses it, and all settings");
	close_pane();
}

static void
test_users(void)
{
	json_t *o, *rows;
	struct pane_ctx x;
	struct buf out = BUF_INIT;

	str_copy(b->campaigns[1].context, MODEL_NAME, "cobranza");
	open_pane(list, 40, 120, COMMAND_ADMIN);
	x = (struct pane_ctx){
		.b = b, .feed = f, .zone = b->timezone, .role = COMMAND_ADMIN
	};
	rows = pane_contexts.rows(&x);
	o = json_array_get(rows, 0);
	ok(json_array_size(rows) == 4 &&
		strcmp(json_string_value(
			   json_array_get(json_object_get(o, "countries"), 0)),
		    "usa") == 0 &&
		json_array_size(json_object_get(o, "problems")) == 0 &&
		json_is_true(json_object_get(o, "amd")),
	    "rows: a country uses it");
	o = json_array_get(rows, 2);
	ok(strcmp(json_string_value(
		      json_array_get(json_object_get(o, "campaigns"), 0)),
	       b->campaigns[1].name) == 0 &&
		json_array_size(json_object_get(o, "problems")) == 4 &&
		json_number_value(json_object_get(o, "menu_timeout")) == 3,
	    "rows: a campaign uses it, problems as a list");
	o = json_array_get(
	    json_object_get(json_array_get(rows, 3), "problems"), 0);
	ok(strcmp(json_string_value(json_object_get(o, "severity")), "error") ==
		0,
	    "rows: an error");
	json_decref(rows);
	pane_contexts.print(&x, &out);
	ok(strstr(buf_cstr(&out), "mexico") != NULL &&
		strstr(buf_cstr(&out), "cobranza: no prompt") != NULL,
	    "printed, with the problems below");
	buf_clear(&out);
	ok(shows(c, b->campaigns[1].name), "on the screen, too");
	close_pane();
}

static void
test_requests(void)
{
	open_pane(list, 24, 80, COMMAND_SUPERVISOR);
	press(UIK_DOWN);
	press('t');
	ok(shows(c, "Test mexico, call number:"), "t asks for a number");
	type("52 55 1234 5678");
	press(UIK_ENTER);
	ok(shows(c, "Place a test call?") && shows(c, "test-mexico") &&
		shows(c, "+525512345678") && sent(NULL),
	    "and says what will happen");
	press('y');
	ok(sent("{\"cmd\":\"context\",\"args\":[\"test\",\"mexico\","
		"\"+525512345678\"]}"),
	    "y: the request");
	press('t');
	type("12");
	press(UIK_ENTER);
	ok(shows(c, "cannot be called"), "no number");
	press('c');
	type("mx-2");
	press(UIK_ENTER);
	ok(shows(c, "Country of mx-2:"), "c asks for name and country");
	press(UIK_ENTER);
	ok(sent("{\"cmd\":\"context\",\"args\":[\"copy\",\"mexico\","
		"\"mx-2\"],\"country\":\"mexico\"}"),
	    "the copy");
	close_pane();
	open_pane(list, 24, 80, COMMAND_VIEWER);
	press('t');
	type("525512345678");
	press(UIK_ENTER);
	press('y');
	ok(sent(NULL), "a viewer places no calls");
	close_pane();
}

static void
test_edit(void)
{
	open_pane(list, 24, 80, COMMAND_ADMIN);
	feed_set_doc(f, verbs_request("show", "context", "usa"),
	    json_loads("[{\"name\":\"usa\",\"connect_key\":\"1\"}]", 0, NULL));
	press('e');
	ok(shows(c, "Edit context: usa"), "e: the form");
	press(UIK_DOWN);
	press(UIK_BACKSPACE);
	press('2');
	press(UIK_CTRL('s'));
	ok(sent("{\"cmd\":\"set\",\"args\":[\"context\",\"usa\"],\"values\":"
		"{\"connect_key\":\"2\"}}"),
	    "and what was changed");
	close_pane();
	open_pane(list, 24, 80, COMMAND_ADMIN);
	press('n');
	type("nuevo");
	press(UIK_CTRL('s'));
	ok(sent("{\"cmd\":\"set\",\"args\":[\"context\",\"nuevo\"],"
		"\"values\":{},\"new\":true}"),
	    "n: a new one");
	close_pane();
}

static void
test_dry(void)
{
	open_pane(list, 24, 80, COMMAND_VIEWER);
	press(UIK_DOWN);
	press('d');
	ok(shows(c, "Dry run of mexico: nobody is called") &&
		shows(c, "Detection listens."),
	    "d: a dry run");
	press('1');
	ok(shows(c, "is lost") && shows(c, "Dry run"),
	    "1 is a key of the telephone now, not a pane");
	press('t');
	press('3');
	ok(shows(c, "rings queue:sales for at most 20 s") &&
		shows(c, "a it answers"),
	    "3 connects");
	press('a');
	press('t');
	ok(shows(c, "= outcome: connected"), "the outcome");
	press(UIK_ENTER);
	ok(shows(c, "Detection listens.") && !shows(c, "outcome"),
	    "Enter: another call");
	press('t');
	press('9');
	ok(shows(c, "opted out") && shows(c, "\"adios\""), "9 opts out");
	press(UIK_ESC);
	ok(!shows(c, "Dry run of") && shows(c, "What a call with mexico does"),
	    "Esc ends it");
	ok(sent(NULL), "nothing was sent");
	close_pane();
	open_pane(list, 40, 160, COMMAND_VIEWER);
	press('d');
	ok(shows_on(c, "answered: detection", ROLE_BG_SELECT),
	    "where there is room the tree shows the step");
	close_pane();
}

static void
test_details(void)
{
	open_pane(list, 24, 80, COMMAND_VIEWER);
	press(UIK_DOWN);
	press(UIK_DOWN);
	press(UIK_ENTER);
	ok(shows(c, "Context cobranza") && shows(c, "no prompt_machine") &&
		shows(c, "Down: more"),
	    "Enter: all of it");
	for (int i = 0; i < 40; i++)
		press(UIK_DOWN);
	ok(shows(c, "on_machine") && shows(c, "used by") &&
		!shows(c, "Down: more"),
	    "scrolled to its end");
	press(UIK_ESC);
	ok(shows(c, "Con Out Rep"), "Esc: back");
	press('/');
	type("mexico");
	press(UIK_ENTER);
	ok(shows(c, "cobranza") && !shows(c, " usa "), "/ filters");
	press(UIK_ESC);
	ok(shows(c, " usa "), "Esc drops the filter");
	close_pane();
}

static void
test_empty(void)
{
	open_pane(NULL, 24, 80, COMMAND_ADMIN);
	ok(shows(c, "asking the engine"), "not there yet");
	press('d');
	ok(shows(c, "there is no context here"), "nothing under the cursor");
	close_pane();
	open_pane("[]", 24, 80, COMMAND_ADMIN);
	ok(shows(c, "none yet: n makes one"), "none: says what to do");
	close_pane();
}

static void
test_hostile(void)
{
	static const char *const docs[] = { list, "[]", "7", "\"x\"",
		"[1,null,{},[],{\"name\":7},{\"name\":\"x\",\"amd\":\"y\"}]",
		"[{\"name\":\"a\\u001b[2J\\u202eevil\",\"country\":"
		"\"\\u4e2d\\u6587\\r\\n\",\"prompt\":\"\\u0301\\u0301\\u0301\","
		"\"destination\":\"\\u001b]0;x\\u0007\"}]" };
	static const uint32_t keys[] = { 0, UIK_ENTER, 'd' };
	int bad = 0, n = 0;

	for (size_t d = 0; d < nitems(docs); d++)
		for (size_t k = 0; k < nitems(keys); k++)
			for (int rows = 24; rows <= 120; rows += 24)
				for (int cols = 80; cols <= 400; cols += 64) {
					struct canvas_cell cell;

					open_pane(
					    docs[d], rows, cols, COMMAND_ADMIN);
					if (keys[k] != 0)
						press(keys[k]);
					for (int i = 0; i < rows * cols; i++) {
						canvas_get(c, i / cols,
						    i % cols, &cell);
						bad +=
						    cell.base != 0 &&
						    text_width(cell.base) < 1;
					}
					n++;
					close_pane();
				}
	ok(bad == 0, "%d screens from 80x24 to 400x120: nothing hostile", n);
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	boards_make(b, BOARDS_NOW);
	test_list();
	test_users();
	test_requests();
	test_edit();
	test_dry();
	test_details();
	test_empty();
	test_hostile();
	free(b);
	return done_testing();
}
