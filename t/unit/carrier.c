/* SPDX-License-Identifier: MIT */
/*
 * The simulated carrier: what each digit does, when, and what the dialplan
 * makes of it.  A call is run to its end and written down as one line.
 */
#include "sim/carrier.h"

#include <stdio.h>
#include <stdlib.h>

#include "shared/buf.h"
#include "sim/fate.h"
#include "sim/script.h"
#include "tap.h"

#define START_NS (1000 * NS_PER_S)

struct trace {
	struct buf text;
	double speed;
	bool times;
	enum disposition truth;
	int cause, sip, reason, ended;
	int64_t ended_ms;
	char key;
	char sum[16]; /* what the h extension sums up */
};

/* The summary says of an answered call what the truth is. */
static bool
sums_up(const char *sum, enum disposition truth)
{
	switch (truth) {
	case DISP_CONNECTED:
		return strcmp(sum, "connected") == 0;
	case DISP_COMPLETED:
		return strcmp(sum, "goal") == 0;
	case DISP_OPTED_OUT:
		return strcmp(sum, "optout") == 0;
	case DISP_MACHINE:
		return strcmp(sum, "machine") == 0;
	case DISP_ABANDONED:
		return strcmp(sum, "connect") == 0;
	case DISP_ANSWERED_NO_KEY:
		return strcmp(sum, "none") == 0;
	default:
		return sum[0] == '\0';
	}
}

static void
put(struct trace *t, const struct carrier_act *a, const char *word)
{
	if (t->text.len > 0)
		buf_byte(&t->text, ' ');
	if (t->times)
		buf_fmt(&t->text, "%.0f:",
		    (double)(a->at_ns - START_NS) * t->speed / NS_PER_MS);
	buf_str(&t->text, word);
	if (strcmp(word, "hangup") == 0) {
		str_copy(t->sum, sizeof(t->sum), a->text);
		return;
	}
	if (a->key != '\0')
		buf_fmt(&t->text, "=%c", a->key);
	if (a->text[0] != '\0')
		buf_fmt(&t->text, "=%s", a->text);
}

static void
record(void *arg, const struct carrier_act *a)
{
	static const char *const words[] = {
		[CARRIER_DIALLING] = "DIAL",
		[CARRIER_RINGING] = "RING",
		[CARRIER_ANSWERED] = "ANSWER",
		[CARRIER_DTMF] = "DTMF",
		[CARRIER_QUEUED] = "QUEUE",
		[CARRIER_AGENT_UP] = "AGENT",
		[CARRIER_AGENT_DONE] = "DONE",
		[CARRIER_ABANDONED] = "ABANDON",
		[CARRIER_HANGUP] = "END",
	};
	struct trace *t = arg;

	put(t, a, a->what == CARRIER_STAGE ? a->word : words[a->what]);
	if (a->what != CARRIER_HANGUP)
		return;
	t->truth = a->truth;
	if (!sums_up(t->sum, a->truth))
		ok(0, "summary %s for %s", t->sum, disposition_word(a->truth));
	t->sum[0] = '\0';
	t->cause = a->cause;
	t->sip = a->sip;
	t->reason = a->reason;
	t->key = a->last_key;
	t->ended_ms = (a->at_ns - START_NS) / NS_PER_MS;
	t->ended++;
}

/* A simple context as the nine countries have it. */
static struct m_context
menu_of(const char *connect)
{
	struct m_context m = { .name = "usa",
		.prompt = "press",
		.prompt_goodbye = "bye",
		.disconnect_key = "9",
		.repeat_key = "0",
		.menu_timeout = 10,
		.retries = 1,
		.destination = "queue:sales",
		.ring_timeout = 20,
		.amd = true,
		.on_human = "prompt",
		.on_machine = "hangup",
		.on_unsure = "prompt" };

	str_copy(m.connect_key, sizeof(m.connect_key), connect);
	return m;
}

/* What reaches the switch of it: through the channel variables and back. */
static void
one_variable(void *arg, const char *name, const char *value)
{
	if (!flow_var(arg, name, strlen(name), value, strlen(value)))
		ok(false, "%s is not understood", name);
}

