/* SPDX-License-Identifier: MIT */
/* spec: mistakes name their line; print and read are inverse. */
#include "shared/spec.h"

#include <stdlib.h>
#include <string.h>

#include "shared/spec_check.h"
#include "shared/util.h"
#include "tap.h"

static void
test_times(void)
{
	int a, b;

	ok(spec_minutes("00:00") == 0 && spec_minutes("08:30") == 510 &&
		spec_minutes("24:00") == 1440,
	    "minutes");
	ok(spec_minutes("24:01") < 0 && spec_minutes("8:30") < 0 &&
		spec_minutes("12:60") < 0 && spec_minutes("") < 0 &&
		spec_minutes("12:000") < 0 && spec_minutes("1") < 0,
	    "no minutes");
	ok(spec_days("mon-sun") == 0x7f && spec_days("mon-fri") == 0x3e &&
		spec_days("sun") == 1 && spec_days("none") == 0 &&
		spec_days("mon,wed,sat-sun") == (2 | 8 | 64 | 1),
	    "days");
	ok(spec_days("") < 0 && spec_days("mon-") < 0 &&
		spec_days("mon,") < 0 && spec_days("Mon") < 0 &&
		spec_days("monday") < 0 && spec_days("mo") < 0,
	    "no days");
	ok(spec_span("", &a, &b) == 0 && spec_span("none", &a, &b) == 1 &&
		spec_span("10:00-16:00", &a, &b) == 2 && a == 600 && b == 960,
	    "spans");
	ok(spec_span("16:00-10:00", &a, &b) < 0 &&
		spec_span("10:00", &a, &b) < 0 &&
		spec_span("10:00-25:00", &a, &b) < 0,
	    "no spans");
	ok(strcmp(spec_kind("campaigns"), "campaign") == 0 &&
		strcmp(spec_kind("did"), "did") == 0 &&
		spec_kind("switch") == NULL,
	    "kinds");
}

