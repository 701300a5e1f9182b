/* SPDX-License-Identifier: MIT */
/* What the switch's records say, and what discador makes of them. */
#include "daemon/cdr.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

/* As Asterisk 22 and 16 have written them: word, s, userfield. */
static const struct {
	const char *what, *disposition;
	double duration_s;
	const char *facts;
	enum disposition want;
	int cause, sip_code; /* of the outcome */
} rows[] = {
	{ "connected over a queue", "ANSWERED", 8.98,
	    "res=connected key=1 cause=16 sip=200 amd=HUMAN amdcause=HUMAN-1-1",
	    DISP_CONNECTED, 16, 200 },
	{ "opted out", "ANSWERED", 8.32, "res=optout key=9 cause=16 sip=200",
	    DISP_OPTED_OUT, 16, 200 },
	{ "pressed and hung up waiting", "ANSWERED", 9,
	    "res=connect key=1 cause=16 sip=200", DISP_ABANDONED, 16, 200 },
	{ "a machine", "ANSWERED", 2.44,
	    "res=machine key= cause=16 sip=200 amd=MACHINE", DISP_MACHINE, 16,
	    200 },
	{ "no key", "ANSWERED", 19.9, "res=none key= cause=16 sip=200",
	    DISP_ANSWERED_NO_KEY, 16, 200 },
	{ "came to a goal", "ANSWERED", 19.9,
	    "res=goal key=2 cause=16 sip=200 ans=q1=4;q2=12", DISP_COMPLETED,
	    16, 200 },
	{ "dropped before the dialplan began", "ANSWERED", 0.1,
	    "res= key= cause=16 sip=200", DISP_ANSWERED_NO_KEY, 16, 200 },
	{ "busy", "BUSY", 0.007, "res= key= cause=17 sip=486", DISP_BUSY, 17,
	    486 },
	{ "503", "CONGESTION", 0.006, "res= key= cause=34 sip=503",
	    DISP_CONGESTION, 34, 503 },
	{ "404", "NO ANSWER", 0.007, "res= key= cause=1 sip=404",
	    DISP_INVALID_NUMBER, 1, 404 },
	{ "403", "NO ANSWER", 0.005, "res= key= cause=21 sip=403",
	    DISP_REJECTED, 21, 403 },
	{ "rang in vain, 22", "NO ANSWER", 6.0, "res= key= cause=19 sip=180",
	    DISP_NO_ANSWER, 19, 0 },
	{ "the same, 22", "FAILED", 6.0, "res= key= cause=19 sip=180",
	    DISP_NO_ANSWER, 19, 0 },
	{ "rang in vain, 16", "FAILED", 6.0, "res= key= cause=0 sip=180",
	    DISP_NO_ANSWER, 0, 0 },
	{ "no sign of the peer, 16", "FAILED", 12.0,
	    "res= key= cause=0 sip=", DISP_NO_ANSWER, 0, 0 },
	{ "no media port", "FAILED", 0.01,
	    "res= key= cause=0 sip=", DISP_FAILED, 0, 0 },
	{ "the switch could not", "FAILED", 0.01, "res= key= cause=38 sip=500",
	    DISP_FAILED, 38, 500 },
	/* a trunk without the hangup handler */
	{ "busy, no cause", "BUSY", 0.007, "", DISP_BUSY, 17, 0 },
	{ "503, no cause", "CONGESTION", 0.007, "", DISP_CONGESTION, 34, 0 },
	{ "no cause", "NO ANSWER", 6.0, "", DISP_NO_ANSWER, -1, 0 },
	{ "rang, no cause", "FAILED", 6.0, "", DISP_NO_ANSWER, -1, 0 },
	{ "failed, no cause", "FAILED", 0.01, "", DISP_FAILED, -1, 0 },
	/* two rows of one call */
	{ "the later word counts", "ANSWERED", 9,
	    "res=connect key=1 cause=16 res=connected", DISP_CONNECTED, 16, 0 },
	{ "nothing at all", "", 0, "", DISP_FAILED, -1, 0 },
};

static void
test_outcome(void)
{
	for (size_t i = 0; i < nitems(rows); i++) {
		struct cdr_lost l = { .duration_s = rows[i].duration_s,
			.facts = rows[i].facts };
		struct cdr_facts f;
		struct outcome o;
		enum disposition d;

		str_copy(
		    l.disposition, sizeof(l.disposition), rows[i].disposition);
		l.answered = strcmp(rows[i].disposition, "ANSWERED") == 0;
		cdr_facts(l.facts, &f);
		cdr_outcome(&l, &f, &o);
		d = outcome_disposition(&o);
		ok(d == rows[i].want && o.cause == rows[i].cause &&
			o.sip_code == rows[i].sip_code &&
			o.answered == l.answered,
		    "%s: %s, cause %d, %d", rows[i].what, disposition_word(d),
		    o.cause, o.sip_code);
	}
}

