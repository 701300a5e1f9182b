/* SPDX-License-Identifier: MIT */
/*
 * The simulated world itself: its queues, its database, its carriers, its
 * agents, and that one seed decides all of it.
 */
#include "sim/world.h"

#include <stdio.h>
#include <string.h>

#include "engine_plain.h"

/* ---- queues ----------------------------------------------------------- */

static void
test_queue(void)
{
	struct world_queue q = { .v = NULL };
	struct world_key last = { INT64_MIN, 0, 0, 0 };
	struct rng r;
	bool sorted = true;
	int in = 0, out = 0;

	rng_seed(&r, 3);
	for (int i = 0; i < 20000; i++) {
		if (rng_below(&r, 3) > 0 || q.n == 0) {
			world_queue_push(
			    &q, (struct world_key){ (int64_t)rng_below(&r, 500),
				    i, (uint32_t)i, 0 });
			in++;
			last.a = INT64_MIN; /* a smaller one may have come */
		} else {
			struct world_key k = world_queue_pop(&q);

			sorted &=
			    k.a > last.a || (k.a == last.a && k.b > last.b);
			last = k;
			out++;
		}
	}
	last.a = INT64_MIN;
	while (q.n > 0) {
		struct world_key k = world_queue_pop(&q);

		sorted &= k.a > last.a || (k.a == last.a && k.b > last.b);
		last = k;
		out++;
	}
	ok(sorted && in == out, "%d keys come out in order", out);
	world_queue_clear(&q);
}

/* ---- one seed --------------------------------------------------------- */

static uint64_t
fingerprint(uint64_t seed)
{
	struct world *w = judged_world(seed);
	uint64_t h = 0;

	world_add_switch(w, 30, 500);
	world_add_trunk(w, 0, 30, 500);
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 30, 500)->max_attempts = 3;
	w->drop = w->dup = w->late = 0.1;
	w->db_ms = 100;
	contacts(w, 200, -1);
	world_start(w);
	world_run(w, 20000);
	world_db_down(w);
	world_run(w, 2000);
	world_db_back(w);
	world_run(w, 20000);
	for (size_t i = 0; i < w->ncall; i++) {
		const struct world_call *c = w->call[i];
		int64_t v[] = { c->sent_ms, c->did, c->disp, c->rank };

		h = h * 31 + hash_bytes(v, sizeof(v)) + hash_bytes(&c->id, 16);
	}
	if (w->err[0] != '\0')
		h = 0;
	judged_free(w);
	return h;
}

static void
test_seed(void)
{
	uint64_t one = fingerprint(1);

	ok(one != 0 && one == fingerprint(1), "one seed, one world");
	ok(one != fingerprint(2), "another seed, another world");
}

static void
test_clocks(void)
{
	struct world *w = plain();
	int64_t ns = w->now.mono_ns, ms = w->now.wall_ms;

	contacts(w, 1000, FAR_BUSY);
	world_start(w);
	world_run(w, 60000);
	ok((w->now.mono_ns - ns) / NS_PER_MS == w->now.wall_ms - ms,
	    "after %llu calls both clocks have gone on alike",
	    (unsigned long long)w->sends);
	end(w, "clocks");
}

/* ---- the database ----------------------------------------------------- */

static void
test_order(void)
{
	struct world *w = plain();
	bool good = true;

	w->trunk[0].max_cps = 5;
	w->profile[0].max_concurrent_calls = 500;
	contacts(w, 90, FAR_BUSY);
	for (uint32_t i = 0; i < 90; i++) {
		w->contact[i].priority = (int32_t)(i % 3);
		w->contact[i].due_ms = 1 + 90 - i;
	}
	world_start(w);
	world_run(w, 30000);
	for (size_t i = 1; i < w->ncall; i++) {
		const struct world_contact *a =
		    &w->contact[w->call[i - 1]->contact];
		const struct world_contact *b =
		    &w->contact[w->call[i]->contact];

		/* within what was claimed at once */
		if (i % 20 != 0)
			good &= a->priority > b->priority ||
				(a->priority == b->priority &&
				    a->due_ms < b->due_ms);
	}
	ok(w->sends == 90 && good, "claimed by priority, then by due time");
	end(w, "order");
}

static void
test_number_cap(void)
{
	struct world *w = plain();

	w->country[0].number_cap = 2;
	w->camp[0].max_attempts = 9;
	for (int i = 0; i < DISP_NKIND; i++)
		w->camp[0].retry[i] = 60;
	contacts(w, 10, FAR_BUSY);
	world_start(w);
	world_run(w, 600000);
	ok(w->sends == 20, "two calls to a number in 24 hours: %llu to ten",
	    (unsigned long long)w->sends);
	ok(world_next_due(w, 0) > w->now.wall_ms + 23 * 3600 * MS_PER_S,
	    "the next one is due tomorrow");
	world_turn(w, 86400 * NS_PER_S);
	world_run(w, 600000);
	ok(w->sends == 40, "and two more then: %llu",
	    (unsigned long long)w->sends);
	end(w, "number cap");
}

static void
test_refusals(void)
{
	struct world *w = plain();

	contacts(w, 300, FAR_BUSY);
	w->db_refuses = 0.3;
	world_start(w);
	world_run(w, 400000);
	ok(w->sends == 300,
	    "a database that refuses a third of what it is asked: %llu of 300",
	    (unsigned long long)w->sends);
	end(w, "refusals");
}

/* ---- carriers --------------------------------------------------------- */

