/* SPDX-License-Identifier: MIT */
/*
 * Load test: figures of the pace, truth from digits, verdicts that pass and
 * verdicts that do not, the changes of a context, comparison, what is printed.
 */
#include "jobs/loadtest_judge.h"

#include <stdio.h>
#include <string.h>

#include "jobs/loadtest_html.h"
#include "jobs/loadtest_text.h"
#include "shared/loadtest_compare.h"
#include "shared/number.h"
#include "tap.h"

static struct loadtest_options o;
static struct loadtest_calls calls;
static struct loadtest_dids dids;
static struct loadtest_ran ran;
static struct loadtest_change change[4];

/* One call, sent at ms, that ended as it had to. */
static struct loadtest_call *
put(int64_t ms, const char *country, const char *number, enum disposition d,
    char key, const char *amd)
{
	struct loadtest_call *k = loadtest_calls_add(&calls);

	str_copy(k->number, sizeof(k->number), number);
	str_copy(k->country, sizeof(k->country), country);
	str_copy(k->campaign, sizeof(k->campaign), country);
	str_copy(k->amd, sizeof(k->amd), amd);
	k->disposition = (int)d;
	k->key = key;
	k->setup_ms = 20;
	k->sent = ms;
	k->answered = ms + 1000;
	k->ended = ms + 9000;
	return k;
}

/* 20 s at 10 a second, as good as can be. */
static void
good_test(void)
{
	static const char *const argv[] = { "loadtest", "--cps", "10",
		"--countries", "usa,mexico", "--dids", "4" };
	char number[MODEL_E164];

	loadtest_options_parse(&o, nitems(argv), (char **)(uintptr_t)argv);
	calls.n = dids.n = 0;
	memset(&ran, 0, sizeof(ran));
	for (int i = 0; i < 200; i++) {
		bool mexico = i % 2 == 1;
		char key = mexico ? '3' : '1';

		str_format(number, sizeof(number), "%s%04d%s",
		    mexico ? "+52551" : "+1305", i,
		    i % 10 < 6 ? (mexico ? "01330" : "01130") : "11000");
		put(100000 + i * 100, mexico ? "mexico" : "usa", number,
		    i % 10 < 6 ? DISP_CONNECTED : DISP_MACHINE,
		    i % 10 < 6 ? key : '\0', i % 10 < 6 ? "HUMAN" : "MACHINE");
	}
	for (int i = 0; i < 4; i++) {
		struct loadtest_did *d = loadtest_dids_add(&dids);

		str_copy(
		    d->country, sizeof(d->country), i < 2 ? "usa" : "mexico");
		d->uses = 50 + i % 2;
		d->cap = i < 2 ? 100 : 0;
	}
	for (int i = 0; i < 20; i++) {
		struct loadtest_call *k = put(100050 + i * 1000, "usa",
		    i % 2 == 0 ? "+13055501130" : "+13055601230",
		    DISP_CONNECTED, i % 2 == 0 ? '1' : '2', "");

		str_format(k->number, sizeof(k->number), "+1415%02d0%s", i,
		    i % 2 == 0 ? "01130" : "01230");
		str_copy(k->campaign, sizeof(k->campaign), "changes");
	}
	/* as sent: in order */
	for (size_t i = 1; i < calls.n; i++)
		for (size_t j = i;
		     j > 0 && calls.v[j].sent < calls.v[j - 1].sent; j--) {
			struct loadtest_call t = calls.v[j];

			calls.v[j] = calls.v[j - 1];
			calls.v[j - 1] = t;
		}
	o.cps = 11;
	ran.begin_ms = ran.plateau_ms = 100000;
	ran.end_ms = ran.over_ms = 120000;
	ran.change = change;
	ran.nchanges = 0;
	for (size_t i = 0; i < calls.n; i++)
		if (strcmp(calls.v[i].campaign, "changes") == 0 &&
		    calls.v[i].key == '2')
			calls.v[i].disposition = DISP_ANSWERED_NO_KEY;
	/* made, but takes no effect before the test is over */
	change[0] = (struct loadtest_change){ .asked_ms = 130000,
		.done_ms = 130010,
		.connect = '2',
		.good = true };
	ran.nchanges = 1;
}

static json_t *
judged(void)
{
	struct loadtest_facts f = { &o, &calls, &dids, &ran };

	return loadtest_judge(&f);
}

