/* SPDX-License-Identifier: MIT */
/*
 * feed: the board and the rows are looked at when a pane wants them (what the
 * engine is asked: feed_docs.c).  Copies no board unless it has to, and reads
 * no row twice that has not changed.
 */
#include "ui/feed.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "shared/util.h"
#include "ui/client.h"
#include "ui/feed_state.h"

#define DIDS_NS  (500 * NS_PER_MS) /* between two looks at them */
#define OTHER_MS 10000

/* What there is before there is any board.  Not const: no page of the file. */
static struct board no_board;

struct feed *
feed_new(const char *run_dir)
{
	struct feed *f = xcalloc(1, sizeof(*f));

	f->run_dir = xstrdup(run_dir);
	f->reader = board_reader_new(run_dir);
	f->b = &no_board;
	f->state = BOARD_OFFLINE;
	for (int i = 0; i < ROWS_NKIND; i++)
		f->rows[i] = rows_reader_new(run_dir, (enum rows_kind)i);
	f->client = client_new(run_dir);
	return f;
}

struct feed *
feed_fixed(const struct board *b)
{
	struct feed *f = xcalloc(1, sizeof(*f));

	f->fixed = true;
	f->b = b;
	f->state = BOARD_LIVE;
	for (int i = 0; i < ROWS_NKIND; i++)
		f->gen[i] = 1;
	return f;
}

void
feed_free(struct feed *f)
{
	if (f == NULL)
		return;
	client_free(f->client);
	for (size_t i = 0; i < FEED_DOCS; i++)
		feed_doc_clear(&f->docs[i]);
	for (int i = 0; i < ROWS_NKIND; i++)
		rows_reader_free(f->rows[i]);
	board_reader_free(f->reader);
	free(f->own);
	free(f->run_dir);
	free(f);
}

bool
feed_other_engine(int64_t began_ms, int64_t was_ms)
{
	int64_t by;

	/* one whose clock was set while it runs is still the same */
	return __builtin_sub_overflow(began_ms, was_ms, &by) || by > OTHER_MS ||
	       by < -OTHER_MS;
}

/* What another engine had said is old; its times are no more. */
static void
engine_seen(struct feed *f)
{
	if (f->engine_ms != 0 &&
	    feed_other_engine(f->b->started_ms, f->engine_ms))
		feed_forget(f);
	f->engine_ms = f->b->started_ms;
}

/* How long the engine has been silent. */
static void
age(struct feed *f, int64_t mono_ns)
{
	int64_t beat_ns =
	    atomic_load_explicit(&f->b->beat_ns, memory_order_relaxed);

	/* a board that has outlived its machine beat on another clock */
	f->age_ms = f->state == BOARD_STALE && beat_ns < mono_ns
			? (mono_ns - beat_ns) / NS_PER_MS
			: 0;
}

void
feed_aim(struct feed *f, int64_t mono_ns)
{
	const struct board *b;

	if (f->fixed)
		return;
	if (f->own == NULL) {
		b = board_look(f->reader, mono_ns, &f->state);
		if (b != NULL) { /* else what was seen last is still there */
			f->b = b;
			f->seq =
			    atomic_load_explicit(&b->seq, memory_order_relaxed);
			engine_seen(f);
		}
	}
	age(f, mono_ns);
}

bool
feed_held(const struct feed *f)
{
	return f->fixed || f->own != NULL || board_held(f->reader, f->b);
}

bool
feed_hold(struct feed *f, int64_t mono_ns)
{
	if (f->fixed)
		return true;
	if (f->own == NULL)
		f->own = xcalloc(1, sizeof(*f->own));
	f->state = board_read(f->reader, f->own, mono_ns);
	f->b = f->own;
	f->seq = f->own->seq;
	if (f->state != BOARD_OFFLINE)
		engine_seen(f);
	age(f, mono_ns);
	return f->state != BOARD_OFFLINE;
}

void
feed_loose(struct feed *f, int64_t mono_ns)
{
	if (f->own == NULL)
		return;
	free(f->own);
	f->own = NULL;
	f->b = &no_board;
	feed_aim(f, mono_ns);
}

bool
feed_look(struct feed *f, int64_t mono_ns)
{
	enum board_state was;
	bool changed = f->news;
	int64_t age_s;
	uint64_t seq;

	f->now_ns = mono_ns;
	if (f->fixed)
		return changed;
	client_work(f->client, mono_ns);
	feed_docs_age(f);
	changed = f->news;
	was = f->state;
	seq = f->seq;
	feed_aim(f, mono_ns);
	if (seq != f->seq || was != f->state)
		changed = true;
	/* how long it has been silent is news every second */
	age_s = f->age_ms / MS_PER_S;
	if (age_s != f->age_s)
		changed = true;
	f->age_s = age_s;
	for (int i = 0; i < ROWS_NKIND; i++)
		if (f->used[i] &&
		    (i != ROWS_DIDS || mono_ns - f->synced_ns[i] >= DIDS_NS) &&
		    rows_changes(f->rows[i]) != f->seen[i])
			changed = true;
	return changed;
}

