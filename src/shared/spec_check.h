/* SPDX-License-Identifier: MIT */
/*
 * spec_check: what the value of a row, a name and a whole object may be, and
 * the words for what was expected instead.  For spec*.c; spec_name_valid() also
 * for who is given names from elsewhere.
 */
#ifndef SHARED_SPEC_CHECK_H
#define SHARED_SPEC_CHECK_H

#include <stdbool.h>

#include <jansson.h>

#include "shared/buf.h"
#include "shared/spec.h"

/* "trunk" -> "trunks"; NULL if it is no kind. */
const char *spec_group(const char *kind);
/* Place in the order in which apply goes; -1 if it is no kind. */
int spec_kind_order(const char *kind);
/* "name", or "number" of a did. */
const char *spec_name_key(const char *kind);
bool spec_name_valid(const char *kind, const char *name);
/* Append "expected ...". */
void spec_name_expected(struct buf *, const char *kind);

const struct spec_row *spec_find(const char *kind, const char *key);
bool spec_value_valid(const struct spec_row *, const json_t *);
/* Append "expected ..."; v is what stands there instead, or NULL. */
void spec_expected(struct buf *, const struct spec_row *, const json_t *v);
/*
 * Do the values of an object go together?  If not, *key is the one to blame
 * and err what stands there and what was expected.
 */
bool spec_whole_valid(
    const char *kind, const json_t *obj, const char **key, struct buf *err);
/*
 * The same for the flow of a context, without a world: its states as
 * flow_new() has them, or keys that a flow has.
 */
bool spec_flow_valid(
    const char *kind, const json_t *obj, const char **key, struct buf *err);

#endif
