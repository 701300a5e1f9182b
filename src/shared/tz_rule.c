/* SPDX-License-Identifier: MIT */
/*
 * tz_rule: the POSIX rule that holds after the last change a TZif file lists:
 * std offset [dst [offset] [,start[/time],end[/time]]].  Takes no footer that
 * is not of that grammar, and no offset beyond RFC 8536.
 */
#include "shared/tz_rule.h"

#include <stdlib.h>

static bool
foot_int(const char **s, int lo, int hi, int *out)
{
	const char *p = *s;
	int v = 0;

	while (*p >= '0' && *p <= '9' && p - *s < 4)
		v = v * 10 + *p++ - '0';
	if (p == *s || v < lo || v > hi)
		return false;
	*s = p;
	*out = v;
	return true;
}

/* [+-]hh[:mm[:ss]] -> seconds */
static bool
foot_time(const char **s, int32_t *out)
{
	int sign = 1, h, m = 0, sec = 0;

	if (**s == '+' || **s == '-')
		sign = *(*s)++ == '-' ? -1 : 1;
	if (!foot_int(s, 0, 167, &h))
		return false;
	if (**s == ':') {
		(*s)++;
		if (!foot_int(s, 0, 59, &m))
			return false;
		if (**s == ':') {
			(*s)++;
			if (!foot_int(s, 0, 59, &sec))
				return false;
		}
	}
	*out = sign * (h * 3600 + m * 60 + sec);
	return true;
}

static bool
foot_name(const char **s)
{
	const char *p = *s;

	if (*p == '<') {
		while (*p != '\0' && *p != '>')
			p++;
		if (*p != '>')
			return false;
		p++;
	} else
		while ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z'))
			p++;
	if (p - *s < 3)
		return false;
	*s = p;
	return true;
}

static bool
foot_rule(const char **s, struct rule *r)
{
	bool good;

	if (*(*s)++ != ',')
		return false;
	r->time = 2 * 3600;
	r->kind = **s == 'M' || **s == 'J' ? *(*s)++ : 'N';
	if (r->kind == 'M')
		good = foot_int(s, 1, 12, &r->month) && *(*s)++ == '.' &&
		       foot_int(s, 1, 5, &r->week) && *(*s)++ == '.' &&
		       foot_int(s, 0, 6, &r->day);
	else
		good = foot_int(s, r->kind == 'J', 365, &r->day);
	if (good && **s == '/') {
		(*s)++;
		good = foot_time(s, &r->time);
	}
	return good;
}

bool
tz_rule_parse(struct zone *z, const char *s)
{
	int32_t west;

	if (!foot_name(&s) || !foot_time(&s, &west))
		return false;
	z->std_off = -west;
	z->dst = *s != '\0';
	if (z->dst) {
		if (!foot_name(&s))
			return false;
		z->dst_off = z->std_off + 3600;
		if (*s != ',') {
			if (!foot_time(&s, &west))
				return false;
			z->dst_off = -west;
		}
		if (!foot_rule(&s, &z->start) || !foot_rule(&s, &z->end))
			return false;
	}
	z->footer = *s == '\0' && abs(z->std_off) < OFFSET_MAX &&
		    abs(z->dst_off) < OFFSET_MAX;
	return z->footer;
}

/* Local seconds since 1970 at which a rule strikes in year. */
static int64_t
rule_when(const struct rule *r, int year)
{
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	int64_t d, next;
	int wd;

	if (r->kind == 'M') {
		d = tz_days(year, r->month, 1);
		next = r->month == 12 ? tz_days(year + 1, 1, 1)
				      : tz_days(year, r->month + 1, 1);
		wd = (int)(((d + 4) % 7 + 7) % 7);
		d += (r->day - wd + 7) % 7 + 7 * (r->week - 1);
		if (d >= next) /* week 5: the last one */
			d -= 7;
	} else {
		d = tz_days(year, 1, 1) + r->day;
		if (r->kind == 'J') /* 1..365, never counts 29 February */
			d -= !(leap && r->day >= 60);
	}
	return d * DAY_S + r->time;
}

int32_t
tz_rule_offset(const struct zone *z, int64_t t, int64_t *until)
{
	int64_t last = INT64_MIN, next = INT64_MAX, a, b;
	int32_t off = z->std_off;
	struct tz_local l;

	*until = INT64_MAX;
	if (!z->dst)
		return off;
	tz_civil(tz_floor_div(t + z->std_off, DAY_S), &l);
	for (int y = l.year - 1; y <= l.year + 1; y++) {
		a = rule_when(&z->start, y) - z->std_off;
		b = rule_when(&z->end, y) - z->dst_off;
		if (a <= t && a >= last) {
			last = a;
			off = z->dst_off;
		}
		if (b <= t && b > last) {
			last = b;
			off = z->std_off;
		}
		if (a > t && a < next)
			next = a;
		if (b > t && b < next)
			next = b;
	}
	*until = next;
	return off;
}
