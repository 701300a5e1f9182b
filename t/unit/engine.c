/* SPDX-License-Identifier: MIT */
/*
 * The engine by its public door, in a world made by hand: the way of a call
 * for each outcome, and what each command, gate and fault does to it.
 */
#include "engine/engine.h"

#include <stdio.h>

#include "engine_world.h"
#include "tap.h"

#define NY "America/New_York"

/* 30 a second over one trunk, 20 caller IDs without a cap, nobody to call. */
static struct world *
plain(void)
{
	struct world *w = w_new(1);

	w_add_switch(w, 30, 500);
	w_add_trunk(w, 0, 30, 500);
	w_add_country(w, "usa", "nanp", 0);
	w_add_dids(w, 0, 20);
	w_add_campaign(w, 30, 500);
	return w;
}

static void
contacts(struct world *w, int n, int fate)
{
	for (; n > 0; n--)
		w_add_contact(w, 0, 0, NY, fate);
}

static const struct board_campaign *
camp(struct world *w, int i)
{
	w_publish(w);
	return &w->board->campaigns[i];
}

static bool
state_is(struct world *w, int i, const char *state, const char *why)
{
	const struct board_campaign *b = camp(w, i);
	bool good = strcmp(b->state, state) == 0
	    && strstr(b->why, why) != NULL;

	if (!good)
		printf("# %s: %s: %s\n", b->name, b->state, b->why);
	return good;
}

static void
end(struct world *w, const char *what)
{
	ok(w->err[0] == '\0', "%s: no promise broken%s%s", what,
	    w->err[0] ? ": " : "", w->err);
	w_free(w);
}

/* ---- the way of one call ---------------------------------------------- */

static void
test_ways(void)
{
	static const struct {
		enum w_fate fate;
		enum disposition d;
		enum w_state state;
		bool attempted;
	} v[] = {
		{ F_BUSY, DISP_BUSY, W_PENDING, true },
		{ F_NO_ANSWER, DISP_NO_ANSWER, W_PENDING, true },
		{ F_CONGESTION, DISP_CONGESTION, W_PENDING, true },
		{ F_INVALID, DISP_INVALID_NUMBER, W_DONE, true },
		{ F_NO_KEY, DISP_ANSWERED_NO_KEY, W_DONE, true },
		{ F_CONNECTED, DISP_CONNECTED, W_DONE, true },
		{ F_OPT_OUT, DISP_OPTED_OUT, W_DNC, true },
		{ F_MACHINE, DISP_MACHINE, W_PENDING, true },
		{ F_ABANDONED, DISP_ABANDONED, W_PENDING, true },
		{ F_INSTANT, DISP_FAILED, W_PENDING, true },
		{ F_REFUSED, DISP_FAILED, W_PENDING, false },
		{ F_TRUNK, DISP_FAILED, W_PENDING, true },
		{ F_REJECTED, DISP_REJECTED, W_PENDING, true },
	};

	for (size_t i = 0; i < nitems(v); i++) {
		struct world *w = plain();
		const char *word = disposition_word(v[i].d);

		w->camp[0].max_attempts = 3;
		contacts(w, 1, v[i].fate);
		w_start(w);
		w_run(w, 45000);
		ok(w->sends == 1 && w_ended(w, v[i].d) == 1
			&& w->call[0]->ends == 1,
		    "%s: one call, one end", word);
		ok(w->contact[0].state == v[i].state
			&& w->contact[0].attempts == 1
			&& (v[i].state != W_PENDING
			    || w->contact[0].due_ms > w->now.wall_ms),
		    "%s: its contact goes on as it should", word);
		ok(camp(w, 0)->n.attempted == v[i].attempted
			&& camp(w, 0)->n.refused == !v[i].attempted,
		    "%s: %s", word, v[i].attempted ? "an attempt" : "refused");
		ok((w->contact[0].state == W_DNC) == w->contact[0].dnc,
		    "%s: do-not-call", word);
		end(w, word);
	}
}

