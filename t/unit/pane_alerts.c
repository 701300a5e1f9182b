/* SPDX-License-Identifier: MIT */
/*
 * The alerts pane: what is wrong stands first and is seen, filters mean what
 * they say, every rule that everybody has comes with advice, keys send the
 * right requests.  SCREENS=1 prints the screens.
 */
#include "ui/pane.h"

#include <stdio.h>
#include <string.h>

#include "boards.h"
#include "engine/alert.h"
#include "screens.h"
#include "shared/lang.h"
#include "tap.h"
#include "ui/alert_page.h"
#include "ui/log_rows.h"
#include "ui/view.h"

static struct board *b;
static struct feed *feed;
static void *self;

static struct board_alert *
put(const char *rule, const char *object, const char *severity, int ago_s)
{
	struct board_alert *a = &b->alerts[b->nalerts++];

	memset(a, 0, sizeof(*a));
	a->since_ms = b->now_ms - ago_s * MS_PER_S;
	str_copy(a->rule, sizeof(a->rule), rule);
	str_copy(a->object, sizeof(a->object), object);
	str_copy(a->severity, sizeof(a->severity), severity);
	str_format(a->message, sizeof(a->message), "%s of %s", rule, object);
	return a;
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
	struct board_alert *a;

	boards_make(b, BOARDS_NOW);
	b->nalerts = 0;
	put("campaign-brake", "usa-morning", "critical", 31)->hidden = 3;
	put("ami-lag", "pbx2", "warning", 900);
	a = put("did-near-cap", "nanp", "warning", 6000);
	a->acked_ms = b->now_ms - 4000000;
	str_copy(a->acked_by, sizeof(a->acked_by), "maria");
	a = put("cps-low", "", "warning", 3600);
	a->ended_ms = b->now_ms - 3500000;
	a = put("switch", "pbx1", "critical", 2 * 86400);
	a->ended_ms = b->now_ms - 86400 * MS_PER_S;
	b->log[b->log_head].level = LOG_LVL_ERROR;
	feed = feed_fixed(b);
	self = pane_alerts.init();
}

static void
end(void)
{
	pane_alerts.free(self);
	feed_free(feed);
}

static void
draw(struct canvas *c)
{
	struct pane_ctx x = ctx(NULL);
	struct buf s;

	canvas_clear(c);
	pane_alerts.draw(self, &x, c, canvas_all(c));
	if (getenv("SCREENS") == NULL)
		return;
	s = screen(c);
	printf("%s", buf_cstr(&s));
	buf_clear(&s);
}

static bool
key(enum keys_action a)
{
	struct pane_ctx x = ctx(NULL);

	return pane_alerts.key(self, &x, a, 0);
}

static void
test_alerts(void)
{
	struct canvas *c = canvas_new(20, 80);

	begin();
	draw(c);
	ok(shows(c, "2 active, 1 acknowledged, 1 over today"), "the counts");
	ok(shows_on(c, "critical", ROLE_BG_BAD), "critical in red");
	ok(shows_on(c, "warning", ROLE_BG_WARN), "a warning in yellow");
	ok(shows(c, "campaign-brake of usa-morning"), "the message");
	ok(shows(c, "seen"), "what somebody has seen");
	ok(shows(c, "What to do") && shows(c, "calls probe"),
	    "advice below the table");
	ok(key(ACT_DETAILS), "Enter");
	draw(c);
	ok(shows(c, "What to do") && shows(c, "Single calls probe"),
	    "tells what to do");
	ok(shows(c, "3 other alerts that come of it"), "what it explains");
	ok(shows(c, "nobody yet"), "who has seen it");
	b->alerts[0].acked_ms = b->now_ms;
	str_copy(b->alerts[0].acked_by, 32, "jorge");
	draw(c);
	ok(shows(c, "jorge"), "and that changes as one looks");
	ok(key(ACT_CANCEL) && !key(ACT_CANCEL), "Esc once");
	b->nalerts = 0;
	draw(c);
	ok(shows(c, "no alerts: none is active"), "a quiet night");
	end();
	canvas_free(c);
}

