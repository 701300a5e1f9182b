/* SPDX-License-Identifier: MIT */
/*
 * context_rows: the DTMF contexts as rows of a table: the object, its flow,
 * what is wrong with it and who uses it, for the pane, `discador show
 * contexts` and JSON alike.
 */
#ifndef UI_CONTEXT_ROWS_H
#define UI_CONTEXT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/board.h"
#include "shared/buf.h"
#include "shared/flow.h"
#include "shared/model.h"
#include "shared/rows.h"
#include "ui/context_check.h"
#include "ui/table.h"

struct context_row {
	char name[MODEL_NAME], country[32];
	int64_t version;
	bool good; /* the object is a context */
	bool sane; /* it has a flow */
	size_t nstates; /* of its own; 0: simple */
	/* What its flow comes to: of the first state that has it. */
	char connect[2], optout[2], repeat[2]; /* keys; "" none */
	int timeout_s, retries, ring_s; /* 0: it asks, connects nowhere */
	bool amd, asks; /* detects machines, keeps answers */
	char on_machine[16];
	char destination[128], prompt[128];
	size_t destinations; /* different ones */
	struct context_problem problem[CONTEXT_PROBLEMS];
	size_t nproblems, nerrors;
	char bad_key[4]; /* connects machines; "" none, or not looked for */
	size_t users; /* countries and campaigns */
	char used[400]; /* their names */
	const json_t *object; /* of the list; borrowed */
};
/* doc: what `show context` answers; it has to outlive the rows (free()). */
struct context_row *context_rows(
    const json_t *doc, const struct board *, size_t *n);
/*
 * The flow of one of them, which may lead to others: made anew, for it is
 * large; flow_free() it.  NULL: it makes no sense.
 */
struct flow *context_rows_flow(
    const struct context_row *rows, size_t n, const struct context_row *);
/* Who uses it, from a newer board. */
void context_rows_users(struct context_row *, size_t n, const struct board *);
/* Which of them have a key that connects machines: keys as feed_keys(). */
void context_rows_keys(
    struct context_row *, size_t n, const struct row_key *keys, size_t nkeys);

extern const struct table_col context_rows_cols[];
extern const size_t context_rows_ncols;

/* New array: the columns, and problems, countries and campaigns as lists. */
json_t *context_rows_json(const json_t *doc, const struct board *);
void context_rows_print(struct buf *, const json_t *doc, const struct board *);

#endif
