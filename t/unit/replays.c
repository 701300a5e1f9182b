/* SPDX-License-Identifier: MIT */
/*
 * The faults of earlier systems, replayed: each of these worlds is quiet with
 * the engine as it is and would show the fault if it had it.
 */
#include <stdio.h>

#include "engine_plain.h"
#include "shared/number.h"

static const struct board *
board(struct world *w)
{
	world_publish(w);
	return w->board;
}

/* ---- a brake that never lets go --------------------------------------- */

static void
test_brake(void)
{
	struct world *w = plain();
	uint64_t sent;
	int64_t gone;

	w->camp[0].max_attempts = 20;
	for (int i = 0; i < DISP_NKIND; i++)
		w->camp[0].retry[i] = 60;
	contacts(w, 1500, FAR_BUSY);
	world_start(w);
	world_run(w, 20000);
	w->peer[0].dead = true;
	w->peer[0].dead_as = FAR_TRUNK;
	world_run(w, 600000);
	ok(strcmp(board(w)->campaigns[0].brake.state, "released") != 0 &&
		strcmp(board(w)->trunks[0].brake.state, "released") != 0,
	    "a carrier dead for ten minutes: the brakes hold");
	w->peer[0].dead = false;
	gone = w->now.mono_ns;
	while (strcmp(board(w)->campaigns[0].brake.state, "released") != 0 &&
	       w->now.mono_ns < gone + 1200 * NS_PER_S)
		world_run(w, 1000);
	ok(w->now.mono_ns < gone + 700 * NS_PER_S,
	    "they let go by themselves %lld s after it is back",
	    (long long)((w->now.mono_ns - gone) / NS_PER_S));
	world_run(w, 60000);
	sent = w->sends;
	world_run(w, 60000);
	ok(w->sends > sent + 600, "and the pace is there again: %llu in 60 s",
	    (unsigned long long)(w->sends - sent));
	end(w, "brake");
}

/* ---- calls per second by summing a counter that only grows ------------ */

static void
test_rate(void)
{
	struct world *w = plain();
	double low = 1e9, high = 0, high10 = 0;

	w->camp[0].max_cps = 12;
	contacts(w, 3000, FAR_BUSY);
	world_start(w);
	world_run(w, 15000);
	for (int i = 0; i < 120; i++) {
		world_run(w, 1000);
		board(w);
		low = MINIMUM(low, w->board->cps_actual);
		high = MAXIMUM(high, w->board->cps_actual);
		high10 = MAXIMUM(high10, w->board->cps_actual_10s);
	}
	ok(low >= 11 && high <= 13 && high10 <= 12.2,
	    "12 a second for two minutes: shown %g to %g, 10 s %g", low, high,
	    high10);
	str_copy(w->camp[0].state, sizeof(w->camp[0].state), "paused");
	engine_campaign_state(w->e, w->camp[0].name, "paused", &w->now);
	world_run(w, 12000);
	ok(board(w)->cps_actual <= 0 && w->board->cps_actual_10s <= 0,
	    "paused: shown 0, not the sum of the day");
	end(w, "rate");
}

/* ---- yesterday's uses count today ------------------------------------- */

static void
test_days(void)
{
	struct world *w = plain();
	uint64_t sent;

	w->ndid = 4;
	w->country[0].did_daily_cap = 10;
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1430);
	contacts(w, 200, FAR_BUSY);
	world_start(w);
	world_run(w, 300000);
	ok(w->sends == 40, "four caller IDs, ten uses each: %llu calls",
	    (unsigned long long)w->sends);
	world_run(w, 420000);
	sent = w->sends;
	ok(sent == 80, "after midnight each has ten again: %llu calls",
	    (unsigned long long)(sent - 40));
	/* An engine that starts later reads the rows of both days. */
	world_crash(w);
	w->now.wall_ms += 86400 * MS_PER_S;
	world_start(w);
	world_run(w, 60000);
	ok(w->sends == 120, "and on the third day, by a fresh engine: %llu",
	    (unsigned long long)(w->sends - sent));
	ok(w->nuse == 12, "the rows carry their dates: %u of them", w->nuse);
	end(w, "days");
}

