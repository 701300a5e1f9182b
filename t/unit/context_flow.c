/* SPDX-License-Identifier: MIT */
/*
 * The flow of a context and the dry run through it, held to what
 * t/3010-dialplan.sh proves of the shipped dialplan on real switches: the
 * reports it makes for each kind of callee; and to the engine's outcome.
 */
#include "ui/context_flow.h"

#include "engine/outcome.h"
#include "screens.h"
#include "shared/spec.h"
#include "ui/context_check.h"
#include "ui/context_dry.h"

/* As call() of t/3010-dialplan.sh: no detection, no retries. */
static struct m_context
plain(void)
{
	struct m_context c = { .name = "x",
		.connect_key = "1",
		.disconnect_key = "9",
		.repeat_key = "0",
		.menu_timeout = 10,
		.prompt = "prompt",
		.destination = "queue:sales",
		.ring_timeout = 10,
		.on_machine = "hangup" };

	return c;
}

static const char survey[] =
    "hello play prompt=welcome >q1\n"
    "q1 question prompt=how_good keys=12345 retries=1 0>repeat 9>out t>bye "
    ">age\n"
    "age question prompt=how_old digits=2 retries=0 t>bye >more\n"
    "more speech prompt=talk_to_us retries=0 grammar=yesno yes>sales no>thanks 1>sales "
    "t>thanks\n"
    "sales connect dest=queue:sales ring=20 fail>thanks >thanks\n"
    "thanks play prompt=thanks goal=yes\n"
    "out optout prompt=gone\n"
    "bye hangup prompt=bye";

static struct m_context
states(const char *text)
{
	struct m_context c = plain();

	str_copy(c.states, sizeof(c.states), text);
	return c;
}

static struct flow *
flow_of(const struct m_context *c)
{
	struct buf err = BUF_INIT;
	struct flow *f = flow_new(c, NULL, &err);

	if (f == NULL)
		printf("# %s\n", buf_cstr(&err));
	buf_clear(&err);
	return f;
}

static void
start(struct context_dry *d, const struct m_context *c)
{
	struct flow *f = flow_of(c);

	context_dry_start(d, f);
	flow_free(f);
}

static void
run(struct context_dry *d, const struct m_context *c, const char *keys)
{
	start(d, c);
	for (; *keys != '\0'; keys++)
		context_dry_key(d, (unsigned char)*keys);
}

/* "name: keys": what the dialplan would report, the disposition. */
static void
walk(const char *name, const struct m_context *c, const char *keys,
    const char *stages, enum disposition end)
{
	static struct context_dry d;

	run(&d, c, keys);
	ok(strcmp(d.stages, stages) == 0 && d.disposition == end, "%s: %s",
	    name, d.stages);
	if (strcmp(d.stages, stages) != 0 || d.disposition != end)
		printf("# wanted %s, %s; got %s\n", stages,
		    disposition_word(end), disposition_word(d.disposition));
}

