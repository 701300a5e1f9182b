/* SPDX-License-Identifier: MIT */
/* db_conninfo: what libpq is told, seen without a server. */
#include "db/conninfo.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

/* What the connection to host i was given for key; "" if nothing. */
static const char *
given(const struct conninfo *ci, size_t i, const char *key, char out[256])
{
	PGconn *conn = conninfo_start(ci, i);
	PQconninfoOption *opt = PQconninfo(conn);

	out[0] = '\0';
	for (PQconninfoOption *o = opt; o->keyword != NULL; o++)
		if (strcmp(o->keyword, key) == 0 && o->val != NULL)
			str_copy(out, 256, o->val);
	PQconninfoFree(opt);
	PQfinish(conn);
	return out;
}

static void
test_one(void)
{
	struct buf err = BUF_INIT;
	struct conninfo *ci;
	char v[256];

	ci = conninfo_new("host=/nowhere options='-c a=b'", "me", 15000, &err);
	ok(ci != NULL && err.len == 0, "a string is taken");
	ok(conninfo_hosts(ci) == 1, "one host");
	ok(conninfo_timeout_s(ci) == 3, "three seconds for it");
	ok(!strcmp(given(ci, 0, "application_name", v), "me"), "name");
	ok(!strcmp(given(ci, 0, "target_session_attrs", v), "read-write"),
	    "only where one can write");
	ok(!strcmp(given(ci, 0, "tcp_user_timeout", v), "5000"),
	    "a dead peer is noticed");
	given(ci, 0, "options", v);
	ok(!strncmp(v, "-c a=b -c search_path=discador ", 31) &&
		strstr(v, "statement_timeout=15000"),
	    "options are added: %s", v);
	conninfo_free(ci);
	buf_clear(&err);
}

static void
test_hosts(void)
{
	static const struct {
		const char *text;
		size_t hosts, i;
		const char *host, *port;
	} cases[] = {
		{ "host=/a,/b,/c port=1,2,3", 3, 0, "/a", "1" },
		{ "host=/a,/b,/c port=1,2,3", 3, 2, "/c", "3" },
		{ "host=/a,/b,/c port=1,2,3", 3, 4, "/b", "2" },
		{ "host=/a,/b port=7", 2, 1, "/b", "7" },
		{ "hostaddr=127.0.0.1,127.0.0.2 port=1", 2, 1, "", "1" },
		{ "host=/a,", 2, 0, "/a", "5432" },
		{ "postgresql://u@127.0.0.1:1,127.0.0.2:2/d", 2, 1, "127.0.0.2",
		    "2" },
		{ "dbname=d host=/a", 1, 5, "/a", "5432" },
	};
	struct buf err = BUF_INIT;
	char h[256], p[256];

	for (size_t k = 0; k < nitems(cases); k++) {
		struct conninfo *ci;

		ci = conninfo_new(cases[k].text, "me", 0, &err);
		given(ci, cases[k].i, "host", h);
		given(ci, cases[k].i, "port", p);
		ok(conninfo_hosts(ci) == cases[k].hosts &&
			!strcmp(h, cases[k].host) && !strcmp(p, cases[k].port),
		    "%s [%zu]: host %s port %s", cases[k].text, cases[k].i, h,
		    p);
		conninfo_free(ci);
	}
	buf_clear(&err);
}

static void
test_own(void)
{
	struct buf err = BUF_INIT;
	struct conninfo *ci;
	char v[256];

	ci = conninfo_new("host=/a connect_timeout=9 target_session_attrs=any "
			  "keepalives_idle=77",
	    "me", 0, &err);
	ok(conninfo_timeout_s(ci) == 9 &&
		!strcmp(given(ci, 0, "target_session_attrs", v), "any") &&
		!strcmp(given(ci, 0, "keepalives_idle", v), "77"),
	    "what the user says stands");
	conninfo_free(ci);
	ci = conninfo_new("host=/a nonsense=1", "me", 0, &err);
	ok(ci == NULL && strstr(buf_cstr(&err), "nonsense") != NULL &&
		strchr(err.p, '\n') == NULL,
	    "a mistake: %s", err.p);
	buf_reset(&err);
	conninfo_error(&err, "one\n\ttwo\n\n");
	ok(!strcmp(buf_cstr(&err), "one;  two"), "one line: %s", err.p);
	buf_clear(&err);
}

int
main(void)
{
	test_one();
	test_hosts();
	test_own();
	return done_testing();
}
