/* SPDX-License-Identifier: MIT */
/*
 * text: UTF-8 to columns, hostile characters taken out.  Knows nothing of
 * terminals or locales; refuses to let anything through that moves a cursor.
 */
#include "shared/text.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/util.h"

const char *
text_tr(const char *s)
{
	return lang_tr(lang_used(), s);
}

const char *
text_trn(const char *one, const char *many, unsigned long n)
{
	return lang_trn(lang_used(), one, many, n);
}

size_t
text_decode(const char *str, uint32_t *cp)
{
	const unsigned char *s = (const unsigned char *)str;
	uint32_t v;
	size_t n;

	if (*s < 0x80) {
		*cp = *s;
		return *s != '\0';
	}
	*cp = TEXT_BAD;
	if (*s >= 0xc2 && *s < 0xe0)
		n = 2;
	else if (*s >= 0xe0 && *s < 0xf0)
		n = 3;
	else if (*s >= 0xf0 && *s < 0xf5)
		n = 4;
	else
		return 1;
	v = *s & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (s[i] & 0x3f);
	}
	if (v < (n == 2      ? 0x80u
		    : n == 3 ? 0x800u
			     : 0x10000u) ||
	    (v >= 0xd800 && v < 0xe000) || v > 0x10ffff)
		return 1;
	*cp = v;
	return n;
}

size_t
text_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Each word: first code point << 2 | width + 1, sorted. */
static const uint32_t widths[] = {
#define WIDTH(first, w) (uint32_t)(first) << 2 | (uint32_t)((w) + 1),
#include "shared/tbl_width.h"
};

int
text_width(uint32_t c)
{
	/* the range found last: lines of a frame, dots of a graph, ... */
	static uint32_t first = 1, end;
	static int w;
	size_t lo = 0, hi = nitems(widths);

	if (c < 0x80)
		return c >= 0x20 && c < 0x7f ? 1 : -1;
	if (c >= first && c < end)
		return w;
	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;

		if (widths[mid] >> 2 <= c)
			lo = mid;
		else
			hi = mid;
	}
	first = widths[lo] >> 2;
	end = hi < nitems(widths) ? widths[hi] >> 2 : UINT32_MAX;
	w = (int)(widths[lo] & 3) - 1;
	return w;
}

/* Terminals disagree about the width that these make: they are left out. */
static bool
dropped(uint32_t c)
{
	return c == 0xad || (c >= 0x200b && c <= 0x200d) || c == 0x2060 ||
	       c == 0xfeff || (c >= 0xfe00 && c <= 0xfe0f) ||
	       (c >= 0x1f3fb && c <= 0x1f3ff) || (c >= 0xe0100 && c <= 0xe01ef);
}

/* Invisible, or moves what stands around it. */
static bool
hostile(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c ||
	       c == 0x180e || c == 0x200e || c == 0x200f ||
	       /* signs over the letters after them: widths differ */
	       (c >= 0x600 && c <= 0x605) || c == 0x6dd || c == 0x6de ||
	       c == 0x70f || c == 0x890 || c == 0x891 || c == 0x8e2 ||
	       c == 0x110bd || c == 0x110cd || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2061 && c <= 0x206f) || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe0fff) || (c & 0xfffe) == 0xfffe ||
	       text_width(c) < 0;
}

size_t
text_plain(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	while (*p >= 0x20 && *p < 0x7f)
		p++;
	/* a mark may follow, and then belongs to the last one */
	if (*p >= 0x80 && p > (const unsigned char *)s)
		p--;
	return (size_t)(p - (const unsigned char *)s);
}

size_t
text_next(const char *s, struct text_cluster *out)
{
	uint32_t c;
	size_t n = text_decode(s, &c), k;

	out->nmark = 0;
	out->width = 0;
	if (n == 0)
		return 0;
	/* the hot path: everything ASCII, unless a mark follows */
	if (c >= 0x20 && c < 0x7f && !((unsigned char)s[1] & 0x80)) {
		out->base = c;
		out->width = 1;
		return 1;
	}
	if (dropped(c))
		return n;
	/* a flag is two letters; its drawing is anybody's guess */
	if (c >= 0x1f1e6 && c <= 0x1f1ff)
		c = 'A' + (c - 0x1f1e6);
	if (hostile(c) || text_width(c) == 0)
		c = TEXT_BAD;
	out->base = c;
	out->width = text_width(c);
	while ((k = text_decode(s + n, &c)) > 0) {
		if (c < 0x300 ||
		    (!dropped(c) && (hostile(c) || text_width(c) != 0)))
			break;
		n += k;
		if (!dropped(c) && out->nmark < TEXT_MARKS)
			out->mark[out->nmark++] = c;
	}
	return n;
}

int
text_columns(const char *s)
{
	struct text_cluster k;
	int cols = 0;
	size_t n = text_plain(s);

	cols = (int)n;
	for (s += n; (n = text_next(s, &k)) > 0; s += n)
		cols += k.width;
	return cols;
}

