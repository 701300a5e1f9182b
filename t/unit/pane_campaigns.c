/* SPDX-License-Identifier: MIT */
/*
 * The campaigns pane: cells that must be there in each important state, what
 * keys send, and nothing hostile in any cell at any size.
 */
#include "ui/pane.h"

#include <string.h>

#include "boards.h"
#include "screens.h"
#include "ui/cols.h"
#include "ui/view.h"

static struct board *b;

static const char details[] =
    "{\"dispositions\":{\"connected\":1262},"
    "\"recycle\":[{\"at\":\"2026-11-20T22:00:00Z\",\"contacts\":310},"
    "{\"at\":\"2026-11-20T21:00:00-03:00\",\"contacts\":1290},"
    "{\"at\":\"2026-11-21T06:00:00+00:00\",\"contacts\":870},"
    "{\"at\":\"2030-01-01T00:00:00Z\",\"contacts\":99999},"
    "{\"at\":\"nonsense\",\"contacts\":5}],"
    "\"due_now\":120,\"later\":4300,"
    "\"attempts\":[{\"attempt\":1,\"calls\":21000,\"answered\":9100},"
    "{\"attempt\":2,\"calls\":6720,\"answered\":2265}],"
    "\"trunks\":[{\"trunk\":\"carrier-a\",\"calls\":18000,\"answered\":7500,"
    "\"connected\":840}],"
    "\"dids\":{\"used\":198,\"top\":[{\"number\":\"+13055550100\","
    "\"calls\":100,\"answered\":44},{\"number\":\"+12125550137\","
    "\"calls\":97,\"answered\":39}]},"
    "\"keys\":[{\"key\":\"1\",\"calls\":1431},{\"key\":\"9\",\"calls\":142}],"
    "\"funnel\":{\"dialled\":27720,\"answered\":11365,\"human\":7577,"
    "\"key\":1573,\"connected\":1262}}";

static const char conf[] =
    "[{\"name\":\"usa-morning\",\"trunks\":[\"carrier-a\",\"carrier-b\"],"
    "\"lists\":[],\"call_from\":\"09:00\",\"call_to\":\"18:00\","
    "\"weekdays\":\"mon-fri\",\"max_attempts\":3,\"order\":\"due\"}]";

static struct feed *
feed_make(bool docs)
{
	struct feed *f = feed_fixed(b);

	if (docs) {
		feed_set_doc(f,
		    json_pack("{s:s, s:[s, s]}", "cmd", "details", "args",
			"campaign", "usa-morning"),
		    json_loads(details, 0, NULL));
		feed_set_doc(f,
		    json_pack("{s:s, s:[s, s]}", "cmd", "show", "args",
			"campaign", "usa-morning"),
		    json_loads(conf, 0, NULL));
	}
	return f;
}

static void
draw(void *self, struct feed *f, struct canvas *c)
{
	struct pane_ctx x = { .b = b,
		.state = BOARD_LIVE,
		.zone = "America/Sao_Paulo",
		.role = COMMAND_ADMIN,
		.feed = f };

	canvas_clear(c);
	pane_campaigns.draw(self, &x, c, canvas_all(c));
	if (getenv("SHOW") != NULL) {
		struct buf s = screen(c);

		printf("%s", buf_cstr(&s));
		buf_clear(&s);
	}
}

static bool
press(void *self, struct feed *f, struct view *v, enum keys_action a)
{
	struct pane_ctx x = { .b = b,
		.state = BOARD_LIVE,
		.zone = "America/Sao_Paulo",
		.role = COMMAND_ADMIN,
		.feed = f,
		.view = v };

	return pane_campaigns.key(self, &x, a, 0);
}

