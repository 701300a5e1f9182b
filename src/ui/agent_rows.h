/* SPDX-License-Identifier: MIT */
/*
 * agent_rows: what the switches say of agents (shared/rows.h), sorted into
 * members, queues and endpoints, counted, and put into one sentence: are there
 * free agents for the calls that are about to be connected?
 */
#ifndef UI_AGENT_ROWS_H
#define UI_AGENT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/pane.h"
#include "ui/table.h"

enum agent_state {
	AGENT_FREE,
	AGENT_BUSY,
	AGENT_RINGING,
	AGENT_PAUSED,
	AGENT_AWAY, /* unavailable, unknown */
	AGENT_NSTATE
};

struct agent_row {
	const struct board *b; /* for its clock */
	const char *zone; /* in which times are shown */
	const struct row_agent *r;
	uint32_t n[AGENT_NSTATE]; /* of a queue: its members */
};

struct agent_rows {
	struct agent_row *member, *queue, *endpoint; /* and registrations */
	size_t nmembers, nqueues, nendpoints;
	/* Agents, each once however many queues he is in. */
	uint32_t agents, n[AGENT_NSTATE];
	uint32_t waiting, wait_s; /* callers in all queues; the longest */
	uint32_t hidden; /* rows that had no room */
	char dry[160]; /* queues in which callers wait and nobody is free */
	const char *note[3]; /* queues, endpoints, registrations; or NULL */
};

void agent_rows_make(struct agent_rows *, const struct pane_ctx *);
void agent_rows_clear(struct agent_rows *);
/* The sentence; returns how it is to be shown: ROLE_GOOD, WARN, BAD, DIM. */
uint8_t agent_rows_say(
    const struct agent_rows *, const struct pane_ctx *, char *out, size_t size);
/* A state as an operator reads it, with its role and its lamp (UTF-8). */
const char *agent_rows_state(
    const char *state, uint8_t *role, const char **lamp);
/* The same of an enum agent_state, for sums and legends. */
const char *agent_rows_word(enum agent_state);

extern const struct table_col agent_member_cols[];
extern const size_t agent_nmember_cols;
extern const struct table_col agent_queue_cols[];
extern const size_t agent_nqueue_cols;
extern const struct table_col agent_endpoint_cols[];
extern const size_t agent_nendpoint_cols;

#endif
