/* SPDX-License-Identifier: MIT */
/*
 * A call in a flow with its counters, and a flow as channel variables, there
 * and back.
 */
#include "shared/flow.h"

#include <stdio.h>
#include <string.h>

#include "shared/util.h"
#include "tap.h"

static const struct m_amd_profile *
amd(void *arg, const char *name)
{
	static const struct m_amd_profile p = { .initial_silence = 2000,
		.greeting = 1200,
		.after_greeting_silence = 700,
		.total_analysis_time = 4000,
		.min_word_length = 90,
		.between_words_silence = 40,
		.maximum_number_of_words = 4,
		.silence_threshold = 300,
		.maximum_word_length = 4500 };

	(void)arg;
	return strcmp(name, "quick") == 0 ? &p : NULL;
}

static struct flow *
made(const char *states)
{
	static const struct flow_world world = { NULL, amd, NULL };
	struct m_context c = { .name = "own", .version = 7 };
	struct buf err = BUF_INIT;
	struct flow *f;

	str_copy(c.states, sizeof(c.states), states);
	f = flow_new(&c, &world, &err);
	if (f == NULL) {
		printf("Bail out! %s\n", buf_cstr(&err));
		exit(1);
	}
	buf_clear(&err);
	return f;
}

/* ---- a call ------------------------------------------------------------ */

static bool
at(const struct flow_walk *w, const char *name)
{
	return w->at >= 0 && strcmp(w->f->s[w->at].name, name) == 0;
}

static void
test_walk(void)
{
	struct flow_walk w;
	enum flow_heard heard;
	bool out;
	struct flow *f = made("ask menu retries=2 3>connect 9>out 0>repeat "
			      "t>bye\nconnect connect dest=queue:ventas\n"
			      "out optout\nbye hangup");

	ok(flow_start(&w, f) == FLOW_GO && at(&w, "ask") && w.tries == 2 &&
		w.repeats == FLOW_REPEATS && w.steps == 1,
	    "begins");
	ok(flow_silence(&w, &out) == FLOW_AGAIN && !out && w.tries == 1,
	    "nothing: again");
	ok(flow_key(&w, '5', &heard) == FLOW_AGAIN && heard == FLOW_WRONG &&
		w.tries == 0,
	    "a wrong key takes a try, too");
	for (int i = 0; i < FLOW_REPEATS; i++)
		if (flow_key(&w, '0', &heard) != FLOW_AGAIN ||
		    heard != FLOW_REPEATED || w.tries != 0)
			ok(false, "repeat %d", i);
	ok(w.repeats == 0, "repeats take none");
	ok(flow_key(&w, '0', &heard) == FLOW_GO && heard == FLOW_WRONG &&
		at(&w, "bye") && w.steps == 2,
	    "one repeat too many is wrong, and the last try is used up");
	ok(flow_take(&w, FLOW_DONE) == FLOW_ENDED && w.at == FLOW_END, "over");
	ok(flow_take(&w, FLOW_DONE) == FLOW_ENDED &&
		flow_key(&w, '1', &heard) == FLOW_ENDED &&
		flow_word(&w, "x", &heard) == FLOW_ENDED &&
		flow_digits(&w) == FLOW_ENDED &&
		flow_silence(&w, &out) == FLOW_ENDED && !out && w.steps == 2,
	    "and stays so");
	flow_start(&w, f);
	ok(flow_key(&w, '#', &heard) == FLOW_AGAIN && heard == FLOW_WRONG,
	    "# is a wrong key");
	ok(flow_silence(&w, &out) == FLOW_AGAIN && !out &&
		flow_silence(&w, &out) == FLOW_GO && out && at(&w, "bye"),
	    "silence until the tries are used up");
	flow_start(&w, f);
	ok(flow_key(&w, '3', &heard) == FLOW_GO && heard == FLOW_VALID &&
		at(&w, "connect") && flow_take(&w, FLOW_FAIL) == FLOW_ENDED,
	    "connects");
	flow_free(f);
}

