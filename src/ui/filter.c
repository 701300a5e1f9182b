/* SPDX-License-Identifier: MIT */
/*
 * filter: typed words to terms, and the two tests they are made of.  Which
 * column a name means is the table's business (ui/table_order.c).
 */
#include "ui/filter.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "shared/util.h"

/* Operators, the longer ones first. */
static const struct {
	char text[3];
	int test;
} operators[] = {
	{ "<=", FILTER_LE },
	{ ">=", FILTER_GE },
	{ "!=", FILTER_NE },
	{ "==", FILTER_EQ },
	{ "<", FILTER_LT },
	{ ">", FILTER_GT },
	{ "=", FILTER_EQ },
};

/* One byte, after prev: A-Z, and U+00C0..U+00DE but for the times sign. */
static inline uint8_t
fold(uint8_t prev, uint8_t c)
{
	if ((uint8_t)(c - 'A') < 26)
		return c | 0x20;
	if (prev == 0xc3 && c >= 0x80 && c <= 0x9e && c != 0x97)
		return c + 0x20;
	return c;
}

void
filter_fold(char *text)
{
	uint8_t prev = 0;

	for (char *p = text; *p != '\0'; p++) {
		uint8_t c = (uint8_t)*p;

		*p = (char)fold(prev, c);
		prev = c;
	}
}

bool
filter_has(const char *text, const char *word)
{
	const uint8_t *t = (const uint8_t *)text, *w = (const uint8_t *)word;
	uint8_t other;

	if (w[0] == '\0')
		return true;
	/* the first byte, small or capital: most places end here */
	other = (uint8_t)(w[0] - 'a') < 26 ? w[0] & (uint8_t)~0x20 : w[0];
	for (; *t != '\0'; t++) {
		size_t i = 1;

		if (*t != w[0] && *t != other)
			continue;
		while (w[i] != '\0' && fold(t[i - 1], t[i]) == w[i])
			i++;
		if (w[i] == '\0')
			return true;
	}
	return false;
}

bool
filter_compare(const struct filter_term *t, double v)
{
	/* so that 41% is what 41 of 100 make */
	bool same = fabs(v - t->num) <= 1e-9 * fmax(1, fabs(t->num));

	if (isnan(v) || isnan(t->num))
		return false;
	switch (t->test) {
	case FILTER_LT:
		return v < t->num && !same;
	case FILTER_LE:
		return v < t->num || same;
	case FILTER_EQ:
		return same;
	case FILTER_NE:
		return !same;
	case FILTER_GE:
		return v > t->num || same;
	case FILTER_GT:
		return v > t->num && !same;
	default:
		return false;
	}
}

/* "90", "1,204", "41%", "0.8"; NaN if it is none. */
static double
number_of(const char *s)
{
	char digits[FILTER_TEXT];
	size_t n = 0;
	double v, scale = 1;

	for (; *s != '\0' && n + 1 < sizeof(digits); s++)
		if (*s != ',' || n == 0)
			digits[n++] = *s;
	if (n > 1 && digits[n - 1] == '%') {
		scale = 0.01;
		n--;
	}
	digits[n] = '\0';
	return str_double(digits, -1e15, 1e15, &v) ? v * scale : NAN;
}

/* The next piece up to a blank outside quotes; quotes fall off. */
static const char *
next_piece(const char *p, char out[FILTER_TEXT], size_t *quoted)
{
	size_t n = 0;
	bool in = false;

	*quoted = FILTER_TEXT; /* where the first quote stood */
	while (*p == ' ' || *p == '\t')
		p++;
	for (; *p != '\0' && (in || (*p != ' ' && *p != '\t')); p++) {
		if (*p == '"') {
			if (*quoted == FILTER_TEXT)
				*quoted = n;
			in = !in;
		} else if (n + 1 < FILTER_TEXT)
			out[n++] = *p;
	}
	out[n] = '\0';
	return p;
}

/* Length of the name that a column could have at the begin of s. */
static size_t
name_length(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0' && strchr("<>=!:", s[n]) == NULL)
		n++;
	return n;
}

/* False: an operator that has nothing to compare with yet. */
static bool
split(struct filter_term *t, const char *s, size_t quoted)
{
	size_t n = name_length(s);
	const char *rest;

	t->num = NAN;
	t->test = FILTER_WORD;
	str_copy(t->raw, sizeof(t->raw), s);
	str_copy(t->word, sizeof(t->word), s);
	filter_fold(t->raw);
	filter_fold(t->word);
	if (n >= sizeof(t->col) || n >= quoted || s[n] == '\0')
		return true;
	if (s[n] == ':') {
		if (n > 0) {
			str_copy(t->word, sizeof(t->word), t->raw + n + 1);
			str_copy(t->col, n + 1, s);
		}
		return true;
	}
	for (size_t i = 0; i < nitems(operators); i++) {
		size_t len = strlen(operators[i].text);
		double v;

		if (strncmp(s + n, operators[i].text, len) != 0)
			continue;
		rest = s + n + len;
		if (*rest == '\0')
			return false;
		v = number_of(rest);
		/* only = and != can be asked of texts, and of a named one */
		if (isnan(v) && (n == 0 || (operators[i].test != FILTER_EQ &&
					       operators[i].test != FILTER_NE)))
			return true;
		t->test = operators[i].test;
		t->num = v;
		str_copy(t->word, sizeof(t->word), t->raw + n + len);
		str_copy(t->col, n + 1, s);
		return true;
	}
	return true;
}

void
filter_parse(struct filter *f, const char *text)
{
	char piece[FILTER_TEXT];
	size_t quoted;

	memset(f, 0, sizeof(*f));
	while (f->n < FILTER_TERMS) {
		struct filter_term *t = &f->v[f->n];
		const char *s = piece;

		text = next_piece(text, piece, &quoted);
		if (piece[0] == '\0') {
			if (*text == '\0')
				return;
			continue;
		}
		memset(t, 0, sizeof(*t));
		if (s[0] == '!' && s[1] != '=' && quoted > 0) {
			t->not = true;
			s++;
			quoted -= quoted < FILTER_TEXT ? 1 : 0;
		}
		if (*s != '\0' && split(t, s, quoted))
			f->n++;
	}
}
