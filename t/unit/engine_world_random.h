/* SPDX-License-Identifier: MIT */
/*
 * A random world: campaigns, trunks, caller IDs, caps and hours at random, and
 * what happens to it.  Each kind of trouble can be left out without the rest
 * becoming another world: it is drawn and then not done.
 */
#ifndef ENGINE_WORLD_RANDOM_H
#define ENGINE_WORLD_RANDOM_H

#include "engine_world.h"

#define TROUBLES(X)                                                            \
	X(LINK, "link")                                                        \
	X(RESTART, "restart")                                                  \
	X(DB, "db")                                                            \
	X(SLOW, "slow")                                                        \
	X(REFUSE, "refuse")                                                    \
	X(CRASH, "crash")                                                      \
	X(CAMPAIGN, "campaign")                                                \
	X(PACE, "pace")                                                        \
	X(DNC, "dnc")                                                          \
	X(FILES, "files")                                                      \
	X(DEAD, "dead")                                                        \
	X(SPOOL, "spool")                                                      \
	X(CLOCK, "clock")                                                      \
	X(DROP, "drop")                                                        \
	X(DUP, "dup")                                                          \
	X(LATE, "late")                                                        \
	X(LAG, "lag")                                                          \
	X(FULL, "full")                                                        \
	X(NUMCAP, "numcap")                                                    \
	X(HOURS, "hours")                                                      \
	X(STALL, "stall")
enum trouble {
#define TROUBLE(n, w) T_##n,
	TROUBLES(TROUBLE)
#undef TROUBLE
	    T_N
};
static const char *const trouble_words[T_N] = {
#define TROUBLE(n, w) [T_##n] = w,
	TROUBLES(TROUBLE)
#undef TROUBLE
};

struct dice { /* what a world is made from */
	uint64_t seed;
	unsigned off; /* bit per trouble that is left out */
	int contacts, campaigns, dids, seconds; /* at most; 0: as drawn */
	bool trace;
	bool moves; /* its trunks move to other switches */
};

static inline bool
has(const struct dice *d, enum trouble t)
{
	return (d->off >> t & 1) == 0;
}

static inline int64_t
between(struct world *w, int64_t lo, int64_t hi)
{
	return lo + (int64_t)rng_below(&w->r, (uint64_t)(hi - lo + 1));
}

static inline int64_t
at_most(int64_t n, int limit)
{
	return limit > 0 ? MINIMUM(n, limit) : n;
}

#define PICK(w, a) ((a)[rng_below(&(w)->r, nitems(a))])

/* ---- a world ---------------------------------------------------------- */

static const char *const usa[] = { "America/New_York",
	"America/Chicago,America/New_York", "America/Los_Angeles",
	"America/Phoenix", "Mars/Base" };
static const char *const canada[] = { "America/Toronto", "America/St_Johns",
	"America/Halifax" };
static const char *const mexico[] = { "America/Mexico_City",
	"America/Tijuana,America/Mexico_City" };
static const char *const brazil[] = { "America/Sao_Paulo", "America/Manaus",
	"America/Noronha" };

static inline const char *
zone_of(struct world *w, int country)
{
	switch (country) {
	case 0: /* one in fifty of no known zone */
		return usa[rng_below(&w->r, 50) == 0 ? 4 : rng_below(&w->r, 4)];
	case 1:
		return PICK(w, canada);
	case 2:
		return PICK(w, mexico);
	}
	return PICK(w, brazil);
}

static inline void
make_routes(struct world *w)
{
	static const double cps[] = { 0.5, 1, 2.5, 5, 10, 12.5, 30, 40 };

	for (int64_t n = between(w, 1, 2); n > 0; n--)
		world_add_switch(w, rng_below(&w->r, 3) ? 40 : PICK(w, cps) + 1,
		    (int)between(w, 5, 200));
	for (int64_t n = between(w, 1, 3); n > 0; n--) {
		struct m_trunk *t =
		    world_add_trunk(w, (int)rng_below(&w->r, (uint64_t)w->nsw),
			rng_below(&w->r, 3) ? 30 : PICK(w, cps),
			(int)between(w, 2, 100));

		t->weight = between(w, 1, 5);
		t->priority = between(w, 1, 2);
	}
}

static inline void
make_hours(struct world *w, const struct dice *d, struct m_country *k)
{
	static const char *const days[] = { "11-21", "2026-03-08", "11-20",
		"11-02 12-25" };
	bool narrow = rng_below(&w->r, 3) == 0, none = rng_below(&w->r, 2) == 0;
	bool feast = rng_below(&w->r, 8) == 0,
	     states = rng_below(&w->r, 4) == 0;
	const char *day = PICK(w, days);

	if (!has(d, T_HOURS))
		return;
	if (narrow) {
		str_copy(k->call_from, 8, "08:00");
		str_copy(k->call_to, 8, "21:00");
		if (none)
			str_copy(k->sunday, 12, "none");
	}
	if (feast)
		str_copy(k->holidays, sizeof(k->holidays), day);
	if (states)
		str_copy(k->states, sizeof(k->states), "FL 08:00-20:00");
}

