/* SPDX-License-Identifier: MIT */
/*
 * For any hours, holidays, states and zones: open is what second by second
 * says, and the next opening what a search minute by minute finds, also over
 * changes of clocks; and it is found without such a search.  PROP_SEED replays
 * a run.
 */
#include "engine/window.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

#define MINUTE 60000LL
#define DAY    (1440 * MINUTE)

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

#define USA_STATES                                                             \
	"FL 08:00-20:00; TX sun 12:00-21:00; KY 10:00-21:00;"                  \
	" ME mon-fri 09:00-17:00; ME sat,sun none; PA sun none"

/* One case of the property, and what decides it by another way. */
struct problem {
	struct law law;
	struct hours campaign;
	struct zoneset z;
	const char *state;
	int ring;
};

static bool
in_hours(const struct hours *h, const struct tz_local *l)
{
	return l->minute >= h->from[l->weekday] &&
	       l->minute < h->to[l->weekday];
}

static bool
in_state(const struct problem *p, const char *code, const struct tz_local *l)
{
	const struct hours *h = law_state(&p->law.states, code);

	return (h == NULL || in_hours(h, l)) &&
	       !law_is_holiday_in(
		   &p->law.holidays, code, l->year, l->month, l->day);
}

static bool
inside(const struct problem *p, int64_t ms)
{
	for (int i = 0; i < p->z.n; i++) {
		struct tz_local l;

		tz_local(p->z.z[i], ms, &l);
		if (!in_hours(&p->law.hours, &l) ||
		    !in_hours(&p->campaign, &l) || !in_state(p, p->z.state, &l))
			return false;
		if (p->state == NULL)
			continue;
		if (!in_state(p, p->state, &l))
			return false;
		if (*p->state != '\0' || p->z.state[0] != '\0')
			continue;
		for (int k = 0; k < p->law.states.n; k++)
			if (!in_state(p, p->law.states.v[k].code, &l))
				return false;
		if (law_is_holiday_in(
			&p->law.holidays, NULL, l.year, l.month, l.day))
			return false;
	}
	return p->z.n > 0;
}

static bool
open_by_hand(const struct problem *p, int64_t ms)
{
	for (int s = 0; s <= p->ring; s++)
		if (!inside(p, ms + s * MS_PER_S))
			return false;
	return true;
}

static const char *const sets[] = {
	"America/New_York",
	"America/Chicago,America/New_York,US-TX",
	"America/St_Johns",
	"America/St_Johns,America/Vancouver,CA-BC",
	"America/Sao_Paulo,America/Manaus,America/Noronha",
	"Asia/Kolkata,Asia/Kathmandu",
	"America/Havana",
	"Australia/Lord_Howe",
	"America/Santiago,America/Punta_Arenas",
};

#define PICK(r, a) (a)[rng_below(r, nitems(a))]

static void
random_problem(struct rng *r, struct problem *p)
{
	static const char *const days[] = { "mon-fri", "mon-sun", "sat",
		"tue,thu", "sat-mon", "none" };
	static const char *const spans[] = { "", "", "none", "10:00-16:00" };
	static const char *const from[] = { "00:00", "00:15", "01:30", "08:00",
		"12:15" };
	static const char *const to[] = { "02:15", "09:15", "20:00", "23:45",
		"24:00" };
	static const char *const holidays[] = { "",
		"03-08 11-01 easter-2 easter", "BC:03-09 TX:11-02 11-03>mon",
		"2mon03 1sun11 1mon11 1tue11 1wed11 1thu11 1fri11 1sat11" };
	static const char *const states[] = { "",
		"TX sun 12:00-21:00; KY 10:00-21:00",
		"BC 00:30-23:59; TX sat-mon none; FL 01:45-20:00" };
	static const char *const state[] = { NULL, NULL, "", "TX", "FL", "ZZ" };
	static const int rings[] = { 0, 1, 30, 59, 60, 119, 300, 1500 };
	struct m_campaign k = { .name = "k" };
	struct m_country c = country(PICK(r, from), PICK(r, to), PICK(r, days),
	    PICK(r, spans), PICK(r, spans));
	bool narrow = rng_below(r, 2) == 0;

	str_copy(c.holidays, sizeof(c.holidays), PICK(r, holidays));
	str_copy(c.states, sizeof(c.states), PICK(r, states));
	str_copy(
	    k.call_from, sizeof(k.call_from), narrow ? PICK(r, from) : "00:00");
	str_copy(k.call_to, sizeof(k.call_to), narrow ? PICK(r, to) : "24:00");
	str_copy(
	    k.weekdays, sizeof(k.weekdays), narrow ? PICK(r, days) : "mon-sun");
	law_country(&p->law, &c);
	hours_campaign(&p->campaign, &k);
	zoneset_parse(&p->z, PICK(r, sets), tz_get);
	p->state = PICK(r, state);
	p->ring = PICK(r, rings);
}

