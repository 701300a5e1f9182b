/* SPDX-License-Identifier: MIT */
/*
 * A monkey at the console: random keys, sizes and boards; and what the
 * viewer is told when there is no engine to ask.
 */
#include "ui/view.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boards.h"
#include "tap.h"

static struct view *
make_view(const char *d)
{
	struct view_opts o = { .run_dir = d, .role = COMMAND_ADMIN };

	return view_new(&o);
}

static char dir[] = "/tmp/dsc-view.XXXXXX";

static bool
shows(const struct canvas *c, const char *text)
{
	struct canvas_cell k;

	for (int y = 0; y < canvas_rows(c); y++)
		for (int x = 0; x < canvas_cols(c); x++) {
			size_t i = 0;

			for (; text[i] != '\0' && x + (int)i < canvas_cols(c);
			     i++) {
				canvas_get(c, y, x + (int)i, &k);
				if (k.base != (unsigned char)text[i])
					break;
			}
			if (text[i] == '\0')
				return true;
		}
	return false;
}

static void
test_no_engine(void)
{
	struct view *v = make_view(dir);
	struct canvas *c = canvas_new(24, 80);
	int64_t t = now_read().mono_ns;

	ok(view_tick(v, t), "the first time there is something to draw");
	view_draw(v, c, t);
	ok(shows(c, "OFFLINE") && shows(c, "No engine has published"),
	    "offline");
	ok(!view_tick(v, t + 1), "then nothing");
	view_key(v, '+', t);
	view_key(v, 'X', t);
	view_key(v, '!', t);
	view_key(v, 'y', t);
	ok(view_tick(v, t + 2), "a key: something");
	view_draw(v, c, t);
	ok(shows(c, "no engine runs here"), "what was asked is not queued");
	ok(!view_ended(v), "still there");
	view_key(v, 'q', t);
	ok(view_ended(v), "q leaves");
	canvas_resize(c, 10, 60);
	view_draw(v, c, t);
	ok(shows(c, "too small"), "too small");
	canvas_free(c);
	view_free(v);
}

static void
test_changes(void)
{
	struct board *b = xcalloc(1, sizeof(*b)), *m = board_create(dir);
	struct view *v = make_view(dir);
	int64_t t = now_read().mono_ns;

	boards_make(b, BOARDS_NOW);
	board_publish(m, b, t);
	ok(view_tick(v, t), "published: draw");
	ok(!view_tick(v, t), "nothing new: do not");
	board_publish(m, b, t);
	ok(!view_tick(v, t), "the next frame is not due yet");
	t += NS_PER_S / 10;
	ok(view_tick(v, t), "published: draw");
	ok(view_tick(v, t + 2 * NS_PER_S), "stale: draw");
	ok(!view_tick(v, t + 2 * NS_PER_S + 1), "not twice in a second");
	ok(view_tick(v, t + 3 * NS_PER_S + 1), "the age counts on");
	board_close(m);
	view_free(v);
	free(b);
}

static void
test_monkey(uint64_t seed)
{
	static const char *const how[] = { "normal", "hostile", "brake",
		"empty", "dbaway", "switchdown" };
	struct board *b = xcalloc(1, sizeof(*b)), *m = board_create(dir);
	struct view *v = make_view(dir);
	struct canvas *c = canvas_new(24, 80);
	int64_t t = now_read().mono_ns;
	int drawn = 0;
	struct rng r;

	rng_seed(&r, seed);
	for (int i = 0; i < 20000; i++) {
		uint32_t key;

		switch (rng_below(&r, 4)) {
		case 0:
			key = UIK_FIRST + (uint32_t)rng_below(&r, 12);
			break;
		case 1:
			key = (uint32_t)rng_below(&r, 32);
			break;
		case 2:
			key = (uint32_t)rng_below(&r, 0x3000);
			break;
		default:
			key = 32 + (uint32_t)rng_below(&r, 95);
			break;
		}
		view_key(v, key, t);
		if (view_ended(v)) {
			view_free(v);
			v = make_view(dir);
		}
		if (i % 50 == 0) {
			boards_make(b, BOARDS_NOW + i * 1000);
			boards_spoil(b, how[rng_below(&r, nitems(how))]);
			board_publish(m, b, t);
		}
		if (i % 400 == 0)
			canvas_resize(c, 5 + (int)rng_below(&r, 110),
			    20 + (int)rng_below(&r, 380));
		t += (int64_t)rng_below(&r, 200) * NS_PER_MS;
		if (view_tick(v, t) && i % 10 == 0) {
			view_draw(v, c, t);
			drawn++;
		}
	}
	ok(drawn > 1000, "a monkey: 20,000 keys, %d screens (seed %d)", drawn,
	    (int)seed);
	board_close(m);
	canvas_free(c);
	view_free(v);
	free(b);
}

int
main(void)
{
	char path[64];

	ok(mkdtemp(dir) != NULL, "%s", dir);
	test_no_engine();
	test_changes();
	test_monkey(1);
	test_monkey(2);
	str_format(path, sizeof(path), "%s/board", dir);
	unlink(path);
	rmdir(dir);
	return done_testing();
}
