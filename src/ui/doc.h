/* SPDX-License-Identifier: MIT */
/*
 * doc: single values of the engine's answers.  What is missing, or of another
 * type than expected, is nothing: no answer can do harm by its shape.
 */
#ifndef UI_DOC_H
#define UI_DOC_H

#include <stdint.h>

#include <jansson.h>

/* A text of an object, borrowed from it; "": there is none. */
const char *doc_text(const json_t *object, const char *key);
/* A count; 0: there is none, or it is negative. */
uint64_t doc_count(const json_t *object, const char *key);

#endif
