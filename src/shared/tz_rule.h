/* SPDX-License-Identifier: MIT */
/*
 * tz_rule: a zone as its file has it, and the POSIX rule in the file's footer;
 * for tz.c alone, which lends it the calendar.
 */
#ifndef SHARED_TZ_RULE_H
#define SHARED_TZ_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/tz.h"

#define DAY_S      86400
#define OFFSET_MAX (26 * 3600) /* RFC 8536: less than 25 h 59 min 59 s */

/* When clocks change in a year: POSIX Mm.w.d, Jn or n, and the time. */
struct rule {
	char kind; /* 'M', 'J', 'N' */
	int month, week, day;
	int32_t time; /* local seconds since midnight, may be negative */
};
struct zone {
	int64_t *at; /* n instants, ascending */
	int32_t *off; /* offset from each of them on */
	int n;
	int32_t first; /* offset before at[0] */
	bool footer; /* rules below hold from at[n - 1] on */
	bool dst;
	int32_t std_off, dst_off;
	struct rule start, end;
};

/* The text of a footer; false: it is damaged. */
bool tz_rule_parse(struct zone *, const char *);
/* As tz_offset(), for a time after the last of the file. */
int32_t tz_rule_offset(const struct zone *, int64_t t_s, int64_t *until);

/* tz.c: days since 1970 -> year, month, day and weekday of out. */
void tz_civil(int64_t days, struct tz_local *out);
int64_t tz_floor_div(int64_t a, int64_t b);

#endif
