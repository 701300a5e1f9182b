/* SPDX-License-Identifier: MIT */
/*
 * conninfo: builds libpq's parameter arrays, one per host.  Knows nothing of
 * events or statements.
 */
#include "db/conninfo.h"

#include <stdlib.h>
#include <string.h>

#include "shared/util.h"

#define CONNECT_TIMEOUT_S 3
#define PARAMS_MAX        64

struct conninfo {
	char *key[PARAMS_MAX + 1], *val[PARAMS_MAX + 1];
	size_t n;
	size_t hosts;
	int timeout_s;
};

static const char *
get(const struct conninfo *ci, const char *key)
{
	for (size_t i = 0; i < ci->n; i++)
		if (strcmp(ci->key[i], key) == 0)
			return ci->val[i];
	return NULL;
}

static void
set(struct conninfo *ci, const char *key, const char *val)
{
	for (size_t i = 0; i < ci->n; i++)
		if (strcmp(ci->key[i], key) == 0) {
			free(ci->val[i]);
			ci->val[i] = xstrdup(val);
			return;
		}
	if (ci->n == PARAMS_MAX)
		return; /* libpq knows fewer keywords than that */
	ci->key[ci->n] = xstrdup(key);
	ci->val[ci->n++] = xstrdup(val);
}

static void
set_default(struct conninfo *ci, const char *key, const char *val)
{
	if (get(ci, key) == NULL)
		set(ci, key, val);
}

static size_t
list_count(const char *s)
{
	size_t n = 1;

	if (s == NULL || *s == '\0')
		return 0;
	for (; *s != '\0'; s++)
		n += *s == ',';
	return n;
}

/* Element i of a comma list; a list of one serves every i.  Owned. */
static char *
list_item(const char *s, size_t i)
{
	const char *end;

	if (list_count(s) <= 1)
		i = 0;
	while (i > 0 && (s = strchr(s, ',')) != NULL) {
		s++;
		i--;
	}
	if (s == NULL)
		return xstrdup("");
	end = strchrnul(s, ',');
	return xstrndup(s, (size_t)(end - s));
}

static void
set_options(struct conninfo *ci, int statement_ms)
{
	const char *own = get(ci, "options");
	char *all;

	all = xasprintf("%s%s-c search_path=discador -c timezone=UTC"
			" -c jit=off -c statement_timeout=%d"
			" -c idle_in_transaction_session_timeout=15000"
			" -c client_min_messages=warning",
	    own != NULL ? own : "", own != NULL ? " " : "", statement_ms);
	set(ci, "options", all);
	free(all);
}

struct conninfo *
conninfo_new(
    const char *text, const char *appname, int statement_ms, struct buf *err)
{
	PQconninfoOption *opt;
	struct conninfo *ci;
	char *msg = NULL;
	int64_t s;

	opt = PQconninfoParse(text, &msg);
	if (opt == NULL) {
		buf_str(err, "database conninfo: ");
		conninfo_error(err, msg != NULL ? msg : "no memory");
		PQfreemem(msg);
		return NULL;
	}
	ci = xcalloc(1, sizeof(*ci));
	for (PQconninfoOption *o = opt; o->keyword != NULL; o++)
		if (o->val != NULL)
			set(ci, o->keyword, o->val);
	PQconninfoFree(opt);

	set(ci, "application_name", appname);
	set(ci, "client_encoding", "UTF8");
	set_default(ci, "target_session_attrs", "read-write");
	set_default(ci, "keepalives", "1");
	set_default(ci, "keepalives_idle", "10");
	set_default(ci, "keepalives_interval", "5");
	set_default(ci, "keepalives_count", "3");
	set_default(ci, "tcp_user_timeout", "5000");
	set_default(ci, "connect_timeout", "3");
	ci->timeout_s = CONNECT_TIMEOUT_S;
	if (str_int64(get(ci, "connect_timeout"), 1, 3600, &s))
		ci->timeout_s = (int)s;
	set_options(ci, statement_ms);
	ci->hosts = MAXIMUM(
	    list_count(get(ci, "host")), list_count(get(ci, "hostaddr")));
	if (ci->hosts == 0)
		ci->hosts = 1;
	return ci;
}

void
conninfo_free(struct conninfo *ci)
{
	if (ci == NULL)
		return;
	for (size_t i = 0; i < ci->n; i++) {
		free(ci->key[i]);
		explicit_bzero(ci->val[i], strlen(ci->val[i]));
		free(ci->val[i]);
	}
	free(ci);
}

size_t
conninfo_hosts(const struct conninfo *ci)
{
	return ci->hosts;
}

int
conninfo_timeout_s(const struct conninfo *ci)
{
	return ci->timeout_s;
}

static PGconn *
start(const struct conninfo *ci, size_t host, bool block)
{
	const char *key[PARAMS_MAX + 1], *val[PARAMS_MAX + 1];
	char *own[PARAMS_MAX];
	size_t nown = 0;
	PGconn *conn;

	host %= ci->hosts;
	for (size_t i = 0; i < ci->n; i++) {
		key[i] = ci->key[i];
		val[i] = ci->val[i];
		if (ci->hosts > 1 && (strcmp(key[i], "host") == 0 ||
					 strcmp(key[i], "hostaddr") == 0 ||
					 strcmp(key[i], "port") == 0))
			val[i] = own[nown++] = list_item(val[i], host);
	}
	key[ci->n] = val[ci->n] = NULL;
	conn = block ? PQconnectdbParams(key, val, 0)
		     : PQconnectStartParams(key, val, 0);
	while (nown > 0)
		free(own[--nown]);
	return conn;
}

PGconn *
conninfo_start(const struct conninfo *ci, size_t i)
{
	return start(ci, i, false);
}

PGconn *
conninfo_connect(const struct conninfo *ci, struct buf *err)
{
	PGconn *conn;

	for (size_t i = 0; i < ci->hosts; i++) {
		conn = start(ci, i, true);
		if (PQstatus(conn) == CONNECTION_OK)
			return conn;
		if (i > 0)
			buf_str(err, "; ");
		conninfo_error(err, PQerrorMessage(conn));
		PQfinish(conn);
	}
	return NULL;
}

void
conninfo_error(struct buf *b, const char *s)
{
	size_t n = strlen(s);

	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == ' '))
		n--;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\n')
			buf_str(b, "; ");
		else
			buf_byte(b, s[i] == '\t' ? ' ' : s[i]);
	}
	buf_cstr(b);
}
