/* SPDX-License-Identifier: MIT */
/*
 * call_rows: the calls of the feed as rows of a table: who is where on the
 * way of a call, for how long, and which of them are stuck there.
 */
#ifndef UI_CALL_ROWS_H
#define UI_CALL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/rows.h"
#include "ui/pane.h"
#include "ui/table.h"

struct call_row {
	const struct row_call *c;
	const char *zone;
	int64_t now_ms;
	int64_t since_ms; /* in its state; 0 not known */
	int limit_s; /* longer in this state is not normal; 0: no limit */
	bool stuck; /* ... and it is longer */
};

struct call_rows {
	struct call_row *v; /* stuck, ended, then the oldest first */
	size_t n, cap;
	uint64_t gen; /* what they say has changed when this has */
	unsigned live[CALL_NSTATE], stuck[CALL_NSTATE], nlive, nstuck;
	/* what v was made from */
	const struct row_call *from;
	size_t nfrom;
};

/*
 * Look at the feed again; cheap when nothing has changed there and the second
 * is the same.  ended: those that have ended, too.
 */
void call_rows_look(struct call_rows *, const struct pane_ctx *, bool ended);
void call_rows_clear(struct call_rows *);
/* One call as a row; limit_s as in the struct. */
void call_row_set(struct call_row *, const struct row_call *,
    const struct pane_ctx *, int limit_s);
/*
 * Seconds that a call may normally be in that state; 0: any time.
 * dial_timeout_s: of its campaign.
 */
int call_limit_s(enum call_state, int dial_timeout_s);
/* Whole seconds from then to now, or to its end; -1: from_ms is 0. */
int64_t call_row_age(const struct call_row *, int64_t from_ms);
/* The campaigns' dial timeouts, as the engine has them. */
json_t *call_rows_request(void);
uint8_t call_state_role(uint32_t state);
/* The state's word, translated; "" if it is none. */
const char *call_state_name(uint32_t state);

/* call_cols.c: struct call_row as columns: live ones, those found by number. */
extern const struct table_col call_cols[];
extern const size_t call_ncols;
extern const struct table_col call_found_cols[];
extern const size_t call_nfound_cols;

#endif
