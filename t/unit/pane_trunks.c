/* SPDX-License-Identifier: MIT */
/* The trunks pane: what holds a carrier back must be seen at once. */
#include "ui/pane.h"

#include <string.h>

#include "boards.h"
#include "boards_rows.h"
#include "screens.h"
#include "ui/view.h"

static struct board b;
static struct row_agent rows[BOARDS_AGENTS];
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
	self = pane_trunks.init();
}

static void
end(void)
{
	pane_trunks.free(self);
	view_free(view);
}

static struct canvas *
draw(int h, int w)
{
	struct canvas *c = canvas_new(h, w);
	struct pane_ctx x = ctx();

	pane_trunks.draw(self, &x, c, (struct rect){ 0, 0, h, w });
	return c;
}

static bool
key(enum keys_action a)
{
	struct pane_ctx x = ctx();

	return pane_trunks.key(self, &x, a, 0);
}

static bool
drawn(int h, int w, const char *text)
{
	struct canvas *c = draw(h, w);
	bool found = shows(c, text);

	canvas_free(c);
	return found;
}

static bool
drawn_on(int h, int w, const char *text, uint8_t bg)
{
	struct canvas *c = draw(h, w);
	bool found = shows_on(c, text, bg);

	canvas_free(c);
	return found;
}

static void
test_states(void)
{
	struct board_trunk *t = &b.trunks[0];

	begin(0);
	ok(drawn(20, 80, "carrier-a") && drawn(20, 80, "14.9/30") &&
		drawn(20, 80, "206/500") && drawn(20, 80, "41.0 %") &&
		drawn(20, 80, "93.0 %"),
	    "pace, channels, ASR and NER at 80x24");
	ok(drawn(20, 80, "last minute") && drawn(20, 80, "pbx2"),
	    "which window; the switches, too");
	ok(drawn(20, 80, "49 % no answer (441)"), "the mix of causes");
	t->allowed_cps = 12;
	t->w[2].cause[5] = 31;
	ok(drawn(20, 80, "14.9/12.0<30") && drawn(20, 80, "reduced") &&
		drawn(20, 80,
		    "reduced to 12.0 of 30 CPS: the carrier was full 31 times"),
	    "back-off, and why");
	t->allowed_cps = 30;
	boards_brake(&t->brake, "engaged");
	str_copy(t->brake.reason, sizeof(t->brake.reason), "quality 0.07");
	ok(drawn_on(20, 80, "BRAKE engaged: quality 0.07", ROLE_BG_BAD),
	    "an engaged brake is red");
	boards_brake(&t->brake, "probing");
	ok(drawn_on(20, 80, "BRAKE probing", ROLE_BG_WARN), "a probing one");
	boards_brake(&t->brake, "released");
	str_copy(t->why, sizeof(t->why), "its peer is unreachable");
	ok(drawn_on(20, 80, "NOT USABLE: its peer is unreachable", ROLE_BG_BAD),
	    "not usable");
	t->why[0] = '\0';
	t->routes_off = 3;
	t->rejected = 7;
	ok(drawn(20, 80, "3 prefixes off, 0 calls failed over, 7 caller IDs"),
	    "routes and caller IDs");
	boards_spoil(&b, "switchdown");
	ok(drawn_on(20, 80, "DOWN connection refused", ROLE_BG_BAD),
	    "a switch that is down");
	end();
}

static void
test_peer(void)
{
	begin(BOARDS_AGENTS);
	ok(drawn(20, 80, "rejected"), "a registration by the trunk's name");
	ok(drawn(36, 120, "sip:sbc1.example.net"), "and where");
	memset(rows, 0, sizeof(rows));
	nrows = 1;
	str_copy(rows[0].kind, sizeof(rows[0].kind), "endpoint");
	str_copy(rows[0].switch_name, sizeof(rows[0].switch_name), "pbx1");
	str_copy(rows[0].name, sizeof(rows[0].name), "sbc");
	str_copy(rows[0].queue, sizeof(rows[0].queue), "x-carrier-a");
	str_copy(rows[0].state, sizeof(rows[0].state), "unavailable");
	ok(!drawn(20, 80, "unreachable"), "another trunk's endpoint");
	str_copy(rows[0].queue, sizeof(rows[0].queue), "b,carrier-a");
	ok(drawn(20, 80, "unreachable"), "an endpoint by the trunk it serves");
	end();
}

static const char *
word(const json_t *o, const char *k)
{
	const char *s = json_string_value(json_object_get(o, k));

	return s != NULL ? s : "";
}

