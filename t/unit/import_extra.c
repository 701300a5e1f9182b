/* SPDX-License-Identifier: MIT */
/*
 * import_extra: times to call in every form that is taken, and those that are
 * not; the state in a contact's zones; titles of further columns.
 */
#include "jobs/import_extra.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

static void
test_times(void)
{
	static const struct {
		const char *text, *zone;
		bool good;
		const char *at; /* "": none */
	} c[] = {
		{ "2026-11-21 15:30", "America/New_York", true,
		    "2026-11-21T20:30:00" },
		{ "2026-11-21T15:30", "America/Mexico_City", true,
		    "2026-11-21T21:30:00" },
		{ "  2026-11-21 15:30:05 ", "UTC", true,
		    "2026-11-21T15:30:05" },
		{ "2026-11-21T15:30:05.999Z", "America/New_York", true,
		    "2026-11-21T15:30:05" },
		{ "2026-11-21t15:30z", NULL, true, "2026-11-21T15:30:00" },
		{ "2026-11-21 15:30 -05:00", NULL, true,
		    "2026-11-21T20:30:00" },
		{ "2026-11-21T00:30:00+0530", NULL, true,
		    "2026-11-20T19:00:00" },
		{ "2026-11-21T00:30+01", NULL, true, "2026-11-20T23:30:00" },
		{ "2028-02-29 10:00", "UTC", true, "2028-02-29T10:00:00" },
		{ "2026-12-31 23:59", "America/New_York", true,
		    "2027-01-01T04:59:00" },
		/* skipped by the change of clocks; shown twice */
		{ "2026-03-08 02:30", "America/New_York", true,
		    "2026-03-08T07:00:00" },
		{ "2026-11-01 01:30", "America/New_York", true,
		    "2026-11-01T05:30:00" },
		{ "2026-11-21 15:30", NULL, true, "" },
		{ "2026-11-21", "UTC", false, "" },
		{ "2026-11-21 1530", "UTC", false, "" },
		{ "2026-11-21 15:30 p.m.", "UTC", false, "" },
		{ "21/11/2026 15:30", "UTC", false, "" },
		{ "2026-02-29 10:00", "UTC", false, "" },
		{ "2026-04-31 10:00", "UTC", false, "" },
		{ "2026-12-32 10:00", "UTC", false, "" },
		{ "2026-00-10 10:00", "UTC", false, "" },
		{ "2026-13-10 10:00", "UTC", false, "" },
		{ "2026-11-00 10:00", "UTC", false, "" },
		{ "1999-11-21 10:00", "UTC", false, "" },
		{ "2100-11-21 10:00", "UTC", false, "" },
		{ "2026-11-21 24:00", "UTC", false, "" },
		{ "2026-11-21 10:60", "UTC", false, "" },
		{ "2026-11-21 10:00:60", "UTC", false, "" },
		{ "2026-11-21 10:00+19:00", "UTC", false, "" },
		{ "2026-11-21 10:00+1", "UTC", false, "" },
		{ "2026-11-21 10:00+01:00:00", "UTC", false, "" },
		{ "2026-11-21 10:00 and a lot of other words", "UTC", false,
		    "" },
		{ "tomorrow", "UTC", false, "" },
		{ "", "UTC", false, "" },
	};

	for (size_t i = 0; i < nitems(c); i++) {
		int64_t ms = -1;
		char at[32];
		bool good = import_time(c[i].text,
		    c[i].zone != NULL ? tz_get(c[i].zone) : NULL, &ms);

		time_iso(ms, at);
		ok(good == c[i].good &&
			strncmp(at, c[i].at, strlen(c[i].at)) == 0 &&
			(*c[i].at != '\0' || ms == 0),
		    "\"%s\": %s", c[i].text, good ? at : "no time");
	}
}

static void
test_zones(void)
{
	struct import_country usa = { "usa", "US", { 0 }, { 0 } };
	struct number n;
	const char *bad;
	char zone[MODEL_ZONE];

	law_states(&usa.states, "FL 08:00-20:00", &bad);
	law_holidays(&usa.holidays, "12-25 ME:01-02", &bad);
	number_parse("+13055550101", NULL, &n);
	import_zone(&usa, &n, zone);
	ok(strcmp(zone, "America/New_York,US-FL") == 0, "hours: %s", zone);
	number_parse("+12075550101", NULL, &n);
	import_zone(&usa, &n, zone);
	ok(strcmp(zone, "America/New_York,US-ME") == 0, "holidays: %s", zone);
	number_parse("+12125550101", NULL, &n);
	import_zone(&usa, &n, zone);
	ok(strcmp(zone, "America/New_York") == 0, "no rules: %s", zone);
	number_parse("+18005550101", NULL, &n);
	import_zone(&usa, &n, zone);
	ok(zone[0] == '\0', "no zones, no state");
}

static void
test_titles(void)
{
	static const struct {
		const char *titles, *want; /* columns of alternates */
		int number;
	} c[] = {
		{ "phone,name,phone2,phone3", "2 3 ", 0 },
		{ "phone3,phone2,phone1", "1 0 ", 2 },
		{ "tel,alt2,Alt 1,alt_9", "2 1 3 ", 0 },
		{ "Tel\xc3\xa9"
		  "fono,Tel\xc3\xa9"
		  "fono 2,celular2",
		    "1 2 ", 0 },
		{ "phone,phone10,altura,phone0,alternate", "", 0 },
		{ "phone2,city", "", 0 }, /* the only one: it is dialled */
		{ "phone,alt1,alt2,alt3,alt4,alt5,alt6,alt7,alt8,alt9,phone9",
		    "1 2 3 4 5 6 7 8 9 ", 0 },
	};

	for (size_t i = 0; i < nitems(c); i++) {
		struct buf list = BUF_INIT, err = BUF_INIT;
		struct layout l;
		char got[64] = "";

		buf_fmt(&list, "%s\n+12125550101,+12125550102,+12125550103\n",
		    c[i].titles);
		layout_find(&l, list.p, list.len, true, false, ',', NULL, &err);
		for (int k = 0; k < l.nalternates; k++)
			str_format(got + strlen(got), sizeof(got) - strlen(got),
			    "%d ", l.alternate[k]);
		ok(strcmp(got, c[i].want) == 0 &&
			l.role[LAYOUT_NUMBER] == c[i].number,
		    "%s: %s", c[i].titles, got);
		layout_clear(&l);
		buf_clear(&list);
		buf_clear(&err);
	}
}

int
main(void)
{
	test_times();
	test_zones();
	test_titles();
	return done_testing();
}
