/* SPDX-License-Identifier: MIT */
/*
 * The engine by its public door, in a world made by hand: the way of a call
 * for each outcome, what each command does to it, and each gate with its
 * reason.
 */
#include "engine/engine.h"

#include "engine_plain.h"

/* ---- the way of one call ---------------------------------------------- */

static void
test_ways(void)
{
	static const struct {
		enum world_fate fate;
		enum disposition d;
		enum world_state state;
		bool attempted;
	} v[] = {
		{ FAR_BUSY, DISP_BUSY, WORLD_PENDING, true },
		{ FAR_NO_ANSWER, DISP_NO_ANSWER, WORLD_PENDING, true },
		{ FAR_CONGESTION, DISP_CONGESTION, WORLD_PENDING, true },
		{ FAR_INVALID, DISP_INVALID_NUMBER, WORLD_DONE, true },
		{ FAR_NO_KEY, DISP_ANSWERED_NO_KEY, WORLD_DONE, true },
		{ FAR_CONNECTED, DISP_CONNECTED, WORLD_DONE, true },
		{ FAR_OPT_OUT, DISP_OPTED_OUT, WORLD_DNC, true },
		{ FAR_MACHINE, DISP_MACHINE, WORLD_PENDING, true },
		{ FAR_ABANDONED, DISP_ABANDONED, WORLD_PENDING, true },
		{ FAR_INSTANT, DISP_FAILED, WORLD_PENDING, true },
		{ FAR_REFUSED, DISP_FAILED, WORLD_PENDING, false },
		{ FAR_TRUNK, DISP_FAILED, WORLD_PENDING, true },
		{ FAR_REJECTED, DISP_REJECTED, WORLD_PENDING, true },
	};

	for (size_t i = 0; i < nitems(v); i++) {
		struct world *w = plain();
		const char *word = disposition_word(v[i].d);

		w->camp[0].max_attempts = 3;
		contacts(w, 1, v[i].fate);
		world_start(w);
		world_run(w, 45000);
		ok(w->sends == 1 && judge_ended(w, v[i].d) == 1 &&
			w->call[0]->ends == 1,
		    "%s: one call, one end", word);
		ok(w->contact[0].state == v[i].state &&
			w->contact[0].attempts == 1 &&
			(v[i].state != WORLD_PENDING ||
			    w->contact[0].due_ms > w->now.wall_ms),
		    "%s: its contact goes on as it should", word);
		ok(camp(w, 0)->n.attempted == v[i].attempted &&
			camp(w, 0)->n.refused == !v[i].attempted,
		    "%s: %s", word, v[i].attempted ? "an attempt" : "refused");
		ok((w->contact[0].state == WORLD_DNC) ==
			world_dnc(w, world_e164(w, &w->contact[0])),
		    "%s: do-not-call", word);
		end(w, word);
	}
}

static void
test_pace(void)
{
	struct world *w = plain();

	contacts(w, 400, FAR_BUSY);
	world_start(w);
	world_run(w, 12000);
	ok(judge(w)->total.most == 30, "30 in the fullest second");
	world_run(w, 10000);
	ok(w->sends == 400 && judge_ended(w, DISP_BUSY) == 400,
	    "400 contacts, one call each");
	world_run(w, 5000);
	ok(state_is(w, 0, "finished", ""), "the campaign is finished");
	ok(camp(w, 0)->remaining == 0 && camp(w, 0)->total == 400,
	    "nobody remains");
	end(w, "pace");
}

/* ---- commands --------------------------------------------------------- */

static void
set_state(struct world *w, int i, const char *state)
{
	str_copy(w->camp[i].state, sizeof(w->camp[i].state), state);
	engine_campaign_state(w->e, w->camp[i].name, state, &w->now);
}

