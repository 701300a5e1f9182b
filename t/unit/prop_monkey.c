/* SPDX-License-Identifier: MIT */
/*
 * A monkey at the console: random keys, clicks, pastes, sizes, boards, roles
 * and answers.  Whatever it does, a terminal that was sent nothing but the
 * differences shows what a fresh repaint shows.  MONKEY_KEYS=N, MONKEY_SEED=N.
 */
#include "ui/view.h"

#include <stdlib.h>
#include <string.h>

#include "boards.h"
#include "boards_rows.h"
#include "shared/text.h"
#include "tap.h"
#include "ui/canvas_vt.h"
#include "vterms.h"

#define DIDS    3000
#define CALLS   300
#define AGENTS  60
#define SECONDS 4000

static struct board *b;
static struct row_did *dids;
static struct row_call *calls;
static struct row_agent *agents;
static struct board_second *day;

static int64_t
setting(const char *name, int64_t def)
{
	const char *s = getenv(name);
	int64_t n = def;

	if (s != NULL)
		str_int64(s, 1, INT64_MAX, &n);
	return n;
}

/* Answers of any shape: what the engine would say, nothing, nonsense. */
static json_t *
answer(struct rng *r)
{
	static const char *const shapes[] = { "[]", "{}", "[{\"name\":\"x\"}]",
		"{\"dispositions\":{\"busy\":3},\"recycle\":[{\"at\":\"x\","
		"\"contacts\":-1}],\"dids\":{\"used\":\"y\",\"top\":[1]}}",
		"{\"hours\":[1,2,3],\"calls\":[{\"at\":null}],\"why\":[7]}",
		"{\"lines\":[{\"at\":\"2026-11-20T10:00:00Z\",\"actor\":\"m\"}]}",
		"{\"tests\":[{\"id\":1,\"result\":{\"targets\":[{}]}}]}",
		"[{\"name\":\"mexico\",\"connect_key\":\"3\","
		"\"destination\":\"queue:sales\",\"menu_timeout\":15}]",
		"{\"calls\":[{\"id\":\"a\",\"number\":\"+521\",\"state\":5}]}",
		"\"text\"", "7" };

	return json_loads(
	    shapes[rng_below(r, nitems(shapes))], JSON_DECODE_ANY, NULL);
}

static void
answer_some(struct feed *f, struct rng *r)
{
	static const char *const asked[] = { "{\"cmd\":\"show\",\"args\":"
					     "[\"context\"]}",
		"{\"cmd\":\"details\",\"args\":[\"campaign\",\"usa-morning\"]}",
		"{\"cmd\":\"audit\",\"args\":[\"list\"],\"limit\":500}",
		"{\"cmd\":\"loadtest\",\"args\":[\"results\"]}",
		"{\"cmd\":\"show\",\"args\":[\"campaign\",\"usa-morning\"]}",
		"{\"cmd\":\"show\",\"args\":[\"country\",\"usa\"]}" };

	feed_set_doc(f, json_loads(asked[rng_below(r, nitems(asked))], 0, NULL),
	    answer(r));
}

static uint32_t
random_key(struct rng *r)
{
	static const char usual[] = "1234567890jkhlsSgG/e:?[]zwvxdtcnbuBUaA";

	switch (rng_below(r, 8)) {
	case 0:
		return UIK_FIRST + (uint32_t)rng_below(r, 30);
	case 1:
		return (uint32_t)rng_below(r, 32);
	case 2:
		/* not the signs about whose width Unicode changed its mind */
		return (uint32_t)rng_below(r, 0x600);
	case 3:
		return 32 + (uint32_t)rng_below(r, 95);
	case 4:
		return UIK_ENTER;
	case 5:
		return UIK_ESC;
	default:
		return (unsigned char)usual[rng_below(r, sizeof(usual) - 1)];
	}
}

static struct feed *
make_feed(void)
{
	struct feed *f = feed_fixed(b);

	feed_set_dids(f, dids, DIDS);
	feed_set_calls(f, calls, CALLS);
	feed_set_agents(f, agents, AGENTS);
	feed_set_seconds(f, day, SECONDS);
	return f;
}

static void
change_world(struct feed *f, struct rng *r, int i)
{
	static const char *const how[] = { "normal", "hostile", "brake",
		"empty", "dbaway", "switchdown" };

	boards_make(b, BOARDS_NOW + i * 1000);
	boards_spoil(b, how[rng_below(r, nitems(how))]);
	feed_set_state(f,
	    rng_below(r, 12) == 0  ? BOARD_OFFLINE
	    : rng_below(r, 8) == 0 ? BOARD_STALE
				   : BOARD_LIVE,
	    (int64_t)rng_below(r, 100000));
	feed_set_dids(f, dids, (size_t)rng_below(r, DIDS + 1));
	feed_set_calls(f, calls, (size_t)rng_below(r, CALLS + 1));
	feed_set_agents(f, agents, (size_t)rng_below(r, AGENTS + 1));
	answer_some(f, r);
}

struct screen {
	struct term t;
	struct canvas *shown, *next;
	struct canvas_vt vt;
};

static void
screen_size(struct screen *s, int rows, int cols)
{
	if (s->t.vt != NULL)
		vterm_free(s->t.vt);
	term_open(&s->t, rows, cols);
	canvas_resize(s->next, rows, cols);
	canvas_free(s->shown);
	s->shown = NULL;
}

