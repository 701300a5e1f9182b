/* SPDX-License-Identifier: MIT */
/*
 * board: the published state in shared memory, written by one, read by many.
 * Slots, each a sequence lock after Boehm, "Can seqlocks get along with
 * programming language memory models?" (MSPC 2012): the words are copied with
 * relaxed atomics between two fences, so that what is torn is seen, and what
 * is seen torn is not used.  Refuses to wait for a writer, gone or not.
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

#include "shared/board_bounds.h"
#include "shared/scope.h"
#include "shared/util.h"

#define COVERED offsetof(struct board, tick) /* where seq's cover begins */
_Static_assert(COVERED % sizeof(uint64_t) == 0, "copied by words");

const char *const board_window_words[BOARD_WINDOWS] = { "10s", "1m", "10m",
	"day" };
/* In the order of enum cause_class of engine/outcome.h. */
const char *const board_cause_words[BOARD_CAUSES] = { "normal", "bad_number",
	"busy", "no_answer", "rejected", "capacity", "trunk", "route",
	"protocol", "none" };

struct board_reader {
	char *path;
	struct board_file *map; /* NULL: none */
	dev_t dev;
	ino_t ino;
	uint64_t seq; /* of the last look */
	int64_t asked_ns; /* the file and the writer were looked for then */
	enum board_state state; /* ... and found so */
	struct board *cut; /* of that one; NULL: nobody is limited */
	bool have; /* cut is of seq */
};

#define WORDS_ONLY(type)                                                       \
	_Static_assert(sizeof(struct type) % 8 == 0, "copied by words")
WORDS_ONLY(board_campaign);
WORDS_ONLY(board_country);
WORDS_ONLY(board_switch);
WORDS_ONLY(board_trunk);
WORDS_ONLY(board_pool);
WORDS_ONLY(board_job);
WORDS_ONLY(board_alert);
WORDS_ONLY(board_session);

static void
copy_words(void *to, const void *from, size_t begin, size_t end)
{
	uint64_t *d = (uint64_t *)(void *)((char *)to + begin);
	const uint64_t *s =
	    (const uint64_t *)(const void *)((const char *)from + begin);

	for (size_t i = 0; i < (end - begin) / sizeof(*d); i++)
		__atomic_store_n(&d[i],
		    __atomic_load_n(&s[i], __ATOMIC_RELAXED), __ATOMIC_RELAXED);
}

/*
 * Copy what is in use.  Behind a table's last row stay rows that were there
 * once; nobody looks at them.
 */
static void
copy_used(struct board *to, const struct board *from)
{
	const struct {
		size_t at, size, room, n;
	} parts[] = {
#define PART(rows, count)                                                      \
	{ offsetof(struct board, rows), sizeof(from->rows[0]),                 \
		nitems(from->rows), count }
		PART(campaigns, from->ncampaigns),
		PART(countries, from->ncountries),
		PART(switches, from->nswitches),
		PART(trunks, from->ntrunks),
		PART(pools, from->npools),
		PART(jobs, from->njobs),
		PART(alerts, from->nalerts),
		PART(log, from->nlog > 0 ? BOARD_LOG : 0),
		PART(hist, from->nhist > 0 ? BOARD_HISTORY : 0),
		PART(sessions, from->nsessions),
		PART(marks, from->nmarks > 0 ? BOARD_MARKS : 0),
#undef PART
	};
	size_t done = COVERED;

	for (size_t i = 0; i < nitems(parts); i++) {
		/* with what stands between two tables */
		copy_words(
		    to, from, done, parts[i].at + parts[i].n * parts[i].size);
		done = parts[i].at + parts[i].room * parts[i].size;
	}
	copy_words(to, from, done, sizeof(*to));
}

static double
abandonment(uint64_t abandoned, uint64_t humans, uint64_t false_milli)
{
	double gone = (double)false_milli / 1000;
	double all = (double)humans + gone;

	if (all <= 0)
		return -1;
	/* What is read while it is written may not fit together. */
	return MINIMUM(((double)abandoned + gone) / all, 1);
}

double
board_abandonment(const struct board_window *w)
{
	return abandonment(w->abandoned, w->humans, w->false_machines_milli);
}

