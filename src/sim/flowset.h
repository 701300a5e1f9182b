/* SPDX-License-Identifier: MIT */
/*
 * flowset: the flows of live calls, each kept once.  A flow takes some 30 KB
 * and thousands of calls share it, so a call holds a reference and the last
 * one frees it.
 */
#ifndef SIM_FLOWSET_H
#define SIM_FLOWSET_H

#include <stddef.h>

#include "shared/flow.h"

struct flowset;
struct flowset *flowset_new(void);
/* With all that is in it; whoever refers to it must be gone. */
void flowset_free(struct flowset *);
/*
 * The one that is byte for byte the same, or a copy: the caller's until
 * flowset_give().  The flow must come from memory that was zeroed.
 */
const struct flow *flowset_take(struct flowset *, const struct flow *);
void flowset_give(struct flowset *, const struct flow *);
/* How many different ones there are. */
size_t flowset_size(const struct flowset *);

#endif
