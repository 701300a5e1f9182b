/* SPDX-License-Identifier: MIT */
#include "shared/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "boards_rows.h"
#include "shared/scope.h"
#include "shared/util.h"
#include "tap.h"

#define SEQ_AT 64 /* of row 0 in a file; four bytes a row */

static char dir[] = "/tmp/dsc-rows.XXXXXX";

static int
open_file(enum rows_kind kind, int flags)
{
	char path[128];

	str_format(path, sizeof(path), "%s/%s", dir, rows_file(kind));
	return open(path, flags | O_CLOEXEC, 0640);
}

static void
poke(enum rows_kind kind, off_t at, const void *p, size_t size)
{
	int fd = open_file(kind, O_WRONLY);

	if (fd < 0 || pwrite(fd, p, size, at) != (ssize_t)size)
		perror("poke");
	close(fd);
}

static void
stamp(struct row_did *r, int64_t v)
{
	memset(r, 0, sizeof(*r));
	r->id = r->last_ms = r->blocked_until_ms = v;
	r->uses = r->cap = r->calls = r->answered = (uint32_t)v;
	str_format(r->number, sizeof(r->number), "+%lld", (long long)v);
	str_format(r->reason, sizeof(r->reason), "+%lld", (long long)v);
}

static bool
whole(const struct row_did *r)
{
	struct row_did want;

	stamp(&want, r->id);
	return r->id == 0 || memcmp(r, &want, sizeof(want)) == 0;
}

static void
test_life(void)
{
	struct rows_reader *r = rows_reader_new(dir, ROWS_DIDS);
	struct rows_writer *w;
	const struct row_did *v;
	const void *rows;
	struct row_did did;
	uint64_t gen;

	ok(rows_changes(r) == 0 && rows_sync(r, &rows) == 0 &&
		!rows_get(r, 0, &did),
	    "no file: nothing");
	w = rows_create(dir, ROWS_DIDS, 100, false);
	ok(w != NULL && rows_capacity(w) == 100, "created");
	ok(rows_changes(r) != 0 && rows_sync(r, &rows) == 0, "empty");
	gen = rows_changes(r);
	stamp(&did, 7);
	rows_put(w, 3, &did);
	ok(rows_changes(r) != gen, "a change is seen");
	ok(rows_sync(r, &rows) == 4, "rows up to the highest are in use");
	v = rows;
	ok(v[3].id == 7 && whole(&v[3]) && v[0].id == 0, "what was put");
	gen = rows_changes(r);
	rows_put(w, 3, &did);
	ok(rows_changes(r) == gen, "the same again is no change");
	stamp(&did, 8);
	rows_put(w, 0, &did);
	ok(rows_get(r, 0, &did) && did.id == 8 && !rows_get(r, 4, &did),
	    "one row");
	ok(rows_sync(r, &rows) == 4, "and all");
	v = rows;
	ok(v[0].id == 8 && v[3].id == 7, "of both");
	rows_shrink(w, 1);
	ok(rows_sync(r, &rows) == 1, "shrunk");
	stamp(&did, 9);
	rows_put(w, 5, &did);
	ok(rows_sync(r, &rows) == 6, "grown again");
	v = rows;
	ok(v[0].id == 8 && v[3].id == 0 && v[5].id == 9,
	    "what was dropped does not come back");
	rows_close(w);
	ok(rows_sync(r, &rows) == 6, "the file stays");
	rows_reader_free(r);
}

static void
test_grow(void)
{
	struct rows_reader *r = rows_reader_new(dir, ROWS_DIDS);
	struct rows_writer *w = rows_create(dir, ROWS_DIDS, 4, false);
	const struct row_did *v;
	const void *rows;
	struct row_did did;

	for (int i = 0; i < 4; i++) {
		stamp(&did, i + 1);
		rows_put(w, (uint32_t)i, &did);
	}
	ok(rows_sync(r, &rows) == 4, "full");
	ok(rows_grow(w, 5000) && rows_capacity(w) == 5000, "more room");
	stamp(&did, 4711);
	rows_put(w, 4999, &did);
	ok(rows_sync(r, &rows) == 5000, "the reader is there at once");
	v = rows;
	ok(v[0].id == 1 && v[3].id == 4 && v[4].id == 0 && v[4999].id == 4711,
	    "with all of it");
	rows_close(w);
	rows_reader_free(r);
}

