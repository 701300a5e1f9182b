/* SPDX-License-Identifier: MIT */
/*
 * amisim_log: what the simulated carrier puts on record, for tests to judge
 * by: every originate it received and every call that ended.  Nothing that
 * was answered to a peer is missing from the files, whenever amisim dies.
 *
 * truth:    id,number,caller_id,monotonic_ns of the read
 * outcomes: id,number,caller_id,disposition,cause,answered 0/1,key,
 *           monotonic_ns of the end,reported 0/1
 *           reported: the Hangup event was written to a live connection
 */
#ifndef JOBS_AMISIM_LOG_H
#define JOBS_AMISIM_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/amisim_conn.h"
#include "shared/model.h"

struct amisim_log;
struct amisim_outcome;

/* Either file may be NULL: not wanted.  NULL and errno if one will not open. */
struct amisim_log *amisim_log_new(const char *truth, const char *outcomes);
/* Writes what is left; outcomes still undecided count as not reported. */
void amisim_log_free(struct amisim_log *);

void amisim_log_truth(struct amisim_log *, const char *id, const char *number,
    const char *caller_id, int64_t read_ns);
struct amisim_ended {
	const char *id, *number, *caller_id;
	enum disposition truth;
	int cause;
	bool answered;
	char key;
	int64_t end_ns;
};
/*
 * A call ended.  Returns the record (NULL if outcomes are not wanted); it is
 * decided when its Hangup event has been queued to somebody and written, or
 * was lost: exactly one of the two calls below must follow.
 */
struct amisim_outcome *amisim_log_ended(
    struct amisim_log *, const struct amisim_ended *);
/* Its event has just been put to all who get it. */
void amisim_log_queued(
    struct amisim_log *, struct amisim_outcome *, struct amisim_net *);
/* It will reach nobody. */
void amisim_log_lost(struct amisim_log *, struct amisim_outcome *);

/* Before anything of this turn is sent. */
void amisim_log_write_truth(struct amisim_log *);
/* After it: decide and write outcomes. */
void amisim_log_settle(struct amisim_log *, struct amisim_net *);

#endif
