/* SPDX-License-Identifier: MIT */
/*
 * simulate_report: watches a simulated day and tells afterwards what came of
 * it, for people or as one JSON object.
 */
#ifndef JOBS_SIMULATE_REPORT_H
#define JOBS_SIMULATE_REPORT_H

#include <stdbool.h>

#include "jobs/simulate_conf.h"
#include "shared/buf.h"
#include "sim/world.h"

struct simulate_report;

/* The world's watcher from now on; both are borrowed. */
struct simulate_report *simulate_report_new(
    struct world *, const struct simulate_conf *);
void simulate_report_free(struct simulate_report *);
/* Each campaign has finished. */
bool simulate_report_over(const struct simulate_report *);
/* Once, when the world has come to rest. */
void simulate_report_text(const struct simulate_report *, struct buf *);
void simulate_report_json(const struct simulate_report *, struct buf *);

/* Wilson's interval for n of all, 95 %; all 0: the whole of [0, 1]. */
void simulate_wilson(double n, double all, double out[2]);

#endif
