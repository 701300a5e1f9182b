/* SPDX-License-Identifier: MIT */
/*
 * rows: the writer of a file of fixed rows.  The sequence numbers of all rows
 * stand together in front of them, so that a reader that looks for what has
 * changed reads four bytes a row; each is a lock as the board's (board.c).
 * Never waits for a reader, and knows none.
 */
#include "shared/rows.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/rows_map.h"
#include "shared/util.h"

struct rows_writer {
	char *path;
	enum rows_kind kind;
	struct rows_map m;
};

/* PATH.new, mapped and empty; the caller gives it its name. */
static bool
create_new(struct rows_writer *w, struct rows_map *m, uint32_t capacity)
{
	char *tmp = xasprintf("%s.new", w->path);
	bool good = false;
	int fd, e;

	unlink(tmp);
	fd = open(tmp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		goto out;
	/* allocated now: a full disk is an error here, SIGBUS later */
	e = posix_fallocate(fd, 0, (off_t)rows_file_size(w->kind, capacity));
	errno = e;
	good = e == 0 && rows_map(m, w->kind, capacity, fd, true);
	e = errno;
	close(fd);
	if (!good)
		unlink(tmp);
	errno = e;
out:
	free(tmp);
	if (!good)
		return false;
	m->h->magic = ROWS_MAGIC;
	m->h->version = ROWS_VERSION;
	m->h->kind = w->kind;
	m->h->row_size = (uint32_t)rows_size(w->kind);
	m->h->capacity = capacity;
	return true;
}

static bool
take_name(struct rows_writer *w, struct rows_map *m)
{
	char *tmp = xasprintf("%s.new", w->path);
	bool good = rename(tmp, w->path) == 0;
	int e = errno;

	if (!good) {
		unlink(tmp);
		rows_unmap(m);
	}
	free(tmp);
	errno = e;
	return good;
}

/* What a writer that was killed has left half written is no row. */
static void
mend(struct rows_writer *w)
{
	for (uint32_t i = 0; i < w->m.capacity; i++) {
		uint32_t s = atomic_load(&w->m.seq[i]);

		if (s & 1) {
			memset(
			    rows_row(&w->m, w->kind, i), 0, rows_size(w->kind));
			atomic_store(&w->m.seq[i], s + 1);
		}
	}
	if (w->m.h->used > w->m.capacity)
		w->m.h->used = w->m.capacity;
	w->m.h->changes++;
}

static bool
take_over(struct rows_writer *w, uint32_t capacity)
{
	struct stat st;
	uint32_t has = 0;
	int fd = open(w->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool good;

	if (fd < 0)
		return false;
	good = rows_head(fd, w->kind, &st, &has) && has == capacity &&
	       rows_map(&w->m, w->kind, capacity, fd, true);
	close(fd);
	if (good)
		mend(w);
	return good;
}

struct rows_writer *
rows_create(
    const char *run_dir, enum rows_kind kind, uint32_t capacity, bool keep)
{
	struct rows_writer *w = xcalloc(1, sizeof(*w));
	int e;

	assert(capacity > 0 && capacity <= ROWS_CAPACITY_MAX);
	w->path = xasprintf("%s/%s", run_dir, rows_file(kind));
	w->kind = kind;
	if (keep && take_over(w, capacity))
		return w;
	if (create_new(w, &w->m, capacity) && take_name(w, &w->m))
		return w;
	e = errno;
	free(w->path);
	free(w);
	errno = e;
	return NULL;
}

uint32_t
rows_capacity(const struct rows_writer *w)
{
	return w->m.capacity;
}

bool
rows_grow(struct rows_writer *w, uint32_t capacity)
{
	struct rows_map m = { 0 };
	uint32_t n = atomic_load(&w->m.h->used);

	assert(capacity >= n && capacity <= ROWS_CAPACITY_MAX);
	if (!create_new(w, &m, capacity))
		return false;
	memcpy(m.rows, w->m.rows, n * rows_size(w->kind));
	for (uint32_t i = 0; i < n; i++)
		atomic_store_explicit(&m.seq[i], 2, memory_order_relaxed);
	atomic_store(&m.h->used, n);
	atomic_store(&m.h->changes, 1);
	if (!take_name(w, &m))
		return false;
	atomic_store(&w->m.h->replaced, 1);
	rows_unmap(&w->m);
	w->m = m;
	return true;
}

static void
write_row(struct rows_writer *w, uint32_t i, const void *row)
{
	_Atomic uint32_t *seq = &w->m.seq[i];
	uint32_t s = atomic_load_explicit(seq, memory_order_relaxed);

	atomic_store_explicit(seq, s + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	rows_copy(rows_row(&w->m, w->kind, i), row, rows_size(w->kind));
	atomic_store_explicit(seq, s + 2, memory_order_release);
}

void
rows_put(struct rows_writer *w, uint32_t i, const void *row)
{
	struct rows_head *h = w->m.h;
	uint32_t used = atomic_load_explicit(&h->used, memory_order_relaxed);

	assert(i < w->m.capacity);
	if (i < used &&
	    memcmp(rows_row(&w->m, w->kind, i), row, rows_size(w->kind)) == 0)
		return;
	write_row(w, i, row);
	if (i >= used)
		atomic_store_explicit(&h->used, i + 1, memory_order_release);
	atomic_fetch_add_explicit(&h->changes, 1, memory_order_release);
}

void
rows_shrink(struct rows_writer *w, uint32_t n)
{
	static const uint64_t none[1024 / sizeof(uint64_t)];
	uint32_t used = atomic_load(&w->m.h->used);

	assert(rows_size(w->kind) <= sizeof(none));
	if (n >= used)
		return;
	atomic_store(&w->m.h->used, n);
	/* a later row further on must not bring them back */
	for (uint32_t i = n; i < used; i++)
		write_row(w, i, none);
	atomic_fetch_add_explicit(&w->m.h->changes, 1, memory_order_release);
}

void
rows_close(struct rows_writer *w)
{
	if (w == NULL)
		return;
	rows_unmap(&w->m);
	free(w->path);
	free(w);
}
