/* SPDX-License-Identifier: MIT */
/* call_found: the engine's list by number, and the feed, which knows more. */
#include "ui/call_found.h"

#include <string.h>

#include "shared/util.h"
#include "ui/call_steps.h"
#include "ui/verbs.h"

#define LIST_AGE 5 /* seconds that a list by number may be old */

const struct row_call *
call_found_live(const struct pane_ctx *x, const char *id)
{
	const struct row_call *rows;
	size_t n = feed_calls(x->feed, &rows);

	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].id, id) == 0)
			return &rows[i];
	return NULL;
}

/* The engine's calls to that number; NULL: not there, *why as feed_doc. */
static const json_t *
ask_list(const struct pane_ctx *x, const char *number, const char **why)
{
	const json_t *data = feed_doc(
	    x->feed, verbs_request("call", "list", number), LIST_AGE, why);

	return json_object_get(data, "calls");
}

const json_t *
call_found_look(struct call_found *f, const struct pane_ctx *x,
    const char *number, const char **why)
{
	const json_t *list = ask_list(x, number, why);
	const struct row_call *live;
	size_t i;

	f->n = 0;
	for (i = 0; i < json_array_size(list) && f->n < CALL_FOUND_MAX; i++) {
		struct row_call *c = &f->calls[f->n];

		if (!call_from_json(json_array_get(list, i), c))
			continue;
		/* the feed knows more steps of one that lives */
		if (c->state != CALL_ENDED &&
		    (live = call_found_live(x, c->id)) != NULL)
			*c = *live;
		call_row_set(&f->rows[f->n++], c, x, 0);
	}
	return list;
}

/* Its end; what was seen as it happened stays. */
static void
merge(struct row_call *c, const struct row_call *list)
{
	for (int i = 0; i < CALL_NSTATE; i++)
		if (c->at_ms[i] == 0)
			c->at_ms[i] = list->at_ms[i];
	if (list->amd[0] != '\0')
		memcpy(c->amd, list->amd, sizeof(c->amd));
	if (list->key[0] != '\0')
		memcpy(c->key, list->key, sizeof(c->key));
	memcpy(c->disposition, list->disposition, sizeof(c->disposition));
	memcpy(c->note, list->note, sizeof(c->note));
	c->state = list->state;
	c->cause = list->cause;
	c->sip_code = list->sip_code;
	if (list->setup_ms >= 0)
		c->setup_ms = list->setup_ms;
}

void
call_found_follow(struct row_call *c, const struct pane_ctx *x)
{
	const struct row_call *live = call_found_live(x, c->id);
	struct row_call one;
	const json_t *list;
	size_t i;

	if (live != NULL) {
		*c = *live;
		return;
	}
	if (c->state == CALL_ENDED)
		return;
	list = ask_list(x, c->number, NULL);
	for (i = 0; i < json_array_size(list); i++)
		if (call_from_json(json_array_get(list, i), &one) &&
		    strcmp(one.id, c->id) == 0) {
			merge(c, &one);
			break;
		}
}
