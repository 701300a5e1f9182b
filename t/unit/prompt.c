/* SPDX-License-Identifier: MIT */
/* The input line, its completion, and the verbs behind `:`. */
#include "ui/prompt.h"

#include <string.h>

#include "boards.h"
#include "shared/text.h"
#include "tap.h"
#include "ui/keys.h"
#include "ui/verbs.h"

static struct board *b;

static void
complete(void *arg, const char *text, size_t *from, struct prompt_choices *c)
{
	(void)arg;
	verbs_complete(b, COMMAND_ADMIN, text, from, c);
}

static void
type(struct prompt *p, const char *s)
{
	uint32_t c;

	for (size_t n; (n = text_decode(s, &c)) > 0; s += n)
		prompt_key(p, c);
}

static void
test_edit(void)
{
	struct prompt *p = prompt_new();
	static const uint32_t end[] = { UIK_CTRL('a'), 'x', UIK_RIGHT,
		UIK_DELETE, UIK_END, 'y' };
	int i;

	prompt_open(p, ":", "", true, complete, NULL);
	type(p, "hola \xc3\xb1");
	ok(strcmp(prompt_text(p), "hola \xc3\xb1") == 0, "typed");
	prompt_key(p, UIK_BACKSPACE);
	ok(strcmp(prompt_text(p), "hola ") == 0, "a whole letter goes");
	for (size_t k = 0; k < nitems(end); k++)
		prompt_key(p, end[k]);
	ok(strcmp(prompt_text(p), "xhla y") == 0, "\"%s\"", prompt_text(p));
	prompt_key(p, UIK_CTRL('w'));
	ok(strcmp(prompt_text(p), "xhla ") == 0, "a word");
	type(p, "\033");
	ok(!prompt_is_open(p), "Esc closes");
	prompt_open(p, ":", "", true, complete, NULL);
	for (i = 0; i < 1000; i++)
		type(p, "\xc3\xb1");
	ok(strlen(prompt_text(p)) < PROMPT_MAX && prompt_full(p),
	    "it does not overflow, and says so");
	prompt_key(p, UIK_BACKSPACE);
	ok(!prompt_full(p), "there is room again");
	prompt_key(p, 0x9b);
	prompt_key(p, 0x202e);
	prompt_key(p, 7);
	ok(strlen(prompt_text(p)) < PROMPT_MAX, "controls are not typed");
	prompt_key(p, UIK_CTRL('u'));
	type(p, "one");
	ok(prompt_key(p, UIK_ENTER) == PROMPT_DONE, "done");
	prompt_open(p, ":", "", true, complete, NULL);
	type(p, "two");
	prompt_key(p, UIK_ENTER);
	prompt_open(p, ":", "", true, complete, NULL);
	type(p, "now");
	prompt_key(p, UIK_UP);
	ok(strcmp(prompt_text(p), "two") == 0, "history");
	prompt_key(p, UIK_UP);
	prompt_key(p, UIK_UP);
	ok(strcmp(prompt_text(p), "one") == 0, "... to its begin");
	prompt_key(p, UIK_DOWN);
	prompt_key(p, UIK_DOWN);
	ok(strcmp(prompt_text(p), "now") == 0, "... and back");
	prompt_free(p);
}