static void
test_mistakes(void)
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "trunk = ();",
		    "f:1: unknown group \"trunk\", expected trunks" },
		{ "\nfoo = 1;", "f:2: unknown group \"foo\"" },
		{ "trunks = {};", "f:1: trunks is no list of groups" },
		{ "trunks = ( 1 );", "f:1: trunks is no list of groups" },
		{ "trunks = (\n { max_cps = 1.0; } );",
		    "f:2: this trunk has no name" },
		{ "trunks = ( { name = 5; } );",
		    "f:1: name = 5, expected 1 to" },
		{ "trunks = ( { name = \"a b\"; } );", "f:1: name = \"a b\"" },
		{ "dids = ( { number = \"3055550123\"; } );",
		    "f:1: number = \"3055550123\", expected a number in E.164" },
		{ "trunks = ( { name = \"a\"; }, \n{ name = \"a\"; } );",
		    "f:2: trunk \"a\" stands in this file twice, expected once "
		    "(first at line 1)" },
		{ "trunks = ( { name = \"a\";\n max = 1; } );",
		    "f:2: unknown key \"max\" of a trunk, expected name, switch, "
		    "channel" },
		{ "trunks = ( { name = \"a\"; switch_name = \"x\"; } );",
		    "f:1: unknown key \"switch_name\"" },
		{ "trunks = ( { name = \"a\"; max_cps = -1; } );",
		    "f:1: max_cps = -1, expected a number from 0 to 1000" },
		{ "trunks = ( { name = \"a\"; weight = 1.5; } );",
		    "f:1: weight = 1.5, expected an integer from 1 to 1000" },
		{ "trunks = ( { name = \"a\"; enabled = 1; } );",
		    "f:1: enabled = 1, expected true or false" },
		{ "trunks = ( { name = \"a\"; channel = \"PJSIP/x\"; } );",
		    "f:1: channel = \"PJSIP/x\", expected a channel such as" },
		{ "trunks = ( { name = \"a\"; channel = \"PJSIP/{number}\\n"
		  "Action: x\"; } );",
		    "f:1: channel = a text with control characters" },
		{ "trunks = ( { name = \"a\"; caller_id = \"+1305\"; } );",
		    "f:1: caller_id = \"+1305\", expected a text with {did}" },
		{ "countries = ( { name = \"x\"; call_from = \"8:00\"; } );",
		    "f:1: call_from = \"8:00\", expected a time" },
		{ "countries = ( { name = \"x\"; call_from = \"20:00\";\n"
		  "call_to = \"09:00\"; } );",
		    "f:2: call_to = \"09:00\", expected a time after call_from" },
		{ "countries = ( { name = \"x\"; weekdays = \"lun\"; } );",
		    "f:1: weekdays = \"lun\", expected days" },
		{ "countries = ( { name = \"x\"; saturday = \"9-12\"; } );",
		    "f:1: saturday = \"9-12\"" },
		{ "countries = ( { name = \"x\"; region = \"usa\"; } );",
		    "f:1: region = \"usa\", expected an ISO 3166" },
		{ "countries = ( { name = \"x\"; cap_zone = \"Nowhere\"; } );",
		    "f:1: cap_zone = \"Nowhere\"" },
		{ "contexts = ( { name = \"x\";\n connect_key = \"9\"; } );",
		    "f:2: connect_key and disconnect_key are both \"9\"" },
		{ "contexts = ( { name = \"x\"; connect_key = \"3\";\n"
		  "repeat_key = \"3\"; } );",
		    "f:2: connect_key and repeat_key are both \"3\"" },
		{ "contexts = ( { name = \"x\"; connect_key = \"A\"; } );",
		    "f:1: connect_key = \"A\", expected one of 0 to 9" },
		{ "contexts = ( { name = \"x\"; connect_key = 1; } );",
		    "f:1: connect_key = 1, expected one of 0 to 9" },
		{ "contexts = ( { name = \"x\"; destination = \"sales\"; } );",
		    "f:1: destination = \"sales\", expected \"queue:NAME\"" },
		{ "contexts = ( { name = \"x\"; on_machine = \"sing\"; } );",
		    "f:1: on_machine = \"sing\", expected one of \"hangup\" "
		    "\"prompt\"" },
		{ "contexts = ( { name = \"x\"; prompt = \"a,System(x)\"; } );",
		    "f:1: prompt = " },
		{ "contexts = ( { name = \"x\"; destination = \"queue:a,b\"; } );",
		    "f:1: destination = \"queue:a,b\"" },
		{ "profiles = ( { name = \"x\"; max_cps = 5.0;\n initial_cps = "
		  "9.0; } );",
		    "f:2: initial_cps = 9, expected no more than max_cps" },
		{ "campaigns = ( { name = \"x\"; retry = { busi = 1; }; } );",
		    "f:1: retry = {\"busi\":1}, expected seconds" },
		{ "campaigns = ( { name = \"x\"; retry = { busy = -1; }; } );",
		    "f:1: retry = {\"busy\":-1}" },
		{ "campaigns = ( { name = \"x\"; trunks = \"a\"; } );",
		    "f:1: trunks = \"a\", expected a list" },
		{ "campaigns = ( { name = \"x\"; trunks = [ \"a\", \"a\" ]; } );",
		    "f:1: trunks = [\"a\",\"a\"]" },
		{ "campaigns = ( { name = \"x\"; mode = \"predictive\"; } );",
		    "f:1: mode = \"predictive\", expected one of \"broadcast\"" },
		{ "\n\n  @include \"/etc/passwd\"\n", "f:3: @include" },
		{ "trunks = ( { name = \"a\"; }\n", "f:2: syntax error" },
		{ "trunks = ( { name = \"a\";\n name = \"b\"; } );",
		    "f:2: this name stands in its group twice" },
		{ "campaigns = ( { name = \"x\"; retry_max = { busy = 101; }; } );",
		    "f:1: retry_max = {\"busy\":101}, expected attempts from 0 "
		    "to 100 per disposition" },
		{ "campaigns = ( { name = \"x\"; order = \"random\"; } );",
		    "f:1: order = \"random\", expected one of \"due\" "
		    "\"new_first\" \"retry_first\"" },
		{ "countries = ( { name = \"x\";\n rotation = \"score\"; } );",
		    "f:2: rotation = \"score\", expected one of \"least_used\" "
		    "\"weighted_score\" \"highest_score\" \"weighted_random\"" },
		{ "countries = ( { name = \"x\"; near = \"zip\"; } );",
		    "f:1: near = \"zip\", expected one of \"none\" \"area\" "
		    "\"state\"" },
		{ "countries = ( { name = \"x\";\n\n holidays = \"12-25 13-01\"; "
		  "} );",
		    "f:3: holidays = \"12-25 13-01\", expected days such as "
		    "\"12-25 2026-04-03 easter-2 01-06>mon 4thu11\"; not "
		    "understood from \"13-01\" on" },
		{ "countries = ( { name = \"x\"; states = \"FL 08:00-20:00; TX "
		  "sonntag none\"; } );",
		    "f:1: states = \"FL 08:00-20:00; TX sonntag none\", "
		    "expected rules such as \"FL 08:00-20:00; TX sun" },
		{ "alert_rule = ();",
		    "f:1: unknown group \"alert_rule\", expected trunks, "
		    "profiles, amd_profiles, alert_rules" },
		{ "amd_profiles = ( { name = \"x\";\n greeting = -1; } );",
		    "f:2: greeting = -1, expected an integer from 0 to 60000" },
		{ "amd_profiles = ( { name = \"x\"; words = 3; } );",
		    "f:1: unknown key \"words\" of an amd_profile, expected "
		    "name, initial_silence" },
		{ "amd_profiles = ( { name = \"x\"; false_positive = 1.5; } );",
		    "f:1: false_positive = 1.5, expected a number from 0 to 1" },
		{ "contexts = ( { name = \"x\"; on_human = \"hangup\"; } );",
		    "f:1: on_human = \"hangup\", expected one of \"prompt\" "
		    "\"connect\"" },
		{ "contexts = ( { name = \"x\"; on_unsure = \"no\"; } );",
		    "f:1: on_unsure = \"no\", expected one of \"prompt\" "
		    "\"hangup\" \"message\" \"connect\"" },
		{ "contexts = ( { name = \"x\";\n repeat_key = \"#\"; } );",
		    "f:2: repeat_key = \"#\", expected one of 0 to 9 or *" },
		{ "contexts = ( { name = \"x\"; version = 3; } );",
		    "f:1: unknown key \"version\" of a context" },
		{ "contexts = ( { name = \"x\"; states = \"ask hangup\"; } );",
		    "f:1: states = \"ask hangup\", expected a list of texts of "
		    "1 to 399 bytes, together at most 4095: [ \"ask menu" },
		{ "contexts = ( { name = \"x\";\n states = [ \"ask hangup\", "
		  "\"  \" ]; } );",
		    "f:2: states = [\"ask hangup\",\"  \"], expected a list" },
		{ "contexts = ( { name = \"x\";\n states = [ 1 ]; } );",
		    "f:2: states = [1], expected a list" },
		{ "contexts = ( { name = \"x\";\n states = [ \"a hangup\\n\" ]; "
		  "} );",
		    "f:2: states = a text with control characters" },
		{ "contexts = ( { name = \"x\"; prompt = \"a\";\n states = [\n"
		  "\"hi play prompt=a >ask\",\n"
		  "\"ask menu prompt=a 1>nobody\"\n ]; } );",
		    "f:4: state 2 \"ask\": \"1>nobody\": no state" },
		{ "contexts = ( { name = \"x\"; connect_key = \"A\";\n"
		  "states = [ \"bye hangup\" ]; } );",
		    "f:1: connect_key = \"A\", expected one of 0 to 9" },
		{ "alert_rules = ( { name = \"x\"; treshold = 1; } );",
		    "f:1: unknown key \"treshold\" of an alert_rule, expected "
		    "name, statistic" },
		{ "alert_rules = ( { name = \"x\";\n statistic = \"trunk.asd\"; } "
		  ");",
		    "f:2: statistic = \"trunk.asd\", expected one of "
		    "\"engine.cps_ratio\"" },
		{ "alert_rules = ( { name = \"x\"; test = \"over\"; } );",
		    "f:1: test = \"over\", expected one of \"above\" \"below\"" },
		{ "alert_rules = ( { name = \"x\"; severity = \"bad\"; } );",
		    "f:1: severity = \"bad\", expected one of \"info\" "
		    "\"warning\" \"critical\"" },
		{ "alert_rules = ( { name = \"x\"; statistic = \"trunk.asr\";\n"
		  "message = \"{objekt} is bad\"; } );",
		    "f:2: message = \"{objekt} is bad\", expected a text of at "
		    "most 127 bytes, in braces only {object}" },
		{ "alert_rules = ( { name = \"brake\";\n severity = \"info\"; } );",
		    "f:2: severity = \"info\" without a statistic, expected "
		    "statistic = \"scope.value\";" },
		{ "alert_rules = ( { name = \"x23456789012345678901234567890123"
		  "45678901234567890\"; } );",
		    "f:1: name = \"x23456789012345678901234567890123456789"
		    "01234567890\", expected 1 to 47 letters" },
		{ "alert_rules = ( { name = \"x\"; hysteresis = -0.1; } );",
		    "f:1: hysteresis = -0.1, expected a number from 0" },
		{ "dids = ( { number = \"+13055550123\"; blocked_until = \"soon\";"
		  " } );",
		    "f:1: blocked_until = \"soon\", expected a time" },
	};

	for (size_t i = 0; i < nitems(t); i++) {
		struct spec_file f;
		struct buf err = BUF_INIT;
		bool good = spec_read("f", t[i].text, &f, &err);

		ok(!good && strncmp(buf_cstr(&err), t[i].want,
				strlen(t[i].want)) == 0,
		    "%s: %s", t[i].want, buf_cstr(&err));
		if (good)
			spec_clear(&f);
		buf_clear(&err);
	}
}

