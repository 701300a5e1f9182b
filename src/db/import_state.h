/* SPDX-License-Identifier: MIT */
/*
 * import_state: what the files of an import share (import.c reading and
 * comparing, import_move.c what lasts).  Nobody else includes it.
 */
#ifndef DB_IMPORT_STATE_H
#define DB_IMPORT_STATE_H

#include <signal.h>

#include <libpq-fe.h>

#include "db/import.h"

struct import_db {
	PGconn *conn;
	PGcancel *cancel;
	volatile sig_atomic_t cancelled; /* also between two statements */
	struct import_country *countries;
	size_t ncountries;
	struct buf copy;

	enum import_kind kind;
	char campaign_id[24]; /* "" : none */
	char *list, *source;
};

/* Run one statement; NULL and err unless it did what was expected. */
PGresult *import_db_query(struct import_db *, const char *sql, int nparams,
    const char *const *params, struct buf *err);
/* The same for one whose rows nobody reads; *rows: how many it touched. */
bool import_db_run(struct import_db *, const char *sql, int nparams,
    const char *const *params, int64_t *rows, struct buf *err);

#endif
