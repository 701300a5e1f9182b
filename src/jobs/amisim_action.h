/* SPDX-License-Identifier: MIT */
/*
 * amisim_action: what a manager session may ask and what it is told, in the
 * words of Asterisk 22 (Login, Challenge, Logoff, Ping, Events, Filter,
 * Originate, Hangup, Status, CoreShowChannels, CoreStatus, CoreSettings,
 * QueueStatus, PJSIPShowEndpoints, PJSIPShowRegistrationsOutbound, Getvar).
 */
#ifndef JOBS_AMISIM_ACTION_H
#define JOBS_AMISIM_ACTION_H

#include <stdint.h>

#include "jobs/amisim_event.h"
#include "jobs/amisim_message.h"

enum amisim_mode {
	AMISIM_FULL, /* calls take their time */
	AMISIM_INSTANT, /* all events of a call at once */
	AMISIM_ACK, /* an originate is answered and forgotten */
};

struct amisim_server {
	enum amisim_mode mode;
	const char *user, *secret; /* user NULL: anybody */
	struct amisim_net *net;
	struct amisim_log *log;
	struct amisim_calls *calls;
	struct carrier *carrier;
	struct rng *rng;
	struct amisim_events events;
	struct amisim_agents agents;
	bool may_system; /* the user has write = system */
	bool speech; /* it has a recogniser */
	const char *missing; /* sounds that are not there, by commas; NULL */
	int64_t boot_mono_ns, boot_wall_ms;
	uint64_t originates, refused, logins, actions, peak;
};

/* The amisim_msg_fn; arg is the struct amisim_server. */
void amisim_action_message(
    void *arg, struct amisim_conn *, const char *msg, const char *end);
/* Originate alone (amisim_originate.c). */
void amisim_originate(struct amisim_server *, struct amisim_conn *,
    const struct amisim_message *);
/* A non-async Originate is answered at last: amisim_events.unblock. */
void amisim_originate_unblock(void *arg, struct amisim_call *, bool answered);

/* QueueStatus and the like (amisim_ask.c). */
void amisim_ask_queues(struct amisim_server *, struct amisim_conn *,
    const struct amisim_message *);
void amisim_ask_endpoints(struct amisim_server *, struct amisim_conn *,
    const struct amisim_message *);
void amisim_ask_registrations(struct amisim_server *, struct amisim_conn *,
    const struct amisim_message *);
void amisim_ask_var(struct amisim_server *, struct amisim_conn *,
    const struct amisim_message *);

/*
 * "Response: Success" or "Error" with the message's ActionID and a Message
 * header (NULL: none).  The caller adds further headers and ends the message
 * with an empty line, unless it used amisim_action_reply().
 */
void amisim_action_begin(struct amisim_conn *, const struct amisim_message *,
    const char *response, const char *text);
void amisim_action_reply(struct amisim_conn *, const struct amisim_message *,
    const char *response, const char *text);

#endif
