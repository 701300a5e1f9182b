/* SPDX-License-Identifier: MIT */
/*
 * Keys: what one call's reports are counted as; the Mexican case, where
 * machines press 1 in their greeting; that clean countries do not warn; the
 * bounds of the interval; a false alarm in how many worlds; changes of the
 * context, midnight, restarts, and a book that is full.
 */
#include "engine/keys.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/context.h"
#include "engine/keys_part.h"
#include "engine/state.h"
#include "shared/spec.h"
#include "tap.h"

static struct engine e;
static struct campaign camp;
static struct country country;
static struct context *context;
static struct switch_rt sw;

/* keys "138..." each of them leads somewhere; '!' at the end: no detection */
static struct m_context
options(const char *name, int version)
{
	struct m_context m = { .menu_timeout = 10, .version = version };

	str_copy(m.name, sizeof(m.name), name);
	str_copy(m.prompt, sizeof(m.prompt), "ask");
	str_copy(m.destination, sizeof(m.destination), "queue:sales");
	str_copy(m.connect_key, sizeof(m.connect_key), "1");
	str_copy(m.disconnect_key, sizeof(m.disconnect_key), "9");
	str_copy(m.repeat_key, sizeof(m.repeat_key), "0");
	str_copy(m.on_human, sizeof(m.on_human), "prompt");
	str_copy(m.on_machine, sizeof(m.on_machine), "prompt");
	str_copy(m.on_unsure, sizeof(m.on_unsure), "prompt");
	m.ring_timeout = 30;
	m.amd = true;
	return m;
}

static void
use(const struct m_context *m)
{
	context_unref(country.context);
	context_unref(context);
	context = context_new(m, &(struct flow_world){ 0 });
	country.context = context_ref(context);
	if (context->flow == NULL)
		ok(false, "context %s: %s", m->name, context->why);
	else
		keys_flow(e.keys, context->flow);
}

static void
start(const char *in, const char *name)
{
	struct m_context m = options(name, 1);

	keys_free(e.keys);
	e.keys = keys_new();
	e.switches = &sw;
	e.now = (struct now){ .wall_ms = 1795215346000 };
	str_copy(country.conf.name, sizeof(country.conf.name), in);
	use(&m);
}

static void
pass(int64_t ms)
{
	e.now.wall_ms += ms;
	e.now.mono_ns += ms * NS_PER_MS;
}

static struct call
answered(void)
{
	struct call c = { .camp = &camp,
		.country = &country,
		.key_ms = -1,
		.amd_ms = -1,
		.context_version = context->flow->version };

	str_copy(c.context, sizeof(c.context), context->m.name);
	c.o.answered = true;
	return c;
}

static void
verdict(struct call *c, const char *what)
{
	pass(1800);
	str_copy(c->amd, sizeof(c->amd), what);
	c->o.machine = strcmp(what, "MACHINE") == 0;
}

static void
press(struct call *c, int after_ms, char key, enum keys_what what)
{
	pass(after_ms);
	keys_early(&e, c, key); /* a DTMF comes first, always */
	keys_heard(&e, c, key, KEYS_GO);
	if (what != KEYS_GO)
		keys_heard(&e, c, key, what);
}

static void
talk(struct call *c, int s)
{
	if (s > 0)
		c->connected_ms = e.now.wall_ms;
	pass(s * MS_PER_S);
	c->ended_ms = e.now.wall_ms;
	c->disposition = s > 0 ? DISP_CONNECTED : DISP_ANSWERED_NO_KEY;
	keys_ended(&e, c);
}

static const struct row_key *
row(char key)
{
	static const struct row_key none;
	int before = (int)e.keys->n;
	int i = keys_row(e.keys, country.conf.name, context->m.name, key);

	return i < 0 || i >= before ? &none : &e.keys->v[i].r;
}

/* ---- one call ---------------------------------------------------------- */

