/* SPDX-License-Identifier: MIT */
/*
 * amisim_call: the channels of amisim, found by their id (ChannelId) or their
 * channel name; what AMI has to know of a call that the carrier does not.
 */
#ifndef JOBS_AMISIM_CALL_H
#define JOBS_AMISIM_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/carrier.h"

#define AMISIM_ID_MAX 149 /* ChannelId, as in Asterisk */

struct amisim_call {
	struct amisim_call *next; /* of its bucket, or spare */
	struct carrier_call *call;
	uint64_t serial; /* of the channel name */
	uint64_t sync_conn; /* id of the one a non-async one blocks */
	uint64_t leg; /* of the agent's channel name */
	size_t queue, member; /* amisim_agents: number + 1; 0: none */
	int64_t queued_ns; /* when it joined; 0: it does not wait */
	bool response_due; /* OriginateResponse comes after "up" */
	bool rang, up;
	char id[AMISIM_ID_MAX + 3];
	char action_id[160];
	char call_ref[AMISIM_ID_MAX + 3]; /* DSC_CALL */
	char asked[128]; /* "PJSIP/13055550100@carrier" */
	char channel[64]; /* "PJSIP/carrier-0000001f" */
	char number[32];
	char cid_num[48], cid_name[80];
	char context[80], exten[80];
};

struct amisim_calls;
struct amisim_calls *amisim_calls_new(void);
void amisim_calls_free(struct amisim_calls *);
/* A blank record with a serial, not yet found by anything. */
struct amisim_call *amisim_call_new(struct amisim_calls *);
/* Its id is set: from now on it is found. */
void amisim_call_add(struct amisim_calls *, struct amisim_call *);
void amisim_call_del(struct amisim_calls *, struct amisim_call *);
/* Give back a record that was never added. */
void amisim_call_discard(struct amisim_calls *, struct amisim_call *);
/* By id; NULL if there is none. */
struct amisim_call *amisim_call_find(
    const struct amisim_calls *, const char *id, size_t len);
/* By channel name, looking at all of them. */
struct amisim_call *amisim_call_by_channel(
    const struct amisim_calls *, const char *name, size_t len);

#endif
