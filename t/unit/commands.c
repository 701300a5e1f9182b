/* SPDX-License-Identifier: MIT */
#include "shared/commands.h"

#include <string.h>

#include "tap.h"

static void
test_roles(void)
{
	static const struct {
		const char *name, *word;
		enum command_role least;
	} v[] = {
		{ "status", "", COMMAND_VIEWER },
		{ "campaign", "start", COMMAND_OPERATOR },
		{ "campaign", "anything", COMMAND_OPERATOR },
		{ "brake", "on", COMMAND_SUPERVISOR },
		{ "stop", "", COMMAND_ADMIN },
		{ "why", "campaign", COMMAND_VIEWER },
		{ "callback", "+13055550123", COMMAND_OPERATOR },
		{ "alert", "list", COMMAND_VIEWER },
		{ "alert", "ack", COMMAND_OPERATOR },
		{ "alert", "forget", COMMAND_NOBODY },
		{ "set", "campaign", COMMAND_OPERATOR },
		{ "set", "context", COMMAND_SUPERVISOR },
		{ "set", "did", COMMAND_SUPERVISOR },
		{ "set", "alert_rule", COMMAND_SUPERVISOR },
		{ "set", "country", COMMAND_ADMIN },
		{ "set", "trunk", COMMAND_ADMIN },
		{ "set", "profile", COMMAND_ADMIN },
		{ "set", "campaigns", COMMAND_NOBODY },
		{ "context", "list", COMMAND_VIEWER },
		{ "context", "check", COMMAND_VIEWER },
		{ "context", "set", COMMAND_SUPERVISOR },
		{ "context", "copy", COMMAND_SUPERVISOR },
		{ "context", "test", COMMAND_OPERATOR },
		{ "context", "states", COMMAND_VIEWER },
		{ "context", "versions", COMMAND_VIEWER },
		{ "context", "state", COMMAND_SUPERVISOR },
		{ "context", "remove", COMMAND_NOBODY },
		{ "survey", "mexico", COMMAND_VIEWER },
		{ "set", "amd_profile", COMMAND_ADMIN },
		{ "export", "answers", COMMAND_OPERATOR },
		{ "did", "block", COMMAND_SUPERVISOR },
		{ "did", "unblock", COMMAND_SUPERVISOR },
		{ "did", "add", COMMAND_SUPERVISOR },
		{ "did", "", COMMAND_NOBODY },
		{ "call", "list", COMMAND_VIEWER },
		{ "call", "hangup", COMMAND_OPERATOR },
		{ "details", "campaign", COMMAND_VIEWER },
		{ "history", "2026-11-21", COMMAND_VIEWER },
		{ "audit", "list", COMMAND_SUPERVISOR },
		{ "audit", "verify", COMMAND_SUPERVISOR },
		{ "audit", "forget", COMMAND_NOBODY },
		{ "loadtest", "results", COMMAND_VIEWER },
		{ "alert", "", COMMAND_NOBODY },
		{ "demo", "", COMMAND_NOBODY },
		{ "db", "psql", COMMAND_NOBODY },
		{ "frobnicate", "", COMMAND_NOBODY },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		bool good = command_least(v[i].name, v[i].word) == v[i].least;

		for (int r = COMMAND_NOBODY; r <= COMMAND_ADMIN; r++)
			good &= command_allowed(v[i].name, v[i].word,
				    (enum command_role)r) ==
				(v[i].least != COMMAND_NOBODY &&
				    r >= (int)v[i].least);
		ok(good, "%s %s: %s", v[i].name, v[i].word,
		    command_role_word(v[i].least));
	}
}

/* A verb whose words decide has the least of them in its own row. */
static void
test_words(void)
{
	for (size_t i = 0; i < ncommands; i++) {
		enum command_role least = COMMAND_NOBODY;

		for (size_t k = 0; k < ncommand_words; k++)
			if (strcmp(command_words[k].verb, commands[i].name) ==
				0 &&
			    (least == COMMAND_NOBODY ||
				command_words[k].role < least))
				least = command_words[k].role;
		if (least != COMMAND_NOBODY)
			ok(least == commands[i].role, "%s: its own row",
			    commands[i].name);
	}
	for (size_t k = 0; k < ncommand_words; k++)
		ok(command_find(command_words[k].verb) != NULL,
		    "%s %s: there is such a verb", command_words[k].verb,
		    command_words[k].word);
}

int
main(void)
{
	test_roles();
	test_words();
	return done_testing();
}