static void
test_call(void)
{
	struct call c;

	start("usa", "us");
	c = answered();
	verdict(&c, "HUMAN");
	keys_playing(&e, &c, "ask");
	press(&c, 4200, '1', KEYS_CONNECT);
	talk(&c, 65);
	ok(row('1')->presses == 1 && row('1')->connects == 1 &&
		row('1')->connects_machine == 0 && row('1')->early == 0 &&
		row('1')->ms == 4200 && row('1')->asked == 1 &&
		row('1')->after[4] == 1 && row('1')->connected == 1 &&
		row('1')->short_talks == 0 &&
		strcmp(row('1')->leads, "connect") == 0,
	    "a person: pressed once, after 4.2 s, connected");
	ok(c.key_ms == 4200 && !c.key_early && c.keys_invalid == 0,
	    "and the call knows");

	c = answered();
	verdict(&c, "HUMAN");
	keys_playing(&e, &c, "ask");
	press(&c, 900, '5', KEYS_INVALID);
	ok(c.key_ms == -1 && c.keys_invalid == 1 && row('5')->presses == 1 &&
		row('5')->invalid == 1 &&
		strcmp(row('5')->leads, "invalid") == 0,
	    "an invalid key is one press");
	press(&c, 900, '#', KEYS_INVALID);
	ok(c.key_ms == -1 && c.keys_invalid == 2 && row('#')->presses == 0,
	    "# is a wrong key of the call, and has no row");
	press(&c, 900, '0', KEYS_REPEAT);
	ok(row('0')->presses == 1 && strcmp(row('0')->leads, "repeat") == 0 &&
		c.key_ms == 2700,
	    "a repeat too");
	keys_playing(&e, &c, "ask");
	press(&c, 20000, '9', KEYS_OPTOUT);
	talk(&c, 0);
	ok(row('9')->presses == 1 && row('9')->after[15] == 1 &&
		strcmp(row('9')->leads, "optout") == 0,
	    "opted out after 20 s: in the last bar");
}

static void
test_machine_signs(void)
{
	struct call c;

	start("usa", "us");
	c = answered();
	keys_early(&e, &c, '1');
	verdict(&c, "HUMAN");
	keys_playing(&e, &c, "ask");
	press(&c, 2000, '1', KEYS_CONNECT);
	ok(row('1')->presses == 2 && row('1')->early == 1 &&
		row('1')->on_machine == 0 && row('1')->connects == 1 &&
		row('1')->connects_machine == 1,
	    "a connection of a call with an early key looks like a machine");
	c = answered();
	verdict(&c, "MACHINE");
	keys_early(&e, &c, '2');
	keys_playing(&e, &c, "ask");
	press(&c, 2000, '1', KEYS_CONNECT);
	ok(row('2')->on_machine == 1 && row('2')->early == 0 &&
		row('1')->on_machine == 1 && row('1')->connects == 2 &&
		row('1')->connects_machine == 2,
	    "so does one of a call that detection calls a machine");
	c = answered();
	c.amd[0] = 'H';
	keys_playing(&e, &c, "ask");
	press(&c, KEYS_REACT_MS - 1, '1', KEYS_CONNECT);
	ok(c.key_early && row('1')->early == 2 && row('1')->asked == 3 &&
		row('1')->connects_machine == 3,
	    "nobody reacts within %d ms", KEYS_REACT_MS);
	sw.late_ms = KEYS_LATE_MS;
	c = answered();
	c.amd[0] = 'H';
	keys_playing(&e, &c, "ask");
	press(&c, 0, '2', KEYS_CONNECT);
	ok(!c.key_early && row('2')->connects_machine == 0,
	    "but of a switch that is late nobody knows");
	sw.late_ms = 0;
	c = answered();
	c.amd[0] = 'H';
	keys_playing(&e, &c, "ask");
	press(&c, KEYS_REACT_MS, '1', KEYS_CONNECT);
	keys_early(&e, &c, '1');
	ok(!c.key_early && row('1')->connects_machine == 3 &&
		row('1')->presses == 5,
	    "at %d ms somebody may; keys in a talk are none", KEYS_REACT_MS);
	c = answered();
	c.amd[0] = 'H';
	keys_playing(&e, &c, "ask");
	press(&c, 1000, '0', KEYS_REPEAT);
	keys_playing(&e, &c, "ask");
	press(&c, 100, '1', KEYS_CONNECT);
	ok(!c.key_early, "who has heard the prompt before may be quick");
	c = answered();
	c.gap = true;
	keys_early(&e, &c, '1');
	ok(!c.key_early, "nothing is said of what was not watched");
}

