/* SPDX-License-Identifier: MIT */
/*
 * Worlds in which a carrier dies: the only one, and the brake must hold and
 * let go; or one of two, and everybody must be reached all the same.
 */
#ifndef ENGINE_WORLD_TRUNK_H
#define ENGINE_WORLD_TRUNK_H

#include "engine_world_random.h"

static inline bool
engaged(struct world *w)
{
	world_publish(w);
	return strcmp(w->board->campaigns[0].brake.state, "released") != 0 ||
	       strcmp(w->board->trunks[0].brake.state, "released") != 0;
}

static inline bool
released(struct world *w)
{
	return !engaged(w);
}

/*
 * One trunk and the default profile: within 80 calls that ended the brake
 * holds; back to life, it lets go.
 */
static inline void
brake_world(struct world *w)
{
	static const uint8_t ways[] = { FAR_TRUNK, FAR_INSTANT };
	int64_t end;
	struct m_profile *p;
	int n = 0;

	world_add_switch(w, 40, 1000);
	world_add_trunk(w, 0, 40, 1000);
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 30, 500)->max_attempts = 9;
	p = &w->profile[0];
	p->initial_cps = 5;
	p->auto_adjust_cps = true;
	for (int i = 0; i < DISP_NKIND; i++)
		w->camp[0].retry[i] = 30;
	for (int i = 0; i < 1500; i++)
		world_add_contact(w, 0, 0, "America/New_York", -1);
	world_start(w);
	world_run(w, between(w, 3, 60) * MS_PER_S);
	w->peer[0].dead = true;
	w->peer[0].dead_as = (enum world_fate)PICK(w, ways);
	end = w->now.mono_ns + 900 * NS_PER_S;
	while (!engaged(w) && w->now.mono_ns < end && w->err[0] == '\0') {
		n = judge(w)->bad_run;
		world_turn(w, 20 * NS_PER_MS);
	}
	if (n > 80)
		world_fail(
		    w, "the brake engages after %d bad calls in a row", n);
	if (w->now.mono_ns >= end)
		world_fail(w, "the brake never engages: %d bad calls", n);
	world_run(w, between(w, 0, 100) * MS_PER_S);
	w->peer[0].dead = false;
	end = w->now.mono_ns + 900 * NS_PER_S;
	while (!released(w) && w->now.mono_ns < end && w->err[0] == '\0')
		world_turn(w, 100 * NS_PER_MS);
	if (w->now.mono_ns >= end)
		world_fail(w, "the brake never lets go");
	n = (int)w->sends;
	world_run(w, 30 * MS_PER_S);
	if ((int)w->sends < n + 20)
		world_fail(
		    w, "released, and %d calls in 30 s", (int)w->sends - n);
}

/*
 * Two trunks, one of them dead: everybody is reached over the other one, with
 * the only attempt there is.
 */
static inline void
failover_world(struct world *w)
{
	static const uint8_t ways[] = { FAR_TRUNK, FAR_INSTANT, FAR_CONGESTION,
		FAR_ROUTE, FAR_REFUSED };
	int dead = (int)rng_below(&w->r, 2), n = (int)between(w, 5, 60);
	int64_t end;

	world_add_switch(w, 40, 1000);
	for (int i = 0; i < 2; i++) {
		struct m_trunk *t = world_add_trunk(w, 0, 20, 1000);

		t->weight = between(w, 1, 5);
		t->priority = between(w, 1, 2);
	}
	world_add_country(w, "usa", "nanp", 0)->number_cap =
	    rng_below(&w->r, 2) == 0 ? 1 : 0;
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 20, 500);
	for (int i = 0; i < n; i++)
		world_add_contact(w, 0, 0, "America/New_York", FAR_NO_KEY);
	w->peer[dead].dead = true;
	w->peer[dead].dead_as = (enum world_fate)PICK(w, ways);
	world_start(w);
	end = w->now.mono_ns + 900 * NS_PER_S;
	while (judge_contacts(w, WORLD_DONE) < n && w->now.mono_ns < end &&
	       w->err[0] == '\0')
		world_turn(w, 50 * NS_PER_MS);
	if (judge_contacts(w, WORLD_DONE) < n ||
	    judge_ended(w, DISP_ANSWERED_NO_KEY) != n)
		world_fail(w, "trunk %d is dead (%d): %d of %d are reached",
		    dead + 1, w->peer[dead].dead_as,
		    judge_ended(w, DISP_ANSWERED_NO_KEY), n);
	for (uint32_t i = 0; i < w->ncontact; i++)
		if (w->contact[i].attempts - w->contact[i].uncounted != 1)
			world_fail(w, "%s: %d attempts count",
			    world_e164(w, &w->contact[i]),
			    w->contact[i].attempts - w->contact[i].uncounted);
}

#endif
