/* SPDX-License-Identifier: MIT */
/*
 * The calls pane: stuck calls are seen, the strip counts, filters mean what
 * they say, the ladder tells what is known, keys send the right requests.
 * SCREENS=1 prints the screens.
 */
#include "ui/pane.h"

#include <stdio.h>
#include <string.h>

#include "boards.h"
#include "boards_rows.h"
#include "screens.h"
#include "tap.h"
#include "ui/call_rows.h"
#include "ui/call_steps.h"
#include "ui/iso.h"
#include "ui/view.h"

#define CALLS 400

static struct board *b;
static struct row_call calls[CALLS + 8];
static size_t ncalls;
static struct feed *feed;
static void *self;

/* One call more, in that state for so many seconds. */
static struct row_call *
put(enum call_state s, int for_s, const char *number)
{
	struct row_call *c = &calls[ncalls++];

	memset(c, 0, sizeof(*c));
	str_format(
	    c->id, sizeof(c->id), "019a9f3c-0000-7000-8000-%012zu", ncalls);
	str_copy(c->number, sizeof(c->number), number);
	str_copy(c->did, sizeof(c->did), "+525512340000");
	str_copy(c->country, sizeof(c->country), "mexico");
	str_copy(c->campaign, sizeof(c->campaign), "mexico-cobranza");
	str_copy(c->trunk, sizeof(c->trunk), "carrier-b");
	str_copy(c->switch_name, sizeof(c->switch_name), "pbx2");
	str_copy(c->did_why, sizeof(c->did_why), "least used: 12 of 100");
	c->state = (uint32_t)s;
	c->attempt = 2;
	c->cause = -1;
	c->setup_ms = 910;
	c->at_ms[s] = b->now_ms - for_s * MS_PER_S;
	c->at_ms[CALL_ARMED] = c->at_ms[s] - 9000;
	if (s > CALL_SENT)
		c->at_ms[CALL_SENT] = c->at_ms[s] - 8000;
	return c;
}

static struct pane_ctx
ctx(struct view *v)
{
	return (struct pane_ctx){ .b = b,
		.state = BOARD_LIVE,
		.zone = b->timezone,
		.role = COMMAND_ADMIN,
		.feed = feed,
		.view = v };
}

static void
begin(void)
{
	ncalls = 0;
	feed = feed_fixed(b);
	self = pane_calls.init();
}

static void
end(void)
{
	pane_calls.free(self);
	feed_free(feed);
}

static void
draw(struct canvas *c)
{
	struct pane_ctx x = ctx(NULL);
	struct buf s;

	feed_set_calls(feed, calls, ncalls);
	canvas_clear(c);
	pane_calls.draw(self, &x, c, canvas_all(c));
	if (getenv("SCREENS") == NULL)
		return;
	s = screen(c);
	printf("%s", buf_cstr(&s));
	buf_clear(&s);
}

static void
key(enum keys_action a)
{
	struct pane_ctx x = ctx(NULL);

	pane_calls.key(self, &x, a, 0);
}

static void
test_list(void)
{
	struct canvas *c = canvas_new(20, 80);

	begin();
	draw(c);
	ok(shows(c, "no call is under way"), "an idle engine says so");
	put(CALL_RINGING, 4, "+525500000001");
	put(CALL_WAITING_KEY, 61, "+525500000002");
	put(CALL_WAITING_KEY, 60, "+525500000003");
	put(CALL_SENT, 11, "+525500000004");
	put(CALL_TRANSFERRING, 75, "+525500000005");
	put(CALL_UNKNOWN, 2, "+525500000006");
	put(CALL_RINGING, 36, "+525500000007");
	put(CALL_CONNECTED, 3000, "+525500000008");
	draw(c);
	ok(shows(c, "8 live   5 too long in their state"), "they are counted");
	ok(shows_on(c, "!75 s", ROLE_BG_WARN), "a transfer of 75 s is marked");
	ok(shows_on(c, "!61 s", ROLE_BG_WARN), "61 s for a key are, too");
	ok(!shows_on(c, "!60 s", ROLE_BG_WARN), "60 s are not");
	ok(shows_on(c, "!36 s", ROLE_BG_WARN), "ringing 36 s is");
	ok(shows_on(c, "unknown", ROLE_BG_BAD), "unknown is worse");
	ok(shows(c, "50 min"), "talking may last");
	ok(shows_on(c, "2 !1", ROLE_BG_WARN), "the strip marks them");
	ok(shows_on(c, "1 !1", ROLE_BG_BAD), "and the unknown");
	ok(shows(c, "Campaign") && shows(c, "mexico-cobranza"),
	    "the campaign is there on 80 columns");
	feed_set_doc(feed, call_rows_request(),
	    json_pack(
		"[{s:s, s:i}]", "name", "mexico-cobranza", "dial_timeout", 45));
	draw(c);
	ok(shows(c, "8 live   4 too long"),
	    "the campaign's own dial timeout counts");
	end();
	canvas_free(c);
}

