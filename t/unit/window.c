/* SPDX-License-Identifier: MIT */
/*
 * Calling hours: weekdays, other hours at the week's end, several zones, half
 * hours, clock changes, holidays, states, the ring included; and the law table
 * as it is shipped.  prop_window.c is about any hours.
 */
#include "engine/window.h"

#include <string.h>

#include "shared/buf.h"
#include "shared/spec.h"
#include "shared/util.h"
#include "tap.h"

/* A campaign that leaves it to the country. */
static const struct hours always = { .to = { 1440, 1440, 1440, 1440, 1440, 1440,
					 1440 } };

static struct m_country
country(const char *from, const char *to, const char *days, const char *sat,
    const char *sun)
{
	struct m_country c = { .name = "x" };

	str_copy(c.call_from, sizeof(c.call_from), from);
	str_copy(c.call_to, sizeof(c.call_to), to);
	str_copy(c.weekdays, sizeof(c.weekdays), days);
	str_copy(c.saturday, sizeof(c.saturday), sat);
	str_copy(c.sunday, sizeof(c.sunday), sun);
	return c;
}

/* Local time of the first of its zones -> ms since 1970 UTC. */
static int64_t
at(const struct zoneset *z, int month, int day, int hour, int minute)
{
	return tz_begin_ms(z->z[0], 2026, month, day, hour * 60 + minute);
}

struct row {
	const char *what, *from, *to, *days, *sat, *sun, *zones;
	int month, day, hour, minute, ring;
	bool open;
};
static const struct row rows[] = {
	/* 2026-11-20 is a Friday */
	{ "begins on the minute", "09:00", "20:00", "mon-fri", "", "",
	    "America/New_York", 11, 20, 9, 0, 30, true },
	{ "not before", "09:00", "20:00", "mon-fri", "", "", "America/New_York",
	    11, 20, 8, 59, 30, false },
	{ "the ring ends inside", "09:00", "20:00", "mon-fri", "", "",
	    "America/New_York", 11, 20, 19, 59, 59, true },
	{ "the ring would end at the close", "09:00", "20:00", "mon-fri", "",
	    "", "America/New_York", 11, 20, 19, 59, 60, false },
	{ "not on Saturdays", "09:00", "20:00", "mon-fri", "", "",
	    "America/New_York", 11, 21, 12, 0, 30, false },
	{ "other hours on Saturdays", "09:00", "20:00", "mon-fri",
	    "10:00-16:00", "", "America/New_York", 11, 21, 12, 0, 30, true },
	{ "they narrow Saturday, too", "09:00", "20:00", "mon-sun",
	    "10:00-16:00", "", "America/New_York", 11, 21, 9, 30, 30, false },
	{ "none on Sundays", "09:00", "20:00", "mon-sun", "", "none",
	    "America/New_York", 11, 22, 12, 0, 30, false },
	{ "Sunday's own hours", "09:00", "20:00", "mon-sat", "", "12:00-18:00",
	    "America/New_York", 11, 22, 12, 0, 30, true },
	{ "no days at all", "09:00", "20:00", "none", "", "",
	    "America/New_York", 11, 20, 12, 0, 30, false },
	{ "all day: the ring goes over midnight", "00:00", "24:00", "mon-sun",
	    "", "", "America/New_York", 11, 20, 23, 59, 120, true },
	{ "over midnight into a closed day", "00:00", "24:00", "mon-fri", "",
	    "", "America/New_York", 11, 20, 23, 59, 120, false },
	{ "over midnight into a later opening", "09:00", "24:00", "mon-sun", "",
	    "", "America/New_York", 11, 20, 23, 59, 120, false },
	{ "both zones are open", "09:00", "20:00", "mon-fri", "", "",
	    "America/New_York,America/Los_Angeles", 11, 20, 12, 0, 30, true },
	{ "the western one is not", "09:00", "20:00", "mon-fri", "", "",
	    "America/New_York,America/Los_Angeles", 11, 20, 11, 59, 30, false },
	{ "the eastern one is not any more", "09:00", "20:00", "mon-fri", "",
	    "", "America/Los_Angeles,America/New_York", 11, 20, 17, 0, 30,
	    false },
	{ "a half-hour zone", "09:00", "20:00", "mon-fri", "", "",
	    "America/St_Johns", 11, 20, 9, 0, 30, true },
	{ "and a minute before", "09:00", "20:00", "mon-fri", "", "",
	    "America/St_Johns", 11, 20, 8, 59, 30, false },
	{ "with a whole-hour one", "09:00", "20:00", "mon-fri", "", "",
	    "America/Halifax,America/St_Johns", 11, 20, 19, 0, 30, true },
	{ "which closes half an hour earlier", "09:00", "20:00", "mon-fri", "",
	    "", "America/Halifax,America/St_Johns", 11, 20, 19, 29, 60, false },
	{ "no zone known", "00:00", "24:00", "mon-sun", "", "", "", 11, 20, 12,
	    0, 30, false },
	{ "one of them unknown", "00:00", "24:00", "mon-sun", "", "",
	    "America/New_York,Mars/Base", 11, 20, 12, 0, 30, false },
	/* New York: 2026-03-08 02:00 -> 03:00, 2026-11-01 02:00 -> 01:00 */
	{ "spring: the day begins as ever", "09:00", "20:00", "mon-sun", "", "",
	    "America/New_York", 3, 8, 9, 0, 30, true },
	{ "spring: not a minute early", "09:00", "20:00", "mon-sun", "", "",
	    "America/New_York", 3, 8, 8, 59, 30, false },
	{ "spring: the ring jumps over the gap and out", "01:00", "02:00",
	    "mon-sun", "", "", "America/New_York", 3, 8, 1, 59, 61, false },
	{ "autumn: the day ends as ever", "09:00", "20:00", "mon-sun", "", "",
	    "America/New_York", 11, 1, 19, 59, 30, true },
	{ "autumn: the first 01:59 rings into the second 01:00", "01:00",
	    "02:00", "mon-sun", "", "", "America/New_York", 11, 1, 1, 59, 90,
	    true },
	{ "from after to is closed", "20:00", "09:00", "mon-sun", "", "",
	    "America/New_York", 11, 20, 22, 0, 30, false },
	{ "a mistake in it is closed", "9:00", "20:00", "mon-sun", "", "",
	    "America/New_York", 11, 20, 12, 0, 30, false },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < nitems(rows); i++) {
		const struct row *r = &rows[i];
		struct m_country c =
		    country(r->from, r->to, r->days, r->sat, r->sun);
		struct zoneset z, first;
		struct law law;
		int64_t t;

		law_country(&law, &c);
		zoneset_parse(&z, r->zones, tz_get);
		zoneset_parse(&first, "America/New_York", tz_get);
		t = at(z.n > 0 ? &z : &first, r->month, r->day, r->hour,
		    r->minute);
		ok(window_open(&law, &always, &z, NULL, t, r->ring) == r->open,
		    "%s: %s", r->what, r->open ? "open" : "closed");
	}
}

