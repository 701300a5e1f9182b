/* SPDX-License-Identifier: MIT */
/*
 * Rows for viewers: what the engine tells of calls and caller IDs, put into a
 * mirror as the daemon does, is what there is; and what the board says beside
 * them.
 */
#include <stdlib.h>

#include "engine/did.h"
#include "engine/engine.h"
#include "engine_plain.h"

static struct row_call calls[ROWS_CALLS_MAX];
static struct row_did dids[4096];
static unsigned told;

/* As the daemon does at each tick. */
static void
take(struct world *w)
{
	struct row_call c;
	struct row_did d;
	uint32_t i;

	world_publish(w);
	while (engine_call_next(w->e, &i, &c)) {
		calls[i] = c;
		told++;
	}
	while (engine_did_next(w->e, &i, &d)) {
		if (i < nitems(dids))
			dids[i] = d;
		told++;
	}
}

static void
run(struct world *w, int ms)
{
	for (; ms > 0; ms -= 100) {
		world_run(w, 100);
		take(w);
	}
}

static struct world *
begin(struct world *w)
{
	w->rows = true;
	memset(calls, 0, sizeof(calls));
	memset(dids, 0, sizeof(dids));
	return w;
}

static unsigned
rows_in(enum call_state s)
{
	unsigned n = 0;

	for (size_t i = 0; i < ROWS_CALLS_MAX; i++)
		n += calls[i].id[0] != '\0' && calls[i].state == s;
	return n;
}

static unsigned
rows_flying(void)
{
	unsigned n = 0;

	for (int s = CALL_SENT; s < CALL_ENDED; s++)
		n += rows_in((enum call_state)s);
	return n;
}

static struct row_call *
row_of(const char *id)
{
	for (size_t i = 0; i < ROWS_CALLS_MAX; i++)
		if (strcmp(calls[i].id, id) == 0)
			return &calls[i];
	return NULL;
}

static uint64_t
disp_sum(const uint64_t v[BOARD_DISPS])
{
	uint64_t n = 0;

	for (int i = 0; i < BOARD_DISPS; i++)
		n += v[i];
	return n;
}

/* ---- calls ------------------------------------------------------------ */

static bool
in_order(const struct row_call *r)
{
	int64_t last = 0;

	for (int s = 0; s < CALL_NSTATE; s++) {
		if (r->at_ms[s] == 0)
			continue;
		if (s != CALL_UNKNOWN && r->at_ms[s] < last)
			return false;
		last = r->at_ms[s];
	}
	return true;
}

static void
test_ways(void)
{
	static const struct {
		enum world_fate fate;
		enum disposition d;
		unsigned states; /* bits it must have been in */
	} v[] = {
		{ FAR_BUSY, DISP_BUSY, 0 },
		{ FAR_NO_ANSWER, DISP_NO_ANSWER, 1u << CALL_RINGING },
		{ FAR_NO_KEY, DISP_ANSWERED_NO_KEY,
		    1u << CALL_RINGING | 1u << CALL_ANSWERED },
		{ FAR_CONNECTED, DISP_CONNECTED,
		    1u << CALL_ANSWERED | 1u << CALL_CONNECTED },
		{ FAR_OPT_OUT, DISP_OPTED_OUT, 1u << CALL_ANSWERED },
		{ FAR_MACHINE, DISP_MACHINE, 1u << CALL_ANSWERED },
		{ FAR_REFUSED, DISP_FAILED, 0 },
		{ FAR_REJECTED, DISP_REJECTED, 0 },
	};

	for (size_t i = 0; i < nitems(v); i++) {
		struct world *w = begin(plain());
		const char *word = disposition_word(v[i].d);
		const struct row_call *r;
		unsigned need = v[i].states | 1u << CALL_ARMED |
				1u << CALL_SENT | 1u << CALL_ENDED;

		contacts(w, 1, (int)v[i].fate);
		world_start(w);
		run(w, 45000);
		r = row_of(w->call[0]->text);
		ok(r != NULL && r->state == CALL_ENDED &&
			strcmp(r->disposition, word) == 0,
		    "%s: its row says so", word);
		if (r == NULL)
			continue;
		for (int s = 0; s < CALL_NSTATE; s++)
			if (r->at_ms[s] != 0)
				need &= ~(1u << s);
		ok(need == 0 && in_order(r), "%s: when it came into each state",
		    word);
		ok(strcmp(r->number, world_e164(w, &w->contact[0])) == 0 &&
			r->did[0] == '+' && r->attempt == 1 &&
			strcmp(r->campaign, w->camp[0].name) == 0 &&
			strcmp(r->trunk, w->trunk[0].name) == 0 &&
			strcmp(r->switch_name, w->sw[0].name) == 0 &&
			r->did_why[0] != '\0' && r->cps_at_call > 0,
		    "%s: whom, from where, over what", word);
		ok(w->board->campaigns[0].disp[v[i].d] == 1 &&
			disp_sum(w->board->campaigns[0].disp) == 1 &&
			w->board->countries[0].disp[v[i].d] == 1,
		    "%s: counted", word);
		end(w, word);
	}
}