static void
test_pause(void)
{
	struct world *w = plain();
	uint64_t sent;

	contacts(w, 300, FAR_NO_ANSWER);
	world_start(w);
	world_run(w, 4000);
	sent = w->sends;
	ok(sent > 50 && w->board->armed > 0, "%u are armed when it is paused",
	    w->board->armed);
	set_state(w, 0, "paused");
	world_run(w, 1000);
	ok(w->sends == sent && camp(w, 0)->armed == 0 &&
		camp(w, 0)->ready == 0 && judge_contacts(w, WORLD_CLAIMED) == 0,
	    "paused: nothing leaves, everything is given back");
	ok(judge_contacts(w, WORLD_DIALING) == (int)sent &&
		judge_contacts(w, WORLD_PENDING) == 300 - (int)sent &&
		uses_sum(w) == sent,
	    "no attempt and no use was counted for what did not leave");
	ok(state_is(w, 0, "paused", ""), "the board says paused");
	set_state(w, 0, "running");
	world_run(w, 2000);
	ok(w->sends > sent + 20, "and it goes on");
	set_state(w, 0, "stopped");
	world_run(w, 40000);
	ok(camp(w, 0)->concurrent == 0 && engine_busy(w->e) == 0,
	    "stopped: the calls that left run to their end");
	end(w, "pause");

	w = plain();
	contacts(w, 300, FAR_BUSY);
	world_start(w);
	world_run(w, 3000);
	sent = w->sends;
	w->draining = true;
	engine_drain(w->e);
	world_run(w, 5000);
	ok(w->sends == sent && engine_busy(w->e) == 0 &&
		judge_contacts(w, WORLD_PENDING) == 300 - (int)sent,
	    "a clean stop gives back what was armed");
	end(w, "drain");
}

static void
test_brake(void)
{
	struct world *w = plain();
	uint64_t sent;

	w->profile[0].auto_adjust_cps = true;
	w->profile[0].initial_cps = 5;
	contacts(w, 2000, FAR_NO_ANSWER);
	world_start(w);
	world_run(w, 35000);
	ok(judge(w)->total.most >= 10, "the ramp has climbed to %u",
	    judge(w)->total.most);
	judge(w)->brake = true;
	ok(engine_brake(w->e, true, "maria: complaints", &w->now) &&
		!engine_brake(w->e, true, "again", &w->now),
	    "the brake is engaged once");
	sent = w->sends;
	world_run(w, 3000);
	ok(w->sends == sent, "nothing leaves");
	ok(state_is(w, 0, "waiting", "maria: complaints") &&
		strcmp(w->board->brake, "engaged") == 0,
	    "the board says who and why");
	ok(camp(w, 0)->armed == 0 && camp(w, 0)->ready == 0,
	    "what was armed is given back");
	judge(w)->brake = false;
	engine_brake(w->e, false, "maria", &w->now);
	sent = w->sends;
	world_run(w, 5000);
	sent = w->sends - sent;
	ok(sent > 10 && sent <= 26,
	    "released it begins anew with 5 (%llu in "
	    "5 s)",
	    (unsigned long long)sent);
	end(w, "brake");
}

static void
test_manual(void)
{
	struct world *w = plain();
	uint64_t sent;

	world_add_campaign(w, 30, 500);
	contacts(w, 400, FAR_BUSY);
	for (int i = 0; i < 400; i++)
		world_add_contact(w, 1, 0, NY, FAR_BUSY);
	/* Nobody has anything to dial at first. */
	for (uint32_t i = 0; i < w->ncontact; i++)
		w->contact[i].due_ms = w->now.wall_ms + 3000;
	world_start(w);
	engine_cps(w->e, judge(w)->manual = 1);
	judge(w)->manual_ns = 0; /* from the first call on */
	world_run(w, 20000);
	ok(w->sends >= 14 && w->sends <= 17 && judge(w)->total.most == 1,
	    "pinned at 1: %llu calls in 20 s, never 2 in a second",
	    (unsigned long long)w->sends);
	engine_cps(w->e, judge(w)->manual = 12);
	judge(w)->manual_ns = w->now.mono_ns;
	world_run(w, 2000);
	sent = w->sends;
	world_run(w, 10000);
	ok(w->sends - sent >= 119 && w->sends - sent <= 121,
	    "pinned at 12: %llu in 10 s",
	    (unsigned long long)(w->sends - sent));
	ok(camp(w, 0)->state[0] != '\0' && w->board->cps_manual == 12 &&
		w->board->cps_target == 12,
	    "the board says so");
	engine_cps(w->e, judge(w)->manual = 0);
	world_run(w, 2000);
	sent = w->sends;
	world_run(w, 5000);
	ok(w->sends - sent >= 149, "given back: 30 a second (%llu in 5 s)",
	    (unsigned long long)(w->sends - sent));
	end(w, "manual");
}

