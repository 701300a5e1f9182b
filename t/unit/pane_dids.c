/* SPDX-License-Identifier: MIT */
/*
 * DIDs from fabricated rows: what must be seen, what is asked of the engine,
 * nothing hostile in any cell at any size, and that no row is looked at more
 * often than it has to be.  DRAW=ROWSxCOLS prints the screens.
 */
#include "ui/pane.h"

#include <stdio.h>
#include <string.h>

#include "boards_rows.h"
#include "shared/text.h"
#include "tap.h"
#include "ui/did_act.h"
#include "ui/did_rows.h"
#include "ui/did_spread.h"
#include "ui/verbs.h"
#include "ui/view.h"

#define MANY 20000

static struct board *b;
static struct row_did *dids;
static struct feed *feed;
static struct view *view;
static struct pane_ctx x;

static void
world(size_t n)
{
	view_free(view);
	boards_make(b, BOARDS_NOW);
	feed = feed_fixed(b);
	view = view_fixed(feed, COMMAND_SUPERVISOR);
	boards_dids(dids, n);
	feed_set_dids(feed, dids, n);
	x = (struct pane_ctx){ .b = b,
		.state = BOARD_LIVE,
		.zone = "UTC",
		.role = COMMAND_SUPERVISOR,
		.feed = feed,
		.view = view };
}

static struct buf
screen(const struct canvas *c)
{
	struct buf s = BUF_INIT;
	struct canvas_cell k;
	char u[4];

	for (int y = 0; y < canvas_rows(c); y++) {
		size_t begin = s.len;

		for (int i = 0; i < canvas_cols(c); i++) {
			canvas_get(c, y, i, &k);
			if (k.base != 0)
				buf_put(&s, u, text_encode(k.base, u));
		}
		while (s.len > begin && s.p[s.len - 1] == ' ')
			s.len--;
		buf_byte(&s, '\n');
	}
	return s;
}

static bool
stands(const struct canvas *c, const char *text)
{
	struct buf s = screen(c);
	bool found = strstr(buf_cstr(&s), text) != NULL;

	buf_clear(&s);
	return found;
}

static bool
shows(const struct canvas *c, const char *text)
{
	if (stands(c, text))
		return true;
	printf("# not on the screen: %s\n", text);
	return false;
}

static void
draw(void *self, struct canvas *c)
{
	canvas_clear(c);
	pane_dids.draw(self, &x, c, canvas_all(c));
}

static bool
key(void *self, enum keys_action a)
{
	return pane_dids.key(self, &x, a, 0);
}

static void
filter(void *self, const char *text)
{
	pane_dids.key(self, &x, ACT_FILTER, '/');
	view_key(view, UIK_CTRL('u'), 0);
	for (; *text != '\0'; text++)
		view_key(view, (unsigned char)*text, 0);
	view_key(view, UIK_ENTER, 0);
}

static void
type(const char *text)
{
	for (; *text != '\0'; text++)
		view_key(view, (unsigned char)*text, 0);
	view_key(view, UIK_ENTER, 0);
}

/* Under the cursor. */
static const char *
at(void *self)
{
	static char name[MODEL_E164];

	name[0] = '\0';
	pane_dids.under(self, &x, name, sizeof(name));
	return name;
}

static char *
sent(void)
{
	const json_t *q = view_sent(view);

	return q != NULL ? json_dumps(q, JSON_COMPACT | JSON_SORT_KEYS)
			 : xstrdup("(nothing)");
}

/* Nothing was sent since the last call. */
static bool
silent(void)
{
	static char was[400];
	char *s = sent();
	bool same =
	    strncmp(s, was, sizeof(was) - 1) == 0 || view_sent(view) == NULL;

	str_copy(was, sizeof(was), s);
	free(s);
	return same;
}

static bool
sends(const char *want)
{
	char *s = sent();
	bool same = strcmp(s, want) == 0;

	if (!same)
		printf("# sent %.300s\n", s);
	free(s);
	return same;
}

