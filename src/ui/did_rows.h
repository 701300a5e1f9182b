/* SPDX-License-Identifier: MIT */
/*
 * did_rows: caller IDs as rows of a table, with what is counted over all of
 * them and over each pool.  Made anew at most once a second, however often
 * they change, because there may be very many.
 */
#ifndef UI_DID_ROWS_H
#define UI_DID_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/pane.h"
#include "ui/table.h"

enum did_rows_state {
	DIDS_FREE,
	DIDS_CAPPED,
	DIDS_RESTING,
	DIDS_BLOCKED,
	DIDS_NSTATE
};
/* Of the engine's word; an unknown one counts as blocked. */
enum did_rows_state did_rows_state(const char *word);
/* "free" ... translated; the role it is shown in. */
const char *did_rows_state_text(enum did_rows_state);
uint8_t did_rows_state_role(enum did_rows_state);

#define DID_ROWS_POOLS                                                         \
	BOARD_POOLS /* more of them are counted with the last                  \
		     */

struct did_rows_pool {
	char name[32];
	uint32_t n[DIDS_NSTATE];
	/* of those that could be used today: free or at their cap */
	uint32_t usable, least, most;
	uint64_t uses;
	uint32_t cap; /* the highest; 0 none has one */
};

struct did_rows {
	struct did_line *v;
	size_t n, room;
	uint64_t gen; /* for table.gen; 0 only while it is empty */
	struct did_rows_pool pools[DID_ROWS_POOLS];
	size_t npools;
	uint32_t count[DIDS_NSTATE];
	uint64_t uses; /* today, all */
	/* of now, for the cells */
	int64_t now_ms;
	const char *zone;
	/* what v was made of, and when */
	const struct row_did *base;
	size_t nbase;
	uint64_t seen;
	int64_t made_ms;
};
struct did_line {
	const struct row_did *d;
	const struct did_rows *list;
	uint32_t pool; /* index in list->pools */
};

/* Look at the feed; the lines are valid as long as the feed's rows. */
void did_rows_look(struct did_rows *, const struct pane_ctx *);
void did_rows_clear(struct did_rows *);

extern const struct table_col did_rows_cols[];
extern const size_t did_rows_ncols;
extern const size_t did_rows_by_state; /* the column to sort by at first */

#define DID_ROWS_NUMBER 28
/* "+1 305 555 0142" of "+13055550142" with the area "305" (may be ""). */
const char *did_rows_number(
    const char *e164, const char *area, char out[DID_ROWS_NUMBER]);
/* What a bar of its uses is measured by: its cap, else its pool's most. */
uint32_t did_rows_limit(const struct did_line *);

#endif
