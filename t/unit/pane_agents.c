/* SPDX-License-Identifier: MIT */
/* The agents pane: is it seen at once whether somebody is free? */
#include "ui/pane.h"

#include <string.h>

#include "boards.h"
#include "boards_rows.h"
#include "screens.h"
#include "ui/view.h"

#define MANY 2048

static struct board b;
static struct row_agent rows[MANY];
static size_t nrows;
static void *self;
static struct feed *feed;
static struct view *view;

static struct pane_ctx
ctx(void)
{
	feed_set_agents(feed, rows, nrows);
	return (struct pane_ctx){ .b = &b,
		.state = BOARD_LIVE,
		.zone = "America/Sao_Paulo",
		.role = COMMAND_ADMIN,
		.feed = feed,
		.view = view };
}

static void
begin(size_t n)
{
	boards_make(&b, BOARDS_NOW);
	nrows = boards_agents(rows, n);
	feed = feed_fixed(&b);
	view = view_fixed(feed, COMMAND_ADMIN);
	self = pane_agents.init();
}

static void
end(void)
{
	pane_agents.free(self);
	view_free(view);
}

static struct canvas *
draw(int h, int w)
{
	struct canvas *c = canvas_new(h, w);
	struct pane_ctx x = ctx();

	pane_agents.draw(self, &x, c, (struct rect){ 0, 0, h, w });
	return c;
}

static bool
key(enum keys_action a)
{
	struct pane_ctx x = ctx();

	return pane_agents.key(self, &x, a, 0);
}

static void
test_said(void)
{
	struct canvas *c;

	begin(BOARDS_AGENTS);
	c = draw(20, 80);
	ok(shows(c, "3 of 12 agents free; 3 calls wait, the longest 41 s"),
	    "the sentence at 80x24");
	ok(shows(c, "\xe2\x97\x8f free") && shows(c, "in a call") &&
		shows(c, "lunch") && shows(c, "cobranza"),
	    "states as words and lamps, the reason, the queues");
	ok(shows(c, "2 away"), "the legend has room");
	canvas_free(c);
	for (size_t i = 0; i < nrows; i++)
		if (strcmp(rows[i].state, "free") == 0 &&
		    strcmp(rows[i].kind, "member") == 0)
			str_copy(rows[i].state, sizeof(rows[i].state), "busy");
	c = draw(20, 80);
	ok(shows_on(c,
	       "No agent is free (8 in calls, 1 ringing, 1 paused, "
	       "2 away)",
	       ROLE_BG_BAD),
	    "nobody free is red");
	ok(shows(c, "nobody free"), "on the queue, too");
	canvas_free(c);
	/* free in one queue while callers wait in another */
	boards_agents(rows, nrows);
	for (size_t i = 0; i < nrows; i++)
		if (strcmp(rows[i].queue, "cobranza") == 0)
			str_copy(rows[i].state, sizeof(rows[i].state), "busy");
	c = draw(36, 120);
	ok(shows_on(c, "2 of 12 agents free", ROLE_BG_BAD) &&
		shows(c, "nobody free in cobranza"),
	    "a queue that runs dry is named");
	canvas_free(c);
	end();
}

static void
test_empty(void)
{
	struct canvas *c;

	begin(0);
	c = draw(20, 80);
	ok(shows(c, "said nothing of queues yet"), "before the first answer");
	canvas_free(c);
	for (uint32_t i = 0; i < b.nswitches; i++)
		b.switches[i].connected = 0;
	c = draw(20, 80);
	ok(shows_on(c, "No switch is connected", ROLE_BG_BAD), "no switch");
	canvas_free(c);
	b.nswitches = 0;
	c = draw(20, 80);
	ok(shows(c, "No switch is configured"), "none configured");
	canvas_free(c);
	boards_make(&b, BOARDS_NOW);
	memset(rows, 0, sizeof(rows[0]));
	nrows = 1;
	str_copy(rows[0].kind, sizeof(rows[0].kind), "note");
	str_copy(rows[0].name, sizeof(rows[0].name), "endpoints");
	str_copy(rows[0].detail, sizeof(rows[0].detail),
	    "the AMI user may not list endpoints");
	key(ACT_VIEW);
	key(ACT_VIEW);
	c = draw(20, 80);
	ok(shows(c, "the AMI user may not list endpoints"),
	    "a right that is missing is said");
	canvas_free(c);
	end();
}