static json_t *
details(void)
{
	json_t *d = json_pack("{s:s, s:[{s:s,s:s,s:i,s:i},{s:s,s:s,s:i,s:i}], "
			      "s:[s], s:o, s:o}",
	    "from", "2026-11-19T23:00:00Z", "usage", "cap_group", "nanp",
	    "usage_date", "2026-11-20", "uses", 44, "cap", 100, "cap_group",
	    "nanp", "usage_date", "2026-11-19", "uses", 51, "cap", 100, "why",
	    "it is the 3rd choice of 11,000 in pool nanp", "hours",
	    json_array(), "calls", json_array());

	for (int i = 0; i < 24; i++)
		json_array_append_new(json_object_get(d, "hours"),
		    json_integer(i < 13 ? 0 : (i * 7) % 11));
	for (int i = 0; i < 50; i++) {
		char at[32], number[24];

		time_iso(BOARDS_NOW - i * 431000LL, at);
		str_format(number, sizeof(number), "+1305556%04d", i * 97);
		json_array_append_new(json_object_get(d, "calls"),
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "at", at,
			"number", number, "campaign", "usa-morning",
			"disposition",
			i % 3 == 0 ? "answered_no_key" : "no_answer", "key", "",
			"setup_ms", i % 5 == 0 ? -1 : 900 + i * 31));
	}
	return d;
}

static void
show(void)
{
	const char *s = getenv("DRAW");
	int rows, cols;
	struct canvas *c;
	struct buf t;
	void *self;

	if (s == NULL || sscanf(s, "%dx%d", &rows, &cols) != 2)
		return;
	world(MANY);
	c = canvas_new(rows, cols);
	self = pane_dids.init();
	for (int i = 0; i < 5; i++) {
		if (i == 1)
			filter(self, "usa !free");
		if (i == 2) {
			key(self, ACT_CANCEL);
			key(self, ACT_VIEW);
		}
		if (i == 3) {
			key(self, ACT_CANCEL);
			feed_set_doc(feed,
			    verbs_request("details", "did", at(self)),
			    details());
			key(self, ACT_DETAILS);
		}
		if (i == 4) {
			key(self, ACT_CANCEL);
			filter(self, "zzz");
		}
		draw(self, c);
		t = screen(c);
		printf("%s\n", buf_cstr(&t));
		buf_clear(&t);
	}
	pane_dids.free(self);
	canvas_free(c);
}

static void
test_table(void)
{
	struct canvas *c = canvas_new(20, 80);
	void *self = pane_dids.init();
	char name[64];

	world(MANY);
	draw(self, c);
	ok(shows(c, "DIDs  1 of 20,000"), "how many there are");
	ok(shows(c, "99 blocked") && shows(c, "uses today"), "the summary");
	ok(strcmp(at(self), dids[14].number) == 0,
	    "what is blocked stands first");
	ok(shows(c, "Number") && shows(c, "Uses") && shows(c, "Of cap") &&
		shows(c, "State") && shows(c, "Reason"),
	    "what counts stands on 80 columns");
	filter(self, "us blocked");
	draw(self, c);
	ok(shows(c, " of 20,000 match \"us blocked\""), "filtered");
	ok(pane_dids.under(self, &x, name, sizeof(name)) &&
		strncmp(name, "+1", 2) == 0,
	    "under the cursor: %s", name);
	ok(shows(c, "+1 305") || shows(c, "+1 7") || shows(c, "+1 2") ||
		shows(c, "+1 6") || shows(c, "+1 4"),
	    "grouped for reading");
	filter(self, "area:305 uses>90");
	draw(self, c);
	ok(shows(c, "capped") && shows(c, "+1 305 5") && !stands(c, "+1 786"),
	    "area and uses");
	filter(self, ">99999");
	draw(self, c);
	ok(shows(c, "0 of 20,000 match") && shows(c, "Esc drops it"),
	    "nothing passes, and what to do");
	ok(key(self, ACT_CANCEL) && !key(self, ACT_CANCEL),
	    "Esc drops the filter, then means nothing here");
	key(self, ACT_BOTTOM);
	draw(self, c);
	ok(shows(c, "20,000 of 20,000"), "the last row");
	pane_dids.go(self, &x, dids[100].number);
	ok(pane_dids.under(self, &x, name, sizeof(name)) &&
		strcmp(name, dids[100].number) == 0,
	    "another pane goes to one");
	pane_dids.free(self);
	canvas_free(c);
}

