/* SPDX-License-Identifier: MIT */
/*
 * hand: what people change of many rows at once by hand: caller IDs blocked,
 * let go and added, test calls.  One statement each.
 */
#ifndef DB_HAND_H
#define DB_HAND_H

#include <stddef.h>

#include "db/db.h"

/*
 * Block these caller IDs until until_ms (0: until a person lets them go), or
 * let them go.  At least one row (number, id, country, area, weight, blocked,
 * until_ms or null, reason, was_blocked, was_until_ms or null, was_reason,
 * asked, known): one for each that was changed; number null if none was.
 * was_: as it stood before.  asked: how many different ones were asked for;
 * known: how many of them there are.
 */
void hand_did_block(struct db *, const char *const *numbers, size_t n,
    int64_t until_ms, const char *reason, db_cb *, void *arg);
void hand_did_unblock(
    struct db *, const char *const *numbers, size_t n, db_cb *, void *arg);
/* The same rows for those that were not there before; known: all. */
struct hand_did {
	const char *number, *country, *area;
};
void hand_did_add(
    struct db *, const struct hand_did *, size_t n, db_cb *, void *arg);
/*
 * A call to a number with a context, now, over that trunk ("": any).  One row
 * (campaign, done, what): "will be called" or why not.
 */
void hand_context_test(struct db *, const char *context, const char *number,
    const char *country, const char *zone, const char *trunk, const char *who,
    db_cb *, void *arg);

#endif
