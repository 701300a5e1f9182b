/* SPDX-License-Identifier: MIT */
/*
 * Alerts: raised once, ended once, whatever the value does in between; hold
 * and hysteresis; causes keep their effects silent; more of them than the
 * board shows; acknowledgements; rules that change while alerts run.
 */
#include "engine/alert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "shared/util.h"
#include "tap.h"

#define S MS_PER_S

static struct alerts *a;
static int64_t t; /* wall ms */
static int raised, ended;
static struct board_alert last, out[BOARD_ALERTS];

static void
changed(void *arg, const struct board_alert *b)
{
	(void)arg;
	if (b->ended_ms == 0)
		raised++;
	else
		ended++;
	last = *b;
}

static void
start(const struct m_alert_rule *rules, size_t n)
{
	alerts_free(a);
	a = alerts_new();
	alerts_rules(a, rules, n);
	t = 1795215346000;
	raised = ended = 0;
	memset(&last, 0, sizeof(last));
}

static void
end(int64_t ms)
{
	alerts_end(a, t += ms, changed, NULL);
}

/* A look at one value. */
static void
see(const char *statistic, const char *object, double value)
{
	alerts_begin(a);
	alerts_value(a, statistic, object, "", value, NULL);
	end(S);
}

static uint32_t
board(void)
{
	memset(out, 0, sizeof(out));
	return alerts_publish(a, out);
}

static void
test_defaults(void)
{
	static const char *const known[] = { "brake", "database", "spool",
		"switch", "ami-lag", "cps-low", "did-capped", "did-near-cap",
		"machine-keys" };
	bool good = true;

	for (size_t i = 0; i < alert_ndefaults; i++) {
		const struct m_alert_rule *r = &alert_defaults[i];
		bool stat = false, cause = r->cause[0] == '\0';

		for (size_t k = 0; k < alert_nstatistics; k++)
			stat |= strcmp(alert_statistics[k], r->statistic) == 0;
		for (size_t k = 0; k < alert_ndefaults; k++)
			cause |= k != i &&
				 strcmp(alert_defaults[k].name, r->cause) == 0;
		good &= stat && cause && strlen(r->name) < 48 && r->enabled &&
			(strcmp(r->test, "above") == 0 ||
			    strcmp(r->test, "below") == 0) &&
			(strcmp(r->severity, "critical") == 0 ||
			    strcmp(r->severity, "warning") == 0);
	}
	ok(good, "%zu built-in rules on %zu statistics go together",
	    alert_ndefaults, alert_nstatistics);
	good = true;
	for (size_t i = 0; i < nitems(known); i++) {
		bool there = false;

		for (size_t k = 0; k < alert_ndefaults; k++)
			there |= strcmp(alert_defaults[k].name, known[i]) == 0;
		good &= there;
	}
	ok(good, "the names that users know are there");
}

static void
test_life(void)
{
	start(NULL, 0);
	see("database.away", "", 0);
	ok(raised + ended == 0 && board() == 0,
	    "what never began does not end");
	alerts_begin(a);
	alerts_value(a, "switch.away", "pbx1", "", 1, "refused");
	end(S);
	ok(raised == 1 && board() == 1 && out[0].since_ms == t &&
		strcmp(out[0].rule, "switch") == 0 &&
		strcmp(out[0].object, "pbx1") == 0 &&
		strcmp(out[0].severity, "critical") == 0 &&
		strcmp(out[0].message, "switch pbx1 is away: refused") == 0,
	    "raised: %s", out[0].message);
	alerts_begin(a);
	alerts_value(a, "switch.away", "pbx1", "", 1, "time\x1b[2Jout");
	alerts_value(a, "switch.away", "pbx2", "", 1, NULL);
	end(S);
	ok(raised == 2 && board() == 2 && strcmp(out[0].object, "pbx2") == 0 &&
		out[1].since_ms == t - S &&
		strncmp(out[1].message, "switch pbx1 is away: time\xef", 26) ==
		    0,
	    "not news again, but the present words, cleaned; newest first");
	alerts_begin(a);
	alerts_value(a, "switch.away", "pbx1", "", 0, NULL);
	alerts_value(a, "switch.away", "pbx2", "", 1, NULL);
	end(S);
	ok(ended == 1 && strcmp(last.object, "pbx1") == 0 &&
		last.ended_ms == t && board() == 2 && out[0].ended_ms == 0 &&
		out[1].ended_ms == t,
	    "the right one ends and is kept");
	see("switch.away", "pbx2", 1);
	ok(ended == 1, "once");
	see("switch.away", "pbx1", 1);
	ok(raised == 3 && ended == 2 && board() == 3 && out[0].since_ms == t &&
		alerts_running(a) == 1,
	    "it begins anew; what is not fed has ended");
	see("switch.away", "pbx1", NAN);
	ok(ended == 3, "nor has a value that is none an alert");
}

