/* SPDX-License-Identifier: MIT */
/* metrics: numbers for machines; every one of them stands on the board. */
#include "net/metrics.h"

#include <errno.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>

#include "shared/util.h"

#define HEADERS_MAX 8192
#define TIMEOUT_S   5

struct metrics {
	struct evhttp *http;
	const struct board *board;
};

static void
gauge(struct buf *b, const char *name, const char *help, double v)
{
	buf_fmt(b,
	    "# TYPE discador_%s gauge\n# HELP discador_%s %s\n"
	    "discador_%s %g\n",
	    name, name, help, name, v);
}

static void
head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_fmt(b, "# TYPE discador_%s %s\n# HELP discador_%s %s\n", name, type,
	    name, help);
}

/* name{label="value"} with the value escaped as OpenMetrics wants it. */
static void
labelled(struct buf *b, const char *name, const char *label, const char *value)
{
	buf_fmt(b, "discador_%s{%s=\"", name, label);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buf_byte(b, '\\');
		buf_byte(b, (unsigned char)*value < 0x20 ? ' ' : *value);
	}
	buf_str(b, "\"} ");
}

static void
counts(struct buf *b, const struct board *o)
{
	static const struct {
		const char *name, *help;
		size_t at;
	} rows[] = {
#define ROW(m, h) { "calls_" #m, h, offsetof(struct board_count, m) }
		ROW(attempted, "originates that a switch accepted today"),
		ROW(refused, "originates that a switch refused today"),
		ROW(answered, "calls answered today"),
		ROW(failed, "calls ended unanswered today"),
		ROW(connected, "calls connected to a destination today"),
		ROW(opted_out, "callees who opted out today"),
		ROW(machine, "answering machines today"),
		ROW(abandoned, "callees who wanted to connect and were not"),
#undef ROW
	};

	for (size_t i = 0; i < nitems(rows); i++) {
		head(b, rows[i].name, "gauge", rows[i].help);
		for (uint32_t k = 0; k < o->ncountries; k++) {
			uint64_t v;

			memcpy(&v,
			    (const char *)&o->countries[k].n + rows[i].at,
			    sizeof(v));
			labelled(
			    b, rows[i].name, "country", o->countries[k].name);
			buf_int(b, (long long)v);
			buf_byte(b, '\n');
		}
	}
}

void
metrics_text(struct buf *b, const struct board *o)
{
	gauge(b, "cps_target", "calls per second wanted", o->cps_target);
	gauge(b, "cps_actual", "calls that left in the last second",
	    o->cps_actual);
	gauge(b, "cps_worst_second",
	    "most calls in any sliding second of the last minute",
	    o->worst_second);
	gauge(b, "concurrent_calls", "calls in progress", o->concurrent);
	gauge(b, "armed_calls", "calls durable and ready to leave", o->armed);
	gauge(b, "database_up", "1: connected", o->db_connected);
	gauge(b, "spooled_outcomes", "outcomes not yet in the database",
	    (double)o->spooled);
	gauge(b, "brake_engaged", "1: nothing new leaves",
	    strcmp(o->brake, "released") != 0);
	if (o->asr >= 0)
		gauge(b, "asr", "answered of those ended in the last minute",
		    o->asr);
	if (o->ner >= 0)
		gauge(b, "ner", "network effectiveness, last minute", o->ner);
	if (o->setup_p95 >= 0)
		gauge(b, "setup_p95_ms", "95th percentile of the set-up time",
		    o->setup_p95);
	gauge(b, "dids_eligible", "caller IDs that may be used now",
	    (double)o->dids_eligible);
	gauge(b, "dids_capped_out", "caller IDs at their cap",
	    (double)o->dids_capped_out);
	head(b, "switch_up", "gauge", "1: connected");
	for (uint32_t i = 0; i < o->nswitches; i++) {
		labelled(b, "switch_up", "switch", o->switches[i].name);
		buf_fmt(b, "%u\n", o->switches[i].connected);
	}
	head(b, "campaign_remaining", "gauge", "contacts still to be called");
	for (uint32_t i = 0; i < o->ncampaigns; i++) {
		labelled(
		    b, "campaign_remaining", "campaign", o->campaigns[i].name);
		buf_int(b, (long long)o->campaigns[i].remaining);
		buf_byte(b, '\n');
	}
	counts(b, o);
	buf_str(b, "# EOF\n");
}

bool
metrics_healthy(const struct board *o, const char **why)
{
	bool up = o->nswitches == 0;

	for (uint32_t i = 0; i < o->nswitches; i++)
		up |= o->switches[i].connected != 0;
	*why = !o->db_connected ? "the database is away"
	       : !up            ? "no switch is connected"
				: "ok";
	return o->db_connected && up;
}

static void
reply(struct evhttp_request *r, int code, const char *type, struct buf *b)
{
	struct evbuffer *out = evbuffer_new();

	evhttp_add_header(
	    evhttp_request_get_output_headers(r), "Content-Type", type);
	evbuffer_add(out, b->p, b->len);
	evhttp_send_reply(r, code, code == 200 ? "OK" : "Unavailable", out);
	evbuffer_free(out);
	buf_clear(b);
}

static void
on_metrics(struct evhttp_request *r, void *arg)
{
	const struct metrics *m = arg;
	struct buf b = BUF_INIT;

	metrics_text(&b, m->board);
	reply(r, 200,
	    "application/openmetrics-text; version=1.0.0; charset=utf-8", &b);
}

static void
on_health(struct evhttp_request *r, void *arg)
{
	const struct metrics *m = arg;
	struct buf b = BUF_INIT;
	const char *why;
	bool good = metrics_healthy(m->board, &why);

	buf_fmt(&b, "%s\n", why);
	reply(r, good ? 200 : 503, "text/plain", &b);
}

struct metrics *
metrics_new(struct event_base *base, const char *listen, int port,
    const struct board *board, struct buf *err)
{
	struct metrics *m = xcalloc(1, sizeof(*m));

	m->board = board;
	m->http = evhttp_new(base);
	evhttp_set_allowed_methods(m->http, EVHTTP_REQ_GET);
	evhttp_set_max_headers_size(m->http, HEADERS_MAX);
	evhttp_set_max_body_size(m->http, 0);
	evhttp_set_timeout(m->http, TIMEOUT_S);
	evhttp_set_cb(m->http, "/metrics", on_metrics, m);
	evhttp_set_cb(m->http, "/healthz", on_health, m);
	if (evhttp_bind_socket(m->http, listen, (uint16_t)port) == 0)
		return m;
	buf_fmt(err,
	    "metrics: cannot listen on %s:%d: %s; the engine runs "
	    "without (metrics.port)",
	    listen, port, strerror(errno));
	metrics_free(m);
	return NULL;
}

void
metrics_free(struct metrics *m)
{
	if (m == NULL)
		return;
	evhttp_free(m->http);
	free(m);
}