static void
test_share(void)
{
	struct world *w = plain();
	int before[3];

	world_add_campaign(w, 30, 500)->weight = 2;
	world_add_campaign(w, 30, 500)->weight = 3;
	for (int c = 0; c < 3; c++)
		for (int i = 0; i < 2500; i++)
			world_add_contact(w, c, 0, NY, FAR_BUSY);
	/* The third one's hours begin 60 s later. */
	w->now.wall_ms += 59 * 60000;
	str_copy(w->camp[2].call_from, 8, "13:00");
	world_start(w);
	world_run(w, 50000);
	ok(judge(w)->sent_camp[2] == 0 &&
		abs(judge(w)->sent_camp[1] - 2 * judge(w)->sent_camp[0]) < 20,
	    "1 : 2 while the third waits: %d %d", judge(w)->sent_camp[0],
	    judge(w)->sent_camp[1]);
	world_run(w, 12000);
	memcpy(before, judge(w)->sent_camp, sizeof(before));
	world_run(w, 40000);
	for (int i = 0; i < 3; i++)
		before[i] = judge(w)->sent_camp[i] - before[i];
	ok(abs(before[1] - 2 * before[0]) < 30 &&
		abs(before[2] - 3 * before[0]) < 40,
	    "1 : 2 : 3 then; who waited has saved up no credit: %d %d %d",
	    before[0], before[1], before[2]);
	end(w, "share");
}

static void
test_concurrent(void)
{
	struct world *w = plain();

	w->profile[0].max_concurrent_calls = 7;
	contacts(w, 60, FAR_NO_ANSWER);
	world_start(w);
	world_run(w, 5000);
	ok(camp(w, 0)->concurrent == 7, "7 calls at once and no more");
	world_run(w, 30000);
	ok(w->sends >= 14, "and it goes on when they end");
	w->trunk[0].max_channels = 3;
	world_objects(w);
	world_run(w, 60000);
	ok(camp(w, 0)->concurrent == 3, "3 channels of the trunk");
	end(w, "concurrent");

	/* The profile changes while calls are armed. */
	w = plain();
	contacts(w, 300, FAR_NO_ANSWER);
	world_start(w);
	world_run(w, 2000);
	w->profile[0].max_concurrent_calls = 35;
	world_objects(w);
	world_run(w, 5000);
	ok(camp(w, 0)->concurrent == 35, "35 from now on");
	end(w, "fewer at once");
}

/* ---- gates ------------------------------------------------------------ */

