/* SPDX-License-Identifier: MIT */
/*
 * brake: the emergency brake.  Engaged: nothing new leaves.  By hand, at
 * once, with a reason and its time; the sequential test that engages it by
 * itself takes its place beside this state.
 */
#ifndef ENGINE_BRAKE_H
#define ENGINE_BRAKE_H

#include <stdbool.h>
#include <stdint.h>

enum brake_state { BRAKE_RELEASED, BRAKE_ENGAGED };
struct brake {
	enum brake_state state;
	int64_t since_ms;
	char reason[116];
};

void brake_init(struct brake *, int64_t now_ms);
/* Returns false if it was so already. */
bool brake_set(struct brake *, bool on, const char *reason, int64_t now_ms);
const char *brake_word(const struct brake *);

#endif
