/* SPDX-License-Identifier: MIT */
/*
 * survey: what people answered to the questions of a context.  Ask on a link
 * of db_new_reads(): both may take long.
 */
#ifndef DB_SURVEY_H
#define DB_SURVEY_H

#include <stdint.h>

#include "db/db.h"

#define SURVEY_ANSWERS                                                         \
	100 /* different ones of a question, the most frequent                 \
	     */

/*
 * Rows (question, answer, n, answered, others) of answers given from from_ms
 * until before to_ms, by question, the most frequent answer first.  answered:
 * all to that question; others: those to it that have no row.  campaign "":
 * of all.
 */
void survey_answers(struct db *, const char *context, const char *campaign,
    int64_t from_ms, int64_t to_ms, db_cb *, void *arg);
/*
 * One row (calls, completed): calls with that context that began in this time
 * and were answered, and those of them that ended as completed: who came to a
 * goal and then to an agent, or opted out, is called by that.
 */
void survey_calls(struct db *, const char *context, const char *campaign,
    int64_t from_ms, int64_t to_ms, db_cb *, void *arg);

#endif
