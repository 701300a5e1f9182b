/* SPDX-License-Identifier: MIT */
/*
 * The simulated carrier: what each digit does, when, and what the dialplan
 * makes of it.  A call is run to its end and written down as one line.
 */
#include "sim/carrier.h"

#include "shared/buf.h"
#include "sim/fate.h"
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

/* The menu of a context as discadord would send it. */
static struct ivr
menu_of(const char *connect)
{
	struct ivr m;
	const char *const vars[][2] = {
		{ "DSC_CONNECT_KEY", connect },
		{ "DSC_DISCONNECT_KEY", "9" },
		{ "DSC_REPEAT_KEY", "0" },
		{ "DSC_TIMEOUT", "10" },
		{ "DSC_RETRIES", "1" },
		{ "DSC_RING", "20" },
		{ "DSC_PROMPT", "press" },
		{ "DSC_PROMPT_GOODBYE", "bye" },
		{ "DSC_DEST", "queue:sales" },
		{ "DSC_AMD", "1" },
		{ "DSC_ON_MACHINE", "hangup" },
	};

	ivr_init(&m);
	for (size_t i = 0; i < nitems(vars); i++)
		if (!ivr_set(&m, vars[i][0], strlen(vars[i][0]), vars[i][1],
			strlen(vars[i][1])))
			ok(false, "%s is not understood", vars[i][0]);
	return m;
}

static void
run(struct trace *t, const char *number, const struct ivr *menu)
{
	struct carrier_config cfg = { .speed = t->speed };
	struct rng rng;
	struct carrier *c;

	rng_seed(&rng, 1);
	c = carrier_new(&cfg, &rng);
	carrier_dial(c, START_NS, number, 30000, menu, t);
	while (carrier_next(c) != INT64_MAX)
		carrier_run(c, carrier_next(c), record, t);
	carrier_free(c);
}

/* One call; its line and its end. */
static void
check(const char *number, const struct ivr *menu, const char *want,
    enum disposition truth, int cause, int sip)
{
	struct trace t = { .text = BUF_INIT, .speed = 1 };

	run(&t, number, menu);
	ok(strcmp(buf_cstr(&t.text), want) == 0 && t.truth == truth &&
		t.cause == cause && t.sip == sip && t.ended == 1,
	    "%s: %s, cause %d: %s", number, disposition_word(t.truth), t.cause,
	    buf_cstr(&t.text));
	buf_clear(&t.text);
}

static void
test_truth_table(void)
{
	struct ivr m = menu_of("1");

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
	struct ivr m = menu_of("1"), mx = menu_of("3");

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
	m.prompt_goodbye = false;
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
	m.on_machine = IVR_MACHINE_PROMPT;
	check("555001070120", &m, /* swallowed by AMD */
	    "DIAL ANSWER up DTMF=1 amd=MACHINE machine=prompt playing wait "
	    "timeout hangup END",
	    DISP_MACHINE, 16, 0);
}

static void
test_destinations(void)
{
	struct ivr m = menu_of("1");

	str_copy(m.dest, sizeof(m.dest), "dial:PJSIP/agent1");
	check("555001000140", &m,
	    "DIAL ANSWER up amd=HUMAN playing DTMF=1 key=1 connect=1 QUEUE "
	    "AGENT connected DONE=agent left=ANSWER hangup END",
	    DISP_CONNECTED, 16, 0);
	str_copy(m.dest, sizeof(m.dest), "nowhere");
	check("555001000140", &m,
	    "DIAL ANSWER up amd=HUMAN playing DTMF=1 key=1 connect=1 "
	    "left=BADDEST hangup END",
	    DISP_ABANDONED, 16, 0);
	ivr_set(&m, "DSC_DEST", 8, "queue:sales", 11);
	m.on_machine = IVR_MACHINE_MESSAGE;
	m.prompt_machine = true;
	check("555001010000", &m,
	    "DIAL ANSWER up amd=MACHINE machine=message machine=voicemail "
	    "machine=delivered hangup END",
	    DISP_MACHINE, 16, 0);
	m.prompt_machine = false;
	check("555001010000", &m,
	    "DIAL ANSWER up amd=MACHINE machine=message machine=voicemail "
	    "machine=failed hangup END",
	    DISP_MACHINE, 16, 0);
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
	struct ivr m = menu_of("1");
	struct rng rng;
	struct carrier *c;

	m.ring_s = 1;
	rng_seed(&rng, 1);
	c = carrier_new(&cfg, &rng);
	carrier_dial(c, START_NS, "555001000140", 30000, &m, &t);
	carrier_dial(c, START_NS, "555001000140", 30000, &m, &u);
	carrier_run(c, START_NS + 3600 * NS_PER_S, record_owner, NULL);
	ok(t.truth == DISP_CONNECTED && u.truth == DISP_ABANDONED &&
		strstr(buf_cstr(&u.text), "QUEUE ABANDON=TIMEOUT "
					  "left=TIMEOUT hangup END") != NULL,
	    "one agent for two: %s", buf_cstr(&u.text));
	m.ring_s = 5;
	carrier_dial(c, START_NS, "555001000140", 30000, &m, &t);
	carrier_dial(c, START_NS, "555001000140", 30000, &m, &u);
	carrier_run(c, START_NS + 3600 * NS_PER_S, record_owner, NULL);
	ok(u.truth == DISP_CONNECTED, "the agent is free again in time");
	carrier_free(c);
	buf_clear(&t.text);
	buf_clear(&u.text);
}

