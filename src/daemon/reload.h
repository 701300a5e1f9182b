/* SPDX-License-Identifier: MIT */
/*
 * reload: the configuration read again under way (SIGHUP): what can change
 * then is taken over, the rest waits for a restart.
 */
#ifndef DAEMON_RELOAD_H
#define DAEMON_RELOAD_H

struct daemon;

/* Take it over; a mistake in it changes nothing, and is logged. */
void reload_conf(struct daemon *);
/* At the start: the SSH server, where it is wanted. */
void reload_sshd(struct daemon *);

#endif
