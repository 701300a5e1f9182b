/* SPDX-License-Identifier: MIT */
/* iso: the times in the engine's answers (ISO 8601) as numbers. */
#ifndef UI_ISO_H
#define UI_ISO_H

#include <stdint.h>

#include <jansson.h>

/*
 * "2026-11-21T09:30:05.123Z", "2026-11-21 09:30:05-03:00" -> milliseconds
 * since 1970 UTC; without a zone it is UTC.  0: NULL, or no such time.
 */
int64_t iso_parse(const char *);
/* The same of a key of an object. */
int64_t iso_of(const json_t *object, const char *key);

#endif
