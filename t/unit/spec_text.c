/* SPDX-License-Identifier: MIT */
#include "shared/spec_text.h"

#include <string.h>

#include "tap.h"

static void
is_str(const char *got, const char *want, const char *what)
{
	ok(strcmp(got, want) == 0, "%s: \"%s\"", what, got);
}

#define BLANKS16 "                "
#define BLANKS64 BLANKS16 BLANKS16 BLANKS16 BLANKS16
#define BLANKS   BLANKS64 BLANKS64 BLANKS64 BLANKS64

/* KEY and the text that a person gave it, into an object of kind. */
static const struct {
	const char *kind, *key, *text;
	const char *want; /* JSON of the value; NULL: refused with err */
	const char *err;
} merges[] = {
	{ "campaign", "max_cps", "20", "20.0", NULL },
	{ "campaign", "max_cps", "0.5", "0.5", NULL },
	{ "campaign", "max_cps", "many", NULL,
	    "max_cps = \"many\", expected a number from 0 to 100000" },
	{ "campaign", "max_cps", "", NULL, "max_cps = \"\", expected" },
	{ "campaign", "weight", "3", "3", NULL },
	{ "campaign", "weight", "3.5", NULL, "weight = \"3.5\", expected an" },
	{ "campaign", "weight", "0", NULL, "weight = 0, expected an integer" },
	{ "campaign", "consented", "yes", "true", NULL },
	{ "campaign", "consented", "false", "false", NULL },
	{ "campaign", "consented", "perhaps", NULL,
	    "consented = \"perhaps\", expected true or false" },
	{ "campaign", "trunks", "a,b", "[\"a\",\"b\"]", NULL },
	{ "campaign", "trunks", " a , b ", "[\"a\",\"b\"]", NULL },
	{ "campaign", "trunks", "[\"a\", \"b\"]", "[\"a\",\"b\"]", NULL },
	{ "campaign", "trunks", "", "[]", NULL },
	{ "campaign", "trunks", "a,,b", NULL, "trunks = " },
	{ "campaign", "trunks", "a,a", NULL, "trunks = " },
	{ "campaign", "trunks", "[", NULL, "trunks = \"[\", expected" },
	{ "campaign", "retry", "busy=60,lost=0", "{\"busy\":60,\"lost\":0}",
	    NULL },
	{ "campaign", "retry", "{ busy = 60; lost = 0; }",
	    "{\"busy\":60,\"lost\":0}", NULL },
	{ "campaign", "retry", "{\"busy\": 60}", "{\"busy\":60}", NULL },
	{ "campaign", "retry", "", "{}", NULL },
	{ "campaign", "retry", "busy", NULL, "retry = \"busy\", expected" },
	{ "campaign", "retry", "hungry=60", NULL, "retry = " },
	{ "campaign", "retry", "busy=soon", NULL, "retry = " },
	/* Too long to be read: refused, not cut to another number. */
	{ "campaign", "retry", "busy=60" BLANKS BLANKS ",lost=3600", NULL,
	    "retry = " },
	{ "campaign", "trunks", "a" BLANKS "b", NULL, "trunks = " },
	{ "campaign", "call_from", "09:30", "\"09:30\"", NULL },
	{ "campaign", "call_from", "9", NULL, "call_from = \"9\", expected a" },
	{ "campaign", "max_cp", "3", NULL,
	    "unknown key \"max_cp\" of a campaign, expected max_cps" },
	{ "campaign", "attempts", "3", NULL, "expected max_attempts" },
	{ "alert_rule", "x", "3", NULL, "unknown key \"x\" of an alert_rule" },
	{ "campaign", "state", "running", NULL, "unknown key \"state\"" },
	{ "trunk", "switch", "pbx1", NULL, NULL },
	{ "context", "connect_key", "3", "\"3\"", NULL },
	{ "context", "connect_key", "9", NULL,
	    "are both \"9\", expected different keys" },
	{ "context", "disconnect_key", "", "\"\"", NULL },
	{ "context", "amd", "off", "false", NULL },
	{ "context", "states", "ask menu prompt=a 1>bye, bye hangup",
	    "[\"ask menu prompt=a 1>bye\",\"bye hangup\"]", NULL },
	{ "context", "states", "[\"bye hangup\"]", "[\"bye hangup\"]", NULL },
	{ "context", "states", "", "[]", NULL },
	{ "context", "states", "bye hangup,,", NULL, "states = " },
	{ "context", "states", "bye sing", NULL, "sing" },
	{ "context", "version", "3", NULL, "unknown key \"version\"" },
	{ "amd_profile", "greeting", "1200", "1200", NULL },
	{ "amd_profile", "x", "3", NULL,
	    "unknown key \"x\" of an amd_profile" },
};

