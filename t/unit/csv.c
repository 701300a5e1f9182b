/* SPDX-License-Identifier: MIT */
/* csv and charset: a table of cases, the limits, and any split gives the
 * same rows. */
#include "shared/csv.h"

#include "shared/buf.h"
#include "shared/charset.h"
#include "shared/util.h"
#include "tap.h"

/* LINE[field|field] or LINE!error, one behind the other; ~ is blank. */
static void
print_row(void *arg, const struct csv_row *r)
{
	struct buf *b = arg;

	buf_fmt(b, "%lld", (long long)r->line);
	if (r->error != NULL) {
		buf_fmt(b, "!%s(%.*s)", r->error, (int)MINIMUM(r->raw_len, 40),
		    r->raw);
		return;
	}
	buf_str(b, r->blank ? "~[" : "[");
	for (int i = 0; i < r->n; i++)
		buf_fmt(b, "%s%s", i == 0 ? "" : "|", r->field[i]);
	buf_str(b, "]");
}

static void
parse(struct buf *out, int delimiter, const char *s, size_t len, struct rng *r)
{
	struct csv *c = csv_new(delimiter, print_row, out);

	buf_reset(out);
	while (len > 0) {
		size_t n = r == NULL ? len : 1 + rng_below(r, 7);

		n = MINIMUM(n, len);
		csv_feed(c, s, n);
		s += n;
		len -= n;
	}
	csv_end(c);
	csv_free(c);
}

static void
test_table(void)
{
	static const struct {
		int delimiter;
		const char *in, *want;
	} c[] = {
		{ ',', "", "" },
		{ ',', "a", "1[a]" },
		{ ',', "a,b\nc,d\n", "1[a|b]2[c|d]" },
		{ ',', "a,b\r\nc,d\r\n", "1[a|b]2[c|d]" },
		{ ',', "a,b\rc,d\r", "1[a|b]2[c|d]" },
		{ ',', "a\n\n \r\n,,\nb", "1[a]2~[]3~[ ]4~[||]5[b]" },
		{ ',', "a,\n,b", "1[a|]2[|b]" },
		{ ',', "\"a\",\"b,c\"\n", "1[a|b,c]" },
		{ ',', "\"a\"\"b\",\"\"\n", "1[a\"b|]" },
		{ ',', "\"a\nb\",c\nd", "1[a\nb|c]3[d]" },
		{ ',', "\"a\r\nb\",c\r\nd", "1[a\r\nb|c]3[d]" },
		{ ',', "\"a\r\rb\"\rd", "1[a\r\rb]4[d]" },
		{ ',', "a\"b,c", "1[a\"b|c]" },
		{ ',', "\"a\"b,c", "1[ab|c]" },
		{ ';', "a,b;c\n", "1[a,b|c]" },
		{ '\t', "a\tb\n", "1[a|b]" },
		{ CSV_NO_DELIMITER, "\"a,b\n\xff;c\n", "1[\"a,b]2[\xff;c]" },
		{ ',', "\"open,b\nc,d\n",
		    "1!a quote that is not closed(\"open,b)2[c|d]" },
		{ ',', "\"open,b\r\nc,d\r\n",
		    "1!a quote that is not closed(\"open,b)2[c|d]" },
		{ ',', "x\n\"open",
		    "1[x]2!a quote that is not closed(\"open)" },
		{ ',', "\"a\n\"b\n\"c\nd",
		    "1[a\nb]3!a quote that is not closed(\"c)4[d]" },
		{ ',', "\"a\"", "1[a]" },
		{ ',', "\"", "1!a quote that is not closed(\")" },
	};
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < nitems(c); i++) {
		parse(&b, c[i].delimiter, c[i].in, strlen(c[i].in), NULL);
		ok(strcmp(buf_cstr(&b), c[i].want) == 0, "case %zu", i);
		if (strcmp(b.p, c[i].want) != 0)
			printf("# got %s\n", b.p);
	}
	parse(&b, ',', "a\0b,c\nd", 7, NULL);
	ok(strncmp(b.p, "1!a NUL byte", 12) == 0 && strstr(b.p, "2[d]") != NULL,
	    "a NUL byte spoils its row only");
	buf_clear(&b);
}

