/* SPDX-License-Identifier: MIT */
/*
 * verbs: the `:` command line: the discador verbs that the engine answers, as
 * they are typed in a shell, and some of the console's own (panes by name,
 * theme, zone, edit, new, import).  Pure: text in, request out.
 */
#ifndef UI_VERBS_H
#define UI_VERBS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/board.h"
#include "shared/commands.h"
#include "ui/prompt.h"

/* What the console does itself. */
struct verbs_own {
	enum {
		VERBS_THEME, /* word */
		VERBS_ZONE, /* word: engine or local */
		VERBS_PANE, /* word */
		VERBS_EDIT, /* word: kind; name */
		VERBS_NEW, /* word: kind; name: like that one, or "" */
		VERBS_IMPORT, /* word: what; name: file; key, value: or "" */
	} what;
	char word[32], name[PROMPT_MAX], key[16], value[MODEL_NAME];
};
enum verbs_kind {
	VERBS_BAD, /* err says why */
	VERBS_REQUEST, /* *out is a new request */
	VERBS_ASK, /* the same, but it cannot be undone: ask first */
	VERBS_OWN, /* *own says what */
	VERBS_HELP,
	VERBS_QUIT,
	VERBS_EMPTY
};
enum verbs_kind verbs_parse(const char *line, json_t **out,
    struct verbs_own *own, char *err, size_t size);
/*
 * Completion: what this role may; names come from the board (may be NULL).
 */
void verbs_complete(const struct board *, enum command_role, const char *text,
    size_t *from, struct prompt_choices *);
/* {"cmd": cmd, "args": [a, b]}; b, or both, may be NULL.  NULL: not UTF-8. */
json_t *verbs_request(const char *cmd, const char *a, const char *b);

#endif