static inline void
make_countries(struct world *w, const struct dice *d)
{
	static const char *const names[] = { "usa", "canada", "mexico",
		"brazil" };
	static const char *const zones[] = { "America/New_York",
		"America/Sao_Paulo", "UTC" };
	static const char *const rotations[] = { "least_used", "least_used",
		"weighted_score", "highest_score", "weighted_random" };
	static const char *const nears[] = { "none", "area", "state" };
	int n = (int)between(w, 2, 4), cap = (int)between(w, 0, 15);
	const char *zone = PICK(w, zones);
	bool early = rng_below(&w->r, 3) == 0;

	for (int i = 0; i < n; i++) {
		struct m_country *k =
		    world_add_country(w, names[i], i < 2 ? "nanp" : "",
			i < 2 ? cap : (int)between(w, 0, 1) * 20);
		int64_t number_cap = between(w, 1, 3);

		str_copy(k->cap_zone, sizeof(k->cap_zone), zone);
		if (early)
			str_copy(k->cap_reset, sizeof(k->cap_reset), "04:00");
		make_hours(w, d, k);
		k->consent_required = rng_below(&w->r, 15) == 0;
		if (rng_below(&w->r, 4) == 0 && has(d, T_NUMCAP))
			k->number_cap = number_cap;
		str_copy(k->rotation, sizeof(k->rotation), PICK(w, rotations));
		str_copy(k->near, sizeof(k->near), PICK(w, nears));
	}
	for (int64_t c = between(w, 1, 30); c > 0; c--) {
		int country = (int)rng_below(&w->r, (uint64_t)n);

		if (d->dids == 0 || (int)w->ndid < d->dids)
			world_add_dids(w, country, 1);
	}
}

static inline void
make_campaigns(struct world *w, const struct dice *d)
{
	static const double cps[] = { 0.8, 2, 5, 10, 20, 30 };
	static const char *const orders[] = { "due", "new_first",
		"retry_first" };
	int64_t all = at_most(between(w, 1, 4), d->campaigns);

	for (int64_t n = all; n > 0; n--) {
		struct m_campaign *c = world_add_campaign(
		    w, PICK(w, cps), (int)between(w, 3, 150));
		struct m_profile *p = &w->profile[w->ncamp - 1];

		p->auto_adjust_cps = rng_below(&w->r, 2);
		p->initial_cps = MINIMUM(p->max_cps, 5);
		p->brake_cooldown = between(w, 5, 30);
		c->weight = between(w, 1, 5);
		c->max_attempts = between(w, 1, 3);
		c->dial_timeout = between(w, 5, 30);
		c->consented = rng_below(&w->r, 2);
		str_copy(c->order, sizeof(c->order), PICK(w, orders));
		if (rng_below(&w->r, 5) == 0)
			str_copy(c->call_to, 8, "22:30");
		c->trunks.n = 0;
		for (int t = 0; t < w->ntrunk; t++)
			if (t == (int)(n % w->ntrunk) ||
			    rng_below(&w->r, 3) > 0)
				str_copy(c->trunks.v[c->trunks.n++], MODEL_NAME,
				    w->trunk[t].name);
		for (int i = 1; i < DISP_NKIND; i++)
			if (!disposition_final((enum disposition)i))
				c->retry[i] = between(w, 5, 60);
	}
}

static inline void
make_contacts(struct world *w, const struct dice *d)
{
	for (int64_t n = at_most(between(w, 20, 120), d->contacts); n > 0;
	     n--) {
		int k = (int)rng_below(&w->r, (uint64_t)w->ncountry);
		int c = (int)rng_below(&w->r, (uint64_t)w->ncamp);
		bool again = rng_below(&w->r, 20) == 0;
		char number[MODEL_E164];

		/* Some stand in several campaigns, some in Florida. */
		if (again && w->ncontact > 0) {
			const struct world_contact *o =
			    &w->contact[rng_below(&w->r, w->ncontact)];

			k = o->country;
			str_copy(number, sizeof(number), world_e164(w, o));
		} else if (k == 0 && rng_below(&w->r, 3) == 0)
			str_format(number, sizeof(number), "+1305666%04u",
			    w->ncontact);
		else
			str_format(number, sizeof(number), "+1%d55%07u", k + 2,
			    w->ncontact);
		world_add_number(w, c, k, zone_of(w, k), number);
	}
}

