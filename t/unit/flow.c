/* SPDX-License-Identifier: MIT */
/*
 * Flows: the grammar and every refusal with its words, simple contexts as the
 * states they stand for, other contexts and AMD profiles by name.
 */
#include "shared/flow.h"

#include <stdio.h>
#include <string.h>

#include "shared/util.h"
#include "tap.h"

/* ---- a world ----------------------------------------------------------- */

static struct m_context others[4];
static size_t nothers;

static const struct m_context *
other(void *arg, const char *name)
{
	(void)arg;
	for (size_t i = 0; i < nothers; i++)
		if (strcmp(others[i].name, name) == 0)
			return &others[i];
	return NULL;
}

static const struct m_amd_profile *
amd(void *arg, const char *name)
{
	static const struct m_amd_profile p = { .name = "quick",
		.initial_silence = 2000,
		.greeting = 1200,
		.after_greeting_silence = 700,
		.total_analysis_time = 4000,
		.min_word_length = 90,
		.between_words_silence = 40,
		.maximum_number_of_words = 4,
		.silence_threshold = 300,
		.maximum_word_length = 4500 };
	static const struct m_amd_profile huge = { .name = "huge",
		.initial_silence = INT64_MAX,
		.greeting = INT64_MAX,
		.after_greeting_silence = INT64_MAX,
		.total_analysis_time = INT64_MAX,
		.min_word_length = INT64_MAX };

	(void)arg;
	return strcmp(name, "quick") == 0  ? &p
	       : strcmp(name, "huge") == 0 ? &huge
					   : NULL;
}
static const struct flow_world world = { other, amd, NULL };

static void
add_other(const char *name, const char *states)
{
	struct m_context *c = &others[nothers++];

	*c = (struct m_context){ .id = 1 };
	str_copy(c->name, sizeof(c->name), name);
	str_copy(c->states, sizeof(c->states), states);
}

/* NULL: err has the words. */
static struct flow *
made(const char *states, const struct flow_world *w, struct buf *err)
{
	struct m_context c = { .name = "own", .version = 7 };

	if (!str_copy(c.states, sizeof(c.states), states))
		return NULL;
	return flow_new(&c, w, err);
}

/* ---- grammar ----------------------------------------------------------- */

#define LONG_40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define END     "\nend hangup"

static void
test_accepted(void)
{
	static const char *const good[] = {
		"a hangup",
		"a hangup\n",
		" a\thangup  prompt=bye/x_1.2+3-4 ",
		"abcdefghijklmno hangup",
		"a-_9 hangup",
		"a play prompt=x",
		"a play prompt=x >hangup",
		"a menu 1>hangup",
		"a menu *>repeat",
		"a menu prompt=p timeout=1 retries=0 0>a 9>a t>end i>end" END,
		"a menu timeout=120 retries=9 1>a",
		"a question prompt=q",
		"a question prompt=q keys=0123456789* 1>end 2>repeat >end" END,
		"a question prompt=q digits=20 >a t>end i>a" END,
		"a question prompt=q digits=1 keys=5 5>a",
		"a detect",
		"a detect amd=any human>hangup machine>end unsure>hangup" END,
		"a connect dest=queue:x",
		"a connect dest=exten:1*#+2@y-z ring=300 prompt=p >end "
		"fail>end" END,
		"a connect dest=dial:PJSIP/1 ring=1",
		"a optout",
		"a optout prompt=p >end" END,
		"a voicemail prompt=p >end" END,
		"a speech grammar=g yes>end" END,
		"a speech prompt=p timeout=5 retries=2 grammar=builtin:g/x.gsl "
		"yes>end no>repeat 10>a fail>end 1>a *>repeat t>end i>end" END,
		"a speech grammar=g aa>a bb>a cc>a dd>a ee>a ff>a gg>a hh>a",
		"a hangup language=pt goal=yes",
		"a hangup language=pt-BR",
		"a hangup language=es-419",
		"a hangup language=zh-Hant",
		"a menu 1>@other",
		"a menu 1>@own",
		/* round by a key, a word, digits, a wrong key */
		"a menu 1>b\nb play prompt=x >a",
		"a menu 1>hangup i>b\nb play prompt=x >a",
		"a question prompt=q >b\nb play prompt=x >a",
		"a question prompt=q digits=4 >b\nb connect dest=queue:x "
		"fail>a",
		"a speech grammar=g yes>b\nb detect human>a machine>a",
	};

	for (size_t i = 0; i < nitems(good); i++) {
		struct buf err = BUF_INIT;
		struct flow *f = made(good[i], NULL, &err);

		ok(f != NULL && err.len == 0, "taken: %.*s %s",
		    (int)strcspn(good[i], "\n"), good[i], buf_cstr(&err));
		flow_free(f);
		buf_clear(&err);
	}
}

