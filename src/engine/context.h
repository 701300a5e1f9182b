/* SPDX-License-Identifier: MIT */
/*
 * context: a DTMF context as the channel variables that the shipped dialplan
 * (contrib/asterisk) reads.  A call carries the context it started with, so
 * an edit holds from the next call on.
 */
#ifndef ENGINE_CONTEXT_H
#define ENGINE_CONTEXT_H

#include <stddef.h>

#include "shared/model.h"
#include "shared/util.h"

#define CONTEXT_DIALPLAN "discador" /* dialplan context */
#define CONTEXT_EXTEN    "s"
#define CONTEXT_VARS     20

struct context_vars {
	const char *v[CONTEXT_VARS][2]; /* borrowed from ctx, the call, text */
	size_t n;
	char text[3][STR_INT];
};
void context_vars(struct context_vars *, const struct m_context *,
    const char *call_id, const char *number, const char *campaign,
    const char *country);

#endif
