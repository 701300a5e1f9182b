/* SPDX-License-Identifier: MIT */
/*
 * ami: a session with an Asterisk manager that keeps itself alive.  It logs in
 * (MD5 challenge: the secret never crosses the wire), waits until Asterisk is
 * fully booted, pings every 2 s, notices a dead peer, connects again after a
 * growing pause, and knows which actions were never answered.
 *
 * After a cut nothing of the output buffer survives: an action is written at
 * most once, and one that was cut half way is never written again.
 */
#ifndef NET_AMI_H
#define NET_AMI_H

#include <stdbool.h>
#include <stdint.h>

#include "net/ami_parse.h"
#include "shared/buf.h"

struct ami;
struct event_base;
struct sw_config;

#define AMI_PING_S       2 /* between pings */
#define AMI_DEAD_S       10 /* silence with a ping unanswered: gone */
#define AMI_SETUP_S      10 /* connect, TLS and login together */
#define AMI_BOOT_S       30 /* then complain that FullyBooted is missing */
#define AMI_RETRY_MS     500 /* first pause; doubles */
#define AMI_RETRY_MAX_MS 10000

/* Called from the event loop only; ami_free must not be called from them. */
struct ami_ops {
	/* Every message that is not the session's own business. */
	void (*message)(void *arg, const struct ami_msg *, int64_t mono_ns);
	/* Fully booted.  boot: see switch.h. */
	void (*up)(void *arg, int64_t boot, int64_t mono_ns);
	/*
	 * Down, or another attempt failed.  When the switch is shutting down
	 * gracefully the connection stays and messages go on.
	 */
	void (*down)(void *arg, const char *why, int64_t mono_ns);
	void (*pong)(void *arg, int64_t rtt_us, int64_t mono_ns);
};

/* cfg and ops are kept, not copied. */
struct ami *ami_new(struct event_base *, const struct sw_config *cfg,
    const struct ami_ops *ops, void *arg);
void ami_free(struct ami *);
bool ami_is_up(const struct ami *);
/*
 * The output buffer, to append exactly one whole action to; NULL and *why when
 * the session is not up or too much waits.  ami_commit then says that this was
 * done and under which ActionID its response will come; appending nothing and
 * not committing is fine.  A NULL id: its response is not waited for and does
 * not count as unanswered.
 */
struct buf *ami_begin(struct ami *, const char **why);
/* id: shorter than AMI_ID_MAX (ami_pending.h). */
void ami_commit(struct ami *, const char *id);
/* Write now, once.  Failure is reported from the event loop. */
void ami_flush(struct ami *);
/*
 * Give the connection up and connect again.  From an ops callback: messages
 * of this read that follow are not delivered.
 */
void ami_drop(struct ami *, const char *why);
int ami_unanswered(const struct ami *, double *oldest_s);

#endif
