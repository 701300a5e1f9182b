/* SPDX-License-Identifier: MIT */
/*
 * What people do by hand to a running engine: look at its calls, end one, block
 * a caller ID; and what stands in the way of a number.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "sim/world.h"
#include "tap.h"

#define NY "America/New_York"

static struct world *
plain(int fate, int n)
{
	struct world *w = world_new(1);

	world_add_switch(w, 30, 500);
	world_add_trunk(w, 0, 30, 500);
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 30, 500);
	for (; n > 0; n--)
		world_add_contact(w, 0, 0, NY, fate);
	world_start(w);
	return w;
}

static const struct call *
in_state(struct world *w, enum call_state from, enum call_state to)
{
	for (const struct call *c = NULL;
	     (c = engine_call_after(w->e, c)) != NULL;)
		if (c->state >= from && c->state <= to)
			return c;
	return NULL;
}

static void
test_hangup(void)
{
	struct world *w = plain(FAR_NO_ANSWER, 300);
	const struct call *c;
	size_t n = 0, flying = 0;
	struct uuid id = { { 0 } };

	ok(engine_hangup(w->e, &id, &w->now) == EHANG_OVER,
	    "no call of that id");
	world_run(w, 4000);
	for (c = NULL; (c = engine_call_after(w->e, c)) != NULL; n++)
		flying += call_in_flight(c);
	ok(flying > 10 && flying == engine_in_flight(w->e),
	    "each call in flight is seen once: %zu of %zu", flying, n);
	c = in_state(w, CALL_ARMED, CALL_ARMED);
	ok(c != NULL && engine_hangup(w->e, &c->id, &w->now) == EHANG_NOT_SENT,
	    "one that is armed has not left");
	c = in_state(w, CALL_RINGING, CALL_RINGING);
	ok(c != NULL && engine_hangup(w->e, &c->id, &w->now) == EHANG_OK,
	    "one that rings");
	id = c->id;
	ok(c->o.hungup_by_us && strcmp(c->note, "hung up by hand") == 0,
	    "it is known to be ended by hand");
	world_run(w, 200);
	ok(w->actions[ACT_HANGUP] == 1, "its switch is asked, once");
	world_run(w, 60 * 1000);
	ok(engine_hangup(w->e, &id, &w->now) == EHANG_OVER,
	    "afterwards it is over");
	world_free(w);

	w = plain(FAR_NO_ANSWER, 300);
	world_run(w, 4000);
	c = in_state(w, CALL_RINGING, CALL_RINGING);
	engine_switch_down(w->e, 0, "cut", &w->now);
	ok(c != NULL && engine_hangup(w->e, &c->id, &w->now) == EHANG_AWAY,
	    "its switch is away: nobody can be asked");
	world_run(w, 200);
	ok(w->actions[ACT_HANGUP] == 0, "and nobody is");
	world_free(w);
}

static uint64_t
eligible(struct world *w)
{
	world_publish(w);
	return w->board->dids_eligible;
}

static void
test_block(void)
{
	struct world *w = plain(FAR_NO_KEY, 1000);
	struct engine_why y;

	world_run(w, 2000);
	ok(eligible(w) == 20, "20 caller IDs are eligible");
	for (uint32_t i = 0; i < 19; i++)
		engine_did(w->e, i + 1, w->did[i].number, "usa", w->did[i].area,
		    1, INT64_MAX, "by hand", &w->now);
	ok(eligible(w) == 1, "19 of them are blocked, one by one");
	ok(engine_why(w->e, "did", w->did[0].number, &y, &w->now) && !y.dials &&
		strstr(y.gate[0].text, "blocked by hand") != NULL,
	    "why says so: %s", y.gate[0].text);
	engine_did(w->e, 1, w->did[0].number, "usa", w->did[0].area, 1, 0, "",
	    &w->now);
	ok(eligible(w) == 2, "one is let go again");
	world_free(w);
}

/* Calls that left after that time, from a caller ID up to the n-th. */
static size_t
left_with(struct world *w, int64_t after_ms, int64_t n)
{
	size_t left = 0;

	for (const struct call *c = NULL;
	     (c = engine_call_after(w->e, c)) != NULL;)
		left += c->sent_ms > after_ms && c->did_id <= n;
	return left;
}

