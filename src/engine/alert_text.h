/* SPDX-License-Identifier: MIT */
/*
 * alert_text: the words of an alert.  For alert_look.c alone; alert_json(),
 * which is for everybody, stands in alert.h.
 */
#ifndef ENGINE_ALERT_TEXT_H
#define ENGINE_ALERT_TEXT_H

#include <stddef.h>

#include "shared/buf.h"
#include "shared/model.h"

/*
 * The rule's message with {object}, {value}, {threshold}, {percent} (the value
 * in per cent) and {detail} filled in, or one made from the rule; a detail
 * that has no place in it is appended.  Clean and cut for out; words: scratch.
 */
void alert_text(char *out, size_t size, struct buf *words,
    const struct m_alert_rule *, const char *object, double value,
    const char *detail);

#endif
