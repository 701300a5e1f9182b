/* SPDX-License-Identifier: MIT */
/*
 * health: what the calls of the last days say of each DID, gathered in small
 * steps so that nothing else on the connection waits for it.
 */
#ifndef DB_HEALTH_H
#define DB_HEALTH_H

#include "db/db.h"

struct health_did {
	int64_t id;
	uint64_t calls; /* that ended, and say something of the caller ID */
	uint64_t answered;
	uint64_t rejected; /* disposition rejected */
};
/* v: ordered by id, borrowed until return.  good false: not all is known. */
typedef void health_cb(
    void *arg, bool good, const struct health_did *v, size_t n);
/*
 * Of calls armed at or after from_ms and before to_ms that have ended.  cb is
 * called once, also when the link breaks meanwhile.
 */
void health_load(
    struct db *, int64_t from_ms, int64_t to_ms, health_cb *, void *arg);

#endif
