/* SPDX-License-Identifier: MIT */
/* lang: what is taken from a .mo file and what is not, plurals, and which
 * language an environment asks for. */
#include "shared/lang.h"

#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/text.h"
#include "shared/util.h"
#include "tap.h"

struct pair {
	const char *from, *to;
	size_t from_len, to_len; /* 0: strlen */
};

static void
put32(struct buf *b, size_t v, bool swap)
{
	uint32_t w = (uint32_t)v;

	w = swap ? __builtin_bswap32(w) : w;
	buf_put(b, &w, sizeof(w));
}

/* A file as msgfmt writes it, without its hash table. */
static void
make_mo(struct buf *b, const struct pair *p, size_t n, bool swap)
{
	size_t at = 28 + 16 * n;

	put32(b, 0x950412de, swap);
	put32(b, 0, swap);
	put32(b, n, swap);
	put32(b, 28, swap);
	put32(b, 28 + 8 * n, swap);
	put32(b, 0, swap);
	put32(b, at, swap);
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n; i++) {
			const char *s = side ? p[i].to : p[i].from;
			size_t len = side ? p[i].to_len : p[i].from_len;

			len = len ? len : strlen(s);
			put32(b, len, swap);
			put32(b, at, swap);
			at += len + 1;
		}
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n; i++) {
			const char *s = side ? p[i].to : p[i].from;
			size_t len = side ? p[i].to_len : p[i].from_len;

			buf_put(b, s, len ? len : strlen(s));
			buf_byte(b, '\0');
		}
}

static struct lang *
one(const char *from, const char *to)
{
	struct pair p[2] = { { "", "Content-Type: x\n", 0, 0 },
		{ from, to, 0, 0 } };
	struct buf b = BUF_INIT;
	struct lang *l;

	make_mo(&b, p, 2, false);
	l = lang_parse("es", b.p, b.len);
	buf_clear(&b);
	return l;
}

static void
test_formats(void)
{
	static const struct {
		const char *from, *to;
		bool taken;
	} v[] = {
		{ "calls", "llamadas", true },
		{ "%d calls", "%d llamadas", true },
		{ "%d calls", "%i llamadas", true },
		{ "%d calls", "llamadas", false },
		{ "%d calls", "%s llamadas", false },
		{ "%d calls", "%ld llamadas", false },
		{ "%d calls", "%d de %d llamadas", false },
		{ "calls", "%s", false },
		{ "calls", "%n", false },
		{ "%n", "%n", false },
		{ "%s of %d", "%2$d en %1$s", true },
		{ "%s of %d", "%1$s %1$s de %2$d", true },
		{ "%s of %d", "%2$d", false },
		{ "%s of %d", "%1$s de %3$d", false },
		{ "%s of %d", "%1$s de %d", false },
		{ "%s of %d", "%d en %s", false },
		{ "%.*f s", "%.*f seg", true },
		{ "%.*f s", "%f seg", false },
		{ "%*d|", "%*d|", true },
		{ "%.0f %%", "%.1f%%", true },
		{ "%.0f %%", "%.1f%", false },
		{ "100 %%", "100%%", true },
		{ "%5.1f", "%-6.2g", true },
		{ "%zu", "%zu", true },
		{ "%zu", "%u", false },
		{ "%lld", "%ld", false },
		{ "%llld", "%llld", false },
		{ "%1$s %2$s", "%2$s %1$s", true },
		{ "%9999999$s", "%9999999$s", false },
		{ "%s", "%1$s%1$d", false },
		{ "a", "a\033[2J", false },
		{ "a", "a\nb", false },
		{ "a\n", "b\n", true },
		{ "a", "\xff", false },
		{ "a", "\xc3\xa1", true },
		{ "a", "\xc3", false },
	};

	for (size_t i = 0; i < nitems(v); i++) {
		struct lang *l = one(v[i].from, v[i].to);
		size_t refused = 9;
		bool taken = lang_count(l, &refused) == 1;

		ok(taken == v[i].taken && refused == !taken &&
			strcmp(lang_tr(l, v[i].from),
			    taken ? v[i].to : v[i].from) == 0,
		    "format %zu %s", i,
		    v[i].taken ? "translated" : "left as it is");
		lang_free(l);
	}
}