static void
test_meet(void)
{
	struct m_country c =
	    country("09:00", "20:00", "mon-fri", "10:00-16:00", "none");
	struct m_campaign k = {
		.call_from = "12:00", .call_to = "22:00", .weekdays = "tue-sun"
	};
	struct hours b, h;
	struct law a;

	ok(law_country(&a, &c) && hours_campaign(&b, &k), "hours are read");
	hours_meet(&h, &a.hours, &b);
	ok(h.from[2] == 720 && h.to[2] == 1200, "the later begin, the "
						"earlier end");
	ok(h.from[1] == h.to[1], "Monday is the campaign's day off");
	ok(h.from[0] == h.to[0], "Sunday the country's");
	ok(h.from[6] == 720 && h.to[6] == 960, "Saturday's own hours");
	str_copy(k.call_to, sizeof(k.call_to), "25:00");
	ok(!hours_campaign(&b, &k) && b.from[3] == b.to[3],
	    "a mistake opens nothing");
	str_copy(c.holidays, sizeof(c.holidays), "12-32");
	ok(!law_country(&a, &c) && a.hours.from[3] == a.hours.to[3],
	    "nor one among the holidays");
	str_copy(c.holidays, sizeof(c.holidays), "");
	str_copy(c.states, sizeof(c.states), "FL 8-20");
	ok(!law_country(&a, &c) && a.hours.from[3] == a.hours.to[3],
	    "nor one in a state's rule");
	str_copy(c.states, sizeof(c.states), "");
	str_copy(c.sunday, sizeof(c.sunday), "18:00-10:00");
	ok(!law_country(&a, &c) && a.hours.from[3] == a.hours.to[3],
	    "nor one in a span");
}

#define USA_STATES                                                             \
	"FL 08:00-20:00; TX sun 12:00-21:00; KY 10:00-21:00;"                  \
	" ME mon-fri 09:00-17:00; ME sat,sun none; PA sun none"

