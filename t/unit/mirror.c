/* SPDX-License-Identifier: MIT */
/*
 * A screen handed to another process: what is drawn is what was put, nobody
 * but the writer can write, and whatever a writer puts there (sizes, signs,
 * styles, half a picture) does no harm to who looks.
 */
#include "sshd/mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "screens.h"
#include "tap.h"

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW)

static const int64_t T0 = 1000 * NS_PER_S;

static struct canvas *
picture(int rows, int cols, const char *text)
{
	struct canvas *c = canvas_new(rows, cols);

	for (int y = 0; y < rows; y++)
		canvas_textf(c, y, 0, cols, STYLE_ON(ROLE_WARN, ROLE_BG_BAR),
		    "%d %s", y, text);
	return c;
}

static bool
same(const struct canvas *a, const struct canvas *b)
{
	for (int y = 0; y < canvas_rows(a); y++)
		for (int x = 0; x < canvas_cols(a); x++)
			if (!canvas_same(a, b, y, x))
				return false;
	return true;
}

static void
test_way(void)
{
	/* accents of their own, a wide sign, a line */
	struct canvas *c =
	    picture(40, 120, "e\xcc\x81\xe4\xb8\xad\xe2\x94\x80 maria");
	struct canvas *out = canvas_new(40, 120), *small = canvas_new(10, 20);
	struct mirror *m = mirror_new();
	struct mirror_view *v;
	int rows, cols, y, x;

	ok(m != NULL, "a mirror");
	v = mirror_open(dup(mirror_fd(m)));
	ok(v != NULL, "opens at the other end");
	ok(mirror_look(v, T0) == MIRROR_SAME, "nothing was put yet");
	mirror_size(v, &rows, &cols);
	ok(rows == 0 && cols == 0, "it has no size");
	mirror_draw(v, out, canvas_all(out), 0, 0);
	ok(shows(out, "\n"), "and draws nothing");
	canvas_cursor(c, 3, 7);
	mirror_put(m, c);
	mirror_beat(m, T0);
	ok(mirror_look(v, T0) == MIRROR_FRAME, "a frame");
	ok(mirror_look(v, T0) == MIRROR_SAME, "once");
	mirror_size(v, &rows, &cols);
	ok(rows == 40 && cols == 120, "its size");
	mirror_draw(v, out, canvas_all(out), 0, 0);
	ok(same(c, out), "cell by cell");
	canvas_cursor_at(out, &y, &x);
	ok(y == 3 && x == 7, "and the cursor");
	mirror_draw(v, small, canvas_all(small), 30, 0);
	ok(shows(small, "30 ") && !shows(small, "29 "), "a part of it");
	canvas_clear(small);
	mirror_draw(v, small, (struct rect){ 2, 2, 3, 10 }, 39, 118);
	ok(screen_clean(small), "its last corner");
	ok(mirror_look(v, T0 + 2900 * NS_PER_MS) == MIRROR_SAME, "2.9 s");
	ok(mirror_look(v, T0 + 3100 * NS_PER_MS) == MIRROR_MUTE,
	    "mute after 3 s without a beat");
	mirror_free(m);
	ok(mirror_look(v, T0) == MIRROR_ENDED, "its end is told");
	mirror_close(v);
	canvas_free(c);
	canvas_free(out);
	canvas_free(small);
}

static void
test_large(void)
{
	struct canvas *c = picture(500, 1000, "x"),
		      *out = canvas_new(500, 1000);
	struct mirror *m = mirror_new();
	struct mirror_view *v = mirror_open(dup(mirror_fd(m)));
	int rows, cols;

	mirror_put(m, c);
	mirror_look(v, T0);
	mirror_size(v, &rows, &cols);
	ok(rows == MIRROR_ROWS && cols == MIRROR_COLS, "the largest is cut");
	mirror_draw(v, out, canvas_all(out), 0, 0);
	ok(shows(out, "119 x"), "to what there is room for");
	mirror_free(m);
	mirror_close(v);
	canvas_free(c);
	canvas_free(out);
}