struct refusal {
	const char *states, *words;
};

static void
test_refused(const struct refusal *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf err = BUF_INIT;
		struct flow *f = made(v[i].states, &world, &err);

		ok(f == NULL && strcmp(buf_cstr(&err), v[i].words) == 0,
		    "refused: %s", v[i].words);
		if (f != NULL || strcmp(buf_cstr(&err), v[i].words) != 0)
			printf("# says: %s\n", buf_cstr(&err));
		flow_free(f);
		f = made(v[i].states, &world, NULL);
		if (f != NULL)
			ok(false, "refused without words");
		flow_free(f);
		buf_clear(&err);
	}
}

#define NAMES                                                                  \
	"expected a name of 1 to 15 of a-z 0-9 _ -, a letter first, not "      \
	"repeat or hangup"
#define KINDS                                                                  \
	"expected what it does behind its name: play, menu, question, "        \
	"detect, connect, optout, voicemail, speech, hangup"
#define SOUND "expected a sound's name of at most 127 letters, digits and _/.+-"
#define DESTS                                                                  \
	"expected \"queue:NAME\", \"exten:NUMBER@CONTEXT\" or "                \
	"\"dial:TECH/CHANNEL\" of letters, digits and _@:/.+*#-"
#define TARGETS                                                                \
	"no state of that name, expected one, repeat, hangup or @CONTEXT"