static void
test_structs(void)
{
	static const char text[] =
	    "campaigns = ( { name = \"c\"; trunks = [ \"t\", \"u\" ];\n"
	    "  retry = { busy = 60; lost = 0; }; max_cps = 3;\n"
	    "  retry_max = { busy = 5; }; order = \"new_first\"; } );\n"
	    "dids = ( { number = \"+13055550123\"; } );\n"
	    "contexts = ( { name = \"x\"; country = \"mexico\"; "
	    "connect_key = \"3\"; } );\n"
	    "trunks = ( { name = \"t\"; switch = \"pbx1\"; } );\n"
	    "simulation = { hours = 8; anything = [ \"goes\" ]; };\n";
	struct spec_file f;
	struct buf err = BUF_INIT;
	struct m_campaign c;
	struct m_context x;
	struct m_trunk t;
	struct m_did d;
	json_t *o;
	bool good;

	good = spec_read("f", text, &f, &err);
	ok(good, "a good file %s", buf_cstr(&err));
	ok(f.n == 4 && strcmp(f.v[0].kind, "trunk") == 0 &&
		strcmp(f.v[1].kind, "context") == 0 &&
		strcmp(f.v[2].kind, "campaign") == 0 &&
		strcmp(f.v[3].kind, "did") == 0 && f.v[2].line == 1,
	    "in the order in which they need each other");
	ok(spec_trunk(f.v[0].obj, &t) && strcmp(t.switch_name, "pbx1") == 0 &&
		t.max_cps == 30 && t.enabled &&
		strcmp(t.channel, "PJSIP/{number}@carrier") == 0,
	    "trunk");
	ok(spec_context(f.v[1].obj, &x) && strcmp(x.connect_key, "3") == 0 &&
		strcmp(x.disconnect_key, "9") == 0 && x.menu_timeout == 10 &&
		x.amd,
	    "context");
	ok(spec_campaign(f.v[2].obj, &c) && c.trunks.n == 2 &&
		strcmp(c.trunks.v[1], "u") == 0 && c.max_cps == 3 &&
		c.retry[DISP_BUSY] == 60 && c.retry[DISP_LOST] == 0 &&
		c.retry[DISP_NO_ANSWER] == -1 && c.retry_max[DISP_BUSY] == 5 &&
		c.retry_max[DISP_NO_ANSWER] <= 0 &&
		strcmp(c.order, "new_first") == 0 &&
		strcmp(c.state, "stopped") == 0,
	    "campaign");
	ok(spec_did(f.v[3].obj, &d) && strcmp(d.number, "+13055550123") == 0 &&
		strcmp(d.state, "active") == 0,
	    "did");
	spec_clear(&f);
	o = json_pack("{s:s, s:i, s:s, s:f, s:n}", "name", "c", "id", 7,
	    "state", "running", "max_cps", 2.5, "context");
	ok(spec_campaign(o, &c) && c.id == 7 &&
		strcmp(c.state, "running") == 0 && c.max_cps == 2.5,
	    "as the database tells it");
	json_object_set_new(o, "max_cps", json_real(-1));
	ok(!spec_campaign(o, &c), "a struct out of range is refused");
	json_decref(o);
	o = json_pack("{s:s, s:s}", "name", "x", "connect_key", "9");
	ok(!spec_context(o, &x), "two keys alike are refused");
	good = spec_check("context", o, &err);
	ok(!good && strstr(buf_cstr(&err), "are both \"9\"") != NULL,
	    "spec_check: %s", buf_cstr(&err));
	json_decref(o);
	buf_clear(&err);
}

