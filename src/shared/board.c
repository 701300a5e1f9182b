/* SPDX-License-Identifier: MIT */
/*
 * board: the published state in shared memory, written by one, read by many.
 * A sequence lock after Boehm, "Can seqlocks get along with programming
 * language memory models?" (MSPC 2012): the words are copied with relaxed
 * atomics between two fences, so that a torn copy is seen, never used.
 * Refuses to wait for a writer that is gone.
 */
#include "shared/board.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shared/util.h"

#define COVERED offsetof(struct board, tick) /* where seq's cover begins */
#define WORDS   ((sizeof(struct board) - COVERED) / sizeof(uint64_t))
_Static_assert(COVERED % sizeof(uint64_t) == 0, "copied by words");

const char *const board_window_words[BOARD_WINDOWS] = { "10s", "1m", "10m",
	"day" };
/* In the order of enum cause_class of engine/outcome.h. */
const char *const board_cause_words[BOARD_CAUSES] = { "normal", "bad_number",
	"busy", "no_answer", "rejected", "capacity", "trunk", "route",
	"protocol", "none" };

struct board_reader {
	char *path;
	struct board *map; /* NULL: none */
	struct board *copy; /* may be torn; *out never is */
	bool have; /* *out has been filled once */
	dev_t dev;
	ino_t ino;
};

static void
copy_words(void *to, const void *from)
{
	uint64_t *d = to;
	const uint64_t *s = from;

	for (size_t i = 0; i < WORDS; i++)
		__atomic_store_n(&d[i],
		    __atomic_load_n(&s[i], __ATOMIC_RELAXED), __ATOMIC_RELAXED);
}

struct board *
board_create(const char *run_dir)
{
	char *path = xasprintf("%s/board", run_dir);
	char *tmp = xasprintf("%s/board.new", run_dir);
	struct board *b = MAP_FAILED;
	int fd, e;

	unlink(tmp);
	fd = open(tmp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		goto out;
	/* allocated now: a full disk is an error here, SIGBUS later */
	if ((e = posix_fallocate(fd, 0, sizeof(*b))) != 0) {
		errno = e;
		goto out;
	}
	b = mmap(NULL, sizeof(*b), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (b == MAP_FAILED)
		goto out;
	b->magic = BOARD_MAGIC;
	b->version = BOARD_VERSION;
	b->size = sizeof(*b);
	b->pid = getpid();
	/* by rename, so that readers of the old one see a new inode */
	if (rename(tmp, path) != 0) {
		e = errno;
		munmap(b, sizeof(*b));
		errno = e;
		b = MAP_FAILED;
	}
out:
	e = errno;
	if (fd >= 0)
		close(fd);
	if (b == MAP_FAILED)
		unlink(tmp);
	free(path);
	free(tmp);
	errno = e;
	return b == MAP_FAILED ? NULL : b;
}

void
board_publish(struct board *b, const struct board *from, int64_t mono_ns)
{
	uint64_t seq = atomic_load_explicit(&b->seq, memory_order_relaxed);

	atomic_store_explicit(&b->seq, seq + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	copy_words((char *)b + COVERED, (const char *)from + COVERED);
	atomic_store_explicit(&b->beat_ns, mono_ns, memory_order_relaxed);
	atomic_store_explicit(&b->seq, seq + 2, memory_order_release);
}

void
board_close(struct board *b)
{
	__atomic_store_n(&b->stopping, 1, __ATOMIC_RELEASE);
	munmap(b, sizeof(*b));
}

struct board_reader *
board_reader_new(const char *run_dir)
{
	struct board_reader *r = xcalloc(1, sizeof(*r));

	r->path = xasprintf("%s/board", run_dir);
	r->copy = xcalloc(1, sizeof(*r->copy));
	return r;
}

static void
reader_unmap(struct board_reader *r)
{
	if (r->map != NULL)
		munmap(r->map, sizeof(*r->map));
	r->map = NULL;
}

void
board_reader_free(struct board_reader *r)
{
	if (r == NULL)
		return;
	reader_unmap(r);
	free(r->copy);
	free(r->path);
	free(r);
}

/*
 * Have the newest file mapped.  A file that has vanished keeps its last map:
 * what it said stays readable, as stale.
 */
static bool
reader_map(struct board_reader *r)
{
	struct board *b;
	struct stat st;
	int fd;

	if (stat(r->path, &st) != 0)
		return r->map != NULL;
	if (r->map != NULL && st.st_dev == r->dev && st.st_ino == r->ino)
		return true;
	fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return r->map != NULL;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_size != (off_t)sizeof(*b)) {
		close(fd);
		reader_unmap(r);
		return false;
	}
	b = mmap(NULL, sizeof(*b), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (b == MAP_FAILED)
		return r->map != NULL;
	reader_unmap(r);
	if (b->magic != BOARD_MAGIC || b->version != BOARD_VERSION ||
	    b->size != sizeof(*b)) {
		munmap(b, sizeof(*b));
		return false;
	}
	r->map = b;
	r->dev = st.st_dev;
	r->ino = st.st_ino;
	return true;
}

static bool
writer_gone(const struct board *b, int64_t mono_ns)
{
	int64_t beat = atomic_load_explicit(&b->beat_ns, memory_order_relaxed);

	return __atomic_load_n(&b->stopping, __ATOMIC_ACQUIRE) != 0 ||
	       mono_ns - beat > BOARD_STALE_NS ||
	       (b->pid > 0 && kill(b->pid, 0) != 0 && errno == ESRCH);
}

uint64_t
board_peek_seq(struct board_reader *r, int64_t mono_ns, enum board_state *state)
{
	uint64_t seq;

	*state = BOARD_OFFLINE;
	if (!reader_map(r))
		return 0;
	seq = atomic_load_explicit(&r->map->seq, memory_order_acquire);
	if (seq == 0)
		return 0;
	*state = writer_gone(r->map, mono_ns) ? BOARD_STALE : BOARD_LIVE;
	return seq;
}

enum board_state
board_read(struct board_reader *r, struct board *out, int64_t mono_ns)
{
	const struct timespec nap = { 0, 20000 };
	enum board_state state;
	struct board *b;
	uint64_t before, after;
	int tries;

	if (board_peek_seq(r, mono_ns, &state) == 0)
		return BOARD_OFFLINE;
	b = r->map;
	/* nobody will finish what a dead writer began */
	tries = state == BOARD_LIVE ? BOARD_TRIES : 3;
	while (tries-- > 0) {
		before = atomic_load_explicit(&b->seq, memory_order_acquire);
		if (before & 1) {
			nanosleep(&nap, NULL);
			continue;
		}
		copy_words(
		    (char *)r->copy + COVERED, (const char *)b + COVERED);
		atomic_thread_fence(memory_order_acquire);
		after = atomic_load_explicit(&b->seq, memory_order_relaxed);
		if (before != after)
			continue;
		memcpy((char *)out + COVERED, (char *)r->copy + COVERED,
		    sizeof(*out) - COVERED);
		r->have = true;
		out->magic = b->magic;
		out->version = b->version;
		out->size = b->size;
		out->pid = b->pid;
		out->stopping = b->stopping;
		out->seq = before;
		out->beat_ns = b->beat_ns;
		return state;
	}
	/* an earlier copy of this board is still good to look at */
	return r->have ? BOARD_STALE : BOARD_OFFLINE;
}
