/* SPDX-License-Identifier: MIT */
/*
 * import: all SQL of discador-job import.  Blocking libpq: it is that
 * process's own connection.
 *
 * Rows stream by COPY into a temporary table; then one transaction compares
 * them with what is there and moves them over.  Until import_db_commit()
 * returns true nothing of the list can be seen, and a connection that ends
 * before, however it ends, leaves no trace.  Except do-not-call: such a list is
 * moved in several transactions, so that nothing that is dialled waits for it
 * long; if that is cut off, a part of the list is in force, and importing it
 * again adds the rest.
 */
#ifndef DB_IMPORT_H
#define DB_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/law.h"

enum import_kind { IMPORT_CONTACTS, IMPORT_DIDS, IMPORT_DNC };

struct import_target {
	enum import_kind kind;
	const char *campaign; /* contacts: this or list; else NULL */
	const char *list; /* contacts, dnc */
	const char *source; /* name of the file, kept with dnc rows */
};
struct import_country {
	char name[32]; /* "mexico" */
	char region[4]; /* "MX" */
	/* Whoever lies in a state they name is judged by it. */
	struct law_holidays holidays;
	struct law_states states;
};
/* One row to load; texts are UTF-8 without NUL, "" where there is none. */
struct import_row {
	int64_t line; /* of the file: its key */
	const char *number, *country, *zone, *area, *name;
	const char *reason; /* dnc */
	int64_t weight; /* dids */
	const char *data; /* a JSON object, or NULL */
	const char *alternates; /* JSON array of number country zone, or NULL */
	int64_t priority; /* contacts */
	int64_t call_at_ms; /* contacts: called back then; 0: any time */
};
/* Why a good row is not loaded. */
enum import_skip {
	IMPORT_TAKEN,
	IMPORT_TWICE, /* the number stands further up in the file */
	IMPORT_BARRED, /* it is on a do-not-call list */
	IMPORT_THERE, /* the campaign, list or inventory has it already */
	IMPORT_NSKIP
};
struct import_counts {
	int64_t imported; /* of them */
	int64_t held; /* wait for a person: their zone is unknown */
	int64_t skipped[IMPORT_NSKIP];
	int64_t marked; /* dnc: contacts taken off their lists */
};

struct import_db;

/* NULL and err if the database is out of reach. */
struct import_db *import_db_open(const char *conninfo, struct buf *err);
void import_db_close(struct import_db *);
/* After a failure: was it the link (true), or did the server say no? */
bool import_db_away(const struct import_db *);
/*
 * From a signal handler: stop what the server is doing for us; the call in
 * progress returns false.
 */
void import_db_cancel(struct import_db *);

/*
 * All configured countries; borrowed until close.  false and err, also if the
 * law of one cannot be read.
 */
bool import_db_countries(struct import_db *, const struct import_country **v,
    size_t *n, struct buf *err);
/* Find the target, make the staging table, open the COPY. */
bool import_db_begin(
    struct import_db *, const struct import_target *, struct buf *err);
/* One row; the strings are borrowed until return. */
bool import_db_row(
    struct import_db *, const struct import_row *, struct buf *err);
/*
 * All rows are in: end the COPY, open the transaction, find what is not to be
 * loaded (counts->skipped).  One import per target goes on from here at a time.
 */
bool import_db_compare(
    struct import_db *, struct import_counts *, struct buf *err);
/* The lines that are not loaded, ascending.  fn returns false to stop. */
bool import_db_skipped(struct import_db *,
    bool (*fn)(void *arg, int64_t line, enum import_skip), void *arg,
    struct buf *err);
/*
 * Move the rows over, keep the tallies, commit.  false: nothing is loaded, but
 * of a do-not-call list perhaps a part.
 */
bool import_db_commit(
    struct import_db *, struct import_counts *, struct buf *err);

#endif
