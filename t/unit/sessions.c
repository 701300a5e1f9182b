/* SPDX-License-Identifier: MIT */
/* sessions: who is vouched for, and what is believed of refused log-ins. */
#include <string.h>

#include "daemon/session_refused.h"
#include "daemon/session_user.h"
#include "shared/util.h"
#include "tap.h"

static json_t *
parse(const char *s)
{
	return s != NULL ? json_loads(s, 0, NULL) : NULL;
}

static const char users[] =
    "[{\"name\": \"maria\", \"role\": \"supervisor\", \"enabled\": true,"
    "  \"campaigns\": []},"
    " {\"name\": \"omar\", \"role\": \"operator\", \"enabled\": true,"
    "  \"campaigns\": [\"a\", \"b\"]},"
    " {\"name\": \"dora\", \"role\": \"admin\", \"enabled\": false},"
    " {\"name\": \"eva\", \"role\": \"admin\"},"
    " {\"name\": \"eva\", \"role\": \"viewer\"},"
    " {\"name\": \"bad\", \"role\": \"king\"}, 7, {}]";

static void
test_vouch(void)
{
	static const struct {
		const char *name;
		enum command_role role;
		const char *campaigns;
		bool vouched, still;
	} cases[] = {
		{ "maria", COMMAND_SUPERVISOR, NULL, true, true },
		{ "maria", COMMAND_SUPERVISOR, "[]", true, true },
		{ "maria", COMMAND_VIEWER, NULL, true, false },
		{ "maria", COMMAND_ADMIN, NULL, false, false },
		{ "maria", COMMAND_NOBODY, NULL, false, false },
		{ "maria", COMMAND_SUPERVISOR, "[\"a\"]", false, false },
		{ "omar", COMMAND_OPERATOR, "[\"a\", \"b\"]", true, true },
		{ "omar", COMMAND_OPERATOR, "[\"b\", \"a\", \"b\"]", true,
		    true },
		{ "omar", COMMAND_OPERATOR, "[\"a\"]", false, false },
		{ "omar", COMMAND_OPERATOR, "[\"a\", \"b\", \"c\"]", false,
		    false },
		{ "omar", COMMAND_OPERATOR, "[\"a\", 7]", false, false },
		{ "omar", COMMAND_OPERATOR, NULL, false, false },
		{ "omar", COMMAND_OPERATOR, "[]", false, false },
		{ "dora", COMMAND_ADMIN, NULL, false, false },
		{ "eva", COMMAND_ADMIN, NULL, false, false }, /* the last */
		{ "eva", COMMAND_VIEWER, NULL, true, true },
		{ "bad", COMMAND_VIEWER, NULL, false, false },
		{ "nobody", COMMAND_VIEWER, NULL, false, false },
		{ "", COMMAND_VIEWER, NULL, false, false },
	};
	json_t *rows = parse(users);

	for (size_t i = 0; i < nitems(cases); i++) {
		json_t *c = parse(cases[i].campaigns);
		char why[SESSION_WHY] = "";

		ok(session_user_vouch(rows, cases[i].name, cases[i].role, c,
		       why) == cases[i].vouched,
		    "vouched for %s as %s with %s: %s", cases[i].name,
		    command_role_word(cases[i].role),
		    cases[i].campaigns != NULL ? cases[i].campaigns : "all",
		    why);
		ok((why[0] == '\0') == cases[i].vouched, "it says why not");
		why[0] = '\0';
		ok(session_user_still(rows, cases[i].name, cases[i].role, c,
		       why) == cases[i].still,
		    "may stay: %s", why);
		json_decref(c);
	}
	ok(!session_user_vouch(
	       NULL, "maria", COMMAND_VIEWER, NULL, (char[SESSION_WHY]){ 0 }),
	    "no users at all");
	json_decref(rows);
}

static void
test_within(void)
{
	json_t *ab = parse("[\"a\", \"b\"]"), *a = parse("[\"a\"]");

	ok(session_user_within(NULL, NULL), "all in all");
	ok(session_user_within(a, NULL), "some in all");
	ok(!session_user_within(NULL, a), "all not in some");
	ok(session_user_within(a, ab), "one of two");
	ok(!session_user_within(ab, a), "not two of one");
	json_decref(ab);
	json_decref(a);
}