/* ---- Mexico taken for Brazil ------------------------------------------ */

static bool
region_is(const char *cell, const char *given, const char *region)
{
	struct number n;

	number_parse(cell, given, &n);
	if (strcmp(n.region, region) != 0)
		printf("# %s: %s, expected %s\n", cell, n.region, region);
	return strcmp(n.region, region) == 0;
}

static void
test_prefixes(void)
{
	static const char *const names[] = { "mexico", "brazil" };
	static const char *const regions[] = { "MX", "BR" };
	struct world *w = judged_world(1);
	int wrong = 0;

	ok(region_is("+5215512345678", NULL, "MX") &&
		region_is("+525512345678", NULL, "MX") &&
		region_is("5215512345678", "MX", "MX"),
	    "+52 1 55 and +52 55 are Mexico");
	ok(region_is("+5511912345678", NULL, "BR"), "+55 11 is Brazil");
	ok(region_is("+18095550123", NULL, "DO") &&
		region_is("+18765550123", NULL, "JM") &&
		region_is("+14165550123", NULL, "CA") &&
		region_is("+12125550123", NULL, "US"),
	    "+1 809 is not the USA, nor are Jamaica and Canada");
	world_add_switch(w, 30, 500);
	world_add_trunk(w, 0, 30, 500);
	for (int i = 0; i < 2; i++) {
		struct m_country *k = world_add_country(w, names[i], "", 0);

		str_copy(k->region, sizeof(k->region), regions[i]);
		str_copy(k->cap_zone, sizeof(k->cap_zone), "UTC");
		for (int d = 0; d < 3; d++) {
			char number[MODEL_E164];

			str_format(number, sizeof(number), "%s%d",
			    i == 0 ? "+52155123456" : "+55119123456", d);
			world_add_did(w, i, number, "");
		}
	}
	world_add_campaign(w, 30, 500);
	for (int i = 0; i < 60; i++)
		world_add_contact(w, 0, i % 2,
		    i % 2 == 0 ? "America/Mexico_City" : "America/Sao_Paulo",
		    FAR_BUSY);
	world_start(w);
	world_run(w, 10000);
	for (size_t i = 0; i < w->ncall; i++)
		wrong += w->did[w->call[i]->did - 1].country !=
			 w->contact[w->call[i]->contact].country;
	ok(w->sends == 60 && wrong == 0,
	    "calls to Mexico present Mexican caller IDs: %d wrong of %llu",
	    wrong, (unsigned long long)w->sends);
	ok(strcmp(engine_region_country(w->e, "MX"), "mexico") == 0 &&
		engine_region_country(w->e, "DO") == NULL,
	    "a region is a country by its own name only");
	end(w, "prefixes");
}

/* ---- do-not-call that expires ----------------------------------------- */

static void
test_dnc(void)
{
	struct world *w = plain();
	int told = 0;

	contacts(w, 40, FAR_BUSY);
	for (uint32_t i = 0; i < w->ncontact; i++)
		w->contact[i].due_ms =
		    w->now.wall_ms + (int64_t)(i * 20) * 86400 * MS_PER_S;
	world_start(w);
	for (uint32_t i = 0; i < w->ncontact; i += 2) {
		world_dnc_add(w, world_e164(w, &w->contact[i]), true);
		told++;
	}
	engine_dnc_changed(w->e);
	/* More than two years, with a restart now and then. */
	for (int day = 0; day < 800; day++) {
		world_run(w, 1500);
		world_turn(w, 86400 * NS_PER_S);
		if (day % 100 == 99) {
			world_crash(w);
			world_start(w);
		}
	}
	world_run(w, 30000);
	ok(judge_contacts(w, WORLD_DNC) == told &&
		w->sends == 40 - (uint64_t)told,
	    "two years later: %d on the list, %llu others called", told,
	    (unsigned long long)w->sends);
	end(w, "do-not-call");
}