static inline struct world *
make_world(struct dice *d)
{
	/* New York before its clock changes, before midnight, at noon */
	static const struct {
		int month, day, minute;
	} starts[] = { { 3, 8, 115 }, { 11, 1, 55 }, { 11, 20, 1438 },
		{ 11, 20, 720 }, { 11, 21, 1318 }, { 3, 7, 1257 } };
	static const double odds[] = { 0, 0, 0.02, 0.2 };
	static const int slow[] = { 2, 2, 30, 300 };
	static const int lags[] = { 0, 0, 0, 0, 300, 1500, 6000 };
	struct world *w = judged_world(d->seed);
	size_t s = rng_below(&w->r, nitems(starts));
	double drop, dup, late;
	int db_ms, busy_ms, lag;

	w->now.wall_ms = tz_begin_ms(tz_get("America/New_York"), 2026,
			     starts[s].month, starts[s].day, starts[s].minute) +
			 (int64_t)rng_below(&w->r, 60000);
	make_routes(w);
	make_countries(w, d);
	make_campaigns(w, d);
	drop = PICK(w, odds);
	dup = PICK(w, odds);
	late = PICK(w, odds);
	db_ms = PICK(w, slow);
	busy_ms = PICK(w, slow);
	lag = PICK(w, lags);
	if (has(d, T_DROP))
		w->drop = drop;
	if (has(d, T_DUP))
		w->dup = dup;
	if (has(d, T_LATE))
		w->late = late;
	if (has(d, T_SLOW)) {
		w->db_ms = db_ms;
		w->busy_ms = busy_ms;
	}
	if (has(d, T_LAG))
		w->lag_ms = lag;
	if (rng_below(&w->r, 8) == 0 && has(d, T_REFUSE))
		w->db_refuses = 0.05;
	if (rng_below(&w->r, 4) == 0 && has(d, T_FULL)) {
		w->peer[0].channels = (int)between(w, 1, 20);
		w->peer[0].retry_after_s = (int)between(w, 0, 20);
	}
	d->moves = rng_below(&w->r, 4) == 0;
	judge(w)->trace = d->trace;
	make_contacts(w, d);
	return w;
}

/* ---- what happens to it ----------------------------------------------- */

static inline void
say(const struct world *w, const char *what)
{
	if (judge(w)->trace)
		printf("# %8.3f -- %s\n", (double)w->now.mono_ns / 1e9 - 1000,
		    what);
}

static inline void
link_fault(struct world *w, const struct dice *d)
{
	int sw = (int)rng_below(&w->r, (uint64_t)w->nsw);
	bool restart = rng_below(&w->r, 3) == 0, told = rng_below(&w->r, 2);
	int64_t back = between(w, 0, 6000) * NS_PER_MS;

	if (!w->link[sw] || !has(d, restart ? T_RESTART : T_LINK))
		return;
	say(w, restart ? "switch restarts" : "link cut");
	if (restart)
		world_switch_restart(w, sw);
	else
		world_cut(w, sw, told);
	world_link_at(w, sw, back);
}

static inline void
db_fault(struct world *w, const struct dice *d)
{
	int64_t back = between(w, 0, 8000) * NS_PER_MS;

	if (!w->db_up || !w->running || !has(d, T_DB))
		return;
	say(w, "database away");
	world_db_down(w);
	world_db_back_at(w, back);
}

static inline void
crash(struct world *w, const struct dice *d)
{
	int64_t back =
	    between(w, 0, rng_below(&w->r, 2) ? 10 : 3000) * NS_PER_MS;

	if (!w->running || d->moves || !has(d, T_CRASH))
		return;
	say(w, "kill -9");
	world_crash(w);
	world_start_at(w, back);
}

static inline void
campaign_command(struct world *w, const struct dice *d)
{
	static const char *const words[] = { "running", "running", "paused",
		"stopped" };
	int c = (int)rng_below(&w->r, (uint64_t)w->ncamp);
	const char *word = PICK(w, words);

	if (!has(d, T_CAMPAIGN))
		return;
	say(w, word);
	str_copy(w->camp[c].state, sizeof(w->camp[c].state), word);
	if (w->running)
		engine_campaign_state(w->e, w->camp[c].name, word, &w->now);
}

static inline void
pace_command(struct world *w, const struct dice *d)
{
	static const double cps[] = { 0, 0, 1, 3.5, 20 };
	struct judge *j = judge(w);
	bool brake = rng_below(&w->r, 2) == 0;
	double pin = PICK(w, cps);

	if (!w->running || !has(d, T_PACE))
		return;
	if (brake) {
		j->brake = !j->brake;
		say(w, j->brake ? "brake on" : "brake off");
		engine_brake(w->e, j->brake, "by hand", &w->now);
		return;
	}
	j->manual = pin;
	j->manual_ns = w->now.mono_ns;
	say(w, "manual CPS");
	engine_cps(w->e, pin);
}

