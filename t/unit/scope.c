/* SPDX-License-Identifier: MIT */
/*
 * Nothing of others survives: boards and rows are filled with a mark in every
 * byte, what is of one campaign is written over it, and no mark may be left.
 */
#include "shared/scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/scope_judge.h"
#include "shared/commands.h"
#include "shared/util.h"
#include "sshd/users.h"
#include "tap.h"

#define MARK "ZEBRAMUSZEBRAMUS" /* no part of a word that is allowed */

static void
is_int(long long got, long long want, const char *what)
{
	ok(got == want, "%s: %lld", what, got);
}

static void
is_str(const char *got, const char *want, const char *what)
{
	ok(strcmp(got, want) == 0, "%s: \"%s\"", what, got);
}

static const char *const ours[] = { "alpha", "gamma" };

/* Every byte of it, numbers and padding too. */
static void
fill(void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((char *)p)[i] = MARK[i % 8];
}

/* Four bytes of the mark, wherever it begins. */
static bool
marked(const void *p, size_t n)
{
	for (size_t i = 0; i < 8; i++)
		if (memmem(p, n, MARK + i, 4) != NULL)
			return true;
	return false;
}

static void
put(char *to, size_t size, const char *s)
{
	memset(to, 0, size);
	str_copy(to, size, s);
}
#define PUT(field, s) put(field, sizeof(field), s)

/* One that may be seen: clean, with its counts. */
static void
put_campaign(struct board_campaign *c, const char *name, unsigned n)
{
	memset(c, 0, sizeof(*c));
	PUT(c->name, name);
	PUT(c->state, "running");
	PUT(c->brake.state, "released");
	c->target_cps = c->actual_cps = n;
	c->max_cps = 10;
	c->concurrent = n;
	c->armed = 2 * n;
	c->n.attempted = 100 * n;
	c->n.ner_good = n;
	for (int k = 0; k < BOARD_WINDOWS; k++) {
		c->w[k].ended = 10 * n;
		c->w[k].answered = 5 * n;
		c->w[k].ner_good = 8 * n;
		c->w[k].humans = 4 * n;
		c->w[k].abandoned = n;
		c->w[k].talk_ms = 1000 * n;
		c->w[k].cause[BOARD_CAUSES - 1] = n;
		c->w[k].pdd_p50_ms = 250;
	}
	c->ngates = 1;
	PUT(c->gates[0].name, "trunk");
	PUT(c->why, "trunk ZEBRAMUS is not usable: ZEBRAMUS");
}

/* Alerts: i -> rule and object; ours are written clean. */
static void
put_alert(struct board_alert *a, const char *rule, const char *object)
{
	memset(a, 0, sizeof(*a));
	PUT(a->rule, rule);
	PUT(a->object, object);
	PUT(a->severity, "critical");
	PUT(a->message, "message");
}

static void
put_board(struct board *b)
{
	fill((char *)b + offsetof(struct board, tick),
	    sizeof(*b) - offsetof(struct board, tick));
	b->tick = 7;
	b->now_ms = 1000;
	b->started_ms = 1;
	PUT(b->version_text, "1");
	PUT(b->node, "n1");
	PUT(b->timezone, "UTC");
	PUT(b->brake, "engaged");
	PUT(b->brake_reason, "trunk ZEBRAMUS: quality ZEBRAMUS");
	b->brake_since_ms = 5;
	b->db_connected = 0;
	b->db_private = 1;
	b->cps_manual = 42;
	b->ncampaigns = 5;
	b->ncountries = b->ntrunks = b->npools = 3;
	b->nhelpers = BOARD_HELPERS;
	for (int i = 0; i < BOARD_HELPERS; i++)
		PUT(b->helpers[i].name, MARK);
	b->nswitches = 2;
	for (int i = 0; i < 5; i++)
		PUT(b->campaigns[i].name, MARK);
	put_campaign(&b->campaigns[1], "alpha", 1);
	put_campaign(&b->campaigns[4], "gamma", 2);
	PUT(b->campaigns[2].name, "alphabet");
	for (int i = 0; i < 2; i++) {
		b->switches[i].connected = i == 0;
		PUT(b->switches[i].name, i == 0 ? "sw1" : "sw2");
	}
	for (int i = 0; i < 3; i++) {
		PUT(b->countries[i].name, i == 0 ? "gamma" : MARK);
		PUT(b->trunks[i].name, MARK);
		PUT(b->pools[i].name, MARK);
	}
	b->nalerts = 9;
	for (int i = 0; i < 9; i++)
		PUT(b->alerts[i].object, MARK);
	put_alert(&b->alerts[1], "campaign-brake", "gamma");
	put_alert(&b->alerts[2], "own-rule", "gamma"); /* the country? */
	PUT(b->alerts[2].message, MARK);
	put_alert(&b->alerts[3], "own-rule", "alpha");
	put_alert(&b->alerts[4], "database", "");
	PUT(b->alerts[4].message, "database is away: ZEBRAMUS");
	put_alert(&b->alerts[5], "own-rule", "");
	PUT(b->alerts[5].message, "campaign ZEBRAMUS is bad");
	put_alert(&b->alerts[6], "mute", "beta");
	PUT(b->alerts[6].message, "campaign ZEBRAMUS is mute");
	/* a context may bear a campaign's name */
	put_alert(&b->alerts[7], "machine-keys", "alpha");
	PUT(b->alerts[7].message, "ZEBRAMUS: key 1 connects machines");
	b->njobs = 3;
	for (int i = 0; i < 3; i++)
		PUT(b->jobs[i].campaign, i == 0 ? "" : MARK);
	memset(&b->jobs[2], 0, sizeof(b->jobs[2]));
	PUT(b->jobs[2].campaign, "alpha");
	PUT(b->jobs[2].what, "import contacts list.csv");
	memset(b->messages, 0, sizeof(b->messages));
	PUT(b->messages[0].text, "lunch");
}

