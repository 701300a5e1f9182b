/* SPDX-License-Identifier: MIT */
/* Alerts: news once, kept up to date, ended once; a full list makes room. */
#include "engine/alert.h"

#include <stdlib.h>
#include <string.h>

#include "shared/util.h"
#include "tap.h"

static struct alerts a;

static bool
set(const char *rule, const char *object, bool on, const char *text, int64_t t)
{
	return alert_set(&a, rule, object, "warning", on, text, t);
}

static void
test_life(void)
{
	ok(!set("switch", "pbx1", false, "away", 1) && a.n == 0,
	    "what never began does not end");
	ok(set("switch", "pbx1", true, "away: refused", 10) && a.n == 1,
	    "raised");
	ok(!set("switch", "pbx1", true, "away: timeout", 20) &&
		a.v[0].since_ms == 10 &&
		strcmp(a.v[0].message, "away: timeout") == 0,
	    "not news again, but the present words");
	ok(set("switch", "pbx2", true, "away", 30) && a.n == 2 &&
		a.v[0].since_ms == 30,
	    "another object is another alert, newest first");
	ok(set("switch", "pbx1", false, "away", 40) && a.v[1].ended_ms == 40 &&
		a.v[0].ended_ms == 0,
	    "the right one ends");
	ok(!set("switch", "pbx1", false, "away", 50) && a.v[1].ended_ms == 40,
	    "once");
	ok(set("switch", "pbx1", true, "again", 60) && a.n == 3 &&
		a.v[0].since_ms == 60,
	    "it begins anew");
}

static void
test_full(void)
{
	char name[16];

	memset(&a, 0, sizeof(a));
	for (int i = 0; i < ALERTS_MAX; i++) {
		str_format(name, sizeof(name), "t%d", i);
		set("trunk", name, true, "x", i + 1);
	}
	set("trunk", "t5", false, "x", 100);
	set("trunk", "t9", false, "x", 101);
	ok(set("db", "", true, "away", 200) && a.n == ALERTS_MAX &&
		strcmp(a.v[0].rule, "db") == 0,
	    "a full list takes a new one");
	ok(!set("trunk", "t5", false, "x", 201) &&
		set("trunk", "t5", true, "x", 202),
	    "the oldest ended one made room");
	ok(!set("trunk", "t0", true, "x", 203) &&
		!set("trunk", "t31", true, "x", 204),
	    "the running ones are all there");
}

int
main(void)
{
	test_life();
	test_full();
	return done_testing();
}
