/* SPDX-License-Identifier: MIT */
/*
 * call_found: calls that are looked for: all to one number, ended ones too, as
 * the engine lists them, and one call that is followed to its end.
 */
#ifndef UI_CALL_FOUND_H
#define UI_CALL_FOUND_H

#include <stddef.h>

#include <jansson.h>

#include "shared/rows.h"
#include "ui/call_rows.h"
#include "ui/pane.h"

#define CALL_FOUND_MAX 200 /* the engine tells of no more */

struct call_found {
	struct row_call calls[CALL_FOUND_MAX];
	struct call_row rows[CALL_FOUND_MAX]; /* of calls */
	size_t n;
};
/*
 * The calls to that number as of now.  Returns the engine's list; NULL: not
 * there (yet), *why as feed_doc() has it.
 */
const json_t *call_found_look(struct call_found *, const struct pane_ctx *,
    const char *number, const char **why);
/* A call that has a row in the feed, ended or not; NULL: it has left. */
const struct row_call *call_found_live(const struct pane_ctx *, const char *id);
/* Make *call what is known of it now: from the feed, or from the list. */
void call_found_follow(struct row_call *call, const struct pane_ctx *);

#endif