static size_t
shown(const char *filter)
{
	struct pane_ctx x = ctx(NULL);
	struct call_rows s = { 0 };
	struct table t;
	size_t n, *v;

	feed_set_calls(feed, calls, ncalls);
	call_rows_look(&s, &x, false);
	table_init(&t, call_cols, call_ncols);
	t.number = "age_s";
	str_copy(t.filter, sizeof(t.filter), filter);
	v = table_shown(&t, s.v, s.n, sizeof(s.v[0]), &n);
	free(v);
	table_clear(&t);
	call_rows_clear(&s);
	return n;
}

static void
test_filter(void)
{
	begin();
	put(CALL_WAITING_KEY, 61, "+525512000001");
	put(CALL_RINGING, 12, "+525512000002");
	put(CALL_WAITING_KEY, 10, "+13055550001");
	calls[2].country[0] = '\0';
	put(CALL_ENDED, 1, "+525512000009");
	calls[4].id[0] = '\0';
	ncalls = 5;
	ok(shown("") == 3, "free slots and ended calls are no rows");
	ok(shown("mexico waiting-key") == 2, "words");
	ok(shown("country:mexico waiting-key") == 1, "a named column");
	ok(shown("age>60") == 1 && shown(">11") == 2, "ages");
	ok(shown("5512000") == 2, "part of a number");
	ok(shown("!stuck") == 2 && shown("stuck") == 1, "what is marked");
	ok(shown("state:ringing") == 1, "a state by name");
	end();
}

static void
test_ended(void)
{
	struct canvas *c = canvas_new(20, 80);

	begin();
	put(CALL_CONNECTED, 61, "+525512000001");
	put(CALL_ENDED, 1, "+525512000009");
	str_copy(calls[1].disposition, 20, "busy");
	draw(c);
	ok(!shows(c, "+525512000009"), "ended calls are out of the way");
	key(ACT_VIEW);
	draw(c);
	ok(shows(c, "+525512000009") && shows(c, "1 live"), "v brings them");
	end();
	canvas_free(c);
}

static void
test_steps(void)
{
	struct call_step s[CALL_STEPS];
	struct row_call *c;
	size_t n;

	begin();
	c = put(CALL_ENDED, 3, "+525512000001");
	for (int i = 0; i < CALL_NSTATE; i++)
		c->at_ms[i] = b->now_ms - 60000 + i * 1000;
	c->at_ms[CALL_UNKNOWN] = c->at_ms[CALL_RINGING] + 500;
	str_copy(c->amd, sizeof(c->amd), "HUMAN");
	str_copy(c->amd_cause, sizeof(c->amd_cause), "HUMAN-800-800");
	str_copy(c->key, sizeof(c->key), "3");
	str_copy(c->disposition, 20, "connected");
	c->cause = 16;
	c->sip_code = 200;
	n = call_steps(c, s);
	ok(n == 13, "every state and the key: %zu steps", n);
	ok(strstr(s[0].what, "least used") != NULL, "why this caller ID");
	ok(strstr(s[3].what, "link to the switch") != NULL,
	    "what came between stands between");
	for (size_t i = 1; i < n; i++)
		if (s[i].at_ms != 0 && s[i - 1].at_ms > s[i].at_ms)
			ok(0, "step %zu is late", i);
	ok(strstr(s[n - 1].what, "cause 16, normal clearing; SIP 200") != NULL,
	    "how it ended: %s", s[n - 1].what);
	memset(c->at_ms, 0, sizeof(c->at_ms));
	c->state = CALL_ARMED;
	c->key[0] = c->amd[0] = '\0';
	ok(call_steps(c, s) == 0, "nothing known, no step");
	end();
}

