/* SPDX-License-Identifier: MIT */
/*
 * fmt: a directive that is not known here, or a number that would need
 * rounding of a tie, gives up, and the C library does the whole text.
 */
#include "shared/fmt.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define REAL_MAX 1e9 /* times a power of ten; beyond it ties are not seen */
#define TIE      1e-6

#define WIDTH_MAX 40

struct out {
	char *p;
	size_t size, n; /* n: of the whole text, also what found no room */
};

static void
put(struct out *o, const char *s, size_t n)
{
	if (o->n + 1 < o->size) {
		size_t room = o->size - 1 - o->n;

		memcpy(o->p + o->n, s, n < room ? n : room);
	}
	o->n += n;
}

/* digits: at least so many; width: so many columns, with fill before. */
static void
put_whole(
    struct out *o, uint64_t v, bool minus, int digits, int width, char fill)
{
	char text[64], *end = text + sizeof(text), *p = end;

	do {
		*--p = (char)('0' + v % 10);
		digits--;
	} while ((v /= 10) > 0 || digits > 0);
	width -= minus;
	if (minus && fill != '0')
		*--p = '-';
	for (int n = (int)(end - p) - (minus && fill != '0'); n < width; n++)
		*--p = fill;
	if (minus && fill == '0')
		*--p = '-';
	put(o, p, (size_t)(end - p));
}

/* %.Nf */
static bool
put_real(struct out *o, double v, int places)
{
	static const double tens[] = { 1, 10, 100, 1000 };
	double x, whole;
	uint64_t u, t;

	if (!(v >= 0) || signbit(v) || v * tens[places] >= REAL_MAX)
		return false;
	x = v * tens[places];
	whole = floor(x + 0.5);
	if (fabs(fabs(x - whole) - 0.5) < TIE)
		return false;
	u = (uint64_t)whole;
	t = (uint64_t)tens[places];
	put_whole(o, u / t, false, 1, 0, ' ');
	if (places > 0) {
		put(o, ".", 1);
		put_whole(o, u % t, false, places, 0, ' ');
	}
	return true;
}

/* What stands between % and its letter. */
struct spec {
	char fill;
	int width, places, longs; /* places -1: not said */
	bool size_t_;
};

static const char *
parse(const char *f, struct spec *s)
{
	*s = (struct spec){ .fill = ' ', .places = -1 };
	if (*f == '0') {
		s->fill = '0';
		f++;
	}
	while (*f >= '0' && *f <= '9' && s->width < 10)
		s->width = s->width * 10 + (*f++ - '0');
	if (*f == '.' && f[1] >= '0' && f[1] <= '3') {
		s->places = f[1] - '0';
		f += 2;
	}
	while (*f == 'l' && s->longs < 2) {
		s->longs++;
		f++;
	}
	if (*f == 'z' && s->longs == 0) {
		s->size_t_ = true;
		f++;
	}
	return f;
}

/* One directive; false: not one of ours. */
static bool
put_one(struct out *o, const struct spec *s, char letter, va_list *ap)
{
	bool plain = s->longs == 0 && !s->size_t_ && s->places < 0;
	const char *text;
	int64_t i;
	uint64_t u;
	char c;

	if (s->width > WIDTH_MAX)
		return false;
	switch (letter) {
	case 's':
		if (!plain || s->width > 0 || s->fill == '0' ||
		    (text = va_arg(*ap, const char *)) == NULL)
			return false;
		put(o, text, strlen(text));
		return true;
	case 'c':
		if (!plain || s->width > 0 || s->fill == '0')
			return false;
		c = (char)va_arg(*ap, int);
		put(o, &c, 1);
		return true;
	case 'd':
		if (s->places >= 0 || s->size_t_)
			return false;
		i = s->longs == 0   ? va_arg(*ap, int)
		    : s->longs == 1 ? va_arg(*ap, long)
				    : va_arg(*ap, long long);
		u = i < 0 ? -(uint64_t)i : (uint64_t)i;
		put_whole(o, u, i < 0, 1, s->width, s->fill);
		return true;
	case 'u':
		if (s->places >= 0)
			return false;
		u = s->size_t_      ? va_arg(*ap, size_t)
		    : s->longs == 0 ? va_arg(*ap, unsigned)
		    : s->longs == 1 ? va_arg(*ap, unsigned long)
				    : va_arg(*ap, unsigned long long);
		put_whole(o, u, false, 1, s->width, s->fill);
		return true;
	case 'f':
		return s->longs == 0 && !s->size_t_ && s->width == 0 &&
		       s->fill != '0' && s->places >= 0 &&
		       put_real(o, va_arg(*ap, double), s->places);
	default:
		return false;
	}
}

static bool
fast(struct out *o, const char *f, va_list *ap)
{
	while (*f != '\0') {
		const char *at = strchrnul(f, '%');
		struct spec s;

		put(o, f, (size_t)(at - f));
		if (*at == '\0')
			break;
		if (at[1] == '%') {
			put(o, at, 1);
			f = at + 2;
			continue;
		}
		f = parse(at + 1, &s);
		if (!put_one(o, &s, *f, ap))
			return false;
		f++;
	}
	return true;
}

int
fmt_text(char *dst, size_t size, const char *fmt, va_list ap)
{
	struct out o = { dst, size, 0 };
	va_list again;
	bool done;

	va_copy(again, ap);
	done = size > 0 && fast(&o, fmt, &again) && o.n < INT32_MAX;
	va_end(again);
	if (!done)
		return vsnprintf(dst, size, fmt, ap);
	dst[o.n < size ? o.n : size - 1] = '\0';
	return (int)o.n;
}
