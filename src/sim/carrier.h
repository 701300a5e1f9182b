/* SPDX-License-Identifier: MIT */
/*
 * carrier: simulated calls, from the dialling to the hang-up, with the
 * dialplan of contrib/asterisk played on those that are answered.
 *
 * Pure: time and events go in, actions come out.  It has no clock, no socket
 * and no random source but the one passed in, so a day of calls replays from
 * its seed as fast as the machine can.  What the far end does is sim/fate.h;
 * what the dialplan does is told by the flow that its channel variables
 * make up (shared/flow.h).
 */
#ifndef SIM_CARRIER_H
#define SIM_CARRIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/flow.h"
#include "shared/model.h"
#include "shared/util.h"

struct carrier;
struct carrier_call;

struct carrier_config {
	double speed; /* > 0; 10: everything takes a tenth of its time */
	bool mix; /* fates drawn, not read from the digits */
	int prompt_ms; /* length of the prompt; 0: 8650 */
	int agents; /* who can take calls at once; 0: no limit */
	double deaf; /* share of the keys pressed that never arrive */
	bool speech; /* there is a recogniser for spoken answers */
};

enum carrier_what {
	CARRIER_DIALLING, /* the INVITE left */
	CARRIER_RINGING,
	CARRIER_ANSWERED,
	CARRIER_STAGE, /* the dialplan reports: word, key, text, reason */
	CARRIER_DTMF, /* key arrived; the dialplan may not listen */
	CARRIER_QUEUED, /* the caller joined the queue, or Dial() began */
	CARRIER_AGENT_UP, /* somebody took it; ms = how long it waited */
	CARRIER_AGENT_DONE, /* ms = talk, text = who ended it: agent, caller */
	CARRIER_ABANDONED, /* left without an agent; ms waited, text = status */
	CARRIER_HANGUP, /* the end: cause, sip, reason, truth */
};

struct carrier_act {
	enum carrier_what what;
	struct carrier_call *call; /* gone after CARRIER_HANGUP */
	void *owner; /* as given to carrier_dial() */
	int64_t at_ns; /* when it was due */
	const char *word; /* STAGE; "" elsewhere */
	const char *text, *reason_text; /* of a stage; "" if none */
	const char *state; /* of the flow that a stage tells of; "" none */
	const char *answers; /* HANGUP's stage: "q1=4 q2=12"; "" none */
	const char *exten; /* of contrib/asterisk it stands in */
	const char *dest; /* of the connection under way, or the last one */
	char key; /* '\0' if none */
	int ms; /* in the carrier's time, not divided */
	int cause; /* HANGUP and its stage: Q.850 */
	int sip; /* 0 if answered */
	/* CARRIER_HANGUP */
	bool answered;
	int reason; /* of OriginateResponse: 0, 3 or 4 */
	const char *dial_status; /* of DialEnd; "" none is sent */
	char last_key; /* the last one pressed; '\0' none */
	enum disposition truth; /* what this call was, all told */
};
typedef void carrier_fn(void *arg, const struct carrier_act *);

/* The rng is borrowed for the carrier's life; the config is copied. */
struct carrier *carrier_new(const struct carrier_config *, struct rng *);
/* Frees it and its calls without a word. */
void carrier_free(struct carrier *);

/*
 * A new call to number, digits with or without a '+', at now.  timeout_ms is
 * Originate's: how long to wait for the answer.  The flow is copied, once for
 * all calls that have it (sim/flowset.h).  Nothing is reported before
 * carrier_run().  The handle lives until the callback of its CARRIER_HANGUP
 * returns.
 */
struct carrier_call *carrier_dial(struct carrier *, int64_t now_ns,
    const char *number, int timeout_ms, const struct flow *, void *owner);
/* When carrier_run() has something to do next; INT64_MAX: no call lives. */
int64_t carrier_next(const struct carrier *);
/*
 * Do all that is due at now, earliest first, equal times in the order of
 * their dialling.  Each action is one call of fn, which may read but must not
 * dial or hang up.
 */
void carrier_run(struct carrier *, int64_t now_ns, carrier_fn *, void *arg);
/* Let this one call live to its end at once, each action at its due time. */
void carrier_finish(
    struct carrier *, struct carrier_call *, carrier_fn *, void *arg);
/* The caller's side ends it; cause 0 counts as 16.  Reports the hang-up. */
void carrier_hangup(struct carrier *, struct carrier_call *, int64_t now_ns,
    int cause, carrier_fn *, void *arg);
/* How many calls live. */
size_t carrier_alive(const struct carrier *);
/* The i-th of them, in no order, i < carrier_alive(); and its owner. */
struct carrier_call *carrier_at(const struct carrier *, size_t i);
void *carrier_call_owner(const struct carrier_call *);
/* What a Status tells of a call. */
struct carrier_status {
	int state; /* ChannelState: 0 down, 5 ringing, 6 up */
	const char *exten; /* "s" before the answer, then its stage */
	const char *app; /* "AppDial2" before the answer */
	int64_t since_ns; /* dialled, or once it is up answered */
};
struct carrier_status carrier_call_status(const struct carrier_call *);
/* How many different flows the live calls have. */
size_t carrier_flows(const struct carrier *);

enum carrier_dest { CARRIER_DEST_BAD, CARRIER_DEST_QUEUE, CARRIER_DEST_DIAL };
/* Where that leads; *rest is the name behind "queue:" and so on. */
enum carrier_dest carrier_dest(const char *dest, const char **rest);

#endif
