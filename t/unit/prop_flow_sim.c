/* SPDX-License-Identifier: MIT */
/*
 * Random flows in the simulated carrier: a thousand that are valid, each with
 * callees of all kinds, to the end of every call.  What is reported must be
 * what flow_walk makes of the keys that were pressed, and each call has one
 * truth that its last report agrees with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/flow.h"
#include "sim/carrier.h"
#include "tap.h"

#define FLOWS   1000
#define CALLS   120 /* in each */
#define EXPECTS 8
#define SLOTS   96

/* ---- random flows ----------------------------------------------------- */

struct slot {
	int from;
	char event[12];
	bool chosen; /* by a key, a word or a human: may lead back */
};
struct gen {
	struct rng *r;
	struct slot slot[SLOTS];
	int nslots, n;
	struct buf text[12]; /* of each state */
};

static int
below(struct gen *g, int n)
{
	return (int)rng_below(g->r, (uint64_t)n);
}

static void
slot_add(struct gen *g, int from, const char *event, bool chosen)
{
	struct slot *s = &g->slot[g->nslots];

	if (g->nslots == SLOTS)
		return;
	*s = (struct slot){ .from = from, .chosen = chosen };
	str_copy(s->event, sizeof(s->event), event);
	g->nslots++;
}

static void
keys_add(struct gen *g, int i, int n)
{
	int first = below(g, 10);

	for (int k = 0; k < n; k++) {
		char event[2] = { FLOW_KEYS[(first + k * 3) % 11], '\0' };

		slot_add(g, i, event, true);
	}
}

static void
asks(struct gen *g, int i)
{
	if (below(g, 3) > 0)
		buf_fmt(&g->text[i], " timeout=%d", 1 + below(g, 6));
	if (below(g, 3) > 0)
		buf_fmt(&g->text[i], " retries=%d", below(g, 4));
	if (below(g, 2) == 0)
		slot_add(g, i, "t", false);
	if (below(g, 4) == 0)
		slot_add(g, i, "i", false);
}

static void
question(struct gen *g, int i)
{
	struct buf *b = &g->text[i];
	int kind = below(g, 3);

	buf_fmt(b, "question prompt=p%d", i);
	if (kind == 0)
		buf_fmt(b, " digits=%d", 2 + below(g, 6));
	else if (kind == 1)
		buf_str(b, " keys=12345");
	if (kind > 0 && below(g, 3) == 0)
		keys_add(g, i, 2);
	slot_add(g, i, "", true);
	asks(g, i);
}

static void
state(struct gen *g, int i)
{
	static const char *const dests[] = { "queue:sales", "dial:PJSIP/a",
		"exten:1@in" };
	struct buf *b = &g->text[i];

	buf_reset(b);
	buf_fmt(b, "s%d ", i);
	switch (below(g, 12)) {
	case 0:
	case 1:
	case 2:
		buf_fmt(b, "menu prompt=p%d", i);
		keys_add(g, i, 1 + below(g, 4));
		asks(g, i);
		break;
	case 3:
	case 4:
		question(g, i);
		break;
	case 5:
		buf_fmt(b, "play prompt=p%d", i);
		slot_add(g, i, "", false);
		break;
	case 6:
		buf_str(b, "detect");
		slot_add(g, i, "human", true);
		slot_add(g, i, "machine", false);
		if (below(g, 2) == 0)
			slot_add(g, i, "unsure", false);
		break;
	case 7:
		buf_fmt(b, "connect dest=%s ring=%d", dests[below(g, 3)],
		    1 + below(g, 9));
		slot_add(g, i, "", false);
		slot_add(g, i, "fail", false);
		break;
	case 8:
		buf_str(b, below(g, 2) == 0 ? "optout prompt=bye" : "optout");
		slot_add(g, i, "", false);
		break;
	case 9:
		buf_str(b, "voicemail prompt=message");
		slot_add(g, i, "", false);
		break;
	case 10:
		buf_fmt(b, "speech prompt=p%d grammar=g", i);
		slot_add(g, i, "yes", true);
		slot_add(g, i, "no", true);
		keys_add(g, i, below(g, 3));
		asks(g, i);
		break;
	default:
		buf_str(b, below(g, 2) == 0 ? "hangup prompt=bye" : "hangup");
	}
	if (below(g, 6) == 0)
		buf_str(b, " goal=yes");
}

/* Takes one slot away and lets it lead there. */
static void
lead(struct gen *g, int slot, const char *to)
{
	struct slot *s = &g->slot[slot];

	buf_fmt(&g->text[s->from], " %s>%s", s->event, to);
	*s = g->slot[--g->nslots];
}