static void
test_keys(void)
{
	struct m_context c = plain();

	walk("connect", &c, "1at",
	    "up playing key=1 connect=1 agent left=SERVED hangup=connected",
	    DISP_CONNECTED);
	walk("connect-wait", &c, "t1ah",
	    "up playing wait key=1 connect=1 agent left=SERVED "
	    "hangup=connected",
	    DISP_CONNECTED);
	walk("optout-silent", &c, "9",
	    "up playing key=9 optout=9 hangup=optout", DISP_OPTED_OUT);
	str_copy(c.prompt_goodbye, sizeof(c.prompt_goodbye), "bye");
	walk("optout", &c, "9",
	    "up playing key=9 optout=9 goodbye hangup=optout", DISP_OPTED_OUT);
	str_copy(c.connect_key, sizeof(c.connect_key), "3");
	walk("mexico-3", &c, "3at",
	    "up playing key=3 connect=3 agent left=SERVED hangup=connected",
	    DISP_CONNECTED);
	walk("mexico-1", &c, "1",
	    "up playing key=1 invalid=1 timeout goodbye hangup=none",
	    DISP_ANSWERED_NO_KEY);
	c.retries = 1;
	walk("mexico-1-again", &c, "t1tt",
	    "up playing wait key=1 invalid=1 playing wait timeout goodbye "
	    "hangup=none",
	    DISP_ANSWERED_NO_KEY);
	walk("no-key-twice", &c, "tttt",
	    "up playing wait playing wait timeout goodbye hangup=none",
	    DISP_ANSWERED_NO_KEY);
	c = plain();
	walk("repeat", &c, "0tt",
	    "up playing key=0 repeat=0 playing wait timeout hangup=none",
	    DISP_ANSWERED_NO_KEY);
#define Z "key=0 repeat=0 playing wait "
	walk("repeat-bounded", &c, "t0t0t0t0t0t0",
	    "up playing wait " Z Z Z Z Z "key=0 invalid=0 timeout hangup=none",
	    DISP_ANSWERED_NO_KEY);
	walk("no-key", &c, "tt", "up playing wait timeout hangup=none",
	    DISP_ANSWERED_NO_KEY);
	walk("a key that is none of ours", &c, "#",
	    "up playing key=# invalid=# timeout hangup=none",
	    DISP_ANSWERED_NO_KEY);
	walk("hangs-up", &c, "h", "up playing hangup=none",
	    DISP_ANSWERED_NO_KEY);
	c.prompt[0] = '\0';
	walk("connect-no-prompt", &c, "1at",
	    "up playing wait key=1 connect=1 agent left=SERVED "
	    "hangup=connected",
	    DISP_CONNECTED);
	c.disconnect_key[0] = c.repeat_key[0] = '\0';
	walk("no key to opt out", &c, "9",
	    "up playing wait key=9 invalid=9 timeout hangup=none",
	    DISP_ANSWERED_NO_KEY);
}

static void
test_machines(void)
{
	struct m_context c = plain();

	c.amd = true;
	walk("connect-amd", &c, "t1at",
	    "up amd=HUMAN playing key=1 connect=1 agent left=SERVED "
	    "hangup=connected",
	    DISP_CONNECTED);
	walk("a key while it listens is lost", &c, "1tt",
	    "up amd=HUMAN playing wait", DISP_NONE);
	walk("machine", &c, "m", "up amd=MACHINE machine=hangup hangup=machine",
	    DISP_MACHINE);
	walk("hangs up while it listens", &c, "h", "up hangup=none",
	    DISP_ANSWERED_NO_KEY);
	str_copy(c.on_machine, sizeof(c.on_machine), "prompt");
	walk("machine-prompt", &c, "mtt",
	    "up amd=MACHINE machine=prompt playing wait timeout "
	    "hangup=machine",
	    DISP_MACHINE);
	walk("a person taken for a machine", &c, "m1at",
	    "up amd=MACHINE machine=prompt playing key=1 connect=1 agent "
	    "left=SERVED hangup=connected",
	    DISP_CONNECTED);
	str_copy(c.on_machine, sizeof(c.on_machine), "message");
	walk("machine-no-message", &c, "mt",
	    "up amd=MACHINE machine=message machine=voicemail machine=failed "
	    "hangup=machine",
	    DISP_MACHINE);
	str_copy(c.prompt_machine, sizeof(c.prompt_machine), "bye");
	walk("machine-message", &c, "mtt",
	    "up amd=MACHINE machine=message machine=voicemail "
	    "machine=delivered hangup=machine",
	    DISP_MACHINE);
	c.amd = false;
	walk("without detection nobody notices", &c, "mtt",
	    "up playing wait timeout hangup=none", DISP_ANSWERED_NO_KEY);
}

/* What no context can have, but a channel variable could. */
static void
bad_destination(const char *name, const char *dest)
{
	static struct context_dry d;
	struct m_context c = plain();
	struct flow *f = flow_of(&c);
	struct flow_state *s = &f->s[flow_find(f, "connect")];

	str_copy(s->dest, sizeof(s->dest), dest);
	context_dry_start(&d, f);
	context_dry_key(&d, '1');
	ok(strcmp(d.stages,
	       "up playing key=1 connect=1 left=BADDEST hangup=connect") == 0 &&
		d.disposition == DISP_ABANDONED,
	    "%s: %s", name, d.stages);
	flow_free(f);
}