static void
test_states(void)
{
	struct canvas *c = canvas_new(20, 80);
	struct feed *f;
	void *self = pane_campaigns.init();

	boards_make(b, BOARDS_NOW);
	f = feed_make(false);
	draw(self, f, c);
	ok(shows(c, "Campaigns") && shows(c, "usa-morning") &&
		shows(c, "running") && shows(c, "19.8/20.0") &&
		shows(c, "34,800"),
	    "80x24: name, state, pace, what is left");
	ok(shows(c, "waiting") && shows(c, "calling window closed: brazil"),
	    "why one does not dial");
	ok(shows(c, "dialled") && shows(c, "27,720") && shows(c, "11,365") &&
		shows(c, "41.0 %"),
	    "the funnel stands below the list");
	ok(shows(c, "the engine is asked") || !shows(c, "Waiting to be"),
	    "what is not there yet is said");
	boards_spoil(b, "brake");
	draw(self, f, c);
	ok(shows_on(c, " BRAKE engaged: quality 0.07 of 212", ROLE_BG_BAD),
	    "a brake outranks the state");
	ok(shows(c, "Evidence") && shows(c, "7.1 of 6.9"), "its evidence");
	boards_make(b, BOARDS_NOW);
	b->campaigns[0].ngates = 1;
	b->campaigns[0].gates[0] = (struct board_gate){ .name = "window",
		.contacts = 12345,
		.opens_ms = BOARDS_NOW + 7260 * MS_PER_S };
	draw(self, f, c);
	ok(shows(c, "calling hours") && shows(c, "12,345 until 21:56:46"),
	    "a gate, with who is behind it and until when");
	boards_spoil(b, "empty");
	draw(self, f, c);
	ok(shows(c, "none yet: n makes one"), "no campaigns");
	pane_campaigns.free(self);
	feed_free(f);
	canvas_free(c);
}

static void
test_details(void)
{
	struct canvas *c = canvas_new(56, 200);
	void *self = pane_campaigns.init();
	struct view *v;
	struct feed *f;

	boards_make(b, BOARDS_NOW);
	f = feed_make(true);
	v = view_fixed(feed_make(true), COMMAND_ADMIN);
	draw(self, f, c);
	ok(shows(c, "key pressed") && shows(c, "1,573") && shows(c, "20.8 %"),
	    "keys of the funnel, share of the persons");
	ok(shows(c, "due now 120") && shows(c, "after 48 h 4,300") &&
		shows(c, "at most 1,290 an hour"),
	    "who waits to be called again; far and broken times left out");
	ok(shows(c, "carrier-a") && shows(c, "+13055550100") &&
		shows(c, "198 caller IDs"),
	    "trunks and caller IDs used");
	ok(shows(c, "key 9") && shows(c, "142") && shows(c, "attempt 2"),
	    "keys and attempts");
	ok(shows(c, "carrier-a, carrier-b") &&
		shows(c, "09:00 to 18:00, mon-fri") && shows(c, "default"),
	    "limits");
	ok(shows(c, "no key pressed") && shows(c, "congestion"),
	    "dispositions in words");
	ok(press(self, f, v, ACT_DETAILS), "Enter");
	draw(self, f, c);
	ok(shows(c, "Campaign usa-morning, running") &&
		!shows(c, "mexico-cobranza"),
	    "over the whole pane");
	ok(press(self, f, v, ACT_DOWN), "down, while they are open");
	draw(self, f, c);
	ok(shows(c, "Campaign mexico-cobranza"), "the next one's");
	ok(press(self, f, v, ACT_CANCEL), "Esc closes");
	draw(self, f, c);
	ok(shows(c, "usa-morning"), "the list is back");
	ok(!press(self, f, v, ACT_CANCEL), "Esc has nothing more to close");
	pane_campaigns.free(self);
	view_free(v);
	feed_free(f);
	canvas_free(c);
}

/* Did that go to the engine? */
static bool
sent(struct view *v, const char *cmd, const char *a, const char *name)
{
	const json_t *q = view_sent(v), *args = json_object_get(q, "args");
	const char *have[3] = { json_string_value(json_object_get(q, "cmd")),
		json_string_value(json_array_get(args, 0)),
		json_string_value(json_array_get(args, 1)) };

	return have[0] != NULL && have[1] != NULL && have[2] != NULL &&
	       strcmp(have[0], cmd) == 0 && strcmp(have[1], a) == 0 &&
	       strcmp(have[2], name) == 0;
}

