/* SPDX-License-Identifier: MIT */
/*
 * agents: what the switches say of queues, agents, endpoints and
 * registrations, kept for the viewers as RUNDIR/agents (shared/rows.h).  No
 * rule of the engine hangs on it.
 *
 * At most AGENTS_KEPT of them are kept, phones fewer; how many more there are
 * is said in rows of the kind "note", whose name is the question (queues,
 * endpoints, registrations) and whose detail is for people: a right that is
 * missing, too. The queue of an endpoint's or registration's row names the
 * trunks that dial over it, separated by commas.
 */
#ifndef DAEMON_AGENTS_H
#define DAEMON_AGENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/switch.h"
#include "shared/rows.h"
#include "shared/util.h"

#define AGENTS_KEPT   (ROWS_AGENTS_MAX - 64) /* the rest is for notes */
#define AGENTS_DOWN_S 5 /* a cut this short forgets nothing */

struct agents;
struct agents *agents_new(void);
void agents_free(struct agents *);

/* One switch's event; those that are about none of this are ignored. */
void agents_event(struct agents *, const char *switch_name, unsigned sw,
    const struct sw_event *, int64_t wall_ms);
/*
 * The trunks that dial over that device ("PJSIP/carrier"), anew: drop all,
 * then tell each.
 */
void agents_trunks_drop(struct agents *);
void agents_trunk(
    struct agents *, unsigned sw, const char *device, const char *trunk);
/*
 * "PJSIP/{number}@carrier" -> "PJSIP/carrier"; false: no device that has a
 * state of its own.
 */
bool agents_device(const char *channel, char *out, size_t size);
/* What time alone changes: waits, wrap-up times, switches that are gone. */
void agents_clock(struct agents *, const struct now *);
/* Row i as it is now, i < ROWS_AGENTS_MAX; kind "": free. */
const struct row_agent *agents_row(const struct agents *, size_t i);
/* Rows up to the highest in use. */
size_t agents_used(const struct agents *);
/* Write what has changed since the last call. */
void agents_publish(struct agents *, struct rows_writer *);

#endif