static void
test_pace(void)
{
	struct world *w = plain();

	contacts(w, 400, F_BUSY);
	w_start(w);
	w_run(w, 12000);
	ok(w->total.most == 30, "30 in the fullest second");
	w_run(w, 10000);
	ok(w->sends == 400 && w_ended(w, DISP_BUSY) == 400,
	    "400 contacts, one call each");
	w_run(w, 5000);
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

static uint32_t
uses_sum(const struct world *w)
{
	uint32_t n = 0;

	for (size_t i = 0; i < w->nuse; i++)
		n += w->use[i].uses;
	return n;
}

static void
test_pause(void)
{
	struct world *w = plain();
	uint64_t sent;

	contacts(w, 300, F_NO_ANSWER);
	w_start(w);
	w_run(w, 4000);
	sent = w->sends;
	ok(sent > 50 && w->board->armed > 0, "%u are armed when it is paused",
	    w->board->armed);
	set_state(w, 0, "paused");
	w_run(w, 1000);
	ok(w->sends == sent && camp(w, 0)->armed == 0 && camp(w, 0)->ready == 0
		&& w_count(w, W_CLAIMED) == 0,
	    "paused: nothing leaves, everything is given back");
	ok(w_count(w, W_DIALING) == (int)sent
		&& w_count(w, W_PENDING) == 300 - (int)sent
		&& uses_sum(w) == sent,
	    "no attempt and no use was counted for what did not leave");
	ok(state_is(w, 0, "paused", ""), "the board says paused");
	set_state(w, 0, "running");
	w_run(w, 2000);
	ok(w->sends > sent + 20, "and it goes on");
	set_state(w, 0, "stopped");
	w_run(w, 40000);
	ok(camp(w, 0)->concurrent == 0 && engine_busy(w->e) == 0,
	    "stopped: the calls that left run to their end");
	end(w, "pause");

	w = plain();
	contacts(w, 300, F_BUSY);
	w_start(w);
	w_run(w, 3000);
	sent = w->sends;
	w->draining = true;
	engine_drain(w->e);
	w_run(w, 5000);
	ok(w->sends == sent && engine_busy(w->e) == 0
		&& w_count(w, W_PENDING) == 300 - (int)sent,
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
	contacts(w, 2000, F_NO_ANSWER);
	w_start(w);
	w_run(w, 35000);
	ok(w->total.most >= 10, "the ramp has climbed to %u", w->total.most);
	w->brake = true;
	ok(engine_brake(w->e, true, "maria: complaints", &w->now)
		&& !engine_brake(w->e, true, "again", &w->now),
	    "the brake is engaged once");
	sent = w->sends;
	w_run(w, 3000);
	ok(w->sends == sent, "nothing leaves");
	ok(state_is(w, 0, "waiting", "maria: complaints")
		&& strcmp(w->board->brake, "engaged") == 0,
	    "the board says who and why");
	ok(camp(w, 0)->armed == 0 && camp(w, 0)->ready == 0,
	    "what was armed is given back");
	w->brake = false;
	engine_brake(w->e, false, "maria", &w->now);
	sent = w->sends;
	w_run(w, 5000);
	sent = w->sends - sent;
	ok(sent > 10 && sent <= 26, "released it begins anew with 5 (%llu in "
	    "5 s)", (unsigned long long)sent);
	end(w, "brake");
}

static void
test_manual(void)
{
	struct world *w = plain();
	uint64_t sent;

	w_add_campaign(w, 30, 500);
	contacts(w, 400, F_BUSY);
	for (int i = 0; i < 400; i++)
		w_add_contact(w, 1, 0, NY, F_BUSY);
	/* Nobody has anything to dial at first. */
	for (int i = 0; i < w->ncontact; i++)
		w->contact[i].due_ms = w->now.wall_ms + 3000;
	w_start(w);
	engine_cps(w->e, w->manual = 1);
	w->manual_ns = 0; /* from the first call on */
	w_run(w, 20000);
	ok(w->sends >= 14 && w->sends <= 17 && w->total.most == 1,
	    "pinned at 1: %llu calls in 20 s, never 2 in a second",
	    (unsigned long long)w->sends);
	engine_cps(w->e, w->manual = 12);
	w->manual_ns = w->now.mono_ns;
	w_run(w, 2000);
	sent = w->sends;
	w_run(w, 10000);
	ok(w->sends - sent >= 119 && w->sends - sent <= 121,
	    "pinned at 12: %llu in 10 s", (unsigned long long)(w->sends - sent));
	ok(camp(w, 0)->state[0] != '\0' && w->board->cps_manual == 12
		&& w->board->cps_target == 12,
	    "the board says so");
	engine_cps(w->e, w->manual = 0);
	w_run(w, 2000);
	sent = w->sends;
	w_run(w, 5000);
	ok(w->sends - sent >= 149, "given back: 30 a second (%llu in 5 s)",
	    (unsigned long long)(w->sends - sent));
	end(w, "manual");
}

static void
test_share(void)
{
	struct world *w = plain();
	int before[3];

	w_add_campaign(w, 30, 500)->weight = 2;
	w_add_campaign(w, 30, 500)->weight = 3;
	for (int c = 0; c < 3; c++)
		for (int i = 0; i < 2500; i++)
			w_add_contact(w, c, 0, NY, F_BUSY);
	/* The third one's hours begin 60 s later. */
	w->now.wall_ms += 59 * 60000;
	str_copy(w->camp[2].call_from, 8, "13:00");
	w_start(w);
	w_run(w, 50000);
	ok(w->sent_camp[2] == 0
		&& abs(w->sent_camp[1] - 2 * w->sent_camp[0]) < 20,
	    "1 : 2 while the third waits: %d %d", w->sent_camp[0],
	    w->sent_camp[1]);
	w_run(w, 12000);
	memcpy(before, w->sent_camp, sizeof(before));
	w_run(w, 40000);
	for (int i = 0; i < 3; i++)
		before[i] = w->sent_camp[i] - before[i];
	ok(abs(before[1] - 2 * before[0]) < 30
		&& abs(before[2] - 3 * before[0]) < 40,
	    "1 : 2 : 3 then; who waited has saved up no credit: %d %d %d",
	    before[0], before[1], before[2]);
	end(w, "share");
}

static void
test_concurrent(void)
{
	struct world *w = plain();

	w->profile[0].max_concurrent_calls = 7;
	contacts(w, 60, F_NO_ANSWER);
	w_start(w);
	w_run(w, 5000);
	ok(camp(w, 0)->concurrent == 7, "7 calls at once and no more");
	w_run(w, 30000);
	ok(w->sends >= 14, "and it goes on when they end");
	w->trunk[0].max_channels = 3;
	w_objects(w);
	w_run(w, 60000);
	ok(camp(w, 0)->concurrent == 3, "3 channels of the trunk");
	end(w, "concurrent");

	/* The profile changes while calls are armed. */
	w = plain();
	contacts(w, 300, F_NO_ANSWER);
	w_start(w);
	w_run(w, 2000);
	w->profile[0].max_concurrent_calls = 35;
	w_objects(w);
	w_run(w, 5000);
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
	contacts(w, 40, F_BUSY);
	/* 23:59:20 in New York */
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1439) + 20000;
	w_start(w);
	w_run(w, 20000);
	ok(w->sends == 15, "3 caller IDs, cap 5: %llu calls",
	    (unsigned long long)w->sends);
	ok(state_is(w, 0, "waiting", "cap of 5")
		&& strstr(w->board->campaigns[0].why, "nanp") != NULL
		&& strstr(w->board->campaigns[0].why, "25 contacts") != NULL,
	    "waiting, and why names the cap");
	ok(w->board->pools[0].capped_out == 3
		&& w->board->dids_capped_out == 3,
	    "all three are capped out");
	days = w->sends;
	w_run(w, 30000);
	ok(w->sends == days + 15, "a new day: 15 more");
	end(w, "cap");

	/* Calls armed before midnight leave after it, or not at all. */
	w = plain();
	w->country[0].did_daily_cap = 30;
	w->ndid = 1;
	contacts(w, 100, F_BUSY);
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1439) + 50000;
	w_start(w);
	w_run(w, 1000);
	w_cut(w, 0, true);
	w_run(w, 12000);
	w_link(w, 0);
	w_run(w, 10000);
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
	contacts(w, 200, F_BUSY);
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1439) + 57030;
	w_start(w);
	w_run(w, 8000);
	ok(w->use[0].sent > 0 && w->nuse > 20 && w->sends > 130,
	    "dialling goes on over midnight");
	end(w, "pace over midnight");

	/* Answers to yesterday's requests come today. */
	w = plain();
	w->db_ms = 1500;
	w->ndid = 2;
	contacts(w, 300, F_BUSY);
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1439) + 50000;
	w_start(w);
	while (w->now.wall_ms
	    < tz_begin_ms(tz_get(NY), 2026, 11, 21, 0) + 3000) {
		/* Some are found on the list when they are armed. */
		for (int i = 0; i < w->ncontact; i++)
			if (w->contact[i].state == W_CLAIMED
			    && rng_below(&w->r, 100) == 0)
				w_dnc_add(w, w->contact[i].number, false);
		w_run(w, 50);
	}
	w->db_ms = 2;
	w_run(w, 25000);
	w_publish(w);
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
	contacts(w, 4000, F_BUSY);
	/* Friday, 19:59:00; ringing 20 s must end before 20:00:00 */
	w->now.wall_ms = tz_begin_ms(tz_get(NY), 2026, 11, 20, 1199);
	w_start(w);
	w_run(w, 70000);
	ok(w->sends > 900, "%llu calls before the hours end",
	    (unsigned long long)w->sends);
	ok(state_is(w, 0, "waiting", "outside calling hours")
		&& w->board->campaigns[0].opens_ms == opens
		&& w->board->countries[0].opens_ms == opens,
	    "waiting until Monday, 09:00");
	ok(camp(w, 0)->armed == 0 && w_count(w, W_CLAIMED) == 0,
	    "nothing is kept armed meanwhile");
	w->now.wall_ms = opens - 3000;
	w_run(w, 10000);
	ok(state_is(w, 0, "running", "") && w->total.most == 30,
	    "it opens on time");
	end(w, "window");

	w = plain();
	contacts(w, 10, F_BUSY);
	str_copy(w->contact[0].zone, MODEL_ZONE, "");
	str_copy(w->contact[1].zone, MODEL_ZONE, "Mars/Base");
	w_start(w);
	w_run(w, 8000);
	ok(w->sends == 8, "who has no known zone is not called");
	ok(state_is(w, 0, "waiting", "time zone not known"), "and why says so");
	end(w, "zone");
}