static void
test_flow(void)
{
	struct m_context m = options("survey", 1);
	struct call c;

	start("peru", "x");
	str_copy(m.states, sizeof(m.states),
	    "hello play prompt=hi >ask\n"
	    "ask menu prompt=ask timeout=5 retries=0 1>q t>hangup\n"
	    "q question prompt=q digits=1 keys=12345 timeout=5 >thanks "
	    "t>sales\n"
	    "thanks play prompt=ty >sales\n"
	    "sales connect dest=queue:sales\n");
	use(&m);
	c = answered();
	keys_playing(&e, &c, "hello");
	keys_early(&e, &c, '7');
	ok(!c.key_early && row('7')->presses == 0,
	    "in a greeting of ours: not heard, and no sign of a machine");
	keys_playing(&e, &c, "ask");
	press(&c, 50, '1', KEYS_GO);
	keys_playing(&e, &c, "q");
	ok(!c.key_early && strcmp(row('1')->leads, "go") == 0,
	    "after a greeting a key may come at once");
	press(&c, 3000, '4', KEYS_ANSWER);
	keys_playing(&e, &c, "thanks");
	keys_heard(&e, &c, '4', KEYS_CONNECT);
	talk(&c, 5);
	ok(strcmp(row('4')->leads, "connect") == 0 && row('4')->connects == 1 &&
		row('4')->short_talks == 1 && row('1')->connects == 0,
	    "the answer connected, not the key before");
	ok(row('4')->presses == 1 && row('1')->presses == 1, "each once");
	c = answered();
	keys_playing(&e, &c, "ask");
	press(&c, 2000, '1', KEYS_GO);
	keys_playing(&e, &c, "q");
	keys_heard(&e, &c, '1', KEYS_CONNECT); /* t>sales */
	ok(row('1')->connects == 0, "a timeout connects by no key");
	c = answered();
	keys_playing(&e, &c, "ask");
	keys_heard(&e, &c, '3', KEYS_ANSWER);
	keys_heard(&e, &c, '\0', KEYS_ANSWER);
	ok(row('3')->presses == 1, "an answer without a key before is one");
	keys_judge(e.keys, NULL, NULL);
	ok(e.keys->contexts[1].states, "it lists states");
}

static void
test_unseen(void)
{
	struct call c;

	start("usa", "us");
	c = answered();
	c.gap = true;
	c.key = '1';
	str_copy(c.amd, sizeof(c.amd), "MACHINE");
	c.o.connected = true;
	talk(&c, 3);
	ok(row('1')->presses == 1 && row('1')->connects == 1 &&
		row('1')->connects_machine == 1 && row('1')->asked == 0 &&
		row('1')->short_talks == 1,
	    "a call taken over counts when it ends");
	c = answered();
	c.gap = true;
	c.key = '1';
	talk(&c, 0);
	ok(row('1')->presses == 1, "not if it is unknown where its key led");
	c = answered();
	c.context[0] = '\0';
	c.gap = true;
	c.key = '1';
	c.o.connected = true;
	talk(&c, 9);
	ok(row('1')->presses == 2 && row('1')->connected == 2,
	    "of an unknown context: its country's");
	c = answered();
	keys_playing(&e, &c, "ask");
	press(&c, 2000, '1', KEYS_CONNECT);
	keys_new_day(e.keys);
	talk(&c, 30);
	ok(row('1')->presses == 0, "a talk over midnight counts for neither");
}

