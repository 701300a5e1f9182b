/* SPDX-License-Identifier: MIT */
/*
 * attempt: what becomes of the contact when a call has ended: never again,
 * or after a pause, and when the attempts are used up.
 */
#ifndef ENGINE_ATTEMPT_H
#define ENGINE_ATTEMPT_H

#include <stdint.h>

#include "shared/model.h"

struct attempt_next {
	const char *state; /* contact.state: pending done exhausted dnc */
	int64_t due_ms; /* pending only */
};
/* attempt: how many attempts count, the one that ended included; from 1. */
struct attempt_next attempt_after(
    const struct m_campaign *, int attempt, enum disposition, int64_t now_ms);

#endif