/* The rule of keys that machines press, as it is built in. */
static void
test_keys(void)
{
	static const char text[] = "mexico: key 1 connects machines";

	start(NULL, 0);
	for (int i = 0; i < 60; i++) {
		alerts_begin(a);
		alerts_value(a, "context.machine_keys", "mx", "", 0.11, text);
		end(S);
	}
	ok(raised == 0, "a minute is waited");
	alerts_begin(a);
	alerts_value(a, "context.machine_keys", "mx", "", 0.09, text);
	end(S);
	ok(raised == 0, "inside the hysteresis nothing begins");
	alerts_begin(a);
	alerts_value(a, "context.machine_keys", "mx", "", 0.11, text);
	end(S);
	for (int i = 0; i < 60; i++) {
		alerts_begin(a);
		alerts_value(a, "context.machine_keys", "mx", "", 0.11, text);
		end(S);
	}
	ok(raised == 1 && strcmp(last.rule, "machine-keys") == 0 &&
		strcmp(last.object, "mx") == 0 &&
		strcmp(last.severity, "warning") == 0 &&
		strcmp(last.message, text) == 0,
	    "raised in the engine's words: %s", last.message);
	alerts_begin(a);
	alerts_value(a, "context.machine_keys", "mx", "", 0.09, text);
	end(S);
	ok(ended == 0, "and does not end inside the hysteresis");
	alerts_begin(a);
	end(S);
	ok(ended == 1, "but at once when the context is another one");
}

static void
test_hold(void)
{
	static const struct m_alert_rule r[] = {
		{ .name = "low",
		    .statistic = "country.asr",
		    .test = "below",
		    .threshold = 0.2,
		    .hysteresis = 0.1,
		    .hold = 5,
		    .severity = "info",
		    .object = "usa",
		    .enabled = true },
	};
	struct rng g;

	start(r, 1);
	for (int i = 0; i < 5; i++)
		see("country.asr", "usa", 0.1);
	ok(raised == 0, "not before it has lasted");
	see("country.asr", "usa", 0.123);
	ok(raised == 1 && last.since_ms == t - 5 * S &&
		strcmp(last.message, "usa: country.asr is 0.123, below 0.2") ==
		    0,
	    "then, since it began: %s", last.message);
	for (int i = 0; i < 30; i++)
		see("country.asr", "usa", 0.29);
	ok(ended == 0, "inside the hysteresis it goes on");
	for (int i = 0; i < 60; i++)
		see("country.asr", "usa", i % 3 ? 0.9 : 0.1);
	ok(ended == 0 && raised == 1, "good for two seconds is not over");
	for (int i = 0; i < 6; i++)
		see("country.asr", "usa", 0.9);
	ok(ended == 1, "good for as long as it had to be bad is");
	for (int i = 0; i < 300; i++)
		see("country.asr", "usa", i % 3 ? 0.1 : 0.9);
	ok(raised == 1, "bad for two seconds again and again is nothing");
	for (int i = 0; i < 20; i++)
		see("country.asr", "canada", 0);
	ok(raised == 1, "nor is another object than the rule's");
	for (int i = 0; i < 3; i++)
		see("country.asr", "usa", 0.1);
	t -= 3600 * S;
	for (int i = 0; i < 7; i++)
		see("country.asr", "usa", 0.1);
	ok(raised == 2, "a clock set back an hour does not delay it an hour");

	start(NULL, 0);
	rng_seed(&g, 7);
	for (int i = 0; i < 1000; i++)
		see("pool.used", "usa", 0.885 + 0.03 * rng_unit(&g));
	ok(raised == 1 && ended == 0,
	    "a value that flaps around the threshold raises once");
}

