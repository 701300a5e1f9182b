/* SPDX-License-Identifier: MIT */
/* cmd_time: instants as people and panes write them, and as tables show them.
 */
#include <string.h>

#include "daemon/cmd.h"
#include "shared/tz.h"

static const struct tz *
zone_of(const struct daemon *d)
{
	const struct tz *tz = tz_get(d->conf.timezone);

	return tz != NULL ? tz : tz_get("UTC");
}

/* So many digits; -1 if they are none. */
static int
digits(const char *s, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

/* "09:30", ":05" and ".123" behind it; NULL: something else. */
static const char *
clock_of(const char *s, int *minute, int *second)
{
	int h = digits(s, 2), m;

	if (h < 0 || h > 23 || s[2] != ':' || (m = digits(s + 3, 2)) < 0 ||
	    m > 59)
		return NULL;
	*minute = h * 60 + m;
	s += 5;
	if (*s == ':') {
		*second = digits(s + 1, 2);
		if (*second < 0 || *second > 60)
			return NULL;
		s += 3;
		if (*s == '.')
			s += 1 + strspn(s + 1, "0123456789");
	}
	return s;
}

/* "Z", "+02:00", "-03:00": seconds east; false: something else. */
static bool
offset_of(const char *s, int *east)
{
	int h, m;

	*east = 0;
	if (strcmp(s, "Z") == 0)
		return true;
	if ((*s != '+' && *s != '-') || (h = digits(s + 1, 2)) < 0 || h > 23 ||
	    s[3] != ':' || (m = digits(s + 4, 2)) < 0 || m > 59 || s[6] != '\0')
		return false;
	*east = (*s == '+' ? 1 : -1) * (h * 60 + m) * 60;
	return true;
}

bool
cmd_time(const struct daemon *d, const char *s, int64_t *out)
{
	const struct tz *tz = zone_of(d);
	int y, m, day, minute = 0, second = 0, east = 0;

	if (strlen(s) < 10 || (y = digits(s, 4)) < 1970 || s[4] != '-' ||
	    (m = digits(s + 5, 2)) < 1 || m > 12 || s[7] != '-' ||
	    (day = digits(s + 8, 2)) < 1 || day > 31)
		return false;
	s += 10;
	if ((*s == 'T' || *s == ' ') &&
	    (s = clock_of(s + 1, &minute, &second)) == NULL)
		return false;
	if (*s != '\0') {
		if (!offset_of(s, &east))
			return false;
		tz = tz_get("UTC");
	}
	if (tz == NULL)
		return false;
	*out = tz_begin_ms(tz, y, m, day, minute) + (second - east) * MS_PER_S;
	return true;
}

const char *
cmd_clock(const struct daemon *d, int64_t wall_ms, char out[40])
{
	const struct tz *tz = zone_of(d);
	struct tz_local l;

	if (wall_ms == 0 || tz == NULL) {
		str_copy(out, 40, "-");
		return out;
	}
	tz_local(tz, wall_ms, &l);
	str_format(out, 40, "%04d-%02d-%02d %02d:%02d:%02d", l.year, l.month,
	    l.day, l.minute / 60, l.minute % 60, l.second);
	return out;
}

const char *
cmd_stamp(const struct daemon *d, const json_t *iso, char out[40])
{
	const char *s = json_string_value(iso);
	int64_t ms = 0;

	if (s != NULL)
		cmd_time(d, s, &ms);
	return cmd_clock(d, ms, out);
}
