/* SPDX-License-Identifier: MIT */
/*
 * amisim_event_part: what amisim_event.c (the call's own channel) and
 * amisim_event_agent.c (queues and agents) share; for those two alone.
 */
#ifndef JOBS_AMISIM_EVENT_PART_H
#define JOBS_AMISIM_EVENT_PART_H

#include "jobs/amisim_event.h"

void amisim_event_begin(const struct amisim_events *, struct amisim_text *,
    const char *event, const char *privilege);
/* The end of an event; outcome: what it tells, NULL nothing. */
void amisim_event_finish(struct amisim_events *, struct amisim_text *,
    enum amisim_class, struct amisim_outcome *);
/* The headers of the call's own channel. */
void amisim_event_own(struct amisim_text *, const char *prefix,
    const struct amisim_call *, int state, const char *exten);

/* The names of the channel that an agent answers on. */
struct amisim_leg {
	char channel[160], peer[160], uniqueid[48], peer_id[48];
	struct amisim_channel c;
};
void amisim_event_leg(const struct amisim_events *, const struct amisim_call *,
    const char *dest, enum carrier_dest, struct amisim_leg *);
/* The destination behind its "queue:" and so on. */
const char *amisim_event_queue_name(
    const struct carrier_act *, enum carrier_dest *);
/* It waits no longer. */
void amisim_event_leave_queue(struct amisim_events *, struct amisim_call *);
/* Its agent, if it has one, is free again. */
void amisim_event_leave_agent(
    struct amisim_events *, struct amisim_call *, bool told);
void amisim_event_agent(
    struct amisim_events *, struct amisim_call *, const struct carrier_act *);

#endif
