/* SPDX-License-Identifier: MIT */
/*
 * What the pane of caller IDs costs: 40 frames, four in a second, while
 * thirty uses a second change rows, in milliseconds of CPU per frame and as a
 * share of a core; and the time from a key (sort, filter, page) to the drawn
 * frame.  Sizes of screen and of inventory as an operator has them, and a
 * million, which must not hang it.
 */
#include <stdio.h>
#include <time.h>

#include "boards_rows.h"
#include "ui/pane.h"
#include "ui/view.h"

#define FRAMES   40
#define PER_S    4
#define USES     30 /* a second */
#define SHARE    0.5 /* % of a core that 20,000 may cost */
#define KEY_MS   10.0 /* 3 on a quiet machine; others may run beside it */
#define EXPECTED 20000

static struct board *b;
static int failed;

static double
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

struct world {
	struct row_did *v;
	size_t n;
	struct pane_ctx x;
	void *self;
	struct canvas *c;
	struct rng r;
};

static void
use(struct world *w, int uses)
{
	for (int i = 0; i < uses; i++) {
		struct row_did *d = &w->v[rng_below(&w->r, w->n)];

		d->uses++;
		d->calls++;
		d->last_ms = b->now_ms;
	}
	feed_set_dids(w->x.feed, w->v, w->n);
}

static double
frame(struct world *w)
{
	double from = cpu_ms();

	canvas_clear(w->c);
	pane_dids.draw(w->self, &w->x, w->c, canvas_all(w->c));
	return cpu_ms() - from;
}

static double
key(struct world *w, enum keys_action a)
{
	double from = cpu_ms();

	pane_dids.key(w->self, &w->x, a, 0);
	frame(w);
	return cpu_ms() - from;
}

/* CPU of a second's frames, in % of a core. */
static double
frames(struct world *w, const char *what)
{
	double sum = 0, most = 0, ms, share;

	for (int i = 0; i < FRAMES; i++) {
		b->now_ms += MS_PER_S / PER_S;
		use(w, USES / PER_S);
		ms = frame(w);
		sum += ms;
		most = ms > most ? ms : most;
	}
	share = sum / FRAMES * PER_S / 10;
	printf("  %-28s %8.3f ms a frame  %8.3f most  %6.2f %% of a core\n",
	    what, sum / FRAMES, most, share);
	return share;
}

static void
type(struct world *w, const char *text)
{
	pane_dids.key(w->self, &w->x, ACT_FILTER, '/');
	for (; *text != '\0'; text++)
		view_key(w->x.view, (unsigned char)*text, 0);
	view_key(w->x.view, UIK_ENTER, 0);
}

static void
judge(size_t n, double v, double limit, const char *what)
{
	if (n != EXPECTED || v <= limit)
		return;
	printf("  too much: %s\n", what);
	failed = 1;
}

static void
run(size_t n, int rows, int cols)
{
	struct world w = { .n = n };
	double first, most = 0, ms;

	boards_make(b, BOARDS_NOW);
	w.v = xcalloc(n, sizeof(*w.v));
	boards_dids(w.v, n);
	rng_seed(&w.r, 3);
	w.x = (struct pane_ctx){ .b = b,
		.state = BOARD_LIVE,
		.zone = "UTC",
		.role = COMMAND_ADMIN,
		.feed = feed_fixed(b) };
	w.x.view = view_fixed(w.x.feed, COMMAND_ADMIN);
	w.self = pane_dids.init();
	w.c = canvas_new(rows, cols);
	printf("%zu DIDs, %dx%d\n", n, cols, rows);
	use(&w, 1);
	first = frame(&w);
	judge(n, frames(&w, "as it opens"), SHARE, "frames");
	for (int i = 0; i < 40; i++) {
		ms = key(&w, i % 4 != 0 ? ACT_PAGE_DOWN : ACT_SORT_COLUMN);
		most = ms > most ? ms : most;
	}
	judge(n, most, KEY_MS, "a key");
	printf("  first frame %.2f ms, key to frame %.2f ms at most\n", first,
	    most);
	pane_dids.key(w.self, &w.x, ACT_SORT_COLUMN, 0);
	frames(&w, "sorted by another column");
	type(&w, "us !blocked uses>40");
	ms = frame(&w);
	judge(n, ms, KEY_MS, "a filter");
	printf("  a filter of three terms: %.2f ms to its frame\n", ms);
	judge(n, frames(&w, "with that filter"), 2 * SHARE, "filtered frames");
	pane_dids.free(w.self);
	canvas_free(w.c);
	view_free(w.x.view);
	free(w.v);
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	run(EXPECTED, 20, 80);
	run(EXPECTED, 36, 120);
	run(EXPECTED, 56, 200);
	run(1000000, 36, 120);
	free(b);
	return failed;
}
