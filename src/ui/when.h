/* SPDX-License-Identifier: MIT */
/*
 * when: instants as an operator reads them, in the engine's zone (the board
 * names it); UTC with a Z where this machine does not know that zone.
 */
#ifndef UI_WHEN_H
#define UI_WHEN_H

#include <stdint.h>

#define WHEN_TEXT 40
/* "14:03:22 -03", the clock of the status line. */
const char *when_clock(const char *zone, int64_t wall_ms, char out[WHEN_TEXT]);
/* "14:03:22" on the day of now_ms, else "Sat 14:03" or "2026-11-21 14:03". */
const char *when_near(
    const char *zone, int64_t wall_ms, int64_t now_ms, char out[WHEN_TEXT]);
/* "Fri 2026-11-20 18:02". */
const char *when_full(const char *zone, int64_t wall_ms, char out[WHEN_TEXT]);
/* Whole seconds from then_ms to now_ms; 0 when that lies ahead. */
int64_t when_since_s(int64_t then_ms, int64_t now_ms);

#endif