static void
test_rules(void)
{
	struct m_alert_rule r[] = {
		{ .name = "spool", .enabled = false },
		{ .name = "unknown", .enabled = true },
		{ .name = "database",
		    .statistic = "database.away",
		    .test = "above",
		    .hold = 2,
		    .severity = "info",
		    .message = "{object}{value}{percent}{threshold}{x}{detail}",
		    .enabled = true },
		{ .name = "mine",
		    .statistic = "engine.spooled",
		    .test = "above",
		    .threshold = 1000,
		    .severity = "warning",
		    .enabled = true },
	};

	start(NULL, 0);
	alerts_begin(a);
	alerts_value(a, "engine.spool_unusable", "", "", 1, "full");
	alerts_value(a, "database.away", "", "", 1, "refused");
	end(S);
	ok(raised == 2 && board() == 2, "two built-in ones");
	alerts_rules(a, r, nitems(r));
	alerts_begin(a);
	alerts_value(a, "engine.spool_unusable", "", "", 1, "full");
	alerts_value(a, "database.away", "", "", 1, "refused");
	alerts_value(a, "engine.spooled", "", "", 12345, NULL);
	end(S);
	ok(ended == 1 && raised == 3 && strcmp(last.rule, "mine") == 0 &&
		strcmp(last.message, "engine.spooled is 12345, above 1000") ==
		    0,
	    "a default switched off ends, one of ours begins: %s",
	    last.message);
	ok(board() == 3 && strcmp(out[2].rule, "spool") == 0 &&
		out[1].since_ms == t - S &&
		strcmp(out[1].severity, "info") == 0 &&
		strcmp(out[1].message, "11000{x}refused") == 0,
	    "an overridden one goes on with its new words: %s", out[1].message);
	alerts_rules(a, NULL, 0);
	alerts_begin(a);
	end(S);
	ok(ended == 3 && raised == 3,
	    "a rule that is gone ends what it raised");
	alerts_rules(a, NULL, 0);
	alerts_begin(a);
	end(S);
	ok(ended == 3, "once");
}

/* A look at switch pbx1, trunk tr on it, campaigns c1 and c2 on tr. */
static void
chain(bool sw, bool tr, bool c1, bool c2)
{
	alerts_begin(a);
	alerts_value(a, "campaign.brake", "c1", "tr", c1, NULL);
	alerts_value(a, "campaign.brake", "c2", "other,tr", c2, NULL);
	alerts_value(a, "trunk.brake", "tr", "pbx1", tr, NULL);
	alerts_value(a, "trunk.brake", "t", "pbx2", 0, NULL);
	alerts_value(a, "switch.away", "pbx1", "", sw, NULL);
	end(S);
}

static void
test_causes(void)
{
	start(NULL, 0);
	chain(0, 0, 1, 1);
	ok(raised == 0, "one that may have a cause waits for it");
	for (int i = 0; i < 5; i++)
		chain(0, 1, 1, 1);
	ok(raised == 1 && board() == 1 &&
		strcmp(out[0].rule, "trunk-brake") == 0 && out[0].hidden == 2,
	    "one dead trunk is one alert that explains two");
	for (int i = 0; i < 5; i++)
		chain(1, 1, 1, 1);
	ok(raised == 2 && board() == 1 && strcmp(out[0].rule, "switch") == 0 &&
		out[0].hidden == 3,
	    "its switch explains it and what it explains");
	for (int i = 0; i < 9; i++)
		chain(0, 1, 1, 1);
	ok(ended == 1 && alerts_running(a) == 0,
	    "effects may last a little beyond their cause");
	for (int i = 0; i < 5; i++)
		chain(0, 1, 1, 1);
	ok(raised == 2 && board() == 2 && out[0].hidden == 2 &&
		strcmp(out[0].rule, "trunk-brake") == 0,
	    "then it is back on the board, but no news again");
	for (int i = 0; i < 15; i++)
		chain(0, 0, 1, 0);
	ok(ended == 2 && raised == 3 &&
		strcmp(last.rule, "campaign-brake") == 0 &&
		strcmp(last.object, "c1") == 0,
	    "a campaign that stays bad without its trunk is told then");
	chain(0, 0, 0, 0);
	ok(ended == 3 && alerts_running(a) == 0, "all is well");

	start(NULL, 0);
	for (int i = 0; i < 5; i++) {
		alerts_begin(a);
		alerts_value(a, "trunk.brake", "t", "", 1, NULL);
		alerts_value(a, "campaign.brake", "c1", "tr", 1, NULL);
		end(S);
	}
	ok(raised == 2, "another trunk explains nothing");

	start(NULL, 0);
	for (int i = 0; i < 5; i++) {
		alerts_begin(a);
		alerts_value(a, "campaign.mute_s", "c1", "", 90, NULL);
		alerts_value(a, "database.away", "", "", 1, NULL);
		end(S);
	}
	ok(raised == 1 && board() == 1 && out[0].hidden == 1,
	    "a cause without an object explains every object");
}