static inline void
dnc_added(struct world *w, const struct dice *d)
{
	const char *number =
	    world_e164(w, &w->contact[rng_below(&w->r, w->ncontact)]);
	bool told = rng_below(&w->r, 2) == 0;
	int64_t later = between(w, 0, 300) * NS_PER_MS;

	if (!has(d, T_DNC))
		return;
	say(w, number);
	if (told && w->running) {
		world_dnc_add(w, number, true);
		engine_dnc(w->e, number);
		return;
	}
	world_dnc_add(w, number, false);
	world_dnc_note_at(w, later);
}

/* The carrier of that trunk dies, or is there again. */
static inline void
carrier_dies(struct world *w, const struct dice *d, int t)
{
	static const uint8_t ways[] = { FAR_INSTANT, FAR_TRUNK, FAR_REFUSED,
		FAR_CONGESTION, FAR_REJECTED };
	enum world_fate as = (enum world_fate)PICK(w, ways);

	if (!has(d, T_DEAD))
		return;
	w->peer[t].dead = !w->peer[t].dead;
	w->peer[t].dead_as = as;
	say(w, w->peer[t].dead ? "a carrier dies" : "a carrier lives again");
}

static inline void
new_files(struct world *w, const struct dice *d)
{
	int i = (int)rng_below(&w->r, (uint64_t)w->ntrunk);
	struct world_did *did = &w->did[rng_below(&w->r, w->ndid)];
	struct m_trunk *t = &w->trunk[i];
	double cps = (double)between(w, 1, 30);
	int64_t channels = between(w, 2, 60), until = between(w, 0, 60000);
	int sw = (int)rng_below(&w->r, (uint64_t)w->nsw);

	if (rng_below(&w->r, 5) == 0) {
		carrier_dies(w, d, i);
		return;
	}
	if (!has(d, T_FILES))
		return;
	switch (rng_below(&w->r, 4)) {
	case 0:
		t->enabled = !t->enabled;
		break;
	case 1:
		t->max_cps = cps;
		t->max_channels = channels;
		break;
	case 2: /* nobody could tell after a crash where its calls are */
		if (d->moves)
			str_copy(t->switch_name, sizeof(t->switch_name),
			    w->sw[sw].name);
		break;
	default:
		did->blocked = did->blocked != 0 ? 0
			       : until < 30000   ? INT64_MAX
						 : w->now.wall_ms + until;
	}
	if (w->running && w->loaded) {
		say(w, "files applied");
		world_objects(w);
	}
}

static inline void
small_fault(struct world *w, const struct dice *d)
{
	bool ahead = rng_below(&w->r, 2) == 0, reach = rng_below(&w->r, 2);
	int64_t ms = ahead ? between(w, 0, 7200000) : between(w, -3000, 3000);

	if (!w->running)
		return;
	switch (rng_below(&w->r, 3)) {
	case 0:
		if (!has(d, T_SPOOL))
			return;
		w->spool_ok = !w->spool_ok;
		say(w, w->spool_ok ? "spool good" : "spool full");
		engine_spool(w->e, w->spool_ok, 0);
		break;
	case 1:
		if (has(d, T_LINK))
			engine_trunk_contact(w->e, 0, "peer1", reach, &w->now);
		break;
	default:
		if (!has(d, T_CLOCK))
			return;
		say(w, "clock is set");
		w->now.wall_ms += ms;
	}
}

/* About one thing every two seconds. */
static inline void
something(struct world *w, const struct dice *d, int64_t ns)
{
	if (rng_unit(&w->r) > (double)ns / 2e9)
		return;
	switch (rng_below(&w->r, 14)) {
	case 0:
	case 1:
		link_fault(w, d);
		break;
	case 2:
		db_fault(w, d);
		break;
	case 3:
		crash(w, d);
		break;
	case 4:
	case 5:
		campaign_command(w, d);
		break;
	case 6:
		pace_command(w, d);
		break;
	case 7:
	case 8:
	case 9:
		dnc_added(w, d);
		break;
	case 10:
	case 11:
	case 12:
		new_files(w, d);
		break;
	default:
		small_fault(w, d);
	}
}

static inline void
wild(struct world *w, const struct dice *d)
{
	int64_t to =
	    w->now.mono_ns + at_most(between(w, 15, 60), d->seconds) * NS_PER_S;

	while (w->now.mono_ns < to && w->err[0] == '\0') {
		int64_t ns = between(w, NS_PER_MS, 100 * NS_PER_MS);
		int64_t stall = rng_below(&w->r, 400) == 0
				    ? between(w, 0, 3 * NS_PER_S)
				    : 0;

		if (has(d, T_STALL))
			ns += stall;
		something(w, d, ns);
		world_turn(w, ns);
	}
}

#endif
