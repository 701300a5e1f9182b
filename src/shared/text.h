/* SPDX-License-Identifier: MIT */
/*
 * text: UTF-8 for screens.  Whatever a list, a switch or an operator typed
 * becomes columns of printable characters here and nowhere else.
 *
 * What never comes out: control characters (C0, DEL, C1), bidi marks,
 * embeddings and overrides, line and paragraph separators, tags, unassigned
 * code points, signs that enclose what follows, bad UTF-8; each becomes U+FFFD.
 * Joiners, variation selectors, zero width spaces and emoji modifiers are
 * dropped, because terminals disagree about their width.  A base keeps at most
 * TEXT_MARKS combining marks.
 */
#ifndef SHARED_TEXT_H
#define SHARED_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Every text an operator reads stands in _( ), so that it can be extracted;
 * N_( ) marks a text in a table that is translated where it is drawn; _n( )
 * is for texts that say how many: _n("%d call", "%d calls", n).  All look in
 * the language of the process (shared/lang.h).
 */
#define _(s)        text_tr(s)
#define N_(s)       s
#define _n(s, p, n) text_trn((s), (p), (n))
const char *text_tr(const char *) __attribute__((format_arg(1)));
const char *text_trn(const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(1), format_arg(2)));

#define TEXT_MARKS 4
#define TEXT_BAD   0xfffd

/* One base and its marks: what stands in one cell (two if width is 2). */
struct text_cluster {
	uint32_t base;
	uint32_t mark[TEXT_MARKS];
	int nmark;
	int width; /* 1 or 2 */
};

/*
 * Decode one code point of the NUL-terminated s.  Returns the bytes it took
 * (0 at the end); *cp is TEXT_BAD for one byte that is not UTF-8 (RFC 3629).
 */
size_t text_decode(const char *s, uint32_t *cp);
/* Encode; returns 1..4 bytes, not terminated. */
size_t text_encode(uint32_t cp, char out[4]);
/* 0 combining, 1, 2; -1 control or unassigned (Unicode of glibc 2.36). */
int text_width(uint32_t cp);
/*
 * The next sanitized cluster of s; returns the bytes consumed, 0 at the end.
 * A cluster of width 0 (dropped characters only) has to be skipped.
 */
size_t text_next(const char *s, struct text_cluster *);
/* Bytes from s on that are printable ASCII, each a cluster of its own. */
size_t text_plain(const char *s);

/* Columns that s takes when sanitized. */
int text_columns(const char *s);
/* Sanitized copy, cut at a whole cluster when dst is full. */
void text_clean(char *dst, size_t size, const char *src);

enum text_align { TEXT_LEFT, TEXT_RIGHT, TEXT_CENTRE };
/*
 * Sanitized copy of exactly cols columns: padded with spaces, or cut with an
 * ellipsis.  Returns the columns the text itself took.  dst is always
 * terminated; size should be at least cols * 20 + 4.
 */
int text_fit(
    char *dst, size_t size, const char *src, int cols, enum text_align);

/*
 * Short numbers for people: "7", "1,234", "103,212", from 10 million on
 * "12.3M".  The same buffer may not be used for two numbers of one call.
 */
#define TEXT_NUM 24
const char *text_count(uint64_t, char out[TEXT_NUM]);
/* "4 s", "12 min", "3 h 05", "2 d 04 h" of seconds. */
const char *text_span(int64_t s, char out[TEXT_NUM]);
/* "0.4 ms", "12 ms", "1.24 s"; "-" when negative. */
const char *text_ms(double ms, char out[TEXT_NUM]);
/* "41.2 %"; "-" when negative (no calls yet). */
const char *text_rate(double rate, char out[TEXT_NUM]);

#endif