static const json_t *
target(const json_t *result, const char *name)
{
	size_t i;
	json_t *t;

	json_array_foreach (json_object_get(result, "targets"), i, t)
		if (strcmp(json_string_value(json_object_get(t, "name")),
			name) == 0)
			return t;
	return NULL;
}

/* That target failed, the verdict with it, and nothing else did. */
static bool
only(const char *name)
{
	json_t *r = judged(), *t;
	bool good = target(r, name) != NULL &&
		    json_is_false(json_object_get(target(r, name), "pass")) &&
		    strcmp(json_string_value(json_object_get(r, "verdict")),
			"fail") == 0;
	size_t i;

	json_array_foreach (json_object_get(r, "targets"), i, t)
		if (!json_is_true(json_object_get(t, "pass")) &&
		    strcmp(json_string_value(json_object_get(t, "name")),
			name) != 0) {
			printf("# %s failed too: %s\n",
			    json_string_value(json_object_get(t, "name")),
			    json_string_value(json_object_get(t, "measured")));
			good = false;
		}
	json_decref(r);
	return good;
}

static void
test_figures(void)
{
	struct loadtest_setup s;

	good_test();
	ok(loadtest_sent(&calls, 100000, 120000) == 220 &&
		loadtest_sent(&calls, 100000, 101000) == 11,
	    "calls of a stretch of time");
	ok(loadtest_worst(&calls, 0, INT64_MAX) == 11, "the worst second");
	calls.v[3].sent = calls.v[4].sent;
	put(119999, "usa", "+13055001130", DISP_CONNECTED, '1', "HUMAN");
	put(120898, "usa", "+13055101130", DISP_CONNECTED, '1', "HUMAN");
	ok(loadtest_worst(&calls, 119990, INT64_MAX) == 2 &&
		loadtest_worst(&calls, 120000, INT64_MAX) == 1,
	    "999 ms are within a second");
	calls.n = 0;
	for (int i = 1; i <= 100; i++)
		put(i, "usa", "+13055551130", DISP_BUSY, '\0', "")->setup_ms =
		    i;
	s = loadtest_setup_of(&calls, 0, INT64_MAX);
	ok(s.n == 100 && s.p50 == 50 && s.p95 == 95 && s.p99 == 99 &&
		s.max == 100 && s.mean == 50.5,
	    "percentiles by nearest rank");
	ok(loadtest_twice(&calls) == 1, "one number a hundred times is one");
	calls.n = 0;
	s = loadtest_setup_of(&calls, 0, INT64_MAX);
	ok(s.n == 0 && s.p95 == -1, "none: not known");
	ok(loadtest_worst(&calls, 0, INT64_MAX) == 0 &&
		loadtest_twice(&calls) == 0,
	    "nothing of nothing");
}

static void
test_truth(void)
{
	static const struct {
		const char *number;
		char connect;
		bool amd;
		const char *said;
		enum disposition d;
		char key;
	} t[] = {
		{ "+13055501130", '1', true, "HUMAN", DISP_CONNECTED, '1' },
		{ "+13055501330", '1', true, "HUMAN", DISP_ANSWERED_NO_KEY,
		    '3' },
		{ "+13055501930", '1', false, "", DISP_OPTED_OUT, '9' },
		{ "+13055501130", '1', true, "MACHINE", DISP_MACHINE, '1' },
		{ "+13055501000", '1', true, "HUMAN", DISP_ANSWERED_NO_KEY,
		    '\0' },
		{ "+13055511000", '1', true, "MACHINE", DISP_MACHINE, '\0' },
		{ "+13055511000", '1', true, "HUMAN", DISP_ANSWERED_NO_KEY,
		    '\0' },
		{ "+13055511000", '1', true, "", DISP_MACHINE, '\0' },
		{ "+13055511000", '1', false, "", DISP_ANSWERED_NO_KEY, '\0' },
		{ "+13055521000", '1', true, "", DISP_BUSY, '\0' },
		{ "+13055531000", '1', true, "", DISP_NO_ANSWER, '\0' },
		{ "+13055541000", '1', true, "", DISP_CONGESTION, '\0' },
		{ "+13055551000", '1', true, "", DISP_INVALID_NUMBER, '\0' },
		{ "+13055561000", '1', true, "", DISP_REJECTED, '\0' },
		{ "+13055591000", '1', true, "", DISP_ANSWERED_NO_KEY, '\0' },
	};

	for (size_t i = 0; i < nitems(t); i++) {
		struct loadtest_truth x = loadtest_truth_of(
		    t[i].number, t[i].connect, t[i].amd, t[i].said);

		ok(x.disp == t[i].d && x.key == t[i].key, "%s %s: %s",
		    t[i].number, t[i].said, disposition_word(x.disp));
	}
}