static void
test_cap(void)
{
	struct world *w = plain();
	uint64_t days;

	w->country[0].did_daily_cap = 5;
	w->ndid = 3;
	contacts(w, 40, FAR_BUSY);
	/* 23:59:20 in New York */
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1439) + 20000;
	world_start(w);
	world_run(w, 20000);
	ok(w->sends == 15, "3 caller IDs, cap 5: %llu calls",
	    (unsigned long long)w->sends);
	ok(state_is(w, 0, "waiting", "cap of 5") &&
		strstr(w->board->campaigns[0].why, "nanp") != NULL &&
		strstr(w->board->campaigns[0].why, "25 contacts") != NULL,
	    "waiting, and why names the cap");
	ok(w->board->pools[0].capped_out == 3 && w->board->dids_capped_out == 3,
	    "all three are capped out");
	days = w->sends;
	world_run(w, 30000);
	ok(w->sends == days + 15, "a new day: 15 more");
	end(w, "cap");

	/* Calls armed before midnight leave after it, or not at all. */
	w = plain();
	w->country[0].did_daily_cap = 30;
	w->ndid = 1;
	contacts(w, 100, FAR_BUSY);
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1439) + 50000;
	world_start(w);
	world_run(w, 1000);
	world_cut(w, 0, true);
	world_run(w, 12000);
	world_link(w, 0);
	world_run(w, 10000);
	ok(w->use[0].uses == w->use[0].sent && w->use[1].sent == 30,
	    "armed before midnight: not spent on the new day (%u, %u)",
	    w->use[0].sent, w->use[1].sent);
	end(w, "midnight");
}

static void
test_midnight(void)
{
	struct world *w = plain();
	uint64_t sum = 0;

	/* At full pace over midnight, turns between the ticks. */
	contacts(w, 200, FAR_BUSY);
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1439) + 57030;
	world_start(w);
	world_run(w, 8000);
	ok(w->use[0].sent > 0 && w->nuse > 20 && w->sends > 130,
	    "dialling goes on over midnight");
	end(w, "pace over midnight");

	/* Answers to yesterday's requests come today. */
	w = plain();
	w->db_ms = 1500;
	w->ndid = 2;
	contacts(w, 300, FAR_BUSY);
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1439) + 50000;
	world_start(w);
	while (
	    w->now.wall_ms < tz_begin_ms(tz_get(NY), 2026, 11, 21, 0) + 3000) {
		/* Some are found on the list when they are armed. */
		for (uint32_t i = 0; i < w->ncontact; i++)
			if (w->contact[i].state == WORLD_CLAIMED &&
			    rng_below(&w->r, 100) == 0)
				world_dnc_add(
				    w, world_e164(w, &w->contact[i]), false);
		world_run(w, 50);
	}
	w->db_ms = 2;
	world_run(w, 25000);
	world_publish(w);
	for (size_t i = 0; i < w->nuse; i++)
		if (strcmp(w->use[i].date, "2026-11-21") == 0)
			sum += w->use[i].uses;
	ok(sum > 0 && w->board->pools[0].uses_sum == sum,
	    "today's uses are today's (%llu, %llu)",
	    (unsigned long long)w->board->pools[0].uses_sum,
	    (unsigned long long)sum);
	end(w, "answers over midnight");
}

static void
test_window(void)
{
	struct world *w = plain();
	int64_t opens = tz_begin_ms(tz_get(NY), 2026, 11, 23, 9 * 60);

	str_copy(w->country[0].call_from, 8, "09:00");
	str_copy(w->country[0].call_to, 8, "20:00");
	str_copy(w->country[0].weekdays, 32, "mon-fri");
	contacts(w, 4000, FAR_BUSY);
	/* Friday, 19:59:00; ringing 20 s must end before 20:00:00 */
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1199);
	world_start(w);
	world_run(w, 70000);
	ok(w->sends > 900, "%llu calls before the hours end",
	    (unsigned long long)w->sends);
	ok(state_is(w, 0, "waiting", "outside calling hours") &&
		w->board->campaigns[0].opens_ms == opens &&
		w->board->countries[0].opens_ms == opens,
	    "waiting until Monday, 09:00");
	ok(camp(w, 0)->armed == 0 && judge_contacts(w, WORLD_CLAIMED) == 0,
	    "nothing is kept armed meanwhile");
	w->now.wall_ms = opens - 3000;
	world_run(w, 10000);
	ok(state_is(w, 0, "running", "") && judge(w)->total.most == 30,
	    "it opens on time");
	end(w, "window");

	w = plain();
	contacts(w, 10, FAR_BUSY);
	world_set_zone(w, 0, "");
	world_set_zone(w, 1, "Mars/Base");
	world_start(w);
	world_run(w, 8000);
	ok(w->sends == 8, "who has no known zone is not called");
	ok(state_is(w, 0, "waiting", "time zone not known"), "and why says so");
	end(w, "zone");
}