static void
test_complete(void)
{
	struct prompt *p = prompt_new();

	prompt_open(p, ":", "", true, complete, NULL);
	type(p, "cam\t");
	ok(strcmp(prompt_text(p), "campaign ") == 0, "the only one");
	type(p, "st\t");
	ok(strcmp(prompt_text(p), "campaign st") == 0, "start or stop");
	type(p, "\t");
	ok(strcmp(prompt_text(p), "campaign start") == 0, "first");
	type(p, "\t");
	ok(strcmp(prompt_text(p), "campaign stop") == 0, "second");
	type(p, " us\t");
	ok(strcmp(prompt_text(p), "campaign stop usa-morning ") == 0,
	    "a campaign: \"%s\"", prompt_text(p));
	prompt_key(p, UIK_CTRL('u'));
	str_copy(b->campaigns[1].name, MODEL_NAME, "with blanks");
	type(p, "campaign pause w\t");
	ok(strcmp(prompt_text(p), "campaign pause \"with blanks\" ") == 0,
	    "quoted: %s", prompt_text(p));
	prompt_key(p, UIK_CTRL('u'));
	b->alerts[0].acked_ms = 0;
	str_copy(b->alerts[0].object, sizeof(b->alerts[0].object), "pbx2");
	type(p, "al\tac\tcps\tp\t");
	ok(strcmp(prompt_text(p), "alert ack cps-low pbx2 ") == 0,
	    "alerts, their rules and objects: %s", prompt_text(p));
	prompt_key(p, UIK_CTRL('u'));
	type(p, "why t\tcarrier-a\t");
	ok(strcmp(prompt_text(p), "why trunk carrier-a ") == 0, "trunks: %s",
	    prompt_text(p));
	prompt_key(p, UIK_CTRL('u'));
	type(p, "set con\tmex\tmenu\t");
	ok(strcmp(prompt_text(p), "set context mexico menu_timeout= ") == 0 ||
		strncmp(prompt_text(p), "set context ", 12) == 0,
	    "options: %s", prompt_text(p));
	prompt_key(p, UIK_CTRL('u'));
	type(p, "zz\t\t");
	ok(strcmp(prompt_text(p), "zz") == 0, "nothing fits");
	prompt_key(p, UIK_CTRL('u'));
	str_copy(b->campaigns[0].name, MODEL_NAME, "west coast");
	str_copy(b->campaigns[1].name, MODEL_NAME, "West-2");
	type(p, "campaign pause we\t");
	ok(strcmp(prompt_text(p), "campaign pause we") == 0,
	    "choices that agree in less take nothing away: %s", prompt_text(p));
	type(p, "\t");
	ok(strcmp(prompt_text(p), "campaign pause \"west coast\"") == 0,
	    "... and are gone through: %s", prompt_text(p));
	prompt_free(p);
}