static const struct refusal syntax[] = {
	{ "a hangup\n\nb hangup",
	    "state 2: empty, expected NAME KIND OPTION=VALUE... "
	    "EVENT>TARGET..." },
	{ "\n", "state 1: empty, expected NAME KIND OPTION=VALUE... "
		"EVENT>TARGET..." },
	{ "A hangup", "state 1: \"A\": " NAMES },
	{ "1 hangup", "state 1: \"1\": " NAMES },
	{ "a. hangup", "state 1: \"a.\": " NAMES },
	{ "repeat hangup", "state 1: \"repeat\": " NAMES },
	{ "hangup hangup", "state 1: \"hangup\": " NAMES },
	{ "abcdefghijklmnop hangup", "state 1: \"abcdefghijklmnop\": " NAMES },
	{ "a\x1b[2J hangup", "state 1: \"a?[2J\": " NAMES },
	{ "a", "state 1 \"a\": " KINDS },
	{ "a hang", "state 1 \"a\": \"hang\": " KINDS },
	{ "a menu 1>a\na hangup", "state 2 \"a\": state 1 has that name, too" },
	{ "a hangup prompt",
	    "state 1 \"a\": \"prompt\": expected OPTION=VALUE or "
	    "EVENT>TARGET" },
	{ "greet menu promt=x 1>hangup",
	    "state 1 \"greet\": \"promt=x\": menu takes prompt, timeout, "
	    "retries, language, goal" },
	{ "a hangup =x",
	    "state 1 \"a\": \"=x\": hangup takes prompt, language, goal" },
	{ "a play prompt=x prompt=x",
	    "state 1 \"a\": \"prompt=x\": prompt is there twice" },
	{ "a play prompt=", "state 1 \"a\": \"prompt=\": " SOUND },
	{ "a play prompt=a&b", "state 1 \"a\": \"prompt=a&b\": " SOUND },
	{ "a play prompt=a,b", "state 1 \"a\": \"prompt=a,b\": " SOUND },
	{ "a play prompt=${X}", "state 1 \"a\": \"prompt=${X}\": " SOUND },
	{ "a play prompt=" LONG_40 LONG_40 LONG_40 "12345678",
	    "state 1 \"a\": \"prompt=" LONG_40 "aaaaaaaaaaaaa...\": " SOUND },
	{ "a menu timeout=0 1>a",
	    "state 1 \"a\": \"timeout=0\": expected an integer from 1 to "
	    "120" },
	{ "a menu timeout=121 1>a",
	    "state 1 \"a\": \"timeout=121\": expected an integer from 1 to "
	    "120" },
	{ "a menu retries=10 1>a",
	    "state 1 \"a\": \"retries=10\": expected an integer from 0 to "
	    "9" },
	{ "a menu retries=-1 1>a",
	    "state 1 \"a\": \"retries=-1\": expected an integer from 0 to "
	    "9" },
	{ "a connect dest=queue:x ring=1s",
	    "state 1 \"a\": \"ring=1s\": expected an integer from 1 to 300" },
	{ "a question prompt=x digits=21",
	    "state 1 \"a\": \"digits=21\": expected an integer from 1 to 20" },
	{ "a question prompt=x keys=",
	    "state 1 \"a\": \"keys=\": expected different keys of 0 to 9 and "
	    "*" },
	{ "a question prompt=x keys=11",
	    "state 1 \"a\": \"keys=11\": expected different keys of 0 to 9 "
	    "and *" },
	{ "a question prompt=x keys=1#",
	    "state 1 \"a\": \"keys=1#\": expected different keys of 0 to 9 "
	    "and *" },
	{ "a connect dest=queue:", "state 1 \"a\": \"dest=queue:\": " DESTS },
	{ "a connect dest=x", "state 1 \"a\": \"dest=x\": " DESTS },
	{ "a connect dest=exten:1", "state 1 \"a\": \"dest=exten:1\": " DESTS },
	{ "a connect dest=dial:x", "state 1 \"a\": \"dest=dial:x\": " DESTS },
	{ "a connect dest=queue:a|b",
	    "state 1 \"a\": \"dest=queue:a|b\": " DESTS },
	{ "a detect amd=a/b",
	    "state 1 \"a\": \"amd=a/b\": expected the name of an AMD "
	    "profile" },
	{ "a speech grammar=a;b yes>a",
	    "state 1 \"a\": \"grammar=a;b\": expected a name of at most 63 "
	    "letters, digits and _/.:+-" },
	{ "a hangup language=PT",
	    "state 1 \"a\": \"language=PT\": expected a language such as pt "
	    "or pt-BR" },
	{ "a hangup language=pt-",
	    "state 1 \"a\": \"language=pt-\": expected a language such as pt "
	    "or pt-BR" },
	{ "a hangup language=pt-B",
	    "state 1 \"a\": \"language=pt-B\": expected a language such as "
	    "pt or pt-BR" },
	{ "a hangup language=pt-BRASI",
	    "state 1 \"a\": \"language=pt-BRASI\": expected a language such "
	    "as pt or pt-BR" },
	{ "a hangup goal=no", "state 1 \"a\": \"goal=no\": expected yes" },
};

static const struct refusal options_of_kinds[] = {
	{ "a play timeout=5",
	    "state 1 \"a\": \"timeout=5\": play takes prompt, language, "
	    "goal" },
	{ "a menu keys=1 1>a",
	    "state 1 \"a\": \"keys=1\": menu takes prompt, timeout, retries, "
	    "language, goal" },
	{ "a question amd=x",
	    "state 1 \"a\": \"amd=x\": question takes prompt, timeout, "
	    "retries, keys, digits, language, goal" },
	{ "a detect prompt=x",
	    "state 1 \"a\": \"prompt=x\": detect takes amd, language, goal" },
	{ "a connect retries=1",
	    "state 1 \"a\": \"retries=1\": connect takes prompt, dest, ring, "
	    "language, goal" },
	{ "a optout dest=queue:x",
	    "state 1 \"a\": \"dest=queue:x\": optout takes prompt, language, "
	    "goal" },
	{ "a voicemail ring=5",
	    "state 1 \"a\": \"ring=5\": voicemail takes prompt, language, "
	    "goal" },
	{ "a speech digits=1",
	    "state 1 \"a\": \"digits=1\": speech takes prompt, timeout, "
	    "retries, grammar, language, goal" },
	{ "a hangup grammar=x",
	    "state 1 \"a\": \"grammar=x\": hangup takes prompt, language, "
	    "goal" },
};