static void
test_alert_rules(void)
{
	static const char text[] =
	    "countries = ( { name = \"usa\"; holidays = \"12-25 4thu11\";\n"
	    "  states = \"FL 08:00-20:00; TX sun 12:00-21:00\"; } );\n"
	    "alert_rules = ( { name = \"asr\"; statistic = \"country.asr\";\n"
	    "  object = \"usa\"; test = \"below\"; threshold = 0.2; hold = 30;"
	    "\n  message = \"{object}: {percent} %\"; cause = \"switch\"; },\n"
	    "  { name = \"mute\"; enabled = false; } );\n"
	    "profiles = ( { name = \"p\"; } );\n";
	struct spec_file f;
	struct buf err = BUF_INIT;
	struct m_alert_rule r;
	struct m_country c;
	bool good = spec_read("f", text, &f, &err);
	json_t *o;

	ok(good && f.n == 4 && strcmp(f.v[0].kind, "profile") == 0 &&
		strcmp(f.v[1].name, "asr") == 0 &&
		strcmp(f.v[2].name, "mute") == 0 &&
		strcmp(f.v[3].kind, "country") == 0,
	    "alert rules come after profiles %s", buf_cstr(&err));
	ok(spec_alert_rule(f.v[1].obj, &r) &&
		strcmp(r.statistic, "country.asr") == 0 &&
		strcmp(r.object, "usa") == 0 && strcmp(r.test, "below") == 0 &&
		r.threshold == 0.2 && r.hold == 30 && r.hysteresis == 0 &&
		strcmp(r.severity, "warning") == 0 &&
		strcmp(r.cause, "switch") == 0 && r.enabled &&
		strcmp(r.message, "{object}: {percent} %") == 0,
	    "an alert rule");
	ok(spec_alert_rule(f.v[2].obj, &r) && !r.enabled && !r.statistic[0],
	    "a built-in one switched off");
	ok(spec_country(f.v[3].obj, &c) &&
		strcmp(c.holidays, "12-25 4thu11") == 0 &&
		strncmp(c.states, "FL ", 3) == 0 &&
		strcmp(c.rotation, "least_used") == 0 &&
		strcmp(c.near, "none") == 0 && c.did_rest == 86400,
	    "holidays and states");
	spec_clear(&f);
	/* As the database tells it: every key is there. */
	o = json_pack("{s:s,s:i,s:s,s:s,s:s,s:f,s:f,s:i,s:s,s:s,s:s,s:b}",
	    "name", "mute", "id", 3, "statistic", "", "object", "", "test",
	    "above", "threshold", 0.0, "hysteresis", 0.0, "hold", 0, "severity",
	    "warning", "cause", "", "message", "", "enabled", 0);
	ok(spec_alert_rule(o, &r) && r.id == 3 && !r.enabled,
	    "a whole row that only switches one off");
	json_object_set_new(o, "hold", json_integer(3));
	ok(!spec_alert_rule(o, &r), "and one that wants more than it can");
	json_decref(o);
	buf_clear(&err);
}