static void
test_gates(void)
{
	struct world *w = plain();

	w->country[0].consent_required = true;
	contacts(w, 20, F_BUSY);
	w_start(w);
	w_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "consent"), "consent");
	w->camp[0].consented = true;
	w_objects(w);
	w_run(w, 5000);
	ok(w->sends == 20, "given");
	end(w, "consent");

	/* It is wanted from now on: what is armed does not leave. */
	w = plain();
	w->sw[0].max_cps = 2;
	contacts(w, 200, F_BUSY);
	w_start(w);
	w_run(w, 5000);
	ok(camp(w, 0)->ready > 0 && camp(w, 0)->armed > 0, "some are ready");
	w->country[0].consent_required = true;
	w_objects(w);
	w_run(w, 5000);
	ok(state_is(w, 0, "waiting", "consent"), "consent wanted later");
	end(w, "consent later");

	w = plain();
	w->ndid = 0;
	contacts(w, 20, F_BUSY);
	w_start(w);
	w_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "no caller IDs for usa"),
	    "no caller IDs");
	w_add_dids(w, 0, 1);
	w->did[0].blocked = w->now.wall_ms + 5000;
	w_objects(w);
	w_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "blocked"),
	    "the only one is blocked");
	w_run(w, 10000);
	ok(w->sends == 20, "until its time");
	end(w, "caller IDs");

	w = plain();
	str_copy(w->context[0].country, 32, "elsewhere");
	contacts(w, 20, F_BUSY);
	w_start(w);
	w_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "DTMF context"),
	    "no context");
	end(w, "context");

	w = plain();
	w->trunk[0].enabled = false;
	contacts(w, 20, F_BUSY);
	w_start(w);
	w_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "trunk"),
	    "its trunk is disabled");
	end(w, "trunk");

	w = plain();
	contacts(w, 20, F_BUSY);
	w_start(w);
	w->spool_ok = false;
	engine_spool(w->e, false, 0);
	w_run(w, 3000);
	ok(w->sends == 0 && state_is(w, 0, "waiting", "spool"), "no spool");
	w->spool_ok = true;
	engine_spool(w->e, true, 0);
	w_run(w, 5000);
	ok(w->sends == 20, "and back");
	end(w, "spool");
}

