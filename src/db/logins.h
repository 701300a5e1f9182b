/* SPDX-License-Identifier: MIT */
/*
 * logins: what the audit log says of a user's log-ins over SSH.  Ask on a link
 * of db_new_reads().
 */
#ifndef DB_LOGINS_H
#define DB_LOGINS_H

#include "db/db.h"

#define LOGINS_COUNTED 10000 /* lines of refusals looked at, at most */
/*
 * One row (last_ms, last_origin, failed, failed_origin): the last log-in
 * before before_ms, and how many were refused since that one (since ever, if
 * there was none), with the origin of the last of those; nulls: none.
 */
void logins_last(
    struct db *, const char *user, int64_t before_ms, db_cb *, void *arg);

#endif
