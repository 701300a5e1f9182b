/* SPDX-License-Identifier: MIT */
/*
 * context_world: the contexts and AMD profiles of the database as a flow_world,
 * as they are or as they would be after a change.
 */
#ifndef DAEMON_CONTEXT_WORLD_H
#define DAEMON_CONTEXT_WORLD_H

#include <stdbool.h>

#include <jansson.h>

#include "shared/flow.h"

struct context_world;

/* Of arrays of objects as load_objects() has them; both may be NULL. */
struct context_world *context_world_new(
    const json_t *contexts, const json_t *amd_profiles);
void context_world_free(struct context_world *);

/* NULL: there is none of that name. */
const struct m_context *context_world_get(
    const struct context_world *, const char *name);
/*
 * Its flow, for flow_free().  NULL: err gets one line, which says what is
 * wrong (also that there is no such context).
 */
struct flow *context_world_flow(
    const struct context_world *, const char *name, struct buf *err);

/* In an array of objects: that one with the given keys, new or changed. */
void context_world_put(json_t *array, const char *name, const json_t *given);
/*
 * Does every context that differs between them make sense in after, and every
 * other one that did before?  Else name says which one does not, and err why.
 */
bool context_world_accepts(const struct context_world *before,
    const struct context_world *after, char name[MODEL_NAME], struct buf *err);

#endif
