/* SPDX-License-Identifier: MIT */
/*
 * simulate_setup: a world (sim/world.h) from a file's objects and its group
 * `simulation`: switches, trunks, countries, people, lists and caller IDs.
 */
#ifndef JOBS_SIMULATE_SETUP_H
#define JOBS_SIMULATE_SETUP_H

#include <stdbool.h>

#include "jobs/simulate_conf.h"
#include "shared/spec.h"
#include "sim/world.h"

/* False and err = "FILE:LINE: ..." if a name in it is none. */
bool simulate_setup(struct world *, const struct simulate_conf *,
    const struct spec_file *, struct buf *err);

#endif
