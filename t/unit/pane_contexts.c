/* SPDX-License-Identifier: MIT */
/*
 * The pane of contexts: what must be seen, what its keys ask for, a dry run,
 * and nothing hostile in any cell at any size.
 */
#include "ui/view.h"

#include "boards.h"
#include "boards_docs.h"
#include "screens.h"
#include "shared/flow.h"
#include "ui/survey_view.h"
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
    "\"connect_key\":\"9\"},"
    "{\"name\":\"flujo\",\"country\":\"peru\",\"version\":5,\"states\":["
    "\"q1 question prompt=bueno keys=12 9>out t>hangup >go\","
    "\"go connect dest=queue:ayuda >@mexico\",\"out optout\"]}]";

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
		shows(c, "queue:sales") && shows(c, "flow, 3 states") &&
		shows(c, "simple"),
	    "80x24: names, kinds, keys, destination");
	ok(shows(c, "3 warnings") || shows(c, "4 warnings"),
	    "warnings are counted");
	ok(shows(c, "1 error"), "errors, too");
	ok(shows(c, "What a call with usa does") &&
		shows(c, "a machine: bare hangup") &&
		shows(c, "1  connect queue:sales rings, 20 s at most") &&
		shows(c, "9  out optout do-not-call list at once") &&
		shows(c, "no key pressed"),
	    "the flow of the one under the cursor, whole");
	press(UIK_DOWN);
	ok(shows(c, "What a call with mexico does") &&
		shows(c, "3  connect queue:sales") &&
		shows(c, "\"presione_3\", then 15 s for a key") &&
		shows(c, "2 times: bye hangup \"adios\""),
	    "Down: the next one's");
	press(UIK_DOWN);
	ok(shows(c, "- connect_key 1 in Mexico") && shows(c, " more"),
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
	ok(json_array_size(rows) == 5 &&
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
test_line(void)
{
	open_pane(list, 24, 80, COMMAND_SUPERVISOR);
	press(':');
	type("context state mexico ask menu prompt=hola 3>sales t>hangup");
	press(UIK_ENTER);
	ok(sent("{\"cmd\":\"context\",\"args\":[\"state\",\"mexico\",\"ask\","
		"\"menu\",\"prompt=hola\",\"3>sales\",\"t>hangup\"]}"),
	    "a state's text goes as it stands");
	press(':');
	type("context state mexico ask --remove");
	press(UIK_ENTER);
	ok(sent("{\"cmd\":\"context\",\"args\":[\"state\",\"mexico\",\"ask\","
		"\"--remove\"]}"),
	    "... and so does --remove");
	press(':');
	type("context state mexico");
	press(UIK_ENTER);
	ok(shows(c, "usage: context"), "a state without a text");
	press(':');
	type("context state mexico ask que");
	press(UIK_TAB);
	ok(shows(c, "question"), "Tab completes the kinds");
	press(UIK_ESC);
	close_pane();
	open_pane(list, 24, 80, COMMAND_VIEWER);
	press(':');
	type("survey mex");
	press(UIK_TAB);
	type("--from 2026-11-20");
	press(UIK_ENTER);
	ok(sent("{\"cmd\":\"survey\",\"args\":[\"mexico\"],\"from\":"
		"\"2026-11-20\"}"),
	    "survey, its context completed");
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
	ok(shows_on(c, "detection listens", ROLE_BG_SELECT),
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
test_flow(void)
{
	static struct row_key keys[BOARDS_KEYS];
	json_t *rows, *o;
	struct pane_ctx x;

	open_pane(list, 24, 80, COMMAND_VIEWER);
	press('G');
	ok(shows(c, "What a call with flujo does") &&
		shows(c, "answered: q1 question \"bueno\"") &&
		shows(c, "go connect queue:ayuda rings") &&
		shows(c, "they talk, then: detect detection") &&
		shows(c, "(context mexico)"),
	    "a flow, and the context that it goes on with");
	x = (struct pane_ctx){ .b = b, .feed = f, .zone = b->timezone };
	rows = pane_contexts.rows(&x);
	o = json_array_get(rows, 4);
	ok(json_integer_value(json_object_get(o, "states")) == 3 &&
		json_number_value(json_object_get(o, "version")) == 5 &&
		strcmp(json_string_value(json_object_get(o, "disconnect_key")),
		    "9") == 0 &&
		json_is_true(json_object_get(o, "amd")),
	    "rows: its states, version and keys");
	json_decref(rows);
	press('d');
	press('1');
	ok(shows(c, "the answer is kept: 1") && shows(c, "rings queue:ayuda") &&
		shows(c, "go   The destin"),
	    "a dry run through it");
	press('a');
	press('t');
	ok(shows(c, "detection listens"), "and on in the other context");
	press(UIK_ESC);
	for (size_t i = 0; i < BOARDS_KEYS; i++) {
		boards_key(&keys[i], i);
		if (strcmp(keys[i].context, BOARDS_SURVEY) == 0)
			str_copy(
			    keys[i].context, sizeof(keys[i].context), "flujo");
	}
	feed_set_keys(f, keys, BOARDS_KEYS);
	str_copy(keys[11].advice, sizeof(keys[11].advice), "3 is pressed");
	str_copy(keys[11].better, sizeof(keys[11].better), "7");
	press(UIK_UP);
	press(UIK_DOWN);
	ok(shows(c, "key 3 connects machines") &&
		shows(c, "No machine presses 7") &&
		shows(c, "\xe2\x96\xb2 key 3"),
	    "a key that connects machines comes first, in the list, too");
	press('v');
	ok(shows(c, "Keys pressed in flujo today") && shows(c, "782") &&
		shows(c, "[keys]"),
	    "v: the keys that were pressed");
	feed_set_doc(f,
	    json_pack("{s:s, s:[s]}", "cmd", "survey", "args", "flujo"),
	    json_loads(BOARDS_ANSWERS, 0, NULL));
	press('v');
	ok(shows(c, "What was answered in flujo today") &&
		shows(c, "811 (37.9 %) completed") &&
		shows(c, "q1 q1_satisfaccion") && shows(c, "40.0 %"),
	    "v: what was answered");
	press(UIK_ENTER);
	ok(shows(c, "Context flujo") && shows(c, "[answers]") &&
		shows(c, "q2_recomienda"),
	    "Enter: the same on the whole pane");
	for (int i = 0; i < 40; i++)
		press(UIK_DOWN);
	ok(shows(c, "hablar_con_agente") && !shows(c, "q1_satisfaccion"),
	    "scrolled to its end");
	press(UIK_LEFT);
	ok(shows(c, "[keys]"), "Left: the view before");
	press(UIK_LEFT);
	press('G');
	ok(shows(c, "[flow]") && shows(c, "States, as written") &&
		shows(c, "3 out optout"),
	    "the flow, and the states as they were written");
	press(UIK_ESC);
	press(UIK_UP);
	press('v');
	press('v');
	ok(shows(c, "are both") || shows(c, "asking the engine"),
	    "one that makes no sense is asked for all the same");
	press('g');
	ok(shows(c, "it asks nothing"), "one that asks nothing says so");
	close_pane();
}

static bool
survey_shows(const char *doc, const char *text)
{
	json_t *o = doc != NULL ? json_loads(doc, 0, NULL) : NULL;
	struct canvas *cv = canvas_new(12, 70);
	int top = 3, n;
	bool yes;

	n = survey_view_draw(cv, canvas_all(cv), o, "no answer", &top);
	yes = n > 0 && top == 0 && shows(cv, text);
	canvas_free(cv);
	json_decref(o);
	return yes;
}

static void
test_survey(void)
{
	ok(survey_shows(NULL, "no answer"), "why there are no answers");
	ok(survey_shows("{\"calls\":null,\"completed\":null,\"questions\":["
			"{\"question\":\"q\",\"answered\":0,\"answers\":["
			"{\"answer\":\"1\",\"n\":0,\"share\":0}]}]}",
	       "counting its calls took too long"),
	    "calls that were not counted");
	ok(survey_shows("{\"calls\":1,\"questions\":[{\"question\":\"q\","
			"\"answered\":1,\"answers\":[{\"answer\":\"1\","
			"\"n\":1,\"share\":1}]}]}",
	       "100.0 %       1"),
	    "all of them gave one answer");
	ok(survey_shows("{\"calls\":0,\"questions\":[]}", "it asks nothing"),
	    "no questions");
	ok(survey_shows("{\"calls\":\"x\",\"questions\":[7,{\"answers\":[null,"
			"{\"n\":-1,\"share\":9e99,\"answer\":"
			"\"\\u001b[2J\"}],\"others\":2}]}",
	       "and 2 with other answers"),
	    "nonsense is drawn as far as it goes");
}

/* 30 states, each of which leads to eleven others. */
static char *
many_lines(void)
{
	json_t *states = json_array(), *o;
	struct buf s = BUF_INIT;
	char *text;

	for (int i = 0; i < 30; i++) {
		buf_reset(&s);
		buf_fmt(&s, "s%d menu prompt=p", i);
		for (int k = 0; k < 11; k++)
			buf_fmt(&s, " %c>s%d", FLOW_KEYS[k], (i + 1 + k) % 30);
		json_array_append_new(states, json_string(buf_cstr(&s)));
	}
	o = json_pack("[{s:s, s:o}]", "name", "wide", "states", states);
	text = json_dumps(o, 0);
	json_decref(o);
	buf_clear(&s);
	return text;
}

static void
test_long(void)
{
	char *doc = many_lines();

	open_pane(doc, 24, 80, COMMAND_VIEWER);
	press(UIK_ENTER);
	for (int i = 0; i < 60; i++)
		press(UIK_PGDN);
	ok(shows(c, "30 s29 menu") && shows(c, "nobody"),
	    "a flow of hundreds of lines is scrolled to its end");
	close_pane();
	free(doc);
	open_pane("[{\"name\":\"a\",\"states\":[\"ask menu prompt="
		  "a_prompt_with_a_long_name timeout=15 retries=2 1>go 2>go "
		  "9>out t>hangup\",\"go connect dest=queue:a\",\"out "
		  "optout\"]}]",
	    40, 120, COMMAND_VIEWER);
	ok(shows(c, "9>out t>hangup"),
	    "120x40: states as written, whole below what stands at the side");
	close_pane();
}

static void
test_whole(void)
{
	open_pane(list, 60, 200, COMMAND_VIEWER);
	feed_set_doc(f,
	    json_pack("{s:s, s:[s]}", "cmd", "survey", "args", "flujo"),
	    json_loads(BOARDS_ANSWERS, 0, NULL));
	press('G');
	press(UIK_ENTER);
	ok(shows(c, "answered: q1 question") &&
		shows(c, "Keys pressed today") &&
		shows(c, "Answers of today") && shows(c, "Used by") &&
		shows(c, "2 go connect dest=queue:ayuda >@mexico") &&
		shows(c, "q2_recomienda"),
	    "200x60: all of it at once");
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
		"[{\"name\":\"f\",\"states\":[\"x\\u001b[2J menu 1>\\u202e\","
		"7,\"\"]},{\"name\":\"g\",\"states\":\"x\",\"version\":\"y\"}]",
		"[{\"name\":\"a\\u001b[2J\\u202eevil\",\"country\":"
		"\"\\u4e2d\\u6587\\r\\n\",\"prompt\":\"\\u0301\\u0301\\u0301\","
		"\"destination\":\"\\u001b]0;x\\u0007\"}]" };
	static const uint32_t keys[] = { 0, UIK_ENTER, 'd', 'v' };
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
	test_line();
	test_edit();
	test_dry();
	test_details();
	test_flow();
	test_survey();
	test_long();
	test_whole();
	test_empty();
	test_hostile();
	free(b);
	return done_testing();
}
