/* SPDX-License-Identifier: MIT */
/*
 * Who gets a key: pastes, small windows, lines, forms with a real control
 * socket; what the viewer is told when there is no engine to ask; and a monkey
 * with random keys, sizes and boards.
 */
#include "ui/view.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boards.h"
#include "fake_control.h"
#include "tap.h"
#include "ui/verbs.h"

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

/* Fewer frames: it is woken for those that will be drawn. */
static void
test_fps(void)
{
	struct board *b = xcalloc(1, sizeof(*b)), *m = board_create(dir);
	struct view_opts o = { .run_dir = dir, .fps = 4 };
	struct view *v = view_new(&o);
	int64_t t = now_read().mono_ns, from = t, wake;
	int frames = 0, looks = 0;

	boards_make(b, BOARDS_NOW);
	board_publish(m, b, t);
	wake = t;
	for (; t < from + 4 * NS_PER_S; t += NS_PER_MS) {
		if ((t - from) % (NS_PER_S / 10) == 0)
			board_publish(m, b, t);
		if (t < wake)
			continue;
		looks++;
		frames += view_tick(v, t);
		wake = view_due_ns(v, t);
	}
	ok(frames >= 12 && frames <= 17, "4 frames a second: %d in 4 s",
	    frames);
	ok(looks <= frames + 4, "and not many more looks: %d", looks);
	board_close(m);
	view_free(v);
	free(b);
}

static void
type(struct view *v, const char *s, int64_t t)
{
	for (; *s != '\0'; s++)
		view_key(v, (unsigned char)*s, t);
}

/* What was sent, as text; "" nothing since asked last. */
static const char *
sent(struct view *v)
{
	static char text[400];
	const json_t *o = view_sent(v);
	char *s = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;

	str_copy(text, sizeof(text), s != NULL ? s : "");
	free(s);
	return text;
}

/* A paste is text: its lines are one line, and nothing in it acts. */
static void
test_paste(struct view *v, struct canvas *c)
{
	int64_t t = NS_PER_S;

	view_key(v, UIK_PASTE, t);
	type(v, "!y\nQy\n", t);
	view_key(v, UIK_PASTE_END, t);
	ok(*sent(v) == '\0' && !view_ended(v),
	    "a paste over a pane does nothing");
	type(v, ":did block ", t);
	view_key(v, UIK_PASTE, t);
	type(v, "\n+13055550100\r\n+13055550101\n", t);
	view_key(v, UIK_PASTE_END, t);
	ok(*sent(v) == '\0', "no line's end in it sends anything");
	view_key(v, UIK_ENTER, t);
	ok(strstr(sent(v), "\"+13055550100\",\"+13055550101\"]") != NULL,
	    "a column of numbers is a list of numbers");
	type(v, ":did block", t);
	view_key(v, UIK_PASTE, t);
	for (int i = 0; i < 60; i++)
		type(v, "\n+13055550100", t);
	view_key(v, UIK_PASTE_END, t);
	view_draw(v, c, t);
	ok(shows(c, "the line is full"), "what has no room is told");
	view_key(v, UIK_ESC, t);
	/* an end that never comes */
	view_key(v, UIK_PASTE, t);
	view_key(v, 'q', t + NS_PER_S);
	ok(!view_ended(v), "still pasting");
	view_key(v, ':', t + 20 * NS_PER_S);
	type(v, "cps 7\n", t + 20 * NS_PER_S);
	ok(strstr(sent(v), "\"7\"") != NULL, "a paste without an end is over");
}