static void
test_walk_question(void)
{
	struct flow_walk w;
	enum flow_heard heard;
	struct flow *f = made("q question prompt=q keys=12 2>two 9>out >one "
			      "i>bad 0>repeat retries=3\n"
			      "one hangup\ntwo hangup\nout optout\nbad menu "
			      "1>q retries=3 *>hangup");

	flow_start(&w, f);
	ok(flow_key(&w, '1', &heard) == FLOW_GO && heard == FLOW_VALID &&
		at(&w, "one"),
	    "a key of keys");
	flow_start(&w, f);
	ok(flow_key(&w, '2', &heard) == FLOW_GO && heard == FLOW_VALID &&
		at(&w, "two"),
	    "one with a way of its own");
	flow_start(&w, f);
	ok(flow_key(&w, '9', &heard) == FLOW_GO && heard == FLOW_VALID &&
		at(&w, "out"),
	    "one that is not of keys");
	flow_start(&w, f);
	ok(flow_key(&w, '3', &heard) == FLOW_GO && heard == FLOW_WRONG &&
		at(&w, "bad"),
	    "a wrong key with i> leads on at once");
	ok(flow_key(&w, '2', &heard) == FLOW_AGAIN && w.tries == 2 &&
		flow_key(&w, '1', &heard) == FLOW_GO && at(&w, "q") &&
		w.tries == 3 && w.repeats == FLOW_REPEATS && w.steps == 3,
	    "tries begin anew with each state");
	ok(flow_key(&w, '0', &heard) == FLOW_AGAIN &&
		w.repeats == FLOW_REPEATS - 1,
	    "repeats count down");
	ok(flow_key(&w, '4', &heard) == FLOW_GO && at(&w, "bad") &&
		w.repeats == FLOW_REPEATS,
	    "and begin anew, too");
	ok(flow_key(&w, '*', &heard) == FLOW_GO && heard == FLOW_VALID &&
		at(&w, "hangup"),
	    "a key that hangs up is a right one");
	flow_free(f);
	f = made("q question prompt=q >b\nb hangup");
	flow_start(&w, f);
	ok(flow_key(&w, '*', &heard) == FLOW_GO && heard == FLOW_VALID &&
		at(&w, "b"),
	    "any key without keys");
	flow_start(&w, f);
	ok(flow_key(&w, '#', &heard) == FLOW_AGAIN && heard == FLOW_WRONG,
	    "but #");
	flow_free(f);
	f = made("q question prompt=q digits=4 >b\nb hangup");
	flow_start(&w, f);
	ok(flow_key(&w, '1', &heard) == FLOW_AGAIN && heard == FLOW_WRONG,
	    "where digits are waited for a key is none");
	ok(flow_digits(&w) == FLOW_GO && at(&w, "b"), "digits");
	flow_free(f);
	f = made("s speech grammar=g yes>b no>repeat retries=0 t>c\nb "
		 "hangup\nc hangup");
	flow_start(&w, f);
	ok(flow_word(&w, "NO", &heard) == FLOW_AGAIN &&
		heard == FLOW_REPEATED && w.repeats == FLOW_REPEATS - 1,
	    "a word that repeats");
	ok(flow_word(&w, "Yes", &heard) == FLOW_GO && heard == FLOW_VALID &&
		at(&w, "b"),
	    "a word");
	flow_start(&w, f);
	ok(flow_word(&w, "perhaps", &heard) == FLOW_GO && heard == FLOW_WRONG &&
		at(&w, "c"),
	    "none of its words");
	flow_free(f);
}