/* What is in flight and armed on the board is in the rows, at every tick. */
static void
test_live(void)
{
	struct world *w = begin(plain());
	unsigned wrong = 0, most = 0, again, n = 0;

	contacts(w, 300, -1);
	world_start(w);
	for (int i = 0; i < 1200; i++) {
		run(w, 100);
		wrong += rows_flying() != w->board->concurrent ||
			 rows_in(CALL_ARMED) != w->board->armed;
		most = MAXIMUM(most, rows_flying());
	}
	ok(wrong == 0 && most > 100,
	    "at every tick the rows are the calls: "
	    "%u in flight at most",
	    most);
	for (size_t i = 0; i < w->ncall; i++) {
		const struct row_call *r = row_of(w->call[i]->text);

		n += r != NULL && r->state == CALL_ENDED && in_order(r);
	}
	ok(n == w->ncall && n >= 300, "all %u that ended can still be read", n);
	ok(disp_sum(w->board->campaigns[0].disp) == n &&
		disp_sum(w->board->countries[0].disp) == n,
	    "and are counted by disposition");
	again = told;
	run(w, 3000);
	ok(told == again, "nothing changes: nothing is told");
	end(w, "live");
}

static void
test_given_back(void)
{
	struct world *w = begin(plain());

	contacts(w, 300, FAR_NO_KEY);
	world_start(w);
	run(w, 3000);
	ok(rows_in(CALL_ARMED) > 10, "%u armed", rows_in(CALL_ARMED));
	engine_brake(w->e, true, "by hand", &w->now);
	run(w, 1000);
	ok(rows_in(CALL_ARMED) == 0 && w->board->armed == 0,
	    "what is given back leaves no row");
	end(w, "given back");
}

static void
test_slots(void)
{
	struct world *w = begin(plain());
	unsigned again = 0;
	char first[40];

	/* one after the other: the slots behind them are taken first */
	contacts(w, 120, FAR_BUSY);
	world_start(w);
	run(w, 20000);
	str_copy(first, sizeof(first), calls[0].id);
	for (size_t i = 120; i < ROWS_CALLS_MAX; i++)
		again += calls[i].id[0] != '\0';
	ok(first[0] != '\0' && rows_in(CALL_ENDED) == 120 && again == 0,
	    "120 calls stand in the first 120 rows");
	contacts(w, 60, FAR_BUSY);
	run(w, 20000);
	ok(strcmp(calls[0].id, first) == 0 && rows_in(CALL_ENDED) == 180,
	    "sixty more take other ones");
	end(w, "slots");
}

static void
test_hidden(void)
{
	struct world *w = begin(world_new(1));
	unsigned hidden = 0, wrong = 0;

	world_add_switch(w, 4000, 100000);
	world_add_trunk(w, 0, 4000, 100000);
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 4000, 100000);
	for (int i = 0; i < 18000; i++)
		world_add_contact(w, 0, 0, NY, FAR_NO_ANSWER);
	w->keep = false;
	world_start(w);
	for (int i = 0; i < 80; i++) {
		run(w, 100);
		hidden = MAXIMUM(hidden, w->board->calls_hidden);
		wrong += rows_flying() + rows_in(CALL_ARMED) +
			     w->board->calls_hidden !=
			 w->board->concurrent + w->board->armed;
	}
	ok(hidden > 100 && wrong == 0, "without a slot at most: %u", hidden);
	run(w, 60000);
	ok(w->board->calls_hidden == 0 && rows_flying() == 0 &&
		rows_in(CALL_ENDED) == ROWS_CALLS_MAX,
	    "when they have ended every slot has an ended one");
	world_free(w);
}

