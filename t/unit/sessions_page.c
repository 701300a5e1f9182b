/* SPDX-License-Identifier: MIT */
/*
 * Who is attached: the page at three sizes, what its keys send, what people
 * say to all, and questions whose no is an answer.  SCREENS=1 prints the
 * screens.
 */
#include "ui/sessions_page.h"

#include <string.h>
#include <unistd.h>

#include "boards.h"
#include "screens.h"
#include "shared/lang.h"
#include "tap.h"
#include "ui/verbs.h"
#include "ui/view.h"

static struct board *b;
static struct feed *feed;
static struct view *v;
static struct row_session rows[6];

static void
put(size_t i, uint64_t id, const char *user, const char *role, const char *from,
    const char *what, int ago_s, int idle_s)
{
	struct row_session *s = &rows[i];

	memset(s, 0, sizeof(*s));
	s->id = id;
	s->pid = 1000000 + (int)id;
	s->console = strncmp(what, "console", 7) == 0;
	str_copy(s->user, sizeof(s->user), user);
	str_copy(s->role, sizeof(s->role), role);
	str_copy(s->from, sizeof(s->from), from);
	str_copy(s->what, sizeof(s->what), what);
	s->since_ms = b->now_ms - ago_s * MS_PER_S;
	s->key_ms = b->now_ms - idle_s * MS_PER_S;
}

static void
begin(size_t n)
{
	boards_make(b, BOARDS_NOW);
	put(0, 7, "maria", "supervisor", "10.0.0.7", "console 120x40, DIDs",
	    7200, 3);
	memset(&rows[1], 0, sizeof(rows[1])); /* a free slot */
	put(2, 3, "ana", "admin", "192.168.110.24",
	    "console 200x60, Who is attached", 9000, 0);
	put(3, 12, "omar", "operator", "2001:db8:aaaa:bbbb::1",
	    "console 80x24, looks at maria", 500, 400);
	put(4, 13, "vera", "viewer", "10.0.0.9", "import contacts", 20, 20);
	rows[2].pid = getpid();
	rows[0].watch = ROW_WATCH_GRANTED;
	rows[0].watch_pid = rows[3].pid;
	str_copy(rows[0].watch_by, 32, "omar");
	rows[3].watch = ROW_WATCH_ASKED;
	str_copy(rows[3].watch_by, 32, "jorge");
	str_copy(rows[4].campaigns, 64, "usa-morning");
	feed = feed_fixed(b);
	feed_set_sessions(feed, rows, n);
	v = view_fixed(feed, COMMAND_ADMIN);
	view_tick(v, NS_PER_S);
}

static void
draw(struct canvas *c)
{
	struct buf s;

	view_tick(v, 2 * NS_PER_S);
	view_draw(v, c, 2 * NS_PER_S);
	if (getenv("SCREENS") == NULL)
		return;
	s = screen(c);
	printf("%s", buf_cstr(&s));
	buf_clear(&s);
}

static void
type(const char *s)
{
	for (; *s != '\0'; s++)
		view_key(v, (unsigned char)*s, 2 * NS_PER_S);
}

static const char *
sent(void)
{
	static char text[400];
	const json_t *o = view_sent(v);
	char *s = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;

	str_copy(text, sizeof(text), s != NULL ? s : "");
	free(s);
	return text;
}

static void
test_sizes(void)
{
	static const int sizes[][2] = { { 24, 80 }, { 40, 120 }, { 60, 200 } };
	struct buf s;

	begin(5);
	type("W");
	for (size_t i = 0; i < nitems(sizes); i++) {
		struct canvas *c = canvas_new(sizes[i][0], sizes[i][1]);
		const char *p, *q;

		draw(c);
		ok(shows(c, "Attached over SSH"), "%dx%d", sizes[i][1],
		    sizes[i][0]);
		ok(shows(c, "maria") && shows(c, "ana (you)"), "who");
		ok(shows(c, "10.0.0.7"), "from where");
		ok(shows(c, "6 min"), "how long without a key");
		ok(shows(c, "120x40, DIDs") && shows(c, "import contact"),
		    "doing what");
		ok(shows(c, "jorge asks") && shows(c, "Watched by"),
		    "watched by whom");
		s = screen(c);
		p = strstr(buf_cstr(&s), "ana (you)");
		q = strstr(buf_cstr(&s), "vera");
		ok(p != NULL && q != NULL && p < q, "the oldest first");
		buf_clear(&s);
		if (i > 0)
			ok(shows(c, "supervisor"), "their roles");
		if (i == 2)
			ok(shows(c, "usa-morning"), "their campaigns");
		ok(screen_clean(c), "clean");
		canvas_free(c);
	}
	view_free(v);
}