static struct flow *
flow_of(const struct m_context *m)
{
	struct buf err = BUF_INIT;
	struct flow *f = flow_new(m, NULL, &err), *sent;

	if (f == NULL) {
		printf("Bail out! %s\n", buf_cstr(&err));
		exit(1);
	}
	sent = xcalloc(1, sizeof(*sent));
	flow_vars_begin(sent);
	flow_vars(f, one_variable, sent);
	flow_vars_end(sent);
	flow_free(f);
	buf_clear(&err);
	return sent;
}

/* A context of these states, one a line. */
static struct m_context
states(const char *text)
{
	struct m_context m = { .name = "flow" };

	str_copy(m.states, sizeof(m.states), text);
	return m;
}

static void
run(struct trace *t, const char *number, const struct m_context *m)
{
	struct carrier_config cfg = { .speed = t->speed };
	struct flow *f = flow_of(m);
	struct rng rng;
	struct carrier *c;

	rng_seed(&rng, 1);
	c = carrier_new(&cfg, &rng);
	carrier_dial(c, START_NS, number, 30000, f, t);
	free(f);
	while (carrier_next(c) != INT64_MAX)
		carrier_run(c, carrier_next(c), record, t);
	carrier_free(c);
}

/* One call; its line and its end. */
static void
check(const char *number, const struct m_context *m, const char *want,
    enum disposition truth, int cause, int sip)
{
	struct trace t = { .text = BUF_INIT, .speed = 1 };

	run(&t, number, m);
	ok(strcmp(buf_cstr(&t.text), want) == 0 && t.truth == truth &&
		t.cause == cause && t.sip == sip && t.ended == 1,
	    "%s: %s, cause %d: %s", number, disposition_word(t.truth), t.cause,
	    buf_cstr(&t.text));
	buf_clear(&t.text);
}

static void
test_truth_table(void)
{
	struct m_context m = menu_of("1");

	check("555001001140", &m,
	    "DIAL RING ANSWER up amd=HUMAN playing DTMF=1 key=1 connect=1 "
	    "QUEUE AGENT DONE=agent left=SERVED hangup END",
	    DISP_CONNECTED, 16, 0);
	check("555001001000", &m,
	    "DIAL RING ANSWER up amd=HUMAN playing wait playing wait timeout "
	    "goodbye hangup END",
	    DISP_ANSWERED_NO_KEY, 16, 0);
	check("555001011000", &m,
	    "DIAL RING ANSWER up amd=MACHINE machine=hangup hangup END",
	    DISP_MACHINE, 16, 0);
	check("555001021000", &m, "DIAL RING END", DISP_BUSY, 17, 486);
	check("555001030000", &m, "DIAL RING END", DISP_NO_ANSWER, 19, 480);
	check("555001040000", &m, "DIAL END", DISP_CONGESTION, 34, 503);
	check("555001050000", &m, "DIAL END", DISP_INVALID_NUMBER, 1, 404);
	check("555001061000", &m, "DIAL RING END", DISP_REJECTED, 21, 403);
	check("555001071000", &m,
	    "DIAL RING ANSWER up amd=MACHINE machine=hangup hangup END",
	    DISP_MACHINE, 16, 0);
	check("555001083000", &m, "DIAL END", DISP_INVALID_NUMBER, 1, 404);
	check("555001090000", &m, "DIAL ANSWER up hangup END",
	    DISP_ANSWERED_NO_KEY, 16, 0);
	check("123456", &m, "DIAL END", DISP_INVALID_NUMBER, 28, 484);
	check("+1 (305) 555-1140", &m, /* B 5 R 1: "51140" */
	    "DIAL RING END", DISP_INVALID_NUMBER, 1, 404);
}

