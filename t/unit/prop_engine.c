/* SPDX-License-Identifier: MIT */
/*
 * Random worlds: random campaigns, trunks, caller IDs, caps and hours; the
 * database, the links, the switches, the carriers and the engine itself fail
 * at random, people give commands.  In none of them may a promise be broken,
 * and when all is well again everybody is called who may be.  A world that
 * fails is made smaller while it still fails, and told.
 *
 *   SIM_N=5000 prop_engine.t     more worlds
 *   PROP_SEED=42 prop_engine.t   this one, told in full
 *   PROP_OFF=db,crash PROP_CONTACTS=5 PROP_CAMPAIGNS=1 PROP_DIDS=2
 *   PROP_SECONDS=20              without those troubles, so small
 */
#include <stdio.h>

#include "engine_world_random.h"
#include "engine_world_trunk.h"
#include "tap.h"

#define WORLDS 2000
#define DAYS   2 /* run out at most */
#define IDLE_S 700 /* nothing happens for so long */
#define HALF_H (1800 * MS_PER_S)

/* ---- all is well again ------------------------------------------------ */

static void
heal(struct world *w)
{
	say(w, "all is well again");
	w->drop = w->dup = w->late = w->db_refuses = 0;
	w->lag_ms = 0;
	memset(w->peer, 0, sizeof(w->peer));
	for (int i = 0; i < w->ntrunk; i++)
		w->trunk[i].enabled = true;
	for (int i = 0; i < w->ncamp; i++)
		str_copy(w->camp[i].state, sizeof(w->camp[i].state), "running");
	for (uint32_t i = 0; i < w->ndid; i++)
		w->did[i].blocked = 0;
	if (!w->running)
		world_start(w);
	world_db_back(w);
	for (int i = 0; i < w->nsw; i++)
		world_link(w, i);
	for (int i = 0; i < w->ntrunk; i++)
		for (int s = 0; s < w->nsw; s++) {
			char aor[16];

			str_format(aor, sizeof(aor), "peer%d", i + 1);
			engine_trunk_contact(
			    w->e, (unsigned)s, aor, true, &w->now);
		}
	w->spool_ok = true;
	engine_spool(w->e, true, 0);
	judge(w)->brake = false;
	engine_brake(w->e, false, "all is well", &w->now);
	judge(w)->manual = 0;
	engine_cps(w->e, 0);
	world_dnc_note_at(w, 0);
	world_objects(w);
}

/* Every gate is open to it, as far as this file can tell. */
static bool
callable(struct world *w, const struct world_contact *k)
{
	const struct m_country *m = &w->country[k->country];
	const char *group = world_group(w, k->country);
	char date[11];

	if (k->state != WORLD_PENDING || k->due_ms > w->now.wall_ms ||
	    w->number[k->number].dnc ||
	    (m->consent_required && !w->camp[k->campaign].consented) ||
	    k->attempts - k->uncounted >= w->camp[k->campaign].max_attempts ||
	    !judge_lawful_ring(w, k, w->now.wall_ms) ||
	    !judge_lawful_ring(w, k, w->now.wall_ms + 10000))
		return false;
	world_date(w, k->country, w->now.wall_ms, date);
	for (uint32_t i = 0; i < w->ndid; i++)
		if (w->did[i].blocked <= w->now.wall_ms &&
		    strcmp(world_group(w, w->did[i].country), group) == 0 &&
		    (m->did_daily_cap == 0 ||
			world_use(w, i + 1, group, date)->uses <
			    m->did_daily_cap))
			return true;
	return false;
}

static bool
left(struct world *w)
{
	for (uint32_t i = 0; i < w->ncontact; i++)
		if (!world_finished(w->contact[i].state))
			return true;
	return false;
}

/* Of a contact, for whoever looks for the reason. */
static const char *
call_of(struct world *w, uint32_t contact)
{
	static char text[160];

	text[0] = '\0';
	for (size_t i = 0; i < w->ncall; i++) {
		const struct world_call *c = w->call[i];

		if (c->contact == contact)
			str_format(text, sizeof(text),
			    ", call %d: rank %d disposition %s tracked %d "
			    "alive %d uncounted %d, %d attempts",
			    c->attempt, c->rank,
			    disposition_word((enum disposition)c->disp),
			    c->tracked, c->alive, c->uncounted,
			    w->contact[contact].attempts);
	}
	return text;
}

