/* SPDX-License-Identifier: MIT */
/*
 * verbs: the `:` command line: the discador verbs that the engine answers, as
 * they are typed in a shell.  Pure: text in, request out.
 */
#ifndef UI_VERBS_H
#define UI_VERBS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/board.h"
#include "ui/prompt.h"

enum verbs_kind {
	VERBS_BAD, /* err says why */
	VERBS_REQUEST, /* *out is a new request */
	VERBS_ASK, /* the same, but it cannot be undone: ask first */
	VERBS_HELP,
	VERBS_QUIT,
	VERBS_EMPTY
};
enum verbs_kind verbs_parse(
    const char *line, json_t **out, char *err, size_t size);
/* Completion; names of campaigns come from the board (may be NULL). */
void verbs_complete(const struct board *, const char *text, size_t *from,
    struct prompt_choices *);
/* {"cmd": cmd, "args": [a, b]}; b, or both, may be NULL. */
json_t *verbs_request(const char *cmd, const char *a, const char *b);

#endif