static void
test_states(void)
{
	struct canvas *c = canvas_new(36, 120);
	void *self = pane_dids.init();

	world(300);
	filter(self, "resting");
	draw(self, c);
	ok(shows(c, "resting") && shows(c, "rejected 14 of 38"),
	    "one that rests says why");
	ok(shows(c, "resting until"), "and until when, below the table");
	filter(self, "ticket");
	draw(self, c);
	ok(shows(c, "blocked until a person unblocks it") &&
		shows(c, "ticket 4471"),
	    "one that was blocked by hand");
	filter(self, "state:capped");
	draw(self, c);
	ok(shows(c, "100 of 100 today"), "one at its cap");
	key(self, ACT_CANCEL);
	feed_set_dids(feed, NULL, 0);
	draw(self, c);
	ok(shows(c, "There are no DIDs: no call can leave"),
	    "none at all, and what to do");
	for (int a = ACT_NONE; a <= ACT_REPAINT; a++)
		key(self, (enum keys_action)a);
	draw(self, c);
	ok(1, "every key without a row");
	pane_dids.free(self);
	canvas_free(c);
}

/* All of a pool without a cap are blocked: their bars still say something. */
static void
test_limit(void)
{
	struct did_rows l = { 0 };

	world(3);
	for (int i = 0; i < 3; i++) {
		str_copy(dids[i].state, sizeof(dids[i].state), "blocked");
		dids[i].cap = 0;
		dids[i].uses = 4;
	}
	dids[2].weight = -7;
	feed_set_dids(feed, dids, 3);
	did_rows_look(&l, &x);
	ok(l.n == 3 && did_rows_limit(&l.v[0]) == 4, "measured by its own");
	did_rows_clear(&l);
}

static void
test_details(void)
{
	struct canvas *c = canvas_new(36, 120);
	void *self = pane_dids.init();

	world(300);
	key(self, ACT_DETAILS);
	draw(self, c);
	ok(shows(c, "the engine is asked"), "details wait for the engine");
	feed_set_doc(
	    feed, verbs_request("details", "did", at(self)), details());
	draw(self, c);
	ok(shows(c, "Uses by hour: ") && shows(c, "Last calls  1-") &&
		shows(c, "it is the 3rd choice") &&
		shows(c, "2026-11-19  nanp  51 of 100"),
	    "its hours, days, calls, why");
	key(self, ACT_BOTTOM);
	draw(self, c);
	ok(shows(c, "-50 of 50"), "calls scroll, not beyond the end");
	key(self, ACT_RIGHT);
	draw(self, c);
	ok(shows(c, "the engine is asked"), "right: the next DID");
	key(self, ACT_LEFT);
	draw(self, c);
	ok(shows(c, "Last calls  1-"), "left: back");
	ok(key(self, ACT_CANCEL), "Esc");
	draw(self, c);
	ok(shows(c, "DIDs  1 of 300"), "the table again");
	pane_dids.free(self);
	canvas_free(c);
}

