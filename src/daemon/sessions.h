/* SPDX-License-Identifier: MIT */
/*
 * sessions: who is attached over SSH, what each does, who looks at whose
 * screen, what somebody says to all.  A session is a request that stays open
 * as long as it lives; its end, however it comes, is the connection's.  Each
 * is a row of RUN_DIR/sessions, written as soon as it changes.
 */
#ifndef DAEMON_SESSIONS_H
#define DAEMON_SESSIONS_H

#include "daemon/state.h"

struct conf;

/*
 * Is the identity stated on the request one that our configuration has: the
 * user, enabled, of at least that role, with the same campaigns?  why: for
 * who asks.  Only for origins "ssh ...".
 */
bool sessions_vouched(struct daemon *, const struct ctl_req *, char why[200]);
/*
 * Does a process that has a session speak for that session's user, with no
 * more than the session's rights?  True where it has none.  What takes over a
 * viewer's process is to get no further than a viewer.
 */
bool sessions_bound(struct daemon *, const struct ctl_req *, char why[200]);
/*
 * The configuration was read again: take its users (and what consoles show at
 * first) over and end the sessions of those who are gone, disabled, or have
 * another role or other campaigns.
 */
void sessions_reload(struct daemon *, const struct conf *);
/* Each tick: the first BOARD_SESSIONS of them, how many, what was said. */
void sessions_publish(struct daemon *, struct board *);
/* At the end: forget them; their connections close with ctl_free(). */
void sessions_clear(struct daemon *);

#endif
