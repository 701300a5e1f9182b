/* SPDX-License-Identifier: MIT */
/*
 * context_check: what is wrong with a DTMF context, and what will be regretted.
 * Looks at the object and its flow alone: whether a sound is on the switch it
 * cannot know.
 */
#ifndef UI_CONTEXT_CHECK_H
#define UI_CONTEXT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/flow.h"

#define CONTEXT_PROBLEMS 12

struct context_problem {
	bool error; /* the engine would not take it; else a warning */
	char text[280]; /* translated; what, and what to do */
};
/*
 * object: as `show context` has it; f: its flow, or NULL and why there is none
 * ("" the object is no context).  Fills at most CONTEXT_PROBLEMS, errors
 * first; returns how many.
 */
size_t context_check(const json_t *object, const struct flow *f,
    const char *why, struct context_problem *out);

#endif