static void
test_gates(void)
{
	struct world *w = plain();

	w->country[0].consent_required = true;
	contacts(w, 20, FAR_BUSY);
	world_start(w);
	world_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "consent"), "consent");
	w->camp[0].consented = true;
	world_objects(w);
	world_run(w, 5000);
	ok(w->sends == 20, "given");
	end(w, "consent");

	/* It is wanted from now on: what is armed does not leave. */
	w = plain();
	w->sw[0].max_cps = 2;
	contacts(w, 200, FAR_BUSY);
	world_start(w);
	world_run(w, 5000);
	ok(camp(w, 0)->ready > 0 && camp(w, 0)->armed > 0, "some are ready");
	w->country[0].consent_required = true;
	world_objects(w);
	world_run(w, 5000);
	ok(state_is(w, 0, "waiting", "consent"), "consent wanted later");
	end(w, "consent later");

	w = plain();
	w->ndid = 0;
	contacts(w, 20, FAR_BUSY);
	world_start(w);
	world_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "no caller IDs for usa"),
	    "no caller IDs");
	world_add_dids(w, 0, 1);
	w->did[0].blocked = w->now.wall_ms + 5000;
	world_objects(w);
	world_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "blocked"),
	    "the only one is blocked");
	world_run(w, 10000);
	ok(w->sends == 20, "until its time");
	end(w, "caller IDs");

	w = plain();
	str_copy(w->context[0].country, 32, "elsewhere");
	contacts(w, 20, FAR_BUSY);
	world_start(w);
	world_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "DTMF context"),
	    "no context");
	end(w, "context");

	w = plain();
	w->trunk[0].enabled = false;
	contacts(w, 20, FAR_BUSY);
	world_start(w);
	world_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "trunk"),
	    "its trunk is disabled");
	end(w, "trunk");

	for (int i = 0; i < 3; i++) {
		w = plain();
		contacts(w, 20, FAR_BUSY);
		*(i == 0     ? &w->camp[0].max_cps
		    : i == 1 ? &w->profile[0].max_cps
			     : &w->trunk[0].max_cps) = 0;
		world_start(w);
		world_run(w, 3000);
		ok(w->sends == 0 && state_is(w, 0, "waiting", "max_cps"),
		    "a rate of 0 is a reason, too");
		end(w, "no rate");
	}

	w = plain();
	contacts(w, 20, FAR_BUSY);
	world_start(w);
	w->spool_ok = false;
	engine_spool(w->e, false, 0);
	world_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "spool"), "no spool");
	w->spool_ok = true;
	engine_spool(w->e, true, 0);
	world_run(w, 5000);
	ok(w->sends == 20, "and back");
	end(w, "spool");
}

static void
test_retry(void)
{
	struct world *w = plain();

	w->camp[0].max_attempts = 3;
	w->camp[0].retry[DISP_BUSY] = 60;
	contacts(w, 5, FAR_BUSY);
	world_start(w);
	world_run(w, 20000);
	ok(w->sends == 5 && state_is(w, 0, "waiting", "next attempt") &&
		w->board->campaigns[0].opens_ms > w->now.wall_ms &&
		w->board->campaigns[0].opens_ms < w->now.wall_ms + 60000,
	    "they rest, and why says until when");
	world_run(w, 150000);
	ok(w->sends == 15 && judge_contacts(w, WORLD_EXHAUSTED) == 5 &&
		state_is(w, 0, "finished", ""),
	    "three attempts each");
	end(w, "retry");
}

int
main(void)
{
	test_ways();
	test_pace();
	test_pause();
	test_brake();
	test_manual();
	test_share();
	test_concurrent();
	test_cap();
	test_midnight();
	test_window();
	test_gates();
	test_retry();
	return done_testing();
}
