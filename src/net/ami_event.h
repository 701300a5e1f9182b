/* SPDX-License-Identifier: MIT */
/*
 * ami_event: what a manager message means for our calls, as a struct sw_event.
 * Pure; knows no connection and no call.
 *
 * Ours is a channel whose Uniqueid has the shape of a UUID (we set it as
 * ChannelId); the legs of agents and destinations are not and are ignored.
 * Asterisk's texts are shown, never compared: they differ between versions.
 */
#ifndef NET_AMI_EVENT_H
#define NET_AMI_EVENT_H

#include <stdbool.h>

#include "net/ami_parse.h"
#include "net/switch.h"

struct ami_event {
	struct sw_event ev; /* sw, mono_ns and lag are left to the caller */
	const char *action_id; /* of the message; NULL if it has none */
	double timestamp_s; /* when it was made, by the switch; 0: none */
	char text[256]; /* storage for an ev.text that is composed */
};

/*
 * Fill *e from a message; false: it says nothing about our calls (e->action_id
 * is then set only for a response).  All pointers live as long as the message
 * and *e.
 */
bool ami_event_read(const struct ami_msg *, struct ami_event *e);
/* Exactly the shape of a UUID's text. */
bool ami_event_is_uuid(const char *);
/*
 * When the switch started, seconds since the epoch.  about = our clock less
 * FullyBooted's Uptime is right to a second or so; started, CoreStatus's
 * "2026-11-20 22:55:37", is exact but in the server's zone, whatever that is.
 * Zones differ from UTC by quarters of an hour, so that both together are
 * exact: the same run of a switch gives the same number after each reconnect.
 * Either may be missing (0, ""): without started about is returned.
 */
int64_t ami_event_boot(int64_t about, const char *started);

#endif
