/* SPDX-License-Identifier: MIT */
#include "shared/board.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/util.h"
#include "tap.h"

static char dir[] = "/tmp/dsc-board.XXXXXX";

/*
 * The same number in places all over the board, so that a torn one shows;
 * none of them a count or a text.
 */
static void
stamp(struct board *b, uint64_t v)
{
	b->tick = v;
	b->ncampaigns = BOARD_CAMPAIGNS;
	b->ntrunks = BOARD_TRUNKS;
	b->nhist = BOARD_HISTORY;
	b->nmarks = BOARD_MARKS;
	for (int i = 0; i < BOARD_CAMPAIGNS; i++)
		b->campaigns[i].id = (int64_t)v;
	for (int i = 0; i < BOARD_TRUNKS; i++)
		b->trunks[i].n.attempted = v;
	for (int i = 0; i < BOARD_HISTORY; i++)
		b->hist[i].at_s = (int64_t)v;
	for (int i = 0; i < BOARD_MARKS; i++)
		b->marks[i].at_ms = (int64_t)v;
	b->messages[BOARD_MESSAGES - 1].id = v;
	b->sessions_all = (uint32_t)v;
}

static bool
whole(const struct board *b)
{
	uint64_t v = b->tick;
	bool same = b->sessions_all == (uint32_t)v &&
		    b->messages[BOARD_MESSAGES - 1].id == v;

	for (int i = 0; i < BOARD_CAMPAIGNS; i++)
		same = same && b->campaigns[i].id == (int64_t)v;
	for (int i = 0; i < BOARD_TRUNKS; i++)
		same = same && b->trunks[i].n.attempted == v;
	for (int i = 0; i < BOARD_HISTORY; i++)
		same = same && b->hist[i].at_s == (int64_t)v;
	for (int i = 0; i < BOARD_MARKS; i++)
		same = same && b->marks[i].at_ms == (int64_t)v;
	return same;
}

