/* SPDX-License-Identifier: MIT */
/*
 * doctor_net: database, switches and the metrics port, each asked directly
 * with the rights of who asks; what only the engine can reach (the private
 * cluster) as the engine says.  Every wait is bounded.
 */
#include "jobs/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>
#include <libpq-fe.h>

#include "db/schema.h"
#include "net/switch.h"
#include "shared/util.h"

#define REACH_MS  3000
#define SWITCH_S  6
#define PG_OLDEST 150000

/* Connected within REACH_MS? */
static bool
connects(int fd, const struct addrinfo *ai)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int e = 0;

	if (connect(fd, ai->ai_addr, ai->ai_addrlen) == 0)
		return true;
	if (errno != EINPROGRESS)
		return false;
	if (poll(&p, 1, REACH_MS) <= 0) {
		errno = ETIMEDOUT;
		return false;
	}
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &len);
	errno = e;
	return e == 0;
}

bool
doctor_reach(
    const char *host, int port, char *out, size_t size, const char **why)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *ai = NULL;
	struct pollfd p = { .events = POLLIN };
	char service[12];
	bool up = false;
	ssize_t n;
	int e;

	*out = '\0';
	str_format(service, sizeof(service), "%d", port);
	if ((e = getaddrinfo(host, service, &hints, &ai)) != 0) {
		*why = gai_strerror(e);
		return false;
	}
	*why = "no address";
	for (struct addrinfo *a = ai; a != NULL && !up; a = a->ai_next) {
		p.fd = socket(a->ai_family,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (p.fd < 0)
			continue;
		up = connects(p.fd, a);
		if (!up)
			*why = strerror(errno);
		else if (poll(&p, 1, 1000) > 0 &&
			 (n = recv(p.fd, out, size - 1, 0)) > 0) {
			out[n] = '\0';
			out[strcspn(out, "\r\n")] = '\0';
			for (char *c = out; *c != '\0'; c++)
				if (*c < ' ' || *c > '~')
					*c = '?';
		}
		close(p.fd);
	}
	freeaddrinfo(ai);
	return up;
}

/* ---- database ---------------------------------------------------------- */

static const char *
sqlstate(const PGresult *r)
{
	const char *s = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	return s != NULL ? s : "";
}

static void
database_schema(struct doctor *d, PGconn *pg)
{
	PGresult *r;
	int64_t version = 0;

	/* one that is being migrated is locked */
	PQclear(PQexec(pg, "set statement_timeout = '5s'"));
	r = PQexec(pg, "select max(version) from discador.schema_version");
	if (PQresultStatus(r) == PGRES_FATAL_ERROR &&
	    strcmp(sqlstate(r), "42P01") != 0)
		doctor_say(d, DOCTOR_BAD, "schema",
		    "the database's log; a migration may be under way", "%s",
		    PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) != NULL
			? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY)
			: "the connection was lost");
	else if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1 ||
		 !str_int64(PQgetvalue(r, 0, 0), 1, 100000, &version))
		doctor_say(d, DOCTOR_BAD, "schema", "discador db migrate",
		    "there is no schema discador in it yet");
	else if (version != SCHEMA_VERSION)
		doctor_say(d, DOCTOR_BAD, "schema",
		    version < SCHEMA_VERSION
			? "discador db migrate"
			: "install the discador that made it",
		    "version %lld, this discador is for %d", (long long)version,
		    SCHEMA_VERSION);
	else
		doctor_say(
		    d, DOCTOR_OK, "schema", "", "version %d", SCHEMA_VERSION);
	PQclear(r);
}

static void
database_asked(struct doctor *d)
{
	/* connected and then silent is bounded, too */
	const char *keys[] = { "dbname", "connect_timeout", "application_name",
		"tcp_user_timeout", "keepalives_idle", "keepalives_interval",
		"keepalives_count", NULL };
	const char *values[] = { d->conf.conninfo, "5", "discador doctor",
		"5000", "5", "2", "2", NULL };
	PGconn *pg = PQconnectdbParams(keys, values, 1);

	if (PQstatus(pg) != CONNECTION_OK) {
		char text[300];

		str_copy(text, sizeof(text), PQerrorMessage(pg));
		text[strcspn(text, "\n")] = '\0';
		doctor_say(d, DOCTOR_BAD, "database",
		    "database.conninfo, and the server's log", "%s", text);
	} else if (PQserverVersion(pg) < PG_OLDEST) {
		doctor_say(d, DOCTOR_BAD, "database", "PostgreSQL 15 or newer",
		    "the server is PostgreSQL %d", PQserverVersion(pg) / 10000);
	} else {
		doctor_say(d, DOCTOR_OK, "database", "",
		    "PostgreSQL %d answers", PQserverVersion(pg) / 10000);
		database_schema(d, pg);
	}
	PQfinish(pg);
}