static void
test_retry(void)
{
	struct world *w = plain();

	w->camp[0].max_attempts = 3;
	w->camp[0].retry[DISP_BUSY] = 60;
	contacts(w, 5, F_BUSY);
	w_start(w);
	w_run(w, 20000);
	ok(w->sends == 5 && state_is(w, 0, "waiting", "next attempt")
		&& w->board->campaigns[0].opens_ms > w->now.wall_ms
		&& w->board->campaigns[0].opens_ms
		    < w->now.wall_ms + 60000,
	    "they rest, and why says until when");
	w_run(w, 150000);
	ok(w->sends == 15 && w_count(w, W_EXHAUSTED) == 5
		&& state_is(w, 0, "finished", ""),
	    "three attempts each");
	end(w, "retry");
}

/* ---- do-not-call ------------------------------------------------------ */

static void
test_dnc(void)
{
	struct world *w = plain();
	int armed = 0;

	w->sw[0].max_cps = 1;
	contacts(w, 30, F_BUSY);
	w_start(w);
	w_run(w, 5000);
	/* Between arm and dial: those that are armed go on the list. */
	for (size_t i = 0; i < w->ncall; i++)
		if (!w->call[i]->dialled && !w->call[i]->deleted) {
			w_dnc_add(w, w->contact[w->call[i]->contact].number,
			    true);
			armed++;
		}
	engine_dnc_changed(w->e);
	w_run(w, 60000);
	ok(armed > 0 && w_count(w, W_DNC) == armed
		&& w->sends == 30 - (uint64_t)armed,
	    "%d armed ones were put on do-not-call and not dialled", armed);
	end(w, "dnc");

	/* The test takes a while; a second change comes meanwhile. */
	w = plain();
	w->db_ms = 400;
	contacts(w, 200, F_BUSY);
	w_start(w);
	w_run(w, 5000);
	for (int i = 0; i < 40; i++) {
		for (size_t k = 0; k < w->ncall; k++)
			if (!w->call[k]->dialled && !w->call[k]->deleted
			    && rng_below(&w->r, 4) == 0)
				w_dnc_add(w,
				    w->contact[w->call[k]->contact].number,
				    true);
		engine_dnc_changed(w->e);
		w_run(w, 20 + (int64_t)rng_below(&w->r, 700));
	}
	w_run(w, 60000);
	ok(w_count(w, W_DNC) > 20
		&& w_count(w, W_EXHAUSTED) + w_count(w, W_DNC) == 200
		&& w->sends == 200 - (uint64_t)w_count(w, W_DNC),
	    "changes while a test is under way: %d, none dialled",
	    w_count(w, W_DNC));
	end(w, "dnc twice");

	/* Armed before the change, and the answer comes after the question. */
	for (int i = 0; i < 60; i++) {
		w = plain();
		w->db_ms = 200;
		w->sw[0].max_cps = 5;
		contacts(w, 60, F_BUSY);
		w_start(w);
		w_run(w, 2500 + i * 30);
		for (size_t k = 0; k < w->ncall; k++)
			if (!w->call[k]->dialled && !w->call[k]->deleted)
				w_dnc_add(w,
				    w->contact[w->call[k]->contact].number,
				    true);
		engine_dnc_changed(w->e);
		w_run(w, 8000);
		if (w->err[0] != '\0' || i == 59) {
			end(w, "dnc while arming");
			break;
		}
		w_free(w);
	}

	/* The numbers themselves, from the command. */
	w = plain();
	w->sw[0].max_cps = 1;
	contacts(w, 10, F_BUSY);
	w_start(w);
	w_run(w, 3000);
	for (int i = 0; i < 10; i++)
		if (w->contact[i].sent == 0) {
			w_dnc_add(w, w->contact[i].number, true);
			engine_dnc(w->e, w->contact[i].number);
		}
	w_run(w, 20000);
	ok(w->sends < 5, "told by number: %llu calls",
	    (unsigned long long)w->sends);
	end(w, "dnc by number");
}

