/* SPDX-License-Identifier: MIT */
/*
 * The pane of load tests: parameters and what they ask for, the running one,
 * results of whatever shape, and nothing hostile in any cell.
 */
#include "ui/view.h"

#include "boards.h"
#include "screens.h"
#include "ui/loadtest_params.h"
#include "ui/loadtest_result.h"
#include "ui/verbs.h"

static const char results[] =
    "{\"tests\":[{\"id\":3,\"started\":\"2026-11-20T21:10:00Z\",\"ended\":"
    "\"2026-11-20T21:20:03Z\",\"parameters\":{\"cps\":25,\"minutes\":10},"
    "\"result\":{\"targets\":[{\"name\":\"worst second\",\"wanted\":\"<= 25\","
    "\"measured\":25,\"pass\":true},{\"name\":\"setup p95\",\"wanted\":"
    "\"< 500 ms\",\"measured\":612.5,\"pass\":false}],\"countries\":["
    "{\"country\":\"usa\",\"calls\":8000},{\"country\":\"mexico\",\"calls\":"
    "7000}],\"did_uses\":{\"min\":14},\"note\":\"lab\"}},"
    "{\"id\":2,\"started\":\"2026-11-18T11:10:00Z\",\"ended\":"
    "\"2026-11-18T11:15:00Z\",\"parameters\":{\"cps\":30.5,\"minutes\":5},"
    "\"result\":{\"verdict\":\"pass\"}},"
    "{\"id\":1,\"started\":\"2026-10-18T11:10:00Z\",\"ended\":null,"
    "\"parameters\":{},\"result\":null}]}";

static struct board *b;
static struct view *v;
static struct feed *f;
static struct canvas *c;