static void
test_keys(void)
{
	struct m_context m = menu_of("1"), mx = menu_of("3");

	check("525500001340", &mx,
	    "DIAL RING ANSWER up amd=HUMAN playing DTMF=3 key=3 connect=3 "
	    "QUEUE AGENT DONE=agent left=SERVED hangup END",
	    DISP_CONNECTED, 16, 0);
	check("525500000140", &mx, /* 1 is not the key in Mexico */
	    "DIAL ANSWER up amd=HUMAN playing DTMF=1 key=1 invalid=1 playing "
	    "wait timeout goodbye hangup END",
	    DISP_ANSWERED_NO_KEY, 16, 0);
	check("555001000940", &m,
	    "DIAL ANSWER up amd=HUMAN playing DTMF=9 key=9 optout=9 goodbye "
	    "hangup END",
	    DISP_OPTED_OUT, 16, 0);
	check("555001000040", &m,
	    "DIAL ANSWER up amd=HUMAN playing DTMF=0 key=0 repeat=0 playing "
	    "wait playing wait timeout goodbye hangup END",
	    DISP_ANSWERED_NO_KEY, 16, 0);
	check("555001000142", &m, /* hangs up 10 s after the key: talk is 2 s */
	    "DIAL ANSWER up amd=HUMAN playing DTMF=1 key=1 connect=1 QUEUE "
	    "AGENT DONE=agent left=SERVED hangup END",
	    DISP_CONNECTED, 16, 0);
	check("555001000001", &m, /* hangs up in the prompt */
	    "DIAL ANSWER up amd=HUMAN playing hangup END", DISP_ANSWERED_NO_KEY,
	    16, 0);
	m.retries = 0;
	check("555001000540", &m,
	    "DIAL ANSWER up amd=HUMAN playing DTMF=5 key=5 invalid=5 timeout "
	    "goodbye hangup END",
	    DISP_ANSWERED_NO_KEY, 16, 0);
	m.prompt_goodbye[0] = '\0';
	check("555001000940", &m,
	    "DIAL ANSWER up amd=HUMAN playing DTMF=9 key=9 optout=9 hangup "
	    "END",
	    DISP_OPTED_OUT, 16, 0);
	m.amd = false;
	check("555001070110", &m, /* a key into silence, heard without AMD */
	    "DIAL ANSWER up playing DTMF=1 key=1 connect=1 QUEUE AGENT "
	    "DONE=agent left=SERVED hangup END",
	    DISP_CONNECTED, 16, 0);
	m.amd = true;
	str_copy(m.on_machine, sizeof(m.on_machine), "prompt");
	check("555001070120", &m, /* swallowed by AMD */
	    "DIAL ANSWER up DTMF=1 amd=MACHINE machine=prompt playing wait "
	    "timeout hangup END",
	    DISP_MACHINE, 16, 0);
}

static void
test_destinations(void)
{
	struct m_context m = menu_of("1");

	str_copy(m.destination, sizeof(m.destination), "dial:PJSIP/agent1");
	check("555001000140", &m,
	    "DIAL ANSWER up amd=HUMAN playing DTMF=1 key=1 connect=1 QUEUE "
	    "AGENT connected DONE=agent left=ANSWER hangup END",
	    DISP_CONNECTED, 16, 0);
	str_copy(m.destination, sizeof(m.destination), "queue:sales");
	str_copy(m.on_machine, sizeof(m.on_machine), "message");
	str_copy(m.prompt_machine, sizeof(m.prompt_machine), "message");
	check("555001010000", &m,
	    "DIAL ANSWER up amd=MACHINE machine=message machine=voicemail "
	    "machine=delivered hangup END",
	    DISP_MACHINE, 16, 0);
	m.prompt_machine[0] = '\0';
	check("555001010000", &m,
	    "DIAL ANSWER up amd=MACHINE machine=message machine=voicemail "
	    "machine=failed hangup END",
	    DISP_MACHINE, 16, 0);
	str_copy(m.on_machine, sizeof(m.on_machine), "connect");
	check("555001011000", &m,
	    "DIAL RING ANSWER up amd=MACHINE machine=connect connect QUEUE "
	    "AGENT DONE=agent left=SERVED hangup END",
	    DISP_CONNECTED, 16, 0);
}

