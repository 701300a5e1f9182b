/* SPDX-License-Identifier: MIT */
/*
 * loadtest_calls: the calls of a load test as its database has them, and the
 * figures of the pace.  Pure.
 */
#ifndef JOBS_LOADTEST_CALLS_H
#define JOBS_LOADTEST_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/model.h"

struct loadtest_call {
	char number[MODEL_E164], did[MODEL_E164];
	char country[20], campaign[24], amd[12], trunk[24];
	int disposition; /* enum; -1: none yet */
	int attempt, cause; /* cause -1: none */
	char key; /* '\0': none */
	double setup_ms; /* -1: none */
	int64_t sent, ringing, answered, connected, ended; /* ms; 0: never */
};
struct loadtest_calls { /* in the order of sent */
	struct loadtest_call *v;
	size_t n, cap;
};
struct loadtest_did {
	char number[MODEL_E164], country[20];
	int64_t uses, cap; /* cap 0: none */
	int64_t over; /* days on which uses were above it */
};
struct loadtest_dids { /* by country */
	struct loadtest_did *v;
	size_t n, cap;
};
/* A blank one behind the last. */
struct loadtest_call *loadtest_calls_add(struct loadtest_calls *);
struct loadtest_did *loadtest_dids_add(struct loadtest_dids *);

/* Calls sent from from_ms up to to_ms, that one excluded. */
size_t loadtest_sent(
    const struct loadtest_calls *, int64_t from_ms, int64_t to_ms);
/* The most that were sent within any second (999 ms and the call itself). */
size_t loadtest_worst(
    const struct loadtest_calls *, int64_t from_ms, int64_t to_ms);
struct loadtest_setup {
	size_t n;
	double mean, p50, p95, p99, max; /* ms; -1 where n is 0 */
};
/* Of those calls; percentiles by nearest rank. */
struct loadtest_setup loadtest_setup_of(
    const struct loadtest_calls *, int64_t from_ms, int64_t to_ms);
/* How many numbers were called more than once. */
size_t loadtest_twice(const struct loadtest_calls *);

#endif
