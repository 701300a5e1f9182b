/* SPDX-License-Identifier: MIT */
/*
 * The life of a helper: when it is started again, how long it has been down,
 * what is said of it; and how that looks on the status, /metrics and pane 8.
 */
#include "daemon/helpers.h"

#include <string.h>

#include "boards.h"
#include "net/metrics.h"
#include "screens.h"
#include "ui/cmd.h"
#include "ui/helper_rows.h"
#include "ui/pane.h"
#include "ui/verdict.h"
#include "ui/view.h"

static struct helper h;
static struct now t;

static void
later(int64_t s)
{
	t.mono_ns += s * NS_PER_S;
	t.wall_ms += s * MS_PER_S;
}

static bool
state_is(const char *state)
{
	return strcmp(h.b.state, state) == 0;
}

static void
test_back_off(void)
{
	static const int wait[] = { 1, 2, 4, 8, 16, 32, 60, 60 };
	bool good = true;

	t = (struct now){ 100 * NS_PER_S, BOARDS_NOW };
	helper_init(&h, "discador-sshd", &t);
	ok(helper_due(&h, &t) && state_is("waiting") &&
		strcmp(h.b.name, "discador-sshd") == 0,
	    "a new one is due at once");
	helper_starting(&h, 41, &t);
	ok(state_is("starting") && h.b.pid == 41 && h.b.restarts == 0 &&
		!helper_is_down(&h.b),
	    "the first start is no restart, and no outage");
	later(1);
	helper_running(&h, 41, &t);
	ok(state_is("running") && h.b.since_ms == t.wall_ms, "it runs");
	for (size_t i = 0; i < nitems(wait); i++) {
		helper_ended(&h, "ended by signal 9", &t);
		good &= h.b.next_ms == t.wall_ms + wait[i] * 1000 &&
			!helper_due(&h, &t) && h.b.pid == 0;
		later(wait[i] - 1);
		good &= !helper_due(&h, &t);
		later(1);
		good &= helper_due(&h, &t);
		helper_starting(&h, 42, &t);
		good &= helper_is_down(&h.b) && h.b.next_ms == 0;
	}
	ok(good, "1 s doubling to 60 s, due then and not before");
	ok(h.b.restarts == nitems(wait), "each is counted");
	ok(h.b.since_ms == BOARDS_NOW + 1000,
	    "waiting and starting by turns is one outage, since it began");
	helper_running(&h, 42, &t);
	later(HELPER_GOOD_S - 1);
	helper_ended(&h, "x", &t);
	ok(h.b.next_ms == t.wall_ms + 60000, "59 good seconds do not mend it");
	helper_starting(&h, 43, &t);
	helper_running(&h, 43, &t);
	ok(!helper_is_down(&h.b) && strcmp(h.b.why, "x") == 0,
	    "what it ended by last is kept");
	later(HELPER_GOOD_S);
	helper_ended(&h, "y", &t);
	ok(h.b.next_ms == t.wall_ms + 1000, "a minute does");
	helper_again(&h, &t);
	ok(helper_due(&h, &t), "another in its place: at once");
	helper_stopped(&h, "not wanted", &t);
	later(3600);
	ok(!helper_due(&h, &t) && !helper_is_down(&h.b),
	    "stopped on purpose: never due, and not down");
	helper_failed(&h, "no such user", &t);
	later(3600);
	ok(!helper_due(&h, &t) && helper_is_down(&h.b),
	    "failed: never due, but down");
}

static void
test_words(void)
{
	static const struct {
		const char *said, *line;
	} v[] = {
		{ "", "" },
		{ "\n", "" },
		{ "discador-sshd: cannot listen on 0.0.0.0 port 2222: Address "
		  "already in use\n",
		    "cannot listen on 0.0.0.0 port 2222: Address already in "
		    "use" },
		{ "one\ntwo", "two" },
		{ "pg_ctl failed\n2026 [7] FATAL:  could not open \"x\"\n",
		    "could not open \"x\"" },
		{ "LOG: a\nPANIC:  could not locate a valid checkpoint record",
		    "could not locate a valid checkpoint record" },
		{ "a\x1b[2Jb", "a\xef\xbf\xbd[2Jb" },
	};
	char out[96], text[160];
	bool good = true;

	for (size_t i = 0; i < nitems(v); i++) {
		helper_last_line(v[i].said, out);
		if (strcmp(out, v[i].line) != 0) {
			good = false;
			printf("# %zu: \"%s\"\n", i, out);
		}
	}
	ok(good, "the last line of what it said");
	helper_status(9, out);
	ok(strcmp(out, "ended by signal 9") == 0, "%s", out);
	helper_status(4 << 8, out);
	ok(strcmp(out, "ended with exit 4: see the log") == 0, "%s", out);

	t = (struct now){ 0, 1795219200000 }; /* 2026-11-21 00:00 UTC */
	helper_init(&h, "discador-sshd", &t);
	helper_starting(&h, 1, &t);
	helper_ended(&h, "ended by signal 9", &t);
	helper_text(&h.b, tz_get("UTC"), text, sizeof(text));
	ok(strcmp(text, "discador-sshd does not run (started again at "
			"00:00:01): ended by signal 9") == 0,
	    "%s", text);
	helper_starting(&h, 2, &t);
	helper_text(&h.b, tz_get("UTC"), text, sizeof(text));
	ok(strcmp(text, "discador-sshd does not run (being started again): "
			"ended by signal 9") == 0,
	    "%s", text);
}

/* ---- where it is seen ---------------------------------------------------- */

static struct board b;

