/* SPDX-License-Identifier: MIT */
/*
 * number: read the cell (number_read), find the country, drop what people dial
 * before a number at home, ask the automaton.  It repairs only what is certain
 * and never invents digits, except where a country lengthened all its numbers
 * and the new one is the same subscriber's (Brazil's 9, Colombia's 60).
 */
#include "shared/number.h"

#include <string.h>
#include <strings.h>

#include "shared/number_read.h"
#include "shared/number_tables.h"
#include "shared/util.h"

#define E164_MAX 15
#define E164_MIN 6

const char *
number_verdict_word(enum number_verdict v)
{
	static const char *const words[] = {
#define WORD(n, w, t) w,
		NUMBER_VERDICTS(WORD)
#undef WORD
	};

	return v < NUMBER_NVERDICT ? words[v] : "?";
}

const char *
number_verdict_text(enum number_verdict v)
{
	static const char *const texts[] = {
#define TEXT(n, w, t) t,
		NUMBER_VERDICTS(TEXT)
#undef TEXT
	};

	return v < NUMBER_NVERDICT ? texts[v] : "?";
}

static int
region_index(const char *id)
{
	for (int i = 0; id != NULL && i < number_nregions; i++)
		if (strcmp(number_regions[i].id, id) == 0)
			return i;
	return -1;
}

bool
number_region_known(const char *region)
{
	return region_index(region) >= 0;
}

const char *
number_code_region(int code)
{
	if (code < 1 || code > 999 || number_main[code] == 255)
		return NULL;
	return number_regions[number_main[code]].id;
}

const char *
number_tables_version(void)
{
	return number_version;
}

static void
drop(struct number_nat *n, int k)
{
	memmove(n->d, n->d + k, (size_t)(n->len - k));
	n->len -= k;
}

static bool
begins(const struct number_nat *n, const char *prefix)
{
	size_t k = strlen(prefix);

	return (size_t)n->len > k && memcmp(n->d, prefix, k) == 0;
}

/* Argentina: area 15 local -> 9 area local, where that is a number. */
static void
argentina(struct number_nat *n)
{
	char t[NUMBER_DIGITS + 4];

	if (n->d[0] == '0' && n->len >= 11)
		drop(n, 1);
	if (n->len == 13 && n->d[0] == '9') /* both at once */
		drop(n, 1);
	if (n->len != 12 || n->d[0] == '9')
		return;
	for (int a = 2; a <= 4; a++) {
		if (n->d[a] != '1' || n->d[a + 1] != '5')
			continue;
		t[0] = '9';
		memcpy(t + 1, n->d, (size_t)a);
		memcpy(t + 1 + a, n->d + a + 2, (size_t)(n->len - a - 2));
		if (number_accepts(54, t, n->len - 1, NULL)) {
			memcpy(n->d, t, (size_t)--n->len);
			return;
		}
	}
}

/*
 * Brazil: 90 (collect) or 0, then perhaps the carrier's two digits; mobiles
 * of eight digits have had a 9 put before them between 2012 and 2016.
 */
static void
brazil(struct number_nat *n)
{
	char t[NUMBER_DIGITS + 4];

	if (n->len > 11 && begins(n, "90"))
		drop(n, 1);
	if (n->d[0] == '0' && n->len >= 10)
		drop(n, n->len >= 13 ? 3 : 1);
	if (n->len != 10 || n->d[0] == '0' || n->d[2] < '6')
		return;
	memcpy(t, n->d, 2);
	t[2] = '9';
	memcpy(t + 3, n->d + 2, 8);
	if (number_accepts(55, t, 11, NULL) &&
	    !number_accepts(55, n->d, 10, NULL)) {
		memcpy(n->d, t, 11);
		n->len = 11;
	}
}

