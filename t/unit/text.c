/* SPDX-License-Identifier: MIT */
#include "shared/text.h"

#include <locale.h>
#include <wchar.h>

#include "shared/util.h"
#include "tap.h"

static void
test_decode(void)
{
	static const struct {
		const char *s;
		size_t n;
		uint32_t cp;
	} v[] = {
		{ "a", 1, 'a' },
		{ "\xc3\xb1", 2, 0xf1 },
		{ "\xe4\xb8\xad", 3, 0x4e2d },
		{ "\xf0\x9f\x93\x9e", 4, 0x1f4de },
		{ "\xc0\xaf", 1, TEXT_BAD }, /* overlong */
		{ "\xe0\x80\xaf", 1, TEXT_BAD }, /* overlong */
		{ "\xed\xa0\x80", 1, TEXT_BAD }, /* surrogate */
		{ "\xf4\x90\x80\x80", 1, TEXT_BAD },
		{ "\xc3", 1, TEXT_BAD }, /* cut off */
		{ "\xe4\xb8", 1, TEXT_BAD },
		{ "\x80", 1, TEXT_BAD },
		{ "\xff", 1, TEXT_BAD },
	};
	uint32_t cp;
	char e[4];
	int bad = 0;

	for (size_t i = 0; i < nitems(v); i++)
		ok(text_decode(v[i].s, &cp) == v[i].n && cp == v[i].cp,
		    "decode case %zu", i);
	ok(text_decode("", &cp) == 0, "nothing of nothing");
	for (uint32_t c = 1; c < 0x110000; c++) {
		char s[5] = "";

		if (c >= 0xd800 && c < 0xe000)
			continue;
		s[text_encode(c, s)] = '\0';
		if (text_decode(s, &cp) != text_encode(c, e) || cp != c)
			bad++;
	}
	ok(bad == 0, "every code point there and back");
}

static void
test_width(void)
{
	int bad = 0;

	ok(setlocale(LC_CTYPE, "C.UTF-8") != NULL, "C.UTF-8 is there");
	for (uint32_t c = 0x20; c < 0x110000; c++)
		if (text_width(c) != wcwidth((wchar_t)c) && bad++ < 5)
			printf("# U+%04X: %d, libc %d\n", c, text_width(c),
			    wcwidth((wchar_t)c));
	ok(bad == 0, "the width table is the C library's");
}

static void
test_clean(void)
{
	static const struct {
		const char *in, *out, *what;
	} v[] = {
		{ "Campa\xc3\xb1"
		  "a",
		    "Campa\xc3\xb1"
		    "a",
		    "Latin" },
		{ "a\033[31mb", "a\xef\xbf\xbd[31mb", "ESC" },
		{ "a\xc2\x9b"
		  "31m",
		    "a\xef\xbf\xbd"
		    "31m",
		    "C1 CSI" },
		{ "a\tb\r\n",
		    "a\xef\xbf\xbd"
		    "b\xef\xbf\xbd\xef\xbf\xbd",
		    "tab, CR, LF" },
		{ "\x7f", "\xef\xbf\xbd", "DEL" },
		{ "x\xe2\x80\xaey", "x\xef\xbf\xbdy", "U+202E" },
		{ "x\xe2\x81\xa6y", "x\xef\xbf\xbdy", "U+2066" },
		{ "x\xe2\x80\x8fy", "x\xef\xbf\xbdy", "U+200F" },
		{ "x\xd8\x9cy", "x\xef\xbf\xbdy", "U+061C" },
		{ "x\xe2\x80\xa8y", "x\xef\xbf\xbdy", "line separator" },
		{ "x\xe2\x80\x8dy\xe2\x80\x8bz\xef\xbb\xbf", "xyz",
		    "joiner, zero width space, BOM" },
		{ "\xef\xb8\x8f", "", "lone variation selector" },
		{ "\xcc\x81"
		  "a",
		    "\xef\xbf\xbd"
		    "a",
		    "mark without base" },
		{ "\xf0\x9f\x87\xb2\xf0\x9f\x87\xbd", "MX", "a flag" },
		{ "Jose\xcc\x81", "Jose\xcc\x81", "a mark stays" },
		{ "a\xe1z", "a\xef\xbf\xbdz", "latin-1" },
		{ "\xf3\xa0\x81\x81", "\xef\xbf\xbd", "a tag" },
	};
	char out[256], in[2048] = "e";

	for (size_t i = 0; i < nitems(v); i++) {
		text_clean(out, sizeof(out), v[i].in);
		ok(strcmp(out, v[i].out) == 0, "%s", v[i].what);
	}
	for (int i = 0; i < 300; i++)
		memcpy(in + 1 + 2 * i, "\xcc\x81", 3);
	text_clean(out, sizeof(out), in);
	ok(strlen(out) == 1 + 4 * 2, "300 marks become 4");
	ok(text_columns(in) == 1, "... in one column");
	text_clean(out, 4, "\xc3\xb1\xc3\xb1\xc3\xb1");
	ok(strcmp(out, "\xc3\xb1") == 0, "no half character at the end");
}

