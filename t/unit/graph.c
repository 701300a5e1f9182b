/* SPDX-License-Identifier: MIT */
/*
 * Time travel on a graph: zoom, back and forward, gaps that stay gaps, what
 * is older than a day out of the engine's answer, and marks of both.
 */
#include "ui/graph.h"

#include <string.h>

#include "boards.h"
#include "boards_rows.h"
#include "screens.h"
#include "ui/verbs.h"

#define NOW (BOARDS_NOW / MS_PER_S)

static struct board *b;
static struct board_second *day;
static struct feed *f;
static struct graph g;
static struct canvas *c;

static void
begin(void)
{
	feed_free(f);
	boards_make(b, BOARDS_NOW);
	b->started_ms = BOARDS_NOW - 30 * 86400 * MS_PER_S;
	b->nmarks = 0;
	memset(day, 0, ROWS_DAY * sizeof(*day));
	for (int64_t t = NOW - 3600; t <= NOW; t++)
		day[t % ROWS_DAY] = (struct board_second){ .at_s = t,
			.sent = 10,
			.target = 12,
			.worst = 11,
			.concurrent = 70,
			.asr = 0.5f,
			.ner = 0.9f };
	f = feed_fixed(b);
	feed_set_seconds(f, day, ROWS_DAY);
	graph_clear(&g);
	memset(&g, 0, sizeof(g));
}

static struct pane_ctx
ctx(void)
{
	return (struct pane_ctx){
		.b = b, .state = BOARD_LIVE, .zone = "UTC", .feed = f
	};
}

static void
draw(enum graph_kind kind)
{
	struct pane_ctx x = ctx();

	canvas_clear(c);
	graph_draw(&g, c, (struct rect){ 0, 0, 10, 80 }, &x, kind);
}

static bool
key(enum keys_action a)
{
	struct pane_ctx x = ctx();

	return graph_key(&g, &x, a);
}

/* Columns of the lowest row of the plot in which something stands. */
static int
filled(void)
{
	struct canvas_cell k;
	int n = 0;

	for (int x = 5; x < 79; x++) {
		canvas_get(c, 8, x, &k);
		n += k.base != ' ';
	}
	return n;
}

static void
test_now(void)
{
	begin();
	draw(GRAPH_CPS);
	ok(shows(c, "CPS, last 2 min, worst second 11"), "now");
	ok(filled() == 74, "every second of it");
	ok(!key(ACT_CANCEL) && !key(ACT_UP), "other keys are not its");
	/* a hole stays a hole */
	for (int64_t t = NOW - 60; t < NOW - 40; t++)
		day[t % ROWS_DAY].at_s = 0;
	graph_clear(&g);
	memset(&g, 0, sizeof(g));
	draw(GRAPH_CPS);
	ok(filled() == 64, "20 seconds are missing: %d", filled());
	draw(GRAPH_CALLS);
	ok(shows(c, "Calls up, last 2 min, peak 70"), "calls");
	draw(GRAPH_QUALITY);
	ok(shows(c, "ASR filled, NER line, last 2 min"), "quality");
}

/* A narrower chart beside it shows less time, and says so. */
static void
test_breadth(void)
{
	struct pane_ctx x;

	begin();
	x = ctx();
	draw(GRAPH_CPS);
	graph_draw(&g, c, (struct rect){ 10, 0, 10, 36 }, &x, GRAPH_CALLS);
	ok(shows(c, "Calls up, last 60 s"), "its own breadth");
}

static void
test_travel(void)
{
	begin();
	draw(GRAPH_CPS);
	ok(key(ACT_GRAPH_BACK) && g.end_s == NOW - 148 / 4,
	    "back by a quarter");
	draw(GRAPH_CPS);
	ok(shows(c, "CPS, 2 min until 22:55:09, worst second 11"), "until");
	ok(key(ACT_GRAPH_FORWARD) && g.end_s == 0, "forward to now");
	key(ACT_GRAPH_BACK);
	ok(key(ACT_CANCEL) && g.end_s == 0, "Esc: to now");
	for (int i = 0; i < 200; i++) {
		key(ACT_GRAPH_BACK);
		draw(GRAPH_CPS);
	}
	ok(shows(c, "nothing is recorded of this time"), "before the record");
	for (int i = 0; i < 200; i++)
		key(ACT_GRAPH_FORWARD);
	ok(g.end_s == 0, "and back");
	key(ACT_GRAPH_ZOOM);
	ok(graph_step(&g) == 2, "zoom");
	draw(GRAPH_CPS);
	ok(shows(c, "CPS, last 4 min") && filled() == 74, "twice the time");
	for (int i = 0; i < 6; i++)
		key(ACT_GRAPH_ZOOM);
	ok(graph_step(&g) == 900, "a quarter of an hour");
	draw(GRAPH_CPS);
	ok(filled() >= 2 && filled() <= 4, "an hour of a day and a half: %d",
	    filled());
	for (int i = 0; i < 2000; i++) {
		draw(GRAPH_CPS);
		key(ACT_GRAPH_BACK);
	}
	ok(g.end_s > NOW - 401 * 86400, "not for ever");
	key(ACT_GRAPH_ZOOM);
	ok(graph_step(&g) == 1, "round");
	b->now_ms = 5000;
	g.end_s = 0;
	draw(GRAPH_CPS);
	for (int i = 0; i < 5; i++) {
		key(ACT_GRAPH_BACK);
		draw(GRAPH_CPS);
	}
	ok(g.end_s >= 1, "not before the beginning of time");
}

