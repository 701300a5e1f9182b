/* SPDX-License-Identifier: MIT */
/*
 * alert: conditions that a person should know of, each once: raised when it
 * begins, ended when it ends, kept for the history.
 */
#ifndef ENGINE_ALERT_H
#define ENGINE_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/board.h"

#define ALERTS_MAX BOARD_ALERTS
struct alerts {
	struct board_alert v[ALERTS_MAX]; /* newest first */
	char object[ALERTS_MAX][64];
	uint32_t n;
};
/*
 * State of one condition (rule, object) at wall time now_ms.  Returns true
 * when that is news.  message is kept up to date while it lasts.
 */
bool alert_set(struct alerts *, const char *rule, const char *object,
    const char *severity, bool on, const char *message, int64_t now_ms);

#endif
