/* SPDX-License-Identifier: MIT */
/*
 * ami_agent: what a manager message says of queues, their members and callers,
 * of endpoints and of outbound registrations, as a struct sw_agent.  Pure;
 * knows no connection and remembers nothing.
 *
 * Read are the answers to QueueStatus, PJSIPShowEndpoints and
 * PJSIPShowRegistrationsOutbound, and the events between them
 * (QueueMemberStatus, QueueCallerJoin ...), of Asterisk 16 to 22.
 */
#ifndef NET_AMI_AGENT_H
#define NET_AMI_AGENT_H

#include <stdbool.h>

#include "net/ami_parse.h"
#include "net/switch.h"

enum ami_agent_what {
	AMI_AGENT_IS, /* a: so it is now */
	AMI_AGENT_GONE, /* a: it is there no more */
	AMI_AGENT_END, /* of: the answer is complete */
	AMI_AGENT_ASK, /* of: something has changed that has to be asked for */
};

struct ami_agent {
	enum ami_agent_what what;
	enum sw_agents of;
	struct sw_agent a;
	const char *action_id; /* of the question; NULL: said unasked */
	char detail[160]; /* storage for an a.detail that is composed */
};

/*
 * Fill *o from an event; false: it is about none of these.  All pointers live
 * as long as the message and *o.
 */
bool ami_agent_read(const struct ami_msg *, struct ami_agent *o);
/*
 * "NOT_INUSE" or "Not in use", as DEVICE_STATE() and lists call it, in the
 * words of row_agent.state: free busy ringing unavailable unknown.
 */
const char *ami_agent_state(const char *);

#endif
