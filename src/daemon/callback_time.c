/* SPDX-License-Identifier: MIT */
/* callback_time: one small reader per form.  Takes nothing that is over. */
#include "daemon/callback_time.h"

#include <string.h>

#include "shared/util.h"

#define DAY_MS     (86400 * MS_PER_S)
#define EXPECTED   "expected 15:30, 2026-11-22 15:30, +2h or now"
#define LATE_MS    (60 * MS_PER_S) /* a minute that has begun is not over */
#define DIGITS_MAX 6
#define SPAN_MS    (999999 * DAY_MS) /* what one unit can say */

/* Digits at *p, at most max of them; -1 if there are none or more. */
static int
digits(const char **p, int max)
{
	int v = 0, n = 0;

	for (; **p >= '0' && **p <= '9'; (*p)++, n++) {
		if (n == max)
			return -1;
		v = v * 10 + (**p - '0');
	}
	return n > 0 ? v : -1;
}

/* What a clock shows behind a colon, "07": -1 unless two digits, 0 to 59. */
static int
sixty(const char **p)
{
	const char *from = *p;
	int v = digits(p, 2);

	return *p - from == 2 && v <= 59 ? v : -1;
}

/* "15:30" or "15:30:00": the minute of the day, -1: it is none. */
static int
clock_of(const char **p, int *second)
{
	int h = digits(p, 2), m;

	*second = 0;
	if (h < 0 || h > 23 || **p != ':')
		return -1;
	(*p)++;
	m = sixty(p);
	if (m < 0)
		return -1;
	if (**p == ':') {
		(*p)++;
		*second = sixty(p);
		if (*second < 0)
			return -1;
	}
	return h * 60 + m;
}

/* "+2h30m": ms, -1: it is none. */
static int64_t
span_of(const char *p)
{
	int64_t ms = 0;

	do {
		int v = digits(&p, DIGITS_MAX);
		int64_t unit = *p == 'd'   ? DAY_MS
			       : *p == 'h' ? 3600 * MS_PER_S
			       : *p == 'm' ? 60 * MS_PER_S
			       : *p == 's' ? MS_PER_S
					   : 0;

		if (v < 0 || unit == 0)
			return -1;
		ms += v * unit;
		if (ms > SPAN_MS)
			return -1;
		p++;
	} while (*p != '\0');
	return ms;
}

/* "Z", "-03:00", "-0300", "-03": seconds east; false: it is none. */
static bool
zone_of(const char *p, int *east)
{
	int sign = *p == '-' ? -1 : 1, h, m = 0;

	*east = 0;
	if (strcmp(p, "Z") == 0 || strcmp(p, "z") == 0)
		return true;
	if (*p != '+' && *p != '-')
		return false;
	p++;
	if (strlen(p) == 4 && strspn(p, "0123456789") == 4) {
		h = (p[0] - '0') * 10 + (p[1] - '0');
		m = (p[2] - '0') * 10 + (p[3] - '0');
		p += 4;
	} else {
		h = digits(&p, 2);
		if (*p == ':') {
			p++;
			m = sixty(&p);
		}
	}
	if (*p != '\0' || h < 0 || h > 14 || m < 0 || m > 59)
		return false;
	*east = sign * (h * 3600 + m * 60);
	return true;
}

/* "2026-11-22": false: there is no such day. */
static bool
date_of(const char **p, int *y, int *m, int *d)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap;

	*y = digits(p, 4);
	if (*y < 1970 || **p != '-')
		return false;
	(*p)++;
	*m = digits(p, 2);
	if (*m < 1 || *m > 12 || **p != '-')
		return false;
	(*p)++;
	*d = digits(p, 2);
	leap = (*y % 4 == 0 && *y % 100 != 0) || *y % 400 == 0;
	return *d >= 1 && *d <= days[*m - 1] + (*m == 2 && leap ? 1 : 0);
}

/* False: it is no such form. */
static bool
dated(const char *p, const struct tz *tz, int64_t *out)
{
	int y, m, d, minute, second, east;

	if (!date_of(&p, &y, &m, &d) || (*p != ' ' && *p != 'T'))
		return false;
	while (*p == ' ' || *p == 'T')
		p++;
	if ((minute = clock_of(&p, &second)) < 0)
		return false;
	if (*p == '\0') {
		*out = tz_begin_ms(tz, y, m, d, minute) + second * MS_PER_S;
		return true;
	}
	if (!zone_of(p, &east))
		return false;
	*out = tz_days(y, m, d) * DAY_MS +
	       (minute * 60LL + second - east) * MS_PER_S;
	return true;
}

/* The next time the clock shows it. */
static bool
today(const char *p, const struct tz *tz, int64_t now_ms, int64_t *out)
{
	int second, minute = clock_of(&p, &second);
	struct tz_local l;

	if (minute < 0 || *p != '\0')
		return false;
	tz_local(tz, now_ms, &l);
	for (int day = 0; day < 2; day++) {
		*out = tz_begin_ms(tz, l.year, l.month, l.day + day, minute) +
		       second * MS_PER_S;
		if (*out > now_ms - LATE_MS)
			return true;
	}
	return true;
}

const char *
callback_time(
    const char *text, const struct tz *tz, int64_t now_ms, int64_t *out)
{
	int64_t at;

	while (*text == ' ')
		text++;
	if (strcmp(text, "now") == 0)
		at = now_ms;
	else if ((at = span_of(text + (*text == '+'))) >= 0)
		at += now_ms;
	else if (*text == '+')
		return EXPECTED;
	else if (!dated(text, tz, &at) && !today(text, tz, now_ms, &at))
		return EXPECTED;
	if (at <= now_ms - LATE_MS)
		return "that time is over";
	if (at > now_ms + CALLBACK_DAYS * DAY_MS)
		return "more than a year ahead";
	*out = at;
	return NULL;
}
