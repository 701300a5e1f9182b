/* SPDX-License-Identifier: MIT */
/*
 * The feed over a real run directory: board and rows as an engine writes
 * them, answers of a small control socket, and the engine going and coming.
 */
#include "ui/feed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "boards.h"
#include "fake_control.h"
#include "shared/scope.h"
#include "tap.h"
#include "ui/verbs.h"

static char dir[] = "/tmp/dsc-feed.XXXXXX";
static struct board *b;
static int64_t t; /* the time of the test, in ns */

static json_t *
ask(const char *what)
{
	return verbs_request("details", "did", what);
}

/* One look, a tenth of a second later. */
static bool
look(struct feed *f)
{
	t += NS_PER_S / 10;
	return feed_look(f, t);
}

/* The engine answers the one question that waits; its args[1], or "". */
static const char *
serve(struct feed *f, int l, const char *reply)
{
	static char asked[64];
	json_t *o;
	char *text;
	int conn;

	look(f); /* connects and sends */
	text = control_take(l, 0, &conn);
	o = json_loads(text, 0, NULL);
	str_copy(asked, sizeof(asked), "");
	if (o != NULL)
		str_copy(asked, sizeof(asked),
		    json_string_value(
			json_array_get(json_object_get(o, "args"), 1)));
	json_decref(o);
	free(text);
	if (conn >= 0)
		control_reply(conn, reply);
	look(f);
	return asked;
}

static void
test_board(void)
{
	struct feed *f = feed_new(dir);
	struct board *m;

	look(f);
	ok(feed_state(f) == BOARD_OFFLINE && feed_fd(f, &(short){ 0 }) < 0,
	    "nothing there: offline");
	m = board_create(dir);
	ok(!look(f) || feed_state(f) == BOARD_OFFLINE,
	    "a board that says nothing yet");
	boards_make(b, BOARDS_NOW);
	board_publish(m, b, t);
	ok(look(f) && feed_state(f) == BOARD_LIVE &&
		strcmp(feed_board(f)->node, b->node) == 0,
	    "published: live");
	ok(!feed_look(f, t), "nothing new: nothing to draw");
	t += 2 * NS_PER_S;
	ok(feed_look(f, t) && feed_state(f) == BOARD_STALE &&
		feed_age_ms(f) >= 2000,
	    "silent: stale since %d ms", (int)feed_age_ms(f));
	board_publish(m, b, t + 3600 * NS_PER_S);
	board_close(m);
	look(f);
	ok(feed_state(f) == BOARD_STALE && feed_age_ms(f) == 0,
	    "a beat of another clock has no age below 0");
	feed_free(f);
}

/* The engine publishes on while somebody reads. */
static void
test_held(void)
{
	struct feed *f = feed_new(dir);
	struct board *m = board_create(dir);
	const struct board *seen;
	char path[64];

	ok(feed_held(f) && feed_board(f)->started_ms == 0,
	    "before there is any, nothing is overwritten");
	ok(!feed_hold(f, t) && feed_state(f) == BOARD_OFFLINE,
	    "and there is nothing to copy");
	feed_loose(f, t);
	boards_make(b, BOARDS_NOW);
	b->tick = 1;
	board_publish(m, b, t);
	look(f);
	seen = feed_board(f);
	for (b->tick = 2; b->tick <= BOARD_SLOTS; b->tick++)
		board_publish(m, b, t);
	ok(feed_held(f) && feed_board(f) == seen && seen->tick == 1,
	    "three others: it is still the same board");
	board_publish(m, b, t);
	ok(!feed_held(f), "then it is overwritten, and that is seen");
	feed_aim(f, t);
	ok(feed_held(f) && feed_board(f)->tick == BOARD_SLOTS + 1,
	    "aimed at the newest");
	ok(feed_hold(f, t) && feed_board(f)->tick == BOARD_SLOTS + 1, "a copy");
	for (int i = 0; i < 2 * BOARD_SLOTS; i++) {
		b->tick++;
		board_publish(m, b, t);
	}
	look(f);
	ok(feed_held(f) && feed_board(f)->tick == BOARD_SLOTS + 1,
	    "which nobody overwrites");
	feed_loose(f, t);
	ok(feed_held(f) && feed_board(f)->tick == b->tick, "and on");
	board_close(m);
	ok(look(f) && feed_state(f) == BOARD_STALE && feed_board(f)->stopping,
	    "the engine has said that it stops");
	feed_free(f);
	str_format(path, sizeof(path), "%s/board", dir);
	unlink(path);
}