static void
test_board(void)
{
	struct board *b = xcalloc(1, sizeof(*b));

	put_board(b);
	scope_board(b);
	ok(marked(b, sizeof(*b)), "without a limit nothing is cut");
	scope_set(ours, 2);
	put_board(b);
	b->magic = BOARD_MAGIC;
	scope_board(b);
	ok(!marked(b, sizeof(*b)), "no mark is left on the board");
	is_int(b->ncampaigns, 2, "two campaigns");
	is_str(b->campaigns[0].name, "alpha", "ours");
	is_str(b->campaigns[1].name, "gamma", "both");
	is_str(b->campaigns[0].why, "no trunk of it is usable",
	    "why one waits, without its trunk");
	ok(b->campaigns[2].name[0] == '\0', "nothing behind them");
	ok(b->magic == BOARD_MAGIC && b->tick == 7 && b->now_ms == 1000 &&
		strcmp(b->node, "n1") == 0 && strcmp(b->timezone, "UTC") == 0,
	    "node and times stay");
	ok(b->ncountries == 0 && b->ntrunks == 0 && b->npools == 0 &&
		b->nlog == 0 && b->nmarks == 0 && b->nhist == 0 &&
		b->nsessions == 0 && b->sessions_all == 0 && b->nhelpers == 0,
	    "no rows of the rest");
	is_int((long long)b->n.attempted, 300, "attempts are summed");
	is_int((long long)b->w[3].talk_ms, 3000, "windows, too");
	is_int((long long)b->w[0].cause[BOARD_CAUSES - 1], 3, "whole");
	ok(b->cps_actual == 3 && b->cps_target == 3 && b->cps_max == 20 &&
		b->concurrent == 3 && b->armed == 6,
	    "pace and calls");
	ok(b->asr == 0.5 && b->ner == 0.8 && b->abandonment == 0.25 &&
		b->rate_ended == 30 && b->rate_humans == 12,
	    "rates are theirs");
	ok(b->setup_p50 == -1 && b->w[1].pdd_p50_ms == -1 &&
		b->db_lag_ms == -1 && b->audit_rows == -1 && b->spooled == 0,
	    "what is no sum is none");
	ok(b->cps_manual == 3, "the pace is by hand, not how much");
	is_str(b->brake, "released", "the brake of a trunk is not shown");
	ok(b->nswitches == 2 && b->switches[0].connected == 1 &&
		b->switches[1].connected == 0 &&
		strcmp(b->switches[1].name, "sw2") == 0 &&
		b->switches[0].concurrent == 0 && b->switches[0].cps == 0,
	    "switches by name, connected or not");
	ok(b->nalerts == 3 && strcmp(b->alerts[0].object, "gamma") == 0 &&
		strcmp(b->alerts[1].object, "alpha") == 0,
	    "alerts of theirs");
	is_str(b->alerts[2].message, "the database is away",
	    "and of the engine, in words of their own");
	ok(b->njobs == 1 && strcmp(b->jobs[0].campaign, "alpha") == 0,
	    "jobs of theirs");
	is_str(b->messages[0].text, "lunch", "what is said to all");
	free(b);
}

