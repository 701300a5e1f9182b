/* SPDX-License-Identifier: MIT */
/*
 * keys: what the calls of a day say of the keys that were pressed in them,
 * for an engine that begins in the middle of it.  A call holds its last key
 * that led on, whether one came before anything was asked, and how many led
 * nowhere; so a key before it is not known any more, an early one is taken
 * for that key, and those that led nowhere are told as key "?".
 */
#ifndef DB_KEYS_H
#define DB_KEYS_H

#include "db/db.h"
#include "shared/rows.h"

/* To be added; version: of the context the calls had, 0 not known. */
typedef void keys_row_cb(void *arg, const struct row_key *, int version);
/* err: NULL, or why not all (nothing) came. */
typedef void keys_end_cb(void *arg, const char *err);
/*
 * Of calls of any node sent at or after from_ms that ended before to_ms.  A
 * row for each country, context, version, key and second, lower versions
 * first; then end, once, also when the link breaks.  A press is quick, so that
 * nobody can have reacted, below quick_ms; a talk is short up to short_ms.
 */
void keys_load(struct db *, int64_t from_ms, int64_t to_ms, int quick_ms,
    int short_ms, keys_row_cb *, keys_end_cb *, void *arg);

#endif
