/* SPDX-License-Identifier: MIT */
#include "shared/util.h"

#include <string.h>

#include "shared/buf.h"
#include "tap.h"

static void
test_numbers(void)
{
	static const struct {
		const char *s;
		bool good;
		int64_t v;
	} ints[] = {
		{ "0", true, 0 },
		{ "-7", true, -7 },
		{ "100", true, 100 },
		{ "101", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "+1", false, 0 },
		{ "99999999999999999999", false, 0 },
	};
	double d = 0;

	for (size_t i = 0; i < nitems(ints); i++) {
		int64_t v = 0;

		ok(str_int64(ints[i].s, -10, 100, &v) == ints[i].good &&
			v == ints[i].v,
		    "int \"%s\"", ints[i].s);
	}
	ok(str_double("30.25", 0, 100, &d) && d == 30.25, "double 30.25");
	ok(!str_double("1e5", 0, 1e9, &d), "no exponents");
	ok(!str_double(".", 0, 1, &d), "a point is no number");
}

static void
test_uuid(void)
{
	struct rng r;
	struct uuid u, v;
	char s[UUID_LEN + 1];

	rng_seed(&r, 1);
	u = uuid_make(&r, 1795215346123);
	uuid_text(&u, s);
	ok(uuid_parse(s, &v) && uuid_equal(&u, &v), "uuid %s there and back",
	    s);
	ok(s[14] == '7', "version 7");
	ok(!uuid_parse("0192f3a0-0000-7000-8000-00000000000", &v), "too short");
	ok(!uuid_parse("0192f3a0-0000-7000-8000-00000000000g", &v), "not hex");
}

static void
test_strings(void)
{
	char d[4], at[32];
	struct buf b = BUF_INIT;

	ok(!str_copy(d, sizeof(d), "abcd") && strcmp(d, "abc") == 0, "cut");
	ok(str_copy(d, sizeof(d), "abc"), "fits");
	buf_json_str(&b, "a\"\\\n\x1b\xff\xc3\xa1");
	ok(strcmp(b.p, "\"a\\\"\\\\\\u000a\\u001b?\xc3\xa1\"") == 0,
	    "JSON string %s", b.p);
	buf_reset(&b);
	buf_int(&b, 0);
	buf_int(&b, -7);
	buf_int(&b, INT64_MIN);
	ok(strcmp(b.p, "0-7-9223372036854775808") == 0, "integers %s", b.p);
	buf_reset(&b);
	buf_fmt(&b, "%0200d", 7);
	ok(b.len == 200 && b.p[199] == '7', "long format");
	buf_clear(&b);
	time_iso(1795215346123, at);
	ok(strcmp(at, "2026-11-20T22:55:46.123Z") == 0, "time %s", at);
}

int
main(void)
{
	test_numbers();
	test_uuid();
	test_strings();
	return done_testing();
}