/* ---- Mexico ------------------------------------------------------------ */

static char heard[256];
static double low;
static int told;

static void
worst(void *arg, const char *name, double value, const char *advice)
{
	(void)arg;
	if (strcmp(name, context->m.name) != 0)
		ok(false, "told of context %s", name);
	low = value;
	told++;
	str_copy(heard, sizeof(heard), advice);
}

static void
look(void)
{
	told = 0;
	low = -1;
	heard[0] = '\0';
	keys_judge(e.keys, worst, NULL);
}

static void
person(int i)
{
	struct call c = answered();

	verdict(&c, "HUMAN");
	keys_playing(&e, &c, "ask");
	press(&c, 3000 + i * 37 % 9000, i % 10 == 9 ? '9' : '1',
	    i % 10 == 9 ? KEYS_OPTOUT : KEYS_CONNECT);
	talk(&c, i % 10 == 9 ? 0 : 30 + i % 100);
}

static void
machine(bool found)
{
	struct call c = answered();

	keys_early(&e, &c, '1'); /* its greeting: "marque uno" and the tone */
	verdict(&c, found ? "MACHINE" : "HUMAN");
	keys_playing(&e, &c, "ask");
	press(&c, 1500, '1', KEYS_CONNECT);
	talk(&c, 4);
}

static void
test_mexico(void)
{
	const struct row_key *r;
	struct m_context m;

	start("mexico", "mx");
	for (int i = 0; i < 500; i++) {
		if (i % 5 < 2)
			machine(i % 5 == 0);
		else
			person(i);
	}
	look();
	r = row('1');
	/* 200 machines press twice; of 300 persons 50 opted out */
	ok(r->presses == 650 && row('9')->presses == 50 && r->early == 200 &&
		r->on_machine == 100,
	    "presses %u, early %u, on machines %u", r->presses, r->early,
	    r->on_machine);
	ok(r->connects == 450 && r->connects_machine == 200 &&
		r->connected == 450 && r->short_talks == 200,
	    "connections %u, of them machines %u, short %u", r->connects,
	    r->connects_machine, r->short_talks);
	ok(fabs(r->machine_low - keys_wilson(200, 450)) < 1e-6 &&
		r->machine_low > 0.399f && r->machine_low < 0.4f,
	    "at least %.1f %%", 100 * (double)r->machine_low);
	ok(told == 1 && fabs(low - (double)r->machine_low) < 1e-6, "told once");
	ok(strcmp(heard, "mexico: key 1 connects machines (200 of 450, at "
			 "least 40 %; 200 of 450 talks short): set context mx "
			 "connect_key=3") == 0 &&
		strcmp(r->advice, heard) == 0 && strcmp(r->better, "3") == 0 &&
		r->states == 0,
	    "%s", heard);
	ok(strlen(heard) < sizeof(((struct board_alert *)0)->message),
	    "fits an alert");
	ok(row('9')->advice[0] == '\0', "9 is not warned of");

	/* done as it says */
	m = options("mx", 2);
	str_copy(m.connect_key, sizeof(m.connect_key), "3");
	use(&m);
	look();
	ok(told == 0 && row('1')->advice[0] == '\0' &&
		row('1')->better[0] == '\0' && row('1')->connects == 450,
	    "the warning ends with the change, the counts stay");
	ok(row('1')->machine_low == -1, "nothing is known of it since then");
}

static void
test_detection_hangs_up(void)
{
	struct m_context m;

	start("mexico", "mx");
	for (int i = 0; i < 100; i++)
		machine(true);
	look();
	ok(heard[0] != '\0', "warned");
	m = options("mx", 2);
	str_copy(m.on_machine, sizeof(m.on_machine), "hangup");
	use(&m);
	look();
	ok(told == 0, "judged anew after any change");
	for (int i = 0; i < 19; i++)
		person(10 * i);
	look();
	ok(told == 0, "not before %d connections", KEYS_MIN);
	person(0);
	look();
	ok(told == 1 && low < 0.02 && heard[0] == '\0', "clean now: %.3f", low);
	keys_flow(e.keys, context->flow);
	look();
	ok(told == 1, "the same context once more changes nothing");
}

