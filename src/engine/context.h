/* SPDX-License-Identifier: MIT */
/*
 * context: a DTMF context as the engine keeps it: read once, then frozen and
 * shared by the countries, campaigns and calls that use it.  Its flow travels
 * as channel variables that the shipped dialplan (contrib/asterisk) reads, so
 * a call keeps the context it started with and an edit holds from the next
 * call on.
 */
#ifndef ENGINE_CONTEXT_H
#define ENGINE_CONTEXT_H

#include <stddef.h>

#include "shared/flow.h"
#include "shared/model.h"

#define CONTEXT_DIALPLAN "discador" /* dialplan context */
#define CONTEXT_EXTEN    "flow"
#define CONTEXT_VARS     (FLOW_VARS + 4)

/* Where a call may have been before it comes to an optout. */
#define CONTEXT_MACHINE 1u /* taken for a machine, or left a message */
#define CONTEXT_GOAL    2u
#define CONTEXT_TALK    4u /* at a destination that took it */

struct context {
	unsigned refs;
	struct m_context m;
	struct flow *flow; /* NULL: it makes no sense, why says what */
	char why[200];
	unsigned optout_after; /* CONTEXT_MACHINE etc.: it leads on to one */
	double false_positive; /* of its AMD profile; 0: unknown, or no AMD */
	size_t nvars;
	const char *(*vars)[2]; /* name, value: the flow's */
};

/* With one reference; never NULL. */
struct context *context_new(
    const struct m_context *, const struct flow_world *);
struct context *context_ref(struct context *);
void context_unref(struct context *); /* NULL is allowed */

struct context_vars {
	const char *v[CONTEXT_VARS][2]; /* borrowed from ctx and the call */
	size_t n;
};
/* Only of one that has a flow. */
void context_vars(struct context_vars *, const struct context *,
    const char *call_id, const char *number, const char *campaign,
    const char *country);

#endif