static void
open_pane(const char *doc, int rows, int cols, enum command_role role)
{
	f = feed_fixed(b);
	if (doc != NULL)
		feed_set_doc(f, verbs_request("loadtest", "results", NULL),
		    json_loads(doc, JSON_DECODE_ANY, NULL));
	v = view_fixed(f, role);
	c = canvas_new(rows, cols);
	view_key(v, '9', 1);
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
run_job(uint32_t state)
{
	b->njobs = 2;
	b->jobs[1] = (struct board_job){ .id = 9,
		.state = state,
		.what = "loadtest 25 CPS 10 min",
		.user = "maria",
		.done = 5000,
		.total = 15000,
		.started_ms = b->now_ms - 200 * MS_PER_S,
		.ended_ms = state == 1 ? 0 : b->now_ms,
		.result = "setup p95 612 ms" };
}

static void
test_idle(void)
{
	open_pane(results, 24, 80, COMMAND_ADMIN);
	ok(shows(c, "cps         25") && shows(c, "minutes     10") &&
		shows(c, "dids        1000") && shows(c, "usa,canada,mexico") &&
		shows(c, "[x] cps_validation") && shows(c, "[ ] soak"),
	    "the parameters");
	ok(shows(c, "No load test runs."), "none runs");
	ok(shows(c, "FAIL     1 of 2   setup p95") && shows(c, "PASS") &&
		shows(c, "not ended") && shows(c, "30.5"),
	    "earlier runs, what was missed first");
	press(UIK_ENTER);
	ok(shows(c, "FAIL: 1 of 2 targets were met") &&
		shows(c, "measured 612.5, wanted < 500 ms") &&
		shows(c, "PASS    worst second") && shows(c, "mexico   7000") &&
		shows(c, "did_uses") && shows(c, "{\"min\":14}") &&
		shows(c, "note"),
	    "Enter: the report, unknown keys as they are");
	press(UIK_ESC);
	press(UIK_DOWN);
	press(UIK_DOWN);
	press(UIK_ENTER);
	ok(shows(c, "there is no verdict"), "one that was cut off");
	press(UIK_ESC);
	press('x');
	ok(shows(c, "no load test runs"), "x: nothing to stop");
	close_pane();
	open_pane("{\"tests\":[]}", 24, 80, COMMAND_ADMIN);
	ok(shows(c, "none yet: n sets the parameters"), "none: how to start");
	close_pane();
	open_pane(NULL, 24, 80, COMMAND_ADMIN);
	ok(shows(c, "asking the engine"), "not answered yet");
	close_pane();
}

static bool
has(const json_t *request, const char *key, const char *want)
{
	json_t *got = json_object_get(request, key);
	json_t *w = json_loads(want, JSON_DECODE_ANY, NULL);
	bool same = json_equal(got, w);
	char *s = same || got == NULL ? NULL : json_dumps(got, JSON_ENCODE_ANY);

	if (!same)
		printf("# %s: %s\n", key, s != NULL ? s : "nothing");
	free(s);
	json_decref(w);
	return same;
}

static void
test_start(void)
{
	const json_t *req;

	open_pane(results, 24, 80, COMMAND_ADMIN);
	press('n');
	ok(shows(c, "[ Start ]") && shows(c, "15000 calls in all"),
	    "n: the parameters are edited");
	press(UIK_BACKSPACE);
	press(UIK_BACKSPACE);
	press('q');
	ok(shows(c, "cps: a number from"), "a mistake is named");
	press(UIK_DOWN);
	press(UIK_CTRL('s'));
	ok(!shows(c, "Start the load test?"), "and holds it up");
	press(UIK_BACKSPACE);
	press('3');
	press('0');
	for (int i = 0; i < 5; i++)
		press(UIK_DOWN);
	press(' ');
	ok(shows(c, "[ ] cps_validation"), "Space on a scenario");
	for (int i = 0; i < 6; i++)
		press(UIK_TAB);
	press(UIK_ENTER);
	ok(shows(c, "Start the load test?") && shows(c, "18,000 calls leave") &&
		shows(c, "simulated carrier") && view_sent(v) == NULL,
	    "the button asks, with figures");
	press('y');
	req = view_sent(v);
	ok(has(req, "cmd", "\"loadtest\"") && has(req, "args", "[\"run\"]") &&
		has(req, "cps", "30.0") && has(req, "minutes", "10.0") &&
		has(req, "dids", "1000") &&
		json_array_size(json_object_get(req, "countries")) == 9 &&
		has(req, "scenarios",
		    "[\"context_creation\",\"dtmf_recognition\","
		    "\"amd_detection\",\"did_rotation\"]"),
	    "y: the request");
	press('n');
	for (int i = 0; i < 20; i++)
		press(UIK_UP);
	for (int i = 0; i < 4; i++)
		press(UIK_DOWN);
	press('t');
	press('1');
	press(UIK_CTRL('s'));
	ok(shows(c, "trunk t1") && shows(c, "telephones ring"),
	    "a trunk of one's own: what that means");
	press(UIK_ESC);
	press('n');
	press(UIK_ESC);
	press('5');
	ok(shows(c, "Contexts"), "Esc leaves the parameters");
	close_pane();
}

static void
test_running(void)
{
	run_job(1);
	b->loadtest = (struct board_loadtest){ .id = 4,
		.state = "holding the pace",
		.target = 30,
		.cps_10s = 29.3,
		.worst = 30,
		.attempted = 5012,
		.answered = 2100,
		.concurrent = 217,
		.setup_p50 = 122,
		.setup_p95 = 612,
		.setup_p99 = 800 };
	open_pane(results, 24, 80, COMMAND_ADMIN);
	ok(shows(c, "Running") && shows(c, "loadtest 25 CPS 10 min") &&
		shows(c, "33 %") && shows(c, "6 min left"),
	    "the job and its time left");
	ok(shows(c, "29.3 of 30.0") && shows(c, "30 in one second"),
	    "its pace, the worst second");
	ok(shows(c, "122 ms  within 300 ms") && shows(c, "612 ms  OVER 500 ms"),
	    "set-up times against their limits, in words");
	ok(shows(c, "holding the pace") && shows(c, "217 up of 5,012 placed"),
	    "what it does, its calls");
	b->loadtest.worst = 33;
	view_draw(v, c, 4);
	ok(shows(c, "33 in one second: OVER"), "the pace was not held");
	press('x');
	ok(shows(c, "Stop the load test?"), "x asks");
	press('y');
	ok(has(view_sent(v), "args", "[\"stop\"]"), "and stops");
	close_pane();
	run_job(3);
	open_pane(results, 24, 80, COMMAND_ADMIN);
	ok(shows(c, "The last one") && shows(c, "failed setup p95 612 ms"),
	    "the last one and its result");
	close_pane();
	boards_make(b, BOARDS_NOW);
}

static void
test_print(void)
{
	struct pane_ctx x;
	struct buf out = BUF_INIT;
	json_t *o, *t;

	run_job(1);
	open_pane(results, 24, 80, COMMAND_ADMIN);
	x = (struct pane_ctx){
		.b = b, .feed = f, .zone = b->timezone, .role = COMMAND_ADMIN
	};
	o = pane_loadtest.rows(&x);
	t = json_array_get(json_object_get(o, "tests"), 0);
	ok(json_integer_value(json_object_get(
	       json_object_get(o, "running"), "done")) == 5000 &&
		strcmp(json_string_value(json_object_get(t, "verdict")),
		    "FAIL") == 0 &&
		json_is_object(json_object_get(t, "result")),
	    "rows");
	json_decref(o);
	pane_loadtest.print(&x, &out);
	ok(strstr(buf_cstr(&out), "running: loadtest 25 CPS") != NULL &&
		strstr(buf_cstr(&out), "FAIL") != NULL,
	    "printed");
	buf_clear(&out);
	close_pane();
	open_pane("{\"tests\":[]}", 24, 80, COMMAND_ADMIN);
	x.feed = f;
	pane_loadtest.print(&x, &out);
	ok(strstr(buf_cstr(&out), "no load test was run yet") != NULL,
	    "printed: none");
	buf_clear(&out);
	close_pane();
	boards_make(b, BOARDS_NOW);
}

static void
test_hostile(void)
{
	static const char *const docs[] = { results, "7", "[]", "{\"tests\":7}",
		"{\"tests\":[1,{},[],null]}",
		"{\"tests\":[{\"id\":{\"a\":[1]},\"started\":5,\"parameters\":"
		"[],\"result\":[{}]},{\"result\":{\"targets\":[{},1],"
		"\"countries\":[{},{\"a\":1}],\"x\":[{\"\\u001b[2J\":"
		"\"\\u202e\\u4e2d\\u6587\"},3,{\"y\":null}]}}]}" };
	static const uint32_t keys[] = { 0, UIK_ENTER, 'n' };
	int bad = 0, n = 0;

	run_job(1);
	str_copy(b->jobs[1].what, sizeof(b->jobs[1].what),
	    "loadtest \033[2J\xe2\x80\xae\xff");
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
	test_idle();
	test_start();
	test_running();
	test_print();
	test_hostile();
	free(b);
	return done_testing();
}
