/* SPDX-License-Identifier: MIT */
/* Instants, tables and what is odd with a context, as commands have them. */
#include "daemon/cmd.h"

#include <string.h>

#include "daemon/cmd_context.h"
#include "daemon/cmd_table.h"
#include "shared/spec.h"
#include "tap.h"

static void
is_str(const char *got, const char *want, const char *what)
{
	ok(strcmp(got, want) == 0, "%s: \"%s\"", what, got);
}

static struct daemon d;

static void
test_time(void)
{
	static const struct {
		const char *text, *want; /* NULL: it is none */
	} v[] = {
		{ "2026-11-21", "2026-11-21T03:00:00.000Z" },
		{ "2026-11-21 09:30", "2026-11-21T12:30:00.000Z" },
		{ "2026-11-21T09:30:05", "2026-11-21T12:30:05.000Z" },
		{ "2026-11-21T09:30:05Z", "2026-11-21T09:30:05.000Z" },
		{ "2026-11-21T09:30:05.123Z", "2026-11-21T09:30:05.000Z" },
		{ "2026-11-21T09:30+02:00", "2026-11-21T07:30:00.000Z" },
		{ "2026-11-21T09:30-03:30", "2026-11-21T13:00:00.000Z" },
		{ "", NULL },
		{ "today", NULL },
		{ "2026-11-2", NULL },
		{ "2026-13-01", NULL },
		{ "2026-11-00", NULL },
		{ "2026-11-21T", NULL },
		{ "2026-11-21T9:30", NULL },
		{ "2026-11-21T24:00", NULL },
		{ "2026-11-21T09:60", NULL },
		{ "2026-11-21T09:30:", NULL },
		{ "2026-11-21T09:30:0", NULL },
		{ "2026-11-21T09:30x", NULL },
		{ "2026-11-21T09:30+", NULL },
		{ "2026-11-21T09:30+02", NULL },
		{ "2026-11-21T09:30+02:0", NULL },
		{ "2026-11-21T09:30+02:00x", NULL },
	};
	char at[40], iso[32];
	json_t *s;

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		int64_t ms = 0;
		bool good = cmd_time(&d, v[i].text, &ms);

		time_iso(ms, iso);
		ok(good == (v[i].want != NULL) &&
			(!good || strcmp(iso, v[i].want) == 0),
		    "\"%s\": %s", v[i].text, good ? iso : "no time");
	}
	is_str(cmd_clock(&d, 1795253405123, at), "2026-11-21 06:30:05",
	    "in the engine's zone");
	is_str(cmd_clock(&d, 0, at), "-", "no time");
	s = json_string("2026-11-21T09:30:05.123Z");
	is_str(cmd_stamp(&d, s, at), "2026-11-21 06:30:05", "as it came");
	is_str(cmd_stamp(&d, NULL, at), "-", "null");
	json_decref(s);
}

static void
test_table(void)
{
	struct cmd_table t = { .ncols = 3, .right = 1u << 1 };
	struct buf b = BUF_INIT;

	cmd_table_cell(&t, "NAME");
	cmd_table_cell(&t, "CALLS");
	cmd_table_cell(&t, "NOTE");
	cmd_table_cell(&t, "a\033[2Jb");
	cmd_table_int(&t, 1234567);
	cmd_table_fmt(&t, "%d of %d", 1, 2);
	cmd_table_cell(&t, "\u6f22\u5b57");
	cmd_table_int(&t, -1);
	cmd_table_cell(&t, "");
	cmd_table_end(&t, 2, &b);
	is_str(buf_cstr(&b),
	    "  NAME        CALLS  NOTE\n"
	    "  a\ufffd[2Jb  1,234,567  1 of 2\n"
	    "  \u6f22\u5b57            -\n",
	    "aligned by columns, cleaned, no blanks at the end");
	buf_clear(&b);
}

static void
test_odd(void)
{
	static const struct {
		const char *json, *want; /* "": nothing is odd */
	} v[] = {
		{ "{\"prompt\":\"hello\"}", "" },
		{ "{}", "prompt names no sound" },
		{ "{\"prompt\":\"x\",\"country\":\"mexico\"}",
		    "connect_key is 1 in Mexico" },
		{ "{\"prompt\":\"x\",\"country\":\"mexico\","
		  "\"connect_key\":\"3\"}",
		    "" },
		{ "{\"prompt\":\"x\",\"menu_timeout\":4}",
		    "menu_timeout is 4 s" },
		{ "{\"prompt\":\"x\",\"menu_timeout\":5}", "" },
		{ "{\"prompt\":\"x\",\"disconnect_key\":\"\"}",
		    "no disconnect_key" },
		{ "{\"prompt\":\"x\",\"disconnect_key\":\"8\"}",
		    "disconnect_key is 8" },
		{ "{\"prompt\":\"x\",\"on_machine\":\"prompt\"}",
		    "amd is on with on_machine = prompt" },
		{ "{\"prompt\":\"x\",\"on_machine\":\"message\"}",
		    "prompt_machine names no sound" },
		{ "{\"prompt\":\"x\",\"amd\":false,"
		  "\"on_machine\":\"prompt\"}",
		    "amd is off" },
		{ "{\"prompt\":\"x\",\"amd\":false}", "" },
		{ "{\"states\":[\"a menu prompt=x 9>o\",\"o optout\"]}", "" },
		{ "{\"states\":[\"a menu prompt=x timeout=4 9>o\","
		  "\"o optout\"]}",
		    "state a: timeout is 4 s" },
		{ "{\"country\":\"mexico\",\"states\":[\"a menu prompt=x "
		  "1>c 9>o\",\"c connect dest=queue:q\",\"o optout\"]}",
		    "state a: 1 connects in Mexico" },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		json_t *o = json_loads(v[i].json, 0, NULL), *p = json_array();
		struct buf err = BUF_INIT;
		struct m_context m;
		struct flow *f = NULL;
		const char *s;
		size_t n;

		json_object_set_new(o, "name", json_string("x"));
		ok(spec_context(o, &m) &&
			(f = flow_new(&m, NULL, &err)) != NULL,
		    "a context: %s", buf_cstr(&err));
		cmd_context_odd(o, &m, f, p);
		n = json_array_size(p);
		s = json_string_value(
		    json_object_get(json_array_get(p, 0), "text"));

		ok(v[i].want[0] == '\0'
			? n == 0
			: n == 1 && s != NULL && strstr(s, v[i].want) != NULL,
		    "%s: %s", v[i].json, s != NULL ? s : "fine");
		flow_free(f);
		buf_clear(&err);
		json_decref(o);
		json_decref(p);
	}
}

int
main(void)
{
	str_copy(d.conf.timezone, sizeof(d.conf.timezone), "America/Sao_Paulo");
	test_time();
	test_table();
	test_odd();
	return done_testing();
}