static void
test_search(void)
{
	/* before all clock changes of the sets in 2026, and in 2027 */
	static const int64_t from[] = { 1772755200000, 1775001600000,
		1790208000000, 1793318400000, 1795215346123 };
	const char *one = getenv("PROP_SEED");
	int64_t seed = (int64_t)time(NULL);
	int bad = 0, closed = 0, never = 0;
	struct rng r;

	if (one != NULL)
		str_int64(one, 0, INT64_MAX, &seed);
	rng_seed(&r, (uint64_t)seed);
	for (int i = 0; i < 400; i++) {
		struct problem p;
		int64_t want = -1, got, t;

		random_problem(&r, &p);
		t = PICK(&r, from) +
		    (int64_t)rng_below(&r, (uint64_t)(5 * DAY));
		got =
		    window_opens(&p.law, &p.campaign, &p.z, p.state, t, p.ring);
		if (window_open(&p.law, &p.campaign, &p.z, p.state, t,
			p.ring) != open_by_hand(&p, t / 1000 * 1000))
			bad++;
		if (open_by_hand(&p, t / 1000 * 1000))
			want = t;
		for (int64_t m = t / MINUTE * MINUTE + MINUTE;
		     want < 0 && m < t + 15 * DAY; m += MINUTE)
			if (inside(&p, m) && open_by_hand(&p, m))
				want = m;
		if (got != want && bad++ == 0)
			printf("# case %d: %s from %lld: %lld, by hand %lld\n",
			    i, p.z.text, (long long)t, (long long)got,
			    (long long)want);
		closed += want > t;
		never += want < 0;
	}
	ok(bad == 0,
	    "the next opening is what a search by hand finds "
	    "(PROP_SEED=%lld)",
	    (long long)seed);
	ok(closed > 60 && never > 20, "%d were closed, %d never open", closed,
	    never);
}

static void
test_day(const char *what, int64_t from, const char *zones, int ring)
{
	struct m_country c = country("00:30", "03:00", "mon-sun", "", "");
	struct problem p = { .ring = ring, .campaign = always };
	int bad = 0;

	law_country(&p.law, &c);
	zoneset_parse(&p.z, zones, tz_get);
	for (int64_t t = from; t < from + DAY + 60 * MINUTE; t += MINUTE / 2)
		bad += window_open(&p.law, &always, &p.z, NULL, t, ring) !=
		       open_by_hand(&p, t);
	ok(bad == 0, "%s: every half minute as by hand", what);
}

/* Nothing can open: the answer comes without a walk over 15 days. */
static void
test_fast(void)
{
	struct m_country c = country("08:00", "21:00", "mon-sun", "", "");
	struct m_campaign k = {
		.call_from = "21:00", .call_to = "24:00", .weekdays = "mon-sun"
	};
	struct hours never;
	struct zoneset z;
	struct law law;
	int64_t began, ns;
	int wrong = 0;

	str_copy(c.states, sizeof(c.states), USA_STATES);
	str_copy(c.holidays, sizeof(c.holidays),
	    "01-01 01-06>mon easter-3 easter-2 05-01 easter+39>mon 12-25");
	law_country(&law, &c);
	hours_campaign(&never, &k);
	zoneset_parse(&z,
	    "America/New_York,America/Chicago,America/Denver,"
	    "America/Los_Angeles",
	    tz_get);
	began = now_read().mono_ns;
	for (int i = 0; i < 1000; i++)
		wrong += window_opens(&law, &never, &z, "",
			     1795215346123 + i * MINUTE, 30) != -1;
	ns = (now_read().mono_ns - began) / 1000;
	ok(wrong == 0 && ns < 200000,
	    "closed for ever in four zones: %lld ns to say so", (long long)ns);
	began = now_read().mono_ns;
	for (int i = 0; i < 1000; i++)
		window_opens(&law, &always, &z, "FL",
		    1795215346123 + i * 7 * MINUTE, 30);
	printf("# next opening of four zones: %lld ns\n",
	    (long long)(now_read().mono_ns - began) / 1000);
	began = now_read().mono_ns;
	for (int i = 0; i < 100000; i++)
		wrong += window_open(
		    &law, &always, &z, "FL", 1795215346123 + i * 600, 30);
	printf("# open now? four zones: %lld ns (%d times)\n",
	    (long long)(now_read().mono_ns - began) / 100000, wrong);
}

int
main(void)
{
	test_search();
	test_day("New York in spring", 1772946000000, "America/New_York", 45);
	test_day("New York in autumn", 1793505600000, "America/New_York", 45);
	test_day(
	    "Lord Howe's half hour", 1775311200000, "Australia/Lord_Howe", 45);
	test_fast();
	return done_testing();
}