/* As the engine has it: fed once a second. */
static struct board_alert news;
static int nraised, nended;

static void
changed(void *arg, const struct board_alert *b)
{
	(void)arg;
	nraised += b->ended_ms == 0;
	nended += b->ended_ms != 0;
	news = *b;
}

static void
seconds(int n)
{
	for (int i = 0; i < n; i++) {
		pass(MS_PER_S);
		alerts_begin(e.alerts);
		keys_watch(&e);
		alerts_end(e.alerts, e.now.wall_ms, changed, NULL);
	}
}

static void
test_alert(void)
{
	struct m_context m;

	start("mexico", "mx");
	e.alerts = alerts_new();
	for (int i = 0; i < 30; i++)
		machine(i % 3 == 0);
	seconds(60);
	ok(nraised == 0, "not within a minute");
	seconds(1);
	ok(nraised == 1 && strcmp(news.rule, "machine-keys") == 0 &&
		strcmp(news.object, "mx") == 0 &&
		strcmp(news.message, row('1')->advice) == 0,
	    "%s", news.message);
	seconds(60);
	m = options("mx", 2);
	str_copy(m.connect_key, sizeof(m.connect_key), "3");
	use(&m);
	seconds(1);
	ok(nraised == 1 && nended == 1, "done as it says, it ends");
	alerts_free(e.alerts);
	e.alerts = NULL;
}

/* ---- which key --------------------------------------------------------- */

static void
connects(const char *in, char key, int n, int machines)
{
	int r = keys_row(e.keys, in, context->m.name, key);

	for (int i = 0; i < n; i++) {
		keys_press(e.keys, r, KEYS_CONNECT, false, i < machines, 3000);
		keys_connect(e.keys, r, i < machines);
	}
}

static void
stray(const char *in, char key, int n)
{
	for (int i = 0; i < n; i++)
		keys_press(e.keys, keys_row(e.keys, in, context->m.name, key),
		    KEYS_EARLY, true, false, -1);
}

static void
test_better(void)
{
	struct m_context m;
	char left[16] = "";

	start("mexico", "mx");
	connects("mexico", '1', 200, 100);
	stray("mexico", '3', 2);
	look();
	ok(strcmp(row('1')->better, "3") == 0, "a stray press or two do not "
					       "spoil a key");
	stray("mexico", '3', 1);
	look();
	ok(strcmp(row('1')->better, "2") == 0, "more do: %s", row('1')->better);
	stray("guatemala", '2', 50);
	look();
	ok(strcmp(row('1')->better, "4") == 0,
	    "what another country's machines press is no good either");
	m = options("mx", 1);
	str_copy(m.repeat_key, sizeof(m.repeat_key), "4");
	m.version = 2;
	use(&m);
	connects("mexico", '1', 200, 100);
	stray("mexico", '3', 10);
	look();
	ok(strcmp(row('1')->better, "5") == 0, "nor one that is in use");
	for (const char *p = "5678"; *p; p++) {
		stray("mexico", *p, 100);
		look();
		str_format(left + strlen(left), sizeof(left) - strlen(left),
		    "%s", row('1')->better);
	}
	ok(strcmp(left, "678") == 0 &&
		strstr(heard, "no other key is free in context mx") != NULL,
	    "then 678, then none: %s", heard);

	start("mexico", "mx");
	str_copy(m.states, sizeof(m.states),
	    "ask menu prompt=ask 1>sales 3>hangup\n"
	    "sales connect dest=queue:s\n");
	m.version = 7;
	use(&m);
	connects("mexico", '1', 20, 20);
	look();
	ok(row('1')->states == 1 &&
		strstr(heard, "in context mx let 2 lead there instead") != NULL,
	    "a flow: %s", heard);
}