static void
test_destinations(void)
{
	struct m_context c = plain();

	walk("queue-timeout", &c, "1t",
	    "up playing key=1 connect=1 left=TIMEOUT hangup=connect",
	    DISP_ABANDONED);
	walk("queue-hangs-up", &c, "1h",
	    "up playing key=1 connect=1 left=ABANDON hangup=connect",
	    DISP_ABANDONED);
	str_copy(c.destination, sizeof(c.destination), "dial:PJSIP/1@c");
	walk("dial", &c, "1at",
	    "up playing key=1 connect=1 connected left=ANSWER "
	    "hangup=connected",
	    DISP_CONNECTED);
	walk("dial-rings", &c, "1t",
	    "up playing key=1 connect=1 left=NOANSWER hangup=connect",
	    DISP_ABANDONED);
	walk("exten-hangs-up", &c, "1h",
	    "up playing key=1 connect=1 left=CANCEL hangup=connect",
	    DISP_ABANDONED);
	bad_destination("queue-nothing", "queue:");
	bad_destination("app-dest", "System:id");
	bad_destination("two-channels", "dial:a&b");
}

/* Random calls end, and as engine/outcome.c has it. */
static void
test_random(void)
{
	static const char keys[] = "0123456789*#mtah";
	static const char *const machines[] = { "hangup", "prompt", "message" };
	static struct context_dry d;
	int wrong = 0, open = 0;
	struct rng r;

	rng_seed(&r, 5);
	for (int i = 0; i < 5000; i++) {
		struct m_context c = plain();
		struct outcome o = { .answered = true, .cause = 16 };
		char now[200], what[200];

		c.amd = rng_below(&r, 2) == 0;
		c.retries = (int64_t)rng_below(&r, 10);
		str_copy(c.on_machine, sizeof(c.on_machine),
		    machines[rng_below(&r, 3)]);
		start(&d, &c);
		for (int k = 0; k < 60 && d.state != DRY_ENDED; k++) {
			context_dry_key(
			    &d, (unsigned char)keys[rng_below(&r, 16)]);
			context_dry_now(
			    &d, now, sizeof(now), what, sizeof(what));
			wrong += now[0] == '\0' || what[0] == '\0';
		}
		for (int k = 0; k < 80 && d.state != DRY_ENDED; k++)
			context_dry_key(&d, 't');
		open += d.state != DRY_ENDED;
		wrong += context_dry_key(&d, '1');
		o.goal = d.goal;
		o.optout = strstr(d.stages, "optout=") != NULL;
		o.connected = strstr(d.stages, " agent ") != NULL;
		o.transferring = strstr(d.stages, "connect=") != NULL;
		o.machine = strstr(d.stages, "amd=MACHINE") != NULL;
		wrong += outcome_disposition(&o) != d.disposition;
	}
	ok(open == 0, "time ends every call");
	ok(wrong == 0, "5000 calls: the engine's dispositions");
}

