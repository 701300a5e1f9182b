/* SPDX-License-Identifier: MIT */
/*
 * cdr: the switch's own records of our calls, as it has put them into the
 * table cdr (sql/004_cdr.sql), for those calls whose end nobody heard.
 */
#ifndef DB_CDR_H
#define DB_CDR_H

#include "db/db.h"
#include "shared/model.h"
#include "shared/util.h"

#define CDR_LOST_MAX 500 /* rows of one answer */

/* A call that ended as lost, and what the records say of it. */
struct cdr_lost {
	struct uuid id;
	int64_t armed_ms, campaign_id, contact_id;
	int attempt; /* of those that count towards max_attempts */
	char number[MODEL_E164];
	char disposition[16]; /* Asterisk's word: ANSWERED, NO ANSWER, ... */
	bool answered;
	int64_t answered_ms, ended_ms; /* 0: not known */
	double duration_s;
	const char *facts; /* the dialplan's words; "" none */
};
typedef void cdr_lost_cb(void *arg, enum db_status, const char *err,
    const struct cdr_lost *, size_t n);
/*
 * Calls of node that ended as lost in the last three days and have a record by
 * now, at most CDR_LOST_MAX, the oldest first.  What is left lost is answered
 * again.  The rows live until the callback returns.
 */
void cdr_lost(struct db *, const char *node, cdr_lost_cb *, void *arg);
/* Delete records older than that many days, 100,000 at a time. */
void cdr_trim(struct db *, int days, db_cb *, void *arg);

#endif