/* Another engine's file in its place: seen within about a second. */
static void
test_replaced(void)
{
	struct rows_reader *r = rows_reader_new(dir, ROWS_DIDS);
	struct rows_writer *a = rows_create(dir, ROWS_DIDS, 10, false), *b;
	int64_t end = now_read().mono_ns + 3 * NS_PER_S;
	const struct timespec nap = { 0, 20000000 };
	const struct row_did *v;
	const void *rows;
	struct row_did did;
	uint64_t gen;

	stamp(&did, 5);
	rows_put(a, 0, &did);
	ok(rows_sync(r, &rows) == 1, "the old one");
	gen = rows_changes(r);
	rows_close(a);
	b = rows_create(dir, ROWS_DIDS, 20, false);
	stamp(&did, 6);
	rows_put(b, 1, &did);
	while (rows_changes(r) == gen && now_read().mono_ns < end)
		nanosleep(&nap, NULL);
	ok(rows_changes(r) != gen && rows_sync(r, &rows) == 2,
	    "the reader follows");
	v = rows;
	ok(v[0].id == 0 && v[1].id == 6, "nothing of the old one is left");
	rows_close(b);
	rows_reader_free(r);
}

static void
test_killed_inside(void)
{
	struct rows_reader *r = rows_reader_new(dir, ROWS_DIDS);
	struct rows_writer *w = rows_create(dir, ROWS_DIDS, 10, false);
	uint32_t odd = 3;
	const struct row_did *v;
	const void *rows;
	struct row_did did;

	for (int i = 0; i < 3; i++) {
		stamp(&did, i + 1);
		rows_put(w, (uint32_t)i, &did);
	}
	ok(rows_sync(r, &rows) == 3, "three rows");
	poke(ROWS_DIDS, SEQ_AT + 4, &odd, 4); /* as if killed in row 1 */
	stamp(&did, 33);
	rows_put(w, 2, &did);
	ok(rows_sync(r, &rows) == 3, "sync does not wait");
	v = rows;
	ok(v[0].id == 1 && v[1].id == 2 && v[2].id == 33,
	    "the row keeps its last copy, the others go on");
	ok(!rows_get(r, 1, &did), "alone it is none");
	rows_close(w);
	w = rows_create(dir, ROWS_DIDS, 10, true);
	ok(w != NULL && rows_sync(r, &rows) == 3, "kept by the next engine");
	v = rows;
	ok(v[0].id == 1 && v[1].id == 0 && v[2].id == 33,
	    "without the row that was half written");
	rows_close(w);
	rows_reader_free(r);
}

static void
test_keep(void)
{
	struct rows_writer *w = rows_create(dir, ROWS_SECONDS, 100, false);
	struct rows_reader *r = rows_reader_new(dir, ROWS_SECONDS);
	struct board_second s;
	const void *rows;
	uint32_t wrong = 99;

	boards_second(&s, 36020);
	rows_put(w, 20, &s);
	rows_close(w);
	w = rows_create(dir, ROWS_SECONDS, 100, true);
	ok(rows_get(r, 20, &s) && s.at_s == 36020, "kept");
	rows_close(w);
	w = rows_create(dir, ROWS_SECONDS, 200, true);
	rows_reader_free(r);
	r = rows_reader_new(dir, ROWS_SECONDS);
	ok(rows_capacity(w) == 200 && rows_sync(r, &rows) == 0,
	    "not with another capacity");
	rows_put(w, 0, &s);
	rows_close(w);
	poke(ROWS_SECONDS, 8, &wrong, 4); /* the version */
	rows_reader_free(r);
	r = rows_reader_new(dir, ROWS_SECONDS);
	ok(rows_changes(r) == 0 && rows_sync(r, &rows) == 0,
	    "another version: none");
	w = rows_create(dir, ROWS_SECONDS, 200, true);
	ok(w != NULL && rows_sync(r, &rows) == 0 && rows_changes(r) != 0,
	    "and not kept");
	rows_close(w);
	rows_reader_free(r);
}