static void
test_log(void)
{
	struct canvas *c = canvas_new(20, 80);
	struct buf s;
	const char *first, *second;

	begin();
	key(ACT_VIEW);
	draw(c);
	ok(shows(c, "errors 1, warnings 0"), "lines by level");
	ok(shows_on(c, "error", ROLE_BG_BAD), "an error is seen");
	s = screen(c);
	first = strstr(buf_cstr(&s), "trunk carrier-b: 503");
	second = strstr(buf_cstr(&s), "engine started");
	ok(first != NULL && second != NULL && first < second, "newest first");
	buf_clear(&s);
	key(ACT_RIGHT);
	draw(c);
	ok(shows(c, "asking the engine"), "the audit trail is asked for");
	feed_set_doc(feed,
	    json_pack("{s:s, s:[s], s:i}", "cmd", "audit", "args", "list",
		"limit", 500),
	    json_pack("{s:[{s:s, s:s, s:s, s:s, s:s, s:s, s:s}]}", "lines",
		"at", "2026-11-20T22:50:00Z", "node", "n1", "actor", "maria",
		"origin", "10.0.0.4", "action", "campaign", "object",
		"start usa-morning", "result", "done"));
	draw(c);
	ok(shows(c, "19:50:00") && shows(c, "maria") &&
		shows(c, "start usa-morning"),
	    "who did what");
	key(ACT_LEFT);
	draw(c);
	ok(shows(c, "engine started"), "Left goes back to the log");
	end();
	canvas_free(c);
}

static size_t
shown(const struct table_col *cols, size_t ncols, const void *rows, size_t n,
    size_t size, const char *filter)
{
	struct table t;
	size_t k, *v;

	table_init(&t, cols, ncols);
	str_copy(t.filter, sizeof(t.filter), filter);
	t.number = "lasts_s";
	v = table_shown(&t, rows, n, size, &k);
	free(v);
	table_clear(&t);
	return k;
}

static void
test_filter(void)
{
	struct alert_row a[BOARD_ALERTS];
	struct log_row l[BOARD_LOG];
	struct pane_ctx x;
	size_t n, nl;

	begin();
	x = ctx(NULL);
	n = alert_rows(&x, a);
	nl = log_rows(&x, l);
#define ALERTS(f) shown(alert_cols, alert_ncols, a, n, sizeof(a[0]), f)
#define LINES(f)  shown(log_cols, log_ncols, l, nl, sizeof(l[0]), f)
	ok(ALERTS("") == 5 && ALERTS("usa-morning") == 1, "a campaign's name");
	ok(ALERTS("user:maria") == 1, "who has seen it");
	ok(ALERTS("critical active") == 1 && ALERTS("state:over") == 2,
	    "severity and state");
	ok(ALERTS(">1000") == 2, "how long it lasts");
	ok(LINES("level:error") == 1, "the level of the log");
	ok(LINES("pbx1") == 1 && LINES("!pbx1 !pbx2") == 4, "a word");
	end();
}

/* The request sent last as text, NULL: none; the caller frees. */
static char *
sent(struct view *v)
{
	const json_t *o = view_sent(v);

	return o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
}

static void
test_keys(void)
{
	struct pane_ctx x;
	struct view *v;
	char *text;

	begin();
	v = view_fixed(feed, COMMAND_OPERATOR);
	x = ctx(v);
	pane_alerts.key(self, &x, ACT_DOWN, 'j');
	ok(pane_alerts.key(self, &x, ACT_ACK, 'a'), "a");
	text = sent(v);
	ok(text != NULL &&
		strcmp(text, "{\"cmd\":\"alert\",\"args\":[\"ack\",\"ami-lag\","
			     "\"pbx2\"]}") == 0,
	    "acknowledges the one under the cursor: %s",
	    text != NULL ? text : "nothing");
	free(text);
	pane_alerts.key(self, &x, ACT_ACK_ALL, 'A');
	view_key(v, 'y', 1);
	text = sent(v);
	ok(text != NULL &&
		strcmp(text,
		    "{\"cmd\":\"alert\",\"args\":[\"ack\",\"all\"]}") == 0,
	    "A and y all of them: %s", text != NULL ? text : "nothing");
	free(text);
	pane_alerts.key(self, &x, ACT_VIEW, 'v');
	ok(!pane_alerts.key(self, &x, ACT_ACK, 'a'),
	    "a in the log is the view's");
	pane_alerts.free(self);
	view_free(v);
}