/* States: lines in the struct, and whatever the options would say. */
static void
test_states(void)
{
	static const char text[] =
	    "contexts = ( { name = \"x\"; connect_key = \"9\";\n"
	    "  states = [ \"ask menu prompt=hello 1>bye\",\n"
	    "    \"bye hangup\" ]; },\n"
	    "  { name = \"y\"; states = []; on_unsure = \"hangup\"; } );\n"
	    "amd_profiles = ( { name = \"strict\"; greeting = 1200;\n"
	    "  false_positive = 0.02; } );\n";
	struct spec_file f;
	struct buf err = BUF_INIT, b = BUF_INIT;
	struct m_amd_profile p;
	struct m_context x;
	json_t *o, *a;
	bool good = spec_read("f", text, &f, &err);

	ok(good && f.n == 3 && strcmp(f.v[0].kind, "amd_profile") == 0,
	    "contexts with states, an AMD profile first %s", buf_cstr(&err));
	ok(spec_amd_profile(f.v[0].obj, &p) && p.greeting == 1200 &&
		p.false_positive == 0.02 && p.total_analysis_time == 5000,
	    "an AMD profile");
	ok(spec_context(f.v[1].obj, &x) &&
		strcmp(x.states, "ask menu prompt=hello 1>bye\nbye hangup") ==
		    0 &&
		x.version == 0,
	    "a text a line");
	ok(spec_context(f.v[2].obj, &x) && x.states[0] == '\0' &&
		strcmp(x.on_human, "prompt") == 0 &&
		strcmp(x.on_unsure, "hangup") == 0 && x.amd_profile[0] == '\0',
	    "none");
	a = json_pack("[O, O]", f.v[1].obj, f.v[2].obj);
	spec_print_conf(&b, "context", a);
	ok(strstr(buf_cstr(&b),
	       "\t\tstates = [\n\t\t\t\"ask menu prompt=hello 1>bye\",\n"
	       "\t\t\t\"bye hangup\"\n\t\t];\n") != NULL &&
		strstr(buf_cstr(&b), "\t\tstates = [ ];\n") != NULL,
	    "printed one a line");
	buf_reset(&b);
	spec_print_table(&b, "context", a);
	ok(strstr(buf_cstr(&b), "9") == NULL &&
		strstr(buf_cstr(&b), "2\n") != NULL,
	    "the table has their number and no key that means nothing");
	json_decref(a);
	spec_clear(&f);
	o = json_pack("{s:s, s:i, s:i, s:[s]}", "name", "x", "id", 5, "version",
	    7, "states", "bye hangup");
	ok(spec_context(o, &x) && x.version == 7 && x.id == 5,
	    "as the database tells it");
	json_object_del(o, "id");
	good = spec_check("context", o, &err);
	ok(good, "its version is passed over: %s", buf_cstr(&err));
	json_object_set_new(o, "states", json_pack("[s]", "ask sing"));
	good = spec_check("context", o, &err);
	ok(!good && err.len > 0, "states that make no sense: %s",
	    buf_cstr(&err));
	ok(spec_context(o, &x), "but a struct: the engine says why");
	json_object_clear(o);
	json_object_set_new(o, "name", json_string("x"));
	json_object_set_new(o, "connect_key", json_string("#"));
	ok(spec_context(o, &x) && !spec_check("context", o, &err),
	    "a key of before");
	json_decref(o);
	buf_clear(&b);
	buf_clear(&err);
}

