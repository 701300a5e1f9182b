/* SPDX-License-Identifier: MIT */
/*
 * The overview from fabricated boards: exact cells for what
 * must not be overlooked, and nothing hostile in any cell at any size.
 */
#include "ui/pane.h"

#include <string.h>

#include "boards.h"
#include "boards_rows.h"
#include "screens.h"
#include "ui/verbs.h"
#include "ui/verdict.h"
#include "ui/view.h"

static struct board *b;
static struct board_second *day;
static size_t nday;

/* The whole screen, frame and all. */
static void
draw(struct canvas *c, enum board_state state, int64_t age_ms)
{
	struct feed *f = feed_fixed(b);
	struct view *v;

	feed_set_seconds(f, day, nday);
	feed_set_state(f, state, age_ms);
	v = view_fixed(f, COMMAND_ADMIN);
	view_draw(v, c, NS_PER_S);
	view_free(v);
}

static void
test_states(void)
{
	struct canvas *c = canvas_new(24, 80);

	boards_make(b, BOARDS_NOW);
	draw(c, BOARD_LIVE, 0);
	ok(shows_on(c, " ALL WELL ", ROLE_BG_GOOD), "a good day");
	ok(shows(c, "calling window closed"), "waiting says why");
	ok(shows(c, "23 of 30") || shows(c, " of 30.0  max 30"), "target");
	ok(shows(c, "93.0 % (92-94) of 1,675"), "a rate with its interval");
	boards_spoil(b, "brake");
	canvas_resize(c, 40, 120);
	draw(c, BOARD_LIVE, 0);
	ok(shows(c, "Evidence "), "the brake's evidence");
	canvas_resize(c, 24, 80);
	draw(c, BOARD_LIVE, 0);
	ok(shows_on(c, " BRAKE ENGAGED ", ROLE_BG_BAD) &&
		shows_on(c, " ALARM ", ROLE_BG_BAD) && shows(c, "quality 0.07"),
	    "brake engaged, with its reason");
	ok(shows(c, "campaign usa-morning BRAKED"), "and whose it is");
	boards_make(b, BOARDS_NOW);
	boards_spoil(b, "dbaway");
	draw(c, BOARD_LIVE, 0);
	ok(shows_on(c, "DATABASE AWAY", ROLE_BG_BAD) &&
		shows(c, "1,312 spooled"),
	    "database away");
	boards_make(b, BOARDS_NOW);
	boards_spoil(b, "switchdown");
	draw(c, BOARD_LIVE, 0);
	ok(shows_on(c, "switch pbx2 down: connection refused", ROLE_BG_BAD) &&
		shows_on(c, "DOWN", ROLE_BG_BAD),
	    "switch down");
	boards_make(b, BOARDS_NOW);
	draw(c, BOARD_STALE, 12000);
	ok(shows_on(c, " STALE 12 s ", ROLE_BG_BAD) &&
		shows_on(c, "engine 4711 is silent", ROLE_BG_BAD),
	    "stale");
	b->stopping = 1;
	draw(c, BOARD_STALE, 3000);
	ok(shows(c, "the engine was stopped"), "stopped");
	draw(c, BOARD_OFFLINE, 0);
	ok(shows_on(c, " OFFLINE ", ROLE_BG_BAD) && !shows(c, "Campaigns"),
	    "offline shows no old figures");
	boards_make(b, BOARDS_NOW);
	boards_spoil(b, "empty");
	draw(c, BOARD_LIVE, 0);
	ok(shows_on(c, " ALARM ", ROLE_BG_BAD) || shows(c, " IDLE "),
	    "an empty board");
	ok(shows(c, "none yet") && shows(c, "no calls ended yet"),
	    "... says what is missing");
	canvas_free(c);
}

static void
test_hostile(void)
{
	static const char *const how[] = { "normal", "hostile", "brake",
		"empty", "dbaway" };
	int bad = 0, drawn = 0;

	for (size_t h = 0; h < nitems(how); h++) {
		boards_make(b, BOARDS_NOW);
		ok(boards_spoil(b, how[h]), "state %s", how[h]);
		for (int rows = 24; rows <= 120; rows += 16)
			for (int cols = 80; cols <= 400; cols += 29) {
				struct canvas *c = canvas_new(rows, cols);

				draw(c, BOARD_LIVE, 0);
				drawn++;
				for (int y = 0; y < rows; y++)
					for (int x = 0; x < cols; x++) {
						struct canvas_cell k;

						canvas_get(c, y, x, &k);
						if (k.base != 0 &&
						    text_width(k.base) < 1)
							bad++;
						if (k.nmark > TEXT_MARKS)
							bad++;
					}
				canvas_free(c);
			}
	}
	ok(bad == 0, "%d screens from 80x24 to 400x120: nothing hostile",
	    drawn);
}