/* The same in a survey that asks, listens, connects and comes to a goal. */
static void
test_random_survey(void)
{
	static const char keys[] = "0123456789*#mtahuynx";
	static struct context_dry d;
	struct m_context c = states(survey);
	struct flow *f = flow_of(&c);
	int wrong = 0, open = 0, completed = 0;
	struct rng r;

	rng_seed(&r, 6);
	for (int i = 0; i < 5000; i++) {
		struct outcome o = { .answered = true, .cause = 16 };
		char now[200], what[400];

		context_dry_start(&d, f);
		for (int k = 0; k < 60 && d.state != DRY_ENDED; k++) {
			struct context_flow_mark m = context_dry_mark(&d);

			wrong += m.state < 0 || m.state >= f->n;
			context_dry_key(&d,
			    (unsigned char)
				keys[rng_below(&r, sizeof(keys) - 1)]);
			context_dry_now(
			    &d, now, sizeof(now), what, sizeof(what));
			wrong += now[0] == '\0' || what[0] == '\0';
		}
		for (int k = 0; k < 80 && d.state != DRY_ENDED; k++)
			context_dry_key(&d, 't');
		open += d.state != DRY_ENDED;
		o.optout = strstr(d.stages, "optout") != NULL;
		o.connected = strstr(d.stages, " agent ") != NULL;
		o.transferring = strstr(d.stages, " connect") != NULL;
		o.goal = strstr(d.stages, " goal ") != NULL;
		wrong += outcome_disposition(&o) != d.disposition;
		completed += d.disposition == DISP_COMPLETED;
	}
	ok(open == 0 && completed > 100, "time ends every survey");
	ok(wrong == 0, "5000 surveys: the engine's dispositions");
	flow_free(f);
}

static void
test_lines(void)
{
	struct m_context c = plain();
	static struct context_dry d;
	char now[200], keys[200];

	run(&d, &c, "9");
	ok(strcmp(d.line[0].text, "the call is answered") == 0 &&
		d.line[1].kind == DRY_HEARD &&
		strcmp(d.line[1].text, "\"prompt\"") == 0 &&
		d.line[2].kind == DRY_DID &&
		strcmp(d.line[2].text, "key 9") == 0 &&
		strstr(d.line[3].text, "do-not-call list") != NULL,
	    "each step is a line");
	ok(d.line[d.nlines - 1].kind == DRY_END &&
		strstr(d.line[d.nlines - 1].text, "opted out") != NULL,
	    "the last one is the outcome");
	run(&d, &c, "1");
	context_dry_now(&d, now, sizeof(now), keys, sizeof(keys));
	ok(strcmp(now, "connect   The destination rings.") == 0 &&
		strstr(keys, "a it answers") != NULL,
	    "what goes on, and which keys mean something");
	ok(!context_dry_key(&d, 'm') && !context_dry_key(&d, 'x') &&
		!context_dry_key(&d, 0x110001) && !context_dry_key(&d, 0),
	    "others do not");
	run(&d, &c, "1");
	for (int i = 0; i < 500; i++)
		context_dry_key(&d, '5');
	ok(d.nlines == CONTEXT_DRY_LINES &&
		strstr(d.line[d.nlines - 1].text, "keys do nothing"),
	    "the oldest lines go");
}

static bool
flow_shows(const struct m_context *c, const char *text)
{
	struct canvas *cv = canvas_new(40, 100);
	struct flow *f = flow_of(c);
	bool yes;

	context_flow_draw(cv, canvas_all(cv), f, CONTEXT_FLOW_NO_MARK, 0);
	yes = shows(cv, text);
	flow_free(f);
	canvas_free(cv);
	return yes;
}

static int
flow_lines(const struct m_context *c)
{
	struct flow *f = flow_of(c);
	int n = context_flow_rows(f);

	flow_free(f);
	return n;
}

static void
test_flow(void)
{
	struct m_context c = plain();

	ok(flow_lines(&c) == 8, "eight lines without detection");
	ok(flow_shows(
	       &c, "answered: ask menu \"prompt\", then 10 s for a key") &&
		flow_shows(&c, "1  connect queue:sales rings, 10 s at most") &&
		flow_shows(&c, "9  out optout do-not-call list at once") &&
		flow_shows(&c, "0  again, 5 times at most") &&
		flow_shows(&c, "no or a wrong key: bye hangup"),
	    "what it says");
	c.amd = true;
	c.retries = 2;
	str_copy(c.prompt_goodbye, sizeof(c.prompt_goodbye), "bye");
	str_copy(c.prompt_connect, sizeof(c.prompt_connect), "hold");
	ok(flow_shows(&c, "a machine: bare hangup") &&
		flow_shows(&c, "a person, or not sure: ask menu") &&
		flow_shows(&c, "3 times: bye hangup \"bye\"") &&
		flow_shows(&c, "\"hold\", then queue:sales rings"),
	    "with everything");
	str_copy(c.on_machine, sizeof(c.on_machine), "prompt");
	str_copy(c.on_unsure, sizeof(c.on_unsure), "message");
	str_copy(c.prompt_machine, sizeof(c.prompt_machine), "left");
	ok(flow_shows(&c, "a machine: \xe2\x86\x92 ask") &&
		flow_shows(&c, "not sure: vm voicemail after the beep") &&
		flow_shows(&c, "a person: ask menu"),
	    "each verdict leads where it leads");
	c.disconnect_key[0] = c.repeat_key[0] = '\0';
	ok(!flow_shows(&c, "do-not-call") && !flow_shows(&c, "again"),
	    "no line for a key that is none");
}

