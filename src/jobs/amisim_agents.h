/* SPDX-License-Identifier: MIT */
/*
 * amisim_agents: queues, their members and callers as a manager session sees
 * them.  Who takes a call is the carrier's business; here it only gets a
 * name.  A queue exists as soon as a call goes to it; "sales" always does.
 */
#ifndef JOBS_AMISIM_AGENTS_H
#define JOBS_AMISIM_AGENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobs/amisim_text.h"

#define AMISIM_QUEUES 32

struct amisim_member {
	bool busy, paused, away;
	uint32_t taken;
	int64_t last_s; /* since the epoch; 0 none */
};

struct amisim_queue {
	char name[64];
	struct amisim_member *member;
	size_t nmembers, waiting;
};

struct amisim_agents {
	size_t members; /* in each new queue */
	bool all_work; /* else of twelve one is paused and one away */
	size_t nqueues;
	struct amisim_queue queue[AMISIM_QUEUES];
};

void amisim_agents_init(struct amisim_agents *, size_t members, bool all_work);
void amisim_agents_clear(struct amisim_agents *);
/* Its number; the last one's when there are too many. */
size_t amisim_agents_queue(struct amisim_agents *, const char *name);
/* A free member takes a call; more are hired when there are none. */
size_t amisim_agents_take(struct amisim_agents *, size_t queue);
void amisim_agents_give(
    struct amisim_agents *, size_t queue, size_t member, int64_t wall_s);
/* "Agent 07" and "Local/agent07@discador-agents". */
void amisim_agents_name(size_t member, char *name, char *interface, size_t);
/*
 * The headers of a member, behind "Queue": those of QueueMember in an answer
 * (name_header "Name"), those of the events ("MemberName").
 */
void amisim_agents_member(struct amisim_text *, const struct amisim_queue *,
    size_t member, bool answer);

#endif