/* As many and as long as there is room for. */
static void
test_states_long(void)
{
	const struct spec_row *r = spec_find("context", "states");
	json_t *a = json_array(), *o;
	struct m_context x;
	char s[401];

	memset(s, 'x', sizeof(s) - 1);
	s[399] = '\0';
	for (int i = 0; i < 10; i++)
		json_array_append_new(a, json_string(s)); /* 3999 */
	s[95] = '\0';
	json_array_append_new(a, json_string(s)); /* 4095 with the newlines */
	o = json_pack("{s:s, s:O}", "name", "x", "states", a);
	ok(spec_value_valid(r, a) && spec_context(o, &x) &&
		strlen(x.states) == MODEL_STATES - 1,
	    "4095 bytes");
	json_array_remove(a, 10);
	s[95] = 'x';
	s[96] = '\0';
	json_array_append_new(a, json_string(s));
	ok(!spec_value_valid(r, a), "4096 are too many");
	json_array_clear(a);
	s[96] = 'x';
	s[399] = 'x';
	s[400] = '\0';
	json_array_append_new(a, json_string(s));
	ok(!spec_value_valid(r, a), "400 in one");
	json_array_clear(a);
	json_array_append_new(a, json_string("a\nb"));
	ok(!spec_value_valid(r, a), "a line in a line");
	json_decref(a);
	json_decref(o);
}

