/* SPDX-License-Identifier: MIT */
/*
 * scope: a process whose user is limited to some campaigns.  Once set it
 * holds for the rest of the process: what board.h and rows.h read is cut down
 * before anybody sees it, so that a pane or a verb cannot show what it never
 * got.  The engine judges every request of such a user again.
 */
#ifndef SHARED_SCOPE_H
#define SHARED_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/board.h"
#include "shared/rows.h"

#define SCOPE_MOST 16

/*
 * Are these names of campaigns, an array of at most SCOPE_MOST?  NULL, null
 * and an empty one, too: then there is no limit.
 */
bool scope_valid(const json_t *names);
/*
 * Limit this process; n 0: all campaigns.  Names are copied; what is too long
 * for one, and what is more than SCOPE_MOST, stands for no campaign.
 */
void scope_set(const char *const *names, size_t n);
bool scope_on(void);
/* True of every campaign where there is no limit. */
bool scope_has(const char *campaign);
/* The names, n of them. */
size_t scope_names(const char *const **names);
/*
 * Cut a copy of the board down: its campaigns; totals that are sums over them
 * (what is no sum is cleared: -1 or 0, as "none" is); alerts and jobs about
 * them, alerts of the engine itself without an object; switches by name,
 * connected or not; whether the engine's own brake is on and the database
 * away; messages to all.  No log lines, no marks, no sessions, no helpers, no
 * figures of countries, trunks, DIDs or the history: what is not named in
 * scope.c is zero.
 */
void scope_board(struct board *copy);
/* The same for n names: for the engine, which answers for others. */
void scope_cut(struct board *copy, const char *const *names, size_t n);
/*
 * A closed gate's text (engine/why_gate.c) as it may be shown to such a user:
 * the same, or where it may hold what is of others, less.
 */
const char *scope_gate(const char *gate, const char *text);
/* May a row of that kind be seen?  Calls of its campaigns, and the session
 * that this process is; the rest not. */
bool scope_row(enum rows_kind, const void *row);

#endif
