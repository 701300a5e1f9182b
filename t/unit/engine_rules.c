/* SPDX-License-Identifier: MIT */
/*
 * The rules of the engine, one scene each, in the simulated world: failover,
 * full trunks, routes, brakes, late switches, law, caps, order, caller IDs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"
#include "tap.h"

#define NY "America/New_York"

static struct world *
plain(int trunks)
{
	struct world *w = world_new(1);

	world_add_switch(w, 30, 500);
	for (int i = 0; i < trunks; i++)
		world_add_trunk(w, 0, 30, 500)->priority = i + 1;
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 30, 500);
	return w;
}

static void
contacts(struct world *w, int n, int fate)
{
	for (; n > 0; n--)
		world_add_contact(w, 0, 0, NY, fate);
}

static void
end(struct world *w, const char *what)
{
	ok(w->err[0] == '\0', "%s: no promise broken%s%s", what,
	    w->err[0] != '\0' ? ": " : "", w->err);
	world_free(w);
}

static int
in_state(const struct world *w, enum world_state s)
{
	int n = 0;

	for (uint32_t i = 0; i < w->ncontact; i++)
		n += w->contact[i].state == s;
	return n;
}

static const struct board_trunk *
trunk(struct world *w, int i)
{
	world_publish(w);
	return &w->board->trunks[i];
}

static const struct board_campaign *
camp(struct world *w)
{
	world_publish(w);
	return &w->board->campaigns[0];
}

/* ---- trunks ----------------------------------------------------------- */

static void
test_failover(void)
{
	struct world *w = plain(2);
	const struct board_trunk *t;
	int n = 0;

	contacts(w, 300, FAR_NO_KEY);
	w->peer[0].dead = true;
	w->peer[0].dead_as = FAR_TRUNK;
	world_start(w);
	world_run(w, 240000);
	ok(in_state(w, WORLD_DONE) == 300,
	    "with one trunk dead all 300 are reached over the other: %d",
	    in_state(w, WORLD_DONE));
	for (uint32_t i = 0; i < w->ncontact; i++)
		n += w->contact[i].attempts - w->contact[i].uncounted == 1;
	ok(n == 300, "and each has one attempt that counts: %d", n);
	t = trunk(w, 0);
	ok(t->failed_over > 0 && t->failed_over < 150,
	    "%u calls failed over, then the dead trunk was left alone",
	    t->failed_over);
	ok(trunk(w, 1)->brake.state[0] == 'r', "the good one has no brake on");
	end(w, "failover");
}

static void
test_all_dead(void)
{
	struct world *w = plain(2);

	contacts(w, 50, FAR_NO_KEY);
	for (int i = 0; i < 2; i++) {
		w->peer[i].dead = true;
		w->peer[i].dead_as = FAR_INSTANT;
	}
	w->camp[0].max_attempts = 2;
	world_start(w);
	world_run(w, 120000);
	ok(in_state(w, WORLD_EXHAUSTED) == 0 && in_state(w, WORLD_DONE) == 0,
	    "no contact is used up by trunks that reach nobody");
	ok(w->sends < 400, "and they are not hammered: %llu calls in 2 min",
	    (unsigned long long)w->sends);
	w->peer[0].dead = w->peer[1].dead = false;
	world_run(w, 3600 * 1000);
	ok(in_state(w, WORLD_DONE) == 50, "when they are back all are called");
	end(w, "all dead");
}

static void
test_capacity(void)
{
	struct world *w = plain(1);
	double least = 30, sum = 0;
	uint64_t before;

	contacts(w, 6000, FAR_NO_KEY);
	w->peer[0].cps = 10;
	world_start(w);
	world_run(w, 60000);
	before = w->sends;
	for (int i = 0; i < 60; i++) {
		world_run(w, 1000);
		least = MINIMUM(least, trunk(w, 0)->allowed_cps);
		sum += trunk(w, 0)->allowed_cps;
	}
	ok(least < 10 && sum / 60 < 16,
	    "a carrier that takes 10 a second: allowed %.1f on average, %.1f "
	    "at least",
	    sum / 60, least);
	ok(w->sends - before < 16 * 60 && w->sends - before > 6 * 60,
	    "%.1f a second leave", (double)(w->sends - before) / 60);
	ok(strcmp(trunk(w, 0)->brake.state, "released") == 0 &&
		strcmp(camp(w)->brake.state, "released") == 0,
	    "and nobody brakes");
	ok(in_state(w, WORLD_EXHAUSTED) == 0,
	    "calls that a full trunk refused are no attempts");
	w->peer[0].cps = 0;
	world_run(w, 70000);
	ok(trunk(w, 0)->allowed_cps == 30, "then it rises to all of it");
	end(w, "capacity");
}

