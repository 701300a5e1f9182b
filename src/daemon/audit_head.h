/* SPDX-License-Identifier: MIT */
/*
 * audit_head: state_dir/audit.head, what the audit log's newest row was and
 * when, outside the database: so that rows taken off the end of event_log, or
 * a chain that was hashed anew, are found.  A line is
 *
 *     2026-11-21T08:59:03.123Z 1234 HASH
 *
 * with the time in UTC, the row's number (seq, so many rows there were) and
 * its hash in hex (db/audit.h).  Only ever added to, at most one line a minute
 * and one at the end; numbers only grow.  Never read as a whole: it may be
 * long.
 */
#ifndef DAEMON_AUDIT_HEAD_H
#define DAEMON_AUDIT_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "db/audit.h"
#include "shared/util.h"

struct audit_mark {
	struct audit_head head;
	char at[32]; /* when that was seen: ISO 8601, "" for never */
};

/* The file and the newest head that is known, from its last line on. */
struct audit_heads;
struct audit_heads *audit_head_open(const char *state_dir);
/* Writes what is not written yet.  NULL is nothing. */
void audit_head_close(struct audit_heads *);
const char *audit_head_path(const struct audit_heads *);
/* Never a lower one than before; rows 0: none yet. */
const struct audit_mark *audit_head_known(const struct audit_heads *);
/* A newer one was seen; one that is not newer changes nothing. */
void audit_head_saw(
    struct audit_heads *, const struct audit_head *, const struct now *);
/* Write what waits, if the last line is a minute old. */
void audit_head_turn(struct audit_heads *, const struct now *);

/*
 * The lines one after the other, those that hold no head left out; NULL if
 * there is no such file.  next: false at the end.
 */
struct audit_reader;
struct audit_reader *audit_head_read(const struct audit_heads *);
bool audit_head_next(struct audit_reader *, struct audit_mark *);
void audit_head_read_end(struct audit_reader *);

#endif
