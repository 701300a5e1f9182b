/* SPDX-License-Identifier: MIT */
/*
 * verdict: the answer to "is all well?" in one line, worst first.  Pure.
 */
#ifndef UI_VERDICT_H
#define UI_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/board.h"

enum verdict_level { VERDICT_WELL, VERDICT_IDLE, VERDICT_LOOK, VERDICT_BAD };

struct verdict {
	enum verdict_level level;
	int problems;
	char text[768]; /* what is wrong; or what goes on, when all is well */
};

/* age_ms: of the engine's last beat, for STALE; zone: the viewer's. */
void verdict_of(const struct board *, enum board_state, int64_t age_ms,
    const char *zone, struct verdict *out);
/* The brake of the whole engine is engaged, not that of one campaign or trunk.
 */
bool verdict_brake_all(const struct board *);
/* "ALL WELL", "IDLE", "LOOK", "ALARM": translated. */
const char *verdict_word(enum verdict_level);

#endif
