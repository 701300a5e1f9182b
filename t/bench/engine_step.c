/* SPDX-License-Identifier: MIT */
/*
 * engine_step: what the engine itself costs: one tick, one whole call (claim,
 * arm, dial, five events, record), with 1, 10 and 1,000 campaigns that all
 * want to dial.  No database, no switch, no clock: their answers are made up
 * here and are not in the figures of a tick.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/engine.h"
#include "shared/tz.h"

#define CPS     1000
#define SECONDS 20

static struct engine *e;
static struct now now;
static int64_t next_contact;
static double tick_s, call_s;
static uint64_t ticks, calls;

static double
clock_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
configure(int n)
{
	struct engine_config cfg = {
		.node = "bench", .timezone = "UTC", .seed = 1, .zone = tz_get
	};
	struct engine_switch sw = { "pbx", CPS, 100000 };
	struct m_trunk t = { .id = 1,
		.name = "t",
		.max_cps = CPS,
		.min_cps = 1,
		.max_channels = 100000,
		.weight = 1,
		.priority = 1,
		.enabled = true,
		.channel = "PJSIP/{number}@t",
		.caller_id = "{did}" };
	struct m_country k = { .id = 1,
		.name = "usa",
		.region = "US",
		.cap_zone = "UTC",
		.cap_reset = "00:00",
		.call_from = "00:00",
		.call_to = "24:00",
		.weekdays = "mon-sun" };
	struct m_context x = { .id = 1,
		.name = "usa",
		.country = "usa",
		.connect_key = "1",
		.menu_timeout = 10,
		.destination = "queue:sales",
		.ring_timeout = 20 };
	struct m_profile p = { .id = 1,
		.name = "flat",
		.max_cps = CPS,
		.max_concurrent_calls = 100000,
		.quality_metric = "ner" };
	struct m_campaign *c = xcalloc((size_t)n, sizeof(*c));
	struct engine_objects o = { .trunks = &t,
		.countries = &k,
		.contexts = &x,
		.profiles = &p,
		.campaigns = c,
		.ntrunks = 1,
		.ncountries = 1,
		.ncontexts = 1,
		.nprofiles = 1,
		.ncampaigns = (size_t)n };

	now = (struct now){ NS_PER_S, 1795000000000 };
	e = engine_new(&cfg, &now);
	engine_switches(e, &sw, 1);
	for (int i = 0; i < n; i++) {
		c[i] = (struct m_campaign){ .id = i + 1,
			.max_cps = CPS,
			.max_attempts = 1,
			.call_from = "00:00",
			.call_to = "24:00",
			.weekdays = "mon-sun",
			.dial_timeout = 30,
			.weight = 1,
			.state = "running",
			.profile = "flat" };
		str_format(c[i].name, sizeof(c[i].name), "c%d", i);
		c[i].trunks.n = 1;
		str_copy(c[i].trunks.v[0], MODEL_NAME, "t");
	}
	engine_objects(e, &o, &now);
	engine_dids_begin(e);
	for (int i = 0; i < 20000; i++) {
		char number[MODEL_E164];

		str_format(number, sizeof(number), "+1305%07d", 2000000 + i);
		engine_did(e, i + 1, number, "usa", "305", 1, 0, "", &now);
	}
	engine_dids_end(e);
	engine_tally_begin(e);
	for (int i = 0; i < n; i++)
		engine_tally(e, i + 1, "usa", "America/New_York", 1000000, 0);
	engine_tally_end(e, &now);
	engine_db(e, true, "", &now);
	engine_switch_up(e, 0, 1, &now);
	free(c);
}

static void
answer(const struct action *a)
{
	struct engine_contact *v;

	switch (a->type) {
	case ACT_CLAIM:
		v = xcalloc((size_t)a->limit, sizeof(*v));
		for (int i = 0; i < a->limit; i++)
			v[i] = (struct engine_contact){ .id = ++next_contact,
				.number = "+13055550100",
				.country = "usa",
				.zone = "America/New_York" };
		engine_claimed(
		    e, a->campaign_id, true, v, (size_t)a->limit, &now);
		free(v);
		break;
	case ACT_ARM:
		for (size_t i = 0; i < a->n; i++) {
			struct uuid id = a->calls[i]->id;

			engine_armed(e, &id, EARM_OK, 1, 1, &now);
		}
		break;
	case ACT_DNC_TEST:
		engine_dnc_tested(e, true);
		break;
	case ACT_RESYNC:
		engine_switch_live_end(e, 0, &now);
		break;
	default:
		break;
	}
}

static void
actions(void)
{
	struct action a;

	while (engine_action(e, &a)) {
		answer(&a);
		action_clear(&a);
	}
}

static void
live(char id[UUID_LEN + 1])
{
	static const struct engine_event steps[] = {
		{ .type = EV_ACCEPTED, .cause = -1 },
		{ .type = EV_RINGING, .cause = -1 },
		{ .type = EV_ANSWERED, .cause = -1 },
		{ .type = EV_CAUSE, .cause = 16, .result = "none" },
		{ .type = EV_HANGUP, .cause = 16 },
	};

	for (size_t i = 0; i < 5; i++) {
		struct engine_event ev = steps[i];

		ev.id = id;
		engine_event(e, 0, &ev, &now);
	}
}

static void
second(void)
{
	for (int ms = 0; ms < 1000; ms++) {
		struct call *v[64];
		struct engine_record r;
		int64_t wake;
		double t0 = clock_s();
		size_t n;

		now.mono_ns += NS_PER_MS;
		now.wall_ms++;
		if (ms % 100 == 0) {
			engine_tick(e, &now);
			tick_s += clock_s() - t0;
			ticks++;
			t0 = clock_s();
		}
		actions();
		n = engine_dial(e, v, 64, &now, &wake);
		engine_sent(e, v, n, now.mono_ns);
		for (size_t i = 0; i < n; i++) {
			char id[UUID_LEN + 1];

			str_copy(id, sizeof(id), v[i]->id_text);
			live(id);
		}
		while (engine_record(e, false, &r, &now))
			engine_recorded(e, r.call);
		calls += n;
		call_s += clock_s() - t0;
	}
}

int
main(void)
{
	static const int sizes[] = { 1, 10, 1000 };

	printf("%-30s %12s %14s %12s\n", "engine step, 20,000 DIDs", "us/tick",
	    "us/call", "calls/s");
	for (size_t i = 0; i < nitems(sizes); i++) {
		configure(sizes[i]);
		for (int s = 0; s < 3; s++)
			second();
		tick_s = call_s = 0;
		ticks = calls = 0;
		for (int s = 0; s < SECONDS; s++)
			second();
		printf("%5d campaigns %15s %12.1f %14.2f %12.0f\n", sizes[i],
		    "", tick_s / (double)ticks * 1e6,
		    call_s / (double)calls * 1e6, (double)calls / SECONDS);
		engine_free(e);
	}
	return 0;
}