/* A board as full as can be, and one with garbage in its counts. */
static void
test_limits(void)
{
	struct canvas *c = canvas_new(50, 132);
	struct pane_ctx x;
	json_t *o;

	boards_make(b, BOARDS_NOW);
	for (uint32_t i = 0; i < BOARD_CAMPAIGNS; i++) {
		b->campaigns[i] = b->campaigns[i % 3];
		str_format(b->campaigns[i].name, MODEL_NAME,
		    "campaign-with-a-rather-long-name-%u", i);
	}
	b->ncampaigns = BOARD_CAMPAIGNS;
	draw(c, BOARD_LIVE, 0);
	ok(shows(c, "Campaigns  1 of 64"), "64 campaigns: it says which");
	x = (struct pane_ctx){ .b = b, .state = BOARD_LIVE, .zone = "UTC" };
	o = pane_overview.rows(&x);
	ok(json_array_size(json_object_get(o, "campaigns")) == 64 &&
		json_array_size(json_object_get(o, "countries")) == 9,
	    "rows");
	json_decref(o);
	memset(&b->ncampaigns, 0xff, 12 * sizeof(uint32_t));
	draw(c, BOARD_LIVE, 0);
	ok(1, "counts beyond the arrays are clamped");
	canvas_free(c);
}

/*
 * Every figure absurd, every text full of bytes that are none: what a board
 * of a broken engine could say.  Read is only what the struct has.
 */
static void
test_absurd(void)
{
	static const uint64_t words[] = { 0x7fefffffffffffffULL,
		0x8000000000000000ULL, 0x7fffffffffffffffULL, UINT64_MAX,
		0x8000000000000000ULL, 0, 0x00ff9b1b00e20a41ULL };
	struct canvas *c = canvas_new(60, 200);
	struct rng r;

	rng_seed(&r, 4);
	for (int i = 0; i < 40; i++) {
		uint64_t *w = (uint64_t *)(void *)b;

		for (size_t k = offsetof(struct board, tick) / sizeof(*w);
		     k < sizeof(*b) / sizeof(*w) - 1; k++)
			w[k] = words[rng_below(&r, nitems(words))];
		w[sizeof(*b) / sizeof(*w) - 1] = 0;
		str_copy(b->timezone, sizeof(b->timezone), "UTC");
		str_copy(b->node, sizeof(b->node), "n1");
		str_copy(b->version_text, sizeof(b->version_text), "0");
		b->now_ms = i % 2 == 0 ? BOARDS_NOW : -BOARDS_NOW;
		draw(
		    c, i % 3 == 0 ? BOARD_STALE : BOARD_LIVE, i * 1000000007LL);
	}
	ok(1, "a board of garbage does no harm");
	canvas_free(c);
}

static void
test_verdict(void)
{
	struct verdict v;

	boards_make(b, BOARDS_NOW);
	verdict_of(b, BOARD_LIVE, 0, "UTC", &v);
	ok(v.level == VERDICT_WELL && v.problems == 0, "well: %s", v.text);
	b->pools[0].eligible = 0;
	boards_spoil(b, "switchdown");
	boards_spoil(b, "brake");
	verdict_of(b, BOARD_LIVE, 0, "UTC", &v);
	ok(v.level == VERDICT_BAD && v.problems == 3,
	    "three problems, none twice: %s", v.text);
	boards_make(b, BOARDS_NOW);
	b->alerts[0].ended_ms = 0;
	verdict_of(b, BOARD_LIVE, 0, "UTC", &v);
	ok(v.level == VERDICT_LOOK && v.problems == 1, "a warning: %s", v.text);
	b->alerts[0].acked_ms = b->now_ms;
	verdict_of(b, BOARD_LIVE, 0, "UTC", &v);
	ok(v.level == VERDICT_WELL, "acknowledged: %s", v.text);
	str_copy(b->alerts[0].severity, 12, "critical");
	verdict_of(b, BOARD_LIVE, 0, "UTC", &v);
	ok(v.level == VERDICT_LOOK, "a critical one stays: %s", v.text);
	b->nalerts = 0;
	str_copy(b->trunks[1].why, 96, "it rests after 5 faults");
	verdict_of(b, BOARD_LIVE, 0, "UTC", &v);
	ok(v.level == VERDICT_LOOK && strstr(v.text, "carrier-b") != NULL,
	    "a trunk that rests: %s", v.text);
	b->switches[1].connected = 0;
	verdict_of(b, BOARD_LIVE, 0, "UTC", &v);
	ok(v.problems == 1 && strstr(v.text, "switch pbx2 down") != NULL,
	    "... with its switch is one matter: %s", v.text);
	b->switches[1].connected = 1;
	b->trunks[1].why[0] = '\0';
	str_copy(b->brake, sizeof(b->brake), "engaged");
	str_copy(b->brake_reason, sizeof(b->brake_reason), "by hand: maria");
	verdict_of(b, BOARD_LIVE, 0, "UTC", &v);
	ok(v.level == VERDICT_BAD && strstr(v.text, "nothing leaves") != NULL,
	    "the engine's own brake: %s", v.text);
	str_copy(b->brake, sizeof(b->brake), "released");
	b->campaigns[0].state[0] = b->campaigns[1].state[0] = '\0';
	b->nalerts = 0;
	verdict_of(b, BOARD_LIVE, 0, "UTC", &v);
	ok(v.level == VERDICT_IDLE, "idle: %s", v.text);
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	nday = 1800;
	day = xcalloc(nday, sizeof(*day));
	boards_seconds(day, nday);
	test_states();
	test_hostile();
	test_limits();
	test_absurd();
	test_verdict();
	free(day);
	free(b);
	return done_testing();
}
