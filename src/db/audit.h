/* SPDX-License-Identifier: MIT */
/*
 * audit: event_log as a chain (sql/006_audit.sql), read and verified.  The
 * hashes are computed here, not by the database, so that its functions need
 * not be trusted.  load_audit() adds the rows.
 *
 * Row number n (seq, from 1, without a gap) has
 *
 *     prev = hash of row n - 1, for n = 1 32 bytes of zero
 *     hash = SHA-256(prev seq id at node actor origin action object result
 *            detail)
 *
 * with prev as 32 bytes and each field behind it as a netstring: the length in
 * bytes in decimal, a colon, the bytes (UTF-8), a comma; SQL null is "-,".
 * No two different rows give the same bytes.  seq and id are in decimal, at is
 * in microseconds since the epoch, detail is the text PostgreSQL makes of a
 * jsonb.  For example (seq 1, id 7, nothing but a node, an actor, an action):
 *
 *     1:1,1:7,16:1795215346123000,2:n1,5:maria,0:,3:cps,0:,0:,-,
 *
 * Who may write to the table and its triggers may hash a whole chain anew.
 * That is found by comparing with heads that were recorded elsewhere: the
 * number of the newest row and its hash, of some moment.
 */
#ifndef DB_AUDIT_H
#define DB_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"
#include "shared/buf.h"

#define AUDIT_HASH 32 /* bytes */
#define AUDIT_HEX  (2 * AUDIT_HASH + 1)
#define AUDIT_PAGE 100 /* rows: some 200 us of a processor */

enum audit_field {
	AUDIT_SEQ,
	AUDIT_ID,
	AUDIT_AT_US,
	AUDIT_NODE,
	AUDIT_ACTOR,
	AUDIT_ORIGIN,
	AUDIT_ACTION,
	AUDIT_OBJECT,
	AUDIT_RESULT,
	AUDIT_DETAIL,
	AUDIT_FIELDS
};

/* A row as the database tells it; all texts borrowed. */
struct audit_row {
	const char *field[AUDIT_FIELDS]; /* NULL: SQL null */
	const char *prev, *hash; /* lower case hex, "" if null */
};

/* How many rows there are and the hash of the last; 0 rows: hash is zero. */
struct audit_head {
	int64_t rows;
	uint8_t hash[AUDIT_HASH];
};

enum audit_fault {
	AUDIT_INTACT,
	AUDIT_EDITED, /* content and hash do not belong together */
	AUDIT_UNLINKED, /* its hash is its own, but it follows another row */
	AUDIT_REMOVED, /* rows are missing before it */
	AUDIT_INSERTED, /* its number was had before, or it has none */
	AUDIT_CUT, /* rows are missing at the end */
	AUDIT_REHASHED, /* not what a recorded head says: hashed anew */
};
/* "edited", ... for scripts */
const char *audit_fault_word(enum audit_fault);

/* Where a verification is; all zero at the beginning. */
struct audit_chain {
	struct audit_head head; /* the rows that are good */
	int64_t id, at_ms; /* of the last row looked at, 0: none */
	int64_t missing; /* REMOVED: how many */
	int64_t seq; /* of the last row looked at */
};

/* The fields, without prev, as they are hashed; appended. */
void audit_bytes(struct buf *, const struct audit_row *);
/* The hash of a row that follows one with the hash prev. */
void audit_digest(const uint8_t prev[AUDIT_HASH], const struct audit_row *,
    uint8_t out[AUDIT_HASH]);
/* The next row in the order of seq; head advances if it is good. */
enum audit_fault audit_chain_add(
    struct audit_chain *, const struct audit_row *);

void audit_hex(const uint8_t hash[AUDIT_HASH], char out[AUDIT_HEX]);
/* Exactly 64 digits, lower case; false (out untouched) for anything else. */
bool audit_unhex(const char *, uint8_t out[AUDIT_HASH]);

/*
 * The next AUDIT_PAGE rows at most behind the last row looked at, in the order
 * of seq; audit_row() takes them out of the answer.  Without end, asked again.
 */
void audit_page(struct db *, const struct audit_chain *, db_cb *, void *arg);
void audit_row(const PGresult *, int i, struct audit_row *);
/* Rows without a number, which no page has: the first one, as (id, at_ms). */
void audit_loose(struct db *, db_cb *, void *arg);
/*
 * The newest row, and the one that has the number known->rows, as (seq, hash
 * in hex), the newest first: one, two or no rows.  audit_compare() judges them:
 * CUT or REHASHED if known does not hold any more, else *newest.
 */
void audit_newest(
    struct db *, const struct audit_head *known, db_cb *, void *arg);
enum audit_fault audit_compare(const PGresult *, const struct audit_head *known,
    struct audit_head *newest);

#endif
