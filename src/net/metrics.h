/* SPDX-License-Identifier: MIT */
/*
 * metrics: GET /metrics (OpenMetrics text) and GET /healthz on a loopback
 * port, made from the same board that the consoles read.  Nothing else is
 * answered, no body is taken.
 */
#ifndef NET_METRICS_H
#define NET_METRICS_H

#include "shared/board.h"
#include "shared/buf.h"

struct event_base;
struct metrics;

/*
 * board: the one being filled by this process, read at each request (same
 * thread).  NULL and err (what, and what to do) if it cannot listen.
 */
struct metrics *metrics_new(struct event_base *, const char *listen, int port,
    const struct board *, struct buf *err);
void metrics_free(struct metrics *);
/* The text of /metrics. */
void metrics_text(struct buf *, const struct board *);
/* True if the engine can dial: database and a switch are there. */
bool metrics_healthy(const struct board *, const char **why);

#endif
