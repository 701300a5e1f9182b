/* SPDX-License-Identifier: MIT */
/*
 * call_steps: the way of one call in words.  Steps are what the row knows;
 * what it has no time of (which second the key was pressed) gets none.
 */
#ifndef UI_CALL_STEPS_H
#define UI_CALL_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/rows.h"

enum call_lane { LANE_ENGINE, LANE_SWITCH, LANE_FAR };

struct call_step {
	int64_t at_ms; /* wall; 0: not known, some time before the next */
	uint8_t from, to; /* enum call_lane; alike: it happens there */
	uint8_t role; /* of the text */
	char what[240];
};
#define CALL_STEPS 16

/* What is known of a call, in the order of time; at most CALL_STEPS. */
size_t call_steps(const struct row_call *, struct call_step out[CALL_STEPS]);
/* One call as `call list NUMBER` has it; false: it is none. */
bool call_from_json(const json_t *, struct row_call *out);
/* Name of a Q.850 cause ("" not known), role of a disposition. */
const char *call_cause_name(int q850);
uint8_t call_end_role(const char *disposition);

#endif
