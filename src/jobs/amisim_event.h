/* SPDX-License-Identifier: MIT */
/*
 * amisim_event: what the carrier does, told as Asterisk 22 tells it under the
 * eventfilter of contrib/asterisk/manager.d: names, headers and their order
 * as captured; the order of events that race in Asterisk races here too.
 */
#ifndef JOBS_AMISIM_EVENT_H
#define JOBS_AMISIM_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/amisim_agents.h"
#include "jobs/amisim_call.h"
#include "jobs/amisim_lie.h"
#include "jobs/amisim_log.h"
#include "jobs/amisim_text.h"

struct amisim_events {
	/* All borrowed. */
	struct amisim_calls *calls;
	struct amisim_lie *lie;
	struct amisim_log *log;
	struct rng *rng;
	/* The agents' channels are named after these. */
	int64_t boot_s;
	bool timestamps; /* as with manager.conf's timestampevents = yes */
	uint64_t legs;
	struct amisim_agents *agents;
	/* Counted. */
	uint64_t answered, ended;
	/* A non-async Originate has its answer. */
	void (*unblock)(void *arg, struct amisim_call *, bool answered);
	void *unblock_arg;
	int64_t now_ns; /* of this turn */
};

/* The carrier_fn; arg is the struct amisim_events. */
void amisim_event_act(void *arg, const struct carrier_act *);
/* A carrier_fn too: the switch dies and the call with it, unreported. */
void amisim_event_vanish(void *arg, const struct carrier_act *);
/* What discador-check reports: "present" or "missing". */
void amisim_event_sound(
    struct amisim_events *, const char *ref, const char *text);
/* The originate of this call failed on the spot: no channel was made. */
void amisim_event_refused(struct amisim_events *, struct amisim_call *);
/* The call's own channel as events show it. */
void amisim_event_channel(const struct amisim_call *, int state,
    const char *exten, struct amisim_channel *);

#endif
