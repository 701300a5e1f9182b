/* SPDX-License-Identifier: MIT */
/*
 * tz: local time in any zone, from the system's TZif files (RFC 8536).
 *
 * libc can only do one zone per process (setenv, tzset) and is 500 times
 * slower.  Zones are read once and kept; after that all functions that take a
 * time are pure.  Nothing is compiled in: governments change clocks at short
 * notice, so call tz_reload_if_changed() about once an hour.
 */
#ifndef SHARED_TZ_H
#define SHARED_TZ_H

#include <stdbool.h>
#include <stdint.h>

#define TZ_NAME    64 /* with the NUL */
#define TZ_SET_MAX 32

struct tz;

/*
 * The zone of that name ("America/Chicago") from TZDIR or
 * /usr/share/zoneinfo; NULL if there is none, or the name or the file is
 * damaged.  The pointer stays valid for ever, also over a reload.
 */
const struct tz *tz_get(const char *name);
const char *tz_name(const struct tz *);
/*
 * Read again what has changed on disk: a file that was replaced or written (by
 * its times, size and inode); how many zones did.  A zone whose file is gone
 * or damaged keeps what it had.  One stat per known zone, about 1 us each: may
 * be called every minute.
 */
int tz_reload_if_changed(void);

/*
 * Seconds east of UTC at t_s (seconds since 1970 UTC).  *until, if not NULL:
 * the first instant at which that may change (INT64_MAX: never).
 */
int32_t tz_offset(const struct tz *, int64_t t_s, int64_t *until);

/* The zones a number may lie in. */
struct tz_set {
	int n; /* 0: unknown */
	const struct tz *v[TZ_SET_MAX];
};
/*
 * "A,B,C" -> handles.  False, and an empty set, if the text is empty, one of
 * the zones is unknown here, or there are too many: treat as unknown, never
 * as "any".
 */
bool tz_set_parse(struct tz_set *, const char *zones);

struct tz_local {
	int year, month, day; /* 2026, 1..12, 1..31 */
	int weekday; /* 0 = Sunday */
	int minute; /* of the day, 0..1439 */
	int second; /* of the minute */
	int32_t offset; /* seconds east of UTC */
};
/* What the clock on the wall shows at t_ms (milliseconds since 1970 UTC). */
void tz_local(const struct tz *, int64_t t_ms, struct tz_local *out);
/* "2026-11-21" */
void tz_date(const struct tz_local *, char out[16]);
/* Year, month 1..12, day -> days since 1970-01-01 (Gregorian). */
int64_t tz_days(int year, int month, int day);
/*
 * The first instant, in ms since 1970 UTC, at which the local clock shows that
 * date and minute of the day or later.  Skipped by a change of clocks: the
 * instant of the change.  Shown twice: the first time.  day may lie outside
 * its month (day + 1 is tomorrow).
 */
int64_t tz_begin_ms(
    const struct tz *, int year, int month, int day, int minute);

#endif
