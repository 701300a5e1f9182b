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