/* Colombia: since 2022 a fixed number is 60 and the old eight digits. */
static void
colombia(struct number_nat *n, bool home)
{
	if (home && n->len == 12 && begins(n, "03"))
		drop(n, 2); /* 03 321 1234567 */
	else if (home && n->len == 12 && begins(n, "01800"))
		drop(n, 1);
	if (n->len != 8)
		return;
	memmove(n->d + 2, n->d, 8);
	memcpy(n->d, "60", 2);
	if (number_accepts(57, n->d, 10, NULL))
		n->len = 10;
	else
		memmove(n->d, n->d + 2, 8);
}

/*
 * Habits of dialling that the ranges do not carry.  home: it was written
 * without a country code.
 */
static void
habits(int cc, struct number_nat *n, bool home)
{
	switch (cc) {
	case 52: /* 01, 044, 045 and 1 all ended on 2019-08-03 */
		if (n->len == 13 && (begins(n, "044") || begins(n, "045")))
			drop(n, 3);
		else if (n->len == 12 && begins(n, "01"))
			drop(n, 2);
		else if (n->len == 11 && begins(n, "1"))
			drop(n, 1);
		break;
	case 54:
		argentina(n);
		break;
	case 55:
		brazil(n);
		break;
	case 56: /* 09 6123 4567 */
		if (home && n->len == 10 && begins(n, "0"))
			drop(n, 1);
		break;
	case 57:
		colombia(n, home);
		break;
	}
}

/* The country has its own rule above instead of the plain trunk prefix. */
static bool
own_trunk_rule(int cc)
{
	return cc == 52 || cc == 54 || cc == 55;
}

static void
drop_trunk(int cc, const char *trunk, struct number_nat *n)
{
	if (*trunk != '\0' && begins(n, trunk) &&
	    !number_accepts(cc, n->d, n->len, NULL))
		drop(n, (int)strlen(trunk));
}

/* Digits behind the country code, or written at home -> national number. */
static void
national(int cc, const struct number_region *r, struct number_nat *n, bool home)
{
	char code[8];
	struct number_nat t;

	if (cc == 1 && n->len == 11 && n->d[0] == '1') {
		drop(n, 1);
		return;
	}
	if (home) {
		/* Typed with its country code, but without the plus. */
		str_format(code, sizeof(code), "%d", cc);
		if (begins(n, code) &&
		    !number_accepts(cc, n->d, n->len, NULL)) {
			t = *n;
			drop(&t, (int)strlen(code));
			habits(cc, &t, false);
			if (number_accepts(cc, t.d, t.len, NULL)) {
				*n = t;
				return;
			}
		}
		if (cc == 57) {
			if (n->len == 11 && n->d[0] == '0')
				drop(n, 1);
		} else if (!own_trunk_rule(cc))
			drop_trunk(cc, r->trunk, n);
	} else if (!own_trunk_rule(cc))
		drop_trunk(cc, r->trunk, n); /* +44 (0)20 ... */
	habits(cc, n, home);
}

/* Nobody has published such a number; could it be one all the same? */
static enum number_verdict
plausible(int cc, const struct number_region *r, const struct number_nat *n)
{
	const char *d = n->d;

	if (r->lengths == 0)
		return NUMBER_V_IMPOSSIBLE;
	if (n->len < __builtin_ctz(r->lengths))
		return NUMBER_V_TOO_SHORT;
	if (n->len > 31 - __builtin_clz(r->lengths))
		return NUMBER_V_TOO_LONG;
	if ((r->lengths >> n->len & 1) == 0)
		return NUMBER_V_IMPOSSIBLE;
	/* A trunk prefix in the wrong place; published numbers may have it. */
	if (d[0] == '0' || (*r->trunk != '\0' && begins(n, r->trunk)))
		return NUMBER_V_IMPOSSIBLE;
	/* NANP: [2-9]xx [2-9]xxxxxx, and x11 is no area code. */
	if (cc == 1 &&
	    (d[0] < '2' || d[3] < '2' || (d[1] == '1' && d[2] == '1')))
		return NUMBER_V_IMPOSSIBLE;
	/* Argentina: 15 is dialled before a mobile from the same area. */
	if (cc == 54 && begins(n, "15"))
		return NUMBER_V_NO_AREA;
	/* Brazil: an area code has no 0, a mobile always begins with 9. */
	if (cc == 55 && (d[1] == '0' || (n->len == 11 && d[2] != '9')))
		return NUMBER_V_IMPOSSIBLE;
	if (cc == 57 && n->len != 10)
		return NUMBER_V_TOO_SHORT;
	return NUMBER_V_NEW_RANGE;
}

