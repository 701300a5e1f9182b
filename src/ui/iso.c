/* SPDX-License-Identifier: MIT */
/* iso: exact forms only; what is odd is no time. */
#include "ui/iso.h"

#include <stdbool.h>
#include <string.h>

#include "shared/tz.h"
#include "shared/util.h"

/* n digits at *p; -1: they are not there. */
static int
digits(const char **p, int n)
{
	int v = 0;

	for (; n > 0; n--, (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		v = v * 10 + (**p - '0');
	}
	return v;
}

/* "Z", "", "+03", "-0330", "+05:30" -> minutes east. */
static bool
zone(const char *s, int *minutes)
{
	int sign = *s == '-' ? -1 : 1, h, m = 0;

	*minutes = 0;
	if (*s == '\0' || strcmp(s, "Z") == 0)
		return true;
	if (*s != '+' && *s != '-')
		return false;
	s++;
	h = digits(&s, 2);
	if (h >= 0 && *s == ':')
		s++;
	if (h >= 0 && *s != '\0')
		m = digits(&s, 2);
	*minutes = sign * (h * 60 + m);
	return h >= 0 && h < 24 && m >= 0 && m < 60 && *s == '\0';
}

int64_t
iso_parse(const char *s)
{
	static const char between[5][3] = { "-", "-", "T ", ":", ":" };
	int part[6], scale = 100, east;
	int64_t ms = 0;

	if (s == NULL)
		return 0;
	for (int i = 0; i < 6; i++) {
		part[i] = digits(&s, i == 0 ? 4 : 2);
		if (part[i] < 0 ||
		    (i < 5 && (*s == '\0' || strchr(between[i], *s) == NULL)))
			return 0;
		s += i < 5;
	}
	/* 60: a leap second */
	if (part[1] < 1 || part[1] > 12 || part[2] < 1 || part[2] > 31 ||
	    part[3] > 23 || part[4] > 59 || part[5] > 60)
		return 0;
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++, scale /= 10)
			ms += (*s - '0') * scale;
	if (!zone(s, &east))
		return 0;
	return ((tz_days(part[0], part[1], part[2]) * 24 + part[3]) * 60 +
		   part[4] - east) *
		   60 * MS_PER_S +
	       part[5] * MS_PER_S + ms;
}

int64_t
iso_of(const json_t *object, const char *key)
{
	return iso_parse(json_string_value(json_object_get(object, key)));
}