static void
test_brakes(void)
{
	static const struct {
		const char *reason, *state, *want, *text;
	} v[] = {
		{ "by hand: maria (ssh 10.0.0.7)", "engaged", "engaged",
		    "by hand" },
		{ "campaign beta: quality", "engaged", "released", "" },
		{ "", "released", "released", "" },
	};
	struct board *b = xcalloc(1, sizeof(*b));

	for (size_t i = 0; i < nitems(v); i++) {
		put_board(b);
		PUT(b->brake, v[i].state);
		PUT(b->brake_reason, v[i].reason);
		scope_board(b);
		ok(strcmp(b->brake, v[i].want) == 0 &&
			strcmp(b->brake_reason, v[i].text) == 0,
		    "brake, told as \"%s\": %s \"%s\"", v[i].reason, b->brake,
		    b->brake_reason);
	}
	put_board(b);
	PUT(b->campaigns[1].brake.state, "probing");
	PUT(b->campaigns[4].brake.state, "engaged");
	PUT(b->campaigns[4].brake.reason, "quality");
	b->campaigns[4].brake.since_ms = 77;
	scope_board(b);
	ok(strcmp(b->brake, "engaged") == 0 && b->brake_since_ms == 77 &&
		strcmp(b->brake_reason, "campaign gamma: quality") == 0,
	    "their own worst one");
	/* numbers out of bounds, as from a board that lies */
	put_board(b);
	b->ncampaigns = b->nalerts = b->njobs = b->nswitches = 1u << 31;
	b->ntrunks = b->ncountries = b->npools = b->nhelpers = 1u << 30;
	for (int i = 0; i < BOARD_SWITCHES; i++)
		PUT(b->switches[i].name, "sw");
	for (int i = 0; i < BOARD_CAMPAIGNS; i++)
		b->campaigns[i].name[MODEL_NAME - 1] = '\0';
	for (int i = 0; i < BOARD_ALERTS; i++) {
		PUT(b->alerts[i].rule, MARK);
		PUT(b->alerts[i].object, MARK);
	}
	for (int i = 0; i < BOARD_JOBS; i++)
		b->jobs[i].campaign[MODEL_NAME - 1] = '\0';
	for (int i = 3; i < BOARD_TRUNKS; i++)
		PUT(b->trunks[i].name, MARK);
	for (int i = 3; i < BOARD_COUNTRIES; i++)
		PUT(b->countries[i].name, MARK);
	for (int i = 3; i < BOARD_POOLS; i++)
		PUT(b->pools[i].name, MARK);
	scope_board(b);
	ok(!marked(b, sizeof(*b)), "nor with counts that are too big");
	free(b);
}

static void
test_rows(void)
{
	struct row_call call;
	struct row_session session;
	struct row_did did;
	struct row_agent agent;
	struct board_second second;
	const char *const *names;

	is_int((long long)scope_names(&names), 2, "two names");
	is_str(names[1], "gamma", "copied");
	ok(scope_on() && scope_has("alpha") && !scope_has("beta") &&
		!scope_has("") && !scope_has("alphabet"),
	    "has");
	fill(&call, sizeof(call));
	PUT(call.campaign, "alpha");
	ok(scope_row(ROWS_CALLS, &call), "a call of theirs");
	PUT(call.campaign, "beta");
	ok(!scope_row(ROWS_CALLS, &call), "none of another's");
	PUT(call.campaign, "");
	ok(!scope_row(ROWS_CALLS, &call), "nor one of none");
	fill(&did, sizeof(did));
	fill(&agent, sizeof(agent));
	fill(&second, sizeof(second));
	memset(&session, 0, sizeof(session));
	ok(!scope_row(ROWS_DIDS, &did) && !scope_row(ROWS_AGENTS, &agent) &&
		!scope_row(ROWS_SECONDS, &second) &&
		!scope_row(ROWS_SESSIONS, &session),
	    "no row of the other kinds");
	for (int k = ROWS_SESSIONS + 1; k < ROWS_NKIND + 3; k++)
		ok(!scope_row((enum rows_kind)k, &call), "nor of kind %d", k);
	session.pid = getpid();
	ok(scope_row(ROWS_SESSIONS, &session), "but the session that it is");
	scope_set((const char *const[]){ MARK MARK MARK MARK }, 1);
	ok(scope_on() && scope_names(&names) == 0 && !scope_has(MARK),
	    "a name that is too long is none, and no way to see all");
	scope_set(NULL, 0);
	ok(!scope_on() && scope_has("beta") && scope_row(ROWS_DIDS, &did),
	    "no limit");
}