/* ---- a batch at the start of each second ------------------------------ */

static void
test_even(void)
{
	struct world *w = plain();
	const struct pace *p = &judge(w)->total;
	int64_t least = INT64_MAX, most = 0;
	int bin[10] = { 0 }, low, high;

	w->camp[0].max_cps = 20;
	contacts(w, 2000, FAR_BUSY);
	world_start(w);
	world_run(w, 70000);
	for (size_t i = p->n - 1000; i < p->n; i++) {
		int64_t gap = p->at[i] - p->at[i - 1];

		least = MINIMUM(least, gap);
		most = MAXIMUM(most, gap);
		bin[p->at[i] % NS_PER_S / (NS_PER_S / 10)]++;
	}
	low = high = bin[0];
	for (int i = 0; i < 10; i++) {
		low = MINIMUM(low, bin[i]);
		high = MAXIMUM(high, bin[i]);
	}
	ok(least > 30 * NS_PER_MS && most < 70 * NS_PER_MS,
	    "20 a second: gaps of %.1f to %.1f ms, 50 wanted",
	    (double)least / 1e6, (double)most / 1e6);
	ok(low >= 70 && high <= 130,
	    "of 1000 calls each tenth of the second has %d to %d", low, high);
	end(w, "even");
}

/* ---- slots that stay taken when events are lost ----------------------- */

static void
test_slots(void)
{
	struct world *w = plain();
	uint64_t sent;

	w->profile[0].max_concurrent_calls = 20;
	contacts(w, 600, FAR_CONNECTED);
	world_start(w);
	world_run(w, 5000);
	w->drop = 1;
	world_run(w, 60000);
	w->drop = 0;
	sent = w->sends;
	world_run(w, 120000);
	ok(w->sends > sent + 100,
	    "a minute without events: %llu calls follow in two",
	    (unsigned long long)(w->sends - sent));
	while (w->sends < 600 && w->now.mono_ns < 4000 * NS_PER_S)
		world_run(w, 10000);
	world_run(w, 90000);
	ok(w->sends == 600 && board(w)->concurrent == 0 &&
		w->board->campaigns[0].concurrent == 0 &&
		w->board->trunks[0].concurrent == 0 &&
		w->board->switches[0].concurrent == 0,
	    "at the end no slot is taken: %u of the trunk",
	    w->board->trunks[0].concurrent);
	end(w, "slots");
}

/* ---- midnight in another zone ----------------------------------------- */

static void
test_midnight(void)
{
	struct world *w = plain();
	uint64_t sent;

	/* Ours is Sao Paulo, two hours before New York, whose cap it is. */
	str_copy(w->timezone, sizeof(w->timezone), "America/Sao_Paulo");
	w->ndid = 3;
	w->country[0].did_daily_cap = 10;
	w->now.wall_ms =
	    tz_begin_ms(tz_get("America/Sao_Paulo"), 2026, 11, 20, 1435);
	contacts(w, 200, FAR_BUSY);
	world_start(w);
	world_run(w, 60000);
	sent = w->sends;
	ok(sent == 30 && board(w)->n.attempted == 30,
	    "all uses spent before midnight");
	world_run(w, 600000);
	ok(w->sends == sent, "midnight in Sao Paulo gives none back");
	ok(board(w)->n.attempted == 0, "but the day's counts begin anew");
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1439);
	world_run(w, 30000);
	ok(w->sends == sent, "one minute before midnight in New York: none");
	world_run(w, 120000);
	ok(w->sends == sent + 30, "after it ten each: %llu",
	    (unsigned long long)(w->sends - sent));
	end(w, "midnight");
}

int
main(void)
{
	test_brake();
	test_rate();
	test_days();
	test_prefixes();
	test_dnc();
	test_even();
	test_slots();
	test_midnight();
	return done_testing();
}
