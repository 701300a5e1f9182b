/* SPDX-License-Identifier: MIT */
/*
 * A call in its flow, as the dialplan reports it: how it is called in the end,
 * what it keeps of its context, of keys, answers and detection, what counts as
 * a person who was taken for a machine; and contexts that make no sense.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "sim/world.h"
#include "tap.h"

#define NY "America/New_York"

static struct world *w;
static const struct call *call; /* the one that is reported of */

static void
begin(const char *states)
{
	w = world_new(1);
	world_add_switch(w, 30, 500);
	world_add_trunk(w, 0, 30, 500);
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 30, 500);
	w->context[0].version = 7;
	str_copy(w->context[0].states, sizeof(w->context[0].states), states);
	for (int i = 0; i < 300; i++)
		world_add_contact(w, 0, 0, NY, FAR_NO_ANSWER);
}

/* A new call rings: it is reported of from now on, by this test alone. */
static void
ring(void)
{
	const struct call *c = NULL;
	int64_t since = w->now.wall_ms;

	if (w->e == NULL)
		world_start(w);
	world_run(w, 4000);
	while ((c = engine_call_after(w->e, c)) != NULL &&
	       (c->state != CALL_RINGING || c->sent_ms < since))
		;
	call = c;
}

static void
pass(int ms)
{
	w->now.mono_ns += ms * NS_PER_MS;
	w->now.wall_ms += ms;
}

/* After so many ms the switch says this. */
static void
say(int ms, const struct engine_event *what)
{
	struct engine_event ev = *what;

	pass(ms);
	ev.id = call->id_text;
	engine_event(w->e, 0, &ev, &w->now);
}
#define SAY(ms, ...) say(ms, &(struct engine_event){ __VA_ARGS__ })

static void
hang_up(int ms, const char *result, const char *answers)
{
	SAY(ms, EV_CAUSE, .cause = 16, .result = result, .answers = answers);
	SAY(1, .type = EV_HANGUP, .cause = 16);
}

static const struct call_answer *
answer_to(const char *q)
{
	for (size_t i = 0; i < call->nanswers; i++)
		if (strcmp(call->answers[i].question, q) == 0)
			return &call->answers[i];
	return NULL;
}

static bool
answered(const char *q, const char *a, int score, int ms)
{
	const struct call_answer *x = answer_to(q);

	return x != NULL && strcmp(x->answer, a) == 0 && x->score == score &&
	       x->ms == ms;
}

static const struct board_window *
window(void)
{
	engine_publish(w->e, w->board, &w->now);
	return &w->board->campaigns[0].w[BOARD_WINDOWS - 1];
}

/* Its line is wanted at once. */
static bool
is_urgent(void)
{
	struct engine_record r;
	bool found = false;

	while (engine_record(w->e, false, &r, &w->now))
		found |= r.call == call;
	return found;
}

static void
test_survey(void)
{
	begin("find detect human>q1 machine>hangup\n"
	      "q1 question prompt=q1 keys=12345 >q2 t>bye\n"
	      "q2 speech prompt=q2 grammar=cities boston>bye austin>bye t>bye\n"
	      "bye hangup prompt=thanks goal=yes");
	ring();
	ok(strcmp(call->context, "usa") == 0 && call->context_version == 7,
	    "a call keeps its context's name and version");
	ok(call->amd_ms == -1 && call->key_ms == -1 && !call->key_early &&
		call->keys_invalid == 0 && call->nanswers == 0,
	    "and knows nothing else yet");
	SAY(500, .type = EV_ANSWERED);
	SAY(1800, .type = EV_AMD, .text = "HUMAN", .cause_text = "HUMAN-1-2");
	ok(call->amd_ms == 1800, "detection took %d ms", call->amd_ms);
	SAY(10, .type = EV_PLAYING, .state = "q1");
	SAY(2500, .type = EV_DTMF, .key = '7');
	SAY(5, .type = EV_KEY, .key = '7', .state = "q1");
	SAY(1, .type = EV_INVALID, .key = '7', .state = "q1");
	ok(call->keys_invalid == 1 && call->key_ms == -1,
	    "a key that leads nowhere");
	SAY(10, .type = EV_PLAYING, .state = "q1");
	SAY(3000, .type = EV_DTMF, .key = '2');
	SAY(5, .type = EV_KEY, .key = '2', .state = "q1");
	is_urgent();
	SAY(1, .type = EV_ANSWER, .text = "2", .state = "q1");
	ok(call->key_ms == 3005 && !call->key_early && call->keys_invalid == 1,
	    "one that leads on, %d ms after its prompt began", call->key_ms);
	ok(answered("q1", "2", -1, 7332), "the answer, and when");
	ok(is_urgent(), "it is recorded at once");
	SAY(10, .type = EV_PLAYING, .state = "q2");
	SAY(4000, .type = EV_ANSWER, .text = "boston", .state = "q2",
	    .cause_text = "874");
	ok(answered("q2", "boston", 874, 11342), "a word and its score");
	SAY(1, .type = EV_ANSWER, .text = "austin", .state = "q2",
	    .cause_text = "x");
	ok(answered("q2", "austin", -1, 11343) && call->nanswers == 2,
	    "another answer takes its place");
	SAY(1, .type = EV_GOAL, .state = "bye");
	ok(call->o.goal && is_urgent(), "the goal is recorded at once");
	hang_up(900, "goal", "q1=2 q2=austin q3=ok =x q4= q5");
	ok(call->state == CALL_ENDED && call->disposition == DISP_COMPLETED,
	    "completed");
	ok(answered("q2", "austin", -1, 11343) &&
		answered("q3", "ok", -1, -1) && call->nanswers == 3,
	    "what was missed is taken from the summary, what is known stays");
	ok(window()->connected == 0 &&
		w->board->campaigns[0].disp[DISP_COMPLETED] == 1,
	    "counted once, as what it is");
	world_free(w);
}