static void
test_gates(void)
{
	is_str(scope_gate("brake", "emergency brake is on: by hand: maria"),
	    "emergency brake is on", "the engine's brake, not whose hand");
	is_str(scope_gate("brake", "emergency brake of the campaign: quality"),
	    "emergency brake of the campaign: quality", "the campaign's own");
	is_str(scope_gate("window", "opens 08:00"), "opens 08:00", "the law");
	is_str(scope_gate("something", MARK), "a gate is closed", "a new one");
}

/* ---- the judge -------------------------------------------------------- */

static bool
judged(const struct board *b, const char *request)
{
	json_t *names = json_pack("[s, s]", "alpha", "gamma");
	json_t *q = json_loads(request, 0, NULL);
	char why[200] = "";
	bool good = q != NULL && scope_judge(names, b, q, why);

	if (q == NULL || (!good && why[0] == '\0'))
		printf("# %s: \"%s\"\n", request, why);
	json_decref(names);
	json_decref(q);
	return good;
}

static void
test_judge(void)
{
	static const struct {
		bool good;
		const char *request;
	} v[] = {
		{ true, "{'cmd':'campaign','args':['pause','alpha']}" },
		{ false, "{'cmd':'campaign','args':['pause','beta']}" },
		{ false, "{'cmd':'campaign','args':['pause']}" },
		{ false, "{'cmd':'campaign','args':['frob','alpha']}" },
		{ false, "{'cmd':'campaign','args':['pause',['alpha']]}" },
		{ true, "{'cmd':'why','args':['campaign','gamma']}" },
		{ false, "{'cmd':'why','args':['campaign','beta']}" },
		{ true, "{'cmd':'why','args':['contact','+1']}" },
		{ false, "{'cmd':'why','args':['trunk','alpha']}" },
		{ false, "{'cmd':'why','args':['did','+1']}" },
		{ false, "{'cmd':'why','args':['list','alpha']}" },
		{ true, "{'cmd':'details','args':['campaign','alpha']}" },
		{ false, "{'cmd':'details','args':['did','alpha']}" },
		{ true, "{'cmd':'set','args':['campaign','alpha'],"
			"'values':{'max_cps':1}}" },
		{ false, "{'cmd':'set','args':['campaign','alpha'],"
			 "'values':{'lists':['x']}}" },
		{ false, "{'cmd':'set','args':['campaign','alpha'],"
			 "'values':{'trunks':['x']}}" },
		{ false, "{'cmd':'set','args':['campaign','alpha'],"
			 "'values':{'profile':'x'}}" },
		{ true, "{'cmd':'set','args':['campaign','alpha'],"
			"'values':{'context':'theirs'}}" },
		{ true, "{'cmd':'set','args':['campaign','alpha'],"
			"'values':{'context':'law'}}" },
		{ false, "{'cmd':'set','args':['campaign','alpha'],"
			 "'values':{'context':'others'}}" },
		{ false, "{'cmd':'set','args':['campaign','alpha'],"
			 "'new':true}" },
		{ false, "{'cmd':'set','args':['campaign','beta'],"
			 "'values':{'max_cps':1}}" },
		{ false, "{'cmd':'set','args':['context','alpha']}" },
		{ true, "{'cmd':'import','what':'contacts',"
			"'campaign':'alpha'}" },
		{ false, "{'cmd':'import','what':'contacts',"
			 "'campaign':'beta'}" },
		{ false, "{'cmd':'import','what':'contacts','list':'x'}" },
		{ false, "{'cmd':'import','what':'contacts','list':'x',"
			 "'campaign':'alpha'}" },
		{ false, "{'cmd':'import','what':'dnc'}" },
		{ false, "{'cmd':'import','what':'dids',"
			 "'campaign':'alpha'}" },
		{ true, "{'cmd':'callback','args':['+1','+2h'],"
			"'campaign':'gamma'}" },
		{ false, "{'cmd':'callback','args':['+1','+2h']}" },
		{ true, "{'cmd':'export','args':['calls'],"
			"'campaign':'gamma'}" },
		{ true, "{'cmd':'export','args':['calls']}" },
		{ true, "{'cmd':'export','args':['answers']}" },
		{ false, "{'cmd':'export','args':['dids'],"
			 "'campaign':'gamma'}" },
		{ true, "{'cmd':'show','args':['country']}" },
		{ false, "{'cmd':'show','args':['did']}" },
		{ false, "{'cmd':'show','args':['trunk']}" },
		{ true, "{'cmd':'session','args':['list']}" },
		{ false, "{'cmd':'session','args':['watch','1']}" },
		{ false, "{'cmd':'history','args':['a','b']}" },
		{ false, "{'cmd':'cps','args':['1']}" },
		{ false, "{'cmd':'brake','args':['on']}" },
		{ false, "{'cmd':'context','args':['list']}" },
		{ false, "{'args':['list']}" },
		{ false, "{}" },
	};
	struct board *b = xcalloc(1, sizeof(*b));
	char text[200];

	b->ncampaigns = 2;
	PUT(b->campaigns[0].name, "alpha");
	PUT(b->campaigns[0].context, "theirs");
	PUT(b->campaigns[0].profile, "default");
	PUT(b->campaigns[1].name, "beta");
	PUT(b->campaigns[1].context, "others");
	PUT(b->campaigns[1].profile, "x");
	b->ncountries = 1;
	PUT(b->countries[0].context, "law");
	for (size_t i = 0; i < nitems(v); i++) {
		str_copy(text, sizeof(text), v[i].request);
		for (char *p = text; *p != '\0'; p++)
			if (*p == '\'')
				*p = '"';
		ok(judged(b, text) == v[i].good, "%s: %s", v[i].request,
		    v[i].good ? "yes" : "no");
	}
	free(b);
}