static void
test_requests(void)
{
	struct canvas *c = canvas_new(24, 80);
	void *self = pane_dids.init();
	char want[200], first[MODEL_E164], *s;
	json_t *q;

	world(300);
	draw(self, c);
	str_copy(first, sizeof(first), at(self));
	key(self, ACT_BLOCK);
	type("2h");
	key(self, ACT_DOWN); /* does not change which one is meant */
	type("complaint");
	str_format(want, sizeof(want),
	    "{\"args\":[\"block\",\"%s\"],\"cmd\":\"did\",\"reason\":"
	    "\"complaint\",\"until\":\"2h\"}",
	    first);
	ok(sends(want), "block: until, why, that number");
	key(self, ACT_TOP);
	key(self, ACT_BLOCK);
	type("");
	type("");
	str_format(want, sizeof(want),
	    "{\"args\":[\"block\",\"%s\"],\"cmd\":\"did\"}", at(self));
	ok(sends(want), "neither has to be said");
	key(self, ACT_UNBLOCK);
	str_format(want, sizeof(want),
	    "{\"args\":[\"unblock\",\"%s\"],\"cmd\":\"did\"}", at(self));
	ok(sends(want), "unblock");
	filter(self, "state:blocked");
	silent();
	key(self, ACT_UNBLOCK_ALL);
	ok(silent(), "all of them: only after a yes");
	view_key(view, 'y', 0);
	s = sent();
	q = json_loads(s, 0, NULL);
	free(s);
	ok(json_array_size(json_object_get(q, "args")) >= 2 &&
		strcmp(json_string_value(
			   json_array_get(json_object_get(q, "args"), 0)),
		    "unblock") == 0,
	    "unblock all that are shown: %zu",
	    json_array_size(json_object_get(q, "args")) - 1);
	json_decref(q);
	silent();
	key(self, ACT_BLOCK_ALL);
	type("2h");
	type("storm");
	canvas_clear(c);
	view_draw(view, c, 0);
	ok(stands(c, "Until: 2h") && stands(c, "Reason: storm") &&
		stands(c, "match \"state:blocked\""),
	    "the last question says all");
	view_key(view, 'n', 0);
	key(self, ACT_NEW);
	type("+1 305 555 0142, +52 55 1234 5678 13055550143");
	ok(silent(), "a number without country code is refused");
	key(self, ACT_NEW);
	type("+1 305 555 0142, +525512345678 +13055550143");
	ok(sends("{\"args\":[\"add\",\"+13055550142\",\"+525512345678\","
		 "\"+13055550143\"],\"cmd\":\"did\"}"),
	    "add by number");
	silent();
	key(self, ACT_IMPORT);
	type("/tmp/dids.csv");
	ok(silent() ||
		sends("{\"cmd\":\"import\",\"file\":\"dids.csv\",\"what\":"
		      "\"dids\"}"),
	    "import");
	x.role = COMMAND_VIEWER;
	silent();
	key(self, ACT_BLOCK);
	type("2h");
	type("x");
	ok(silent(), "a viewer is not even asked");
	pane_dids.free(self);
	canvas_free(c);
}

static void
test_too_many(void)
{
	void *self = pane_dids.init();
	size_t n = MANY + 1;

	world(n);
	silent();
	key(self, ACT_UNBLOCK_ALL);
	view_key(view, 'y', 0);
	ok(silent(), "20,001 at once are refused");
	pane_dids.free(self);
}

