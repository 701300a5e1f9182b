/* SPDX-License-Identifier: MIT */
/*
 * way: how a called person gets through a flow to what he wants: which keys
 * lead there, by the fewest states.  It knows no times and draws nothing.
 */
#ifndef SIM_WAY_H
#define SIM_WAY_H

#include "shared/flow.h"

enum way_to {
	WAY_TO_GOAL, /* a connection or a goal */
	WAY_TO_OPTOUT, /* off the list */
};
/* Is that state what he wants? */
bool way_there(const struct flow_state *, enum way_to);
/* The keys of state i on the shortest way; "" there is none with a key. */
void way_keys(
    const struct flow *, int i, enum way_to, char keys[sizeof(FLOW_KEYS)]);
/*
 * The next state on it, through a key (*key, else '\0'), a word, an answer or
 * by itself; -1: it cannot be reached from here.
 */
int way_next(const struct flow *, int i, enum way_to, char *key);

#endif