static const struct refusal events[] = {
	{ "a play prompt=x 1>a", "state 1 \"a\": \"1>a\": play leads on by >" },
	{ "a play prompt=x t>a", "state 1 \"a\": \"t>a\": play leads on by >" },
	{ "a menu >a",
	    "state 1 \"a\": \">a\": menu leads on by 0> to 9>, *>, t> and "
	    "i>" },
	{ "a menu #>a",
	    "state 1 \"a\": \"#>a\": menu leads on by 0> to 9>, *>, t> and "
	    "i>" },
	{ "a menu yes>a",
	    "state 1 \"a\": \"yes>a\": menu leads on by 0> to 9>, *>, t> and "
	    "i>" },
	{ "a question prompt=x fail>a",
	    "state 1 \"a\": \"fail>a\": question leads on by >, 0> to 9>, *>, "
	    "t> and i>" },
	{ "a detect >a",
	    "state 1 \"a\": \">a\": detect leads on by human>, machine> and "
	    "unsure>" },
	{ "a connect t>a",
	    "state 1 \"a\": \"t>a\": connect leads on by > and fail>" },
	{ "a optout fail>a",
	    "state 1 \"a\": \"fail>a\": optout leads on by >" },
	{ "a voicemail human>a",
	    "state 1 \"a\": \"human>a\": voicemail leads on by >" },
	{ "a speech >a",
	    "state 1 \"a\": \">a\": speech leads on by words of 2 to 15 of "
	    "a-z 0-9, 0> to 9>, *>, t> and i>" },
	{ "a speech Yes>a",
	    "state 1 \"a\": \"Yes>a\": speech leads on by words of 2 to 15 of "
	    "a-z 0-9, 0> to 9>, *>, t> and i>" },
	{ "a speech aaaaaaaaaaaaaaaa>a",
	    "state 1 \"a\": \"aaaaaaaaaaaaaaaa>a\": speech leads on by words "
	    "of 2 to 15 of a-z 0-9, 0> to 9>, *>, t> and i>" },
	{ "a speech grammar=g aa>a bb>a cc>a dd>a ee>a ff>a gg>a hh>a ii>a",
	    "state 1 \"a\": \"ii>a\": expected at most 8 words" },
	{ "a hangup >a", "state 1 \"a\": \">a\": hangup leads on by nothing" },
	{ "a menu 1>a 1>a", "state 1 \"a\": \"1>a\": 1> is there twice" },
	{ "a menu 1>a t>a t>a", "state 1 \"a\": \"t>a\": t> is there twice" },
	{ "a play prompt=x >a >a", "state 1 \"a\": \">a\": > is there twice" },
	{ "a speech yes>a yes>hangup",
	    "state 1 \"a\": \"yes>hangup\": yes> is there twice" },
	{ "a menu 1>",
	    "state 1 \"a\": \"1>\": expected a state, repeat, hangup or "
	    "@CONTEXT behind the >" },
	{ "a menu 1>b", "state 1 \"a\": \"1>b\": " TARGETS },
	{ "a menu 1>A", "state 1 \"a\": \"1>A\": " TARGETS },
	{ "a menu 1>a>a", "state 1 \"a\": \"1>a>a\": " TARGETS },
	{ "a play prompt=x >repeat",
	    "state 1 \"a\": \">repeat\": only a key or a word repeats" },
	{ "a menu 1>a t>repeat",
	    "state 1 \"a\": \"t>repeat\": only a key or a word repeats" },
	{ "a menu 1>a i>repeat",
	    "state 1 \"a\": \"i>repeat\": only a key or a word repeats" },
	{ "a menu 1>@",
	    "state 1 \"a\": \"1>@\": expected the name of a context behind "
	    "@" },
	{ "a menu 1>@a/b",
	    "state 1 \"a\": \"1>@a/b\": expected the name of a context behind "
	    "@" },
	{ "a menu 1>@nobody",
	    "state 1 \"a\": \"1>@nobody\": no context of that name" },
	{ "a detect amd=nobody",
	    "state 1 \"a\": amd=nobody: no AMD profile of that name" },
	{ "a detect amd=huge",
	    "state 1 \"a\": numbers of its AMD profile are too large" },
};

