/* SPDX-License-Identifier: MIT */
/*
 * ctl_state: what the files of the control socket share (ctl.c who finds room,
 * ctl_req.c one request).  Nobody else includes it.
 */
#ifndef NET_CTL_STATE_H
#define NET_CTL_STATE_H

#include <stdint.h>
#include <sys/queue.h>

#include <event2/util.h>

#include "net/ctl.h"
#include "shared/ipc.h"

#define CTL_MAGIC       0x43544c52u
#define CTL_READ_TIME_S 10 /* a request must be complete by then */

struct ctl_req {
	uint32_t magic;
	struct ctl *ctl;
	int fd;
	struct event *ev;
	struct buf in, out;
	size_t sent;
	int fds[IPC_FDS];
	unsigned nfds;
	json_t *json;
	const json_t *campaigns; /* in json; NULL: all */
	uid_t uid;
	pid_t pid;
	int64_t since_ns; /* connected */
	enum command_role role;
	char who[96], origin[64];
	bool asked, gone;
	bool other; /* of a uid that is nobody in particular */
	void (*on_gone)(void *);
	void *gone_arg;
	LIST_ENTRY(ctl_req) link;
};

struct ctl {
	struct event_base *base;
	int fd;
	struct event *ev;
	ctl_cb *cb;
	void *arg;
	char path[108];
	unsigned nclients, nothers;
	size_t bytes; /* of requests that are not complete */
	int spare; /* given up to take who would be one too many */
	int64_t said_ns; /* when somebody was last said to be turned away */
	uid_t trusted;
	LIST_HEAD(, ctl_req) clients;
};

/* Of a client that has just come, or of one that goes. */
void ctl_req_event(evutil_socket_t, short what, void *req);
/* Closes its connection; what it has asked is nobody's any more. */
void ctl_req_free(struct ctl_req *);

#endif