/* A lost call whose truth the switch's records tell. */
static void
test_lost(void)
{
	struct world *w = begin(plain());
	struct engine_record rec;
	struct engine_cdr cdr = { .attempt = 1, .campaign_id = 1 };
	struct board_campaign *b;

	contacts(w, 1, FAR_NO_ANSWER);
	world_start(w);
	run(w, 3500);
	world_switch_restart(w, 0);
	run(w, 1000);
	world_link(w, 0);
	run(w, 5000);
	b = &w->board->campaigns[0];
	ok(w->sends == 1 && w->ncall == 1 && b->disp[DISP_LOST] == 1,
	    "a lost call");
	cdr.id = w->call[0]->id;
	cdr.o = (struct outcome){ .cause = 17 };
	cdr.campaign_id = w->camp[0].id;
	ok(engine_resolve(w->e, &cdr, &rec, &w->now) == DISP_BUSY,
	    "was busy in truth");
	take(w);
	ok(b->disp[DISP_LOST] == 0 && b->disp[DISP_BUSY] == 1 &&
		w->board->countries[0].disp[DISP_BUSY] == 1,
	    "moves from one to the other");
	ok(row_of(w->call[0]->text) != NULL &&
		strcmp(row_of(w->call[0]->text)->disposition, "busy") == 0,
	    "in its row too");
	judged_free(w);
}

/* ---- caller IDs ------------------------------------------------------- */

static bool
dids_are(const struct world *w, const char *state, uint32_t n)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < engine_did_rows(w->e); i++)
		k += dids[i].id != 0 && strcmp(dids[i].state, state) == 0;
	if (k != n)
		printf("# %s: %u\n", state, k);
	return k == n;
}

static uint32_t
dids_used(const struct world *w)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < engine_did_rows(w->e); i++)
		n += dids[i].uses;
	return n;
}

static void
test_dids(void)
{
	struct world *w = begin(plain());
	unsigned before;

	w->country[0].did_daily_cap = 10;
	contacts(w, 400, FAR_BUSY);
	world_start(w);
	take(w);
	ok(engine_did_rows(w->e) == 20 && dids_are(w, "free", 20) &&
		dids[0].id == 1 && dids[19].id == 20 &&
		strcmp(dids[3].number, w->did[3].number) == 0 &&
		strcmp(dids[3].country, "usa") == 0 &&
		strcmp(dids[3].pool, "nanp") == 0 && dids[3].cap == 10 &&
		dids[3].last_ms == 0 && dids[3].weight == 1,
	    "all are told after a load");
	run(w, 3000);
	ok(dids_used(w) == uses_sum(w) && dids_used(w) > 20,
	    "their uses are the database's: %u", dids_used(w));
	run(w, 20000);
	ok(dids_used(w) == 200 && dids_are(w, "capped", 20), "capped");
	ok(dids[0].calls == 10 && dids[0].answered == 0 &&
		llabs(w->now.wall_ms - dids[0].last_ms) < 20000,
	    "calls that ended with it, its last use");
	w->country[0].did_daily_cap = 20;
	world_objects(w);
	take(w);
	ok(dids_are(w, "free", 20) && dids[7].cap == 20, "a higher cap");
	run(w, 20000);
	before = told;
	world_objects(w);
	take(w);
	ok(told == before, "the same again: nothing is told");
	w->now.wall_ms += 16 * 3600 * MS_PER_S; /* the next day */
	engine_brake(w->e, true, "by hand", &w->now);
	run(w, 2000);
	ok(dids_used(w) == 0 && dids_are(w, "free", 20),
	    "a new day: all unused");
	ok(disp_sum(w->board->campaigns[0].disp) == 0 &&
		disp_sum(w->board->countries[0].disp) == 0,
	    "and nothing has ended yet");
	judged_free(w);
}

static void
put(struct world *w, int64_t id, int64_t until, const char *reason)
{
	char number[MODEL_E164];

	str_format(number, sizeof(number), "+1305%07lld", 5550000LL + id);
	engine_did(w->e, id, number, "usa", "305", 1, until, reason, &w->now);
}