static void
test_verdicts(void)
{
	json_t *r;

	good_test();
	r = judged();
	ok(strcmp(json_string_value(json_object_get(r, "verdict")), "pass") ==
		0,
	    "all is well: it passes");
	json_decref(r);

	good_test();
	ran.end_ms = 121000;
	ok(only("calls per second, mean"), "slower than 98 %%");
	good_test();
	ran.plateau_ms = 0;
	ok(only("calls per second, mean"), "no plateau is no pass");
	good_test();
	calls.v[13].sent = calls.v[12].sent;
	calls.v[14].sent = calls.v[12].sent;
	calls.v[15].sent = calls.v[12].sent;
	ok(only("worst sliding second"), "a burst");
	good_test();
	for (size_t i = 0; i < calls.n; i++)
		calls.v[i].setup_ms = i % 50 == 0 ? 1200 : 20;
	ok(only("set-up time, p99"), "the slow hundredth");
	good_test();
	calls.v[60].ended = 0;
	calls.v[60].disposition = -1;
	ok(only("every call has ended"), "one is open");
	good_test();
	str_copy(
	    calls.v[1].number, sizeof(calls.v[1].number), calls.v[3].number);
	calls.v[1].key = calls.v[3].key;
	calls.v[1].disposition = calls.v[3].disposition;
	str_copy(calls.v[1].amd, sizeof(calls.v[1].amd), calls.v[3].amd);
	str_copy(
	    calls.v[1].country, sizeof(calls.v[1].country), calls.v[3].country);
	str_copy(calls.v[1].campaign, sizeof(calls.v[1].campaign),
	    calls.v[3].campaign);
	ok(only("nobody is called twice"), "the same number");
	good_test();
	dids.v[1].uses = 52;
	ok(only("rotation in usa"), "50 to 52 uses");
	good_test();
	dids.v[0].over = 1;
	ok(only("no caller ID over its cap"), "a cap");
	good_test();
	change[1] = change[0];
	change[1].good = false;
	ran.nchanges = 2;
	ok(only("contexts made and changed"), "a change that was refused");
	good_test();
	ran.early = true;
	r = judged();
	ok(strcmp(json_string_value(json_object_get(r, "verdict")), "fail") ==
		    0 &&
		json_object_get(r, "stopped") != NULL,
	    "stopped by hand is no pass");
	json_decref(r);
	good_test();
	calls.n = 0;
	r = judged();
	ok(strcmp(json_string_value(json_object_get(r, "verdict")), "fail") ==
		0,
	    "without calls nothing passes");
	json_decref(r);
}

static void
test_keys(void)
{
	json_t *r;
	int machines = 0;
	struct buf text = BUF_INIT;

	good_test();
	for (size_t i = 0; i < calls.n; i++)
		if (calls.v[i].key == '3') {
			calls.v[i].key = '\0';
			calls.v[i].disposition = DISP_ANSWERED_NO_KEY;
			break;
		}
	r = judged();
	ok(json_is_false(
	       json_object_get(target(r, "keys in mexico"), "pass")) &&
		json_is_true(
		    json_object_get(target(r, "keys in usa"), "pass")) &&
		json_is_false(json_object_get(
		    target(r, "outcome as the far end made it"), "pass")),
	    "a key that was lost fails its country and the outcome");
	json_decref(r);
	good_test();
	for (size_t i = 0; i < calls.n && machines < 3; i++)
		if (strcmp(calls.v[i].amd, "HUMAN") == 0) {
			str_copy(
			    calls.v[i].amd, sizeof(calls.v[i].amd), "MACHINE");
			calls.v[i].key = '\0';
			calls.v[i].disposition = DISP_MACHINE;
			machines++;
		}
	ok(only("people taken for machines"),
	    "3 of 120 people are false positives, and nothing else");
	r = json_pack("{s:i, s:o}", "id", 1, "result", judged());
	loadtest_text(r, &text);
	ok(strstr(buf_cstr(&text), "2.50 % of 120 people abandoned with") !=
		    NULL &&
		strstr(buf_cstr(&text), "0.0250") != NULL,
	    "the certificate says what they are: abandoned");
	buf_clear(&text);
	json_decref(r);
}

