/* SPDX-License-Identifier: MIT */
/*
 * law: calling hours as data: the texts of a country's holidays and states
 * (shared/tbl_spec.h) -> something that can be asked for one local day.  Pure;
 * knows calendars, no clocks and no zones.
 *
 * holidays: tokens separated by blanks or commas:
 *   12-25        every year           2026-04-03   that day only
 *   easter-2     days from Easter Sunday (Gregorian), "easter+60", "easter"
 *   01-06>mon    moved to the Monday on or after it (also after easter+n)
 *   3mon01       third Monday of January; 4thu11; -1mon05 (the last one)
 *   BC:1mon08    in that state alone (before any of the above)
 * states: rules separated by ';', each "CODE [days] FROM-TO" or "CODE [days]
 *   none"; without days: every day.  Several rules of one state add up; the
 *   later one holds for the days it names.  A state's hours only ever narrow
 *   its country's.  "FL 08:00-20:00; TX sun 12:00-21:00; PA sun none"
 */
#ifndef SHARED_LAW_H
#define SHARED_LAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Minutes of the day [from, to) per weekday, 0 = Sunday; from = to: closed. */
struct hours {
	int16_t from[7], to[7];
};

struct law_holidays {
	int n;
	struct law_day {
		uint8_t kind, month, day, weekday; /* law.c's own */
		int16_t year, offset;
		bool monday;
		char state[4]; /* "": in the whole country */
	} v[64];
};
#define LAW_STATES 60
struct law_states {
	int n;
	struct {
		char code[4];
		struct hours h; /* 0..1440 where it says nothing */
	} v[LAW_STATES];
};
/*
 * False and *bad = where in the text the mistake begins; then nothing is in
 * it.  "" is no day and no state.
 */
bool law_holidays(struct law_holidays *, const char *text, const char **bad);
bool law_states(struct law_states *, const char *text, const char **bad);
/* In the whole country; year 1583..9999, month 1..12, day 1..31. */
bool law_is_holiday(const struct law_holidays *, int year, int month, int day);
/* There, in the whole country or in that state alone; NULL: in any state. */
bool law_is_holiday_in(const struct law_holidays *, const char *code, int year,
    int month, int day);
/* NULL: nothing special there. */
const struct hours *law_state(const struct law_states *, const char *code);
/* Has it rules of its own: hours or holidays? */
bool law_names(
    const struct law_states *, const struct law_holidays *, const char *code);

#endif