static void
test_full(void)
{
	struct world *w = plain();
	int most = 0;

	w->peer[0].channels = 60;
	w->peer[0].retry_after_s = 2;
	contacts(w, 1000, FAR_NO_ANSWER);
	world_start(w);
	for (int i = 0; i < 300; i++) {
		world_run(w, 1000);
		most = MAXIMUM(most, w->peer[0].alive);
	}
	ok(most >= 59 && most <= 62 && judge_ended(w, DISP_CONGESTION) > 0,
	    "a carrier of 60 channels: %d calls at most, %d refused", most,
	    judge_ended(w, DISP_CONGESTION));
	ok(judge_ended(w, DISP_CONGESTION) < 350 &&
		judge_ended(w, DISP_NO_ANSWER) > 500,
	    "and the engine goes by it: %d went through",
	    judge_ended(w, DISP_NO_ANSWER));
	end(w, "full");
}

static void
test_outage(void)
{
	struct world *w = plain();
	int64_t from = w->now.wall_ms + 20000, to = from + 30000;
	int in = 0, out = 0;

	w->outage = xcalloc(1, sizeof(*w->outage));
	w->outage[w->noutage++] = (struct world_outage){
		.trunk = 0, .from_ms = from, .to_ms = to, .as = FAR_TRUNK
	};
	contacts(w, 3000, FAR_BUSY);
	world_start(w);
	world_run(w, 200000);
	for (size_t i = 0; i < w->ncall; i++) {
		const struct world_call *c = w->call[i];

		if (!c->dialled)
			continue;
		if (c->sent_ms > from && c->sent_ms < to)
			in += c->truth != DISP_FAILED;
		else if (c->sent_ms < from || c->sent_ms > to)
			out += c->truth != DISP_BUSY;
	}
	ok(in == 0 && out == 0 && judge_ended(w, DISP_FAILED) > 5,
	    "an outage lasts as long as it says: %d calls failed",
	    judge_ended(w, DISP_FAILED));
	end(w, "outage");
}

/* People who all press the key, and so many to take them. */
static struct world *
queue_world(int agents, int patience_ms)
{
	struct world *w = plain();

	w->far = xcalloc(WORLD_MAX, sizeof(*w->far));
	w->far[0] = (struct world_far){ .mix = { .answered = 1000 },
		.press = 1000,
		.pdd_ms = { 500, 500 },
		.ring_ms = { 1000, 1000 },
		.talk_ms = { 10000, 10000 } };
	for (int h = 0; h < 24; h++)
		w->far[0].hour[h] = 1;
	w->agents = agents;
	w->patience_ms = patience_ms;
	w->camp[0].max_cps = 2;
	contacts(w, 100, -1);
	return w;
}

static void
test_agents(void)
{
	struct world *w = queue_world(0, 1000);

	world_start(w);
	world_run(w, 120000);
	ok(judge_ended(w, DISP_CONNECTED) == 100,
	    "always somebody: all connect");
	end(w, "no queue");

	w = queue_world(5, 4000);
	world_start(w);
	world_run(w, 200000);
	ok(judge_ended(w, DISP_ABANDONED) > 50 &&
		judge_ended(w, DISP_ABANDONED) +
			judge_ended(w, DISP_CONNECTED) ==
		    100,
	    "five take ten seconds each, callers wait four: %d give up",
	    judge_ended(w, DISP_ABANDONED));
	ok(w->agents_busy == 0 && w->wait_first == NULL,
	    "at the end nobody waits and all are free");
	end(w, "queue");

	w = queue_world(5, 400000);
	world_start(w);
	world_run(w, 700000);
	ok(judge_ended(w, DISP_CONNECTED) == 100,
	    "callers who wait are all taken in the end");
	end(w, "patience");
}

/* Detection over and over: a call's life has room for so many steps alone. */
static void
test_detects(void)
{
	struct world *w = queue_world(0, 1000);
	struct m_context *x = &w->context[0];
	size_t n = 0;

	for (int i = 0; i < 30; i++) {
		str_format(x->states + n, sizeof(x->states) - n,
		    "d%d detect human>d%d machine>d%d\n", i, i + 1, i + 1);
		n = strlen(x->states);
	}
	str_copy(x->states + n, sizeof(x->states) - n,
	    "d30 menu prompt=p goal=yes 3>go\ngo connect dest=queue:q");
	world_start(w);
	world_run(w, 400000);
	ok(judge_ended(w, DISP_CONNECTED) == 100,
	    "30 detections in a row: all connect");
	end(w, "detections");
}

/* ---- the switch ------------------------------------------------------- */

static void
test_lag(void)
{
	struct world *w = plain();
	uint64_t sent;

	contacts(w, 4000, FAR_BUSY);
	world_start(w);
	world_run(w, 30000);
	sent = w->sends;
	w->lag_ms = 8000;
	world_run(w, 20000);
	sent = w->sends;
	world_run(w, 20000);
	ok(w->sends - sent < 60, "events 8 s late: %llu calls in 20 s",
	    (unsigned long long)(w->sends - sent));
	w->lag_ms = 0;
	world_run(w, 60000);
	sent = w->sends;
	world_run(w, 20000);
	ok(w->sends - sent > 300, "in time again: %llu",
	    (unsigned long long)(w->sends - sent));
	end(w, "lag");
}

int
main(void)
{
	test_queue();
	test_seed();
	test_clocks();
	test_order();
	test_number_cap();
	test_refusals();
	test_full();
	test_outage();
	test_agents();
	test_detects();
	test_lag();
	return done_testing();
}