static void
test_times(void)
{
	struct ivr m = menu_of("1");
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
	struct ivr m = menu_of("1");
	struct carrier_config cfg = { .speed = 1 };
	struct trace t = { .text = BUF_INIT, .speed = 1 };
	struct carrier_call *k;
	struct carrier *c;
	struct rng rng;

	rng_seed(&rng, 1);
	c = carrier_new(&cfg, &rng);
	k = carrier_dial(c, START_NS, "555001030000", 30000, &m, &t);
	carrier_run(c, START_NS, record, &t);
	ok(carrier_call_status(k).state == 5 && carrier_alive(c) == 1 &&
		carrier_call_owner(carrier_at(c, 0)) == &t,
	    "it rings and is found");
	carrier_hangup(c, k, START_NS + NS_PER_S, 0, record, &t);
	ok(t.truth == DISP_CANCELLED && t.cause == 16 && t.reason == 0,
	    "hung up while ringing: %s", disposition_word(t.truth));
	k = carrier_dial(c, START_NS, "555001000140", 30000, &m, &t);
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
	struct ivr m = menu_of("1");
	struct rng rng;
	struct carrier *c;

	rng_seed(&rng, seed);
	c = carrier_new(&cfg, &rng);
	for (int i = 0; i < 20000; i++) {
		int64_t now = START_NS + i * (NS_PER_S / 30);

		carrier_run(c, now, tally, &n);
		carrier_dial(c, now, i % 2 == 0 ? "+13055550100" : "5255123456",
		    30000, &m, NULL);
	}
	while (carrier_next(c) != INT64_MAX)
		carrier_run(c, carrier_next(c), tally, &n);
	carrier_free(c);
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

static void
test_variables(void)
{
	struct ivr m;
	const char *rest;

	ivr_init(&m);
	ok(m.connect == '\0' && !m.amd && m.timeout_s == 10 && m.ring_s == 30,
	    "without variables: no keys, no AMD");
	ok(!ivr_set(&m, "DSC_CALL", 8, "x", 1) &&
		!ivr_set(&m, "AMD", 3, "1", 1),
	    "others mean nothing");
	ivr_set(&m, "DSC_TIMEOUT", 11, "0", 1);
	ivr_set(&m, "DSC_RETRIES", 11, "25", 2);
	ok(m.timeout_s == 10 && m.retries == 2,
	    "0 s is 10 s, one digit of retries, as the dialplan has it");
	ivr_set(&m, "DSC_DEST", 8, "queue:", 6);
	ok(ivr_dest(&m, &rest) == IVR_DEST_BAD, "a queue needs a name");
	ivr_set(&m, "DSC_DEST", 8, "exten:100@in", 12);
	ok(ivr_dest(&m, &rest) == IVR_DEST_DIAL && strcmp(rest, "100@in") == 0,
	    "an extension");
}

int
main(void)
{
	test_truth_table();
	test_keys();
	test_destinations();
	test_busy_agent();
	test_times();
	test_hangup();
	test_mix();
	test_variables();
	return done_testing();
}