static void
type(struct view *v, const char *text)
{
	for (; *text != '\0'; text++)
		view_key(v, (unsigned char)*text, 0);
}

static void
test_keys(void)
{
	void *self = pane_campaigns.init();
	struct canvas *c = canvas_new(40, 120);
	struct feed *f;
	struct view *v;

	boards_make(b, BOARDS_NOW);
	f = feed_make(true);
	v = view_fixed(feed_make(true), COMMAND_ADMIN);
	press(self, f, v, ACT_CAMPAIGN_TOGGLE);
	ok(sent(v, "campaign", "pause", "usa-morning"), "Space pauses");
	str_copy(b->campaigns[0].state, 12, "paused");
	press(self, f, v, ACT_CAMPAIGN_TOGGLE);
	ok(sent(v, "campaign", "start", "usa-morning"), "Space resumes");
	press(self, f, v, ACT_DOWN);
	press(self, f, v, ACT_CAMPAIGN_STOP);
	ok(!sent(v, "campaign", "stop", "mexico-cobranza"),
	    "stopping asks first");
	view_draw(v, c, 0);
	ok(shows(c, "Campaign mexico-cobranza ends here") &&
		shows(c, "24,100") && shows(c, "140 calls"),
	    "... with figures");
	view_key(v, 'y', 0);
	ok(sent(v, "campaign", "stop", "mexico-cobranza"), "y: it is stopped");
	press(self, f, v, ACT_WHY);
	ok(sent(v, "why", "campaign", "mexico-cobranza"), "w asks why");
	view_free(v);
	v = view_fixed(feed_make(true), COMMAND_ADMIN);
	str_copy(b->campaigns[1].state, 12, "stopped");
	press(self, f, v, ACT_CAMPAIGN_TOGGLE);
	ok(view_sent(v) == NULL, "a stopped one is not started by Space");
	press(self, f, v, ACT_CAMPAIGN_START);
	ok(sent(v, "campaign", "start", "mexico-cobranza"), "S starts it");
	pane_campaigns.free(self);
	view_free(v);
	feed_free(f);
	canvas_free(c);
}

/* The list's name goes on to the view, which alone may open files. */
static void
test_import(void)
{
	void *self = pane_campaigns.init();
	struct canvas *c = canvas_new(40, 120);
	struct feed *f;
	struct view *v;
	const json_t *q;

	boards_make(b, BOARDS_NOW);
	f = feed_make(true);
	v = view_fixed(feed_make(true), COMMAND_ADMIN);
	press(self, f, v, ACT_IMPORT);
	view_draw(v, c, 0);
	ok(shows(c, "to import into usa-morning"), "i asks for a list");
	type(v, "/tmp/new list.csv");
	view_key(v, UIK_ENTER, 0);
	view_draw(v, c, 0);
	q = view_sent(v);
	if (q == NULL)
		ok(shows(c, "files of this machine cannot be read"),
		    "a view without files says so");
	else
		ok(strcmp(json_string_value(json_object_get(q, "cmd")),
		       "import") == 0 &&
			strcmp(json_string_value(json_object_get(q, "what")),
			    "contacts") == 0 &&
			strcmp(
			    json_string_value(json_object_get(q, "campaign")),
			    "usa-morning") == 0 &&
			strcmp(json_string_value(json_object_get(q, "file")),
			    "new list.csv") == 0,
		    "i imports into the one under the cursor");
	ok(!press(self, f, v, ACT_HELP), "help is none of its");
	pane_campaigns.free(self);
	view_free(v);
	feed_free(f);
	canvas_free(c);
}

