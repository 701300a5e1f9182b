/* SPDX-License-Identifier: MIT */
/* when: local time to text.  Zones come from shared/tz. */
#include "ui/when.h"

#include "shared/text.h"
#include "shared/tz.h"
#include "shared/util.h"

/* False: the zone is unknown here, *l is UTC. */
static bool
local(const char *zone, int64_t ms, struct tz_local *l)
{
	const struct tz *tz = zone[0] != '\0' ? tz_get(zone) : NULL;
	time_t t = (time_t)(ms / MS_PER_S);
	struct tm tm;

	if (tz != NULL) {
		tz_local(tz, ms, l);
		return true;
	}
	gmtime_r(&t, &tm);
	*l = (struct tz_local){ .year = tm.tm_year + 1900,
		.month = tm.tm_mon + 1,
		.day = tm.tm_mday,
		.weekday = tm.tm_wday,
		.minute = tm.tm_hour * 60 + tm.tm_min,
		.second = tm.tm_sec };
	return false;
}

const char *
when_clock(const char *zone, int64_t ms, char out[WHEN_TEXT])
{
	struct tz_local l;
	bool known = local(zone, ms, &l);
	int off = l.offset / 60, o = off < 0 ? -off : off;

	if (!known)
		str_format(out, WHEN_TEXT, "%02d:%02d:%02dZ", l.minute / 60,
		    l.minute % 60, l.second);
	else if (o % 60 != 0)
		str_format(out, WHEN_TEXT, "%02d:%02d:%02d %c%02d:%02d",
		    l.minute / 60, l.minute % 60, l.second, off < 0 ? '-' : '+',
		    o / 60, o % 60);
	else
		str_format(out, WHEN_TEXT, "%02d:%02d:%02d %c%02d",
		    l.minute / 60, l.minute % 60, l.second, off < 0 ? '-' : '+',
		    o / 60);
	return out;
}

static const char *const days[] = { N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"),
	N_("Thu"), N_("Fri"), N_("Sat") };

const char *
when_full(const char *zone, int64_t ms, char out[WHEN_TEXT])
{
	struct tz_local l;
	const char *z = local(zone, ms, &l) ? "" : "Z";

	str_format(out, WHEN_TEXT, "%s %04d-%02d-%02d %02d:%02d%s",
	    _(days[l.weekday]), l.year, l.month, l.day, l.minute / 60,
	    l.minute % 60, z);
	return out;
}

const char *
when_near(const char *zone, int64_t ms, int64_t now_ms, char out[WHEN_TEXT])
{
	struct tz_local l, n;
	const char *z = local(zone, ms, &l) ? "" : "Z";
	/* unsigned: the times may be any */
	uint64_t dist = ms > now_ms ? (uint64_t)ms - (uint64_t)now_ms
				    : (uint64_t)now_ms - (uint64_t)ms;

	local(zone, now_ms, &n);
	if (l.year == n.year && l.month == n.month && l.day == n.day)
		str_format(out, WHEN_TEXT, "%02d:%02d:%02d%s", l.minute / 60,
		    l.minute % 60, l.second, z);
	else if (dist < 6 * 86400 * MS_PER_S)
		str_format(out, WHEN_TEXT, "%s %02d:%02d%s", _(days[l.weekday]),
		    l.minute / 60, l.minute % 60, z);
	else
		str_format(out, WHEN_TEXT, "%04d-%02d-%02d %02d:%02d%s", l.year,
		    l.month, l.day, l.minute / 60, l.minute % 60, z);
	return out;
}

int64_t
when_since_s(int64_t then_ms, int64_t now_ms)
{
	int64_t ms;

	if (__builtin_sub_overflow(now_ms, then_ms, &ms))
		return 0;
	return MAXIMUM(ms, 0) / MS_PER_S;
}