static void
test_circle(void)
{
	static const struct m_alert_rule r[] = {
		{ .name = "x",
		    .statistic = "trunk.asr",
		    .test = "below",
		    .threshold = 1,
		    .severity = "info",
		    .cause = "y",
		    .enabled = true },
		{ .name = "y",
		    .statistic = "trunk.ner",
		    .test = "below",
		    .threshold = 1,
		    .severity = "info",
		    .cause = "x",
		    .enabled = true },
		{ .name = "z",
		    .statistic = "trunk.asr",
		    .test = "below",
		    .threshold = 1,
		    .severity = "info",
		    .cause = "z",
		    .enabled = true },
	};

	start(r, nitems(r));
	for (int i = 0; i < 5; i++) {
		alerts_begin(a);
		alerts_value(a, "trunk.asr", "t", "t", 0, NULL);
		alerts_value(a, "trunk.ner", "t", "t", 0, NULL);
		end(S);
	}
	ok(raised == 3 && alerts_running(a) == 3,
	    "rules that explain each other or themselves hide nothing");
}

static void
feed_many(int n, int bad)
{
	char name[16];

	alerts_begin(a);
	for (int i = 0; i < n; i++) {
		str_format(name, sizeof(name), "c%d", i);
		/* every tenth is critical */
		alerts_value(a, i % 10 ? "campaign.mute_s" : "campaign.brake",
		    name, "", i < bad ? 100 : 0, NULL);
	}
	end(S);
}

static void
test_many(void)
{
	int order = 0;

	start(NULL, 0);
	for (int i = 0; i < 50; i++)
		feed_many(200, 100);
	ok(raised == 100 && ended == 0 && alerts_running(a) == 100,
	    "100 run, each raised once in 50 looks");
	for (int i = 0; i < 5; i++)
		feed_many(200, 150);
	ok(raised == 150 && board() == BOARD_ALERTS, "50 more are news");
	for (int i = 0; i < BOARD_ALERTS; i++)
		order += strcmp(out[i].severity,
			     i < 15 ? "critical" : "warning") == 0;
	ok(order == BOARD_ALERTS && out[0].since_ms > out[14].since_ms &&
		out[15].since_ms == out[31].since_ms &&
		out[15].since_ms == out[0].since_ms,
	    "the board shows all critical ones, then the newest warnings");
	for (int i = 0; i < 5; i++)
		feed_many(200, 20);
	ok(ended == 130 && alerts_running(a) == 20, "130 end, once each");
	ok(board() == BOARD_ALERTS && out[19].ended_ms == 0 &&
		out[20].ended_ms != 0,
	    "ended ones fill the board up");
}

static void
test_ack(void)
{
	start(NULL, 0);
	alerts_begin(a);
	alerts_value(a, "switch.away", "pbx1", "", 1, NULL);
	alerts_value(a, "switch.away", "pbx2", "", 1, NULL);
	alerts_value(a, "database.away", "", "", 1, NULL);
	end(S);
	ok(alerts_ack(a, "switch", "pbx2", "maria", t + 5) == 1 &&
		alerts_ack(a, "switch", "pbx2", "jose", t + 6) == 0,
	    "acknowledged, once");
	board();
	for (int i = 0; i < 3; i++)
		if (strcmp(out[i].object, "pbx2") == 0)
			ok(out[i].acked_ms == t + 5 &&
				strcmp(out[i].acked_by, "maria") == 0,
			    "by whom and when is on the board");
		else
			ok(out[i].acked_ms == 0, "the others are not");
	ok(alerts_ack(a, "switch", "", "jose", t) == 1, "all of a rule");
	ok(alerts_ack(a, "nothing", "", "jose", t) == 0, "none of another");
	ok(alerts_ack(a, "", "", "jose", t) == 1, "all");
	see("database.away", "", 0);
	see("database.away", "", 1);
	ok(raised == 4 && board() == 4 && out[0].acked_ms == 0,
	    "what begins anew is not acknowledged");
	see("database.away", "", 0);
	ok(alerts_ack(a, "database", "", "maria", t) == 1 && board() == 4 &&
		out[0].ended_ms != 0 && out[0].acked_ms == t,
	    "what has ended unseen can be");
}

