/* SPDX-License-Identifier: MIT */
/*
 * law: the two small languages of tbl_spec.h, holidays and states.  It
 * refuses what it does not understand, with the place, and guesses nothing: a
 * holiday that was misread is a call that was not allowed.
 */
#include "shared/law.h"

#include <string.h>

#include "shared/spec.h"
#include "shared/tz.h"
#include "shared/util.h"

#define BLANKS   " \t\r\n"
#define DAY_ENDS BLANKS ","
#define WORD_MAX 24
#define YEAR_MIN 1583 /* the first whole Gregorian year */
#define YEAR_MAX 9999
/* So far from Easter it is the same year, whenever Easter is. */
#define EASTER_LO (-80)
#define EASTER_HI 250

enum { KIND_DATE, KIND_EASTER, KIND_WEEKDAY };

/* Days since 1970; Meeus/Jones/Butcher, Astronomical Algorithms (1991). */
static int64_t
easter(int y)
{
	int a = y % 19, b = y / 100, c = y % 100;
	int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
	int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;

	return tz_days(y, f / 31, f % 31 + 1);
}

/* 0 = Sunday; 1970-01-01 was a Thursday. */
static int
weekday(int64_t days)
{
	return (int)(((days + 4) % 7 + 7) % 7);
}

static int
month_length(int year, int month)
{
	return month == 12 ? 31
			   : (int)(tz_days(year, month + 1, 1) -
				   tz_days(year, month, 1));
}

/* Digits only, exactly len of them, in [lo, hi]. */
static bool
digits(const char *s, size_t len, int lo, int hi, int *out)
{
	int v = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + s[i] - '0';
	}
	*out = v;
	return len > 0 && v >= lo && v <= hi;
}

/* Length of a state's code at s, 0: none. */
static size_t
code_length(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	return n <= 3 ? n : 0;
}

/* MM-DD at s; the last day of February counts as there in every year. */
static bool
month_day(const char *s, int year, int *month, int *day)
{
	return s[2] == '-' && digits(s, 2, 1, 12, month) &&
	       digits(s + 3, 2, 1, month_length(year, *month), day);
}

/* One day without its state and its ">mon". */
static bool
parse_day(const char *w, struct law_day *h)
{
	static const char names[] = "sunmontuewedthufrisat";
	int year = 2000, month = 0, day = 0, n = 0, sign;
	size_t len = strlen(w);

	if (len == 5 && month_day(w, year, &month, &day)) {
		h->kind = KIND_DATE;
	} else if (len == 10 && w[4] == '-' &&
		   digits(w, 4, YEAR_MIN, YEAR_MAX, &year) &&
		   month_day(w + 5, year, &month, &day)) {
		h->kind = KIND_DATE;
		h->year = (int16_t)year;
	} else if (strncmp(w, "easter", 6) == 0) {
		h->kind = KIND_EASTER;
		if (len > 6 && (len > 10 || (w[6] != '+' && w[6] != '-') ||
				   !digits(w + 7, len - 7, 0, 999, &n)))
			return false;
		n = w[6] == '-' ? -n : n;
		h->offset = (int16_t)n;
		return n >= EASTER_LO && n <= EASTER_HI;
	} else {
		sign = *w == '-' ? -1 : 1;
		w += sign < 0;
		if (strlen(w) != 6 || h->monday || !digits(w, 1, 1, 5, &n) ||
		    !digits(w + 4, 2, 1, 12, &month))
			return false;
		h->kind = KIND_WEEKDAY;
		h->offset = (int16_t)(sign * n);
		while (day < 7 && strncmp(names + 3 * day, w + 1, 3) != 0)
			day++;
		h->weekday = (uint8_t)day;
		h->month = (uint8_t)month;
		return day < 7;
	}
	h->month = (uint8_t)month;
	h->day = (uint8_t)day;
	return true;
}

static bool
parse_holiday(const char *s, size_t len, struct law_day *h)
{
	char w[WORD_MAX];
	size_t n;

	memset(h, 0, sizeof(*h));
	n = code_length(s);
	if (n > 0 && s[n] == ':') {
		memcpy(h->state, s, n);
		s += n + 1;
		len -= n + 1;
	}
	if (len >= sizeof(w))
		return false;
	memcpy(w, s, len);
	w[len] = '\0';
	if (len > 4 && strcmp(w + len - 4, ">mon") == 0) {
		h->monday = true;
		w[len - 4] = '\0';
	}
	return parse_day(w, h);
}

bool
law_holidays(struct law_holidays *l, const char *text, const char **bad)
{
	const char *s = text + strspn(text, DAY_ENDS);

	memset(l, 0, sizeof(*l));
	while (*s != '\0') {
		size_t len = strcspn(s, DAY_ENDS);

		if (l->n == (int)nitems(l->v) ||
		    !parse_holiday(s, len, &l->v[l->n])) {
			*bad = s;
			memset(l, 0, sizeof(*l));
			return false;
		}
		l->n++;
		s += len;
		s += strspn(s, DAY_ENDS);
	}
	return true;
}

static int64_t
to_monday(int64_t days)
{
	return days + (8 - weekday(days)) % 7;
}