static struct board_file *
file_of(struct board *mapped)
{
	return (struct board_file *)(void *)((char *)mapped -
					     offsetof(struct board_file, slot));
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
	ok(s == BOARD_LIVE && seq == 1, "peek: seq %d", (int)seq);
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

/* The engine is killed while it publishes: the last board stays. */
static void
test_killed_inside(struct board *b, struct board *out)
{
	struct board_reader *r = board_reader_new(dir);
	struct board *m = board_create(dir);
	struct board_file *f = file_of(m);
	enum board_state s;
	const struct board *l;

	stamp(b, 11);
	board_publish(m, b, mono());
	ok(board_read(r, out, mono()) == BOARD_LIVE, "live");
	/* as far as it came with the next one */
	atomic_store(&f->slot[2].seq, 0);
	f->slot[2].concurrent = 12345;
	stamp(&f->slot[2], 12);
	ok(board_read(r, out, mono() + 2 * BOARD_STALE_NS) == BOARD_STALE &&
		out->tick == 11 && whole(out),
	    "killed inside: the last whole one");
	board_reader_free(r);
	r = board_reader_new(dir);
	l = board_look(r, mono() + 2 * BOARD_STALE_NS, &s);
	ok(l != NULL && s == BOARD_STALE && l->tick == 11 && whole(l) &&
		board_held(r, l),
	    "also for who comes later");
	board_reader_free(r);
	board_close(m);
}

/* A slot is read where it lies; who was overtaken is told. */
static void
test_slots(struct board *b)
{
	struct board_reader *r = board_reader_new(dir);
	struct board *m = board_create(dir);
	struct board_file *f = file_of(m);
	const struct board *l, *l2;
	enum board_state s;

	l = board_look(r, mono(), &s);
	ok(s == BOARD_OFFLINE && l == NULL && board_held(r, l),
	    "nothing published: nothing to look at");
	stamp(b, 1);
	board_publish(m, b, mono());
	l = board_look(r, mono(), &s);
	ok(s == BOARD_LIVE && l != NULL && l->tick == 1 && whole(l), "a look");
	ok(l->magic == BOARD_MAGIC && l->version == BOARD_VERSION &&
		l->size == sizeof(*l) && l->pid == getpid() && l->seq == 1 &&
		l->beat_ns == f->head.beat_ns,
	    "a slot says what the head does");
	for (uint64_t v = 2; v <= BOARD_SLOTS; v++) {
		stamp(b, v);
		board_publish(m, b, mono());
	}
	ok(board_held(r, l) && l->tick == 1 && whole(l),
	    "it is held while the engine publishes %d others", BOARD_SLOTS - 1);
	stamp(b, BOARD_SLOTS + 1);
	board_publish(m, b, mono());
	ok(!board_held(r, l), "overtaken, and noticed");
	l2 = board_look(r, mono(), &s);
	ok(l2->tick == BOARD_SLOTS + 1 && board_held(r, l2), "the newest");
	atomic_store(&f->slot[(BOARD_SLOTS + 1) % BOARD_SLOTS].seq, 0);
	ok(!board_held(r, l2), "being overwritten: not held either");
	board_close(m);
	board_reader_free(r);
}

/* What is read while it is overwritten is at least no trap. */
static void
test_bounds(struct board *b)
{
	struct board_reader *r = board_reader_new(dir);
	struct board *m = board_create(dir), *bad = xcalloc(1, sizeof(*bad));
	enum board_state s;
	const struct board *l;

	memset((char *)bad + offsetof(struct board, tick), 0xff,
	    sizeof(*bad) - offsetof(struct board, tick));
	board_publish(m, bad, mono());
	l = board_look(r, mono(), &s);
	ok(l->ncampaigns == BOARD_CAMPAIGNS && l->nalerts == BOARD_ALERTS &&
		l->nhelpers == BOARD_HELPERS && l->nmarks == BOARD_MARKS,
	    "counts have a bound");
	ok(l->log_head < BOARD_LOG && l->hist_head < BOARD_HISTORY &&
		l->mark_head < BOARD_MARKS,
	    "heads stay in their rings");
	ok(l->campaigns[63].ngates == BOARD_GATES &&
		l->campaigns[63].gates[15].name[15] == '\0' &&
		l->campaigns[63].brake.reason[115] == '\0',
	    "gates and brakes too");
	ok(strnlen(l->node, sizeof(l->node)) == sizeof(l->node) - 1 &&
		l->messages[7].text[127] == '\0' &&
		l->helpers[7].why[95] == '\0' &&
		l->log[127].text[163] == '\0' &&
		l->countries[63].connect_key[1] == '\0',
	    "every text ends");
	stamp(b, 5);
	b->ncampaigns = 1;
	board_publish(m, b, mono());
	l = board_look(r, mono(), &s);
	ok(l->ncampaigns == 1 && l->campaigns[0].id == 5, "and fewer again");
	board_close(m);
	board_reader_free(r);
	free(bad);
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
	file_of(m)->head.version = BOARD_VERSION + 1;
	ok(board_read(r, out, mono()) == BOARD_OFFLINE, "another version");
	file_of(m)->head.version = BOARD_VERSION;
	file_of(m)->head.size = 8;
	ok(board_read(r, out, mono()) == BOARD_OFFLINE, "another size");
	file_of(m)->head.size = sizeof(*m);
	file_of(m)->head.slots = 2;
	ok(board_read(r, out, mono()) == BOARD_OFFLINE, "another number");
	file_of(m)->head.slots = BOARD_SLOTS;
	ok(board_read(r, out, mono()) == BOARD_LIVE, "as it was");
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

/* Looks and copies beside a writer; how many frames were torn unnoticed. */
static int
read_on(int64_t end, struct board *out)
{
	struct board_reader *r = board_reader_new(dir);
	int torn = 0, frames = 0;
	enum board_state s;

	while (mono() < end) {
		const struct board *l = board_look(r, mono(), &s);
		bool good = whole(l);

		if (board_held(r, l))
			torn += !good;
		if (board_read(r, out, mono()) == BOARD_LIVE) {
			frames++;
			torn += !whole(out);
		}
	}
	board_reader_free(r);
	return torn > 0 ? 2 : frames < 3 ? 1 : 0;
}

/* Readers beside a writer that never rests: nothing torn goes unnoticed. */
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
		if (kid[k] == 0)
			_exit(read_on(mono() + NS_PER_S, out));
	}
	for (uint64_t v = 2; waitpid(-1, &st, WNOHANG) == 0; v++) {
		const struct timespec rest = { 0, 20000 };

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
	test_slots(b);
	test_bounds(b);
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
