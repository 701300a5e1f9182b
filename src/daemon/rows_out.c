/* SPDX-License-Identifier: MIT */
/*
 * rows_out: hands rows from the engine to their files, so many at most each
 * time that a tick never gets long.  Keeps no rows of its own.
 */
#include "daemon/rows_out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/mark.h"
#include "daemon/state.h"
#include "shared/log.h"
#include "shared/rows.h"

#define DIDS_FIRST 4096 /* room for them at first */
/* Rows at a time: a day that begins, or a load, takes some tenths. */
#define DIDS_MOST  2000
#define CALLS_MOST 2000

struct rows_out {
	struct rows_writer *w[ROWS_NKIND];
	uint32_t ndids; /* rows of them in use */
	int64_t second; /* the last one that was written */
};

/* What stands there, of us or of an earlier engine, is true no longer. */
static void
give_up(struct daemon *d, enum rows_kind kind)
{
	const char *why = strerror(errno);
	char *path = xasprintf("%s/%s", d->conf.run_dir, rows_file(kind));

	log_error("%s cannot be written: %s; what it would show is not shown "
		  "until a restart",
	    path, why);
	rows_close(d->rows->w[kind]);
	d->rows->w[kind] = NULL;
	unlink(path);
	free(path);
}

static void
open_one(struct daemon *d, enum rows_kind kind, uint32_t capacity, bool keep)
{
	d->rows->w[kind] = rows_create(d->conf.run_dir, kind, capacity, keep);
	if (d->rows->w[kind] == NULL)
		give_up(d, kind);
}

void
rows_out_open(struct daemon *d)
{
	d->rows = xcalloc(1, sizeof(*d->rows));
	open_one(d, ROWS_DIDS, DIDS_FIRST, false);
	open_one(d, ROWS_CALLS, ROWS_CALLS_MAX, false);
	open_one(d, ROWS_SECONDS, ROWS_DAY, true);
	open_one(d, ROWS_SESSIONS, ROWS_SESSIONS_MAX, false);
	open_one(d, ROWS_KEYS, ROWS_KEYS_MAX, false);
	mark_add(d, "start", d->conf.node, "engine " VERSION);
}

void
rows_out_close(struct daemon *d)
{
	for (int i = 0; i < ROWS_NKIND; i++)
		rows_close(d->rows->w[i]);
	free(d->rows);
	d->rows = NULL;
}

static void
dids(struct daemon *d)
{
	struct rows_out *o = d->rows;
	uint32_t n = engine_did_rows(d->engine), i;
	struct row_did row;

	if (o->w[ROWS_DIDS] == NULL)
		return;
	if (n > rows_capacity(o->w[ROWS_DIDS]) &&
	    (n + n / 4 > ROWS_CAPACITY_MAX ||
		!rows_grow(o->w[ROWS_DIDS], n + n / 4))) {
		give_up(d, ROWS_DIDS);
		return;
	}
	if (n < o->ndids)
		rows_shrink(o->w[ROWS_DIDS], n);
	o->ndids = n;
	for (int k = 0; k < DIDS_MOST && engine_did_next(d->engine, &i, &row);
	     k++)
		rows_put(o->w[ROWS_DIDS], i, &row);
}

static void
calls(struct daemon *d)
{
	struct rows_writer *w = d->rows->w[ROWS_CALLS];
	struct row_call row;
	uint32_t slot;

	for (int k = 0;
	     k < CALLS_MOST && engine_call_next(d->engine, &slot, &row); k++)
		if (w != NULL)
			rows_put(w, slot, &row);
}

static void
keys(struct daemon *d)
{
	struct rows_writer *w = d->rows->w[ROWS_KEYS];
	struct row_key row;
	uint32_t slot;

	for (int k = 0;
	     k < ROWS_KEYS_MAX && engine_key_next(d->engine, &slot, &row); k++)
		if (w != NULL)
			rows_put(w, slot, &row);
}

/* Those that have ended since the last look; what was missed stays away. */
static void
seconds(struct daemon *d)
{
	struct rows_writer *w = d->rows->w[ROWS_SECONDS];
	const struct board *b = d->next;
	const struct board_second *head = &b->hist[b->hist_head];

	if (w == NULL || b->nhist == 0)
		return;
	if (head->at_s < d->rows->second) /* the clock was set back */
		d->rows->second = head->at_s - 1;
	for (uint32_t i = 0; i < b->nhist; i++) {
		const struct board_second *s =
		    &b->hist[(b->hist_head + BOARD_HISTORY - i) %
			     BOARD_HISTORY];

		if (s->at_s <= d->rows->second)
			break;
		rows_put(w, (uint32_t)(s->at_s % ROWS_DAY), s);
	}
	d->rows->second = head->at_s;
}

void
rows_out_session(struct daemon *d, uint32_t i, const struct row_session *row)
{
	if (d->rows->w[ROWS_SESSIONS] != NULL)
		rows_put(d->rows->w[ROWS_SESSIONS], i, row);
}

void
rows_out_publish(struct daemon *d)
{
	struct board_mark m;

	while (engine_mark_next(d->engine, &m))
		mark_put(d, &m);
	dids(d);
	calls(d);
	keys(d);
	seconds(d);
}
