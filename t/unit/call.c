/* SPDX-License-Identifier: MIT */
/*
 * The states of a call: what may follow what, for each pair of states; and
 * calls by id.
 */
#include "engine/call.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

/* One row per state: the states that may follow, '+'; in the table's order. */
static const struct {
	enum call_state from;
	const char *to;
} legal[] = {
	/*                     armed sent ring answ amd play wait
	 *                                   trans conn voice unkn ended */
	{ CALL_ARMED, "-+---------+" },
	{ CALL_SENT, "--++++++++++" },
	{ CALL_RINGING, "---+++++++++" },
	{ CALL_ANSWERED, "----++++++++" },
	{ CALL_AMD, "-----+++++++" },
	{ CALL_PLAYING, "----+-++++++" },
	{ CALL_WAITING_KEY, "----++-+++++" },
	{ CALL_TRANSFERRING, "-----+--++++" },
	{ CALL_CONNECTED, "-----+---+++" },
	{ CALL_VOICEMAIL, "-----+-+--++" },
	{ CALL_UNKNOWN, "-+++++++++-+" },
	{ CALL_ENDED, "------------" },
};

static void
test_moves(void)
{
	ok(nitems(legal) == CALL_NSTATE, "every state has its row");
	for (size_t i = 0; i < nitems(legal); i++) {
		char got[CALL_NSTATE + 1] = "";

		for (int to = 0; to < CALL_NSTATE; to++) {
			struct call c = { .magic = CALL_MAGIC,
				.state = (uint8_t)legal[i].from };
			bool moved = call_move(&c, (enum call_state)to);

			got[to] = moved ? '+' : '-';
			if (c.state != (moved ? to : (int)legal[i].from))
				got[to] = '!';
		}
		ok(strcmp(got, legal[i].to) == 0, "from %s: %s",
		    call_state_word(legal[i].from), got);
	}
}

static void
test_flight(void)
{
	struct call c = { .magic = CALL_MAGIC };

	for (int s = 0; s < CALL_NSTATE; s++) {
		c.state = (uint8_t)s;
		ok(call_in_flight(&c) == (s != CALL_ARMED && s != CALL_ENDED),
		    "%s: %s", call_state_word((enum call_state)s),
		    call_in_flight(&c) ? "in flight" : "not in flight");
	}
}

static void
test_table(void)
{
	enum { N = 5000 };
	static struct call *v[N];
	struct call_table t;
	struct rng r;
	struct uuid other;
	bool all = true, gone = true;

	rng_seed(&r, 1);
	call_table_init(&t);
	for (int i = 0; i < N; i++) {
		v[i] = xcalloc(1, sizeof(*v[i]));
		v[i]->id = uuid_make(&r, 1795215346123);
		call_table_add(&t, v[i]);
	}
	other = uuid_make(&r, 1795215346123);
	for (int i = 0; i < N; i++)
		all &= call_table_find(&t, &v[i]->id) == v[i];
	ok(all && t.n == N, "%d calls are found", N);
	ok(call_table_find(&t, &other) == NULL, "another is not");
	for (int i = 0; i < N; i += 2) {
		call_table_remove(&t, v[i]);
		gone &= call_table_find(&t, &v[i]->id) == NULL;
		free(v[i]);
	}
	for (int i = 1; i < N; i += 2)
		gone &= call_table_find(&t, &v[i]->id) == v[i];
	ok(gone && t.n == N / 2, "half of them removed, the others stay");
	call_table_clear(&t);
}

static void
test_answers(void)
{
	struct call *c = xcalloc(1, sizeof(*c));
	char name[16];
	int taken = 0;

	ok(call_answered(c, "q1") == NULL, "nothing is answered yet");
	ok(call_answer(c, "q1", "4", -1, 1200) &&
		call_answer(c, "where", "sao-paulo", 874, 9000) &&
		c->nanswers == 2 && c->answers[1].score == 874 &&
		strcmp(call_answered(c, "q1"), "4") == 0,
	    "a key and a word");
	ok(call_answer(c, "q1", "*12", -1, 15000) && c->nanswers == 2 &&
		strcmp(c->answers[0].answer, "*12") == 0 &&
		c->answers[0].ms == 15000,
	    "the same question again: the new one stands");
	ok(!call_answer(c, "", "4", -1, 0) &&
		!call_answer(c, "q2", "", -1, 0) &&
		!call_answer(c, "q2", "a b", -1, 0) &&
		!call_answer(c, "q\n2", "1", -1, 0) &&
		!call_answer(c, "q2", "\xc3\xa9", -1, 0) &&
		!call_answer(c, "q234567890123456", "1", -1, 0) &&
		!call_answer(c, "q2", "123456789012345678901234", -1, 0) &&
		c->nanswers == 2,
	    "what is none is not taken");
	for (int i = 0; i < 100; i++) {
		str_format(name, sizeof(name), "n%d", i);
		taken += call_answer(c, name, "1", -1, i);
	}
	ok(taken == MODEL_ANSWERS - 2 && c->nanswers == MODEL_ANSWERS &&
		call_answer(c, "n0", "2", -1, 1),
	    "%d at most", MODEL_ANSWERS);
	call_free(c);
}

int
main(void)
{
	test_answers();
	test_moves();
	test_flight();
	test_table();
	return done_testing();
}