static const struct refusal whole[] = {
	{ "a play", "state 1 \"a\": play without prompt=SOUND" },
	{ "a question keys=1", "state 1 \"a\": question without prompt=SOUND" },
	{ "a voicemail", "state 1 \"a\": voicemail without prompt=SOUND" },
	{ "a connect >hangup",
	    "state 1 \"a\": connect without dest=DESTINATION" },
	{ "a menu prompt=x t>hangup",
	    "state 1 \"a\": menu without a key that leads on, such as "
	    "1>STATE" },
	{ "a speech yes>hangup", "state 1 \"a\": speech without grammar=NAME" },
	{ "a speech grammar=g 1>hangup",
	    "state 1 \"a\": speech without a word that leads on, such as "
	    "yes>STATE" },
	{ "a question prompt=q digits=3 1>hangup",
	    "state 1 \"a\": a key leads on, but digits=3 are waited for, "
	    "expected > in place of the keys" },
	{ "a question prompt=q digits=3 keys=12",
	    "state 1 \"a\": keys=12 with digits=3, expected one of them" },
	{ "a hangup\nb hangup", "state 2 \"b\": nothing leads to it" },
	{ "a hangup\nb menu 1>c\nc menu 1>b",
	    "state 2 \"b\": nothing leads to it" },
	{ "a play prompt=x >a",
	    "state 1 \"a\": goes round without a key or a word: a > a, "
	    "expected a way that ends" },
	{ "z menu 1>a\na play prompt=x >b\nb menu 1>z t>c\n"
	  "c connect dest=queue:x fail>d\nd detect machine>a",
	    "state 2 \"a\": goes round without a key or a word: a > b > c > d "
	    "> a, expected a way that ends" },
	{ "a detect human>b\nb optout >a",
	    "state 1 \"a\": goes round without a key or a word: a > b > a, "
	    "expected a way that ends" },
	{ "a detect human>hangup unsure>a",
	    "state 1 \"a\": goes round without a key or a word: a > a, "
	    "expected a way that ends" },
	{ "a connect dest=queue:x >a",
	    "state 1 \"a\": goes round without a key or a word: a > a, "
	    "expected a way that ends" },
	{ "a voicemail prompt=x >a",
	    "state 1 \"a\": goes round without a key or a word: a > a, "
	    "expected a way that ends" },
	{ "a question prompt=x t>a",
	    "state 1 \"a\": goes round without a key or a word: a > a, "
	    "expected a way that ends" },
	{ "a speech grammar=g yes>hangup t>a",
	    "state 1 \"a\": goes round without a key or a word: a > a, "
	    "expected a way that ends" },
};

static void
test_sizes(void)
{
	struct buf b = BUF_INIT, err = BUF_INIT;
	struct flow *f;

	buf_fmt(&b, "a hangup%*s", FLOW_LINE - 1 - 8, "");
	f = made(buf_cstr(&b), NULL, &err);
	ok(f != NULL, "a line of %d bytes", FLOW_LINE - 1);
	flow_free(f);
	buf_byte(&b, ' ');
	f = made(buf_cstr(&b), NULL, &err);
	ok(f == NULL && strcmp(buf_cstr(&err),
			    "state 1: 400 bytes, expected at most 399") == 0,
	    "%s", buf_cstr(&err));
	flow_free(f);
	for (int n = FLOW_OWN; n <= FLOW_OWN + 1; n++) {
		buf_reset(&b);
		buf_reset(&err);
		for (int i = 0; i < n; i++)
			buf_fmt(&b, "s%d play prompt=x >%s%d\n", i,
			    i + 1 < n ? "s" : "e", i + 1);
		f = made(buf_cstr(&b), NULL, &err);
		ok(f == NULL, "%d: %s", n, buf_cstr(&err));
	}
	ok(strcmp(buf_cstr(&err),
	       "too many states: a context has at most 32, 48 with those of "
	       "the contexts that it leads to") == 0,
	    "one more than it may have");
	buf_clear(&b);
	buf_clear(&err);
}

/* n menus one behind the other with all keys, and maybe one way more. */
static void
chain(struct buf *b, char letter, int n, const char *last)
{
	buf_reset(b);
	for (int i = 0; i < n; i++) {
		buf_fmt(b, "%c%d menu", letter, i);
		for (const char *k = FLOW_KEYS; *k != '\0'; k++)
			if (i + 1 < n)
				buf_fmt(b, " %c>%c%d", *k, letter, i + 1);
			else if (last != NULL && *k == '0')
				buf_fmt(b, " 0>%s", last);
			else
				buf_fmt(b, " %c>repeat", *k);
		if (i + 1 < n)
			buf_byte(b, '\n');
	}
}