static void
test_verbs(void)
{
	static const struct {
		const char *line;
		enum verbs_kind kind;
		const char *json; /* or a part of err */
	} v[] = {
		{ "", VERBS_EMPTY, NULL },
		{ "  ", VERBS_EMPTY, NULL },
		{ "campaign pause x", VERBS_REQUEST,
		    "{\"cmd\":\"campaign\",\"args\":[\"pause\",\"x\"]}" },
		{ "campaign stop \"a b\"", VERBS_ASK,
		    "{\"cmd\":\"campaign\",\"args\":[\"stop\",\"a b\"]}" },
		{ "cps 12.5", VERBS_REQUEST,
		    "{\"cmd\":\"cps\",\"args\":[\"12.5\"]}" },
		{ "cps auto", VERBS_REQUEST,
		    "{\"cmd\":\"cps\",\"args\":[\"auto\"]}" },
		{ "brake on", VERBS_REQUEST,
		    "{\"cmd\":\"brake\",\"args\":[\"on\"]}" },
		{ "why campaign \"a b\"", VERBS_REQUEST,
		    "{\"cmd\":\"why\",\"args\":[\"campaign\",\"a b\"]}" },
		{ "why x y", VERBS_BAD, "usage: why campaign NAME" },
		{ "alert list", VERBS_REQUEST,
		    "{\"cmd\":\"alert\",\"args\":[\"list\"]}" },
		{ "alert ack ami-lag pbx1", VERBS_REQUEST,
		    "{\"cmd\":\"alert\",\"args\":[\"ack\",\"ami-lag\","
		    "\"pbx1\"]}" },
		{ "alert forget x", VERBS_BAD, "usage: alert list" },
		{ "callback +13055550123 2026-11-22 15:30 --campaign c1",
		    VERBS_REQUEST,
		    "{\"cmd\":\"callback\",\"args\":[\"+13055550123\","
		    "\"2026-11-22 15:30\"],\"campaign\":\"c1\"}" },
		{ "callback +13055550123 --campaign c1", VERBS_BAD,
		    "usage: callback" },
		{ "stop", VERBS_ASK, "{\"cmd\":\"stop\",\"args\":[]}" },
		{ "help", VERBS_HELP, NULL },
		{ "q", VERBS_QUIT, NULL },
		{ "cps -3", VERBS_BAD, "usage: cps" },
		{ "cps", VERBS_BAD, "usage: cps" },
		{ "brake off now", VERBS_BAD, "usage: brake" },
		{ "campaign delete x", VERBS_BAD, "usage: campaign" },
		{ "campaign pause \"x", VERBS_BAD, "quote" },
		{ "apply x.conf", VERBS_BAD, "shell" },
		{ "did block +13055550100 +13055550101 --until +2h --reason "
		  "\"spam likely\"",
		    VERBS_REQUEST,
		    "{\"cmd\":\"did\",\"args\":[\"block\",\"+13055550100\","
		    "\"+13055550101\"],\"until\":\"+2h\",\"reason\":\"spam "
		    "likely\"}" },
		{ "did block --until", VERBS_BAD, "usage: did" },
		{ "did block 1 --colour red", VERBS_BAD, "usage: did" },
		{ "set context mexico connect_key=3 prompt=a=b", VERBS_REQUEST,
		    "{\"cmd\":\"set\",\"args\":[\"context\",\"mexico\"],"
		    "\"values\":{\"connect_key\":\"3\",\"prompt\":\"a=b\"}}" },
		{ "set dnc x y=z", VERBS_BAD, "usage: set" },
		{ "context copy mexico m2 --country mexico", VERBS_REQUEST,
		    "{\"cmd\":\"context\",\"args\":[\"copy\",\"mexico\","
		    "\"m2\"],\"country\":\"mexico\"}" },
		{ "call list", VERBS_REQUEST,
		    "{\"cmd\":\"call\",\"args\":[\"list\"]}" },
		{ "call hangup 0123abcd", VERBS_ASK,
		    "{\"cmd\":\"call\",\"args\":[\"hangup\",\"0123abcd\"]}" },
		{ "edit country usa", VERBS_OWN, NULL },
		{ "theme light", VERBS_OWN, NULL },
		{ "theme pink", VERBS_BAD, "usage: theme dark light" },
		{ "dids", VERBS_OWN, NULL },
		{ "loadtest", VERBS_OWN, NULL },
		{ "import contacts /tmp/a.csv --campaign c", VERBS_OWN, NULL },
		{ "rm -rf", VERBS_BAD, "no command" },
		{ "a b c d e f g h i j k", VERBS_BAD, "no command" },
	};
	struct verbs_own own;
	char err[400], *s;
	json_t *o;

	for (size_t i = 0; i < nitems(v); i++) {
		enum verbs_kind k =
		    verbs_parse(v[i].line, &o, &own, err, sizeof(err));

		s = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
		ok(k == v[i].kind &&
			(v[i].json == NULL ||
			    (s != NULL && strcmp(s, v[i].json) == 0) ||
			    (k == VERBS_BAD && strstr(err, v[i].json) != NULL)),
		    "\"%s\"", v[i].line);
		free(s);
		json_decref(o);
	}
}

static void
test_keys(void)
{
	int bad = 0;

	for (size_t i = 0; i < keys_nrows; i++) {
		uint32_t code = keys_code(keys_rows[i].key);

		if (code == UIK_NONE) {
			printf("# no key %s\n", keys_rows[i].key);
			bad++;
		}
		for (size_t k = 0; k < i; k++)
			if (keys_code(keys_rows[k].key) == code &&
			    (keys_rows[k].scope == keys_rows[i].scope)) {
				printf("# twice: %s\n", keys_rows[i].key);
				bad++;
			}
	}
	ok(bad == 0, "%zu rows in the key table, all keys, none twice",
	    keys_nrows);
	ok(keys_find(SCOPE_OVERVIEW, 'q') == ACT_DETACH &&
		keys_find(SCOPE_OVERVIEW, 'X') == ACT_CAMPAIGN_STOP &&
		keys_find(SCOPE_GLOBAL, 'X') == ACT_NONE &&
		keys_find(SCOPE_OVERVIEW, '7') == ACT_PANE_7 &&
		keys_find(SCOPE_DIDS, 'S') == ACT_SORT_REVERSE,
	    "look-ups");
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	boards_make(b, BOARDS_NOW);
	test_edit();
	test_complete();
	test_verbs();
	test_keys();
	free(b);
	return done_testing();
}