static void
put(int i, const char *name, const char *state, const char *why)
{
	struct board_helper *o = &b.helpers[i];

	memset(o, 0, sizeof(*o));
	str_copy(o->name, sizeof(o->name), name);
	str_copy(o->state, sizeof(o->state), state);
	str_copy(o->why, sizeof(o->why), why);
	o->since_ms = BOARDS_NOW - 754000;
	if (strcmp(state, "running") == 0)
		o->pid = 4711;
	if (strcmp(state, "waiting") == 0) {
		o->restarts = 7;
		o->next_ms = BOARDS_NOW + 3400;
	}
	b.nhelpers = (uint32_t)MAXIMUM((int)b.nhelpers, i + 1);
}

static struct canvas *
pane(int rows, int cols)
{
	struct feed *feed = feed_fixed(&b);
	struct view *view = view_fixed(feed, COMMAND_ADMIN);
	struct canvas *c = canvas_new(rows, cols);
	struct pane_ctx x = { .b = &b,
		.state = BOARD_LIVE,
		.zone = "UTC",
		.role = COMMAND_ADMIN,
		.feed = feed,
		.view = view };
	void *self = pane_trunks.init();

	pane_trunks.draw(self, &x, c, (struct rect){ 0, 0, rows, cols });
	pane_trunks.free(self);
	view_free(view);
	return c;
}

static bool
seen(int rows, int cols, const char *text)
{
	struct canvas *c = pane(rows, cols);
	bool found = shows(c, text);

	canvas_free(c);
	return found;
}

static void
test_pane(void)
{
	struct canvas *c;

	boards_make(&b, BOARDS_NOW);
	ok(!seen(60, 200, "Helpers"), "without helpers there is no section");
	put(0, "postgresql", "running", "");
	put(1, "discador-sshd", "running", "");
	ok(seen(40, 120, "Helpers") && seen(40, 120, "postgresql") &&
		seen(40, 120, "running"),
	    "all of them at 120x40");
	ok(!seen(20, 80, "postgresql"), "at 80x24 what is well needs no room");
	put(1, "discador-sshd", "waiting", "ended by signal 9");
	c = pane(20, 80);
	ok(shows_on(c,
	       "discador-sshd does not run (started again in 4 s): ended by "
	       "signal 9",
	       ROLE_BG_BAD),
	    "but what does not run is seen in red");
	ok(shows(c, "pbx2"), "below the switches, which are still there");
	canvas_free(c);
	ok(seen(40, 120, "NOT RUNNING") && seen(40, 120, "ended by signal 9") &&
		seen(40, 120, "4 s"),
	    "in the table, with why and when");
	put(1, "discador-sshd", "failed", "no such system user");
	ok(seen(20, 80, "discador-sshd does not run: no such system user"),
	    "one that is not tried");
	for (int i = 2; i < BOARD_HELPERS; i++)
		put(i, "discador-job 1", "running", "import contacts x.csv");
	b.nhelpers = 1000;
	for (int r = 1; r < 70; r++)
		canvas_free(pane(r, 20 + 3 * r));
	ok(true, "any size, and a board that lies");
}

static void
test_elsewhere(void)
{
	struct verdict v;
	struct buf out = BUF_INIT;
	json_t *o, *one;

	boards_make(&b, BOARDS_NOW);
	b.nalerts = 0;
	put(0, "postgresql", "running", "");
	put(1, "discador-sshd", "waiting", "ended by signal 9");
	put(2, "discador-job 3", "running", "import contacts x.csv");
	status_text(&out, &b);
	ok(strstr(buf_cstr(&out), "\nhelpers   discador-sshd does not run "
				  "(started again in 4 s): ended by signal "
				  "9\n") != NULL &&
		strstr(buf_cstr(&out), "postgresql") == NULL,
	    "status: one line for what does not run");
	buf_reset(&out);
	metrics_text(&out, &b);
	ok(strstr(buf_cstr(&out),
	       "discador_helper_up{name=\"discador-sshd\"} 0\n") != NULL &&
		strstr(buf_cstr(&out),
		    "discador_helper_up{name=\"postgresql\"} 1\n") != NULL &&
		strstr(buf_cstr(&out),
		    "discador_helper_restarts_total{name=\"discador-sshd\"} "
		    "7\n") != NULL &&
		strstr(buf_cstr(&out), "discador-job") == NULL,
	    "/metrics: not the jobs");
	o = status_json(&b);
	one = json_array_get(json_object_get(o, "helpers"), 1);
	ok(strcmp(json_string_value(json_object_get(one, "name")),
	       "discador-sshd") == 0 &&
		strcmp(json_string_value(json_object_get(one, "state")),
		    "waiting") == 0 &&
		json_is_null(json_object_get(one, "pid")) &&
		json_integer_value(json_object_get(one, "restarts")) == 7 &&
		json_is_string(json_object_get(one, "since")) &&
		json_is_string(json_object_get(one, "next")),
	    "status --json");
	json_decref(o);
	verdict_of(&b, BOARD_LIVE, 0, "UTC", &v);
	ok(strstr(v.text, "discador-sshd does not run") != NULL &&
		v.level >= VERDICT_LOOK,
	    "the verdict: %.60s", v.text);
	b.db_connected = 0;
	put(0, "postgresql", "waiting", "it was killed");
	verdict_of(&b, BOARD_LIVE, 0, "UTC", &v);
	ok(strstr(v.text, "DATABASE AWAY, no new calls: it was killed") !=
		    NULL &&
		strstr(v.text, "postgresql does not run") == NULL,
	    "a dead database once, with its own reason");
	b.db_connected = 1;
	verdict_of(&b, BOARD_LIVE, 0, "UTC", &v);
	ok(strstr(v.text, "postgresql does not run") != NULL,
	    "the link still there: its server is told of");
	buf_clear(&out);
}

int
main(void)
{
	test_back_off();
	test_words();
	test_pane();
	test_elsewhere();
	return done_testing();
}
