/* SPDX-License-Identifier: MIT */
/* callback_time: when somebody wants to be called, as people write it.  Pure.
 */
#ifndef DAEMON_CALLBACK_TIME_H
#define DAEMON_CALLBACK_TIME_H

#include <stdint.h>

#include "shared/tz.h"

#define CALLBACK_DAYS 366 /* ahead, at most */

/*
 *	now
 *	+2h, 2h, +90m, +1d, +1h30m	from now
 *	15:30				the next time it is that in the zone
 *	2026-11-22 15:30		in the zone; also with T between
 *	2026-11-22T15:30-03:00		with a zone: Z, +HH:MM, +HHMM, +HH
 * Seconds (:SS) may follow the minutes.  In the zone where the clocks skip
 * that time: the instant of the change.  NULL and *out, or what is wrong.
 */
const char *callback_time(
    const char *text, const struct tz *, int64_t now_ms, int64_t *out);

#endif