static const struct {
	const char *what;
	struct engine_event ev[6];
	const char *result;
	enum disposition want;
} ends[] = {
	{ "goal, then the destination, which nobody took",
	    { { .type = EV_GOAL }, { .type = EV_CONNECT, .key = '1' } }, "goal",
	    DISP_COMPLETED },
	{ "goal, then connected",
	    { { .type = EV_GOAL }, { .type = EV_CONNECT, .key = '1' },
		{ .type = EV_CONNECTED } },
	    "connected", DISP_CONNECTED },
	{ "goal, then opted out",
	    { { .type = EV_GOAL }, { .type = EV_OPTOUT, .key = '9' } },
	    "optout", DISP_OPTED_OUT },
	{ "only the summary knows the goal", { { .type = EV_PLAYING } }, "goal",
	    DISP_COMPLETED },
	{ "only the summary knows the connection", { { .type = EV_GOAL } },
	    "connected", DISP_CONNECTED },
	{ "a machine at the goal",
	    { { .type = EV_AMD, .text = "MACHINE" },
		{ .type = EV_MACHINE, .text = "prompt" },
		{ .type = EV_PLAYING }, { .type = EV_GOAL } },
	    "goal", DISP_COMPLETED },
	{ "a machine that is connected",
	    { { .type = EV_AMD, .text = "MACHINE" },
		{ .type = EV_MACHINE, .text = "connect" },
		{ .type = EV_CONNECT }, { .type = EV_CONNECTED } },
	    "connected", DISP_CONNECTED },
	{ "a machine that is asked and says nothing",
	    { { .type = EV_AMD, .text = "MACHINE" },
		{ .type = EV_MACHINE, .text = "prompt" },
		{ .type = EV_PLAYING }, { .type = EV_WAIT } },
	    "machine", DISP_MACHINE },
	{ "the key, and nobody came", { { .type = EV_CONNECT, .key = '1' } },
	    "connect", DISP_ABANDONED },
};

static void
test_ends(void)
{
	for (size_t i = 0; i < nitems(ends); i++) {
		begin("");
		ring();
		SAY(500, .type = EV_ANSWERED);
		for (size_t k = 0; k < nitems(ends[i].ev) &&
				   ends[i].ev[k].type != EV_ACCEPTED;
		     k++)
			say(300, &ends[i].ev[k]);
		hang_up(300, ends[i].result, NULL);
		ok(call->state == CALL_ENDED &&
			call->disposition == ends[i].want,
		    "%s: %s", ends[i].what,
		    disposition_word((enum disposition)call->disposition));
		world_free(w);
	}
}

static void
test_states(void)
{
	begin("");
	ring();
	SAY(500, .type = EV_ANSWERED);
	SAY(1500, .type = EV_AMD, .text = "MACHINE");
	SAY(1, .type = EV_MACHINE, .text = "connect");
	ok(call->state == CALL_AMD, "a machine that goes on is at no message");
	SAY(1, .type = EV_CONNECT);
	ok(call->state == CALL_TRANSFERRING, "it goes to the destination");
	ring();
	SAY(500, .type = EV_ANSWERED);
	SAY(1500, .type = EV_AMD, .text = "MACHINE");
	SAY(1, .type = EV_MACHINE, .text = "message");
	ok(call->state == CALL_VOICEMAIL, "one that is left a message is");
	world_free(w);
}