static void
test_variables_limit(void)
{
	static const char *const more[] = { " prompt=p", " prompt=p goal=yes" };
	struct buf b = BUF_INIT, err = BUF_INIT;
	struct flow *f;

	/*
	 * 42 menus, each with a kind, name, timeout, retries and 11 keys; t, i
	 * and language of the last one; a state of 6, and what more has.
	 */
	for (size_t i = 0; i < nitems(more); i++) {
		nothers = 0;
		chain(&b, 'b', 12, NULL);
		buf_fmt(&b,
		    " t>c i>c language=pt%s\nc connect dest=queue:x "
		    "language=pt goal=yes",
		    more[i]);
		add_other("wide", buf_cstr(&b));
		chain(&b, 'a', 30, "@wide");
		f = made(buf_cstr(&b), &world, &err);
		ok((f != NULL) == (i == 0), "%zu more than 640 %s", i,
		    buf_cstr(&err));
		flow_free(f);
	}
	ok(strcmp(buf_cstr(&err),
	       "641 channel variables, expected at most 640: fewer states, "
	       "keys or options") == 0,
	    "says how many");
	buf_clear(&b);
	buf_clear(&err);
}

/* ---- simple contexts --------------------------------------------------- */

static struct m_context
plain(void)
{
	return (struct m_context){ .name = "mexico",
		.connect_key = "3",
		.disconnect_key = "9",
		.repeat_key = "0",
		.menu_timeout = 15,
		.retries = 2,
		.prompt = "ask_mx",
		.prompt_connect = "un_momento",
		.prompt_goodbye = "adios",
		.prompt_machine = "mensaje",
		.destination = "queue:ventas",
		.ring_timeout = 25,
		.on_human = "prompt",
		.on_machine = "hangup",
		.on_unsure = "prompt",
		.version = 3 };
}

static void
simple_is(const struct m_context *c, const char *what, const char *want)
{
	struct buf b = BUF_INIT, err = BUF_INIT;
	struct flow *f = flow_new(c, NULL, &err);

	flow_print_simple(c, &b);
	ok(strcmp(buf_cstr(&b), want) == 0 && f != NULL && f->simple, "%s %s",
	    what, buf_cstr(&err));
	if (strcmp(buf_cstr(&b), want) != 0)
		printf("# is %s\n", buf_cstr(&b));
	flow_free(f);
	buf_clear(&b);
	buf_clear(&err);
}

#define ASK                                                                    \
	"ask menu prompt=ask_mx timeout=15 retries=2 3>connect 9>out "         \
	"0>repeat t>bye"
#define CONNECT "connect connect dest=queue:ventas ring=25 prompt=un_momento"
#define OUT     "out optout prompt=adios"
#define BYE     "bye hangup prompt=adios"

static void
test_simple(void)
{
	struct m_context c = plain();

	simple_is(&c, "keys only", ASK "\n" CONNECT "\n" OUT "\n" BYE);
	c.amd = true;
	simple_is(&c, "with AMD",
	    "detect detect human>ask machine>bare unsure>ask\n" ASK "\n" CONNECT
	    "\n" OUT "\n" BYE "\nbare hangup");
	str_copy(c.amd_profile, sizeof(c.amd_profile), "quick");
	str_copy(c.on_machine, sizeof(c.on_machine), "message");
	str_copy(c.on_unsure, sizeof(c.on_unsure), "hangup");
	simple_is(&c, "a message, unsure hangs up",
	    "detect detect amd=quick human>ask machine>vm unsure>bare\n" ASK
	    "\n" CONNECT "\n" OUT "\n" BYE
	    "\nvm voicemail prompt=mensaje\nbare hangup");
	c.prompt_machine[0] = '\0';
	simple_is(&c, "a message that is silence",
	    "detect detect amd=quick human>ask machine>vm unsure>bare\n" ASK
	    "\n" CONNECT "\n" OUT "\n" BYE "\nvm voicemail\nbare hangup");
	str_copy(c.on_human, sizeof(c.on_human), "connect");
	str_copy(c.on_machine, sizeof(c.on_machine), "hangup");
	str_copy(c.on_unsure, sizeof(c.on_unsure), "connect");
	simple_is(&c, "humans connected at once: no menu",
	    "detect detect amd=quick human>connect machine>bare "
	    "unsure>connect\n" CONNECT "\nbare hangup");
	c = plain();
	c.amd = true;
	c.on_human[0] = c.on_machine[0] = c.on_unsure[0] = '\0';
	simple_is(&c, "on_... left empty",
	    "detect detect human>ask machine>bare unsure>ask\n" ASK "\n" CONNECT
	    "\n" OUT "\n" BYE "\nbare hangup");
	c = plain();
	c.prompt[0] = c.prompt_connect[0] = c.prompt_goodbye[0] = '\0';
	c.disconnect_key[0] = c.repeat_key[0] = '\0';
	simple_is(&c, "nothing but a key",
	    "ask menu timeout=15 retries=2 3>connect t>bye\nconnect connect "
	    "dest=queue:ventas ring=25\nbye hangup");
}

