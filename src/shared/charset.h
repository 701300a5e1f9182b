/* SPDX-License-Identifier: MIT */
/*
 * charset: which encoding a list file is in, and its bytes as UTF-8.
 *
 * Statistics on short lists guess wrong, so the rule is fixed: a byte order
 * mark (UTF-8, UTF-16); else UTF-8 if the whole file is valid UTF-8; else
 * Windows-1252, which holds Latin-1.  The operator may say otherwise.
 */
#ifndef SHARED_CHARSET_H
#define SHARED_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"

/* Is everything fed so far the beginning of valid UTF-8? */
struct charset_utf8 {
	uint32_t point;
	int more; /* bytes of the sequence in hand still to come */
	uint32_t min; /* smallest point it may mean */
	bool bad;
	bool nul; /* a NUL byte was seen */
};
void charset_utf8_feed(struct charset_utf8 *, const void *, size_t);
/* At the end: valid, and no sequence is cut off. */
bool charset_utf8_valid(const struct charset_utf8 *);

/* "UTF-8", "UTF-16LE", "UTF-16BE" or NULL; *skip: length of the mark. */
const char *charset_bom(const void *head, size_t len, size_t *skip);

struct charset;
/* NULL if iconv does not know the name.  A mark in the input is dropped. */
struct charset *charset_new(const char *encoding);
void charset_free(struct charset *);
/*
 * Append len bytes converted to UTF-8; what does not belong to the encoding
 * becomes U+FFFD.  Bytes cut off at the end wait for the next call.
 */
void charset_feed(struct charset *, const void *, size_t, struct buf *out);
/* Bytes still waiting are cut off for good. */
void charset_end(struct charset *, struct buf *out);

#endif
