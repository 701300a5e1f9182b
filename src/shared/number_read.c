/* SPDX-License-Identifier: MIT */
/*
 * number_read: what people, word processors and spreadsheets make of a number,
 * as digits.  Knows nothing of countries and never adds a digit.
 */
#include "shared/number_read.h"

#include <string.h>
#include <strings.h>

#include "shared/util.h"

/* One code point of well-formed UTF-8; any other byte stands for itself. */
static int
code_point(const unsigned char **p)
{
	const unsigned char *s = *p;
	int c = *s++;

	if (c >= 0xc2 && c < 0xe0 && (s[0] & 0xc0) == 0x80) {
		c = (c & 31) << 6 | (s[0] & 63);
		s++;
	} else if (c >= 0xe0 && c < 0xf0 && (s[0] & 0xc0) == 0x80 &&
		   (s[1] & 0xc0) == 0x80) {
		c = (c & 15) << 12 | (s[0] & 63) << 6 | (s[1] & 63);
		s += 2;
	}
	*p = s;
	return c;
}

static int
digit_of(int c)
{
	static const int zeros[] = { '0', 0xff10 /* full width */,
		0x660 /* Arabic */, 0x6f0 /* Persian */ };

	for (size_t i = 0; i < nitems(zeros); i++)
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return c - zeros[i];
	return -1;
}

/* What people and word processors put between the digits. */
static bool
is_filler(int c)
{
	static const int fillers[] = { ' ', '\t', '\r', '\n', '-', '.', '(',
		')', '/', '[', ']', '~', '\'', '"', '_', 0xa0, 0xad, 0x200b,
		0x200e, 0x200f, 0x202a, 0x202c, 0x202d, 0x202f, 0x2010, 0x2011,
		0x2012, 0x2013, 0x2014, 0x2060, 0x2066, 0x2069, 0x2212,
		0xfeff };

	for (size_t i = 0; i < nitems(fillers); i++)
		if (c == fillers[i])
			return true;
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
skip_digits(const char *s)
{
	while (is_digit(*s))
		s++;
	return s;
}

/*
 * Excel: 5.21551E+12 has lost digits for good; 5512345678.0 is a whole number
 * that went through a float: cut the fraction into copy, or dropping the
 * point would add a digit.  Returns what to parse, NULL for lost digits.
 */
const char *
number_spreadsheet(const char *cell, char copy[NUMBER_DIGITS + 2])
{
	const char *from = cell + strspn(cell, " '=\"");
	const char *q = skip_digits(from + (*from == '+')), *dot = q, *frac;
	size_t len = (size_t)(q - from);

	if (len == 0)
		return cell;
	if (*q == '.' || *q == ',')
		q = skip_digits(q + 1);
	if (*q == 'e' || *q == 'E') {
		frac = q + 1;
		frac += *frac == '+' || *frac == '-';
		if (is_digit(*frac)) {
			frac = skip_digits(frac);
			if (frac[strspn(frac, " '\"")] == '\0')
				return NULL;
		}
	}
	frac = dot + 1;
	if (*dot == '\0' || q == dot || q == frac || q - frac > 2 || len < 7 ||
	    len > NUMBER_DIGITS || q[strspn(q, " '\"")] != '\0')
		return cell;
	while (*frac == '0')
		frac++;
	if (frac != q)
		return cell;
	memcpy(copy, from, len);
	copy[len] = '\0';
	return copy;
}

/* "x123", "ext. 45", ",,123#", ";ext=99", "ramal 7" up to the end. */
static bool
extension(const char *s, char ext[NUMBER_EXT])
{
	static const char *const words[] = { ";ext=", "extensi\xc3\xb3n",
		"extension", "ext.", "ext", "ramal", "anexo", "interno", "x",
		",,", ",", "#" };
	size_t i, n = 0;

	for (i = 0; i < nitems(words); i++)
		if (strncasecmp(s, words[i], strlen(words[i])) == 0)
			break;
	if (i == nitems(words))
		return false;
	s += strlen(words[i]);
	s += strspn(s, " :.\t");
	while (is_digit(*s) && n < NUMBER_EXT - 1)
		ext[n++] = *s++;
	ext[n] = '\0';
	s += *s == '#';
	s += strspn(s, " \t\r\n\"'");
	return n > 0 && *s == '\0';
}

static int
count_digits(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += is_digit(*s);
	return n;
}

/* Cell -> digits, whether a plus stood before them, extension. */
enum number_verdict
number_tokenise(
    const char *cell, struct number_nat *n, bool *plus, char ext[NUMBER_EXT])
{
	const unsigned char *p;
	const char *at;
	bool some = false;
	int c, v;

	if (strncasecmp(cell, "tel:", 4) == 0)
		cell += 4;
	for (p = (const unsigned char *)cell; *p != '\0';) {
		at = (const char *)p;
		c = code_point(&p);
		if ((v = digit_of(c)) >= 0) {
			if (n->len >= NUMBER_DIGITS)
				return NUMBER_V_TOO_LONG;
			n->d[n->len++] = (char)('0' + v);
			continue;
		}
		if (n->len >= 7 && strchr("/;,|\n+", c) != NULL && c < 128 &&
		    count_digits(at) >= 7)
			return NUMBER_V_SEVERAL;
		if ((c == '+' || c == 0xff0b) && n->len == 0) {
			*plus = true;
			continue;
		}
		if (c == '=' && n->len == 0)
			continue;
		if (is_filler(c)) {
			some |= c > ' ' && c != '\'' && c != '"' && c < 128;
			continue;
		}
		if (n->len >= 6 && extension(at, ext))
			break;
		return NUMBER_V_NOT_A_NUMBER;
	}
	if (n->len == 0)
		return *plus || some ? NUMBER_V_NOT_A_NUMBER : NUMBER_V_EMPTY;
	return n->len < 2 ? NUMBER_V_NOT_A_NUMBER : NUMBER_V_OK;
}
