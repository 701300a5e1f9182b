/* SPDX-License-Identifier: MIT */
/* commands: the rows of tbl_commands.h, and roles by name. */
#ifndef SHARED_COMMANDS_H
#define SHARED_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

enum command_role {
	COMMAND_NOBODY, /* may nothing */
	COMMAND_VIEWER,
	COMMAND_OPERATOR,
	COMMAND_SUPERVISOR,
	COMMAND_ADMIN,
};
enum command_where { COMMAND_LOCAL, COMMAND_ENGINE };

struct command {
	const char *name;
	enum command_role role; /* the least that may */
	enum command_where where;
	const char *usage, *help;
};
extern const struct command commands[];
extern const size_t ncommands;

/* Verbs whose first argument decides the role. */
struct command_word {
	const char *verb, *word;
	enum command_role role;
};
extern const struct command_word command_words[];
extern const size_t ncommand_words;

/* NULL if there is none of that name. */
const struct command *command_find(const char *name);
/*
 * The least role that may ask the engine for it.  COMMAND_NOBODY for unknown
 * names, for LOCAL ones, and for words that a verb with COMMAND_WORD rows
 * does not have.  word: its first argument, "" if none.
 */
enum command_role command_least(const char *name, const char *word);
/* May this role?  Default deny. */
bool command_allowed(const char *name, const char *word, enum command_role);
/* "viewer" ... "admin"; "nobody". */
const char *command_role_word(enum command_role);
/* COMMAND_NOBODY for what is no role. */
enum command_role command_role_parse(const char *);

#endif