static void
test_states(void)
{
	struct m_context c = states(survey);

	ok(flow_shows(&c, "answered: hello play \"welcome\"") &&
		flow_shows(
		    &c, "\xe2\x86\x93  q1 question \"how_good\", then") &&
		flow_shows(&c, "s for an answer 1-5"),
	    "a question stands below what leads to it");
	ok(flow_shows(&c, "s for up to 2 digits and #") &&
		flow_shows(&c, "9  out optout") &&
		flow_shows(&c, "no or a wrong key, 2 times: bye hangup") &&
		flow_shows(&c, "no or a wrong key: \xe2\x86\x92 bye"),
	    "what was drawn is named");
	ok(flow_shows(&c, "yes  \xe2\x86\x92 sales") &&
		flow_shows(&c, "1  sales connect queue:sales") &&
		flow_shows(&c, "it answers, they talk, then: thanks play"),
	    "words, and what comes after a talk");
	ok(flow_shows(&c, "(goal)") && flow_shows(&c, "completed"),
	    "a goal, and calls that end with it");
	c = states("a play prompt=x >b\nb menu 1>a 2>c 3>d 4>c t>hangup\n"
		   "c connect dest=queue:x\nd voicemail prompt=v");
	ok(flow_shows(&c, "1  \xe2\x86\x92 a") &&
		flow_shows(&c, "2 4  c connect") &&
		flow_shows(&c, "3  d voicemail after the beep \"v\""),
	    "keys that lead to the same place share a line; a way back ends");
}

static void
test_draw(void)
{
	struct m_context c = states(survey);
	struct flow *f = flow_of(&c);
	struct canvas *cv = canvas_new(6, 100);

	ok(context_flow_draw(cv, canvas_all(cv), f, CONTEXT_FLOW_NO_MARK, 0) ==
		    6 &&
		shows(cv, "more lines"),
	    "what has no room is counted");
	canvas_clear(cv);
	context_flow_draw(cv, canvas_all(cv), f, CONTEXT_FLOW_NO_MARK, 99);
	ok(!shows(cv, "more lines") && shows(cv, "no word"),
	    "scrolled to its end");
	canvas_clear(cv);
	context_flow_draw(cv, canvas_all(cv), f,
	    (struct context_flow_mark){ flow_find(f, "sales"), false }, 0);
	ok(shows_on(cv, "queue:sales rings", ROLE_BG_SELECT),
	    "the step of a dry run is marked, and in sight");
	for (int w = 1; w < 100; w += 9)
		context_flow_draw(cv, (struct rect){ 0, 0, w / 6, w }, f,
		    CONTEXT_FLOW_NO_MARK, 0);
	flow_free(f);
	c = plain();
	memset(c.prompt, 'p', sizeof(c.prompt) - 1);
	memset(c.destination, 'd', sizeof(c.destination) - 1);
	memset(c.prompt_connect, 'c', sizeof(c.prompt_connect) - 1);
	memcpy(c.destination, "queue:", 6);
	f = flow_of(&c);
	for (int w = 1; w < 100 && f != NULL; w += 9)
		context_flow_draw(cv, (struct rect){ 0, 0, w / 6, w }, f,
		    CONTEXT_FLOW_NO_MARK, 0);
	ok(f != NULL, "long names in narrow places");
	flow_free(f);
	canvas_free(cv);
}