static void
test_fit(void)
{
	char o[256];

	ok(text_fit(o, sizeof(o), "abc", 5, TEXT_LEFT) == 3 &&
		strcmp(o, "abc  ") == 0,
	    "left");
	text_fit(o, sizeof(o), "abc", 5, TEXT_RIGHT);
	ok(strcmp(o, "  abc") == 0, "right");
	text_fit(o, sizeof(o), "abc", 6, TEXT_CENTRE);
	ok(strcmp(o, " abc  ") == 0, "centre \"%s\"", o);
	text_fit(o, sizeof(o), "abcdef", 4, TEXT_LEFT);
	ok(strcmp(o, "abc\xe2\x80\xa6") == 0, "cut");
	text_fit(
	    o, sizeof(o), "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad", 4, TEXT_LEFT);
	ok(strcmp(o, "\xe4\xb8\xad\xe2\x80\xa6 ") == 0 && text_columns(o) == 4,
	    "a wide one is not halved");
	text_fit(o, sizeof(o), "abcdef", 1, TEXT_LEFT);
	ok(strcmp(o, "\xe2\x80\xa6") == 0, "one column");
	text_fit(o, sizeof(o), "abc", 0, TEXT_LEFT);
	ok(o[0] == '\0', "no column");
	text_fit(o, 4, "ab", 100, TEXT_LEFT);
	ok(strcmp(o, "ab ") == 0, "a small buffer is not overrun");
}

/* Whatever goes in: valid UTF-8 without controls comes out, in the columns. */
static void
test_random(void)
{
	struct rng r;
	int bad = 0;

	rng_seed(&r, 7);
	for (int i = 0; i < 20000; i++) {
		char in[64], out[1024];
		size_t n = rng_below(&r, sizeof(in));
		int cols = (int)rng_below(&r, 40), sum = 0;
		uint32_t c;

		for (size_t k = 0; k < n; k++)
			in[k] = (char)(rng_below(&r, 3)   ? rng_below(&r, 256)
				       : rng_below(&r, 2) ? 0xe2
							  : 0x80);
		in[n] = '\0';
		text_fit(out, sizeof(out), in, cols, TEXT_LEFT);
		for (const char *p = out; *p != '\0';) {
			size_t k = text_decode(p, &c);
			int w = text_width(c);

			if ((k == 1 && (unsigned char)*p >= 0x80) || w < 0)
				bad++;
			sum += w > 0 ? w : 0;
			p += k;
		}
		if (sum != cols)
			bad++;
	}
	ok(bad == 0, "20,000 random strings (seed 7)");
}

static void
test_numbers(void)
{
	char t[TEXT_NUM];

	ok(strcmp(text_count(999, t), "999") == 0, "%s", t);
	ok(strcmp(text_count(103212, t), "103,212") == 0, "%s", t);
	ok(strcmp(text_count(1002003, t), "1,002,003") == 0, "%s", t);
	ok(strcmp(text_count(12345678, t), "12.3M") == 0, "%s", t);
	ok(strcmp(text_span(59, t), "59 s") == 0, "%s", t);
	ok(strcmp(text_span(11520, t), "3 h 12") == 0, "%s", t);
	ok(strcmp(text_ms(0.42, t), "0.4 ms") == 0, "%s", t);
	ok(strcmp(text_ms(1240, t), "1.2 s") == 0, "%s", t);
	ok(strcmp(text_ms(-1, t), "-") == 0, "no setup time");
	ok(strcmp(text_rate(0.412, t), "41.2 %") == 0, "%s", t);
	ok(strcmp(text_rate(-1, t), "-") == 0, "no rate");
}

int
main(void)
{
	test_decode();
	test_width();
	test_clean();
	test_fit();
	test_random();
	test_numbers();
	return done_testing();
}