static void
nobody_waits(struct world *w)
{
	for (uint32_t i = 0; i < w->ncontact; i++) {
		const struct world_contact *k = &w->contact[i];

		if (k->state == WORLD_DIALING || k->state == WORLD_CLAIMED)
			world_fail(w, "mute: %s stays in state %d%s",
			    world_e164(w, k), k->state, call_of(w, i));
		else if (callable(w, k)) {
			world_publish(w);
			world_fail(w, "mute: %s of %s may be called; %s: %s",
			    world_e164(w, k), w->camp[k->campaign].name,
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

	for (uint32_t i = 0; i < w->ncontact; i++)
		if (w->contact[i].state == WORLD_PENDING &&
		    w->contact[i].due_ms > w->now.wall_ms)
			to = MINIMUM(to, w->contact[i].due_ms);
	world_turn(w, (to - w->now.wall_ms + 1) * NS_PER_MS);
}

static void
run_out(struct world *w)
{
	int64_t end = w->now.wall_ms + DAYS * 86400 * MS_PER_S,
		since = w->now.mono_ns, looked = 0;
	uint64_t seen = w->sends;

	while (left(w) && w->now.wall_ms < end && w->err[0] == '\0') {
		world_next(w, 200 * NS_PER_MS);
		if (w->sends != seen || engine_in_flight(w->e) > 0) {
			seen = w->sends;
			since = w->now.mono_ns;
			continue;
		}
		if (w->now.mono_ns - since < 3 * NS_PER_S ||
		    w->now.mono_ns - looked < NS_PER_S)
			continue;
		looked = w->now.mono_ns;
		for (uint32_t i = 0; i < w->ncontact; i++)
			if (callable(w, &w->contact[i]) ||
			    w->contact[i].state == WORLD_CLAIMED ||
			    w->contact[i].state == WORLD_DIALING)
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
	for (int i = 0; i < 700 && w->err[0] == '\0' && engine_busy(w->e) > 0;
	     i++)
		world_turn(w, 100 * NS_PER_MS);
	if (engine_busy(w->e) != 0)
		world_fail(w, "%zu calls are left after a clean stop",
		    engine_busy(w->e));
}

/* ---- the sum of it ---------------------------------------------------- */

static void
check_calls(struct world *w, bool heard)
{
	for (size_t i = 0; i < w->ncall; i++) {
		const struct world_call *c = w->call[i];

		if (c->deleted || !c->row) {
			if (c->dialled)
				world_fail(w, "%s was dialled and given back",
				    c->text);
			continue;
		}
		if (c->rank < 20 && (c->dialled || !left(w)))
			world_fail(w,
			    "%s has not ended (%d): dialled %d alive %d "
			    "tracked %d, switch %d",
			    c->text, c->rank, c->dialled, c->alive, c->tracked,
			    c->sw);
		if (c->ends > 2 || (c->dialled && c->ends < 1))
			world_fail(w, "%s has %d ends", c->text, c->ends);
		/* The cause travelled when the link was cut. */
		if (c->cut && c->disp == DISP_FAILED && !c->up)
			continue;
		/* What the engine heard of it is true, or it says lost. */
		if (heard && c->dialled && c->disp != DISP_LOST &&
		    c->truth != DISP_LOST && c->disp != c->truth)
			world_fail(w, "%s is recorded as %s and was %s",
			    c->text, disposition_word(c->disp),
			    disposition_word(c->truth));
	}
}

static void
check_uses(struct world *w)
{
	char today[11];

	/* What goes back is back, and it knows what day it is. */
	for (int i = 0; i < 3; i++)
		world_turn(w, NS_PER_S);
	for (size_t u = 0; u < w->nuse; u++) {
		uint32_t n = 0;

		for (size_t i = 0; i < w->ncall; i++) {
			const struct world_call *c = w->call[i];

			n += c->row && !c->deleted && c->did == w->use[u].did &&
			     strcmp(c->date, w->use[u].date) == 0 &&
			     strcmp(
				 world_group(w, w->contact[c->contact].country),
				 w->use[u].group) == 0;
		}
		if (n != w->use[u].uses)
			world_fail(w, "DID %lld, %s: %u uses, %u calls",
			    (long long)w->use[u].did, w->use[u].date,
			    w->use[u].uses, n);
	}
	/* The engine's picture of today is the table's. */
	world_publish(w);
	for (unsigned p = 0; p < w->board->npools; p++) {
		uint64_t sum = 0;

		for (int k = 0; k < w->ncountry; k++) {
			if (strcmp(world_group(w, k),
				w->board->pools[p].name) != 0)
				continue;
			world_date(w, k, w->now.wall_ms, today);
			sum = 0;
			for (size_t u = 0; u < w->nuse; u++)
				if (strcmp(w->use[u].date, today) == 0 &&
				    strcmp(w->use[u].group,
					world_group(w, k)) == 0)
					sum += w->use[u].uses;
		}
		judge_same(w, "uses", w->board->pools[p].name,
		    w->board->pools[p].uses_sum, sum);
	}
}

/* ---- worlds ----------------------------------------------------------- */

static uint64_t sends, steps;

static void
live(struct world *w, const struct dice *d)
{
	bool heard = w->drop <= 0;

	world_start(w);
	wild(w, d);
	if (w->err[0] == '\0') {
		heal(w);
		run_out(w);
	}
	if (w->err[0] == '\0')
		check_calls(w, heard);
	if (w->err[0] == '\0')
		check_uses(w);
}

/* Most are random in whole; some are about trunks. */
static int
kind(const struct dice *d)
{
	int k = (int)(d->seed % 40);

	return k == 13 || k == 26 || k == 39 ? k : 0;
}

/* False, and why, if a promise was broken. */
static bool
try(struct dice d, char *err, size_t size)
{
	struct world *w;
	bool good;

	switch (kind(&d)) {
	case 13:
		w = judged_world(d.seed);
		judge(w)->trace = d.trace;
		brake_world(w);
		break;
	case 26:
	case 39:
		w = judged_world(d.seed);
		judge(w)->trace = d.trace;
		failover_world(w);
		break;
	default:
		w = make_world(&d);
		live(w, &d);
	}
	sends += w->sends;
	steps += w->steps;
	good = w->err[0] == '\0';
	str_format(err, size, "at %.3f s: %s",
	    (double)w->now.mono_ns / 1e9 - 1000, w->err);
	judged_free(w);
	return good;
}

/* ---- smaller ---------------------------------------------------------- */

static int *
size_of(struct dice *d, int i)
{
	int *const v[] = { &d->campaigns, &d->contacts, &d->dids, &d->seconds };

	return v[i];
}

static void
shrink(struct dice *d, char *err, size_t size)
{
	static const int from[] = { 4, 120, 30, 60 };
	bool again = true;

	for (int round = 0; again && round < 4; round++) {
		again = false;
		for (int t = 0; t < T_N; t++) {
			struct dice c = *d;

			c.off |= 1u << t;
			if (c.off != d->off && !try(c, err, size)) {
				*d = c;
				again = true;
			}
		}
		for (int i = 0; i < (int)nitems(from); i++)
			for (;;) {
				struct dice c = *d;
				int *n = size_of(&c, i);

				*n = (*n > 0 ? *n : from[i]) / 2;
				if (*n < 1 || try(c, err, size))
					break;
				*d = c;
				again = true;
			}
	}
	try(*d, err, size);
}

static void
tell(const struct dice *d, const char *err)
{
	const char *comma = "";

	printf("# PROP_SEED=%llu", (unsigned long long)d->seed);
	for (int t = 0; t < T_N; t++)
		if (d->off >> t & 1) {
			printf("%s%s",
			    *comma ? comma : " PROP_OFF=", trouble_words[t]);
			comma = ",";
		}
	if (d->contacts > 0)
		printf(" PROP_CONTACTS=%d", d->contacts);
	if (d->campaigns > 0)
		printf(" PROP_CAMPAIGNS=%d", d->campaigns);
	if (d->dids > 0)
		printf(" PROP_DIDS=%d", d->dids);
	if (d->seconds > 0)
		printf(" PROP_SECONDS=%d", d->seconds);
	printf(": %s\n", err);
	fflush(stdout);
}

static int64_t
number_of(const char *name, int64_t otherwise)
{
	const char *text = getenv(name);
	int64_t n = otherwise;

	if (text != NULL && !str_int64(text, 0, INT64_MAX / 2, &n)) {
		printf("Bail out! %s=%s is no number\n", name, text);
		exit(1);
	}
	return n;
}

static unsigned
off_of(const char *list)
{
	unsigned off = 0;

	for (int t = 0; list != NULL && t < T_N; t++) {
		const char *p = strstr(list, trouble_words[t]);

		if (p != NULL && (p == list || p[-1] == ',') &&
		    strchr(",", p[strlen(trouble_words[t])]) != NULL)
			off |= 1u << t;
	}
	return off;
}

int
main(void)
{
	bool one = getenv("PROP_SEED") != NULL;
	int64_t n = one ? 1 : number_of("SIM_N", WORLDS), bad = 0;
	struct dice first = { .seed = (uint64_t)number_of("PROP_SEED", 1),
		.off = off_of(getenv("PROP_OFF")),
		.contacts = (int)number_of("PROP_CONTACTS", 0),
		.campaigns = (int)number_of("PROP_CAMPAIGNS", 0),
		.dids = (int)number_of("PROP_DIDS", 0),
		.seconds = (int)number_of("PROP_SECONDS", 0),
		.trace = one };
	char err[300];

	for (int64_t i = 0; i < n && bad < 5; i++) {
		struct dice d = first;

		d.seed += (uint64_t)i;
		if (try(d, err, sizeof(err)))
			continue;
		tell(&d, err);
		if (bad++ == 0 && !one && kind(&d) == 0) {
			shrink(&d, err, sizeof(err));
			tell(&d, err);
		}
	}
	ok(bad == 0, "%lld random worlds: %llu calls in %llu steps",
	    (long long)n, (unsigned long long)sends, (unsigned long long)steps);
	ok(sends > (uint64_t)n, "they dialled");
	return done_testing();
}