static void
test_walk_steps(void)
{
	struct flow *f = made("a menu 1>b\nb play prompt=x >a");
	struct flow_walk w;
	enum flow_heard heard;
	enum flow_step step = flow_start(&w, f);
	int n = 0;

	for (; step == FLOW_GO && n < 1000; n++)
		step = at(&w, "a") ? flow_key(&w, '1', &heard)
				   : flow_take(&w, FLOW_DONE);
	ok(n == FLOW_STEPS && w.steps == FLOW_STEPS && step == FLOW_ENDED &&
		w.at == FLOW_END,
	    "hung up after %d states", n);
	flow_free(f);
	f = made("d detect human>h machine>m unsure>u\nh hangup\nm "
		 "voicemail prompt=x\nu hangup");
	flow_start(&w, f);
	ok(flow_take(&w, FLOW_HUMAN) == FLOW_GO && at(&w, "h"), "a human");
	flow_start(&w, f);
	ok(flow_take(&w, FLOW_MACHINE) == FLOW_GO && at(&w, "m"), "a machine");
	flow_start(&w, f);
	ok(flow_take(&w, FLOW_UNSURE) == FLOW_GO && at(&w, "u"), "not sure");
	flow_free(f);
}

/* ---- variables --------------------------------------------------------- */

struct both {
	struct flow f;
	struct buf text;
	bool good;
};

static void
both(void *arg, const char *name, const char *value)
{
	struct both *b = arg;

	buf_fmt(&b->text, "%s=%s\n", name, value);
	b->good = flow_var(&b->f, name, strlen(name), value, strlen(value)) &&
		  *value != '\0' && b->good;
}

/* As it comes back: without what does not travel. */
static bool
same(const struct flow *a, const struct flow *b)
{
	static struct flow x;

	x = *a;
	memset(x.context, 0, sizeof(x.context));
	x.version = 0;
	x.simple = false;
	for (int i = 0; i < x.n; i++)
		memset(x.s[i].context, 0, sizeof(x.s[i].context));
	return memcmp(&x, b, sizeof(x)) == 0;
}

static void
test_vars(void)
{
	static const char want[] = "DSC_0=detect\nDSC_0_N=d\n"
				   "DSC_0_A=2000,1200,700,4000,90,40,4,300,"
				   "4500\nDSC_0_Xh=1\nDSC_0_Xm=6\nDSC_0_Xu=1\n"
				   "DSC_1=question\nDSC_1_N=q\nDSC_1_P=ask\n"
				   "DSC_1_T=10\nDSC_1_R=0\nDSC_1_M=1\n"
				   "DSC_1_Y=12*\nDSC_1_X=2\nDSC_1_Xt=7\n"
				   "DSC_1_Xi=3\nDSC_1_K0=r\nDSC_1_Ks=3\n"
				   "DSC_2=speech\nDSC_2_N=s\nDSC_2_T=9\n"
				   "DSC_2_R=1\nDSC_2_Z=yesno\nDSC_2_Xt=4\n"
				   "DSC_2_K5=5\nDSC_2_Wyes=4\nDSC_2_Wno=r\n"
				   "DSC_3=optout\nDSC_3_N=o\n"
				   "DSC_4=connect\nDSC_4_N=c\n"
				   "DSC_4_D=exten:1@x\nDSC_4_G=20\n"
				   "DSC_4_L=pt-BR\nDSC_4_O=1\nDSC_4_X=7\n"
				   "DSC_4_Xf=6\n"
				   "DSC_5=question\nDSC_5_N=q2\nDSC_5_P=p\n"
				   "DSC_5_T=10\nDSC_5_R=1\nDSC_5_M=5\n"
				   "DSC_6=voicemail\nDSC_6_N=v\nDSC_6_P=p\n"
				   "DSC_7=play\nDSC_7_N=p\nDSC_7_P=p\n";
	struct flow *f = made(
	    "d detect amd=quick human>q machine>v\n"
	    "q question prompt=ask retries=0 keys=12* >s t>p i>o 0>repeat *>o\n"
	    "s speech timeout=9 grammar=yesno yes>c no>repeat 5>q2 t>c\n"
	    "o optout\n"
	    "c connect dest=exten:1@x language=pt-BR goal=yes >p fail>v\n"
	    "q2 question prompt=p digits=5\n"
	    "v voicemail prompt=p\n"
	    "p play prompt=p");
	struct both b = { .text = BUF_INIT, .good = true };

	flow_vars_begin(&b.f);
	flow_vars(f, both, &b);
	flow_vars_end(&b.f);
	ok(strcmp(buf_cstr(&b.text), want) == 0, "as variables");
	if (strcmp(buf_cstr(&b.text), want) != 0)
		printf("%s", buf_cstr(&b.text));
	ok(b.good, "each is taken back");
	ok(same(f, &b.f), "and the flow is the same");
	flow_free(f);
	buf_clear(&b.text);
}

