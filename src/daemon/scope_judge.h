/* SPDX-License-Identifier: MIT */
/*
 * scope_judge: what a user who is limited to campaigns (ctl_campaigns()) may
 * ask for.  One table, default refused; the role was tested before.  Where a
 * handler has to filter its answer, it asks ctl_may_see() or cuts a copy of
 * the board with scope_judge_board().
 */
#ifndef DAEMON_SCOPE_JUDGE_H
#define DAEMON_SCOPE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/board.h"

enum scope_how {
	SCOPE_REFUSED, /* what is not in the table */
	SCOPE_ARGUMENT, /* its second argument is one of their campaigns */
	SCOPE_KEY, /* the request's "campaign" is one of theirs */
	SCOPE_FILTERED, /* the handler looks at ctl_campaigns() */
	SCOPE_HARMLESS, /* says nothing of campaigns and steers none */
};
/* How a verb with that first argument is judged. */
enum scope_how scope_judge_how(const char *verb, const char *word);
/*
 * May a user with these campaigns (names in an array) make this request?  If
 * not, why says so, for people.
 */
bool scope_judge(const json_t *campaigns, const struct board *,
    const json_t *request, char why[200]);
/* A copy of the board as the asker may see it, for free(). */
struct board *scope_judge_board(const json_t *campaigns, const struct board *);
/*
 * May such a user see that "context" or "profile"?  Those that their
 * campaigns use, and contexts of countries.  campaigns NULL: all.
 */
bool scope_judge_shared(const json_t *campaigns, const struct board *,
    const char *kind, const char *name);

#endif