static void
test_retry_after(void)
{
	struct world *w = plain(1);
	uint64_t before;

	contacts(w, 500, FAR_NO_KEY);
	w->peer[0].cps = 3;
	w->peer[0].retry_after_s = 20;
	world_start(w);
	world_run(w, 6000);
	before = w->sends;
	ok(strstr(trunk(w, 0)->why, "Retry-After") != NULL,
	    "the trunk says: %s", trunk(w, 0)->why);
	world_run(w, 12000);
	ok(w->sends == before, "nothing leaves until it is over");
	world_run(w, 10000);
	ok(w->sends > before, "then it goes on");
	end(w, "Retry-After");
}

static void
test_route(void)
{
	struct world *w = plain(2);
	struct engine_why why;

	contacts(w, 200, FAR_NO_KEY);
	w->peer[0].dead = true;
	w->peer[0].dead_as = FAR_ROUTE;
	world_start(w);
	world_run(w, 120000);
	ok(trunk(w, 0)->routes_off >= 1, "%u prefixes are off",
	    trunk(w, 0)->routes_off);
	ok(in_state(w, WORLD_DONE) == 200, "all were called by the other: %d",
	    in_state(w, WORLD_DONE));
	ok(engine_why(w->e, "trunk", w->trunk[0].name, &why, &w->now) &&
		strstr(why.note, "prefixes off") != NULL,
	    "why trunk: %s", why.note);
	end(w, "routes");
}

/* ---- brakes ----------------------------------------------------------- */

static void
test_brake(void)
{
	struct world *w = plain(1);
	const char *last;
	int s = 0, n = 1000;

	contacts(w, 3000, -1);
	w->camp[0].max_attempts = 5;
	for (int i = 1; i < DISP_NKIND; i++)
		if (!disposition_final((enum disposition)i))
			w->camp[0].retry[i] = 5;
	world_start(w);
	world_run(w, 60000);
	ok(strcmp(w->board->brake, "released") == 0, "a carrier that works");
	w->peer[0].dead = true;
	w->peer[0].dead_as = FAR_TRUNK;
	while (strcmp(camp(w)->brake.state, "engaged") != 0 &&
	       strcmp(trunk(w, 0)->brake.state, "engaged") != 0 && s++ < 120)
		world_run(w, 500);
	if ((last = strstr(w->board->brake_reason, "the last ")) != NULL)
		n = (int)strtol(last + 9, NULL, 10);
	ok(s < 120 && n <= 80, "it dies: engaged after %d calls: %s", n,
	    w->board->brake_reason);
	ok(strcmp(w->board->brake, "engaged") == 0, "the board says so");
	world_run(w, 15 * 60 * 1000);
	ok(strcmp(w->board->brake, "released") != 0, "dead for 15 min: still");
	w->peer[0].dead = false;
	world_run(w, 15 * 60 * 1000);
	ok(strcmp(w->board->brake, "released") == 0,
	    "back again: released within 15 min: %s", w->board->brake_reason);
	end(w, "brake");
}

static void
test_brake_hand(void)
{
	struct world *w = plain(1);

	contacts(w, 1000, FAR_TRUNK);
	world_start(w);
	while (strcmp(w->board->brake, "engaged") != 0 && w->sends < 80)
		world_run(w, 1000);
	ok(strcmp(w->board->brake, "engaged") == 0,
	    "engaged by itself after %llu calls", (unsigned long long)w->sends);
	ok(engine_brake(w->e, false, "maria", &w->now), "released by hand");
	world_publish(w);
	ok(strcmp(w->board->brake, "released") == 0, "and it is");
	ok(!engine_brake(w->e, false, "maria", &w->now), "once");
	end(w, "brake by hand");
}

/* All calls meet "no room": that is a dead carrier, not a full one. */
static void
test_brake_full(void)
{
	struct world *w = plain(1);
	uint64_t n;

	contacts(w, 9000, FAR_NO_KEY);
	world_start(w);
	world_run(w, 60000);
	w->peer[0].dead = true;
	w->peer[0].dead_as = FAR_CONGESTION;
	n = w->sends;
	while (strcmp(w->board->brake, "engaged") != 0 && w->sends - n < 500)
		world_run(w, 500);
	ok(w->sends - n < 100, "503 for every call: engaged after %llu left",
	    (unsigned long long)(w->sends - n));
	ok(in_state(w, WORLD_EXHAUSTED) == 0, "and no contact is used up");
	end(w, "dead as full");
}