/* So many thousandths of a person, and abandoned of people. */
static const struct {
	const char *what;
	const char *machine; /* NULL: no such report */
	char key; /* pressed while nobody listened */
	double share; /* of its profile */
	uint64_t milli;
} people[] = {
	{ "hung up on, 4 % are people", "hangup", '\0', 0.04, 40 },
	{ "left a message, 4 % are people", "message", '\0', 0.04, 40 },
	{ "its message was played", "delivered", '\0', 0.04, 40 },
	{ "hung up on, and nobody has measured", "hangup", '\0', 0, 0 },
	{ "hung up on, and a key was pressed", "hangup", '1', 0.04, 1000 },
	{ "the same without a measured share", "hangup", '1', 0, 1000 },
	{ "asked as a person", "prompt", '\0', 0.04, 0 },
	{ "asked as a person, with a key", "prompt", '1', 0.04, 0 },
	{ "connected as a person", "connect", '\0', 0.04, 0 },
	{ "where it went was not told", NULL, '\0', 0.04, 40 },
};

static void
test_people(void)
{
	for (size_t i = 0; i < nitems(people); i++) {
		const struct board_window *o;
		double want = people[i].milli > 0 ? 1 : -1;

		begin("");
		w->context[0].amd = true;
		str_copy(w->context[0].amd_profile, MODEL_NAME, "measured");
		w->namd = 1;
		str_copy(w->amd[0].name, MODEL_NAME, "measured");
		w->amd[0].total_analysis_time = 5000;
		w->amd[0].false_positive = people[i].share;
		ring();
		SAY(500, .type = EV_ANSWERED);
		if (people[i].key != '\0')
			SAY(700, .type = EV_DTMF, .key = people[i].key);
		SAY(1500, .type = EV_AMD, .text = "MACHINE");
		if (people[i].machine != NULL)
			SAY(1, .type = EV_MACHINE, .text = people[i].machine);
		hang_up(300, "machine", NULL);
		o = window();
		ok(call->disposition == DISP_MACHINE && o->machine == 1 &&
			o->false_machines_milli == people[i].milli &&
			w->board->campaigns[0].n.false_machines_milli ==
			    people[i].milli &&
			fabs(board_abandonment(o) - want) < 1e-9 &&
			fabs(w->board->abandonment - want) < 1e-9 &&
			call->key_early == (people[i].key != '\0'),
		    "%s: %llu", people[i].what,
		    (unsigned long long)o->false_machines_milli);
		world_free(w);
	}
}

/* Taken for a machine, sent on as a person, left alone by all agents. */
static void
test_sent_on(void)
{
	const struct board_window *o;

	begin("");
	ring();
	SAY(500, .type = EV_ANSWERED);
	SAY(1500, .type = EV_AMD, .text = "MACHINE");
	SAY(1, .type = EV_MACHINE, .text = "connect");
	SAY(1, .type = EV_CONNECT);
	hang_up(5000, "connect", NULL);
	o = window();
	ok(call->disposition == DISP_ABANDONED && o->abandoned == 1 &&
		o->humans == 1 && o->machine == 0 &&
		fabs(board_abandonment(o) - 1) < 1e-9 &&
		fabs(board_count_abandonment(&w->board->campaigns[0].n) - 1) <
		    1e-9,
	    "whoever is abandoned is one of the people: %d of %d",
	    (int)o->abandoned, (int)o->humans);
	world_free(w);
}

/*
 * Whoever opts out is on the do-not-call list, also if nobody listened: what
 * was seen before the link broke is no end while the flow goes on to an
 * optout.
 */
#define LEADS_ON                                                               \
	"ask menu prompt=ask 1>go 2>q t>bye\n"                                 \
	"q question prompt=q goal=yes >more\n"                                 \
	"more menu prompt=more 9>out t>bye\n"                                  \
	"go connect dest=queue:sales fail>bye >more\n"                         \
	"out optout\n"                                                         \
	"bye hangup"
#define LEADS_NOWHERE                                                          \
	"ask menu prompt=ask 1>go 2>q 9>out t>bye\n"                           \
	"q question prompt=q goal=yes >bye\n"                                  \
	"go connect dest=queue:sales\n"                                        \
	"out optout\n"                                                         \
	"bye hangup"