static const struct {
	const char *what, *states, *holidays, *zones, *state;
	int month, day, hour, minute, ring;
	bool open;
} special[] = {
	/* 2026-11-20 is a Friday, 2026-12-25 a Friday too */
	{ "Florida ends at 20:00", USA_STATES, "", "America/New_York", "FL", 11,
	    20, 19, 59, 30, true },
	{ "the ring, too", USA_STATES, "", "America/New_York", "FL", 11, 20, 19,
	    59, 60, false },
	{ "Georgia at 21:00", USA_STATES, "", "America/New_York", "GA", 11, 20,
	    20, 59, 30, true },
	{ "no state asked for", USA_STATES, "", "America/New_York", NULL, 11,
	    20, 20, 59, 30, true },
	{ "the state of the zone set", USA_STATES, "", "America/New_York,US-FL",
	    NULL, 11, 20, 20, 0, 30, false },
	{ "wherever it stands in it", USA_STATES, "", "US-FL,America/New_York",
	    NULL, 11, 20, 20, 0, 30, false },
	{ "it stays open before", USA_STATES, "", "America/New_York,US-FL",
	    NULL, 11, 20, 19, 0, 30, true },
	{ "number and zone set: both states hold", USA_STATES, "",
	    "America/New_York,US-FL", "KY", 11, 20, 9, 30, 30, false },
	{ "and both are open at 10", USA_STATES, "", "America/New_York,US-FL",
	    "KY", 11, 20, 10, 0, 30, true },
	{ "state not known: Kentucky's beginning", USA_STATES, "",
	    "America/New_York", "", 11, 20, 9, 59, 30, false },
	{ "state not known: open when all are", USA_STATES, "",
	    "America/New_York", "", 11, 20, 10, 0, 30, true },
	{ "state not known: Maine's end", USA_STATES, "", "America/New_York",
	    "", 11, 20, 17, 0, 30, false },
	{ "state not known: Maine's Saturday", USA_STATES, "",
	    "America/New_York", "", 11, 21, 12, 0, 30, false },
	{ "not known of the number, but named by the zone set", USA_STATES, "",
	    "America/New_York,US-GA", "", 11, 21, 12, 0, 30, true },
	{ "Texas on a Sunday morning", USA_STATES, "", "America/Chicago", "TX",
	    11, 22, 11, 59, 30, false },
	{ "Texas on a Sunday at noon", USA_STATES, "", "America/Chicago", "TX",
	    11, 22, 12, 0, 30, true },
	{ "Texas on a Monday morning", USA_STATES, "", "America/Chicago", "TX",
	    11, 23, 8, 0, 30, true },
	{ "Pennsylvania on a Sunday", USA_STATES, "", "America/New_York", "PA",
	    11, 22, 12, 0, 30, false },
	{ "a state cannot widen the country", "GA 06:00-23:00", "",
	    "America/New_York", "GA", 11, 20, 7, 30, 30, false },
	{ "two states in one zone set", USA_STATES, "",
	    "America/New_York,US-FL,US-GA", NULL, 11, 20, 12, 0, 30, false },
	{ "the same one twice", USA_STATES, "", "US-FL,America/New_York,US-FL",
	    NULL, 11, 20, 12, 0, 30, true },
	{ "a state and no zone", USA_STATES, "", "US-FL", NULL, 11, 20, 12, 0,
	    30, false },
	{ "a holiday", "", "12-25", "America/New_York", NULL, 12, 25, 12, 0, 30,
	    false },
	{ "the day before", "", "12-25", "America/New_York", NULL, 12, 24, 20,
	    59, 30, true },
	{ "the day after", "", "12-25", "America/New_York", NULL, 12, 26, 8, 0,
	    30, true },
	{ "a state's own holiday", "", "BC:12-25", "America/Vancouver", "BC",
	    12, 25, 12, 0, 30, false },
	{ "by the zone set", "", "BC:12-25", "America/Vancouver,CA-BC", NULL,
	    12, 25, 12, 0, 30, false },
	{ "not in another state", "", "BC:12-25", "America/Edmonton", "AB", 12,
	    25, 12, 0, 30, true },
	{ "state not known: it counts", "", "BC:12-25", "America/Edmonton", "",
	    12, 25, 12, 0, 30, false },
};

