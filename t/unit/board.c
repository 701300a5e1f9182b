/* SPDX-License-Identifier: MIT */
#include "shared/board.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/util.h"
#include "tap.h"

static char dir[] = "/tmp/dsc-board.XXXXXX";

/* Every word after seq carries the same number: a torn copy shows. */
static void
stamp(struct board *b, uint64_t v)
{
	uint64_t *w =
	    (uint64_t *)(void *)((char *)b + offsetof(struct board, tick));

	for (size_t i = 0; i < (sizeof(*b) - offsetof(struct board, tick)) / 8;
	     i++)
		w[i] = v;
}

static bool
whole(const struct board *b)
{
	const uint64_t *w =
	    (const uint64_t *)(const void *)((const char *)b +
					     offsetof(struct board, tick));

	for (size_t i = 0; i < (sizeof(*b) - offsetof(struct board, tick)) / 8;
	     i++)
		if (w[i] != w[0])
			return false;
	return true;
}

static int64_t
mono(void)
{
	return now_read().mono_ns;
}

static void
test_life(struct board *b, struct board *out)
{
	struct board_reader *r = board_reader_new(dir);
	enum board_state s;
	struct board *m, *m2;
	uint64_t seq;

	ok(board_read(r, out, mono()) == BOARD_OFFLINE && out->magic == 0,
	    "no file: offline, nothing touched");
	ok(board_peek_seq(r, mono(), &s) == 0 && s == BOARD_OFFLINE, "peek");
	m = board_create(dir);
	ok(m != NULL, "created");
	ok(board_read(r, out, mono()) == BOARD_OFFLINE, "nothing published");
	stamp(b, 7);
	board_publish(m, b, mono());
	ok(board_read(r, out, mono()) == BOARD_LIVE && out->tick == 7 &&
		whole(out) && out->pid == getpid(),
	    "live");
	seq = board_peek_seq(r, mono(), &s);
	ok(s == BOARD_LIVE && seq == 2, "peek: seq %d", (int)seq);
	ok(board_read(r, out, mono() + 2 * BOARD_STALE_NS) == BOARD_STALE,
	    "mute: stale");
	stamp(b, 8);
	board_publish(m, b, mono());
	ok(board_read(r, out, mono()) == BOARD_LIVE && out->tick == 8,
	    "live again");
	m2 = board_create(dir); /* a new engine beside the old map */
	stamp(b, 9);
	ok(board_read(r, out, mono()) == BOARD_OFFLINE && out->tick == 8,
	    "a new file before its first publish");
	board_publish(m2, b, mono());
	ok(board_read(r, out, mono()) == BOARD_LIVE && out->tick == 9,
	    "the reader follows to the new file");
	board_close(m);
	board_close(m2);
	ok(board_read(r, out, mono()) == BOARD_STALE && out->stopping == 1 &&
		out->tick == 9,
	    "closed: stale at once, and it says so");
	board_reader_free(r);
}

static void
test_killed_inside(struct board *b, struct board *out)
{
	struct board_reader *r = board_reader_new(dir);
	struct board *m = board_create(dir);
	int64_t begin, took;

	stamp(b, 11);
	board_publish(m, b, mono());
	ok(board_read(r, out, mono()) == BOARD_LIVE, "live");
	atomic_fetch_add(&m->seq, 1); /* as if killed in the middle */
	m->concurrent = 12345;
	begin = mono();
	ok(board_read(r, out, mono() + 2 * BOARD_STALE_NS) == BOARD_STALE &&
		out->tick == 11 && whole(out),
	    "odd for ever: the last whole copy");
	took = mono() - begin;
	ok(took < 50 * NS_PER_MS, "given up after %d us", (int)(took / 1000));
	begin = mono();
	ok(board_read(r, out, mono()) == BOARD_STALE,
	    "odd while the beat is young: given up too");
	ok(mono() - begin < NS_PER_S, "... in bounded time");
	board_reader_free(r);
	r = board_reader_new(dir);
	ok(board_read(r, out, mono() + 2 * BOARD_STALE_NS) == BOARD_OFFLINE,
	    "a reader that never had a whole copy has none");
	board_reader_free(r);
	board_close(m);
}

static void
test_pid_gone(struct board *b, struct board *out)
{
	struct board_reader *r = board_reader_new(dir);
	int st;
	pid_t pid = fork();

	if (pid == 0) {
		struct board *m = board_create(dir);

		stamp(b, 21);
		board_publish(m, b, mono());
		_exit(0);
	}
	waitpid(pid, &st, 0);
	ok(board_read(r, out, mono()) == BOARD_STALE && out->tick == 21,
	    "the writer's pid is gone: stale before the beat is old");
	board_reader_free(r);
}

static void
test_formats(struct board *b, struct board *out)
{
	struct board_reader *r = board_reader_new(dir);
	struct board *m = board_create(dir);
	char path[128];
	int fd;

	str_format(path, sizeof(path), "%s/board", dir);
	stamp(b, 31);
	board_publish(m, b, mono());
	m->version = BOARD_VERSION + 1;
	ok(board_read(r, out, mono()) == BOARD_OFFLINE, "another version");
	board_close(m);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT, 0640);
	ok(fd >= 0 && write(fd, "short", 5) == 5, "a short file");
	close(fd);
	ok(board_read(r, out, mono()) == BOARD_OFFLINE, "... is none");
	unlink(path);
	ok(symlink("/dev/zero", path) == 0, "a link elsewhere");
	ok(board_read(r, out, mono()) == BOARD_OFFLINE, "... is not followed");
	unlink(path);
	ok(mkfifo(path, 0600) == 0, "a pipe");
	ok(board_read(r, out, mono()) == BOARD_OFFLINE, "... does not block");
	unlink(path);
	ok(board_create("/nonexistent/dir") == NULL, "no directory: NULL");
	board_reader_free(r);
}

/* Readers beside a writer that never rests: no torn copy, ever. */
static void
test_torn(struct board *b, struct board *out)
{
	struct board *m = board_create(dir);
	pid_t kid[2];
	int st, bad = 0;

	stamp(b, 1);
	board_publish(m, b, mono());
	for (int k = 0; k < 2; k++) {
		kid[k] = fork();
		if (kid[k] == 0) {
			struct board_reader *r = board_reader_new(dir);
			int64_t end = mono() + NS_PER_S;
			int n = 0, torn = 0;

			while (mono() < end) {
				if (board_read(r, out, mono()) != BOARD_LIVE)
					continue;
				n++;
				torn += !whole(out);
			}
			_exit(torn > 0 ? 2 : n < 3 ? 1 : 0);
		}
	}
	for (uint64_t v = 2; waitpid(-1, &st, WNOHANG) == 0; v++) {
		const struct timespec rest = { 0, 200000 };

		stamp(b, v);
		board_publish(m, b, mono());
		nanosleep(&rest, NULL);
	}
	bad |= st;
	while (wait(&st) > 0)
		bad |= st;
	ok(bad == 0, "two readers, one writer, one second: no torn copy (%x)",
	    (unsigned)bad);
	board_close(m);
}

int
main(void)
{
	struct board *b = xcalloc(1, sizeof(*b)), *out = xcalloc(1, sizeof(*b));
	char path[128];

	ok(mkdtemp(dir) != NULL, "%s", dir);
	test_life(b, out);
	test_killed_inside(b, out);
	test_pid_gone(b, out);
	test_formats(b, out);
	test_torn(b, out);
	str_format(path, sizeof(path), "%s/board", dir);
	unlink(path);
	rmdir(dir);
	free(b);
	free(out);
	return done_testing();
}
