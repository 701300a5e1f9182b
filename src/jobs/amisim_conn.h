/* SPDX-License-Identifier: MIT */
/*
 * amisim_conn: the TCP side of amisim: the listening socket, one connection
 * per manager session, its bytes in cut into messages, its bytes out, and the
 * dropping of those who do not read.  It does not know what a message says.
 */
#ifndef JOBS_AMISIM_CONN_H
#define JOBS_AMISIM_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/util.h"

#define AMISIM_LINE_MAX 1024 /* bytes with the line end, as in Asterisk */

/* Event classes, for `EventMask`. */
enum amisim_class {
	AMISIM_SYSTEM = 1,
	AMISIM_CALL = 2,
	AMISIM_USER = 4,
	AMISIM_DTMF = 8,
	AMISIM_AGENT = 16,
	AMISIM_ALL = 31,
};

struct amisim_net;

struct amisim_conn {
	struct amisim_net *net;
	int fd; /* -1: closed, freed at the end of the turn */
	uint64_t id; /* never used twice */
	unsigned classes; /* events it gets; 0 before the login */
	bool login;
	bool blocked; /* no message is taken */
	bool resume; /* amisim_net_resume() ends that */
	bool closing; /* closed once all is written */
	int64_t close_at; /* monotonic ns; 0: no deadline */
	char *last_words; /* owned; put before the close at close_at */
	char challenge[16];
	uint64_t queued; /* bytes ever put */
	uint64_t written; /* bytes ever taken by the kernel */
	/* The rest is amisim_conn.c's. */
	char *in, *out;
	size_t inlen, incap, scan; /* scan: first byte not looked at */
	size_t outoff, outlen, outcap;
	bool skipping; /* an over-long line, up to its end */
	bool polled_out, writable, paused;
	int64_t stalled; /* since when nothing was taken; 0 */
};

struct amisim_net_config {
	const char *listen; /* address */
	int port; /* 0: any */
	int write_timeout_ms;
	bool split; /* write in small pieces */
	struct rng *rng; /* borrowed, for split */
};

struct amisim_net_stats {
	uint64_t conns, dropped, bytes_in, bytes_out, max_backlog;
};

/* [msg, end) is one message: its header lines without the empty one. */
typedef void amisim_msg_fn(
    void *arg, struct amisim_conn *, const char *msg, const char *end);

/* epfd is the caller's epoll; events of ours carry our pointers. */
struct amisim_net *amisim_net_new(
    const struct amisim_net_config *, int epfd, amisim_msg_fn *, void *arg);
void amisim_net_free(struct amisim_net *);
/* Start listening; the port, or -1 with errno. */
int amisim_net_listen(struct amisim_net *);
void amisim_net_unlisten(struct amisim_net *);
/* While refused, whoever connects is closed at once. */
void amisim_net_refuse(struct amisim_net *, bool);
/* Close all connections at once, unwritten bytes and all. */
void amisim_net_close_all(struct amisim_net *);
/*
 * Handle one epoll event (its data.ptr and events).  Returns the monotonic
 * time at which the bytes were read.
 */
void amisim_net_event(struct amisim_net *, void *ptr, uint32_t events);
/* When the bytes that are being handled were read. */
int64_t amisim_net_read_ns(const struct amisim_net *);
/* Take the messages of all connections that were blocked and are to resume. */
void amisim_net_resume(struct amisim_net *);
/* Write what is queued, enforce the deadlines, free what is closed. */
void amisim_net_flush(struct amisim_net *, int64_t now_ns);
/* The next deadline, INT64_MAX if there is none. */
int64_t amisim_net_next(const struct amisim_net *);
const struct amisim_net_stats *amisim_net_stats(const struct amisim_net *);

/* Queue bytes for one connection. */
void amisim_conn_put(struct amisim_conn *, const char *, size_t);
void amisim_conn_str(struct amisim_conn *, const char *);
/* Take nothing more; at the given time put these last words and close. */
void amisim_conn_end(struct amisim_conn *, int64_t at_ns, const char *words);
/* The open connection with that id, or NULL. */
struct amisim_conn *amisim_conn_find(struct amisim_net *, uint64_t id);
/* The i-th connection, NULL past the last.  Some may be closed (fd -1). */
struct amisim_conn *amisim_conn_at(struct amisim_net *, size_t i);

#endif