static void
fill(struct buf *b, const char *s, int times)
{
	while (times-- > 0)
		buf_str(b, s);
}

static bool
ends(struct buf *out, struct buf *in, const char *begin, const char *end)
{
	size_t n = strlen(end);

	parse(out, ',', in->p, in->len, NULL);
	return strncmp(out->p, begin, strlen(begin)) == 0 && out->len >= n &&
	       strcmp(out->p + out->len - n, end) == 0;
}

static void
test_limits(void)
{
	struct buf in = BUF_INIT, out = BUF_INIT;

	fill(&in, "x", CSV_FIELD_MAX);
	buf_str(&in, ",b\nc");
	ok(ends(&out, &in, "1[xxx", "|b]2[c]"), "a field of the limit");
	buf_reset(&in);
	fill(&in, "x", CSV_FIELD_MAX + 1);
	buf_str(&in, ",b\nc");
	ok(ends(&out, &in, "1!a field longer than 4096", ")2[c]"), "above it");
	buf_reset(&in);
	fill(&in, "a,", CSV_COLUMNS_MAX - 1);
	buf_str(&in, "a\nb");
	ok(ends(&out, &in, "1[a|a", "|a]2[b]"), "256 columns");
	buf_reset(&in);
	fill(&in, "a,", CSV_COLUMNS_MAX);
	buf_str(&in, "a\nb");
	ok(ends(&out, &in, "1!more than 256 columns(", ")2[b]"), "257 columns");
	buf_reset(&in);
	fill(&in, "123456789,", 20000);
	buf_str(&in, "\nb");
	ok(ends(&out, &in, "1!more than 256", ")2[b]"), "a row of 200 kB");
	buf_reset(&in);
	/* A stray quote: its line is lost, the thousand below are not. */
	buf_str(&in, "a,\"b\n");
	fill(&in, "c,d\n", 5000);
	parse(&out, ',', in.p, in.len, NULL);
	ok(strncmp(out.p, "1!a field longer than 4096 bytes(a,\"b)2[c|d]3[c|d]",
	       50) == 0 &&
		strstr(out.p, "5001[c|d]") != NULL,
	    "a stray quote costs one line");
	buf_clear(&in);
	buf_clear(&out);
}

static void
test_chunks(void)
{
	static const char *const bits[] = { "a", "12", ",", ",", "\"", "\"",
		"\n", "\r\n", "\r", " ", "\"\"", ";", "\xc3\xa9" };
	uint64_t seed = (uint64_t)time(NULL);
	struct buf in = BUF_INIT, one = BUF_INIT, two = BUF_INIT;
	int wrong = 0;
	struct rng r;

	rng_seed(&r, seed);
	for (int i = 0; i < 3000; i++) {
		uint64_t n = rng_below(&r, 60);

		buf_reset(&in);
		while (n-- > 0)
			buf_str(&in, bits[rng_below(&r, nitems(bits))]);
		if (i % 100 == 0) { /* over the limits as well */
			buf_str(&in, ",\"\r\n");
			fill(&in, "y\r\n", 1500);
			fill(&in, "z,", i % 200 == 0 ? 40000 : 3);
		}
		parse(&one, ',', buf_cstr(&in), in.len, NULL);
		parse(&two, ',', in.p, in.len, &r);
		wrong += strcmp(buf_cstr(&one), buf_cstr(&two)) != 0;
	}
	ok(wrong == 0, "the same rows at any split (seed %llu), %d differ",
	    (unsigned long long)seed, wrong);
	buf_clear(&in);
	buf_clear(&one);
	buf_clear(&two);
}