static void
test_optout(void)
{
	struct world *w = plain();
	struct w_contact *k;

	/* The same person stands in two campaigns. */
	w_add_campaign(w, 30, 500);
	w_add_contact(w, 0, 0, NY, F_OPT_OUT);
	k = w_add_contact(w, 1, 0, NY, F_BUSY);
	str_copy(k->number, MODEL_E164, w->contact[0].number);
	k->due_ms = w->now.wall_ms + 4000;
	str_copy(w->camp[1].state, 16, "running");
	w->trunk[0].max_cps = 0.1;
	w_start(w);
	w_run(w, 5000);
	ok(w->sends == 1 && w->ncall == 2, "the second call is armed");
	w_run(w, 30000);
	ok(w->sends == 1 && w_ended(w, DISP_OPTED_OUT) == 1
		&& k->state == W_DNC,
	    "opted out: the other call to that number does not leave");
	end(w, "optout");
}

/* ---- the database goes away ------------------------------------------- */

static void
test_db(void)
{
	struct world *w = plain();
	uint64_t sent;
	uint32_t armed;

	contacts(w, 400, F_BUSY);
	w_start(w);
	w_run(w, 4000);
	w_publish(w);
	armed = w->board->campaigns[0].armed;
	sent = w->sends;
	w_db_down(w);
	w_run(w, 5000);
	ok(w->sends == sent && state_is(w, 0, "waiting", "database is away"),
	    "database away: nothing leaves");
	w_publish(w);
	ok(camp(w, 0)->ready == 0 && w->board->armed > 0
		&& w->board->armed <= armed,
	    "ready ones are dropped, armed ones kept (%u)", w->board->armed);
	ok(w_ended(w, DISP_BUSY) < (int)sent, "outcomes wait in the journal");
	w_db_back(w);
	w_run(w, 30000);
	ok(w->sends == 400 && w_ended(w, DISP_BUSY) == 400,
	    "back: everybody was called, once");
	end(w, "database");

	/* Cut at every moment of an arm request. */
	for (int ms = 0; ms < 60; ms += 3) {
		w = plain();
		w->db_ms = 40;
		contacts(w, 90, F_BUSY);
		w_start(w);
		w_run(w, 1700 + ms);
		w_db_down(w);
		w_run(w, 300);
		w_db_back(w);
		w_run(w, 20000);
		if (w->sends != 90 || w_ended(w, DISP_BUSY) != 90
		    || uses_sum(w) != 90)
			w_fail(w, "%llu calls, %u uses",
			    (unsigned long long)w->sends, uses_sum(w));
		if (w->err[0] != '\0' || ms == 57)
			end(w, "an arm answer is lost");
		else
			w_free(w);
	}
}