/* A call that is armed has not left: its caller ID is presented later. */
static void
test_block_armed(void)
{
	struct world *w = plain(FAR_NO_KEY, 1000);
	size_t armed = 0;
	int64_t at;

	world_run(w, 3000);
	for (const struct call *c = NULL;
	     (c = engine_call_after(w->e, c)) != NULL;)
		armed += c->state == CALL_ARMED && c->did_id <= 19;
	ok(armed > 10, "%zu calls are armed", armed);
	at = w->now.wall_ms;
	for (uint32_t i = 0; i < 19; i++)
		engine_did(w->e, i + 1, w->did[i].number, "usa", w->did[i].area,
		    1, INT64_MAX, "by hand", &w->now);
	world_run(w, 2000);
	ok(left_with(w, at, 20) > 10 && left_with(w, at, 19) == 0,
	    "none leaves with a caller ID that was blocked since: %zu of %zu",
	    left_with(w, at, 19), left_with(w, at, 20));
	world_free(w);

	w = plain(FAR_NO_KEY, 1000);
	world_run(w, 3000);
	at = w->now.wall_ms;
	engine_dids_begin(w->e);
	engine_did(w->e, 20, w->did[19].number, "usa", w->did[19].area, 1, 0,
	    "", &w->now);
	engine_dids_end(w->e);
	world_run(w, 2000);
	ok(left_with(w, at, 20) > 10 && left_with(w, at, 19) == 0,
	    "nor with one that is in the inventory no longer: %zu",
	    left_with(w, at, 19));
	world_free(w);
}

static bool
gate(const struct engine_why *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->gate[i].name, name) == 0)
			return true;
	return false;
}

static void
test_number(void)
{
	struct world *w = plain(FAR_NO_KEY, 10);
	const char *number = "+12125550123";
	struct engine_why y;
	struct now at = w->now;

	world_run(w, 2000);
	at = w->now;
	engine_why_number(w->e, number, "usa", NY, 30, &y, &at);
	ok(y.dials && y.n == 0, "nothing stands in its way%s%s",
	    y.n > 0 ? ": " : "", y.n > 0 ? y.gate[0].text : "");
	engine_why_number(w->e, number, "utopia", NY, 30, &y, &at);
	ok(!y.dials && gate(&y, "context"), "a country that is not configured");
	engine_why_number(w->e, number, "usa", "", 30, &y, &at);
	ok(gate(&y, "zone"), "no time zone");
	engine_brake(w->e, true, "by hand", &at);
	engine_dnc(w->e, number);
	engine_why_number(w->e, number, "usa", NY, 30, &y, &at);
	ok(y.n == 2 && gate(&y, "dnc") && gate(&y, "brake"),
	    "do-not-call first, then the brake: %s", y.gate[0].name);
	world_free(w);

	w = world_new(1);
	world_add_switch(w, 30, 500);
	world_add_trunk(w, 0, 30, 500);
	str_copy(world_add_country(w, "usa", "nanp", 0)->call_to,
	    sizeof(w->country[0].call_to), "00:01");
	world_add_campaign(w, 30, 500);
	world_start(w);
	world_run(w, 2000);
	at = w->now;
	engine_why_number(w->e, number, "usa", NY, 30, &y, &at);
	ok(y.n == 2 && gate(&y, "window") && gate(&y, "no_did") &&
		y.gate[0].opens_ms > at.wall_ms,
	    "its hours are closed, and when they open; no caller ID: %s",
	    y.gate[0].text);
	world_free(w);
}

int
main(void)
{
	test_hangup();
	test_block();
	test_block_armed();
	test_number();
	return done_testing();
}