static void
test_merge(void)
{
	for (size_t i = 0; i < sizeof(merges) / sizeof(merges[0]); i++) {
		json_t *o = json_pack("{s:s}", "name", "x");
		json_t *given = json_object();
		json_t *values =
		    json_pack("{s:s}", merges[i].key, merges[i].text);
		struct buf err = BUF_INIT;
		bool good =
		    spec_text_merge(merges[i].kind, o, values, given, &err);
		const char *key = strcmp(merges[i].key, "switch") == 0
				      ? "switch_name"
				      : merges[i].key;
		char *is = json_dumps(json_object_get(given, key),
		    JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(10));

		if (merges[i].err != NULL)
			ok(!good && strstr(buf_cstr(&err), merges[i].err),
			    "%s=%s: %s", merges[i].key, merges[i].text,
			    buf_cstr(&err));
		else
			ok(good && is != NULL &&
				(merges[i].want == NULL ||
				    strcmp(is, merges[i].want) == 0) &&
				json_equal(json_object_get(o, key),
				    json_object_get(given, key)),
			    "%s=%s is %s%s", merges[i].key, merges[i].text,
			    is != NULL ? is : "nothing", buf_cstr(&err));
		free(is);
		buf_clear(&err);
		json_decref(o);
		json_decref(given);
		json_decref(values);
	}
}

static void
test_changes(void)
{
	static const struct {
		const char *old, *given, *want;
	} v[] = {
		{ "{\"connect_key\":\"1\",\"amd\":true}",
		    "{\"connect_key\":\"3\",\"amd\":false}",
		    "connect_key 1 -> 3, amd yes -> no" },
		{ "{\"max_cps\":20}", "{\"max_cps\":20.0}", "" },
		{ "{\"max_cps\":20}", "{\"max_cps\":20.5}",
		    "max_cps 20 -> 20.5" },
		{ "{\"prompt\":\"\",\"retries\":1}",
		    "{\"prompt\":\"hola\",\"retries\":1}",
		    "prompt \"\" -> hola" },
		{ "{\"trunks\":[\"a\"],\"retry\":{}}",
		    "{\"trunks\":[\"a\",\"b\"],\"retry\":{\"busy\":60}}",
		    "trunks a -> a,b, retry none -> busy=60" },
		{ NULL, "{\"weight\":2,\"trunks\":[]}",
		    "weight 2, trunks none" },
		{ "{\"states\":[]}", "{\"states\":[\"a hangup\",\"b hangup\"]}",
		    "states none -> a hangup,b hangup" },
		{ "{\"blocked_until\":null}", "{\"blocked_until\":\"x\"}",
		    "blocked_until none -> x" },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		json_t *old = v[i].old ? json_loads(v[i].old, 0, NULL) : NULL;
		json_t *given = json_loads(v[i].given, 0, NULL);
		struct buf b = BUF_INIT;

		spec_text_changes(&b, old, given);
		is_str(buf_cstr(&b), v[i].want, v[i].given);
		buf_clear(&b);
		json_decref(old);
		json_decref(given);
	}
}

static void
test_nearest(void)
{
	static const struct {
		const char *kind, *key, *first;
	} v[] = {
		{ "context", "conect_key", "connect_key" },
		{ "context", "timeout", "menu_timeout" },
		{ "country", "from", "call_from" },
		{ "profile", "max_concurrent", "max_concurrent_calls" },
		{ "did", "blocked_untill", "blocked_until" },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct buf b = BUF_INIT;

		spec_text_nearest(&b, v[i].kind, v[i].key);
		ok(strncmp(buf_cstr(&b), v[i].first, strlen(v[i].first)) == 0,
		    "%s: %s", v[i].key, buf_cstr(&b));
		buf_clear(&b);
	}
}

int
main(void)
{
	test_merge();
	test_changes();
	test_nearest();
	return done_testing();
}
