/* SPDX-License-Identifier: MIT */
/*
 * Golden screens: every pane at three sizes in three languages, and what
 * lies over a pane.  GOLDEN=update writes t/golden anew; the diff is what is
 * reviewed.
 */
#include <stdlib.h>
#include <string.h>

#include "boards.h"
#include "boards_docs.h"
#include "boards_rows.h"
#include "screens.h"
#include "shared/lang.h"
#include "ui/view.h"

#define DIDS    20000
#define CALLS   400
#define AGENTS  48
#define SECONDS 7200

static struct board *b;
static struct row_did *dids;
static struct row_call *calls;
static struct row_agent *agents;
static struct row_key pressed[BOARDS_KEYS];
static struct board_second *day;

static void
put_doc(struct feed *f, const char *request, const char *data)
{
	feed_set_doc(
	    f, json_loads(request, 0, NULL), json_loads(data, 0, NULL));
}

static void
put_docs(struct feed *f)
{
	put_doc(
	    f, "{\"cmd\":\"show\",\"args\":[\"context\"]}", BOARDS_CONTEXTS);
	put_doc(f, "{\"cmd\":\"survey\",\"args\":[\"" BOARDS_SURVEY "\"]}",
	    BOARDS_ANSWERS);
	put_doc(f,
	    "{\"cmd\":\"details\",\"args\":[\"campaign\",\"usa-morning\"]}",
	    "{\"dispositions\":{\"connected\":1262,\"answered_no_key\":5100,"
	    "\"machine\":3788,\"no_answer\":9500,\"busy\":2700,\"failed\":1900},"
	    "\"recycle\":[{\"at\":\"2026-11-20T23:00:00Z\",\"contacts\":310},"
	    "{\"at\":\"2026-11-21T00:00:00Z\",\"contacts\":1290},"
	    "{\"at\":\"2026-11-21T01:00:00Z\",\"contacts\":870}],"
	    "\"due_now\":120,\"later\":4300,"
	    "\"attempts\":[{\"attempt\":1,\"calls\":21000,\"answered\":9100},"
	    "{\"attempt\":2,\"calls\":6720,\"answered\":2265}],"
	    "\"trunks\":[{\"trunk\":\"carrier-a\",\"calls\":18000,\"answered\":"
	    "7500,\"connected\":840},{\"trunk\":\"carrier-b\",\"calls\":9720,"
	    "\"answered\":3865,\"connected\":422}],"
	    "\"dids\":{\"used\":236,\"top\":[{\"number\":\"+13055550142\","
	    "\"calls\":118,\"answered\":51}]},"
	    "\"keys\":[{\"key\":\"1\",\"calls\":1262},{\"key\":\"9\",\"calls\":"
	    "142}],\"funnel\":{\"dialled\":27720,\"answered\":11365,\"human\":"
	    "7577,\"key\":1404,\"connected\":1262}}");
	put_doc(f, "{\"cmd\":\"audit\",\"args\":[\"list\"],\"limit\":500}",
	    "{\"lines\":[{\"at\":\"2026-11-20T22:50:01Z\",\"node\":\"n1\","
	    "\"actor\":\"maria\",\"origin\":\"local\",\"action\":\"cps\","
	    "\"object\":\"25\",\"result\":\"done\"},"
	    "{\"at\":\"2026-11-20T22:41:30Z\",\"node\":\"n1\",\"actor\":"
	    "\"joao\",\"origin\":\"local\",\"action\":\"campaign\",\"object\":"
	    "\"usa-morning\",\"result\":\"running\"}]}");
	put_doc(f, "{\"cmd\":\"loadtest\",\"args\":[\"results\"]}",
	    "{\"tests\":[{\"id\":3,\"started\":\"2026-11-19T20:00:00Z\","
	    "\"ended\":\"2026-11-19T20:10:00Z\",\"parameters\":{\"cps\":25,"
	    "\"minutes\":10},\"result\":{\"targets\":[{\"name\":\"CPS, mean\","
	    "\"wanted\":\"25\",\"measured\":\"24.98\",\"pass\":true},"
	    "{\"name\":\"set-up p95\",\"wanted\":\"< 500 ms\",\"measured\":"
	    "\"731 ms\",\"pass\":false}]}}]}");
}

static struct view *
make_view(void)
{
	struct feed *f = feed_fixed(b);

	feed_set_dids(f, dids, DIDS);
	feed_set_calls(f, calls, CALLS);
	feed_set_agents(f, agents, AGENTS);
	feed_set_seconds(f, day, SECONDS);
	feed_set_keys(f, pressed, BOARDS_KEYS);
	put_docs(f);
	return view_fixed(f, COMMAND_ADMIN);
}

static void
press(struct view *v, struct canvas *c, const char *keys)
{
	for (; *keys != '\0'; keys++) {
		view_key(v, *keys == '\n' ? UIK_ENTER : (unsigned char)*keys,
		    NS_PER_S);
		/* panes learn their pages as they draw */
		view_draw(v, c, NS_PER_S);
	}
}

static void
one(const char *name, const char *keys, int cols, int rows, const char *lang)
{
	struct canvas *c = canvas_new(rows, cols);
	struct view *v = make_view();
	char file[96];

	view_draw(v, c, NS_PER_S);
	press(v, c, keys);
	view_draw(v, c, NS_PER_S);
	str_format(file, sizeof(file), "%s_%dx%d_%s", name, cols, rows, lang);
	golden(c, file);
	view_free(v);
	canvas_free(c);
}

int
main(void)
{
	static const struct {
		const char *name, *keys;
	} screens[] = { { "overview", "1" }, { "campaigns", "2" },
		{ "campaign", "2\n" }, { "countries", "3" }, { "dids", "4" },
		{ "picture", "4v" }, { "contexts", "5" }, { "context", "5\n" },
		{ "flow", "5G\n" }, { "answers", "5G\nvv" }, { "calls", "6" },
		{ "call", "6\n" }, { "agents", "7" }, { "trunks", "8" },
		{ "loadtest", "9" }, { "alerts", "0" }, { "help", "4?" },
		{ "filter", "4/us blocked" } };
	static const struct {
		int cols, rows;
	} sizes[] = { { 80, 24 }, { 120, 40 }, { 200, 60 } };
	static const char *const langs[] = { "en", "es", "pt_BR" };

	b = xcalloc(1, sizeof(*b));
	boards_make(b, BOARDS_NOW);
	dids = xcalloc(DIDS, sizeof(*dids));
	calls = xcalloc(CALLS, sizeof(*calls));
	agents = xcalloc(AGENTS, sizeof(*agents));
	day = xcalloc(SECONDS, sizeof(*day));
	boards_dids(dids, DIDS);
	boards_pools(b, dids, DIDS);
	boards_calls(calls, CALLS);
	boards_agents(agents, AGENTS);
	boards_seconds(day, SECONDS);
	for (size_t i = 0; i < BOARDS_KEYS; i++)
		boards_key(&pressed[i], i);
	for (size_t l = 0; l < nitems(langs); l++) {
		if (!lang_set(langs[l])) {
			ok(0, "no translation to %s", langs[l]);
			continue;
		}
		for (size_t i = 0; i < nitems(screens); i++)
			for (size_t k = 0; k < nitems(sizes); k++)
				one(screens[i].name, screens[i].keys,
				    sizes[k].cols, sizes[k].rows, langs[l]);
	}
	lang_set("en");
	free(b);
	free(dids);
	free(calls);
	free(agents);
	free(day);
	return done_testing();
}
