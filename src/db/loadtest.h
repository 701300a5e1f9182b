/* SPDX-License-Identifier: MIT */
/*
 * loadtest: what a load test reads from the database of its throwaway engine
 * when it is over, and where it puts its result in the operator's.  Blocking,
 * each on a connection of its own.
 */
#ifndef DB_LOADTEST_H
#define DB_LOADTEST_H

#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

#include "shared/buf.h"

/*
 * row is called for each row; texts that are null are "".  All of these
 * answer false, and why, when the database does not.
 */
typedef void loadtest_row(void *arg, const PGresult *, int row);
/*
 * Every call in the order of its sending: number, caller ID, country,
 * campaign, trunk, disposition, key, amd, cause, attempt, setup_ms, and then in
 * ms since the epoch: sent, ringing, answered, connected, ended.
 */
enum {
	LOADTEST_NUMBER,
	LOADTEST_DID,
	LOADTEST_COUNTRY,
	LOADTEST_CAMPAIGN,
	LOADTEST_TRUNK,
	LOADTEST_DISPOSITION,
	LOADTEST_KEY,
	LOADTEST_AMD,
	LOADTEST_CAUSE,
	LOADTEST_ATTEMPT,
	LOADTEST_SETUP,
	LOADTEST_SENT,
	LOADTEST_RINGING,
	LOADTEST_ANSWERED,
	LOADTEST_CONNECTED,
	LOADTEST_ENDED,
	LOADTEST_NCOLS
};
bool loadtest_calls(
    const char *conninfo, loadtest_row *, void *arg, struct buf *err);
/* Every caller ID: number, country, uses of all days, the highest cap, and
 * uses above a cap (which the database refuses). */
bool loadtest_dids(
    const char *conninfo, loadtest_row *, void *arg, struct buf *err);

/*
 * The operator's database: a new row of load_test, its id at least *id;
 * *id is what it got.
 */
bool loadtest_begin(
    const char *conninfo, int64_t *id, const char *parameters, struct buf *err);
/* It has ended; result: a JSON text. */
bool loadtest_end(
    const char *conninfo, int64_t id, const char *result, struct buf *err);
/* The operator's trunks: name, channel, switch. */
bool loadtest_trunks(
    const char *conninfo, loadtest_row *, void *arg, struct buf *err);

#endif