static void
test_parse(void)
{
	static struct refused v[REFUSED_MAX];
	static const char *const bad[] = { "", "{}", "7", "[7]", "[{}]",
		"[{\"user\":\"a\",\"from\":\"1.2.3.4\",\"n\":1}]",
		"[{\"user\":\"a\",\"from\":\"1.2.3.4\",\"n\":0,\"how\":\"key\"}]",
		"[{\"user\":\"a\",\"from\":\"1.2.3.4\",\"n\":1.5,"
		"\"how\":\"key\"}]",
		"[{\"user\":\"a\",\"from\":\"1 2\",\"n\":1,\"how\":\"key\"}]",
		"[{\"user\":\"a\",\"from\":\"::1\",\"n\":4294967296,"
		"\"how\":\"key\"}]",
		"[{\"user\":\"a\",\"from\":\"::1\",\"n\":1,\"how\":\"\"}]",
		"[{\"user\":\"a\",\"from\":\"::1\",\"n\":1,\"how\":\"k\\ny\"}]",
		"[{\"user\":7,\"from\":\"::1\",\"n\":1,\"how\":\"key\"}]",
		"[{\"user\":\"a\",\"from\":\"::1\",\"n\":1,\"how\":\"key\","
		"\"x\":1}]",
		"[{\"user\":\"a\",\"user\":\"b\",\"from\":\"::1\",\"n\":1,"
		"\"how\":\"key\"}]",
		"[{\"user\":\"a\",\"from\":\"::1\",\"n\":1,\"how\":\"key\"},7]",
		"[{\"user\":"
		"\"1234567890123456789012345678901234567890123456789012345678901"
		"2345\",\"from\":\"::1\",\"n\":1,\"how\":\"key\"}]" };
	char text[REFUSED_TEXT], *many;
	json_t *a = json_array();

	for (size_t i = 0; i < nitems(bad); i++)
		ok(refused_parse(bad[i], v) == -1, "not taken: %.60s", bad[i]);
	ok(refused_parse("[]", v) == 0, "none");
	ok(refused_parse(
	       "[{\"user\":\"ma\\u001b[31mria\",\"from\":\"fe80::1%eth0\","
	       "\"n\":3,\"how\":\"password\"},{\"user\":\"\",\"from\":\"::1\","
	       "\"n\":1,\"how\":\"banned\"}]",
	       v) == 2,
	    "two");
	ok(strchr(v[0].user, '\033') == NULL && strstr(v[0].user, "ria") &&
		strcmp(v[0].from, "fe80::1%eth0") == 0,
	    "a name without what moves a terminal");
	refused_text(&v[0], text);
	ok(strcmp(text, "3 tries, password") == 0, "%s", text);
	refused_text(&v[1], text);
	ok(strcmp(text, "1 try, banned") == 0, "%s", text);
	ok(strcmp(v[1].user, "?") == 0, "who gave no name");
	ok(refused_parse("[{\"user\":\"\",\"from\":\"\",\"n\":4294967295,"
			 "\"how\":\"others\"}]",
	       v) == 1 &&
		v[0].from[0] == '\0',
	    "many, gathered");
	refused_text(&v[0], text);
	ok(strcmp(text, "4294967295 tries, others") == 0, "%s", text);
	for (int i = 0; i < REFUSED_MAX + 1; i++)
		json_array_append_new(
		    a, json_pack("{s:s, s:s, s:i, s:s}", "user", "u", "from",
			   "::1", "n", 1, "how", "key"));
	many = json_dumps(a, JSON_COMPACT);
	ok(refused_parse(many, v) == -1, "one more than may be");
	free(many);
	json_array_remove(a, 0);
	many = json_dumps(a, JSON_COMPACT);
	ok(refused_parse(many, v) == REFUSED_MAX, "as many as may be");
	free(many);
	json_decref(a);
}

static void
test_rate(void)
{
	struct refused_rate rate = { 0 };
	struct refused r = { .n = 2 };
	char text[REFUSED_TEXT];
	int64_t t = 5 * NS_PER_S;
	unsigned lines = 0, sums = 0;

	for (int i = 0; i < 100; i++)
		lines += refused_take(&rate, &r, true, t + i);
	ok(lines == REFUSED_LINES - 1, "%u lines in a second", lines);
	ok(!refused_sum(&rate, t + NS_PER_S - 1, text), "no sum in it");
	ok(refused_sum(&rate, t + NS_PER_S, text) &&
		strcmp(text,
		    "162 tries, summed up: 81 more names and addresses") == 0,
	    "then the rest: %s", text);
	ok(!refused_sum(&rate, t + NS_PER_S, text), "once");
	for (int i = 0; i < 100; i++)
		lines += refused_take(&rate, &r, true, t + NS_PER_S + i);
	/* the sum was one of that second's */
	ok(lines == 2 * (REFUSED_LINES - 1) - 1, "%u lines in two", lines);
	ok(!refused_take(&rate, &r, false, t + 9 * NS_PER_S),
	    "none where there is no room");
	/* For an hour and a half, all the time. */
	lines = 0;
	rate = (struct refused_rate){ 0 };
	for (int s = 0; s < 5400; s++) {
		sums += refused_sum(&rate, t + s * NS_PER_S, text);
		for (int i = 0; i < 100; i++)
			lines +=
			    refused_take(&rate, &r, true, t + s * NS_PER_S + i);
	}
	ok(lines == 2 * REFUSED_HOUR, "%u lines in an hour and a half", lines);
	ok(sums >= 90 && sums <= 90 + 2 * REFUSED_HOUR / REFUSED_LINES + 20,
	    "and %u sums", sums);
}

int
main(void)
{
	test_vouch();
	test_within();
	test_parse();
	test_rate();
	return done_testing();
}