/* Whatever a flow may be: each state is drawn once. */
static void
test_once(void)
{
	struct m_context c = states("");
	struct context_flow_line *v;
	struct buf b = BUF_INIT;
	struct flow *f;
	int wrong = 0, at[FLOW_STATES];
	size_t n;

	/* 31 menus, each inside the one before */
	for (int i = 0; i < 31; i++)
		buf_fmt(&b, "m%d menu 1>%s%d 2>m0 t>hangup\n", i,
		    i < 30 ? "m" : "c", i < 30 ? i + 1 : 0);
	buf_str(&b, "c0 connect dest=queue:x");
	str_copy(c.states, sizeof(c.states), buf_cstr(&b));
	buf_clear(&b);
	f = flow_of(&c);
	ok(f != NULL && f->n == 32, "a deep flow");
	v = context_flow(f, &n);
	memset(at, 0, sizeof(at));
	for (size_t i = 0; i < n; i++)
		if (v[i].state >= 0 && !v[i].talk)
			at[v[i].state]++;
	for (int i = 0; i < f->n; i++)
		wrong += at[i] != 1;
	ok(wrong == 0, "each of its states is drawn once");
	free(v);
	flow_free(f);
}

static void
test_walks(void)
{
	struct m_context c = states(survey);
	static struct context_dry d;
	char now[200], keys[400];

	walk("survey", &c, "t412n",
	    "up playing playing key=4 answer=4 playing key=2 answer=12 playing "
	    "answer=no goal playing",
	    DISP_NONE);
	walk("survey, answered", &c, "t434nt",
	    "up playing playing key=4 answer=4 playing key=4 answer=34 playing "
	    "answer=no goal playing hangup=goal",
	    DISP_COMPLETED);
	walk("one digit and #", &c, "t47#tt",
	    "up playing playing key=4 answer=4 playing key=7 answer=7 playing "
	    "timeout goal playing hangup=goal",
	    DISP_COMPLETED);
	walk("digits that stop", &c, "t4t7ttt",
	    "up playing playing key=4 answer=4 playing wait key=7 answer=7 "
	    "playing timeout goal playing hangup=goal",
	    DISP_COMPLETED);
	walk("# alone is a wrong key", &c, "t4#",
	    "up playing playing key=4 answer=4 playing key=# invalid=# timeout "
	    "goodbye hangup=none",
	    DISP_ANSWERED_NO_KEY);
	walk("a wrong key, asked again", &c, "t7t8",
	    "up playing playing key=7 invalid=7 playing wait key=8 invalid=8 "
	    "timeout goodbye hangup=none",
	    DISP_ANSWERED_NO_KEY);
	walk("out of a question", &c, "t9",
	    "up playing playing key=9 answer=9 optout=9 goodbye hangup=optout",
	    DISP_OPTED_OUT);
	walk("by a word to a person, who talks", &c, "t430yatt",
	    "up playing playing key=4 answer=4 playing key=0 answer=30 playing "
	    "answer=yes connect agent left=SERVED goal playing "
	    "hangup=connected",
	    DISP_CONNECTED);
	walk("nobody takes it", &c, "t4301tt",
	    "up playing playing key=4 answer=4 playing key=0 answer=30 playing "
	    "key=1 answer=1 connect=1 left=TIMEOUT goal playing hangup=goal",
	    DISP_COMPLETED);
	walk("another word", &c, "t430x",
	    "up playing playing key=4 answer=4 playing key=0 answer=30 playing "
	    "invalid=other timeout goal playing",
	    DISP_NONE);
	run(&d, &c, "t430");
	context_dry_now(&d, now, sizeof(now), keys, sizeof(keys));
	ok(strstr(keys, "y yes   n no") != NULL &&
		strstr(keys, "x another word") != NULL,
	    "the letters of the words: %s", keys);
	run(&d, &c, "t434nt");
	ok(d.nanswers == 3 && strcmp(d.answers[1].question, "age") == 0 &&
		strcmp(d.answers[1].answer, "34") == 0 &&
		strstr(d.line[d.nlines - 2].text,
		    "answers kept: q1=4  age=34  more=no") != NULL,
	    "what was answered");
	context_dry_again(&d);
	ok(d.nanswers == 0 && strcmp(d.stages, "up playing") == 0,
	    "another call begins anew");
}

