/* SPDX-License-Identifier: MIT */
#include "daemon/callback_time.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

/* 2026-11-21 12:00:00 UTC, 07:00 in New York */
#define NOW 1795262400000LL

static void
test_forms(void)
{
	static const struct {
		const char *text;
		const char *utc; /* or what is wrong */
	} v[] = {
		{ "now", "2026-11-21T12:00:00.000Z" },
		{ "+2h", "2026-11-21T14:00:00.000Z" },
		{ "2h", "2026-11-21T14:00:00.000Z" },
		{ "+90m", "2026-11-21T13:30:00.000Z" },
		{ "+1d2h3m4s", "2026-11-22T14:03:04.000Z" },
		{ "15:30", "2026-11-21T20:30:00.000Z" },
		{ "7:00", "2026-11-21T12:00:00.000Z" },
		{ "06:59", "2026-11-22T11:59:00.000Z" },
		{ "00:00", "2026-11-22T05:00:00.000Z" },
		{ "2026-11-22 15:30", "2026-11-22T20:30:00.000Z" },
		{ "2026-11-22T15:30", "2026-11-22T20:30:00.000Z" },
		{ "2026-11-22 15:30:10", "2026-11-22T20:30:10.000Z" },
		{ "2026-11-22T15:30Z", "2026-11-22T15:30:00.000Z" },
		{ "2026-11-22T15:30:05-03:00", "2026-11-22T18:30:05.000Z" },
		{ "2026-11-22T15:30+0530", "2026-11-22T10:00:00.000Z" },
		{ "2026-11-22T15:30-06", "2026-11-22T21:30:00.000Z" },
		/* the clocks skip it: at the change */
		{ "2027-03-14 02:30", "2027-03-14T07:00:00.000Z" },
		{ "2027-07-01 09:00", "2027-07-01T13:00:00.000Z" },
		{ "2020-01-01 10:00", "over" },
		{ "2026-11-21 06:00", "over" },
		{ "2028-01-01 10:00", "a year" },
		{ "+400d", "a year" },
		{ "", "expected" },
		{ "soon", "expected" },
		{ "+", "expected" },
		{ "+2", "expected" },
		{ "+2x", "expected" },
		{ "+-2h", "expected" },
		{ "+9999999h", "expected" },
		{ "+999999d1s", "expected" },
		{ "15:3", "expected" },
		{ "15:30:1", "expected" },
		{ "2026-11-22 15:3", "expected" },
		{ "2026-11-22T15:30-03:0", "expected" },
		{ "24:00", "expected" },
		{ "12:60", "expected" },
		{ "12", "expected" },
		{ "12:00 tomorrow", "expected" },
		{ "2026-02-29 12:00", "expected" },
		{ "2026-13-01 12:00", "expected" },
		{ "2026-11-22", "expected" },
		{ "2026-11-22 15:30 -03:00", "expected" },
		{ "2026-11-22T15:30+25:00", "expected" },
		{ "2026-11-22T15:30Zulu", "expected" },
	};
	const struct tz *tz = tz_get("America/New_York");

	for (size_t i = 0; i < nitems(v); i++) {
		int64_t at = 0;
		const char *why = callback_time(v[i].text, tz, NOW, &at);
		char t[32];

		time_iso(at, t);
		ok(why == NULL ? strcmp(t, v[i].utc) == 0
			       : strstr(why, v[i].utc) != NULL,
		    "\"%s\": %s", v[i].text, why != NULL ? why : t);
	}
}

int
main(void)
{
	test_forms();
	return done_testing();
}