static void
test_numbers(void)
{
	static const struct {
		const char *e164, *area, *want;
	} v[] = {
		{ "+13055550142", "305", "+1 305 555 0142" },
		{ "+5511912345678", "11", "+55 11 91234 5678" },
		{ "+525512345678", "55", "+52 55 1234 5678" },
		{ "+56912345678", "", "+56 91234 5678" },
		{ "+5491123456789", "11", "+54 911 2345 6789" },
		{ "+123", "", "+123" },
		{ "", "", "" },
		{ "+1305\033[2J", "305", "+1305\033[2J" },
	};
	static const struct {
		const char *line, *want;
	} lines[] = {
		{ "+13055550142", "[\"+13055550142\"]" },
		{ " +1 305 555 0142 ", "[\"+13055550142\"]" },
		{ "+13055550142+13055550143",
		    "[\"+13055550142\",\"+13055550143\"]" },
		{ "+55 11 91234 5678 +55 11 91234 5679",
		    "[\"+5511912345678\",\"+5511912345679\"]" },
		{ "+1 (305) 555-0142; +1 305 555 0143",
		    "[\"+13055550142\",\"+13055550143\"]" },
	};
	char out[DID_ROWS_NUMBER], why[200];

	for (size_t i = 0; i < nitems(v); i++)
		ok(strcmp(did_rows_number(v[i].e164, v[i].area, out),
		       v[i].want) == 0,
		    "%s: %s", v[i].want, out);
	for (size_t i = 0; i < nitems(lines); i++) {
		json_t *a = did_act_numbers(lines[i].line, why, sizeof(why));
		char *s = a != NULL ? json_dumps(a, JSON_COMPACT) : NULL;

		ok(s != NULL && strcmp(s, lines[i].want) == 0, "|%s|: %s",
		    lines[i].line, s != NULL ? s : why);
		free(s);
		json_decref(a);
	}
	ok(did_act_numbers("", why, sizeof(why)) == NULL &&
		did_act_numbers("5551234", why, sizeof(why)) == NULL &&
		strstr(why, "5551234") != NULL,
	    "no number: %s", why);
}

static void
test_spread(void)
{
	struct did_spread *s = xcalloc(DID_ROWS_POOLS, sizeof(*s));
	struct did_rows l = { 0 };
	char t[400];

	world(200);
	for (int i = 0; i < 200; i++) {
		str_copy(dids[i].pool, sizeof(dids[i].pool), "p");
		str_copy(dids[i].state, sizeof(dids[i].state), "free");
		str_copy(dids[i].area, sizeof(dids[i].area),
		    i < 100 ? "305" : "212");
		dids[i].uses = 10 + (uint32_t)i % 2;
	}
	did_rows_look(&l, &x);
	did_spread_make(&l, s);
	did_spread_text(s, t, sizeof(t));
	ok(s->verdict == DID_SPREAD_EVEN && s->least == 10 && s->most == 11 &&
		s->mean == 10.5 && s->areas == 2,
	    "even: %s", t);
	ok(did_spread_count(s, s->in, 10, 10) == 100 &&
		did_spread_count(s, s->in, 0, 50) == 200,
	    "counts");
	for (int i = 0; i < 100; i++)
		dids[i].uses += 30;
	did_rows_clear(&l);
	did_rows_look(&l, &x);
	did_spread_make(&l, s);
	did_spread_text(s, t, sizeof(t));
	ok(s->verdict == DID_SPREAD_AREAS, "%s", t);
	dids[150].uses = 90;
	str_copy(dids[3].state, sizeof(dids[3].state), "blocked");
	dids[3].uses = 0;
	did_rows_clear(&l);
	did_rows_look(&l, &x);
	did_spread_make(&l, s);
	did_spread_text(s, t, sizeof(t));
	ok(s->verdict == DID_SPREAD_UNEVEN && s->left_out == 1 &&
		s->least == 10 && strstr(t, "area 212") != NULL,
	    "%s", t);
	did_rows_clear(&l);
	free(s);
}

static void
test_picture(void)
{
	struct canvas *c = canvas_new(20, 80), *wide = canvas_new(56, 200);
	void *self = pane_dids.init();

	world(MANY);
	key(self, ACT_VIEW);
	draw(self, c);
	ok(shows(c, "Rotation of pool nanp") && shows(c, "even"),
	    "the picture says it in words");
	key(self, ACT_RIGHT);
	draw(self, c);
	ok(shows(c, "Rotation of pool mexico"), "the next pool");
	silent();
	key(self, ACT_UNBLOCK);
	ok(silent(), "no key touches a row that is not seen");
	draw(self, c);
	ok(shows(c, "DIDs  1 of"), "the table again");
	key(self, ACT_VIEW);
	key(self, ACT_LEFT);
	key(self, ACT_CANCEL);
	draw(self, c);
	ok(shows(c, "DIDs  1 of"), "back");
	draw(self, wide);
	ok(shows(wide, "Rotation of pool nanp") && shows(wide, "DIDs  1 of"),
	    "side by side on a wide screen");
	pane_dids.free(self);
	canvas_free(c);
	canvas_free(wide);
}