/* What a lying peer may send: a flow that none of ours is. */
static void
test_nonsense(void)
{
	struct carrier_config cfg = { .speed = 1 };
	const char *const vars[][2] = { { "DSC_0", "menu" },
		{ "DSC_0_P", "ask" }, { "DSC_0_K1", "1" },
		{ "DSC_1", "connect" }, { "DSC_1_D", "nowhere" },
		{ "DSC_1_Xf", "2" }, { "DSC_2", "play" }, { "DSC_2_X", "2" } };
	struct flow *f = xcalloc(1, sizeof(*f));
	struct trace t = { .text = BUF_INIT, .speed = 1 };
	struct carrier *c;
	struct rng rng;

	rng_seed(&rng, 1);
	c = carrier_new(&cfg, &rng);
	for (size_t i = 0; i <= nitems(vars); i += nitems(vars)) {
		flow_vars_begin(f);
		for (size_t k = 0; k < i; k++)
			one_variable(f, vars[k][0], vars[k][1]);
		flow_vars_end(f);
		buf_reset(&t.text);
		carrier_dial(c, START_NS, "555001000119", 30000, f, &t);
		carrier_run(c, START_NS + 3600 * NS_PER_S, record, &t);
		ok(i > 0 ? strstr(buf_cstr(&t.text), "left=BADDEST playing "
						     "playing") != NULL &&
			       strstr(buf_cstr(&t.text),
				   "playing bad=more than 100 states hangup "
				   "END") != NULL
			 : strcmp(buf_cstr(&t.text),
			       "DIAL ANSWER up bad=state 0 is of no known "
			       "kind hangup END") == 0,
		    "%zu variables: %s", i, buf_cstr(&t.text));
	}
	carrier_free(c);
	buf_clear(&t.text);
	free(f);
}

/* States that no simple context has. */
static void
test_states(void)
{
	struct m_context m =
	    states("hello play prompt=hello >q1\n"
		   "q1 question prompt=q1 keys=12345 retries=0 >q2\n"
		   "q2 question prompt=q2 digits=2 >thanks\n"
		   "thanks hangup prompt=bye goal=yes\n");

	check("555001000411", &m, /* nobody listens to it in the greeting */
	    "DIAL ANSWER up playing DTMF=4 hangup END", DISP_ANSWERED_NO_KEY,
	    16, 0);
	check("555001000491", &m,
	    "DIAL ANSWER up playing playing DTMF=4 key=4 answer=4 playing "
	    "hangup END",
	    DISP_ANSWERED_NO_KEY, 16, 0);
	check("555001000690", &m,
	    "DIAL ANSWER up playing playing DTMF=6 key=6 invalid=6 timeout "
	    "hangup END",
	    DISP_ANSWERED_NO_KEY, 16, 0);
	m = states("q2 question prompt=q2 digits=3 >thanks\n"
		   "thanks hangup prompt=bye goal=yes\n");
	check("555001000490", &m, /* one digit of three is an answer too */
	    "DIAL ANSWER up playing wait DTMF=4 key=4 answer=4 goal goodbye "
	    "hangup END",
	    DISP_COMPLETED, 16, 0);
	m = states(
	    "say speech prompt=yesno grammar=yesno timeout=2 retries=0 1>sales "
	    "yes>sales no>out t>bye\n"
	    "sales connect dest=queue:sales fail>bye >q\n"
	    "q question prompt=rate keys=12345\n"
	    "out optout prompt=gone\nbye hangup\n");
	check("555001000140", &m, /* no recogniser: keys go on working */
	    "DIAL ANSWER up playing DTMF=1 key=1 answer=1 connect=1 QUEUE "
	    "AGENT DONE=agent left=SERVED playing wait playing wait timeout "
	    "hangup END",
	    DISP_CONNECTED, 16, 0);
	m = states("ask menu prompt=ask retries=0 1>ask2 9>out t>vm\n"
		   "ask2 menu prompt=more retries=1 2>ask i>out\n"
		   "out optout prompt=gone >last\nlast play prompt=last\n"
		   "vm voicemail prompt=message\n");
	check("555001000940", &m,
	    "DIAL ANSWER up playing DTMF=9 key=9 optout=9 goodbye playing "
	    "hangup END",
	    DISP_OPTED_OUT, 16, 0);
	check("555001000040", &m, /* a wrong key where i> is not said */
	    "DIAL ANSWER up playing DTMF=0 key=0 invalid=0 timeout "
	    "machine=voicemail machine=delivered hangup END",
	    DISP_ANSWERED_NO_KEY, 16, 0);
	m = states("a menu prompt=a 1>b i>out\n"
		   "b connect dest=queue:x fail>out\n"
		   "out optout\n");
	check("555001000040", &m, /* where it is */
	    "DIAL ANSWER up playing DTMF=0 key=0 invalid=0 optout=0 hangup "
	    "END",
	    DISP_OPTED_OUT, 16, 0);
}