static void
test_special(void)
{
	struct m_country c = country("08:00", "21:00", "mon-sun", "", "");

	for (size_t i = 0; i < nitems(special); i++) {
		struct zoneset z, clock;
		struct law law;

		str_copy(c.states, sizeof(c.states), special[i].states);
		str_copy(c.holidays, sizeof(c.holidays), special[i].holidays);
		zoneset_parse(&z, special[i].zones, tz_get);
		zoneset_parse(&clock, "America/New_York", tz_get);
		ok(law_country(&law, &c) &&
			window_open(&law, &always, &z, special[i].state,
			    at(z.n > 0 ? &z : &clock, special[i].month,
				special[i].day, special[i].hour,
				special[i].minute),
			    special[i].ring) == special[i].open,
		    "%s: %s", special[i].what,
		    special[i].open ? "open" : "closed");
	}
}

static void
test_holiday_edges(void)
{
	struct m_country c = country("00:00", "24:00", "mon-sun", "", "");
	struct zoneset ny, both;
	struct law law;
	int64_t t;

	str_copy(c.holidays, sizeof(c.holidays), "12-25 2026-12-26");
	law_country(&law, &c);
	zoneset_parse(&ny, "America/New_York", tz_get);
	zoneset_parse(&both, "America/New_York,America/Los_Angeles", tz_get);
	t = at(&ny, 12, 24, 23, 59);
	ok(window_open(&law, &always, &ny, NULL, t, 59),
	    "a ring that ends before midnight");
	ok(!window_open(&law, &always, &ny, NULL, t, 60),
	    "a ring over midnight into a holiday is closed");
	t = at(&ny, 12, 24, 23, 0);
	ok(window_open(&law, &always, &both, NULL, t, 30),
	    "23:00 in New York, 20:00 in Los Angeles: open");
	t = at(&ny, 12, 25, 1, 0);
	ok(!window_open(&law, &always, &both, NULL, t, 30),
	    "the holiday has begun in the east alone: closed");
	ok(window_opens(&law, &always, &ny, NULL, t, 30) ==
		at(&ny, 12, 27, 0, 0),
	    "it opens when both holidays are over");
	ok(window_opens(&law, &always, &both, NULL, t, 30) ==
		at(&ny, 12, 27, 3, 0),
	    "in the west three hours later");
	str_copy(c.holidays, sizeof(c.holidays),
	    "12-25 12-26 12-27 12-28 12-29 12-30 12-31 01-01 01-02 01-03 01-04 "
	    "01-05 01-06 01-07 01-08 01-09 01-10");
	law_country(&law, &c);
	t = at(&ny, 12, 26, 23, 59);
	ok(window_opens(&law, &always, &ny, NULL, t, 30) == -1,
	    "15 days later is too far");
	t = at(&ny, 12, 27, 0, 1);
	ok(window_opens(&law, &always, &ny, NULL, t, 30) ==
		tz_begin_ms(ny.z[0], 2027, 1, 11, 0),
	    "a minute less than 15 days is not");
}

/* The law table as shipped, on days somebody looked up. */
static const struct {
	const char *country, *zones, *state;
	int month, day, hour; /* of 2026 */
	bool open;
	const char *what;
} shipped[] = {
	{ "colombia", "America/Bogota", "", 11, 20, 10, true, "a Friday" },
	{ "colombia", "America/Bogota", "", 11, 16, 10, false,
	    "Independencia de Cartagena, moved to a Monday" },
	{ "colombia", "America/Bogota", "", 11, 11, 10, true,
	    "its own date is a day as any" },
	{ "colombia", "America/Bogota", "", 6, 8, 10, false, "Corpus Christi" },
	{ "colombia", "America/Bogota", "", 11, 21, 15, false, "a Saturday" },
	{ "colombia", "America/Bogota", "", 11, 22, 10, false, "a Sunday" },
	{ "brasil", "America/Sao_Paulo", "SP", 11, 19, 10, true, "a Thursday" },
	{ "brasil", "America/Sao_Paulo", "SP", 11, 20, 10, false,
	    "Consciencia Negra" },
	{ "brasil", "America/Sao_Paulo", "RJ", 4, 3, 10, false,
	    "Sexta-feira Santa" },
	{ "canada", "America/Vancouver", "BC", 11, 11, 10, false,
	    "Remembrance Day in British Columbia" },
	{ "canada", "America/Vancouver,CA-BC", NULL, 5, 18, 10, false,
	    "Victoria Day, by the zone set" },
	{ "canada", "America/Edmonton", "AB", 11, 11, 10, true,
	    "not in Alberta" },
	{ "canada", "America/Vancouver", "BC", 11, 12, 9, true,
	    "the day after" },
	{ "usa", "America/New_York", "FL", 11, 20, 20, false, "Florida 20:00" },
	{ "usa", "America/New_York", "GA", 11, 20, 20, true, "Georgia 20:00" },
	{ "usa", "America/Chicago", "OK", 11, 20, 20, false, "Oklahoma 20:00" },
	{ "usa", "America/New_York", "MD", 11, 20, 20, false,
	    "Maryland 20:00" },
	{ "usa", "America/Los_Angeles", "WA", 11, 20, 20, false,
	    "Washington 20:00" },
	{ "usa", "America/Denver", "WY", 11, 20, 20, false, "Wyoming 20:00" },
	{ "usa", "America/Chicago", "TX", 11, 22, 11, false, "Texas Sunday" },
	{ "usa", "America/Chicago", "TX", 11, 22, 12, true, "Texas at noon" },
	{ "usa", "America/New_York", "KY", 11, 20, 9, false, "Kentucky 9:00" },
	{ "usa", "America/New_York", "KY", 11, 20, 10, true, "Kentucky 10:00" },
	{ "usa", "America/New_York", "ME", 11, 20, 16, true, "Maine 16:00" },
	{ "usa", "America/New_York", "ME", 11, 20, 17, false, "Maine 17:00" },
	{ "usa", "America/New_York", "ME", 11, 21, 12, false, "Maine, Sat" },
	{ "usa", "America/New_York", "PA", 11, 22, 12, false, "Pa., Sunday" },
	{ "usa", "America/New_York", "PA", 11, 21, 12, true, "Pa., Saturday" },
	{ "mexico", "America/Mexico_City", "", 11, 16, 10, true,
	    "no holidays in Mexico" },
};