/* ---- switches --------------------------------------------------------- */

static void
test_link(void)
{
	struct world *w = plain();
	uint64_t sent;
	int alive = 0;

	contacts(w, 60, F_NO_ANSWER);
	w_start(w);
	w_run(w, 2500);
	w_cut(w, 0, true);
	sent = w->sends;
	w_run(w, 5000);
	ok(w->sends == sent && state_is(w, 0, "waiting", "no switch"),
	    "link cut: nothing leaves over it");
	ok(w->board->concurrent == sent && w_ended(w, DISP_LOST) == 0,
	    "its calls are unknown, not ended");
	w_link(w, 0);
	w_run(w, 3000);
	for (size_t i = 0; i < w->ncall; i++)
		alive += w->call[i]->alive;
	ok(alive > 30 && w_ended(w, DISP_LOST) == 0,
	    "asked: %d live and are tracked on", alive);
	w_run(w, 40000);
	ok(w->sends == 60 && w_ended(w, DISP_NO_ANSWER) == 60,
	    "and end as they ended");
	end(w, "link");

	/* A channel that is not there yet when the switch is asked. */
	w = plain();
	w->busy_ms = 900;
	contacts(w, 60, F_NO_ANSWER);
	w_start(w);
	w_run(w, 2500);
	w_cut(w, 0, true);
	w_run(w, 5);
	w_link(w, 0);
	w_run(w, 4000);
	ok(w->sends > 20 && w_ended(w, DISP_LOST) == 0,
	    "a young call is asked for once more, not lost at once");
	w_run(w, 40000);
	end(w, "young calls");

	w = plain();
	contacts(w, 60, F_NO_ANSWER);
	w_start(w);
	w_run(w, 2500);
	sent = w->sends;
	w_switch_restart(w, 0);
	w_run(w, 1000);
	w_link(w, 0);
	w_run(w, 3000);
	ok(w_ended(w, DISP_LOST) == (int)sent,
	    "the switch has restarted: %d are lost",
	    w_ended(w, DISP_LOST));
	w_run(w, 40000);
	ok(w->sends == 60 && w_ended(w, DISP_NO_ANSWER) == 60 - (int)sent,
	    "the others are called");
	end(w, "switch restart");
}

/* Missing in the list, and yet its end comes: the truth replaces lost. */
static void
test_late_truth(void)
{
	struct world *w = plain();
	struct engine_event ev = { .type = EV_HANGUP, .cause = 17,
		.sip_code = 486 };
	struct w_call *c;

	contacts(w, 1, F_BUSY);
	w_start(w);
	w->drop = 1;
	w_run(w, 1900);
	c = w->call[0];
	ok(w->sends == 1, "a call of which nothing is heard");
	w_run(w, 45000);
	ok(w_ended(w, DISP_LOST) == 1 && c->rank == 20, "is lost in the end");
	ev.id = c->text;
	engine_event(w->e, 0, &ev, &w->now);
	w_run(w, 1000);
	ok(w_ended(w, DISP_BUSY) == 1 && c->rank == 21,
	    "until the switch tells");
	ok(camp(w, 0)->n.ended == 1 && w->board->n.failed == 1
		&& w->board->n.ner_good == 1,
	    "and the counters know it");
	engine_event(w->e, 0, &ev, &w->now);
	w_run(w, 1000);
	ok(c->ends == 2, "once");
	end(w, "late truth");

	/* A late answer moves it from failed to answered. */
	w = plain();
	contacts(w, 1, F_CONNECTED);
	w_start(w);
	w->drop = 1;
	w_run(w, 40000);
	ok(w_ended(w, DISP_LOST) == 1 && camp(w, 0)->n.failed == 1, "lost");
	c = w->call[0];
	for (int i = 0; i < c->nstep; i++) {
		ev = c->step[i].ev;
		ev.id = c->text;
		engine_event(w->e, 0, &ev, &w->now);
	}
	w_run(w, 1000);
	ok(w_ended(w, DISP_CONNECTED) == 1 && camp(w, 0)->n.connected == 1
		&& camp(w, 0)->n.failed == 0 && camp(w, 0)->n.answered == 1,
	    "connected after all, counted as that");
	end(w, "late answer");
}

