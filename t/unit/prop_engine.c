/* SPDX-License-Identifier: MIT */
/*
 * Random worlds: random campaigns, trunks, caller IDs, caps and hours; the
 * database, the links, the switches and the engine itself fail at random,
 * people give commands.  In none of them may a promise be broken, and when
 * all is well again everybody is called who may be.
 *
 *   SIM_N=5000 prop_engine.t     more worlds
 *   PROP_SEED=42 prop_engine.t   this one, told in full
 */
#include <stdio.h>

#include "engine_world.h"
#include "tap.h"

#define WORLDS 300
#define DAYS   4 /* run out at most */
#define IDLE_S 40 /* nothing happens for so long */
#define HALF_H (1800 * MS_PER_S)

static int64_t
between(struct world *w, int64_t lo, int64_t hi)
{
	return lo + (int64_t)rng_below(&w->r, (uint64_t)(hi - lo + 1));
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

static const char *
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

static void
make_routes(struct world *w)
{
	static const double cps[] = { 0.5, 1, 2.5, 5, 10, 12.5, 30, 40 };

	for (int64_t n = between(w, 1, 2); n > 0; n--)
		w_add_switch(w, rng_below(&w->r, 3) ? 40 : PICK(w, cps) + 1,
		    (int)between(w, 5, 200));
	for (int64_t n = between(w, 1, 3); n > 0; n--) {
		struct m_trunk *t =
		    w_add_trunk(w, (int)rng_below(&w->r, (uint64_t)w->nsw),
			rng_below(&w->r, 3) ? 30 : PICK(w, cps),
			(int)between(w, 2, 100));

		t->weight = between(w, 1, 5);
		t->priority = between(w, 1, 2);
	}
}

static void
make_countries(struct world *w)
{
	static const char *const names[] = { "usa", "canada", "mexico",
		"brazil" };
	static const char *const zones[] = { "America/New_York",
		"America/Sao_Paulo", "UTC" };
	int n = (int)between(w, 2, 4), cap = (int)between(w, 0, 15);
	const char *zone = PICK(w, zones);
	bool early = rng_below(&w->r, 3) == 0;

	for (int i = 0; i < n; i++) {
		struct m_country *k =
		    w_add_country(w, names[i], i < 2 ? "nanp" : "",
			i < 2 ? cap : (int)between(w, 0, 1) * 20);

		str_copy(k->cap_zone, sizeof(k->cap_zone), zone);
		if (early)
			str_copy(k->cap_reset, sizeof(k->cap_reset), "04:00");
		if (rng_below(&w->r, 3) == 0) {
			str_copy(k->call_from, 8, "08:00");
			str_copy(k->call_to, 8, "21:00");
			if (rng_below(&w->r, 2) == 0)
				str_copy(k->sunday, 12, "none");
		}
		k->consent_required = rng_below(&w->r, 15) == 0;
	}
	for (int64_t d = between(w, 1, 30); d > 0; d--)
		w_add_dids(w, (int)rng_below(&w->r, (uint64_t)n), 1);
}

static void
make_campaigns(struct world *w)
{
	static const double cps[] = { 0.8, 2, 5, 10, 20, 30 };

	for (int64_t n = between(w, 1, 4); n > 0; n--) {
		struct m_campaign *c =
		    w_add_campaign(w, PICK(w, cps), (int)between(w, 3, 150));
		struct m_profile *p = &w->profile[w->ncamp - 1];

		p->auto_adjust_cps = rng_below(&w->r, 2);
		p->initial_cps = MINIMUM(p->max_cps, 5);
		c->weight = between(w, 1, 5);
		c->max_attempts = between(w, 1, 3);
		c->dial_timeout = between(w, 5, 30);
		c->consented = rng_below(&w->r, 2);
		if (rng_below(&w->r, 5) == 0)
			str_copy(c->call_to, 8, "22:30");
		c->trunks.n = 0;
		for (int t = 0; t < w->ntrunk; t++)
			if (t == (int)(n % w->ntrunk) ||
			    rng_below(&w->r, 3) > 0)
				str_copy(c->trunks.v[c->trunks.n++], MODEL_NAME,
				    w->trunk[t].name);
		for (int d = 1; d < DISP_NKIND; d++)
			if (!disposition_final((enum disposition)d))
				c->retry[d] = between(w, 5, 60);
	}
}

static struct world *
make(uint64_t seed)
{
	/* New York before its clock changes, before midnight, at noon */
	static const struct {
		int month, day, minute;
	} starts[] = { { 3, 8, 115 }, { 11, 1, 55 }, { 11, 20, 1438 },
		{ 11, 20, 720 }, { 11, 21, 1318 }, { 3, 7, 1257 } };
	static const double odds[] = { 0, 0, 0.02, 0.2 };
	static const int slow[] = { 2, 2, 30, 300 };
	struct world *w = w_new(seed);
	size_t s = rng_below(&w->r, nitems(starts));

	w->now.wall_ms = tz_begin_ms(tz_get("America/New_York"), 2026,
			     starts[s].month, starts[s].day, starts[s].minute) +
			 (int64_t)rng_below(&w->r, 60000);
	make_routes(w);
	make_countries(w);
	make_campaigns(w);
	w->drop = PICK(w, odds);
	w->dup = PICK(w, odds);
	w->late = PICK(w, odds);
	w->db_ms = PICK(w, slow);
	w->busy_ms = PICK(w, slow);
	w->moves = rng_below(&w->r, 4) == 0;
	for (int64_t n = between(w, 50, 300); n > 0; n--) {
		int k = (int)rng_below(&w->r, (uint64_t)w->ncountry);
		struct w_contact *c =
		    w_add_contact(w, (int)rng_below(&w->r, (uint64_t)w->ncamp),
			k, zone_of(w, k), -1);
		int other = (int)rng_below(&w->r, (uint64_t)w->ncontact);

		/* Some stand in several campaigns. */
		if (rng_below(&w->r, 20) == 0)
			str_copy(
			    c->number, MODEL_E164, w->contact[other].number);
	}
	return w;
}

/* ---- what happens to it ----------------------------------------------- */

static void
later(struct world *w, enum w_kind kind, int sw, int64_t ms)
{
	w_push(w, (struct w_ev){ .kind = kind,
		      .sw = sw,
		      .ns = w->now.mono_ns + between(w, 0, ms) * NS_PER_MS });
}

static void
say(const struct world *w, const char *what)
{
	if (w->trace)
		printf("# %8.3f -- %s\n", (double)w->now.mono_ns / 1e9, what);
}

static void
link_fault(struct world *w)
{
	int sw = (int)rng_below(&w->r, (uint64_t)w->nsw);

	if (!w->link[sw])
		return;
	if (rng_below(&w->r, 3) == 0) {
		say(w, "switch restarts");
		w_switch_restart(w, sw);
	} else {
		say(w, "link cut");
		w_cut(w, sw, rng_below(&w->r, 2));
	}
	later(w, K_LINK_UP, sw, 6000);
}

static void
db_fault(struct world *w)
{
	if (!w->db_up || !w->running)
		return;
	say(w, "database away");
	w_db_down(w);
	later(w, K_DB_BACK, 0, 8000);
}

static void
crash(struct world *w)
{
	if (!w->running || w->moves)
		return;
	say(w, "kill -9");
	w_crash(w);
	later(w, K_START, 0, rng_below(&w->r, 2) ? 10 : 3000);
}

static void
campaign_command(struct world *w)
{
	static const char *const words[] = { "running", "running", "paused",
		"stopped" };
	int c = (int)rng_below(&w->r, (uint64_t)w->ncamp);
	const char *word = PICK(w, words);

	say(w, word);
	str_copy(w->camp[c].state, sizeof(w->camp[c].state), word);
	if (w->running)
		engine_campaign_state(w->e, w->camp[c].name, word, &w->now);
}

static void
pace_command(struct world *w)
{
	static const double cps[] = { 0, 0, 1, 3.5, 20 };

	if (!w->running)
		return;
	if (rng_below(&w->r, 2) == 0) {
		w->brake = !w->brake;
		say(w, w->brake ? "brake on" : "brake off");
		engine_brake(w->e, w->brake, "by hand", &w->now);
		return;
	}
	w->manual = PICK(w, cps);
	w->manual_ns = w->now.mono_ns;
	say(w, "manual CPS");
	engine_cps(w->e, w->manual);
}

static void
dnc_added(struct world *w)
{
	const struct w_contact *k =
	    &w->contact[rng_below(&w->r, (uint64_t)w->ncontact)];

	say(w, k->number);
	if (rng_below(&w->r, 2) == 0 && w->running) {
		w_dnc_add(w, k->number, true);
		engine_dnc(w->e, k->number);
		return;
	}
	w_dnc_add(w, k->number, false);
	later(w, K_DNC_NOTE, 0, 300);
}

static void
new_files(struct world *w)
{
	struct m_trunk *t = &w->trunk[rng_below(&w->r, (uint64_t)w->ntrunk)];
	int d = (int)rng_below(&w->r, (uint64_t)w->ndid);

	switch (rng_below(&w->r, 5)) {
	case 0:
		t->enabled = !t->enabled;
		break;
	case 1:
		t->max_cps = (double)between(w, 1, 30);
		t->max_channels = between(w, 2, 60);
		break;
	case 2: /* nobody could tell after a crash where its calls are */
		if (w->moves)
			str_copy(t->switch_name, sizeof(t->switch_name),
			    w->sw[rng_below(&w->r, (uint64_t)w->nsw)].name);
		break;
	case 3:
		w->did[d].blocked = w->did[d].blocked != 0 ? 0
				    : rng_below(&w->r, 2) == 0
					? INT64_MAX
					: w->now.wall_ms + between(w, 0, 60000);
		break;
	default:
		w->dead_trunk[t - w->trunk] = !w->dead_trunk[t - w->trunk];
	}
	if (w->running && w->loaded) {
		say(w, "files applied");
		w_objects(w);
	}
}

static void
small_fault(struct world *w)
{
	if (!w->running)
		return;
	switch (rng_below(&w->r, 3)) {
	case 0:
		w->spool_ok = !w->spool_ok;
		say(w, w->spool_ok ? "spool good" : "spool full");
		engine_spool(w->e, w->spool_ok, 0);
		break;
	case 1:
		engine_trunk_contact(
		    w->e, 0, "peer1", rng_below(&w->r, 2), &w->now);
		break;
	default: /* the clock is set */
		say(w, "clock is set");
		w->now.wall_ms += rng_below(&w->r, 2) == 0
				      ? between(w, -3000, 3000)
				      : between(w, 0, 7200000);
	}
}

/* About one thing every two seconds. */
static void
something(struct world *w, int64_t ns)
{
	if (rng_unit(&w->r) > (double)ns / 2e9)
		return;
	switch (rng_below(&w->r, 14)) {
	case 0:
	case 1:
		link_fault(w);
		break;
	case 2:
		db_fault(w);
		break;
	case 3:
		crash(w);
		break;
	case 4:
	case 5:
		campaign_command(w);
		break;
	case 6:
		pace_command(w);
		break;
	case 7:
	case 8:
	case 9:
		dnc_added(w);
		break;
	case 10:
	case 11:
	case 12:
		new_files(w);
		break;
	default:
		small_fault(w);
	}
}

static void
wild(struct world *w)
{
	int64_t to = w->now.mono_ns + between(w, 20, 120) * NS_PER_S;

	while (w->now.mono_ns < to && w->err[0] == '\0') {
		int64_t ns = between(w, NS_PER_MS, 100 * NS_PER_MS);

		if (rng_below(&w->r, 400) == 0)
			ns += between(w, 0, 3 * NS_PER_S); /* a stall */
		something(w, ns);
		w_turn(w, ns);
	}
}

/* ---- all is well again ------------------------------------------------ */

static void
heal(struct world *w)
{
	say(w, "all is well again");
	w->drop = w->dup = w->late = 0;
	memset(w->dead_trunk, 0, sizeof(w->dead_trunk));
	for (int i = 0; i < w->ntrunk; i++)
		w->trunk[i].enabled = true;
	for (int i = 0; i < w->ncamp; i++)
		str_copy(w->camp[i].state, sizeof(w->camp[i].state), "running");
	for (int i = 0; i < w->ndid; i++)
		w->did[i].blocked = 0;
	if (!w->running)
		w_start(w);
	w_db_back(w);
	for (int i = 0; i < w->nsw; i++)
		w_link(w, i);
	for (int i = 0; i < w->ntrunk; i++)
		for (int s = 0; s < w->nsw; s++) {
			char aor[16];

			str_format(aor, sizeof(aor), "peer%d", i + 1);
			engine_trunk_contact(
			    w->e, (unsigned)s, aor, true, &w->now);
		}
	w->spool_ok = true;
	engine_spool(w->e, true, 0);
	w->brake = false;
	engine_brake(w->e, false, "all is well", &w->now);
	w->manual = 0;
	engine_cps(w->e, 0);
	w_push(w, (struct w_ev){ .kind = K_DNC_NOTE, .ns = w->now.mono_ns });
	w_objects(w);
}

/* Every gate is open to it, as far as this file can tell. */
static bool
callable(struct world *w, const struct w_contact *k)
{
	const struct m_country *m = &w->country[k->country];
	char date[11];

	if (k->state != W_PENDING || k->due_ms > w->now.wall_ms || k->dnc ||
	    (m->consent_required && !w->camp[k->campaign].consented) ||
	    k->attempts >= w->camp[k->campaign].max_attempts ||
	    !w_lawful_ring(w, k, w->now.wall_ms) ||
	    !w_lawful_ring(w, k, w->now.wall_ms + 10000))
		return false;
	w_date(w, k->country, w->now.wall_ms, date);
	for (int i = 0; i < w->ndid; i++)
		if (strcmp(w_group(w, w->did[i].country),
			w_group(w, k->country)) == 0 &&
		    (m->did_daily_cap == 0 ||
			w_use(w, i + 1, w_group(w, k->country), date)->uses <
			    m->did_daily_cap))
			return true;
	return false;
}

static bool
left(struct world *w)
{
	for (int i = 0; i < w->ncontact; i++)
		if (!w_finished(w->contact[i].state))
			return true;
	return false;
}

static void
nobody_waits(struct world *w)
{
	for (int i = 0; i < w->ncontact; i++) {
		const struct w_contact *k = &w->contact[i];

		if (k->state == W_DIALING || k->state == W_CLAIMED)
			w_fail(w, "mute: %s stays in state %d", k->number,
			    k->state);
		else if (callable(w, k)) {
			w_publish(w);
			w_fail(w, "mute: %s of %s may be called; %s: %s",
			    k->number, w->camp[k->campaign].name,
			    w->board->campaigns[k->campaign].state,
			    w->board->campaigns[k->campaign].why);
		}
	}
}

/* Until the next contact is due, half an hour at most. */
static void
leap(struct world *w)
{
	int64_t to = w->now.wall_ms + HALF_H;

	for (int i = 0; i < w->ncontact; i++)
		if (w->contact[i].state == W_PENDING &&
		    w->contact[i].due_ms > w->now.wall_ms)
			to = MINIMUM(to, w->contact[i].due_ms);
	w_turn(w, (to - w->now.wall_ms + 1) * NS_PER_MS);
}

static void
run_out(struct world *w)
{
	int64_t end = w->now.wall_ms + DAYS * 86400 * MS_PER_S,
		since = w->now.mono_ns, looked = 0;
	uint64_t seen = w->sends;

	while (left(w) && w->now.wall_ms < end && w->err[0] == '\0') {
		w_turn(w, 50 * NS_PER_MS);
		if (w->sends != seen || engine_in_flight(w->e) > 0) {
			seen = w->sends;
			since = w->now.mono_ns;
			continue;
		}
		if (w->now.mono_ns - since < 3 * NS_PER_S ||
		    w->now.mono_ns - looked < NS_PER_S)
			continue;
		looked = w->now.mono_ns;
		for (int i = 0; i < w->ncontact; i++)
			if (callable(w, &w->contact[i]) ||
			    w->contact[i].state == W_CLAIMED ||
			    w->contact[i].state == W_DIALING)
				goto wait;
		leap(w);
		since = w->now.mono_ns;
		continue;
	wait:
		if (w->now.mono_ns - since > IDLE_S * NS_PER_S)
			nobody_waits(w);
	}
	/* A clean stop: what is armed goes back, what left comes to its end. */
	w->draining = true;
	engine_drain(w->e);
	for (int i = 0; i < 700 && w->err[0] == '\0'; i++)
		w_turn(w, 100 * NS_PER_MS);
	if (engine_busy(w->e) != 0)
		w_fail(w, "%zu calls are left after a clean stop",
		    engine_busy(w->e));
}

/* ---- the sum of it ---------------------------------------------------- */

static void
check_calls(struct world *w, bool heard)
{
	for (size_t i = 0; i < w->ncall; i++) {
		const struct w_call *c = w->call[i];

		if (c->deleted || !c->row) {
			if (c->dialled)
				w_fail(w, "%s was dialled and given back",
				    c->text);
			continue;
		}
		if (c->rank < 20 && (c->dialled || !left(w)))
			w_fail(w,
			    "%s has not ended (%d): dialled %d alive %d "
			    "tracked %d, switch %d",
			    c->text, c->rank, c->dialled, c->alive, c->tracked,
			    c->sw);
		if (c->ends > 2 || (c->dialled && c->ends < 1))
			w_fail(w, "%s has %d ends", c->text, c->ends);
		/* What the engine heard of it is true, or it says lost. */
		if (heard && c->dialled && c->disp != DISP_LOST &&
		    c->truth != DISP_LOST && c->disp != c->truth)
			w_fail(w, "%s is recorded as %s and was %s", c->text,
			    disposition_word(c->disp),
			    disposition_word(c->truth));
	}
}

static void
check_uses(struct world *w)
{
	char today[11];

	for (size_t u = 0; u < w->nuse; u++) {
		uint32_t n = 0;

		for (size_t i = 0; i < w->ncall; i++) {
			const struct w_call *c = w->call[i];

			n += c->row && !c->deleted && c->did == w->use[u].did &&
			     strcmp(c->date, w->use[u].date) == 0 &&
			     strcmp(w_group(w, w->contact[c->contact].country),
				 w->use[u].group) == 0;
		}
		if (n != w->use[u].uses)
			w_fail(w, "DID %lld, %s: %u uses, %u calls",
			    (long long)w->use[u].did, w->use[u].date,
			    w->use[u].uses, n);
	}
	/* The engine's picture of today is the table's. */
	w_publish(w);
	for (unsigned p = 0; p < w->board->npools; p++) {
		uint64_t sum = 0;

		for (int k = 0; k < w->ncountry; k++) {
			if (strcmp(w_group(w, k), w->board->pools[p].name) != 0)
				continue;
			w_date(w, k, w->now.wall_ms, today);
			sum = 0;
			for (size_t u = 0; u < w->nuse; u++)
				if (strcmp(w->use[u].date, today) == 0 &&
				    strcmp(w->use[u].group, w_group(w, k)) == 0)
					sum += w->use[u].uses;
		}
		w_same(w, "uses", w->board->pools[p].name,
		    w->board->pools[p].uses_sum, sum);
	}
}

static bool
world(uint64_t seed, bool trace, uint64_t *sends, uint64_t *steps)
{
	struct world *w = make(seed);
	bool heard = w->drop <= 0, good;

	w->trace = trace;
	w_start(w);
	wild(w);
	if (w->err[0] == '\0') {
		heal(w);
		run_out(w);
	}
	if (w->err[0] == '\0')
		check_calls(w, heard);
	if (w->err[0] == '\0')
		check_uses(w);
	*sends += w->sends;
	*steps += w->steps;
	if ((good = w->err[0] == '\0') == false)
		printf("# PROP_SEED=%llu: at %.3f s: %s\n",
		    (unsigned long long)seed,
		    (double)w->now.mono_ns / 1e9 - 1000, w->err);
	w_free(w);
	return good;
}

int
main(void)
{
	const char *one = getenv("PROP_SEED"), *many = getenv("SIM_N");
	int64_t n = WORLDS, seed = 1, bad = 0;
	uint64_t sends = 0, steps = 0;

	if (many != NULL && !str_int64(many, 1, INT64_MAX / 2, &n))
		n = WORLDS;
	if (one != NULL && str_int64(one, 0, INT64_MAX, &seed))
		n = 1;
	for (int64_t i = 0; i < n && bad < 10; i++)
		bad +=
		    !world((uint64_t)(seed + i), one != NULL, &sends, &steps);
	ok(bad == 0, "%lld random worlds: %llu calls in %llu steps",
	    (long long)n, (unsigned long long)sends, (unsigned long long)steps);
	ok(sends > (uint64_t)n, "they dialled");
	return done_testing();
}
