/* SPDX-License-Identifier: MIT */
/*
 * ami_state: what the files of a manager link share (ami.c the link itself,
 * ami_session.c login, boot and pings).  Nobody else includes it.
 */
#ifndef NET_AMI_STATE_H
#define NET_AMI_STATE_H

#include "net/ami.h"
#include "net/ami_parse.h"
#include "net/ami_pending.h"
#include "net/switch.h"
#include "shared/buf.h"
#include "shared/util.h"

/* ActionIDs of the session itself; none has the shape of a UUID. */
#define ID_CHALLENGE "discador-challenge"
#define ID_LOGIN     "discador-login"
#define ID_CORE      "discador-core"
#define ID_PING      "discador-ping"
#define ID_LOGOFF    "discador-logoff"

enum ami_state {
	A_WAIT, /* for the next attempt */
	A_CONNECT, /* the wire opens */
	A_BANNER,
	A_CHALLENGE,
	A_LOGIN,
	A_BOOT, /* logged in; FullyBooted and CoreStatus are due */
	A_READY,
};

struct ami {
	struct event_base *base;
	const struct sw_config *cfg;
	const struct ami_ops *ops;
	void *arg;
	enum ami_state state;
	bool broken; /* a write failed: reap is on its way */
	bool draining; /* the switch refuses all: it is shutting down */
	bool complained; /* about FullyBooted */
	bool booted, core; /* A_BOOT: what has come */
	struct ami_wire *wire;
	struct evdns_base *dns;
	struct ami_parse *parse;
	struct event *timer; /* A_WAIT: retry; before A_BOOT: deadline */
	struct event *ping; /* from A_BOOT on */
	struct event *reap; /* a write failed: read what is left, then end */
	struct buf out;
	size_t written; /* of out */
	int failures;
	int64_t rx_ns; /* last bytes from the peer */
	int64_t login_ns;
	int64_t ping_ns; /* when the open ping left; 0: none is open */
	int64_t boot_about; /* s, from Uptime: right to about a second */
	char started[32]; /* CoreStatus: date and time in the server's zone */
	int64_t boot; /* s, from both */
	struct ami_pending pending;
	struct rng rng;
	char last_why[256];
};

void ami_after_ms(struct event *, int64_t ms);
/* why may hold what the peer said: no control byte of it goes further. */
void ami_tell_down(struct ami *, const char *why);
/* The connection is over.  Callers return to the loop at once. */
void ami_give_up(struct ami *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* Send an action of the session itself. */
void ami_say(struct ami *, const char *action, const char *id,
    const char *const (*headers)[2], size_t n);
/* The connection may be over after it (wire is NULL then). */
void ami_message(struct ami *, const struct ami_msg *, int64_t mono_ns);
/* The banner may be there: begin to log in. */
void ami_greet(struct ami *);

#endif
