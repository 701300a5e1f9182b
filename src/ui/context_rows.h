/* SPDX-License-Identifier: MIT */
/*
 * context_rows: the DTMF contexts as rows of a table: the object, what is
 * wrong with it and who uses it, for the pane, `discador show contexts` and
 * JSON alike.
 */
#ifndef UI_CONTEXT_ROWS_H
#define UI_CONTEXT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/board.h"
#include "shared/buf.h"
#include "shared/model.h"
#include "ui/context_check.h"
#include "ui/table.h"

struct context_row {
	char name[MODEL_NAME];
	struct m_context m;
	bool good; /* m is filled */
	struct context_problem problem[CONTEXT_PROBLEMS];
	size_t nproblems, nerrors;
	size_t users; /* countries and campaigns */
	char used[400]; /* their names */
	const json_t *object; /* of the list; borrowed */
};
/* doc: what `show context` answers; it has to outlive the rows (free()). */
struct context_row *context_rows(
    const json_t *doc, const struct board *, size_t *n);
/* Who uses it, from a newer board. */
void context_rows_users(struct context_row *, size_t n, const struct board *);

extern const struct table_col context_rows_cols[];
extern const size_t context_rows_ncols;

/* New array: the columns, and problems, countries and campaigns as lists. */
json_t *context_rows_json(const json_t *doc, const struct board *);
void context_rows_print(struct buf *, const json_t *doc, const struct board *);

#endif
