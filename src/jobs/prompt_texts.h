/* SPDX-License-Identifier: MIT */
/*
 * prompt_texts: the shipped texts (etc/prompts/LANGUAGE.conf, libconfig):
 *   language = "es-419";
 *   prompts = ( { name = "adios_mx"; text = "..."; }, ... );
 */
#ifndef JOBS_PROMPT_TEXTS_H
#define JOBS_PROMPT_TEXTS_H

#include <stdbool.h>

#include <jansson.h>

#include "shared/buf.h"

/*
 * All files *.conf of a directory: array of {"name", "text", "language"}, new
 * reference.  NULL and err (FILE:LINE: ...); a name twice is a mistake.
 */
json_t *prompt_texts(const char *dir, struct buf *err);
/* A text that may be spoken: 1 to 2000 bytes, no control characters. */
bool prompt_text_valid(const char *);

#endif