static void
test_shipped(void)
{
	static char text[64 * 1024];
	FILE *f = fopen("etc/countries.conf", "r");
	struct spec_file file = { NULL, 0 };
	struct buf err = BUF_INIT;
	size_t n = 0, asked = 0;

	if (f != NULL) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	ok(n > 0 && spec_read("etc/countries.conf", text, &file, &err),
	    "etc/countries.conf is read: %s", buf_cstr(&err));
	for (size_t k = 0; k < file.n; k++) {
		struct m_country c;
		struct law law;

		if (strcmp(file.v[k].kind, "country") != 0)
			continue;
		ok(spec_country(file.v[k].obj, &c) && law_country(&law, &c),
		    "%s has a law", file.v[k].name);
		for (size_t i = 0; i < nitems(shipped); i++) {
			struct zoneset z;

			if (strcmp(c.name, shipped[i].country) != 0)
				continue;
			asked++;
			zoneset_parse(&z, shipped[i].zones, tz_get);
			ok(window_open(&law, &always, &z, shipped[i].state,
			       at(&z, shipped[i].month, shipped[i].day,
				   shipped[i].hour, 0),
			       30) == shipped[i].open,
			    "%s: %s: %s", c.name, shipped[i].what,
			    shipped[i].open ? "open" : "closed");
		}
	}
	ok(asked == nitems(shipped), "all %zu were asked", nitems(shipped));
	spec_clear(&file);
	buf_clear(&err);
}

static void
test_zonesets(void)
{
	struct zoneset z;
	char many[MODEL_ZONE] = "";

	zoneset_parse(&z, "America/New_York,America/Chicago", tz_get);
	ok(z.n == 2 && strcmp(tz_name(z.z[1]), "America/Chicago") == 0,
	    "two zones");
	zoneset_parse(&z, "America/New_York,", tz_get);
	ok(z.n <= 1, "a comma at the end");
	zoneset_parse(&z, ",America/New_York", tz_get);
	ok(z.n == 0, "an empty name is unknown");
	zoneset_parse(&z, "../../etc/passwd", tz_get);
	ok(z.n == 0, "no zone");
	for (int i = 0; i < 50; i++)
		str_format(
		    many + strlen(many), sizeof(many) - strlen(many), "UTC,");
	zoneset_parse(&z, many, tz_get);
	ok(z.n == 0, "too many are unknown, not some of them");
	zoneset_parse(&z, "America/New_York,US-FL", tz_get);
	ok(z.n == 1 && strcmp(z.state, "FL") == 0, "a state");
	zoneset_parse(&z, "America/New_York,us-fl", tz_get);
	ok(z.n == 0, "a state in lower case is unknown");
	zoneset_parse(&z, "America/Port-au-Prince,Etc/GMT-5", tz_get);
	ok(z.n == 2 && z.state[0] == '\0', "zones with a hyphen are zones");
}

int
main(void)
{
	test_rows();
	test_meet();
	test_special();
	test_holiday_edges();
	test_shipped();
	test_zonesets();
	return done_testing();
}