static size_t
cluster_encode(const struct text_cluster *k, char out[4 + 4 * TEXT_MARKS])
{
	size_t n = text_encode(k->base, out);

	for (int i = 0; i < k->nmark; i++)
		n += text_encode(k->mark[i], out + n);
	return n;
}

/* At most cols columns of src; returns the columns, *len the bytes. */
static int
copy_columns(char *dst, size_t size, const char *src, int cols, size_t *len)
{
	struct text_cluster k;
	char e[4 + 4 * TEXT_MARKS];
	size_t n, o = 0, el;
	int w = 0;

	for (; (n = text_next(src, &k)) > 0; src += n) {
		if (k.width == 0)
			continue;
		el = cluster_encode(&k, e);
		if (w + k.width > cols || o + el >= size)
			break;
		memcpy(dst + o, e, el);
		o += el;
		w += k.width;
	}
	dst[o] = '\0';
	*len = o;
	return w;
}

void
text_clean(char *dst, size_t size, const char *src)
{
	size_t len;

	copy_columns(dst, size, src, INT32_MAX, &len);
}

int
text_fit(
    char *dst, size_t size, const char *src, int cols, enum text_align align)
{
	int w, all = text_columns(src), left;
	size_t len;

	if (cols <= 0) {
		dst[0] = '\0';
		return 0;
	}
	if (all <= cols)
		w = copy_columns(dst, size, src, cols, &len);
	else {
		w = copy_columns(dst, size, src, cols - 1, &len);
		if (len + 4 <= size) {
			memcpy(dst + len, "\xe2\x80\xa6", 4);
			len += 3;
			w++;
		}
	}
	left = cols - w;
	if ((size_t)left >= size - len)
		left = (int)(size - len) - 1;
	if (align == TEXT_RIGHT && left > 0) {
		memmove(dst + left, dst, len);
		memset(dst, ' ', (size_t)left);
	} else if (align == TEXT_CENTRE && left > 0) {
		memmove(dst + left / 2, dst, len);
		memset(dst, ' ', (size_t)(left / 2));
		memset(dst + len + left / 2, ' ', (size_t)(left - left / 2));
	} else
		memset(dst + len, ' ', (size_t)left);
	dst[len + (size_t)left] = '\0';
	return w;
}

const char *
text_count(uint64_t v, char out[TEXT_NUM])
{
	char digits[16], *p = digits + sizeof(digits);
	int n = 0;

	if (v >= 10000000000ULL)
		str_format(out, TEXT_NUM, "%.1fG", (double)v / 1e9);
	else if (v >= 10000000)
		str_format(out, TEXT_NUM, "%.1fM", (double)v / 1e6);
	else {
		/* by hand: a screen is full of them */
		do {
			if (n > 0 && n % 3 == 0)
				*--p = ',';
			*--p = (char)('0' + v % 10);
			n++;
		} while ((v /= 10) > 0);
		n = (int)(digits + sizeof(digits) - p);
		memcpy(out, p, (size_t)n);
		out[n] = '\0';
	}
	return out;
}

const char *
text_span(int64_t s, char out[TEXT_NUM])
{
	if (s < 0)
		s = 0;
	if (s < 100)
		str_format(out, TEXT_NUM, "%d s", (int)s);
	else if (s < 6000)
		str_format(out, TEXT_NUM, "%d min", (int)(s / 60));
	else if (s < 48 * 3600)
		str_format(out, TEXT_NUM, "%d h %02d", (int)(s / 3600),
		    (int)(s / 60 % 60));
	else
		str_format(out, TEXT_NUM, "%lld d %02d h",
		    (long long)(s / 86400), (int)(s / 3600 % 24));
	return out;
}

const char *
text_ms(double ms, char out[TEXT_NUM])
{
	if (!(ms >= 0))
		str_copy(out, TEXT_NUM, "-");
	else if (ms < 9.95)
		str_format(out, TEXT_NUM, "%.1f ms", ms);
	else if (ms < 999.5)
		str_format(out, TEXT_NUM, "%.0f ms", ms);
	else if (ms < 99950)
		str_format(out, TEXT_NUM, "%.1f s", ms / 1000);
	else
		text_span(ms < 1e15 ? (int64_t)(ms / 1000) : 0, out);
	return out;
}

const char *
text_rate(double r, char out[TEXT_NUM])
{
	double tenths = r * 1000, whole = floor(tenths + 0.5);

	if (!(r >= 0))
		str_copy(out, TEXT_NUM, "-");
	else if (tenths < 10000 && fabs(fabs(tenths - whole) - 0.5) > 1e-6) {
		/* by hand: printf is slow, and only needed for a tie */
		int n = (int)whole, at = 0;

		for (int div = 10000; div >= 10; div /= 10)
			if (n >= div || at > 0 || div == 10)
				out[at++] = (char)('0' + n / div % 10);
		out[at++] = '.';
		out[at++] = (char)('0' + n % 10);
		str_copy(out + at, TEXT_NUM - (size_t)at, " %");
	} else
		str_format(out, TEXT_NUM, "%.1f %%", r * 100);
	return out;
}
