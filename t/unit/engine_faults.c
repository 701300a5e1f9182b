/* SPDX-License-Identifier: MIT */
/*
 * The engine in bad times: numbers put on do-not-call under its hands, the
 * database away, links cut, switches and trunks gone, late truth, restarts.
 */
#include "engine/engine.h"

#include "engine_plain.h"

/* ---- do-not-call ------------------------------------------------------ */

static void
test_dnc(void)
{
	struct world *w = plain();
	int armed = 0;

	w->sw[0].max_cps = 1;
	contacts(w, 30, FAR_BUSY);
	world_start(w);
	world_run(w, 5000);
	/* Between arm and dial: those that are armed go on the list. */
	for (size_t i = 0; i < w->ncall; i++)
		if (!w->call[i]->dialled && !w->call[i]->deleted) {
			world_dnc_add(w,
			    world_e164(w, &w->contact[w->call[i]->contact]),
			    true);
			armed++;
		}
	engine_dnc_changed(w->e);
	world_run(w, 60000);
	ok(armed > 0 && judge_contacts(w, WORLD_DNC) == armed &&
		w->sends == 30 - (uint64_t)armed,
	    "%d armed ones were put on do-not-call and not dialled", armed);
	end(w, "dnc");

	/* The test takes a while; a second change comes meanwhile. */
	w = plain();
	w->db_ms = 400;
	contacts(w, 200, FAR_BUSY);
	world_start(w);
	world_run(w, 5000);
	for (int i = 0; i < 40; i++) {
		for (size_t k = 0; k < w->ncall; k++)
			if (!w->call[k]->dialled && !w->call[k]->deleted &&
			    rng_below(&w->r, 4) == 0)
				world_dnc_add(w,
				    world_e164(
					w, &w->contact[w->call[k]->contact]),
				    true);
		engine_dnc_changed(w->e);
		world_run(w, 20 + (int64_t)rng_below(&w->r, 700));
	}
	world_run(w, 60000);
	ok(judge_contacts(w, WORLD_DNC) > 20 &&
		judge_contacts(w, WORLD_EXHAUSTED) +
			judge_contacts(w, WORLD_DNC) ==
		    200 &&
		w->sends == 200 - (uint64_t)judge_contacts(w, WORLD_DNC),
	    "changes while a test is under way: %d, none dialled",
	    judge_contacts(w, WORLD_DNC));
	end(w, "dnc twice");

	/* Armed before the change, and the answer comes after the question. */
	for (int i = 0; i < 60; i++) {
		w = plain();
		w->db_ms = 200;
		w->sw[0].max_cps = 5;
		contacts(w, 60, FAR_BUSY);
		world_start(w);
		world_run(w, 2500 + i * 30);
		for (size_t k = 0; k < w->ncall; k++)
			if (!w->call[k]->dialled && !w->call[k]->deleted)
				world_dnc_add(w,
				    world_e164(
					w, &w->contact[w->call[k]->contact]),
				    true);
		engine_dnc_changed(w->e);
		world_run(w, 8000);
		if (w->err[0] != '\0' || i == 59) {
			end(w, "dnc while arming");
			break;
		}
		judged_free(w);
	}

	/* The numbers themselves, from the command. */
	w = plain();
	w->sw[0].max_cps = 1;
	contacts(w, 10, FAR_BUSY);
	world_start(w);
	world_run(w, 3000);
	for (int i = 0; i < 10; i++)
		if (w->contact[i].sent == 0) {
			world_dnc_add(w, world_e164(w, &w->contact[i]), true);
			engine_dnc(w->e, world_e164(w, &w->contact[i]));
		}
	world_run(w, 20000);
	ok(w->sends < 5, "told by number: %llu calls",
	    (unsigned long long)w->sends);
	end(w, "dnc by number");
}