static void
test_sniff(void)
{
	static const struct {
		const char *in;
		int want;
		size_t skip;
	} c[] = {
		{ "sep=;\r\na;b\r\n", ';', 7 },
		{ "SEP=\t\na\tb", '\t', 6 },
		{ "phone,name\n1,a\n2,b\n", ',', 0 },
		{ "telefono;monto\n55;1,50\n56;2,50\n", ';', 0 },
		{ "55;1,50\n56;2,50\n", ';', 0 },
		{ "a\tb, c\nd\te, f\ng\th\n", '\t', 0 },
		{ "a|b\nc|d\n", '|', 0 },
		{ "phone,address\n1,\"x;y\"\n2,\"z;w\"\n", ',', 0 },
		{ "5512345678\n5512345679\n", CSV_NO_DELIMITER, 0 },
		{ "+52 55 1234 5678\n", CSV_NO_DELIMITER, 0 },
		{ "", CSV_NO_DELIMITER, 0 },
	};
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < nitems(c); i++) {
		size_t skip = 99;
		int d = csv_sniff(c[i].in, strlen(c[i].in), true, &skip);

		ok(d == c[i].want && skip == c[i].skip,
		    "delimiter of list %zu: %d, skip %zu", i, d, skip);
	}
	csv_put(&b, "a", 1);
	csv_put(&b, ",\"x\n", 4);
	ok(strcmp(b.p, "a\",\"\"x\n\"") == 0, "fields are quoted for writing");
	buf_clear(&b);
}

static const char *
utf8(const char *encoding, const char *in, size_t len, size_t step,
    struct buf *out)
{
	struct charset *c = charset_new(encoding);

	buf_reset(out);
	for (size_t i = 0; i < len; i += step)
		charset_feed(c, in + i, MINIMUM(step, len - i), out);
	charset_end(c, out);
	charset_free(c);
	return buf_cstr(out);
}

static void
test_charset(void)
{
	static const struct {
		const char *s;
		bool valid;
	} u[] = { { "abc", true }, { "Jos\xc3\xa9 \xe2\x82\xac", true },
		{ "\xf0\x9f\x98\x80", true }, { "Jos\xe9", false },
		{ "\xc0\x80", false }, { "\xed\xa0\x80", false },
		{ "\xf4\x90\x80\x80", false }, { "\xe0\x80\xaf", false } };
	struct buf b = BUF_INIT;
	size_t skip;

	for (size_t i = 0; i < nitems(u); i++) {
		struct charset_utf8 c = { 0 };

		for (const char *p = u[i].s; *p != '\0'; p++)
			charset_utf8_feed(&c, p, 1);
		ok(charset_utf8_valid(&c) == u[i].valid, "UTF-8 or not, %zu",
		    i);
	}
	for (size_t step = 1; step < 4; step++) {
		ok(strcmp(utf8("CP1252", "Jos\xe9 \x80", 6, step, &b),
		       "Jos\xc3\xa9 \xe2\x82\xac") == 0,
		    "Windows-1252, %zu at a time", step);
		ok(strcmp(utf8("UTF-16LE",
			      "\xff\xfe"
			      "a\0\xe9\0=\xd8\0\xde",
			      10, step, &b),
		       "a\xc3\xa9\xf0\x9f\x98\x80") == 0,
		    "UTF-16LE with its mark and a surrogate pair");
		ok(strcmp(utf8("UTF-8",
			      "a\xff"
			      "b\xc3",
			      4, step, &b),
		       "a\xef\xbf\xbd"
		       "b\xef\xbf\xbd") == 0,
		    "what is not UTF-8 is replaced");
	}
	ok(strcmp(charset_bom("\xfe\xff\0a", 4, &skip), "UTF-16BE") == 0 &&
		skip == 2,
	    "a mark is known");
	ok(charset_bom("ab", 2, &skip) == NULL && skip == 0, "no mark");
	ok(charset_new("no-such-thing") == NULL, "an unknown encoding");
	buf_clear(&b);
}

int
main(void)
{
	test_table();
	test_limits();
	test_chunks();
	test_sniff();
	test_charset();
	return done_testing();
}