/* Each state hangs from an earlier one; what is left leads anywhere. */
static void
generate(struct gen *g, struct m_context *m)
{
	int n = 1 + below(g, (int)nitems(g->text));
	char to[24];
	struct buf all = BUF_INIT;

	g->nslots = 0;
	for (g->n = 0; g->n < n; g->n++) {
		if (g->n > 0 && g->nslots == 0)
			break;
		str_format(to, sizeof(to), "s%d", g->n);
		if (g->n > 0)
			lead(g, below(g, g->nslots), to);
		state(g, g->n);
	}
	while (g->nslots > 0) {
		struct slot *s = &g->slot[g->nslots - 1];
		int d = below(g, 6), up = g->n - 1 - s->from;

		if (d == 0)
			str_copy(to, sizeof(to), "hangup");
		else if (d == 1 && s->event[0] != '\0' && s->event[1] == '\0' &&
			 s->chosen)
			str_copy(to, sizeof(to), "repeat");
		else if (s->chosen && d < 4)
			str_format(to, sizeof(to), "s%d", below(g, g->n));
		else if (up > 0 && (d < 5 || s->chosen))
			str_format(
			    to, sizeof(to), "s%d", s->from + 1 + below(g, up));
		else if (s->chosen)
			str_copy(to, sizeof(to), "hangup");
		else {
			g->nslots--;
			continue;
		}
		lead(g, g->nslots - 1, to);
	}
	for (int i = 0; i < g->n; i++)
		buf_fmt(&all, "%s%s", i > 0 ? "\n" : "", buf_cstr(&g->text[i]));
	*m = (struct m_context){ .name = "random" };
	str_copy(m->states, sizeof(m->states), buf_cstr(&all));
	buf_clear(&all);
}

/* ---- what a call must report ------------------------------------------ */

struct expect {
	const char *word;
	const char *state;
	const char *text; /* NULL: any */
};
struct call {
	const struct flow *f;
	struct flow_walk w;
	struct expect expect[EXPECTS];
	int n;
	char dtmf, told; /* the last key that arrived, that was reported */
	char number[32]; /* keys since the state began to ask */
	char said[32]; /* the last of them that was complete */
	bool over, up, optout, connected, goal, asked, machine, ended, bad;
	char answers[256], sum[16];
	enum disposition truth;
};
static struct {
	int calls, answered, steps, said, by[DISP_NKIND];
	char why[600]; /* the first broken promise */
} seen;

static void
broken(const struct call *c, const struct carrier_act *a, const char *what)
{
	if (seen.why[0] == '\0')
		str_format(seen.why, sizeof(seen.why),
		    "%s: %s%s%c text %s state %s, expected %s %s; in state %d "
		    "of %s",
		    what, a->word, a->key != '\0' ? " key " : "",
		    a->key != '\0' ? a->key : ' ', a->text, a->state,
		    c->n > 0 ? c->expect[0].word : "nothing",
		    c->n > 0 ? c->expect[0].state : "", c->w.at,
		    c->w.at >= 0 ? c->f->s[c->w.at].name : "the end");
}

static void
expect(struct call *c, const char *word, const char *name, const char *text)
{
	if (c->n < EXPECTS)
		c->expect[c->n++] = (struct expect){ word, name, text };
	else
		str_copy(seen.why, sizeof(seen.why), "too much is expected");
}

/* The reports of a state as it begins. */
static void
enter(struct call *c, enum flow_step step)
{
	const struct flow_state *st;

	if (step == FLOW_ENDED) {
		c->over = true;
		return;
	}
	seen.steps = MAXIMUM(seen.steps, c->w.steps);
	st = &c->f->s[c->w.at];
	c->number[0] = '\0';
	if (st->goal && step == FLOW_GO)
		expect(c, "goal", st->name, "");
	switch (st->kind) {
	case FLOW_PLAY:
	case FLOW_MENU:
	case FLOW_QUESTION:
	case FLOW_SPEECH:
		expect(c, "playing", st->name, "");
		break;
	case FLOW_DETECT:
		expect(c, "amd", "", NULL);
		break;
	case FLOW_CONNECT:
		expect(c, "connect", st->name, "");
		break;
	case FLOW_OPTOUT:
		expect(c, "optout", st->name, "");
		if (st->prompt[0] != '\0')
			expect(c, "goodbye", st->name, "");
		break;
	case FLOW_VOICEMAIL:
		expect(c, "machine", st->name, "voicemail");
		expect(c, "machine", st->name, "delivered");
		break;
	case FLOW_HANGUP:
		if (st->prompt[0] != '\0')
			expect(c, "goodbye", st->name, "");
		c->over = true;
		break;
	case FLOW_NKIND:
		break;
	}
}