static void
record_owner(void *arg, const struct carrier_act *a)
{
	(void)arg;
	record(a->owner, a);
}

/* Two callers, one agent: the second waits, then gives up. */
static void
test_busy_agent(void)
{
	struct carrier_config cfg = { .speed = 1, .agents = 1 };
	struct trace t = { .text = BUF_INIT, .speed = 1 },
		     u = { .text = BUF_INIT, .speed = 1 };
	struct m_context m = menu_of("1");
	struct flow *f;
	struct rng rng;
	struct carrier *c;

	m.ring_timeout = 1;
	f = flow_of(&m);
	rng_seed(&rng, 1);
	c = carrier_new(&cfg, &rng);
	carrier_dial(c, START_NS, "555001000140", 30000, f, &t);
	carrier_dial(c, START_NS, "555001000140", 30000, f, &u);
	ok(carrier_flows(c) == 1, "they share their flow");
	carrier_run(c, START_NS + 3600 * NS_PER_S, record_owner, NULL);
	ok(t.truth == DISP_CONNECTED && u.truth == DISP_ABANDONED &&
		strstr(buf_cstr(&u.text), "QUEUE ABANDON=TIMEOUT "
					  "left=TIMEOUT hangup END") != NULL,
	    "one agent for two: %s", buf_cstr(&u.text));
	ok(carrier_flows(c) == 0, "and the last one gives it back");
	free(f);
	m.ring_timeout = 5;
	f = flow_of(&m);
	carrier_dial(c, START_NS, "555001000140", 30000, f, &t);
	carrier_dial(c, START_NS, "555001000140", 30000, f, &u);
	carrier_run(c, START_NS + 3600 * NS_PER_S, record_owner, NULL);
	ok(u.truth == DISP_CONNECTED, "the agent is free again in time");
	carrier_free(c);
	free(f);
	buf_clear(&t.text);
	buf_clear(&u.text);
}

static void
test_times(void)
{
	struct m_context m = menu_of("1");
	struct trace t = { .text = BUF_INIT, .speed = 1, .times = true };
	const char *want =
	    "0:DIAL 0:RING 1000:ANSWER 1000:up 3200:amd=HUMAN 3200:playing "
	    "6900:DTMF=1 6900:key=1 6900:connect=1 6900:QUEUE 7400:AGENT "
	    "9400:DONE=agent 9400:left=SERVED 9400:hangup 9400:END";

	run(&t, "555001001140", &m);
	ok(strcmp(buf_cstr(&t.text), want) == 0, "times: %s",
	    buf_cstr(&t.text));
	buf_reset(&t.text);
	t.speed = 10;
	run(&t, "555001001140", &m);
	ok(strcmp(buf_cstr(&t.text), want) == 0,
	    "ten times as fast, the same times in the carrier's own clock");
	ok(t.ended_ms == 940, "and 940 ms by ours: %lld",
	    (long long)t.ended_ms);
	t.speed = 1;
	run(&t, "555001030000", &m);
	ok(t.ended_ms == 30000 && t.reason == 3,
	    "rings until Originate's timeout: %lld ms, reason %d",
	    (long long)t.ended_ms, t.reason);
	run(&t, "555001009000", &m);
	ok(t.ended_ms > 9000, "rings 9 s first: %lld", (long long)t.ended_ms);
	run(&t, "555001080000", &m);
	ok(t.ended_ms == 5400 && t.reason == 0,
	    "the announcement takes 5.4 s: %lld", (long long)t.ended_ms);
	buf_clear(&t.text);
}