/* Files that no engine wrote. */
static void
test_hostile(void)
{
	struct rows_writer *w = rows_create(dir, ROWS_CALLS, 4, false);
	struct rows_reader *r = rows_reader_new(dir, ROWS_CALLS);
	static const struct {
		off_t at;
		uint32_t v;
		const char *what;
	} lies[] = { { 0, 1, "magic" }, { 12, ROWS_DIDS, "kind" },
		{ 16, 8, "row size" }, { 20, 0, "capacity 0" },
		{ 20, 5, "capacity 5" }, { 20, UINT32_MAX, "capacity 2^32" } };
	uint32_t much = UINT32_MAX;
	struct row_call call;
	const struct row_call *v;
	const void *rows;
	char path[128];
	int fd;

	boards_call(&call, 1, BOARDS_NOW - 100, BOARDS_NOW);
	rows_put(w, 0, &call);
	memset(&call, 'x', sizeof(call));
	rows_put(w, 1, &call);
	poke(ROWS_CALLS, 24, &much, 4); /* used */
	ok(rows_sync(r, &rows) == 4, "more rows in use than there are");
	v = rows;
	ok(strlen(v[1].id) == sizeof(v[1].id) - 1 &&
		strlen(v[1].did_why) == sizeof(v[1].did_why) - 1 &&
		strlen(v[1].note) == sizeof(v[1].note) - 1,
	    "every text ends");
	ok(!rows_get(r, 4, &call), "none behind the last");
	for (size_t i = 0; i < nitems(lies); i++) {
		rows_close(w);
		rows_reader_free(r);
		w = rows_create(dir, ROWS_CALLS, 4, false);
		poke(ROWS_CALLS, lies[i].at, &lies[i].v, 4);
		r = rows_reader_new(dir, ROWS_CALLS);
		ok(rows_changes(r) == 0 && rows_sync(r, &rows) == 0,
		    "wrong %s: none", lies[i].what);
	}
	rows_close(w);
	fd = open_file(ROWS_CALLS, O_WRONLY | O_TRUNC);
	ok(rows_changes(r) == 0, "empty file: none");
	close(fd);
	str_format(path, sizeof(path), "%s/calls", dir);
	unlink(path);
	ok(symlink("/dev/zero", path) == 0 && rows_changes(r) == 0,
	    "a link: none");
	unlink(path);
	ok(mkfifo(path, 0600) == 0 && rows_changes(r) == 0,
	    "a pipe: none, and no waiting");
	unlink(path);
	rows_reader_free(r);
	ok(rows_create("/nonexistent/dir", ROWS_CALLS, 4, false) == NULL &&
		errno == ENOENT,
	    "no directory: NULL");
}

#define TORN_ROWS 64

static int
read_for_a_second(void)
{
	struct rows_reader *r = rows_reader_new(dir, ROWS_DIDS);
	int64_t end = now_read().mono_ns + NS_PER_S;
	int torn = 0, seen = 0;
	int64_t last[TORN_ROWS] = { 0 };

	while (now_read().mono_ns < end) {
		const void *rows;
		size_t n = rows_sync(r, &rows);
		const struct row_did *v = rows;
		struct row_did one;

		for (size_t i = 0; i < n; i++) {
			torn += !whole(&v[i]) || v[i].id < last[i];
			seen += v[i].id > last[i];
			last[i] = v[i].id;
		}
		if (rows_get(r, 5, &one))
			torn += !whole(&one) || one.id < last[5];
	}
	rows_reader_free(r);
	return torn > 0 ? 2 : seen < 10 ? 1 : 0;
}

/* A reader beside a writer that hardly rests, also when it is killed. */
static void
test_torn(void)
{
	struct rows_reader *r;
	struct row_did one;
	pid_t writer, reader;
	const void *rows;
	int st = 0, torn = 0;
	size_t n;

	rows_close(rows_create(dir, ROWS_DIDS, TORN_ROWS, false));
	writer = fork();
	if (writer == 0) {
		struct rows_writer *w =
		    rows_create(dir, ROWS_DIDS, TORN_ROWS, true);
		struct row_did did;

		alarm(10);
		for (int64_t v = 1;; v++)
			for (uint32_t i = 0; i < TORN_ROWS; i++) {
				stamp(&did, v);
				rows_put(w, i, &did);
			}
	}
	reader = fork();
	if (reader == 0)
		_exit(read_for_a_second());
	waitpid(reader, &st, 0);
	ok(st == 0, "one second: no torn row, none goes back (%x)",
	    (unsigned)st);
	kill(writer, SIGKILL);
	waitpid(writer, &st, 0);
	ok(WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL, "writer killed");
	r = rows_reader_new(dir, ROWS_DIDS);
	n = rows_sync(r, &rows);
	for (size_t i = 0; i < n; i++)
		torn += !whole(&((const struct row_did *)rows)[i]);
	for (uint32_t i = 0; i < TORN_ROWS; i++)
		torn += rows_get(r, i, &one) && !whole(&one);
	ok(n == TORN_ROWS && torn == 0, "what it left can be read");
	rows_reader_free(r);
}

