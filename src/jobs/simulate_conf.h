/* SPDX-License-Identifier: MIT */
/*
 * simulate_conf: what stands in the group `simulation` of a file for
 * `discador simulate`, checked; every mistake is "FILE:LINE: what, and what
 * was expected".
 *
 *     simulation = {
 *         start = "2026-11-23 09:00"; zone = "America/New_York";
 *         hours = 8.0; seed = 1; agents = 40; patience = 15;
 *         contacts = ( { campaign = "usa"; country = "usa"; count = 200000;
 *                        areas = [ "212", "305" ]; },
 *                      { campaign = "usa"; country = "usa"; file = "l.csv"; }
 * ); dids = ( { country = "usa"; count = 500; areas = [ "212" ]; } ); carrier =
 * { people = ( { country = "usa"; answered = 0.38; machines = 0.45; busy =
 * 0.05; invalid = 0.09; rejected = 0.03; congestion = 0.0; press = 0.12; optout
 * = 0.015; by_hour = [ 24 factors ]; pdd = [ 0.4, 2.6 ]; ring = [ 3.0, 15.0 ];
 * talk = [ 15.0, 90.0 ]; } ); trunks = ( { name = "carrier"; channels = 400;
 * cps = 25; retry_after = 5; } ); outages = ( { trunk = "carrier"; from =
 * "11:00"; to = "11:20"; cause = 38; } );
 *         };
 *         cost = ( { country = "usa"; per_minute = 0.009; increment = 6;
 *                    minimum = 6; per_call = 0.0; } );
 *     };
 *
 * Rates are of 1; pdd, ring and talk are seconds from, to; by_hour multiplies
 * answered by the callee's hour.  Whatever is left out has the defaults of
 * sim/fate.h.  patience: seconds a caller waits for one of the agents (agents
 * 0: there is always one).  An outage's cause is 38 (the carrier is broken), 34
 * (full), 3 (no route), 21 (rejects) or 0 (not reached at all).
 */
#ifndef JOBS_SIMULATE_CONF_H
#define JOBS_SIMULATE_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/model.h"

#define SIMULATE_AREAS 64
#define SIMULATE_ROWS  64 /* of each list */

struct simulate_areas {
	int n;
	char v[SIMULATE_AREAS][8];
};
struct simulate_contacts {
	char campaign[MODEL_NAME], country[32], file[256];
	int64_t count;
	struct simulate_areas areas;
	int line;
};
struct simulate_dids {
	char country[32];
	int64_t count;
	struct simulate_areas areas;
	int line;
};
struct simulate_people {
	char country[32];
	double answered, machines, busy, invalid, rejected, congestion, press,
	    optout; /* < 0: not given */
	double by_hour[24], pdd[2], ring[2], talk[2];
	int nby_hour, npdd, nring, ntalk;
	int line;
};
struct simulate_trunk {
	char name[MODEL_NAME];
	int64_t channels, cps, retry_after;
	int line;
};
struct simulate_outage {
	char trunk[MODEL_NAME], from[20], to[20];
	int64_t cause;
	int line;
};
struct simulate_cost {
	char country[32];
	double per_minute, per_call;
	int64_t increment, minimum;
	int line;
};
struct simulate_conf {
	const char *file;
	char start[20], zone[64];
	double hours;
	int64_t seed, agents, patience;
	struct simulate_contacts contacts[SIMULATE_ROWS];
	struct simulate_dids dids[SIMULATE_ROWS];
	struct simulate_people people[SIMULATE_ROWS];
	struct simulate_trunk trunks[SIMULATE_ROWS];
	struct simulate_outage outages[SIMULATE_ROWS];
	struct simulate_cost cost[SIMULATE_ROWS];
	int ncontacts, ndids, npeople, ntrunks, noutages, ncost;
	int line; /* of the group */
};

/* text: the whole file, which spec_read() has taken already. */
bool simulate_conf_read(const char *file, const char *text,
    struct simulate_conf *, struct buf *err);
/* "FILE:LINE: " into err, for whoever finds that a name is none. */
void simulate_conf_at(const struct simulate_conf *, int line, struct buf *err);
/*
 * "2026-11-23 09:00", or "09:00" on the day that starts the simulation, in
 * zone; -1 if it is neither.
 */
int64_t simulate_conf_time(const struct simulate_conf *, const char *text);

#endif