/* The longest text that each row takes fits where it is kept. */
static void
test_long(void)
{
	char s[1200] = "";
	struct m_country c;
	json_t *o;

	while (strlen(s) + 16 <= 1023)
		str_format(
		    s + strlen(s), sizeof(s) - strlen(s), "FL 08:00-20:00;");
	o = json_pack("{s:s,s:s}", "name", "usa", "states", s);
	ok(strlen(s) > 1000 && spec_country(o, &c) && strcmp(c.states, s) == 0,
	    "%zu bytes of states", strlen(s));
	memset(s, ' ', 1024);
	s[1024] = '\0';
	json_object_set_new(o, "states", json_string(s));
	ok(!spec_country(o, &c), "1024 are too many");
	json_decref(o);
}

static void
random_text(struct rng *r, char *s, size_t lo, size_t hi)
{
	static const char *const bits[] = { "a", "Z", "7", " ", "\"", "\\",
		"\xc3\xa1", ";", "#", "//", "{", "'" };
	size_t n = lo + rng_below(r, hi - lo + 1), len = 0;

	while (len < n) {
		const char *b = bits[rng_below(r, nitems(bits))];
		size_t k = strlen(b);

		if (len + k > n)
			b = "x", k = 1;
		memcpy(s + len, b, k);
		len += k;
	}
	s[len] = '\0';
}

static json_t *
random_string(struct rng *r, const struct spec_row *w)
{
	static const char *const shapes[] = { "", "none", "10:00-16:30", "3",
		"*", "BR", "queue:sales", "exten:100@agents", "dial:PJSIP/a",
		"mon-fri", "mon,wed,sat-sun", "08:30", "ner", "hangup",
		"broadcast", "blocked", "America/Chicago", "H", "msg-1_x",
		"2026-11-30T08:00:00+00:00", "{did_e164}", "SIP/{e164}",
		"weighted_score", "area", "new_first", "below", "critical",
		"trunk.ner", "pool.used", "12-25 easter-2 4thu11",
		"FL 08:00-20:00; PA sun none", "{object}: {value}" };
	char s[1100];

	for (int tries = 0; tries < 200; tries++) {
		json_t *v;

		if (rng_below(r, 2) == 0)
			str_copy(
			    s, sizeof(s), shapes[rng_below(r, nitems(shapes))]);
		else
			random_text(
			    r, s, (size_t)w->lo, (size_t)MAXIMUM(w->lo, w->hi));
		v = json_string(s);
		if (spec_value_valid(w, v))
			return v;
		json_decref(v);
	}
	return json_string(w->def);
}

static json_t *
random_value(struct rng *r, const struct spec_row *w)
{
	json_t *v;
	char name[32];

	switch (w->type) {
	case SPEC_INT:
		return json_integer(
		    (int64_t)w->lo + (int64_t)rng_below(r, w->hi - w->lo + 1));
	case SPEC_NUM:
		return json_real(rng_below(r, 3) == 0
				     ? (double)rng_below(r, w->hi + 1)
				     : w->lo + rng_unit(r) * (w->hi - w->lo));
	case SPEC_BOOL:
		return json_boolean(rng_below(r, 2));
	case SPEC_LIST:
		v = json_array();
		for (uint64_t n = rng_below(r, w->hi + 1); n > 0; n--) {
			str_format(name, sizeof(name), "t%d.%c_-", (int)n,
			    (char)('a' + rng_below(r, 26)));
			json_array_append_new(v, json_string(name));
		}
		return v;
	case SPEC_LINES:
		v = json_array();
		if (rng_below(r, 2) > 0) {
			json_array_append_new(
			    v, json_string("ask menu prompt=a/b_ retries=2 "
					   "1>bye *>bye t>bye"));
			json_array_append_new(
			    v, json_string("bye  hangup goal=yes"));
		}
		return v;
	case SPEC_MAP:
		v = json_object();
		for (int d = 1; d < DISP_NKIND; d++)
			if (rng_below(r, 3) == 0)
				json_object_set_new(v,
				    disposition_word((enum disposition)d),
				    json_integer((int64_t)rng_below(r, w->hi)));
		return v;
	default:
		return random_string(r, w);
	}
}