static bool
var(struct flow *f, const char *name, const char *value)
{
	return flow_var(f, name, strlen(name), value, strlen(value));
}

static void
test_vars_back(void)
{
	static const char *const none[] = { "", "DSC_", "DSC_CALL",
		"DSC_NUMBER", "DSC_48", "DSC_00", "DSC_01", "DSC_100", "DSC_1_",
		"DSC_1_N1", "DSC_1_B", "DSC_1_K", "DSC_1_K*", "DSC_1_K#",
		"DSC_1_K10", "DSC_1_Xz", "DSC_1_Xtt", "DSC_1_W", "DSC_1_Wa",
		"DSC_1_WYes", "DSC_1_Waaaaaaaaaaaaaaaa", "DSC_1N", "DSC__N",
		"dsc_1_N", "DSC_PROMPT" };
	static struct flow f;
	char name[24], text[300];

	for (size_t i = 0; i < nitems(none); i++)
		ok(!var(&f, none[i], "1"), "\"%s\" is none", none[i]);
	ok(!flow_var(&f, "DSC_1_X\0", 8, "1", 1), "nor one with a NUL");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	flow_vars_begin(&f);
	ok(var(&f, "DSC_0", "menu") && var(&f, "DSC_1", "hangup") &&
		var(&f, "DSC_3", "hangup") && var(&f, "DSC_0_P", text) &&
		var(&f, "DSC_0_N", text) && var(&f, "DSC_0_T", "99999999999"),
	    "long values");
	ok(var(&f, "DSC_0_K1", "1") && var(&f, "DSC_0_K2", "2") &&
		var(&f, "DSC_0_K3", "r") && var(&f, "DSC_0_Xt", "r") &&
		var(&f, "DSC_0_Xi", "3") && var(&f, "DSC_0_K4", "x") &&
		var(&f, "DSC_0_K5", "77777777777777") &&
		var(&f, "DSC_0_K6", "256") && var(&f, "DSC_0_R", "-1"),
	    "values out of place");
	for (int i = 0; i < FLOW_WORDS + 2; i++) {
		str_format(name, sizeof(name), "DSC_0_Ww%d", i);
		ok(var(&f, name, "1"), "%s", name);
	}
	flow_vars_end(&f);
	ok(f.n == 2 && f.s[0].kind == FLOW_MENU && f.s[2].name[0] == '\0',
	    "up to the first that is missing");
	ok(strlen(f.s[0].prompt) == sizeof(f.s[0].prompt) - 1 &&
		strlen(f.s[0].name) == FLOW_NAME - 1 &&
		f.s[0].timeout_s == 9999 && f.s[0].retries == 0,
	    "cut to what has room");
	ok(f.s[0].key[1] == 1 && f.s[0].key[2] == FLOW_END &&
		f.s[0].key[3] == FLOW_REPEAT && f.s[0].key[4] == FLOW_END &&
		f.s[0].key[5] == FLOW_END && f.s[0].key[6] == FLOW_END,
	    "keys lead to what is there");
	ok(f.s[0].edge[FLOW_TIMEOUT] == FLOW_END &&
		f.s[0].edge[FLOW_INVALID] == FLOW_UNSET &&
		f.s[0].nwords == FLOW_WORDS,
	    "so do the others");
	flow_vars_begin(&f);
	ok(var(&f, "DSC_0", "dance"), "a kind of tomorrow");
	flow_vars_end(&f);
	ok(f.n == 0, "is none");
	struct flow_walk w;
	ok(flow_start(&w, &f) == FLOW_ENDED && w.at == FLOW_END,
	    "a call in it ends at once");
}

int
main(void)
{
	test_walk();
	test_walk_question();
	test_walk_steps();
	test_vars();
	test_vars_back();
	return done_testing();
}
