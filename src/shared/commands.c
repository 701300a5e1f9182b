/* SPDX-License-Identifier: MIT */
/* commands: the verbs as rows.  Carries none of them out. */
#include "shared/commands.h"

#include <string.h>

#include "shared/util.h"

const struct command commands[] = {
#define COMMAND(name, role, where, usage, help)                                \
	{ name, COMMAND_##role, COMMAND_##where, usage, help },
#include "shared/tbl_commands.h"
};
const size_t ncommands = nitems(commands);

const struct command_word command_words[] = {
#define COMMAND_WORD(verb, word, role) { verb, word, COMMAND_##role },
#include "shared/tbl_commands.h"
};
const size_t ncommand_words = nitems(command_words);

static const char *const roles[] = { "nobody", "viewer", "operator",
	"supervisor", "admin" };

const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < ncommands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

enum command_role
command_least(const char *name, const char *word)
{
	const struct command *c = command_find(name);
	bool by_word = false;

	if (c == NULL || c->where != COMMAND_ENGINE)
		return COMMAND_NOBODY;
	for (size_t i = 0; i < nitems(command_words); i++) {
		if (strcmp(command_words[i].verb, name) != 0)
			continue;
		if (strcmp(command_words[i].word, word) == 0)
			return command_words[i].role;
		by_word = true;
	}
	return by_word ? COMMAND_NOBODY : c->role;
}

bool
command_allowed(const char *name, const char *word, enum command_role role)
{
	enum command_role least = command_least(name, word);

	return least > COMMAND_NOBODY && role >= least;
}

const char *
command_role_word(enum command_role r)
{
	return (unsigned)r < nitems(roles) ? roles[r] : roles[0];
}

enum command_role
command_role_parse(const char *s)
{
	for (size_t i = 1; i < nitems(roles); i++)
		if (strcmp(roles[i], s) == 0)
			return (enum command_role)i;
	return COMMAND_NOBODY;
}