static void
test_changes(void)
{
	good_test();
	change[0] =
	    (struct loadtest_change){ 110000, 110020, '2', false, true };
	ok(loadtest_key_at(&ran, 109999) == '1' &&
		loadtest_key_at(&ran, 110000) == '?' &&
		loadtest_key_at(&ran, 110020) == '?' &&
		loadtest_key_at(&ran, 110021) == '2',
	    "before, while and after a change");
	/* The calls go on as if nothing had been changed. */
	{
		json_t *r = judged();

		ok(json_is_false(json_object_get(
		       target(r, "change holds from the next call"), "pass")),
		    "calls with the old context are found");
		json_decref(r);
	}
	/* ... and as they should */
	for (size_t i = 0; i < calls.n; i++)
		if (strcmp(calls.v[i].campaign, "changes") == 0 &&
		    calls.v[i].sent > 110020)
			calls.v[i].disposition = calls.v[i].key == '2'
						     ? DISP_CONNECTED
						     : DISP_ANSWERED_NO_KEY;
	{
		json_t *r = judged();

		ok(strcmp(json_string_value(json_object_get(r, "verdict")),
		       "pass") == 0,
		    "a change that holds passes");
		json_decref(r);
	}
}

static void
test_soak(void)
{
	struct loadtest_sample s[30];

	good_test();
	o.scenario[LOADTEST_SOAK] = true;
	ran.plateau_ms = 80000;
	ran.sample = s;
	ran.nsamples = nitems(s);
	for (size_t i = 0; i < nitems(s); i++)
		s[i] = (struct loadtest_sample){ 80000 + (int64_t)i * 1334,
			20000, 5, 3 };
	{
		json_t *r = judged();

		ok(json_is_true(json_object_get(
		       target(r, "memory of the engine"), "pass")),
		    "as much as before");
		json_decref(r);
	}
	for (size_t i = 20; i < nitems(s); i++)
		s[i].rss_kb = 40000;
	{
		json_t *r = judged();

		ok(json_is_false(json_object_get(
		       target(r, "memory of the engine"), "pass")),
		    "it grows");
		json_decref(r);
	}
	ran.plateau_ms = 100000;
	ran.end_ms = 120000;
	{
		json_t *r = judged();

		ok(json_is_false(json_object_get(
		       target(r, "nothing grows or slows"), "pass")),
		    "too short to tell is no pass");
		json_decref(r);
	}
}

static void
test_compare(void)
{
	json_t *a, *b, *c;

	a = json_pack("{s:i, s:{s:[{s:s, s:s, s:s, s:b}, {s:s, s:s, s:s, s:b}, "
		      "{s:s, s:s, s:s, s:b}, {s:s, s:s, s:s, s:b}]}}",
	    "id", 3, "result", "targets", "name", "mean", "wanted", ">= 9",
	    "measured", "10.0 over 5 s", "pass", 1, "name", "p95", "wanted",
	    "< 500 ms", "measured", "100 ms", "pass", 1, "name", "keys",
	    "wanted", "0", "measured", "2 of 9", "pass", 0, "name", "old",
	    "wanted", "0", "measured", "0", "pass", 1);
	b = json_pack("{s:i, s:{s:[{s:s, s:s, s:s, s:b}, {s:s, s:s, s:s, s:b}, "
		      "{s:s, s:s, s:s, s:b}, {s:s, s:s, s:s, s:b}]}}",
	    "id", 4, "result", "targets", "name", "mean", "wanted", ">= 9",
	    "measured", "9.8 over 5 s", "pass", 1, "name", "p95", "wanted",
	    "< 500 ms", "measured", "180 ms", "pass", 1, "name", "keys",
	    "wanted", "0", "measured", "0 of 9", "pass", 1, "name", "fresh",
	    "wanted", "0", "measured", "0", "pass", 1);
	c = loadtest_compare(a, b);
	{
		static const char *const want[] = { "same", "worse", "better",
			"new", "gone" };
		const json_t *list = json_object_get(c, "targets");

		for (size_t i = 0; i < nitems(want); i++)
			ok(strcmp(json_string_value(json_object_get(
				      json_array_get(list, i), "change")),
			       want[i]) == 0,
			    "compared: %s", want[i]);
	}
	ok(json_integer_value(json_object_get(c, "with")) == 3 &&
		json_integer_value(json_object_get(c, "better")) == 1 &&
		json_integer_value(json_object_get(c, "worse")) == 1,
	    "and summed up");
	json_decref(a);
	json_decref(b);
	json_decref(c);
}