static void
test_json(void)
{
	struct board_alert b = { .since_ms = 1795215346123,
		.rule = "switch",
		.object = "pbx1",
		.severity = "critical",
		.message = "switch \"pbx1\" \\ n\xc3\xa3o \xff responde" };
	struct buf t1 = BUF_INIT;
	json_t *o;

	alert_json(&t1, &b, "n1");
	o = json_loads(buf_cstr(&t1), 0, NULL);
	ok(o != NULL && strchr(buf_cstr(&t1), '\n') == NULL &&
		strcmp(json_string_value(json_object_get(o, "state")),
		    "raised") == 0 &&
		strcmp(json_string_value(json_object_get(o, "message")),
		    "switch \"pbx1\" \\ n\xc3\xa3o ? responde") == 0 &&
		strcmp(json_string_value(json_object_get(o, "node")), "n1") ==
		    0 &&
		strcmp(json_string_value(json_object_get(o, "since")),
		    "2026-11-20T22:55:46.123Z") == 0 &&
		json_is_null(json_object_get(o, "ended")) &&
		json_object_size(o) == 8,
	    "JSON: %s", buf_cstr(&t1));
	json_decref(o);
	buf_reset(&t1);
	b.ended_ms = b.since_ms + 1000;
	alert_json(&t1, &b, "n1");
	o = json_loads(buf_cstr(&t1), 0, NULL);
	ok(strcmp(json_string_value(json_object_get(o, "state")), "ended") ==
		    0 &&
		strcmp(json_string_value(json_object_get(o, "ended")),
		    "2026-11-20T22:55:47.123Z") == 0,
	    "and of an ended one");
	json_decref(o);
	buf_clear(&t1);
}

/*
 * Random values against a plain account of one rule: raised and ended
 * alternate, and what runs is what the account says.
 */
static void
test_property(uint64_t seed)
{
	struct m_alert_rule r = { .name = "r",
		.statistic = "trunk.ner",
		.test = "below",
		.threshold = 0.5,
		.severity = "warning",
		.enabled = true };
	struct rng g;
	int bad = 0, told = 0;

	rng_seed(&g, seed);
	for (int round = 0; round < 100; round++) {
		int since_bad = -1, since_good = -1, before;
		bool on = false;
		double v = 0.5;

		r.hold = (int64_t)rng_below(&g, 6);
		r.hysteresis = rng_below(&g, 2) ? 0.1 : 0;
		start(&r, 1);
		for (int i = 0; i < 200; i++) {
			bool fed = rng_below(&g, 40) > 0, low;

			v += 0.15 * (rng_unit(&g) - 0.5);
			v += 0.1 * (0.5 - v);
			low = v < 0.5 + (on ? r.hysteresis : 0);
			before = raised - ended;
			if (fed)
				see("trunk.ner", "t", v);
			else {
				alerts_begin(a);
				end(S);
			}
			if (!fed) {
				on = false;
				since_bad = since_good = -1;
			} else if (low) {
				since_good = -1;
				since_bad = since_bad < 0 ? i : since_bad;
				on |= i - since_bad >= r.hold;
			} else if (on) {
				since_good = since_good < 0 ? i : since_good;
				if (i - since_good >= r.hold) {
					on = false;
					since_bad = since_good = -1;
				}
			} else {
				since_bad = -1;
			}
			bad += raised - ended != on ||
			       alerts_running(a) != (size_t)on;
			told += before != on;
		}
	}
	ok(bad == 0 && told > 100,
	    "as a plain account has it, seed %llu, "
	    "%d changes",
	    (unsigned long long)seed, told);
}

/* 1,000 campaigns with 6 values each, a tenth of them bad. */
static void
test_price(void)
{
	static const char *const stat[] = { "campaign.brake", "campaign.asr",
		"campaign.ner", "campaign.abandonment", "campaign.mute_s",
		"country.asr" };
	int64_t begin;
	double ms;
	char name[16];

	start(NULL, 0);
	begin = now_read().mono_ns;
	for (int i = 0; i < 10; i++) {
		alerts_begin(a);
		for (int c = 0; c < 1000; c++) {
			str_format(name, sizeof(name), "c%d", c);
			for (size_t k = 0; k < nitems(stat); k++)
				alerts_value(a, stat[k], name, "t",
				    c < 100 ? 100 : 0, NULL);
		}
		end(S);
	}
	ms = (double)(now_read().mono_ns - begin) / 1e7;
	ok(ms < 100, "a look at 6,000 values: %.2f ms", ms);
}

int
main(void)
{
	const char *seed = getenv("SEED");
	int64_t s = 20261121;

	if (seed != NULL)
		str_int64(seed, 0, INT64_MAX, &s);
	test_defaults();
	test_life();
	test_keys();
	test_hold();
	test_rules();
	test_causes();
	test_circle();
	test_many();
	test_ack();
	test_json();
	test_property((uint64_t)s);
	test_price();
	alerts_free(a);
	return done_testing();
}