static void
test_ladder(void)
{
	struct canvas *c = canvas_new(20, 110);
	struct row_call *r;

	begin();
	r = put(CALL_RINGING, 4, "+525512000001");
	draw(c);
	key(ACT_DETAILS);
	draw(c);
	ok(shows(c, "Originate sent, over trunk"), "sent");
	ok(shows(c, "engine") && shows(c, "far end"), "the lanes");
	ok(shows(c, "+8.0 s"), "time since the step before");
	ok(shows(c, "ringing for 4 s"), "and it still rings");
	r->state = CALL_ANSWERED;
	r->at_ms[CALL_ANSWERED] = b->now_ms - 500;
	draw(c);
	ok(shows(c, "answered"), "it grows as one looks");
	r->id[0] = '\0';
	feed_set_doc(feed,
	    json_pack(
		"{s:s, s:[s, s]}", "cmd", "call", "args", "list", r->number),
	    json_pack("{s:[{s:s, s:s, s:s, s:s, s:i, s:s, s:s}]}", "calls",
		"id", "019a9f3c-0000-7000-8000-000000000001", "number",
		r->number, "state", "ended", "disposition", "machine", "cause",
		16, "ended", "2026-11-20T22:55:46.100Z", "amd", "MACHINE"));
	draw(c);
	ok(shows(c, "Originate sent") && shows(c, "normal clearing") &&
		shows(c, "19:55:46.100"),
	    "once it has left, its end comes from the engine");
	key(ACT_CANCEL);
	draw(c);
	ok(shows(c, "no call is under way"), "Esc goes back");
	end();
	canvas_free(c);
}

static void
test_find(void)
{
	struct canvas *c = canvas_new(20, 110);
	struct pane_ctx x;

	begin();
	x = ctx(NULL);
	pane_calls.go(self, &x, "+13055550134");
	draw(c);
	ok(shows(c, "asking the engine"), "it is asked");
	feed_set_doc(feed,
	    json_pack("{s:s, s:[s, s]}", "cmd", "call", "args", "list",
		"+13055550134"),
	    json_pack(
		"{s:[{s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:i, s:n}, {s:s, s:s}]}",
		"calls", "id", "a", "number", "+13055550134", "state", "ended",
		"disposition", "busy", "cause", 17, "armed",
		"2026-11-20T22:50:00Z", "ended", "2026-11-20T22:50:09Z",
		"sip_code", 486, "answered", "id", "b", "state", "ringing"));
	draw(c);
	ok(shows(c, "Calls to +13055550134") && shows(c, "busy") &&
		shows(c, "19:50:00"),
	    "what it found");
	key(ACT_DETAILS);
	draw(c);
	ok(shows(c, "ended: busy") && shows(c, "user busy") &&
		shows(c, "SIP 486"),
	    "its ladder");
	key(ACT_CANCEL);
	key(ACT_CANCEL);
	draw(c);
	ok(shows(c, "0 live"), "twice Esc is the list again");
	end();
	canvas_free(c);
}

