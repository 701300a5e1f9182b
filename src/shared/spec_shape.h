/* SPDX-License-Identifier: MIT */
/*
 * spec_shape: rows of type STR whose text is one of a few words or has a shape
 * of its own, and the words for what was expected.  For spec*.c and flow*.c
 * alone.
 */
#ifndef SHARED_SPEC_SHAPE_H
#define SHARED_SPEC_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/spec.h"

/* 1 to max letters, digits, '.', '_' or '-', a letter or digit first. */
bool spec_word_valid(const char *, size_t max);
/* For a text that is not empty, without control characters, not too long. */
bool spec_shape_valid(const struct spec_row *, const char *);
/* Append what it should be; s: what stands there, or NULL for no text. */
void spec_shape_expected(struct buf *, const struct spec_row *, const char *s);

#endif
