/* SPDX-License-Identifier: MIT */
/*
 * spec_text: options of an object as people type and read them: KEY=VALUE in,
 * "connect_key 1 -> 3" out.
 */
#ifndef SHARED_SPEC_TEXT_H
#define SHARED_SPEC_TEXT_H

#include <stdbool.h>

#include <jansson.h>

#include "shared/buf.h"

/*
 * Put values into obj (an object of kind, its name included) and the same into
 * given, which may be NULL.  A text where the row wants something else is
 * converted: "20", "yes", "a,b" or "[...]" for a list, "busy=600,lost=0" or
 * "{...}" for a map.  False and err if a key is unknown (then the nearest ones
 * are named) or the whole is not right (spec_check); obj is of no use then.
 */
bool spec_text_merge(const char *kind, json_t *obj, const json_t *values,
    json_t *given, struct buf *err);
/* A value for people: text as it is, "" for an empty one, a,b for a list. */
void spec_text_value(struct buf *, const json_t *);
/*
 * Append what given changes: "connect_key 1 -> 3, amd yes -> no"; without old
 * what it is: "connect_key 3, ...".  Nothing for what stays as it is.
 */
void spec_text_changes(struct buf *, const json_t *old, const json_t *given);
/* Append the keys of kind that are most like this one: "a, b or c". */
void spec_text_nearest(struct buf *, const char *kind, const char *key);

#endif
