/* SPDX-License-Identifier: MIT */
/*
 * schema: numbered, forward-only schema files.  Blocking: only for starts and
 * for `discador db migrate`.
 *
 * schema_version holds one row per applied file with its SHA-256, so that a
 * file that was edited after it had been applied is noticed.
 */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include <stdbool.h>

#include "shared/buf.h"

/* What this binary is written for: the highest NNN of sql/NNN_name.sql. */
#define SCHEMA_VERSION 8

/*
 * Bring the database to SCHEMA_VERSION: create schema discador where it is
 * missing, then run each newer NNN_name.sql of sql_dir in order, each in one
 * transaction with its row in schema_version, under an advisory lock so that
 * several engines may start at once.  False and err (one line, with FILE:LINE
 * for an error in a file) if the server is out of reach, the database is newer
 * than this binary, a file is missing, or an applied file has changed.
 */
bool schema_migrate(const char *conninfo, const char *sql_dir, struct buf *err);

#endif