static void
test_optout(void)
{
	struct world *w = plain();
	struct world_contact *k;

	/* The same person stands in two campaigns. */
	world_add_campaign(w, 30, 500);
	world_add_contact(w, 0, 0, NY, FAR_OPT_OUT);
	k = world_add_contact(w, 1, 0, NY, FAR_BUSY);
	world_same_number(w, 1, 0);
	k->due_ms = w->now.wall_ms + 4000;
	str_copy(w->camp[1].state, 16, "running");
	w->trunk[0].max_cps = 0.1;
	world_start(w);
	world_run(w, 5000);
	ok(w->sends == 1 && w->ncall == 2, "the second call is armed");
	world_run(w, 30000);
	ok(w->sends == 1 && judge_ended(w, DISP_OPTED_OUT) == 1 &&
		k->state == WORLD_DNC,
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

	contacts(w, 400, FAR_BUSY);
	world_start(w);
	world_run(w, 4000);
	world_publish(w);
	armed = w->board->campaigns[0].armed;
	sent = w->sends;
	world_db_down(w);
	world_run(w, 5000);
	ok(w->sends == sent && state_is(w, 0, "waiting", "database is away"),
	    "database away: nothing leaves");
	world_publish(w);
	ok(camp(w, 0)->ready == 0 && w->board->armed > 0 &&
		w->board->armed <= armed,
	    "ready ones are dropped, armed ones kept (%u)", w->board->armed);
	ok(judge_ended(w, DISP_BUSY) < (int)sent,
	    "outcomes wait in the journal");
	world_db_back(w);
	world_run(w, 30000);
	ok(w->sends == 400 && judge_ended(w, DISP_BUSY) == 400,
	    "back: everybody was called, once");
	end(w, "database");

	/* Cut at every moment of an arm request. */
	for (int ms = 0; ms < 60; ms += 3) {
		w = plain();
		w->db_ms = 40;
		contacts(w, 90, FAR_BUSY);
		world_start(w);
		world_run(w, 1700 + ms);
		world_db_down(w);
		world_run(w, 300);
		world_db_back(w);
		world_run(w, 20000);
		if (w->sends != 90 || judge_ended(w, DISP_BUSY) != 90 ||
		    uses_sum(w) != 90)
			world_fail(w, "%llu calls, %u uses",
			    (unsigned long long)w->sends, uses_sum(w));
		if (w->err[0] != '\0' || ms == 57)
			end(w, "an arm answer is lost");
		else
			judged_free(w);
	}
}

/* ---- switches --------------------------------------------------------- */

static void
test_link(void)
{
	struct world *w = plain();
	uint64_t sent;
	int alive = 0;

	contacts(w, 60, FAR_NO_ANSWER);
	world_start(w);
	world_run(w, 2500);
	world_cut(w, 0, true);
	sent = w->sends;
	world_run(w, 5000);
	ok(w->sends == sent && state_is(w, 0, "waiting", "is away"),
	    "link cut: nothing leaves over it");
	ok(w->board->concurrent == sent && judge_ended(w, DISP_LOST) == 0,
	    "its calls are unknown, not ended");
	world_link(w, 0);
	world_run(w, 3000);
	for (size_t i = 0; i < w->ncall; i++)
		alive += w->call[i]->alive;
	ok(alive > 30 && judge_ended(w, DISP_LOST) == 0,
	    "asked: %d live and are tracked on", alive);
	world_run(w, 40000);
	ok(w->sends == 60 && judge_ended(w, DISP_NO_ANSWER) == 60,
	    "and end as they ended");
	end(w, "link");

	/* A channel that is not there yet when the switch is asked. */
	w = plain();
	w->busy_ms = 900;
	contacts(w, 60, FAR_NO_ANSWER);
	world_start(w);
	world_run(w, 2500);
	world_cut(w, 0, true);
	world_run(w, 5);
	world_link(w, 0);
	world_run(w, 4000);
	ok(w->sends > 20 && judge_ended(w, DISP_LOST) == 0,
	    "a young call is asked for once more, not lost at once");
	world_run(w, 40000);
	end(w, "young calls");

	w = plain();
	contacts(w, 60, FAR_NO_ANSWER);
	world_start(w);
	world_run(w, 2500);
	sent = w->sends;
	world_switch_restart(w, 0);
	world_run(w, 1000);
	world_link(w, 0);
	world_run(w, 3000);
	ok(judge_ended(w, DISP_LOST) == (int)sent,
	    "the switch has restarted: %d are lost", judge_ended(w, DISP_LOST));
	world_run(w, 40000);
	ok(w->sends == 60 && judge_ended(w, DISP_NO_ANSWER) == 60 - (int)sent,
	    "the others are called");
	end(w, "switch restart");
}

/* Missing in the list, and yet its end comes: the truth replaces lost. */
static void
test_late_truth(void)
{
	struct world *w = plain();
	struct engine_event ev = {
		.type = EV_HANGUP, .cause = 17, .sip_code = 486
	};
	struct world_call *c;

	contacts(w, 1, FAR_BUSY);
	world_start(w);
	w->drop = 1;
	world_run(w, 1900);
	c = w->call[0];
	ok(w->sends == 1, "a call of which nothing is heard");
	world_run(w, 45000);
	ok(judge_ended(w, DISP_LOST) == 1 && c->rank == 20,
	    "is lost in the end");
	ev.id = c->text;
	engine_event(w->e, 0, &ev, &w->now);
	world_run(w, 1000);
	ok(judge_ended(w, DISP_BUSY) == 1 && c->rank == 21,
	    "until the switch tells");
	ok(camp(w, 0)->n.ended == 1 && w->board->n.failed == 1 &&
		w->board->n.ner_good == 1,
	    "and the counters know it");
	engine_event(w->e, 0, &ev, &w->now);
	world_run(w, 1000);
	ok(c->ends == 2, "once");
	end(w, "late truth");

	/* A late answer moves it from failed to answered. */
	w = plain();
	contacts(w, 1, FAR_CONNECTED);
	world_start(w);
	w->drop = 1;
	world_run(w, 40000);
	ok(judge_ended(w, DISP_LOST) == 1 && camp(w, 0)->n.failed == 1, "lost");
	c = w->call[0];
	for (int i = 0; i < c->nstep; i++)
		world_tell(w, c, &c->step[i], 0);
	world_run(w, 1000);
	ok(judge_ended(w, DISP_CONNECTED) == 1 &&
		camp(w, 0)->n.connected == 1 && camp(w, 0)->n.failed == 0 &&
		camp(w, 0)->n.answered == 1,
	    "connected after all, counted as that");
	end(w, "late answer");
}

static void
test_mute_failure(void)
{
	struct world *w = plain();
	int64_t from;

	contacts(w, 1, FAR_INSTANT);
	world_start(w);
	while (w->sends == 0 && w->now.mono_ns < 1010 * NS_PER_S)
		world_turn(w, 5 * NS_PER_MS);
	from = w->now.mono_ns;
	while (judge_ended(w, DISP_FAILED) == 0 &&
	       w->now.mono_ns < from + 60 * NS_PER_S)
		world_turn(w, 5 * NS_PER_MS);
	ok(judge_ended(w, DISP_FAILED) == 1 &&
		w->now.mono_ns - from < 20 * NS_PER_S,
	    "a failure without a hangup ends after %.1f s",
	    (double)(w->now.mono_ns - from) / 1e9);
	end(w, "failure without hangup");
}

static void
test_rest(void)
{
	struct world *w = plain();
	uint64_t sent;

	contacts(w, 300, FAR_BUSY);
	w->peer[0] =
	    (struct world_peer){ .dead = true, .dead_as = FAR_INSTANT };
	world_start(w);
	world_run(w, 4000);
	sent = w->sends;
	ok(sent < 120, "a dead trunk: %llu calls", (unsigned long long)sent);
	world_run(w, 2000);
	ok(w->sends == sent && state_is(w, 0, "waiting", "it rests"),
	    "then it rests");
	w->peer[0].dead = false;
	world_run(w, 30000);
	ok(w->sends > sent + 100, "and is tried again");
	end(w, "rest");

	/* The other trunk takes over. */
	w = plain();
	w->ncamp = 0;
	world_add_trunk(w, 0, 30, 500)->priority = 2;
	world_add_campaign(w, 30, 500);
	contacts(w, 300, FAR_BUSY);
	w->peer[0] =
	    (struct world_peer){ .dead = true, .dead_as = FAR_INSTANT };
	world_start(w);
	world_run(w, 30000);
	ok(judge(w)->by_trunk[1].n > 180, "the backup takes %zu calls",
	    judge(w)->by_trunk[1].n);
	end(w, "backup");
}

static void
test_contact_status(void)
{
	struct world *w = plain();

	contacts(w, 200, FAR_BUSY);
	world_start(w);
	world_run(w, 2000);
	engine_trunk_contact(w->e, 0, "peer1", false, &w->now);
	world_run(w, 2000);
	ok(state_is(w, 0, "waiting", "unreachable"),
	    "the switch says the peer is unreachable");
	/* It becomes reachable while nobody listens. */
	world_cut(w, 0, true);
	world_run(w, 2000);
	world_link(w, 0);
	world_run(w, 20000);
	ok(w->sends == 200, "after a reconnect it is tried again");
	end(w, "contact status");
}

/* A call goes back to the switch it went over, whatever the file says now. */
static void
test_moved_trunk(void)
{
	struct world *w = judged_world(1);

	world_add_switch(w, 30, 20);
	world_add_switch(w, 30, 20);
	world_add_trunk(w, 0, 30, 500);
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 30, 500);
	contacts(w, 100, FAR_BUSY);
	world_start(w);
	world_run(w, 1800);
	ok(judge_in_flight(w, -1, -1, 0, -1) > 5,
	    "calls over the first switch");
	str_copy(w->trunk[0].switch_name, 32, "pbx2");
	world_objects(w);
	world_run(w, 20000);
	world_publish(w);
	ok(w->sends == 100 && w->board->switches[0].concurrent == 0 &&
		w->board->switches[1].concurrent == 0,
	    "the trunk hangs on the second one now, and all are called");
	end(w, "moved trunk");
}

