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

static void
run(struct context_dry *d, const struct m_context *c, const char *keys)
{
	context_dry_start(d, c);
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
	str_copy(c.destination, sizeof(c.destination), "queue:");
	walk("queue-nothing", &c, "1",
	    "up playing key=1 connect=1 left=BADDEST hangup=connect",
	    DISP_ABANDONED);
	str_copy(c.destination, sizeof(c.destination), "System:id");
	walk("app-dest", &c, "1",
	    "up playing key=1 connect=1 left=BADDEST hangup=connect",
	    DISP_ABANDONED);
	str_copy(c.destination, sizeof(c.destination), "dial:a&b");
	walk("two-channels", &c, "1",
	    "up playing key=1 connect=1 left=BADDEST hangup=connect",
	    DISP_ABANDONED);
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
		context_dry_start(&d, &c);
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
		o.optout = strstr(d.stages, "optout=") != NULL;
		o.connected = strstr(d.stages, " agent ") != NULL;
		o.transferring = strstr(d.stages, "connect=") != NULL;
		o.machine = strstr(d.stages, "amd=MACHINE") != NULL;
		wrong += outcome_disposition(&o) != d.disposition;
	}
	ok(open == 0, "time ends every call");
	ok(wrong == 0, "5000 calls: the engine's dispositions");
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
	ok(strcmp(now, "The destination rings.") == 0 &&
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
	struct canvas *cv = canvas_new(16, 100);
	bool yes;

	context_flow_draw(cv, canvas_all(cv), c, DRY_NONE);
	yes = shows(cv, text);
	canvas_free(cv);
	return yes;
}

static void
test_flow(void)
{
	struct m_context c = plain();
	struct context_flow_line v[CONTEXT_FLOW_LINES];
	struct canvas *cv = canvas_new(16, 100);

	ok(context_flow(&c, v) == 9, "nine lines without detection");
	ok(flow_shows(&c, "answered: no detection") &&
		flow_shows(&c, "anybody: \"prompt\", then 10 s for a key") &&
		flow_shows(&c, "1  queue:sales rings, 10 s at most") &&
		flow_shows(&c, "9  do-not-call list at once") &&
		flow_shows(&c, "0  the prompt again") &&
		flow_shows(&c, "no or a wrong key: hangs up"),
	    "what it says");
	c.amd = true;
	c.retries = 2;
	str_copy(c.prompt_goodbye, sizeof(c.prompt_goodbye), "bye");
	str_copy(c.prompt_connect, sizeof(c.prompt_connect), "hold");
	ok(flow_shows(&c, "a machine: hangs up") &&
		flow_shows(&c, "a person, or not sure: \"prompt\"") &&
		flow_shows(&c, "after 3 tries \"bye\"") &&
		flow_shows(&c, "\"hold\", then queue:sales rings"),
	    "with everything");
	c.disconnect_key[0] = c.repeat_key[0] = '\0';
	ok(context_flow(&c, v) == 8 && !flow_shows(&c, "do-not-call"),
	    "no line for a key that is none");
	context_flow_draw(cv, canvas_all(cv), &c, DRY_RING);
	ok(shows_on(cv, "queue:sales rings", ROLE_BG_SELECT),
	    "the step of a dry run is marked");
	memset(c.prompt, 'p', sizeof(c.prompt) - 1);
	memset(c.destination, 'd', sizeof(c.destination) - 1);
	memset(c.prompt_connect, 'c', sizeof(c.prompt_connect) - 1);
	for (int w = 1; w < 100; w += 9)
		context_flow_draw(
		    cv, (struct rect){ 0, 0, w / 6, w }, &c, DRY_NONE);
	ok(1, "long names in narrow places");
	canvas_free(cv);
}

static bool
finds(const char *object, size_t n, bool error, const char *text)
{
	struct context_problem v[CONTEXT_PROBLEMS];
	json_t *o = json_loads(object, 0, NULL);
	size_t got = context_check(o, v);
	bool yes = got == n;

	if (got != n)
		printf("# %zu problems\n", got);
	for (size_t i = 0; i < got && got != n; i++)
		printf("# %s\n", v[i].text);
	if (n > 0)
		yes = yes && v[0].error == error &&
		      strstr(v[0].text, text) != NULL;
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
	       false, "key #"),
	    "#");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"destination\":\"moon\"}",
	       1, true, "destination = \"moon\""),
	    "an unknown destination is an error");
	ok(finds("{\"name\":\"x\",\"prompt\":\"p\",\"repeat_key\":\"1\"}", 1,
	       true, "both \"1\""),
	    "two keys alike");
	ok(finds("[1]", 1, true, "name"), "no object at all");
}

int
main(void)
{
	test_keys();
	test_machines();
	test_destinations();
	test_random();
	test_lines();
	test_flow();
	test_check();
	return done_testing();
}
