/* SPDX-License-Identifier: MIT */
/*
 * Contexts among each other: what a change to one of them does to those that
 * go on to it.
 */
#include "daemon/context_world.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static json_t *
array(const char *text)
{
	json_t *a = json_loads(text, 0, NULL);

	if (a == NULL)
		printf("# no JSON: %s\n", text);
	return a;
}

#define TARGET                                                                 \
	"{\"name\":\"b\",\"states\":[\"q menu prompt=p 9>o\",\"o optout\"]}"

/* Change b by given; what is said of it. */
static void
change(const char *about, const char *contexts, const char *name,
    const char *given, const char *broken, const char *why)
{
	json_t *was = array(contexts), *now = json_copy(was);
	json_t *amds = array("[{\"name\":\"slow\"}]"), *g = array(given);
	struct context_world *before, *after;
	char which[MODEL_NAME] = "";
	struct buf err = BUF_INIT;
	bool good;

	context_world_put(now, name, g);
	before = context_world_new(was, amds);
	after = context_world_new(now, amds);
	good = context_world_accepts(before, after, which, &err);
	ok(good == (broken == NULL), "%s: %s", about,
	    good ? "accepted" : "refused");
	if (broken != NULL)
		ok(strcmp(which, broken) == 0 &&
			strstr(buf_cstr(&err), why) != NULL &&
			strchr(buf_cstr(&err), '\n') == NULL,
		    "%s: %s: %s", about, which, buf_cstr(&err));
	context_world_free(before);
	context_world_free(after);
	json_decref(was);
	json_decref(now);
	json_decref(amds);
	json_decref(g);
	buf_clear(&err);
}

/* As many states in a row as a change may bring, which then go to. */
static const char *
chain(struct buf *b, int n, const char *last)
{
	buf_reset(b);
	buf_str(b, "{\"states\":[");
	for (int i = 1; i < n; i++)
		buf_fmt(b, "\"p%d play prompt=a >p%d\",", i, i + 1);
	buf_fmt(b, "\"p%d play prompt=a%s%s\"]}", n, *last ? " >" : "", last);
	return buf_cstr(b);
}

int
main(void)
{
	struct buf b = BUF_INIT, row = BUF_INIT;
	struct context_world *w;
	json_t *a;

	change("a simple one", "[{\"name\":\"a\"}]", "a", "{\"retries\":3}",
	    NULL, NULL);
	change("a new one", "[]", "a", "{\"prompt\":\"x\"}", NULL, NULL);
	change("an AMD profile that is there", "[]", "a",
	    "{\"amd_profile\":\"slow\"}", NULL, NULL);
	change("one that is not", "[]", "a", "{\"amd_profile\":\"fast\"}", "a",
	    "fast");
	change("on to one that is there", "[" TARGET "]", "a",
	    "{\"states\":[\"m menu prompt=p 1>@b 9>o\",\"o optout\"]}", NULL,
	    NULL);
	change("on to one that is not", "[" TARGET "]", "a",
	    "{\"states\":[\"m menu prompt=p 1>@c 9>o\",\"o optout\"]}", "a",
	    "c");
	change("a state that nothing leads to", "[]", "a",
	    "{\"states\":[\"m menu prompt=p 9>o\",\"o optout\","
	    "\"x play prompt=p\"]}",
	    "a", "x");

	/* 30 states that go on to b; b grows to 30. */
	a = array(chain(&b, 30, "@b"));
	json_object_set_new(a, "name", json_string("a"));
	{
		char *s = json_dumps(a, JSON_COMPACT);

		buf_fmt(&row, "[%s," TARGET "]", s);
		free(s);
	}
	json_decref(a);
	change("one that others go on to", buf_cstr(&row), "b",
	    chain(&b, 30, ""), "a", "48");
	change("in bounds", buf_cstr(&row), "b", chain(&b, 10, ""), NULL, NULL);

	/* What makes no sense already holds up nobody else. */
	change("one that is broken already",
	    "[{\"name\":\"z\",\"states\":[\"m menu prompt=p 1>@gone\"]}]", "a",
	    "{\"retries\":2}", NULL, NULL);
	change("but is not changed without being mended",
	    "[{\"name\":\"z\",\"states\":[\"m menu prompt=p 1>@gone\"]}]", "z",
	    "{\"states\":[\"m menu prompt=p 2>@gone\"]}", "z", "gone");

	w = context_world_new(NULL, NULL);
	buf_reset(&b);
	ok(context_world_get(w, "a") == NULL &&
		context_world_flow(w, "a", &b) == NULL && b.len > 0,
	    "an empty world: %s", buf_cstr(&b));
	context_world_free(w);
	buf_clear(&b);
	buf_clear(&row);
	return done_testing();
}