static void
test_sealed(void)
{
	struct mirror *m = mirror_new();
	int fd = mirror_fd(m), pipes[2], bare;
	size_t n = sizeof(struct mirror_page);

	ok(mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) ==
		MAP_FAILED,
	    "who has the descriptor cannot map it to write");
	ok(write(fd, "x", 1) < 0, "nor write");
	ok(ftruncate(fd, 0) < 0 && ftruncate(fd, 1 << 24) < 0,
	    "nor change its size");
	ok(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) < 0, "nor seal it any more");
	mirror_free(m);
	bare = memfd_create("x", MFD_ALLOW_SEALING);
	ok(ftruncate(bare, (off_t)n) == 0 && mirror_open(dup(bare)) == NULL,
	    "one whose size may change is refused");
	fcntl(bare, F_ADD_SEALS, SEALS);
	ok(mirror_open(bare) == NULL, "and one without the magic");
	bare = memfd_create("x", MFD_ALLOW_SEALING);
	ok(ftruncate(bare, 4096) == 0 && fcntl(bare, F_ADD_SEALS, SEALS) == 0 &&
		mirror_open(bare) == NULL,
	    "and one of another size");
	ok(pipe(pipes) == 0 && mirror_open(pipes[0]) == NULL, "and a pipe");
	ok(fcntl(pipes[0], F_GETFD) < 0, "which is closed");
	close(pipes[1]);
	ok(mirror_open(open("/dev/zero", O_RDONLY)) == NULL, "and a device");
	ok(mirror_open(-1) == NULL, "and none");
}

/* A writer that has read no rules: the page, and its reader. */
static struct mirror_page *
hostile(struct mirror_view **v)
{
	int fd = memfd_create("x", MFD_ALLOW_SEALING);
	struct mirror_page *p;

	if (ftruncate(fd, sizeof(*p)) < 0)
		abort();
	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	fcntl(fd, F_ADD_SEALS, SEALS);
	p->magic = MIRROR_MAGIC;
	*v = mirror_open(fd);
	return p;
}

static void
test_hostile(void)
{
	static const int32_t sizes[] = { 0, -1, 1, 24, 80, 120, 121, 400, 401,
		INT32_MAX, INT32_MIN, 65536 };
	static const uint32_t signs[] = { 0, 0x1b, 7, 0x7f, 0x9b, 0x202e,
		0x2066, 0xd800, 0x10ffff, 0x110000, 0xffffffff, 0x80000000, 'a',
		0x301, 0x4e2d, 0xe0001, 0x85, '\n', 0x200d };
	struct canvas *c = canvas_new(60, 200);
	struct mirror_view *v;
	struct mirror_page *p = hostile(&v);
	bool clean = true, styled = true;
	struct canvas_cell k;
	unsigned seed = 11;

	ok(v != NULL, "a reader of a hostile writer");
	for (unsigned round = 0; round < 400; round++) {
		p->rows = sizes[rand_r(&seed) % nitems(sizes)];
		p->cols = sizes[rand_r(&seed) % nitems(sizes)];
		p->cursor_y = (int32_t)rand_r(&seed) - (1 << 30);
		p->cursor_x = round % 3 == 0 ? 5 : (int32_t)rand_r(&seed);
		for (size_t i = 0; i < 24 * 400; i++) {
			struct mirror_cell *q = &p->cell[i];

			q->base = signs[rand_r(&seed) % nitems(signs)];
			q->mark[0] = signs[rand_r(&seed) % nitems(signs)];
			q->mark[1] = (uint32_t)rand_r(&seed);
			q->fg = (uint8_t)rand_r(&seed);
			q->bg = (uint8_t)rand_r(&seed);
			q->attr = (uint8_t)rand_r(&seed);
		}
		p->seq += 2;
		p->beat_ns = round % 2 ? INT64_MAX : T0;
		mirror_look(v, T0);
		canvas_clear(c);
		mirror_draw(v, c, (struct rect){ 1, 1, 58, 198 },
		    (int)(round % 7), (int)(round % 11));
		clean = clean && screen_clean(c);
		for (int y = 0; y < 60; y++)
			for (int x = 0; x < 200; x++) {
				canvas_get(c, y, x, &k);
				if (k.fg >= ROLE_N || k.bg >= ROLE_N ||
				    k.attr > 7)
					styled = false;
			}
	}
	ok(clean, "no sign that a terminal obeys");
	ok(styled, "no style that is none");
	p->beat_ns = INT64_MIN;
	ok(mirror_look(v, T0 + 10 * NS_PER_S) == MIRROR_MUTE,
	    "a beat of the past is none");
	p->beat_ns = INT64_MAX;
	ok(mirror_look(v, T0 + 10 * NS_PER_S) == MIRROR_MUTE,
	    "nor is one of the future");
	mirror_close(v);
	munmap(p, sizeof(*p));
	canvas_free(c);
}