double
board_count_abandonment(const struct board_count *n)
{
	return abandonment(n->abandoned,
	    n->answered > n->machine ? n->answered - n->machine : 0,
	    n->false_machines_milli);
}

/* ---- writer ----------------------------------------------------------- */

static void
set_head(struct board_file *f)
{
	f->head.magic = BOARD_MAGIC;
	f->head.version = BOARD_VERSION;
	f->head.size = sizeof(f->slot[0]);
	f->head.pid = getpid();
	f->head.slots = BOARD_SLOTS;
	for (int i = 0; i < BOARD_SLOTS; i++) {
		struct board *b = &f->slot[i];

		b->magic = f->head.magic;
		b->version = f->head.version;
		b->size = f->head.size;
		b->pid = f->head.pid;
	}
}

struct board *
board_create(const char *run_dir)
{
	char *path = xasprintf("%s/board", run_dir);
	char *tmp = xasprintf("%s/board.new", run_dir);
	struct board_file *f = MAP_FAILED;
	int fd, e;

	unlink(tmp);
	fd = open(tmp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		goto out;
	/* allocated now: a full disk is an error here, SIGBUS later */
	if ((e = posix_fallocate(fd, 0, sizeof(*f))) != 0) {
		errno = e;
		goto out;
	}
	f = mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (f == MAP_FAILED)
		goto out;
	set_head(f);
	/* by rename, so that readers of the old one see a new inode */
	if (rename(tmp, path) != 0) {
		e = errno;
		munmap(f, sizeof(*f));
		errno = e;
		f = MAP_FAILED;
	}
out:
	e = errno;
	if (fd >= 0)
		close(fd);
	if (f == MAP_FAILED)
		unlink(tmp);
	free(path);
	free(tmp);
	errno = e;
	return f == MAP_FAILED ? NULL : &f->slot[0];
}

static struct board_file *
file_of(struct board *mapped)
{
	return (struct board_file *)(void *)((char *)mapped -
					     offsetof(struct board_file, slot));
}

void
board_publish(struct board *mapped, struct board *from, int64_t mono_ns)
{
	struct board_file *f = file_of(mapped);
	uint64_t seq =
	    atomic_load_explicit(&f->head.seq, memory_order_relaxed) + 1;
	struct board *b = &f->slot[seq % BOARD_SLOTS];

	board_bounds(from);
	atomic_store_explicit(&b->seq, 0, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	copy_used(b, from);
	atomic_store_explicit(&b->beat_ns, mono_ns, memory_order_relaxed);
	atomic_store_explicit(&b->seq, seq, memory_order_release);
	atomic_store_explicit(&f->head.beat_ns, mono_ns, memory_order_relaxed);
	atomic_store_explicit(&f->head.seq, seq, memory_order_release);
}

void
board_close(struct board *mapped)
{
	struct board_file *f = file_of(mapped);

	for (int i = 0; i < BOARD_SLOTS; i++)
		__atomic_store_n(&f->slot[i].stopping, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&f->head.stopping, 1, __ATOMIC_RELEASE);
	munmap(f, sizeof(*f));
}

/* ---- reader ----------------------------------------------------------- */

struct board_reader *
board_reader_new(const char *run_dir)
{
	struct board_reader *r = xcalloc(1, sizeof(*r));

	r->path = xasprintf("%s/board", run_dir);
	return r;
}

void
board_reader_free(struct board_reader *r)
{
	if (r == NULL)
		return;
	if (r->map != NULL)
		munmap(r->map, sizeof(*r->map));
	free(r->cut);
	free(r->path);
	free(r);
}

static bool
good_head(const struct board_head *h)
{
	return h->magic == BOARD_MAGIC && h->version == BOARD_VERSION &&
	       h->size == sizeof(struct board) && h->slots == BOARD_SLOTS;
}

/*
 * Have the newest file mapped.  A file that has vanished, or in which nothing
 * has been published yet, keeps the map before: what it said stays readable.
 */
static bool
reader_map(struct board_reader *r)
{
	struct board_head h;
	void *map = MAP_FAILED;
	struct stat st;
	bool good;
	int fd;

	if (stat(r->path, &st) != 0)
		return r->map != NULL;
	if (r->map != NULL && st.st_dev == r->dev && st.st_ino == r->ino)
		return good_head(&r->map->head);
	fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno != ELOOP && r->map != NULL;
	good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       st.st_size == (off_t)sizeof(*r->map) &&
	       pread(fd, &h, sizeof(h), 0) == (ssize_t)sizeof(h) &&
	       good_head(&h) && h.seq != 0;
	if (good)
		map = mmap(NULL, sizeof(*r->map), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (!good)
		return false;
	if (map == MAP_FAILED)
		return r->map != NULL;
	if (r->map != NULL)
		munmap(r->map, sizeof(*r->map));
	r->map = map;
	r->dev = st.st_dev;
	r->ino = st.st_ino;
	r->have = false;
	return true;
}

static bool
writer_gone(const struct board_head *h, int64_t mono_ns)
{
	int64_t beat = atomic_load_explicit(&h->beat_ns, memory_order_relaxed);

	return __atomic_load_n(&h->stopping, __ATOMIC_ACQUIRE) != 0 ||
	       mono_ns - beat > BOARD_STALE_NS ||
	       (h->pid > 0 && kill(h->pid, 0) != 0 && errno == ESRCH);
}

uint64_t
board_peek_seq(struct board_reader *r, int64_t mono_ns, enum board_state *state)
{
	/* two looks at the same instant of its caller's are one */
	if (mono_ns != r->asked_ns || r->state != BOARD_LIVE) {
		r->asked_ns = mono_ns;
		r->state = !reader_map(r)                        ? BOARD_OFFLINE
			   : writer_gone(&r->map->head, mono_ns) ? BOARD_STALE
								 : BOARD_LIVE;
	}
	*state = r->state;
	if (r->state == BOARD_OFFLINE)
		return 0;
	return atomic_load_explicit(&r->map->head.seq, memory_order_acquire);
}

/* The newest slot; *seq is the publish in it. */
static const struct board *
newest(const struct board_reader *r, uint64_t *seq)
{
	*seq = atomic_load_explicit(&r->map->head.seq, memory_order_acquire);
	return &r->map->slot[*seq % BOARD_SLOTS];
}

static bool
is_still(const struct board *b, uint64_t seq)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&b->seq, memory_order_relaxed) == seq;
}

/* Copy the newest whole, cut if need be; false: zeros. */
static bool
copy_newest(const struct board_reader *r, struct board *out)
{
	int tries = BOARD_TRIES;
	uint64_t seq;

	while (tries-- > 0) {
		const struct board *b = newest(r, &seq);

		if (atomic_load_explicit(&b->seq, memory_order_acquire) != seq)
			continue;
		copy_words(out, b, COVERED, sizeof(*out));
		out->magic = b->magic;
		out->version = b->version;
		out->size = b->size;
		out->pid = b->pid;
		out->stopping = b->stopping;
		out->beat_ns = b->beat_ns;
		out->seq = seq;
		if (!is_still(b, seq))
			continue;
		if (scope_on())
			scope_board(out);
		return true;
	}
	memset(out, 0, sizeof(*out));
	return false;
}

static const struct board *
look_cut(struct board_reader *r, uint64_t seq, enum board_state *state)
{
	if (r->cut == NULL)
		r->cut = xcalloc(1, sizeof(*r->cut));
	if (!r->have || r->seq != seq) {
		r->have = copy_newest(r, r->cut);
		r->seq = r->cut->seq;
	}
	if (!r->have) {
		*state = BOARD_OFFLINE;
		return NULL;
	}
	r->cut->stopping =
	    __atomic_load_n(&r->map->head.stopping, __ATOMIC_RELAXED);
	return r->cut;
}

const struct board *
board_look(struct board_reader *r, int64_t mono_ns, enum board_state *state)
{
	uint64_t seq = board_peek_seq(r, mono_ns, state);

	if (seq == 0)
		return NULL;
	if (scope_on())
		return look_cut(r, seq, state);
	return newest(r, &r->seq);
}

bool
board_held(struct board_reader *r, const struct board *b)
{
	return b == NULL || b == r->cut || is_still(b, r->seq);
}

enum board_state
board_read(struct board_reader *r, struct board *out, int64_t mono_ns)
{
	enum board_state state;

	if (board_peek_seq(r, mono_ns, &state) == 0)
		return BOARD_OFFLINE;
	return copy_newest(r, out) ? state : BOARD_OFFLINE;
}