/* What is added to the table of commands is refused until it is judged. */
static void
test_default(void)
{
	static const char *const never[] = { "apply", "audit", "brake", "cps",
		"did", "history", "loadtest", "stop", "user", "status",
		"context" };
	bool good = true;

	for (size_t i = 0; i < nitems(never); i++)
		good &= scope_judge_how(never[i], "") == SCOPE_REFUSED &&
			scope_judge_how(never[i], "list") == SCOPE_REFUSED;
	ok(good, "verbs about the whole engine are refused");
	for (size_t i = 0; i < ncommand_words; i++) {
		const struct command_word *w = &command_words[i];

		if (w->role >= COMMAND_ADMIN)
			ok(scope_judge_how(w->verb, w->word) == SCOPE_REFUSED,
			    "%s %s is an admin's and refused", w->verb,
			    w->word);
	}
}

/* ---- who is limited --------------------------------------------------- */

static void
test_users(void)
{
	struct users *u;
	const struct user *found;
	json_t *rows, *many = json_array();

	for (int i = 0; i <= SCOPE_MOST; i++)
		json_array_append_new(many, json_string("c"));
	rows = json_pack("[{s:s, s:s, s:s}, {s:s, s:s, s:s, s:[s, s]},"
			 " {s:s, s:s, s:s, s:b}, {s:s, s:s, s:s, s:[s]},"
			 " {s:s, s:s, s:s, s:o}, {s:s, s:s, s:s, s:s},"
			 " {s:s, s:s, s:s, s:[], s:b}]",
	    "name", "all", "role", "viewer", "password", "$y$x", "name", "some",
	    "role", "viewer", "password", "$y$x", "campaigns", "alpha", "gamma",
	    "name", "off", "role", "admin", "password", "$y$x", "enabled", 0,
	    "name", "odd", "role", "admin", "password", "$y$x", "campaigns",
	    "a b", "name", "many", "role", "admin", "password", "$y$x",
	    "campaigns", many, "name", "text", "role", "admin", "password",
	    "$y$x", "campaigns", "alpha", "name", "none", "role", "viewer",
	    "password", "$y$x", "campaigns", "enabled", 1);
	u = users_new(rows);
	is_int((long long)users_count(u), 3, "three of seven may log in");
	found = users_find(u, "all");
	ok(found != NULL && found->ncampaigns == 0, "who is not limited");
	found = users_find(u, "none");
	ok(found != NULL && found->ncampaigns == 0, "nor by no names");
	found = users_find(u, "some");
	ok(found != NULL && found->ncampaigns == 2 &&
		strcmp(found->campaigns[1], "gamma") == 0,
	    "who is, to two");
	ok(users_find(u, "off") == NULL, "who is not enabled is a stranger");
	ok(users_find(u, "odd") == NULL && users_find(u, "many") == NULL &&
		users_find(u, "text") == NULL,
	    "and so is whose campaigns cannot be read: they do not see all");
	ok(!users_password(u, "off", "x"), "with no password");
	users_free(u);
	json_decref(rows);
}

int
main(void)
{
	test_board();
	test_brakes();
	test_rows();
	test_gates();
	test_judge();
	test_default();
	test_users();
	return done_testing();
}