/* Where a key's effect cannot be seen it has none. */
static void
test_small(struct view *v, struct canvas *c)
{
	const struct keys_mouse click = { .y = 2, .x = 20 };
	int64_t t = 30 * NS_PER_S;

	canvas_resize(c, 10, 60);
	view_draw(v, c, t);
	type(v, "+ X!y", t);
	view_mouse(v, &click, t);
	canvas_resize(c, 24, 80);
	view_draw(v, c, t);
	ok(*sent(v) == '\0' && shows(c, "1Overview"),
	    "too small a window: no key acts");
	for (int rows = 1; rows < 30; rows += 7)
		for (int cols = 1; cols < 100; cols += 13) {
			canvas_resize(c, rows, cols);
			view_draw(v, c, t);
			view_key(v, '?', t);
		}
	canvas_resize(c, 500, 1000);
	view_draw(v, c, t);
	canvas_resize(c, 24, 80);
	view_key(v, UIK_ESC, t);
	view_draw(v, c, t);
	ok(shows(c, "1Overview"), "from 1x1 to 500x1000");
}

static void
test_lines(struct view *v, struct canvas *c, struct board *b)
{
	const struct keys_mouse wheel = {
		.y = 9, .x = 9, .what = MOUSE_WHEEL_UP
	};
	int64_t t = 40 * NS_PER_S;

	view_wants_repaint(v);
	view_key(v, '!', t);
	view_key(v, UIK_CTRL('l'), t);
	ok(view_wants_repaint(v), "Ctrl-L paints also where a question stands");
	view_key(v, 'n', t);
	type(v, ":cps", t);
	view_mouse(v, &wheel, t);
	view_draw(v, c, t);
	ok(shows(c, "cps"), "a wheel recalls no commands");
	view_key(v, UIK_ESC, t);
	type(v, "/usa\n/", t);
	for (int i = 0; i < 4; i++)
		view_key(v, UIK_BACKSPACE, t);
	view_draw(v, c, t);
	ok(shows(c, "mexico-cobranza"), "an emptied filter is none");
	type(v, "/zzz\n/", t);
	view_key(v, UIK_ESC, t);
	view_draw(v, c, t);
	ok(!shows(c, "mexico-cobranza"), "Esc puts it back as it was");
	view_key(v, UIK_ESC, t);
	type(v, ":campaign stop usa-morning\n", t);
	view_draw(v, c, t);
	ok(shows(c, "of its") && *sent(v) == '\0',
	    "a command that cannot be undone asks, with figures");
	view_key(v, 'y', t);
	ok(strstr(sent(v), "\"stop\",\"usa-morning\"") != NULL, "yes");
	view_tell(v, false,
	    "one line that is much longer than a screen of eighty columns can "
	    "show at once, and whose last words say what is to be DONE NOW");
	view_draw(v, c, t);
	ok(shows(c, "DONE NOW"), "a long refusal is read to its end");
	view_tell(v, true,
	    "first line\nsecond line that is much longer than a screen of "
	    "eighty columns can show at once, up to its END HERE");
	type(v, ":", t); /* closes the text */
	type(v, ":", t);
	view_tell(v, true, "first LINE\nsecond");
	view_draw(v, c, t);
	ok(!shows(c, "first LINE"), "a text waits while a line is typed");
	view_key(v, UIK_ESC, t);
	view_draw(v, c, t);
	ok(shows(c, "first LINE"), "... and is there then");
	view_key(v, UIK_ESC, t);
	(void)b;
}

static void
test_fixed(void)
{
	struct board *b = xcalloc(1, sizeof(*b));
	struct canvas *c = canvas_new(24, 80);
	struct view *v;

	boards_make(b, BOARDS_NOW);
	v = view_fixed(feed_fixed(b), COMMAND_ADMIN);
	view_draw(v, c, NS_PER_S);
	test_paste(v, c);
	test_small(v, c);
	test_lines(v, c, b);
	view_free(v);
	v = view_fixed(feed_fixed(b), COMMAND_VIEWER);
	type(v, "+= !y\nQy", NS_PER_S);
	type(v, ":cps 9\n:campaign stop usa-morning\ny:stop\ny", NS_PER_S);
	ok(*sent(v) == '\0', "a viewer sends nothing");
	view_free(v);
	canvas_free(c);
	free(b);
}