static void
test_simple_keys(void)
{
	struct m_context c = plain();
	struct buf err = BUF_INIT;
	struct flow *f;

	str_copy(c.disconnect_key, sizeof(c.disconnect_key), "3");
	simple_is(&c, "disconnect before connect",
	    "ask menu prompt=ask_mx timeout=15 retries=2 3>out 0>repeat "
	    "t>bye\n" OUT "\n" BYE);
	c = plain();
	str_copy(c.repeat_key, sizeof(c.repeat_key), "3");
	simple_is(&c, "connect before repeat",
	    "ask menu prompt=ask_mx timeout=15 retries=2 3>connect 9>out "
	    "t>bye\n" CONNECT "\n" OUT "\n" BYE);
	str_copy(c.repeat_key, sizeof(c.repeat_key), "9");
	simple_is(&c, "disconnect before repeat",
	    "ask menu prompt=ask_mx timeout=15 retries=2 3>connect 9>out "
	    "t>bye\n" CONNECT "\n" OUT "\n" BYE);
	str_copy(c.connect_key, sizeof(c.connect_key), "#");
	f = flow_new(&c, NULL, &err);
	ok(f == NULL && strstr(buf_cstr(&err), "\"#>connect\": menu leads on"),
	    "%s", buf_cstr(&err));
	flow_free(f);
	buf_clear(&err);

	c = plain();
	f = flow_new(&c, NULL, &err);
	ok(f->simple && f->version == 3 && f->n == 4 &&
		strcmp(f->context, "mexico") == 0,
	    "what it is");
	ok(flow_key_to(f, FLOW_CONNECT) == '3' &&
		flow_key_to(f, FLOW_OPTOUT) == '9' &&
		flow_key_to(f, FLOW_NKIND) == '0' &&
		flow_key_to(f, FLOW_PLAY) == '\0',
	    "its keys");
	ok(flow_has(f, FLOW_OPTOUT) && !flow_has(f, FLOW_DETECT), "its kinds");
	ok(flow_find(f, "bye") == 3 && flow_find(f, "vm") == -1, "its names");
	ok(f->s[0].timeout_s == 15 && f->s[0].retries == 2 &&
		f->s[1].ring_s == 25 &&
		f->s[0].edge[FLOW_INVALID] == FLOW_UNSET &&
		f->s[0].edge[FLOW_TIMEOUT] == 3 &&
		f->s[1].edge[FLOW_DONE] == FLOW_END,
	    "its values");
	flow_free(f);
	ok(flow_key_index('0') == 0 && flow_key_index('*') == 10 &&
		flow_key_index('#') == -1 && flow_key_index('\0') == -1,
	    "places of keys");
}

/* ---- other contexts ---------------------------------------------------- */