static void
test_plural(void)
{
	static const struct pair p[] = {
		{ "%d call\0%d calls", "%d um\0%d muitos", 16, 15 },
		{ "one call\0%d calls", "uma\0%d muitas", 17, 13 },
		{ "plain", "a\0b", 0, 3 }, /* no plural, two forms */
	};
	struct buf b = BUF_INIT;
	struct lang *l;
	size_t refused;

	make_mo(&b, p, nitems(p), false);
	l = lang_parse("pt_BR", b.p, b.len);
	ok(lang_count(l, &refused) == 2 && refused == 1, "two of three taken");
	ok(strcmp(lang_trn(l, "%d call", "%d calls", 0), "%d um") == 0 &&
		strcmp(lang_trn(l, "%d call", "%d calls", 1), "%d um") == 0 &&
		strcmp(lang_trn(l, "%d call", "%d calls", 2), "%d muitos") == 0,
	    "pt_BR: 0 and 1 are one");
	ok(strcmp(lang_trn(l, "one call", "%d calls", 1), "uma") == 0,
	    "a singular without its number");
	lang_free(l);
	l = lang_parse("es", b.p, b.len);
	ok(strcmp(lang_trn(l, "%d call", "%d calls", 0), "%d muitos") == 0 &&
		strcmp(lang_trn(l, "%d call", "%d calls", 1), "%d um") == 0,
	    "es: 0 are many");
	lang_use(l);
	ok(strcmp(_n("%d call", "%d calls", 5), "%d muitos") == 0, "_n()");
	lang_free(l);
	ok(lang_used() == NULL &&
		strcmp(_n("%d call", "%d calls", 1), "%d call") == 0,
	    "a freed language is used no more");
	ok(strcmp(_n("%d x", "%d xs", 0), "%d xs") == 0, "English: 0 are many");
	buf_clear(&b);
}

/* Every bit of a good file turned, every length cut: no crash. */
static void
test_hostile(void)
{
	static const struct pair p[] = { { "", "h", 0, 0 },
		{ "%d call\0%d calls", "%d a\0%d b", 16, 9 },
		{ "hello %s", "hola %s", 0, 0 } };
	struct buf b = BUF_INIT;
	int opened = 0, refused = 0;

	make_mo(&b, p, nitems(p), true);
	for (size_t cut = 0; cut <= b.len; cut++) {
		struct lang *l = lang_parse("es", b.p, cut);

		opened += l != NULL;
		refused += l == NULL;
		lang_free(l);
	}
	ok(opened > 0 && refused > 28, "%d cut files: %d opened", refused,
	    opened);
	for (size_t bit = 0; bit < b.len * 8; bit++) {
		struct lang *l;

		b.p[bit / 8] = (char)(b.p[bit / 8] ^ 1 << bit % 8);
		l = lang_parse("es", b.p, b.len);
		if (l != NULL) {
			lang_tr(l, "hello %s");
			lang_trn(l, "%d call", "%d calls", 2);
		}
		lang_free(l);
		b.p[bit / 8] = (char)(b.p[bit / 8] ^ 1 << bit % 8);
	}
	ok(true, "%zu bits turned", b.len * 8);
	{
		struct lang *l = lang_parse("es", b.p, b.len);

		ok(l != NULL && strcmp(lang_tr(l, "hello %s"), "hola %s") == 0,
		    "the other byte order");
		lang_free(l);
	}
	buf_clear(&b);
}