/* The region an area code of +1 belongs to by its other numbers, or r. */
static const struct number_region *
nanp_region(const struct number_nat *n, const struct number_region *r)
{
	static const char *const probes[] = { "2345678", "3571234", "5234567",
		"7654321", "9876543" };
	struct number_label l;
	char t[10];

	memcpy(t, n->d, 3);
	for (size_t i = 0; i < nitems(probes); i++) {
		memcpy(t + 3, probes[i], 7);
		if (number_accepts(1, t, 10, &l))
			return &number_regions[l.region];
	}
	return r;
}

/* Strip 00, 011 ... and find the country; home tells that there was none. */
static enum number_verdict
country(struct number_nat *n, bool plus, const struct number_region *def,
    int *cc, bool *home)
{
	int used = 0;
	size_t k;

	if (begins(n, "00") && (plus || def == NULL)) {
		drop(n, 2);
		plus = true;
	} else if (!plus && def != NULL && begins(n, def->idd) &&
		   n->d[k = strlen(def->idd)] != '0') {
		drop(n, (int)k);
		plus = true;
	}
	*home = !plus;
	if (*home) {
		if (def == NULL)
			return NUMBER_V_NO_COUNTRY;
		*cc = def->cc;
		return NUMBER_V_OK;
	}
	*cc = number_code(n->d, n->len, &used);
	if (*cc == 0)
		return NUMBER_V_BAD_COUNTRY;
	drop(n, used);
	return n->len < 2 ? NUMBER_V_TOO_SHORT : NUMBER_V_OK;
}

bool
number_parse(const char *cell, const char *region, struct number *out)
{
	const struct number_region *def, *r;
	int cc = 0, i = region_index(region);
	struct number_label l = { 0, NUMBER_UNKNOWN };
	char copy[NUMBER_DIGITS + 2], code[8];
	bool plus = false, home = false;
	struct number_nat n = { .len = 0 };

	memset(out, 0, sizeof(*out));
	out->type = NUMBER_UNKNOWN;
	def = i < 0 ? NULL : &number_regions[i];
	if ((cell = number_spreadsheet(cell, copy)) == NULL) {
		out->verdict = NUMBER_V_SCIENTIFIC;
		return false;
	}
	out->verdict = number_tokenise(cell, &n, &plus, out->ext);
	if (out->verdict == NUMBER_V_OK)
		out->verdict = country(&n, plus, def, &cc, &home);
	if (out->verdict != NUMBER_V_OK) {
		out->ext[0] = '\0';
		return false;
	}
	r = home || number_main[cc] == 255 ? def
					   : &number_regions[number_main[cc]];
	national(cc, r, &n, home);
	if (number_accepts(cc, n.d, n.len, &l))
		r = &number_regions[l.region];
	else {
		out->verdict = plausible(cc, r, &n);
		if (cc == 1 && out->verdict == NUMBER_V_NEW_RANGE)
			r = nanp_region(&n, r);
	}
	str_format(code, sizeof(code), "%d", cc);
	if ((size_t)n.len + strlen(code) > E164_MAX)
		out->verdict = NUMBER_V_TOO_LONG;
	else if ((size_t)n.len + strlen(code) < E164_MIN)
		out->verdict = NUMBER_V_TOO_SHORT;
	if (out->verdict != NUMBER_V_OK && out->verdict != NUMBER_V_NEW_RANGE)
		return false;
	str_format(out->e164, sizeof(out->e164), "+%s%.*s", code, n.len, n.d);
	str_copy(out->region, sizeof(out->region), r->id);
	out->type = (enum number_type)l.type;
	return true;
}