static void
test_others(void)
{
	struct buf err = BUF_INIT;
	struct flow *f;

	nothers = 0;
	add_other("survey", "q1 question prompt=q >q2 9>@own\n"
			    "q2 question prompt=q >@bye 8>@survey");
	add_other("bye", "end hangup");
	others[nothers] = plain();
	nothers++;
	f = made(
	    "a menu 1>@survey 2>@mexico 3>@survey 4>@bye t>@bye", &world, &err);
	ok(f != NULL && f->n == 8, "four contexts in one flow %s",
	    buf_cstr(&err));
	if (f == NULL)
		return;
	ok(f->s[0].key[1] == f->s[0].key[3] &&
		strcmp(f->s[f->s[0].key[1]].name, "q1") == 0 &&
		strcmp(f->s[f->s[0].key[1]].context, "survey") == 0,
	    "each once");
	ok(f->s[1].key[9] == 0 && f->s[2].key[8] == 1, "and back");
	ok(f->s[2].edge[FLOW_DONE] == f->s[0].key[4] &&
		f->s[0].edge[FLOW_TIMEOUT] == f->s[0].key[4],
	    "from two of them");
	ok(flow_find(f, "a") == 0 && flow_find(f, "q1") == -1 && !f->simple &&
		f->version == 7,
	    "names of its own only");
	flow_free(f);
	f = made("a menu 1>@survey 2>hangup t>@survey i>@x", NULL, &err);
	ok(f != NULL && f->n == 2 && f->s[0].key[1] == 1 &&
		f->s[0].key[2] == 1 && f->s[0].edge[FLOW_INVALID] == 1 &&
		f->s[0].edge[FLOW_TIMEOUT] == FLOW_END &&
		f->s[1].kind == FLOW_HANGUP &&
		strcmp(f->s[1].name, "hangup") == 0,
	    "without a world they hang up; a key does by a state");
	flow_free(f);
	f = made("a detect amd=quick human>b\nb menu 1>@own", &world, &err);
	ok(f != NULL &&
		strcmp(f->s[0].amd, "2000,1200,700,4000,90,40,4,300,4500") ==
		    0 &&
		f->s[0].edge[FLOW_UNSURE] == 1 && f->s[1].key[1] == 0,
	    "the arguments of AMD(); unsure as human; @ itself");
	flow_free(f);
	f = made("a detect amd=x human>b unsure>hangup\nb hangup", NULL, &err);
	ok(f != NULL && f->s[0].amd[0] == '\0' &&
		f->s[0].edge[FLOW_UNSURE] == FLOW_END,
	    "any profile without a world; unsure by itself");
	flow_free(f);
	buf_clear(&err);
}

static void
test_others_refused(void)
{
	struct buf err = BUF_INIT, b = BUF_INIT;
	struct flow *f;

	nothers = 0;
	add_other("bad", "x hangup\ny menu 1>z");
	f = made("a menu 1>@bad", &world, &err);
	ok(f == NULL && strcmp(buf_cstr(&err),
			    "context \"bad\", state 2 \"y\": \"1>z\": "
			    "" TARGETS) == 0,
	    "%s", buf_cstr(&err));
	add_other("round", "x play prompt=p >@own");
	buf_reset(&err);
	f = made("a play prompt=p >@round", &world, &err);
	ok(f == NULL && strcmp(buf_cstr(&err),
			    "state 1 \"a\": goes round without a key or a "
			    "word: a > x > a, expected a way that ends") == 0,
	    "%s", buf_cstr(&err));
	buf_reset(&err);
	add_other("far", "x menu 1>@none");
	f = made("a menu 1>@far", &world, &err);
	ok(f == NULL && strcmp(buf_cstr(&err),
			    "context \"far\", state 1 \"x\": \"1>@none\": no "
			    "context of that name") == 0,
	    "%s", buf_cstr(&err));
	nothers = 0;
	for (char c = 'b'; c <= 'c'; c++) {
		chain(&b, c, 24, NULL);
		add_other(c == 'b' ? "many" : "more", buf_cstr(&b));
	}
	buf_reset(&err);
	f = made("a menu 1>@many 2>@more", &world, &err);
	ok(f == NULL && strcmp(buf_cstr(&err),
			    "context \"more\", too many states: a context has "
			    "at most 32, 48 with those of the contexts that it "
			    "leads to") == 0,
	    "%s", buf_cstr(&err));
	buf_reset(&err);
	chain(&b, 'c', 23, "hangup");
	str_copy(others[1].states, sizeof(others[1].states), buf_cstr(&b));
	f = made("a menu 1>@many 2>@more", &world, &err);
	ok(f == NULL && strcmp(buf_cstr(&err),
			    "context \"more\", state 23 \"c22\": \"0>hangup\": "
			    "no room for a state that hangs up") == 0,
	    "%s", buf_cstr(&err));
	buf_clear(&err);
	buf_clear(&b);
}

int
main(void)
{
	test_accepted();
	test_refused(syntax, nitems(syntax));
	test_refused(options_of_kinds, nitems(options_of_kinds));
	test_refused(events, nitems(events));
	test_refused(whole, nitems(whole));
	test_sizes();
	test_variables_limit();
	test_simple();
	test_simple_keys();
	test_others();
	test_others_refused();
	return done_testing();
}
