/* SPDX-License-Identifier: MIT */
/*
 * rows_reader: a viewer's own copy of a file of rows (rows.h), brought up to
 * date row by row.  Refuses what is torn, and never waits for a writer that is
 * gone.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/rows.h"
#include "shared/rows_map.h"
#include "shared/scope.h"
#include "shared/util.h"

#define LOOK_NS (1 * NS_PER_S) /* is it still the same file? */
#define TRIES   4 /* of one row, then its last copy stays */

struct rows_reader {
	char *path;
	enum rows_kind kind;
	struct rows_map m;
	dev_t dev;
	ino_t ino;
	int64_t looked_ns;
	uint64_t maps; /* files mapped so far */
	uint64_t synced; /* changes of the last sync */
	bool whole; /* that one took over every row */
	uint32_t *seen; /* seq of each row in copy */
	char *copy;
	uint32_t ncopy; /* rows there is room for */
	uint64_t *torn; /* one row, perhaps torn */
};

struct rows_reader *
rows_reader_new(const char *run_dir, enum rows_kind kind)
{
	struct rows_reader *r = xcalloc(1, sizeof(*r));

	r->path = xasprintf("%s/%s", run_dir, rows_file(kind));
	r->kind = kind;
	r->torn = xcalloc(1, rows_size(kind));
	return r;
}

static void
forget(struct rows_reader *r)
{
	rows_unmap(&r->m);
	free(r->seen);
	free(r->copy);
	r->seen = NULL;
	r->copy = NULL;
	r->ncopy = 0;
	r->synced = 0;
	r->whole = false;
}

void
rows_reader_free(struct rows_reader *r)
{
	if (r == NULL)
		return;
	forget(r);
	free(r->torn);
	free(r->path);
	free(r);
}

/* Have the newest file mapped; looked for at most once a second. */
static bool
have(struct rows_reader *r)
{
	int64_t now = now_read().mono_ns;
	struct stat st;
	uint32_t capacity;
	bool good;
	int fd;

	if (r->m.h != NULL && now - r->looked_ns < LOOK_NS &&
	    atomic_load(&r->m.h->replaced) == 0)
		return true;
	r->looked_ns = now;
	if (r->m.h != NULL && stat(r->path, &st) == 0 && st.st_dev == r->dev &&
	    st.st_ino == r->ino)
		return true;
	forget(r);
	fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	good = rows_head(fd, r->kind, &st, &capacity) &&
	       rows_map(&r->m, r->kind, capacity, fd, false);
	close(fd);
	if (!good)
		return false;
	r->dev = st.st_dev;
	r->ino = st.st_ino;
	r->maps++;
	return true;
}

uint64_t
rows_changes(struct rows_reader *r)
{
	if (!have(r))
		return 0;
	return (r->maps << 40) +
	       atomic_load_explicit(&r->m.h->changes, memory_order_acquire);
}

/* Row i, whole, into r->torn; *seq is what it had. */
static bool
read_row(struct rows_reader *r, uint32_t i, uint32_t *seq)
{
	const struct rows_text *t = rows_texts(r->kind);
	int tries = TRIES;

	while (tries-- > 0) {
		*seq = atomic_load_explicit(&r->m.seq[i], memory_order_acquire);
		if (*seq & 1)
			continue;
		rows_copy(
		    r->torn, rows_row(&r->m, r->kind, i), rows_size(r->kind));
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(&r->m.seq[i], memory_order_relaxed) !=
		    *seq)
			continue;
		for (; t->size > 0; t++)
			((char *)r->torn)[t->at + t->size - 1] = '\0';
		/* of others: a row that is not there */
		if (!scope_row(r->kind, r->torn))
			memset(r->torn, 0, rows_size(r->kind));
		return true;
	}
	return false;
}

static uint32_t
in_use(const struct rows_reader *r)
{
	uint32_t n = atomic_load_explicit(&r->m.h->used, memory_order_acquire);

	return MINIMUM(n, r->m.capacity);
}

static void
make_room(struct rows_reader *r, uint32_t n)
{
	size_t size = rows_size(r->kind);
	uint32_t room = MINIMUM(n + n / 8 + 64, r->m.capacity);

	if (n <= r->ncopy)
		return;
	r->copy = xreallocarray(r->copy, room, size);
	r->seen = xreallocarray(r->seen, room, sizeof(*r->seen));
	memset(r->copy + r->ncopy * size, 0, (room - r->ncopy) * size);
	memset(r->seen + r->ncopy, 0, (room - r->ncopy) * sizeof(*r->seen));
	r->ncopy = room;
}

size_t
rows_sync(struct rows_reader *r, const void **rows)
{
	size_t size = rows_size(r->kind);
	uint64_t changes;
	uint32_t n, seq;

	*rows = NULL;
	if (!have(r))
		return 0;
	changes = atomic_load_explicit(&r->m.h->changes, memory_order_acquire);
	n = in_use(r);
	make_room(r, n);
	*rows = r->copy;
	if (r->whole && changes == r->synced)
		return n;
	r->whole = true;
	r->synced = changes;
	for (uint32_t i = 0; i < n; i++) {
		if (atomic_load_explicit(&r->m.seq[i], memory_order_relaxed) ==
		    r->seen[i])
			continue;
		if (read_row(r, i, &seq)) {
			memcpy(r->copy + i * size, r->torn, size);
			r->seen[i] = seq;
		} else
			r->whole = false;
	}
	return n;
}

bool
rows_get(struct rows_reader *r, uint32_t i, void *out)
{
	uint32_t seq;

	if (!have(r) || i >= in_use(r) || !read_row(r, i, &seq))
		return false;
	memcpy(out, r->torn, rows_size(r->kind));
	return true;
}