static json_t *
history(int64_t begin_s, int step)
{
	char from[32], to[32], n[16];
	json_t *q;

	time_iso(begin_s * MS_PER_S, from);
	time_iso((begin_s + 500LL * step) * MS_PER_S, to);
	str_format(n, sizeof(n), "%d", step);
	q = verbs_request("history", from, to);
	json_object_set_new(q, "step", json_string(n));
	return q;
}

static json_t *
point(int64_t at_s, double cps)
{
	char at[32];

	time_iso(at_s * MS_PER_S, at);
	return json_pack("{s:s, s:f, s:f, s:f, s:f}", "at", at, "cps", cps,
	    "target", 12.0, "concurrent", 33.0, "success_rate", 0.25);
}

/* Blocks of two days ago: a point every ten seconds, one mark. */
static void
put_past(int64_t at_s)
{
	int64_t first = at_s - at_s % 5000;
	char at[32];

	for (int64_t k = first - 5000; k <= first; k += 5000) {
		json_t *points = json_array(), *marks = json_array();

		for (int64_t t = k; t < k + 5000; t += 10)
			json_array_append_new(points, point(t, 7.5));
		if (at_s - 60 >= k && at_s - 60 < k + 5000) {
			time_iso((at_s - 60) * MS_PER_S, at);
			json_array_append_new(marks,
			    json_pack("{s:s, s:s, s:s, s:s}", "at", at, "kind",
				"cps", "who", "maria", "text", "cps 25"));
		}
		feed_set_doc(f, history(k, 10),
		    json_pack("{s:i, s:o, s:o}", "step_s", 10, "points", points,
			"marks", marks));
	}
}

static void
test_past(void)
{
	int64_t end = NOW - 2 * 86400;

	begin();
	b->started_ms = BOARDS_NOW - 86400 * MS_PER_S; /* marks since then */
	g.end_s = end;
	draw(GRAPH_CPS);
	ok(shows(c, "nothing is recorded"), "the engine has not answered yet");
	put_past(end);
	draw(GRAPH_CPS);
	ok(filled() == 74 && shows(c, "until Wed 22:55, peak 12.0"),
	    "its answer, without a worst second that nobody knows");
	ok(shows(c, "cps 25"), "what was changed then");
	draw(GRAPH_CALLS);
	ok(shows(c, "peak 33"), "calls of then");
	/* within the last day, but before the engine and its file began */
	begin();
	b->started_ms = BOARDS_NOW - 3600 * MS_PER_S;
	g.end_s = NOW - 7200;
	put_past(g.end_s);
	draw(GRAPH_CPS);
	ok(filled() == 74, "a file younger than a day: the rest is asked for");
	/* nonsense in an answer */
	begin();
	g.end_s = end;
	feed_set_doc(f, history(end - end % 5000, 10),
	    json_pack("{s:[i,n,{s:i}], s:[i,{s:s}]}", "points", 1, "at", 5,
		"marks", 7, "at", "2026-99-99T99:99:99Z"));
	draw(GRAPH_CPS);
	ok(1, "nonsense does no harm");
}

static void
mark(int64_t at_s, const char *kind, const char *text)
{
	struct board_mark *m;

	b->mark_head = (b->mark_head + 1) % BOARD_MARKS;
	b->nmarks = MINIMUM(b->nmarks + 1, BOARD_MARKS);
	m = &b->marks[b->mark_head];
	m->at_ms = at_s * MS_PER_S;
	str_copy(m->kind, sizeof(m->kind), kind);
	str_copy(m->text, sizeof(m->text), text);
}

static void
test_marks(void)
{
	begin();
	mark(NOW - 100, "brake", "engaged: by hand");
	mark(NOW - 86, "cps", "25 by maria");
	mark(NOW - 20, "config", "set campaign");
	draw(GRAPH_CPS);
	ok(shows(c, "B      C") && shows(c, " 22:55:26 set campaign c"),
	    "the newest in words, no letter within them");
	begin();
	for (int i = 0; i < 300; i++)
		mark(NOW - 300 + i, i % 7 == 0 ? "brake" : "cps", "often");
	draw(GRAPH_CPS);
	ok(!shows(c, "often "), "no words where letters stand");
	/* a hostile ring */
	b->nmarks = b->mark_head = UINT32_MAX;
	for (int i = 0; i < BOARD_MARKS; i++)
		b->marks[i].at_ms = i % 3 == 0   ? INT64_MIN
				    : i % 3 == 1 ? INT64_MAX
						 : BOARDS_NOW - 9000;
	b->cps_target = 1e300;
	draw(GRAPH_CPS);
	b->cps_target = -1e300;
	draw(GRAPH_CPS);
	ok(1, "absurd times and targets do no harm");
}

/* Another engine may bring what the one before had not. */
static void
test_restart(void)
{
	begin();
	for (int64_t t = NOW - 60; t < NOW - 40; t++)
		day[t % ROWS_DAY].at_s = 0;
	draw(GRAPH_CPS);
	ok(filled() == 64, "a gap");
	for (int64_t t = NOW - 60; t < NOW - 40; t++)
		day[t % ROWS_DAY].at_s = t;
	b->started_ms += 60 * MS_PER_S;
	draw(GRAPH_CPS);
	ok(filled() == 74, "filled by the next engine");
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	day = xcalloc(ROWS_DAY, sizeof(*day));
	c = canvas_new(24, 80);
	test_now();
	test_breadth();
	test_travel();
	test_past();
	test_marks();
	test_restart();
	feed_free(f);
	canvas_free(c);
	free(day);
	free(b);
	return done_testing();
}