static void
test_loads(void)
{
	struct world *w = begin(plain());
	int64_t soon = w->now.wall_ms + 5000;
	int gone = 0;

	world_start(w);
	engine_dids_begin(w->e);
	for (int i = 1; i <= 3000; i++)
		put(w, i, 0, "old");
	engine_dids_end(w->e);
	take(w);
	ok(engine_did_rows(w->e) == 3000 && dids[2999].id == 3000 &&
		dids[5].reason[0] == '\0',
	    "3,000 of them, none blocked");
	engine_dids_begin(w->e);
	for (int i = 1; i <= 3001; i++)
		if (i % 10 != 0)
			put(w, i,
			    i == 7  ? INT64_MAX
			    : i < 3 ? soon
				    : 0,
			    i == 1   ? "complaint"
			    : i == 2 ? "rejected 14 of 38 (603, 607, 608 or "
				       "cause 21)"
				     : "spam");
	engine_dids_end(w->e);
	take(w);
	for (int i = 0; i < 3000; i++)
		gone += dids[i].id == 0;
	ok(gone == 300 && engine_did_rows(w->e) == 3001 && dids[10].id == 11 &&
		dids[3000].id == 3001,
	    "who has left leaves a hole, who came stands behind");
	ok(strcmp(dids[6].state, "blocked") == 0 &&
		dids[6].blocked_until_ms == INT64_MAX &&
		strcmp(dids[6].reason, "spam") == 0,
	    "blocked until further notice, and why");
	ok(strcmp(dids[0].state, "blocked") == 0 &&
		strcmp(dids[1].state, "resting") == 0 &&
		dids[1].blocked_until_ms == soon,
	    "until a time, by a person and by a rule");
	run(w, 7000);
	ok(strcmp(dids[0].state, "free") == 0 &&
		strcmp(dids[1].state, "free") == 0 &&
		dids[1].reason[0] == '\0' && dids[1].blocked_until_ms == 0,
	    "and they are free again");
	engine_dids_begin(w->e);
	for (int i = 2001; i <= 3001; i += 2)
		put(w, i, 0, "");
	engine_dids_end(w->e);
	take(w);
	gone = 0;
	for (int i = 0; i < 501; i++)
		gone += dids[i].id != 2001 + 2 * i;
	ok(engine_did_rows(w->e) == 501 && gone == 0,
	    "mostly holes: all get new rows");
	judged_free(w);
}

/* Anything done to DIDs in any order: told of, each once. */
static void
test_random(void)
{
	enum { N = 300 };
	struct {
		int64_t id;
		uint32_t uses;
		int64_t until;
	} seen[N * 2];
	struct rng r;
	struct did_book *b;
	unsigned wrong = 0;

	memset(seen, 0, sizeof(seen));
	rng_seed(&r, 4711);
	b = did_book_new(&r);
	for (int step = 0; step < 20000; step++) {
		int64_t id = 1 + (int64_t)rng_below(&r, N);
		struct did *d = did_find(b, id);
		const struct did *t;
		struct did_choice ch = { .cap = 50 };
		uint32_t row;
		char n[MODEL_E164], why[160];

		str_format(n, sizeof(n), "+1305%07lld", (long long)id);
		switch (rng_below(&r, 8)) {
		case 0:
			did_put(b, id, n, "305", "FL", 1,
			    rng_below(&r, 2) ? "a" : "b", 0, step);
			break;
		case 1:
			if (d != NULL)
				did_uses(d, (uint32_t)rng_below(&r, 50));
			break;
		case 2:
			did_pick(did_pool(b, "a"), &ch, NULL);
			break;
		case 3:
			if (d != NULL)
				did_unpick(d);
			break;
		case 4:
			if (d != NULL)
				did_block(d, step + 30);
			break;
		case 5:
			did_unblock_due(b, step);
			break;
		case 6:
			if (d != NULL)
				did_ended(d, true, false, why, sizeof(why));
			break;
		case 7:
			if (rng_below(&r, 200) == 0)
				did_pool_reset(did_pool(b, "a"));
			if (rng_below(&r, 40) != 0)
				break;
			did_begin_load(b);
			for (int64_t i = 1; i <= N; i++)
				if (did_find(b, i) != NULL &&
				    rng_below(&r, 8) != 0) {
					str_format(n, sizeof(n), "+1305%07lld",
					    (long long)i);
					did_put(b, i, n, "305", "FL", 1,
					    i % 2 ? "a" : "b", 0, step);
				}
			did_end_load(b);
			break;
		}
		if (rng_below(&r, 20) != 0)
			continue;
		while (did_next(b, &row, &t)) {
			if (row >= nitems(seen))
				continue;
			seen[row].id = t != NULL ? t->id : 0;
			seen[row].uses = t != NULL ? t->uses : 0;
			seen[row].until = t != NULL ? t->blocked_until_ms : 0;
		}
		for (int64_t i = 1; i <= N; i++)
			if ((d = did_find(b, i)) != NULL &&
			    d->row < nitems(seen))
				wrong +=
				    seen[d->row].id != i ||
				    seen[d->row].uses != d->uses ||
				    seen[d->row].until != d->blocked_until_ms;
	}
	ok(wrong == 0, "20,000 random steps: the rows are the DIDs (%u)",
	    wrong);
	did_book_free(b);
}

