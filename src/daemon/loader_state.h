/* SPDX-License-Identifier: MIT */
/*
 * loader_state: what the files of the loader share (loader.c how the chain
 * begins and ends, loader_objects.c objects and caller IDs, loader_calls.c
 * calls and what was counted).  Nobody else includes it.
 */
#ifndef DAEMON_LOADER_STATE_H
#define DAEMON_LOADER_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "daemon/state.h"
#include "db/load.h"

#define LOAD_MAGIC 0x4c4f4144u

enum {
	K_TRUNK,
	K_PROFILE,
	K_COUNTRY,
	K_AMD_PROFILE,
	K_CONTEXT,
	K_CAMPAIGN,
	K_ALERT_RULE,
	K_N
};

/* One run of the chain, or of its first part (reload). */
struct load {
	uint32_t magic;
	struct daemon *d;
	struct db *db;
	unsigned id;
	bool reload;
	int kind;
	json_t *objects[K_N];
};

/* What a callback was given. */
struct load *loader_of(void *arg);
void loader_free(struct load *);
/* False: this answer ends the chain (link gone, newer chain, refusal). */
bool loader_goes_on(struct load *, const struct db_answer *, const char *what);
/* Of a column; 0 if it is null. */
int64_t loader_int(const PGresult *, int row, int col);
/* Ask for the first kind of object on that connection. */
void loader_begin(struct daemon *, struct db *, bool reload);

#endif