/* Killed in the middle of a picture: the one before stays. */
static void
test_torn(void)
{
	struct canvas *c = canvas_new(24, 80);
	struct mirror_view *v;
	struct mirror_page *p = hostile(&v);

	p->rows = 2;
	p->cols = 3;
	for (int i = 0; i < 6; i++)
		p->cell[i] = (struct mirror_cell){ .base = 'a' };
	p->seq = 2;
	ok(mirror_look(v, T0) == MIRROR_FRAME, "a whole picture");
	p->seq = 3;
	p->rows = 24;
	p->cols = 80;
	p->cell[0].base = 'b';
	ok(mirror_look(v, T0) == MIRROR_SAME, "half of another one is none");
	mirror_draw(v, c, canvas_all(c), 0, 0);
	ok(shows(c, "aaa\naaa\n") && !shows(c, "b"), "the one before stays");
	mirror_close(v);
	munmap(p, sizeof(*p));
	canvas_free(c);
}

/* While another process writes all the time, every picture is whole. */
static void
test_race(void)
{
	struct canvas *c[2] = { canvas_new(40, 120), canvas_new(40, 120) };
	struct canvas *out = canvas_new(40, 120);
	struct mirror *m = mirror_new();
	struct mirror_view *v = mirror_open(dup(mirror_fd(m)));
	int64_t until = now_read().mono_ns + 400 * NS_PER_MS;
	struct canvas_cell k, first;
	unsigned frames = 0;
	bool whole = true;
	pid_t pid;

	for (int i = 0; i < 2; i++)
		for (int y = 0; y < 40; y++)
			canvas_run(c[i], y, 0, 120, STYLE(ROLE_TEXT),
			    i == 0 ? 'a' : 'b');
	pid = fork();
	if (pid == 0)
		for (unsigned i = 0;; i++) {
			mirror_put(m, c[i % 2]);
			usleep(i % 100); /* not always inside */
		}
	while (now_read().mono_ns < until) {
		if (mirror_look(v, T0) != MIRROR_FRAME)
			continue;
		frames++;
		mirror_draw(v, out, canvas_all(out), 0, 0);
		canvas_get(out, 0, 0, &first);
		for (int y = 0; y < 40; y++)
			for (int x = 0; x < 120; x++) {
				canvas_get(out, y, x, &k);
				whole = whole && k.base == first.base;
			}
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ok(whole, "no picture of two halves, %u frames", frames);
	ok(frames > 0, "and there are some");
	mirror_close(v);
	mirror_free(m);
	canvas_free(c[0]);
	canvas_free(c[1]);
	canvas_free(out);
}

int
main(void)
{
	test_way();
	test_large();
	test_sealed();
	test_hostile();
	test_torn();
	test_race();
	return done_testing();
}