static const struct {
	const char *what, *states;
	const char *on_machine; /* of a simple one */
	struct engine_event ev[4];
	enum disposition gone; /* its end was not seen */
} unseen[] = {
	{ "a goal that leads on", LEADS_ON, NULL, { { .type = EV_GOAL } },
	    DISP_LOST },
	{ "a goal that ends", LEADS_NOWHERE, NULL, { { .type = EV_GOAL } },
	    DISP_COMPLETED },
	{ "a talk that leads on", LEADS_ON, NULL,
	    { { .type = EV_CONNECT }, { .type = EV_CONNECTED } }, DISP_LOST },
	{ "a talk that ends", LEADS_NOWHERE, NULL,
	    { { .type = EV_CONNECT }, { .type = EV_CONNECTED } },
	    DISP_CONNECTED },
	{ "a machine asked as a person", "", "prompt",
	    { { .type = EV_AMD, .text = "MACHINE" },
		{ .type = EV_MACHINE, .text = "prompt" } },
	    DISP_LOST },
	{ "a machine hung up on", "", "hangup",
	    { { .type = EV_AMD, .text = "MACHINE" },
		{ .type = EV_MACHINE, .text = "hangup" } },
	    DISP_MACHINE },
};

static void
unseen_begin(size_t i)
{
	begin(unseen[i].states);
	if (unseen[i].on_machine != NULL) {
		w->context[0].amd = true;
		str_copy(w->context[0].on_machine,
		    sizeof(w->context[0].on_machine), unseen[i].on_machine);
	}
	ring();
	SAY(500, .type = EV_ANSWERED);
	for (size_t k = 0;
	     k < nitems(unseen[i].ev) && unseen[i].ev[k].type != EV_ACCEPTED;
	     k++)
		say(300, &unseen[i].ev[k]);
	engine_switch_down(w->e, 0, "cut off", &w->now);
}

/* What its line says of its contact. */
static const char *
contact(void)
{
	struct engine_record r;
	const char *state = "";

	while (engine_record(w->e, true, &r, &w->now))
		if (r.call == call)
			state = r.contact_state;
	return state;
}

/* Is it written that this one has opted out? */
static bool
opts_out(void)
{
	struct engine_record r;
	bool found = false;

	while (engine_record(w->e, true, &r, &w->now))
		found |= r.call == call && r.optout;
	return found && call->disposition == DISP_OPTED_OUT;
}

static void
test_unseen(void)
{
	for (size_t i = 0; i < nitems(unseen); i++) {
		const char *what = unseen[i].what;

		/* Back soon, and the call has gone. */
		unseen_begin(i);
		pass(5000);
		engine_switch_up(w->e, 0, 1, &w->now);
		pass(1000);
		engine_tick(w->e, &w->now);
		engine_switch_live_end(w->e, 0, &w->now);
		ok(call->state == CALL_ENDED &&
			call->disposition == unseen[i].gone,
		    "%s, gone when the link is back: %s", what,
		    disposition_word((enum disposition)call->disposition));
		ok((strcmp(contact(), "done") == 0) ==
			(unseen[i].on_machine == NULL),
		    "%s: is its contact called again?", what);
		world_free(w);
		/* Back late, and the call lives. */
		unseen_begin(i);
		pass(301000);
		engine_tick(w->e, &w->now);
		ok(call->state == CALL_ENDED &&
			call->disposition == unseen[i].gone,
		    "%s, too long away", what);
		engine_switch_up(w->e, 0, 1, &w->now);
		if (unseen[i].gone == DISP_LOST) {
			if (unseen[i].on_machine == NULL)
				SAY(10, .type = EV_GOAL);
			SAY(10, .type = EV_OPTOUT, .key = '9');
			ok(opts_out(), "%s, opts out late", what);
		}
		world_free(w);
		unseen_begin(i);
		pass(301000);
		engine_tick(w->e, &w->now);
		engine_switch_up(w->e, 0, 1, &w->now);
		if (unseen[i].gone == DISP_LOST) {
			hang_up(10, "optout", NULL);
			ok(opts_out(), "%s, only the summary tells", what);
		}
		world_free(w);
	}
}

static void
test_quotient(void)
{
	struct board_window o = { .humans = 96, .abandoned = 1 };
	struct board_count n = { .answered = 120, .machine = 24 };

	n.abandoned = 1;
	ok(fabs(board_abandonment(&o) - 1 / 96.0) < 1e-12, "without machines");
	o.false_machines_milli = n.false_machines_milli = 4000;
	ok(fabs(board_abandonment(&o) - 0.05) < 1e-12 &&
		fabs(board_count_abandonment(&n) - 0.05) < 1e-12,
	    "four people of 24 machines: 5 of 100");
	o = (struct board_window){ .false_machines_milli = 500 };
	ok(fabs(board_abandonment(&o) - 1) < 1e-12, "nobody else");
	o.false_machines_milli = 0;
	ok(board_abandonment(&o) < 0, "nobody at all");
	o.abandoned = 3;
	o.humans = 1;
	ok(fabs(board_abandonment(&o) - 1) < 1e-12,
	    "what was torn apart is no more than all");
}