static void
test_names(void)
{
	static const struct {
		const char *name, *code;
	} v[] = { { "es_MX.UTF-8", "es" }, { "es", "es" }, { "es_419", "es" },
		{ "es-MX", "es" }, { "pt_BR", "pt_BR" }, { "pt", "pt_BR" },
		{ "pt_PT@euro", "pt_BR" }, { "pt_BR.UTF-8", "pt_BR" },
		{ "C", "en" }, { "C.UTF-8", "en" }, { "POSIX", "en" },
		{ "en_US.UTF-8", "en" }, { "", "en" }, { "de_DE", NULL },
		{ "est", NULL }, { "../es", NULL } };
	static const struct {
		const char *discador, *all, *messages, *lang, *language, *code;
	} e[] = {
		{ "", "", "", "", "", "en" },
		{ "", "", "", "es_AR.UTF-8", "", "es" },
		{ "", "", "pt_BR.UTF-8", "es_AR.UTF-8", "", "pt_BR" },
		{ "", "C", "pt_BR.UTF-8", "es_AR.UTF-8", "pt", "en" },
		{ "", "C.UTF-8", "", "", "pt", "pt_BR" },
		{ "", "", "", "", "es", "en" },
		{ "", "", "", "de_DE", "fr:es_ES:en", "es" },
		{ "", "", "", "es_ES", "en:es", "en" },
		{ "", "", "", "de_DE", "fr", "en" },
		{ "pt", "C", "", "es", "es", "pt_BR" },
		{ "xx", "", "", "es", "", "es" },
	};

	for (size_t i = 0; i < nitems(v); i++) {
		const char *got = lang_match(v[i].name);

		ok(v[i].code == NULL
			? got == NULL
			: got != NULL && strcmp(got, v[i].code) == 0,
		    "\"%s\" is %s", v[i].name, got != NULL ? got : "nothing");
	}
	for (size_t i = 0; i < nitems(e); i++) {
		setenv("DISCADOR_LANG", e[i].discador, 1);
		setenv("LC_ALL", e[i].all, 1);
		setenv("LC_MESSAGES", e[i].messages, 1);
		setenv("LANG", e[i].lang, 1);
		setenv("LANGUAGE", e[i].language, 1);
		ok(strcmp(lang_from_env(), e[i].code) == 0,
		    "environment %zu: %s", i, lang_from_env());
	}
}

static void
test_set(void)
{
	ok(lang_set("en") && strcmp(lang_code(lang_used()), "en") == 0 &&
		strcmp(_("hello"), "hello") == 0,
	    "en needs no file");
	ok(!lang_set("../../../tmp/x") && !lang_set("xx") && !lang_set(""),
	    "what is no code or has no file");
	ok(strcmp(lang_code(lang_used()), "en") == 0, "the old one stays");
	ok(*_("") == '\0', "nothing is nothing");
	lang_free(lang_open("en"));
}

/* What is shipped: nothing of it is refused. */
static void
test_shipped(void)
{
	size_t n, refused = 9;
	const struct lang_row *rows = lang_list(&n);

	for (size_t i = 1; i < n; i++) {
		struct lang *l = lang_open(rows[i].code);
		size_t have = l != NULL ? lang_count(l, &refused) : 0;

		ok(have > 500 && refused == 0,
		    "%s is built: %zu texts, %zu refused", rows[i].code, have,
		    refused);
		lang_free(l);
	}
	ok(lang_set("pt_BR") && strcmp(_("Campaigns"), "Campanhas") == 0 &&
		lang_set("es") &&
		strcmp(_("Campaigns"), "Campa\xc3\xb1"
				       "as") == 0 &&
		lang_set("en") && strcmp(_("Campaigns"), "Campaigns") == 0,
	    "one after the other");
}

static void
test_speed(void)
{
	static char text[1000][24];
	struct pair p[1000];
	struct buf b = BUF_INIT;
	struct lang *l;
	int64_t t0, best = INT64_MAX;
	size_t sum = 0;

	for (int i = 0; i < 1000; i++) {
		str_format(text[i], sizeof(text[i]), "some text %d", i);
		p[i] = (struct pair){ text[i], text[999 - i], 0, 0 };
	}
	for (int i = 0; i <= 999; i++)
		p[i].to = p[i].from;
	make_mo(&b, p, 1000, false);
	l = lang_parse("es", b.p, b.len);
	for (int pass = 0; pass < 20; pass++) {
		t0 = now_read().mono_ns;
		for (int i = 0; i < 1000; i++)
			sum += (size_t)lang_tr(l, text[i])[0];
		best = MINIMUM(best, now_read().mono_ns - t0);
	}
	ok(sum > 0 && best < 1000 * 1000, "a look-up in 1,000: %lld ns",
	    (long long)best / 1000);
	lang_free(l);
	buf_clear(&b);
}

int
main(void)
{
	test_formats();
	test_plural();
	test_hostile();
	test_names();
	test_set();
	test_shipped();
	test_speed();
	return done_testing();
}
