/* SPDX-License-Identifier: MIT */
/*
 * world_queue: the heaps of the simulated world: what happens next (by time,
 * equal times in the order of their pushing), and which contact is next (by
 * due time, or by priority and due time).  Flat arrays of small keys; what a
 * key stands for lies elsewhere.
 */
#ifndef SIM_WORLD_QUEUE_H
#define SIM_WORLD_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world_key {
	int64_t a, b; /* least a first, then least b */
	uint32_t item; /* whose it is */
	uint32_t stamp; /* void if its item has another one by now */
};
struct world_queue {
	struct world_key *v;
	size_t n, cap;
};
void world_queue_push(struct world_queue *, struct world_key);
/* The least; the queue must not be empty. */
struct world_key world_queue_pop(struct world_queue *);
void world_queue_clear(struct world_queue *);

#endif
