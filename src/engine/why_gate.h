/* SPDX-License-Identifier: MIT */
/*
 * why_gate: closed gates as words, for why.c and why_ask.c alone, and what the
 * first lends the second.
 */
#ifndef ENGINE_WHY_GATE_H
#define ENGINE_WHY_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/state.h"

/*
 * One more closed gate.  contacts: how many stand behind it; -1: it is about
 * no contacts.  opens_ms: wall clock; 0: nobody knows.  Where there is no room
 * left it is lost.
 */
struct engine_gate *why_add(struct engine_why *, const char *name,
    int64_t contacts, int64_t opens_ms, const char *, ...)
    __attribute__((format(printf, 5, 6)));
/* A wall clock time as an operator reads it; returns out. */
const char *why_when(const struct engine *, int64_t ms, char out[32]);
/* The wall clock at a monotonic time; 0 for none. */
int64_t why_wall(const struct engine *, int64_t mono_ns);
/* what: whose brake it is. */
void why_brake(const struct engine *, struct engine_why *, const struct brake *,
    const char *what, int64_t contacts);
/* What holds all calls. */
void why_engine(const struct engine *, struct engine_why *);
/* All that has nothing to do with whom the campaign calls. */
void why_itself(
    const struct engine *, const struct campaign *, struct engine_why *);
/*
 * There is no context for c there, or one that makes no sense.  left: contacts
 * that wait for it; 0: it is about one alone.
 */
void why_context(const struct campaign *, const struct country *,
    const char *name, int64_t left, struct engine_why *);

/* why.c: the whole answer; false: there is no such campaign. */
bool why_of_campaign(struct engine *, const char *name, struct engine_why *);

#endif