/* Failures end at once, talks last minutes: that alone must brake nothing. */
static void
test_brake_bias(void)
{
	struct world *w = plain(1);
	bool braked = false;

	w->far = xcalloc(WORLD_MAX, sizeof(*w->far));
	w->far[0] = (struct world_far){ .pdd_ms = { 500, 2000 },
		.ring_ms = { 5000, 15000 },
		.talk_ms = { 60000, 120000 },
		.press = 1000 };
	for (int i = 0; i < 24; i++)
		w->far[0].hour[i] = 1;
	w->profile[0].auto_adjust_cps = false;
	for (int i = 0; i < 5000; i++)
		contacts(w, 1, i % 3 == 0 ? FAR_TRUNK : FAR_CONNECTED);
	world_start(w);
	for (int s = 0; s < 60; s++) {
		world_run(w, 1000);
		world_publish(w);
		braked |= strcmp(w->board->brake, "released") != 0;
	}
	ok(!braked, "a third fails at once, the others are still talking: %u",
	    w->board->campaigns[0].concurrent);
	end(w, "order of ending");
}

/* The first switch dies with the campaign's channels full: over the other. */
static void
test_switch_gone(void)
{
	struct world *w = world_new(1);
	uint64_t n;

	for (int i = 0; i < 2; i++) {
		world_add_switch(w, 30, 500);
		world_add_trunk(w, i, 30, 500)->priority = i + 1;
	}
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 30, 40);
	contacts(w, 9000, FAR_CONNECTED);
	world_start(w);
	world_run(w, 60000);
	world_cut(w, 0, true);
	world_run(w, 400000);
	n = w->sends;
	world_run(w, 60000);
	ok(w->sends - n > 60, "it stays away: %llu calls a minute by the other",
	    (unsigned long long)(w->sends - n));
	end(w, "switch gone");
}

/* A prefix that no usable trunk reaches must not hold up the others. */
static void
test_route_blocks(void)
{
	struct world *w = world_new(1);
	char number[16];

	for (int i = 0; i < 2; i++) {
		world_add_switch(w, 30, 500);
		world_add_trunk(w, i, 30, 500)->priority = i + 1;
	}
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 30, 500)->max_attempts = 3;
	for (int i = 0; i < 900; i++) {
		str_format(number, sizeof(number), "+1%d555%04d",
		    i % 30 == 0 ? 212 : 305, i);
		world_add_number(w, 0, 0, NY, number)->fate =
		    i % 30 == 0 ? FAR_ROUTE : FAR_NO_KEY;
	}
	world_start(w);
	world_cut(w, 1, true);
	world_run(w, 180000);
	ok(in_state(w, WORLD_DONE) == 870, "870 of 900 can be reached: %d",
	    in_state(w, WORLD_DONE));
	end(w, "blocked prefix");
}

static void
test_moved(void)
{
	struct world *w = plain(1);
	uint64_t n;

	world_add_switch(w, 30, 500);
	contacts(w, 3000, FAR_NO_KEY);
	world_start(w);
	world_run(w, 10000);
	engine_trunk_contact(
	    w->e, 0, strchr(w->trunk[0].channel, '@') + 1, false, &w->now);
	world_run(w, 20000);
	str_copy(w->trunk[0].channel, sizeof(w->trunk[0].channel),
	    "PJSIP/{number}@backup");
	world_objects(w);
	n = w->sends;
	world_run(w, 20000);
	ok(w->sends - n > 100, "an unreachable trunk is given another peer");
	end(w, "moved trunk");
}

/* "Never again" is for the number's own failures. */
static void
test_failover_rule(void)
{
	struct world *w = plain(2);

	w->camp[0].retry[DISP_FAILED] = 0;
	w->camp[0].max_attempts = 3;
	w->peer[0].dead = true;
	w->peer[0].dead_as = FAR_TRUNK;
	contacts(w, 200, FAR_NO_KEY);
	world_start(w);
	world_run(w, 120000);
	world_publish(w);
	ok(w->board->n.answered == 200, "all 200 are heard: %llu",
	    (unsigned long long)w->board->n.answered);
	end(w, "failover with retry.failed = 0");
}

/* ---- a late switch ---------------------------------------------------- */

