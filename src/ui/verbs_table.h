/* SPDX-License-Identifier: MIT */
/* verbs_table: the rows behind the `:` line, for verbs.c and completion. */
#ifndef UI_VERBS_TABLE_H
#define UI_VERBS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/verbs.h"

#define VERBS_ARGS 64

/* What stands behind the first argument. */
enum verbs_then {
	THEN_NOTHING,
	THEN_CAMPAIGN,
	THEN_BY_WORD, /* the first argument is a kind of object */
	THEN_ALERT,
	THEN_CONTEXT,
	THEN_SURVEY, /* the first argument is a context */
	THEN_SESSION,
};
struct verb {
	const char *name;
	const char *words; /* first argument: one of these, by blanks */
	enum verbs_then then;
	int least, most; /* arguments, options and KEY=VALUE not counted */
	const char *options; /* --NAME VALUE each */
	bool values; /* takes KEY=VALUE */
	enum verbs_kind kind;
	int own; /* VERBS_OWN: which */
};
extern const struct verb verbs_table[];
extern const size_t verbs_nrows;

/* Is word one of the blank-separated list? */
bool verbs_one_of(const char *list, const char *word);
/* Split at blanks; "..." keeps them.  The count, -1: an open quote. */
int verbs_split(const char *line, char words[VERBS_ARGS][PROMPT_MAX]);

#endif