/* The nth weekday of a month, negative: from its end; outside it: none. */
static bool
is_nth(const struct law_day *h, int year, int month, int day, int64_t days)
{
	int last;

	if (h->month != month || weekday(days) != h->weekday)
		return false;
	last = month_length(year, month);
	return h->offset > 0 ? (day - 1) / 7 + 1 == h->offset
			     : (last - day) / 7 + 1 == -h->offset;
}

/* Does the holiday of year y, moved or not, fall on days? */
static bool
is_date(const struct law_day *h, int y, int64_t days)
{
	int64_t d;

	if ((h->year != 0 && h->year != y) ||
	    (h->month == 2 && h->day == 29 && month_length(y, 2) < 29))
		return false;
	d = tz_days(y, h->month, h->day);
	return (h->monday ? to_monday(d) : d) == days;
}

static bool
falls_on(const struct law_day *h, int year, int month, int day, int64_t days)
{
	int64_t d;

	switch (h->kind) {
	case KIND_DATE:
		if (!h->monday)
			return h->month == month && h->day == day &&
			       (h->year == 0 || h->year == year);
		/* The Monday after a 31 December is in the next year. */
		return is_date(h, year, days) ||
		       (month == 1 && is_date(h, year - 1, days));
	case KIND_EASTER:
		d = easter(year) + h->offset;
		return (h->monday ? to_monday(d) : d) == days;
	case KIND_WEEKDAY:
		return is_nth(h, year, month, day, days);
	}
	return false;
}

bool
law_is_holiday(const struct law_holidays *l, int year, int month, int day)
{
	return law_is_holiday_in(l, "", year, month, day);
}

bool
law_is_holiday_in(const struct law_holidays *l, const char *code, int year,
    int month, int day)
{
	int64_t days = tz_days(year, month, day);

	for (int i = 0; i < l->n; i++) {
		const struct law_day *h = &l->v[i];

		if (h->state[0] != '\0' && code != NULL &&
		    strcmp(h->state, code) != 0)
			continue;
		if (falls_on(h, year, month, day, days))
			return true;
	}
	return false;
}

/* The next word before ';' or the end; false: there is none. */
static bool
next_word(const char **s, const char **at, char w[64])
{
	size_t n;

	*s += strspn(*s, BLANKS);
	*at = *s;
	n = strcspn(*s, BLANKS ";");
	if (n == 0 || n >= 64)
		return false;
	memcpy(w, *s, n);
	w[n] = '\0';
	*s += n;
	return true;
}

/* The state of that code, made open all week if it is new; NULL: full. */
static struct hours *
state_hours(struct law_states *l, const char *code)
{
	struct hours *h;

	for (int i = 0; i < l->n; i++)
		if (strcmp(l->v[i].code, code) == 0)
			return &l->v[i].h;
	if (l->n == LAW_STATES)
		return NULL;
	str_copy(l->v[l->n].code, sizeof(l->v[l->n].code), code);
	h = &l->v[l->n++].h;
	for (int d = 0; d < 7; d++)
		h->to[d] = 1440;
	return h;
}

/* One rule from *s to its ';'; false: *s is where the mistake begins. */
static bool
parse_rule(struct law_states *l, const char **s)
{
	int from = 0, to = 0, mask = 127, kind;
	char code[64], w[64], more[64];
	const char *at, *span, *rest;
	struct hours *h;

	if (!next_word(s, &at, code) || code_length(code) != strlen(code) ||
	    (h = state_hours(l, code)) == NULL) {
		*s = at;
		return false;
	}
	if (!next_word(s, &span, w)) {
		*s = span;
		return false;
	}
	if (next_word(s, &rest, more)) {
		mask = spec_days(w);
		if (mask <= 0) {
			*s = span;
			return false;
		}
		memcpy(w, more, sizeof(w));
		span = rest;
	}
	kind = spec_span(w, &from, &to);
	if (kind != 1 && kind != 2) {
		*s = span;
		return false;
	}
	for (int d = 0; d < 7; d++)
		if ((mask >> d & 1) != 0) {
			h->from[d] = (int16_t)(kind == 2 ? from : 0);
			h->to[d] = (int16_t)(kind == 2 ? to : 0);
		}
	*s += strspn(*s, BLANKS);
	return **s == ';' || **s == '\0';
}

bool
law_states(struct law_states *l, const char *text, const char **bad)
{
	const char *s = text;

	memset(l, 0, sizeof(*l));
	for (;;) {
		s += strspn(s, BLANKS ";");
		if (*s == '\0')
			return true;
		if (!parse_rule(l, &s)) {
			*bad = s;
			memset(l, 0, sizeof(*l));
			return false;
		}
	}
}

const struct hours *
law_state(const struct law_states *l, const char *code)
{
	for (int i = 0; i < l->n; i++)
		if (strcmp(l->v[i].code, code) == 0)
			return &l->v[i].h;
	return NULL;
}

bool
law_names(
    const struct law_states *s, const struct law_holidays *h, const char *code)
{
	if (*code == '\0')
		return false;
	for (int i = 0; i < h->n; i++)
		if (strcmp(h->v[i].state, code) == 0)
			return true;
	return law_state(s, code) != NULL;
}
