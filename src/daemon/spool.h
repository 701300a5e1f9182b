/* SPDX-License-Identifier: MIT */
/*
 * spool: the journal of what became of calls, STATE/spool/NODE.N.  Every line
 * is on disk before the act it stands for (an Originate) or before it is sent
 * to the database, and stays until the database has confirmed it.
 *
 * Lines are those of calls_record_json().  Written with write(2), not synced:
 * they survive the death of the process; whether they survived the death of
 * the machine is told by the kernel's boot id in each file's first line.
 */
#ifndef DAEMON_SPOOL_H
#define DAEMON_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/util.h"

#define SPOOL_SEGMENT (4u * 1024 * 1024)

struct spool;
/* Reads what is there; NULL and err when the directory cannot be used. */
struct spool *spool_open(const char *dir, const char *node, struct buf *err);
void spool_close(struct spool *);
/*
 * Every call that left this machine since the last confirmed line has a line
 * here: the files are complete because the machine has not been restarted.
 */
bool spool_trusted(const struct spool *);
/* A line of this call was found at open. */
bool spool_was_sent(const struct spool *, const struct uuid *);
/*
 * Append n bytes of whole lines.  False if they could not be written (they
 * are kept in memory and for the database all the same); try again with
 * spool_probe().
 */
bool spool_append(struct spool *, const char *lines, size_t n);
/*
 * The same for acts that are about to be done: false means that they must not
 * be, and that their lines are forgotten.
 */
bool spool_ahead(struct spool *, const char *lines, size_t n);
/*
 * Write what is only in memory; true if nothing is left unwritten.  After a
 * failure also: if there is room for some dozen lines again.
 */
bool spool_probe(struct spool *);
/* Lines not confirmed yet. */
uint64_t spool_unconfirmed(const struct spool *);
/*
 * The next whole lines, at most max of them, not yet handed out; false if
 * there are none.  *token goes to spool_confirm() or is lost by
 * spool_rewind().
 */
bool spool_next(struct spool *, size_t max, const char **lines, size_t *len,
    uint64_t *token);
/* The database has everything up to token. */
void spool_confirm(struct spool *, uint64_t token);
/* The link broke: hand out all unconfirmed lines again. */
void spool_rewind(struct spool *);
/* A line the database refuses for good: kept in NODE.refused for a person. */
void spool_refuse(struct spool *, const char *line, size_t n, const char *why);

#endif