static void
test_mute_failure(void)
{
	struct world *w = plain();
	int64_t from;

	contacts(w, 1, F_INSTANT);
	w_start(w);
	while (w->sends == 0 && w->now.mono_ns < 1010 * NS_PER_S)
		w_turn(w, 5 * NS_PER_MS);
	from = w->now.mono_ns;
	while (w_ended(w, DISP_FAILED) == 0
	    && w->now.mono_ns < from + 60 * NS_PER_S)
		w_turn(w, 5 * NS_PER_MS);
	ok(w_ended(w, DISP_FAILED) == 1
		&& w->now.mono_ns - from < 20 * NS_PER_S,
	    "a failure without a hangup ends after %.1f s",
	    (double)(w->now.mono_ns - from) / 1e9);
	end(w, "failure without hangup");
}

static void
test_rest(void)
{
	struct world *w = plain();
	uint64_t sent;

	contacts(w, 300, F_BUSY);
	w->dead_trunk[0] = true;
	w_start(w);
	w_run(w, 4000);
	sent = w->sends;
	ok(sent < 120, "a dead trunk: %llu calls", (unsigned long long)sent);
	w_run(w, 2000);
	ok(w->sends == sent && state_is(w, 0, "waiting", "resting"),
	    "then it rests");
	w->dead_trunk[0] = false;
	w_run(w, 30000);
	ok(w->sends > sent + 100, "and is tried again");
	end(w, "rest");

	/* The other trunk takes over. */
	w = plain();
	w->ncamp = 0;
	w_add_trunk(w, 0, 30, 500)->priority = 2;
	w_add_campaign(w, 30, 500);
	contacts(w, 300, F_BUSY);
	w->dead_trunk[0] = true;
	w_start(w);
	w_run(w, 30000);
	ok(w->by_trunk[1].n > 180, "the backup takes %zu calls",
	    w->by_trunk[1].n);
	end(w, "backup");
}

static void
test_contact_status(void)
{
	struct world *w = plain();

	contacts(w, 200, F_BUSY);
	w_start(w);
	w_run(w, 2000);
	engine_trunk_contact(w->e, 0, "peer1", false, &w->now);
	w_run(w, 2000);
	ok(state_is(w, 0, "waiting", "unreachable"),
	    "the switch says the peer is unreachable");
	/* It becomes reachable while nobody listens. */
	w_cut(w, 0, true);
	w_run(w, 2000);
	w_link(w, 0);
	w_run(w, 20000);
	ok(w->sends == 200, "after a reconnect it is tried again");
	end(w, "contact status");
}

/* A call goes back to the switch it went over, whatever the file says now. */
static void
test_moved_trunk(void)
{
	struct world *w = w_new(1);

	w_add_switch(w, 30, 20);
	w_add_switch(w, 30, 20);
	w_add_trunk(w, 0, 30, 500);
	w_add_country(w, "usa", "nanp", 0);
	w_add_dids(w, 0, 20);
	w_add_campaign(w, 30, 500);
	contacts(w, 100, F_BUSY);
	w_start(w);
	w_run(w, 1800);
	ok(w_in_flight(w, -1, -1, 0, -1) > 5, "calls over the first switch");
	str_copy(w->trunk[0].switch_name, 32, "pbx2");
	w_objects(w);
	w_run(w, 20000);
	w_publish(w);
	ok(w->sends == 100 && w->board->switches[0].concurrent == 0
		&& w->board->switches[1].concurrent == 0,
	    "the trunk hangs on the second one now, and all are called");
	end(w, "moved trunk");
}