/* A process whose user is limited to a campaign. */
static void
test_scope(void)
{
	struct feed *f = feed_new(dir);
	struct board *m = board_create(dir), *out = xcalloc(1, sizeof(*out));
	struct board_reader *r = board_reader_new(dir);
	const char *name = b->campaigns[1].name;
	const struct board *seen;
	char path[64];

	boards_make(b, BOARDS_NOW);
	ok(b->ncampaigns > 1 && b->nlog > 0, "a board of several campaigns");
	board_publish(m, b, t);
	scope_set(&name, 1);
	look(f);
	seen = feed_board(f);
	ok(feed_state(f) == BOARD_LIVE && seen->ncampaigns == 1 &&
		strcmp(seen->campaigns[0].name, name) == 0 && seen->nlog == 0,
	    "limited: its campaign, and no log");
	for (int i = 0; i < 2 * BOARD_SLOTS; i++)
		board_publish(m, b, t);
	ok(feed_held(f), "a copy is not overwritten");
	ok(look(f) && feed_board(f)->seq == 2 * BOARD_SLOTS + 1,
	    "and is made anew");
	ok(board_read(r, out, t) == BOARD_LIVE && out->ncampaigns == 1 &&
		out->nlog == 0,
	    "who reads a copy gets the same");
	ok(feed_hold(f, t) && feed_board(f)->ncampaigns == 1, "who holds it");
	board_close(m);
	feed_loose(f, t);
	look(f);
	ok(feed_state(f) == BOARD_STALE && feed_board(f)->stopping == 1,
	    "that the engine stops is told");
	scope_set(NULL, 0);
	feed_free(f);
	board_reader_free(r);
	free(out);
	str_format(path, sizeof(path), "%s/board", dir);
	unlink(path);
}

static void
test_rows(void)
{
	struct rows_writer *w = rows_create(dir, ROWS_DIDS, 8, false), *s;
	struct row_did d = { .id = 1, .number = "+13055550100" };
	struct board_second sec = { .sent = 7 }, got;
	struct feed *f = feed_new(dir);
	const struct row_did *rows;
	uint64_t gen;
	int64_t at = BOARDS_NOW / MS_PER_S;

	rows_put(w, 0, &d);
	look(f);
	ok(feed_dids(f, &rows) == 1 && rows[0].id == 1, "a DID");
	gen = feed_gen(f, ROWS_DIDS);
	feed_dids(f, &rows);
	ok(feed_gen(f, ROWS_DIDS) == gen, "unchanged");
	d.id = 2;
	rows_put(w, 1, &d);
	look(f);
	ok(feed_dids(f, &rows) == 1, "not oftener than twice a second");
	t += NS_PER_S;
	ok(feed_look(f, t) && feed_dids(f, &rows) == 2 &&
		feed_gen(f, ROWS_DIDS) > gen,
	    "then it is news");
	feed_looked(f);
	rows_put(w, 2, &d);
	t += NS_PER_S;
	ok(!feed_look(f, t), "what no pane shows is no news");
	rows_close(w);
	/* another engine's file takes its place */
	w = rows_create(dir, ROWS_DIDS, 4, false);
	d.id = 9;
	rows_put(w, 0, &d);
	/* looked for once a second, by the real clock */
	for (int i = 0; i < 60; i++) {
		t += NS_PER_S;
		feed_look(f, t);
		if (feed_dids(f, &rows) == 1)
			break;
		usleep(50000);
	}
	ok(feed_dids(f, &rows) == 1 && rows[0].id == 9, "a new file");
	rows_close(w);
	ok(!feed_second(f, at, &got), "no file of seconds yet");
	s = rows_create(dir, ROWS_SECONDS, ROWS_DAY, false);
	sec.at_s = at;
	rows_put(s, (uint32_t)(at % ROWS_DAY), &sec);
	look(f);
	ok(feed_second(f, at, &got) && got.sent == 7, "a second");
	ok(!feed_second(f, at + ROWS_DAY, &got) && !feed_second(f, 0, &got) &&
		!feed_second(f, -5, &got),
	    "another day's is none");
	rows_close(s);
	feed_free(f);
}