static void
test_hangup(void)
{
	struct m_context m = menu_of("1");
	struct flow *f = flow_of(&m);
	struct carrier_config cfg = { .speed = 1 };
	struct trace t = { .text = BUF_INIT, .speed = 1 };
	struct carrier_call *k;
	struct carrier *c;
	struct rng rng;

	rng_seed(&rng, 1);
	c = carrier_new(&cfg, &rng);
	k = carrier_dial(c, START_NS, "555001030000", 30000, f, &t);
	carrier_run(c, START_NS, record, &t);
	ok(carrier_call_status(k).state == 5 && carrier_alive(c) == 1 &&
		carrier_call_owner(carrier_at(c, 0)) == &t,
	    "it rings and is found");
	carrier_hangup(c, k, START_NS + NS_PER_S, 0, record, &t);
	ok(t.truth == DISP_CANCELLED && t.cause == 16 && t.reason == 0,
	    "hung up while ringing: %s", disposition_word(t.truth));
	k = carrier_dial(c, START_NS, "555001000140", 30000, f, &t);
	carrier_run(c, START_NS + 7 * NS_PER_S, record, &t);
	ok(strcmp(carrier_call_status(k).exten, "connect") == 0 &&
		carrier_call_status(k).state == 6,
	    "with the agent");
	buf_reset(&t.text);
	carrier_hangup(c, k, START_NS + 7 * NS_PER_S, 16, record, &t);
	ok(strcmp(buf_cstr(&t.text), "DONE=caller left=SERVED hangup END") == 0,
	    "hung up in the talk: %s", buf_cstr(&t.text));
	ok(carrier_alive(c) == 0 && carrier_next(c) == INT64_MAX,
	    "nothing is left");
	carrier_free(c);
	free(f);
	buf_clear(&t.text);
}

struct count {
	int64_t last;
	bool in_order;
	int ended, by[DISP_NKIND];
	uint64_t hash;
};

static void
tally(void *arg, const struct carrier_act *a)
{
	struct count *n = arg;

	n->in_order &= a->at_ns >= n->last;
	n->last = a->at_ns;
	n->hash = n->hash * 31 + (uint64_t)a->at_ns + (uint64_t)a->what;
	if (a->what == CARRIER_HANGUP) {
		n->ended++;
		n->by[a->truth]++;
	}
}

/* A day of drawn calls: in order, all ended, the same again from the seed. */
static struct count
drawn(uint64_t seed)
{
	struct carrier_config cfg = { .speed = 1, .mix = true, .agents = 40 };
	struct count n = { .in_order = true };
	struct m_context m = menu_of("1");
	struct flow *f = flow_of(&m);
	struct rng rng;
	struct carrier *c;

	rng_seed(&rng, seed);
	c = carrier_new(&cfg, &rng);
	for (int i = 0; i < 20000; i++) {
		int64_t now = START_NS + i * (NS_PER_S / 30);

		carrier_run(c, now, tally, &n);
		carrier_dial(c, now, i % 2 == 0 ? "+13055550100" : "5255123456",
		    30000, f, NULL);
	}
	while (carrier_next(c) != INT64_MAX)
		carrier_run(c, carrier_next(c), tally, &n);
	carrier_free(c);
	free(f);
	return n;
}

static void
test_mix(void)
{
	struct count a = drawn(7), b = drawn(7), other = drawn(8);
	int up = a.by[DISP_CONNECTED] + a.by[DISP_ANSWERED_NO_KEY] +
		 a.by[DISP_OPTED_OUT] + a.by[DISP_MACHINE] +
		 a.by[DISP_ABANDONED];

	ok(a.in_order, "actions come in the order of time");
	ok(a.ended == 20000, "each call ends once: %d", a.ended);
	ok(a.hash == b.hash && a.hash != other.hash, "the seed decides");
	ok(up > 20000 * 36 / 100 && up < 20000 * 45 / 100, "answered: %d", up);
	ok(a.by[DISP_MACHINE] > up / 4 && a.by[DISP_MACHINE] < up / 2,
	    "machines: %d", a.by[DISP_MACHINE]);
	ok(a.by[DISP_CONNECTED] > up * 5 / 100 &&
		a.by[DISP_CONNECTED] < up * 11 / 100,
	    "connected: %d", a.by[DISP_CONNECTED]);
	ok(a.by[DISP_OPTED_OUT] > up * 4 / 1000 &&
		a.by[DISP_OPTED_OUT] < up * 25 / 1000,
	    "opted out: %d", a.by[DISP_OPTED_OUT]);
}