static void
test_not_sent(void)
{
	struct world *w = plain();
	struct call *v[W_BATCH];
	int64_t wake;
	size_t n = 0;

	contacts(w, 20, F_BUSY);
	w_start(w);
	for (int i = 0; i < 2000 && n == 0; i++) {
		w_turn(w, NS_PER_MS);
		w->now.mono_ns += NS_PER_MS;
		n = engine_dial(w->e, v, 1, &w->now, &wake);
	}
	ok(n == 1, "a call is to leave");
	w->unsent = 1;
	engine_not_sent(w->e, v[0], "line over 1024 bytes", &w->now);
	w_run(w, 20000);
	ok(w->sends == 20 && w_ended(w, DISP_BUSY) == 20
		&& uses_sum(w) == 20,
	    "it did not, and is called later as if it had not been armed");
	end(w, "not sent");
}

/* ---- restart ---------------------------------------------------------- */

/* The switch was asked before the database told of open calls. */
static void
late_load(bool gone)
{
	struct world *w = plain();
	int sent;

	contacts(w, 40, F_NO_ANSWER);
	w_start(w);
	w_run(w, 2200);
	w_crash(w);
	sent = (int)w->sends;
	if (gone)
		w_switch_restart(w, 0);
	w->db_up = false;
	w_start(w);
	w_run(w, 3000);
	w_db_back(w);
	w_counted(w);
	w_publish(w);
	ok((int)w->board->concurrent == sent, "open calls come late: %d",
	    sent);
	w_run(w, 40000);
	ok(w_ended(w, DISP_LOST) == (gone ? sent : 0)
		&& w_ended(w, DISP_NO_ANSWER) == 40 - (gone ? sent : 0),
	    "they are asked for, too: %s",
	    gone ? "lost" : "tracked to their end");
	end(w, "late load");
}

static void
test_restart(void)
{
	struct world *w = plain();
	uint64_t sent;

	contacts(w, 200, F_NO_ANSWER);
	w_start(w);
	w_run(w, 4000);
	w_crash(w);
	sent = w->sends;
	w_run(w, 5);
	w_start(w);
	w_publish(w);
	ok(w->board->concurrent == sent, "restarted: %llu calls are taken over",
	    (unsigned long long)sent);
	w_run(w, 60000);
	ok(w->sends == 200 && w_ended(w, DISP_NO_ANSWER) == 200,
	    "none was dialled twice, all end as they ended (%d)",
	    w_ended(w, DISP_NO_ANSWER));
	ok(w->total.most <= 30, "also not in the second of the restart");
	end(w, "restart");

	late_load(false);
	late_load(true);
	/* Right behind a call. */
	w = plain();
	w->sw[0].max_cps = 1;
	contacts(w, 20, F_BUSY);
	w_start(w);
	while (w->sends < 3 && w->err[0] == '\0')
		w_turn(w, 5 * NS_PER_MS);
	w_crash(w);
	w_start(w);
	w_run(w, 5000);
	ok(w->sends > 5 && w->by_sw[0].most == 1,
	    "one a second, also over a restart");
	end(w, "pace over a restart");

	/* The trunk of an open call is not known any more. */
	w = w_new(1);
	w_add_switch(w, 30, 500);
	w_add_switch(w, 30, 500);
	w_add_trunk(w, 0, 30, 500);
	w_add_trunk(w, 1, 30, 500);
	w_add_country(w, "usa", "nanp", 0);
	w_add_dids(w, 0, 20);
	w_add_campaign(w, 30, 500);
	contacts(w, 40, F_NO_ANSWER);
	w_start(w);
	w_run(w, 2200);
	w_crash(w);
	w_run(w, 1000);
	str_copy(w->trunk[0].name, MODEL_NAME, "renamed1");
	str_copy(w->trunk[1].name, MODEL_NAME, "renamed2");
	for (size_t i = 0; i < w->ncall; i++)
		w->call[i]->trunk = -1;
	w->blind = true;
	w_start(w);
	w_run(w, 2000);
	ok(w_ended(w, DISP_LOST) == 0,
	    "nobody is lost because the other switch does not know it (%d)",
	    w_ended(w, DISP_LOST));
	w_run(w, 40000);
	ok(w_ended(w, DISP_NO_ANSWER) >= (int)w->by_trunk[0].n,
	    "they end as they ended");
	w_publish(w);
	ok(w->board->concurrent == 0, "and none stays for ever");
	end(w, "renamed trunks");
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
	test_dnc();
	test_optout();
	test_db();
	test_link();
	test_late_truth();
	test_mute_failure();
	test_rest();
	test_contact_status();
	test_moved_trunk();
	test_not_sent();
	test_restart();
	return done_testing();
}