static void
test_answers(void)
{
	struct board *m = board_create(dir);
	struct feed *f = feed_new(dir);
	int l = control_listen(dir);
	const char *why = "x";
	const json_t *data;

	boards_make(b, BOARDS_NOW);
	board_publish(m, b, t);
	look(f);
	ok(feed_doc(f, ask("1"), 60, &why) == NULL && *why == '\0',
	    "a question: it is being asked");
	ok(strcmp(serve(f, l, "{\"ok\":true,\"data\":{\"n\":1}}"), "1") == 0,
	    "the engine has heard it");
	ok(feed_look(f, t), "an answer is news");
	feed_looked(f);
	data = feed_doc(f, ask("1"), 60, &why);
	ok(json_integer_value(json_object_get(data, "n")) == 1, "the answer");
	ok(*serve(f, l, NULL) == '\0', "not asked again at once");
	board_publish(m, b, t += 61 * NS_PER_S);
	look(f);
	data = feed_doc(f, ask("1"), 60, &why);
	ok(json_integer_value(json_object_get(data, "n")) == 1,
	    "too old: shown until the next one is there");
	ok(*serve(f, l,
	       "{\"ok\":false,\"text\":\"no DID 1\\n\",\"data\":null}") == '1',
	    "... and asked again");
	data = feed_doc(f, ask("1"), 60, &why);
	ok(data != NULL && strcmp(why, "no DID 1") == 0, "refused: \"%s\"",
	    why);
	ok(*serve(f, l, NULL) == '\0', "a refusal rests for some seconds");
	board_publish(m, b, t += 4 * NS_PER_S);
	look(f);
	feed_doc(f, ask("1"), 60, NULL);
	serve(f, l, NULL);
	feed_doc(f, ask("1"), 60, &why);
	ok(strstr(why, "hung up") != NULL, "cut: %s", why);
	board_publish(m, b, t += 4 * NS_PER_S);
	look(f);
	feed_doc(f, ask("1"), 60, NULL);
	serve(f, l, "[1]");
	feed_doc(f, ask("1"), 60, &why);
	ok(strstr(why, "no sense") != NULL, "nonsense: %s", why);
	close(l);
	board_publish(m, b, t += 4 * NS_PER_S);
	look(f);
	feed_doc(f, ask("1"), 60, NULL);
	look(f);
	feed_doc(f, ask("1"), 60, &why);
	ok(strstr(why, "no engine") != NULL, "away: %s", why);
	board_close(m);
	feed_free(f);
}

/* A form must not open with what the object was before it was changed. */
static void
test_fresh(void)
{
	struct board *m = board_create(dir);
	struct feed *f = feed_new(dir);
	int l = control_listen(dir);
	json_t *q = ask("5");

	board_publish(m, b, t);
	look(f);
	feed_doc(f, ask("5"), 0, NULL);
	ok(!feed_fresh(f, q), "asked, not answered");
	serve(f, l, "{\"ok\":true,\"data\":{\"n\":1}}");
	ok(feed_fresh(f, q), "answered");
	feed_forget(f);
	ok(!feed_fresh(f, q) && feed_doc(f, ask("5"), 0, NULL) != NULL &&
		!feed_fresh(f, q),
	    "forgotten: the old answer is there, but not fresh");
	/* something is changed while the question is on its way */
	feed_forget(f);
	serve(f, l, "{\"ok\":true,\"data\":{\"n\":2}}");
	ok(!feed_fresh(f, q), "an answer from before the change");
	feed_doc(f, ask("5"), 0, NULL);
	ok(*serve(f, l, "{\"ok\":true,\"data\":{\"n\":3}}") == '5' &&
		feed_fresh(f, q),
	    "... is asked for once more");
	/* another engine */
	board_close(m);
	m = board_create(dir);
	b->started_ms += 60 * MS_PER_S;
	board_publish(m, b, t);
	board_publish(m, b, t);
	look(f);
	ok(feed_state(f) == BOARD_LIVE && !feed_fresh(f, q),
	    "what an engine before this one said is old");
	json_decref(q);
	close(l);
	board_close(m);
	feed_free(f);
}