static bool
finds(const char *object, size_t n, bool error, const char *text)
{
	struct context_problem v[CONTEXT_PROBLEMS];
	json_t *o = json_loads(object, 0, NULL);
	struct buf why = BUF_INIT;
	struct m_context c;
	struct flow *f = spec_context(o, &c) ? flow_new(&c, NULL, &why) : NULL;
	size_t got = context_check(o, f, buf_cstr(&why), v);
	bool yes = got == n;

	if (got != n)
		printf("# %zu problems\n", got);
	for (size_t i = 0; i < got && got != n; i++)
		printf("# %s\n", v[i].text);
	if (n > 0)
		yes = yes && v[0].error == error &&
		      strstr(v[0].text, text) != NULL;
	flow_free(f);
	buf_clear(&why);
	json_decref(o);
	return yes;
}

static void
test_check(void)
{
	ok(finds("{\"name\":\"usa\",\"country\":\"usa\",\"prompt\":\"p\","
		 "\"id\":3,\"connect_key\":\"1\"}",
	       0, false, ""),
	    "nothing to say, an id is no problem");
	ok(finds("{\"name\":\"mx\",\"country\":\"mexico\",\"prompt\":\"p\"}", 1,
	       false, "connect_key 1 in Mexico"),
	    "1 in Mexico");
	ok(finds("{\"name\":\"mx\",\"country\":\"mexico\",\"prompt\":\"p\","
		 "\"connect_key\":\"3\"}",
	       0, false, ""),
	    "3 in Mexico");
	ok(finds("{\"name\":\"x\"}", 1, false, "no prompt"), "no prompt");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"menu_timeout\":4}", 1,
	       false, "menu_timeout 4 s"),
	    "too short a time");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"menu_timeout\":5}", 0,
	       false, ""),
	    "5 s pass");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"amd\":false}", 1, false,
	       "amd is off"),
	    "no detection");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"ring_timeout\":4}", 1,
	       false, "ring_timeout 4 s"),
	    "no agent answers so soon");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"on_machine\":"
		 "\"prompt\"}",
	       1, false, "on_machine prompt"),
	    "detection for nothing");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"on_machine\":"
		 "\"message\"}",
	       1, false, "no prompt_machine"),
	    "nothing to leave on a machine");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"disconnect_key\":\"\"}", 1,
	       false, "opt out"),
	    "no key to opt out");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"repeat_key\":\"#\"}", 1,
	       true, "0 to 9 or *"),
	    "# is no key of a menu");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"destination\":\"moon\"}",
	       1, true, "destination = \"moon\""),
	    "an unknown destination is an error");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"repeat_key\":\"1\"}", 1,
	       true, "both \"1\""),
	    "two keys alike");
	ok(finds("[1]", 1, true, "name"), "no object at all");
	ok(finds("{\"name\":\"x\",\"country\":\"mexico\",\"states\":["
		 "\"ask menu prompt=p timeout=4 1>sales 9>out t>hangup\","
		 "\"sales connect dest=queue:x\",\"out optout\"]}",
	       2, false, "state ask: 1 connects, in Mexico"),
	    "states: 1 in Mexico, and too short a time");
	ok(finds("{\"name\":\"x\",\"states\":[\"p play prompt=p\"]}", 2, false,
	       "no state of kind optout"),
	    "states: no way to opt out, and nothing to come to");
	ok(finds("{\"name\":\"x\",\"states\":[\"p play prompt=p >q\"]}", 1,
	       true, "no state of that name"),
	    "states that make no sense");
}

