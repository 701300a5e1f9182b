/* SPDX-License-Identifier: MIT */
/*
 * keys_seed: the keys of today's calls come into the engine once per start
 * (engine/keys.h, db/keys.h), so that a restart forgets no evidence.
 */
#ifndef DAEMON_KEYS_SEED_H
#define DAEMON_KEYS_SEED_H

#include <stdbool.h>
#include <stdint.h>

struct daemon;

struct keys_seed { /* in struct daemon */
	int64_t to_ms; /* calls that ended before are asked for; 0: not yet */
	bool asked; /* and need not be asked again */
	unsigned failed;
};
/* Each turn, when the engine knows its open calls. */
void keys_seed_run(struct daemon *);

#endif
