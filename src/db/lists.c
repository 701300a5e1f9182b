/* SPDX-License-Identifier: MIT */
/* lists: who calls a list of contacts.  Changes nothing. */
#include "db/lists.h"

void
lists_why(struct db *db, const char *list, db_cb *cb, void *arg)
{
	/* By the index on (list, number) of what belongs to nobody. */
	static const char sql[] =
	    "select * from ("
	    " select k.name, coalesce(sum(t.total), 0)::bigint total,"
	    " coalesce(sum(t.finished), 0)::bigint finished"
	    " from campaign k left join campaign_tally t"
	    " on t.campaign_id = k.id"
	    " where $1 = any(k.lists) group by k.id order by k.name) x"
	    " union all select null, count(*), 0 from ("
	    " select from contact where campaign_id is null and list = $1"
	    " limit 100001) y";
	_Static_assert(LISTS_COUNTED == 100000, "as in the statement");

	db_send(db, "lists_why", sql, 1, &list, cb, arg);
}