/* Some calls of t/3011-flows.sh. */
static void
test_switches(void)
{
	struct m_context c;

	c = states("ask menu prompt=p timeout=4 retries=1 1>hangup 0>repeat "
		   "i>no t>bye\n"
		   "no play prompt=p >two\n"
		   "two menu prompt=p timeout=4 retries=1 1>hangup *>star\n"
		   "star hangup goal=yes\nbye hangup prompt=p");
	walk("wrong-goes", &c, "t6tt1",
	    "up playing wait key=6 invalid=6 playing playing wait key=1 "
	    "hangup=none",
	    DISP_ANSWERED_NO_KEY);
	walk("wrong-pound", &c, "t#tt#t*",
	    "up playing wait key=# invalid=# playing playing wait key=# "
	    "invalid=# playing wait key=* goal hangup=goal",
	    DISP_COMPLETED);
	c = states("out optout >q\n"
		   "q question prompt=p timeout=4 >con t>hangup\n"
		   "con connect dest=queue:empty");
	walk("optout-first", &c, "t8t",
	    "up optout playing wait key=8 answer=8 connect=8 left=TIMEOUT "
	    "hangup=optout",
	    DISP_OPTED_OUT);
	c = states("det detect amd=hasty human>h machine>m unsure>u\n"
		   "h hangup\nm voicemail prompt=p\nu play prompt=p");
	walk("unsure", &c, "ut", "up amd=NOTSURE playing hangup=none",
	    DISP_ANSWERED_NO_KEY);
	c = states("det detect amd=deaf human>u machine>hangup\n"
		   "u play prompt=p");
	walk("unsure-human", &c, "ut", "up amd=NOTSURE playing hangup=none",
	    DISP_ANSWERED_NO_KEY);
	walk("deaf-ends", &c, "m",
	    "up amd=MACHINE machine=hangup hangup=machine", DISP_MACHINE);
	c = states("det detect machine>m\nm connect dest=exten:agent@lab");
	walk("deaf-connect", &c, "mat",
	    "up amd=MACHINE machine=connect connect connected left=ANSWER "
	    "hangup=connected",
	    DISP_CONNECTED);
	c = states("con connect dest=exten:agent@lab ring=5 >q fail>hangup\n"
		   "q question prompt=p timeout=5 keys=12345");
	walk("agent-ends", &c, "att4",
	    "up connect connected left=ANSWER playing wait key=4 answer=4 "
	    "hangup=connected",
	    DISP_CONNECTED);
	c = states("q-1 question prompt=p digits=3 retries=0 >q2 t>q2\n"
		   "q2 question prompt=p *>q-1 >done goal=yes\ndone hangup");
	walk("asked-again", &c, "t777t*t12#t5",
	    "up playing wait key=7 answer=777 goal playing wait key=* answer=* "
	    "playing wait key=2 answer=12 goal playing wait key=5 answer=5 "
	    "hangup=goal",
	    DISP_COMPLETED);
	walk("pound-alone", &c, "t#",
	    "up playing wait key=# invalid=# timeout goal playing", DISP_NONE);
	c = states("say speech prompt=p grammar=menu timeout=4 retries=1 "
		   "sales>con yes>done no>repeat 1>con *>done t>bye\n"
		   "con connect dest=exten:agent@lab\n"
		   "done play prompt=p goal=yes\nbye hangup prompt=p");
	walk("say-again", &c, "nyt",
	    "up playing repeat=no playing answer=yes goal playing hangup=goal",
	    DISP_COMPLETED);
	walk("say-star", &c, "*t",
	    "up playing key=* answer=* goal playing hangup=goal",
	    DISP_COMPLETED);
	walk("say-else", &c, "xx",
	    "up playing invalid=other playing invalid=other timeout goodbye "
	    "hangup=none",
	    DISP_ANSWERED_NO_KEY);
}

int
main(void)
{
	test_keys();
	test_machines();
	test_destinations();
	test_random();
	test_random_survey();
	test_lines();
	test_flow();
	test_states();
	test_draw();
	test_once();
	test_walks();
	test_switches();
	test_check();
	return done_testing();
}