static void
test_facts(void)
{
	struct cdr_facts f;
	char text[400];

	cdr_facts("res=machine key=# cause=16 sip=200 amd=MACHINE "
		  "amdcause=MAXWORDS-3-2 more=1 odd",
	    &f);
	ok(f.summed && strcmp(f.res, "machine") == 0 && f.key == '#' &&
		f.cause == 16 && f.sip_code == 200 &&
		strcmp(f.amd, "MACHINE") == 0 &&
		strcmp(f.amd_cause, "MAXWORDS-3-2") == 0,
	    "every word, and others passed over");
	cdr_facts("", &f);
	ok(!f.summed && f.res[0] == '\0' && f.key == '\0' && f.cause == -1 &&
		f.sip_code == 0 && f.amd[0] == '\0',
	    "nothing");
	cdr_facts("res=", &f);
	ok(f.summed && f.res[0] == '\0', "summed up without a word");
	cdr_facts("   cause=17   sip=486  ", &f);
	ok(!f.summed && f.cause == 17 && f.sip_code == 486, "blanks");
	cdr_facts("cause=-5 sip=99999999999999999999 key=12 amd=a\"b", &f);
	ok(f.cause == -1 && f.sip_code == 0 && f.key == '\0' &&
		f.amd[0] == '\0',
	    "what cannot be is nothing");
	cdr_facts("key=\xc3 res=opt\xffout amdcause=\xe2\x82\xac", &f);
	ok(f.key == '\0' && f.res[0] == '\0' && f.amd_cause[0] == '\0',
	    "bytes that are no words do not get into the journal");
	cdr_facts("res=optoutoptoutoptout", &f);
	ok(f.res[0] == '\0', "a word that is too long is not cut into another");
	cdr_facts("res=optoutx", &f);
	ok(strcmp(f.res, "optout") != 0, "nor taken for the shorter one");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "res=", 4);
	memcpy(text + sizeof(text) - 11, " key=7    ", 10);
	cdr_facts(text, &f);
	ok(!f.summed && f.key == '7', "a boundless word is passed over");
	cdr_facts("======= = =x x= res==optout", &f);
	ok(f.summed && f.res[0] == '\0', "signs");
}

static void
test_answers(void)
{
	static const char names[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123";
	struct cdr_facts f;
	char text[600] = "ans=";

	cdr_facts("res=goal ans=q1=4;q-2=12*;why=no cause=16", &f);
	ok(f.nanswers == 3 && f.cause == 16 &&
		strcmp(f.answers[0].question, "q1") == 0 &&
		strcmp(f.answers[0].answer, "4") == 0 &&
		strcmp(f.answers[1].answer, "12*") == 0 &&
		strcmp(f.answers[2].question, "why") == 0 &&
		strcmp(f.answers[2].answer, "no") == 0 &&
		f.answers[0].ms == -1 && f.answers[0].score == -1,
	    "answers");
	cdr_facts("ans= ans=q1=4;q1=5;", &f);
	ok(f.nanswers == 1 && strcmp(f.answers[0].answer, "5") == 0,
	    "the last one counts");
	cdr_facts("ans=q1=1 ans=q2=2", &f);
	ok(f.nanswers == 1 && strcmp(f.answers[0].question, "q2") == 0,
	    "of two words too");
	cdr_facts("ans=;;q1;=3;q2=;q3=a=b;q4=\xc3\xa1;q5=1;"
		  "q234567890123456=1;q6=123456789012345678901234",
	    &f);
	ok(f.nanswers == 1 && strcmp(f.answers[0].question, "q5") == 0,
	    "what is no answer is passed over: %zu", f.nanswers);
	for (int i = 0; i < MODEL_ANSWERS + 8; i++)
		str_format(text + strlen(text), sizeof(text) - strlen(text),
		    "%c=1;", names[i]);
	cdr_facts(text, &f);
	ok(f.nanswers == MODEL_ANSWERS &&
		f.answers[MODEL_ANSWERS - 1].question[0] ==
		    names[MODEL_ANSWERS - 1],
	    "no more than there is room for: %zu", f.nanswers);
}

int
main(void)
{
	test_answers();
	test_outcome();
	test_facts();
	return done_testing();
}
