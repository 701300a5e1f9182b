/* SPDX-License-Identifier: MIT */
/*
 * fmt: vsnprintf(3) for screens.  A frame formats some hundred short texts,
 * ten times a second and session: what they use (%s %c %d %u %zu %lld, zeros
 * and widths, %.1f) is done here, anything else is the C library's.
 */
#ifndef SHARED_FMT_H
#define SHARED_FMT_H

#include <stdarg.h>
#include <stddef.h>

/* The same bytes and the same result as vsnprintf() in the C locale. */
int fmt_text(char *dst, size_t size, const char *fmt, va_list)
    __attribute__((format(printf, 3, 0)));

#endif