static void
test_printed(void)
{
	struct feed *f;
	struct pane_ctx x = { .b = b, .zone = "UTC" };
	struct buf out = BUF_INIT;
	char name[MODEL_NAME];
	void *self = pane_campaigns.init();
	json_t *a, *o;

	boards_make(b, BOARDS_NOW);
	f = feed_make(false);
	x.feed = f;
	a = pane_campaigns.rows(&x);
	o = json_array_get(a, 0);
	ok(json_array_size(a) == 3 &&
		strcmp(json_string_value(json_object_get(o, "name")),
		    "usa-morning") == 0 &&
		json_number_value(json_object_get(o, "remaining")) == 34800 &&
		json_object_get(o, "connect_rate") != NULL,
	    "rows");
	json_decref(a);
	pane_campaigns.print(&x, &out);
	ok(strstr(buf_cstr(&out), "usa-morning") != NULL &&
		strstr(buf_cstr(&out),
		    "brasil-pesquisa: calling window closed") != NULL &&
		strstr(buf_cstr(&out), "\033") == NULL,
	    "printed, with the reason");
	buf_clear(&out);
	pane_campaigns.go(self, &x, "brasil-pesquisa");
	ok(pane_campaigns.under(self, &x, name, sizeof(name)) &&
		strcmp(name, "brasil-pesquisa") == 0,
	    "other panes put the cursor on it");
	boards_spoil(b, "hostile");
	pane_campaigns.print(&x, &out);
	ok(strstr(buf_cstr(&out), "\033") == NULL, "a hostile name printed");
	buf_clear(&out);
	pane_campaigns.free(self);
	feed_free(f);
}

static void
test_hostile(void)
{
	static const char *const how[] = { "normal", "hostile", "brake",
		"empty" };
	struct view *v;
	int bad = 0, drawn = 0;

	boards_make(b, BOARDS_NOW);
	v = view_fixed(feed_make(true), COMMAND_ADMIN);
	for (size_t h = 0; h < 2 * nitems(how); h++) {
		void *self = pane_campaigns.init();
		struct feed *f;

		boards_make(b, BOARDS_NOW);
		boards_spoil(b, how[h / 2]);
		f = feed_make(true);
		if (h % 2 == 1)
			press(self, f, v, ACT_DETAILS);
		for (int rows = 4; rows <= 116; rows += 14)
			for (int cols = 80; cols <= 400; cols += 40) {
				struct canvas *c = canvas_new(rows, cols);

				canvas_set_ascii(c, drawn % 2 == 1);
				draw(self, f, c);
				drawn++;
				for (int y = 0; y < rows; y++)
					for (int x = 0; x < cols; x++) {
						struct canvas_cell k;

						canvas_get(c, y, x, &k);
						if (k.base != 0 &&
						    text_width(k.base) < 1)
							bad++;
					}
				canvas_free(c);
			}
		feed_free(f);
		pane_campaigns.free(self);
	}
	view_free(v);
	ok(bad == 0, "%d screens: nothing hostile", drawn);
	/* counts beyond the arrays, nonsense in figures */
	boards_make(b, BOARDS_NOW);
	b->ncampaigns = 0xffffffff;
	b->campaigns[0].ngates = 0xffffffff;
	b->campaigns[0].remaining = UINT64_MAX;
	b->campaigns[0].brake.up = b->campaigns[0].brake.down = 0;
	{
		struct canvas *c = canvas_new(36, 120);
		struct feed *f = feed_make(true);
		void *self = pane_campaigns.init();

		draw(self, f, c);
		ok(shows(c, "usa-morning"), "garbage in counts is clamped");
		pane_campaigns.free(self);
		feed_free(f);
		canvas_free(c);
	}
}

/* Calls of before midnight are answered behind it. */
static void
test_rates(void)
{
	ok(cols_rate(1, 4) == 0.25 && cols_rate(1, 0) == -1, "a rate, or none");
	ok(cols_rate(3, 2) == 1, "none is over 100 %%");
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	test_states();
	test_rates();
	test_details();
	test_keys();
	test_import();
	test_printed();
	test_hostile();
	free(b);
	return done_testing();
}