/* All that a state reports by itself is told: it goes on by itself, too. */
static void
by_itself(struct call *c)
{
	while (c->n == 0 && !c->over) {
		enum flow_kind k = c->f->s[c->w.at].kind;

		if (k != FLOW_PLAY && k != FLOW_OPTOUT && k != FLOW_VOICEMAIL)
			return;
		enter(c, flow_take(&c->w, FLOW_DONE));
	}
}

static const char *
machine_text(const struct flow *f, int to)
{
	if (to < 0 || f->s[to].kind == FLOW_HANGUP)
		return "hangup";
	return f->s[to].kind == FLOW_VOICEMAIL ? "message"
	       : f->s[to].kind == FLOW_CONNECT ? "connect"
					       : "prompt";
}

static void
amd(struct call *c, const char *verdict)
{
	const struct flow_state *st = &c->f->s[c->w.at];

	if (strcmp(verdict, "MACHINE") != 0) {
		int e =
		    strcmp(verdict, "HUMAN") == 0 ? FLOW_HUMAN : FLOW_UNSURE;

		enter(c, flow_take(&c->w, (enum flow_edge)e));
		return;
	}
	c->machine = true;
	expect(
	    c, "machine", st->name, machine_text(c->f, st->edge[FLOW_MACHINE]));
	enter(c, flow_take(&c->w, FLOW_MACHINE));
}

/* The newest answer of a question, at the end. */
static void
remember(struct call *c, const char *name, const char *text)
{
	char one[48], all[256] = "";

	str_format(one, sizeof(one), "%s=", name);
	for (char *p = c->answers; *p != '\0';) {
		size_t n = strcspn(p, " ");

		if (strncmp(p, one, strlen(one)) != 0)
			str_format(all + strlen(all), sizeof(all) - strlen(all),
			    "%.*s ", (int)n, p);
		p += n + (p[n] == ' ');
	}
	str_format(c->answers, sizeof(c->answers), "%s%s%s ", all, one, text);
}

static void
nothing_heard(struct call *c)
{
	const char *name = c->f->s[c->w.at].name;
	bool timed_out;
	enum flow_step step = flow_silence(&c->w, &timed_out);

	if (timed_out)
		expect(c, "timeout", name, "");
	enter(c, step);
}

static void
heard_one(struct call *c, const struct flow_state *st, enum flow_step step,
    enum flow_heard heard)
{
	if (heard == FLOW_REPEATED)
		expect(c, "repeat", st->name, "");
	else if (heard == FLOW_WRONG)
		expect(c, "invalid", st->name, "");
	else if (st->kind != FLOW_MENU)
		expect(c, "answer", st->name, NULL);
	if (heard == FLOW_WRONG && step != FLOW_AGAIN &&
	    st->edge[FLOW_INVALID] == FLOW_UNSET)
		expect(c, "timeout", st->name, "");
	enter(c, step);
}

/* A report that nothing announced: the call is asked something, or talks. */
static void
unannounced(struct call *c, const struct carrier_act *a)
{
	const struct flow_state *st = &c->f->s[c->w.at];
	enum flow_heard heard;
	enum flow_step step;

	if (st->kind == FLOW_CONNECT && strcmp(a->word, "connected") == 0)
		return;
	if (st->kind == FLOW_CONNECT && strcmp(a->word, "left") == 0) {
		bool was = strcmp(a->text, "SERVED") == 0 ||
			   strcmp(a->text, "ANSWER") == 0;

		if (was != c->connected && !c->connected)
			broken(c, a, "left and was never there");
		enter(c, flow_take(&c->w, was ? FLOW_DONE : FLOW_FAIL));
	} else if (strcmp(a->word, "wait") == 0 && st->kind != FLOW_SPEECH) {
		if (strcmp(a->state, st->name) != 0)
			broken(c, a, "waits elsewhere");
	} else if (strcmp(a->word, "key") == 0) {
		if (a->key != c->dtmf)
			broken(c, a, "another key than was pressed");
		c->told = a->key;
		if (st->kind == FLOW_QUESTION && st->digits > 1) {
			str_copy(c->said, sizeof(c->said), c->number);
			expect(c, "answer", st->name, c->said);
			remember(c, st->name, c->said);
			enter(c, flow_digits(&c->w));
			return;
		}
		step = flow_key(&c->w, a->key, &heard);
		heard_one(c, st, step, heard);
	} else if (st->kind == FLOW_SPEECH && strcmp(a->word, "answer") == 0) {
		seen.said++;
		step = flow_word(&c->w, a->text, &heard);
		if (heard != FLOW_VALID || a->reason_text[0] == '\0')
			broken(c, a, "no such word");
		remember(c, st->name, a->text);
		enter(c, step);
	} else if (st->kind == FLOW_MENU || st->kind == FLOW_QUESTION ||
		   st->kind == FLOW_SPEECH) {
		nothing_heard(c);
		if (c->n == 0 || strcmp(c->expect[0].word, a->word) != 0)
			broken(c, a, "out of turn");
		else
			memmove(c->expect, c->expect + 1,
			    (size_t)--c->n * sizeof(c->expect[0]));
	} else
		broken(c, a, "unannounced");
}

