/* SPDX-License-Identifier: MIT */
/*
 * ami_ask: asks a manager session, now and then, what queues, endpoints and
 * registrations there are, and hands on what it says.  Embedded in its owner.
 *
 * One question at a time, and only when no other action waits for its
 * response: an Originate is never behind one that we could have kept back.
 * The switch builds an answer in the session's own thread, so a round of
 * questions may take a hundredth of the time at most; the pause grows with it.
 */
#ifndef NET_AMI_ASK_H
#define NET_AMI_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "net/ami_parse.h"
#include "net/ami_pending.h"
#include "net/switch.h"

struct ami;

#define ASK_EVERY_S 10 /* between rounds, at least */
#define ASK_SHARE   100 /* pause / time the answers took, at least */
#define ASK_LOST_S  60 /* an answer not complete by then is given up */
#define ASK_DEVICE  96 /* bytes of a watched device's name */

struct ami_ask {
	struct ami *ami;
	/* An event with type, agents, agent and text filled in. */
	void (*tell)(void *arg, struct sw_event *, int64_t mono_ns);
	void *arg;
	enum sw_agents at; /* the question that is open, or next */
	bool open;
	bool watching; /* endpoints one by one */
	char id[AMI_ID_MAX]; /* ActionID of the open one */
	uint64_t serial;
	int64_t sent_ns, took_ns; /* took: of this round so far */
	int64_t next_ns; /* the next round not before */
	bool denied[AGENTS_N]; /* since the login: the right is missing */
	char watch[SW_WATCH][ASK_DEVICE];
	size_t nwatch, watch_at;
};

void ami_ask_init(struct ami_ask *, struct ami *,
    void (*tell)(void *arg, struct sw_event *, int64_t mono_ns), void *arg);
/* A session began or ended: nothing is open, nothing is known. */
void ami_ask_reset(struct ami_ask *);
/* Every other second or so: ask if it is time. */
void ami_ask_tick(struct ami_ask *, int64_t mono_ns);
/* A message that is about no call. */
void ami_ask_message(struct ami_ask *, const struct ami_msg *, int64_t mono_ns);
/* Names that are too long or hold control bytes are left out. */
void ami_ask_watch(struct ami_ask *, const char *const *devices, size_t n);

#endif