static void
test_lag(void)
{
	struct world *w = plain(1);
	uint64_t n;

	contacts(w, 9000, FAR_NO_KEY);
	str_copy(w->profile[0].quality_metric, 4, "ner");
	w->profile[0].auto_adjust_cps = false;
	world_start(w);
	world_run(w, 60000);
	w->lag_ms = 3000;
	world_run(w, 5000);
	n = w->sends;
	world_run(w, 10000);
	n = w->sends - n;
	ok(n >= 90 && n <= 101, "3 s late: a third leaves: %llu in 10 s",
	    (unsigned long long)n);
	w->lag_ms = 7000;
	world_run(w, 2000);
	n = w->sends;
	world_run(w, 10000);
	ok(w->sends == n, "7 s late: nothing leaves");
	ok(strstr(camp(w)->why, "late") != NULL, "it says: %s", camp(w)->why);
	w->lag_ms = 1500;
	world_run(w, 5000);
	ok(w->sends == n, "better, but not well: still nothing");
	w->lag_ms = 0;
	world_run(w, 25000);
	ok(w->sends > n + 200, "well again: it goes on");
	w->lag_ms = 8000;
	world_run(w, 15000);
	n = w->sends;
	world_run(w, 3000);
	ok(w->sends == n && w->board->switches[0].lag_ms > 7000,
	    "events that are 8 s late stop it, too");
	w->lag_ms = 0;
	world_run(w, 30000);
	ok(w->sends > n, "and it goes on when they are not");
	end(w, "late switch");
}

/* Prompt pings and late events: it must not come and go in bursts. */
static void
test_feeling(void)
{
	struct world *w = plain(1);
	uint64_t n;

	contacts(w, 3000, FAR_NO_KEY);
	w->profile[0].auto_adjust_cps = false;
	world_start(w);
	world_run(w, 20000);
	w->drop = 1;
	for (int i = 0; i < 60; i++) {
		engine_switch_lag(w->e, 0, 9000, &w->now);
		world_run(w, 100);
	}
	n = w->sends;
	world_run(w, 9000);
	ok(w->sends == n, "stopped by the events' lag");
	world_run(w, 30000);
	ok(w->sends - n > 5 && w->sends - n < 32,
	    "nothing is heard: one call a second feels its way: %llu",
	    (unsigned long long)(w->sends - n));
	w->drop = 0;
	world_run(w, 2000);
	n = w->sends;
	world_run(w, 5000);
	ok(w->sends - n > 100, "an event in time: it goes on");
	end(w, "feeling");
}

static void
test_clocks(void)
{
	struct world *w = plain(1);

	world_start(w);
	for (int i = 0; i < 100; i++)
		engine_switch_lag(w->e, 0, 3600000 + i % 7, &w->now);
	world_publish(w);
	ok(w->board->switches[0].lag_ms < 50,
	    "a clock that differs by an hour is no lag: %.0f ms",
	    w->board->switches[0].lag_ms);
	engine_switch_lag(w->e, 0, 3600000 + 8000, &w->now);
	world_run(w, 200);
	world_publish(w);
	ok(w->board->switches[0].allowed_cps == 0, "8 s beyond it is");
	world_run(w, 20000);
	ok(w->board->switches[0].allowed_cps == 1,
	    "what is not heard of again is tried with one call a second");
	engine_switch_lag(w->e, 0, 3600000, &w->now);
	world_run(w, 200);
	world_publish(w);
	ok(w->board->switches[0].allowed_cps == 30, "and then with all");
	end(w, "clocks");
}

/* ---- law and caps ----------------------------------------------------- */

static void
test_law(void)
{
	struct world *w = plain(1);
	struct m_country *k = &w->country[0];
	struct engine_why_contact q;
	struct engine_why why;

	str_copy(k->call_from, sizeof(k->call_from), "08:00");
	str_copy(k->call_to, sizeof(k->call_to), "21:00");
	str_copy(k->states, sizeof(k->states), "FL 08:00-20:00");
	str_copy(k->holidays, sizeof(k->holidays), "2026-11-21");
	w->profile[0].auto_adjust_cps = false;
	for (int i = 0; i < 40; i++) {
		char number[16];

		str_format(number, sizeof(number), "+1305555%04d", 100 + i);
		world_add_number(w, 0, 0, NY, number)->fate = FAR_NO_KEY;
		str_format(number, sizeof(number), "+1212555%04d", 100 + i);
		world_add_number(w, 0, 0, NY, number)->fate = FAR_NO_KEY;
	}
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 20 * 60 + 10);
	world_start(w);
	world_run(w, 300000);
	ok(in_state(w, WORLD_DONE) == 40,
	    "20:10 in New York: Florida is closed, New York is called: %d",
	    in_state(w, WORLD_DONE));
	q = (struct engine_why_contact){ .campaign_id = w->camp[0].id,
		.number = "+13055550100",
		.country = "usa",
		.zone = NY,
		.state = "pending" };
	engine_why_contact(w->e, &q, &why, &w->now);
	ok(why.n > 0 && strcmp(why.gate[0].name, "window") == 0 &&
		why.gate[0].opens_ms ==
		    tz_begin_ms(tz_get(NY), 2026, 11, 22, 8 * 60),
	    "why contact: %s", why.gate[0].text);
	/* Saturday is a holiday; the clock jumps to Sunday. */
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 21, 12 * 60);
	world_run(w, 300000);
	ok(in_state(w, WORLD_DONE) == 40, "on a holiday nobody is called");
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 22, 8 * 60 + 1);
	world_run(w, 300000);
	ok(in_state(w, WORLD_DONE) == 80, "on Sunday Florida is: %d",
	    in_state(w, WORLD_DONE));
	end(w, "law");
}