static void
last_report(struct call *c, const struct carrier_act *a)
{
	size_t n = strlen(c->answers);

	if (n > 0)
		c->answers[n - 1] = '\0'; /* its last blank */
	if (n < 200 && strcmp(c->answers, a->answers) != 0)
		broken(c, a, "answers");
	if (a->key != c->told)
		broken(c, a, "the last key");
	str_copy(c->sum, sizeof(c->sum), a->text);
	c->ended = true;
}

static void
stage(struct call *c, const struct carrier_act *a)
{
	struct expect e;

	c->goal |= strcmp(a->word, "goal") == 0;
	c->optout |= strcmp(a->word, "optout") == 0;
	c->asked |= strcmp(a->word, "connect") == 0;
	if (strcmp(a->word, "hangup") == 0) {
		last_report(c, a);
		return;
	}
	if (c->ended)
		broken(c, a, "behind the end");
	if (strcmp(a->word, "up") == 0) {
		enter(c, flow_start(&c->w, c->f));
		return;
	}
	if (strcmp(a->word, "bad") == 0) {
		c->bad = true;
		if (c->w.steps < FLOW_STEPS)
			broken(c, a, "gave up");
		return;
	}
	by_itself(c);
	if (c->n == 0) {
		if (c->over)
			broken(c, a, "it was over");
		else
			unannounced(c, a);
		return;
	}
	e = c->expect[0];
	if (strcmp(e.word, a->word) != 0 || strcmp(e.state, a->state) != 0 ||
	    (e.text != NULL && strcmp(e.text, a->text) != 0))
		broken(c, a, "another report");
	memmove(
	    c->expect, c->expect + 1, (size_t)--c->n * sizeof(c->expect[0]));
	if (strcmp(a->word, "amd") == 0)
		amd(c, a->text);
	else if (strcmp(a->word, "answer") == 0 && e.text == NULL)
		remember(c, a->state, a->text);
}

static enum disposition
truth_of(const struct call *c)
{
	return c->optout      ? DISP_OPTED_OUT
	       : c->connected ? DISP_CONNECTED
	       : c->goal      ? DISP_COMPLETED
	       : c->asked     ? DISP_ABANDONED
	       : c->machine   ? DISP_MACHINE
			      : DISP_ANSWERED_NO_KEY;
}

static const char *
word_of(enum disposition d)
{
	return d == DISP_OPTED_OUT   ? "optout"
	       : d == DISP_CONNECTED ? "connected"
	       : d == DISP_COMPLETED ? "goal"
	       : d == DISP_ABANDONED ? "connect"
	       : d == DISP_MACHINE   ? "machine"
				     : "none";
}

static void
pressed(struct call *c, char key)
{
	size_t n = strlen(c->number);

	c->dtmf = key;
	if (n + 1 < sizeof(c->number)) {
		c->number[n] = key;
		c->number[n + 1] = '\0';
	}
}

static void
on_act(void *arg, const struct carrier_act *a)
{
	struct call *c = a->owner;

	(void)arg;
	switch (a->what) {
	case CARRIER_ANSWERED:
		c->up = true;
		seen.answered++;
		break;
	case CARRIER_DTMF:
		pressed(c, a->key);
		break;
	case CARRIER_AGENT_UP:
		c->connected = true;
		break;
	case CARRIER_STAGE:
		stage(c, a);
		break;
	case CARRIER_HANGUP:
		seen.calls++;
		seen.by[a->truth]++;
		if (c->truth != DISP_NONE || a->truth == DISP_NONE)
			broken(c, a, "two truths, or none");
		c->truth = a->truth;
		if (c->up != a->answered || c->up != c->ended ||
		    (c->up && (c->truth != truth_of(c) ||
				  strcmp(c->sum, word_of(c->truth)) != 0)))
			broken(c, a, disposition_word(a->truth));
		break;
	default:
		break;
	}
}