/* Its context makes no sense: nothing leaves, and everybody says why. */
static void
test_broken(void)
{
	struct engine_why y;

	begin("ask menu prompt=ask 1>nowhere");
	world_start(w);
	world_run(w, 3000);
	world_publish(w);
	ok(w->sends == 0 &&
		strcmp(w->board->campaigns[0].state, "waiting") == 0 &&
		strstr(w->board->campaigns[0].why, "context usa") != NULL &&
		strstr(w->board->campaigns[0].why, "nowhere") != NULL,
	    "it waits: %s", w->board->campaigns[0].why);
	ok(w->board->campaigns[0].ngates == 1 &&
		strcmp(w->board->campaigns[0].gates[0].name, "context") == 0 &&
		w->board->campaigns[0].gates[0].contacts == 300,
	    "one gate, all of them behind it");
	ok(strcmp(w->board->countries[0].context, "usa") == 0 &&
		w->board->countries[0].connect_key[0] == '\0',
	    "the country has it, and no keys");
	engine_why_contact(w->e,
	    &(struct engine_why_contact){ .campaign_id = w->camp[0].id,
		.number = "+12125550100",
		.country = "usa",
		.zone = NY,
		.state = "pending" },
	    &y, &w->now);
	ok(y.n == 1 && strcmp(y.gate[0].name, "context") == 0 &&
		strstr(y.gate[0].text, "nowhere") != NULL,
	    "why contact: %s", y.gate[0].text);
	str_copy(w->context[0].states, sizeof(w->context[0].states),
	    "ask menu prompt=ask 4>go 7>no 5>repeat\n"
	    "go connect dest=queue:sales\n"
	    "no optout");
	world_objects(w);
	world_run(w, 4000);
	world_publish(w);
	ok(w->sends > 0, "mended while it runs: %d calls", (int)w->sends);
	ok(strcmp(w->board->countries[0].connect_key, "4") == 0 &&
		strcmp(w->board->countries[0].disconnect_key, "7") == 0 &&
		strcmp(w->board->countries[0].repeat_key, "5") == 0,
	    "its keys are those of its first menu");
	world_free(w);
}

/* An edit holds from the next call on. */
static void
test_versions(void)
{
	struct engine_originate o;
	const struct call *first;
	struct uuid id;

	begin("");
	ring();
	first = call;
	id = first->id;
	ok(first->context_version == 7, "version 7");
	w->context[0].version = 8;
	str_copy(w->context[0].connect_key, 2, "5");
	world_objects(w);
	ring();
	engine_originate(w->e, call, &o);
	ok(call != first && call->context_version == 8 &&
		o.context->m.version == 8 &&
		flow_key_to(o.context->flow, FLOW_CONNECT) == '5',
	    "version 8 for the next ones");
	ok(uuid_equal(&first->id, &id) && first->context_version == 7,
	    "the first one keeps its own");
	world_free(w);
}

/* Its context is deleted: who is on the telephone goes on, nobody follows. */
static void
test_deleted(void)
{
	struct engine_originate o;
	int64_t sends;

	begin("");
	ring();
	SAY(500, .type = EV_ANSWERED);
	w->ncontext = 0;
	world_objects(w);
	sends = (int64_t)w->sends;
	engine_originate(w->e, call, &o);
	ok(o.context == NULL, "nothing is sent with it any more");
	SAY(10, .type = EV_PLAYING, .state = "ask");
	SAY(3000, .type = EV_KEY, .key = '9', .state = "ask");
	SAY(1, .type = EV_OPTOUT, .key = '9', .state = "out");
	ok(strcmp(call->context, "usa") == 0 && call->context_version == 7 &&
		call->key_ms == 3000,
	    "the call has what it began with: %d ms", call->key_ms);
	hang_up(300, "optout", NULL);
	ok(opts_out(), "and opts out");
	world_run(w, 3000);
	world_publish(w);
	ok((int64_t)w->sends == sends, "no call leaves");
	ok(strcmp(w->board->campaigns[0].gates[0].name, "context") == 0,
	    "it waits: %s", w->board->campaigns[0].why);
	world_free(w);
}

int
main(void)
{
	test_survey();
	test_ends();
	test_states();
	test_people();
	test_sent_on();
	test_unseen();
	test_quotient();
	test_broken();
	test_versions();
	test_deleted();
	return done_testing();
}
