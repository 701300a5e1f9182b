/* SPDX-License-Identifier: MIT */
/*
 * Calling hours: weekdays, other hours at the week's end, several zones, half
 * hours, clock changes, the ring included; and the next opening is what a
 * search minute by minute finds.
 */
#include "engine/window.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

#define MINUTE 60000LL
#define DAY    (1440 * MINUTE)

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
		struct hours h;
		int64_t t;

		hours_country(&h, &c);
		zoneset_parse(&z, r->zones, tz_get);
		zoneset_parse(&first, "America/New_York", tz_get);
		t = at(z.n > 0 ? &z : &first, r->month, r->day, r->hour,
		    r->minute);
		ok(window_open(&h, &z, t, r->ring) == r->open, "%s: %s",
		    r->what, r->open ? "open" : "closed");
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
	struct hours a, b, h;

	ok(hours_country(&a, &c) && hours_campaign(&b, &k), "hours are read");
	hours_meet(&h, &a, &b);
	ok(h.from[2] == 720 && h.to[2] == 1200, "the later begin, the "
						"earlier end");
	ok(h.from[1] == h.to[1], "Monday is the campaign's day off");
	ok(h.from[0] == h.to[0], "Sunday the country's");
	ok(h.from[6] == 720 && h.to[6] == 960, "Saturday's own hours");
	str_copy(k.call_to, sizeof(k.call_to), "25:00");
	ok(!hours_campaign(&b, &k) && b.from[3] == b.to[3],
	    "a mistake opens nothing");
	str_copy(c.sunday, sizeof(c.sunday), "18:00-10:00");
	ok(!hours_country(&a, &c) && a.from[3] == a.to[3], "nor one in a span");
}

/* Seconds of the day and weekday by another way than window.c's. */
static bool
inside(const struct hours *h, const struct zoneset *z, int64_t ms)
{
	for (int i = 0; i < z->n; i++) {
		struct tz_local l;

		tz_local(z->z[i], ms, &l);
		if (l.minute < h->from[l.weekday] ||
		    l.minute >= h->to[l.weekday])
			return false;
	}
	return z->n > 0;
}

static bool
open_by_hand(
    const struct hours *h, const struct zoneset *z, int64_t ms, int ring)
{
	for (int s = 0; s <= ring; s++)
		if (!inside(h, z, ms + s * MS_PER_S))
			return false;
	return true;
}

static const char *const sets[] = {
	"America/New_York",
	"America/Chicago,America/New_York",
	"America/St_Johns",
	"America/St_Johns,America/Vancouver",
	"America/Sao_Paulo,America/Manaus,America/Noronha",
	"Asia/Kolkata,Asia/Kathmandu",
	"America/Havana",
	"Australia/Lord_Howe",
};

static void
random_hours(struct rng *r, struct hours *h)
{
	static const char *const days[] = { "mon-fri", "mon-sun", "sat",
		"tue,thu", "none" };
	static const char *const spans[] = { "", "none", "10:00-16:00" };
	static const char *const from[] = { "00:00", "01:30", "08:00", "09:00",
		"12:15" };
	static const char *const to[] = { "02:15", "09:15", "20:00", "21:30",
		"24:00" };
	struct m_country c = country(from[rng_below(r, nitems(from))],
	    to[rng_below(r, nitems(to))], days[rng_below(r, nitems(days))],
	    spans[rng_below(r, nitems(spans))],
	    spans[rng_below(r, nitems(spans))]);

	hours_country(h, &c);
}

static void
test_search(void)
{
	/* around both clock changes of New York and a week without one */
	static const int64_t from[] = { 1772755200000, 1793318400000,
		1795215346123 };
	struct rng r;
	int bad = 0, closed = 0, never = 0;

	rng_seed(&r, 5);
	for (int i = 0; i < 120; i++) {
		struct hours h;
		struct zoneset z;
		int ring = (int)rng_below(&r, 120);
		int64_t t = from[rng_below(&r, nitems(from))] +
			    (int64_t)rng_below(&r, (uint64_t)(4 * DAY)),
			want = -1, got;

		random_hours(&r, &h);
		zoneset_parse(&z, sets[rng_below(&r, nitems(sets))], tz_get);
		got = window_opens(&h, &z, t, ring);
		if (window_open(&h, &z, t, ring) !=
		    open_by_hand(&h, &z, t / 1000 * 1000, ring))
			bad++;
		if (window_open(&h, &z, t, ring))
			want = t;
		for (int64_t m = t / MINUTE * MINUTE + MINUTE;
		     want < 0 && m < t + 8 * DAY; m += MINUTE)
			if (inside(&h, &z, m) && open_by_hand(&h, &z, m, ring))
				want = m;
		if (got != want && bad++ == 0)
			printf("# case %d: %s from %lld: %lld, by hand %lld\n",
			    i, z.text, (long long)t, (long long)got,
			    (long long)want);
		closed += want > t;
		never += want < 0;
	}
	ok(bad == 0, "the next opening is what a search by hand finds");
	ok(closed > 20 && never > 5, "%d were closed, %d never open", closed,
	    never);
}

static void
test_day(const char *what, int64_t from, const char *zones, int ring)
{
	struct m_country c = country("00:30", "03:00", "mon-sun", "", "");
	struct hours h;
	struct zoneset z;
	int bad = 0;

	hours_country(&h, &c);
	zoneset_parse(&z, zones, tz_get);
	for (int64_t t = from; t < from + DAY + 60 * MINUTE; t += MINUTE / 2)
		bad += window_open(&h, &z, t, ring) !=
		       open_by_hand(&h, &z, t, ring);
	ok(bad == 0, "%s: every half minute as by hand", what);
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
}

int
main(void)
{
	test_rows();
	test_meet();
	test_search();
	test_day("New York in spring", 1772946000000, "America/New_York", 45);
	test_day("New York in autumn", 1793505600000, "America/New_York", 45);
	test_day(
	    "Lord Howe's half hour", 1775311200000, "Australia/Lord_Howe", 45);
	test_zonesets();
	return done_testing();
}
