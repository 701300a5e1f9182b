/* SPDX-License-Identifier: MIT */
#include "ui/filter.h"

#include <math.h>
#include <string.h>

#include "shared/util.h"
#include "tap.h"

/* "[!]col test word" of each term, joined by '|'. */
static const char *
shape(const char *text)
{
	static const char *const tests[] = { "~", "<", "<=", "=",
		"!=", ">=", ">" };
	static char out[1024];
	struct filter f;
	size_t n = 0;

	filter_parse(&f, text);
	out[0] = '\0';
	for (size_t i = 0; i < f.n; i++) {
		const struct filter_term *t = &f.v[i];

		str_format(out + n, sizeof(out) - n, "%s%s%s %s %s",
		    i > 0 ? "|" : "", t->not ? "!" : "", t->col, tests[t->test],
		    t->word);
		n += strlen(out + n);
	}
	return out;
}

static void
test_parse(void)
{
	static const struct {
		const char *text, *want;
	} v[] = {
		{ "", "" },
		{ "   ", "" },
		{ "us blocked", " ~ us| ~ blocked" },
		{ "US Blocked", " ~ us| ~ blocked" },
		{ "area:305", "area ~ 305" },
		{ "area:", "area ~ " },
		{ ":x", " ~ :x" },
		{ ">90", " > 90" },
		{ "<=5 =0 !=3", " <= 5| = 0| != 3" },
		{ "uses>90", "uses > 90" },
		{ "uses>=1,204", "uses >= 1,204" },
		{ "answer<41%", "answer < 41%" },
		{ "score==0.8", "score = 0.8" },
		{ "x<-1.5", "x < -1.5" },
		{ "state=Free", "state = free" },
		{ "state!=free", "state != free" },
		{ "a>b", " ~ a>b" },
		{ "=b", " ~ =b" },
		{ ">", "" },
		{ "uses> us", " ~ us" },
		{ "!blocked", "! ~ blocked" },
		{ "!area:305", "!area ~ 305" },
		{ "!>3", "! > 3" },
		{ "!", "" },
		{ "!!x", "! ~ !x" },
		{ "\"new york\"", " ~ new york" },
		{ "!\"new york", "! ~ new york" },
		{ "area:\"new york\"", "area ~ new york" },
		{ "\"a:b\"", " ~ a:b" },
		{ "\"!x\"", " ~ !x" },
		{ "\"\" x", " ~ x" },
		{ "\xc3\x81REA", " ~ \xc3\xa1rea" },
		{ "a-name-too-long-for-any-column:x",
		    " ~ a-name-too-long-for-any-column:x" },
		{ "1 2 3 4 5 6 7 8 9 a b c d e",
		    " ~ 1| ~ 2| ~ 3| ~ 4| ~ 5| ~ 6| ~ 7| ~ 8| ~ 9| ~ a| ~ b|"
		    " ~ c" },
	};

	for (size_t i = 0; i < nitems(v); i++)
		ok(strcmp(shape(v[i].text), v[i].want) == 0, "|%s| -> |%s|",
		    v[i].text, shape(v[i].text));
}

static void
test_tests(void)
{
	struct filter f;

	filter_parse(&f, "r<41% r<=41% r=41% r!=41% r>=41% r>41%");
	ok(f.n == 6 && !filter_compare(&f.v[0], 0.41) &&
		filter_compare(&f.v[1], 41.0 / 100) &&
		filter_compare(&f.v[2], 0.41) &&
		!filter_compare(&f.v[3], 0.41) &&
		filter_compare(&f.v[4], 0.41) && !filter_compare(&f.v[5], 0.41),
	    "at the border");
	ok(filter_compare(&f.v[0], 0.4) && !filter_compare(&f.v[0], 0.5) &&
		filter_compare(&f.v[5], 0.5) && filter_compare(&f.v[3], 1),
	    "beside it");
	ok(!filter_compare(&f.v[0], NAN) && !filter_compare(&f.v[3], NAN),
	    "no number passes no test");
	ok(filter_has("Miami BLOCKED", "blocked") && filter_has("x", "") &&
		!filter_has("", "x") && filter_has("aab", "ab") &&
		!filter_has("ab", "abc"),
	    "words");
	ok(filter_has("N\xc3\x83O", "n\xc3\xa3o") &&
		!filter_has("\xc3\x97", "\xc3\xb7"),
	    "Latin letters of either case, signs as they are");
}

/* Whatever is typed: bounded, terminated, no term without its column. */
static void
test_garbage(void)
{
	static const char set[] = "ab\"!<>=:,% 9.-\xc3\x81\xff";
	struct filter f;
	struct rng r;
	int bad = 0;

	rng_seed(&r, 7);
	for (int i = 0; i < 20000; i++) {
		char s[FILTER_TEXT * 2];
		size_t n = rng_below(&r, sizeof(s));

		for (size_t k = 0; k < n; k++)
			s[k] = set[rng_below(&r, sizeof(set) - 1)];
		s[n == sizeof(s) ? n - 1 : n] = '\0';
		filter_parse(&f, s);
		for (size_t k = 0; k < f.n; k++)
			if (f.v[k].raw[0] == '\0' ||
			    (f.v[k].test > FILTER_WORD && isnan(f.v[k].num) &&
				f.v[k].col[0] == '\0'))
				bad++;
		bad += f.n > FILTER_TERMS;
	}
	ok(bad == 0, "20,000 lines of garbage");
}

int
main(void)
{
	test_parse();
	test_tests();
	test_garbage();
	return done_testing();
}