static void
test_advice(void)
{
	const char *own = alert_advice("a rule of nobody");

	for (size_t i = 0; i < alert_ndefaults; i++)
		ok(strcmp(alert_advice(alert_defaults[i].name), own) != 0,
		    "advice for %s", alert_defaults[i].name);
}

static void
test_print(void)
{
	struct buf out = BUF_INIT;
	struct pane_ctx x;
	json_t *j, *one;

	begin();
	x = ctx(NULL);
	j = pane_alerts.rows(&x);
	one = json_array_get(json_object_get(j, "alerts"), 2);
	ok(json_array_size(json_object_get(j, "alerts")) == 5 &&
		json_array_size(json_object_get(j, "log")) == 6 &&
		strcmp(json_string_value(json_object_get(one, "state")),
		    "acknowledged") == 0,
	    "JSON");
	json_decref(j);
	pane_alerts.print(&x, &out);
	ok(strstr(buf_cstr(&out), "2 active") != NULL &&
		strstr(buf_cstr(&out), "ami-lag of pbx2") != NULL &&
		strstr(buf_cstr(&out), "engine started") != NULL,
	    "text");
	buf_clear(&out);
	end();
}

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
	str_copy(b->alerts[0].message, sizeof(b->alerts[0].message), evil);
	str_copy(b->alerts[0].object, sizeof(b->alerts[0].object), evil);
	str_copy(b->alerts[0].rule, sizeof(b->alerts[0].rule), evil);
	str_copy(b->alerts[0].severity, sizeof(b->alerts[0].severity), "\033[");
	str_copy(b->log[b->log_head].text, 164, evil);
	b->log[0].level = 77;
	for (size_t i = 0; i < nitems(sizes); i++) {
		struct canvas *c = canvas_new(sizes[i].rows, sizes[i].cols);
		bool good = true;

		for (int v = 0; v < 3; v++) {
			draw(c);
			good = good && screen_clean(c);
			if (v == 0) {
				key(ACT_DETAILS);
				draw(c);
				good = good && screen_clean(c);
				key(ACT_CANCEL);
			}
			key(ACT_VIEW);
		}
		ok(good, "nothing hostile at %dx%d", sizes[i].cols,
		    sizes[i].rows);
		canvas_free(c);
	}
	b->nalerts = b->nlog = 0;
	{
		struct canvas *c = canvas_new(36, 120);

		key(ACT_VIEW);
		draw(c);
		ok(shows(c, "no alerts") && shows(c, "nothing yet"),
		    "an engine that has just begun");
		canvas_free(c);
	}
	end();
}

/* Longer words: the names of the views stand beside the title, not on it. */
static void
test_spanish(void)
{
	struct canvas *c = canvas_new(20, 80);
	struct pane_ctx x = ctx(NULL);

	begin();
	ok(lang_set("es"), "there is Spanish");
	x.feed = feed;
	pane_alerts.draw(self, &x, c, canvas_all(c));
	ok(shows(c, "\xe2\x80\xa6 \xe2\x94\x80 alertas "),
	    "the title is cut, and seen to be");
	lang_set("en");
	end();
	canvas_free(c);
}

int
main(void)
{
	b = xcalloc(1, sizeof(*b));
	test_alerts();
	test_log();
	test_filter();
	test_keys();
	test_advice();
	test_print();
	test_sizes();
	test_spanish();
	free(b);
	return done_testing();
}