static void
test_rests(void)
{
	struct world *w = begin(judged_world(1));
	struct board_mark m;
	unsigned resting = 0, brakes = 0;

	world_add_switch(w, 30, 500);
	world_add_trunk(w, 0, 30, 500);
	world_add_country(w, "usa", "nanp", 0)->did_rest = 3600;
	world_add_dids(w, 0, 3);
	world_add_campaign(w, 30, 500);
	contacts(w, 300, FAR_REJECTED);
	world_start(w);
	run(w, 30000);
	for (int i = 0; i < 3; i++)
		resting += strcmp(dids[i].state, "resting") == 0 &&
			   strstr(dids[i].reason, "rejected") != NULL;
	ok(resting > 0, "a rejected DID rests, and its row says why");
	judged_free(w);

	w = begin(plain());
	w->profile[0].emergency_brake_threshold = 0.1;
	w->profile[0].brake_cooldown = 30;
	contacts(w, 3000, FAR_TRUNK);
	world_start(w);
	run(w, 60000);
	while (engine_mark_next(w->e, &m))
		brakes += strcmp(m.kind, "brake") == 0 &&
			  strstr(m.text, "engaged") != NULL && m.at_ms > 0;
	ok(brakes > 0, "a brake that engages leaves a mark: %s", m.text);
	judged_free(w);
}

/* ---- countries -------------------------------------------------------- */

static void
test_countries(void)
{
	struct world *w = begin(plain());
	int64_t noon = w->now.wall_ms; /* Friday 12:00 in New York */
	struct board_country *b = w->board->countries;
	struct m_country *k;

	str_copy(w->country[0].call_from, 8, "08:00");
	str_copy(w->country[0].call_to, 8, "21:00");
	str_copy(w->country[0].weekdays, 32, "mon-sat");
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = { "canada", "mexico",
			"chile" };

		k = world_add_country(w, names[i], names[i], i);
		str_copy(k->cap_zone, sizeof(k->cap_zone), NY);
		str_copy(k->call_from, 8, i == 0 ? "08:00" : "00:00");
		str_copy(k->call_to, 8, i == 0 ? "11:30" : "24:00");
		if (i == 1)
			str_copy(k->weekdays, 32, "mon-fri");
	}
	contacts(w, 50, FAR_BUSY);
	world_start(w);
	engine_brake(w->e, true, "by hand", &w->now);
	run(w, 2000);
	ok(b[0].open == 1 && b[0].closes_ms == noon + 9 * 3600 * MS_PER_S &&
		b[0].remaining == 50,
	    "open where its contacts are, until 21:00");
	ok(strcmp(b[0].hours, "08:00-21:00 mon-sat") == 0 &&
		strcmp(b[0].cap_group, "nanp") == 0 &&
		strcmp(b[0].context, w->context[0].name) == 0 &&
		b[0].connect_key[0] == w->context[0].connect_key[0],
	    "its hours, pool and keys");
	ok(b[1].open == 0 && b[1].opens_ms == noon + 20 * 3600 * MS_PER_S &&
		b[1].closes_ms == 0 && b[1].remaining == 0,
	    "nobody to call, closed by its own clock: opens tomorrow");
	ok(b[2].open == 1 && b[2].closes_ms == noon + 12 * 3600 * MS_PER_S &&
		b[2].cap == 1,
	    "open by its own clock until Saturday");
	ok(b[3].open == 1 && b[3].closes_ms == 0, "never closes");
	end(w, "countries");
}

int
main(void)
{
	test_ways();
	test_live();
	test_given_back();
	test_slots();
	test_hidden();
	test_lost();
	test_dids();
	test_loads();
	test_random();
	test_rests();
	test_countries();
	return done_testing();
}