static void
test_empty(void)
{
	struct canvas *c = canvas_new(24, 80);

	begin(0);
	type("W");
	draw(c);
	ok(shows(c, "nobody is attached over SSH"), "nobody");
	type("wx");
	draw(c);
	ok(shows(c, "there is no session here") && *sent() == '\0',
	    "nothing is sent about nobody");
	view_key(v, UIK_ESC, 2 * NS_PER_S);
	draw(c);
	ok(!shows(c, "Attached over SSH"), "Esc closes it");
	type("4W");
	draw(c);
	ok(shows(c, "Attached over SSH"), "over any pane");
	type("2");
	draw(c);
	ok(!shows(c, "Attached over SSH") && shows(c, "Campaigns"),
	    "another pane closes it");
	canvas_free(c);
	view_free(v);
}

static void
test_keys(void)
{
	struct canvas *c = canvas_new(40, 120);

	begin(5);
	type("W");
	draw(c);
	type("w");
	draw(c);
	ok(shows(c, "this is your own screen"), "not one's own screen");
	view_key(v, UIK_DOWN, 2 * NS_PER_S);
	type("x");
	draw(c);
	ok(shows(c, "End this session?") && shows(c, "maria from 10.0.0.7"),
	    "x asks");
	type("y");
	ok(strcmp(sent(), "{\"cmd\":\"session\",\"args\":[\"kill\",\"7\"]}") ==
		0,
	    "and ends it");
	type("w");
	draw(c);
	ok(shows(c, "over SSH only") && *sent() == '\0',
	    "a local console cannot look");
	view_key(v, UIK_END, 2 * NS_PER_S);
	type("w");
	draw(c);
	ok(shows(c, "it has no screen"), "a verb has no screen");
	type("bbreak at six");
	view_key(v, UIK_ENTER, 2 * NS_PER_S);
	ok(strcmp(sent(),
	       "{\"cmd\":\"session\",\"args\":[\"say\",\"break at six\"]}") ==
		0,
	    "b says something to all");
	type("b");
	for (int i = 0; i < 13; i++)
		type("0123456789");
	view_key(v, UIK_ENTER, 2 * NS_PER_S);
	draw(c);
	ok(*sent() == '\0' && shows(c, "too long"), "within limits");
	type(":session say two  words");
	view_key(v, UIK_ENTER, 2 * NS_PER_S);
	ok(strcmp(sent(),
	       "{\"cmd\":\"session\",\"args\":[\"say\",\"two words\"]}") == 0,
	    "the line, too");
	type(":session watch 7");
	view_key(v, UIK_ENTER, 2 * NS_PER_S);
	ok(*sent() == '\0', "which does not look either");
	type("/vera");
	view_key(v, UIK_ENTER, 2 * NS_PER_S);
	draw(c);
	ok(shows(c, "vera") && !shows(c, "maria "), "a filter");
	rows[2].watch = ROW_WATCH_GRANTED;
	str_copy(rows[2].watch_by, 32, "omar");
	view_key(v, UIK_ESC, 2 * NS_PER_S);
	view_key(v, UIK_HOME, 2 * NS_PER_S);
	type("wy");
	ok(strcmp(sent(),
	       "{\"cmd\":\"session\",\"args\":[\"consent\",\"3\",\"no\"]}") ==
		0,
	    "a yes can be taken back");
	canvas_free(c);
	view_free(v);
}

static void
say(uint64_t id, int after_ms, const char *text)
{
	memmove(&b->messages[1], &b->messages[0],
	    (BOARD_MESSAGES - 1) * sizeof(b->messages[0]));
	b->messages[0] =
	    (struct board_message){ .id = id, .at_ms = b->now_ms + after_ms };
	str_copy(b->messages[0].from, 32, "maria");
	str_copy(b->messages[0].text, 128, text);
}

