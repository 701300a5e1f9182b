/* SPDX-License-Identifier: MIT */
/*
 * loadtest_store: STATE_DIR/loadtest/ID/ with report.json, report.txt,
 * report.html and calls.csv of each load test.
 */
#ifndef JOBS_LOADTEST_STORE_H
#define JOBS_LOADTEST_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/buf.h"

#define LOADTEST_DIR 320

/* The lowest id that no directory has had yet, from 1. */
int64_t loadtest_store_next(const char *state_dir);
/* A new directory for it, its name into out.  False and why. */
bool loadtest_store_make(
    const char *state_dir, int64_t id, char out[LOADTEST_DIR], struct buf *why);
/* A whole file, written beside and moved there.  False and why. */
bool loadtest_store_file(
    const char *dir, const char *name, const struct buf *, struct buf *why);
/* report.json of an earlier one (new reference); NULL and why. */
json_t *loadtest_store_read(const char *state_dir, int64_t id, struct buf *why);
/*
 * {"tests": [...]} of all, the newest first, as the engine answers it: id,
 * started, ended, parameters, result.
 */
json_t *loadtest_store_list(const char *state_dir);

#endif