static void
test_number_cap(void)
{
	struct world *w = plain(1);

	w->country[0].number_cap = 2;
	w->camp[0].max_attempts = 4;
	w->camp[0].retry[DISP_BUSY] = 60;
	contacts(w, 20, FAR_BUSY);
	world_start(w);
	world_run(w, 3600 * 1000);
	ok(w->sends == 40, "two calls to a number in 24 h: %llu of 40",
	    (unsigned long long)w->sends);
	ok(in_state(w, WORLD_PENDING) == 20, "the contacts wait");
	w->now.wall_ms += 24 * 3600 * MS_PER_S;
	world_run(w, 3600 * 1000);
	ok(w->sends == 80 && in_state(w, WORLD_EXHAUSTED) == 20,
	    "a day later two more, and that was all: %llu",
	    (unsigned long long)w->sends);
	end(w, "number cap");
}

/* ---- caller IDs ------------------------------------------------------- */

static void
test_near(void)
{
	struct world *w = world_new(3);
	int near = 0, all = 0;

	world_add_switch(w, 30, 500);
	world_add_trunk(w, 0, 30, 500);
	world_add_country(w, "usa", "nanp", 0);
	str_copy(w->country[0].near, sizeof(w->country[0].near), "area");
	for (int i = 0; i < 10; i++) {
		char number[16];

		str_format(number, sizeof(number), "+1305777%04d", i);
		world_add_did(w, 0, number, "305");
		str_format(number, sizeof(number), "+1212777%04d", i);
		world_add_did(w, 0, number, "212");
	}
	world_add_campaign(w, 30, 500);
	for (int i = 0; i < 200; i++) {
		char number[16];

		str_format(number, sizeof(number), "+1305555%04d", i);
		world_add_number(w, 0, 0, NY, number)->fate = FAR_NO_KEY;
	}
	world_start(w);
	world_run(w, 120000);
	for (size_t i = 0; i < w->ncall; i++) {
		const struct world_did *d = &w->did[w->call[i]->did - 1];

		if (w->call[i]->deleted)
			continue;
		all++;
		near += strncmp(d->number, "+1305", 5) == 0;
	}
	ok(all == 200 && near == 200, "callees in 305 see a 305: %d of %d",
	    near, all);
	end(w, "near");
}

static void
test_why(void)
{
	struct world *w = plain(1);
	struct engine_why why;

	contacts(w, 100, FAR_NO_KEY);
	world_start(w);
	world_run(w, 3000);
	ok(engine_why(w->e, "campaign", w->camp[0].name, &why, &w->now) &&
		why.dials && why.n == 0,
	    "why campaign: nothing is closed: %s", why.note);
	engine_campaign_state(w->e, w->camp[0].name, "paused", &w->now);
	engine_brake(w->e, true, "test", &w->now);
	world_run(w, 2000);
	ok(engine_why(w->e, "campaign", w->camp[0].name, &why, &w->now) &&
		!why.dials && why.n >= 2 &&
		strcmp(why.gate[0].name, "state") == 0 &&
		strcmp(why.gate[1].name, "brake") == 0,
	    "paused and braked: both are told, in order");
	ok(!engine_why(w->e, "campaign", "nobody", &why, &w->now) &&
		!engine_why(w->e, "fish", "x", &why, &w->now),
	    "unknown names are said to be unknown");
	ok(engine_why(w->e, "did", w->did[0].number, &why, &w->now) &&
		why.dials,
	    "why did: %s", why.note);
	end(w, "why");
}

int
main(void)
{
	test_failover();
	test_all_dead();
	test_capacity();
	test_retry_after();
	test_route();
	test_brake();
	test_brake_hand();
	test_brake_full();
	test_brake_bias();
	test_switch_gone();
	test_route_blocks();
	test_moved();
	test_failover_rule();
	test_lag();
	test_feeling();
	test_clocks();
	test_law();
	test_number_cap();
	test_near();
	test_why();
	return done_testing();
}
