/* SPDX-License-Identifier: MIT */
/*
 * The two languages of the law table: every form of a holiday against dates
 * from calendars, states that add up, and where a mistake begins.
 */
#include "shared/law.h"

#include <string.h>

#include "shared/tz.h"
#include "shared/util.h"
#include "tap.h"

#define COLOMBIA                                                               \
	"01-01 01-06>mon 03-19>mon easter-3 easter-2 05-01 easter+39>mon"      \
	" easter+60>mon easter+68>mon 06-29>mon 07-20 08-07 08-15>mon"         \
	" 10-12>mon 11-01>mon 11-11>mon 12-08 12-25"

/* All holidays of a year as "MM-DD MM-DD ...". */
static void
year_of(const struct law_holidays *l, const char *code, int year, char out[512])
{
	static const int len[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	size_t n = 0;

	out[0] = '\0';
	for (int m = 1; m <= 12; m++)
		for (int d = 1; d <= len[m - 1] && n < 500; d++) {
			if (m == 2 && d == 29 &&
			    tz_days(year, 3, 1) - tz_days(year, 2, 1) == 28)
				continue;
			if (!law_is_holiday_in(l, code, year, m, d))
				continue;
			str_format(out + n, 512 - n, "%s%02d-%02d",
			    n > 0 ? " " : "", m, d);
			n = strlen(out);
		}
}

static void
test_years(void)
{
	static const struct {
		const char *what, *text;
		int year;
		const char *days;
	} c[] = {
		{ "nothing", "", 2026, "" },
		{ "blanks and commas", " 12-25,, 01-01 ,\n07-04\t", 2026,
		    "01-01 07-04 12-25" },
		{ "one day of one year", "2026-04-03", 2026, "04-03" },
		{ "not of the next", "2026-04-03", 2027, "" },
		{ "29 February", "02-29", 2028, "02-29" },
		{ "there is none in 2026", "02-29", 2026, "" },
		{ "moved, but from no day", "02-29>mon", 2026, "" },
		{ "Easter 2024", "easter", 2024, "03-31" },
		{ "Easter 2025", "easter", 2025, "04-20" },
		{ "Easter 2026", "easter", 2026, "04-05" },
		{ "the latest Easter", "easter", 2038, "04-25" },
		{ "the earliest Easter", "easter", 2285, "03-22" },
		{ "the exception of 1954", "easter", 1954, "04-18" },
		{ "the exception of 1981", "easter", 1981, "04-19" },
		{ "Carnival, Good Friday, Corpus Christi",
		    "easter-47 easter-2 easter+60", 2026, "02-17 04-03 06-04" },
		{ "Monday after Easter", "easter+1", 2026, "04-06" },
		{ "moved to Monday", "01-06>mon", 2026, "01-12" },
		{ "a Monday stays", "01-06>mon", 2025, "01-06" },
		{ "a Sunday moves by one", "11-01>mon", 2026, "11-02" },
		{ "over the end of the year", "12-31>mon", 2027, "01-04" },
		{ "into it", "12-31>mon", 2028, "01-03" },
		{ "a Sunday 31 December", "12-31>mon", 2024, "01-01" },
		{ "one year's, moved", "2026-12-31>mon", 2027, "01-04" },
		{ "and gone", "2026-12-31>mon", 2028, "" },
		{ "Easter moved", "easter+39>mon", 2026, "05-18" },
		{ "third Monday of January", "3mon01", 2026, "01-19" },
		{ "fourth Thursday of November", "4thu11", 2026, "11-26" },
		{ "last Monday of May", "-1mon05", 2026, "05-25" },
		{ "last but one", "-2mon05", 2026, "05-18" },
		{ "first Sunday", "1sun02", 2026, "02-01" },
		{ "a fifth Saturday", "5sat08", 2026, "08-29" },
		{ "which not every month has", "5sat09", 2026, "" },
		{ "Victoria Day 2026", "05-18>mon", 2026, "05-18" },
		{ "Victoria Day 2027", "05-18>mon", 2027, "05-24" },
		/* festivos de Colombia, Ley 51 de 1983 */
		{ "Colombia 2024", COLOMBIA, 2024,
		    "01-01 01-08 03-25 03-28 03-29 05-01 05-13 06-03 06-10 "
		    "07-01 07-20 08-07 08-19 10-14 11-04 11-11 12-08 12-25" },
		{ "Colombia 2026", COLOMBIA, 2026,
		    "01-01 01-12 03-23 04-02 04-03 05-01 05-18 06-08 06-15 "
		    "06-29 07-20 08-07 08-17 10-12 11-02 11-16 12-08 12-25" },
	};

	for (size_t i = 0; i < nitems(c); i++) {
		struct law_holidays l;
		const char *bad = "";
		char got[512];

		ok(law_holidays(&l, c[i].text, &bad), "%s: read", c[i].what);
		year_of(&l, "", c[i].year, got);
		ok(strcmp(got, c[i].days) == 0, "%s, %d: %s", c[i].what,
		    c[i].year, got);
	}
}

/* Easter again, by the ecclesiastical moon: Gauss, as Knuth 1.3.2-14 has it. */
static void
test_easter(void)
{
	struct law_holidays l;
	const char *bad;
	int wrong = 0;

	law_holidays(&l, "easter", &bad);
	for (int y = 1583; y <= 4000; y++) {
		int golden = y % 19 + 1, c = y / 100 + 1, x = 3 * c / 4 - 12;
		int z = (8 * c + 5) / 25 - 5, d = 5 * y / 4 - x - 10;
		int epact = ((11 * golden + 20 + z - x) % 30 + 30) % 30, n;

		if ((epact == 25 && golden > 11) || epact == 24)
			epact++;
		n = 44 - epact;
		if (n < 21)
			n += 30;
		n = n + 7 - (d + n) % 7;
		wrong +=
		    !law_is_holiday(&l, y, n > 31 ? 4 : 3, n > 31 ? n - 31 : n);
	}
	ok(wrong == 0, "Easter of 1583 to 4000, two ways");
}

static void
test_bad_holidays(void)
{
	static const struct {
		const char *text;
		size_t at;
	} c[] = {
		{ "12-25 13-01", 6 },
		{ "00-10", 0 },
		{ "02-30", 0 },
		{ "12-25,04-31", 6 },
		{ "1-1", 0 },
		{ "12-25 2026-02-29", 6 },
		{ "2026-2-1", 0 },
		{ "1500-01-01", 0 },
		{ "  easter+", 2 },
		{ "easter*2", 0 },
		{ "easter-81", 0 },
		{ "easter+251", 0 },
		{ "easter-2x", 0 },
		{ "Easter", 0 },
		{ "01-06>tue", 0 },
		{ "01-06 >mon", 6 },
		{ ">mon", 0 },
		{ "3mon01>mon", 0 },
		{ "0mon01", 0 },
		{ "6mon01", 0 },
		{ "3mon13", 0 },
		{ "3xyz01", 0 },
		{ "mon01", 0 },
		{ "--1mon01", 0 },
		{ "BC:", 0 },
		{ "bc:12-25", 0 },
		{ "BCDE:12-25", 0 },
		{ "12-25 BC:CA:12-25", 6 },
		{ "12-25;01-01", 0 },
		{ "2026-04-03T00:00:00.000Z0000000", 0 },
	};
	char many[512] = "";

	for (size_t i = 0; i < nitems(c); i++) {
		struct law_holidays l = { .n = 1 };
		const char *bad = NULL;

		ok(!law_holidays(&l, c[i].text, &bad) && l.n == 0 &&
			bad == c[i].text + c[i].at,
		    "\"%s\": the mistake is at %zu", c[i].text, c[i].at);
	}
	for (int i = 0; i < 65; i++)
		str_format(many + strlen(many), sizeof(many) - strlen(many),
		    "12-%02d ", i % 31 + 1);
	struct law_holidays l;
	const char *bad = NULL;
	ok(!law_holidays(&l, many, &bad) && bad == many + 64 * 6,
	    "the 65th is too many");
	many[64 * 6] = '\0';
	ok(law_holidays(&l, many, &bad) && l.n == 64, "64 are not");
}

static void
test_state_holidays(void)
{
	struct law_holidays l;
	struct law_states s;
	const char *bad;
	char got[512];

	ok(law_holidays(&l, "12-25 BC:1mon08 QC:06-24 BC:easter-2", &bad),
	    "holidays of states");
	year_of(&l, "", 2026, got);
	ok(strcmp(got, "12-25") == 0, "in the whole country: %s", got);
	year_of(&l, "BC", 2026, got);
	ok(strcmp(got, "04-03 08-03 12-25") == 0, "in BC: %s", got);
	year_of(&l, "AB", 2026, got);
	ok(strcmp(got, "12-25") == 0, "in another: %s", got);
	year_of(&l, NULL, 2026, got);
	ok(strcmp(got, "04-03 06-24 08-03 12-25") == 0, "in any: %s", got);
	law_states(&s, "NS sun none", &bad);
	ok(law_names(&s, &l, "BC") && law_names(&s, &l, "NS") &&
		!law_names(&s, &l, "AB") && !law_names(&s, &l, ""),
	    "who has rules of its own");
}

static void
test_states(void)
{
	static const char text[] =
	    "FL 08:00-20:00; TX sun 12:00-21:00;KY 10:00-21:00 ; "
	    "ME mon-fri 09:00-17:00; ME sat,sun none;\n PA sun none; "
	    "ME fri 09:00-12:00;";
	struct law_states l;
	const struct hours *h;
	const char *bad;

	ok(law_states(&l, text, &bad) && l.n == 5, "five states");
	h = law_state(&l, "FL");
	ok(h != NULL && h->from[0] == 480 && h->to[6] == 1200, "every day");
	h = law_state(&l, "TX");
	ok(h != NULL && h->from[0] == 720 && h->to[0] == 1260 &&
		h->from[1] == 0 && h->to[1] == 1440,
	    "one day, the others are left as they are");
	h = law_state(&l, "PA");
	ok(h != NULL && h->from[0] == h->to[0] && h->to[1] == 1440, "none");
	h = law_state(&l, "ME");
	ok(h != NULL && h->from[1] == 540 && h->to[1] == 1020 &&
		h->from[6] == h->to[6] && h->from[0] == h->to[0],
	    "several rules of one state add up");
	ok(h != NULL && h->from[5] == 540 && h->to[5] == 720,
	    "the later one holds for its days");
	ok(law_state(&l, "GA") == NULL && law_state(&l, "") == NULL &&
		law_state(&l, "F") == NULL,
	    "nothing special elsewhere");
	ok(law_states(&l, " ; ", &bad) && l.n == 0, "no rules");
}

static void
test_bad_states(void)
{
	static const struct {
		const char *text;
		size_t at;
	} c[] = {
		{ "FL", 2 },
		{ "FL ; TX none", 3 },
		{ "fl 08:00-20:00", 0 },
		{ "FLOR 08:00-20:00", 0 },
		{ "FL 8:00-20:00", 3 },
		{ "FL 20:00-08:00", 3 },
		{ "FL 08:00-24:30", 3 },
		{ "FL 08:00-20:00; TX sunday 12:00-21:00", 19 },
		{ "TX sun 12:00", 7 },
		{ "TX none none", 3 },
		{ "TX sun none none", 12 },
		{ "FL 08:00-20:00, TX sun none", 3 },
		{ "FL 08:00 - 20:00", 3 },
		{ "FL \"08:00-20:00\"", 3 },
		{ "FL 08:00-20:00; 08:00-20:00", 16 },
	};
	char many[1024] = "";
	struct law_states l;
	const char *bad = NULL;

	for (size_t i = 0; i < nitems(c); i++) {
		bad = NULL;
		l.n = 1;
		ok(!law_states(&l, c[i].text, &bad) && l.n == 0 &&
			bad == c[i].text + c[i].at,
		    "\"%s\": the mistake is at %zu (%zd)", c[i].text, c[i].at,
		    bad == NULL ? (ssize_t)-1 : bad - c[i].text);
	}
	for (int i = 0; i < LAW_STATES + 1; i++)
		str_format(many + strlen(many), sizeof(many) - strlen(many),
		    "X%c%c none;", 'A' + i / 26, 'A' + i % 26);
	ok(!law_states(&l, many, &bad) && bad == many + LAW_STATES * 9,
	    "one state too many");
}

/* Any text is either read or refused inside itself. */
static void
test_noise(void)
{
	static const char *const bits[] = { "12-25", "easter", "+", "-2",
		">mon", "3mon01", " ", ",", ";", "FL", ":", "BC:", "sun",
		"mon-fri", "none", "08:00-20:00", "2026-", "\t", "x", "\xff" };
	const char *one = getenv("PROP_SEED");
	int64_t seed = (int64_t)time(NULL);
	int wrong = 0, good = 0;
	struct rng r;

	if (one != NULL)
		str_int64(one, 0, INT64_MAX, &seed);
	rng_seed(&r, (uint64_t)seed);
	for (int i = 0; i < 200000; i++) {
		char text[256] = "";
		struct law_holidays h;
		struct law_states s;
		const char *bad = NULL;

		for (uint64_t n = rng_below(&r, 10); n > 0; n--)
			str_format(text + strlen(text),
			    sizeof(text) - strlen(text), "%s",
			    bits[rng_below(&r, nitems(bits))]);
		if (law_holidays(&h, text, &bad))
			good += h.n > 0;
		else
			wrong += bad < text || bad > text + strlen(text);
		if (law_states(&s, text, &bad))
			good += s.n > 0;
		else
			wrong += bad < text || bad > text + strlen(text);
	}
	ok(wrong == 0 && good > 1000,
	    "%d of 400,000 noises are law (PROP_SEED=%lld)", good,
	    (long long)seed);
}

int
main(void)
{
	test_years();
	test_easter();
	test_bad_holidays();
	test_state_holidays();
	test_states();
	test_bad_states();
	test_noise();
	return done_testing();
}
