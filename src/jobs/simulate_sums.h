/* SPDX-License-Identifier: MIT */
/* simulate_sums: what simulate_report counts and simulate_print tells. */
#ifndef JOBS_SIMULATE_SUMS_H
#define JOBS_SIMULATE_SUMS_H

#include "jobs/simulate_report.h"

#define SIMULATE_BRAKES 20 /* that are told one by one */

struct simulate_sum { /* of a campaign */
	uint64_t calls, answered, humans, uncounted, by[DISP_NKIND];
	int64_t talk_ms;
	double cost;
	int64_t ends_ms; /* 0: it did not */
	int64_t opens_ms;
	char why[160]; /* it has not ended: the first closed gate */
};
struct simulate_brake {
	const char *kind;
	char name[MODEL_NAME], reason[116];
	int64_t from_ms, to_ms;
};
struct simulate_report {
	struct world *w;
	const struct simulate_conf *c;
	struct simulate_sum sum[WORLD_MAX];
	const struct simulate_cost *cost[WORLD_MAX]; /* of each country */
	bool on_camp[WORLD_MAX], on_trunk[WORLD_MAX];
	struct simulate_brake brake[SIMULATE_BRAKES];
	int nbrake, engaged;
	int64_t *did_full; /* wall ms of the first time */
	uint32_t *did_uses; /* calls that left with it */
	bool *did_over; /* on some day more often than its cap allows */
	bool *did_rested; /* by the sequential test */
	int64_t *pace; /* ring: the last second */
	size_t pace_head, npace, pace_size;
	size_t worst;
	int64_t first_ns, last_ns, from_ms;
	bool over;
};
struct simulate_pool {
	int64_t dids, full, rested, first_ms, median_ms, last_ms;
	/* Of a caller ID over all the time; one that rested is used less. */
	int64_t uses, over;
	int64_t min, max; /* of those that never rested */
	int64_t rested_min, rested_max;
};

void simulate_sum_all(const struct simulate_report *, struct simulate_sum *);
void simulate_sum_left(const struct simulate_report *, int campaign,
    int64_t *total, int64_t *left);
void simulate_sum_dids(
    const struct simulate_report *, int country, struct simulate_pool *);
/* Those of a country that reached their cap, the first first; at most max. */
struct simulate_full {
	int64_t ms;
	uint32_t did; /* index */
};
int simulate_sum_full(const struct simulate_report *, int country,
    struct simulate_full *, int max);
/* How many caller IDs of a country were used so often; in order of uses. */
struct simulate_bar {
	uint32_t uses, dids;
};
/* *n of them; free() it. */
struct simulate_bar *simulate_sum_uses(
    const struct simulate_report *, int country, size_t *n);
/* Mean over the time from the first call to the last. */
double simulate_sum_cps(const struct simulate_report *);

#endif
