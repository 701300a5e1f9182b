/* SPDX-License-Identifier: MIT */
/* commands: the handler of the control socket. */
#ifndef DAEMON_COMMANDS_H
#define DAEMON_COMMANDS_H

struct ctl_req;

/* arg: the struct daemon.  Answers req, now or when the work is done. */
void commands_request(void *arg, struct ctl_req *req);

#endif
