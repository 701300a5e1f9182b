/* SPDX-License-Identifier: MIT */
/* buf: a growing byte string.  No upper bound: callers bound their input. */
#include "shared/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/fmt.h"
#include "shared/util.h"

static void
grow(struct buf *b, size_t more)
{
	size_t need = b->len + more + 1;

	if (need <= b->cap)
		return;
	b->cap = MAXIMUM(need, b->cap * 2);
	b->p = xrealloc(b->p, b->cap);
	b->p[b->len] = '\0';
}

void
buf_clear(struct buf *b)
{
	free(b->p);
	*b = (struct buf)BUF_INIT;
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->p != NULL)
		b->p[0] = '\0';
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	grow(b, n);
	if (n > 0)
		memcpy(b->p + b->len, p, n);
	b->len += n;
	b->p[b->len] = '\0';
}

void
buf_str(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_byte(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_int(struct buf *b, long long v)
{
	char d[STR_INT];

	str_from_int(d, v);
	buf_str(b, d);
}

void
buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	grow(b, 64);
	va_copy(again, ap);
	n = fmt_text(b->p + b->len, b->cap - b->len, fmt, ap);
	if (n > 0 && (size_t)n >= b->cap - b->len) {
		grow(b, (size_t)n);
		fmt_text(b->p + b->len, b->cap - b->len, fmt, again);
	}
	va_end(again);
	if (n > 0)
		b->len += (size_t)n;
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}

void
buf_drain(struct buf *b, size_t n)
{
	b->len -= n;
	memmove(b->p, b->p + n, b->len + 1);
}

const char *
buf_cstr(struct buf *b)
{
	grow(b, 0);
	return b->p;
}

/* Length of the well-formed UTF-8 sequence at s, 0 if it is none. */
static size_t
utf8_len(const unsigned char *s)
{
	size_t n = s[0] >= 0xf0 && s[0] <= 0xf4  ? 4
		   : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
		   : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
						 : 0;

	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

void
buf_json_str(struct buf *b, const char *str)
{
	const unsigned char *s = (const unsigned char *)str;

	buf_byte(b, '"');
	while (*s != '\0') {
		size_t n = 0;

		while (
		    s[n] >= 0x20 && s[n] < 0x7f && s[n] != '"' && s[n] != '\\')
			n++;
		if (n > 0) {
			buf_put(b, s, n);
			s += n;
			continue;
		}
		if (*s == '"' || *s == '\\') {
			buf_byte(b, '\\');
			buf_byte(b, (char)*s++);
		} else if (*s < 0x20 || *s == 0x7f) {
			buf_fmt(b, "\\u%04x", *s++);
		} else if ((n = utf8_len(s)) > 0) {
			buf_put(b, s, n);
			s += n;
		} else {
			buf_byte(b, '?');
			s++;
		}
	}
	buf_byte(b, '"');
}