/* ---- a thousand of them ----------------------------------------------- */

static void
one_variable(void *arg, const char *name, const char *value)
{
	if (!flow_var(arg, name, strlen(name), value, strlen(value)))
		str_copy(seen.why, sizeof(seen.why), name);
}

/* Every call of one flow to its end. */
static void
run(struct rng *r, const struct flow *f)
{
	static const char *const numbers[] = { "+13055550100", "525512345678",
		"5511912345678", "51987654321" };
	struct carrier_config cfg = { .speed = 1 + (double)rng_below(r, 3),
		.mix = true,
		.agents = (int)rng_below(r, 4),
		.deaf = rng_below(r, 4) == 0 ? 0.2 : 0,
		.speech = rng_below(r, 2) == 0,
		.prompt_ms = 500 + (int)rng_below(r, 9000) };
	struct call *calls = xcalloc(CALLS, sizeof(*calls));
	struct flow *sent = xcalloc(1, sizeof(*sent));
	struct carrier *c = carrier_new(&cfg, r);

	flow_vars_begin(sent);
	flow_vars(f, one_variable, sent);
	flow_vars_end(sent);
	for (int i = 0; i < CALLS; i++) {
		calls[i].f = f;
		carrier_dial(c, i * (NS_PER_S / 5),
		    numbers[rng_below(r, nitems(numbers))], 30000, sent,
		    &calls[i]);
		carrier_run(c, i * (NS_PER_S / 5), on_act, NULL);
	}
	for (int n = 0; carrier_alive(c) > 0 && n < 1000000; n++)
		carrier_run(c, carrier_next(c), on_act, NULL);
	if (carrier_alive(c) > 0 && seen.why[0] == '\0')
		str_copy(seen.why, sizeof(seen.why), "calls that never end");
	carrier_free(c);
	free(sent);
	free(calls);
}

int
main(int argc, char **argv)
{
	int64_t seed = 9;
	struct rng r;
	struct gen g = { .r = &r };
	struct m_context m;
	struct buf err = BUF_INIT;
	int done = 0, refused = 0, states = 0;

	if (argc > 1)
		str_int64(argv[1], 0, INT32_MAX, &seed);
	rng_seed(&r, (uint64_t)seed);
	while (done < FLOWS && refused < 5 * FLOWS && seen.why[0] == '\0') {
		struct flow *f;

		generate(&g, &m);
		buf_reset(&err);
		if ((f = flow_new(&m, NULL, &err)) == NULL) {
			refused++;
			continue;
		}
		states += f->n;
		run(&r, f);
		done++;
		flow_free(f);
	}
	if (seen.why[0] != '\0')
		printf("# seed %lld, flow %d:\n# %s\n", (long long)seed, done,
		    m.states);
	ok(done == FLOWS, "%d flows of %d states, %d were refused%s%s", done,
	    states, refused, done < FLOWS ? ", the last for " : "",
	    done < FLOWS ? buf_cstr(&err) : "");
	ok(seen.why[0] == '\0', "%d calls, %d answered: %s", seen.calls,
	    seen.answered,
	    seen.why[0] != '\0' ? seen.why : "as flow_walk has them");
	ok(seen.calls == done * CALLS, "each has one end and one truth");
	ok(seen.steps > 8 && seen.steps <= FLOW_STEPS,
	    "%d states in the longest call", seen.steps);
	ok(seen.by[DISP_COMPLETED] > 100 && seen.by[DISP_CONNECTED] > 100 &&
		seen.by[DISP_OPTED_OUT] > 100 && seen.by[DISP_ABANDONED] > 50 &&
		seen.by[DISP_MACHINE] > 100,
	    "%d completed, %d connected, %d opted out, %d abandoned, %d "
	    "machines, %d words",
	    seen.by[DISP_COMPLETED], seen.by[DISP_CONNECTED],
	    seen.by[DISP_OPTED_OUT], seen.by[DISP_ABANDONED],
	    seen.by[DISP_MACHINE], seen.said);
	for (size_t i = 0; i < nitems(g.text); i++)
		buf_clear(&g.text[i]);
	buf_clear(&err);
	return done_testing();
}
