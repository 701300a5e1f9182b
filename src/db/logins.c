/* SPDX-License-Identifier: MIT */
/* logins: one statement, over event_log_login (sql/007).  Changes nothing. */
#include "db/logins.h"

#include "shared/util.h"

/* The object of a refusal begins with how often: "3 tries, password". */
void
logins_last(
    struct db *db, const char *user, int64_t before_ms, db_cb *cb, void *arg)
{
	char before[STR_INT], most[STR_INT];

	str_from_int(before, before_ms);
	str_from_int(most, LOGINS_COUNTED);
	db_send(db, "logins_last",
	    "with l as (select at, origin from event_log"
	    " where action = 'login' and actor = $1 and result = 'done'"
	    " and at < ts_of_ms($2) order by at desc limit 1),"
	    " f as (select at, origin,"
	    " coalesce(substring(object from '^[0-9]{1,10}')::bigint, 1) as n"
	    " from event_log where action = 'login' and actor = $1"
	    " and result = 'refused' and at >"
	    " coalesce((select l.at from l), '-infinity'::timestamptz)"
	    " order by at desc limit $3)"
	    " select (select ms_of_ts(l.at) from l), (select l.origin from l),"
	    " (select sum(f.n)::bigint from f),"
	    " (select f.origin from f order by f.at desc limit 1)",
	    3, (const char *[]){ user, before, most }, cb, arg);
}