/* ---- bounds ------------------------------------------------------------ */

static void
test_interval(void)
{
	static const struct {
		uint32_t k, n;
		double low;
	} t[] = { { 0, 20, 0 }, { 4, 20, 0.080658 }, { 5, 20, 0.111862 },
		{ 10, 10, 0.722467 }, { 1, 1, 0.206549 },
		{ 2083, 20000, 0.099992 }, { 2084, 20000, 0.100042 } };
	static const struct {
		int n, k; /* the fewest machines that are warned of */
	} first[] = { { 19, 20 }, { 20, 5 }, { 50, 10 }, { 100, 16 },
		{ 1000, 119 }, { 20000, 2084 } };

	ok(keys_wilson(0, 0) == -1, "none of none: unknown");
	for (size_t i = 0; i < nitems(t); i++)
		ok(fabs(keys_wilson(t[i].k, t[i].n) - t[i].low) < 1e-6,
		    "%u of %u: %f", t[i].k, t[i].n,
		    keys_wilson(t[i].k, t[i].n));
	for (size_t i = 0; i < nitems(first); i++) {
		start("peru", "pe");
		connects("peru", '1', first[i].n,
		    MINIMUM(first[i].k - 1, first[i].n));
		look();
		ok(heard[0] == '\0', "%d of %d: silent", first[i].k - 1,
		    first[i].n);
		if (first[i].k > first[i].n) {
			ok(told == 0, "and not judged");
			continue;
		}
		start("peru", "pe");
		connects("peru", '1', first[i].n, first[i].k);
		look();
		ok(heard[0] != '\0', "%d of %d: warned", first[i].k,
		    first[i].n);
	}
	start("peru", "pe");
	connects("peru", '1', 100, 16);
	look();
	connects("peru", '1', 10, 0);
	look();
	ok(low < KEYS_SHARE && heard[0] != '\0' &&
		strcmp(row('1')->advice, heard) == 0,
	    "it does not end at %.3f", low);
	connects("peru", '1', 30, 0);
	look();
	ok(told == 1 && low < KEYS_SHARE - 0.02 && heard[0] == '\0',
	    "but at %.3f", low);
}

static void
test_clean(void)
{
	struct rng rng;
	int r;

	start("chile", "cl");
	rng_seed(&rng, 7);
	r = keys_row(e.keys, "chile", "cl", '1');
	for (int i = 0; i < 20000; i++) {
		bool bad = rng_unit(&rng) < 0.03;

		keys_press(e.keys, r, KEYS_CONNECT, false, bad, 4000);
		keys_connect(e.keys, r, bad);
		if (i % 100 == 0) {
			look();
			if (heard[0] != '\0')
				break;
		}
	}
	look();
	ok(heard[0] == '\0' && row('1')->presses == 20000,
	    "%u presses, %u of machines, no warning (at least %.3f)",
	    row('1')->presses, row('1')->on_machine, low);
}

/* Looked at after every single connection, as no engine can. */
static void
test_false_alarms(void)
{
	enum { WORLDS = 1000, CONNECTS = 2000 };
	int alarms = 0, missed = 0;
	struct rng rng;

	rng_seed(&rng, 20261121);
	for (int i = 0; i < WORLDS; i++) {
		uint32_t k = 0;

		for (uint32_t n = 1; n <= CONNECTS; n++) {
			k += rng_unit(&rng) < 0.03;
			if (n >= KEYS_MIN && keys_wilson(k, n) > KEYS_SHARE) {
				alarms++;
				break;
			}
		}
		k = 0;
		for (uint32_t n = 0; n < 200; n++)
			k += rng_unit(&rng) < 0.40;
		missed += keys_wilson(k, 200) <= KEYS_SHARE;
	}
	ok(alarms < WORLDS / 100, "%d of %d worlds at 3 %% warn", alarms,
	    WORLDS);
	ok(missed == 0, "none at 40 %% is missed at 200 connections");
}

/* ---- the book ---------------------------------------------------------- */