static void
test_said(void)
{
	struct canvas *c = canvas_new(24, 80);
	int64_t t = NS_PER_S;

	begin(5);
	view_free(v);
	say(4, -1000, "of yesterday");
	feed = feed_fixed(b);
	v = view_fixed(feed, COMMAND_VIEWER);
	view_tick(v, t);
	view_draw(v, c, t);
	ok(!shows(c, "of yesterday"), "what was said before is not news");
	for (uint64_t i = 1; i <= 5; i++) {
		char text[32];

		str_format(text, sizeof(text), "line %d of it", (int)i);
		say(10 + i, (int)i, text);
	}
	ok(view_tick(v, t), "something to draw");
	view_draw(v, c, t);
	ok(shows(c, "maria says: line 1 of it") && shows(c, "line 3 of it"),
	    "three at once");
	ok(!shows(c, "line 4 of it"), "the others wait");
	view_tell(v, false, "something else");
	view_tick(v, t + 8 * NS_PER_S);
	view_draw(v, c, t + 8 * NS_PER_S);
	ok(shows(c, "line 2 of it"), "8 seconds later they still stand");
	view_tick(v, t + 10 * NS_PER_S);
	view_tick(v, t + 10 * NS_PER_S);
	view_draw(v, c, t + 10 * NS_PER_S);
	ok(shows(c, "line 4 of it") && shows(c, "line 5 of it"),
	    "then the others come");
	view_tick(v, t + 30 * NS_PER_S);
	view_draw(v, c, t + 30 * NS_PER_S);
	ok(!shows(c, "maria says"), "each once");
	/* another engine: its ids begin anew, the time does not */
	b->now_ms += 60000;
	memset(b->messages, 0, sizeof(b->messages));
	say(1, 0, "of another engine");
	view_tick(v, t + 31 * NS_PER_S);
	view_draw(v, c, t + 31 * NS_PER_S);
	ok(shows(c, "of another engine"), "also of another engine");
	canvas_free(c);
	view_free(v);
}

static json_t *
answer(const char *word)
{
	return verbs_request("session", "consent", word);
}

static void
test_consent(void)
{
	struct canvas *c = canvas_new(24, 80);
	int64_t t = 5 * NS_PER_S;

	begin(5);
	view_tick(v, t);
	type(":");
	ok(!view_consent(v, "May ana look?", "ana asks", NULL, NULL),
	    "nobody is asked who types");
	view_key(v, UIK_ESC, t);
	ok(view_consent(
	       v, "May ana look?", "ana asks", answer("yes"), answer("no")),
	    "asked");
	ok(!view_consent(v, "Again?", "", NULL, NULL), "not twice");
	view_draw(v, c, t);
	ok(shows(c, "May ana look?"), "seen");
	view_key(v, 'y', t + NS_PER_MS);
	ok(*sent() == '\0' && view_asks(v),
	    "a key that was on its way is no answer");
	view_key(v, 'y', t + NS_PER_S);
	ok(strstr(sent(), "\"yes\"") != NULL && !view_asks(v), "yes");
	view_tick(v, t + 2 * NS_PER_S);
	view_consent(
	    v, "May ana look?", "ana asks", answer("yes"), answer("no"));
	view_key(v, 'q', t + 3 * NS_PER_S);
	ok(strstr(sent(), "\"no\"") != NULL, "no is said, too");
	view_key(v, 'q', t + 3100 * NS_PER_MS);
	ok(!view_ended(v), "and pressed twice it is said once");
	view_tick(v, t + 3500 * NS_PER_MS);
	view_consent(
	    v, "May ana look?", "ana asks", answer("yes"), answer("no"));
	view_consent_over(v);
	ok(!view_asks(v) && *sent() == '\0', "nobody waits any more");
	view_key(v, 'q', t + 3900 * NS_PER_MS);
	ok(!view_ended(v), "an answer that comes too late does nothing else");
	view_key(v, 'q', t + 5 * NS_PER_S);
	ok(view_ended(v), "a while later q is q");
	canvas_free(c);
	view_free(v);
}

/* Over another's screen: what is pasted there is for nobody. */
static void
test_skips(void)
{
	int64_t t = 5 * NS_PER_S;

	begin(5);
	view_tick(v, t);
	ok(!view_skips(v, 'q', t), "a key is a key");
	ok(view_skips(v, UIK_PASTE, t), "a paste begins");
	ok(view_skips(v, 'q', t), "its q does not end anything");
	view_key(v, '!', t);
	view_key(v, 'y', t);
	ok(*sent() == '\0' && !view_asks(v),
	    "nor does the rest of it, when the picture has gone meanwhile");
	ok(view_skips(v, UIK_PASTE_END, t), "until its end");
	ok(!view_skips(v, 'q', t), "then a key is a key again");
	ok(view_skips(v, UIK_CTRL('l'), t) && view_wants_repaint(v),
	    "C-l paints anew there, too");
	view_skips(v, UIK_PASTE, t);
	ok(!view_skips(v, 'q', t + 20 * NS_PER_S),
	    "a paste without an end is over");
	view_free(v);
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	lang_set("en");
	test_sizes();
	test_empty();
	test_keys();
	test_said();
	test_consent();
	test_skips();
	free(b);
	return done_testing();
}