static void
test_print(void)
{
	struct loadtest_facts f = { &o, &calls, &dids, &ran };
	struct buf text = BUF_INIT, html = BUF_INIT;
	json_t *r;
	size_t widest = 0;

	good_test();
	r = json_pack("{s:i, s:s, s:s, s:s, s:o, s:o, s:o}", "id", 7, "started",
	    "2026-11-21T10:00:00Z", "ended", "2026-11-21T10:01:00Z", "version",
	    "<b>&\"", "parameters", loadtest_options_json(&o), "result",
	    loadtest_judge(&f), "series", loadtest_series(&f));
	loadtest_text(r, &text);
	loadtest_html(r, &html);
	for (const char *p = buf_cstr(&text); *p != '\0';) {
		size_t n = strcspn(p, "\n");

		widest = MAXIMUM(widest, n);
		p += n + (p[n] != '\0');
	}
	ok(strstr(buf_cstr(&text), "LOAD TEST 7") != NULL &&
		strstr(buf_cstr(&text), "PASS") != NULL && widest <= 80,
	    "the certificate, %zu columns wide", widest);
	ok(strstr(buf_cstr(&html), "<svg") != NULL &&
		strstr(buf_cstr(&html), "<b>&\"") == NULL &&
		strstr(buf_cstr(&html), "&lt;b&gt;&amp;&quot;") != NULL,
	    "HTML: a chart, and texts escaped");
	ok(strstr(buf_cstr(&html), "http") == NULL &&
		strstr(buf_cstr(&html), "<script") == NULL,
	    "nothing from elsewhere");
	json_decref(r);
	buf_reset(&text);
	buf_reset(&html);
	r = json_object();
	loadtest_text(r, &text);
	loadtest_html(r, &html);
	ok(text.len > 0 && html.len > 0, "an empty report is printed too");
	json_decref(r);
	buf_clear(&text);
	buf_clear(&html);
}

static void
test_plan(void)
{
	static const char *const argv[] = { "loadtest", "--cps", "20",
		"--minutes", "2", "--countries", "usa,mexico,chile", "--dids",
		"60" };
	struct loadtest_plan plan;
	struct buf why = BUF_INIT, conf = BUF_INIT;
	bool valid = true;
	int lines = 0;

	loadtest_options_parse(&o, nitems(argv), (char **)(uintptr_t)argv);
	ok(loadtest_plan_make(&plan, &o, &why) && plan.n == 4 &&
		plan.calls == 2400,
	    "a plan: three countries and the changes");
	for (int i = 0; i < plan.n; i++)
		for (const char *p = buf_cstr(&plan.part[i].contacts);
		     *p != '\0'; p += strcspn(p, "\n") + 1) {
			char e164[MODEL_E164];
			struct number n;

			str_format(e164, sizeof(e164), "%.*s",
			    (int)strcspn(p, "\n"), p);
			valid =
			    valid && number_parse(e164, NULL, &n) &&
			    strcmp(n.region, plan.part[i].country->region) == 0;
			lines++;
		}
	ok(valid && lines == plan.contacts && plan.contacts >= plan.calls,
	    "%d valid numbers for %d calls", lines, (int)plan.calls);
	loadtest_plan_conf(&plan, "carrier", &conf);
	ok(strstr(buf_cstr(&conf), "connect_key = \"3\"") != NULL,
	    "Mexico connects with 3");
	loadtest_plan_clear(&plan);
	o.dids = 3;
	buf_reset(&why);
	valid = loadtest_plan_make(&plan, &o, &why);
	ok(!valid && strstr(buf_cstr(&why), "--dids") != NULL,
	    "too few caller IDs for the cap: %s", buf_cstr(&why));
	loadtest_plan_clear(&plan);
	buf_clear(&why);
	buf_clear(&conf);
}

int
main(void)
{
	test_figures();
	test_truth();
	test_verdicts();
	test_keys();
	test_changes();
	test_soak();
	test_compare();
	test_print();
	test_plan();
	free(calls.v);
	free(dids.v);
	return done_testing();
}