static void
test_book(void)
{
	struct row_key r;
	uint32_t slot;
	char in[32];
	int n = 0, last = 0;

	start("chile", "cl");
	connects("chile", '1', 30, 30);
	connects("peru", '1', 1, 0);
	look();
	while (keys_next(e.keys, &slot, &r))
		n++;
	ok(n == 2, "each changed row is told once");
	look();
	ok(!keys_next(e.keys, &slot, &r), "and not again");
	keys_new_day(e.keys);
	connects("peru", '1', 1, 0);
	ok(keys_next(e.keys, &slot, &r) && slot == 0 &&
		strcmp(r.country, "peru") == 0 && r.presses == 1 &&
		r.advice[0] == '\0',
	    "a new day: a slot is another's");
	ok(keys_next(e.keys, &slot, &r) && slot == 1 && r.country[0] == '\0' &&
		r.presses == 0 && !keys_next(e.keys, &slot, &r),
	    "and one is free");
	for (int i = 0; i < ROWS_KEYS_MAX + 10; i++) {
		str_format(in, sizeof(in), "c%d", i);
		last = keys_row(e.keys, in, "cl", '1');
		keys_press(e.keys, last, KEYS_GO, false, false, 1);
		keys_led(e.keys, last, KEYS_CONNECT);
		keys_connect(e.keys, last, true);
		keys_talk(e.keys, last, 1);
	}
	ok(last == -1 && e.keys->n == ROWS_KEYS_MAX, "full: not counted");
	ok(keys_row(e.keys, "c0", "cl", '1') == 1 &&
		keys_row(e.keys, "peru", "cl", '1') == 0,
	    "those that are there are found");
	for (n = 0; keys_next(e.keys, &slot, &r); n++)
		;
	ok(n == ROWS_KEYS_MAX - 1, "all told but the one that was");
	ok(keys_row(e.keys, "x", "cl", '\0') == -1 &&
		keys_row(e.keys, "", "cl", '1') == -1,
	    "no key, no row");
}

static void
test_seed(void)
{
	struct row_key s = { .country = "mexico",
		.context = "mx",
		.key = "1",
		.leads = "connect",
		.presses = 60,
		.connects = 50,
		.connects_machine = 25,
		.connected = 50,
		.short_talks = 20,
		.early = 10,
		.ms = 150000,
		.asked = 50,
		.after = { [3] = 50 } };

	start("mexico", "mx");
	keys_seed(e.keys, &s, 0);
	look();
	ok(told == 0 && row('1')->presses == 60 && row('1')->after[3] == 50,
	    "calls of an earlier version count, and are no evidence");
	keys_seed(e.keys, &s, 1);
	look();
	ok(told == 1 && strstr(heard, "(25 of 50,") != NULL &&
		row('1')->connects == 100 && row('1')->early == 20,
	    "those of the present one are: %s", heard);
	machine(true);
	look();
	ok(strstr(heard, "(26 of 51,") != NULL, "and it goes on from there");

	start("mexico", "other");
	str_copy(s.context, sizeof(s.context), "other");
	keys_free(e.keys);
	e.keys = keys_new(); /* nobody has told of it */
	keys_seed(e.keys, &s, 4);
	keys_seed(e.keys, &s, 5);
	look();
	ok(strstr(heard, "(25 of 50,") != NULL,
	    "of a context that nobody has told of the newest counts");
	s.key[0] = '?';
	str_copy(s.leads, sizeof(s.leads), "invalid");
	keys_seed(e.keys, &s, 5);
	look();
	ok(told == 1, "an unknown key is never judged");
}

int
main(void)
{
	test_call();
	test_machine_signs();
	test_flow();
	test_unseen();
	test_mexico();
	test_detection_hangs_up();
	test_alert();
	test_better();
	test_interval();
	test_clean();
	test_false_alarms();
	test_book();
	test_seed();
	keys_free(e.keys);
	context_unref(country.context);
	context_unref(context);
	return done_testing();
}