void
feed_looked(struct feed *f)
{
	f->news = false;
	memset(f->used, 0, sizeof(f->used));
}

int
feed_fd(const struct feed *f, short *events)
{
	return f->fixed ? -1 : client_fd(f->client, events);
}

const struct board *
feed_board(const struct feed *f)
{
	return f->b;
}

enum board_state
feed_state(const struct feed *f)
{
	return f->state;
}

int64_t
feed_age_ms(const struct feed *f)
{
	return f->age_ms;
}

static size_t
rows_of(struct feed *f, enum rows_kind k, const void **out)
{
	uint64_t changes;

	f->used[k] = true;
	*out = f->copy[k];
	if (f->fixed)
		return f->n[k];
	/* a new engine's file begins at once, a busy one waits its turn */
	if (k == ROWS_DIDS && f->synced_ns[k] != 0 &&
	    f->now_ns - f->synced_ns[k] < DIDS_NS)
		return f->n[k];
	changes = rows_changes(f->rows[k]);
	if (changes == f->seen[k] && f->synced_ns[k] != 0)
		return f->n[k];
	f->seen[k] = changes;
	f->synced_ns[k] = f->now_ns;
	f->gen[k]++;
	f->n[k] = rows_sync(f->rows[k], &f->copy[k]);
	*out = f->copy[k];
	return f->n[k];
}

size_t
feed_dids(struct feed *f, const struct row_did **out)
{
	const void *p;
	size_t n = rows_of(f, ROWS_DIDS, &p);

	*out = p;
	return n;
}

size_t
feed_calls(struct feed *f, const struct row_call **out)
{
	const void *p;
	size_t n = rows_of(f, ROWS_CALLS, &p);

	*out = p;
	return n;
}

size_t
feed_agents(struct feed *f, const struct row_agent **out)
{
	const void *p;
	size_t n = rows_of(f, ROWS_AGENTS, &p);

	*out = p;
	return n;
}

size_t
feed_sessions(struct feed *f, const struct row_session **out)
{
	const void *p;
	size_t n = rows_of(f, ROWS_SESSIONS, &p);

	*out = p;
	return n;
}

size_t
feed_keys(struct feed *f, const struct row_key **out)
{
	const void *p;
	size_t n = rows_of(f, ROWS_KEYS, &p);

	*out = p;
	return n;
}

uint64_t
feed_gen(const struct feed *f, enum rows_kind k)
{
	return f->gen[k];
}

/* Is there such a file?  Looked for once per look, not for each second. */
static bool
have_seconds(struct feed *f)
{
	if (f->synced_ns[ROWS_SECONDS] != f->now_ns || f->now_ns == 0) {
		f->synced_ns[ROWS_SECONDS] = f->now_ns;
		f->n[ROWS_SECONDS] = rows_changes(f->rows[ROWS_SECONDS]) != 0;
	}
	return f->n[ROWS_SECONDS] != 0;
}

bool
feed_second(struct feed *f, int64_t at_s, struct board_second *out)
{
	const struct board_second *s = f->copy[ROWS_SECONDS];

	if (at_s <= 0)
		return false;
	if (!f->fixed)
		return have_seconds(f) &&
		       rows_get(f->rows[ROWS_SECONDS],
			   (uint32_t)(at_s % ROWS_DAY), out) &&
		       out->at_s == at_s;
	s += f->n[ROWS_SECONDS] > 0 ? at_s % (int64_t)f->n[ROWS_SECONDS] : 0;
	if (f->n[ROWS_SECONDS] == 0 || s->at_s != at_s)
		return false;
	*out = *s;
	return true;
}

void
feed_set_state(struct feed *f, enum board_state state, int64_t age_ms)
{
	f->state = state;
	f->age_ms = age_ms;
}

static void
set_rows(struct feed *f, enum rows_kind k, const void *rows, size_t n)
{
	f->copy[k] = rows;
	f->n[k] = n;
	f->gen[k]++;
}

void
feed_set_dids(struct feed *f, const struct row_did *rows, size_t n)
{
	set_rows(f, ROWS_DIDS, rows, n);
}

void
feed_set_calls(struct feed *f, const struct row_call *rows, size_t n)
{
	set_rows(f, ROWS_CALLS, rows, n);
}

void
feed_set_agents(struct feed *f, const struct row_agent *rows, size_t n)
{
	set_rows(f, ROWS_AGENTS, rows, n);
}

void
feed_set_sessions(struct feed *f, const struct row_session *rows, size_t n)
{
	set_rows(f, ROWS_SESSIONS, rows, n);
}

void
feed_set_keys(struct feed *f, const struct row_key *rows, size_t n)
{
	set_rows(f, ROWS_KEYS, rows, n);
}

void
feed_set_seconds(struct feed *f, const struct board_second *rows, size_t n)
{
	set_rows(f, ROWS_SECONDS, rows, n);
}