/* Keys that machines press, and answers, in drawn calls. */
struct drawn {
	int machines, pressed, ones, words, answers, goals;
};
struct drawn_call {
	bool machine, pressed;
};

static void
draw_act(void *arg, const struct carrier_act *a)
{
	struct drawn *d = arg;
	struct drawn_call *k = a->owner;

	if (a->what == CARRIER_DTMF) {
		k->pressed = true;
		d->ones += a->key == '1';
	} else if (a->what == CARRIER_STAGE) {
		k->machine |= strcmp(a->text, "MACHINE") == 0;
		d->answers += strcmp(a->word, "answer") == 0;
		d->words +=
		    strcmp(a->word, "answer") == 0 && a->reason_text[0] != '\0';
		d->goals += strcmp(a->word, "goal") == 0;
	} else if (a->what == CARRIER_HANGUP) {
		d->machines += k->machine;
		d->pressed += k->machine && k->pressed;
		*k = (struct drawn_call){ .machine = false };
	}
}

static struct drawn
draw(const char *number, const struct m_context *m, bool speech)
{
	struct carrier_config cfg = {
		.speed = 1, .mix = true, .speech = speech
	};
	struct drawn d = { .machines = 0 };
	struct drawn_call *calls = xcalloc(5000, sizeof(*calls));
	struct flow *f = flow_of(m);
	struct rng rng;
	struct carrier *c;

	rng_seed(&rng, 4);
	c = carrier_new(&cfg, &rng);
	for (int i = 0; i < 5000; i++)
		carrier_dial(c, START_NS, number, 30000, f, &calls[i]);
	ok(carrier_flows(c) == 1 && sizeof(struct script) < 1024,
	    "5,000 calls, one flow, %zu bytes each", sizeof(struct script));
	while (carrier_next(c) != INT64_MAX)
		carrier_run(c, carrier_next(c), draw_act, &d);
	carrier_free(c);
	free(f);
	free(calls);
	return d;
}

static void
test_drawn(void)
{
	struct m_context m =
	    states("who detect human>q machine>vm unsure>q\n"
		   "vm voicemail prompt=message\n"
		   "q question prompt=q keys=45 retries=0 >s 9>out\n"
		   "s speech prompt=s grammar=g yes>bye no>bye retries=0\n"
		   "bye hangup prompt=bye goal=yes\nout optout\n");
	struct drawn mx = draw("525512345678", &m, true),
		     us = draw("13055550100", &m, false);

	ok(mx.machines > 300 && mx.pressed > mx.machines / 10 &&
		mx.pressed < mx.machines / 4 && mx.ones >= mx.pressed,
	    "Mexico: %d of %d machines press 1", mx.pressed, mx.machines);
	ok(us.machines > 300 && us.pressed == 0, "elsewhere: %d of %d",
	    us.pressed, us.machines);
	ok(mx.answers > 100 && mx.words > 30 && mx.goals >= mx.words,
	    "%d answers, %d of them spoken, %d came to the end", mx.answers,
	    mx.words, mx.goals);
	ok(us.answers > 100 && us.words == 0 && us.goals == 0,
	    "without a recogniser: %d answers, none of them spoken",
	    us.answers);
}

static void
test_destination_words(void)
{
	const char *rest;

	ok(carrier_dest("queue:", &rest) == CARRIER_DEST_BAD && *rest == '\0',
	    "a queue needs a name");
	ok(carrier_dest("queue:sales", &rest) == CARRIER_DEST_QUEUE &&
		strcmp(rest, "sales") == 0,
	    "a queue");
	ok(carrier_dest("exten:100@in", &rest) == CARRIER_DEST_DIAL &&
		strcmp(rest, "100@in") == 0,
	    "an extension");
	ok(carrier_dest("nowhere", &rest) == CARRIER_DEST_BAD, "nowhere");
}

int
main(void)
{
	test_truth_table();
	test_keys();
	test_destinations();
	test_states();
	test_nonsense();
	test_busy_agent();
	test_times();
	test_hangup();
	test_mix();
	test_drawn();
	test_destination_words();
	return done_testing();
}
