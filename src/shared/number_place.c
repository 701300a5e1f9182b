/* SPDX-License-Identifier: MIT */
/*
 * number_place: look-ups in the tables: is it a number, whose, and where may
 * it lie.  It takes E.164 and digits; what people write is number.c's.
 */
#include "shared/number_tables.h"

#include <string.h>

#include "shared/number.h"
#include "shared/util.h"

#define E164_MAX 15 /* digits */

bool
number_accepts(int cc, const char *d, int len, struct number_label *l)
{
	unsigned st = number_start[cc], what;

	for (int i = 0; i < len && st != 0; i++)
		st = number_next[st * 10 + (unsigned)(d[i] - '0')];
	if (st == 0 || number_label[st] == 0)
		return false;
	if (l != NULL) {
		what = number_labels[number_label[st]];
		l->region = (int)(what >> 4);
		l->type = (int)(what & 15);
	}
	return true;
}

int
number_code(const char *d, int len, int *used)
{
	int cc = 0;

	for (int i = 0; i < 3 && i < len; i++) {
		cc = cc * 10 + (d[i] - '0');
		if (cc == 0)
			return 0;
		if (number_start[cc] != 0) {
			*used = i + 1;
			return cc;
		}
	}
	return 0;
}

/* The longest row of the zone map of at least min of the digits d. */
static const char *
zone_row(const char *d, size_t min)
{
	size_t len = strspn(d, "0123456789");

	for (len = MINIMUM(len, 9); len >= min && len > 0; len--) {
		int lo = 0, hi = number_nzone_keys - 1;
		uint32_t key = 1;

		for (size_t i = 0; i < len; i++)
			key = key * 10 + (uint32_t)(d[i] - '0');
		while (lo <= hi) {
			int m = (lo + hi) / 2;

			if (number_zone_keys[m] == key)
				return number_zone_lists[number_zone_values[m]];
			if (number_zone_keys[m] < key)
				lo = m + 1;
			else
				hi = m - 1;
		}
	}
	return "";
}

/* Do mobile numbers of this calling code begin with an area code? */
static bool
mobile_has_place(int cc)
{
	return cc == 1 || cc == 52 || cc == 54 || cc == 55 || cc == 62 ||
	       cc == 86;
}

/* E.164 -> calling code and national digits; 0 if it is none. */
static int
split(const char *e164, struct number_label *l, int *used, bool *known)
{
	const char *d = e164 + (*e164 == '+');
	size_t len = strspn(d, "0123456789");
	int cc;

	if (len > E164_MAX || d[len] != '\0' ||
	    (cc = number_code(d, (int)len, used)) == 0)
		return 0;
	*known = number_accepts(cc, d + *used, (int)len - *used, l);
	return cc;
}

const char *
number_zones(const char *e164)
{
	const char *d = e164 + (*e164 == '+');
	struct number_label l = { 0, NUMBER_UNKNOWN };
	char code[8];
	bool known = false, placed;
	int used = 0, cc = split(e164, &l, &used, &known);

	if (cc == 0 || l.type == NUMBER_PREMIUM)
		return "";
	placed = l.type == NUMBER_FIXED || l.type == NUMBER_FIXED_OR_MOBILE ||
		 (l.type == NUMBER_MOBILE && mobile_has_place(cc));
	if (placed)
		return zone_row(d, cc == 1 ? 4 : 1);
	if (cc == 1)
		return "";
	str_format(code, sizeof(code), "%d", cc);
	return zone_row(code, 1);
}

/* Argentina: 11, then these of three digits, all others four. */
static int
argentine_area(const char *n)
{
	static const char three[] =
	    "220 221 223 230 236 237 249 260 261 263 264 266 280 291 294 297 "
	    "298 299 336 341 342 343 345 348 351 353 358 362 364 370 376 379 "
	    "380 381 383 385 387 388 ";
	char key[5] = { n[0], n[1], n[2], ' ', '\0' };

	if (n[0] == '1' && n[1] == '1')
		return 2;
	return strstr(three, key) != NULL ? 3 : 4;
}

const char *
number_area(const char *e164, char out[8])
{
	struct number_label l = { 0, NUMBER_UNKNOWN };
	bool known = false, fixed;
	int used = 0, len = 0, cc = split(e164, &l, &used, &known);
	const char *n = e164 + (*e164 == '+') + used;

	out[0] = '\0';
	if (cc == 0 || (!known && cc != 1) ||
	    (l.type >= NUMBER_TOLL_FREE && l.type < NUMBER_UNKNOWN))
		return out;
	fixed = l.type == NUMBER_FIXED || l.type == NUMBER_FIXED_OR_MOBILE;
	switch (cc) {
	case 1:
		len = 3;
		break;
	case 51: /* Lima 1, others two digits; mobiles 9... */
		len = !fixed ? 0 : *n == '1' ? 1 : 2;
		break;
	case 52:
		len = strspn(n, "5") >= 2 || strncmp(n, "56", 2) == 0 ||
			      strncmp(n, "33", 2) == 0 ||
			      strncmp(n, "81", 2) == 0
			  ? 2
			  : 3;
		break;
	case 54:
		n += *n == '9';
		len = argentine_area(n);
		break;
	case 55:
		len = 2;
		break;
	case 56:
		len = !fixed || *n == '9' ? 0 : *n == '2' ? 1 : 2;
		break;
	case 57:
	case 58:
		len = fixed ? 3 : 0;
		break;
	case 593:
		len = fixed ? 1 : 0;
		break;
	}
	if (len > 0 && strlen(n) > (size_t)len) {
		memcpy(out, n, (size_t)len);
		out[len] = '\0';
	}
	return out;
}

const char *
number_state(const char *e164, char out[4])
{
	const char *d = e164 + (*e164 == '+');
	size_t len = strspn(d, "0123456789"), code = 0, digits = 0;

	out[0] = '\0';
	if (d[len] != '\0')
		return out;
	if (*d == '1' && len == 11)
		digits = 3;
	else if (strncmp(d, "55", 2) == 0 && (len == 12 || len == 13))
		digits = 2;
	d += digits == 2 ? 2 : 1;
	for (size_t i = 0; i < digits; i++)
		code = code * 10 + (size_t)(d[i] - '0');
	str_copy(out, 4, number_states[code]);
	return out;
}