static void
test_keys(void)
{
	const json_t *sent;
	struct pane_ctx x;
	char name[64];

	begin(BOARDS_AGENTS);
	drawn(20, 80, "Trunks");
	key(ACT_RIGHT);
	ok(drawn(20, 80, "last 10 min"), "Right: a longer window");
	for (int i = 0; i < 5; i++)
		key(ACT_RIGHT);
	ok(drawn(20, 80, "today"), "up to the day");
	for (int i = 0; i < 9; i++)
		key(ACT_LEFT);
	ok(drawn(20, 80, "last 10 s"), "Left: a shorter one");
	key(ACT_DOWN);
	x = ctx();
	ok(pane_trunks.under(self, &x, name, sizeof(name)) &&
		strcmp(name, "carrier-b") == 0,
	    "the cursor moves");
	ok(key(ACT_WHY), "w");
	sent = view_sent(view);
	ok(sent != NULL && strcmp(word(sent, "cmd"), "why") == 0 &&
		strcmp(json_string_value(
			   json_array_get(json_object_get(sent, "args"), 1)),
		    "carrier-b") == 0,
	    "asks why of that trunk");
	key(ACT_DETAILS);
	ok(drawn(20, 80, "no cause told") && drawn(20, 80, "54,000"),
	    "details: every window, every class, at 80x24");
	ok(key(ACT_CANCEL) && !key(ACT_CANCEL), "Esc");
	key(ACT_VIEW);
	ok(drawn(14, 80, "Round trip") && !drawn(14, 80, "ASR"),
	    "v: the switches where only one has room");
	key(ACT_VIEW);
	ok(drawn(14, 80, "ASR") && !drawn(14, 80, "Round trip"), "v: back");
	ok(drawn(36, 120, "Round trip") && drawn(36, 120, "ASR"),
	    "both where there is room");
	pane_trunks.go(self, &x, "pbx2");
	ok(!pane_trunks.under(self, &x, name, sizeof(name)),
	    "the cursor can be sent to a switch");
	pane_trunks.go(self, &x, "carrier-a");
	ok(pane_trunks.under(self, &x, name, sizeof(name)) &&
		strcmp(name, "carrier-a") == 0,
	    "and to a trunk");
	ok(!key(ACT_CAMPAIGN_STOP), "others' keys");
	end();
}

static void
test_hostile(void)
{
	static const int sizes[][2] = { { 20, 80 }, { 36, 120 }, { 56, 200 },
		{ 116, 400 }, { 1, 80 }, { 4, 81 } };
	static const char *const how[] = { "hostile", "empty", "brake" };
	struct canvas_cell k;
	size_t bad = 0;

	for (size_t s = 0; s < nitems(how); s++) {
		begin(BOARDS_AGENTS);
		boards_spoil(&b, how[s]);
		if (s == 0)
			for (uint32_t i = 0; i < BOARD_TRUNKS; i++) {
				b.trunks[i] = b.trunks[0];
				memset(b.trunks[i].name, 0xc3,
				    sizeof(b.trunks[i].name) - 1);
				str_copy(b.trunks[i].why,
				    sizeof(b.trunks[i].why),
				    i % 2 ? "\x1b]0;x\x07\xe2\x80\xae" : "");
				memset(
				    b.trunks[i].w, 0xff, sizeof(b.trunks[i].w));
				b.ntrunks = BOARD_TRUNKS;
			}
		for (size_t i = 0; i < nitems(sizes); i++)
			for (int mode = 0; mode < 4; mode++) {
				struct canvas *c =
				    draw(sizes[i][0], sizes[i][1]);

				for (int y = 0; y < canvas_rows(c); y++)
					for (int x = 0; x < canvas_cols(c);
					     x++) {
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
		end();
	}
	ok(bad == 0, "nothing hostile at any size");
	begin(0);
	boards_spoil(&b, "empty");
	ok(drawn(20, 80, "no trunks yet"), "none: what to do");
	end();
}

static void
test_printed(void)
{
	struct buf out = BUF_INIT;
	struct pane_ctx x;
	json_t *o, *t;

	begin(BOARDS_AGENTS);
	x = ctx();
	o = pane_trunks.rows(&x);
	t = json_array_get(json_object_get(o, "trunks"), 1);
	ok(strcmp(word(t, "name"), "carrier-b") == 0 &&
		json_number_value(json_object_get(t, "max_cps")) == 30 &&
		json_array_size(json_object_get(o, "switches")) == 2,
	    "the same as JSON");
	json_decref(o);
	pane_trunks.print(&x, &out);
	ok(strstr(buf_cstr(&out), "carrier-b") != NULL &&
		strstr(buf_cstr(&out), "pbx2") != NULL,
	    "and as text");
	buf_clear(&out);
	end();
}

int
main(void)
{
	test_states();
	test_peer();
	test_keys();
	test_hostile();
	test_printed();
	return done_testing();
}