static void
test_keys(void)
{
	struct pane_ctx x;
	struct view *v;
	const json_t *sent;
	char *text;

	begin();
	put(CALL_RINGING, 4, "+525512000001");
	feed_set_calls(feed, calls, ncalls);
	v = view_fixed(feed, COMMAND_OPERATOR);
	x = ctx(v);
	ok(pane_calls.key(self, &x, ACT_HANGUP, 'x'), "x asks");
	ok(view_sent(v) == NULL, "and sends nothing yet");
	view_key(v, 'y', 1);
	sent = view_sent(v);
	text = sent != NULL ? json_dumps(sent, JSON_COMPACT) : NULL;
	ok(text != NULL &&
		strcmp(text, "{\"cmd\":\"call\",\"args\":[\"hangup\","
			     "\"019a9f3c-0000-7000-8000-000000000001\"]}") == 0,
	    "y hangs up: %s", text != NULL ? text : "nothing");
	free(text);
	ok(!pane_calls.key(self, &x, ACT_CANCEL, UIK_ESC), "Esc: nothing open");
	ok(!pane_calls.key(self, &x, ACT_GRAPH_ZOOM, 'z'), "z: not here");
	pane_calls.free(self);
	view_free(v);
}

static void
test_print(void)
{
	struct buf out = BUF_INIT;
	struct pane_ctx x;
	json_t *j, *one;

	begin();
	put(CALL_SENT, 11, "+525512000001");
	feed_set_calls(feed, calls, ncalls);
	x = ctx(NULL);
	j = pane_calls.rows(&x);
	one = json_array_get(json_object_get(j, "calls"), 0);
	ok(json_integer_value(json_object_get(j, "stuck")) == 1 &&
		strcmp(json_string_value(json_object_get(one, "state")),
		    "sent") == 0 &&
		json_number_value(json_object_get(one, "age_s")) == 11,
	    "JSON");
	json_decref(j);
	pane_calls.print(&x, &out);
	ok(strstr(buf_cstr(&out), "sent 1") != NULL &&
		strstr(buf_cstr(&out), "+525512000001") != NULL,
	    "text");
	buf_clear(&out);
	end();
}

/* Nothing of a name may reach a cell as a control character. */
static void
test_sizes(void)
{
	static const struct {
		int rows, cols;
	} sizes[] = { { 1, 1 }, { 3, 10 }, { 6, 40 }, { 20, 80 }, { 36, 120 },
		{ 56, 200 }, { 116, 400 }, { 20, 400 }, { 116, 80 } };
	const char *evil = "a\033]0;owned\007\xe2\x80\xae"
			   "evil\xc2\x9b"
			   "31m";

	begin();
	ncalls = boards_calls(calls, CALLS);
	str_copy(calls[3].campaign, MODEL_NAME, evil);
	str_copy(calls[3].note, sizeof(calls[3].note), evil);
	str_copy(calls[3].did_why, sizeof(calls[3].did_why), evil);
	str_copy(calls[3].number, sizeof(calls[3].number), "\033[2J");
	calls[5].state = 77;
	for (size_t i = 0; i < nitems(sizes); i++) {
		struct canvas *c = canvas_new(sizes[i].rows, sizes[i].cols);
		bool good = true;

		for (int k = 0; k < 2; k++) {
			draw(c);
			good = good && screen_clean(c);
			for (int n = 0; n < 40 && k == 0; n++) {
				key(ACT_DETAILS);
				draw(c);
				good = good && screen_clean(c);
				key(ACT_CANCEL);
				key(ACT_DOWN);
			}
		}
		ok(good, "nothing hostile at %dx%d", sizes[i].cols,
		    sizes[i].rows);
		canvas_free(c);
	}
	end();
}

static void
test_iso(void)
{
	ok(iso_parse("2026-11-20T22:55:46Z") == BOARDS_NOW, "UTC");
	ok(iso_parse("2026-11-20T19:55:46.120-03:00") == BOARDS_NOW + 120,
	    "another zone, and milliseconds");
	ok(iso_parse("2026-11-20 22:55:46.123456+00") == BOARDS_NOW + 123,
	    "as the database writes it");
	ok(iso_parse(NULL) == 0 && iso_parse("") == 0 &&
		iso_parse("2026-11-20") == 0 &&
		iso_parse("2026-13-20T22:55:46Z") == 0 &&
		iso_parse("2026-11-20T22:55:46+x") == 0,
	    "what is none");
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	boards_make(b, BOARDS_NOW);
	test_list();
	test_filter();
	test_ended();
	test_steps();
	test_ladder();
	test_find();
	test_keys();
	test_print();
	test_sizes();
	test_iso();
	free(b);
	return done_testing();
}