/* Once a second, however often rows change and the screen is drawn. */
static void
test_pace(void)
{
	struct did_rows l = { 0 };
	uint64_t gen;

	world(MANY);
	did_rows_look(&l, &x);
	gen = l.gen;
	feed_set_dids(feed, dids, MANY);
	did_rows_look(&l, &x);
	ok(l.gen == gen, "a change in the same second waits");
	b->now_ms += 1000;
	did_rows_look(&l, &x);
	ok(l.gen == gen + 1, "a second later it counts");
	b->now_ms += 1000;
	did_rows_look(&l, &x);
	ok(l.gen == gen + 1, "nothing has changed");
	dids[5].id = 0;
	feed_set_dids(feed, dids, MANY - 1);
	did_rows_look(&l, &x);
	ok(l.n == MANY - 2, "rows that left are left out at once");
	did_rows_clear(&l);
}

static void
test_hostile(void)
{
	int bad = 0, drawn = 0;
	static const char evil[] = "a\033[2J\xe2\x80\xae\xc2\x9b"
				   "31m\xff";

	world(300);
	for (int i = 0; i < 300; i += 2) {
		str_copy(dids[i].reason, sizeof(dids[i].reason), evil);
		str_copy(dids[i].pool, sizeof(dids[i].pool), evil);
		str_copy(dids[i].country, sizeof(dids[i].country), evil);
		str_copy(dids[i].number, sizeof(dids[i].number), evil);
		str_copy(dids[i].state, sizeof(dids[i].state), evil);
		dids[i].uses = UINT32_MAX - (uint32_t)i;
		dids[i].last_ms = INT64_MIN + i;
	}
	for (int mode = 0; mode < 3; mode++) {
		void *self = pane_dids.init();

		if (mode > 0)
			key(self, mode == 1 ? ACT_DETAILS : ACT_VIEW);
		for (int rows = 3; rows <= 120; rows += 13)
			for (int cols = 20; cols <= 400; cols += 29) {
				struct canvas *c = canvas_new(rows, cols);
				struct canvas_cell k;

				draw(self, c);
				drawn++;
				for (int y = 0; y < rows; y++)
					for (int i = 0; i < cols; i++) {
						canvas_get(c, y, i, &k);
						bad += k.base != 0 &&
						       text_width(k.base) < 1;
					}
				canvas_free(c);
			}
		pane_dids.free(self);
	}
	ok(bad == 0, "%d screens: nothing hostile", drawn);
}

static void
test_print(void)
{
	struct buf t = BUF_INIT;
	json_t *all, *o;

	world(MANY);
	all = pane_dids.rows(&x);
	o = json_array_get(all, 14);
	ok(json_array_size(all) == MANY, "all rows as JSON");
	ok(strcmp(json_string_value(json_object_get(o, "number")),
	       dids[14].number) == 0 &&
		strcmp(json_string_value(json_object_get(o, "state")),
		    "blocked") == 0 &&
		json_object_get(o, "blocked_until") != NULL &&
		json_number_value(json_object_get(o, "uses")) == dids[14].uses,
	    "as scripts want them");
	json_decref(all);
	world(300);
	pane_dids.print(&x, &t);
	ok(strstr(buf_cstr(&t), "Number") != NULL &&
		strstr(buf_cstr(&t), "uses today") != NULL,
	    "as text");
	buf_clear(&t);
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	dids = xcalloc(MANY + 1, sizeof(*dids));
	show();
	test_table();
	test_states();
	test_limit();
	test_details();
	test_requests();
	test_too_many();
	test_numbers();
	test_spread();
	test_picture();
	test_pace();
	test_hostile();
	test_print();
	view_free(view);
	free(dids);
	free(b);
	return done_testing();
}