void
doctor_database(struct doctor *d)
{
	const struct board *b = d->board;
	const char *name = d->live == BOARD_LIVE && b->db_private
			       ? "private database"
			       : "database link";

	if (d->conf.conninfo[0] != '\0')
		database_asked(d);
	if (d->live == BOARD_LIVE && b->db_connected)
		doctor_say(d, DOCTOR_OK, name, "",
		    "the engine is connected, answers in %.1f ms",
		    b->db_lag_ms);
	else if (d->live == BOARD_LIVE)
		doctor_say(d, DOCTOR_BAD, name,
		    "no call leaves until it is back",
		    "the engine is not connected: %s", b->db_why);
	else if (d->conf.conninfo[0] == '\0')
		doctor_say(d, DOCTOR_NOTE, "private database",
		    "it starts and stops with the engine",
		    "not looked at: no engine runs");
	if (d->live == BOARD_LIVE && b->spooled > 0)
		doctor_say(d, DOCTOR_NOTE, "spool", "",
		    "%llu outcomes wait for the database",
		    (unsigned long long)b->spooled);
}

/* ---- switches ---------------------------------------------------------- */

struct look {
	struct event_base *base;
	bool up;
	char why[200];
};

static void
on_switch(void *arg, const struct sw_event *e)
{
	struct look *l = arg;

	if (e->type == SW_UP)
		l->up = true;
	else if (e->type == SW_DOWN)
		str_copy(l->why, sizeof(l->why),
		    e->text != NULL ? e->text : "the link was lost");
	else
		return;
	event_base_loopbreak(l->base);
}

/* Log in with the configured user and leave again. */
static void
switch_asked(struct doctor *d, const struct conf_switch *s)
{
	struct timeval wait = { .tv_sec = SWITCH_S };
	struct look l = { .base = event_base_new(),
		.why = "no answer within 6 s" };
	struct sw_config c = { .port = s->port, .tls = s->tls };
	char name[48];
	struct sw *sw;

	str_copy(c.name, sizeof(c.name), s->name);
	str_copy(c.host, sizeof(c.host), s->host);
	str_copy(c.ca_file, sizeof(c.ca_file), s->ca_file);
	str_copy(c.user, sizeof(c.user), s->user);
	str_copy(c.secret, sizeof(c.secret), s->secret);
	sw = sw_new(l.base, &c, on_switch, &l);
	event_base_loopexit(l.base, &wait);
	event_base_dispatch(l.base);
	str_format(name, sizeof(name), "switch %s", s->name);
	if (l.up)
		doctor_say(d, DOCTOR_OK, name, "",
		    "%s port %d: logged in as %s", s->host, s->port, s->user);
	else
		doctor_say(d, DOCTOR_BAD, name,
		    "host, port, user and secret of it in discador.conf, "
		    "manager.conf on the switch",
		    "%s port %d: %s", s->host, s->port, l.why);
	sw_free(sw);
	event_base_free(l.base);
	explicit_bzero(&c, sizeof(c));
}

void
doctor_switches(struct doctor *d)
{
	if (d->conf.nswitches == 0)
		doctor_say(d, DOCTOR_NOTE, "switches",
		    "switches = ( { name = ... } ); in discador.conf",
		    "none is configured: nothing can be called");
	for (int i = 0; i < d->conf.nswitches; i++)
		switch_asked(d, &d->conf.switches[i]);
}

void
doctor_metrics(struct doctor *d)
{
	char line[100];
	const char *why;

	if (!d->conf.metrics_enabled || d->live != BOARD_LIVE)
		return;
	if (doctor_reach(d->conf.metrics_listen, d->conf.metrics_port, line,
		sizeof(line), &why))
		doctor_say(d, DOCTOR_OK, "metrics", "", "%s port %d answers",
		    d->conf.metrics_listen, d->conf.metrics_port);
	else
		doctor_say(d, DOCTOR_WARN, "metrics",
		    "metrics.port: another program may have it",
		    "%s port %d: %s", d->conf.metrics_listen,
		    d->conf.metrics_port, why);
}
