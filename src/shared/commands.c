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

bool
command_allowed(const char *name, enum command_role role)
{
	const struct command *c = command_find(name);

	return c != NULL && c->where == COMMAND_ENGINE &&
	       role > COMMAND_NOBODY && role >= c->role;
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
