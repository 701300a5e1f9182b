/* SPDX-License-Identifier: MIT */
/*
 * details: what became of calls, and what was done: questions of panes and of
 * people that may take long.  Ask on a link of db_new_reads().
 *
 * All but details_audit and details_tests answer one row with one column, JSON
 * as INTERFACES has it for `discador details`, `history` and `call list`.
 */
#ifndef DB_DETAILS_H
#define DB_DETAILS_H

#include "db/db.h"

#define DETAILS_POINTS   2000 /* of a history */
#define DETAILS_AUDIT    1000 /* lines of the audit log */
#define DETAILS_STEP_MIN 10 /* seconds: how often metric gets a row */

/* Calls sent since from_ms, and who waits; null: no such campaign. */
void details_campaign(
    struct db *, const char *name, int64_t from_ms, db_cb *, void *arg);
/* null: no such caller ID. */
void details_did(struct db *, const char *number, db_cb *, void *arg);
/* An array of calls. */
void details_calls(struct db *, const char *number, db_cb *, void *arg);
/* points and marks; step_s is not looked at: it must be sensible. */
void details_history(struct db *, int64_t from_ms, int64_t to_ms,
    int64_t step_s, db_cb *, void *arg);
/*
 * An array of {"version", "at", "object"}: what a context was, the newest
 * first, at most 100.  Empty: no such context.
 */
void details_context(struct db *, const char *name, db_cb *, void *arg);
/*
 * Rows (at_ms, node, actor, origin, action, object, result), the newest
 * first.  word: anywhere in a line, user: in its actor; "": any.
 */
void details_audit(struct db *, const char *word, const char *user, int limit,
    db_cb *, void *arg);
/* Rows (id, started_ms, ended_ms or null, parameters, result), newest first. */
void details_tests(struct db *, db_cb *, void *arg);

#endif