/* The fabricated rows: what other tests count on. */
static void
test_boards(void)
{
	struct row_did *did = xcalloc(20000, sizeof(*did));
	struct row_call *call = xcalloc(60, sizeof(*call));
	struct board *b = xcalloc(1, sizeof(*b)), *c = xcalloc(1, sizeof(*c));
	unsigned states = 0;

	boards_make(b, BOARDS_NOW);
	boards_dids(did, 300);
	boards_pools(c, did, 300);
	ok(c->npools == b->npools && c->dids_total == b->dids_total &&
		c->dids_eligible == b->dids_eligible &&
		c->dids_blocked == b->dids_blocked &&
		c->dids_capped_out == b->dids_capped_out,
	    "300 DIDs as the board counts them");
	boards_dids(did, 20000);
	boards_pools(c, did, 20000);
	ok(c->dids_total == 20000 && c->dids_blocked > 0, "20,000 of them");
	boards_calls(call, 60);
	for (int i = 0; i < 60; i++)
		if (call[i].id[0] != '\0')
			states |= 1u << call[i].state;
	ok(states == (1u << CALL_NSTATE) - 1, "calls in every state");
	free(did);
	free(call);
	free(b);
	free(c);
}

/* Rows of keys: whole texts, and not for a user limited to campaigns. */
static void
test_keys(void)
{
	static const char *const names[] = { "mine" };
	struct rows_writer *w = rows_create(dir, ROWS_KEYS, 8, false);
	struct rows_reader *r = rows_reader_new(dir, ROWS_KEYS);
	struct row_key key = { .country = "mexico", .key = "1", .presses = 5 };

	memset(key.context, 'x', sizeof(key.context));
	memset(key.advice, 'x', sizeof(key.advice));
	memset(key.better, '3', sizeof(key.better));
	rows_put(w, 2, &key);
	ok(rows_get(r, 2, &key) && key.presses == 5 &&
		strlen(key.context) == sizeof(key.context) - 1 &&
		strlen(key.advice) == sizeof(key.advice) - 1 &&
		strcmp(key.better, "333") == 0 &&
		strcmp(key.country, "mexico") == 0,
	    "a key's row, its texts terminated");
	scope_set(names, 1);
	ok(rows_get(r, 2, &key) && key.country[0] == '\0' && key.presses == 0,
	    "a limited user sees none");
	scope_set(NULL, 0);
	rows_close(w);
	rows_reader_free(r);
}

/* A process whose user is limited to a campaign. */
static void
test_scope(void)
{
	static const char *const names[] = { "mine" };
	struct row_call call = { .id = "1", .campaign = "mine" };
	struct rows_writer *w = rows_create(dir, ROWS_CALLS, 8, false);
	struct rows_writer *wd = rows_create(dir, ROWS_DIDS, 8, false);
	struct rows_reader *r = rows_reader_new(dir, ROWS_CALLS);
	struct rows_reader *rd = rows_reader_new(dir, ROWS_DIDS);
	struct row_did did = { .id = 7 };
	const struct row_call *v;
	const void *rows;

	rows_put(w, 0, &call);
	str_copy(call.id, sizeof(call.id), "2");
	str_copy(call.campaign, sizeof(call.campaign), "yours");
	str_copy(call.number, sizeof(call.number), "+13055550100");
	rows_put(w, 1, &call);
	rows_put(wd, 0, &did);
	scope_set(names, 1);
	ok(rows_sync(r, &rows) == 2, "limited: rows keep their places");
	v = rows;
	ok(strcmp(v[0].id, "1") == 0 && v[1].id[0] == '\0' &&
		v[1].number[0] == '\0',
	    "a call of another campaign is a free row");
	ok(rows_get(r, 1, &call) && call.id[0] == '\0' &&
		call.number[0] == '\0',
	    "alone, too");
	ok(rows_sync(rd, &rows) == 1 && ((const struct row_did *)rows)->id == 0,
	    "there are no DIDs");
	scope_set(NULL, 0);
	rows_close(w);
	rows_close(wd);
	rows_reader_free(r);
	rows_reader_free(rd);
}

int
main(void)
{
	char path[128];

	ok(mkdtemp(dir) != NULL, "%s", dir);
	test_life();
	test_grow();
	test_replaced();
	test_killed_inside();
	test_scope();
	test_keys();
	test_keep();
	test_hostile();
	test_torn();
	test_boards();
	for (int k = 0; k < ROWS_NKIND; k++) {
		str_format(path, sizeof(path), "%s/%s", dir,
		    rows_file((enum rows_kind)k));
		unlink(path);
	}
	ok(rmdir(dir) == 0, "nothing else is left");
	return done_testing();
}