static void
test_not_sent(void)
{
	struct world *w = plain();
	struct call *v[64];
	int64_t wake;
	size_t n = 0;

	contacts(w, 20, FAR_BUSY);
	world_start(w);
	for (int i = 0; i < 2000 && n == 0; i++) {
		world_turn(w, NS_PER_MS);
		w->now.mono_ns += NS_PER_MS;
		n = engine_dial(w->e, v, 1, &w->now, &wake);
	}
	ok(n == 1, "a call is to leave");
	judge(w)->unsent = 1;
	engine_not_sent(w->e, v[0], "line over 1024 bytes", &w->now);
	world_run(w, 20000);
	ok(w->sends == 20 && judge_ended(w, DISP_BUSY) == 20 &&
		uses_sum(w) == 20,
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

	contacts(w, 40, FAR_NO_ANSWER);
	world_start(w);
	world_run(w, 2200);
	world_crash(w);
	sent = (int)w->sends;
	if (gone)
		world_switch_restart(w, 0);
	w->db_up = false;
	world_start(w);
	world_run(w, 3000);
	world_db_back(w);
	judge_counted(w);
	world_publish(w);
	ok((int)w->board->concurrent == sent, "open calls come late: %d", sent);
	world_run(w, 40000);
	ok(judge_ended(w, DISP_LOST) == (gone ? sent : 0) &&
		judge_ended(w, DISP_NO_ANSWER) == 40 - (gone ? sent : 0),
	    "they are asked for, too: %s",
	    gone ? "lost" : "tracked to their end");
	end(w, "late load");
}

static void
test_restart(void)
{
	struct world *w = plain();
	uint64_t sent;

	contacts(w, 200, FAR_NO_ANSWER);
	world_start(w);
	world_run(w, 4000);
	world_crash(w);
	sent = w->sends;
	world_run(w, 5);
	world_start(w);
	world_publish(w);
	ok(w->board->concurrent == sent, "restarted: %llu calls are taken over",
	    (unsigned long long)sent);
	world_run(w, 60000);
	ok(w->sends == 200 && judge_ended(w, DISP_NO_ANSWER) == 200,
	    "none was dialled twice, all end as they ended (%d)",
	    judge_ended(w, DISP_NO_ANSWER));
	ok(judge(w)->total.most <= 30, "also not in the second of the restart");
	end(w, "restart");

	late_load(false);
	late_load(true);
	/* Right behind a call. */
	w = plain();
	w->sw[0].max_cps = 1;
	contacts(w, 20, FAR_BUSY);
	world_start(w);
	while (w->sends < 3 && w->err[0] == '\0')
		world_turn(w, 5 * NS_PER_MS);
	world_crash(w);
	world_start(w);
	world_run(w, 5000);
	ok(w->sends > 5 && judge(w)->by_sw[0].most == 1,
	    "one a second, also over a restart");
	end(w, "pace over a restart");

	/* The trunk of an open call is not known any more. */
	w = judged_world(1);
	world_add_switch(w, 30, 500);
	world_add_switch(w, 30, 500);
	world_add_trunk(w, 0, 30, 500);
	world_add_trunk(w, 1, 30, 500);
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 30, 500);
	contacts(w, 40, FAR_NO_ANSWER);
	world_start(w);
	world_run(w, 2200);
	world_crash(w);
	world_run(w, 1000);
	str_copy(w->trunk[0].name, MODEL_NAME, "renamed1");
	str_copy(w->trunk[1].name, MODEL_NAME, "renamed2");
	for (size_t i = 0; i < w->ncall; i++)
		w->call[i]->trunk = -1;
	judge(w)->blind = true;
	world_start(w);
	world_run(w, 2000);
	ok(judge_ended(w, DISP_LOST) == 0,
	    "nobody is lost because the other switch does not know it (%d)",
	    judge_ended(w, DISP_LOST));
	world_run(w, 40000);
	ok(judge_ended(w, DISP_NO_ANSWER) >= (int)judge(w)->by_trunk[0].n,
	    "they end as they ended");
	world_publish(w);
	ok(w->board->concurrent == 0, "and none stays for ever");
	end(w, "renamed trunks");
}

int
main(void)
{
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