/* Cells in which two terminals differ. */
static int
unlike(const struct term *a, const struct term *b_, int rows, int cols)
{
	VTermScreenCell p, q;
	int bad = 0;

	for (int y = 0; y < rows; y++)
		for (int x = 0; x < cols; x++) {
			VTermPos at = { y, x };

			vterm_screen_get_cell(a->s, at, &p);
			vterm_screen_get_cell(b_->s, at, &q);
			if (memcmp(p.chars, q.chars, sizeof(p.chars)) != 0 ||
			    p.attrs.bold != q.attrs.bold ||
			    p.attrs.reverse != q.attrs.reverse ||
			    !vterm_color_is_equal(&p.fg, &q.fg) ||
			    !vterm_color_is_equal(&p.bg, &q.bg))
				bad++;
		}
	return bad;
}

/*
 * Does a terminal that was painted afresh show the same?  (Where the two of
 * us disagree about the width of a rare sign, both do so alike.)
 */
static int
unlike_fresh(struct screen *s)
{
	struct buf out = BUF_INIT;
	struct term fresh;
	int bad, rows = canvas_rows(s->next), cols = canvas_cols(s->next);

	term_open(&fresh, rows, cols);
	canvas_vt_diff(&out, &s->vt, NULL, s->next);
	vterm_input_write(fresh.vt, out.p, out.len);
	buf_clear(&out);
	bad = unlike(&s->t, &fresh, rows, cols);
	vterm_free(fresh.vt);
	return bad;
}

/* Differences only; how many cells are wrong. */
static int
screen_show(struct screen *s, struct view *v, int64_t t)
{
	struct buf out = BUF_INIT;
	int bad;

	s->vt.theme = view_theme(v);
	if (view_wants_repaint(v)) {
		canvas_free(s->shown);
		s->shown = NULL;
	}
	view_draw(v, s->next, t);
	canvas_vt_diff(&out, &s->vt, s->shown, s->next);
	if (out.len > 0)
		vterm_input_write(s->t.vt, out.p, out.len);
	buf_clear(&out);
	if (s->shown == NULL)
		s->shown =
		    canvas_new(canvas_rows(s->next), canvas_cols(s->next));
	canvas_copy(s->shown, s->next);
	bad = differences(&s->t, s->next, &s->vt, true);
	return bad > 0 ? unlike_fresh(s) : 0;
}

static void
one_key(struct view *v, struct rng *r, const struct canvas *c, int64_t t)
{
	struct keys_mouse m;

	switch (rng_below(r, 30)) {
	case 0:
		view_key(v, UIK_PASTE, t);
		for (int i = 0; i < 20; i++)
			view_key(v, random_key(r), t);
		view_key(v, UIK_PASTE_END, t);
		break;
	case 1:
	case 2:
		m.y = (int)rng_below(r, (uint64_t)canvas_rows(c) + 2);
		m.x = (int)rng_below(r, (uint64_t)canvas_cols(c) + 2);
		m.what = rng_below(r, 4);
		view_mouse(v, &m, t);
		break;
	default:
		view_key(v, random_key(r), t);
		break;
	}
}

static void
monkey(uint64_t seed, int keys)
{
	struct screen s = { .vt = { .depth = DEPTH_256 } };
	struct feed *f = make_feed();
	struct view *v = view_fixed(f, COMMAND_ADMIN);
	int drawn = 0, bad = 0, started = 1;
	int64_t t = NS_PER_S;
	struct rng r;

	s.next = canvas_new(24, 80);
	screen_size(&s, 24, 80);
	rng_seed(&r, seed);
	boards_make(b, BOARDS_NOW);
	for (int i = 0; i < keys; i++) {
		one_key(v, &r, s.next, t);
		if (view_ended(v)) {
			view_free(v);
			f = make_feed();
			v = view_fixed(
			    f, COMMAND_VIEWER +
				   (enum command_role)rng_below(&r, 4));
			canvas_free(s.shown);
			s.shown = NULL;
			vterm_screen_reset(s.t.s, 1);
			started++;
		}
		if (i % 61 == 0)
			change_world(f, &r, i);
		if (i % 503 == 0)
			screen_size(&s, 5 + (int)rng_below(&r, 90),
			    20 + (int)rng_below(&r, 260));
		t += (int64_t)rng_below(&r, 300) * NS_PER_MS;
		if (!view_tick(v, t) || i % 7 != 0)
			continue;
		bad += screen_show(&s, v, t) > 0;
		drawn++;
	}
	ok(bad == 0 && drawn > keys / 20,
	    "%d keys, %d screens, %d consoles, %d wrong (seed %d)", keys, drawn,
	    started, bad, (int)seed);
	vterm_free(s.t.vt);
	canvas_free(s.shown);
	canvas_free(s.next);
	view_free(v);
}

int
main(void)
{
	int64_t keys = setting("MONKEY_KEYS", 12000);
	int64_t seed = setting("MONKEY_SEED", 1);

	b = xcalloc(1, sizeof(*b));
	dids = xcalloc(DIDS, sizeof(*dids));
	calls = xcalloc(CALLS, sizeof(*calls));
	agents = xcalloc(AGENTS, sizeof(*agents));
	day = xcalloc(SECONDS, sizeof(*day));
	boards_dids(dids, DIDS);
	boards_calls(calls, CALLS);
	boards_agents(agents, AGENTS);
	boards_seconds(day, SECONDS);
	monkey((uint64_t)seed, (int)keys);
	free(b);
	free(dids);
	free(calls);
	free(agents);
	free(day);
	return done_testing();
}
