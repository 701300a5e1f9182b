/* SPDX-License-Identifier: MIT */
/*
 * export: what the database holds, row by row, in the order of its time or
 * number, for jobs/export.c.  Blocking, on a connection of its own; in one
 * snapshot, so that all rows are of one moment.
 */
#ifndef DB_EXPORT_H
#define DB_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <libpq-fe.h>

#include "shared/buf.h"

struct export_query {
	const char *what; /* calls answers contacts dids dnc metrics audit */
	const char *from, *to; /* ISO 8601, to is not in it; NULL: no limit */
	const char *const *campaigns; /* nothing but theirs; n 0: of all */
	size_t ncampaigns;
	bool as_json; /* each row one column, a JSON object */
};
enum export_end { EXPORT_DONE, EXPORT_FAILED, EXPORT_AWAY };

/* Is there such a kind?  Has it times; does it belong to campaigns? */
bool export_known(const char *what, bool *times, bool *campaigns);
/*
 * row is called for each, res valid until it returns; the first call, with
 * nrow -1, is for the names of the columns.  It answers false to end it.
 */
enum export_end export_rows(const char *conninfo, const struct export_query *,
    bool (*row)(void *arg, const PGresult *res, int nrow), void *arg,
    struct buf *err);

#endif