/* read(print(objects)) = objects, for any valid objects. */
static void
test_inverse(uint64_t seed)
{
	static const char *const kinds[] = { "trunk", "profile", "country",
		"context", "campaign", "did", "alert_rule", "amd_profile" };
	struct rng r;
	int bad = 0, rounds = 0;

	rng_seed(&r, seed);
	for (int round = 0; round < 300; round++) {
		const char *kind = kinds[rng_below(&r, nitems(kinds))];
		json_t *all = json_array();
		struct buf text = BUF_INIT, err = BUF_INIT;
		struct spec_file f;
		bool same;

		for (uint64_t n = rng_below(&r, 4); n > 0; n--) {
			json_t *o = json_object();
			char name[32];

			str_format(name, sizeof(name), "%s%d",
			    strcmp(kind, "did") == 0 ? "+1305555012" : "x-",
			    (int)n);
			json_object_set_new(
			    o, spec_name_key(kind), json_string(name));
			for (size_t i = 0; i < spec_nrows; i++)
				if (strcmp(spec_rows[i].kind, kind) == 0 &&
				    rng_below(&r, 2) == 0)
					json_object_set_new(o, spec_rows[i].key,
					    random_value(&r, &spec_rows[i]));
			if (spec_check(kind, o, &err))
				json_array_append(all, o);
			json_decref(o);
		}
		buf_reset(&err);
		spec_print_conf(&text, kind, all);
		same = spec_read("f", buf_cstr(&text), &f, &err);
		if (same) {
			same = f.n == json_array_size(all);
			for (size_t i = 0; same && i < f.n; i++)
				same = json_equal(
				    f.v[i].obj, json_array_get(all, i));
			rounds += f.n > 0;
			spec_clear(&f);
		}
		if (!same) {
			bad++;
			printf("# %s\n# %s\n", buf_cstr(&err), buf_cstr(&text));
		}
		json_decref(all);
		buf_clear(&text);
		buf_clear(&err);
	}
	ok(bad == 0 && rounds > 150, "print and read, seed %llu, %d rounds",
	    (unsigned long long)seed, rounds);
}

static void
test_table(void)
{
	json_t *a = json_pack("[{s:s,s:s,s:i},{s:s,s:s,s:i}]", "name",
	    "x\x1b[2J", "host", "h", "calls", 7, "name", "longer-name", "host",
	    "", "calls", 1234);
	struct buf b = BUF_INIT;

	spec_print_table(&b, "switch", a);
	ok(strcmp(buf_cstr(&b), "name         host  calls\n"
				"x\xef\xbf\xbd[2J        h         7\n"
				"longer-name         1234\n") == 0,
	    "a table of a kind without rows, an escape defused");
	buf_clear(&b);
	json_decref(a);
}

/* Every default is a value of its own row. */
static void
test_defaults(void)
{
	struct m_trunk t;
	struct m_country c;
	struct m_context x;
	struct m_profile p;
	struct m_campaign g;
	struct m_alert_rule l;
	struct m_did d;
	struct m_amd_profile m;
	json_t *o = json_pack("{s:s}", "name", "n");
	json_t *n = json_pack("{s:s}", "number", "+525512345678");

	ok(spec_trunk(o, &t) && spec_country(o, &c) && spec_context(o, &x) &&
		spec_profile(o, &p) && spec_campaign(o, &g) &&
		spec_alert_rule(o, &l) && spec_did(n, &d) &&
		spec_amd_profile(o, &m),
	    "objects with nothing but a name");
	ok(p.max_cps == 30 && p.initial_cps == 5 && p.ramp_up_interval == 10 &&
		p.quality_threshold == 0.8 &&
		p.emergency_brake_threshold == 0.1,
	    "the default profile is the default");
	ok(m.initial_silence == 2500 && m.greeting == 1500 &&
		m.after_greeting_silence == 800 &&
		m.maximum_number_of_words == 3 && m.silence_threshold == 256 &&
		m.false_positive == 0,
	    "the default AMD profile is Asterisk's");
	for (size_t i = 0; i < spec_nrows; i++)
		if (spec_rows[i].type == SPEC_STR)
			ok(strlen(spec_rows[i].def) <= (size_t)spec_rows[i].hi,
			    "%s.%s", spec_rows[i].kind, spec_rows[i].key);
	json_decref(o);
	json_decref(n);
}

int
main(void)
{
	const char *seed = getenv("SEED");
	int64_t s = 20261121;

	if (seed != NULL)
		str_int64(seed, 0, INT64_MAX, &s);
	test_times();
	test_mistakes();
	test_structs();
	test_alert_rules();
	test_states();
	test_states_long();
	test_long();
	test_defaults();
	test_table();
	test_inverse((uint64_t)s);
	return done_testing();
}
