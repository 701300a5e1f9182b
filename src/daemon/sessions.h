/* SPDX-License-Identifier: MIT */
/*
 * sessions: who is attached over SSH.  A session is a request that stays open
 * as long as it lives; its end, however it comes, is the connection's.
 */
#ifndef DAEMON_SESSIONS_H
#define DAEMON_SESSIONS_H

#include "daemon/state.h"

/* Put the first BOARD_SESSIONS of them on the board. */
void sessions_publish(const struct daemon *, struct board *);
/* At the end: forget them; their connections close with ctl_free(). */
void sessions_clear(struct daemon *);

#endif
