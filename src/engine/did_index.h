/* SPDX-License-Identifier: MIT */
/*
 * did_index: DIDs by id or by number; a hash table that owns none of them.
 */
#ifndef ENGINE_DID_INDEX_H
#define ENGINE_DID_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/did.h"

struct did_index {
	struct did **slot; /* open addressing, at least a quarter empty */
	size_t nslot, n; /* nslot: a power of two */
	bool by_number;
};

void did_index_init(struct did_index *, bool by_number);
void did_index_clear(struct did_index *);
/* What it is found by may not change while it is inside. */
void did_index_add(struct did_index *, struct did *);
/* It must be inside. */
void did_index_remove(struct did_index *, const struct did *);
/* NULL if there is none; any of those with one number. */
struct did *did_index_id(const struct did_index *, int64_t id);
struct did *did_index_number(const struct did_index *, const char *e164);

#endif