static void
test_many(void)
{
	struct board *m = board_create(dir);
	struct feed *f = feed_new(dir);
	int l = control_listen(dir), open = 0;
	const json_t *first;
	const char *why;
	char name[16];

	board_publish(m, b, t);
	look(f);
	for (int i = 0; i < 60; i++) {
		str_format(name, sizeof(name), "%d", i);
		feed_doc(f, ask(name), 0, &why);
		open += *why == '\0';
	}
	ok(open == 24, "%d questions are open, the rest is told so", open);
	for (int i = 0; i < 24; i++)
		serve(f, l, "{\"ok\":true,\"data\":{\"n\":1}}");
	first = feed_doc(f, ask("0"), 0, NULL);
	ok(first != NULL, "all answered");
	/* of one frame: what was got before stays while others are asked */
	for (int i = 100; i < 120; i++) {
		str_format(name, sizeof(name), "%d", i);
		feed_doc(f, ask(name), 0, NULL);
	}
	ok(json_integer_value(json_object_get(first, "n")) == 1,
	    "the answer shown is not the one that makes room");
	for (int i = 0; i < 20; i++)
		serve(f, l, "{\"ok\":true}");
	for (int i = 0; i < 700; i++)
		look(f);
	feed_doc(f, ask("0"), 0, NULL);
	ok(*serve(f, l, NULL) == '0', "what nobody looks at is forgotten");
	/* freed with questions under way: nobody is called back */
	feed_doc(f, ask("x"), 0, NULL);
	look(f);
	feed_free(f);
	close(l);
	board_close(m);
}

static void
test_waits(void)
{
	struct board *m = board_create(dir);
	struct feed *f = feed_new(dir);
	int l = control_listen(dir), conn;
	const char *why;
	const json_t *data;
	pid_t pid;

	board_publish(m, b, t);
	look(f);
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 2; i++) {
			free(control_take(l, 5000, &conn));
			control_reply(
			    conn, i == 0 ? "{\"ok\":true,\"data\":{\"n\":4}}"
					 : "{\"ok\":false,\"text\":\"\"}");
		}
		_exit(0);
	}
	feed_waits(f, 5);
	data = feed_doc(f, ask("1"), 0, &why);
	ok(json_integer_value(json_object_get(data, "n")) == 4,
	    "printing waits for the answer");
	data = feed_wait(f, ask("2"), 5, &why);
	ok(data == NULL && *why != '\0', "refused without a word: \"%s\"", why);
	waitpid(pid, NULL, 0);
	close(l);
	data = feed_doc(f, ask("3"), 0, &why);
	ok(data == NULL && *why != '\0', "no engine: \"%s\"", why);
	feed_free(f);
	board_close(m);
}

int
main(void)
{
	static const char *const files[] = { "board", "dids", "history",
		"control" };
	char path[64];

	ok(mkdtemp(dir) != NULL, "%s", dir);
	b = xcalloc(1, sizeof(*b));
	t = now_read().mono_ns;
	test_board();
	test_held();
	test_scope();
	test_rows();
	test_answers();
	test_fresh();
	test_many();
	test_waits();
	for (size_t i = 0; i < nitems(files); i++) {
		str_format(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	ok(rmdir(dir) == 0, "nothing else was left there");
	free(b);
	return done_testing();
}
