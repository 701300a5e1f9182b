/* SPDX-License-Identifier: MIT */
/*
 * agents_state: what agents.c (what is told) and agents_sum.c (what follows
 * from it) share.  Nobody else includes it.
 */
#ifndef DAEMON_AGENTS_STATE_H
#define DAEMON_AGENTS_STATE_H

#include "daemon/agents.h"
#include "shared/conf.h"

#define HEADS   4096 /* a power of two */
#define CALLERS 4096 /* waiting ones whose time is known */
#define TRUNKS  256
#define NOTE    (AGENT_REGISTRATION + 1)

struct slot {
	uint64_t key;
	int next; /* of its chain, or of the free ones; -1 */
	unsigned sw;
	int kind; /* enum sw_agent_kind, NOTE */
	uint32_t gen; /* of the answer that named it last */
	char state[16]; /* as told; row.state besides knows of wrap-ups */
	char detail[96];
	int64_t wrap_until_ms; /* the switch's clock is taken for ours */
	uint64_t queue; /* of a member: its queue's key */
	uint32_t members[4]; /* of a queue: free, in calls, paused, away */
	struct row_agent row;
};

struct caller {
	uint64_t queue, id;
	unsigned sw;
	uint32_t gen;
	int64_t since_ms;
};

struct at_switch {
	char name[32];
	bool up;
	int64_t down_ms; /* since when; 0: never was up, or forgotten */
	uint32_t gen[AGENTS_N];
	uint32_t hidden[AGENTS_N], counting[AGENTS_N];
};

struct trunk_device {
	unsigned sw;
	char device[96], trunk[MODEL_NAME];
};

struct agents {
	struct slot slot[ROWS_AGENTS_MAX];
	struct row_agent out[ROWS_AGENTS_MAX]; /* as published */
	int head[HEADS], spare;
	size_t used, kept; /* used: up to the highest */
	struct caller caller[CALLERS];
	size_t ncallers;
	struct at_switch sw[CONF_SWITCHES];
	struct trunk_device trunk[TRUNKS];
	size_t ntrunks, published;
	bool dirty;
};

/* The slot of that key, NULL if there is none. */
struct slot *agents_find(struct agents *, uint64_t key);
/* What the row says now, and since when. */
void agents_show(struct agents *, struct slot *, int64_t wall_ms);
/* All that is known from a switch that has been away for long. */
void agents_forget(struct agents *, unsigned sw);
/* Which trunks dial over an endpoint, or are what is registered. */
void agents_name_trunks(struct agents *, struct slot *);

#endif
