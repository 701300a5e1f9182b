/* SPDX-License-Identifier: MIT */
/*
 * util: memory, bounded strings, clocks, random numbers, UUIDs.  Knows
 * nothing of calls; refuses to return half a string without saying so.
 */
#include "shared/util.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/fmt.h"

struct now
now_read(void)
{
	struct timespec m, w;

	clock_gettime(CLOCK_MONOTONIC, &m);
	clock_gettime(CLOCK_REALTIME, &w);
	return (struct now){
		.mono_ns = m.tv_sec * NS_PER_S + m.tv_nsec,
		.wall_ms = w.tv_sec * MS_PER_S + w.tv_nsec / NS_PER_MS,
	};
}

static void __attribute__((noreturn)) out_of_memory(size_t n)
{
	fprintf(stderr, "discador: out of memory (%zu bytes asked)\n", n);
	abort();
}

void *
xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (p == NULL)
		out_of_memory(n);
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (p == NULL)
		out_of_memory(n);
	return p;
}

void *
xrealloc(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (p == NULL)
		out_of_memory(n);
	return p;
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all))
		out_of_memory(SIZE_MAX);
	return xrealloc(p, all);
}

char *
xstrndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *p = xmalloc(len + 1);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *
xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *
xvasprintf(const char *fmt, va_list ap)
{
	char *p;

	if (vasprintf(&p, fmt, ap) < 0)
		out_of_memory(0);
	return p;
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = xvasprintf(fmt, ap);
	va_end(ap);
	return p;
}

bool
str_copy(char *dst, size_t size, const char *src)
{
	size_t n = strlen(src);
	bool fits = n < size;

	if (!fits)
		n = size - 1;
	memcpy(dst, src, n);
	dst[n] = '\0';
	return fits;
}

bool
str_format(char *dst, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = fmt_text(dst, size, fmt, ap);
	va_end(ap);
	return n >= 0 && (size_t)n < size;
}

bool
str_made_of(const char *s, const char *others)
{
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr(others, *s) == NULL)
			return false;
	return true;
}

bool
str_int64(const char *s, int64_t lo, int64_t hi, int64_t *out)
{
	char *end;
	long long v;

	if (*s != '-' && (*s < '0' || *s > '9'))
		return false;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (end == s || *end != '\0' || errno != 0 || v < lo || v > hi)
		return false;
	*out = v;
	return true;
}

bool
str_double(const char *s, double lo, double hi, double *out)
{
	double whole = 0, scale = 1;
	bool neg = false, any = false;

	if (*s == '-') {
		neg = true;
		s++;
	}
	for (; *s >= '0' && *s <= '9'; s++, any = true)
		whole = whole * 10 + (*s - '0');
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++, any = true) {
			whole = whole * 10 + (*s - '0');
			scale *= 10;
		}
	if (!any || *s != '\0')
		return false;
	whole /= scale;
	if (neg)
		whole = -whole;
	if (!isfinite(whole) || whole < lo || whole > hi)
		return false;
	*out = whole;
	return true;
}

void
str_from_int(char out[STR_INT], int64_t v)
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	char d[STR_INT];
	size_t i = sizeof(d);

	d[--i] = '\0';
	do
		d[--i] = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		*out++ = '-';
	memcpy(out, d + i, sizeof(d) - i);
}

uint64_t
hash_bytes(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 0x100000001b3ULL;
	return h;
}

/* splitmix64 spreads one word over the state (the authors' advice). */
void
rng_seed(struct rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		uint64_t z = (seed += 0x9e3779b97f4a7c15ULL);

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
		r->s[i] = z ^ (z >> 31);
	}
}

static uint64_t
rotl(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

uint64_t
rng_next(struct rng *r)
{
	uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

uint64_t
rng_below(struct rng *r, uint64_t n)
{
	uint64_t x, limit = UINT64_MAX - UINT64_MAX % n;

	do
		x = rng_next(r);
	while (x >= limit);
	return x % n;
}

double
rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1.0p-53;
}

struct uuid
uuid_make(struct rng *r, int64_t wall_ms)
{
	struct uuid u;
	uint64_t hi = rng_next(r), lo = rng_next(r);

	for (int i = 0; i < 6; i++)
		u.b[i] = (uint8_t)((uint64_t)wall_ms >> (40 - 8 * i));
	memcpy(u.b + 6, &hi, 2);
	memcpy(u.b + 8, &lo, 8);
	u.b[6] = (uint8_t)(0x70 | (u.b[6] & 0x0f));
	u.b[8] = (uint8_t)(0x80 | (u.b[8] & 0x3f));
	return u;
}

void
uuid_text(const struct uuid *u, char out[UUID_LEN + 1])
{
	static const char hex[] = "0123456789abcdef";
	int o = 0;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[o++] = '-';
		out[o++] = hex[u->b[i] >> 4];
		out[o++] = hex[u->b[i] & 15];
	}
	out[o] = '\0';
}

/* Value of a hex digit + 1; 0: it is none. */
static const uint8_t hexval[256] = {
	['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16,
	['A'] = 11,
	['B'] = 12,
	['C'] = 13,
	['D'] = 14,
	['E'] = 15,
	['F'] = 16,
};

bool
uuid_parse(const char *str, struct uuid *out)
{
	const uint8_t *s = (const uint8_t *)str;
	struct uuid u;
	int k = 0;

	if (strnlen(str, UUID_LEN + 1) != UUID_LEN || s[8] != '-' ||
	    s[13] != '-' || s[18] != '-' || s[23] != '-')
		return false;
	for (int i = 0; i < UUID_LEN; i += 2) {
		unsigned h, l;

		if (s[i] == '-')
			i++;
		h = hexval[s[i]];
		l = hexval[s[i + 1]];
		if (h == 0 || l == 0)
			return false;
		u.b[k++] = (uint8_t)((h - 1) << 4 | (l - 1));
	}
	*out = u;
	return true;
}

bool
uuid_equal(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

void
time_iso(int64_t wall_ms, char out[32])
{
	time_t t = (time_t)(wall_ms / MS_PER_S);
	struct tm tm;

	out[0] = '\0';
	if (wall_ms == 0 || gmtime_r(&t, &tm) == NULL)
		return;
	str_format(out, 32, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (int)(wall_ms % MS_PER_S));
}