/* Answer what waits, if anything does; its cmd. */
static const char *
serve(struct view *v, int l, const char *reply, int64_t *t)
{
	static char cmd[32];
	json_t *o;
	char *text;
	int conn;

	view_tick(v, *t += NS_PER_MS);
	text = control_take(l, 0, &conn);
	o = json_loads(text, 0, NULL);
	str_copy(cmd, sizeof(cmd), "");
	if (o != NULL)
		str_copy(cmd, sizeof(cmd),
		    json_string_value(json_object_get(o, "cmd")));
	json_decref(o);
	free(text);
	if (conn >= 0)
		control_reply(conn, reply);
	view_tick(v, *t += NS_PER_MS);
	return cmd;
}

#define OBJECT(cps)                                                            \
	"{\"ok\":true,\"data\":[{\"name\":\"usa-morning\",\"max_cps\":" cps    \
	",\"dial_timeout\":37}]}"

static void
test_form(void)
{
	struct board *b = xcalloc(1, sizeof(*b)), *m = board_create(dir);
	struct view *v = make_view(dir);
	struct canvas *c = canvas_new(40, 120);
	int64_t t = now_read().mono_ns;
	int l = control_listen(dir);

	boards_make(b, BOARDS_NOW);
	board_publish(m, b, t);
	view_tick(v, t);
	view_draw(v, c, t);
	view_edit(v, "campaign", "usa-morning");
	ok(strcmp(serve(v, l, OBJECT("21.5"), &t), "show") == 0, "asked for");
	view_draw(v, c, t);
	ok(shows(c, "21.5"), "a form, as it stands");
	view_key(v, UIK_ESC, t);
	view_edit(v, "campaign", "usa-morning");
	view_draw(v, c, t);
	ok(!shows(c, "21.5"), "again: not as it stood");
	serve(v, l, OBJECT("18.5"), &t);
	view_draw(v, c, t);
	ok(shows(c, "18.5"), "... but as it stands now");
	view_key(v, UIK_ESC, t);
	/* saved while one is impatient */
	view_create(v, "campaign", "");
	serve(v, l, OBJECT("18.5"), &t);
	type(v, "fresh-one", t);
	view_key(v, UIK_CTRL('s'), t);
	view_key(v, UIK_CTRL('s'), t);
	view_key(v, UIK_CTRL('s'), t);
	ok(strcmp(serve(v, l, "{\"ok\":false,\"text\":\"SUCH A NAME\"}", &t),
	       "set") == 0,
	    "saved");
	ok(strcmp(serve(v, l, OBJECT("1"), &t), "set") != 0,
	    "three presses save once");
	view_draw(v, c, t);
	ok(shows(c, "SUCH A NAME") && shows(c, "fresh-one"),
	    "refused: the form stays, and says why");
	/* left while it is being saved: the answer is not another form's */
	view_key(v, UIK_CTRL('s'), t);
	view_key(v, UIK_ESC, t);
	view_create(v, "campaign", "");
	type(v, "other", t);
	serve(v, l, "{\"ok\":true,\"text\":\"created\"}", &t);
	view_draw(v, c, t);
	ok(shows(c, "other") && shows(c, "created"),
	    "another form is not closed by it");
	view_key(v, UIK_ESC, t);
	view_key(v, 'y', t);
	/* whoever goes on does not get a form under the fingers */
	view_free(v);
	v = make_view(dir);
	view_tick(v, t);
	view_edit(v, "campaign", "usa-morning");
	view_draw(v, c, t);
	ok(shows(c, "being asked"), "it is being asked");
	view_key(v, '2', t);
	serve(v, l, OBJECT("19.5"), &t);
	view_draw(v, c, t);
	ok(!shows(c, "19.5"), "... and not wanted any more");
	view_free(v);
	close(l);
	board_close(m);
	canvas_free(c);
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
	test_fps();
	test_fixed();
	test_form();
	test_monkey(1);
	test_monkey(2);
	str_format(path, sizeof(path), "%s/board", dir);
	unlink(path);
	str_format(path, sizeof(path), "%s/control", dir);
	unlink(path);
	rmdir(dir);
	return done_testing();
}