static void
test_views(void)
{
	struct canvas *c;
	struct pane_ctx x;
	char name[64] = "";

	begin(BOARDS_AGENTS);
	c = draw(20, 80);
	ok(key(ACT_VIEW), "v");
	canvas_free(c);
	c = draw(18, 80);
	ok(shows(c, "Queues") && !shows(c, "bruno"), "queues alone");
	canvas_free(c);
	key(ACT_VIEW);
	c = draw(20, 80);
	ok(shows(c, "Endpoints") && shows(c, "rejected") &&
		shows(c, "registered"),
	    "endpoints and registrations");
	canvas_free(c);
	key(ACT_VIEW);
	c = draw(56, 200);
	ok(shows(c, "Agents") && shows(c, "Queues") && shows(c, "Endpoints"),
	    "all beside each other where it is wide");
	canvas_free(c);
	x = ctx();
	pane_agents.go(self, &x, "gabriela");
	ok(pane_agents.under(self, &x, name, sizeof(name)) &&
		strcmp(name, "gabriela") == 0,
	    "the cursor goes where it is sent");
	key(ACT_DETAILS);
	c = draw(20, 80);
	ok(shows(c, "PJSIP/gabriela") && shows(c, "Last call"), "details");
	canvas_free(c);
	ok(key(ACT_CANCEL) && !key(ACT_CANCEL),
	    "Esc closes them, then is not ours");
	pane_agents.go(self, &x, "sales");
	key(ACT_DETAILS);
	c = draw(36, 120);
	ok(shows(c, "carla") && shows(c, "karen"), "a queue's members");
	canvas_free(c);
	ok(!key(ACT_CAMPAIGN_START) && !key(ACT_LEFT), "others' keys");
	end();
}

/* A member in two queues has a row for each, and the cursor gets past. */
static void
test_twice(void)
{
	struct pane_ctx x;
	char name[64];
	int got = 0;

	begin(BOARDS_AGENTS);
	for (size_t i = 0; i < nrows; i++)
		if (strcmp(rows[i].kind, "member") == 0) {
			str_copy(rows[i].name, sizeof(rows[i].name), "same");
			str_copy(rows[i].switch_name,
			    sizeof(rows[i].switch_name), "pbx1");
			str_copy(rows[i].interface, sizeof(rows[i].interface),
			    i < 4 ? "PJSIP/a" : "PJSIP/b");
			str_format(
			    rows[i].queue, sizeof(rows[i].queue), "q%02zu", i);
		}
	canvas_free(draw(20, 80));
	x = ctx();
	for (int i = 0; i < 12; i++) {
		got += pane_agents.under(self, &x, name, sizeof(name));
		key(ACT_DOWN);
	}
	key(ACT_DETAILS);
	struct canvas *c = draw(20, 80);
	ok(got == 12 && shows(c, "q13"), "the cursor reaches the last one");
	canvas_free(c);
	key(ACT_CANCEL);
	c = draw(20, 80);
	ok(shows(c, "of 2 agents free") || shows(c, "No agent is free"),
	    "one who is in many queues is counted once");
	canvas_free(c);
	end();
}

static void
test_hostile(void)
{
	static const int sizes[][2] = { { 20, 80 }, { 36, 120 }, { 56, 200 },
		{ 116, 400 }, { 1, 80 }, { 3, 81 } };
	struct canvas_cell k;
	size_t bad = 0;

	begin(0);
	for (nrows = 0; nrows < MANY; nrows++) {
		struct row_agent *r = &rows[nrows];

		boards_agent(r, (uint32_t)(nrows % 28));
		if (nrows % 3 == 0)
			str_copy(r->name, sizeof(r->name),
			    "\x1b[2J\x9b\xe2\x80\xaeprueba\t\n");
		if (nrows % 5 == 0) {
			memset(r->queue, 'W', sizeof(r->queue) - 1);
			memset(r->detail, '%', sizeof(r->detail) - 1);
		}
		r->since_ms = nrows % 2 ? INT64_MAX / 2 : -5;
		r->calls = UINT32_MAX;
		r->wait_s = UINT32_MAX;
	}
	for (size_t i = 0; i < nitems(sizes); i++)
		for (int mode = 0; mode < 6; mode++) {
			struct canvas *c = draw(sizes[i][0], sizes[i][1]);

			for (int y = 0; y < canvas_rows(c); y++)
				for (int x = 0; x < canvas_cols(c); x++) {
					canvas_get(c, y, x, &k);
					bad += k.base != 0 &&
					       (k.base < 0x20 ||
						   (k.base >= 0x7f &&
						       k.base < 0xa0) ||
						   k.base == 0x202e);
				}
			canvas_free(c);
			key(mode % 2 ? ACT_VIEW : ACT_DETAILS);
		}
	ok(bad == 0, "nothing hostile at any size");
	end();
}

static void
test_printed(void)
{
	struct buf out = BUF_INIT;
	struct pane_ctx x;
	json_t *o;

	begin(BOARDS_AGENTS);
	x = ctx();
	o = pane_agents.rows(&x);
	ok(json_array_size(json_object_get(o, "members")) == 12 &&
		json_array_size(json_object_get(o, "queues")) == 2 &&
		json_array_size(json_object_get(o, "endpoints")) == 14 &&
		json_integer_value(json_object_get(o, "free")) == 3,
	    "the same as JSON");
	json_decref(o);
	pane_agents.print(&x, &out);
	ok(strstr(buf_cstr(&out), "3 of 12 agents free") != NULL &&
		strstr(buf_cstr(&out), "gabriela") != NULL,
	    "and as text");
	buf_clear(&out);
	end();
}

int
main(void)
{
	test_said();
	test_empty();
	test_views();
	test_twice();
	test_hostile();
	test_printed();
	return done_testing();
}
